"""What all tests share: what may be left out and must say so, an environment of their own, one published province."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from pipeline_kit import (
    NIGHT_SHARE,
    PEOPLE,
    PUBLISHED,
    Nights,
    Province,
    make_home,
    restore,
    satudata,
    start_call,
    without_network,
)

# how long an example takes says more of the machine than of the code
settings.register_profile("tanpa batas waktu", deadline=None)
settings.load_profile("tanpa batas waktu")

#: marker -> the variable without which its tests are left out
NEEDS = {
    "postgres": "SATUDATA_TEST_POSTGRES_URL",
    "mariadb": "SATUDATA_TEST_MARIADB_URL",
    "browser": "SATUDATA_CHROMIUM",
    "realdata": "SATUDATA_REALDATA",
}
REQUIRE_ALL = "SATUDATA_REQUIRE_ALL"
_ISOLATED = ("SATUDATA_HOME", "DAGSTER_HOME", "SATUDATA_DEMO_POSTGRES_URL", "SATUDATA_DEMO_MARIADB_URL")


def required(marker: str) -> bool:
    """Whether leaving out tests of this marker fails the session: in CI all but those on real data."""
    return os.environ.get(REQUIRE_ALL) == "1" or (os.environ.get("CI") == "true" and marker != "realdata")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    drills = [] if "drill" in config.option.markexpr else [item for item in items if item.get_closest_marker("drill")]
    if drills:
        config.hook.pytest_deselected(items=drills)
        items[:] = [item for item in items if item not in drills]
    for item in items:
        for marker, variable in NEEDS.items():
            if item.get_closest_marker(marker) and not os.environ.get(variable):
                item.add_marker(pytest.mark.skip(reason=f"{marker}: {variable} is not set"))


def left_out(config: pytest.Config) -> dict[str, int]:
    """Marker -> tests left out; empty in a worker, whose reports the main process counts."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reasons = [str(report.longrepr) for report in reporter.stats.get("skipped", [])] if reporter else []
    counts = {marker: sum(f"{marker}: {variable} is" in r for r in reasons) for marker, variable in NEEDS.items()}
    return {marker: count for marker, count in counts.items() if count}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for marker, count in left_out(config).items():
        demand = "; REQUIRED here, so the session fails" if required(marker) else ""
        terminalreporter.write_line(
            f"left out: {count} tests marked {marker}, because {NEEDS[marker]} is not set{demand}",
            red=required(marker), yellow=not required(marker),
        )  # fmt: skip


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    if exitstatus == pytest.ExitCode.OK and any(map(required, left_out(session.config))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def own_environment() -> Iterator[None]:
    """No test sees, or leaves behind, the home of the person who runs it."""
    before = {name: os.environ.pop(name, None) for name in _ISOLATED}
    yield
    for name, value in before.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("provinsi")


@pytest.fixture(scope="session")
def published(_place: Path) -> Province:
    """2,000 people and a home that was run once, by the command line and without a network; tests only read it."""
    from simulation import simulate

    province = Province(_place / "kerja")
    simulate(province.agencies, province.truth, people=PEOPLE)
    make_home(province)
    arguments = ["--home", str(province.home), "run"]
    outcome = start_call(without_network, arguments, province.network, streams=province.folder).wait()
    assert outcome.exit in PUBLISHED, outcome.text[-4000:]
    shutil.copytree(province.folder, _place / "beku", symlinks=True)
    return Province(_place / "beku")


@pytest.fixture(scope="session")
def nights(published: Province, _place: Path) -> Nights:
    """The published province after three more nights; tests only read it."""
    from simulation import advance

    work = restore(published.folder, _place / "kerja")
    snapshots = {0: published.snapshot}
    for night in (1, 2, 3):
        advance(work.agencies, work.truth, night=night, share=NIGHT_SHARE)
        outcome = satudata(work.home, "run")
        assert outcome.exit in PUBLISHED, outcome.text[-4000:]
        shutil.copytree(work.folder, _place / f"malam{night}", symlinks=True)
        snapshots[night] = Province(_place / f"malam{night}").snapshot
    return Nights(snapshots, Province(_place / "malam2"), Province(_place / "malam3"))


@pytest.fixture
def province(published: Province, _place: Path) -> Province:
    """The published province to work on; only one test at a time has it, always in the same place."""
    return restore(published.folder, _place / "kerja")
