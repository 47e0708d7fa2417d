"""The catalogue: every definition, calendar, role and department of a house, checked and published as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow import roles as role_chains
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.problems import Position, Problem
from workflow.roles import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What the files of one house say together. There is none with an error in it.

    `warnings` are problems that hold nothing up, `waived` those that an `accept` takes upon itself, with its
    reason. Maps keep the order of the files, which are read in the order of their paths.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    waived: tuple[tuple[Problem, str], ...] = ()
    places: Mapping[tuple[str, ...], Position] = field(default_factory=dict)

    def opened(self) -> tuple[Definition, ...]:
        """The definitions that a ticket may be opened with: all but the members of a family."""
        return tuple(one for one in self.definitions.values() if one.head is None)

    def chain(self, role: str) -> tuple[str, ...]:
        """The role and those that answer in its place, up to the duty manager; KeyError for an unknown role."""
        return role_chains.chain(self.roles, role)

    def where(self, workflow: str, block: str = "", name: str = "") -> Position | None:
        """Where a definition, or a part of it (`where("repair", "states", "reported")`), is written."""
        return self.places.get(tuple(step for step in (workflow, block, name) if step))


def compile_catalogue(files: Mapping[str, str | bytes]) -> Catalogue:
    """The catalogue that these files (path -> text) are.

    Raises DefinitionFaulty with every problem of every file, the warnings among them, if one is an error.
    """
    raise NotImplementedError
