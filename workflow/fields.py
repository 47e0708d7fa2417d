"""What people type into fields: parsed by the field's type and bounds, followed by other fields, stored and read back.

How one JSON value is read is `field_readers`; here it is held against what the definition says of the field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.definition import COMMENT, Definition, Field, FieldType, Moment, Text
from workflow.entry import Value
from workflow.field_readers import READERS, FieldFaulty, shown, wrong_type
from workflow.frozen import derived
from workflow.moments import moment_at
from workflow.ticket import Facts

__all__ = [
    "BUILT_IN_FIELDS",
    "MOST_ROWS",
    "FieldFaulty",
    "cells",
    "follow",
    "from_json",
    "parse_column",
    "parse_value",
    "to_json",
]

BUILT_IN_FIELDS: Mapping[str, Field] = MappingProxyType(
    {
        "title": Field(name="title", text=Text("Title", "标题"), type=FieldType.TEXT, max=Decimal(200)),
        "place": Field(name="place", text=Text("Place", "地点"), type=FieldType.TEXT, max=Decimal(200)),
        "requester": Field(name="requester", text=Text("Requester", "诉求人"), type=FieldType.CONTACT),
        COMMENT: Field(name=COMMENT, text=Text("Comment", "意见"), type=FieldType.TEXT),
    }
)
"""The built-ins that people type, as fields, the last one with an answer to an approval.

