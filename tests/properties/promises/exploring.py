"""Exploring: all that people and time can do with a ticket within bounds, by the engine alone, and how silent it is.

From each starting moment a ticket is opened in every way, and led to every other state on the shortest way, all at
once. From each of these places every sequence of moves that `by` allows is tried, each at every corner: at once, at
each instant at which a timer is due, the instant before it, and at the corner of the calendar next in between. What
people type is tried in every way that a clock could see. After every entry the ticket is left alone, timer by timer,
until somebody is told.

Why nothing is left out within these bounds: what a ticket will do when nobody touches it depends on its definition,
its state, its fields, what is armed on it, the runs of its clocks, how often a limited move was made and, where it may
still become another definition, on its history. Two histories that agree in these are the same ticket from then on, so
one that is met again is not gone into again; its silence is measured all the same, for it may have begun earlier. A
move between two corners of the calendar, with nothing due, comes to what one at the corner before or after it comes to:
all counts run evenly there. The bounds are the starting moments, the number of moves, how many firings ahead a move
may come, and `most` tickets: where these run out, those of the next length that were still to be looked at are a
sample, made up from `seed`, and `depth` says up to which length all of them were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.properties.promises.corners import LAST_START, MICROSECOND, amounts, before, eve, pool
from tests.properties.promises.typing_in import DEPARTMENT, FILE, KEY, PERSON, linked, mixes
from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import LAST_MOVE, Definition, Field, FieldType, Transition
from workflow.entry import Entry
from workflow.history import blank
from workflow.kin import ChildHeld, Kin, Member, MemberFaulty
from workflow.settling import effects_of
from workflow.ticket import Actor, Decision, Facts, Held, Link, Move, Openable, Ticket

FIRST_TELLING, LONGEST_SILENCE = "first_telling", "longest_silence"

FIRINGS_AHEAD = 4
"""A move is tried up to so many firings after the last one."""

MOST_SILENT = 15
"""After so many firings of which nobody hears, the silence until then is what is measured."""

CORNERS_BETWEEN = 1
"""So many corners of the calendar are tried between two firings."""


@dataclass(frozen=True, slots=True)
class Done:
    """A move of the history that was made up, for people to read."""

    at: dt.datetime
    move: str
    fields: Mapping[str, object]


Tried = tuple[Transition, dt.datetime, dict[str, object]]
"""A move with the instant at which it is tried, and what is typed."""

Of = tuple[str, str, str]
"""A kind of figure, the definition and the state that it is of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """The longest that was met: None where nobody is ever told. `until` is known where `longest` is."""

    longest: dt.timedelta | None
    start: dt.datetime
    until: dt.datetime | None
    done: tuple[Done, ...]

    def exceeds(self, other: dt.timedelta | None) -> bool:
        return other is not None and (self.longest is None or self.longest > other)


@dataclass(slots=True)
class Place:
    """A ticket at some instant, after everything that was due then; `done` is how it came to be."""

    definition: Definition
    ticket: Ticket
    facts: Facts
    done: tuple[Done, ...]
    decisions: tuple[Decision, ...] = ()
    """What brought it here, from the place before."""
    before: str = ""
    """The definition that the ticket had there."""
    ahead: Place | None = None
    """The place after the next firing, once somebody has asked."""

    @property
    def due(self) -> dt.datetime | None:
        return min((timer.due_at for timer in self.ticket.timers), default=None)

    def fire(self) -> Place | None:
        """The place at the next instant at which something is due; None if nothing ever is."""
        if self.ahead is None and (due := self.due) is not None:
            member = self._member()
            kin = Kin((member,))
            kin.settle(max(due, self.ticket.at))
            self.ahead = self._after(member, self.done)
        return self.ahead

    def act(self, move: Move) -> Place | None:
        """The place after a move; None if it is refused."""
        member = self._member()
        if Kin((member,)).act(self.ticket.number, move) is not None:
            return None
        return self._after(member, (*self.done, Done(move.at, move.transition, move.fields)))

    def _member(self) -> Member:
        return Member(ticket=self.ticket, definition=self.definition, facts=self.facts)

    def _after(self, member: Member, done: tuple[Done, ...]) -> Place:
        return Place(
            member.definition, member.ticket, member.facts, done, tuple(member.decisions), self.definition.name
        )

    @property
    def at(self) -> dt.datetime:
        return self.ticket.at


