"""The shipped units and the environment file: valid, closed, and true to this program."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from deploy_kit import DEPLOY, HOME, PROGRAM, UNITS, command, environment, needed, unit


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """The units with this machine's programs, which systemd looks for."""
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace(PROGRAM, sys.prefix), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_nothing_wrong(name: str, units: Path) -> None:
    analyze = needed("systemd-analyze", in_ci=True)
    done = subprocess.run([analyze, "verify", units / name], capture_output=True, text=True, timeout=60, check=False)

    assert (done.returncode, done.stderr.strip()) == (0, "")


@pytest.mark.parametrize("name", UNITS)
def test_systemd_calls_them_well_closed(name: str, units: Path) -> None:
    """0 is closed, 100 wide open; an ordinary unit has 96."""
    analyze = needed("systemd-analyze", in_ci=True)
    done = subprocess.run(
        [analyze, "security", "--offline=true", "--threshold=20", "--no-pager", units / name],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-2000:]


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_a_program_of_ours_as_nobody_special(name: str) -> None:
    service = unit(name)["Service"]

    assert Path(command(name)[0]).is_file()
    assert command(name)[-2:] == ["-m", "orchestration.code_location"]
    assert (service["User"], service["UMask"], service["StateDirectoryMode"]) == ("satudata", "0077", "0700")
    assert f"/var/lib/{service['StateDirectory']}" == HOME == service["WorkingDirectory"]


def test_the_web_server_listens_on_this_machine_only() -> None:
    words = command("satudata-web.service")

    assert words[words.index("-h") + 1] == "127.0.0.1"
    assert unit("satudata-web.service")["Service"]["IPAddressDeny"] == "any"


def test_the_environment_file_names_the_home_and_no_secret() -> None:
    found = environment(Path("/rumah"))

    assert found == {
        "SATUDATA_HOME": "/rumah", "DAGSTER_HOME": "/rumah/dagster", "DO_NOT_TRACK": "1",
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }  # fmt: skip


def test_the_readme_installs_every_file() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")

    for path in DEPLOY.iterdir():
        if path.name != "README.md":
            assert f"`{path.name}`" in text and f"deploy/{path.name}" in text, path.name
