"""One APScheduler job per deadline, in its SQL job store: `python -m benchmarks.peers.jobs URL DUE`.

Each job makes one audited firing in a transaction of its own, by hand; none is thrown away for being late. The store
holds the jobs that are due and nothing else, though the other million deadlines would be in it, too. On
SQLite the jobs write one after the other, behind a lock.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
import threading

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.engine import make_url

from benchmarks.firing import Fired, instant
from benchmarks.peers.by_hand import CLOCK, ENTRY, NOTICE, TICKET, TIMER
from benchmarks.peers.endpoint import engine_on
from benchmarks.peers.late import firing
from service.now import instant_here

URL, DUE = make_url(sys.argv[1]), instant(sys.argv[2])
ENGINE = engine_on(URL)
LOCK = threading.Lock() if URL.get_backend_name() == "sqlite" else contextlib.nullcontext()
FIRED = Fired(DUE)

_TICKET = select(TICKET).where(TICKET.c.id == bindparam("ticket"))
_FIRED = select(CLOCK.c.fired).where(
    CLOCK.c.ticket_id == bindparam("ticket"), CLOCK.c.name == "pick_up", CLOCK.c.ended_at.is_(None)
)
_NEXT = (
    select(TIMER.c.due_at)
    .where(TIMER.c.ticket_id == bindparam("ticket"), TIMER.c.level != "late 1")
    .order_by(TIMER.c.due_at)
    .limit(1)
)
_MOVE = (
    update(TICKET)
    .where(TICKET.c.id == bindparam("its_id"), TICKET.c.sequence == bindparam("was_sequence"))
    .values({name: bindparam(name) for name in ("sequence", "at", "next_due_at")})
)
_LATE = (
    update(CLOCK)
    .where(CLOCK.c.ticket_id == bindparam("its_ticket"), CLOCK.c.name == "pick_up", CLOCK.c.run == 1)
    .values(late_at=bindparam("late_at"), fired=bindparam("fired"))
)
_DROP = delete(TIMER).where(
    TIMER.c.ticket_id == bindparam("its_ticket"), TIMER.c.name == "pick_up", TIMER.c.level == "late 1"
)


def fire(ticket_id: int) -> None:
    """The job: what the store keeps is this name and the id."""
    at = instant_here()
    with LOCK, ENGINE.begin() as connection:
        given = {"ticket": ticket_id}
        ticket = connection.execute(_TICKET, given).mappings().one()
        fired = connection.execute(_FIRED, given).scalar_one()
        made = firing(ticket, fired, ticket["next_due_at"], connection.execute(_NEXT, given).scalar(), at)
        moved = connection.execute(_MOVE, {**made.ticket, "its_id": ticket_id, "was_sequence": ticket["sequence"]})
        if moved.rowcount != 1:
            raise RuntimeError(f"{ticket_id} was changed meanwhile")
        connection.execute(insert(ENTRY), made.entry)
        connection.execute(_LATE, {"its_ticket": ticket_id, "late_at": ticket["next_due_at"], "fired": made.fired})
        connection.execute(_DROP, {"its_ticket": ticket_id})
        connection.execute(insert(NOTICE), list(made.notices))
    FIRED.committed(1)


def main() -> None:
    # By this module's importable name, which the store keeps, and not as the main one.
    from benchmarks.peers import jobs

    scheduler = BackgroundScheduler(
        timezone=dt.UTC,
        jobstores={"default": SQLAlchemyJobStore(engine=engine_on(URL), tablename="peer_job")},
        executors={"default": ThreadPoolExecutor(10)},
        job_defaults={"misfire_grace_time": None},
    )
    with ENGINE.connect() as connection:
        due = connection.execute(select(TICKET.c.id).where(TICKET.c.next_due_at == DUE)).scalars().all()
    scheduler.start(paused=True)
    for ticket in due:
        scheduler.add_job(jobs.fire, "date", run_date=DUE, args=[ticket], id=str(ticket))
    scheduler.resume()
    jobs.FIRED.announce()
    sys.stdin.readline()
    scheduler.shutdown()
    jobs.FIRED.tell()


if __name__ == "__main__":
    main()
