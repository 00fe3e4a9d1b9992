"""The delivery gate: profiles of deliveries, damaged batches, bounds, what is put aside."""

from __future__ import annotations

import random

import pytest
from expectations_samples import make_nik, make_rows

from expectations.derived import delivery_suites, quarantine_reasons
from expectations.model import Verdict
from expectations.profile import FEWEST_NIK, ProfileError, profile_deliveries


@pytest.fixture
def gate(con, judge):
    def run(*deliveries):
        profile_deliveries(con, deliveries)
        contracts = {contract.id: contract for contract, _, _ in deliveries}
        return judge(*delivery_suites(contracts.values()))

    return run


def profile(con, *columns):
    rows = con.execute(f"select {', '.join(columns)} from landing.profil_pengiriman order by all").fetchall()
    return rows[0] if len(rows) == 1 else rows


def damage(rows, how):
    return [{**row, "nik": how(row["nik"])} for row in rows]


def test_profile_of_a_clean_delivery(con, contract, deliver):
    rows = [*make_rows(100), {"nik": None, "nama": "X", "tgl": None, "jk": None, "nik_ibu": " "}]
    delivery = deliver(contract(), rows, baris_dibaca=105, baris_bukan_data=4, kolom_baru=("hp", "wa"))
    assert profile_deliveries(con, [delivery]) == 1
    figures = profile(con, "kontrak", "delivery_id", "baris_dibaca", "baris_data", "jumlah_kolom_baru", "jumlah_nik")
    assert figures == ("penduduk.dinas_a.biodata", "000001-00001", 105, 101, 2, 200)
    assert profile(con, "persen_kunci_kosong", "persen_nik_notasi_ilmiah") == (0.9901, 0.0)


@pytest.mark.slow
def test_clean_batch_with_some_serials_ending_in_zero_passes(con, contract, deliver, gate):
    rows = make_rows(400)
    rng = random.Random(3)
    rows[:20] = [{**row, "nik": make_nik(rng, serial=10)} for row in rows[:20]]
    results = gate(deliver(contract(), rows))
    assert {r.status for r in results.values()} == {"lulus"}
    assert 0 < profile(con, "persen_nik_akhir_nol")[0] < 12


@pytest.mark.slow
def test_papuan_nik_are_no_damage(con, contract, deliver, gate):
    """2^53 = 9,007,199,254,740,992: only NIK of Papua lose digits as floats, and as text they are fine."""
    rows = make_rows(300, region="910901")
    assert {r.status for r in gate(deliver(contract(), rows)).values()} == {"lulus"}


DAMAGE = {
    "spreadsheet": lambda nik: nik[:15] + "0",
    "float_papua": lambda nik: f"{float(nik):.0f}",
    "decimal": lambda nik: nik[:15] + "0.0",
    "apostrophe": lambda nik: "'" + nik[:15] + "0",
    "dots": lambda nik: f"{nik[:2]}.{nik[2:4]}.{nik[4:15]}0",
}


@pytest.mark.slow
def test_damaged_batch_is_put_aside_whole(con, contract, deliver, gate):
    clean, deliveries = make_rows(300, region="910901"), []
    for name, how in DAMAGE.items():
        damaged = [{**row, "nik_ibu": None} for row in damage(clean, how)]
        own = contract(name)
        deliveries += [deliver(own, clean), deliver(own, damaged, number=2)]
    results = gate(*deliveries)
    expected = {
        (f"penduduk.{name}.biodata", "000002-00001"): f"pengiriman.{name}__biodata.nik_akhir_nol" for name in DAMAGE
    }
    assert quarantine_reasons(results.values()) == expected
    assert {check for check, r in results.items() if r.status != "lulus"} == set(expected.values())
    assert not Verdict("pengiriman", tuple(results.values())).blocks


@pytest.mark.slow
def test_scientific_notation_is_put_aside(con, contract, deliver, gate):
    texts = {"a": "1.67101E+15", "b": "1,671E+15", "c": "'9,1e15", "d": " 3,2E+15 "}
    deliveries = []
    for name, text in texts.items():
        rows = make_rows(200)
        for row in rows[:5]:
            row["nik"] = text
        deliveries.append(deliver(contract(f"dinas_{name}"), rows))
    reasons = quarantine_reasons(gate(*deliveries).values())
    assert [reason.rpartition(".")[2] for reason in reasons.values()] == ["nik_notasi_ilmiah"] * 4
    assert set(profile(con, "persen_nik_notasi_ilmiah")) == {(1.25,)}


