"""A steward's word: it joins, keeps apart, leaves open, can be taken back, and holds through every rebuild."""

from __future__ import annotations

import json
import random
import shutil
import tracemalloc
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from resolution_kit import Person, Town, say, unsay
from town_kit import families, registered, seen

from resolution.apart import keep_apart
from resolution.contradictions import applicable, contradictions, set_aside
from resolution.decisions import Act, DecisionError, Verdict, make_decision, read_decisions, store
from resolution.model import read_model
from resolution.review import states
from resolution.steward import recordless

pytestmark = pytest.mark.slow

FAMILIES = families(60)
REGISTRY = [person for family in FAMILIES for person in family]
FATHER, MOTHER, _, _ = FAMILIES[7]
SON = registered(5_000, 7, FATHER.nama or "", date(2000, 5, 17), "L", "ANAK")
#: Fits the father and the son.
EITHER = seen(FATHER, "samsat", 1, tanggal_lahir=None)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Town:
    found = Town(tmp_path_factory.mktemp("kota"), linked=True)
    found.night(*REGISTRY, SON, EITHER)
    return found


@pytest.fixture
def town(grown: Town, tmp_path: Path) -> Town:
    return grown.copy(tmp_path / "kota")


def together(town: Town, *people: Person) -> bool:
    ids = town.ids()
    return len({ids[person.id_catatan] for person in people}) == 1


def apart(town: Town, a: Person, b: Person) -> bool:
    return not together(town, a, b)


def test_same_joins_what_was_left_open_and_undo_parts_it_again(town: Town) -> None:
    question = frozenset({EITHER.id_catatan, FATHER.id_catatan})
    assert apart(town, EITHER, FATHER) and question in town.undecided()
    name = say(town, "sama", EITHER, FATHER)
    town.night()
    assert together(town, EITHER, FATHER) and apart(town, EITHER, SON)
    assert not any(EITHER.id_catatan in pair for pair in town.undecided()), "a decided record asks nothing more"
    unsay(town, name)
    town.night()
    assert apart(town, EITHER, FATHER) and question in town.undecided()


def test_different_leaves_the_other_candidate(town: Town) -> None:
    say(town, "beda", EITHER, FATHER)
    town.night()
    assert together(town, EITHER, SON) and apart(town, EITHER, FATHER)


def test_unsure_joins_nothing_and_is_not_asked_again(town: Town) -> None:
    say(town, "ragu", EITHER, FATHER)
    town.night()
    assert apart(town, EITHER, FATHER) and apart(town, EITHER, SON)
    assert frozenset({EITHER.id_catatan, FATHER.id_catatan}) not in town.undecided()


def test_unsure_about_a_joined_pair_parts_it_and_what_hung_on_it(town: Town) -> None:
    sure, beside = (seen(MOTHER, "ibu", n, nama_pasangan=FATHER.nama) for n in (9, 10))
    town.night(sure, beside)
    assert together(town, sure, beside, MOTHER)
    for record in (sure, beside):
        say(town, "ragu", record, MOTHER, origin="contoh")
    town.night()
    assert apart(town, sure, MOTHER) and apart(town, beside, MOTHER)
    assert not any(MOTHER.id_catatan in pair and sure.id_catatan in pair for pair in town.undecided())


def test_a_pair_of_one_nik_that_was_broken_up_stays_apart_when_a_third_record_arrives(town: Town) -> None:
    nik = MOTHER.nik
    second = seen(MOTHER, "samsat", 2, nik=nik, nik_asal=nik)
    town.night(second)
    assert together(town, second, MOTHER)
    say(town, "beda", second, MOTHER)
    town.night()
    assert apart(town, second, MOTHER)
    third = seen(MOTHER, "ibu", 3, nik=nik, nik_asal=nik)
    town.night(third)
    assert apart(town, second, MOTHER)
    assert together(town, third, MOTHER) or together(town, third, second)


