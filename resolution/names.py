"""Names made comparable: titles, bin/binti, abbreviations and old spelling, by one table that people can extend.

The table is ``standar/nama.csv``: rule, from, to, an example with what becomes of it, and where the rule is from. It
makes one SQL expression; the original name stays what it is. Rules, in the order they work:

    gelar_depan     a title before the name, with or without a dot; several in a row fall together
    gelar_belakang  a title after the name where no comma cuts it off
    penghubung      bin, binti: what follows is the father's name
    awal            an abbreviation that stands for a word only as the first one of several
    padanan         a spelling or abbreviation of a word, wherever it stands
    ejaan           letters written for one sound, inside every word
    bukan_nama      what clerks write where they know no name: the whole of it says nothing
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import ascii_uppercase

TABLE = Path(__file__).parent / "standar" / "nama.csv"
KINDS = ("gelar_depan", "gelar_belakang", "penghubung", "awal", "padanan", "ejaan", "bukan_nama")


@dataclass(frozen=True)
class NameRule:
    """One line of the table; ``contoh`` must become ``hasil``."""

    aturan: str
    dari: str
    ke: str
    contoh: str
    hasil: str
    sumber: str


@cache
def name_rules() -> tuple[NameRule, ...]:
    """The rules, in the table's order."""
    return read_rules(TABLE)


def read_rules(table: Path) -> tuple[NameRule, ...]:
    """The rules of a table with the columns of ``NameRule``."""
    with table.open(encoding="utf-8", newline="") as handle:
        return tuple(NameRule(**row) for row in csv.DictReader(handle))


#: Letters of a text that are compared. The edits between two texts cost memory and time by the product of their
#: lengths, gigabytes for two pages of 30,000; no name, address or number is told by what follows.
LONGEST = 200


def name_expression(column: str) -> str:
    """SQL of the comparable form of a name; null when nothing of it is left.

    Args:
        column: SQL of the name as received.
    """
    plain = f"regexp_replace(regexp_replace(upper(strip_accents({column})), ',.*$', ''), '[.''`]+', '', 'g')"
    spaced = f"trim(regexp_replace({plain}, '[^A-Z]+', ' ', 'g'))"
    named = f"regexp_replace({spaced}, '^({_any('bukan_nama')})$', '')"
    bare = f"regexp_replace({named}, '^(({_any('gelar_depan')}) )+', '')"
    bare = f"regexp_replace({bare}, ' ({_any('penghubung')})( .*)?$', '')"
    bare = f"regexp_replace({bare}, '( ({_any('gelar_belakang')}))+$', '')"
    for rule in _of("awal"):
        bare = f"regexp_replace({bare}, '^{rule.dari} ', '{rule.ke} ')"
    words = f"list_transform(string_split({bare}, ' '), lambda kata: {_word('kata')})"
    text = f"array_to_string({words}, ' ')"
    return f"nullif(trim({_letters(text)}), '')"


def _any(kind: str) -> str:
    return "|".join(rule.dari for rule in name_rules() if rule.aturan == kind)


def _word(word: str) -> str:
    """One word: a spelling or abbreviation that the table knows."""
    known = " ".join(f"when '{rule.dari}' then '{rule.ke}'" for rule in _of("padanan"))
    return f"case {word} {known} else {word} end"


def _letters(text: str) -> str:
    """Letters written for one sound; then a letter written twice counts once."""
    for rule in _of("ejaan"):
        text = f"replace({text}, '{rule.dari}', '{rule.ke}')"
    for letter in ascii_uppercase:
        text = f"replace({text}, '{letter * 2}', '{letter}')"
    return text


def _of(kind: str) -> Sequence[NameRule]:
    return [rule for rule in name_rules() if rule.aturan == kind]
