"""Random nights with everything in them: what stands is what a full refresh would make of it, or a build of one go."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from resolution_kit import Person, Town, say, unsay
from town_kit import families, learnt, registered, seen

from resolution import identity, linking, preparing
from resolution.decisions import Verdict
from resolution.settings import SettingsError

pytestmark = pytest.mark.slow

FAMILIES = families(60)
REGISTRY = [person for family in FAMILIES for person in family]
HUSBANDS = {mother.nama: father.nama for father, mother, *_ in FAMILIES}
FIRST_NIGHT = (
    *REGISTRY,
    *(one.but(nama_pasangan=HUSBANDS.get(one.nama)) if one.peran == "ibu" else one for one in learnt(FAMILIES, 10_000)),
)
VERDICTS: tuple[Verdict, ...] = ("sama", "beda", "ragu")
NIGHTS = 5
#: What is kept from night to night.
KEPT = {
    "pasangan": "select tautan, l, r, is_wajib, round(bobot, 6), jumlah_blok from resolved.pasangan",
    "tautan": "select tautan, l, r, keputusan, round(bobot, 6), round(peluang, 6) from resolved.tautan",
    "banding": "select * exclude (sidik) from resolved.banding",
    "satuan": "from resolved.satuan",
    "sikap": "select sikap, tautan, satuan_a, satuan_b, a, b, round(bobot, 6), undi from resolved.sikap",
    "senama": "from resolved.senama",
    "terdaftar": "select k, nomor from resolved.kunci_terdaftar "
    "where (k, nomor) not in (select (k, nomor) from resolved.kunci_usang where tautan is null)",
    "pencari": "from resolved.kunci_pencari anti join resolved.kunci_usang using (k, nomor, tautan)",
    "alih": "select id_lama, id_orang from resolved.orang_alih",
    "orang": "select * exclude (_run_id) from resolved.orang_catatan",
    "jumlah": "from resolved.jumlah_orang",
    "keputusan": "from resolved.keputusan",
    "bermasalah": "select keputusan, alasan_tidak_berlaku from resolved.keputusan_bermasalah",
}
#: SATUDATA_UJI_MALAM=50 looks longer.
SEEDS = range(int(os.environ.get("SATUDATA_UJI_MALAM", "3")))


def named(name: object) -> Person:
    """A record of which only the id matters."""
    return Person(str(name), None, "", None)


@pytest.fixture(scope="module", params=[None, 6], ids=["usual-blocks", "tight-blocks"])
def grown(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Town:
    """Bounds that a few records cross, too: blocks outgrow them and fall below."""
    found = Town(tmp_path_factory.mktemp("kota"), linked=True, most=request.param)
    found.night(*FIRST_NIGHT)
    return found


def agency_record(draw: random.Random) -> Person:
    """Somebody's, with some of what goes wrong: no date, a slip, the own NIK or a relative's, an old village."""
    family = draw.choice(FAMILIES)
    person = draw.choice(family)
    changes: dict[str, object] = {}
    if draw.random() < 0.4:
        changes["tanggal_lahir"] = None
    if draw.random() < 0.3:
        changes["nama"] = (person.nama or "").replace("A", "E", 1)
    if draw.random() < 0.5:
        owner = draw.choice((person, draw.choice(family)))
        changes |= {"nik": owner.nik, "nik_asal": owner.nik}
    if draw.random() < 0.2:
        changes["kode_wilayah"] = "1672021001"
    source = draw.choice(("samsat", "ibu", "anak"))
    if source == "ibu" and draw.random() < 0.8:
        changes["nama_pasangan"] = draw.choice((family[0], draw.choice(FAMILIES)[0])).nama
    return seen(person, source, draw.randrange(40), **changes)


def changed_resident(draw: random.Random) -> Person:
    """One of the registry who got another name or card, or a newborn."""
    person, other = draw.choice(REGISTRY), draw.choice(REGISTRY)
    born = date_of(other)
    return draw.choice(
        (
            person.but(nama=other.nama, nama_kunci=other.nama_kunci),
            person.but(nomor_kk=other.nomor_kk),
            registered(6_000 + draw.randrange(5), draw.randrange(60), other.nama or "", born, "L", "ANAK"),
        )
    )


def date_of(person: Person) -> date:
    return date.fromisoformat(person.tanggal_lahir or "")


def speak(town: Town, draw: random.Random, records: Mapping[str, Person], said: list[str]) -> None:
    """Words about any two records and about what is asked; now and then one is taken back."""
    pairs: list[list[object]] = [draw.sample(sorted(records), 2) for _ in range(draw.randrange(3))]
    asked = town.questions()[0]
    if asked and draw.random() < 0.7:
        pairs.append(list(draw.choice(asked)[2:4]))
    said.extend(say(town, draw.choice(VERDICTS), named(a), named(b)) for a, b in pairs)
    if said and draw.random() < 0.3:
        unsay(town, said.pop(draw.randrange(len(said))))


def state(town: Town) -> tuple[object, ...]:
    return town.groups(), town.ids(), town.questions(), town.undecided(), *(kept(town, name) for name in KEPT)


def kept(town: Town, name: str) -> list[tuple[object, ...]]:
    return town.con.execute(f"{KEPT[name]} order by all").fetchall()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_night_leaves_what_a_full_refresh_would(grown: Town, tmp_path: Path, seed: int) -> None:
    draw, town = random.Random(seed), grown.copy(tmp_path / "kota")
    records = {person.id_catatan: person for person in FIRST_NIGHT}
    said: list[str] = []
    for night in range(NIGHTS):
        news = [agency_record(draw) for _ in range(8)] + [changed_resident(draw) for _ in range(draw.randrange(3))]
        changed = {record.id_catatan: record for record in news}
        gone = [name for name in draw.sample(sorted(records), 3) if name not in changed] if night % 2 else []
        records = {name: record for name, record in (records | changed).items() if name not in gone}
        speak(town, draw, records, said)
        town.night(*changed.values(), gone=tuple(gone))
        refreshed = town.copy(tmp_path / f"segar-{night}")
        refreshed.night(full_refresh=True)
        assert state(refreshed) == state(town), f"night {night} of seed {seed}"
        refreshed.con.close()
    whole = Town(tmp_path / "sekaligus", linked=True, most=town.most)
    whole.linking = town.linking
    whole.night(*records.values())
    assert (whole.groups(), whole.questions(), whole.undecided()) == (town.groups(), town.questions(), town.undecided())


STEPS = ((linking, "decide"), (identity, "store_people"), (identity, "ask"))
#: What is killed: a full refresh, a night, and one that weighs all pairs by another model.
OF_KIND = {
    "refresh": ((preparing, "store_all"), (linking, "weigh_all"), (identity, "remember_rules")),
    "night": ((linking, "weigh_changed"), (preparing, "store_changed_keys"), (linking, "store_pairs")),
    "training": ((linking, "train_links"), (linking, "weigh_all"), (identity, "remember_rules")),
}
KILLS = [(kind, *step) for kind, own in OF_KIND.items() for step in (*STEPS, *own)]


def die(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def busy_night(town: Town, kind: str) -> None:
    if kind == "training":
        assert town.linking
        shutil.rmtree(town.linking.model)
    draw = random.Random(7)
    news = [agency_record(draw) for _ in range(12)] + [changed_resident(draw) for _ in range(3)]
    changed = {one.id_catatan: one for one in news}
    gone = (next(one.id_catatan for one in FIRST_NIGHT if one.id_catatan not in changed),)
    speak(town, draw, {one.id_catatan: one for one in FIRST_NIGHT if one.id_catatan not in gone}, [])
    town.night(*changed.values(), gone=gone, full_refresh=kind == "refresh")


@pytest.fixture(scope="module")
def undisturbed(grown: Town, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[object, ...]]:
    """What the busy night leaves, of every kind."""
    towns = {kind: grown.copy(tmp_path_factory.mktemp("hidup")) for kind in OF_KIND}
    for kind, town in towns.items():
        busy_night(town, kind)
    return {kind: state(town) for kind, town in towns.items()}


@pytest.mark.parametrize("grown", [None], ids=["usual-blocks"], indirect=True)
@pytest.mark.parametrize(("kind", "module", "step"), KILLS, ids=[f"{kind}-{step}" for kind, _, step in KILLS])
def test_a_killed_run_is_made_up_for(
    grown: Town, undisturbed: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    kind: str, module: ModuleType, step: str,
) -> None:  # fmt: skip
    """A full run keeps what it wrote until it was killed, a night nothing: the next night's work is the same."""
    town = grown.copy(tmp_path / "mati")
    monkeypatch.setattr(module, step, die)
    with pytest.raises(KeyboardInterrupt):
        busy_night(town, kind)
    monkeypatch.undo()
    town.night()
    assert state(town) == undisturbed[kind]


