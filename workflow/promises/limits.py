"""Limits: from where a clock counts in a configuration, its limit, and how late the dates may be on which it rests."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain

from workflow.definition import DATES, Deadline, Definition, FieldType, Moment
from workflow.promises.configurations import Configuration
from workflow.promises.course import NOW, Course, later, shifted
from workflow.promises.keys import Key, key_of
from workflow.promises.years import Years


class Limits:
    """The starts and limits of one family's clocks."""

    def __init__(self, years: Years, members: Mapping[str, Definition]) -> None:
        self.years = years
        self.members = members

    def date_of(self, now: Configuration, key: Key) -> str | None:
        """The date field from which a clock counts, or `opened`; None for one that counts from its own start."""
        one = self.members[now.workflow]
        if self.from_start(one, key, now):
            return _date_of_start(one, key) if key in now.dated else None
        return _date_of_limit(one.deadlines[key.name], now)

    def from_start(self, one: Definition, key: Key, now: Configuration) -> bool:
        """Whether it counts from the start of its clock, and not back or on from a date."""
        if key.kind == "reminder" or key.name not in one.deadlines:
            return True
        deadline = one.deadlines[key.name]
        if deadline.replaced_by is not None and deadline.replaced_by in now.filled:
            return False
        moment = deadline.no_later_than
        return moment is None or moment.kind in ("end_of_day", "end_of_shift")

    def start(self, one: Definition, key: Key, now: Configuration) -> Course:
        """Where the clock starts by the date that was typed, of its whole day; otherwise the start itself."""
        if key not in now.dated:
            return NOW
        name = _date_of_start(one, key)
        dated = name is not None and one.fields[name].type is FieldType.DATE
        return self.years.start_of_day() if dated else NOW

    def limit(self, one: Definition, deadline: Deadline, now: Configuration) -> Course:
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

    def bound_of_limit(self, one: Definition, deadline: Deadline, now: Configuration) -> Course | None:
        """The latest instant at which the date may stand that a limit is, or follows from; None without one."""
        name = _date_of_limit(deadline, now)
        if name == "opened":
            return NOW
        return self._cap(one, name) if name is not None and name in now.filled else None

    def bound_of_start(self, one: Definition, key: Key) -> Course | None:
        """The same of the date from which a clock starts."""
        name = _date_of_start(one, key)
        return None if name is None else self._cap(one, name)

    def _cap(self, one: Definition, name: str, seen: frozenset[str] = frozenset()) -> Course | None:
        """The latest instant at which a date field may stand, for a ticket that is opened now; None without one."""
        field = one.fields.get(name)
        if field is None or field.type not in DATES or name in seen:
            return None
        effects = chain.from_iterable(one.effects() for one in self.members.values())
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

    def follows(self, one: Definition, deadline: Deadline, now: Configuration) -> bool:
        """Whether the limit is the date from which the clock starts, or lies after it."""
        name = _date_of_limit(deadline, now)
        if name is None or name != _date_of_start(one, key_of(deadline)):
            return False
        moment = deadline.no_later_than
        return deadline.replaced_by in now.filled or moment is None or moment.kind != "before"

    def replaced(self, one: Definition, key: Key, now: Configuration) -> bool:
        """Whether a date that is filled takes the place of the limit."""
        return key.kind == "deadline" and one.deadlines[key.name].replaced_by in now.filled


def _date_of_limit(deadline: Deadline, now: Configuration) -> str | None:
    """The date that is, or leads to, the limit of a deadline."""
    if deadline.replaced_by is not None and deadline.replaced_by in now.filled:
        return deadline.replaced_by
    return deadline.no_later_than.field if deadline.no_later_than is not None else None


def _date_of_start(one: Definition, key: Key) -> str | None:
    """The date field from which a clock starts; None if there are several."""
    names = [name for name in key.since if name in one.fields and one.fields[name].type in DATES]
    return names[0] if len(names) == 1 else None
