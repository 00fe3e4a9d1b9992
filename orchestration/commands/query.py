"""``satudata query``: read-only SQL against the current snapshot."""

from __future__ import annotations

import csv
import json
import sys

import click

from contracts.home import Home


@click.command()
@click.argument("sql")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
@click.pass_obj
def query(home: Home, sql: str, form: str) -> None:
    """Run SQL against the current snapshot, also while the next run writes."""
    import duckdb

    from publication.pointer import database

    path = database(home.published)
    # the snapshot and nothing else: no other file is read or written, whatever the SQL says
    shut: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
        "enable_external_access": "false", "lock_configuration": "true",
    }  # fmt: skip
    with duckdb.connect(str(path), read_only=True, config=shut) as con:
        try:
            result = con.execute(sql)
            names = [column[0] for column in result.description or []]
            rows = result.fetchall() if form != "table" else result.fetchmany(1000)
        except duckdb.Error as error:
            raise click.UsageError(str(error)) from None
    if form == "json":
        click.echo(
            json.dumps(
                [dict(zip(names, row, strict=True)) for row in rows],
                default=str,
                ensure_ascii=False,
                indent=1,
            )
        )
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerows([names, *rows])
    else:
        click.echo(_table(names, rows))


def _table(names: list[str], rows: list[tuple[object, ...]]) -> str:
    cells = [names, *[["" if value is None else str(value) for value in row] for row in rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(names))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    more = "\n(first 1000 rows)" if len(rows) == 1000 else ""
    return "\n".join(lines) + more
