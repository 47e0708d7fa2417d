"""Many rows with one statement: what a batch of tickets writes, at the price of the rows and not of their statements.

PostgreSQL is handed all rows as one JSON document, which it takes apart itself; SQLite runs one prepared statement over
them. Either way the text of a statement is worked out once for each kind of row, and nothing is looked at twice.
"""

# ruff: noqa: S608  # only names of tables and columns are put into texts, never a value

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, Date, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from service.columns import UTCDateTime, dump_json

Row = Mapping[str, Any]


def insert_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Put rows there, all with the same columns."""
    _write(session, table, rows, "")


def put_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Put whole rows there, each in the place of the one that has its key, if there is one."""
    keys = [column.name for column in table.primary_key]
    rest = ", ".join(
        f"{_quoted(one.name)} = excluded.{_quoted(one.name)}" for one in table.columns if one.name not in keys
    )
    _write(session, table, rows, f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {rest}")


def add_rows(session: Session, table: Table, rows: Sequence[Row]) -> None:
    """Put rows there; those whose key is there already are left alone."""
    _write(session, table, rows, "ON CONFLICT DO NOTHING")


def change_rows(session: Session, table: Table, by: Sequence[str], rows: Sequence[Row], only: str = "") -> int:
    """Change the rows that agree with these in the columns `by`, in all others; gives how many did.

    A column of `by` that is to be changed as well is given as `was_…`. `only` is one more condition.
    """
    if not rows:
        return 0
    changed = tuple(name for name in rows[0] if name not in by)
    statement = _change(session.get_bind().dialect.name, table, tuple(by), changed, only)
    return _execute(session, table, statement, (*changed, *by), rows)


def delete_rows(session: Session, table: Table, keys: Sequence[Row]) -> None:
    """Take away the rows with these keys."""
    if keys:
        by = tuple(keys[0])
        _execute(session, table, _delete(session.get_bind().dialect.name, table, by), by, keys)


# --- Statements ---------------------------------------------------------------------------------------------------


def _write(session: Session, table: Table, rows: Sequence[Row], conflict: str) -> None:
    if rows:
        names = tuple(rows[0])
        _execute(session, table, _insert(session.get_bind().dialect.name, table, names, conflict), names, rows)


@lru_cache(maxsize=256)
def _insert(dialect: str, table: Table, names: tuple[str, ...], conflict: str) -> str:
    columns = ", ".join(map(_quoted, names))
    if dialect == "postgresql":
        return f"INSERT INTO {table.name} ({columns}) SELECT {columns} FROM {_document(table, names)} {conflict}"
    return f"INSERT INTO {table.name} ({columns}) VALUES ({', '.join('?' for _ in names)}) {conflict}"


@lru_cache(maxsize=256)
def _change(dialect: str, table: Table, by: tuple[str, ...], changed: tuple[str, ...], only: str) -> str:
    more = f" AND {only}" if only else ""
    if dialect == "postgresql":
        assigned = ", ".join(f"{_quoted(name)} = given.{_quoted(name)}" for name in changed)
        document = _document(table, (*changed, *by))
        return f"UPDATE {table.name} AS it SET {assigned} FROM {document} WHERE {_agrees(by)}{more}"
    assigned = ", ".join(f"{_quoted(name)} = ?" for name in changed)
    return f"UPDATE {table.name} AS it SET {assigned} WHERE {_agrees_with(by)}{more}"


@lru_cache(maxsize=256)
def _delete(dialect: str, table: Table, by: tuple[str, ...]) -> str:
    if dialect == "postgresql":
        return f"DELETE FROM {table.name} AS it USING {_document(table, by)} WHERE {_agrees(by)}"
    return f"DELETE FROM {table.name} AS it WHERE {_agrees_with(by)}"


def _agrees(by: Sequence[str]) -> str:
    return " AND ".join(f"it.{_quoted(_stored(name))} = given.{_quoted(name)}" for name in by)


def _agrees_with(by: Sequence[str]) -> str:
    return " AND ".join(f"it.{_quoted(_stored(name))} = ?" for name in by)


def _document(table: Table, names: Sequence[str]) -> str:
    """The rows of a JSON document as a table."""
    types = ", ".join(f"{_quoted(name)} {table.columns[_stored(name)].type.compile(_POSTGRESQL)}" for name in names)
    return f"jsonb_to_recordset(%s::jsonb) AS given({types})"


_POSTGRESQL = postgresql.dialect()  # type: ignore[no-untyped-call]


def _quoted(name: str) -> str:
    return f'"{name}"'


def _stored(name: str) -> str:
    return name.removeprefix("was_")


# --- Values -------------------------------------------------------------------------------------------------------


def _execute(session: Session, table: Table, statement: str, names: Sequence[str], rows: Sequence[Row]) -> int:
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        return connection.exec_driver_sql(statement, (_encode(rows),)).rowcount
    encoders = [(name, _encoder(table.columns[_stored(name)])) for name in names]
    values = [tuple([encode(row[name]) if encode else row[name] for name, encode in encoders]) for row in rows]
    return connection.exec_driver_sql(statement, values).rowcount


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


@lru_cache(maxsize=1024)
def _encoder(column: Column[Any]) -> Callable[[Any], Any] | None:
    if isinstance(column.type, UTCDateTime):
        return _instant
    if isinstance(column.type, Date):
        return _date
    return _json if isinstance(column.type, JSON) else None
