"""Columns for people, where a Chinese character takes the room of two letters; for programs the same as JSON."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Sequence

GAP = "  "


def width(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows below their head, each column as wide as its widest text."""
    lines = [head, *rows]
    widths = [max(width(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        GAP.join(filled(text, widths[column]) for column, text in enumerate(line)).rstrip() for line in lines
    )


def filled(text: str, columns: int) -> str:
    """The text, with as many blanks after it as make it so wide."""
    return text + " " * (columns - width(text))


def cut(text: str, widest: int) -> str:
    """The text, or as much of it as leaves room for an ellipsis."""
    if width(text) <= widest:
        return text
    kept, room = "", widest - 1
    for character in text:
        room -= _columns(character)
        if room < 0:
            break
        kept += character
    return kept.rstrip() + "…"


def as_json(said: object) -> str:
    """Rows, or whatever else is said, for a program; instants in ISO 8601."""
    return json.dumps(said, ensure_ascii=False, indent=2, default=dt.datetime.isoformat)


def visible(text: str) -> str:
    """The text without anything that would move the cursor or change the terminal's mind."""
    return "".join(
        " " if character == "\t" else character if character.isprintable() else "\ufffd" for character in text
    )
