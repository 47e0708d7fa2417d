"""Breaking a paragraph into lines: English between words, Chinese between characters, as each language does it."""

from __future__ import annotations

import re

from service.cli.table import width

_NEVER_FIRST = "，。、；：？！）》”’」』】,.;:?!)]}%"
"""A line never begins with these."""

_NEVER_LAST = "（《“‘「『【(["
"""A line never ends with these."""

_WIDE = "\u2e80-\u303f\u3040-\u9fff\uf900-\ufaff\uff00-\uffef"
_PIECES = re.compile(rf"[{_WIDE}]|[^\s{_WIDE}]+|\s+")

_LIKE_A_MARK = re.compile(r"[-+#>=]+|\d+[.)]")
"""What Markdown would read as the mark of a list or a heading at the beginning of a line."""


def wrapped(text: str, columns: int, *, first: str = "") -> list[str]:
    """The text in lines of at most `columns`, where a Chinese character takes two.

    The first line begins with `first`, the others stand below its end. A piece that is too long has its own line.
    """
    indent = " " * width(first)
    lines: list[str] = []
    line = ""
    for blank, unit in _units(text):
        longer = f"{line}{blank}{unit}" if line else unit
        if line and width(indent + longer) > columns and not _LIKE_A_MARK.fullmatch(unit):
            lines.append(line)
            line = unit
        else:
            line = longer
    lines.append(line)
    return [(indent if number else first) + line for number, line in enumerate(lines)]


def _units(text: str) -> list[tuple[str, str]]:
    """What is not broken, each with the blank before it: a word, or a Chinese character with its punctuation."""
    units: list[tuple[str, str]] = []
    blank = ""
    for piece in _PIECES.findall(text):
        if piece.isspace():
            blank = " "
        elif units and not blank and (piece[0] in _NEVER_FIRST or units[-1][1][-1] in _NEVER_LAST):
            units[-1] = (units[-1][0], units[-1][1] + piece)
        else:
            units.append((blank, piece))
            blank = ""
    return units
