"""Filling: what people could type into a form, so that a move is made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Field, FieldType, Moment, Transition
from workflow.moments import moment_at
from workflow.promises.course import MICROSECOND
from workflow.ticket import Link, Ticket

PEOPLE = ("ann", "bob", "cai", "dan")
NUMBER = "T-2026-00001"
FILE = "file"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How open values are chosen: which yes or no, which choice of each field, and the dates that matter.

    `full`: all that may be filled is, but for dates.
    """

    yes: bool = True
    full: bool = False
    choice: int = 0
    dates: Mapping[str, dt.datetime] | None = None


class Filling:
    """The forms of one house."""

    def __init__(self, catalogue: Catalogue, calendar: Calendar) -> None:
        self.catalogue = catalogue
        self.calendar = calendar
        self.departments = tuple(catalogue.departments) or ("department",)
        self.registers = dict.fromkeys(catalogue.registers, ("key",))

    def form(
        self,
        move: Transition,
        one: Definition,
        ticket: Ticket,
        at: dt.datetime,
        wish: Wish,
        more: Iterable[str],
    ) -> dict[str, object]:
        """What is typed with a move: what it asks for, and of what else it takes, the named fields."""
        opened = at if ticket.sequence == 0 else ticket.opened
        typed: dict[str, object] = {}
        for name in dict.fromkeys((*move.fill, *more)):
            field = one.fields.get(name)
            if field is None:
                column = one.column(name)
                typed[name] = "T" if column is None else self._value(name, column, one, ticket, opened, at, wish)
            else:
                typed[name] = self._value(name, field, one, ticket, opened, at, wish)
        return typed

    def links(self, members: Mapping[str, Definition]) -> dict[str, Link]:
        """A ticket to link to, of every workflow that a field may name: by number."""
        found: dict[str, Link] = {}
        for one in members.values():
            for field in one.fields.values():
                if field.type is FieldType.TICKET and field.workflow is not None:
                    found[self._number(field)] = self._link(field)
        return found

    def _number(self, field: Field) -> str:
        return f"{NUMBER}-{field.workflow}-{'-'.join(field.in_states)}"

    def _link(self, field: Field) -> Link:
        linked = self.catalogue.definitions.get(field.workflow or "")
        ends = [state.name for state in linked.states.values() if state.end] if linked is not None else []
        state = next((name for name in field.in_states if name in ends), next(iter((*field.in_states, *ends)), ""))
        workflow = field.workflow or ""
        head = linked.head or workflow if linked is not None else workflow
        return Link(number=self._number(field), workflow=workflow, head=head, state=state, open=state not in ends)

    def _value(
        self, name: str, field: Field, one: Definition, ticket: Ticket, opened: dt.datetime, at: dt.datetime, wish: Wish
    ) -> object:
        match field.type:
            case FieldType.YES_NO:
                return wish.yes
            case FieldType.CHOICE:
                choices = list(field.choices)
                return choices[wish.choice % len(choices)]
            case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
                return int(self._number_of(field))
            case FieldType.DATE | FieldType.DATETIME:
                return self._date(name, field, ticket, opened, at, wish)
            case FieldType.PERSON:
                return PEOPLE[2]
            case FieldType.DEPARTMENT:
                return self.departments[0]
            case FieldType.REGISTER:
                return next(iter(self.registers.get(field.register or "", ())), "key")
            case FieldType.TICKET:
                return self._number(field)
            case FieldType.FILE:
                return FILE
            case FieldType.LIST:
                later = one.filled_by_row(name)
                columns = {key: column for key, column in field.columns.items() if key not in later}
                cells = {
                    key: self._value(key, column, one, ticket, opened, at, wish) for key, column in columns.items()
                }
                return [cells]
            case _:
                return "written " * max(1, -(-(field.min_length or 1) // 8))

    @staticmethod
    def _number_of(field: Field) -> Decimal:
        number = Decimal(100)
        if isinstance(field.max, Decimal):
            number = min(number, field.max)
        return max(number, field.min) if isinstance(field.min, Decimal) else number

    def _date(self, name: str, field: Field, ticket: Ticket, opened: dt.datetime, at: dt.datetime, wish: Wish) -> str:
        wanted = (wish.dates or {}).get(name, at)
        if isinstance(field.max, Moment) and name in (wish.dates or {}):
            cap = moment_at(field.max, ticket.fields, opened, self.calendar, as_limit=True)
            if cap is not None:
                wanted = min(wanted, cap - MICROSECOND if field.type is FieldType.DATE else cap)
        if field.type is FieldType.DATE:
            return self.calendar.local_date(wanted).isoformat()
        return wanted.astimezone(dt.UTC).isoformat()
