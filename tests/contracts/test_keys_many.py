"""Ids of many texts at once are those of one at a time."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.keys import short_id, short_ids


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=80), st.text(max_size=8), st.lists(st.text(max_size=100), max_size=20))
def test_many_ids_are_the_ids_of_each(key: bytes, kind: str, texts: list[str]) -> None:
    assert short_ids(key, kind, texts).to_pylist() == [short_id(key, kind, text) for text in texts]
