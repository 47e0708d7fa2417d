"""Alarms: what surely tells somebody of a ticket, or moves it, once its clock has run so long.

Only what no condition can silence counts, and only the first time that it comes: whoever is told ends the silence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal

from workflow.definition import DATES, Deadline, Definition, FieldType, Level, Moment, Reminder
from workflow.durations import Duration, Unit
from workflow.promises.comparing import always_later
from workflow.promises.course import MICROSECOND, NOTHING, Course, earliest_of, later, shifted
from workflow.promises.keys import counts
from workflow.promises.years import Years

Clock = tuple[str, str]
"""The kind ("deadline" or "reminder") and the name of what counts."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A deadline with those of its levels that count, or a reminder."""

    part: Deadline | Reminder
    levels: tuple[Level, ...] = ()

    @property
    def clock(self) -> Clock:
        return ("deadline" if isinstance(self.part, Deadline) else "reminder", self.part.name)


def alarms(definition: Definition) -> Iterator[Alarm]:
    """What of a definition counts whatever its fields say, in the order of the file.

    A clock that a date starts is none: whoever types the date decides when.
    """
    for deadline in definition.deadlines.values():
        levels = tuple(one for one in deadline.levels if counts(one))
        if levels and _is_firm(deadline, definition):
            yield Alarm(deadline, levels)
    for reminder in definition.reminders.values():
        if counts(reminder) and _is_firm(reminder, definition):
            yield Alarm(reminder)


def _is_firm(part: Deadline | Reminder, definition: Definition) -> bool:
    return part.condition is None and not any(name in definition.fields for name in part.since)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What the first time of an alarm is reckoned from: when its ticket was opened, and what is surely on file.

    `more` is what pauses have put the limit off by, in ticks of its own unit.
    """

    years: Years
    definition: Definition
    opened: Course
    filled: Collection[str] = ()
    more: int = 0

    def first(self, alarm: Alarm, start: Course) -> Course:
        """When an alarm first comes whose clock has this start; NOTHING where no limit is sure."""
        if isinstance(alarm.part, Reminder):
            return self.years.add_each(alarm.part.after).after(start)
        limit = self._limit(alarm.part, start)
        if limit is None:
            return NOTHING
        return earliest_of(
            found for one in alarm.levels if (found := self._level(one, alarm.part, limit, start)) is not None
        )

    def _limit(self, deadline: Deadline, start: Course) -> Course | None:
        limit: Course | None = None
        if deadline.within is not None:
            amount = deadline.within.count + self.more * MICROSECOND
            limit = self.years.add(amount, deadline.within.unit).after(start)
        elif deadline.no_later_than is not None:
            limit = self._moment(deadline.no_later_than, start)
        if limit is None or deadline.replaced_by is None:
            return limit
        typed = self._typed(Moment("field", deadline.replaced_by))
        return None if typed is None else later(limit, typed)

    def _level(self, level: Level, deadline: Deadline, limit: Course, start: Course) -> Course | None:
        if level.kind == "late":
            return self.years.add_each(level.late_by).after(later(limit, start))  # nothing counts before the clock
        if deadline.within is None or deadline.replaced_by is not None or self.more or level.left is None:
            return None
        amount, unit = _left(level.left, deadline.within.count, deadline.within.unit)
        found = self.years.back(amount, unit).after(limit)
        # It is left out where it would lie before the start: it is sure only if it never does.
        return found if always_later(found, start, self.years) else None

    def _moment(self, moment: Moment, start: Course) -> Course | None:
        if moment.kind == "end_of_day":
            return self.years.end_of_day().after(start)
        if moment.kind == "end_of_shift":
            return self.years.end_of_shift().after(start)
        if moment.field == "opened":
            return self.years.dated(moment, FieldType.DATETIME).after(self.opened)
        return self._typed(moment) if moment.field in self.filled else None

    def _typed(self, moment: Moment) -> Course | None:
        """The latest that a moment can be by a date that is typed: by the last one that its `max` allows."""
        field = self.definition.fields.get(moment.field or "")
        if field is None or field.type not in DATES or not isinstance(field.max, Moment) or field.max.field != "opened":
            return None
        if any(field.name in effects.set for effects in self.definition.effects()):
            return None
        last = self.years.dated(field.max, FieldType.DATETIME).after(self.opened)
        if field.type is FieldType.DATE:
            last = shifted(-1).after(last)  # a bound at midnight allows the day that ends with it
        return self.years.dated(moment, field.type).after(last)


def _left(left: Duration | Decimal, whole: dt.timedelta, unit: Unit) -> tuple[dt.timedelta, Unit]:
    if isinstance(left, Decimal):
        return int(whole // MICROSECOND * left / 100) * MICROSECOND, unit
    return left.count, left.unit
