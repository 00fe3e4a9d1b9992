"""One contestant of the engine's bench in its own process.

``python -m benchmarks.engine_child CONTESTANT RECORDS FOLDER``

Prints the seconds from the records as an Arrow table to the entities, and how right these are.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from resolution import Parameters, Settings, resolve, train
from resolution.kinds import splink_comparison
from resolution.parameters import with_parameters

SETTINGS: dict[str, Any] = {
    "format_version": 1,
    "nama": "mesin",
    "id": "rec_id",
    "perbandingan": [
        {"nama": "depan", "jenis": "teks", "kolom": "nama_depan", "frekuensi": True},
        {"nama": "belakang", "jenis": "teks", "kolom": "nama_belakang", "frekuensi": True},
        {"nama": "lahir", "jenis": "tanggal", "kolom": "lahir"},
        {"nama": "nomor", "jenis": "angka", "kolom": "nomor"},
        {"nama": "alamat", "jenis": "teks", "kolom": "alamat"},
        {"nama": "pos", "jenis": "sama", "kolom": "kode_pos"},
    ],
    "blok": [
        {"nama": "nomor", "kunci": "nomor"},
        {"nama": "lahir_depan", "kunci": "lahir || '|' || nama_depan"},
        {"nama": "lahir_belakang", "kunci": "lahir || '|' || nama_belakang"},
        {"nama": "nama_pos", "kunci": "nama_belakang || '|' || nama_depan || '|' || kode_pos"},
        {"nama": "alamat_depan", "kunci": "alamat || '|' || nama_depan"},
    ],
    "latih": ["nama_depan, nama_belakang", "lahir"],
    "padan": 0.95,
    "tinjau": 0.95,
}
#: The same blocks as Splink states them.
_BLOCKS = (
    ("nomor",), ("lahir", "nama_depan"), ("lahir", "nama_belakang"), ("nama_belakang", "nama_depan", "kode_pos"),
    ("alamat", "nama_depan"),
)  # fmt: skip
_RANDOM_PAIRS, _SURE = 1_000_000, 0.95
MEMORY = "2GB"
Groups = dict[str, str]


def whole(records: pa.Table, folder: Path) -> Groups:
    """The product's engine with its training."""
    return _ours(records, folder, None)


def again(records: pa.Table, folder: Path) -> Groups:
    """The product's engine with parameters that were trained before."""
    return _ours(records, folder, _parameters(folder))


def _ours(records: pa.Table, folder: Path, parameters: Parameters | None) -> Groups:
    with duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": str(folder / "tumpah")}) as con:
        found = resolve({"daftar": records}, Settings.model_validate(SETTINGS), parameters=parameters, con=con)
    ids, entities = (found.entities[name].to_pylist() for name in ("id", "entitas"))
    return dict(zip(ids, map(str, entities), strict=True))


def splink_whole(records: pa.Table, folder: Path) -> Groups:
    """Splink as its tutorial sets it up: stock comparisons, trained on the records by two blocks, all defaults."""
    import splink.comparison_library as cl

    comparisons = [
        cl.JaroWinklerAtThresholds("nama_depan").configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("nama_belakang").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("lahir", input_is_string=True, datetime_format="%Y-%m-%d"),
        cl.LevenshteinAtThresholds("nomor", [1, 2]),
        cl.JaroWinklerAtThresholds("alamat"),
        cl.ExactMatch("kode_pos"),
    ]
    return _splink(records, {"comparisons": comparisons}, train=True)


def splink_again(records: pa.Table, folder: Path) -> Groups:
    """Splink's predict and cluster with the product's comparisons and parameters."""
    parameters, settings = _parameters(folder), Settings.model_validate(SETTINGS)
    model = {
        "comparisons": with_parameters([splink_comparison(c) for c in settings.perbandingan], parameters),
        "probability_two_random_records_match": parameters.dasar,
    }
    return _splink(records, model, train=False)


def _splink(records: pa.Table, model: dict[str, Any], *, train: bool) -> Groups:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    con = duckdb.connect()
    con.register("masukan", records)
    con.execute("create table daftar as from masukan")
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="rec_id",
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _BLOCKS],
        **model,
    )
    linker = Linker(DuckDBAPI(con).register("daftar"), settings, log_level=logging.ERROR)
    if train:
        certain: list[Any] = [block_on("nomor"), block_on("nama_depan", "nama_belakang", "lahir")]
        linker.training.estimate_probability_two_random_records_match(certain, recall=0.9)
        linker.training.estimate_u_using_random_sampling(max_pairs=_RANDOM_PAIRS, seed=1)
        for rule in (block_on("nama_depan", "nama_belakang"), block_on("lahir")):
            linker.training.estimate_parameters_using_expectation_maximisation(rule)
    pairs = linker.inference.predict(threshold_match_probability=_SURE)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=_SURE)
    return dict(con.execute(f"select rec_id, cluster_id from {clusters.physical_name}").fetchall())


def _parameters(folder: Path) -> Parameters:
    return Parameters.model_validate_json((folder / "parameters.json").read_text(encoding="utf-8"))


def prepare(records: pa.Table, folder: Path) -> Groups:
    """Train once for those who run with parameters."""
    parameters = train({"daftar": records}, Settings.model_validate(SETTINGS))
    (folder / "parameters.json").write_text(parameters.model_dump_json(), encoding="utf-8")
    return {}


def pairwise(groups: Groups) -> dict[str, float]:
    """Precision and recall over pairs of records."""
    together = Counter((entity, name.split("-")[0]) for name, entity in groups.items())
    joined, people = Counter(groups.values()), Counter(name.split("-")[0] for name in groups)
    right, found, true = (sum(n * (n - 1) // 2 for n in counts.values()) for counts in (together, joined, people))
    return {"precision": right / max(found, 1), "recall": right / max(true, 1)}


CONTESTANTS: dict[str, Callable[[pa.Table, Path], Groups]] = {
    "prepare": prepare, "whole": whole, "again": again, "splink_whole": splink_whole, "splink_again": splink_again,
}  # fmt: skip


def main(arguments: list[str]) -> None:
    """Run one contestant and print what it took."""
    name, records, folder = arguments
    table = pq.read_table(records)
    started = time.perf_counter()
    groups = CONTESTANTS[name](table, Path(folder))
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, **pairwise(groups)}))


if __name__ == "__main__":
    main(sys.argv[1:])
