"""Tickets with which a sweep does not get on, or who moves them: set aside, or armed again, to hold nobody else up."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from service import outbox, revisions, tables
from service.db import passing, table_of, writing
from service.directory import Directory
from service.now import Now
from service.records import TicketRow, TicketUnreadable, next_due_at
from service.staff import directory_of
from workflow.roles import LAST
from workflow.ticket import Addressee, Ticket

log = logging.getLogger(__name__)

FIRST_WAIT = dt.timedelta(seconds=30)
LONGEST_WAIT = dt.timedelta(hours=1)

Given = TypeVar("Given")
Made = TypeVar("Made")

Work = Callable[[Sequence[Given]], Iterable[Made]]


def together(
    _session: Session, given: Sequence[Given], work: Work[Given, Made]
) -> tuple[list[Made], list[tuple[Given, Exception]]]:
    """What the work on all of these gives; whatever it raises is raised."""
    return list(work(given)), []


def apart(
    session: Session, given: Sequence[Given], work: Work[Given, Made]
) -> tuple[list[Made], list[tuple[Given, Exception]]]:
    """What the work on these gives, and those on which it raises, with what.

    Where it raises it is done on either half, and so on, in savepoints: one of many that is at fault costs a few
    statements, and not a few for each. What is wrong with the database just now is raised.
    """
    if not given:
        return [], []
    try:
        with session.begin_nested():
            return list(work(given)), []
    except Exception as fault:
        if passing(fault):
            raise
        if len(given) == 1:
            return [], [(given[0], fault)]
    middle = len(given) // 2
    made, faults = apart(session, given[:middle], work)
    more, further = apart(session, given[middle:], work)
    return made + more, faults + further


def not_aside(until: dt.datetime) -> ColumnElement[bool]:
    """Which tickets are not set aside at an instant.

    One that is for longer than anything ever is was set aside while the clock went ahead, and comes back.
    """
    aside = tables.Ticket.set_aside_until
    return or_(aside.is_(None), aside <= until, aside > until + LONGEST_WAIT)


def set_aside(session: Session, row: TicketRow, fault: Exception, at: dt.datetime, directory: Directory) -> None:
    """Leave a ticket alone for a while, twice as long each time, keep why, and tell the duty manager once."""
    attempts = row.attempts + 1
    wait = min(FIRST_WAIT * 2 ** min(attempts - 1, 10), LONGEST_WAIT)
    why = (fault.__cause__ if isinstance(fault, TicketUnreadable) else None) or fault
    ticket = tables.Ticket
    session.execute(
        update(ticket)
        .where(ticket.id == row.id)
        .values(attempts=attempts, set_aside_until=at + wait, fault=f"{type(why).__name__}: {why}"[:2000])
    )
    if attempts == 1:
        told = directory.told(Addressee(why=LAST, role=LAST), row.site_id)
        outbox.put(session, outbox.set_aside_notices(row.number, row.id, row.sequence, told, at))


def leave_unread(now: Now, unread: TicketUnreadable) -> None:
    """Set aside a ticket that somebody wanted to move and that cannot be read, unless it is already.

    So it is told of at once, also if nothing is ever due on it.
    """
    ticket = table_of(tables.Ticket)
    columns = (ticket.c.id, ticket.c.number, ticket.c.site_id, ticket.c.sequence, ticket.c.attempts)
    with writing() as session:
        until = now.instant(session)
        chosen = select(*columns).where(ticket.c.number == unread.number, not_aside(until)).with_for_update()
        found = session.execute(chosen).mappings().one_or_none()
        if found is not None:
            directory = directory_of(session, revisions.current(session), until)
            set_aside(session, TicketRow(found["id"], dict(found), until), unread, until, directory)


def rearm(session: Session, ticket_id: int, ticket: Ticket) -> None:
    """Store again when a ticket is due: a sweep found it, and nothing of it was.

    That happens only where somebody has changed rows by hand; without this, a sweep would find it for ever.
    """
    due_at = next_due_at(ticket)
    log.error("nothing of %s was due", ticket.number, extra={"action": "rearmed", "ticket": ticket.number})
    table = tables.Ticket
    changed = update(table).where(table.id == ticket_id)
    session.execute(changed.values(next_due_at=due_at, set_aside_until=None, fault=None))
