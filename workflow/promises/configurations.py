"""Configurations: all that a ticket of a family can be, as far as it matters to when somebody is told next.

A configuration says in which state of which definition the ticket is, which clocks run, in the order in which they
began, which of them a pause has taken out of that order, and which dates are filled. Moves are made whatever their
checks and `at_most` say, and conditions are taken both ways; so every history leads from configuration to
configuration, and some ways that no history takes are walked, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

from workflow.definition import LAST_MOVE, NEW, OPENING, Definition, Level, Moment, Reminder, Transition
from workflow.promises.keys import (
    CLOCK,
    NONE,
    Key,
    Keys,
    Timed,
    dates_of,
    every_key,
    key_of,
    keys_of,
    set_by_time,
    surely_moves,
)
from workflow.reading.checks.ways import arrivals

MOST = 4_000
"""With more configurations than this the order in which clocks began is left out of account."""


NEWEST = 1 << 30
"""The place of the clocks that begin now, behind all others."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a ticket is between two entries.

    `order`: the clocks that run, those that began with one entry together, the oldest first. `free`: those that
    run after a pause, with any amount used; `paused` and `unused`: those that stand, with any amount or with nothing
    used; `dated`: those that count from a typed date. `unheard`: reminders that were in no state of theirs since they
    began. `spent`: what has moved the ticket on and comes only with its next `every`. `leaving`: the move that the
    clock makes at once, so that the ticket does not rest here.
    """

    workflow: str
    state: str
    order: tuple[Keys, ...] = ()
    free: Keys = NONE
    paused: Keys = NONE
    unused: Keys = NONE
    dated: Keys = NONE
    filled: frozenset[str] = frozenset()
    unheard: Keys = NONE
    spent: frozenset[Timed] = frozenset()
    leaving: str = ""

    @property
    def clocks(self) -> Keys:
        return frozenset(chain(*self.order, self.free, self.paused, self.unused, self.dated))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A configuration as it is entered: whether clocks began with it, and which cannot have fired yet."""

    configuration: Configuration
    begun: bool
    unfired: Keys


@dataclass(frozen=True, slots=True)
class Way:
    """The move by which a configuration was first come to; of the clock, with the timer that made it.

    `began` are the clocks that began with it.
    """

    before: Configuration
    move: str
    filled: frozenset[str]
    timer: Timed | None = None
    by_clock: bool = False
    began: Keys = NONE


@dataclass(slots=True)
class Explored:
    """Everything that the tickets of a family can be, with the shortest way to each.

    `keys` are the clocks, by definition, that surely tell somebody.
    """

    members: Mapping[str, Definition]
    keys: Mapping[str, Keys] = field(default_factory=dict)
    ways: dict[Configuration, Way | None] = field(default_factory=dict)
    arrivals: dict[Arrival, Way] = field(default_factory=dict)
    ordered: bool = True

    def __bool__(self) -> bool:
        return bool(self.ways)

    def way_to(self, last: Way) -> list[Way]:
        """The moves that lead to a configuration, this one the last of them."""
        found = [last]
        while (way := self.ways[found[-1].before]) is not None:
            found.append(way)
        return found[::-1]


def explored(members: Mapping[str, Definition]) -> Explored:
    """All configurations of a family, from the openings of its first member on."""
    return _Exploring(members, ordered=True).run(MOST) or _Exploring(members, ordered=False).run()


@dataclass(frozen=True, slots=True)
class _Event:
    """What clocks know of an entry."""

    names: frozenset[str]
    filled: frozenset[str]
    source: Definition
    target: Definition
    state: str
    timer: Timed | None


