"""A ticket and what happens to it, as frozen values: what deciding is given and what it returns.

The service loads these from rows and writes them back; nothing here knows how. Instants are aware and in
UTC. `at` is when something counts; when it was written down is the service's business.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, NamedTuple

from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Definition, Text
from workflow.entry import Answer, Blocker, Child, Entry, Occurrence, Value
from workflow.formulas import as_shown
from workflow.frozen import Changing
from workflow.timers import Timer


class Held(NamedTuple):
    """A role that somebody holds for one ticket; `department` only for a role of departments."""

    role: str
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who makes a move, with everything that he may be for this ticket.

    `holds` has the roles that count at the ticket's site, those of the group included, and those that fall
    to him because nobody holds them. `stands_for` has the people he is deputy of while they are away.
    """

    id: str
    name: str = ""
    holds: frozenset[Held] = frozenset()
    stands_for: frozenset[str] = frozenset()


CLOCK = Actor(id="clock", name="clock")
"""Who moves a ticket when time has passed. It cannot sign in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """How often a transition was made, and by whom last (None: by the clock); of a row move also for each row."""

    count: int
    by: str | None
    rows: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An answer of the round that runs, with who gave it and when."""

    answer: Answer
    by: str | None
    at: dt.datetime


@dataclass(frozen=True, kw_only=True)
class Ticket(Changing):
    """One running matter, as far as deciding needs it.

    `sequence` is that of its last entry (0: not opened yet), `at` that entry's instant: within a ticket `at`
    never goes back. `clocks` holds every run of every deadline, ended ones too, and one clock per reminder;
    `timers` what is armed on them. `version` rises when state, fields, assignee, limits or open children change.
    `children` are the tickets that it has opened and that have not ended, oldest first. `due` is that of the period
    for which a schedule opened it: a date where the whole day counts, None for any other ticket.

    In a state with approvals, `step` is whose turn it is, from 1 (0: nobody is asked), and `answers` are those of
    this round; `rounds` counts, by state, how often one was begun in it.
    """

    number: str
    workflow: str
    state: str
    opened: dt.datetime
    at: dt.datetime
    sequence: int
    version: int = 0
    fields: Mapping[str, Value] = field(default_factory=dict)
    clocks: tuple[Clock, ...] = ()
    timers: tuple[Timer, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)
    receiver: str | None = None
    assignee: str | None = None
    priority: str = "normal"
    accountable: str = ""
    site: str = ""
    round: int = 1
    step: int = 0
    answers: tuple[Answered, ...] = ()
    rounds: Mapping[str, int] = field(default_factory=dict)
    ended_at: dt.datetime | None = None
    children: tuple[Child, ...] = ()
    due: dt.date | dt.datetime | None = None

    def view(self, definition: Definition, facts: Facts | None = None) -> View:
        """The ticket as conditions see it; without facts, nothing is known of other tickets."""
        return View(self, definition, facts)


@dataclass(frozen=True, slots=True)
class View:
    """What a condition may ask of a ticket: values of fields and built-ins, how often a transition was made.

    A field that nobody types is worked out when it is asked for, once.
    """

    ticket: Ticket
    definition: Definition
    facts: Facts | None = None
    worked_out: dict[str, Value | None] = field(default_factory=dict, compare=False)

    def value(self, name: str) -> Value | None:
        one = self.definition.fields.get(name)
        if one is not None and one.formula is not None:
            if name not in self.worked_out:
                self.worked_out[name] = one.formula.value(self)  # type: ignore[assignment]  # none gives more
            return self.worked_out[name]
        if name in self.ticket.fields:
            return self.ticket.fields[name]
        match name:
            case "priority" | "accountable" | "assignee" | "receiver" | "site":
                return getattr(self.ticket, name) or None
            case "opened":
                return self.ticket.opened
            case "due":
                return self.ticket.due
            case "round":
                return Decimal(self.ticket.round)
            case _:
                return None

    def made(self, transition: str) -> int:
        made = self.ticket.made.get(transition)
        return made.count if made else 0

    def is_open(self, name: str) -> bool:
        """Whether the ticket that field `name` links to is open; false while the field is empty."""
        number = self.ticket.fields.get(name)
        links = self.facts.links if self.facts is not None else {}
        return isinstance(number, str) and number in links and links[number].open

    def total(self, of: str, made: str) -> Decimal | None:
        """A sum over other tickets, if it is among the facts."""
        return self.facts.totals.get((of, made)) if self.facts is not None else None


