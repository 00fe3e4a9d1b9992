"""The truth as a night finds it and leaves it behind."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from simulation.clock import as_date, night_day
from simulation.draw import Bools, Ints, Rng, stream
from simulation.files import FileCount
from simulation.text import Array
from simulation.truth import Summary, write_table


def patch(column: Array, rows: Ints, values: Array) -> Array:
    """A column with some rows replaced; works for every Arrow type."""
    flat = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    index = np.arange(len(flat))
    index[rows] = len(flat) + np.arange(len(rows))
    return pa.concat_arrays([flat, values.cast(flat.type)]).take(pa.array(index))


def patch_table(table: Any, column: str, rows: Ints, values: Array) -> Any:
    """A table with some cells of one column replaced."""
    return table.set_column(table.schema.get_field_index(column), column, patch(table[column], rows, values))


@dataclass
class State:
    """Truth tables in memory, and what happened this night."""

    folder: Path
    night: int
    rng: Rng
    first_seed: int
    first_people: int
    people: Any
    records: Any
    before: dict[str, Any]
    events: list[Any] = field(default_factory=list)
    files: list[FileCount] = field(default_factory=list)

    @property
    def day(self) -> int:
        """The day number of this night."""
        return night_day(self.night)

    def stamps(self, size: int) -> Array:
        """Times of change during this night's working day, as ISO text."""
        seconds = self.day * 86_400 + self.rng.integers(8 * 3600, 16 * 3600, size)
        return pa.array(seconds).cast(pa.timestamp("s")).cast(pa.string())

    def of_dataset(self, dataset: str) -> Ints:
        """Row numbers in `records` of a dataset."""
        return np.flatnonzero(pc.equal(self.records["dataset"], dataset).to_numpy())

    def person_of(self, rows: Ints) -> Ints:
        """Person indexes (0-based, -1 for none) of records."""
        ids = pc.fill_null(self.records["id_truth"].take(pa.array(rows)), 0).to_numpy()
        return np.asarray(ids, dtype=np.int64) - 1

    def keys(self, rows: Ints) -> list[str]:
        """Record keys."""
        return list(self.records["record_key"].take(pa.array(rows)).to_pylist())

    def with_defect(self, rows: Ints, labels: tuple[str, ...]) -> Ints:
        """Those of the records that carry one of the labels."""
        lists = self.records["defects"].take(pa.array(rows)).combine_chunks()
        parents = pc.list_parent_indices(lists).to_numpy()
        hit = pc.is_in(pc.list_flatten(lists), pa.array(labels)).to_numpy(zero_copy_only=False)
        found: Ints = rows[np.unique(parents[hit])]
        return found

    def clear_defects(self, rows: Ints, prefixes: tuple[str, ...]) -> None:
        """Corrected records lose their labels."""
        lists = self.records["defects"].take(pa.array(rows)).to_pylist()
        kept = [[label for label in labels if not label.startswith(prefixes)] for labels in lists]
        self.records = patch_table(self.records, "defects", rows, pa.array(kept, pa.list_(pa.string())))

    def add_defect(self, rows: Ints, label: str) -> None:
        """Records that became wrong without being touched."""
        lists = self.records["defects"].take(pa.array(rows)).to_pylist()
        grown = [[*labels, *([] if label in labels else [label])] for labels in lists]
        self.records = patch_table(self.records, "defects", rows, pa.array(grown, pa.list_(pa.string())))

    def alive(self, person: Ints) -> Bools:
        """Which persons live in the province."""
        states = (
            self.people["status"].take(pa.array(np.maximum(person, 0)))
            if len(self.people)
            else pa.array([], pa.string())
        )
        return np.asarray(pc.equal(states, "hidup").to_numpy(zero_copy_only=False), dtype=np.bool_) & (person >= 0)

    def add_people(self, rows: Any) -> None:
        """Newborns."""
        self.people = pa.concat_tables([self.people, rows.cast(self.people.schema)]).combine_chunks()

    def add_records(self, dataset: str, keys: list[str], person: Ints, defects: list[list[str]] | None = None) -> None:
        """New records."""
        new = pa.table(
            {
                "dataset": pa.array([dataset] * len(keys), pa.string()),
                "record_key": pa.array(keys, pa.string()),
                "id_truth": pa.array(person + 1, mask=person < 0),
                "defects": pa.array(defects or [[] for _ in keys], pa.list_(pa.string())),
            }
        )
        self.records = pa.concat_tables([self.records, new.cast(self.records.schema)]).combine_chunks()

    def drop_records(self, dataset: str, prefix: str) -> None:
        """Forgets the records of a file that is written again."""
        mine = pc.and_(pc.equal(self.records["dataset"], dataset), pc.starts_with(self.records["record_key"], prefix))
        self.records = self.records.filter(pc.invert(mine)).combine_chunks()

    def note(self, event: str, dataset: str, keys: list[str], person: Ints) -> None:
        """Writes down what happened to which record."""
        size = len(keys)
        self.events.append(
            pa.table(
                {
                    "malam": pa.array([self.night] * size, pa.int64()),
                    "peristiwa": pa.array([event] * size, pa.string()),
                    "dataset": pa.array([dataset] * size, pa.string()),
                    "record_key": pa.array(keys, pa.string()),
                    "id_truth": pa.array(person + 1, pa.int64(), mask=person < 0),
                }
            )
        )


