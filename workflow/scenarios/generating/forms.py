"""Forms: what could be typed with a move, made up by the types of its fields and what the definitions ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations
from typing import cast
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.definition import TYPED_BUILT_INS, Definition, Field, FieldType, Level, Moment, Transition
from workflow.durations import Duration, Unit
from workflow.entry import Value
from workflow.history import blank
from workflow.moments import moment_at
from workflow.scenarios.generating.questions import Questions, asked_by
from workflow.ticket import Ticket
from workflow.typed import field_of

Form = Mapping[str, object]
"""What is typed: dates and instants as such, rows as a list of maps."""

NUMBERS = frozenset({FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT})

DECIDING = NUMBERS | {FieldType.CHOICE, FieldType.YES_NO}
"""Fields of which another value may lead somewhere else."""

MOST = 60
"""The most forms of one move that are tried."""

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


def forms(transition: Transition, definition: Definition, ticket: Ticket, around: Around) -> Iterator[Form]:
    """The forms that could be typed with a move, the plainest first, none twice."""
    seen: list[Form] = []
    for form in _forms(transition, definition, ticket, around):
        if form not in seen:
            seen.append(form)
            yield form
        if len(seen) >= MOST:
            return


def _forms(transition: Transition, definition: Definition, ticket: Ticket, around: Around) -> Iterator[Form]:
    asked = asked_by(definition)
    family = [asked_by(one) for one in around.family]

    def values(name: str) -> list[object]:
        one = field_of(name, definition)
        return [] if one is None else _values(one, name, definition, ticket, around, asked)

    must = {name: found for name in transition.fill if (found := values(name))}
    may = {name: found for name in transition.may_fill if (found := values(name))}
    if transition.opens:
        may = {name: found for name, found in may.items() if name not in TYPED_BUILT_INS}
    deciding = _deciding({**must, **may}, definition, [asked, *family])
    plain = {name: found[0] for name, found in must.items()}
    whole = plain | {name: found[0] for name, found in may.items()}
    low = plain | {name: found[-1] for name, found in must.items() if name in deciding}
    yield plain
    yield from _with(plain, {name: found for name, found in must.items() if name in deciding})
    if may:
        yield whole
        yield from (plain | {name: found[0]} for name, found in may.items())
    yield low
    yield from _with(low, {name: found for name, found in must.items() if name in deciding})
    if may:
        yield from _with(whole, {name: found for name, found in (must | may).items() if name in deciding})
    for one, other in combinations(deciding, 2):
        yield from _pairs(whole, one, other, must | may)


def _deciding(values: Mapping[str, list[object]], definition: Definition, asked: Iterable[Questions]) -> list[str]:
    known = frozenset().union(*(one.asked for one in asked))
    found = []
    for name in values:
        one = field_of(name, definition)
        if one is not None and (
            (one.type in DECIDING and name in known)
            or one.type is FieldType.LIST
            or (one.type in (FieldType.DATE, FieldType.DATETIME) and name in known)
        ):
            found.append(name)
    return found


def _with(form: Form, values: Mapping[str, Sequence[object]]) -> Iterator[Form]:
    """The form with one value another one."""
    for name, found in values.items():
        yield from ({**form, name: value} for value in found)


def _pairs(form: Form, one: str, other: str, values: Mapping[str, list[object]]) -> Iterator[Form]:
    for first in values[one]:
        yield from ({**form, one: first, other: second} for second in values[other])


# --- Values -------------------------------------------------------------------------------------------------------


def form_of_child(definition: Definition, name: str, around: Around) -> object | None:
    """The plainest value of a field of a child's opening form; None where there is nothing to choose from."""
    one = field_of(name, definition)
    if one is None:
        return None
    ticket = blank(definition, number="", site="", at=around.at)
    around = replace(around, family=(definition,))
    return next(iter(_values(one, name, definition, ticket, around, asked_by(definition))), None)


def _values(
    one: Field, name: str, definition: Definition, ticket: Ticket, around: Around, asked: Questions
) -> list[object]:
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
            others: list[object] = [person for person in around.people if person != ticket.assignee]
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
            return list(_lists(one, definition, ticket, around, asked))


def _alike(name: str, ticket: Ticket, asked: Questions) -> Iterator[object]:
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
    """Those that it is compared with, then those beside them; the least first in the end, so that it is the low one."""
    lowest = one.min if isinstance(one.min, Decimal) else None
    highest = one.max if isinstance(one.max, Decimal) else None
    found = [
        *(number for number in constants),
        *(number + 1 for number in constants),
        *(number - 1 for number in constants),
    ]
    if not found:
        found = [Decimal(100) if one.type is not FieldType.NUMBER else Decimal(1)]
        found = [number for number in found if _between(number, lowest, highest)] or [
            bound for bound in (highest, lowest) if bound is not None
        ]
    seen = dict.fromkeys(number for number in found if _between(number, lowest, highest))
    yield from seen or dict.fromkeys(bound for bound in (lowest, highest) if bound is not None)


def _between(number: Decimal, lowest: Decimal | None, highest: Decimal | None) -> bool:
    return (lowest is None or number >= lowest) and (highest is None or number <= highest)


def _dates(one: Field, ticket: Ticket, around: Around) -> Iterator[dt.date | dt.datetime]:
    """One that leaves room for all that counts back from it, the latest that is accepted, and the earliest."""
    opened = ticket.opened if ticket.sequence else around.at
    room = _room(one.name, around.family)
    typed = {name: value for name, value in ticket.fields.items() if isinstance(value, dt.date)}
    bounds: list[dt.datetime | None] = [
        moment_at(bound, cast("Mapping[str, Value]", typed), opened, around.calendar, as_limit=latest)
        if isinstance(bound, Moment)
        else None
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


def _lists(one: Field, definition: Definition, ticket: Ticket, around: Around, asked: Questions) -> Iterator[object]:
    """One row; rows with another value where it decides something; two rows that differ."""
    later = definition.filled_by_row(one.name)
    cells: dict[str, list[object]] = {}
    for column in one.columns.values():
        if column.name in later:
            continue
        named = replace(column, name=f"{one.name}.{column.name}")
        found = _values(named, named.name, definition, ticket, around, asked)
        if not found:
            return
        cells[column.name] = found
    row = {name: found[0] for name, found in cells.items()}
    yield [row]
    yield from (
        [{**row, name: value}]
        for name, found in cells.items()
        if f"{one.name}.{name}" in asked.asked
        for value in found[1:]
    )
    other = {name: found[-1] for name, found in cells.items()}
    if other == row:
        other = {name: f"{value}2" if isinstance(value, str) and _free(one.columns[name]) else value
                 for name, value in row.items()}  # fmt: skip
    if other != row:
        yield [row, other]


def _free(column: Field) -> bool:
    return column.type in (FieldType.TEXT, FieldType.CONTACT)
