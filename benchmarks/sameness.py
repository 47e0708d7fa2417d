"""Whether two ways of changing a ticket have written the same: a peer that writes less would be no peer."""

from __future__ import annotations

import datetime as dt
import re

from sqlalchemy import select

from service import tables
from service.db import reading, table_of

Rows = dict[str, list[dict[str, object]]]

_KINDS = (tables.Ticket, tables.Entry, tables.FieldValue, tables.Clock, tables.Timer, tables.Notice)
_OWN = {"id", "number", "ticket_id", "salt", "digest", "attempts", "next_attempt_at", "delivered_at"}
"""What is never the same in two tickets, or depends on whether a notice has been delivered meanwhile."""


class WritesDiffer(Exception):
    """Somebody has not written what somebody else has."""


def rows_of(number: str) -> Rows:
    """What the database holds of a ticket, without its ids, instants, salts and digests; needs a context."""
    found = {}
    with reading() as session:
        id_ = session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()
        for kind in _KINDS:
            table = table_of(kind)
            key = table.c.id if kind is tables.Ticket else table.c.ticket_id
            rows = session.execute(select(table).where(key == id_)).mappings()
            alike = [{name: _alike(name, value) for name, value in row.items()} for row in rows]
            found[table.name] = sorted(alike, key=repr)
    return found


def _alike(name: str, value: object) -> object:
    if name in _OWN:
        return None
    if isinstance(value, dict):
        return {key: _alike(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_alike(name, each) for each in value]
    if isinstance(value, dt.datetime) or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)):
        return "an instant"
    return value


def require_same(first: Rows, second: Rows) -> None:
    """Raises WritesDiffer where two tickets that went through the same do not look the same."""
    for table, rows in first.items():
        for one, other in zip(rows, second[table], strict=False):
            unlike = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
            if unlike:
                raise WritesDiffer(f"{table}: {unlike}")
        if len(rows) != len(second[table]):
            raise WritesDiffer(f"{table}: {len(rows)} rows, and {len(second[table])}")
