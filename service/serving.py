"""The processes that run for long: serving with a scheduler beside it, serving in several workers, only scheduling."""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress
from types import FrameType
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask
from waitress import create_server

from service import calls, collecting, migrations, revisions, scheduler
from service import demonstration as demonstrating
from service.announcing import Announcer, log_swept
from service.app import create_app
from service.db import DatabaseUnavailable, connect, disconnect, reading
from service.figures import Figures
from service.now import SystemNow
from service.scheduler import Duties
from service.settings import Settings
from service.single import NeedsPostgreSQL, only_server
from service.sqlite_files import require_database, sqlite_file
from service.sweep import Swept
from service.terminal import log_to_terminal
from workflow.definition import Text

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

THREADS = 8

STOP_SECONDS = 30
"""How long what has begun may take to end once the process is told to stop."""

CONNECTIONS = 500
"""Clients that may be connected at the same time, most of them with half a request: it costs no thread."""

GLANCE_SECONDS = 1
"""How often the main thread of a scheduler looks up from its sleep."""

PARTS = 512
"""How many workers may count at the same time: while they are replaced there are twice as many."""

log = logging.getLogger(__name__)


class CannotListen(Exception):
    """There is no listening on this host and port; `text` says why, and what would do, in both languages."""

    def __init__(self, host: str, port: int, why: Text) -> None:
        self.host = host
        self.port = port
        self.text = Text(f"{host}:{port} cannot be listened on: {why.en}", f"无法监听 {host}:{port}：{why.zh}")
        super().__init__(self.text.en)


class PortTaken(CannotListen):
    """Another program listens on this port."""


class PortForbidden(CannotListen):
    """The system keeps this port for its administrator."""


class HostUnknown(CannotListen):
    """This machine has no such address."""


def serve(settings: Settings, host: str, port: int, demonstration: bool = False) -> None:
    """Serve the API and run the scheduler in this process until it is told to stop.

    Raises CannotListen, AlreadyServed (on SQLite there is one serving process), DatabaseUnusable, SchemaNotCurrent.
    """
    lines = log_to_terminal(settings.log, "serve")
    require_database(settings.database_url, may_be_missing=demonstration)
    now, figures = SystemNow(), Figures()
    app = create_app(settings, now, figures)
    file = sqlite_file(settings.database_url)
    listening = _listen(host, port)
    with listening, only_server(file) if file is not None else nullcontext():
        if demonstration:
            with app.app_context():
                migrations.upgrade()
        lines.zone = _zone_of_checked(app)
        announcer = Announcer(app)
        if demonstration:
            with app.app_context():
                prepared = demonstrating.prepare(settings, now)
                lines.zone = _zone_of_the_house()
            announcer.greet(prepared, host, port)
        else:
            announcer.listening(host, port)
        server = create_server(
            app, sockets=[listening], threads=THREADS, ident="duban",
            connection_limit=CONNECTIONS, asyncore_use_poll=True,
        )  # fmt: skip
        collecting.keep()
        with (
            closing(server),
            _until_told_to_stop(app),
            scheduler.awake(Duties(app=app, now=now, watch=watcher(settings, announcer, figures))),
        ):
            server.run()


def serve_in_workers(settings: Settings, host: str, port: int, *, workers: int, threads: int) -> None:
    """Serve the API in several processes and run no scheduler, until told to stop; for PostgreSQL.

    A socket that systemd hands over is served instead of `host` and `port`.
    Raises CannotListen, NeedsPostgreSQL, SchemaNotCurrent, DatabaseUnavailable; ends with SystemExit.
    """
    from service import web_workers

    lines = log_to_terminal(settings.log, "web")
    if sqlite_file(settings.database_url) is not None:
        raise NeedsPostgreSQL
    handed_over = os.environ.get("LISTEN_PID") == str(os.getpid())
    listening = None if handed_over else _listen(host, port)
    bare = Flask("service")
    connect(bare, settings.database_url)
    lines.zone = _zone_of_checked(bare)
    disconnect(bare)  # nothing that is connected is inherited by two processes

    def ready() -> None:
        announcer = Announcer(bare)
        announcer.listening(host, port)

    figures = Figures(parts=PARTS)
    web_workers.run(
        lambda: loaded_app(settings, figures),
        listening,
        workers=workers,
        threads=threads,
        figures=figures,
        ready=ready,
    )


def loaded_app(settings: Settings, figures: Figures) -> Flask:
    """The application of a process that serves, which has read the definitions before it takes its first call."""
    app = create_app(settings, figures=figures)
    with app.app_context(), suppress(DatabaseUnavailable, revisions.NothingPublished), reading() as session:
        revisions.current(session)
    collecting.keep()
    return app


