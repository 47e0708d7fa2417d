"""Tickets that belong together, settled as one by a sweep or by new holidays, in a savepoint of their own."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy.orm import Session

from service.db import passing
from service.directory import Directory
from service.kinship import kin_of, outcomes_of
from service.loading import load
from service.new_tickets import store_kin
from service.records import TicketRow
from service.revisions import Published
from service.storing import Outcome
from workflow.calendar import Calendar
from workflow.kin import Kin, MemberFaulty

log = logging.getLogger(__name__)

Faults = list[tuple[TicketRow, Exception]]


def kin_settled(
    session: Session, rows: Sequence[TicketRow], published: Published, directory: Directory, until: dt.datetime
) -> tuple[list[Outcome], Faults]:
    """Everything due on these tickets up to `until`, written; and those with which that is not possible.

    One that raises is set aside alone, and nothing of its kin is written now: the next sweep settles them without it.
    Where it is not known which one it is, all that are due are.
    """
    return _together(session, rows, published, directory, until, lambda kin: kin.settle(until))


def kin_recalendared(
    session: Session,
    rows: Sequence[TicketRow],
    newer: Mapping[str, Calendar],
    published: Published,
    directory: Directory,
    at: dt.datetime,
) -> tuple[list[Outcome], Faults]:
    """What newer revisions of their calendars (by the pinned ones) make of those of these tickets that rest on them."""

    def change(kin: Kin) -> None:
        for row in rows:
            if row.provisional and row.calendar_revision in newer:
                kin.change_calendar(row.number, at, newer[row.calendar_revision])

    return _together(session, rows, published, directory, at, change)


def _together(
    session: Session,
    rows: Sequence[TicketRow],
    published: Published,
    directory: Directory,
    until: dt.datetime,
    work: Callable[[Kin], None],
) -> tuple[list[Outcome], Faults]:
    at_fault: list[TicketRow] = []
    fault: Exception
    try:
        with session.begin_nested():
            loaded = load(session, rows, published, directory)
            kin = kin_of(rows, {one.id: one for one in loaded}, until)
            work(kin)
            outcomes = outcomes_of(kin, loaded)
            written = store_kin(session, outcomes, directory, recorded_at=until, root=rows[0].id)
            return [*written, *(one for one in outcomes if not one.decisions)], []
    except MemberFaulty as faulty:
        at_fault = [row for row in rows if row.number == faulty.number]
        fault = faulty.__cause__ if isinstance(faulty.__cause__, Exception) else faulty
    except Exception as raised:
        if passing(raised):
            raise
        fault = raised
    at_fault = at_fault or [row for row in rows if row.next_due_at is not None and row.next_due_at <= until]
    numbers = ", ".join(row.number for row in at_fault)
    log.error("settling %s raised", numbers, exc_info=fault, extra={"action": "settling_raised", "ticket": numbers})
    return [], [(row, fault) for row in at_fault]
