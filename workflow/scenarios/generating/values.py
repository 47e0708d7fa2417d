"""Values: what could be typed into a field, made up by its type and what the definitions ask of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.definition import Definition, Field, FieldType, Level, Moment
from workflow.durations import Duration, Unit
from workflow.entry import Value
from workflow.history import blank
from workflow.moments import moment_at
from workflow.scenarios.generating.questions import Questions, asked_by
from workflow.ticket import Ticket
from workflow.typed import field_of

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What values are made of beside the definition: the time, and who and what there is.

    `family` are the definitions that the ticket may become, whose limits a date must leave room for.
    """

    at: dt.datetime
    calendar: Calendar
    family: Sequence[Definition]
    departments: Sequence[str] = ()
    people: Sequence[str] = ()
    registers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    tickets: Mapping[str, Sequence[str]] = field(default_factory=dict)


def value_for_child(definition: Definition, name: str, around: Around) -> Value | None:
    """The plainest value of a field of a child's opening form; None where there is nothing to choose from."""
    one = field_of(name, definition)
    if one is None:
        return None
    ticket = blank(definition, number="", site="", at=around.at)
    return next(iter(values_of(one, name, definition, ticket, replace(around, family=(definition,)))), None)


def values_of(one: Field, name: str, definition: Definition, ticket: Ticket, around: Around) -> list[Value]:
    """What could be typed into a field or a column, the plainest first; nothing where there is nothing to choose."""
    asked = asked_by(definition)
    match one.type:
        case FieldType.TEXT | FieldType.CONTACT:
            return [*_alike(name, ticket, asked), _words(one, name, around)]
        case FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT:
            return list(_numbers(one, asked.numbers.get(name, ())))
        case FieldType.YES_NO:
            return [True, False]
        case FieldType.CHOICE:
            return list(one.choices)
        case FieldType.DATE | FieldType.DATETIME:
            return list(_dates(one, ticket, around))
        case FieldType.PERSON:
            others: list[Value] = [person for person in around.people if person != ticket.assignee]
            return (others or [*around.people])[:1]
        case FieldType.DEPARTMENT:
            return list(around.departments[:2])
        case FieldType.REGISTER:
            return list(around.registers.get(one.register or "", ())[:2])
        case FieldType.TICKET:
            return list(around.tickets.get(one.workflow or "", ())[:1])
        case FieldType.FILE:
            return [f"{name.rpartition('.')[2]}.pdf"]
        case FieldType.LIST:
            return list(_lists(one, definition, ticket, around))


def _alike(name: str, ticket: Ticket, asked: Questions) -> Iterator[str]:
    for other in asked.alike.get(name, ()):
        value = ticket.fields.get(other)
        if isinstance(value, str):
            yield value


def _words(one: Field, name: str, around: Around) -> str:
    """What the field is called, as often as it must be to be long enough; a title and a place are a matter's own."""
    match name:
        case "title":
            words = around.family[0].text.read("zh")
        case "place":
            words = "L1-01"
        case _:
            words = one.text.read("zh")
    longest = int(one.max) if isinstance(one.max, Decimal) else None
    times = 1
    while len("，".join([words] * times)) < (one.min_length or 1):
        times += 1
    words = "，".join([words] * times)
    return words[:longest].strip()


def _numbers(one: Field, constants: Sequence[Decimal]) -> Iterator[Decimal]:
    """Those that it is compared with, then those beside them; or a plain one; else what just is accepted."""
    lowest = one.min if isinstance(one.min, Decimal) else None
    highest = one.max if isinstance(one.max, Decimal) else None
    tried = [*constants, *(number + 1 for number in constants), *(number - 1 for number in constants)]
    plain = Decimal(1) if one.type is FieldType.NUMBER else Decimal(100)
    found = dict.fromkeys(number for number in tried or [plain] if _between(number, lowest, highest))
    yield from found or dict.fromkeys(bound for bound in (highest, lowest) if bound is not None)


