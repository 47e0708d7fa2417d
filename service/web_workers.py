"""Web workers: processes that serve the API from one socket, without a scheduler; gunicorn keeps them alive.

The socket is opened and the database looked at once, before anything is forked; the application with its connections
is made in each worker, so that no two processes share one. A worker holds nothing: any may be killed at any moment.
"""

from __future__ import annotations

import errno
import functools
import gc
import itertools
import logging
import os
import selectors
import signal
import socket
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from service.arriving import missing, wake_for_more
from service.calls import longest_running
from service.figures import Figures

BOOT_SECONDS = 30
"""How long a worker may show no sign of life until it is replaced."""

REQUEST_SECONDS = 120
"""How long a request may take until its worker counts as hanging: a database that is away ends it far sooner."""

STOP_SECONDS = 30
"""How long a worker that is told to stop has for what it has begun."""

SENDING_SECONDS = 10
"""How long a client may take for a small request or the beginning of a large one, and then pause in the middle."""

KEPT_SECONDS = 75
"""How long a connection without a request is kept: longer than a proxy keeps it, so that it is the proxy who closes."""

_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  # signs of life are no writes to a disk that may be busy or full

log = logging.getLogger(__name__)


def run(
    make_app: Callable[[], Any],
    listening: socket.socket | None,
    *,
    workers: int,
    threads: int,
    figures: Figures,
    ready: Callable[[], None],
) -> None:
    """Serve what `make_app` makes in each worker until told to stop; ends with SystemExit, code 0 in good order.

    `listening` None: the socket is the one that systemd hands over. SIGTERM: what has begun is finished, for
    STOP_SECONDS at most. SIGHUP: one worker after another is replaced by a fresh one, and no call is lost.
    """
    settings: dict[str, Any] = {
        "workers": workers,
        "threads": threads,
        "worker_class": _Worker,
        "timeout": BOOT_SECONDS,
        "graceful_timeout": STOP_SECONDS,
        "keepalive": KEPT_SECONDS,
        "forwarded_allow_ips": "",  # nothing here asks what a proxy says; the default would believe the environment
        "control_socket_disable": True,
        "logger_class": _Log,
        "when_ready": lambda _arbiter: ready(),
        "pre_fork": _give_part,
        "post_fork": lambda _arbiter, worker: figures.write_to(worker.part),
    }
    if listening is not None:
        settings["bind"] = f"fd://{listening.detach()}"
    if _SHARED_MEMORY.is_dir():
        settings["worker_tmp_dir"] = str(_SHARED_MEMORY)
    gc.freeze()  # what is loaded by now is shared with the workers; the collector of each would copy it
    _Workers(make_app, settings).run()


def _give_part(arbiter: Any, worker: Any) -> None:
    """Each worker counts in a part of its own; one that has ended leaves its part to the next."""
    taken = {one.part for one in arbiter.WORKERS.values()}
    worker.part = next(part for part in itertools.count() if part not in taken)


class _Workers(BaseApplication):
    """The workers as gunicorn wants to be told about them; it reads no file and no variable of its own."""

    def __init__(self, make_app: Callable[[], Any], settings: dict[str, Any]) -> None:
        self.load = make_app
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.settings.items():
            self.cfg.set(name, value)


class _Worker(ThreadWorker):
    """A worker that counts as hanging also when one of its threads does, and whose threads wait for no client."""

    def notify(self) -> None:
        if longest_running() < REQUEST_SECONDS:
            super().notify()

    def accept(self, listener: Any) -> None:
        super().accept(_Accepting(listener))

    def enqueue_req(self, conn: Any) -> None:
        """Hand a connection to a thread once its request has come; until then it costs a place in the poller."""
        read_ahead = conn.parser is not None and conn.parser.unreader.buf.getvalue()
        there = None if read_ahead else missing(conn.sock)
        before, conn.seen = getattr(conn, "seen", None), there
        if there is None or there == before:  # no more has come: it was closed
            if before is not None:
                wake_for_more(conn.sock, 0)
            conn.seen, conn.data_ready = None, True
            super().enqueue_req(conn)
            return
        if before is None:
            conn.timeout = time.monotonic() + SENDING_SECONDS
        conn.sock.setblocking(False)
        wake_for_more(conn.sock, there)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, selectors.EVENT_READ, functools.partial(self.on_pending_socket_readable, conn))

    def handle_abort(self, number: int, frame: Any) -> None:
        log.critical("this worker hangs and is replaced", extra={"action": "worker_hangs"})
        os.kill(os.getpid(), signal.SIGKILL)  # its threads would be waited for otherwise, and one of them hangs


class _Accepting:
    """A listening socket whose connections do not wait for ever for the rest of a request."""

    def __init__(self, listener: Any) -> None:
        self.listener = listener

    def accept(self) -> tuple[socket.socket, Any]:
        accepted, address = self.listener.accept()
        connection = _Connection(fileno=accepted.detach())
        limit = struct.pack("ll", SENDING_SECONDS, 0)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, limit)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
        return connection, address

    def getsockname(self) -> Any:
        return self.listener.getsockname()


class _Log(Logger):
    """What gunicorn says goes where everything goes; a line for each request is written by the application."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self._access_log_enabled = False
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **more: Any) -> None:
        # What cannot be read as a request is told there with the address that it came from, and with what was sent.
        invalid = msg.startswith("Invalid request from ip=")
        super().warning("what was sent is no request" if invalid else msg, *args, **more)

    def access(self, *_arguments: Any) -> None:
        pass

    def reopen_files(self) -> None:
        pass

    def close_on_exec(self) -> None:
        pass


class _Connection(socket.socket):
    """A client that pauses for too long has gone."""

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        try:
            return super().recv(size, flags)
        except BlockingIOError as error:
            self.shutdown(socket.SHUT_RDWR)  # gunicorn would wait for what it still sends, and serve nobody meanwhile
            raise ConnectionResetError(errno.ECONNRESET, "the rest of a request did not come") from error
