"""Identity judged by the truth of a simulated province: all pairs of records, the hard part alone, every defect class.

Thresholds stand in the product before the truth is looked at. ``is_sulit`` are the agencies' records with no NIK or a
wrong one; the peers see the same records.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.groups import group_measures
from benchmarks.measure import Bar, Measure
from benchmarks.options import Options
from benchmarks.oracle import resolve_by_oracle
from benchmarks.peers import join_by_nik_and_name, join_by_plain_splink
from benchmarks.province import Province, make_province, run_night
from benchmarks.rates import Rate, answered_rates, b_cubed, f1, hard_rates, missed_pairs, pair_rates, record_rates
from benchmarks.truth import CHILDREN, ROLES, mark_ambiguous, open_judged

PRECISION, RECALL = 0.999, 0.99
HARD_PRECISION, HARD_RECALL = 0.997, 0.97
DECIDED = 0.95
GROWTH = (0.01, 0.05, 0.10)
#: How many times as much damage as the simulation declares: the product must hold for other provinces too.
DAMAGE = {"half": 0.5, "double": 2.0}


def bench_identity(options: Options) -> list[Measure]:
    """Precision and recall on a province of the demo's size."""
    province = make_province(options.demo_people, options.work / "province-identity")
    home = province.new_home(options.work / "home-identity")
    run_night(home)
    truth = province.home / "simulasi" / "kebenaran"
    with open_judged(home, truth) as con:
        mark_ambiguous(con, truth)
        measures = [*_bars(con, options.demo_people), *_defects(con), *group_measures(con, truth), *_peers(con)]
    with open_judged(resolve_by_oracle(home, truth, options.work / "home-oracle"), truth) as con:
        mark_ambiguous(con, truth)
        measures += _figures(con, "oracle", "the same links with the true parameters")
    measures += _renames(province, home)
    for name, factor in DAMAGE.items():
        measures += _varied(options, name, factor)
    return measures


def _varied(options: Options, name: str, factor: float) -> list[Measure]:
    """The figures for a province whose offices damage more, or less."""
    province = make_province(options.demo_people, options.work / f"province-{name}", factor)
    run_night(province.home)
    truth = province.home / "simulasi" / "kebenaran"
    with open_judged(province.home, truth) as con:
        mark_ambiguous(con, truth)
        # gates put aside whole what is damaged too much
        figures = _bars(con, options.demo_people, every=False)
        return [replace(m, name=f"{m.name}_{name}", bar=None) for m in figures]


def _measure(name: str, rate: Rate, least: float | None, note: str, peer: str = "") -> Measure:
    low, high = rate.interval
    text = f"{rate.hits:,} of {rate.total:,}, 95 % between {low:.4f} and {high:.4f}; {note}"
    return Measure(f"identity.{name}", rate.value, "share", Bar(">=", least) if least else None, peer=peer, note=text)


def _judged_roles(con: duckdb.DuckDBPyConnection, *, every: bool) -> str:
    """How many records of every list are judged; a list of which none is would make the figures of all untrue.

    Raises:
        RuntimeError: a list is missing, and ``every`` must be there.
    """
    counts = dict(con.execute("select dataset, count(*) from judged group by dataset order by dataset").fetchall())
    missing = {*ROLES, CHILDREN} - set(counts)
    if missing and every:
        raise RuntimeError(f"no record is judged of {', '.join(sorted(missing))}")
    found = [f"{name} {count:,}" for name, count in counts.items()]
    return ", ".join([*found, *(f"{name} put aside" for name in sorted(missing))])


