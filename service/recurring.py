"""Opening recurring tickets: each once, by whichever scheduler comes first, also long after it should have been.

A schedule at a site is claimed, and of what it wants a batch is opened in one transaction, each ticket in a savepoint
of its own. What cannot be opened is kept with its reasons, tried again, and holds nothing else up. Whoever holds the
role that answers for the definition is told of it, once a day, and of what was opened for each of many in one notice. A
schedule that wants nothing rests until its next opening.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from service import opening, outbox, packing, revisions, schedules, tables
from service.db import passing, reading, table_of, writing
from service.directory import Directory
from service.moves import MoveRefused
from service.now import Now
from service.opening import Recurring
from service.revisions import NothingPublished, Published
from service.schedules import Standing, Wanted
from service.staff import directory_of
from service.storing import Outcome
from workflow.definition import Text
from workflow.notices import Openings, Told, Unopened
from workflow.recurring import periods
from workflow.registers import RegisterEntry
from workflow.roles import LAST
from workflow.ticket import Addressee

log = logging.getLogger(__name__)

BATCH = 50

FIRST_WAIT = dt.timedelta(minutes=1)
LONGEST_WAIT = dt.timedelta(hours=1)

LOOK_BACK = dt.timedelta(days=800)
"""A refused opening is tried again for so long after it was due."""


RAISED = Text("opening it failed; the log says why", "开立时程序出错，原因见日志")
"""What is told of an opening that raised: what it raised is for whoever reads logs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What one look at the schedules has led to; `next_at` is the next instant at which one opens something."""

    at: dt.datetime
    tickets: tuple[str, ...] = ()
    refused: int = 0
    next_at: dt.datetime | None = None


def run_once(now: Now, go_on: Callable[[], bool] = lambda: True) -> Opened:
    """Open everything that is to be opened by now, batch after batch as long as it is to `go_on`."""
    with reading() as session:
        at = now.instant(session)
        try:
            published = revisions.current(session)
        except NothingPublished:
            return Opened(at=at)
        complete = schedules.complete(session, published.catalogue)
    if not complete:
        with writing() as session:
            schedules.begin(session, revisions.current(session).catalogue, at)
    with reading() as session:
        published = revisions.current(session)
        all_ = list(schedules.standing(session, published))
        again = _to_try_again(session, at)
        resting = schedules.resting(session)
        due = [one for one in all_ if one.key in again or not resting.rests(session, one, at)]
    tickets: list[str] = []
    refused = 0
    for one in due:
        while go_on() and (done := _open_batch(now, one.key)) is not None:
            for number in done.tickets:
                told = {"action": "opened", "ticket": number}
                log.info("%s is opened: %s.%s of %s", number, *one.key, extra=told)
            tickets += done.tickets
            refused += done.refused
            if len(done.tickets) + done.refused < BATCH:
                break
    following = [opens for one in all_ if (opens := resting.next_opening(one, at)) is not None]
    return Opened(at=at, tickets=tuple(tickets), refused=refused, next_at=min(following, default=None))


def _open_batch(now: Now, key: tuple[str, str, str]) -> Opened | None:
    """Open a batch of what one schedule wants; None where another scheduler is at it, or it is there no longer."""
    workflow, name, site = key
    with writing() as session:
        table = table_of(tables.Schedule)
        claimed = session.execute(
            select(table.c.since)
            .where(table.c.workflow == workflow, table.c.name == name, table.c.site_id == site)
            .with_for_update(skip_locked=True)
        ).one_or_none()
        published = revisions.current(session)
        one = next((each for each in schedules.standing(session, published) if each.key == key), None)
        if claimed is None or one is None:
            return None
        at = now.instant(session)
        directory = directory_of(session, published, at)
        opening = _Opening(session, published, directory, one, at)
        opening.try_again()
        missing = schedules.wanted(session, one, at)
        for each in missing[:BATCH]:
            opening.open(each)
        if missing and len(missing) <= BATCH:
            schedules.seen_to(session, one, at)
        opening.tell()
        return Opened(at=at, tickets=tuple(opening.tickets), refused=opening.refused)


def _to_try_again(session: Session, at: dt.datetime) -> set[tuple[str, str, str]]:
    table = table_of(tables.Occurrence)
    chosen = select(table.c.workflow, table.c.schedule, table.c.site_id).where(_to_be_tried(at)).distinct()
    return {(row.workflow, row.schedule, row.site_id) for row in session.execute(chosen)}


def _to_be_tried(at: dt.datetime) -> ColumnElement[bool]:
    """Which refused openings are to be tried at an instant; what waits for longer than any was set by a wrong clock."""
    retry_at = table_of(tables.Occurrence).c.retry_at
    return or_(retry_at <= at, retry_at > at + LONGEST_WAIT)


class _Opening:
    """The openings of one schedule at one site, in one transaction."""

    def __init__(
        self, session: Session, published: Published, directory: Directory, one: Standing, at: dt.datetime
    ) -> None:
        self.session = session
        self.published = published
        self.directory = directory
        self.one = one
        self.at = at
        self.tickets: list[str] = []
        self.refused = 0
        self._together: list[tuple[Told, Openings]] = []
        self._first: tuple[Wanted, tuple[Text, ...]] | None = None

    def open(self, wanted: Wanted, attempts: int = 0) -> None:
        """Open one ticket, or keep why it was not opened."""
        one, period = self.one, wanted.period
        ticket_id: int | None = None
        reasons: list[dict[str, Any]] | None = None
        try:
            with self.session.begin_nested():
                recurring = Recurring(
                    definition=one.definition,
                    schedule=one.schedule,
                    period=period,
                    site=one.site,
                    calendar=one.calendar,
                    party=(wanted.party.key, wanted.party.text) if wanted.party else None,
                    at=self.at if attempts else wanted.at,
                )
                outcome = opening.open_recurring(
                    self.session, self.published, self.directory, recurring, recorded_at=self.at
                )
                ticket_id = outcome.loaded.id
            self.tickets.append(outcome.ticket.number)
            self._take_along(wanted, outcome)
        except MoveRefused as refusal:
            reasons = [packing.blocker_to_json(blocker) for blocker in refusal.blockers]
            self._first = self._first or (wanted, tuple(blocker.text for blocker in refusal.blockers))
        except Exception as fault:  # whatever is wrong with one schedule must not hold up the others
            if passing(fault):
                raise
            log.exception("opening %s raised", "/".join(one.key), extra={"action": "opening_raised"})
            reasons = [{"code": "raised", "en": f"{type(fault).__name__}: {fault}"[:2000]}]
            self._first = self._first or (wanted, (RAISED,))
        wait = min(FIRST_WAIT * 2 ** min(attempts, 10), LONGEST_WAIT)
        if reasons is not None:
            self.refused += 1
            log.warning(
                "%s for %s is not opened: %s",
                "/".join(one.key),
                period.key,
                "; ".join(str(reason["en"]) for reason in reasons),
                extra={"action": "opening_refused"},
            )
        self._keep(
            wanted,
            ticket_id=ticket_id,
            attempts=attempts + 1,
            retry_at=None if reasons is None else self.at + wait,
            reasons=reasons,
        )

    def try_again(self) -> None:
        """Try what was refused once more; what nobody wants any longer is forgotten."""
        table = table_of(tables.Occurrence)
        one = self.one
        chosen = select(table).where(
            table.c.workflow == one.definition.name,
            table.c.schedule == one.schedule.name,
            table.c.site_id == one.site,
            _to_be_tried(self.at),
        )
        for row in self.session.execute(chosen.order_by(table.c.id).limit(BATCH)).all():
            wanted = self._still_wanted(row)
            if wanted is None:
                self.session.execute(delete(table).where(table.c.id == row.id))
            else:
                self.open(wanted, row.attempts)

    def tell(self) -> None:
        """Tell in one notice of what was opened for each of many and of what was refused: its first, and how many."""
        said: list[tuple[Told, Openings | Unopened]] = [*self._together]
        if self._first is not None:
            one, (wanted, reasons) = self.one, self._first
            role = one.definition.accountable or LAST
            unopened = Unopened(
                **self._named(wanted),
                others=schedules.refused_of(self.session, one) - 1,
                reasons=reasons,
            )
            said += [(told, unopened) for told in self.directory.told(Addressee(why=role, role=role), one.site)]
        if said:
            day = self.one.calendar.local_date(self.at)
            outbox.put_openings(self.session, self.one.schedule.name, said, day, self.at)

    def _take_along(self, wanted: Wanted, outcome: Outcome) -> None:
        """Whoever is told of this ticket together with the others of its schedule."""
        number = outcome.ticket.number
        for items in outcome.items.values():
            for item in items:
                if item.about == "opening":
                    openings = Openings(**self._named(wanted), count=1, first=number, last=number)
                    self._together.append((item.told, openings))

    def _named(self, wanted: Wanted) -> dict[str, Any]:
        """What is told of a ticket that is wanted, opened or not."""
        one = self.one
        return {
            "workflow": one.definition.name,
            "revision": one.definition.revision,
            "calendar": one.calendar.revision,
            "site": one.site,
            "schedule": one.schedule.text,
            "period": wanted.period.text,
            "party": wanted.party.text if wanted.party else None,
        }

    def _still_wanted(self, row: Any) -> Wanted | None:
        one = self.one
        since = max(row.opens_at, self.at - LOOK_BACK) - dt.timedelta(days=1)
        found = [each for each in periods(one.schedule, one.calendar, since, self.at) if each.key == row.period]
        party: RegisterEntry | None = None
        if one.schedule.for_each is not None:
            there = schedules.entries_of(self.session, one.schedule, one.site, self.at)
            party = next((entry for entry in there if entry.key == row.party), None)
        if not found or (party.key if party else "") != row.party:
            return None
        return Wanted(period=found[0], party=party, at=self.at)

    def _keep(self, wanted: Wanted, **values: Any) -> None:
        table = table_of(tables.Occurrence)
        period, party = wanted.key
        mine = {
            "workflow": self.one.definition.name,
            "schedule": self.one.schedule.name,
            "site_id": self.one.site,
            "period": period,
            "party": party,
        }
        there = update(table).where(*(table.c[name] == value for name, value in mine.items())).values(**values)
        if not self.session.execute(there.returning(table.c.id)).all():
            times = {"opens_at": wanted.period.opens, "due_at": wanted.period.due_at}
            self.session.execute(insert(table).values(**mine, **times, **values))