def is_telling(decision: Decision) -> bool:
    """Whether time alone caused this entry, and somebody is sure to hear of it."""
    entry = decision.entry
    if entry.timer is None:
        return False
    if entry.kind in ("level", "reminder"):
        effects, _ = effects_of(decision.definition, entry.timer)
        return effects.tells
    return entry.kind in ("move", "refusal")


@dataclass(slots=True)
class Exploring:
    """The exploration of one definition and its family, from its openings on."""

    catalogue: Catalogue
    definition: Definition
    starts: Sequence[dt.datetime] = ()
    most: int = 400
    moves: int = 5
    seed: int = 0
    met: dict[Of, Silence] = field(default_factory=dict)
    depth: int = 0
    tickets: int = 0
    faults: int = 0
    random: Random = field(init=False)
    seen: dict[object, dt.datetime | None] = field(default_factory=dict)
    walked: set[object] = field(default_factory=set)
    corners: tuple[dt.datetime, ...] = ()
    calendar: Calendar = field(init=False)
    actors: tuple[Actor, ...] = ()
    family: dict[str, Definition] = field(init=False)
    relevant: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.calendar = self.catalogue.calendars[self.definition.calendar]
        self.family = {
            name: self.catalogue.definitions[name] for name in (self.definition.name, *self.definition.family)
        }
        self.corners = pool(self.calendar, self.family.values())
        self.actors = everybody(self.catalogue)
        self.relevant = frozenset(
            event
            for one in self.family.values()
            for part in (*one.deadlines.values(), *one.reminders.values())
            for event in (*part.since, *getattr(part, "until", ()))
        )
        if not self.starts:
            self.starts = self._some_starts()

    def _some_starts(self) -> list[dt.datetime]:
        """The eve of the longest rest; an instant from which something ends on it; any corner."""
        counted = amounts(self.family.values())
        sources = (before(eve(self.calendar), self.calendar, ()), before(eve(self.calendar), self.calendar, counted))
        chosen = {self.random.choice(sorted(source)) for source in (*sources, self.corners)}
        return sorted(one for one in chosen if one < LAST_START)

    # --- The search -------------------------------------------------------------------------------------------------

    def run(self) -> Exploring:
        """Look at all tickets that are moved once after the shortest ways, then twice, as long as `most` allows."""
        layer = self._reached(list(self._opened()))
        for depth in range(self.moves):
            tries = [one for place in layer for one in self._tries(place)]
            room = self.most - self.tickets
            whole = len(tries) <= room
            if not whole:
                tries = self.random.sample(tries, max(room, 0))
            layer = [after for place, move in tries if (after := self._made(place, move)) is not None]
            if whole:
                self.depth = depth + 1
            if not whole or not layer:
                break
        return self

    def _opened(self) -> Iterator[Place]:
        for start in self.starts:
            new = blank(self.definition, number="T-1", site="house", at=start)
            place = Place(self.definition, new, facts_of(self.catalogue, self.definition), ())
            for transition in self.definition.openings():
                for form in mixes(transition, self.definition, {}, start, start, self.calendar):
                    after = self._made(place, (transition, start, form))
                    if after is not None:
                        yield after

    def _reached(self, opened: list[Place]) -> list[Place]:
        """The places that were opened, and from each start the shortest way to every other state, all at once."""

        needed = {name for one in self.family.values() for move in one.transitions.values() for name in move.need}

        def mark(place: Place) -> object:
            ticket = place.ticket
            on_file = frozenset(needed & {*ticket.fields})
            return ticket.opened, place.definition.name, ticket.state, ticket.step, len(ticket.answers), on_file

        found = list(opened)
        known = {mark(place) for place in opened}
        states = {(place.ticket.opened, place.definition.name, place.ticket.state) for place in opened}
        for place in found:
            for tried in self._moves(place, place.at):
                transition = tried[0]
                to = place.definition.name, transition.target or place.ticket.state
                if (place.ticket.opened, *to) in states and not (
                    transition.become or transition.answer or needed & {*transition.fill, *transition.may_fill}
                ):
                    continue
                after = self._made(place, tried)
                if after is not None and mark(after) not in known:
                    known.add(mark(after))
                    states.add((after.ticket.opened, after.definition.name, after.ticket.state))
                    found.append(after)
        return found

    def _tries(self, place: Place) -> Iterator[tuple[Place, Tried]]:
        """Every move that may be worth a try from a place on, with the place in which it finds the ticket."""
        for here, instant in self._instants(place):
            for tried in self._moves(here, instant):
                yield here, tried

    def _moves(self, place: Place, instant: dt.datetime) -> Iterator[Tried]:
        """Every move of a ticket at an instant, with every form that may be filled in for it."""
        ticket, definition = place.ticket, place.definition
        for transition in definition.transitions.values():
            if ticket.state not in transition.sources or transition.row_of is not None:
                continue
            made = ticket.made.get(transition.name)
            if transition.at_most is not None and made is not None and made.count >= transition.at_most:
                continue
            for form in mixes(transition, definition, ticket.fields, ticket.opened, instant, self.calendar):
                yield transition, instant, form

    def _instants(self, place: Place) -> Iterator[tuple[Place, dt.datetime]]:
        """When a move may come, from a place on: the place after the firing before it, and the instant."""
        here: Place | None = place
        for _ in range(FIRINGS_AHEAD):
            if here is None or here.ticket.ended_at is not None or here.at >= LAST_START:
                return
            yield here, here.at
            due = here.due
            between = [one for one in self.corners if here.at < one and (due is None or one < due)]
            for instant in between[:CORNERS_BETWEEN]:
                yield here, instant
            if due is None:
                return
            if due - MICROSECOND > here.at:
                yield here, due - MICROSECOND
            here = self._fired(here)

    def _made(self, place: Place, tried: Tried) -> Place | None:
        """The place after a move, measured; None if it is refused, or is a ticket that is known already."""
        transition, at, form = tried
        for actor in self.actors:
            try:
                after = place.act(Move(transition=transition.name, actor=actor, at=at, fields=form))
            except (MemberFaulty, ChildHeld):
                self.faults += 1
                return None
            if after is not None:
                break
        else:
            return None
        self.tickets += 1
        key = self._key(after)
        known = key in self.seen
        self._measure(after, key)
        return None if known or after.ticket.ended_at is not None else after

    # --- The measure ------------------------------------------------------------------------------------------------

    def _measure(self, place: Place, key: object) -> None:
        """How long it is silent from here on, and from each telling ahead; and from each state that was entered."""
        if place.ticket.ended_at is None:
            self._silent(LONGEST_SILENCE, place, place.at, self._next_telling(place, key))
        self._entered(place, key)
        if key in self.walked:
            return
        self.walked.add(key)
        here = self._fired(place)
        for _ in range(FIRINGS_AHEAD):
            if here is None:
                return
            here_key = self._key(here)
            if here.ticket.ended_at is None:
                self._silent(LONGEST_SILENCE, here, here.at, self._next_telling(here, here_key))
            self._entered(here, here_key)
            here = self._fired(here)

    def _entered(self, place: Place, key: object) -> None:
        """The first telling of every state that was entered on the way from the place before to this one."""
        entered: list[tuple[str, str, dt.datetime]] = []
        was = place.before
        for decision in place.decisions:
            entry = decision.entry
            if is_telling(decision):
                for workflow, state, at in entered:
                    self._note((FIRST_TELLING, workflow, state), at, entry.at, place.done)
                entered = []
            became = entry.workflow != was
            if entry.kind == "move" and not entry.ends and (entry.entered or became):
                entered.append((entry.workflow, entry.target or "", entry.at))
            was = entry.workflow
        if entered and place.ticket.ended_at is None:
            told = self._next_telling(place, key)
            for workflow, state, at in entered:
                self._note((FIRST_TELLING, workflow, state), at, told, place.done)

    def _silent(self, kind: str, place: Place, at: dt.datetime, told: dt.datetime | None) -> None:
        self._note((kind, place.definition.name, place.ticket.state), at, told, place.done)

    def _note(self, of: Of, at: dt.datetime, told: dt.datetime | None, done: tuple[Done, ...]) -> None:
        if at >= LAST_START:
            return
        longest = None if told is None else told - at
        known = self.met.get(of)
        if known is None or (known.longest is not None and (longest is None or longest > known.longest)):
            self.met[of] = Silence(longest=longest, start=at, until=told, done=done)

    def _next_telling(self, place: Place, key: object) -> dt.datetime | None:
        """When somebody hears of a ticket that nobody touches, later than now; None if nobody ever does.

        Of one that goes on firing without a word, the last instant that was looked at: nobody has heard until then.
        """
        if key not in self.seen:
            self.seen[key] = self._looked_for_telling(place)
        return self.seen[key]

    def _looked_for_telling(self, place: Place) -> dt.datetime | None:
        here = place
        for _ in range(MOST_SILENT):
            after = self._fired(here)
            if after is None:
                return None
            for decision in after.decisions:
                if is_telling(decision):
                    return decision.entry.at
            here = after
        return here.at

    def _fired(self, place: Place) -> Place | None:
        try:
            return place.fire()
        except MemberFaulty:
            self.faults += 1
            return None

    def _key(self, place: Place) -> object:
        """What the ticket's future depends on."""
        ticket, definition = place.ticket, place.definition
        limited = tuple(
            (name, made.count)
            for name, made in ticket.made.items()
            if name in definition.transitions and definition.transitions[name].at_most is not None
        )
        clocks = tuple(
            (one.kind, one.name, one.started_at, one.spans, one.limit_at, tuple(sorted(one.fired.items())))
            for one in ticket.clocks
            if one.open
        )
        fields = tuple((name, repr(value)) for name, value in sorted(ticket.fields.items()))
        return (
            definition.name,
            ticket.state,
            tuple((one.key.name, one.key.level, one.due_at) for one in ticket.timers),
            clocks,
            fields,
            limited,
            (ticket.step, ticket.answers, ticket.priority, ticket.accountable),
            self._past(place),
        )

    def _past(self, place: Place) -> object:
        """The part of the history from which another definition would work out its clocks."""
        if all(one.become is None for one in place.definition.transitions.values()):
            return None
        entries: Sequence[Entry] = place.facts.history
        return tuple(
            (one.name, one.target, one.at, tuple(one.filled))
            for one in entries
            if one.kind == "move"
            and (one.entered or one.filled or one.name in self.relevant or LAST_MOVE in self.relevant)
        )


