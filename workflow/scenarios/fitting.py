"""What does not fit: a step that cannot be taken at all, because nothing like it is known."""

from __future__ import annotations

from collections.abc import Iterable

from workflow import names
from workflow.definition import Text
from workflow.problems import Instead

MOST_NAMED = 10
"""So many names are listed where none is like the one that does not exist."""


class NotFitting(Exception):
    """A step names something that there is not: `text` says what, and what there is.

    `name` is the word that names it, where there is one, and `mend` what is written instead where that is certain.
    """

    def __init__(self, text: Text, name: str | None = None, mend: Instead | None = None) -> None:
        self.text = text
        self.name = name
        self.mend = mend
        super().__init__(text.en)


def unknown(what: str, what_zh: str, name: str, known: Iterable[str]) -> NotFitting:
    """There is nothing of that name; the one that is like it, or what there is, is named."""
    known = list(dict.fromkeys(known))
    meant, meant_zh = names.did_you_mean(name, known)
    listed = [*known[:MOST_NAMED], *(["…"] if len(known) > MOST_NAMED else [])]
    there, there_zh = names.one_of(listed) or "none", names.one_of(listed, "zh") or "无"
    text = Text(
        f"there is no {what} {name}{meant or f'; there are: {there}'}",
        f"没有{what_zh} {name}{meant_zh or f'；现有：{there_zh}'}",
    )
    nearest = names.nearest(name, known)
    return NotFitting(text, name, Instead(name, nearest) if nearest else None)
