"""Witnesses: a history that rests as long as the proof says is possible, found in the corners and replayed.

Each clock began just when its place in the worst case says, what is left open happens at the latest instant at which it
can, and a move of the clock is waited for. One that does not come to the figure proves nothing: then another is tried,
so many and no more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product

from workflow.calendar import Calendar
from workflow.clocks import Span
from workflow.definition import Definition
from workflow.kin import MemberFaulty
from workflow.promises.configurations import Configuration, Way
from workflow.promises.course import MICROSECOND, Course, instant_at, ticks
from workflow.promises.figure import Kind, Step
from workflow.promises.filling import Wish
from workflow.promises.pieces import LONG_AGO, NEVER
from workflow.promises.replay import Astray, Replay, Scenery, first_told
from workflow.promises.sources import Group
from workflow.promises.standing import Standing
from workflow.timers import Repeat

MOST_PLANS = 5
"""So many histories are tried for one instant, each with several answers."""
APART = dt.timedelta(days=2) // MICROSECOND
"""So far apart are moves for which nothing asks for an instant, if all at once shows nothing."""
MOST_CHOICES = 200
"""So many choices of starts are looked at for one instant."""
MOST_REPEATS = 8
"""A clock may have begun so many repeats ago."""
MOST_AIMS = 3
"""So often a history is begun earlier, until the clock's move comes when it should."""
HORIZON = dt.timedelta(days=3660)
"""Who is not told by then never is."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One way to be in a state, with the groups that may break the silence and when the first of them does."""

    ways: tuple[Way, ...]
    configuration: Configuration
    groups: tuple[Group, ...]
    told: Course
    kind: Kind

    def places(self) -> list[Configuration]:
        """The configurations after each move."""
        return [*(way.before for way in self.ways[1:]), self.configuration]


@dataclass(frozen=True, slots=True)
class _Plan:
    """When each move is made, and where the typed dates stand.

    Where the starts do not go together, which does not `fit`, a move is made as late as the one that follows it.
    """

    times: tuple[int, ...]
    dates: dict[str, dt.datetime]
    fits: bool


def witnesses(
    case: Case, when: int, length: int, scenery: Scenery, standing: Standing
) -> Iterator[tuple[Step, ...] | None]:
    """The moves of histories with just this silence from an instant on; None for each that turns out otherwise."""
    if not _can_be_made(case, scenery):
        return
    plans = list(islice(_plans(case, when, length, scenery, standing), MOST_PLANS))
    for yes, full in ((True, False), (True, True), (False, True)):
        for plan in plans:
            try:
                steps, silence = _replayed(
                    case, plan, when, length, scenery, Wish(yes=yes, full=full, dates=plan.dates)
                )
            except (Astray, MemberFaulty):
                yield None
                continue
            yield steps if silence == (None if length >= NEVER else length * MICROSECOND) else None


def _can_be_made(case: Case, scenery: Scenery) -> bool:
    """Whether something on the way fills what its moves need to be on file: without that no history can show it."""
    filled = {name for one in scenery.members.values() for effects in one.effects() for name in effects.set}
    for way in case.ways:
        one = scenery.members[way.before.workflow]
        move = one.transitions[way.move]
        filled.update((*move.fill, *move.may_fill))
        if any(_is_typed(one, name) and name not in filled for name in move.need):
            return False
    return True


def _is_typed(one: Definition, name: str) -> bool:
    """Whether a field has what people type into it, and nothing that is worked out or taken over."""
    field = one.fields.get(name)
    return field is not None and field.formula is None and field.follows is None


def _plans(case: Case, when: int, length: int, scenery: Scenery, standing: Standing) -> Iterator[_Plan]:
    """The histories in which, by the reckoning of the engine, each group is silent for so long."""
    told = NEVER if length >= NEVER else when + length
    options: list[list[int]] = []
    for group in case.groups:
        starts = dict.fromkeys(_starts(group, when, scenery.calendar))
        options.append([start for start in starts if _next(group, start, when, scenery.calendar) >= told])
    plans = [_plan(case, when, chosen, standing) for chosen in islice(product(*options), MOST_CHOICES)]
    yield from [plan for plan in plans if plan.fits][:3]
    yield from [plan for plan in plans if not plan.fits][:2]
    for chosen in islice(product(*options), 1):
        yield _plan(case, when, chosen, standing, apart=APART)


