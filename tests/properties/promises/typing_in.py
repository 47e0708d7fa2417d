"""What people may type with a move: for each field the values that could matter to a clock, and every mix of them.

A date is tried as yesterday, today and the last that its `max` allows; a yes_no and a choice in every way; of
anything else one value will do, since no clock looks at it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import islice, product

from workflow.calendar import Calendar
from workflow.definition import Definition, Field, FieldType, Moment, Transition
from workflow.entry import Value
from workflow.fields import BUILT_IN_FIELDS
from workflow.moments import moment_at

DAY = dt.timedelta(days=1)
FAR = 40 * DAY
"""How far ahead a date is typed that has no `max`."""

MOST_MIXES = 8
"""More mixes than this of one move are left out; the first ones hold each value of each field by itself."""

PERSON, DEPARTMENT, FILE, KEY = "ann", "operations", "0" * 32, "k1"


def mixes(
    transition: Transition,
    definition: Definition,
    values: Mapping[str, Value],
    opened: dt.datetime,
    at: dt.datetime,
    calendar: Calendar,
) -> Iterator[dict[str, object]]:
    """The forms that are filled in for a move at `at`: each value that matters once, then the mixes of them."""
    if not transition.fill and not transition.may_fill:
        yield {}
        return
    options: dict[str, list[object]] = {}
    for name in (*transition.fill, *transition.may_fill):
        if "." in name:
            continue
        field = definition.fields.get(name) or BUILT_IN_FIELDS[name]
        found = list(_values(field, values, opened, at, calendar, definition))
        options[name] = found if name in transition.fill else [*found, None]
    names = list(options)
    seen: list[dict[str, object]] = []
    for mix in islice(_spread(list(options.values())), MOST_MIXES):
        form = {name: value for name, value in zip(names, mix, strict=True) if value is not None}
        if form not in seen:
            seen.append(form)
            yield form


def _spread(options: list[list[object]]) -> Iterator[tuple[object, ...]]:
    """Each value of each field while the others have their first, or are left out where they may be; then the rest."""
    for base in (tuple(one[0] for one in options), tuple(one[-1] for one in options)):
        for place, values in enumerate(options):
            for value in values:
                yield (*base[:place], value, *base[place + 1 :])
    yield from product(*options)


def _values(
    field: Field,
    values: Mapping[str, Value],
    opened: dt.datetime,
    at: dt.datetime,
    calendar: Calendar,
    definition: Definition,
) -> Iterator[object]:
    match field.type:
        case FieldType.DATE:
            today = calendar.local_date(at)
            cap = _bound(field.max, values, opened, calendar)
            yield (calendar.local_date(cap - dt.timedelta(microseconds=1)) if cap else today + FAR).isoformat()
            yield today.isoformat()
            if not isinstance(field.min, Moment):
                yield (today - DAY).isoformat()
        case FieldType.DATETIME:
            yield (_bound(field.max, values, opened, calendar) or at + FAR).isoformat()
            yield at.isoformat()
            yield (at + 5 * dt.timedelta(hours=1)).isoformat()
        case FieldType.YES_NO:
            yield from (True, False)
        case FieldType.CHOICE:
            yield from field.choices
        case FieldType.PERSON:
            yield PERSON
        case FieldType.DEPARTMENT:
            yield DEPARTMENT
        case FieldType.FILE:
            yield FILE
        case FieldType.REGISTER:
            yield KEY
        case FieldType.LIST:
            later = definition.filled_by_row(field.name)
            row = {
                name: next(_values(column, values, opened, at, calendar, definition), None)
                for name, column in field.columns.items()
                if name not in later and column.formula is None
            }
            yield [{name: value for name, value in row.items() if value is not None}]
        case FieldType.TICKET:
            yield linked(field)
        case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
            yield "100"
        case _:
            yield "what was written down about it, in full"


def linked(field: Field) -> str:
    """The number of a ticket that a field takes."""
    return "-".join((field.workflow or "T", *field.in_states))


def _bound(bound: object, values: Mapping[str, Value], opened: dt.datetime, calendar: Calendar) -> dt.datetime | None:
    """The latest instant that a `max` allows; for a date its day is the one that ends then or in which it falls."""
    return moment_at(bound, values, opened, calendar, as_limit=True) if isinstance(bound, Moment) else None
