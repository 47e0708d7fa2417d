"""Standing: the groups of sources that a configuration has, by the start or the date from which each of them counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.durations import Duration
from workflow.promises.configurations import Configuration
from workflow.promises.course import MICROSECOND, NOW, Course, Kept, later, shifted
from workflow.promises.keys import Key, Timed, counts, surely_moves
from workflow.promises.limits import Limits
from workflow.promises.sources import Due, Group
from workflow.promises.years import Years


class Standing:
    """The groups of the configurations of one family; each is worked out once."""

    def __init__(self, years: Years, members: Mapping[str, Definition], keys: Mapping[str, frozenset[Key]]) -> None:
        self.years = years
        self.members = members
        self.keys = keys
        self._groups: dict[object, Group] = {}
        self.limits = Limits(years, members)
        self._kept = Kept()
        self._comings: dict[object, tuple[Course | None, Course | None, Course | None]] = {}

    def groups(self, now: Configuration, begun: bool = False, unfired: frozenset[Key] = frozenset()) -> list[Group]:
        """What tells in a configuration; `begun` if the last clocks of its order began this very instant."""
        one = self.members[now.workflow]
        heard = self.keys[one.name]
        found: list[Group | None] = []
        for number, keys in enumerate(now.order):
            own = [key for key in keys & heard if self.limits.from_start(one, key, now)]
            pinned = begun and number == len(now.order) - 1
            found.append(self._group(one, own, now, unfired, NOW, pinned=pinned))
            found += self._by_dates(one, (keys & heard) - {*own}, now, unfired)
        for key in now.free & heard:
            found += self._after_a_pause(one, key, now)
        found += self._by_dates(one, (now.paused | now.unused) & heard, now, unfired)
        for key in now.dated & heard:
            if key.paused_in:
                continue  # whether such a clock has begun when it is paused is not followed: it is never sure to tell
            if not self.limits.from_start(one, key, now):
                found += self._by_dates(one, [key], now, unfired)
            elif (bound := self.limits.bound_of_start(one, key)) is not None:
                found.append(self._group(one, [key], now, unfired, bound))
        return [group for group in found if group is not None]

    # --- Groups -------------------------------------------------------------------------------------------------------

    def _group(
        self,
        one: Definition,
        keys: Iterable[Key],
        now: Configuration,
        unfired: frozenset[Key],
        bound: Course,
        *,
        pinned: bool = False,
    ) -> Group | None:
        dues = tuple(due for key in sorted(keys, key=_named) for due in self._dues(one, key, now, key in unfired))
        return self._known(one, dues, now, bound, pinned=pinned)

    def _known(
        self, one: Definition, dues: tuple[Due, ...], now: Configuration, bound: Course, *, pinned: bool = False
    ) -> Group | None:
        if not dues:
            return None
        modes = tuple(
            (self.limits.from_start(one, each, now), self.limits.replaced(one, each, now)) for each in map(_key, dues)
        )
        key = (one.name, pinned, tuple(due.sign for due in dues), modes, dues[0].timed.key in now.dated)
        if key not in self._groups:
            self._groups[key] = Group(
                dues=dues,
                bound=self.years.within(bound),
                now=self.years.within(NOW),
                kept=self._kept,
                pinned=pinned,
            )
        return self._groups[key]

    def _by_dates(
        self, one: Definition, keys: Iterable[Key], now: Configuration, unfired: frozenset[Key]
    ) -> Iterator[Group | None]:
        """A group for each deadline whose limit is a date."""
        for key in keys:
            if key.kind == "deadline" and key.name in one.deadlines and not self.limits.from_start(one, key, now):
                bound = self.limits.bound_of_limit(one, one.deadlines[key.name], now)
                if bound is not None:
                    yield self._group(one, [key], now, unfired, bound)

    def _after_a_pause(self, one: Definition, key: Key, now: Configuration) -> Iterator[Group | None]:
        """A clock that has stood still counts on as if it had begun later, for all that is counted in its limit's unit.

        Of the rest only what repeats is sure to tell, each level for itself: a named date does not move with the pause,
        and amounts of two units do not belong to one beginning.
        """
        deadline = one.deadlines.get(key.name)
        if deadline is None:
            return
        from_start = self.limits.from_start(one, key, now)
        bound = NOW if from_start else self.limits.bound_of_limit(one, deadline, now)
        if bound is None:
            return
        dues = tuple(self._dues(one, key, now, False))
        alike = frozenset(_levels_in_its_unit(deadline) if from_start else ())
        yield self._known(one, tuple(due for due in dues if due.timed.level in alike), now, bound)
        for due in dues:
            if due.again is not None and due.timed.level not in alike:
                yield self._known(one, (due,), now, bound)

    # --- Sources ------------------------------------------------------------------------------------------------------

    def _dues(self, one: Definition, key: Key, now: Configuration, unfired: bool) -> Iterator[Due]:
        dated = not self.limits.from_start(one, key, now)
        paused = key in now.paused or key in now.unused
        for timed, part in _parts(one, key, now.state):
            if paused and isinstance(part, Level) and part.late_by is not None:
                continue
            first, sure, again = self._comes(one, timed, part, now)
            move = part.effects.move
            if first is not None:
                yield Due(
                    timed=timed,
                    first=first,
                    sure=sure,
                    counted=self._counted(part) if dated else None,
                    every=None if paused else part.every,
                    at=part.at,
                    again=None if paused else again,
                    moves_on=move is not None and surely_moves(one, self.members, move, now.state),
                    spent=timed in now.spent,
                    unfired=unfired,
                    skipped=dated and isinstance(part, Level) and part.kind == "soon",
                )

    def _counted(self, part: Level | Reminder) -> Course | None:
        """When a level comes that counts on from a date, by the start of its clock: nothing runs before."""
        late_by = part.late_by if isinstance(part, Level) else None
        return None if late_by is None else self.years.add_each(late_by)

    def _comes(
        self, one: Definition, timed: Timed, part: Level | Reminder, now: Configuration
    ) -> tuple[Course | None, Course | None, Course | None]:
        """When a source first comes, None if never; for which starts that is sure, None for all; and when again."""
        dated = not self.limits.from_start(one, timed.key, now)
        resumed = timed.key in now.free
        key = (one.name, timed, timed.key in now.dated, resumed, dated and self.limits.replaced(one, timed.key, now))
        if key not in self._comings:
            start = self.limits.start(one, timed.key, now)
            sure: Course | None = None
            if isinstance(part, Reminder):
                first: Course | None = self.years.add_each(part.after).after(start)
            else:
                deadline = one.deadlines[timed.key.name]
                limit = self.limits.limit(one, deadline, now).after(start)
                first, sure = self._first(part, limit, deadline.within, dated=dated)
                if dated and timed.key in now.dated:
                    first, sure = self._begun_by_date(part, first, start, self.limits.follows(one, deadline, now))
            again = None
            if first is not None and part.every is not None:
                again = self._again(part.every, part.at, first, resumed=resumed)
            self._comings[key] = first, sure, again
        return self._comings[key]

    def _begun_by_date(
        self, level: Level, first: Course | None, start: Course, follows: bool
    ) -> tuple[Course | None, Course | None]:
        """The same of a level whose limit is a date, and whose clock begins at a date, too, which may lie ahead.

        What would come before its clock begins is left out, and nothing counts on before. So it is sure only if the
        limit `follows` from the date of the start, or if it is the limit itself and does not repeat.
        """
        if first is None or not follows:
            plain = level.kind == "late" and level.late_by is None and level.every is None
            return (first, None) if plain else (None, None)
        return first, first.where(first, start) if level.kind == "soon" else None

    def _again(self, every: Duration, at: dt.time | None, first: Course, *, resumed: bool) -> Course:
        """When a source comes again at the latest, after an instant at which it has come already.

        One whose clock has stood still, and `resumed` just now, may count a whole `every` from now on, whichever day
        it came on the last time.
        """
        now = self.years.within(NOW)
        following = self.years.add_each(every)
        if at is None:
            return following.after(now)
        day = self.years.at_time(at)
        if resumed:
            return later(day.after(following.after(now)), day.after(following.after(day.latest.after(now))))
        once = day.after(following.after(first.after(first.latest.after(now))))
        return later(once, day.after(following.after(day.latest.after(now))))

    def _first(
        self, level: Level, limit: Course, within: Duration | None, *, dated: bool
    ) -> tuple[Course | None, Course | None]:
        """When a level first comes, by the start or the date; and for which starts it does, if not for all."""
        if level.kind == "late":
            return self.years.add_each(level.late_by).after(limit), None
        left, within = level.left, None if dated else within
        if isinstance(left, Duration):
            count, unit = left.count, left.unit
        elif left is not None and within is not None:
            count, unit = int(within.count // MICROSECOND * left / 100) * MICROSECOND, within.unit
        else:
            return None, None
        back = self.years.back(count, unit).after(limit)
        if dated:
            return back, None
        if within is not None and unit is within.unit:
            return (later(back, NOW), None) if count <= within.count else (None, None)
        first = later(back, NOW)
        if within is None:
            return first, first.where(back, NOW)
        # Counted in another unit, less may be left even when the clock begins: then it is left out.
        passed = self.years.passed(unit)
        return first, first.where(passed.after(limit), shifted(count // MICROSECOND).after(passed))


def _levels_in_its_unit(deadline: Deadline) -> Iterator[str]:
    """The levels all of whose amounts are counted as the limit is; none of a limit that is a date."""
    if deadline.within is None:
        return
    unit = deadline.within.unit
    for level in deadline.levels:
        amounts = (level.left, level.late_by, level.every)
        if all(each.unit is unit for each in amounts if isinstance(each, Duration)):
            yield level.name


def _parts(one: Definition, key: Key, state: str) -> Iterator[tuple[Timed, Level | Reminder]]:
    """The sources of a clock: what is certain to tell in a state."""
    if key.kind == "reminder":
        reminder = one.reminders.get(key.name)
        if reminder is not None and counts(reminder) and state in reminder.states:
            yield Timed(key), reminder
        return
    deadline = one.deadlines.get(key.name)
    if deadline is not None and deadline.condition is None:
        yield from ((Timed(key, level.name), level) for level in deadline.levels if counts(level))


def _key(due: Due) -> Key:
    return due.timed.key


def _named(key: Key) -> tuple[str, str]:
    return key.kind, key.name
