"""What does not fit: a step that cannot be taken at all, because nothing like it is known."""

from __future__ import annotations

from collections.abc import Iterable

from workflow import names
from workflow.definition import Text


class NotFitting(Exception):
    """A step names something that there is not: `text` says what, and what there is."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def unknown(what: str, what_zh: str, name: str, known: Iterable[str]) -> NotFitting:
    """There is nothing of that name; what there is, is named."""
    known = list(known)
    meant, meant_zh = names.did_you_mean(name, known)
    there, there_zh = names.one_of(known) or "none", names.one_of(known, "zh") or "无"
    return NotFitting(
        Text(
            f"there is no {what} {name}{meant or f'; there are: {there}'}",
            f"没有{what_zh} {name}{meant_zh or f'；现有：{there_zh}'}",
        )
    )
