"""Kill the run at every event of its log and at every mark it leaves on disk; the next run publishes the same tables."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pipeline_kit import (
    NIGHT_SHARE,
    PUBLISHED,
    Nights,
    Province,
    differences,
    forget_runs,
    freeze_states,
    kill_at,
    ledger_problems,
    make_home,
    query,
    restore,
    satudata,
    start,
    start_call,
)
from reception_kit import COLUMNS, person, write_contract

from contracts.delivery import read_verdicts
from publication.pointer import current
from simulation import advance

Events = list[dict[str, Any]]
Reached = Callable[[Path, Events], bool]


def after(count: int) -> Reached:
    """The run has logged so many events."""
    return lambda _, events: len(events) >= count


def seen(pattern: str, *, more_than: int = 0) -> Reached:
    """More files than before match the pattern."""
    return lambda home, _: len(list(home.glob(pattern))) > more_than


def marks(home: Path) -> dict[str, Reached]:
    """States between two events that leave something half-done."""
    held = {pattern: len(list(home.glob(pattern))) for pattern in MARKS.values()}
    return {name: seen(pattern, more_than=held[pattern]) for name, pattern in MARKS.items()}


def sealed(home: Path, events: Events) -> bool:
    """Everything is received, nothing is judged."""
    run = next((e["run_id"] for e in events), "")
    return any(run and f'"{run}"' in path.read_text() for path in (home / "state" / "penerimaan").glob("*.json"))


MARKS = {
    "first delivery landed": "landing/*/*/delivery.json",
    "a delivery half written": "landing/*/.*.tmp",
    "receipts sealed": "state/penerimaan/*.json",
    "verdicts written": "state/putusan/*.json",
    "registry written, build not committed": "state/identitas/*.parquet",
    "a snapshot half written": "published/.*.tmp",
    "a snapshot written, nothing points at it": "published/[0-9]*/snapshot.json",
}


#: How a difference in the gates' results begins: which run judged what.
GATES = "mutu.hasil_pemeriksaan:"


def finish(province: Province, expected: Path, but: str = "nothing") -> None:
    outcome = satudata(province.home, "run")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    assert ledger_problems(province.snapshot) == []
    assert [line for line in differences(expected, province.snapshot) if not line.startswith(but)] == []
    left = [p for pattern in ("published/.*.tmp", "landing/*/.*.tmp", "build/cache/terima-*") for p in
            province.home.glob(pattern)]  # fmt: skip
    assert left == [], "what the killed run left half-written is removed"


def finish_all(province: Province, expected: Path, folder: Path) -> None:
    """Run through, and from every state on the way; every run ends with the same tables."""
    before = current(province.home / "published")
    states = list(freeze_states(start(province.home, "run"), province, folder))
    assert len(states) > 10
    for state in states:
        restore(state, province.folder)
        # of what was published an instant before, the next release tells how it differs from that
        is_published = current(province.home / "published") != before
        finish(province, expected, but=GATES if is_published else "nothing")
        shutil.rmtree(state)


@pytest.mark.drill
@pytest.mark.timeout(7200)
def test_first_run_killed_again_and_again(province: Province, published: Province) -> None:
    """One home, killed at growing distances from where it began, until it runs through."""
    forget_runs(province)
    count, step = 1, 1
    while True:
        try:
            kill_at(start(province.home, "run"), province.home, after(count))
        except AssertionError as error:
            assert "ended before the boundary" in str(error), error
            break
        count, step = count + step, step + 1
    # which run judged which delivery is what the gate's results tell
    finish(province, published.snapshot, but=GATES)


@pytest.mark.drill
@pytest.mark.timeout(7200)
def test_first_run_killed_at_every_event(province: Province, published: Province, tmp_path: Path) -> None:
    forget_runs(province)
    finish_all(province, published.snapshot, tmp_path)


@pytest.mark.drill
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("mark", list(MARKS))
def test_later_run_killed_at_a_mark(province: Province, nights: Nights, mark: str) -> None:
    for _ in range(5):
        restore(nights.second.folder, province.folder)
        before = current(province.home / "published")
        advance(province.agencies, province.truth, night=3, share=NIGHT_SHARE)
        try:
            kill_at(start(province.home, "run"), province.home, marks(province.home)[mark])
        except AssertionError as error:
            assert "ended before the boundary" in str(error), error
            continue  # the mark was there for less than our look
        assert current(province.home / "published") == before
        finish(province, nights.snapshots[3])
        return
    pytest.fail(f"never caught: {mark}")


@pytest.mark.drill
@pytest.mark.timeout(7200)
def test_later_run_killed_at_every_event(province: Province, nights: Nights, tmp_path: Path) -> None:
    restore(nights.second.folder, province.folder)
    advance(province.agencies, province.truth, night=3, share=NIGHT_SHARE)
    finish_all(province, nights.snapshots[3], tmp_path)


@pytest.mark.drill
def test_a_damaged_delivery_that_was_never_judged(tmp_path: Path) -> None:
    """Killed between receipt and judgement; what the repaired file repeats of the damaged one must still arrive."""
    province = Province(tmp_path / "p")
    make_home(province, kontrak_bawaan=False)
    server = '{server: berkas, type: local, path: "${BERKAS_INSTANSI}/*.csv", format: csv}'
    write_contract(province.home / "contracts", server=server, facts="bentuk: penuh")
    province.agencies.mkdir()

    def send(rows: list[tuple[object, ...]]) -> None:
        text = "\n".join(",".join(map(str, row)) for row in [tuple(COLUMNS), *rows])
        (province.agencies / "warga.csv").write_text(text + "\n")

    send([person(number) for number in range(1, 61)])
    assert satudata(province.home, "run").exit == 0
    new = person(60, name="Nama Yang Baru")
    send([*((row[0], str(row[1])[:15] + "0", *row[2:]) for row in map(person, range(1, 60))), new])
    kill_at(start(province.home, "run"), province.home, sealed)
    send([*map(person, range(1, 60)), new])
    assert satudata(province.home, "run").exit == 0
    build = province.home / "build" / "gudang.duckdb"
    assert query(build, "select count(*) from marts.dim_orang where _berlaku_sampai is null") == [(60,)]
    assert query(build, "select nama_lengkap from marts.dim_orang where nama_lengkap <> 'Warga Uji'") == [
        ("Nama Yang Baru",)
    ]
    reasons = read_verdicts(province.home / "state" / "putusan").values()
    assert len(reasons) == 3 and sum(reason is not None for reason in reasons) == 1, "the damaged one stays put aside"
    rows = query(
        build,
        "select pemeriksaan, jumlah_diperiksa, jumlah_gagal from mutu.hasil_pemeriksaan where gerbang = 'pengiriman' "
        "and (pemeriksaan like '%.baris' or status <> 'lulus') order by _run_id, 1",
    )
    suite = "pengiriman.dinas_uji__warga"
    assert rows == [(f"{suite}.baris", 1, 0), (f"{suite}.baris", 2, 0), (f"{suite}.nik_akhir_nol", 1, 1)], (
        "the second run tells of what the killed one left and of what it received itself"
    )


@pytest.mark.drill
def test_a_domain_after_a_night_that_was_killed_in_staging(province: Province, nights: Nights) -> None:
    """The night died when other domains were half staged: the samsat job is held back and says what helps, which does."""
    advance(province.agencies, province.truth, night=1, share=NIGHT_SHARE)
    arguments = ["--home", str(province.home), "run"]
    dead = start_call(die_after_staging, arguments, streams=province.folder).wait()
    assert dead.exit == -signal.SIGKILL, dead.text[-2000:]
    before = current(province.home / "published")
    outcome = satudata(province.home, "run", "--select", "samsat")
    assert outcome.exit == 1, outcome.text[-2000:]
    assert "does not finish what an interrupted run left" in outcome.text and "satudata run" in outcome.text
    assert current(province.home / "published") == before
    finish(province, nights.snapshots[1])


def die_after_staging(arguments: list[str]) -> None:
    """``satudata``, killed when dbt has built all staging models and nothing after them."""
    from orchestration import dbt_run
    from orchestration.cli import main

    right = dbt_run.build

    def build(prepared: Any, models: list[str], **options: Any) -> Any:
        right(prepared, [name for name in models if name.startswith("stg_")], **options)
        os.kill(os.getpid(), signal.SIGKILL)

    dbt_run.build = build
    main(arguments)
