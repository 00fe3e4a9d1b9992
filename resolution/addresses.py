"""Addresses made comparable: abbreviations, Roman hamlet numbers, RT and RW left out, by one table people can extend.

The table is ``standar/alamat.csv``: rule, from, to, an example with what becomes of it, and where the rule is from:

    kata         a word that is written as another one
    utuh         words that are one name, of which none is a rule's
    buang        a word that says nothing
    rtrw         a word that goes together with the number after it: RT and RW have columns of their own
    rtrw_miring  two numbers of two or three digits with a slash between them are RT and RW: 12/5 is a house
    potong       a word that ends the address, but for the first one: village and district have columns of their own
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from resolution.rule_table import Shapes, TableRule, read_rules

TABLE = Path(__file__).parent / "standar" / "alamat.csv"
_WORD, _WORDS, _NOTHING = "[A-Z0-9]+", "[A-Z0-9]+( [A-Z0-9]+)*", ""
KINDS: Shapes = {
    "kata": (_WORD, _WORD), "utuh": (_WORDS, _WORD), "buang": (_WORD, _NOTHING), "rtrw": (_WORD, _NOTHING),
    "rtrw_miring": (_NOTHING, _NOTHING), "potong": (_WORD, _NOTHING),
}  # fmt: skip


@cache
def address_rules() -> tuple[TableRule, ...]:
    """The rules, in the table's order."""
    return read_rules(TABLE, KINDS)


def address_expression(column: str) -> str:
    """SQL of the comparable form of an address; null when nothing of it is left.

    Args:
        column: SQL of the address as received.
    """
    # most addresses have no slash, and are spared a regular expression
    slashed = f"if(contains({column}, '/'), regexp_replace(upper({column}), '{_slashed()}', ' '), upper({column}))"
    plain = f"regexp_replace({slashed}, '[^A-Z0-9]+', ' ', 'g')"
    whole = f"' ' || {plain} || ' '"
    for rule in address_rules():
        if rule.aturan == "utuh":
            whole = f"replace({whole}, ' {rule.dari} ', ' {rule.ke} ')"
    bare = f"regexp_replace({whole}, '{_empty()}', ' \\1', 'g')"
    bare = f"regexp_replace(trim({bare}), '(.) ({_any('potong')}) .*$', '\\1')"
    known = " ".join(
        f"when '{rule.dari}' then '{rule.ke}'" for rule in address_rules() if rule.aturan in ("kata", "buang")
    )
    word = f"case kata {known} else ltrim(kata, '0') end"
    words = f"list_transform(string_split(trim({bare}), ' '), lambda kata: {word})"
    return f"nullif(array_to_string(list_filter({words}, lambda kata: kata <> ''), ' '), '')"


def neighbourhood_expression(rt: str, rw: str, address: str) -> str:
    """SQL of RT and RW as ``14/7``, from columns of their own or out of the address; null when one is unknown.

    Args:
        rt, rw: SQL of the columns.
        address: SQL of the address as received.
    """
    stated = {place: _number(f"regexp_extract({column}, '[0-9]+')") for place, column in (("RT", rt), ("RW", rw))}
    slashed = f"contains({address}, '/') and ({stated['RT']} || {stated['RW']}) is null"
    found = f"regexp_extract(upper({address}), '{_slashed()}')"
    # "RW/RT 05/02" tells them the other way round
    found = f"regexp_replace({found}, '^RW[^A-Z0-9]*RT[^0-9]*([0-9]+)[^0-9]+([0-9]+)', '\\2/\\1')"
    both = f"if({slashed}, {found}, '')"
    parts = []
    for place, digits in (("RT", "[0-9]+"), ("RW", "[0-9]+[^0-9]*$")):
        named = f"nullif(regexp_extract(upper({address}), '(\\b|[0-9]){place}[.: ]*0*([1-9][0-9]*)', 2), '')"
        # of "RT/RW 002/005" the word RW stands before the RT's number
        slashed_part = _number(f"regexp_extract(regexp_extract(dua, '{digits}'), '[0-9]+')")
        parts.append(f"coalesce({stated[place]}, if(dua = '', {named}, {slashed_part}))")
    # the lambda gives the match a name: written out where it is read, it would be looked for again each time
    return f"list_transform([{both}], lambda dua: {parts[0]} || '/' || {parts[1]})[1]"


def _number(digits: str) -> str:
    """SQL: a number without leading zeros; null where nothing else is left."""
    return f"nullif(ltrim({digits}, '0'), '')"


def _slashed() -> str:
    """Pattern of RT and RW as two numbers with a slash between them: after their names, or two or three digits each."""
    name = f"({_any('rtrw')})[^A-Z0-9]*"
    return (
        f"\\b{name}({name})?[0-9]{{1,3}}\\s*/\\s*[0-9]{{1,3}}\\b"
        "|(^|[\\s,(])[0-9]{2,3}\\s*/\\s*[0-9]{2,3}([\\s,.)]|$)"
    )


def _empty() -> str:
    """Pattern of what says nothing before its number, or together with it; the first group is what is to stay.

    RT and RW go with their numbers, and both names where no number follows ("RT/RW -"); of "NO12" the 12 stays.
    """
    name = f"(?:{_any('rtrw')})"
    both = f"{name} ?{name}(?: ?[0-9]+(?: [0-9]+)?)?\\b"
    return f" (?:{both}|(?:{name} ?[0-9]+)+|(?:{_any('buang')})([0-9]))"


def _any(kind: str) -> str:
    return "|".join(rule.dari for rule in address_rules() if rule.aturan == kind)
