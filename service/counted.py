"""Counts that take long among many tickets: a scheduler takes them, and whoever looks is told how old they are."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import tables
from service.db import asking, table_of, writing
from service.now import Now

EVERY = dt.timedelta(minutes=1)
"""How old a count is before it is taken again."""

_OPEN = "open tickets"


def open_tickets(session: Session) -> tuple[int, dt.datetime] | None:
    """How many tickets had not ended, and when that was; None before the first scheduler has counted them."""
    table = tables.Counted
    row = session.execute(select(table.value, table.at).where(table.name == _OPEN)).one_or_none()
    return None if row is None else (row.value, row.at)


def run_once(now: Now) -> bool:
    """Count anew what was counted long ago; whether that was so. Two that do it at once count the same."""
    with asking() as session:
        at = now.instant(session)
        kept = open_tickets(session)
        if kept is not None and dt.timedelta() <= at - kept[1] < EVERY:
            return False
        chosen = select(func.count()).select_from(tables.Ticket).where(tables.Ticket.ended_at.is_(None))
        value = session.execute(chosen).scalar_one()
    with writing() as session:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        row = dialect.insert(table_of(tables.Counted)).values(name=_OPEN, value=value, at=at)
        session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"value": value, "at": at}))
    return True
