"""The opening form of a recurring ticket, as a schedule and its period fill it in: the move that the clock makes."""

from __future__ import annotations

import datetime as dt

from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.entry import Occurrence
from workflow.fields import BUILT_IN_FIELDS, to_json
from workflow.moments import value_at
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
        field = definition.fields.get(name)
        ready = value_at(value, field.type if field is not None else None, {}, at, calendar, due=period.due)
        if ready is not None:
            fields[name] = to_json(ready)
    if party is not None and schedule.for_each is not None:
        held_by = party_field(definition, schedule)
        if held_by is not None:
            fields[held_by] = party[0]
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
        if field is not None and field.register == schedule.for_each:
            return name
    return None


def _title(schedule: Schedule, period: Period, party: tuple[str, Text] | None) -> str:
    said = [schedule.text.read("zh"), period.text.read("zh"), *([party[1].read("zh")] if party else [])]
    longest = int(str(BUILT_IN_FIELDS["title"].max))
    return " ".join(said)[:longest]
