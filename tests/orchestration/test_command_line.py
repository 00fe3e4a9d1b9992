"""The command line before anything ran, and on wrong usage: one sentence, the right exit code, never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from reception_kit import SQLITE, write_contract

from contracts.home import Home
from orchestration.cli import main


def run(home: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(main, ["--home", str(home), *arguments])
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Home(tmp_path / "rumah").create({"kontrak_bawaan": False})
    return tmp_path / "rumah"


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command: str, tmp_path: Path) -> None:
    result = run(tmp_path, command, "--help")
    assert result.exit_code == 0 and len(result.output) > 100


@pytest.mark.parametrize("command", [("status",), ("publish", "--rollback", "v1")], ids=lambda command: command[0])
def test_a_folder_that_is_no_home_is_named(tmp_path: Path, command: tuple[str, ...]) -> None:
    result = run(tmp_path / "bukan", *command)
    assert result.exit_code == 1
    assert "is no satu-data home" in result.output and "satudata init" in result.output
    assert not (tmp_path / "bukan").exists(), "a question makes no folder"


def test_before_the_first_run(home: Path) -> None:
    assert run(home, "query", "select 1").exit_code == 1
    status = run(home, "status")
    assert status.exit_code == 0 and "none yet" in status.output
    published = run(home, "publish", "--rollback", "20260101T000000Z-000001")
    assert published.exit_code == 1 and "none yet" in published.output


def test_status_says_from_how_many_pairs_each_link_learnt(home: Path) -> None:
    folder = Home(home).model
    folder.mkdir(parents=True)
    (folder / "frekuensi-x.parquet").write_bytes(b"x")
    parameters = {"pengaturan": "x", "dasar": 0.5, "tingkat": {}}
    link = {"parameter": parameters, "penduduk": 9, "peluang": 0.8, "pasangan": 41}
    model = {"format_version": 2, "tautan": {"samsat_pemilik": link}, "frekuensi": "frekuensi-x.parquet"}
    (folder / "model.json").write_text(json.dumps(model))
    assert "samsat_pemilik: learnt from 41 pairs" in run(home, "status").output
    (folder / "model.json").write_text("{")
    status = run(home, "status")
    assert status.exit_code == 0 and "is damaged" in status.output


def test_status_names_the_checks_that_hold_a_release_back(home: Path) -> None:
    events: list[dict[str, str]] = [
        {"peristiwa": "penerbitan ditahan", "pemeriksaan": "gudang.a", "pesan": "Dari 3 contoh 2 salah"},
        {"peristiwa": "penerbitan ditahan", "pemeriksaan": "gudang.b"},
        {"peristiwa": "gagal", "langkah": "gerbang", "alasan": "ditahan"},
        {"peristiwa": "selesai"},
    ]
    log = Home(home).logs / "000001-uji.jsonl"
    log.parent.mkdir(exist_ok=True)
    log.write_text("".join(json.dumps(event) + "\n" for event in events))
    told = "not published; release held back by gudang.a: Dari 3 contoh 2 salah; gudang.b\n"
    assert told in run(home, "status").output


def test_wrong_usage_is_two(home: Path) -> None:
    assert run(home, "tidakada").exit_code == 2
    assert run(home, "query").exit_code == 2
    assert run(home, "query", "select 1", "--format", "xml").exit_code == 2


def test_a_bad_contract_of_the_home_is_told_by_file_and_line(home: Path) -> None:
    path = write_contract(home / "contracts", server=SQLITE, facts="bentuk: penuh")
    text = path.read_text()
    path.write_text(text.replace("bentuk: penuh", "bentuk: separuh, sandi: Rahasia99").replace("tanggal_lahir", "tgl"))
    for command in (["contracts", "lint"], ["status"]):
        result = run(home, *command)
        assert result.exit_code == 1, result.output
        assert f"{path}:" in result.output
        assert "bentuk" in result.output and "'penuh' or 'perubahan'" in result.output
        assert "separuh" not in result.output and "Rahasia99" not in result.output


def test_a_home_without_the_shipped_contracts_may_hold_a_copy_of_one(home: Path) -> None:
    from contracts.load import contracts_folder

    shipped = next(contracts_folder().rglob("disdukcapil_sumsel__biodata.odcs.yaml"))
    (home / "contracts" / shipped.name).write_text(shipped.read_text())
    assert run(home, "contracts", "lint").output.startswith("1 contract")
    assert run(home, "status").exit_code == 0


def test_a_deployment_has_its_schedule_on_and_the_demo_off(tmp_path: Path) -> None:
    assert run(tmp_path / "x", "init", str(tmp_path / "nyata"), "--zona", "Asia/Jayapura").exit_code == 0
    settings = Home(tmp_path / "nyata").settings()
    assert settings.jadwal_aktif and settings.zona == "Asia/Jayapura"
    assert run(tmp_path / "demo", "demo", "--people", "20").exit_code == 0
    assert not Home(tmp_path / "demo").settings().jadwal_aktif


def test_the_demo_leaves_a_deployment_alone(tmp_path: Path) -> None:
    """Its addresses and passwords stand nowhere else, not even in the backup."""
    root = tmp_path / "nyata"
    assert run(tmp_path / "x", "init", str(root)).exit_code == 0
    (root / "sumber.env").write_text("SIAK_URL=postgresql://walidata:Rahasia99@10.16.2.10/siak\n")
    for settings in ("kontrak_bawaan: false\n", "kontrak_bawaan: true\n"):
        (root / "satudata.yaml").write_text(settings)
        result = run(root, "demo", "--people", "20")
        assert result.exit_code == 1 and str(root) in result.output and "--home" in result.output
        assert "Rahasia99" not in result.output
        assert (root / "sumber.env").read_text() == "SIAK_URL=postgresql://walidata:Rahasia99@10.16.2.10/siak\n"
        assert not (root / "simulasi").exists()


def test_the_demo_leaves_deliveries_alone_that_no_demo_made(home: Path) -> None:
    (home / "satudata.yaml").write_text("kontrak_bawaan: true\n")
    (home / "landing" / "penduduk.dinas.warga" / "000001-00001").mkdir(parents=True)
    result = run(home, "demo", "--people", "20")
    assert result.exit_code == 1 and "no demo made" in result.output
    assert (home / "landing" / "penduduk.dinas.warga" / "000001-00001").is_dir()


def test_a_demo_of_another_size_does_not_mix_two_provinces(tmp_path: Path) -> None:
    root = tmp_path / "demo"
    assert run(root, "demo", "--people", "20").exit_code == 0
    received = root / "landing" / "penduduk.disdukcapil_sumsel.biodata" / "000001-00001"
    own = root / "contracts" / "dinas__warga.odcs.yaml"
    received.mkdir(parents=True)
    own.write_text("")

    again = run(root, "demo", "--people", "20")
    assert again.exit_code == 0 and "anew" not in again.output and received.is_dir()
    for arguments in (["--people", "30"], ["--people", "30", "--seed", "2"]):
        received.mkdir(parents=True, exist_ok=True)
        other = run(root, "demo", *arguments)
        assert other.exit_code == 0 and "starts anew" in other.output, other.output
        assert not received.exists() and (root / "landing").is_dir() and own.is_file()


def test_an_unknown_zone_is_refused(tmp_path: Path) -> None:
    result = run(tmp_path / "x", "init", str(tmp_path / "nyata"), "--zona", "Asia/Palembang")
    assert result.exit_code in (1, 2) and "Asia/Jakarta" in result.output


def test_init_keeps_a_home_that_is_there(tmp_path: Path) -> None:
    assert run(tmp_path / "x", "init", str(tmp_path / "nyata"), "--zona", "Asia/Jayapura").exit_code == 0
    run(tmp_path / "x", "init", str(tmp_path / "nyata"), "--zona", "Asia/Makassar")
    assert Home(tmp_path / "nyata").settings().zona == "Asia/Jayapura"


def test_a_run_without_contracts_says_where_they_go(home: Path) -> None:
    result = run(home, "run")
    assert result.exit_code == 1
    assert "there is no contract" in result.output and str(home / "contracts") in result.output


@pytest.mark.parametrize("address", [None, "postgresql://u:Rahasia99@127.0.0.1/dagster"])
def test_an_unfit_address_for_the_run_history_is_told_before_anything_starts(
    tmp_path: Path, address: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(tmp_path / "rumah")
    home.create({"dagster_postgres": "RIWAYAT_PG"})
    if address:
        (home.root / "sumber.env").write_text(f"RIWAYAT_PG={address}\n")
    monkeypatch.delenv("RIWAYAT_PG", raising=False)
    result = run(home.root, "run")
    assert result.exit_code == 1
    assert "RIWAYAT_PG" in result.output and "postgresql+psycopg2://" in result.output
    assert "Rahasia99" not in result.output
