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

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import moves, tables
from service.aside import LONGEST_WAIT, apart, not_aside, rearm, set_aside, together
from service.at_once import read_tickets
from service.collecting import held_off
from service.db import DatabaseUnavailable, reading, writing
from service.directory import Directory
from service.kin_sweep import Faults, kin_settled
from service.kinship import claimed_with_kin
from service.loading import load, scene_of
from service.now import Now
from service.records import TicketRow, read_rows
from service.revisions import Published
from service.storing import Outcome, apply

log = logging.getLogger(__name__)

BATCH = 200
"""Tickets that one transaction settles; the sweep goes on until none is due."""

FEWEST, MOST = 10, 400
QUICK, SLOW = 0.05, 0.15
"""What is settled together takes about so many seconds: on SQLite nobody else writes meanwhile."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one transaction of a sweep did, and at what instant: the outcomes written, the numbers set aside."""

    at: dt.datetime
    outcomes: tuple[Outcome, ...] = ()
    set_aside: tuple[str, ...] = ()
    claimed: int = 0


def run_once(now: Now, batch: int = BATCH, known: dt.datetime | None = None) -> Swept:
    """Settle one batch of tickets on which something is due; nothing claimed means that nothing is.

    The batch is read and written as one. Only if that cannot be is it begun again, to find out on whose account.
    `known` is an instant that has come, as far as it is known: then nobody has to ask for it in order to claim.
    """
    try:
        return _swept(now, batch, known, alone=False)
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("a batch cannot be settled as one", extra={"action": "batch_raised"})
    return _swept(now, batch, known, alone=True)


def _swept(now: Now, batch: int, known: dt.datetime | None, *, alone: bool) -> Swept:
    with held_off(), writing() as session:
        known = known or now.instant(session)
        held = _claim(session, known, batch)
        if not held:
            return Swept(known)
        rows = _read(session, now, held, alone=alone)
        until = rows[0].at
        published, directory = scene_of(session, rows[0])
        rows = sorted((row for row in rows if row.next_due_at <= until), key=_in_turn)
        single, families = claimed_with_kin(session, now, rows)
        outcomes, written, faults = _settled(session, single, published, directory, until, alone=alone)
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
        claimed = len(single) + sum(row.id in due for family in families for row in family)
        return Swept(until, tuple(written), tuple(row.number for row, _ in faults), claimed)


def next_due(now: Now) -> tuple[dt.datetime, dt.datetime | None]:
    """The instant, and when the next ticket is due (None: none is armed); what is set aside counts when it is up."""
    ticket = tables.Ticket
    armed = ticket.next_due_at.is_not(None)
    with reading() as session:
        at = now.instant(session)
        least = select(func.min(ticket.next_due_at)).where(armed, ticket.set_aside_until.is_(None))
        aside = select(func.min(ticket.set_aside_until)).where(armed, ticket.set_aside_until <= at + LONGEST_WAIT)
        ahead = select(func.count()).where(armed, ticket.set_aside_until > at + LONGEST_WAIT)
        first, back, lost = session.execute(
            select(least.scalar_subquery(), aside.scalar_subquery(), ahead.scalar_subquery())
        ).one()
    waiting = [one for one in (first, back, at if lost else None) if one is not None]
    return at, min(waiting, default=None)


def next_batch(batch: int, claimed: int, seconds: float) -> int:
    """How many tickets to settle together after a batch that took so long."""
    if seconds > SLOW:
        return max(batch // 2, FEWEST)
    return min(batch * 2, MOST) if seconds < QUICK and claimed == batch else batch


def backlog(now: Now) -> tuple[int, dt.datetime | None]:
    """On how many tickets something is due that could fire now, and since when on the first."""
    ticket = tables.Ticket
    with reading() as session:
        at = now.instant(session)
        waiting = select(func.count(), func.min(ticket.next_due_at)).where(ticket.next_due_at <= at, not_aside(at))
        count, oldest = session.execute(waiting).one()
    return count, oldest


def _claim(session: Session, until: dt.datetime, batch: int) -> Sequence[int]:
    # The instant is a value here and no call in the statement: PostgreSQL would not use the index for a function
    # whose answer may change from row to row, and would read every open ticket.
    table = tables.Ticket.__table__
    chosen = (
        select(table.c.id)
        .where(table.c.next_due_at <= until, not_aside(until))
        .order_by(table.c.next_due_at, table.c.id)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    return session.connection().execute(chosen).scalars().all()


def _read(session: Session, now: Now, held: Sequence[int], *, alone: bool) -> list[TicketRow]:
    # Only once they are held, so that they are as whoever held them before left them. What one row holds may be what
    # cannot be read: where each is to be tried alone, what it has in other tables is left for later.
    if not alone:
        return read_tickets(session, now, held)
    table = tables.Ticket.__table__
    return read_rows(session, select(table).where(table.c.id.in_(held)), now)


def _in_turn(row: TicketRow) -> tuple[dt.datetime, int]:
    return row.next_due_at, row.id


def _settled(
    session: Session,
    rows: Sequence[TicketRow],
    published: Published,
    directory: Directory,
    until: dt.datetime,
    *,
    alone: bool,
) -> tuple[list[Outcome], list[Outcome], Faults]:
    """What came of the tickets without kin, what of that was written, and those with which something is wrong."""
    attempt = apart if alone else together
    by_id = {row.id: row for row in rows}
    loaded, unread = attempt(session, rows, lambda some: load(session, some, published, directory))
    faults = _told("cannot be read", unread)
    outcomes: list[Outcome] = []
    for one in loaded:
        try:
            outcomes.append(moves.settled(one, until, directory))
        except Exception as fault:  # whatever is wrong with one ticket must not hold up the others
            row = by_id[one.id]
            log.exception("settling %s raised", row.number, extra={"action": "settling_raised", "ticket": row.number})
            faults.append((row, fault))

    def write(some: Sequence[Outcome]) -> Sequence[Outcome]:
        apply(session, some, recorded_at=until)
        return some

    made = [outcome for outcome in outcomes if outcome.decisions]
    written, unwritten = attempt(session, made, write)
    faults += _told("cannot be written", [(by_id[outcome.loaded.id], fault) for outcome, fault in unwritten])
    return [outcome for outcome in outcomes if not outcome.decisions] + written, list(written), faults


def _told(what: str, faults: Faults) -> Faults:
    for row, fault in faults:
        told = {"action": f"ticket_{what.replace(' ', '_')}", "ticket": row.number}
        log.error("%s %s", row.number, what, exc_info=fault, extra=told)
    return faults
