"""The processes that run for long: serving with a scheduler beside it, or only scheduling."""

from __future__ import annotations

import logging
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from types import FrameType

from flask import Flask
from waitress import create_server

from service import demonstration as demonstrating
from service import migrations, scheduler
from service.announcing import Announcer
from service.app import create_app
from service.db import disconnect, sqlite_file
from service.now import SystemNow
from service.scheduler import Duties
from service.settings import Settings
from service.single import only_server

THREADS = 8

log = logging.getLogger(__name__)


class PortTaken(Exception):
    """Another program listens on this port; choose another one: `make run PORT=9000`, or `--port 9000`."""

    def __init__(self, host: str, port: int, why: str) -> None:
        self.host = host
        self.port = port
        super().__init__(f"{host}:{port} cannot be listened on ({why}). {self.__doc__}")


def serve(settings: Settings, host: str, port: int, demonstration: bool = False) -> None:
    """Serve the API and run the scheduler in this process until it is told to stop.

    Raises PortTaken, AlreadyServed (on SQLite there is one serving process), SchemaNotCurrent.
    """
    _log_to_terminal()
    now = SystemNow()
    app = create_app(settings, now)
    file = sqlite_file(settings.database_url)
    listening = _listen(host, port)
    with listening, only_server(file) if file is not None else nullcontext():
        with app.app_context():
            if demonstration:
                migrations.upgrade()
            migrations.require_current_schema()
        announcer = Announcer(app)
        if demonstration:
            with app.app_context():
                prepared = demonstrating.prepare(settings, now)
            announcer.greet(prepared, host, port)
        else:
            announcer.listening(host, port)
        server = create_server(app, sockets=[listening], threads=THREADS, ident="duban")
        with (
            closing(server),
            _until_told_to_stop(app),
            scheduler.awake(Duties(app=app, now=now, watch=announcer.swept)),
        ):
            server.run()


def schedule(settings: Settings) -> None:
    """Run the scheduler alone until it is told to stop; any number of such processes may run on PostgreSQL."""
    _log_to_terminal()
    now = SystemNow()
    app = create_app(settings, now)
    file = sqlite_file(settings.database_url)
    with only_server(file) if file is not None else nullcontext():
        with app.app_context():
            migrations.require_current_schema()
        announcer = Announcer(app)
        with _until_told_to_stop(app), scheduler.awake(Duties(app=app, now=now, watch=announcer.swept)):
            announcer.scheduling()
            threading.Event().wait()


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, opened before anything is changed, so that a taken port changes nothing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        raise PortTaken(host, port, error.strerror or str(error)) from error
    listening.setblocking(False)
    return listening


@contextmanager
def _until_told_to_stop(app: Flask) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the block in good order; then the connections to the database are closed."""

    def caught(_number: int, _frame: FrameType | None) -> None:
        log.info("stopping: what has begun is finished first", extra={"action": "stopping"})
        raise SystemExit(0)

    before = {number: signal.signal(number, caught) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except SystemExit:
        log.info("stopped", extra={"action": "stopped"})
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        disconnect(app)


def _log_to_terminal() -> None:
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for quiet in ("apscheduler", "waitress", "transitions", "alembic"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
