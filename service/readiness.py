"""Is the promise being kept right now? The figures by which somebody outside sees it, first of all the lateness.

Whether a job ran says nothing; what counts is how long the oldest due timer has been waiting to fire.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import counted, outbox, revisions, schedules, tables
from service.figures import sample
from service.now import Now
from service.revisions import NothingPublished
from service.staff import load_directory
from workflow.roles import Role

TOO_LATE = dt.timedelta(seconds=60)
"""The oldest due timer may have waited so long; with a live scheduler it is about a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """How the service stands at one instant; `why` names everything that keeps it from being ready.

    `open_tickets` only where it was asked for and has been counted, and then with how many seconds ago.
    """

    why: tuple[str, ...]
    due_tickets: int
    oldest_due_seconds: float
    set_aside_tickets: int
    provisional_tickets: int
    undelivered_notices: int
    oldest_undelivered_seconds: float
    failed_notices: int
    refused_openings: int = 0
    open_tickets: int | None = None
    open_tickets_counted_seconds: float | None = None

    @property
    def ready(self) -> bool:
        return not self.why

    def body(self) -> dict[str, Any]:
        """As JSON; what was not asked for is left out."""
        given = {
            "ready": self.ready,
            "why": list(self.why),
            "due_tickets": self.due_tickets,
            "oldest_due_seconds": self.oldest_due_seconds,
            "set_aside_tickets": self.set_aside_tickets,
            "provisional_tickets": self.provisional_tickets,
            "undelivered_notices": self.undelivered_notices,
            "oldest_undelivered_seconds": self.oldest_undelivered_seconds,
            "failed_notices": self.failed_notices,
            "refused_openings": self.refused_openings,
            "open_tickets": self.open_tickets,
            "open_tickets_counted_seconds": self.open_tickets_counted_seconds,
        }
        return {name: value for name, value in given.items() if value is not None}

    def exposition(self) -> str:
        """In the text format of Prometheus."""
        gauges = {name: value for name, value in self.body().items() if isinstance(value, int | float)}
        lines = []
        for name, value in gauges.items():
            lines += [
                f"# HELP duban_{name} {_HELP[name]}",
                f"# TYPE duban_{name} gauge",
                sample(f"duban_{name}", float(value)),
            ]
        return "\n".join(lines) + "\n"


_HELP = {
    "ready": "1 if everything keeps its promise, 0 if /readyz says why not.",
    "due_tickets": "Tickets with a timer that is due and has not fired yet; 10000 stands for that many or more.",
    "oldest_due_seconds": "How long the oldest due timer has been waiting to fire.",
    "set_aside_tickets": "Tickets set aside because settling them raised.",
    "provisional_tickets": "Tickets with a time limit in a year without published holidays; 10000 for more.",
    "undelivered_notices": "Notices that wait to be delivered.",
    "oldest_undelivered_seconds": "How long the oldest of these has been waiting.",
    "failed_notices": "Notices that could not be delivered and are not tried again.",
    "refused_openings": "Recurring tickets that could not be opened and are tried again.",
    "open_tickets": "Tickets that have not ended, as a scheduler has counted them, once a minute.",
    "open_tickets_counted_seconds": "How long ago they were counted.",
}
"""What each figure means, for whoever reads it outside."""


AWAY = f"# HELP duban_ready {_HELP['ready']}\n# TYPE duban_ready gauge\nduban_ready 0\n"
"""What is told while the database cannot be asked."""

MOST_COUNTED = 10_000
"""What is due or at fault is not counted beyond that."""


def look(session: Session, now: Now, *, open_tickets: bool = False) -> Readiness:
    """How the service stands, which costs no more for many tickets.

    `open_tickets` is whether it is to be told, too, how many there are, as a scheduler has counted them.
    """
    at = now.instant(session)
    ticket = tables.Ticket
    due = ticket.next_due_at <= at
    open_then = counted.open_tickets(session) if open_tickets else None
    due_tickets = _count(session, due)
    oldest = session.execute(select(func.min(ticket.next_due_at)).where(due)).scalar_one()
    set_aside = _count(session, ticket.set_aside_until.is_not(None))
    undelivered, written = outbox.waiting(session)
    failed = outbox.failed(session)
    waited = at - oldest if oldest is not None else dt.timedelta()
    lying = max(at - written, dt.timedelta()) if written is not None else dt.timedelta()
    why = [*_catalogue_faults(session, at)]
    if waited > TOO_LATE:
        why.append(f"the oldest due timer has been waiting for {waited.total_seconds():.0f} s: is a scheduler running?")
    if lying > TOO_LATE:
        why.append(f"the oldest notice has been waiting for {lying.total_seconds():.0f} s to be delivered")
    if set_aside:
        why.append(f"{set_aside} tickets are set aside because settling them raised")
    refused = schedules.refused(session)
    why += [f"a recurring ticket is not opened, {one}" for one in refused]
    if failed:
        why.append(f"{failed} notices could not be delivered")
    return Readiness(
        why=tuple(why),
        due_tickets=due_tickets,
        oldest_due_seconds=waited.total_seconds(),
        set_aside_tickets=set_aside,
        provisional_tickets=_count(session, ticket.provisional),
        undelivered_notices=undelivered,
        oldest_undelivered_seconds=lying.total_seconds(),
        failed_notices=failed,
        refused_openings=len(refused),
        open_tickets=None if open_then is None else open_then[0],
        open_tickets_counted_seconds=None if open_then is None else (at - open_then[1]).total_seconds(),
    )


def _count(session: Session, condition: Any) -> int:
    found = select(tables.Ticket.id).where(condition).limit(MOST_COUNTED).subquery()
    return session.execute(select(func.count()).select_from(found)).scalar_one()


def unanswered_sites(session: Session, at: dt.datetime, roles: Mapping[str, Role]) -> tuple[str, ...]:
    """The sites at which nobody can be reached as duty manager, so that what is late there reaches nobody."""
    sites = session.execute(select(tables.Site.id).order_by(tables.Site.id)).scalars().all()
    return load_directory(session, at, roles).unanswered(sites)


def _catalogue_faults(session: Session, at: dt.datetime) -> list[str]:
    found = []
    try:
        published = revisions.current(session)
    except NothingPublished as error:
        return [str(error)]
    roles: dict[str, Role] = dict(published.catalogue.roles)
    found += schedules.kept_from_opening(session, published, at)
    if unanswered := unanswered_sites(session, at, roles):
        found.append(f"nobody can be reached as duty manager of {', '.join(unanswered)}")
    return found
