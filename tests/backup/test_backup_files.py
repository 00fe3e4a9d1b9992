"""Backups of a small hand-made home: what is in them, what is not, and what is refused."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from contracts.delivery import Manifest, Receipt, SealedReceipts, Source, write_json
from contracts.errors import HomeError
from contracts.home import Home
from contracts.keys import create_key
from orchestration import backup as backup_module
from orchestration.backup import make_backup
from orchestration.backup_store import BackupError, NewerBackup, backups, file_hash, read_contents
from orchestration.lock import HomeBusy, writer
from orchestration.prepare import key_path
from orchestration.restore import restore

NIGHT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two contracts, three deliveries, one receipt, a registry, a contract of its own, addresses, and a build."""
    home = Home(tmp_path / "rumah")
    home.create({"provinsi": "Sumatera Selatan"})
    create_key(key_path(home))
    for name in ("penduduk.a.b/000001-00001", "penduduk.a.b/000001-00002", "samsat.a.b/000001-00001"):
        deliver(home, name)
    receipts = (Receipt(kontrak="penduduk.a.b", baru=("000001-00001", "000001-00002")),)
    seal = SealedReceipts(urutan=1, run_id="000001-aaaaaaaa", disegel_pada=NIGHT, kontrak=receipts)
    write_json(home.receipts / "000001.json", seal)
    put(home, "state/identitas/000001-aaaaaaaa-id.parquet", b"registry")
    put(home, "contracts/penduduk/a__b.odcs.yaml", b"id: penduduk.a.b\n")
    put(home, "sumber.env", b"SIAK_URL=postgresql://siak:sandi-siak@siak/siak\n")
    put(home, "build/gudang.duckdb", b"can be rebuilt")
    put(home, "published/x/satudata.duckdb", b"can be rebuilt")
    put(home, "logs/000001.jsonl", b"{}\n")
    return home


def put(home: Home, name: str, content: bytes) -> Path:
    path = home.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def deliver(home: Home, name: str, *, received: bytes = b"NIK;NAMA\n") -> Path:
    contract, delivery = name.split("/")
    folder = home.landing / name
    file = put(home, f"landing/{name}/received/penduduk.csv", received)
    put(home, f"landing/{name}/rows.parquet", f"rows of {name}".encode())
    source = Source(jenis="csv", alamat="berkas", objek="penduduk.csv", sha256=file_hash(file))
    manifest = Manifest(
        delivery_id=delivery, kontrak=contract, versi_kontrak="1.0.0", urutan=int(delivery[:6]), diterima_pada=NIGHT,
        bentuk="penuh", sumber=source, kolom=("NIK",), baris_dibaca=1, baris_mendarat=1, baris_sama=0, sidik_isi="x",
        sidik_skema="y",
    )  # fmt: skip
    write_json(folder / "delivery.json", manifest)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_a_backup_holds_state_deliveries_contracts_settings_and_nothing_else(home: Home, tmp_path: Path) -> None:
    outcome = make_backup(home, tmp_path / "cadangan", now=NIGHT)

    assert outcome.name == "20261121T180000Z"
    assert outcome.problems == ()
    saved = tree(tmp_path / "cadangan" / outcome.name)
    assert {name for name in saved if name != "backup.json"} == {
        "satudata.yaml", "contracts/penduduk/a__b.odcs.yaml", "state/kunci/id.key", "state/penerimaan/000001.json",
        "state/identitas/000001-aaaaaaaa-id.parquet",
        *(f"landing/{d}/{f}" for d in ("penduduk.a.b/000001-00001", "penduduk.a.b/000001-00002", "samsat.a.b/000001-00001")
          for f in ("delivery.json", "rows.parquet", "received/penduduk.csv")),
    }  # fmt: skip
    assert b"sandi-siak" not in b"".join(saved.values())
    contents = json.loads(saved["backup.json"])
    assert contents["format_version"] == 1
    assert {file["jalur"]: file["sha256"] for file in contents["berkas"]} == {
        name: file_hash(home.root / name) for name in saved if name != "backup.json"
    }
    key = key_path(home).read_text()
    assert key not in saved["backup.json"].decode()


