"""The stage of all scenarios of a catalogue: its people, and all that deciding may know beside the ticket itself.

Every role of the catalogue is held there, each by somebody who is called as it is: `service_centre`, `head of
operations`. Every department of the catalogue is one of it. Whatever a scenario types as an entry of a register or as a
file, exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Field, Text
from workflow.entry import Value
from workflow.field_readers import FieldFaulty
from workflow.fields import parse_column
from workflow.openable import family_of, openable_by
from workflow.roles import Scope
from workflow.sameness import Sought
from workflow.scenario import Do, Open, Scenario, Written
from workflow.scenarios.fitting import NotFitting, unknown
from workflow.ticket import CLOCK, Actor, Facts, Held, Link
from workflow.totals import Asked, totals_of

ANYONE = "anyone"
"""Somebody who holds no role."""


class Stage:
    """What all scenarios of a catalogue have in common; what they need is worked out once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.holders: Mapping[str, Held] = dict(_holders(catalogue))
        self._departments = frozenset(catalogue.departments)
        self._facts: dict[tuple[str, str | None], Facts] = {}

    def definition(self, scenario: Scenario) -> Definition:
        """What the scenario opens; raises NotFitting where no ticket may be opened with it."""
        known = self.catalogue.definitions
        if scenario.workflow not in known:
            raise unknown("workflow", "流程", scenario.workflow, known)
        definition = known[scenario.workflow]
        if definition.head is not None:
            head = known[definition.head]
            raise NotFitting(_of_family(definition, head))
        return definition

    def calendar(self, scenario: Scenario, definition: Definition) -> Calendar:
        """The calendar that is given, or else the definition's."""
        name = scenario.given.calendar or definition.calendar
        if name not in self.catalogue.calendars:
            raise unknown("calendar", "日历", name, self.catalogue.calendars)
        return self.catalogue.calendars[name]

    def facts(self, scenario: Scenario, definition: Definition) -> Facts:
        """All that deciding may know, for every move of the scenario."""
        given = scenario.given
        typed = frozenset(texts_typed(scenario))
        return replace(
            self._common(scenario, definition),
            people=frozenset((*given.people, *self.holders, ANYONE)),
            links=self._links(scenario),
            same=self._same(scenario, definition),
            registers=dict.fromkeys(self.catalogue.registers, typed),
            files=typed,
        )

    def entries(self, scenario: Scenario) -> dict[tuple[str, str], dict[str, Value]]:
        """What the entries say that are given, by register and key; raises NotFitting for what no column takes."""
        known = self.catalogue.registers
        found: dict[tuple[str, str], dict[str, Value]] = {}
        for register, entries in scenario.given.entries.items():
            if register not in known:
                raise unknown("register", "名册", register, known)
            columns = known[register].columns
            for key, said in entries.items():
                found[register, key] = {name: _in_column(name, value, columns) for name, value in said.items()}
        return found

    def actor(self, name: str, scenario: Scenario) -> Actor:
        """Who is called so: somebody of the scenario, whoever holds a role, somebody who holds none, the clock."""
        if name in scenario.given.people:
            return Actor(id=name, name=name, holds=frozenset(map(self._held, scenario.given.people[name])))
        if name == CLOCK.id:
            return CLOCK
        if name == ANYONE:
            return Actor(id=name, name=name)
        if name not in self.holders:
            raise unknown(
                "person or role", "人员或角色", name, (*scenario.given.people, *self.holders, ANYONE, CLOCK.id)
            )
        return Actor(id=name, name=name, holds=frozenset({self.holders[name]}))

    def _held(self, name: str) -> Held:
        if name not in self.holders:
            raise unknown("role", "角色", name, self.holders)
        return self.holders[name]

    def _common(self, scenario: Scenario, definition: Definition) -> Facts:
        """The part of the facts that is the same for all scenarios of a workflow and a calendar."""
        key = definition.name, scenario.given.calendar
        if key in self._facts and not scenario.given.totals:
            return self._facts[key]
        sums = _sums(scenario)

        def totals(definitions: Iterable[Definition]) -> dict[Asked, Decimal]:
            return {asked: sums.get(asked, Decimal(0)) for one in definitions for asked in totals_of(one)}

        known = self.catalogue.definitions
        family = family_of(definition, known)
        facts = Facts(
            calendar=self.calendar(scenario, definition),
            family=family,
            departments=self._departments,
            openable=openable_by(definition, known, lambda one: self.calendar(scenario, one), totals),
            totals=totals((definition, *family.values())),
        )
        if not scenario.given.totals:
            self._facts[key] = facts
        return facts

    def _same(self, scenario: Scenario, definition: Definition) -> dict[Sought, str]:
        """The newest of the given tickets by what it says, for every field of the definition that asks for it."""
        known = self.catalogue.definitions
        found: dict[Sought, str] = {}
        for number, given in scenario.given.tickets.items():
            if given.workflow not in known:
                raise unknown("workflow", "流程", given.workflow, known)
            one = known[given.workflow]
            for name in given.fields:
                if name not in one.fields:
                    raise unknown("field", "字段", name, one.fields)
            for field in definition.fields.values():
                meant = field.workflow in (one.name, one.head) and given.state in (field.in_states or one.states)
                values = [given.fields.get(name) for name in field.same]
                if field.same and meant and None not in values:
                    found[field.name, tuple(str(value).strip() for value in values)] = number
        return found

    def _links(self, scenario: Scenario) -> dict[str, Link]:
        known = self.catalogue.definitions
        links = {}
        for number, one in scenario.given.tickets.items():
            if one.workflow not in known:
                raise unknown("workflow", "流程", one.workflow, known)
            definition = known[one.workflow]
            if one.state not in definition.states:
                raise unknown("state", "状态", one.state, definition.states)
            links[number] = Link(
                number=number,
                workflow=one.workflow,
                head=definition.head or definition.name,
                state=one.state,
                open=not definition.states[one.state].end,
            )
        return links


