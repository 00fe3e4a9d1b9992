"""YAML that remembers on which line each key stands, so that an error can point at it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from contracts.errors import ContractError, Problem

Place = tuple[str | int, ...]
#: Levels of lists and mappings in each other; nobody writes a tenth of that.
_DEEPEST = 100


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.2's booleans: a column called No, a value Y or T stays the text that a person typed."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")
)


@dataclass(frozen=True)
class YamlFile:
    """A parsed YAML file: its data, and the line of every key and list item."""

    path: Path
    data: Any
    lines: dict[Place, int]

    def line(self, place: Place) -> int:
        """Line of ``place`` or of the nearest parent that exists."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, text: str) -> Problem:
        """A problem at ``place``."""
        return Problem(self.path, self.line(place), ".".join(str(part) for part in place) or "(file)", text)


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file.

    Raises:
        ContractError: the file cannot be read, is no YAML, states a key twice, nests too deep or stands in itself.
    """
    try:
        text = path.read_text(encoding="utf-8")
        endless = _endless(text)
        node = None if endless else yaml.compose(text, Loader=_Loader)
        data = None if endless else yaml.load(text, Loader=_Loader)
    except UnicodeDecodeError:
        raise ContractError([Problem(path, 1, "(file)", "is not UTF-8 text")]) from None
    except OSError as error:
        raise ContractError([Problem(path, 1, "(file)", f"cannot be read: {error.strerror}")]) from None
    except (yaml.YAMLError, ValueError) as error:  # the latter of a date that no calendar has
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise ContractError([Problem(path, line, "(file)", "is not valid YAML")]) from None
    if endless:
        raise ContractError([Problem(path, endless[0], "(file)", endless[1])])
    lines: dict[Place, int] = {}
    doubles: list[Problem] = []
    if node is not None:
        _walk(node, (), lines, doubles, path, set())
    if doubles:
        raise ContractError(doubles)
    return YamlFile(path, data, lines)


def _endless(text: str) -> tuple[int, str] | None:
    """Line and text of what nests deeper than anybody writes, or stands in itself: composing takes a frame of C's stack
    for each level, and would end the process."""
    opened: list[str | None] = []
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.CollectionStartEvent):
            opened.append(event.anchor)
            if len(opened) > _DEEPEST:
                return line, f"nests deeper than {_DEEPEST} levels"
        elif isinstance(event, yaml.CollectionEndEvent):
            opened.pop()
        elif isinstance(event, yaml.AliasEvent) and event.anchor in opened:
            return line, "stands in itself"
    return None


def _walk(
    node: yaml.Node, place: Place, lines: dict[Place, int], doubles: list[Problem], path: Path, seen: set[int]
) -> None:
    lines.setdefault(place, node.start_mark.line + 1)
    # what is referred to again was looked at; references to references would be looked at without end
    if isinstance(node, yaml.CollectionNode) and id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            child = (*place, str(key_node.value))
            line = key_node.start_mark.line + 1
            if child in lines:
                doubles.append(Problem(path, line, ".".join(map(str, child)), "is stated twice"))
            lines[child] = line
            _walk(value_node, child, lines, doubles, path, seen)
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            _walk(item, (*place, index), lines, doubles, path, seen)