def everybody(catalogue: Catalogue, named: Iterable[str] = ()) -> tuple[Actor, ...]:
    """Two people who hold every role, so that no move is barred to both, and those who are named."""
    held = frozenset(
        Held(role, department) for role in catalogue.roles for department in (None, *catalogue.departments)
    )
    return tuple(Actor(id=name, holds=held) for name in dict.fromkeys((PERSON, "bob", *named)))


def facts_of(
    catalogue: Catalogue, definition: Definition, named: Iterable[str] = (), links: Iterable[Link] = ()
) -> Facts:
    """What there is beside the ticket: whatever is named exists, whatever it may be, and children may be opened.

    Of tickets there are one for each field that wants one, and those of `links`.
    """
    known = frozenset(named)
    wanted = (link_of(catalogue, linked(one), one) for one in ticket_fields(catalogue, definition))

    def family(one: Definition) -> dict[str, Definition]:
        head = catalogue.definitions[one.head or one.name]
        return {name: catalogue.definitions[name] for name in (head.name, *head.family)}

    openable = {
        name: Openable(definition=one, calendar=catalogue.calendars[one.calendar], family=family(one))
        for name, one in catalogue.definitions.items()
        if one.head is None
    }
    return Facts(
        calendar=catalogue.calendars[definition.calendar],
        family=family(definition),
        people=known | {PERSON, "bob"},
        departments=frozenset(catalogue.departments) or frozenset({DEPARTMENT}),
        registers={name: known | {KEY} for name in catalogue.registers},
        files=known | {FILE},
        links={one.number: one for one in (*wanted, *links)},
        openable=openable,
    )


def ticket_fields(catalogue: Catalogue, definition: Definition) -> Iterator[Field]:
    """Every field and column of a definition and its family that takes a ticket."""
    for name in (definition.name, *definition.family):
        for one in catalogue.definitions[name].fields.values():
            yield from (each for each in (one, *one.columns.values()) if each.type is FieldType.TICKET)


def link_of(catalogue: Catalogue, number: str, wanted: Field) -> Link:
    """A ticket that a field takes, ended if it takes one that is, for a move may wait for that."""
    name = wanted.workflow or next(iter(catalogue.definitions))
    one = catalogue.definitions[name]
    ends = [state.name for state in one.states.values() if state.end]
    states = wanted.in_states or (*ends, *one.states)
    state = next((each for each in states if each in ends), states[0])
    return Link(number=number, workflow=name, head=one.head or name, state=state, open=state not in ends)
