"""One scheduler of ours in a process of its own, with all its duties: `python -m benchmarks.scheduling URL DUE DELAY`.

DELAY is in milliseconds and added to every statement and every COMMIT, as a network would; 0 adds nothing.
"""

from __future__ import annotations

import logging
import sys
import threading

from sqlalchemy import Engine, event, select
from sqlalchemy.engine import make_url

from benchmarks.firing import Fired, instant
from benchmarks.place import opened
from service import moves, scheduler, tables
from service.db import db, writing
from service.moves import Request
from service.now import SystemNow
from service.scheduler import Duties
from service.sweep import Swept


def delayed(engine: Engine, milliseconds: float) -> None:
    """Makes everything that is sent to the database wait so long."""

    def wait(*_: object) -> None:
        threading.Event().wait(milliseconds / 1000)

    event.listen(engine, "before_cursor_execute", wait)
    event.listen(engine, "commit", wait)


def warm() -> None:
    """Lets this process have decided about a ticket before: a scheduler does not start when something is due."""
    with writing() as session:
        number = session.execute(
            select(tables.Ticket.number).where(tables.Ticket.workflow == "repair").limit(1)
        ).scalar()
        chased = Request(person="lin", transition="chase", fields={"chase_note": "已电话跟进"}, dry_run=True)
        moves.move_ticket(session, SystemNow(), str(number), chased)


def main() -> None:
    fired, delay = Fired(instant(sys.argv[2])), float(sys.argv[3])

    def watch(swept: Swept) -> None:
        fired.committed(len(swept.outcomes))

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a sweep takes longer than half a second is known
    with opened(make_url(sys.argv[1])) as app:
        warm()
        if delay:
            delayed(db.engine, delay)
        with scheduler.awake(Duties(app=app, now=SystemNow(), watch=watch)):
            fired.announce()
            sys.stdin.readline()
        fired.tell()


if __name__ == "__main__":
    main()