def test_unsure_about_records_of_one_nik_parts_them(town: Town) -> None:
    second = seen(MOTHER, "samsat", 2, nik=MOTHER.nik, nik_asal=MOTHER.nik)
    town.night(second)
    assert together(town, second, MOTHER)
    name = say(town, "ragu", second, MOTHER, origin="contoh_nik")
    town.night()
    assert apart(town, second, MOTHER)
    unsay(town, name)
    town.night()
    assert together(town, second, MOTHER)


def test_a_word_about_two_of_thousands_under_one_nik_places_few_things(town: Town) -> None:
    """Records that say the same go one way together: one by one they would take gigabytes."""
    owner = seen(MOTHER, "samsat", 0, nik=MOTHER.nik, nik_asal=MOTHER.nik)
    fleet = [owner.but(id_catatan=f"samsat.kota.kendaraan|pemilik|{n}") for n in range(10_000, 13_000)]
    town.night(*fleet)
    assert together(town, MOTHER, *fleet)
    say(town, "beda", fleet[1], fleet[2])
    tracemalloc.start()
    town.night()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    ids = town.ids()
    assert ids[fleet[1].id_catatan] != ids[fleet[2].id_catatan]
    assert len({ids[record.id_catatan] for record in fleet}) == 2
    assert peak < 64 * 2**20


def test_two_registry_records_are_joined_by_word_alone(town: Town) -> None:
    say(town, "sama", FATHER, SON)
    town.night()
    assert together(town, FATHER, SON)
    assert together(town, EITHER, FATHER), "who fits both of them fits the one they are"


def test_words_about_an_agency_record_never_make_one_of_two_registered_people(town: Town) -> None:
    joining = {say(town, "sama", EITHER, FATHER), say(town, "sama", EITHER, SON)}
    town.night()
    assert apart(town, FATHER, SON) and apart(town, EITHER, FATHER) and apart(town, EITHER, SON)
    first, second = sorted(joining)
    assert troubled(town) == {(first, "sama", "bertentangan", second), (second, "sama", "bertentangan", first)}
    assert {state for _, state in states(town.decisions)} == {"bertentangan"}
    say(town, "sama", FATHER, SON)
    town.night()
    assert together(town, FATHER, SON, EITHER) and troubled(town) == set()


@pytest.mark.parametrize("by_way_of", [(), (seen(FATHER, "ibu", 9),)], ids=["directly", "by way of another record"])
def test_whom_a_word_names_goes_before_whose_nik_a_record_bears(town: Town, by_way_of: tuple[Person, ...]) -> None:
    record, other = seen(FATHER, "samsat", 2, nik=FATHER.nik, nik_asal=FATHER.nik), REGISTRY[0]
    town.night(record, seen(FATHER, "samsat", 3, nik=FATHER.nik, nik_asal=FATHER.nik), *by_way_of)
    assert together(town, record, FATHER)
    chain = (record, *by_way_of, other)
    words = [say(town, "sama", a, b) for a, b in pairwise(chain)]
    town.night()
    assert together(town, *chain) and apart(town, record, FATHER), "the others of its NIK stay where they are"
    groups = town.groups()
    town.night(full_refresh=True)
    assert town.groups() == groups
    unsay(town, words[-1])
    town.night()
    assert together(town, record, FATHER) and apart(town, record, other)


def test_ids_survive_a_decision_and_its_undoing(town: Town) -> None:
    before = town.ids()
    name = say(town, "sama", EITHER, FATHER)
    town.night()
    assert town.redirects() == {before[EITHER.id_catatan]: before[FATHER.id_catatan]} or town.ids()[
        FATHER.id_catatan
    ] in {before[EITHER.id_catatan], before[FATHER.id_catatan]}
    unsay(town, name)
    town.night()
    assert town.ids() == before


