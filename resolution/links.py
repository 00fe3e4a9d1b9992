"""Links: how the records of a dataset are brought together with the population registry, one settings file each.

A new dataset gets a link by a file of its own in ``standar/tautan/``: ``<entity>.<role>.yaml``. What its columns mean
is stated at the standard entity's role (``contracts/standar``); which of them are compared, and how, is stated here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import duckdb
from pydantic import Field, ValidationError

from contracts.standard import load_standards, short_hash
from resolution.expressions import rule_problems
from resolution.settings import LEVELS_VERSION, Name, Settings, SettingsError, form_problems, read_file

FOLDER = Path(__file__).parent / "standar" / "tautan"
REGISTRY = "penduduk.orang"
#: Blocking rules that a key's leading byte tells apart.
MOST_RULES = 256
#: The column whose values' frequencies the model knows.
FREQUENT = "nama"
#: The column that, of the registry's people, others' records make; see ``resolution.couples``.
SPOUSE = "pasangan"


class Link(Settings):
    """Settings of a link.

    Attributes:
        entitas, peran: whose records; ``penduduk.orang`` is the registry against itself.
        wajib: comparisons of which one must agree before a pair is joined unseen. What the members of one family have
            in common never suffices: twins share mother, birth date and address.
        pengganti: comparisons that stand in for ``wajib`` where the record states nothing of it: a child without a name
            is known by its birth date, and twins then compete.
        tolak: comparisons whose disagreement is left to a person: a pregnant woman is no man.
        latih: columns, joined by commas, that agree in pairs that are nearly all one person.
        padan, tinjau: probabilities from which a record is joined, or shown to a person.
    """

    id: str = "nomor"
    entitas: str
    peran: Name
    wajib: tuple[Name, ...] = Field(min_length=1)
    pengganti: tuple[Name, ...] = ()
    tolak: tuple[Name, ...] = ()
    latih: tuple[str, ...] = Field(min_length=1)
    padan: float = Field(default=0.98, gt=0.5, lt=1)

    @property
    def version(self) -> str:
        """Changes with anything that changes a pair, its weight or what is made of it: stored pairs are made anew."""
        return short_hash(f"{LEVELS_VERSION}\n{self.model_dump_json()}")

    @property
    def is_registry(self) -> bool:
        """The registry against itself."""
        return self.entitas == REGISTRY

    @property
    def reads_spouse(self) -> bool:
        """A pair may depend on whose spouse somebody is, which changes with another's record."""
        compared = {name for item in self.perbandingan for name in (item.kolom, *item.kolom_lain)}
        return SPOUSE in compared or any(
            block.mirip == SPOUSE or re.search(rf"\b{SPOUSE}\b", block.kunci, re.IGNORECASE) for block in self.blok
        )


@cache
def load_links(folder: Path = FOLDER) -> tuple[Link, ...]:
    """All links, the registry's own first.

    Raises:
        SettingsError: with every problem found, and the file; never a value.
    """
    links: list[Link] = []
    problems: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            link = Link.model_validate(read_file(path))
        except ValidationError as error:
            problems += [f"{path.name}: {problem}" for problem in form_problems(error, Link)]
        except SettingsError as error:
            problems.append(str(error))
        else:
            problems += [f"{path.name}: {problem}" for problem in _problems(link, path)]
            if link.nama in {other.nama for other in links}:
                problems.append(f"{path.name}: another link is called {link.nama}")
            links.append(link)
    different = {(link.is_registry, rule.kunci, rule.mirip) for link in links for rule in link.blok}
    if len(different) > MOST_RULES:
        problems.append(f"{len(different)} different blok are too many; {MOST_RULES} fit")
    if not problems and not any(link.is_registry for link in links):
        problems.append(f"{folder}: no link of {REGISTRY}, the registry against itself, which the others need")
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(sorted(links, key=lambda link: (not link.is_registry, link.nama)))


def _problems(link: Link, path: Path) -> Iterator[str]:
    """What is wrong with a link besides its form."""
    from resolution.persons import COLUMNS, KEYED  # which needs to know what the registry is called

    if path.stem != f"{link.entitas}.{link.peran}":
        yield f"must be called {link.entitas}.{link.peran}.yaml"
    roles = [f"{entity.entitas}.{role.peran}" for entity in load_standards().entitas.values() for role in entity.orang]
    if f"{link.entitas}.{link.peran}" not in roles:
        yield f"no standard entity has a role {link.entitas}.{link.peran}; valid: {', '.join(sorted(roles))}"
    unknown = {*link.wajib, *link.pengganti, *link.tolak} - {comparison.nama for comparison in link.perbandingan}
    if unknown:
        yield f"wajib, pengganti or tolak names no comparison {', '.join(sorted(unknown))}"
    for comparison in link.perbandingan:
        where = f"perbandingan {comparison.nama}"
        for name in (comparison.kolom, *comparison.kolom_lain):
            if name not in COLUMNS:
                yield f"{where}: there is no column {name}; valid: {', '.join(COLUMNS)}"
        if comparison.ungkapan:
            yield f"{where}: ungkapan is for tables; what columns mean is stated at the standard entity"
        if comparison.frekuensi and comparison.kolom != FREQUENT:
            yield f"{where}: frekuensi goes with the column {FREQUENT} alone"
    with duckdb.connect() as con:
        yield from rule_problems(con, link, KEYED)
