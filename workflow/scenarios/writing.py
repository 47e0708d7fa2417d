"""How instants and values stand in a scenario: read by the calendar of a ticket, and written back the same way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.definition import Definition, Field, FieldType
from workflow.entry import Value
from workflow.scenario import Written
from workflow.typed import field_of

_DAY = dt.timedelta(days=1)


def instant(written: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The instant that is written, in UTC; without an offset it is in the calendar's time."""
    if written.tzinfo is not None:
        return written.astimezone(dt.UTC)
    return calendar.at_time(written.date(), written.time())


def local(at: dt.datetime, calendar: Calendar) -> dt.datetime:
    """The instant as a scenario has it: in the calendar's time, with its offset only where that would be unclear."""
    here = at.astimezone(ZoneInfo(calendar.zone))
    bare = here.replace(tzinfo=None)
    return bare if instant(bare, calendar) == at else here


def written_instant(at: dt.datetime, calendar: Calendar, *, limit: bool = False) -> str:
    """The instant in the calendar's time; as a limit, midnight ends the day before.

    With its offset only where that time would be read as another instant.
    """
    local = at.astimezone(ZoneInfo(calendar.zone))
    bare = local.replace(tzinfo=None)
    if limit and bare.time() == dt.time():
        return f"{bare.date() - _DAY} 24:00"
    text = bare.isoformat(" ", "auto" if bare.second or bare.microsecond else "minutes")
    return text if instant(bare, calendar) == at else f"{text}{local.isoformat()[-len('+08:00') :]}"


def typed(
    fill: Mapping[str, Written], definition: Definition, others: Mapping[str, Definition], calendar: Calendar
) -> dict[str, object]:
    """What is filled in, as it would be sent: times with their offset. `others` are the workflows of children."""
    return {name: _sent(value, _field(name, definition, others), calendar) for name, value in fill.items()}


def written(value: Value, calendar: Calendar) -> Written:
    """A value as a scenario writes it."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else value.normalize()
        case dt.datetime():
            return written_instant(value, calendar)
        case dt.date():
            return value.isoformat()
        case _:
            return tuple({name: written(cell, calendar) for name, cell in row.items()} for row in value)  # type: ignore[arg-type]  # a cell is a value


def alike(expected: Written, happened: Written) -> bool:
    """Whether two written values say the same; the order of the columns of a row does not matter."""
    if isinstance(expected, bool) or isinstance(happened, bool):
        return expected is happened
    if isinstance(expected, tuple) and isinstance(happened, tuple):
        return len(expected) == len(happened) and all(
            alike(_row(one, other), other) for one, other in zip(expected, happened, strict=True)
        )
    if isinstance(expected, Mapping) and isinstance(happened, Mapping):
        return expected.keys() == happened.keys() and all(alike(expected[key], happened[key]) for key in expected)
    return expected == happened


def in_one_line(value: Written) -> str:
    """A written value in one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {in_one_line(cell)}" for name, cell in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(in_one_line(one) for one in value) + "]"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def _row(expected: Written, happened: Written) -> Written:
    """A row of one column may be written as its value alone, as it may be typed."""
    if isinstance(happened, Mapping) and len(happened) == 1 and not isinstance(expected, Mapping):
        return dict.fromkeys(happened, expected)
    return expected


def _field(name: str, definition: Definition, others: Mapping[str, Definition]) -> Field | None:
    own = field_of(name, definition)
    workflow, dot, of_child = name.partition(".")
    return field_of(of_child, others[workflow]) if own is None and dot and workflow in others else own


def _sent(value: Written, field: Field | None, calendar: Calendar) -> object:
    if isinstance(value, tuple):
        return [_sent(one, field, calendar) for one in value]
    columns = field.columns if field is not None else {}
    if isinstance(value, Mapping):
        return {name: _sent(cell, columns.get(name), calendar) for name, cell in value.items()}
    if len(columns) == 1:  # the row of such a list is its one value
        return _sent(value, next(iter(columns.values())), calendar)
    if field is None or field.type is not FieldType.DATETIME or not isinstance(value, str):
        return value
    try:
        read = dt.datetime.fromisoformat(value)
    except ValueError:
        return value  # said when it is typed
    return instant(read, calendar).isoformat()