def test_a_rebuild_and_a_new_build_obey_as_the_nights_did(town: Town, tmp_path: Path) -> None:
    say(town, "beda", EITHER, FATHER)
    say(town, "sama", MOTHER, REGISTRY[0])
    town.night()
    groups, ids = town.groups(), town.ids()
    town.night(full_refresh=True)
    assert (town.groups(), town.ids()) == (groups, ids)
    fresh = Town(tmp_path / "baru", linked=True)
    fresh.registry, fresh.linking = town.registry, town.linking
    fresh.night(*REGISTRY, SON, EITHER)
    assert fresh.groups() == groups


def test_what_decisions_contradict_is_named_and_not_joined(town: Town) -> None:
    a, b, c = MOTHER, REGISTRY[0], REGISTRY[5]
    joining = {say(town, "sama", a, b), say(town, "sama", b, c)}
    parting = say(town, "beda", a, c)
    assert {name: set(names) for name, names in contradictions(read_decisions(town.decisions).in_force).items()} == {
        parting: joining
    }
    town.night()
    assert apart(town, a, b) and apart(town, b, c) and apart(town, a, c)
    assert troubled(town) == {(name, "sama", "bertentangan", parting) for name in joining}
    listed = {decision.id: state for decision, state in states(town.decisions)}
    assert listed == dict.fromkeys((parting, *joining), "bertentangan")


def troubled(town: Town) -> set[tuple[str, str, str, str | None]]:
    return set(town.con.execute("from resolved.keputusan_bermasalah").fetchall())


def test_what_is_set_aside_in_a_second_round_is_told_too(town: Town) -> None:
    """Two ways join what is kept apart: the shorter is seen first, the other only when that is gone."""
    a, b, c, d = MOTHER, REGISTRY[0], REGISTRY[5], REGISTRY[9]
    joining = {say(town, "sama", *pair) for pair in ((a, b), (b, c), (a, d), (d, REGISTRY[13]), (REGISTRY[13], c))}
    parting = say(town, "beda", a, c)
    assert set_aside(read_decisions(town.decisions).in_force) == dict.fromkeys(joining, parting)
    assert {state for _, state in states(town.decisions)} == {"bertentangan"}


def test_a_decision_about_a_record_that_left_rests_until_it_returns_and_is_told_meanwhile(town: Town) -> None:
    name = say(town, "sama", EITHER, FATHER)
    assert town.night().questions >= 0 and troubled(town) == set()
    town.night(gone=(EITHER.id_catatan,))
    assert troubled(town) == {(name, "sama", "tanpa_catatan", None)}
    town.con.execute("create schema if not exists mutu; create or replace view mutu.lain as select 1")
    assert recordless(town.con) == frozenset(), "a build of before knows of none"
    town.con.execute("create table mutu.keputusan_bermasalah as from resolved.keputusan_bermasalah")
    assert [state for _, state in states(town.decisions, recordless(town.con))] == ["tanpa_catatan"]
    town.night(EITHER)
    assert together(town, EITHER, FATHER) and troubled(town) == set()


def test_a_decision_that_never_had_its_record_is_told_in_a_night_without_changes(town: Town) -> None:
    name = say(town, "beda", FATHER.but(id_catatan="x|tidak|ada"), SON.but(id_catatan="x|tidak|pernah"))
    assert town.night().touched_records == 0
    assert troubled(town) == {(name, "beda", "tanpa_catatan", None)}
    unsay(town, name)
    town.night()
    assert troubled(town) == set()


def test_a_decision_is_told_of_while_there_is_no_record_at_all(tmp_path: Path) -> None:
    town = Town(tmp_path / "kosong", linked=True)
    name = say(town, "sama", EITHER, FATHER)
    town.night()
    assert troubled(town) == {(name, "sama", "tanpa_catatan", None)}
    town.night(EITHER, FATHER)
    town.night(gone=(EITHER.id_catatan, FATHER.id_catatan))
    town.night(full_refresh=True)
    assert troubled(town) == {(name, "sama", "tanpa_catatan", None)}
    assert not town.con.execute("from resolved.orang_tersentuh").fetchall(), "a full refresh begins anew"
    unsay(town, name)
    town.night()
    assert troubled(town) == set()