def test_secrets_are_saved_only_on_request(home: Home, tmp_path: Path) -> None:
    outcome = make_backup(home, tmp_path / "cadangan", with_secrets=True)

    assert (tmp_path / "cadangan" / outcome.name / "sumber.env").read_bytes().startswith(b"SIAK_URL")
    assert read_contents(tmp_path / "cadangan" / outcome.name).rahasia
    assert "sumber.env" in make_backup(home, tmp_path / "cadangan").problems[0]


def test_everything_in_a_backup_is_private(home: Home, tmp_path: Path) -> None:
    outcome = make_backup(home, tmp_path / "cadangan")
    restored = Home(tmp_path / "baru")
    restore(restored, tmp_path / "cadangan")

    for folder in (tmp_path / "cadangan" / outcome.name, restored.root):
        for path in (folder, *folder.rglob("*")):
            if not path.name.startswith(".penulis") and "dagster" not in path.parts:
                assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_what_is_half_written_is_left_out(home: Home, tmp_path: Path) -> None:
    put(home, "landing/penduduk.a.b/.000002-00001.tmp/rows.parquet", b"half")
    put(home, "landing/penduduk.a.b/000002-00002/rows.parquet", b"no manifest")
    put(home, "state/identitas/.000002-bbbbbbbb.tmp", b"half")
    put(home, "state/penerimaan/000002.json.tmp", b"half")

    outcome = make_backup(home, tmp_path / "cadangan")

    assert not [name for name in tree(tmp_path / "cadangan" / outcome.name) if "000002" in name]


def test_a_model_trained_anew_is_no_finding(home: Home, tmp_path: Path) -> None:
    old = put(home, "state/tautan/frekuensi-1.parquet", b"names")
    put(home, "state/tautan/model.json", b"{}")
    make_backup(home, tmp_path / "cadangan")
    old.unlink()
    put(home, "state/tautan/model.json", b'{"format_version": 2}')
    assert make_backup(home, tmp_path / "cadangan").problems == ()


def test_deliveries_are_listed_after_the_receipts_and_the_registry(home: Home) -> None:
    """A run may seal while the list is made: what names a delivery must never be saved without it."""
    names = [path.relative_to(home.root).parts[:2] for path in backup_module.home_files(home, with_secrets=True)]
    first = {kind: names.index(kind) for kind in names}
    last = {kind: len(names) - 1 - names[::-1].index(kind) for kind in names}

    assert last["state", "identitas"] < first["state", "penerimaan"]
    assert last["state", "penerimaan"] < min(place for kind, place in first.items() if kind[0] == "landing")


