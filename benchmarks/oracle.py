"""How well the links could do: the same records, candidates and decisions, with parameters counted from the truth.

What the product learns without labels is replaced by the shares among true pairs. Where the oracle errs too, it is the
records that do not tell.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import numpy as np

from benchmarks.truth import open_judged
from contracts.keys import load_key
from resolution.identity import resolve_people
from resolution.learning import Floats, Vectors, as_parameters
from resolution.linking import Linking
from resolution.links import REGISTRY, Link, load_links
from resolution.model import LinkModel, hide_names, read_model, write_model
from resolution.persons import PREPARED
from resolution.training import count_levels, draw_sample, shares_by_chance

RECORDS = "intermediate.int_identitas__catatan"


def resolve_by_oracle(home: Path, truth: Path, work: Path) -> Path:
    """Resolve a home's records anew with the true parameters.

    Args:
        home: a home after a run.
        truth: of its province.
        work: folder to make: a home of which only the build and the landing can be read.

    Returns:
        ``work``.
    """
    (work / "build").mkdir(parents=True)
    (work / "landing").symlink_to(home / "landing")
    build = work / "build" / "gudang.duckdb"
    with open_judged(home, truth) as judged:
        labels = judged.execute("select id_catatan, id_truth from judged").to_arrow_table()
    shutil.copy(home / "build" / "gudang.duckdb", build)
    key = load_key(home / "state" / "kunci" / "id.key")
    with duckdb.connect(str(build)) as con:
        con.register("label", labels)
        _train(con, home / "state" / "tautan", work / "tautan", key)
        con.unregister("label")
        con.execute("drop schema resolved cascade")
        linking = Linking(load_links(), work / "tautan", work / "keputusan", key)
        resolve_people(con, RECORDS, key=key, registry=work / "identitas", run_id="000001-oracle", linking=linking)
    return work


def _train(con: duckdb.DuckDBPyConnection, learnt: Path, folder: Path, key: bytes) -> None:
    """The model of the true shares; how common names are stays as it was counted."""
    hide_names(con, key)
    model = read_model(learnt)
    assert model is not None
    con.execute(
        f"""
        alter table {PREPARED} add column id_truth bigint;
        update {PREPARED} set id_truth = label.id_truth from label where banding.id_catatan = label.id_catatan;
        create or replace temp table acak_registri as
        with diundi as (
            select *, md5('r' || id_catatan) as undian from {PREPARED} where entitas = '{REGISTRY}'
            order by undian, id_catatan limit 2000
        )
        select *, row_number() over (order by undian, id_catatan) as urutan from diundi
        """
    )
    links = {link.nama: _true_link(con, link, model.tautan[link.nama]) for link in load_links()}
    con.execute(f"create or replace temp table frekuensi_lama as from read_parquet('{learnt / model.frekuensi}')")
    write_model(con, folder, links, "frekuensi_lama")


def _true_link(con: duckdb.DuckDBPyConnection, link: Link, learnt: LinkModel) -> LinkModel:
    draw_sample(con, link)
    order = " and l.nomor < r.nomor" if link.is_registry else " and not l.is_mantap"
    chance = [shares_by_chance(con, link, comparison) for comparison in link.perbandingan]
    matches = _shares(count_levels(con, link, f"l.id_truth = r.id_truth{order}"), [len(us) for us in chance])
    return learnt.model_copy(update={"parameter": as_parameters(link, matches, chance)})


def _shares(counted: Vectors, levels: list[int]) -> list[Floats]:
    vectors, weights = counted
    found = []
    for n, size in enumerate(levels):
        counts = np.full(size, 0.5)
        known = vectors[:, n] >= 0
        np.add.at(counts, vectors[known, n], weights[known])
        found.append(counts / counts.sum())
    return found