def test_answers_about_joined_pairs_are_counted_and_leave_the_sample(town: Town) -> None:
    sure = seen(MOTHER, "ibu", 9, nama_pasangan=FATHER.nama)
    town.night(sure)
    asked = town.con.execute(
        "select id_catatan_a, id_catatan_b from resolved.tinjauan where jenis = 'contoh'"
    ).fetchall()
    assert (sure.id_catatan, MOTHER.id_catatan) in asked and together(town, sure, MOTHER)
    say(town, "sama", sure, MOTHER, origin="contoh")
    say(town, "ragu", EITHER, FATHER, origin="ragu")
    assert town.night().answers == 1
    assert together(town, sure, MOTHER)
    left = town.con.execute("select id_catatan_a, id_catatan_b from resolved.tinjauan").fetchall()
    assert (sure.id_catatan, MOTHER.id_catatan) not in left


def test_all_that_is_decided_unseen_is_sampled(town: Town) -> None:
    """What a link joined, what the NIK joined, what was compared and left apart; and how much each stands for."""
    town.night(
        seen(MOTHER, "ibu", 9, nama_pasangan=FATHER.nama),
        seen(MOTHER, "samsat", 20, nik=MOTHER.nik, nik_asal=MOTHER.nik),
    )
    samples = dict(town.con.execute(
        "select jenis, count(*) from resolved.tinjauan where jenis <> 'ragu' group by jenis"
    ).fetchall())  # fmt: skip
    strata = dict(town.con.execute("from resolved.contoh_lapis").fetchall())
    assert set(samples) == set(strata) == {"contoh", "contoh_nik", "contoh_lepas"}
    assert all(0 < samples[kind] <= strata[kind] for kind in samples)
    ids = town.ids()
    pairs = town.con.execute("select jenis, id_catatan_a, id_catatan_b from resolved.tinjauan").fetchall()
    assert all((ids[a] == ids[b]) is (kind != "contoh_lepas") for kind, a, b in pairs if kind != "ragu")
    registered_ones = {person.id_catatan for person in [*REGISTRY, SON]}
    assert all(b in registered_ones for _, a, b in pairs if a not in registered_ones or b not in registered_ones), (
        "whoever answers would see by the order what was made of a pair"
    )
    apart = next((a, b) for kind, a, b in pairs if kind == "contoh_lepas")
    by_nik = next((a, b) for kind, a, b in pairs if kind == "contoh_nik")
    for (a, b), kind in ((apart, "contoh_lepas"), (by_nik, "contoh_nik")):
        one, other = (Person(name, None, "", None) for name in (a, b))
        say(town, "beda" if kind == "contoh_lepas" else "sama", one, other, origin=kind)
    assert town.night().answers == 2
    left = town.con.execute("select id_catatan_a, id_catatan_b from resolved.tinjauan").fetchall()
    assert apart not in left and by_nik not in left


def test_answers_count_for_the_model_that_they_are_about(town: Town) -> None:
    assert town.linking
    sure = seen(MOTHER, "ibu", 9, nama_pasangan=FATHER.nama)
    town.night(sure)
    say(town, "beda", sure, MOTHER, origin="contoh")
    assert town.night().answers == 1
    path = town.linking.model / "model.json"
    model = json.loads(path.read_text())
    model["tautan"]["kesehatan_ibu"]["peluang"] *= 0.99
    path.write_text(json.dumps(model))
    outcome = town.night()
    assert outcome.touched_records == 0 and outcome.answers == 0, "a new model is weighed without new records"
    now = read_model(town.linking.model)
    assert now and town.con.execute("from resolved.model_tautan").fetchall() == [(now.version,)]
    assert apart(town, sure, MOTHER), "the answer itself holds"