def _starts(group: Group, when: int, calendar: Calendar) -> Iterator[int]:
    """Starts at which a group may be silent for longest: its places, and where one of its repeats has just been."""
    yield from (place.start.at(when) for place in group.places)
    if group.pinned:
        return
    for due in group.dues:
        if due.every is None:
            continue
        just = instant_at(when)
        if due.at is not None:
            just = calendar.end_of(calendar.local_date(just))
        for count in range(1, MOST_REPEATS + 1):
            first = ticks(calendar.back(just, due.every.count * count, due.every.unit))
            yield min(due.first.latest.at(first), group.bound.at(when))


def _next(group: Group, start: int, when: int, calendar: Calendar) -> int:
    """When a group tells next after an instant, if its clock began so."""
    found = NEVER
    for due in group.dues:
        first = (due.sure or due.first).at(start)
        if due.counted is not None and (first > when or due.at_once):
            found = min(found, due.told_at(start, when))
        elif first > when or (first == when and (group.pinned or due.at_once)):
            found = min(found, first)
        elif due.at_once or group.pinned:
            return when
        elif due.moves_on and not due.spent:
            return LONG_AGO
        elif due.every is not None:
            begun = instant_at(first)
            following = Repeat(begun, (Span(begun),), due.every, due.at).next_after(instant_at(when), calendar)
            found = min(found, NEVER if following is None else ticks(following))
    return found


def _plan(case: Case, when: int, starts: Sequence[int], standing: Standing, apart: int = 0) -> _Plan:
    times: list[int | None] = [None] * len(case.ways)
    dates: dict[str, dt.datetime] = {}
    for group, start in zip(case.groups, starts, strict=True):
        for due in group.dues:
            name = standing.limits.date_of(case.configuration, due.timed.key)
            if name is None:
                begun = [number for number, way in enumerate(case.ways) if due.timed.key in way.began]
                if begun:
                    times[begun[-1]] = start
            elif name == "opened":
                times[0] = start
            else:
                dates[name] = instant_at(start)
    if case.kind == "first_telling":
        times[-1] = when
    following = when
    fits = True
    made: list[int] = []
    for time in reversed(times):
        fits = fits and (time is None or time <= following)
        if time is not None:
            following = min(time, following)
        elif made:
            following -= apart
        made.append(following)
    return _Plan(tuple(reversed(made)), dates, fits)


def _replayed(
    case: Case, plan: _Plan, when: int, length: int, scenery: Scenery, wish: Wish
) -> tuple[tuple[Step, ...], dt.timedelta | None]:
    """The moves of one history, and how long the silence after it is."""
    start = instant_at(when)
    replay = _moved(case, list(plan.times), scenery, wish)
    told = None
    if case.kind == "first_telling":
        if replay.steps[-1].at != start:
            raise Astray
        told = first_told(replay.since)
    if told is None:
        replay.wait(start)
        if (replay.ticket.workflow, replay.ticket.state) != (case.configuration.workflow, case.configuration.state):
            raise Astray
        told = replay.told_after(start, start + (HORIZON if length >= NEVER else 2 * length * MICROSECOND))
    return tuple(replay.steps), None if told is None else told - start


def _moved(case: Case, times: list[int], scenery: Scenery, wish: Wish) -> Replay:
    """The ticket after all moves; what waits for the clock begins so much earlier that the clock is in time."""
    for _ in range(MOST_AIMS):
        replay = Replay(scenery, wish)
        missed = 0
        made: Way | None = None
        for number, (way, place) in enumerate(zip(case.ways, case.places(), strict=True)):
            made = made or way
            if place.leaving:
                continue  # the clock's next move is made with this one
            at = instant_at(times[number])
            if made.timer is None:
                replay.move(made.move, place.workflow, place.state, at, made.filled)
            else:
                came = replay.wait_for(made.move, place.workflow, place.state, at + HORIZON)
                missed = (came - at) // MICROSECOND
                if missed:
                    times[:number] = [time - missed for time in times[:number]]
                    break
            made = None
        if not missed:
            return replay
    raise Astray
