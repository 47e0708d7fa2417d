"""The catalogue: all definitions, calendars, registers, roles and departments of a house, published as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow import roles as role_chains
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.problems import Position, Problem
from workflow.procedure_book import ProcedureBook
from workflow.registers import Register
from workflow.roles import Role
from workflow.scenario import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What the files of one house say together. There is none with an error in it.

    `warnings` are problems that hold nothing up, `waived` those that an `accept` takes upon itself, with its
    reason. Maps keep the order of the files, which are read in the order of their paths. `scenarios` have been read and
    not run.
    """

    definitions: Mapping[str, Definition] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    departments: Mapping[str, Text] = field(default_factory=dict)
    registers: Mapping[str, Register] = field(default_factory=dict)
    book: ProcedureBook = field(default_factory=ProcedureBook)
    scenarios: tuple[Scenario, ...] = ()
    warnings: tuple[Problem, ...] = ()
    waived: tuple[tuple[Problem, str], ...] = ()
    places: Mapping[tuple[str, ...], Position] = field(default_factory=dict)

    def opened(self) -> tuple[Definition, ...]:
        """The definitions that a ticket may be opened with: all but the members of a family."""
        return tuple(one for one in self.definitions.values() if one.head is None)

    @property
    def zone(self) -> str | None:
        """The zone of the calendars; None where they have several, or there is none."""
        zones = {calendar.zone for calendar in self.calendars.values()}
        return zones.pop() if len(zones) == 1 else None

    def chain(self, role: str) -> tuple[str, ...]:
        """The role and those that answer in its place, up to the duty manager; KeyError for an unknown role."""
        return role_chains.chain(self.roles, role)

    def where(self, workflow: str, block: str = "", name: str = "") -> Position | None:
        """Where a definition, or a part of it (`where("repair", "states", "reported")`), is written.

        A promise goes by its place among them, from 0.
        """
        return self.places.get(tuple(step for step in (workflow, block, name) if step))
