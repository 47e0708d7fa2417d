"""The sweep: claims tickets on which something is due, settles each in memory, writes the batch in bulk.

The unit of claiming is the ticket, by its least armed timer; cost follows what is due, never what is open. One that
was opened by another ticket, or has open children, is settled with its kin.
PostgreSQL hands every sweep other rows (`SKIP LOCKED`), SQLite has one writer: so any number of sweeps may run,
and one that is killed leaves its tickets to the next. A ticket whose settling raises is set aside, with its
attempts counted and its fault kept, and holds nobody else up. What is wrong with the database just now is no
ticket's fault: the whole batch is left to the next sweep.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service import moves, revisions, tables
from service.aside import rearm, set_aside
from service.db import passing, reading, writing
from service.directory import Directory
from service.kin_sweep import kin_settled
from service.kinship import claimed_with_kin
from service.loading import Loaded, load
from service.now import Now
from service.records import TicketRow, read_rows
from service.revisions import Published
from service.staff import directory_of
from service.storing import Outcome, apply

log = logging.getLogger(__name__)

BATCH = 100
"""Tickets that one transaction settles; the sweep goes on until none is due."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one transaction of a sweep did, and at what instant: the outcomes written, the numbers set aside."""

    at: dt.datetime
    outcomes: tuple[Outcome, ...] = ()
    set_aside: tuple[str, ...] = ()
    claimed: int = 0


def run_once(now: Now, batch: int = BATCH) -> Swept:
    """Settle one batch of tickets on which something is due; nothing claimed means that nothing is."""
    with writing() as session:
        until = now.instant(session)
        rows = _claim(session, now, until, batch)
        if not rows:
            return Swept(until)
        published = revisions.current(session)
        directory = directory_of(session, published, until)
        alone, families = claimed_with_kin(session, now, rows)
        outcomes, faults = _settled(session, alone, published, directory, until)
        written = _written(session, outcomes, until, faults, alone)
        due = {row.id for row in rows}
        for family in families:
            settled, found = kin_settled(session, family, published, directory, until)
            written += [one for one in settled if one.decisions]
            outcomes += [one for one in settled if one.loaded.id in due]
            faults += found
        for outcome in outcomes:
            if not outcome.decisions:
                rearm(session, outcome.loaded.id, outcome.ticket)
        for row, fault in faults:
            set_aside(session, row, fault, until, directory)
        claimed = len(alone) + sum(row.id in due for family in families for row in family)
        return Swept(until, tuple(written), tuple(row.number for row, _ in faults), claimed)


def next_due(now: Now) -> tuple[dt.datetime, dt.datetime | None]:
    """The instant, and when the next ticket is due (None: none is armed); what is set aside counts when it is up."""
    ticket = tables.Ticket
    waits = func.coalesce(ticket.set_aside_until, ticket.next_due_at)
    with reading() as session:
        at = now.instant(session)
        least = session.execute(
            select(func.min(ticket.next_due_at)).where(
                ticket.next_due_at.is_not(None), ticket.set_aside_until.is_(None)
            )
        ).scalar_one()
        aside = session.execute(
            select(func.min(waits)).where(ticket.next_due_at.is_not(None), ticket.set_aside_until.is_not(None))
        ).scalar_one()
    return at, min((one for one in (least, aside) if one is not None), default=None)


def _claim(session: Session, now: Now, until: dt.datetime, batch: int) -> list[TicketRow]:
    # The instant is a value here and no call in the statement: PostgreSQL would not use the index for a function
    # whose answer may change from row to row, and would read every open ticket.
    table = tables.Ticket.__table__
    chosen = (
        select(table)
        .where(
            table.c.next_due_at <= until,
            or_(table.c.set_aside_until.is_(None), table.c.set_aside_until <= until),
        )
        .order_by(table.c.next_due_at, table.c.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return read_rows(session, chosen, now)


def _settled(
    session: Session, rows: Sequence[TicketRow], published: Published, directory: Directory, until: dt.datetime
) -> tuple[list[Outcome], list[tuple[TicketRow, Exception]]]:
    outcomes: list[Outcome] = []
    faults: list[tuple[TicketRow, Exception]] = []
    for row, loaded in _loaded(session, rows, published, directory, faults):
        try:
            outcomes.append(moves.settled(loaded, until, directory))
        except Exception as fault:  # whatever is wrong with one ticket must not hold up the others
            log.exception("settling %s raised", row.number, extra={"action": "settling_raised", "ticket": row.number})
            faults.append((row, fault))
    return outcomes, faults


def _loaded(
    session: Session,
    rows: Sequence[TicketRow],
    published: Published,
    directory: Directory,
    faults: list[tuple[TicketRow, Exception]],
) -> list[tuple[TicketRow, Loaded]]:
    """The batch read at once; if one of it cannot be read, each by itself."""
    try:
        return list(zip(rows, load(session, rows, published, directory), strict=True))
    except Exception as fault:
        if passing(fault):
            raise
        log.exception("a batch could not be read at once", extra={"action": "batch_unreadable"})
    found = []
    for row in rows:
        try:
            with session.begin_nested():
                found.append((row, load(session, [row], published, directory)[0]))
        except Exception as fault:
            if passing(fault):
                raise
            log.exception("%s cannot be read", row.number, extra={"action": "ticket_unreadable", "ticket": row.number})
            faults.append((row, fault))
    return found


def _written(
    session: Session,
    outcomes: list[Outcome],
    at: dt.datetime,
    faults: list[tuple[TicketRow, Exception]],
    rows: Sequence[TicketRow],
) -> list[Outcome]:
    """The batch written at once; if that cannot be, each ticket in a savepoint of its own."""
    try:
        with session.begin_nested():
            apply(session, outcomes, recorded_at=at)
        return outcomes
    except Exception as fault:
        if passing(fault):
            raise
        log.exception("a batch could not be written at once", extra={"action": "batch_unwritable"})
    by_id = {row.id: row for row in rows}
    written = []
    for outcome in outcomes:
        try:
            with session.begin_nested():
                apply(session, [outcome], recorded_at=at)
            written.append(outcome)
        except Exception as fault:
            if passing(fault):
                raise
            row = by_id[outcome.loaded.id]
            told = {"action": "ticket_unwritable", "ticket": row.number}
            log.exception("%s cannot be written", row.number, extra=told)
            faults.append((row, fault))
    return written
