"""F21: one web worker has no memory left, and 200 clients send half a request each; the others are served."""

from __future__ import annotations

import os
import resource
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from tests.chaos.load import Load
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.operated import Installation
from tests.chaos.scene import Scene, Stage, until

HALVES = 200

ASKED = 20
"""So many calls are timed in each try."""

BAR = 1.0
"""What 19 of 20 calls may take at most, in seconds, until they are answered."""

ROOM = 1024 * 1024
"""So many bytes more than it has may a worker take that has no memory left."""


def run(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene, closing(Installation(scene)) as installed:
        faults: list[str] = []
        with Load(scene, lambda: installed.port, people=2).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number in range(n):
                tally.count(*_one(scene, installed, number))
        faults += [f"a client: {one}" for one in load.raised]
        until(scene.idle, "an end")
        faults += installed.stop()
        scene.settle()
        if faults := faults + checked(scene):
            tally.count("everything at the end", faults)
    if stage.databases.kind == "sqlite":
        tally.note("on SQLite one process serves: without memory it ends and is started again, as in F18")
    tally.note("who has no memory left is killed after a second, as the system does it")


def _one(scene: Scene, installed: Installation, number: int) -> tuple[str, list[str]]:
    faults = []
    with ExitStack() as over:
        starved = None
        over.enter_context(_half_sent(installed.port))
        if installed.door is not None:
            starved = sorted(installed.web.children())[number % len(installed.web.children())]
            _starve(starved)
        took = sorted(_asked(scene, installed.port) for _ in range(ASKED))
        if (most := took[-1 - ASKED // 20]) > BAR:
            faults.append(f"calls have waited for {most:.1f} s, the bar is {BAR} s")
        if starved is not None:
            with suppress(ProcessLookupError):
                os.kill(starved, signal.SIGKILL)
            until(
                lambda: starved not in installed.web.children() and len(installed.web.children()) == 2, "a successor"
            )  # fmt: skip
    if installed.web.ended(0):
        faults.append(f"the service has ended: {installed.web.words()[-500:]}")
    return f"the slowest but one of {ASKED} calls took {most:.2f} s", faults


def _asked(scene: Scene, port: int) -> float:
    """How long somebody waits for a page, also if whoever was asked first had no memory for it."""
    begun = time.monotonic()
    until(lambda: scene.clients.read(port, "/api/v1/tickets?limit=5", "ada")[0] == 200, "a page")
    return time.monotonic() - begun


def _starve(pid: int) -> None:
    """From now on a process gets hardly any memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + ROOM
    resource.prlimit(pid, resource.RLIMIT_AS, (most, most))


@contextmanager
def _half_sent(port: int) -> Iterator[None]:
    """Clients that have sent a part of their request and send no more."""
    head = b"POST /api/v1/tickets HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
    parts = (b"", head[:20], head, head + b"Content-Length: 900\r\n\r\n" + b'{"workflow": "errand", ')
    with ExitStack() as over:
        for number in range(HALVES):
            one = over.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            one.sendall(parts[number % len(parts)])
        yield


ROW = Row(
    name="F21",
    what="one of two `duban web` workers gets no memory any more (RLIMIT_AS) and is killed at last, while 200 clients "
    "keep half-sent requests open; on SQLite only these",
    keeps="I1 I2; the others are served, 19 of 20 calls within 1 s",
    run=run,
    n=20,
    few=1,
)