def test_a_newer_or_damaged_file_is_refused_by_name(town: Town) -> None:
    town.decisions.mkdir(exist_ok=True)
    (town.decisions / "x.json").write_text('{"format_version": 99}')
    with pytest.raises(DecisionError, match=r"x\.json.*99.*upgrade"):
        town.night(SON.but(nama="LAIN"))
    timeless = {"id": "k", "catatan": ["a", "b"], "keputusan": "sama", "pemutus": "Sri", "waktu": "2026-11-22T10:00:00"}
    acts = ['{"format_version": null}', '{"format_version": 0}', '{"format_version": 1e999}', "{}", "[]", "{"]
    for text in (*acts, json.dumps({"format_version": 1, "keputusan": [timeless]})):
        (town.decisions / "x.json").write_text(text)
        with pytest.raises(DecisionError, match=r"x\.json is damaged; restore it from a backup"):
            town.night(SON.but(nama="LAIN"))


def test_decisions_that_cannot_be_read_are_told_and_not_taken_for_none(tmp_path: Path) -> None:
    folder = tmp_path / "keputusan"
    assert read_decisions(folder).decisions == (), "nobody has decided yet"
    folder.symlink_to(tmp_path / "hilang")
    with pytest.raises(DecisionError, match=r"keputusan cannot be read \(No such file or directory\); .*a backup"):
        read_decisions(folder)
    folder.unlink()
    folder.write_text("")
    with pytest.raises(DecisionError, match=r"keputusan cannot be read \(Not a directory\)"):
        read_decisions(folder)
    folder.unlink()
    path = folder / "x.json"
    path.mkdir(parents=True)
    with pytest.raises(DecisionError, match=r"x\.json cannot be read \(Is a directory\); make it readable to you"):
        read_decisions(folder)
    path.rmdir()
    path.symlink_to(tmp_path / "hilang.json")
    with pytest.raises(DecisionError, match=r"x\.json cannot be read \(No such file or directory\)"):
        read_decisions(folder)
    path.unlink()
    path.write_text("[" * 100_000)
    with pytest.raises(DecisionError, match=r"x\.json is damaged; restore it from a backup"):
        read_decisions(folder)


def test_a_copied_file_says_nothing_twice_and_one_id_names_one_decision(tmp_path: Path) -> None:
    said = make_decision("a", "b", "sama", author="Sri", when=datetime(2026, 11, 22, tzinfo=UTC))
    path = store(tmp_path, Act(keputusan=(said,)), said.waktu)
    shutil.copy(path, tmp_path / "salinan.json")
    assert read_decisions(tmp_path).decisions == (said,)
    other = said.model_copy(update={"keputusan": "beda"})
    (tmp_path / "salinan.json").write_text(Act(keputusan=(other,)).model_dump_json())
    with pytest.raises(
        DecisionError, match=rf"{path.name} and .*salinan.json say different things under the id {said.id}"
    ):
        read_decisions(tmp_path)


@given(st.integers(0, 10_000))
def test_groups_obey_whatever_the_order_of_the_ties(seed: int) -> None:
    draw = random.Random(seed)
    size = draw.randrange(2, 12)
    pairs = [(a, b) for a in range(size) for b in range(a)]
    edges = [(a, b, float(draw.randrange(5))) for a, b in pairs if draw.random() < 0.4]
    parted = [pair for pair in pairs if draw.random() < 0.2]
    labels = keep_apart(size, edges, parted)
    assert not any(labels[a] == labels[b] for a, b in parted)
    draw.shuffle(edges)
    assert keep_apart(size, [(b, a, w) for a, b, w in edges], parted) == labels


@given(st.integers(0, 10_000))
def test_what_applies_never_contradicts_itself(seed: int) -> None:
    draw = random.Random(seed)
    verdicts: list[Verdict] = ["sama", "beda", "ragu"]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    decisions = [
        make_decision(a, b, draw.choice(verdicts), author="x", when=start + timedelta(n))
        for n, (a, b) in enumerate(pairwise(draw.choices("abcdefg", k=14)))
        if a != b
    ]
    latest = {decision.catatan: decision for decision in decisions}
    assert not contradictions(applicable(tuple(latest.values())))
