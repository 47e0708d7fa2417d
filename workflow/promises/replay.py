"""Replay: a history of moves made through the engine, and how long nobody is told after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import DATES, NEW, Definition
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.openable import openable_by
from workflow.people import may
from workflow.promises.figure import Step
from workflow.promises.filling import FILE, PEOPLE, Filling, Wish
from workflow.settling import effects_of
from workflow.ticket import CLOCK, Actor, Decision, Facts, Held, Move, Ticket

MOST_FIRINGS = 400
"""After so many timers that tell nobody it is given up."""

TICKET = "T"


class Astray(Exception):
    """The history does not come to where it should."""


@dataclass(slots=True)
class Scenery:
    """What the replays of one family share: its people, its registers, its other tickets."""

    catalogue: Catalogue
    calendar: Calendar
    members: Mapping[str, Definition]
    filling: Filling = field(init=False)
    held: frozenset[Held] = field(init=False)
    facts: Facts = field(init=False)

    def __post_init__(self) -> None:
        self.filling = Filling(self.catalogue, self.calendar)
        roles = [role.name for role in self.catalogue.roles.values()]
        departments = (None, *self.filling.departments)
        self.held = frozenset(Held(role, department) for role in roles for department in departments)
        self.facts = Facts(
            calendar=self.calendar,
            family=self.members,
            people=frozenset(PEOPLE),
            departments=frozenset(self.filling.departments),
            links=self.filling.links(self.members),
            registers={name: frozenset(keys) for name, keys in self.filling.registers.items()},
            files=frozenset((FILE,)),
            openable=openable_by(
                next(iter(self.members.values())),
                self.catalogue.definitions,
                lambda child: self.catalogue.calendars[child.calendar],
                lambda _: {},
            ),
        )


class Replay:
    """One ticket, moved on as a history says. Raises Astray where that is not possible."""

    def __init__(self, scenery: Scenery, wish: Wish) -> None:
        self.scenery = scenery
        self.wish = wish
        self.member: Member | None = None
        self.steps: list[Step] = []
        self.since: list[Decision] = []
        """What has come of the last move, after it."""

    @property
    def ticket(self) -> Ticket:
        if self.member is None:
            raise Astray
        return self.member.ticket

    def move(self, name: str, workflow: str, state: str, at: dt.datetime, more: frozenset[str]) -> None:
        """A move of a person, to a state of a definition; `more` are fields that it may fill, and does."""
        member = self.member
        if member is None:
            one = next(iter(self.scenery.members.values()))
            ticket = blank(one, number=TICKET, site="site", at=at)
            member = Member(ticket=ticket, definition=one, facts=self.scenery.facts)
        for fields in self._forms(member, name, at, more):
            for actor in self._actors(member, name):
                moved = self._try(member, name, actor, at, fields, workflow, state)
                if moved is not None:
                    self.member = moved
                    self._note(name, at, fields)
                    return
        raise Astray

    def _try(
        self,
        member: Member,
        name: str,
        actor: Actor,
        at: dt.datetime,
        fields: Mapping[str, object],
        workflow: str,
        state: str,
    ) -> Member | None:
        """The ticket after a move, and after those answers that still were wanting; None if it is not possible."""
        answer = name in member.definition.transitions and member.definition.transitions[name].answer
        came = member.ticket.state
        for again in PEOPLE if answer else PEOPLE[:1]:
            who = replace(actor, id=again) if answer else actor
            # Its children are nobody's business here: they have ended before they could hold anything up.
            kin = Kin([replace(member, ticket=replace(member.ticket, children=()), decisions=[])])
            if kin.act(TICKET, Move(transition=name, actor=who, at=at, fields=fields)) is not None:
                continue
            member = kin.members[TICKET]
            made = next(
                number
                for number, one in enumerate(member.decisions)
                if one.entry.kind == "move" and one.entry.name == name
            )
            self.since = member.decisions[made + 1 :]
            if (member.ticket.workflow, member.ticket.state) == (workflow, state):
                return member
            if member.ticket.state != came:
                return None
        return None

    def wait_for(self, name: str, workflow: str, state: str, until: dt.datetime) -> dt.datetime:
        """Wait until the clock makes a move; when that is."""
        while True:
            due = min((timer.due_at for timer in self.ticket.timers), default=None)
            if due is None or due > until:
                raise Astray
            decisions = self.wait(due)
            for number, one in enumerate(decisions):
                if one.entry.kind == "move" and one.entry.name == name:
                    if (self.ticket.workflow, self.ticket.state) != (workflow, state):
                        raise Astray
                    self.since = decisions[number + 1 :]
                    self._note(name, one.entry.at, {}, by_clock=True)
                    return one.entry.at
                if one.entry.kind == "move":
                    raise Astray

    def wait(self, until: dt.datetime) -> list[Decision]:
        """Let time pass; what has fired."""
        if self.member is None:
            raise Astray
        kin = Kin([replace(self.member, decisions=[])])
        kin.settle(until)
        self.member = kin.members[TICKET]
        return self.member.decisions

    def told_after(self, at: dt.datetime, horizon: dt.datetime) -> dt.datetime | None:
        """When somebody is next told after an instant at which all is fired; None if not up to a horizon."""
        for _ in range(MOST_FIRINGS):
            due = min((timer.due_at for timer in self.ticket.timers), default=None)
            if due is None or due > horizon:
                return None
            told = first_told(self.wait(max(due, at)))
            if told is not None:
                return told
        return None

    # --- Trying -------------------------------------------------------------------------------------------------------

    def _forms(self, member: Member, name: str, at: dt.datetime, more: frozenset[str]) -> Iterator[dict[str, object]]:
        """What may be typed: as is wished, then with all that may be filled, then the other choices."""
        move = member.definition.transitions.get(name)
        if move is None:
            raise Astray
        filling, ticket, one = self.scenery.filling, member.ticket, member.definition
        choices = max((len(one.fields[each].choices) for each in move.fill if each in one.fields), default=0)
        wishes = [self.wish, *(replace(self.wish, choice=number) for number in range(choices))]
        wishes.append(replace(self.wish, yes=not self.wish.yes))
        wanted = [each for each in move.may_fill if each in more or each in move.need]
        rest = [each for each in move.may_fill if each in wanted or not _is_date(one, each)]
        for named in (rest, wanted) if self.wish.full else (wanted, rest):
            for wish in wishes:
                yield filling.form(move, one, ticket, at, wish, named)

    def _actors(self, member: Member, name: str) -> Iterator[Actor]:
        """Who may make a move, whoever somebody has to be for it."""
        move, ticket, one = member.definition.transitions[name], member.ticket, member.definition
        if move.answer:
            yield Actor(id=PEOPLE[0], holds=self.scenery.held)
            return
        known = [ticket.assignee, ticket.receiver, *(made.by for made in ticket.made.values())]
        for person in dict.fromkeys((*PEOPLE, *(each for each in known if each is not None))):
            actor = Actor(id=person, holds=self.scenery.held)
            if may(move.by, actor, ticket, one) and not (move.not_by and may(move.not_by, actor, ticket, one)):
                yield actor
                return
        if ticket.state == NEW:
            yield CLOCK  # only a schedule opens it

    def _note(self, name: str, at: dt.datetime, fields: Mapping[str, object], *, by_clock: bool = False) -> None:
        ticket = self.ticket
        self.steps.append(
            Step(move=name, at=at, state=ticket.state, workflow=ticket.workflow, fields=fields, by_clock=by_clock)
        )


def _is_date(one: Definition, name: str) -> bool:
    return name in one.fields and one.fields[name].type in DATES


def first_told(decisions: Sequence[Decision]) -> dt.datetime | None:
    """When the first of these tells somebody whom it is certain to reach."""
    return next((one.entry.at for one in decisions if _tells(one)), None)


def _tells(decision: Decision) -> bool:
    entry = decision.entry
    if entry.kind == "refusal":
        return True
    if entry.kind not in ("level", "reminder") or entry.timer is None:
        return False
    effects, _ = effects_of(decision.definition, entry.timer)
    return effects.tells or effects.move is not None
