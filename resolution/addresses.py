"""Addresses made comparable: abbreviations, Roman hamlet numbers, RT and RW left out, by one table people can extend.

The table is ``standar/alamat.csv``: rule, from, to, an example with what becomes of it, and where the rule is from:

    kata         a word that is written as another one
    utuh         words that are one name, of which none is a rule's
    buang        a word that says nothing
    rtrw         a word that goes together with the number after it: RT and RW have columns of their own
    rtrw_miring  two numbers with a slash between them are RT and RW
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
    slashed = f"regexp_replace(upper({column}), '(^|\\s)[0-9]{{1,3}}\\s*/\\s*[0-9]{{1,3}}(\\s|$)', ' ')"
    plain = f"regexp_replace({slashed}, '[^A-Z0-9]+', ' ', 'g')"
    whole = f"' ' || {plain} || ' '"
    for rule in address_rules():
        if rule.aturan == "utuh":
            whole = f"replace({whole}, ' {rule.dari} ', ' {rule.ke} ')"
    bare = f"regexp_replace({whole}, ' ({_any('rtrw')}) ?[0-9]+', '', 'g')"
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
    plain = f"' ' || upper({address}) || ' '"
    slashed = f"{plain}, '\\s0*([0-9]{{1,3}})\\s*/\\s*0*([0-9]{{1,3}})\\s'"
    named = {place: f"regexp_extract({plain}, '\\b{place}[. ]*0*([1-9][0-9]*)', 1)" for place in ("RT", "RW")}
    columns = {"RT": rt, "RW": rw}
    parts = [
        f"coalesce(nullif(ltrim(regexp_extract({columns[place]}, '[0-9]+'), '0'), ''), nullif({named[place]}, ''), "
        f"nullif(regexp_extract({slashed}, {group}), ''))"
        for group, place in enumerate(("RT", "RW"), start=1)
    ]
    return " || '/' || ".join(parts)


def _any(kind: str) -> str:
    return "|".join(rule.dari for rule in address_rules() if rule.aturan == kind)
