"""What a check is, what judging it yields, and when a gate stops the release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Gate = Literal["pengiriman", "gudang", "rilis"]
Severity = Literal["kritis", "peringatan"]
Status = Literal["lulus", "gagal", "rusak"]
Figure = int | float | None

GATES: tuple[Gate, ...] = ("pengiriman", "gudang", "rilis")
#: Columns that say which row of a table of figures failed. None of them can hold a person's value; a suite
#: that names another one is refused, so that no key of a person reaches a result.
ID_COLUMNS = frozenset({"delivery_id", "kontrak", "tabel", "kolom", "neraca", "objek", "jenis", "atribut"})


@dataclass(frozen=True)
class Check:
    """One question to the data.

    Attributes:
        id: unique over all gates, ``<gate>.<suite>.<what>``.
        gate: where it is asked.
        suite: name of the suite that it belongs to.
        asset: key of the judged asset, e.g. ``raw/penduduk/<contract name>`` or ``mutu/buku_besar``.
        severity: ``kritis`` stops (a delivery at the first gate, the release at the others).
        text: what is demanded, in Indonesian.
        expectation: Great Expectations' type, e.g. ``expect_column_values_to_not_be_null``.
        kwargs: the expectation's arguments; thresholds stand here and nowhere else.
        owner: who puts it right.
        fact: the contract fact that it stems from, e.g. ``facts.baris``; empty for a hand-written check.
        contract: id of the contract whose deliveries it judges, if it judges one.
        sentence: what is said when it fails, with ``{column}`` for figures of its suite's only row; empty: the figure
            that was found and the threshold.
    """

    id: str
    gate: Gate
    suite: str
    asset: str
    severity: Severity
    text: str
    expectation: str
    kwargs: Mapping[str, object] = field(hash=False)
    owner: str
    fact: str = ""
    contract: str | None = None
    sentence: str = ""

    @property
    def threshold(self) -> str:
        """The threshold in words and signs, e.g. ``≤ 30``."""
        return describe_threshold(self.expectation, self.kwargs)


@dataclass(frozen=True)
class Suite:
    """Checks of one relation.

    Attributes:
        name: shown on the page.
        gate: the gate of all its checks.
        checks: at least none; an empty suite judges nothing.
        table: ``schema.table`` in DuckDB, or
        query: a SELECT of few rows of figures, computed once.
        where: DuckDB predicate on the rows that are judged.
        id_columns: columns that name a failing row, all of ``ID_COLUMNS``; only for relations of figures.
    """

    name: str
    gate: Gate
    checks: tuple[Check, ...]
    table: str | None = None
    query: str | None = None
    where: str | None = None
    id_columns: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what cannot be judged or could name a person."""
        if (self.table is None) == (self.query is None):
            raise ValueError(f"suite {self.name}: state one of table, query")
        unknown = sorted(set(self.id_columns) - ID_COLUMNS)
        if unknown:
            raise ValueError(f"suite {self.name}: no id columns: {unknown}; valid: {sorted(ID_COLUMNS)}")
        wrong = [check.id for check in self.checks if (check.gate, check.suite) != (self.gate, self.name)]
        if wrong:
            raise ValueError(f"suite {self.name}: checks of another suite or gate: {wrong}")


@dataclass(frozen=True)
class Result:
    """What judging one check yielded: counts, shares and ids of deliveries or tables, never a row's value.

    Attributes:
        check: the check.
        status: ``rusak`` when the check itself could not be evaluated: neither bad data nor a pass.
        observed: ``jumlah_diperiksa``, ``jumlah_gagal``, ``persen_gagal`` and, where one figure is judged,
            ``nilai`` (the worst one).
        failing: ids of the failing rows of figures, all of them; of several id columns joined with ``/``.
        seconds: the check's share of the time of the validation it was part of.
        message: one Indonesian sentence.
        checked_at: when the gate was run.
    """

    check: Check
    status: Status
    observed: Mapping[str, Figure] = field(hash=False)
    failing: tuple[str, ...]
    seconds: float
    message: str
    checked_at: datetime

    @property
    def tone(self) -> str:
        """``lulus``, ``peringatan``, ``kritis`` or ``rusak``: a failure bears the name of its severity."""
        return self.check.severity if self.status == "gagal" else self.status

    @property
    def stops(self) -> bool:
        """True when this result alone holds the release back.

        At the delivery gate a failing critical check puts its delivery aside and the release goes on without
        it; a broken critical check stops at every gate, because nobody knows what it would have said.
        """
        if self.check.severity != "kritis" or self.status == "lulus":
            return False
        return self.status == "rusak" or self.check.gate != "pengiriman"


@dataclass(frozen=True)
class Verdict:
    """A gate's results and what follows from them."""

    gate: Gate
    results: tuple[Result, ...]

    @property
    def blocks(self) -> bool:
        """True when the release must not happen."""
        return any(result.stops for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """Number of results of each kind."""
        return count_results(self.results)


def count_results(results: Iterable[Result]) -> dict[str, int]:
    """Number of results: ``lulus``, ``peringatan``, ``kritis`` (failed, by severity) and ``rusak``."""
    counts = {"lulus": 0, "peringatan": 0, "kritis": 0, "rusak": 0}
    for result in results:
        counts[result.tone] += 1
    return counts


def describe_threshold(expectation: str, kwargs: Mapping[str, object]) -> str:
    """Thresholds of an expectation as short Indonesian text, from its arguments alone."""
    low, high = kwargs.get("min_value"), kwargs.get("max_value")
    if low is not None and high is not None:
        text = f"= {format_number(low)}" if low == high else f"{format_number(low)} s.d. {format_number(high)}"
    elif low is not None or high is not None:
        text = f"≥ {format_number(low)}" if high is None else f"≤ {format_number(high)}"
    elif isinstance(kwargs.get("value_set"), list | tuple):
        listed = list(kwargs["value_set"])  # type: ignore[call-overload]
        text = "salah satu dari: " + ", ".join(format_number(value) for value in listed)
    else:
        text = {"expect_column_values_to_not_be_null": "tidak kosong"}.get(expectation, "terpenuhi")
    mostly = kwargs.get("mostly")
    return f"{text}, pada ≥ {format_number(100 * mostly)}% baris" if isinstance(mostly, int | float) else text


def format_number(value: object, *, decimals: int = 2) -> str:
    """Indonesian notation: ``12000.5`` -> ``12.000,5``."""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, int | float):
        text = f"{value:,.{decimals}f}".rstrip("0").rstrip(".") if value % 1 else f"{int(value):,}"
        return text.translate(str.maketrans(",.", ".,"))
    return str(value)
