"""Effects: what happens beside the state when a ticket moves, is late, or is reminded, drafted into a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from workflow.calendar import Calendar
from workflow.definition import GRANT, Definition, Effects, Who
from workflow.entry import Child, Entry, EntryKind, Value
from workflow.history import fold, version_after
from workflow.moments import value_at
from workflow.people import RESPONSIBLE, addressees, person_meant
from workflow.ticket import CLOCK, About, Actor, Decision, NewChild, Notice, Ticket

BUILT_INS_SET = ("priority", "accountable")

NOTHING: Mapping[str, Any] = MappingProxyType({})

_UNWRITTEN = Entry(
    sequence=0, kind="move", name="", at=dt.datetime.min.replace(tzinfo=dt.UTC), workflow="", revision="", calendar=""
)
"""An entry that says nothing yet."""


class Draft:
    """One entry in the making: the ticket as it will be, and what has changed so far.

    `before` is the ticket that the entry is added to, `changes` what is already known of it afterwards, among it the
    fields that were `filled`; `definition` is the one that holds after the entry. Made for one decision and thrown
    away.
    """

    def __init__(
        self,
        before: Ticket,
        definition: Definition,
        actor: Actor,
        at: dt.datetime,
        calendar: Calendar,
        filled: Mapping[str, Value] = NOTHING,
        changes: Mapping[str, Any] = NOTHING,
    ) -> None:
        self.before = before
        self.definition = definition
        self.actor = actor
        self.at = at
        self.calendar = calendar
        self.filled: dict[str, Value] = dict(filled)
        self.set: dict[str, str | int | None] = {}
        self.notices: list[Notice] = []
        self.moves: list[str] = []
        self.children: list[NewChild] = []
        self.cancelled: tuple[str, ...] = ()
        self._ticket = before
        self._changes = dict(changes)
        self._made = changes.get("made")

    @property
    def ticket(self) -> Ticket:
        """The ticket as it will be, as far as that is known by now."""
        if self._changes:
            self._ticket = self._ticket.changed(**self._changes)
            self._changes = {}
        return self._ticket

    def fill(self, values: Mapping[str, Value]) -> None:
        """Write fields; typed ones count as filled even if the value stays."""
        if values:
            self.filled.update(values)
            self._changes["fields"] = {**self.ticket.fields, **values}

    def put(self, **values: str | int | None) -> None:
        """Write built-ins, those that differ."""
        for name, value in values.items():
            if self._changes.get(name, getattr(self._ticket, name)) != value:
                self.set[name] = self._changes[name] = value

    def carry_out(self, effects: Effects, about: About) -> None:
        """Set, then assign, then tell: who is told is looked up in the ticket as it then is."""
        if effects.set:
            self.write(effects)
        if effects.assign is not None:
            person = person_meant(effects.assign, self.ticket, self.actor)
            if person is not None:
                self.put(assignee=person)
        if effects.notify:
            self.tell(effects.notify, about, effects)
        if effects.move is not None:
            self.moves.append(effects.move)

    def write(self, effects: Effects) -> None:
        """Only what is set."""
        for name, value in effects.set.items():
            self._set(name, value)

    def ask_approvers(self) -> None:
        """Tell whoever is asked now that an answer is wanted."""
        self.tell((RESPONSIBLE,), "state", Effects(ask_for=GRANT))

    def tell(self, whom: tuple[Who, ...], about: About, effects: Effects | None = None) -> None:
        """A notice to everybody named, each addressee once per cause.

        The actor is not told of his own move, unless something is asked of him; and nobody of what the clock has done
        who is told of it in the words of the definition.
        """
        say, ask_for = (effects.say, effects.ask_for) if effects else (None, None)
        for addressee in addressees(whom, self.ticket, self.definition, self.actor):
            if effects is None and self.actor is CLOCK and addressee.meant in {one.to.meant for one in self.notices}:
                continue
            own = addressee.person == self.actor.id and self.actor is not CLOCK
            if not own or ask_for is not None:
                self.notices.append(Notice(about=about, to=addressee, say=say, ask_for=ask_for))

    def decision(
        self,
        kind: EntryKind,
        name: str,
        *,
        was: Definition | None = None,
        history: Sequence[Entry] = (),
        **said: Any,
    ) -> Decision:
        """The decision that has come together, with its entry; `said` is what else the entry says.

        `was` is the definition before, and `history` the entries before, where the ticket became another one.
        """
        entry = _UNWRITTEN.changed(
            sequence=self.before.sequence + 1,
            kind=kind,
            name=name,
            at=self.at,
            workflow=self.definition.name,
            revision=self.definition.revision,
            calendar=self.calendar.revision,
            version=version_after(self.before, kind, changes=bool(self.filled or self.set or self.children)),
            filled=self.filled,
            set=self.set,
            opened=tuple([Child(number=one.number, workflow=one.workflow) for one in self.children]),
            **said,
        )
        return Decision(
            entry=entry,
            ticket=fold(
                self.before, entry, self.definition, self.calendar, source=was, history=history, made=self._made
            ),
            definition=self.definition,
            notices=tuple(self.notices),
            moves=tuple(self.moves),
            children=tuple(self.children),
            cancelled=self.cancelled,
        )

    def _set(self, name: str, value: object) -> None:
        if name in BUILT_INS_SET:
            self.put(**{name: str(value)})
            return
        ticket, field = self.ticket, self.definition.fields.get(name)
        type_ = field.type if field is not None else None
        ready = value_at(value, type_, ticket.fields, ticket.opened, self.calendar, due=ticket.due)
        if ready is not None and self.ticket.fields.get(name) != ready:
            self.fill({name: ready})


def would_change(effects: Effects, ticket: Ticket, definition: Definition, at: dt.datetime, calendar: Calendar) -> bool:
    """Whether carrying out the effects by the clock would change the ticket, not only tell somebody."""
    if effects.only_tells:
        return False
    if effects.move is not None or effects.open:
        return True
    draft = Draft(ticket, definition, CLOCK, at, calendar)
    draft.carry_out(replace(effects, notify=()), "level")
    return bool(draft.filled or draft.set)
