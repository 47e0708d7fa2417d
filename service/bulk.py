"""Many rows with one statement: what a batch of tickets writes, at the price of the rows and not of their statements.

PostgreSQL is handed all rows as JSON documents, which it takes apart itself; SQLite runs one prepared statement over
them. What belongs together goes to PostgreSQL as one statement, with one way there and back. Either way the text of a
statement is worked out once for each kind of row, and nothing is looked at twice.
"""

# ruff: noqa: S608  # only names of tables and columns are put into texts, never a value

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from sqlalchemy import JSON, Column, Date, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from service.columns import UTCDateTime, dump_json

Row = Mapping[str, Any]


class Shape(NamedTuple):
    """What a statement looks like, whatever the rows are: what is done in a table, and with which columns.

    `by` are the columns by which a row is found, `names` those that it is given; `only` is one more condition.
    """

    how: Literal["insert", "put", "add", "change", "delete"]
    table: Table
    names: tuple[str, ...]
    by: tuple[str, ...] = ()
    only: str = ""


class Write(NamedTuple):
    """Rows that are to be put, changed or taken away, all of one shape."""

    shape: Shape
    rows: Sequence[Row]


def insert(table: Table, rows: Sequence[Row]) -> Write:
    """Put rows there, all with the same columns."""
    return Write(Shape("insert", table, _names(rows)), rows)


def put(table: Table, rows: Sequence[Row]) -> Write:
    """Put whole rows there, each in the place of the one that has its key, if there is one."""
    return Write(Shape("put", table, _names(rows)), rows)


def add(table: Table, rows: Sequence[Row]) -> Write:
    """Put rows there; those whose key is there already are left alone."""
    return Write(Shape("add", table, _names(rows)), rows)


def change(table: Table, by: Sequence[str], rows: Sequence[Row], only: str = "") -> Write:
    """Change the rows that agree with these in the columns `by`, in all others.

    A column of `by` that is to be changed as well is given as `was_…`. `only` is one more condition.
    """
    return Write(Shape("change", table, tuple(name for name in _names(rows) if name not in by), tuple(by), only), rows)


def delete(table: Table, keys: Sequence[Row]) -> Write:
    """Take away the rows with these keys."""
    return Write(Shape("delete", table, (), _names(keys)), keys)


def send(session: Session, write: Write) -> int:
    """Do it with one statement; gives how many rows were there for it. Without rows nothing is sent."""
    if not write.rows:
        return 0
    connection, shape = session.connection(), write.shape
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(_on_postgresql(shape), (_encode(write.rows),)).rowcount
    return connection.exec_driver_sql(_on_sqlite(shape), _values(shape, write.rows)).rowcount


def send_together(session: Session, writes: Sequence[Write], *, guarded: bool = False) -> bool:
    """Do one after the other, on PostgreSQL with one statement.

    `guarded`: unless every row of the first was there it is False, and no other is done.
    """
    sent = [one for one in writes if one.rows]
    least = len(sent[0].rows) if sent and guarded else 0
    connection = session.connection()
    if connection.dialect.name == "postgresql" and len(sent) > 1:
        first, *others = (_encode(one.rows) for one in sent)
        text = _joined(tuple(one.shape for one in sent))
        return bool(connection.exec_driver_sql(text, (first, least, *others)).scalar_one())
    for place, one in enumerate(sent):
        found = send(session, one)
        if place == 0 and found < least:
            return False
    return True


