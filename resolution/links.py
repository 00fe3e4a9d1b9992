"""Links: how the records of a dataset are brought together with the population registry, one settings file each.

A new dataset gets a link by a file of its own in ``standar/tautan/``: ``<entity>.<role>.yaml``. What its columns mean
is stated at the standard entity's role (``contracts/standar``); which of them are compared, and how, is stated here.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from resolution.settings import Name, Settings, SettingsError

FOLDER = Path(__file__).parent / "standar" / "tautan"
REGISTRY = "penduduk.orang"


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
    def is_registry(self) -> bool:
        """The registry against itself."""
        return self.entitas == REGISTRY


@cache
def load_links(folder: Path = FOLDER) -> tuple[Link, ...]:
    """All links, the registry's own first.

    Raises:
        SettingsError: with every problem found, and the file; never a value.
    """
    links, problems = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            link = Link.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except ValidationError as error:
            problems += [
                f"{path.name}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False)
            ]
            continue
        if path.stem != f"{link.entitas}.{link.peran}":
            problems.append(f"{path.name}: must be called {link.entitas}.{link.peran}.yaml")
        unknown = {*link.wajib, *link.pengganti, *link.tolak} - {comparison.nama for comparison in link.perbandingan}
        if unknown:
            problems.append(f"{path.name}: wajib, pengganti or tolak names no comparison {', '.join(sorted(unknown))}")
        links.append(link)
    if problems:
        raise SettingsError("\n".join(problems))
    return tuple(sorted(links, key=lambda link: (not link.is_registry, link.nama)))