def worked_out(ticket: Ticket, definition: Definition, facts: Facts) -> dict[str, Value]:
    """The fields that nobody types, as people are shown them; without those that cannot be worked out now."""
    view = ticket.view(definition, facts)
    found = ((name, view.value(name)) for name in definition.formulas())
    return {name: as_shown(value) for name, value in found if isinstance(value, Decimal | str | bool)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What an actor asks for: a transition, the fields he typed (JSON values, not yet parsed), and when.

    `row` is the row of a list that it is about, from 1; None for one about the whole ticket, and for an answer to
    everything that the actor is asked. `occurrence` is what the clock opens a recurring ticket for.
    """

    transition: str
    actor: Actor
    at: dt.datetime
    fields: Mapping[str, object] = field(default_factory=dict)
    row: int | None = None
    occurrence: Occurrence | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Another ticket, as far as a field that names it needs it; `head` is its family's, or its own workflow."""

    number: str
    workflow: str
    head: str
    state: str
    open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Openable:
    """What a child ticket starts with: the newest published definition, its calendar at the site, and its family.

    `totals` are the sums for which these ask, of which there is nothing yet.
    """

    definition: Definition
    calendar: Calendar
    family: Mapping[str, Definition] = field(default_factory=dict)
    totals: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Facts(Changing):
    """All that deciding may know beside the ticket itself.

    `family` has the definitions that a `become` may lead to, newest published revision, by name; `history`
    the ticket's entries, asked for only where the definition has a `become`; `people` and `links` those of
    the ids and numbers in the move's fields that exist; `departments` those of the ticket's site. `registers` has,
    by register, those keys in the move's fields that may be chosen at the site now, `files` the ids there of files
    that the actor uploaded; and both what the ticket names already. `openable` has the workflows that the ticket may
    open as children, and those that these may open in turn. `totals` are the sums for which the definition asks, by
    field (`workflow.field`) and transition. `same` has the numbers of the newest earlier tickets that say the same, by
    what was asked for (`sameness.Sought`).
    """

    calendar: Calendar
    family: Mapping[str, Definition] = field(default_factory=dict)
    history: tuple[Entry, ...] = ()
    people: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    links: Mapping[str, Link] = field(default_factory=dict)
    registers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: frozenset[str] = frozenset()
    openable: Mapping[str, Openable] = field(default_factory=dict)
    totals: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    same: Mapping[tuple[str, tuple[str, ...]], str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """A person, or a role (of a department) whose holders are to be told; `why` is the definition's wording."""

    why: str
    person: str | None = None
    role: str | None = None
    department: str | None = None

    @property
    def meant(self) -> tuple[str | None, str | None, str | None]:
        """Who is to be told, whatever for."""
        return self.person, self.role, self.department


About = Literal["move", "state", "level", "reminder", "refusal", "follow", "child", "opening"]
"""What of an entry a notice tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that an entry causes: to whom, for which part of the definition, asking for which move.

    `about` is what the words are made from. What is told of an "opening" is put together with that of the others which
    the same schedule has opened, one notice for all of them.
    """

    about: About
    to: Addressee
    say: Text | None = None
    ask_for: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChild:
    """A ticket that a decision opens, by the first opening transition of its workflow.

    `fields` are those of its form, ready to store, and `set` what is set then, as in Effects. Until it is stored
    it goes by a `number` that only its kin knows. `row` is the row that it was opened for, from 1.
    """

    number: str
    workflow: str
    actor: Actor
    fields: Mapping[str, Value] = field(default_factory=dict)
    set: Mapping[str, object] = field(default_factory=dict)
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One entry and all that it changes: the ticket as it is afterwards, its definition then, the notices.

    `moves` are transitions that the clock must make at once because an effect says so, `children` the tickets to be
    opened, and `cancelled` the numbers of the children that end with it.
    """

    entry: Entry
    ticket: Ticket
    definition: Definition
    notices: tuple[Notice, ...] = ()
    moves: tuple[str, ...] = ()
    children: tuple[NewChild, ...] = ()
    cancelled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why a move is not made: every blocker, at least one, in the order of the definition."""

    blockers: tuple[Blocker, ...]
