"""Pauses: how long the clock of a deadline may stand still in all, over every run that it has in a ticket's life.

A pause ends at the latest when a reminder that began with it moves the ticket on, or a level of another deadline that
did; only a move that cannot be refused counts. Between two pauses a ticket may rest as long as people like, so each may
begin at its own worst moment; how many there are, `at_most` and the states decide. A way round on which the clock
pauses again, and that nothing ends, has no bound.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflow.arrivals import entrances
from workflow.definition import LAST_MOVE, NEW, OPENING, Deadline, Definition, Transition
from workflow.durations import Unit
from workflow.promises.alarms import Alarm, Reckoning
from workflow.promises.comparing import always_comes, most_later
from workflow.promises.course import NOTHING, NOW, Course, earliest_of
from workflow.promises.keys import surely_moves
from workflow.promises.pieces import NEVER
from workflow.promises.years import Years

MOST_PLACES = 5_000
"""More places than this are not looked at: then there is no bound."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ticket is, whether the clock is open, how often each limited move was made, and by which move it came."""

    workflow: str
    state: str
    open: bool
    used: tuple[tuple[str, int], ...] = ()
    move: str = ""
    entered: bool = True


@dataclass(frozen=True, slots=True)
class Paused:
    """The longest sum of pauses of a clock, in ticks of a unit, and the places of the way on which it comes about.

    `most` is NEVER where there is no bound; `loop` then goes from a place back to it, unless one pause has no end.
    """

    most: int
    way: tuple[Place, ...]
    loop: tuple[Place, ...] = ()


class Pauses:
    """The pauses of one deadline in the tickets of a family, of which the first definition is opened."""

    def __init__(self, family: Sequence[Definition], deadline: Deadline, years: Years) -> None:
        self.family = {one.name: one for one in family}
        self.own = deadline
        self.name = deadline.name
        self.years = years

    def longest(self, unit: Unit) -> Paused:
        """The longest sum, each pause counted in the unit."""
        head = next(iter(self.family.values()))
        start = Place(head.name, NEW, False)
        before: dict[Place, Place | None] = {start: None}
        most = {start: 0}
        waiting = deque([start])
        while waiting:
            place = waiting.popleft()
            pause = self._pause(place, unit)
            if pause >= NEVER:
                return Paused(NEVER, _way(before, place))
            for following in self._following(place):
                if most.get(following, -1) >= most[place] + pause:
                    continue
                way = _way(before, place)
                if following in way:
                    return Paused(NEVER, way, (*way[way.index(following) :], following))
                before[following], most[following] = place, most[place] + pause
                waiting.append(following)
            if len(most) > MOST_PLACES:
                return Paused(NEVER, _way(before, place))
        total = {place: so_far + self._pause(place, unit) for place, so_far in most.items()}
        worst = max(total, key=lambda place: total[place])
        return Paused(total[worst], _way(before, worst))

    def end(self, place: Place) -> Course:
        """When a pause that begins then ends at the latest; NOW in a place where the clock does not pause."""
        if not self._pauses(place):
            return NOW
        one = self.family[place.workflow]
        events = self._events(one.transitions.get(place.move), place)
        found = [Reckoning(self.years, one, NOW).first(alarm, NOW) for alarm in self._movers(one, place.state, events)]
        return earliest_of(found) if found else NOTHING

    # --- Pauses -----------------------------------------------------------------------------------------------------

    def _pauses(self, place: Place) -> bool:
        deadline = self._deadline(place.workflow)
        return place.open and place.state in deadline.paused_in

    def _pause(self, place: Place, unit: Unit) -> int:
        if not self._pauses(place):
            return 0
        end = self.end(place)
        if not always_comes(end, self.years):
            return NEVER
        passed = self.years.passed(unit)
        return most_later(passed.after(end), passed, self.years)

    def _movers(self, one: Definition, state: str, events: set[str]) -> Iterator[Alarm]:
        """What began with entering a place and surely moves the ticket on from there."""
        for reminder in one.reminders.values():
            begins = state in reminder.states and not events.isdisjoint(reminder.since)
            if reminder.condition is None and begins and self._moves(one, state, reminder.effects.move):
                yield Alarm(reminder)
        for deadline in one.deadlines.values():
            counts = deadline.within is not None and state not in deadline.paused_in
            begins = counts and not events.isdisjoint(deadline.since) and events.isdisjoint(deadline.until)
            levels = [
                one_level
                for one_level in deadline.levels
                if one_level.condition is None and self._moves(one, state, one_level.effects.move)
            ]
            if deadline.condition is None and begins and levels:
                yield Alarm(deadline, tuple(levels))

    def _moves(self, one: Definition, state: str, move: str | None) -> bool:
        made = one.transitions.get(move or "")
        leaves = made is not None and made.target not in (None, state)
        return leaves and surely_moves(one, self.family, move or "", state)

    # --- Moves ------------------------------------------------------------------------------------------------------

    def _following(self, place: Place) -> Iterator[Place]:
        one = self.family[place.workflow]
        for move in one.transitions.values():
            if place.state not in move.sources:
                continue
            used = dict(place.used)
            if move.at_most is not None and move.row_of is None:
                used[move.name] = used.get(move.name, 0) + 1
                if used[move.name] > move.at_most:
                    continue
            for workflow, state, entered in entrances(one, move, place.state, self.family.values()):
                target = self.family[workflow]
                if target.states[state].end:
                    continue
                arrived = Place(workflow, state, False, tuple(sorted(used.items())), move.name, entered)
                events = self._events(move, arrived)
                if not entered and workflow == one.name and not self._begins_anew(one, place, events):
                    continue  # nothing that matters has changed
                yield replace(arrived, open=self._is_open(place, target, events))

    def _begins_anew(self, one: Definition, place: Place, events: set[str]) -> bool:
        """Whether a move that stays changes the clock, or starts anew what is to end its pause."""
        deadline = self._deadline(one.name)
        return not events.isdisjoint((*deadline.since, *deadline.until)) or (
            self._pauses(place) and any(self._movers(one, place.state, events))
        )

    def _is_open(self, place: Place, target: Definition, events: set[str]) -> bool:
        """Whether the clock may be open after a move; one that a date starts may always be."""
        deadline = self._deadline(target.name)
        if any(name in target.fields for name in deadline.since):
            return True
        open_ = place.open and events.isdisjoint(deadline.until)
        return open_ or not events.isdisjoint(deadline.since)

    def _events(self, move: Transition | None, place: Place) -> set[str]:
        """What clocks know of the move by which a ticket came to a place."""
        if move is None:
            return set()
        return {move.name, LAST_MOVE, *([place.state] if place.entered else []), *([OPENING] if move.opens else [])}

    def _deadline(self, workflow: str) -> Deadline:
        """What rules the clock there; before a ticket becomes what has it, that counts as if it had held already."""
        return self.family[workflow].deadlines.get(self.name, self.own)


def _way(before: dict[Place, Place | None], place: Place) -> tuple[Place, ...]:
    found = [place]
    while (earlier := before[found[-1]]) is not None:
        found.append(earlier)
    return tuple(reversed(found))
