"""Hand-written suites over what no single agency can see: duplicates, contradictions, grain."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from expectations.derived import BETWEEN, WALIDATA
from expectations.model import Check, Suite, format_number
from expectations.sql import quote, relation

#: The worst published case of one list is 2 % (21,343 double NIK in one regency's voter list, domain 1.2);
#: above it a faulty export or a faulty linkage is likelier than the field.
MOST_DUPLICATE_PERCENT = 3.0
#: National lists agreed with Dukcapil in every attribute for 69 to 84 % of persons (anchors: DTKS 2018-2020),
#: so up to 31 % may contradict; a single attribute above it means a swapped or shifted column.
MOST_ATTRIBUTE_CONFLICT_PERCENT = 31.0
#: Every third clinic or tax record may lack a usable NIK (domain 4); a label on more rows than that is a faulty export.
MOST_LABELLED_PERCENT = 40.0
#: A conflict agrees in concept, period, region, unit and population (architecture 3.8): the forum decides it.
MOST_FIGURE_CONFLICTS = 0
#: Of the records joined unseen: where stewards' answers prove that more than one in a hundred is wrong, nothing is
#: published with such links.
MOST_WRONG_LINKS_PERCENT = 1.0
#: Until the model in force has enough answers of its own, nobody knows how often it errs.
MOST_ANSWERS_MISSING = 0
#: A steward's word that cannot be obeyed is taken back or given anew; until then somebody believes that it holds.
MOST_DECISIONS_WITHOUT_EFFECT = 0
HIGHEST = "expect_column_max_to_be_between"

_gudang = partial(Check, gate="gudang", owner=WALIDATA)
_warning = partial(_gudang, severity="peringatan")


@dataclass(frozen=True)
class Grain:
    """What one row of a mart is: relation, key columns, asset key."""

    table: str
    keys: tuple[str, ...]
    asset: str


DIM_ORANG = Grain("marts.dim_orang", ("id_orang",), "marts/identitas/dim_orang")


def cross_agency_suites(facts: Iterable[Grain]) -> tuple[Suite, ...]:
    """Suites over ``mutu`` and ``marts``.

    Args:
        facts: grain of every ``marts.fct_*``; the marts state their keys, so they are handed in.
    """
    grains = (grain_suite(grain) for grain in (DIM_ORANG, *facts))
    return (
        duplicates_suite(),
        attribute_conflicts_suite(),
        figure_conflicts_suite(),
        labels_suite(),
        links_suite(),
        decisions_suite(),
        *grains,
    )


def grain_suite(grain: Grain) -> Suite:
    """Keys whole and unique (critical), counted in one pass instead of by GX's window over all rows."""
    name, keys = f"butir {grain.asset}", [quote(key) for key in grain.keys]
    empty = " or ".join(f"{key} is null" for key in keys)
    key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    query = f"""
        select count(*) filter (where {empty}) as jumlah_kunci_kosong,
            count(*) filter (where not ({empty})) - count(distinct {key}) filter (where not ({empty}))
                as jumlah_kunci_ganda
        from {relation(grain.table)}"""
    checks = tuple(
        _gudang(
            id=f"gudang.{grain.asset}.kunci_{what}",
            suite=name,
            asset=grain.asset,
            severity="kritis",
            text=f"Kunci {', '.join(grain.keys)} tidak {what}",
            expectation=HIGHEST,
            kwargs={"column": f"jumlah_kunci_{what}", "max_value": 0},
        )
        for what in ("kosong", "ganda")
    )
    return Suite(name, "gudang", checks, query=query)


def duplicates_suite() -> Suite:
    """Share of persons per kind of duplicate: twice in one list, or one NIK with several persons."""
    name = "duplikat antarinstansi"
    check = _warning(
        id="gudang.mutu/duplikat.persen_orang",
        suite=name,
        asset="mutu/duplikat",
        text="Orang dalam kelompok duplikat terhadap semua orang (persen)",
        expectation=BETWEEN,
        kwargs={"column": "persen_orang", "max_value": MOST_DUPLICATE_PERCENT},
    )
    query = _share_of_persons("mutu.duplikat", "jenis")
    return Suite(name, "gudang", (check,), query=query, id_columns=("jenis",))


def attribute_conflicts_suite() -> Suite:
    """Share of persons per attribute in which agencies contradict each other."""
    name = "atribut bertentangan"
    check = _warning(
        id="gudang.mutu/konflik_atribut.persen_orang",
        suite=name,
        asset="mutu/konflik_atribut",
        text="Orang yang atributnya berbeda antarinstansi (persen)",
        expectation=BETWEEN,
        kwargs={"column": "persen_orang", "max_value": MOST_ATTRIBUTE_CONFLICT_PERCENT},
    )
    query = _share_of_persons("mutu.konflik_atribut", "atribut")
    return Suite(name, "gudang", (check,), query=query, id_columns=("atribut",))