def test_two_such_numbers_of_a_small_delivery_are_their_rows_matter(con, contract, deliver, gate):
    rows = make_rows(20)
    for row in rows[:2]:
        row["nik"] = "1,671E+15"
    assert quarantine_reasons(gate(deliver(contract(), rows)).values()) == {}
    assert profile(con, "persen_nik_notasi_ilmiah") == (0.0,)


@pytest.mark.parametrize(
    ("rows", "zeros", "share"), [(29, 10, None), (6, 5, None), (5, 5, None), (7, 7, 100.0), (29, 16, 55.1724)]
)
def test_of_few_numbers_only_what_cannot_be_chance_gives_a_share(con, contract, deliver, gate, rows, zeros, share):
    assert rows < FEWEST_NIK
    numbered = [
        {**row, "nik_ibu": None, "nik": row["nik"][:15] + ("0" if place < zeros else "7")}
        for place, row in enumerate(make_rows(rows))
    ]
    results = gate(deliver(contract(), numbered))
    assert profile(con, "jumlah_nik", "persen_nik_akhir_nol") == (rows, share)
    assert len(quarantine_reasons(results.values())) == (share is not None)


def test_bound_of_the_contract_decides(con, contract, deliver, gate):
    rows = [{**row, "nik_ibu": None} for row in damage(make_rows(100), lambda nik: nik[:15] + "0")]
    results = gate(deliver(contract(facts="maks_persen_nik_akhir_nol: 100"), rows))
    assert quarantine_reasons(results.values()) == {}


ROWS = [
    ("penuh", "{min: 10, maks: 20}", 9, True),
    ("penuh", "{min: 10, maks: 20}", 10, False),
    ("penuh", "{min: 10, maks: 20}", 20, False),
    ("penuh", "{min: 10, maks: 20}", 21, True),
    ("perubahan", "{min: 10, maks: 20}", 0, False),
    ("perubahan", "{min: 10, maks: 20}", 21, True),
    ("penuh", "{maks: 20}", 0, True),
    ("penuh", "{min: 0, maks: 20}", 0, False),
]


@pytest.mark.slow
def test_row_bounds(con, contract, deliver, gate):
    deliveries = [
        deliver(contract(f"dinas_{n}", bentuk=bentuk, baris=baris), [], baris_dibaca=read + 3, baris_bukan_data=3)
        for n, (bentuk, baris, read, _) in enumerate(ROWS)
    ]
    aside = {delivery_contract for delivery_contract, _ in quarantine_reasons(gate(*deliveries).values())}
    assert aside == {f"penduduk.dinas_{n}.biodata" for n, case in enumerate(ROWS) if case[3]}


def test_signals_are_warnings(con, contract, deliver, gate):
    delivery = deliver(
        contract(),
        make_rows(50),
        kolom_hilang=("tgl",),
        kolom_baru=("hp",),
    )
    results = gate(delivery)
    warned = {check.rpartition(".")[2] for check, r in results.items() if r.status == "gagal"}
    assert warned == {"kolom_hilang", "kolom_baru"}
    assert {r.check.severity for r in results.values() if r.status == "gagal"} == {"peringatan"}


def test_missing_source_column_and_several_contracts(con, contract, deliver, gate):
    rows = [{"nama": "X", "tgl": "1", "jk": "L", "nik_ibu": row["nik_ibu"]} for row in make_rows(60)]
    first = deliver(contract("dinas_a"), rows)
    bad = damage(make_rows(60), lambda nik: nik[:15] + "0")
    second = deliver(contract("dinas_b"), [{**row, "nik_ibu": None} for row in bad])
    reasons = quarantine_reasons(gate(first, second).values())
    assert reasons == {("penduduk.dinas_b.biodata", "000001-00001"): "pengiriman.dinas_b__biodata.nik_akhir_nol"}


def test_no_delivery_judges_nothing(con, contract, judge):
    assert profile_deliveries(con, []) == 0
    assert {r.status for r in judge(*delivery_suites([contract()])).values()} == {"lulus"}


def test_profile_holds_no_personal_value(con, contract, deliver):
    rows = make_rows(40)
    profile_deliveries(con, [deliver(contract(), rows)])
    shown = repr(con.execute("from landing.profil_pengiriman").fetchall())
    assert not [row for row in rows if row["nik"] in shown or row["nama"] in shown]


def test_unreadable_rows_are_named_without_their_text(con, contract, deliver):
    a, manifest, path = deliver(contract(), make_rows(3))
    path.write_bytes(b"1671014107900003 no parquet")
    with pytest.raises(ProfileError, match=r"penduduk\.dinas_a\.biodata") as caught:
        profile_deliveries(con, [(a, manifest, path)])
    assert "1671014107900003" not in str(caught.value)
