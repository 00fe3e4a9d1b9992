"""A small province with slips planted by hand, and the night in which contracts are corrected and a person is delisted."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pipeline_kit import PUBLISHED, Province, differences, ledger_problems, make_home, query, satudata

from contracts.load import contracts_folder
from simulation import simulate

pytestmark = pytest.mark.slow

#: Contract, standard column, a value of one row, and what the corrected mapping makes of it: nothing acceptable.
CORRECTIONS = (
    ("penduduk/disdukcapil_sumsel__biodata", "tanggal_lahir", "1955-05-05", "2999-01-01"),
    ("samsat/bapenda_sumsel__kendaraan", "njkb_rp", "7777777", "-1"),
    ("samsat/bapenda_sumsel__pembayaran", "total_rp", "8888888", "-1"),
    ("kesehatan/dinkes_sumsel__kohort_ibu", "tanggal_hpht", "2025-12-25", "2999-01-01"),
    ("kesehatan/dinkes_sumsel__eppgbm", "tanggal_ukur", "25-12-2025", "2999-01-01"),
)
#: Of each such value one row: also of several members of one family card, and of two records of one vehicle.
SIAK = """
    update biodata_wni set tgl_lhr = '1955-05-05' where nik = (
        select max(nik) from biodata_wni where no_kk = (
            select no_kk from biodata_wni group by no_kk having count(*) > 2 order by no_kk limit 1
        )
    )
"""
SAMSAT = """
    update kendaraan set kd_kel = '1671012503900001' where id_kendaraan = (select max(id_kendaraan) from kendaraan);
    update kendaraan set kd_kel = '081234567890'
    where id_kendaraan = (select id_kendaraan from kendaraan order by id_kendaraan desc limit 1 offset 1);
    update kendaraan set nik_pemilik = null where nik_pemilik like '%E+%';
    insert into kendaraan
    select 999999, nopol, no_rangka, no_mesin, nm_pemilik, nik_pemilik, tgl_lahir_pemilik, alamat_pemilik, kd_kel, jenis,
        merk, tipe, thn_buat, warna, bbm, milik_ke, 7777777, bobot, tgl_akhir_pajak, status, tgl_ubah
    from kendaraan where id_kendaraan = (select min(id_kendaraan) from kendaraan where length(no_rangka) > 10);
    update pembayaran set total = 8888888 where no_bayar = (select min(no_bayar) from pembayaran);
    update pembayaran set id_kendaraan = 999999 where no_bayar = (select max(no_bayar) from pembayaran)
"""
KOHORT = "update ibu_hamil set hpht = '2025-12-25' where no_kohort = (select min(no_kohort) from ibu_hamil)"
#: Whom Palembang lists, with codes that a spreadsheet took for numbers, another religion and no occupation.
MOVED = """
    insert into biodata_wni
        (id_biodata, nik, no_kk, nama_lgkp, tgl_lhr, jenis_klmin, agama, stat_hbkel, kode_wil, stat_hdp, tgl_ubah)
    values (1699999999, :NIK, :NOMOR_KK, :NAMA, :lahir, '2.0', '3.0', '4.0', :desa, '1.0', '2026-01-02 03:04:05')
"""
PALEMBANG = "penduduk.disdukcapil_palembang.penduduk"
SUMSEL = "penduduk.disdukcapil_sumsel.biodata"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Province:
    """A home with the delivered contracts as its own, published once; the tests go on from each other."""
    province = Province(tmp_path_factory.mktemp("kecil"))
    simulate(province.agencies, province.truth, people=400)
    for name, script in {"disdukcapil/siak": SIAK, "bapenda/samsat": SAMSAT, "dinkes/kohort": KOHORT}.items():
        with closing(sqlite3.connect(province.agencies / f"{name}.sqlite")) as con:
            con.executescript(script)
    list_twice(province)
    let_an_owner_die(province)
    measure_one_at_christmas(province.agencies / "dinkes" / "eppgbm" / "eppgbm_1671_2026-06.csv")
    make_home(province, kontrak_bawaan=False)
    own = province.home / "contracts"
    shutil.copytree(contracts_folder(), own, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.py", "standar", "_*"))
    outcome = satudata(province.home, "run")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    return province


def measure_one_at_christmas(path: Path) -> None:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        header, *rows = csv.reader(handle)
    rows[0][header.index("Tanggal Ukur")] = "25-12-2025"
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle).writerows([header, *rows])


def palembang(province: Province) -> Path:
    return province.agencies / "disdukcapil_palembang" / "penduduk_palembang.csv"


def whom_palembang_lists(province: Province) -> dict[str, str]:
    with palembang(province).open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle, delimiter=";")
        return next(row for row in rows if (row["JK"], row["STATUS"], row["AGAMA"]) == ("P", "HIDUP", "ISLAM"))


def list_twice(province: Province) -> None:
    person = whom_palembang_lists(province)
    born = "-".join(reversed(person["TANGGAL_LAHIR"].split("-")))
    village = person["KODE_DESA"].replace(".", "") + ".0"
    with closing(sqlite3.connect(province.agencies / "disdukcapil" / "siak.sqlite")) as con, con:
        con.execute(MOVED, {**person, "lahir": born, "desa": village})


def let_an_owner_die(province: Province) -> None:
    """The registry knows that somebody died whose vehicle Samsat goes on taxing; it has a colour of its own."""
    registry, samsat = (province.agencies / name for name in ("disdukcapil/siak.sqlite", "bapenda/samsat.sqlite"))
    with closing(sqlite3.connect(samsat)) as con, con:
        con.execute("attach ? as siak", [str(registry)])
        (nik, vehicle) = con.execute(
            """
            select nik, min(id_kendaraan) from kendaraan inner join siak.biodata_wni on nik_pemilik = nik
            where nm_pemilik = nama_lgkp and stat_hdp = '1' and nama_lgkp like '% %'
            group by nik having count(*) = 1 order by nik limit 1
            """
        ).fetchone()
        con.execute("update siak.biodata_wni set stat_hdp = '2' where nik = ?", [nik])
        con.execute("update kendaraan set warna = 'UNGU TERONG' where id_kendaraan = ?", [vehicle])


def delist(province: Province) -> None:
    path, person = palembang(province), whom_palembang_lists(province)
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(person["ID"] + ";")), "utf-8")


def correct(province: Province) -> None:
    for name, column, value, result in CORRECTIONS:
        path = province.home / "contracts" / f"{name}.odcs.yaml"
        text = path.read_text("utf-8")
        assert f"kolom: {column}}}" in text
        mapped = f'kolom: {column}, nilai: {{"{value}": "{result}"}}}}'
        path.write_text(text.replace(f"kolom: {column}}}", mapped), "utf-8")


GOLDEN = """
    select konflik.kontrak_terpilih, konflik.kontrak_kalah, konflik.alasan, orang.agama, orang.pekerjaan is not null
    from konflik_atribut as konflik inner join dim_orang as orang using (id_orang)
    where konflik.atribut = 'agama'
