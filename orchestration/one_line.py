"""What a person typed, put on one line of a terminal."""

from __future__ import annotations


def one_line(text: str) -> str:
    """The text without line ends and without what steers a terminal."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
