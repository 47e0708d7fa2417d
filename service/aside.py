"""Setting a ticket aside: one whose settling raises is left alone for a while, and holds nobody else up."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import update
from sqlalchemy.orm import Session

from service import outbox, tables
from service.directory import Directory
from service.records import TicketRow
from workflow.roles import LAST
from workflow.ticket import Addressee

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)


def set_aside(session: Session, row: TicketRow, fault: Exception, at: dt.datetime, directory: Directory) -> None:
    """Leave a ticket alone for a while, twice as long each time, keep why, and tell the duty manager once."""
    attempts = row.attempts + 1
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    ticket = tables.Ticket
    session.execute(
        update(ticket)
        .where(ticket.id == row.id)
        .values(attempts=attempts, set_aside_until=at + wait, fault=f"{type(fault).__name__}: {fault}"[:2000])
    )
    if attempts == 1:
        told = directory.told(Addressee(why=LAST, role=LAST), row.site_id)
        outbox.put(session, outbox.set_aside_notices(row.number, row.id, row.sequence, told, at))