def test_no_delivery_is_left_out_between_two_others(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is renamed into place while the folder is read may be missed, and a later one seen."""
    from orchestration import backup_store

    real, looks = backup_store._whole, iter([["000001-00002"], ["000001-00001", "000001-00002", "000001-00003"]] * 2)
    monkeypatch.setattr(
        backup_store, "_whole", lambda contract: [contract / name for name in next(looks)] if real(contract) else []
    )

    found = [path.name for path in backup_store._deliveries(home.landing)]

    assert found == ["000001-00001", "000001-00002"] * 2


def test_deliveries_of_one_night_are_ordered_by_number_and_not_by_letters(home: Home, tmp_path: Path) -> None:
    for name in ("000002-999", "000002-1000"):
        deliver(home, f"samsat.a.b/{name}")

    outcome = make_backup(home, tmp_path / "cadangan")

    assert (tmp_path / "cadangan" / outcome.name / "landing/samsat.a.b/000002-1000/rows.parquet").exists()


def test_the_next_backup_links_what_is_equal_and_copies_what_is_new(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    first = make_backup(home, folder, now=NIGHT)
    deliver(home, "penduduk.a.b/000002-00001")
    second = make_backup(home, folder, now=NIGHT + timedelta(days=1))

    assert (second.files, second.copied) == (first.files + 3, 3)
    same = "landing/penduduk.a.b/000001-00001/rows.parquet"
    assert (folder / first.name / same).stat().st_ino == (folder / second.name / same).stat().st_ino
    assert (folder / second.name / same).stat().st_ino != (home.root / same).stat().st_ino


def test_without_hard_links_everything_is_copied(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    make_backup(home, tmp_path / "cadangan", now=NIGHT)
    monkeypatch.setattr(os, "link", refuse)
    second = make_backup(home, tmp_path / "cadangan", now=NIGHT + timedelta(days=1))

    assert second.copied == second.files


def test_an_edited_contract_is_saved_anew_without_a_warning(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "cadangan", now=NIGHT)
    put(home, "contracts/penduduk/a__b.odcs.yaml", b"id: penduduk.a.b\nversion: 2.0.0\n")
    second = make_backup(home, tmp_path / "cadangan", now=NIGHT + timedelta(days=1))

    assert (second.copied, second.problems) == (1, ())


def test_a_changed_delivery_is_reported_and_the_earlier_copy_stays(home: Home, tmp_path: Path) -> None:
    folder, name = tmp_path / "cadangan", "landing/penduduk.a.b/000001-00001/rows.parquet"
    first = make_backup(home, folder, now=NIGHT)
    (home.root / name).write_bytes(b"bits fell over")
    second = make_backup(home, folder, now=NIGHT + timedelta(days=1), keep=1)

    assert name in second.problems[0] and "nothing may change it" in second.problems[0]
    assert second.removed == (), "the good copy must not be deleted"
    assert (folder / first.name / name).read_bytes() != (folder / second.name / name).read_bytes()


def test_a_deleted_delivery_is_reported(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "cadangan", now=NIGHT)
    for path in sorted((home.landing / "samsat.a.b").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()

    second = make_backup(home, tmp_path / "cadangan", now=NIGHT + timedelta(days=1))

    assert "samsat.a.b/000001-00001" in second.problems[0] and "gone" in second.problems[0]


def test_a_received_file_that_is_not_what_its_manifest_says_is_reported(home: Home, tmp_path: Path) -> None:
    put(home, "landing/samsat.a.b/000001-00001/received/penduduk.csv", b"something else")

    outcome = make_backup(home, tmp_path / "cadangan")

    assert "samsat.a.b/000001-00001/received/penduduk.csv is not the file" in outcome.problems[0]


def test_verify_finds_a_damaged_earlier_backup_and_heals_the_new_one(home: Home, tmp_path: Path) -> None:
    folder, name = tmp_path / "cadangan", "landing/penduduk.a.b/000001-00001/rows.parquet"
    first = make_backup(home, folder, now=NIGHT)
    damage(folder / first.name / name)
    unseen = make_backup(home, folder, now=NIGHT + timedelta(days=1))
    healed = make_backup(home, folder, now=NIGHT + timedelta(days=2), verify=True)

    assert unseen.problems == (), "size and time are equal; only --verify reads"
    assert name in healed.problems[0]
    assert (folder / healed.name / name).read_bytes() == (home.root / name).read_bytes()


def damage(path: Path) -> None:
    """Flip the first byte without a trace in size and time."""
    before = path.stat()
    content = bytearray(path.read_bytes())
    content[0] ^= 1
    path.write_bytes(bytes(content))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_old_backups_are_deleted_beyond_keep(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    for day in range(4):
        outcome = make_backup(home, folder, now=NIGHT + timedelta(days=day), keep=3)

    assert outcome.removed == ("20261121T180000Z",)
    assert backups(folder) == ["20261122T180000Z", "20261123T180000Z", "20261124T180000Z"]
    for name in backups(folder):
        restore(Home(tmp_path / name), folder, name=name)


def test_backups_within_one_second_sort_by_age(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    names = [make_backup(home, folder, now=NIGHT, keep=11).name for _ in range(13)]

    assert names[:3] == ["20261121T180000Z", "20261121T180000Z-002", "20261121T180000Z-003"]
    assert backups(folder) == names[2:]


def test_an_interrupted_backup_leaves_the_earlier_ones_and_is_swept_away(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cadangan"
    first = make_backup(home, folder, now=NIGHT)
    deliver(home, "penduduk.a.b/000002-00001")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "copy_file", full)
        with pytest.raises(BackupError, match="no space left on device; nothing was kept"):
            make_backup(home, folder, now=NIGHT + timedelta(days=1))
    (folder / ".20261122T180000Z.tmp").mkdir()

    assert backups(folder) == [first.name]
    assert make_backup(home, folder, now=NIGHT + timedelta(days=2)).copied == 3
    assert not list(folder.glob(".*.tmp"))


def test_a_backup_inside_the_home_is_refused(home: Home) -> None:
    with pytest.raises(BackupError, match="inside the home"):
        make_backup(home, home.root / "cadangan")
    assert not (home.root / "cadangan").exists()


def test_a_folder_with_backups_of_another_home_is_refused(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "lain")
    other.create({})
    create_key(key_path(other))
    make_backup(other, tmp_path / "cadangan")

    with pytest.raises(BackupError, match="another home"):
        make_backup(home, tmp_path / "cadangan")


def test_no_home_no_backup(tmp_path: Path) -> None:
    with pytest.raises(HomeError, match="no satu-data home"):
        make_backup(Home(tmp_path / "rumah"), tmp_path / "cadangan")


def test_a_backup_goes_on_while_a_run_writes_and_two_backups_do_not(home: Home, tmp_path: Path) -> None:
    from filelock import FileLock

    with writer(home, "run"):
        assert make_backup(home, tmp_path / "cadangan").problems == ()
    with FileLock(tmp_path / "cadangan" / ".cadangan.lock"), pytest.raises(BackupError, match="another backup"):
        make_backup(home, tmp_path / "cadangan")


def test_restore_brings_every_byte_back(home: Home, tmp_path: Path) -> None:
    outcome = make_backup(home, tmp_path / "cadangan")
    restored = Home(tmp_path / "baru")

    done = restore(restored, tmp_path / "cadangan")

    assert (done.name, done.files, done.with_secrets) == (outcome.name, outcome.files, False)
    saved = tree(tmp_path / "cadangan" / outcome.name)
    back = tree(restored.root)
    assert {name: back.get(name) for name in saved if name != "backup.json"} == {
        name: content for name, content in saved.items() if name != "backup.json"
    }
    assert (restored.dagster / "dagster.yaml").is_file()
    assert make_backup(restored, tmp_path / "cadangan").copied == 0, "it goes on where the lost home stopped"


def test_restore_takes_the_newest_or_the_named_or_the_folder_itself(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    first = make_backup(home, folder, now=NIGHT)
    second = make_backup(home, folder, now=NIGHT + timedelta(days=1))

    assert restore(Home(tmp_path / "a"), folder).name == second.name
    assert restore(Home(tmp_path / "b"), folder, name=first.name).name == first.name
    assert restore(Home(tmp_path / "c"), folder / first.name).name == first.name
    with pytest.raises(BackupError, match=f"no backup x; there are: {first.name}, {second.name}"):
        restore(Home(tmp_path / "d"), folder, name="x")
    with pytest.raises(BackupError, match="holds no backup"):
        restore(Home(tmp_path / "d"), tmp_path / "rumah")


def test_restore_refuses_a_home_that_holds_anything(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "cadangan")
    before = tree(home.root)

    with pytest.raises(BackupError, match=r"is not empty .*nothing there was touched"):
        restore(home, tmp_path / "cadangan")

    assert tree(home.root) == before


def test_restore_into_a_fresh_disk_and_after_an_interrupted_restore(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "cadangan")
    restored = Home(tmp_path / "baru")
    (restored.root / "lost+found").mkdir(parents=True)
    put(restored, ".pemulihan.tmp/landing/half", b"half")

    restore(restored, tmp_path / "cadangan")

    assert not (restored.root / ".pemulihan.tmp").exists()
    assert (restored.root / "satudata.yaml").is_file()


def test_two_restores_into_one_home_are_refused(home: Home, tmp_path: Path) -> None:
    make_backup(home, tmp_path / "cadangan")
    restored = Home(tmp_path / "baru")
    restored.root.mkdir()
    with writer(restored, "restore"), pytest.raises(HomeBusy, match="restore"):
        restore(restored, tmp_path / "cadangan")


@pytest.mark.parametrize("how", ["changed", "missing"])
def test_restore_refuses_a_damaged_backup_and_says_what_stayed_safe(home: Home, tmp_path: Path, how: str) -> None:
    folder, name = tmp_path / "cadangan", "landing/samsat.a.b/000001-00001/rows.parquet"
    first = make_backup(home, folder, now=NIGHT)
    put(home, name, b"so that the second copy is another file")
    second = make_backup(home, folder, now=NIGHT + timedelta(days=1))
    damage(folder / second.name / name) if how == "changed" else (folder / second.name / name).unlink()
    restored = Home(tmp_path / "baru")

    with pytest.raises(BackupError) as caught:
        restore(restored, folder)

    for part in ("1 files are missing or damaged", name, "nothing was restored", f"--backup: {first.name}"):
        assert part in str(caught.value)
    assert [path.name for path in restored.root.iterdir()] in ([], [".penulis.lock"])
    assert restore(restored, folder, name=first.name).files == first.files


def test_a_newer_backup_is_refused_by_name(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "cadangan"
    outcome = make_backup(home, folder)
    path = folder / outcome.name / "backup.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format_version": 2, "baru": "unknown"}))

    with pytest.raises(NewerBackup, match=f"backup {outcome.name}: format_version 2 is newer than 1"):
        restore(Home(tmp_path / "baru"), folder)
    with pytest.raises(NewerBackup):
        make_backup(home, folder)
    assert not (tmp_path / "baru").exists()


def test_a_delivery_or_settings_of_a_newer_version_are_refused(home: Home, tmp_path: Path) -> None:
    settings = home.root / "satudata.yaml"
    settings.write_text(settings.read_text().replace("format_version: 1", "format_version: 7"))
    with pytest.raises(HomeError, match="format_version is newer"):
        make_backup(home, tmp_path / "cadangan")
    settings.write_text(settings.read_text().replace("format_version: 7", "format_version: 1"))
    manifest = home.landing / "samsat.a.b/000001-00001/delivery.json"
    manifest.write_text(manifest.read_text().replace('"format_version": 1', '"format_version": 9'))
    assert "format_version 9 is newer" in make_backup(home, tmp_path / "cadangan").problems[0]

    with pytest.raises(BackupError, match=r"format_version 9 is newer than 1.*nothing was restored"):
        restore(Home(tmp_path / "baru"), tmp_path / "cadangan")
    assert not (tmp_path / "baru" / "satudata.yaml").exists()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format_version": 1}', '{"format_version": "x"}'])
def test_a_backup_without_a_readable_contents_file_cannot_be_used(home: Home, tmp_path: Path, content: str) -> None:
    folder = tmp_path / "cadangan"
    outcome = make_backup(home, folder, now=NIGHT)
    (folder / outcome.name / "backup.json").write_text(content)

    with pytest.raises(BackupError, match=f"backup {outcome.name}: its backup.json is missing or damaged"):
        restore(Home(tmp_path / "baru"), folder)
    second = make_backup(home, folder, now=NIGHT + timedelta(days=1))
    assert second.copied == second.files and "was not built upon" in second.problems[0]


@pytest.mark.parametrize("path", ["../luar", "/etc/cron.d/x", "landing/../../luar"])
def test_a_path_that_leads_out_of_the_home_is_refused(home: Home, tmp_path: Path, path: str) -> None:
    outcome = make_backup(home, tmp_path / "cadangan")
    contents = tmp_path / "cadangan" / outcome.name / "backup.json"
    data = json.loads(contents.read_text())
    data["berkas"][0]["jalur"] = path
    contents.write_text(json.dumps(data))

    with pytest.raises(BackupError, match="damaged"):
        restore(Home(tmp_path / "baru"), tmp_path / "cadangan")
