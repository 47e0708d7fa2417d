"""The opening form of a recurring ticket, as a schedule and its period fill it in: the move that the clock makes."""

from __future__ import annotations

import datetime as dt

from workflow.calendar import Calendar
from workflow.definition import Definition, FieldType, Moment, Text
from workflow.entry import Occurrence, Value
from workflow.fields import BUILT_IN_FIELDS, to_json
from workflow.moments import moment_at
from workflow.recurring import Period
from workflow.schedule import Schedule
from workflow.ticket import CLOCK, Move


def opening_move(
    definition: Definition,
    schedule: Schedule,
    period: Period,
    calendar: Calendar,
    at: dt.datetime,
    party: tuple[str, Text] | None = None,
) -> Move:
    """The move with which the clock opens the ticket of a period; `party` is the row of the register that it is for.

    A title that `set` does not give is written from the schedule, the period and the party. Raises LookupError for a
    definition without an opening that the clock may make: the check lets none be published.
    """
    opening = definition.recurring_opening()
    if opening is None:
        raise LookupError(f"the clock may open no {definition.name}")
    fields: dict[str, object] = {"title": _title(schedule, period, party)}
    for name, value in schedule.set.items():
        ready = _ready(definition, name, value, period, calendar, at)
        if ready is not None:
            fields[name] = to_json(ready)
    if party is not None and schedule.for_each is not None:
        field = party_field(definition, schedule)
        if field is not None:
            fields[field] = party[0]
    occurrence = Occurrence(
        schedule=schedule.name,
        period=period.key,
        text=period.text,
        due=period.due,
        party=party[0] if party else None,
    )
    return Move(transition=opening.name, actor=CLOCK, at=at, fields=fields, occurrence=occurrence)


def party_field(definition: Definition, schedule: Schedule) -> str | None:
    """The field of the opening form that holds the party: the first one of the register that the schedule names."""
    opening = definition.recurring_opening()
    for name in (*opening.fill, *opening.may_fill) if opening else ():
        field = definition.fields.get(name)
        if field is not None and getattr(field, "register", None) == schedule.for_each:
            return name
    return None


def _title(schedule: Schedule, period: Period, party: tuple[str, Text] | None) -> str:
    said = [schedule.text.read("zh"), period.text.read("zh"), *([party[1].read("zh")] if party else [])]
    longest = int(str(BUILT_IN_FIELDS["title"].max))
    return " ".join(said)[:longest]


def _ready(
    definition: Definition, name: str, value: object, period: Period, calendar: Calendar, at: dt.datetime
) -> Value | None:
    """The value to type: a moment becomes the date or instant that it is."""
    if not isinstance(value, Moment):
        return value  # type: ignore[return-value]  # the catalogue has typed it by the field
    instant = moment_at(value, {}, at, calendar, as_limit=False, due=period.due)
    if instant is not None and definition.fields[name].type is FieldType.DATE:
        return calendar.local_date(instant)
    return instant
