"""``satudata decide export|import|value|list|undo``: steward decisions as data."""

from __future__ import annotations

import getpass
import json
import re
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from contracts.errors import SatuDataError
from contracts.home import Home

#: Fifteen or sixteen digits in a row, also grouped as people write them: a NIK, or one that a spreadsheet cut. The
#: number of a civil servant has eighteen, and is how some log in.
_LIKE_NIK = re.compile(r"(?<!\d)(?<!\d[ .-])\d(?:[ .-]?\d){14,15}(?![ .-]?\d)")


def _login() -> str:
    """Who is logged in; empty where the system has no name for the user, as in a container."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return ""


def _named(_context: click.Context, _option: click.Parameter, author: str) -> str:
    """A decision without an author can never be asked about; and the name is kept, backed up and printed."""
    if not author.strip():
        raise SatuDataError("nobody is named who decided; say so with --author NAME")
    if _LIKE_NIK.search(author):
        raise SatuDataError(
            "the author holds a number as long as a NIK; say who decided with --author NAME, without one. "
            "Nothing was stored"
        )
    return author.strip()


_AUTHOR = click.option("--author", default=_login, show_default="your login", callback=_named, help="Who decided.")


@click.group("decide")
def decide_group() -> None:
    """Say which records are one person, and what a person's value is: the queue out, decisions in."""


@decide_group.command("export")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=500,
    show_default=True,
    help="At most, of pairs left open and of each sample.",
)
@click.pass_obj
def export_command(home: Home, path: Path, limit: int) -> None:
    """Write the pairs with the greatest effect into a workbook to fill in. It holds personal data."""
    from orchestration.output_file import check_new_file
    from orchestration.standing import open_for_reading
    from resolution.review import export_queue

    check_new_file(path, ".xlsx")
    with open_for_reading(home, "decide export") as con:
        rows = export_queue(con, path, limit, when=datetime.now(UTC))
    click.echo(f"{rows} pairs in {path}, readable by you alone; fill in the column keputusan with sama, beda or ragu")


@decide_group.command("import")
@click.argument("path", metavar="FILE.xlsx", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_AUTHOR
@click.pass_obj
def import_command(home: Home, path: Path, author: str) -> None:
    """Store the decisions of a filled-in workbook, all or none; the next run obeys them."""
    from orchestration.standing import open_for_reading
    from resolution.review import import_workbook

    with open_for_reading(home, "decide import") as con:
        done = import_workbook(con, path, home.decisions, author=author, when=datetime.now(UTC))
    if not done.stored and not done.held:
        click.echo("no row was filled in; nothing was stored")
        return
    parts = ", ".join(f"{count} {verdict}" for verdict, count in sorted(done.stored.items())) or "none"
    click.echo(f"decisions stored: {parts}; {done.held} were in force already. The next run obeys them")


@decide_group.command("value")
@click.argument("person", metavar="ID_ORANG")
@click.argument("attribute", metavar="ATTRIBUTE")
@click.option("--value", help="What it is; asked for on a terminal when it is left out.")
@click.option("--reason", default="", help="Why.")
@_AUTHOR
@click.pass_obj
def value_command(home: Home, person: str, attribute: str, value: str | None, reason: str, author: str) -> None:
    """Say what a person's value is, whatever the sources say; the next run obeys."""
    from orchestration.standing import open_for_reading
    from resolution.correctable import load_correctable
    from resolution.corrections import Claim, correct, find_value

    correctable = load_correctable()
    if value is None:
        # what else was said is judged first: nobody types a secret for a person who is not there
        with open_for_reading(home, "decide value") as con:
            find_value(con, person, attribute, correctable)
        value = _asked_for()
    with open_for_reading(home, "decide value") as con:
        claim = Claim(person, attribute, value, author, datetime.now(UTC), reason)
        done = correct(con, home.decisions, claim, correctable)
    click.echo(f"correction {done.id} of {attribute} stored. The next run obeys; `satudata decide undo` takes it back")


def _asked_for() -> str:
    """The value, typed unseen."""
    if not sys.stdin.isatty():
        raise click.UsageError("without --value it is asked for, and only a person on a terminal can answer")
    answer: str = click.prompt("value", hide_input=True)
    return answer


@decide_group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@click.pass_obj
def list_command(home: Home, as_json: bool) -> None:
    """Show all decisions and corrections, newest first: who, why, about whom by id_orang; values not at all."""
    from orchestration.listing import collect, lines

    rows = collect(home)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo("\n".join(lines(row)))
    click.echo(f"{len(rows)} decisions")


@decide_group.command("undo")
@click.argument("name", metavar="ID")
@click.option("--reason", default="", help="Why it is taken back.")
@_AUTHOR
@click.pass_obj
def undo_command(home: Home, name: str, reason: str, author: str) -> None:
    """Take a decision back: it counts as never made, and the next run parts or joins accordingly."""
    from orchestration.lock import writer
    from resolution.review import undo

    home.settings()  # nothing is locked, and nobody told that there is no decision, where there is no home
    with writer(home, "decide undo"):
        undo(home.decisions, name, author=author, when=datetime.now(UTC), reason=reason)
    click.echo(f"decision {name} is taken back. The next run obeys")