def _bars(con: duckdb.DuckDBPyConnection, people: int, *, every: bool = True) -> list[Measure]:
    note = f"{people:,} people"
    b3_precision, b3_recall = b_cubed(con)
    judged = f"of pairs; judged: {_judged_roles(con, every=every)}"
    precision, recall = pair_rates(con)
    answered_precision, answered_recall = answered_rates(con)
    hard_precision, hard_recall, two = hard_rates(con)
    missed, ambiguous, names = missed_pairs(con)
    untold = f"{missed} missed, {ambiguous} as a record fits two people, {names} as one tells a name and no more"
    answered = "pairs of records once stewards have answered what the links left open"
    fits_two = f"{two} of them fit two people and are right only when a person is asked"
    return [
        _measure("precision", precision, PRECISION, f"pairs of records joined, {note}"),
        _measure("recall", recall, RECALL, f"pairs of records of one person, {note}; {untold}"),
        _measure("precision_answered", answered_precision, PRECISION, answered),
        _measure("recall_answered", answered_recall, RECALL, answered),
        Measure("identity.f1", f1(precision, recall), "share", note=judged),
        Measure("identity.b3_precision", b3_precision, "share", note="mean over records, B3"),
        Measure("identity.b3_recall", b3_recall, "share", note="mean over records, B3"),
        _measure("decided", _decided(con), DECIDED, "records outside the registry that nobody need look at"),
        _measure(
            "hard_precision",
            hard_precision,
            HARD_PRECISION,
            f"records without a right NIK that joined the registry; {fits_two}",
        ),
        _measure(
            "hard_recall",
            hard_recall,
            HARD_RECALL,
            f"records without a right NIK whose person the registry knows; {fits_two}",
        ),
    ]


def _decided(con: duckdb.DuckDBPyConnection) -> Rate:
    row = con.execute(
        """
        with ragu as (
            select banding.id_catatan from gudang.resolved.tautan as tautan
            inner join gudang.resolved.banding as banding on banding.nomor in (tautan.l, tautan.r)
            where keputusan = 'tinjau'
        )
        select count(*) filter (where id_catatan not in (select id_catatan from ragu)), count(*)
        from judged where not is_registri
        """
    ).fetchone()
    assert row is not None
    return Rate(row[0], row[1])


def _defects(con: duckdb.DuckDBPyConnection) -> list[Measure]:
    """How records of every defect class fare."""
    labels = con.execute("select distinct unnest(defects) from judged where not is_registri order by 1").fetchall()
    measures = []
    for (label,) in labels:
        precision, recall = record_rates(con, f"list_contains(defects, '{label}')")
        measures.append(
            _measure(f"recall_{label}", recall, None, f"precision {precision.value:.4f} of {precision.total:,}")
        )
    return measures


def _peers(con: duckdb.DuckDBPyConnection) -> list[Measure]:
    """The same figures of what others would join; ``judged`` is theirs from here on."""
    measures = []
    for name, peer, join in (
        ("exact", "equal NIK and name", join_by_nik_and_name),
        ("splink", "Splink with stock comparisons and training", join_by_plain_splink),
    ):
        join(con)
        measures += _figures(con, name, peer)
    return measures


def _figures(con: duckdb.DuckDBPyConnection, name: str, peer: str) -> list[Measure]:
    precision, recall = pair_rates(con)
    hard_precision, hard_recall, _ = hard_rates(con)
    return [
        _measure(f"peer_{name}_precision", precision, None, "pairs of records", peer),
        _measure(f"peer_{name}_recall", recall, None, "pairs of records", peer),
        _measure(f"peer_{name}_hard_precision", hard_precision, None, "records without a right NIK", peer),
        _measure(f"peer_{name}_hard_recall", hard_recall, None, "records without a right NIK", peer),
    ]


def _renames(province: Province, home: Path) -> list[Measure]:
    """Persons whose records stayed together, and apart from others, but whose id did not stay; night after night."""
    measures = []
    for night, share in enumerate(GROWTH, start=1):
        before = _ids(home)
        province.advance(night, share)
        run_night(home)
        with duckdb.connect() as con:
            con.register("lama", before)
            con.register("kini", _ids(home))
            row = con.execute(
                """
                with bersama as (
                    select lama.id_orang as lama, kini.id_orang as kini from lama
                    inner join kini using (id_catatan) group by all
                ),
                utuh as (select lama from bersama group by lama having count(*) = 1),
                tunggal as (select kini from bersama group by kini having count(*) = 1)
                select count(*) filter (where lama <> kini), count(*) from bersama
                where lama in (select lama from utuh) and kini in (select kini from tunggal)
                """
            ).fetchone()
        assert row is not None
        note = f"of {row[1]:,} persons, after a night that changed or added {share:.0%} of all rows"
        peer = "Splink's ids: 0.4, 2.0 and 3.8 % (anchors)"
        measures.append(Measure(f"identity.renames_{share:.0%}", row[0], "ids", Bar("<=", 0), peer=peer, note=note))
    return measures


def _ids(home: Path) -> pa.Table:
    with duckdb.connect(str(home / "build" / "gudang.duckdb"), read_only=True) as con:
        return con.execute("select id_catatan, id_orang from resolved.orang_catatan").to_arrow_table()
