"""``satudata train``: learn anew how records of one person differ; a run does so once there is enough to learn from."""

from __future__ import annotations

import click

from contracts.home import Home


@click.command()
@click.pass_obj
def train(home: Home) -> None:
    """Train the model of the links on the records of the last run; the next run weighs all pairs anew.

    Worth doing when an agency changes how it writes. Ids stay; a few links may change.
    """
    from contracts.keys import load_key
    from orchestration.prepare import key_path
    from orchestration.standing import open_for_reading
    from resolution.links import load_links
    from resolution.model import hide_names, read_model
    from resolution.training import train_links

    with open_for_reading(home, "train") as con:
        if not con.execute("select 1 from duckdb_tables() where table_name = 'banding'").fetchone():
            raise click.UsageError("no run has compared records yet; `satudata run` trains the first model itself")
        hide_names(con, load_key(key_path(home)))
        before = read_model(home.model)
        model = train_links(con, load_links(), home.model)
    for name, learnt in sorted(model.tautan.items()):
        click.echo(f"{name:<20} learnt from {learnt.pasangan:>9,} pairs; {learnt.peluang:.1%} found in the registry")
    if before is not None and before.version == model.version:
        click.echo(
            f"model {model.version}: as it was before, for the records teach nothing else. Training again changes "
            "nothing; whether it errs is told by answers (`satudata decide export`)"
        )
    else:
        click.echo(f"model {model.version}: the next run weighs all pairs anew")
