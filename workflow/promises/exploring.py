"""Exploring: every configuration that the tickets of a family can come to, with the shortest way to each.

Moves are made whatever their checks and `at_most` say, and conditions are taken both ways; so every history leads from
configuration to configuration, and some ways that no history takes are walked, too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

from workflow.arrivals import arrivals
from workflow.definition import BY_CLOCK, NEW, Definition, Level, Moment, Reminder, Transition
from workflow.promises.configurations import Arrival, Configuration, Way
from workflow.promises.entering import Entering
from workflow.promises.keys import Key, Keys, Timed, dates_of, key_of, keys_of, set_by_time

MOST = 4_000
"""With more configurations than this the order in which clocks began is left out of account."""


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


class _Exploring:
    def __init__(self, members: Mapping[str, Definition], *, ordered: bool) -> None:
        self.members = members
        self.ordered = ordered
        unasked = frozenset(name for one in members.values() for name in set_by_time(one))
        self.keys = {name: keys_of(one, unasked) for name, one in members.items()}
        self.dates = {name: dates_of(one, self.keys[name]) for name, one in members.items()}
        self.entering = Entering(members, self.keys, self.dates, ordered=ordered)
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
                        arrival, began = self.entering.after(now, way, one, target, state, entered=entered)
                        yield replace(way, began=began), arrival, entered

    def _makers(self, move: Transition, one: Definition, now: Configuration) -> Iterator[tuple[Timed | None, bool]]:
        """Who may make a move now: people, and each timer of which it is the move."""
        if now.leaving:
            yield None, True
            return
        if any(who != BY_CLOCK for who in move.by) or move.answer or NEW in move.sources:
            yield None, False  # what only a schedule opens is explored as if by hand
        if BY_CLOCK in move.by:
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
        """Which of the dates that matter may be filled by a move; those of which it is sure always are.

        A date matters in the class in which it is typed, and in every one that the ticket may still become.
        """
        later = (other.name for other in self.members.values() if other.rank > target.rank)
        dates = frozenset[str]().union(*(self.dates[name] for name in (one.name, target.name, *later)))
        sets = {**move.effects.set, **(target.states[state].effects.set if entered else {})}
        sure = {name for name in (*move.fill, *(name for name in sets if _surely_set(sets[name]))) if name in dates}
        may = sorted(name for name in {*move.may_fill, *sets} - sure if name in dates)
        for some in chain.from_iterable(combinations(may, count) for count in range(len(may) + 1)):
            filled = frozenset(sure | set(some))
            if all(name in now.filled | filled for name in move.need if name in dates):
                yield filled


def _surely_set(value: object) -> bool:
    """Whether what a field is set to is always known: no moment that rests on a field that may be empty."""
    return not isinstance(value, Moment) or value.field == "opened"
