"""Loading contracts: what is valid, and what a person is told when it is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from contract_kit import CONTRACT, broken, write

from contracts.errors import ContractError
from contracts.load import contracts_folder, load_contract, load_contracts
from contracts.standard import load_standards

STANDARDS = load_standards()


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(ContractError) as caught:
        load_contract(write(folder, text), STANDARDS)
    return [str(problem) for problem in caught.value.problems]


def test_a_whole_contract_loads(tmp_path: Path) -> None:
    contract = load_contract(write(tmp_path), STANDARDS)
    assert contract.key_columns == ("id",)
    assert contract.name == "disdukcapil_uji__biodata"
    assert {c.kolom for c in contract.taken} >= {"nik", "nama_lengkap", "tanggal_lahir", "jenis_kelamin"}


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("status: active", "status: active\nstattus: x", 6, "stattus: is not a key of ODCS v3.1; valid: "),
        ("apiVersion: v3.1.0", "apiVersion: v3.0.2", 1, "must be v3.1.0"),
        ("id: penduduk.disdukcapil_uji.biodata", "id: Biodata", 3, "domain.produsen.dataset"),
        ("id: penduduk.disdukcapil_uji.biodata", "id: samsat.disdukcapil_uji.biodata", 3, "entity's domain, penduduk"),
        ("entitas: penduduk.orang", "entitas: penduduk.oramg", 15, "valid: kesehatan.kehamilan"),
        ("bentuk: perubahan", "bentuk: sebagian", 18, "'penuh' or 'perubahan'"),
        ("kursor: ubah", "kursor: diubah", 19, "kursor: names no column of this contract; valid: id, nik"),
        ("kursor: ubah", "kursorr: ubah", 19, "kursorr: is not a known key; valid: baris, bentuk"),
        ("baris: {maks: 1000}", "baris: {}", 21, "Field required"),
        ("sistem: kemendagri", "sistem: kemendagry", 30, "valid: kemendagri"),
        ("value: {kolom: nama_lengkap}", "value: {kolom: nama}", 26, "names no standard column; valid: kode"),
        ('{name: nik, logicalType: string}', '{name: nomor, logicalType: string}', 25, "neither mapped"),
        ("value: {kolom: nama_lengkap}", "value: {abaikan: true}", 22, "maps no column to nama_lengkap"),
        ("value: {kolom: nama_lengkap}", "value: {kolom: nik}", 22, "two columns are mapped to nik"),
        ('nilai: {"1": L, "2": P}', 'nilai: {"1": LAKI}', 28, "nilai must map to L, P"),
        ("property: frequency", "property: rhythm", 8, "lacks the property frequency"),
        ("type: custom, location: \"${UJI_URL}\"", "type: custom, location: \"postgresql://u:rahasia@h/d\"", 7,
         "location must be one ${NAME}"),
        ("    properties:", "    properties:\n      - {name: id, name: dua, logicalType: string}", 23, "is stated twice"),
    ],
)  # fmt: skip
def test_an_error_names_file_line_key_and_what_is_valid(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    found = problems(tmp_path, broken(old, new))
    assert any(f"disdukcapil_uji__biodata.odcs.yaml:{line}:" in text and said in text for text in found), found
    assert "rahasia" not in "".join(found)


def test_a_password_in_a_contract_is_refused_unseen(tmp_path: Path) -> None:
    server = """{server: siak, type: postgres, host: h, port: 5432, database: d, schema: public,
      customProperties: [{property: satudata, value: {pengguna: u, sandi: S4ngatRahasia}}]}"""
    found = problems(tmp_path, broken('{server: siak, type: custom, location: "${UJI_URL}"}', server))
    assert "a contract never holds a secret" in found[0]
    assert "S4ngatRahasia" not in "".join(found)


def test_a_file_that_nests_without_end_is_told_and_ends_nothing(tmp_path: Path) -> None:
    assert problems(tmp_path, "apiVersion: v3.1.0\nkind: " + "[" * 100_000)[0].endswith("nests deeper than 100 levels")


def test_every_problem_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, broken("kursor: ubah", "kursor: x"), "satu__a")
    write(tmp_path, broken("nama_lengkap}", "nama}"), "dua__b")
    with pytest.raises(ContractError) as caught:
        load_contracts([tmp_path], STANDARDS)
    assert {problem.file.name for problem in caught.value.problems} == {"satu__a.odcs.yaml", "dua__b.odcs.yaml"}


def test_two_files_may_not_be_one_dataset(tmp_path: Path) -> None:
    write(tmp_path, CONTRACT, "satu__a")
    write(tmp_path, CONTRACT, "dua__b")
    with pytest.raises(ContractError, match="is also that of"):
        load_contracts([tmp_path], STANDARDS)


def test_a_bare_no_is_a_name_and_no_boolean(tmp_path: Path) -> None:
    text = broken("{name: nik, logicalType: string}", "{name: No, logicalType: string, customProperties: "
                  "[{property: satudata, value: {kolom: nik}}]}")  # fmt: skip
    assert "No" in {column.name for column in load_contract(write(tmp_path, text), STANDARDS).columns}


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ('"1": L', '"9": L', True),
        ("kolom: kode_wilayah", "kolom: kode_wilayah, wilayah: {sistem: bps, vintage: 2025s1}", True),
        ("version: 1.0.0", "version: 1.0.1", False),
        ("dasar_hukum: PKS 1/2026", "dasar_hukum: PKS 2/2026", False),
        ("maks: 1000", "maks: 2000", False),
    ],
)
def test_the_mapping_hash_changes_exactly_when_staging_would_read_otherwise(
    tmp_path: Path, old: str, new: str, changes: bool
) -> None:
    before = load_contract(write(tmp_path), STANDARDS).mapping_hash
    after = load_contract(write(tmp_path, broken(old, new)), STANDARDS).mapping_hash
    assert (before != after) is changes


def test_the_shipped_contracts_are_valid_and_short() -> None:
    for contract in load_contracts([contracts_folder()], STANDARDS):
        lines = len(contract.path.read_text(encoding="utf-8").splitlines())
        assert lines <= max(60, 4 * len(contract.columns)), contract.path


def test_every_standard_column_states_what_it_is() -> None:
    for entity in STANDARDS.entitas.values():
        for name, column in entity.kolom.items():
            assert column.konsep.strip() and column.definisi.strip(), f"{entity.entitas}.{name}"
            assert column.klasifikasi.strip() and column.ukuran.strip() and column.satuan.strip()
        rules = [rule.id for rule in entity.aturan]
        assert len(rules) == len(set(rules))


def test_a_file_that_refers_to_itself_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path, "apiVersion: &x [*x]\n")[0].endswith("stands in itself")