def schedule(settings: Settings, host: str = "127.0.0.1", health_port: int | None = None) -> None:
    """Run the scheduler alone until it is told to stop; any number of such processes may run on PostgreSQL.

    With `health_port` it answers there how it does, and what it has counted: nothing else.
    """
    lines = log_to_terminal(settings.log, "schedule")
    require_database(settings.database_url)
    now, figures = SystemNow(), Figures()
    app = create_app(settings, now, figures)
    file = sqlite_file(settings.database_url)
    listening = _listen(host, health_port) if health_port is not None else None
    with only_server(file) if file is not None else nullcontext():
        lines.zone = _zone_of_checked(app)
        announcer = Announcer(app)
        watch = watcher(settings, announcer, figures)
        with _until_told_to_stop(app), scheduler.awake(Duties(app=app, now=now, watch=watch)):
            if listening is not None:
                _tell_health(app, listening)
            announcer.scheduling()
            wait_for_signals()


def wait_for_signals() -> None:
    """Wait in the main thread until a signal raises something.

    A single wait without an end would sleep on if the signal had come in the moment before it, or to another thread.
    """
    while True:
        threading.Event().wait(GLANCE_SECONDS)


def watcher(settings: Settings, announcer: Announcer, figures: Figures) -> scheduler.Watcher:
    """What becomes of every batch: it is counted, and told to people on the terminal or to programs in the log."""
    tell = announcer.swept if settings.log == "text" else log_swept

    def swept(batch: Swept) -> None:
        figures.count("duban_set_aside_total", len(batch.set_aside))
        for outcome in batch.outcomes:
            calls.count_entries(figures, (one.entry for one in outcome.decisions), batch.at)
        tell(batch)

    return swept


def _tell_health(app: Flask, listening: socket.socket) -> None:
    """Answer only how the process does, beside its work; the thread ends with the process."""

    def health(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] in ("/healthz", "/readyz", "/metrics"):
            return app(environ, start)
        start("404 Not Found", [("Content-Type", "text/plain")])
        return [b"Here are only /healthz, /readyz and /metrics.\n"]

    server = create_server(health, sockets=[listening], threads=1, ident="duban")
    threading.Thread(target=server.run, name="health", daemon=True).start()


def _listen(host: str, port: int) -> socket.socket:
    """The listening socket, opened before anything is changed, so that a taken port changes nothing."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError) as error:
        raise HostUnknown(host, port, _NO_ADDRESS) from error
    listening = socket.socket(family, kind, protocol)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(1024)
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from error
    listening.setblocking(False)
    return listening


_NO_ADDRESS = Text(
    "that is no address of this machine; 127.0.0.1 is reached from here only, 0.0.0.0 from everywhere.",
    "这不是本机的地址；127.0.0.1 只供本机访问，0.0.0.0 可供所有机器访问。",
)


def _cannot_listen(host: str, port: int, error: OSError) -> CannotListen:
    if error.errno == errno.EADDRINUSE:
        return PortTaken(
            host,
            port,
            Text(
                "another program listens on this port; choose another one: `make run PORT=9000`, or `--port 9000`.",
                "该端口已被其他程序占用；请换一个端口：make run PORT=9000 或 --port 9000。",
            ),
        )
    if error.errno in (errno.EACCES, errno.EPERM):
        return PortForbidden(
            host,
            port,
            Text(
                "ports below 1024 are often kept for the administrator; choose a higher one: `--port 8080`.",
                "1024 以下的端口通常只供管理员使用；请选更高的端口：--port 8080。",
            ),
        )
    if error.errno == errno.EADDRNOTAVAIL:
        return HostUnknown(host, port, _NO_ADDRESS)
    why = error.strerror or str(error)
    return CannotListen(host, port, Text(f"{why}.", f"{why}。"))


@contextmanager
def _until_told_to_stop(app: Flask) -> Iterator[None]:
    """SIGTERM and Ctrl-C end the block in good order; then the connections to the database are closed."""

    def caught(_number: int, _frame: FrameType | None) -> None:
        log.info("stopping: what has begun is finished first", extra={"action": "stopping"})
        at_last.start()
        raise SystemExit(0)

    at_last = threading.Timer(STOP_SECONDS, _end_now)
    at_last.daemon = True
    before = {number: signal.signal(number, caught) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except SystemExit:
        log.info("stopped", extra={"action": "stopped"})
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        disconnect(app)
        at_last.cancel()


def _end_now() -> None:
    log.error("what has begun does not come to its end: stopped all the same", extra={"action": "stop_forced"})
    os._exit(1)  # as if killed: nothing that is not whole is ever stored


def _zone_of_checked(app: Flask) -> ZoneInfo | None:
    """The zone in which times are logged, once it is certain that the database has the schema of this program.

    Raises SchemaNotCurrent and DatabaseUnavailable, and leaves no connection open then.
    """
    with app.app_context():
        try:
            migrations.require_current_schema()
            return _zone_of_the_house()
        except BaseException:
            disconnect(app)
            raise


def _zone_of_the_house() -> ZoneInfo | None:
    """The zone in which times are logged: that of the calendars, if something is published and they have only one."""
    with reading() as session:
        try:
            zone = revisions.current(session).catalogue.zone
        except revisions.NothingPublished:
            return None
    return None if zone is None else ZoneInfo(zone)
