"""The procedure book: the rules by which a house works and the forms that it keeps, in words that people read.

It says what holds; definitions say how it is carried out, and name its rules and forms by their ids.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from workflow.definition import Text
from workflow.problems import Position

Grade = Literal["number", "firm", "soft"]
"""A rule with a number; a firm one without; a duty that nothing could measure."""

GRADES: tuple[Grade, ...] = get_args(Grade)

FIRM: frozenset[Grade] = frozenset({"number", "firm"})
"""The grades of the rules that definitions carry out and scenarios show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of the book, and the document and section that ask for it."""

    id: str
    text: Text
    source: Text | None = None
    section: str = ""
    position: Position = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule of the book, in one sentence.

    `outside` is why no ticket carries it out, `see` the rules that say the same and are carried out in its place.
    """

    id: str
    text: Text
    grade: Grade
    source: Text | None = None
    section: str = ""
    outside: Text | None = None
    see: tuple[str, ...] = ()
    position: Position = field(compare=False)

    @property
    def to_carry_out(self) -> bool:
        """Whether definitions must carry it out itself."""
        return self.grade in FIRM and self.outside is None and not self.see


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureBook:
    """All books of a house as one; empty for a house that has none, where ids are words that nobody looks up.

    `titles` is what people call each book, by its name.
    """

    titles: Mapping[str, Text] = field(default_factory=dict)
    rules: Mapping[str, Rule] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)

    def form(self, id_: str) -> Text:
        """What people call a form; without an entry it is called as it is written."""
        return self.forms[id_].text if id_ in self.forms else Text(id_, id_)