"""


def labels(province: Province, contract: str) -> dict[str, int]:
    """Labels of a contract's rows in force."""
    return dict(query(province.snapshot, f"select aturan, jumlah_baris from pelanggaran where kontrak = '{contract}'"))


def test_a_number_of_a_person_typed_as_a_region_code_is_labelled_and_holds_nothing_back(small: Province) -> None:
    assert labels(small, "samsat.bapenda_sumsel.kendaraan")["kode_wilayah_tak_terbaca"] == 2
    assert query(small.snapshot, "select distinct length(kode_wilayah_asal) from dim_kendaraan order by 1") == [
        (6,), (None,),
    ]  # fmt: skip


def test_codes_that_a_spreadsheet_took_for_numbers_are_read(small: Province) -> None:
    found = labels(small, SUMSEL)
    unread = ("jenis_kelamin_tak_dikenal", "agama_tak_dikenal", "shdk_tak_dikenal", "status_hidup_tak_dikenal")
    assert found and not {*unread, "kode_wilayah_tak_terbaca"} & found.keys()
    assert query(
        small.snapshot, f"select jumlah_kode_tak_dikenal from wilayah_tak_dikenal where kontrak = '{SUMSEL}'"
    ) == [(0,)]
    assert query(small.snapshot, GOLDEN) == [(PALEMBANG, SUMSEL, "urutan_catatan", "ISLAM", True)]


def test_a_dead_owner_keeps_the_vehicle_that_is_still_taxed(small: Province) -> None:
    """Nobody else of that name is taken for the owner, and the registry's word on who lives stands."""
    found = query(
        small.snapshot,
        "select status_hidup, jumlah_kontrak > 1 from dim_kendaraan "
        "inner join dim_orang on id_orang_pemilik = id_orang where warna = 'UNGU TERONG'",
    )
    assert found == [("MATI", True)]


def test_rows_that_a_corrected_contract_quarantines_leave_every_table(small: Province, tmp_path: Path) -> None:
    counts = (
        "select (select count(distinct (kontrak, token_baris)) from karantina), (select count(*) from fct_samsat__pembayaran), "
        "(select count(*) from fct_kesehatan__kehamilan), (select count(*) from fct_kesehatan__pengukuran_balita), "
        "(select sum(jumlah_catatan) from dim_kendaraan), (select sum(jumlah_anggota) from dim_keluarga)"
    )
    before = query(small.snapshot, counts)[0]
    correct(small)
    delist(small)

    outcome = satudata(small.home, "run")

    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    after = query(small.snapshot, counts)[0]
    assert [new - old for new, old in zip(after, before, strict=True)] == [len(CORRECTIONS), -1, -1, -1, -1, -1]
    assert ledger_problems(small.snapshot) == []
    # what a source states no more yields to what another states; where that one is silent it stays
    assert query(small.snapshot, GOLDEN) == [(SUMSEL, PALEMBANG, "sudah_ditutup", "KATOLIK", True)]
    incremental = Path(shutil.copyfile(small.snapshot, tmp_path / "bertahap.duckdb"))
    outcome = satudata(small.home, "run", "--full-refresh")
    assert outcome.exit in PUBLISHED, outcome.text[-3000:]
    found = differences(incremental, small.snapshot)
    # the check of row counts compares with the snapshot before
    assert [line for line in found if not line.startswith("mutu.hasil_pemeriksaan:")] == []
