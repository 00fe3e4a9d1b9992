"""Settings of links: every file holds, a wrong one is refused by name, and roles have what links compare."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from contracts.standard import load_standards
from resolution.links import FOLDER, load_links
from resolution.persons import COLUMNS
from resolution.settings import Block, SettingsError

ROLES = {(e.entitas, role.peran) for e in load_standards().entitas.values() for role in e.orang}


def test_every_role_of_the_standards_has_its_link() -> None:
    assert {(link.entitas, link.peran) for link in load_links()} == ROLES


@pytest.mark.parametrize("link", load_links(), ids=lambda link: link.nama)
def test_links_compare_what_records_have(link) -> None:  # type: ignore[no-untyped-def]
    compared = {name for c in link.perbandingan for name in (c.kolom, *c.kolom_lain)}
    assert compared <= set(COLUMNS)
    assert {name.strip() for rule in link.latih for name in rule.split(",")} <= set(COLUMNS)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("entitas: samsat.kendaraan", "entitas: samsat.lain", "must be called samsat.lain.pemilik.yaml"),
        (
            "entitas: samsat.kendaraan",
            "entitas: samsat.lain",
            "no standard entity has a role samsat.lain.pemilik; valid: ",
        ),
        ("peran: pemilik", "peran: pemilk", "no standard entity has a role samsat.kendaraan.pemilk; valid: kesehatan."),
        ("wajib: [nama]", "wajib: [alis]", "wajib, pengganti or tolak names no comparison alis"),
        ("jenis: nik_dekat", "jenis: dekat", "perbandingan.2.jenis"),
        ("kolom_lain: [alamat, rtrw], ", "", "kolom_lain goes with the kinds domisili (2), silang (1)"),
        ("format_version: 1", "format_version: 99", "format_version 99 is newer than 1"),
        ("nama: samsat_pemilik", "nama: samsat_pemilik\nwarna: merah", "warna"),
        ("format_version: 1\n", "", "states no format_version; valid: 1"),
        ("format_version: 1", "format_version: 0", "there is no format_version 0"),
        ("nama: samsat_pemilik", "nama: kesehatan_ibu", "another link is called kesehatan_ibu"),
        ("kolom: nama_ayah}", "kolom: ayah}", "perbandingan nama_ayah: there is no column ayah; valid: nik, nama, "),
        ("[alamat, rtrw]", "[alamat, rt]", "perbandingan domisili: there is no column rt; valid: "),
        ("kolom: nama_ayah}", "kolom: nama_ayah, frekuensi: true}", "perbandingan nama_ayah: frekuensi goes with"),
        ("kolom: nama_ayah}", "kolom: nama_ayah, ungkapan: upper(nama)}", "nama_ayah: ungkapan is for tables"),
        (
            'kunci: "nik[:10]"',
            'kunci: "nik[:10] || kota"',
            "blok nik_awal: there is no column kota; valid: nik, nama, ",
        ),
        ('kunci: "nik[:10]"', 'kunci: "left(nik"', "blok nik_awal: Parser Error"),
        ('kunci: "nik[:10]", mirip: nama', 'kunci: "nik[:10]", mirip: alis', "mirip: there is no column alis"),
        ('"nama, lahir"', '"nama, umur"', "latih 'nama, umur': there is no column umur"),
        ("wajib: [nama]", "wajib: [nama", "is not valid YAML"),
        ("wajib: [nama]", "wajib: \t\x07", "is not valid YAML"),
        ("wajib: [nama]", "wajib: [nama]\nwajib: [domisili]", "wajib: is stated twice"),
        ("kolom: nama_ayah}", "kolom: nama_ayah, kolom: nama}", "perbandingan.3.kolom: is stated twice"),
        ("wajib: [nama]", "wajib: []", "wajib: must name at least 1"),
        ("wajib: [nama]", "", "wajib: is missing"),
        ("wajib: [nama]", "wajib: nama", "wajib: must be a list"),
        ("wajib: [nama]", "wajib: [nama]\nwajb: [nama]", "wajb: is not a known key; valid: acak, blok, blok_maks, "),
        ("format_version: 1", "format_version: true", "format_version: must be a whole number, without quotes"),
        ("format_version: 1", "format_version: 1.0", "format_version: must be a whole number, without quotes"),
        ("format_version: 1", 'format_version: "1"', "format_version: must be a whole number, without quotes"),
        ('kunci: "nik[:10]"', 'kunci: "1"', "blok nik_awal: must read a column and be the same each time; valid: "),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, old: str, new: str, message: str) -> None:
    shutil.copytree(FOLDER, tmp_path / "tautan")
    path = tmp_path / "tautan" / "samsat.kendaraan.pemilik.yaml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(SettingsError) as caught:
        load_links(tmp_path / "tautan")
    assert path.name in str(caught.value) and message in str(caught.value)


def test_a_file_that_cannot_be_read_is_told_by_name(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "tautan")
    path = tmp_path / "tautan" / "samsat.kendaraan.pemilik.yaml"
    path.write_text("blok: " + "[" * 100_000)
    with pytest.raises(SettingsError, match=rf"{path.name}:1: .*nests deeper than 100 levels"):
        load_links(tmp_path / "tautan")
    path.unlink()
    path.symlink_to(tmp_path / "hilang.yaml")
    with pytest.raises(SettingsError, match=rf"{path.name}:1: .*cannot be read: No such file"):
        load_links(tmp_path / "tautan")
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match=rf"{path.name}:1: .*cannot be read: Is a directory"):
        load_links(tmp_path / "tautan")


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "- daftar\n", "teks\n"])
def test_a_file_without_keys_is_told_which_there_are(tmp_path: Path, text: str) -> None:
    (tmp_path / "samsat.kendaraan.pemilik.yaml").write_text(text)
    with pytest.raises(SettingsError) as caught:
        load_links(tmp_path)
    said = (
        "samsat.kendaraan.pemilik.yaml: must be keys and values; valid: acak, blok, blok_maks, entitas, format_version"
    )
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("kept", ["samsat.*", "none.*"])
def test_links_without_the_registrys_own_are_refused(tmp_path: Path, kept: str) -> None:
    for path in FOLDER.glob(kept):
        shutil.copy(path, tmp_path)
    with pytest.raises(SettingsError, match=r"no link of penduduk.orang, the registry against itself"):
        load_links(tmp_path)


@pytest.mark.parametrize(
    "block", [{"kunci": "PASANGAN || desa"}, {"kunci": "nama", "mirip": "pasangan"}], ids=["by its key", "by likeness"]
)
def test_a_link_reads_the_spouse_wherever_its_settings_name_it(block: dict[str, str]) -> None:
    link = next(link for link in load_links() if link.nama == "samsat_pemilik")
    assert not link.reads_spouse
    assert link.model_copy(update={"blok": (Block(nama="lain", **block),)}).reads_spouse
