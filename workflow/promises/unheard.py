"""Unheard: how long a ticket may be open, from its opening on, before time alone has told anybody of it.

People may do whatever they like meanwhile, and what keeps a ticket unheard longest is that they move it again and
again just before somebody would be told. Every clock that a move starts starts later the later the move is made, and
none comes earlier for having started later; so on each path the worst is to make each move as late as it can be, one
microsecond before the next alarm (at the same instant the alarm would go first). What a path comes to is composed for
every starting moment at once, leg after leg; the worst of the whole is found at the end, never added up from the worst
of its legs. A path is left as soon as another one stands in the same state with clocks that all come no earlier.

A path that stands where it stood before, with every clock that could tell started anew on the way, can go round
without end. Where one of them was not, people can go round until that one tells.

A pause does not lose what its clock has used. The limit comes later by what of its unit may pass in the pause at most,
whenever it begins; where nothing that began with the pause ends it, the limit is counted anew from the pause's end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from heapq import heapify, heappop, heappush

from workflow.arrivals import arrivals, entrances
from workflow.definition import BY_CLOCK, LAST_MOVE, NEW, OPENING, Deadline, Definition, Reminder, Transition
from workflow.promises.alarms import Clock, Reckoning, alarms
from workflow.promises.comparing import always_comes, most_later, never_later
from workflow.promises.course import NOTHING, NOW, Course, earliest_of, later, shifted
from workflow.promises.years import Years

MOST_STANDS = 2_000
"""More places than this on all paths together are not followed: then there is no bound."""

ACTUAL = ""
"""Whose clocks are the ticket's own; those of a class that it is not yet go by the name of the class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """An open clock: the number of the move that started it, when that was, and what pauses have put it off by."""

    since: int
    start: Course
    more: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stand:
    """Where a path has come to: `at` when its last move was made at the latest, and `told` when the next alarm comes.

    `clocks` has None for one that has ended. `round` is the earlier stand to which all goes back, for one that is
    reached by going round until something else tells.
    """

    number: int
    before: Stand | None
    move: str
    definition: Definition
    state: str
    at: Course
    clocks: Mapping[tuple[str, Clock], Running | None]
    used: Mapping[str, int]
    filled: frozenset[str]
    told: Course = NOTHING
    sounding: Mapping[tuple[str, Clock], Course] = field(default_factory=dict)
    round: Stand | None = None

    def way(self) -> tuple[Stand, ...]:
        """The stands that led here, the opening first."""
        return (*(self.before.way() if self.before else ()), self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unheard:
    """All stands that had to be looked at; with `endless`, the one where nothing tells, or that goes round for ever."""

    stands: tuple[Stand, ...]
    endless: Stand | None = None
    given_up: bool = False


def unheard(family: Sequence[Definition], years: Years) -> Unheard:
    """How long tickets of a family, of which the first definition is opened, may go unheard."""
    return _Search(family, years).run()


class _Search:
    def __init__(self, family: Sequence[Definition], years: Years) -> None:
        self.family = {one.name: one for one in family}
        self.years = years
        self.alarms = {one.name: {alarm.clock: alarm for alarm in alarms(one)} for one in family}
        self.clocks = frozenset(clock for found in self.alarms.values() for clock in found)
        self.kept: dict[tuple[str, str], list[Stand]] = {}
        self.counted = 0
        self.opening = years.within(NOW)
        self.known: dict[tuple[object, ...], Course] = {}

    def run(self) -> Unheard:
        found: list[Stand] = []
        waiting = [(*self._urgency(stand), stand) for stand in self._openings()]
        heapify(waiting)
        while waiting:
            stand = heappop(waiting)[-1]
            if not self._keep(stand):
                continue
            found.append(stand)
            if len(found) > MOST_STANDS:
                return Unheard(stands=tuple(found), given_up=True)
            if not always_comes(stand.told, self.years):
                return Unheard(stands=tuple(found), endless=stand)
            if stand.number and self._is_over(stand):
                continue
            for following in self._following(stand):
                gone_round = self._gone_round(following)
                if gone_round is None:
                    heappush(waiting, (*self._urgency(following), following))
                elif gone_round.told is NOTHING:
                    return Unheard(stands=tuple(found), endless=gone_round)
                else:
                    heappush(waiting, (*self._urgency(gone_round), gone_round))
        return Unheard(stands=tuple(found))

    def _urgency(self, stand: Stand) -> tuple[int, int]:
        """What tells latest goes first, so that what is no worse need not be followed; then as they were found."""
        self.counted += 1
        return -sum(
            stand.told.at(at) for at in (self.years.first, (self.years.first + self.years.last) // 2)
        ), self.counted

    # --- Moves ------------------------------------------------------------------------------------------------------

    def _openings(self) -> Iterator[Stand]:
        head = next(iter(self.family.values()))
        for move in head.openings():
            blank = Stand(
                number=-1,
                before=None,
                move="",
                definition=head,
                state=NEW,
                at=NOW,
                clocks={},
                used={},
                filled=frozenset(),
            )
            for workflow, state in arrivals(head, move, NEW, self.family.values()):
                yield self._moved(blank, move, self.family[workflow], state, self.opening, entered=True)

    def _following(self, stand: Stand) -> Iterator[Stand]:
        at = later(stand.at, shifted(-1).after(stand.told))
        for move in stand.definition.transitions.values():
            if stand.state not in move.sources or not self._is_possible(move, stand):
                continue
            for workflow, state, entered in entrances(stand.definition, move, stand.state, self.family.values()):
                if not self.family[workflow].states[state].end:
                    yield self._moved(stand, move, self.family[workflow], state, at, entered=entered)

    def _is_possible(self, move: Transition, stand: Stand) -> bool:
        by_clock_alone = set(move.by) == {BY_CLOCK}
        limited = move.at_most is not None and move.row_of is None
        return not (
            (by_clock_alone and not move.answer and move.name not in _asked_for(stand.definition))
            or (limited and stand.used.get(move.name, 0) >= (move.at_most or 0))
        )

    def _moved(
        self, stand: Stand, move: Transition, definition: Definition, state: str, at: Course, *, entered: bool
    ) -> Stand:
        """Where a move leads that is made at this time."""
        number = stand.number + 1
        events = {move.name, LAST_MOVE, *([state] if entered else []), *([OPENING] if number == 0 else [])}
        clocks: dict[tuple[str, Clock], Running | None] = {}
        shared = stand.definition.name != definition.name
        graver = [one.name for one in self.family.values() if one.rank > definition.rank or one is definition]
        for whose in (ACTUAL, *(graver if len(self.family) > 1 else ())):
            rules = definition if whose == ACTUAL else self.family[whose]
            for clock in self.clocks:
                part = (rules.deadlines if clock[0] == "deadline" else rules.reminders).get(clock[1])
                key = (whose, clock)
                if part is None:
                    continue
                was = self._paused_on(stand, key, number, at)
                clocks[key] = _advanced(was, part, events, state, number, at)
        if shared:
            # What only the new class has is as if it had held from the start; an ended run of it was nobody's.
            for clock in self.clocks:
                if (ACTUAL, clock) in clocks and (ACTUAL, clock) not in stand.clocks:
                    clocks[ACTUAL, clock] = clocks.get((definition.name, clock))
        becoming = len(self.family) > 1
        clocks = {
            key: one
            for key, one in clocks.items()
            if one is not None or (becoming and key[0] == ACTUAL and key in stand.clocks)
        }
        used = dict(stand.used)
        if move.at_most is not None and move.row_of is None:
            used[move.name] = used.get(move.name, 0) + 1
        moved = Stand(
            number=number,
            before=stand if stand.number >= 0 else None,
            move=move.name,
            definition=definition,
            state=state,
            at=at,
            clocks=clocks,
            used=used,
            filled=stand.filled | set(move.fill),
        )
        return self._heard(moved)

    def _paused_on(self, stand: Stand, key: tuple[str, Clock], number: int, at: Course) -> Running | None:
        """The clock with what its pause in a stand that is now left may have put it off by."""
        one = stand.clocks.get(key)
        if one is None or not one.paused:
            return one
        rules = stand.definition if key[0] == ACTUAL else self.family[key[0]]
        deadline = rules.deadlines.get(key[1][1])
        if deadline is None or deadline.within is None:
            return one
        sounding = {key: stand.clocks[key] for key in stand.sounding}
        fresh = [clock for (_, clock), running in sounding.items() if running and running.since == stand.number]
        reckoning = Reckoning(self.years, stand.definition, NOW)
        ends = earliest_of(reckoning.first(self.alarms[stand.definition.name][clock], NOW) for clock in fresh)
        if not fresh or not always_comes(ends, self.years):
            return replace(one, since=number, start=later(at, one.start), more=0)
        passed = self.years.passed(deadline.within.unit)
        return replace(one, more=one.more + most_later(passed.after(shifted(-1).after(ends)), passed, self.years))

    # --- Alarms -----------------------------------------------------------------------------------------------------

    def _heard(self, stand: Stand) -> Stand:
        """The stand with what tells in it, and when the first of that comes."""
        sounding = {key: self._first(key, stand) for key in stand.clocks if self._sounds(key, stand)}
        told = later(stand.at, earliest_of(sounding.values())) if sounding else NOTHING
        return replace(stand, sounding=sounding, told=told)

    def _sounds(self, key: tuple[str, Clock], stand: Stand) -> bool:
        alarm = self.alarms[stand.definition.name].get(key[1])
        running = stand.clocks[key]
        if key[0] != ACTUAL or alarm is None or running is None or running.paused:
            return False
        return isinstance(alarm.part, Deadline) or stand.state in alarm.part.states

    def _first(self, key: tuple[str, Clock], stand: Stand) -> Course:
        running = stand.clocks[key]
        if running is None:
            return NOTHING
        known = (stand.definition.name, key[1], running.start, running.more, stand.filled)
        if known not in self.known:
            reckoning = Reckoning(self.years, stand.definition, self.opening, stand.filled, running.more)
            self.known[known] = reckoning.first(self.alarms[stand.definition.name][key[1]], running.start)
        return self.known[known]

    def _is_over(self, stand: Stand) -> bool:
        """Whether somebody is told with the very move that led here, whenever the ticket was opened."""
        return never_later(stand.told, stand.at, self.years)

    # --- What need not be followed ----------------------------------------------------------------------------------

    def _keep(self, stand: Stand) -> bool:
        others = self.kept.setdefault((stand.definition.name, stand.state), [])
        if any(self._no_worse(stand, other) for other in others):
            return False
        others[:] = [other for other in others if not self._no_worse(other, stand)]
        others.append(stand)
        return True

    def _no_worse(self, one: Stand, other: Stand) -> bool:
        """Whether whatever can come of the one comes no later than of the other, at whatever moment it started."""
        if not other.filled <= one.filled or _ended(one) != _ended(other):
            return False
        if any(one.used.get(move, 0) < count for move, count in other.used.items()):
            return False
        for key, theirs in other.clocks.items():
            mine = one.clocks.get(key)
            if theirs is None:
                continue
            if mine is None or mine.paused != theirs.paused or mine.more > theirs.more:
                return False
            if not never_later(mine.start, theirs.start, self.years):
                return False
        return never_later(one.told, other.told, self.years)

    def _gone_round(self, stand: Stand) -> Stand | None:
        """For a stand that goes round, one that has gone round as often as possible; told of NOTHING if for ever."""
        way = stand.way()
        for place, earlier in enumerate(way[:-1]):
            if (earlier.definition.name, earlier.state, earlier.used) != (
                stand.definition.name,
                stand.state,
                stand.used,
            ) or never_later(stand.told, earlier.told, self.years):
                continue
            held = {
                key
                for one in way[place:]
                for key in one.sounding
                if (was := earlier.clocks.get(key)) is not None
                and (now := stand.clocks.get(key)) is not None
                and (was.since, was.more) == (now.since, now.more)
            }
            if not held:
                return replace(stand, told=NOTHING, round=earlier)
            until = shifted(-1).after(earliest_of(self._first(key, stand) for key in held))
            if never_later(until, stand.at, self.years):
                continue
            clocks = {
                key: replace(one, start=later(one.start, until)) if one and one.since > earlier.number else one
                for key, one in stand.clocks.items()
            }
            return self._heard(replace(stand, at=later(stand.at, until), clocks=clocks, round=earlier))
        return None


def _ended(stand: Stand) -> set[Clock]:
    return {clock for (whose, clock), one in stand.clocks.items() if one is None and whose == ACTUAL}


def _advanced(
    was: Running | None, part: Deadline | Reminder, events: set[str], state: str, number: int, at: Course
) -> Running | None:
    """A clock after a move, as `workflow.clocks` has it."""
    starts = bool(events & set(part.since))
    if isinstance(part, Reminder):
        return Running(since=number, start=at) if starts else was
    paused = state in part.paused_in
    if was is not None and not events & set(part.until):
        return replace(was, paused=paused)
    return Running(since=number, start=at, paused=paused) if starts else None


def _asked_for(definition: Definition) -> set[str | None]:
    """The moves that follow at once upon a move of somebody's or upon entering a state."""
    moves = {one.effects.move for one in definition.transitions.values()}
    return moves | {one.effects.move for one in definition.states.values()}