def _names(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(rows[0]) if rows else ()


# --- Statements ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _on_sqlite(shape: Shape) -> str:
    table, only = shape.table.name, f" AND {shape.only}" if shape.only else ""
    found = " AND ".join(f"it.{_quoted(_stored(name))} = ?" for name in shape.by) + only
    if shape.how == "delete":
        return f"DELETE FROM {table} AS it WHERE {found}"
    if shape.how == "change":
        assigned = ", ".join(f"{_quoted(name)} = ?" for name in shape.names)
        return f"UPDATE {table} AS it SET {assigned} WHERE {found}"
    values = ", ".join("?" for _ in shape.names)
    return f"INSERT INTO {table} ({_listed(shape.names)}) VALUES ({values}) {_conflict(shape)}"


@lru_cache(maxsize=256)
def _on_postgresql(shape: Shape, condition: str = "true") -> str:
    """With its rows as one JSON document; nothing is done unless the condition holds."""
    table, names = shape.table.name, (*shape.names, *shape.by)
    types = ", ".join(
        f"{_quoted(name)} {shape.table.columns[_stored(name)].type.compile(_POSTGRESQL)}" for name in names
    )
    given = f"jsonb_to_recordset(%s::jsonb) AS given({types})"
    found = [f"it.{_quoted(_stored(name))} = given.{_quoted(name)}" for name in shape.by]
    where = " AND ".join([*found, *([shape.only] if shape.only else []), condition])
    if shape.how == "delete":
        return f"DELETE FROM {table} AS it USING {given} WHERE {where}"
    if shape.how == "change":
        assigned = ", ".join(f"{_quoted(name)} = given.{_quoted(name)}" for name in shape.names)
        return f"UPDATE {table} AS it SET {assigned} FROM {given} WHERE {where}"
    listed = _listed(shape.names)
    return f"INSERT INTO {table} ({listed}) SELECT {listed} FROM {given} WHERE {where} {_conflict(shape)}"


@lru_cache(maxsize=256)
def _joined(shapes: tuple[Shape, ...]) -> str:
    """One statement for several. That each asks for the one before it is all that makes PostgreSQL keep their order."""
    first, *others = shapes
    parts = [
        f"done_0 AS ({_on_postgresql(first)} RETURNING 1)",
        "enough AS (SELECT count(*) >= %s AS there FROM done_0)",
    ]
    for place, shape in enumerate(others, 1):
        condition = f"(SELECT there FROM enough) AND (SELECT count(*) FROM done_{place - 1}) IS NOT NULL"
        parts.append(f"done_{place} AS ({_on_postgresql(shape, condition)} RETURNING 1)")
    return f"WITH {', '.join(parts)} SELECT there FROM enough"


_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def _conflict(shape: Shape) -> str:
    if shape.how == "insert":
        return ""
    if shape.how == "add":
        return "ON CONFLICT DO NOTHING"
    keys = [column.name for column in shape.table.primary_key]
    rest = ", ".join(
        f"{_quoted(one.name)} = excluded.{_quoted(one.name)}" for one in shape.table.columns if one.name not in keys
    )
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {rest}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(_quoted, names))


def _quoted(name: str) -> str:
    return f'"{name}"'


def _stored(name: str) -> str:
    return name.removeprefix("was_")


# --- Values -------------------------------------------------------------------------------------------------------


def _values(shape: Shape, rows: Sequence[Row]) -> list[tuple[Any, ...]]:
    """The rows as SQLite is given them."""
    encoders = _encoders(shape)
    return [tuple([row[name] if encode is None else encode(row[name]) for name, encode in encoders]) for row in rows]


@lru_cache(maxsize=256)
def _encoders(shape: Shape) -> list[tuple[str, Callable[[Any], Any] | None]]:
    return [(name, _encoder(shape.table.columns[_stored(name)])) for name in (*shape.names, *shape.by)]


def _plain(value: object) -> str:
    if isinstance(value, dt.datetime):
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone, and {value.isoformat()} has none")
        return value.isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{value!r} is nothing that JSON can say")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain).encode


def _instant(value: dt.datetime | None) -> str | None:
    """As SQLite keeps it: text of one width, in UTC."""
    if value is None:
        return None
    if value.tzinfo is not dt.UTC:
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a zone, and {value.isoformat()} has none")
        value = value.astimezone(dt.UTC)
    return value.isoformat(" ", "microseconds")[:26]


def _date(value: dt.date | None) -> str | None:
    return None if value is None else value.isoformat()


def _json(value: Any) -> str | None:
    return None if value is None else dump_json(value)


def _encoder(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, UTCDateTime):
        return _instant
    if isinstance(column.type, Date):
        return _date
    return _json if isinstance(column.type, JSON) else None