def labels_suite() -> Suite:
    """Share of the rows in force of a contract that carry one rule's label."""
    name = "label aturan"
    check = _warning(
        id="gudang.mutu/pelanggaran.persen_baris",
        suite=name,
        asset="mutu/pelanggaran",
        text="Baris berlaku yang berlabel satu aturan, tiap kontrak (persen)",
        expectation=BETWEEN,
        kwargs={"column": "persen_baris", "max_value": MOST_LABELLED_PERCENT},
    )
    query = "select kontrak, aturan as jenis, persen_baris from mutu.pelanggaran"
    return Suite(name, "gudang", (check,), query=query, id_columns=("kontrak", "jenis"))


def figure_conflicts_suite() -> Suite:
    """Contradicting figures, and differences that nobody has explained; explained ones are no failure."""
    name = "angka bertentangan"
    query = """
        select count(*) filter (where jenis = 'konflik') as jumlah_konflik,
            count(*) filter (where jenis is null) as jumlah_tanpa_jenis
        from mutu.konflik_angka"""
    texts = {
        "jumlah_konflik": "Angka antarinstansi yang bertentangan",
        "jumlah_tanpa_jenis": "Selisih angka yang belum dijelaskan jenisnya",
    }
    checks = tuple(
        _warning(
            id=f"gudang.mutu/konflik_angka.{column}",
            suite=name,
            asset="mutu/konflik_angka",
            text=text,
            expectation=HIGHEST,
            kwargs={"column": column, "max_value": MOST_FIGURE_CONFLICTS},
        )
        for column, text in texts.items()
    )
    return Suite(name, "gudang", checks, query=query)


def links_suite() -> Suite:
    """Precision of the links as stewards found it: critical once their answers prove it too low, not before; and a
    warning while the model in force is not measured by answers of its own."""
    name = "ketepatan identitas"
    limit = format_number(MOST_WRONG_LINKS_PERCENT)
    wrong = _gudang(
        id="gudang.mutu/ketepatan_identitas.presisi",
        suite=name,
        asset="mutu/ketepatan_identitas",
        severity="kritis",
        text="Penggabungan yang salah menurut contoh yang dijawab petugas, batas bawah selangnya (persen)",
        expectation=HIGHEST,
        kwargs={"column": "persen_salah", "max_value": MOST_WRONG_LINKS_PERCENT},
        sentence="Dari {jumlah_dijawab} contoh gabungan yang dijawab petugas {jumlah_beda} salah: sedikitnya "
        f"{{persen_salah}}% penggabungan sejenis salah, batas {limit}%; snapshot lama tetap berlaku; "
        "dari {jumlah_perlu} jawaban yang perlu tentang model yang berlaku baru ada {jumlah_dijawab_kini}; "
        "lakukan: satudata train dan, bila modelnya menjadi lain, satudata run; lalu jawab contohnya "
        "(satudata decide export, decide import) dan satudata run",
    )
    unmeasured = _warning(
        id="gudang.mutu/ketepatan_identitas.jumlah_kurang",
        suite=name,
        asset="mutu/ketepatan_identitas",
        text="Jawaban petugas yang masih kurang untuk mengukur identitas menurut model yang berlaku",
        expectation=HIGHEST,
        kwargs={"column": "jumlah_kurang", "max_value": MOST_ANSWERS_MISSING},
        sentence="Identitas belum terukur: {jumlah_dijawab_kini} dari {jumlah_perlu} contoh gabungan dijawab tentang "
        "model yang berlaku; lakukan: satudata decide export, jawab, satudata decide import",
    )
    query = """
        select cast(coalesce(100 * (1 - batas_atas), 0) as double) as persen_salah, jumlah_kurang, jumlah_dijawab,
            jumlah_beda, jumlah_dijawab_kini, jumlah_dijawab_kini + jumlah_kurang as jumlah_perlu
        from mutu.ketepatan_identitas where ukuran = 'presisi'"""
    return Suite(name, "gudang", (wrong, unmeasured), query=query)


def decisions_suite() -> Suite:
    """Stewards' decisions in force that have no effect."""
    name = "keputusan bermasalah"
    check = _warning(
        id="gudang.mutu/keputusan_bermasalah.jumlah_keputusan",
        suite=name,
        asset="mutu/keputusan_bermasalah",
        text="Keputusan petugas yang tidak dapat berlaku",
        expectation=HIGHEST,
        kwargs={"column": "jumlah_keputusan", "max_value": MOST_DECISIONS_WITHOUT_EFFECT},
    )
    query = "select count(*) as jumlah_keputusan from mutu.keputusan_bermasalah"
    return Suite(name, "gudang", (check,), query=query)


def _share_of_persons(table: str, kind: str) -> str:
    return f"""
        select {kind},
            100.0 * count(distinct id_orang) / (select nullif(count(*), 0) from marts.dim_orang) as persen_orang
        from {table} group by {kind}"""
