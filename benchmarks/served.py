"""One web application on one server, for the load to be sent to: `python -m benchmarks.served KIND SERVER URL`.

KIND is `duban`, `bare` or `schemas`; SERVER `gunicorn` (two workers with four threads each) or `waitress` (eight
threads, as `duban serve` has). No scheduler runs beside any of them, and none shows the collector of garbage what it
has loaded. The port is printed, and the server goes when standard input ends.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
from typing import Any

from flask import Flask
from sqlalchemy.engine import make_url

WORKERS, THREADS = 2, 4


def application(kind: str, address: str) -> Flask:
    """The application; called in each worker, so that none shares a connection with another."""
    url = make_url(address)
    if kind == "duban":
        from benchmarks.place import DEFINITIONS
        from service.figures import Figures
        from service.serving import loaded_app
        from service.settings import Settings

        return loaded_app(Settings(database_url=url, definitions=DEFINITIONS), Figures())
    from benchmarks.peers import endpoint
    from service.collecting import keep

    app = {"bare": endpoint.bare, "schemas": endpoint.with_schemas}[kind](url)
    keep()
    return app


def listening() -> socket.socket:
    """A socket on a free port of this machine."""
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", 0))
    found.listen(1024)
    return found


def by_waitress(kind: str, address: str) -> None:
    import waitress

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # that requests wait for a thread is what is wanted
    door = listening()
    _announce(door)
    waitress.serve(application(kind, address), sockets=[door], threads=WORKERS * THREADS, ident=None)


def by_gunicorn(kind: str, address: str) -> None:
    from gunicorn.app.base import BaseApplication

    door = listening()
    os.set_inheritable(door.fileno(), True)

    class Served(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"fd://{door.fileno()}",
                "workers": WORKERS,
                "threads": THREADS,
                "worker_class": "gthread",
                "keepalive": 60,
                "loglevel": "error",
                "graceful_timeout": 2,
            }.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return application(kind, address)

    _announce(door)
    Served().run()


def _announce(door: socket.socket) -> None:
    sys.stdout.write(f"{door.getsockname()[1]}\n")
    sys.stdout.flush()

    def end() -> None:
        sys.stdin.read()
        os.kill(os.getpid(), 15)

    threading.Thread(target=end, daemon=True).start()


if __name__ == "__main__":
    sys.argv, (kind, server, address) = sys.argv[:1], sys.argv[1:4]
    {"gunicorn": by_gunicorn, "waitress": by_waitress}[server](kind, address)