`max` of a text is the most characters it may have."""

MOST_ROWS = 200
"""The most rows of a list."""

_INSTANT = dt.timedelta.resolution


def parse_value(
    field: Field,
    raw: object,
    facts: Facts,
    values: Mapping[str, Value],
    opened: dt.datetime,
    later: frozenset[str] = frozenset(),
) -> Value:
    """The typed value of what was typed (JSON); raises FieldFaulty and nothing else.

    `values` are the ticket's fields, those typed with the same move among them, and `opened` its opening: bounds
    may count from them. A bound whose own field is empty binds nothing. `later` are the columns of a list that may be
    left out, because row moves fill them.
    """
    if field.type is FieldType.LIST:
        return _list(field, raw, facts, values, opened, later)
    value = READERS[field.type](field, raw, facts)
    if isinstance(value, dt.date):
        _refuse_outside(field, value, values, opened, facts.calendar)
    return value


def parse_column(column: Field, raw: object) -> Value:
    """The typed value of a column of a register, whose types need no ticket, site or day; raises FieldFaulty."""
    return READERS[column.type](column, raw, _nowhere())


@cache
def _nowhere() -> Facts:
    spec = CalendarSpec(calendar="nowhere", zone="UTC", hours={"every day": "00:00-24:00"})
    return Facts(calendar=build_calendar(spec))


def _list(
    field: Field,
    raw: object,
    facts: Facts,
    values: Mapping[str, Value],
    opened: dt.datetime,
    later: frozenset[str],
) -> Value:
    """Each row a value, where the list has one column, or an object with every column but those for later; none twice.

    A column of null that may be left out is left out.
    """
    if not isinstance(raw, list):
        raise wrong_type(raw, "a list of rows", "列表")
    if not 1 <= len(raw) <= MOST_ROWS:
        raise FieldFaulty(
            "out_of_range",
            Text(
                f"a list has 1 to {MOST_ROWS} rows, this one has {len(raw)}",
                f"列表应有 1 至 {MOST_ROWS} 行，现有 {len(raw)} 行",
            ),
        )
    rows: list[Mapping[str, object]] = []
    for index, each in enumerate(raw, start=1):
        try:
            row = {
                name: parse_value(field.columns[name], cell, facts, values, opened)
                for name, cell in _cells(field, each, later).items()
            }
        except FieldFaulty as fault:
            text = Text(f"row {index}: {fault.text.en}", f"第 {index} 行：{fault.text.read('zh')}")
            raise FieldFaulty(fault.code, text) from None
        if row in rows:
            first = rows.index(row) + 1
            raise FieldFaulty(
                "repeated",
                Text(
                    f"row {index} repeats row {first}; name each once",
                    f"第 {index} 行与第 {first} 行重复；每项只写一次",
                ),
            )
        rows.append(row)
    return tuple(rows)


def _cells(field: Field, row: object, later: frozenset[str]) -> Mapping[str, object]:
    """What is typed in a row, by column in the order of the definition."""
    if not isinstance(row, dict):
        if len(field.columns) == 1:
            return dict.fromkeys(field.columns, row)
        raise wrong_type(row, f"an object with {', '.join(field.columns)}", f"含 {'、'.join(field.columns)} 的对象")
    must = [name for name in field.columns if name not in later]
    if row.keys() <= field.columns.keys() and row.keys() >= set(must):
        return {name: row[name] for name in field.columns if name in row and (name in must or row[name] is not None)}
    may = [name for name in field.columns if name in later]
    found = [shown(str(name)) for name in list(row)[:5]]
    has, has_zh = f"has exactly {', '.join(must)}", f"应有且只有 {'、'.join(must)}"
    if may:
        lead, lead_zh = (f"has {', '.join(must)} and ", f"应有 {'、'.join(must)}，") if must else ("", "")
        has, has_zh = f"{lead}may have {', '.join(may)}", f"{lead_zh}可有 {'、'.join(may)}"
    raise FieldFaulty(
        "unknown",
        Text(
            f"a row {has}, this one has {', '.join(found) or 'none'}", f"每行{has_zh}，现有 {'、'.join(found) or '无'}"
        ),
    )


def _refuse_outside(
    field: Field, value: dt.date, values: Mapping[str, Value], opened: dt.datetime, calendar: Calendar
) -> None:
    """Hold a date or an instant against bounds that are moments.

    A date is a whole local day: at the latest the one in which the bound falls, which may be at its very end, at
    the earliest the one in which it falls, which may be at its very start.
    """
    for bound, latest in ((field.min, False), (field.max, True)):
        limit = moment_at(bound, values, opened, calendar, as_limit=latest) if isinstance(bound, Moment) else None
        if limit is None:
            continue
        if isinstance(value, dt.datetime):
            outside = value > limit if latest else value < limit
            accepted = limit.astimezone(ZoneInfo(calendar.zone)).isoformat(timespec="minutes")
        else:
            outside = calendar.start_of(value) >= limit if latest else calendar.end_of(value) <= limit
            accepted = calendar.local_date(limit - _INSTANT if latest else limit).isoformat()
        if outside:
            side, side_zh = ("latest", "最晚为") if latest else ("earliest", "最早为")
            raise FieldFaulty("out_of_range", Text(f"at the {side} {accepted}", f"{side_zh} {accepted}"))


def follow(definition: Definition, filled: Mapping[str, Value]) -> dict[str, Value]:
    """The fields that are set because others were filled; what was typed itself is left alone.

    A field may follow one that follows another; each is set at most once.
    """
    following: dict[str, Value] = {}
    if _leading(definition).isdisjoint(filled):
        return following
    waiting = [field for field in _following(definition) if field.name not in filled]
    found = True
    while found:
        found = False
        for field in waiting:
            if field.follows is None or field.name in following:
                continue
            leading = filled.get(field.follows.field, following.get(field.follows.field))
            if isinstance(leading, str) and leading in field.follows.table:
                following[field.name] = field.follows.table[leading]
                found = True
    return following


@derived
def _leading(definition: Definition) -> frozenset[str]:
    """The fields that others follow."""
    return frozenset(field.follows.field for field in definition.fields.values() if field.follows)


@derived
def _following(definition: Definition) -> tuple[Field, ...]:
    """The fields that follow others."""
    return tuple(field for field in definition.fields.values() if field.follows)


def cells(fields: Mapping[str, Field], values: Mapping[str, Value]) -> Iterator[tuple[str, Field, Value]]:
    """Every single value with its field and its name, those in the rows of lists as `list.column`.

    A value whose field is not among these is left out.
    """
    for name, value in values.items():
        outer, _, column = name.partition(".")
        field = fields.get(outer)
        if field is None:
            continue
        if column:
            if column in field.columns:
                yield name, field.columns[column], value
        elif isinstance(value, tuple):
            for row in value:
                for each, cell in row.items():
                    if each in field.columns and cell is not None:
                        yield f"{name}.{each}", field.columns[each], cell  # type: ignore[misc]  # a cell is a value
        else:
            yield name, field, value


# --- As JSON ------------------------------------------------------------------------------------------------------


def to_json(value: Value) -> object:
    """The value as it is stored and sent: numbers as text, dates and instants (UTC) in ISO 8601."""
    match value:
        case bool() | str():
            return value
        case Decimal():
            return str(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).isoformat()
        case dt.date():
            return value.isoformat()
        case _:
            return [{column: to_json(each) for column, each in row.items()} for row in value]  # type: ignore[arg-type]


_STORED_AS_TYPED = frozenset(
    {
        FieldType.TEXT,
        FieldType.CONTACT,
        FieldType.CHOICE,
        FieldType.PERSON,
        FieldType.DEPARTMENT,
        FieldType.TICKET,
        FieldType.REGISTER,
        FieldType.FILE,
    }
)


def from_json(field: Field, stored: object) -> Value:
    """The value that `to_json` made `stored` of; raises ValueError if a field of this type stores nothing like it."""
    match field.type, stored:
        case FieldType.YES_NO, bool():
            return stored
        case ((FieldType.NUMBER | FieldType.MONEY | FieldType.PERCENT), str()):
            return Decimal(stored)
        case FieldType.DATE, str():
            return dt.date.fromisoformat(stored)
        case FieldType.DATETIME, str():
            return dt.datetime.fromisoformat(stored).astimezone(dt.UTC)
        case FieldType.LIST, list():
            return tuple({name: from_json(field.columns[name], each) for name, each in row.items()} for row in stored)
        case kind, str() if kind in _STORED_AS_TYPED:
            return stored
        case _:
            raise ValueError(f"{stored!r} is no stored value of {field.name}, a {field.type.value}")