class _Exploring:
    def __init__(self, members: Mapping[str, Definition], *, ordered: bool) -> None:
        self.members = members
        self.ordered = ordered
        unasked = frozenset(name for one in members.values() for name in set_by_time(one))
        self.keys = {name: keys_of(one, unasked) for name, one in members.items()}
        heard = {(key.kind, key.name) for keys in self.keys.values() for key in keys}
        self.followed = {
            name: frozenset(key for key in every_key(one) if (key.kind, key.name) in heard)
            for name, one in members.items()
        }
        self.dates = {name: dates_of(one, self.keys[name]) for name, one in members.items()}
        self.ahead = {name: self._ahead(one) for name, one in members.items()}
        self.head = next(iter(members.values()))

    def run(self, most: int | None = None) -> Explored:
        """All of them; none if there are more than so many."""
        found = Explored(members=self.members, keys=self.keys, ordered=self.ordered)
        start = Configuration(self.head.name, NEW)
        found.ways[start] = None
        waiting = deque([start])
        while waiting:
            now = waiting.popleft()
            for way, arrival, entered in self._steps(now):
                following = arrival.configuration
                comes = entered or following.workflow != now.workflow
                if comes and not following.leaving and arrival not in found.arrivals:
                    found.arrivals[arrival] = way
                if following not in found.ways:
                    found.ways[following] = way
                    waiting.append(following)
            if most is not None and len(found.ways) > most:
                return Explored(members=self.members)
        return found

    def _steps(self, now: Configuration) -> Iterator[tuple[Way, Arrival, bool]]:
        one = self.members[now.workflow]
        for move in one.transitions.values():
            if now.state not in move.sources or (now.leaving and move.name != now.leaving):
                continue
            for timer, by_clock in self._makers(move, one, now):
                for workflow, state in arrivals(one, move, now.state, self.members.values()):
                    target = self.members[workflow]
                    if state not in target.states or target.states[state].end:
                        continue
                    entered = state in one.ways(move, now.state) if move.answer else move.target is not None
                    for filled in self._fillings(move, one, target, state, now, entered=entered):
                        way = Way(now, move.name, filled, timer, by_clock)
                        arrival, began = self._after(now, way, one, target, state, entered=entered)
                        yield replace(way, began=began), arrival, entered

    def _makers(self, move: Transition, one: Definition, now: Configuration) -> Iterator[tuple[Timed | None, bool]]:
        """Who may make a move now: people, and each timer of which it is the move."""
        if now.leaving:
            yield None, True
            return
        if any(who != CLOCK for who in move.by) or move.answer:
            yield None, False
        if CLOCK in move.by:
            yield from ((timer, True) for timer in self._timers(move.name, one, now))
            effects = [each.effects for each in one.transitions.values() if each.target in (now.state, None)]
            effects += [one.states[now.state].effects] if now.state in one.states else []
            if any(each.move == move.name for each in effects):
                yield None, True

    def _timers(self, move: str, one: Definition, now: Configuration) -> Iterator[Timed]:
        known = {(key.kind, key.name): key for key in self.keys[one.name]}
        for reminder in one.reminders.values():
            if reminder.effects.move == move and now.state in reminder.states:
                timer = Timed(known.get(("reminder", reminder.name)) or Key("reminder", reminder.name, reminder.since))
                if self._may_come(timer, reminder, one, now):
                    yield timer
        for deadline in one.deadlines.values():
            key = known.get(("deadline", deadline.name)) or key_of(deadline)
            for level in deadline.levels:
                timer = Timed(key, level.name)
                if level.effects.move == move and self._may_come(timer, level, one, now):
                    yield timer

    def _may_come(self, timer: Timed, part: Level | Reminder, one: Definition, now: Configuration) -> bool:
        """Whether a timer may be due; of a clock that is not followed nothing is known."""
        known = timer.key in now.clocks or timer.key not in self.keys[one.name]
        return known and (part.every is not None or timer not in now.spent)

    def _fillings(
        self, move: Transition, one: Definition, target: Definition, state: str, now: Configuration, *, entered: bool
    ) -> Iterator[frozenset[str]]:
        """Which of the dates that matter may be filled by a move; those of which it is sure always are."""
        dates = self.dates[one.name] | self.dates[target.name]
        sets = {**move.effects.set, **(target.states[state].effects.set if entered else {})}
        sure = {name for name in (*move.fill, *(name for name in sets if _surely_set(sets[name]))) if name in dates}
        may = sorted(name for name in {*move.may_fill, *sets} - sure if name in dates)
        for some in chain.from_iterable(combinations(may, count) for count in range(len(may) + 1)):
            filled = frozenset(sure | set(some))
            if all(name in now.filled | filled for name in move.need if name in dates):
                yield filled

    # --- What an entry makes of the clocks ----------------------------------------------------------------------------

    def _after(
        self, now: Configuration, way: Way, one: Definition, target: Definition, state: str, *, entered: bool
    ) -> tuple[Arrival, Keys]:
        names = {way.move, LAST_MOVE} | ({state} if entered else set()) | ({OPENING} if now.state == NEW else set())
        event = _Event(frozenset(names), way.filled, one, target, state, way.timer)
        becomes = one.name != target.name
        status = self._status(now)
        if becomes:
            status = self._handed_over(status, one, target)
        after: dict[Key, object] = {}
        began: set[Key] = set()
        for key in self.ahead[target.name]:
            self._advance(key, status.get(key), event, after, began)
        derived = {key for key in self.keys[target.name] if becomes and not _has(one, key)}
        unheard = {key for key in after if key.kind == "reminder" and (key in began or key in now.unheard)} | {
            key for key in derived if key in after and key.kind == "reminder"
        }
        fresh = began - now.unused  # what stood still may have fired all the same, if a date is its limit
        unfired = {key for key in fresh | unheard | derived if key in after and key in self.keys[target.name]}
        spent = {
            timed for timed in now.spent if timed.key in after and timed.key not in began and timed.key not in derived
        }
        if way.timer is not None and way.timer.key in after and way.timer.key not in began:
            spent.add(way.timer)
        leaving = self._leaving(target, way.move, one, state, entered=entered)
        rests = {key for key in unheard if _has(target, key) and state in target.reminders[key.name].states}
        dates = frozenset().union(*(self.dates[name] for name in self.members))
        made = Configuration(
            target.name,
            state,
            order=self._order(after, began),
            free=_with(after, "free"),
            paused=_with(after, "paused"),
            unused=_with(after, "unused"),
            dated=_with(after, "dated"),
            filled=(now.filled | way.filled) & dates,
            unheard=frozenset(unheard if leaving else unheard - rests),
            spent=frozenset(spent),
            leaving=leaving,
        )
        if not self.ordered:
            made = replace(made, order=made.order[-1:], free=made.free.union(*made.order[:-1]))
        started = bool(began & {key for key, place in after.items() if isinstance(place, int)})
        return Arrival(made, started, frozenset(unfired)), frozenset(began)

    def _status(self, now: Configuration) -> dict[Key, object]:
        status: dict[Key, object] = {key: place for place, keys in enumerate(now.order) for key in keys}
        for name in ("free", "paused", "unused", "dated"):
            status.update(dict.fromkeys(getattr(now, name), name))
        return status

    def _handed_over(self, status: dict[Key, object], one: Definition, target: Definition) -> dict[Key, object]:
        """A clock that both definitions have goes on by the rules of the target."""
        after = dict(status)
        before = {(key.kind, key.name): key for key in self.followed[one.name]}
        for key in self.followed[target.name]:
            same = before.get((key.kind, key.name))
            if same is not None and same != key:
                after.pop(key, None)
                if same in status:
                    after[key] = status[same]
        return after

    def _advance(self, key: Key, place: object, event: _Event, after: dict[Key, object], began: set[Key]) -> None:
        running = event.state not in key.paused_in
        if place is not None and key.kind == "deadline" and not event.names & set(key.until):
            if place == "unused" and running and key.fixed:
                after[key] = "free"
            elif place == "unused" and running:
                after[key] = NEWEST
                began.add(key)
            elif place == "paused" and running:
                after[key] = "free"
            elif not running and place not in ("unused", "dated"):
                after[key] = "paused"
            else:
                after[key] = place
            return
        for name in key.since:
            if name in event.names:
                after[key] = NEWEST if running else "unused"
                began.add(key)
                return
            if name in event.filled:
                after[key] = "dated"
                began.add(key)
                return
        if place is not None and key.kind == "reminder":
            after[key] = place

    def _order(self, after: Mapping[Key, object], began: Iterable[Key]) -> tuple[Keys, ...]:
        places = sorted({place for place in after.values() if isinstance(place, int)})
        return tuple(frozenset(key for key, at in after.items() if at == place) for place in places)

    def _leaving(self, target: Definition, move: str, one: Definition, state: str, *, entered: bool) -> str:
        """The move that the clock is sure to make as soon as the ticket is here."""
        made = one.transitions[move]
        asked = [made.effects.move, target.states[state].effects.move if entered else None]
        return next((name for name in asked if name and surely_moves(target, self.members, name, state)), "")

    def _ahead(self, one: Definition) -> Keys:
        """The clocks of a definition and of those that a ticket of it may still become."""
        later = (other for other in self.members.values() if other is one or other.rank > one.rank)
        return frozenset(key for other in later for key in self.followed[other.name])


def _surely_set(value: object) -> bool:
    """Whether what a field is set to is always known: no moment that rests on a field that may be empty."""
    return not isinstance(value, Moment) or value.field == "opened"


def _has(one: Definition, key: Key) -> bool:
    return key.name in (one.deadlines if key.kind == "deadline" else one.reminders)


def _with(after: Mapping[Key, object], place: str) -> Keys:
    return frozenset(key for key, at in after.items() if at == place)
