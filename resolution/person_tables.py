"""A person's records, decisions and values as tables of HTML; the caller says how a record is called and what of a
value is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from html import escape

from resolution.explain import SHOWN, Explanation, Record
from resolution.values import Value

#: Shows a record's id as a reader knows it.
Called = Callable[[str], str]
#: Shows of a column's value what may be seen.
Masked = Callable[[str, str], str]
_TITLES = {
    "nik_asal": "NIK", "nama": "Nama", "tanggal_lahir": "Tanggal lahir", "jenis_kelamin": "Jenis kelamin",
    "kode_wilayah": "Kode wilayah",
}  # fmt: skip


def records(title: str, shown: Sequence[Record], called: Called, masked: Masked) -> str:
    """The records, one a line; nothing without any."""
    heading = ("Catatan", "Aturan", *(_TITLES[name] for name in SHOWN))
    lines = [
        (
            called(r.id),
            r.rule,
            *("–" if (value := r.values.get(name)) is None else masked(name, value) for name in SHOWN),
        )
        for r in shown
    ]
    return _table(title, heading, lines)


def decisions(found: Explanation, called: Called) -> str:
    """What people decided about the records and values, without the values."""
    lines: list[tuple[str, ...]] = [
        (" — ".join(map(called, d.catatan)), d.keputusan, state, d.pemutus, f"{d.waktu:%Y-%m-%d}", d.alasan, d.id)
        for d, state in found.decisions
    ]
    lines += [
        (called(c.catatan), f"koreksi {c.atribut}", state, c.pemutus, f"{c.waktu:%Y-%m-%d}", c.alasan, c.id)
        for c, state in found.corrections
    ]
    return _table("Keputusan", ("Catatan", "Keputusan", "Keadaan", "Pemutus", "Tanggal", "Alasan", "Id"), lines)


def values(shown: Sequence[Value], masked: Masked) -> str:
    """The golden values, and below each those that lost."""
    lines: list[tuple[str, ...]] = []
    for value in shown:
        lines.append((value.name, masked(value.name, value.value), value.contract, "terpilih"))
        lines += [("", masked(value.name, lost), contract, f"kalah: {why}") for lost, contract, why in value.lost]
    return _table("Nilai", ("Atribut", "Nilai", "Dari", ""), lines)


def _table(title: str, heading: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    if not lines:
        return ""
    body = "".join(_line("td", line) for line in lines)
    return f"<h2>{escape(title)}</h2><table>{_line('th', heading)}{body}</table>"


def _line(cell: str, texts: Iterable[str]) -> str:
    return "<tr>" + "".join(f"<{cell}>{escape(text)}</{cell}>" for text in texts) + "</tr>"
