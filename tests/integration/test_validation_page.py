"""A night that publishes nothing leaves its validation page with its log: that is when somebody looks at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from pipeline_kit import Province, log_events, make_home, satudata, start_call
from reception_kit import COLUMNS, person, write_contract

from publication.pointer import current


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A home with one agency that was published once."""
    province = Province(tmp_path_factory.mktemp("halaman"))
    make_home(province, kontrak_bawaan=False)
    server = '{server: berkas, type: local, path: "${BERKAS_INSTANSI}/*.csv", format: csv}'
    write_contract(province.home / "contracts", server=server, facts="bentuk: penuh")
    province.agencies.mkdir()
    _send(province, people=30)
    assert satudata(province.home, "run").exit == 0
    return province


def _send(province: Province, *, people: int) -> None:
    rows = [tuple(COLUMNS), *(person(number) for number in range(1, people + 1))]
    (province.agencies / "warga.csv").write_text("\n".join(",".join(map(str, row)) for row in rows) + "\n")


def damaged_staging(arguments: list[str]) -> None:
    """``satudata``, but a model lets a sex through that nobody knows."""
    from orchestration import dbt_run
    from orchestration.cli import main

    right = dbt_run.build

    def build(prepared: Any, models: list[str], **options: Any) -> Any:
        results = right(prepared, models, **options)
        with duckdb.connect(str(prepared.home.warehouse)) as con:
            con.execute("update staging.stg_penduduk__orang set jenis_kelamin = 'X'")
        return results

    dbt_run.build = build
    main(arguments)


def broken_delivery_check(arguments: list[str]) -> None:
    """``satudata``, but no check can be executed."""
    import expectations.engine as engine
    from orchestration.cli import main

    engine.Judge.ask = lambda self, checks, ids=(), limit=0: {  # type: ignore[method-assign]
        check.id: engine.Answer(error="broken") for check in checks
    }
    main(arguments)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "command", "reason", "shown"),
    [
        (30, damaged_staging, "nilai_jenis_kelamin", "Jenis kelamin hanya berisi nilai baku"),
        (31, broken_delivery_check, "delivery gate broke", "pengiriman.dinas_uji__warga"),
    ],
)
def test_the_page_names_the_check_that_held_the_night_back(
    small: Province, people: int, command: Any, reason: str, shown: str
) -> None:
    before = current(small.home / "published")
    _send(small, people=people)
    outcome = start_call(command, ["--home", str(small.home), "run"], streams=small.folder).wait()

    assert outcome.exit == 1 and reason in outcome.text, outcome.text[-3000:]
    assert current(small.home / "published") == before
    page = small.home / "logs" / f"pemeriksaan-{log_events(small.home)[-1]['run_id']}.html"
    assert shown in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_published_night_has_its_page_in_the_snapshot_only(published: Province) -> None:
    pages = list(Path(published.home / "published" / "current").glob("pemeriksaan-*.html"))
    assert len(pages) == 1 and list((published.home / "logs").glob("pemeriksaan-*")) == []
