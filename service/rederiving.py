"""Re-deriving limits when a year of holidays is published: the one re-derivation that nobody has to ask for.

A timer that rests on a year whose holidays were not known is provisional. Once the newest publication has a
calendar that knows more years than the one a ticket is pinned to, the ticket gets that revision, with an entry.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import moves, revisions, storing, tables
from service.aside import apart, not_aside, set_aside, together
from service.db import DatabaseUnavailable, table_of, writing
from service.kin_sweep import Faults, kin_recalendared
from service.kinship import claimed_with_kin
from service.loading import load
from service.now import Now
from service.records import read_rows
from service.revisions import Published
from service.staff import directory_of
from service.storing import Outcome
from workflow.calendar import Calendar

log = logging.getLogger(__name__)

BATCH = 100


def run_once(now: Now) -> int:
    """Re-derive a batch of provisional tickets whose calendar knows more years by now; 0 when there are none left.

    The batch is read and written as one. Only if that cannot be is it begun again, to find out on whose account.
    """
    try:
        return _derived(now, alone=False)
    except DatabaseUnavailable:
        raise
    except Exception:
        log.exception("a batch cannot be re-derived as one", extra={"action": "batch_raised"})
    return _derived(now, alone=True)


def _derived(now: Now, *, alone: bool) -> int:
    attempt = apart if alone else together
    with writing() as session:
        pinned = _pinned(session)
        if not pinned:
            return 0
        published = revisions.current(session)
        newer = _newer(session, published, pinned)
        at = now.instant(session)
        table = table_of(tables.Ticket)
        chosen = (
            select(table)
            .where(table.c.provisional, table.c.calendar_revision.in_(newer), not_aside(at))
            .order_by(table.c.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        rows = read_rows(session, chosen, now)
        if not rows:
            return 0
        directory = directory_of(session, published, at)
        single, families = claimed_with_kin(session, now, rows)
        by_id = {row.id: row for row in single}
        faults: Faults = []
        for family in families:
            faults += kin_recalendared(session, family, newer, published, directory, at)[1]
        loaded, unread = attempt(session, single, lambda some: load(session, some, published, directory))
        outcomes = []
        for one in loaded:
            try:
                outcomes.append(moves.recalendared(one, at, newer[one.calendar_revision], directory))
            except Exception as fault:  # whatever is wrong with one ticket must not hold up the others
                row = by_id[one.id]
                log.exception("re-deriving %s raised", row.number, extra={"action": "rederiving_raised"})
                faults.append((row, fault))

        def write(some: Sequence[Outcome]) -> Sequence[Outcome]:
            storing.apply(session, some, recorded_at=at)
            return some

        written, unwritten = attempt(session, outcomes, write)
        faults += unread + [(by_id[one.loaded.id], why) for one, why in unwritten]
        for row, why in faults:
            told = {"action": "not_rederived", "ticket": row.number}
            log.error("%s is not re-derived", row.number, exc_info=why, extra=told)
            set_aside(session, row, why, at, directory)
        log.info("%d tickets re-derived", len(written), extra={"action": "rederived", "tickets": len(written)})
        return len(single) + len(families)


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
