"""One SQL expression over one text, bound once: the expressions are long, and properties ask them many times."""

from __future__ import annotations

from collections.abc import Callable

import duckdb


def over_texts(expression: str) -> Callable[[str | None], str | None]:
    """What the expression over the column ``teks`` makes of a text."""
    con = duckdb.connect()
    # DuckDB 1.5 plans for the texts it saw: a statement prepared over plain ones misses the accents of later ones
    con.execute("create table tulisan as select '\u00e9' as teks")
    con.execute(f"prepare jadi as select {expression} from tulisan")

    def made(text: str | None) -> str | None:
        con.execute("delete from tulisan")
        con.execute("insert into tulisan values (?)", [text])
        row = con.execute("execute jadi").fetchone()
        assert row is not None
        return row[0]

    return made