def _in_column(name: str, value: Written, columns: Mapping[str, Field]) -> Value:
    if name not in columns:
        raise unknown("column", "栏目", name, columns)
    try:
        return parse_column(columns[name], value)
    except FieldFaulty as fault:
        text = Text(f"{name}: {fault.text.en}", f"{name}：{fault.text.read('zh')}")
        raise NotFitting(text, value if isinstance(value, str) else None) from None


def held_by(role: str, department: str | None) -> str:
    """What somebody is called who holds a role: `head of operations`."""
    return role if department is None else f"{role} of {department}"


def _holders(catalogue: Catalogue) -> Iterator[tuple[str, Held]]:
    for role in catalogue.roles.values():
        departments = catalogue.departments if role.scope is Scope.DEPARTMENT else (None,)
        for department in departments:
            yield held_by(role.name, department), Held(role.name, department)


def _sums(scenario: Scenario) -> dict[Asked, Decimal]:
    """The sums that are given, by what stands in the brackets of `total( )`."""
    found = {}
    for said, sum_ in scenario.given.totals.items():
        of, _, made = said.partition(",")
        found[of.strip(), made.strip()] = sum_
    return found


def texts_typed(scenario: Scenario) -> Iterator[str]:
    """Every text that is typed in it, in whatever field, and every entry of a register that it names."""
    for step in scenario.steps:
        if isinstance(step, Do):
            for value in step.fill.values():
                yield from _texts(value)
        elif isinstance(step, Open) and step.party is not None:
            yield step.party


def _texts(value: Written) -> Iterator[str]:
    if isinstance(value, str):
        yield value.strip()
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)


def _of_family(definition: Definition, head: Definition) -> Text:
    return Text(
        f"{definition.name} is a class of {head.name}, which is opened instead",
        f"{definition.name} 是 {head.name} 的一个类别；工单从 {head.name} 开立",
    )
