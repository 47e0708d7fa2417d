"""Names: how the parts of a definition may be called, and which one was probably meant by a misspelt one."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

LONGEST = 60
"""The most characters of a name."""

_PART = re.compile(r"[a-z][a-z0-9_]*\Z")
_FILE = re.compile(r"[a-z][a-z0-9]*([_-][a-z0-9]+)*\Z")


def is_part_name(name: str) -> bool:
    """Whether a field, state, transition, deadline, reminder or role may be called so."""
    return len(name) <= LONGEST and _PART.match(name) is not None


def is_file_name(name: str) -> bool:
    """Whether a definition, calendar or choice may be called so: as a part, and with hyphens."""
    return len(name) <= LONGEST and _FILE.match(name) is not None


def nearest(name: object, names: Iterable[str]) -> str | None:
    """The one of `names` that is most like `name`; None if none is like it."""
    known = sorted(names)
    typed = plainly(str(name)[:LONGEST])
    if typed in known:
        return typed
    found = difflib.get_close_matches(typed, known, n=1, cutoff=0.6)
    return found[0] if found else None


def plainly(name: str) -> str:
    """The name in ordinary characters: half-width, and without blanks and what cannot be seen."""
    usual = unicodedata.normalize("NFKC", name)
    return "".join(one for one in usual if not one.isspace() and unicodedata.category(one) != "Cf")


def did_you_mean(name: object, names: Iterable[str]) -> tuple[str, str]:
    """The question that ends a message about an unknown name, in English and Chinese; empty if nothing is like it."""
    meant = nearest(name, names)
    if meant and name != meant and plainly(str(name)) == meant:
        return (
            f"; this one has full-width or invisible characters, type {meant} again",
            f"；此处含有全角或不可见的字符，请重新输入 {meant}",
        )
    return (f"; did you mean {meant}?", f"；是否想写 {meant}？") if meant else ("", "")


def one_of(names: Iterable[str], lang: str = "en") -> str:
    """The names as a list to read."""
    return ("、" if lang == "zh" else ", ").join(names)


def shortened(text: str, to: int = LONGEST) -> str:
    """A word of a file as a message names it: in one line, and cut short where nobody would read it to its end."""
    line = " ".join(text[: to + 1].split("\n"))
    return line if len(text) <= to else f"{line[:to]}…"


def way(states: Iterable[str]) -> str:
    """States in the order in which a ticket comes to them."""
    return " → ".join(states)
