"""``satudata explain orang ID``: why these records are one person."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.home import Home
from orchestration.one_line import one_line

if TYPE_CHECKING:
    from resolution.explain import Explanation, Record

#: Columns of ``int_identitas__catatan`` that the standard calls otherwise.
_STANDARD = {"nik_asal": "nik", "nama": "nama_lengkap"}
Shown = Callable[[str, str], str]
_NAMES = {
    "sama": "same name",
    "seturut": "names agree word by word",
    "beda": "another name",
    "kosong": "a name missing",
}
_DATES = {
    "sama": "same birth date", "tahun_saja": "same year of birth, one 1 January",
    "beda_hari": "birth date differs in the day",
    "beda_bulan": "birth date differs in the month", "tertukar": "birth date with day and month exchanged",
    "beda": "another birth date", "kosong": "a birth date missing",
}  # fmt: skip
_VERDICTS = {
    "padan": "joined", "tinjau": "left to a person", "ragu": "a steward could not tell",
    "sama": "a steward said: one person", "beda": "a steward said: two people",
}  # fmt: skip


@click.group("explain")
def explain_group() -> None:
    """Show why: down to records."""


@explain_group.command("orang")
@click.argument("name", metavar="ID")
@click.option("--reveal", is_flag=True, help="Show values whole; only to a person on a terminal.")
@click.option(
    "--html",
    "path",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Also write it as a page, the weights drawn.",
)
@click.pass_obj
def orang(home: Home, name: str, reveal: bool, path: Path | None) -> None:
    """Show a person's records, what joined them, who decided, and where each value comes from."""
    from contracts.keys import load_key
    from orchestration.output_file import check_new_file
    from orchestration.prepare import key_path
    from orchestration.standing import open_for_reading
    from resolution.explain import explain_person
    from resolution.linking import Linking
    from resolution.links import load_links
    from resolution.waterfall import page

    if reveal and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("--reveal shows personal values, and only to a person on a terminal")
    if path:
        check_new_file(path, ".html")
    with open_for_reading(home, "explain") as con:
        linking = Linking(load_links(), home.model, home.decisions, load_key(key_path(home)))
        found = explain_person(con, linking, name)
    shown = _whole if reveal else _masked()
    numbers = {record.id: number for number, record in enumerate((*found.records, *found.rivals), start=1)}
    contracts = {record.id: record.contract for record in (*found.records, *found.rivals)}
    click.echo("\n".join(_lines(found, numbers, shown)))
    if path:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as handle:
            handle.write(page(found, lambda record: f"{numbers.get(record, '?')} {contracts.get(record, '')}", shown))
        click.echo(f"drawn in {path}")


def _whole(_name: str, value: str) -> str:
    return value


def _masked() -> Shown:
    """Masks a value by the class that the standard gives its column; a column that it does not know is personal."""
    from contracts.masking import mask_text
    from contracts.standard import load_standards

    columns = load_standards().entitas["penduduk.orang"].kolom

    def shown(name: str, value: str) -> str:
        column = columns.get(_STANDARD.get(name, name))
        if column and column.kelas in ("publik", "internal"):
            return value
        if column and column.kelas != "pengenal" and column.jenis != "wilayah":
            return "***"  # of a few choices the first letter tells which; of a village's code the regency stays
        return mask_text(value)

    return shown


def _lines(found: Explanation, numbers: dict[str, int], shown: Shown) -> list[str]:
    asked = f" (asked for: {found.asked}, retired)" if found.asked != found.id else ""
    lines = [f"orang {found.id}{asked}", "", "records"]
    lines += [_record(record, numbers, shown) for record in found.records]
    if found.rivals:
        lines += ["", "others that were compared or decided about"]
        lines += [_record(record, numbers, shown) for record in found.rivals]
    lines += [*_by_nik(found, numbers), *_bonds(found, numbers)]
    if found.decisions or found.corrections:
        lines += ["", "decisions"]
    for decision, state in found.decisions:
        ends = " – ".join(str(numbers.get(record, "?")) for record in decision.catatan)
        lines.append(
            f"  {ends}  {decision.keputusan} ({state})  {decision.id}  {decision.pemutus}  {decision.waktu:%Y-%m-%d}"
            f"{_because(decision.alasan)}"
        )
    for correction, state in found.corrections:
        lines.append(
            f"  {numbers.get(correction.catatan, '?')}  {correction.atribut} corrected ({state})  {correction.id}  "
            f"{correction.pemutus}  {correction.waktu:%Y-%m-%d}{_because(correction.alasan)}"
        )
    lines += ["", "values"]
    for value in found.values:
        lines.append(f"  {value.name:<18} {shown(value.name, value.value):<28} {value.contract}")
        for lost, contract, reason in value.lost:
            lines.append(f"  {'':<18} {shown(value.name, lost):<28} {contract} lost: {reason}")
    return lines


def _because(reason: str) -> str:
    """A reason on the same line, whatever was typed or pasted."""
    words = one_line(reason)
    return f"  {words}" if words else ""


def _by_nik(found: Explanation, numbers: dict[str, int]) -> list[str]:
    if not found.by_nik:
        return []
    lines = ["", "of one NIK (each with the first record of that NIK; no score)"]
    for tie in found.by_nik:
        ends = " – ".join(str(numbers.get(record, "?")) for record in (tie.first, tie.record))
        lines.append(f"  {ends}  equal NIK, {_NAMES[tie.name]}, {_DATES[tie.born]}")
    return lines


def _bonds(found: Explanation, numbers: dict[str, int]) -> list[str]:
    if not found.bonds:
        return []
    lines = ["", "compared (bits for one person, each doubling the odds; the share weighs all candidates and nobody)"]
    for bond in found.bonds:
        ends = " – ".join(str(numbers.get(record, "?")) for record in (bond.a, bond.b))
        share = "" if bond.probability is None else f", {bond.probability:.2%}"
        verdict = f"{bond.bits:.1f} bits{share}: {_VERDICTS[bond.verdict]}"
        lines.append(f"  {ends}  {bond.link}  {verdict}")
        parts = [("anybody", "", bond.prior), *((e.name, f" ({e.level})", e.bits) for e in bond.evidence)]
        parts += [("no more than one family", "", bond.capped)] if bond.capped else []
        lines += [f"      {bits:+6.1f}  {name}{level}" for name, level, bits in parts]
    return lines


def _record(record: Record, numbers: dict[str, int], shown: Shown) -> str:
    values = [shown(name, value) for name, value in record.values.items() if value is not None]
    return f"  {numbers[record.id]:>2}  {record.contract:<42} {record.rule:<10} {'  '.join(values)}"
