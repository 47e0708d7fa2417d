"""Re-deriving limits when a year of holidays is published: the one re-derivation that nobody has to ask for.

A timer that rests on a year whose holidays were not known is provisional. Once the newest publication has a
calendar that knows more years than the one a ticket is pinned to, the ticket gets that revision, with an entry.
"""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import moves, revisions, storing, tables
from service.aside import set_aside
from service.db import table_of, writing
from service.kin_sweep import kin_recalendared
from service.kinship import claimed_with_kin
from service.loading import load
from service.now import Now
from service.records import read_rows
from service.revisions import Published
from service.staff import directory_of
from workflow.calendar import Calendar

log = logging.getLogger(__name__)

BATCH = 100


def run_once(now: Now) -> int:
    """Re-derive a batch of provisional tickets whose calendar knows more years by now; 0 when there are none left."""
    with writing() as session:
        pinned = _pinned(session)
        if not pinned:
            return 0
        published = revisions.current(session)
        newer = _newer(session, published, pinned)
        table = table_of(tables.Ticket)
        chosen = (
            select(table)
            .where(table.c.provisional, table.c.calendar_revision.in_(newer), table.c.set_aside_until.is_(None))
            .order_by(table.c.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = read_rows(session, chosen, now)
        if not rows:
            return 0
        at = now.instant(session)
        directory = directory_of(session, published, at)
        outcomes = []
        alone, families = claimed_with_kin(session, now, rows)
        for family in families:
            _, faults = kin_recalendared(session, family, newer, published, directory, at)
            for row, fault in faults:
                set_aside(session, row, fault, at, directory)
        for row, one in zip(alone, load(session, alone, published, directory), strict=True):
            try:
                outcomes.append(moves.recalendared(one, at, newer[one.calendar_revision], directory))
            except Exception as fault:  # whatever is wrong with one ticket must not hold up the others
                log.exception("%s cannot be re-derived", row.number, extra={"action": "rederiving_raised"})
                set_aside(session, row, fault, at, directory)
        storing.apply(session, outcomes, recorded_at=at)
        log.info("%d tickets re-derived", len(outcomes), extra={"action": "rederived", "tickets": len(outcomes)})
        return len(alone) + len(families)


def _pinned(session: Session) -> list[str]:
    """The calendar revisions of provisional tickets."""
    table = table_of(tables.Ticket)
    return list(session.execute(select(table.c.calendar_revision).where(table.c.provisional).distinct()).scalars())


def _newer(session: Session, published: Published, pinned: list[str]) -> dict[str, Calendar]:
    """By pinned revision: the published calendar of the same name, if it knows more years."""
    found = {}
    for revision in pinned:
        was = revisions.calendar(session, revision)
        now_ = published.catalogue.calendars.get(was.name)
        if now_ is None or now_.published_until is None:
            continue
        if was.published_until is None or was.published_until < now_.published_until:
            found[revision] = now_
    return found
