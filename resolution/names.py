"""Names made comparable: titles, bin/binti, abbreviations and old spelling, by one table that people can extend.

The table is ``standar/nama.csv``: rule, from, to, an example with what becomes of it, and where the rule is from. It
makes one SQL expression; the original name stays what it is. Rules, in the order they work:

    gelar_depan     a title before the name, with or without dots; several in a row fall together
    gelar_belakang  a title after the name where no comma cuts it off
    bukan_nama      what clerks write where they know no name: the whole of it says nothing
    penghubung      bin, binti: what follows is the father's name
    awal            an abbreviation that stands for a word only as the first one; an initial stands for none:
                    M. may be Muhammad, Mahmud or Made, and is compared as what it is
    padanan         a spelling or abbreviation of a word, wherever it stands
    ejaan           letters written for one sound, inside every word

A dot parts words, as in "Moh.Ali", but for those within a title: "S.Pd", "S. Pd". A title after the name may have a
space instead after its first letter ("S Pd"), unless what follows may be a name or an initial itself ("S Hi", "S H").
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from string import ascii_uppercase

from resolution.rule_table import Shapes, TableRule, read_rules

TABLE = Path(__file__).parent / "standar" / "nama.csv"
_WORD, _ABBREVIATION, _NOTHING = "[A-Z]+", "[A-Z]{2,}", ""
#: What is no name may be several words, and have a letter any number of times.
KINDS: Shapes = {
    "gelar_depan": (_WORD, _NOTHING), "gelar_belakang": (_WORD, _NOTHING), "penghubung": (_WORD, _NOTHING),
    "awal": (_ABBREVIATION, _WORD), "padanan": (_WORD, _WORD), "ejaan": (_WORD, _WORD),
    "bukan_nama": (r"[A-Z]+\+?( [A-Z]+)*", _NOTHING),
}  # fmt: skip


@cache
def name_rules() -> tuple[TableRule, ...]:
    """The rules, in the table's order."""
    return read_rules(TABLE, KINDS)


#: Letters of a text that are compared. The edits between two texts cost memory and time by the product of their
#: lengths, gigabytes for two pages of 30,000; no name, address or number is told by what follows.
LONGEST = 200


#: Letters of one title.
_BETWEEN = r"(?:\. ?)?"
#: Within a word, what is no letter: apostrophes, and what cannot be seen.
_UNSPOKEN = "''`\u2018\u2019\u00b4\u02bc\u200b\u200c\u200d\ufeff"


def name_expression(column: str) -> str:
    """SQL of the comparable form of a name; null when nothing of it is left.

    Args:
        column: SQL of the name as received.
    """
    plain = f"regexp_replace(regexp_replace(upper({column}), ',.*$', '', 's'), '[{_UNSPOKEN}]+', '', 'g')"
    plain = f"strip_accents({plain})"
    dotted = f"trim(regexp_replace({plain}, '[^A-Z.]+', ' ', 'g'), ' .')"
    bare = f"regexp_replace({dotted}, '^(({_titles('gelar_depan')})[. ]+)+([A-Z])', '\\3')"
    bare = f"regexp_replace({bare}, '([. ]+({_titles('gelar_belakang')}))+$', '')"
    bare = f"regexp_replace({bare}, '[. ]+', ' ', 'g')"
    bare = f"regexp_replace({bare}, '^({_any('bukan_nama')})$', '')"
    bare = f"regexp_replace({bare}, ' ({_any('penghubung')})( .*)?$', '')"
    for rule in _of("awal"):
        bare = f"regexp_replace({bare}, '^{rule.dari}( |$)', '{rule.ke}\\1')"
    words = f"list_transform(string_split({bare}, ' '), lambda kata: {_word('kata')})"
    text = f"array_to_string({words}, ' ')"
    return f"nullif(trim({_letters(text)}), '')"


def _any(kind: str) -> str:
    return "|".join(rule.dari for rule in name_rules() if rule.aturan == kind)


def _titles(kind: str) -> str:
    """Titles with dots after their letters or without; the longer first, for one may begin another."""
    found = sorted((rule.dari for rule in _of(kind)), key=len, reverse=True)
    return "|".join(_title(title, spaced=kind == "gelar_belakang") for title in found)


def _title(title: str, *, spaced: bool) -> str:
    dotted = _BETWEEN.join(title)
    is_name = len(title) < 3 or (len(title) == 3 and any(vowel in title[1:] for vowel in "AEIOU"))
    return dotted if is_name or not spaced else f"{title[0]} {_BETWEEN.join(title[1:])}|{dotted}"


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


def _of(kind: str) -> Sequence[TableRule]:
    return [rule for rule in name_rules() if rule.aturan == kind]
