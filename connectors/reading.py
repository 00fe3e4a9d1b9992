"""What every reader hands over: a DuckDB query whose rows are text, with their place in the source."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from contracts.delivery import Source


@dataclass(frozen=True)
class Reading:
    """Rows of one source object, not yet read.

    ``query`` is a DuckDB SELECT that yields, in source order, ``_lembar`` (sheet, VARCHAR, null for one table),
    ``_baris`` (BIGINT, 1-based line or row in the source), ``_bukan_data`` (BOOLEAN, a title, header, blank or total
    row by the contract's layout) and every taken contract column as VARCHAR, named as in the contract.
    """

    query: str
    source: Source
    columns: tuple[str, ...]
    missing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    types: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> Reading:
        """The same rows under the name by which their source is known."""
        return replace(self, source=self.source.model_copy(update={"objek": name}))

    @property
    def schema(self) -> str:
        """All that the source shows of its shape: column names, their types where it has types."""
        found = sorted({*self.columns, *self.new} - set(self.missing))
        return repr((found, sorted(self.types.items())))


#: How rows are written: the newer encodings and Zstandard take a fourth of the space and less time than DuckDB's
#: defaults, and long dictionaries of texts that are all different cost more than they save.
PARQUET = "format parquet, parquet_version v2, compression zstd, dictionary_size_limit 5000"


def quote(name: str) -> str:
    """A DuckDB identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A DuckDB text literal."""
    return "'" + text.replace("'", "''") + "'"
