"""What runs in a process that is going to be killed: the application, served or doing a scheduler's duties.

Nothing of it lives in the service; it listens to SQLAlchemy to know how far the process has come.

    python -m tests.chaos.victim web --database URL --die-at 7
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url
from waitress import create_server

from service import carrying, migrations, publishing, revisions, scheduler
from service.app import create_app
from service.db import db, disconnect, reading, writing
from service.files import read_folder
from service.outdated import Wish
from service.revisions import NothingPublished
from service.scheduler import Duties
from service.serving import wait_for_signals
from service.settings import Settings
from tests.chaos.clock import SteppedNow
from tests.chaos.newer import newer

THREADS = 8


def application(url: str, clock: Path) -> Flask:
    """The application as a running one has it: what is published is read, and no connection is open."""
    app = create_app(Settings(database_url=make_url(url), definitions=Path("definitions")), SteppedNow(clock))
    with app.app_context(), reading() as session, suppress(NothingPublished):
        revisions.current(session)
    client = app.test_client()
    for path in ("/api/v1/tickets", "/healthz"):
        client.get(path, headers={"Authorization": "Bearer duban_nobody"})
    disconnect(app)
    return app


class Dying:
    """Kills or stops the process at the k-th point: before each statement, before each COMMIT, and after it.

    What it died of is the last line on standard error.
    """

    def __init__(self, engine: Engine, at: int, by: signal.Signals = signal.SIGKILL) -> None:
        self.at = at
        self.by = by
        self.points = 0
        self._counting = threading.Lock()
        event.listen(engine, "before_cursor_execute", self._before)
        commit = engine.dialect.do_commit

        def do_commit(connection: Any) -> None:
            self._reached("COMMIT")
            commit(connection)
            self._reached("what follows COMMIT")

        engine.dialect.do_commit = do_commit  # type: ignore[method-assign]

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self._reached(statement)

    def _reached(self, what: str) -> None:
        with self._counting:
            self.points += 1
            if self.points == self.at:
                line = " ".join(what.split())[:200]
                os.write(2, f"died at {self.points}: {line}\n".encode())
                os.kill(os.getpid(), self.by)
                if self.by is signal.SIGKILL:
                    threading.Event().wait()


def web(app: Flask, listening: socket.socket, threads: int = THREADS) -> None:
    """Serve until the end."""
    listening.setblocking(False)
    signal.signal(signal.SIGTERM, _end)
    server = create_server(app, sockets=[listening], threads=threads, ident="duban")
    server.run()
    server.close()


def schedule(app: Flask) -> None:
    """Do a scheduler's duties until the end."""
    signal.signal(signal.SIGTERM, _end)
    with suppress(SystemExit), scheduler.awake(duties_of(app)):
        wait_for_signals()


def both(app: Flask, listening: socket.socket) -> None:
    """What `duban serve` is: the API and a scheduler beside it."""
    with scheduler.awake(duties_of(app)):
        web(app, listening)


def duties_of(app: Flask) -> Duties:
    return Duties(app=app, now=app.extensions["duban_now"])


def publish(app: Flask, folder: Path) -> None:
    """Publish what lies in a folder, as `duban publish` does."""
    files = read_folder(folder)
    now = duties_of(app).now
    with app.app_context(), writing() as session:
        publishing.publish(session, files, now.instant(session))


def carry(app: Flask, names: Sequence[str]) -> None:
    """Carry over the open tickets of definitions and calendars, as `duban publish --carry-over` does then."""
    with app.app_context():
        for _ in carrying.carry_over(duties_of(app).now, Wish(names=tuple(names))):
            pass


def upgrade(app: Flask, folder: Path | None) -> None:
    """Upgrade the schema, to that of this version or to the one with the revision of a folder."""
    with app.app_context(), newer(folder) if folder is not None else nullcontext():
        migrations.upgrade()


def duty(app: Flask, name: str) -> None:
    """Do one duty of a scheduler once."""
    named: Mapping[str, Callable[[], object]] = {
        one.__name__: one
        for duties in (duties_of(app),)
        for one in (duties.sweep, duties.deliver, duties.recur, duties.rederive, duties.forget)
    }
    named[name]()


def _end(_number: int, _frame: object) -> None:
    raise SystemExit(0)


def listen() -> socket.socket:
    """A socket on some port of this machine that nobody else can reach."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(1024)
    return listening


def run(app: Flask, order: Mapping[str, Any], listening: socket.socket | None) -> None:
    """What a victim was made for: `web`, `schedule`, `both`, `publish`, `carry`, `upgrade`, or a duty by its name."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(threadName)s %(message)s", force=True)
    dying = None
    if order.get("die_at"):
        with app.app_context():
            dying = Dying(db.engine, order["die_at"], signal.Signals[order.get("by", "SIGKILL")])
    try:
        _do(app, order, listening)
    finally:
        if dying is not None:
            os.write(2, f"points reached: {dying.points}\n".encode())


def _do(app: Flask, order: Mapping[str, Any], listening: socket.socket | None) -> None:
    match order["what"]:
        case "web":
            assert listening is not None
            web(app, listening, order.get("threads", THREADS))
        case "both":
            assert listening is not None
            both(app, listening)
        case "schedule":
            schedule(app)
        case "publish":
            publish(app, Path(order["folder"]))
        case "upgrade":
            upgrade(app, Path(order["folder"]) if order["folder"] else None)
        case "carry":
            carry(app, order["names"])
        case name:
            duty(app, name)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.chaos.victim", description=__doc__)
    asked.add_argument("what", help="web, schedule, both, or a duty: sweep, deliver, recur, rederive, forget")
    asked.add_argument("--database", required=True, help="its address")
    asked.add_argument("--die-at", type=int, default=0, help="which statement it dies at, counted from 1 (none)")
    asked.add_argument("--clock", type=Path, help="the file by which its clock is stepped (none)")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = application(given.database, given.clock or Path(folder) / "clock")
        listening = listen() if given.what in ("web", "both") else None
        if listening is not None:
            sys.stdout.write(f"http://127.0.0.1:{listening.getsockname()[1]}\n")
            sys.stdout.flush()
        run(app, {"what": given.what, "die_at": given.die_at}, listening)


if __name__ == "__main__":
    main()