def load_state(truth: Path, *, night: int, seed: int) -> State:
    """Reads the truth; a night that was already made is refused."""
    before = json.loads((truth / "summary.json").read_text(encoding="utf-8"))
    if night <= before["night"]:
        raise ValueError(f"night {night} lies behind: the truth stands at night {before['night']}")
    return State(
        folder=truth,
        night=night,
        rng=stream(seed, "night", night),
        first_seed=before["seed"],
        first_people=before["first_people"],
        people=pq.read_table(truth / "orang.parquet").combine_chunks(),
        records=pq.read_table(truth / "catatan.parquet").combine_chunks(),
        before=before,
    )


def _changed(events: Any) -> dict[str, int]:
    pairs = set(zip(events["dataset"].to_pylist(), events["record_key"].to_pylist(), strict=True))
    return dict(sorted(Counter(dataset for dataset, _ in pairs).items()))


def save_state(state: State) -> Summary:
    """Writes the truth back and says what changed."""
    write_table(state.folder / "orang.parquet", state.people)
    write_table(state.folder / "catatan.parquet", state.records)
    tonight = pa.concat_tables(state.events) if state.events else None
    log = state.folder / "peristiwa.parquet"
    earlier = [pq.read_table(log)] if log.exists() else []
    if tonight is not None:
        write_table(log, pa.concat_tables([*earlier, tonight]).combine_chunks())
    old = [FileCount(**{key: item[key] for key in item if key != "lines"}) for item in state.before["files"]]
    new = {(count.path, count.sheet): count for count in state.files}
    kept = [new.pop((count.path, count.sheet), count) for count in old]
    rows = {name: len(state.of_dataset(name)) for name in state.before["rows"]}
    tables = dict(state.before["tables"])
    for name, dataset in TABLE_OF.items():
        tables[name] = rows[dataset]
    changed = _changed(tonight) if tonight is not None else {}
    summary = Summary(state.night, len(state.people), rows, changed, (*kept, *new.values()), tables)
    content = {
        **state.before,
        "night": summary.night,
        "date": as_date(state.day).isoformat(),
        "people": summary.people,
        "rows": rows,
        "changed": changed,
        "tables": tables,
        "files": [count.as_dict() for count in summary.files],
    }
    (state.folder / "summary.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    return summary


TABLE_OF = {
    "siak.biodata_wni": "siak.biodata_wni",
    "samsat.kendaraan": "bapenda.kendaraan",
    "samsat.pembayaran": "bapenda.pembayaran",
    "kohort.ibu_hamil": "dinkes.ibu_hamil",
}
