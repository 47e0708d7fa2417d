"""Tickets read at once: one statement, which sees one moment, has all of them and whether what is kept still holds.

Under READ COMMITTED every statement sees a moment of its own: of a ticket that is read by several, the parts need not
fit together. So nobody has to hold a ticket while its move is decided; whether it still is as it was read is found out
when the move is written. Whoever does hold tickets reads them after he has got them: what a statement has read before
it waited for a lock is as old as its beginning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, ColumnElement, ScalarSelect, Select, Table, bindparam, func, select
from sqlalchemy.orm import Session

from service import stamps, tables
from service.columns import Json
from service.db import table_of
from service.now import Now
from service.records import Parts, TicketRow, TicketUnreadable, clock_of, timer_of


def read_ticket(session: Session, now: Now, number: str) -> TicketRow | None:
    """A ticket with its fields, clocks and timers, the newest publication and the stamp of the directory."""
    found = _read(session, now, "number", {"number": number})
    return found[0] if found else None


def read_tickets(session: Session, now: Now, ids: Collection[int]) -> list[TicketRow]:
    """The same of many, by their ids, parents before children."""
    return _read(session, now, "ids", {"ids": list(ids)})


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, with the newest publication and the stamp of the directory that were read with it."""

    at: dt.datetime
    publication: tuple[int, dt.datetime] | None
    stamp: str | None


def read_moment(session: Session, now: Now) -> Moment:
    """The instant, and by what it may be known whether what is kept still holds: one statement."""
    found = session.connection().execute(_prepared(session, now, "nothing")).mappings().one()
    newest = found["publication"]
    return Moment(
        at=found.get("read_at") or now.instant(session),
        publication=(newest[0], _instant(newest[1])) if newest else None,
        stamp=found["stamp"],
    )


def _read(session: Session, now: Now, by: str, wanted: dict[str, Any]) -> list[TicketRow]:
    found = session.connection().execute(_prepared(session, now, by), wanted).mappings().all()
    at = now.here(session)  # only now, so that it is not older than what was read
    return [_readable(dict(row), at) for row in found]


def _readable(columns: dict[str, Any], here: dt.datetime | None) -> TicketRow:
    try:
        return _row(columns, here)
    except Exception as fault:  # whatever somebody has put there by hand
        raise TicketUnreadable(columns["number"]) from fault


def _row(columns: dict[str, Any], here: dt.datetime | None) -> TicketRow:
    values, clocks, timers, newest = (_list(columns.pop(name)) for name in _TOGETHER)
    stamp, at = columns.pop("stamp"), columns.pop("read_at", here)
    return TicketRow(
        columns["id"],
        columns,
        at,
        parts=Parts(
            values=dict(values),
            clocks=[
                clock_of(
                    kind,
                    name,
                    run,
                    origin,
                    _instant(started),
                    spans,
                    _instant(limit),
                    _instant(late),
                    _instant(ended),
                    outcome,
                    fired,
                    extended,
                )
                for kind, name, run, origin, started, spans, limit, late, ended, outcome, fired, extended in clocks
            ],
            timers=[
                timer_of(kind, name, run, level, _instant(due), bool(provisional))
                for kind, name, run, level, due, provisional in timers
            ],
        ),
        publication=(newest[0], _instant(newest[1])) if newest else None,
        stamp=stamp,
    )


def _list(found: Any) -> list[Any]:
    """Of no rows there is nothing, or an empty list."""
    return found or []


def _instant(text: Any) -> Any:
    """An instant as the database writes it in JSON: in UTC, where SQLite says no zone."""
    if text is None:
        return None
    found = dt.datetime.fromisoformat(text)
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


# --- The statement ----------------------------------------------------------------------------------------------------

_TOGETHER = ("its_values", "its_clocks", "its_timers", "publication")


_made: dict[tuple[str, str, Now | None], Select[Any]] = {}
"""The statements needed so far: by database, by what tickets are looked up, and whose instant it tells, if any."""


def _prepared(session: Session, now: Now, by: str) -> Select[Any]:
    database = session.get_bind().dialect.name
    asked = now if now.here(session) is None else None
    found = _made.get((database, by, asked))
    if found is None:
        found = _moment(database) if by == "nothing" else _tickets(database, by)
        if asked is not None:
            found = found.add_columns(asked.column(session).label("read_at"))
        _made[database, by, asked] = found
    return found


def _moment(database: str) -> Select[Any]:
    return select(_newest(database).label("publication"), stamps.DIRECTORY.label("stamp"))


def _newest(database: str) -> ScalarSelect[Any]:
    publication, listed = table_of(tables.Publication).c, _WORDS[database][0]
    newest = select(listed(publication.id, publication.published_at, type_=JSON()))
    return newest.order_by(publication.id.desc()).limit(1).scalar_subquery()


def _tickets(database: str, by: str) -> Select[Any]:
    ticket = table_of(tables.Ticket)
    value, clock, timer = table_of(tables.FieldValue), table_of(tables.Clock), table_of(tables.Timer)
    listed, lists = _WORDS[database]

    def together(table: Table, *columns: ColumnElement[Any], where: ColumnElement[bool] | None = None) -> Any:
        """The rows of a table that belong to the ticket, as a list of lists."""
        written = [func.json(one) if database == "sqlite" and one.type is Json else one for one in columns]
        chosen = select(lists(listed(*written), type_=JSON())).where(table.c.ticket_id == ticket.c.id)
        return (chosen if where is None else chosen.where(where)).correlate(ticket).scalar_subquery()

    chosen = select(
        ticket,
        together(value, value.c.field, value.c.value, where=value.c.current).label("its_values"),
        together(
            clock, clock.c.kind, clock.c.name, clock.c.run, clock.c.origin, clock.c.started_at, clock.c.spans,
            clock.c.limit_at, clock.c.late_at, clock.c.ended_at, clock.c.outcome, clock.c.fired, clock.c.extended,
        ).label("its_clocks"),
        together(
            timer, timer.c.kind, timer.c.name, timer.c.run, timer.c.level, timer.c.due_at, timer.c.provisional
        ).label("its_timers"),
        _newest(database).label("publication"),
        stamps.DIRECTORY.label("stamp"),
    )  # fmt: skip
    if by == "number":
        return chosen.where(ticket.c.number == bindparam("number"))
    return chosen.where(ticket.c.id.in_(bindparam("ids", expanding=True))).order_by(ticket.c.id)


_WORDS = {
    "sqlite": (func.json_array, func.json_group_array),
    "postgresql": (func.json_build_array, func.json_agg),
}
"""How each database makes a list of columns, and one of rows."""