@pytest.mark.parametrize("grown", [None], ids=["usual-blocks"], indirect=True)
def test_who_came_in_a_killed_full_refresh_and_is_gone_again_leaves_nothing(
    grown: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A steward's word about a record that only the killed run saw must not speak for another of its NIK."""
    person, shared = FAMILIES[25][1], "1671019999990001"
    gone, stays = (seen(person, "samsat", 800 + n, nik=shared, nik_asal=shared) for n in range(2))
    killed, whole = (grown.copy(tmp_path / name) for name in ("mati", "hidup"))
    for town in (killed, whole):
        town.night(stays)
        say(town, "sama", gone, person)
    monkeypatch.setattr(linking, "decide", die)
    with pytest.raises(KeyboardInterrupt):
        killed.night(gone, full_refresh=True)
    monkeypatch.undo()
    killed.night(gone=(gone.id_catatan,))
    whole.night(full_refresh=True)
    assert state(killed) == state(whole)


@pytest.mark.parametrize("grown", [None], ids=["usual-blocks"], indirect=True)
def test_a_damaged_model_is_told_before_anything_is_written(grown: Town, tmp_path: Path) -> None:
    town, whole = grown.copy(tmp_path / "rusak"), grown.copy(tmp_path / "utuh")
    assert town.linking
    changed, model = FAMILIES[3][0].but(nomor_kk="1671010101010101"), town.linking.model / "model.json"
    kept, _ = model.read_text(), model.write_text("{")
    for full_refresh in (True, False):
        with pytest.raises(SettingsError, match="damaged"):
            town.night(changed, full_refresh=full_refresh)
    model.write_text(kept)
    repaired, usual = town.night(), whole.night(changed)
    assert repaired.touched_records == usual.touched_records < len(FIRST_NIGHT) / 2, "a night, not everything anew"
    assert state(town) == state(whole)


def test_a_first_run_that_was_killed_is_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed, whole = (Town(tmp_path / name, linked=True) for name in ("mati", "hidup"))
    whole.night(*FIRST_NIGHT)
    monkeypatch.setattr(linking, "decide", die)
    with pytest.raises(KeyboardInterrupt):
        killed.night(*FIRST_NIGHT)
    assert killed.ids() == {}, "nobody has an id before all have one"
    monkeypatch.undo()
    killed.night()
    assert state(killed) == state(whole)