def _between(number: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    return (lowest is None or number >= lowest) and (highest is None or number <= highest)


def _dates(one: Field, ticket: Ticket, around: Around) -> Iterator[dt.date | dt.datetime]:
    """One that leaves room for all that counts back from it, the latest that is accepted, and the earliest."""
    opened = ticket.opened if ticket.sequence else around.at
    room = _room(one.name, around.family)
    bounds: list[dt.datetime | None] = [
        moment_at(bound, ticket.fields, opened, around.calendar, as_limit=latest) if isinstance(bound, Moment) else None
        for bound, latest in ((one.min, False), (one.max, True))
    ]
    least, most = bounds
    plain = around.at if room is None else around.at + room
    found = [plain, *([most] if most is not None else []), *([least] if least is not None and least > opened else [])]
    for instant in found:
        kept = max(instant, least) if least is not None else instant
        kept = min(kept, most) if most is not None else kept
        yield _typed(one, kept, around, rounded=kept == plain, latest=kept == most)


def _typed(one: Field, instant: dt.datetime, around: Around, *, rounded: bool, latest: bool) -> dt.date | dt.datetime:
    """The instant as the field has it: a date, or a time that is easily read."""
    if one.type is FieldType.DATE:
        return around.calendar.local_date(instant - dt.timedelta(microseconds=1) if latest else instant)
    if rounded and instant > around.at:
        zone = ZoneInfo(around.calendar.zone)
        local = instant.astimezone(zone)
        whole = local.replace(minute=0, second=0, microsecond=0)
        instant = (whole if whole == local else whole + HOUR).astimezone(dt.UTC)
    return instant.replace(second=0, microsecond=0)


def _room(name: str, family: Sequence[Definition]) -> dt.timedelta | None:
    """How far ahead a date lies so that everything that counts from it is still to come; None if nothing does."""
    found: list[dt.timedelta] = []
    for one in family:
        for deadline in one.deadlines.values():
            moment = deadline.no_later_than
            ahead = dt.timedelta()
            if moment is not None and moment.field == name:
                ahead = _calendar_time(moment.duration) if moment.kind == "before" else ahead
            elif deadline.replaced_by != name:
                continue
            left = [_left(level) for level in deadline.levels if level.kind == "soon"]
            found.append(ahead + max(left, default=dt.timedelta()))
        moments = (move.not_before for move in one.transitions.values())
        found += [dt.timedelta() for moment in moments if moment is not None and moment.field == name]
    if not found:
        return None
    longest = max(found)
    return longest + (2 * DAY if longest >= DAY else 3 * HOUR)


def _left(level: Level) -> dt.timedelta:
    return _calendar_time(level.left) if isinstance(level.left, Duration) else DAY


def _calendar_time(duration: Duration | None) -> dt.timedelta:
    """At least as long as the duration is on any usual calendar."""
    if duration is None:
        return dt.timedelta()
    if duration.unit is Unit.WORKING_DAYS:
        return duration.count * 2 + 2 * DAY
    if duration.unit is Unit.WORKING_TIME:
        return duration.count * 5 + 2 * DAY
    return duration.count


def _lists(one: Field, definition: Definition, ticket: Ticket, around: Around) -> Iterator[Value]:
    """One row; rows with another value where it decides something; two rows that differ."""
    asked, later = asked_by(definition), definition.filled_by_row(one.name)
    cells: dict[str, list[Value]] = {}
    for column in one.columns.values():
        if column.name in later:
            continue
        named = replace(column, name=f"{one.name}.{column.name}")
        found = values_of(named, named.name, definition, ticket, around)
        if not found:
            return
        cells[column.name] = found
    row = {name: found[0] for name, found in cells.items()}
    yield (row,)
    yield from (
        ({**row, name: value},)
        for name, found in cells.items()
        if f"{one.name}.{name}" in asked.asked
        for value in found[1:]
    )
    other = {name: found[-1] for name, found in cells.items()}
    if other == row:
        other = {name: _another(value, one.columns[name]) for name, value in row.items()}
    if other != row:
        yield (row, other)


def _another(value: Value, column: Field) -> Value:
    """Another text where any may be typed; otherwise the same value."""
    return f"{value}2" if column.type in (FieldType.TEXT, FieldType.CONTACT) else value
