"""Standing: the groups of sources that a configuration has, by the start or the date from which each of them counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from workflow.definition import Deadline, Definition, FieldType, Level, Moment, Reminder
from workflow.durations import Duration, Unit
from workflow.promises.configurations import Configuration
from workflow.promises.course import MICROSECOND, NOW, Course, Kept, later, shifted
from workflow.promises.keys import Key, Timed, counts, every_effect, surely_moves
from workflow.promises.sources import Due, Group
from workflow.promises.years import Years
from workflow.reading.checks.draft import DATES


class Standing:
    """The groups of the configurations of one family; each is worked out once."""

    def __init__(self, years: Years, members: Mapping[str, Definition], keys: Mapping[str, frozenset[Key]]) -> None:
        self.years = years
        self.members = members
        self.keys = keys
        self._groups: dict[object, Group] = {}
        self._kept = Kept()
        self._comings: dict[object, tuple[Course | None, Course | None, Course | None]] = {}

    def groups(self, now: Configuration, begun: bool = False, unfired: frozenset[Key] = frozenset()) -> list[Group]:
        """What tells in a configuration; `begun` if the last clocks of its order began this very instant."""
        one = self.members[now.workflow]
        heard = self.keys[one.name]
        found: list[Group | None] = []
        for number, keys in enumerate(now.order):
            own = [key for key in keys & heard if self._from_start(one, key, now)]
            pinned = begun and number == len(now.order) - 1
            found.append(self._group(one, own, now, unfired, NOW, pinned=pinned))
            found += self._by_dates(one, (keys & heard) - {*own}, now, unfired)
        for key in now.free & heard:
            found += self._after_a_pause(one, key, now)
        found += self._by_dates(one, (now.paused | now.unused) & heard, now, unfired)
        for key in now.dated & heard:
            if not self._from_start(one, key, now):
                found += self._by_dates(one, [key], now, unfired)
            elif not key.paused_in and (bound := self._bound_of_start(one, key)) is not None:
                found.append(self._group(one, [key], now, unfired, bound))
        return [group for group in found if group is not None]

    def date_of(self, now: Configuration, key: Key) -> str | None:
        """The date field from which a clock counts, or `opened`; None for one that counts from its own start."""
        one = self.members[now.workflow]
        if self._from_start(one, key, now):
            return _date_of_start(one, key) if key in now.dated else None
        return _date_of_limit(one.deadlines[key.name], now)

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
        modes = tuple((self._from_start(one, each, now), self._replaced(one, each, now)) for each in map(_key, dues))
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
            if key.kind == "deadline" and key.name in one.deadlines and not self._from_start(one, key, now):
                bound = self._bound_of_limit(one, one.deadlines[key.name], now)
                if bound is not None:
                    yield self._group(one, [key], now, unfired, bound)

    def _after_a_pause(self, one: Definition, key: Key, now: Configuration) -> Iterator[Group | None]:
        """A clock that has stood still counts on as if it had begun later, if all is counted in one unit.

        Otherwise only what repeats is sure to tell, each level for itself: a named date does not move with the pause,
        and amounts of two units do not belong to one beginning.
        """
        deadline = one.deadlines.get(key.name)
        if deadline is None:
            return
        from_start = self._from_start(one, key, now)
        bound = NOW if from_start else self._bound_of_limit(one, deadline, now)
        if bound is None:
            return
        dues = tuple(self._dues(one, key, now, False))
        if from_start and deadline.within is not None and len(set(_units(deadline))) == 1:
            yield self._known(one, dues, now, bound)
            return
        for due in dues:
            if due.again is not None:
                yield self._known(one, (due,), now, bound)

    # --- Sources ------------------------------------------------------------------------------------------------------

    def _dues(self, one: Definition, key: Key, now: Configuration, unfired: bool) -> Iterator[Due]:
        dated = not self._from_start(one, key, now)
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
                    every=None if paused else part.every,
                    at=part.at,
                    again=None if paused else again,
                    moves_on=move is not None and surely_moves(one, self.members, move, now.state),
                    spent=timed in now.spent,
                    unfired=unfired,
                    skipped=dated and isinstance(part, Level) and part.kind == "soon",
                )

    def _comes(
        self, one: Definition, timed: Timed, part: Level | Reminder, now: Configuration
    ) -> tuple[Course | None, Course | None, Course | None]:
        """When a source first comes, None if never; for which starts that is sure, None for all; and when again."""
        dated = not self._from_start(one, timed.key, now)
        key = (one.name, timed, timed.key in now.dated, dated and self._replaced(one, timed.key, now))
        if key not in self._comings:
            start = self._start(one, timed.key, now)
            sure: Course | None = None
            if isinstance(part, Reminder):
                first: Course | None = self.years.add_each(part.after).after(start)
            else:
                deadline = one.deadlines[timed.key.name]
                limit = self._limit(one, deadline, now).after(start)
                first, sure = self._first(part, limit, deadline.within, dated=dated)
            again = None if first is None or part.every is None else self._again(part.every, part.at, first)
            self._comings[key] = first, sure, again
        return self._comings[key]

    def _replaced(self, one: Definition, key: Key, now: Configuration) -> bool:
        return key.kind == "deadline" and one.deadlines[key.name].replaced_by in now.filled

    def _again(self, every: Duration, at: dt.time | None, first: Course) -> Course:
        """When a source comes again at the latest, after an instant at which it has come already."""
        now = self.years.within(NOW)
        following = self.years.add_each(every)
        if at is None:
            return following.after(now)
        day = self.years.at_time(at)
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

    # --- Starts and limits --------------------------------------------------------------------------------------------

    def _from_start(self, one: Definition, key: Key, now: Configuration) -> bool:
        """Whether it counts from the start of its clock, and not back or on from a date."""
        if key.kind == "reminder" or key.name not in one.deadlines:
            return True
        deadline = one.deadlines[key.name]
        if deadline.replaced_by is not None and deadline.replaced_by in now.filled:
            return False
        moment = deadline.no_later_than
        return moment is None or moment.kind in ("end_of_day", "end_of_shift")

    def _start(self, one: Definition, key: Key, now: Configuration) -> Course:
        """Where the clock starts by the date that was typed, of its whole day; otherwise the start itself."""
        if key not in now.dated:
            return NOW
        name = _date_of_start(one, key)
        dated = name is not None and one.fields[name].type is FieldType.DATE
        return self.years.start_of_day() if dated else NOW

    def _limit(self, one: Definition, deadline: Deadline, now: Configuration) -> Course:
        """The limit by the start of the clock, or by the date."""
        if deadline.replaced_by is not None and deadline.replaced_by in now.filled:
            moment: Moment | None = Moment("field", deadline.replaced_by)
        else:
            moment = deadline.no_later_than
        if moment is None:
            return self.years.add_each(deadline.within)
        if moment.kind == "end_of_day":
            return self.years.end_of_day()
        if moment.kind == "end_of_shift":
            return self.years.end_of_shift()
        return self._dated(one, moment)

    def _dated(self, one: Definition, moment: Moment) -> Course:
        field = one.fields.get(moment.field or "")
        return self.years.dated(moment, field.type if field is not None else FieldType.DATETIME)

    def _bound_of_limit(self, one: Definition, deadline: Deadline, now: Configuration) -> Course | None:
        name = _date_of_limit(deadline, now)
        if name == "opened":
            return NOW
        return self._cap(one, name) if name is not None and name in now.filled else None

    def _bound_of_start(self, one: Definition, key: Key) -> Course | None:
        name = _date_of_start(one, key)
        return None if name is None else self._cap(one, name)

    def _cap(self, one: Definition, name: str, seen: frozenset[str] = frozenset()) -> Course | None:
        """The latest instant at which a date field may stand, for a ticket that is opened now; None without one."""
        field = one.fields.get(name)
        if field is None or field.type not in DATES or name in seen:
            return None
        effects = chain.from_iterable(map(every_effect, self.members.values()))
        bounds = [field.max, *(each.set[name] for each in effects if name in each.set)]
        found: Course | None = None
        for bound in bounds:
            course = self._of_bound(one, bound, seen | {name})
            if course is None:
                return None
            if field.type is FieldType.DATE:
                course = shifted(-1).after(course)
            found = course if found is None else later(found, course)
        return found

    def _of_bound(self, one: Definition, bound: object, seen: frozenset[str]) -> Course | None:
        if not isinstance(bound, Moment) or bound.field is None:
            return None
        base = NOW if bound.field == "opened" else self._cap(one, bound.field, seen)
        return None if base is None else self._dated(one, bound).after(base)


def _date_of_limit(deadline: Deadline, now: Configuration) -> str | None:
    """The date that is, or leads to, the limit of a deadline."""
    if deadline.replaced_by is not None and deadline.replaced_by in now.filled:
        return deadline.replaced_by
    return deadline.no_later_than.field if deadline.no_later_than is not None else None


def _date_of_start(one: Definition, key: Key) -> str | None:
    """The date field from which a clock starts; None if there are several."""
    names = [name for name in key.since if name in one.fields and one.fields[name].type in DATES]
    return names[0] if len(names) == 1 else None


def _units(deadline: Deadline) -> Iterator[Unit]:
    durations: list[object] = [deadline.within]
    for level in deadline.levels:
        durations += [level.left, level.late_by, level.every]
    yield from (each.unit for each in durations if isinstance(each, Duration))


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
