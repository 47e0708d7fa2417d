"""A ticket that lives in memory: the engine alone, fast enough for thousands of histories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence

from tests.builders import act
from tests.properties.histories import PEOPLE
from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.entry import Entry
from workflow.history import blank
from workflow.settling import settle
from workflow.ticket import Actor, Decision, Facts, Held, Move, Refusal, Ticket


class InMemory:
    """A ticket of `workflow` that lives in memory; `look` is shown every decision with the ticket before it."""

    def __init__(
        self,
        workflow: str,
        definitions: Mapping[str, Definition],
        calendar: Calendar,
        look: Callable[[Decision, Ticket | None], None] = lambda decision, before: None,
    ) -> None:
        self._definition = definitions[workflow]
        self._family = {name: one for name, one in definitions.items() if workflow in (name, one.head)}
        self._calendar = calendar
        self._look = look
        self._ticket: Ticket | None = None
        self._entries: list[Entry] = []

    def move(self, at: dt.datetime, transition: str, person: str, fields: Mapping[str, object]) -> tuple[str, ...]:
        ticket = self._ticket or blank(self._definition, number="E-1", site="mall", at=at)
        move = Move(transition=transition, actor=_everything(person, self._definition), at=at, fields=fields)
        made = act(self._definition, ticket, move, self._facts())
        if isinstance(made, Refusal):
            return tuple(one.code for one in made.blockers)
        self._take(made)
        return ()

    def sweep(self, at: dt.datetime) -> None:
        assert self._ticket is not None
        self._take(settle(self._definition, self._ticket, max(at, self._ticket.at), self._facts()))

    def due(self) -> dt.datetime | None:
        return min((one.due_at for one in self._ticket.timers), default=None) if self._ticket else None

    def ticket(self) -> Ticket | None:
        return self._ticket

    def definition(self) -> Definition:
        return self._definition

    def entries(self) -> Sequence[Entry]:
        return self._entries

    def _facts(self) -> Facts:
        return Facts(
            calendar=self._calendar,
            family=self._family,
            history=tuple(self._entries),
            people=frozenset(PEOPLE),
            departments=frozenset({"operations", "property_management"}),
        )

    def _take(self, made: Sequence[Decision]) -> None:
        for decision in made:
            self._look(decision, self._ticket)
            self._entries.append(decision.entry)
            self._ticket, self._definition = decision.ticket, decision.definition


def _everything(person: str, definition: Definition) -> Actor:
    """Somebody who holds every role that the definition knows the name of, at every department."""
    held = {Held(name) for name in definition.names}
    held |= {Held(name, of) for name in definition.names for of in ("operations", "property_management")}
    return Actor(id=person, name=person, holds=frozenset(held))
