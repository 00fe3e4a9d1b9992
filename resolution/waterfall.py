"""A bond as a waterfall: how every comparison moves the weight, from "anybody" to the verdict. One HTML file, with what
needed no weighing, records of one NIK, as a list, and the person's records, decisions and values as tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape

from resolution.explain import Bond, Explanation
from resolution.person_tables import Called, Masked, decisions, records, values
from resolution.shared_nik import SameNik

WIDTH, LABELS, BAR, GAP = 900, 330, 22, 8
_FOR, _AGAINST, _SUM = "#2e7d32", "#c62828", "#1f4e79"
_VERDICTS = {
    "padan": "satu orang", "tinjau": "perlu dilihat orang", "ragu": "tidak dapat dipastikan",
    "sama": "diputuskan petugas: satu orang", "beda": "diputuskan petugas: dua orang",
}  # fmt: skip
_NAMES = {
    "sama": "nama sama",
    "seturut": "nama seturut kata demi kata",
    "beda": "nama lain",
    "kosong": "satu tanpa nama",
}
_DATES = {
    "sama": "tanggal lahir sama", "tahun_saja": "tahun lahir sama, satu 1 Januari", "beda_hari": "hari lahir berbeda",
    "beda_bulan": "bulan lahir berbeda",
    "tertukar": "hari dan bulan lahir tertukar", "beda": "tanggal lahir lain", "kosong": "satu tanpa tanggal lahir",
}  # fmt: skip
_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;color:#1b1b1b}
h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}svg{width:100%;height:auto}
table{border-collapse:collapse;font-size:.9rem}th,td{border:1px solid #ccc;padding:.2rem .5rem;text-align:left}
text{font:13px system-ui,sans-serif}.small{color:#555;font-size:.9rem}
"""
_BITS = "<p class=small>Bit positif mendukung, bit negatif membantah; tiap bit menggandakan.</p>"

Step = tuple[str, float]


def page(explanation: Explanation, show: Called, masked: Masked) -> str:
    """All that is known of why, as one page that can be read alone.

    Args:
        explanation: what to draw.
        show: how a record is called.
        masked: what of a column's value is shown.
    """
    parts = _by_nik(explanation.by_nik, show) + [_bond(bond, show) for bond in explanation.bonds]
    body = (
        records("Catatan", explanation.records, show, masked)
        + records("Catatan lain yang dibandingkan atau diputuskan", explanation.rivals, show, masked)
        + decisions(explanation, show)
        + values(explanation.values, masked)
        + ("".join(parts) or "<p>Tidak ada catatan yang dibandingkan: ia sendirian.</p>")
        + (_BITS if explanation.bonds else "")
    )
    title = f"Mengapa satu orang: {escape(explanation.id)}"
    return (
        f'<!doctype html><html lang="id"><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style>'
        f"<h1>{title}</h1>{body}"
    )


def _by_nik(ties: Sequence[SameNik], show: Callable[[str], str]) -> list[str]:
    """Records of one NIK have no weight to draw: a list."""
    if not ties:
        return []
    lines = "".join(
        f"<li>{escape(show(tie.first))} — {escape(show(tie.record))}: {_NAMES[tie.name]}, {_DATES[tie.born]}</li>"
        for tie in ties
    )
    return [f"<h2>NIK yang sama</h2><ul>{lines}</ul>"]


def _bond(bond: Bond, show: Callable[[str], str]) -> str:
    share = "" if bond.probability is None else f", peluang {bond.probability:.2%}"
    return (
        f"<h2>{escape(show(bond.a))} — {escape(show(bond.b))}</h2>"
        f"<p>{escape(_VERDICTS[bond.verdict])}: {bond.bits:.1f} bit{share}</p>{_chart(bond)}"
    )


def _chart(bond: Bond) -> str:
    steps: list[Step] = [("siapa saja", bond.prior)]
    steps += [(f"{item.name}: {item.level}", item.bits) for item in bond.evidence]
    if bond.capped:
        steps.append(("sekeluarga saja", bond.capped))
    totals = _running(steps)
    low, high = min(0.0, *totals), max(0.0, *totals)
    scale = (WIDTH - LABELS - 80) / ((high - low) or 1)

    def x(bits: float) -> float:
        return LABELS + (bits - low) * scale

    rows = [_bar(n, name, before, after, x) for n, (name, before, after) in enumerate(_spans(steps, totals))]
    rows.append(_bar(len(steps), "jumlah", 0.0, totals[-1], x, color=_SUM))
    height = (len(steps) + 1) * (BAR + GAP) + GAP
    zero = f'<line x1="{x(0):.1f}" x2="{x(0):.1f}" y1="0" y2="{height}" stroke="#999" stroke-dasharray="3"/>'
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{zero}{"".join(rows)}</svg>'


def _running(steps: Sequence[Step]) -> list[float]:
    totals, total = [], 0.0
    for _, bits in steps:
        total += bits
        totals.append(total)
    return totals


def _spans(steps: Sequence[Step], totals: Sequence[float]) -> list[tuple[str, float, float]]:
    return [(name, total - bits, total) for (name, bits), total in zip(steps, totals, strict=True)]


def _bar(
    row: int, name: str, before: float, after: float, x: Callable[[float], float], color: str | None = None
) -> str:
    top, bits = GAP + row * (BAR + GAP), after - before
    left, right = sorted((x(before), x(after)))
    fill = color or (_FOR if bits >= 0 else _AGAINST)
    return (
        f'<text x="0" y="{top + BAR - 6}">{escape(name)}</text>'
        f'<rect x="{left:.1f}" y="{top}" width="{max(right - left, 1):.1f}" height="{BAR}" fill="{fill}"/>'
        f'<text x="{right + 6:.1f}" y="{top + BAR - 6}">{bits:+.1f}</text>'
    )
