"""F10: a disk that is full while people work, and has room again."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from tests.chaos.databases import Files, cluster
from tests.chaos.matrix import LeftOut, Row, Tally, checked
from tests.chaos.scene import Scene, Stage, until

MEGABYTE = 1024 * 1024

MOST_FILES = 100


def run(stage: Stage, tally: Tally, n: int) -> None:
    kind = stage.databases.kind
    with ExitStack() as cleanup:
        disk = stage.folder / f"disk-{n}"
        disk.mkdir()
        stage.folder.chmod(0o711)  # the server of PostgreSQL may run as another user
        cleanup.enter_context(_mounted(disk, 200 if kind == "sqlite" else 600))
        databases = Files(disk) if kind == "sqlite" else cleanup.enter_context(cluster(folder=disk / "server"))
        folder = disk.parent / f"runs-{n}"
        folder.mkdir()
        small = Stage(databases, folder, stage.zygote)
        with small.scene() as scene:
            _play(scene, disk, tally, n)
    tally.note("without the base load, for which so small a disk has no room")


def _play(scene: Scene, disk: Path, tally: Tally, n: int) -> None:
    web = scene.victim("web")
    for number in range(n):
        errand = scene.done(web.port, scene.opening())
        scene.many_due(3)
        calls = [scene.moving(errand["number"], "note", errand["version"], matter="Two")]
        _fill(disk)
        scheduler = scene.victim("schedule")
        scene.clients.send(web.port, calls[0])
        while not any(call.ending == "unknown" for call in calls[1:]) and len(calls) < MOST_FILES:
            calls.append(scene.sending(os.urandom(MEGABYTE // 4)))  # the log has room for some still
            scene.clients.send(web.port, calls[-1])
        refused = [one.attempts[0] for one in calls if one.ending != "ok"]
        faults = [f"a call was answered {one.status} {one.why}" for one in refused if one.status not in (503, 507)]
        if not refused:
            faults.append("nothing was refused: the disk was not full")
        (disk / "filler").unlink()
        if scene.kind == "postgresql":
            _started_again(scene)
        until(lambda: scene.clients.read(web.port, "/api/v1/tickets?limit=1", "ada")[0] == 200, "an answer", 30)
        for call in calls:
            attempt = scene.clients.send(web.port, call)
            if attempt.ending != "ok":
                faults.append(f"with room again a call is answered {attempt.status} {attempt.why}")
        until(scene.idle, "an end")
        faults += [f"process {one.pid} has ended" for one in (web, scheduler) if one.ended()]
        scheduler.kill()
        if scene.kind == "sqlite":
            with closing(sqlite3.connect(str(scene.url.database))) as connection:
                found = connection.execute("PRAGMA integrity_check").fetchall()
            faults += [f"the file is broken: {found}"] if found != [("ok",)] else []
        tally.count(f"a full disk, {len(refused)} of {len(calls)} calls refused, try {number + 1}", faults)
    scene.settle()
    if faults := checked(scene):
        tally.count("everything at the end", faults)


def _fill(disk: Path) -> None:
    """Take all the room that there is."""
    with (disk / "filler").open("wb") as filler:
        size = 0
        for step in (MEGABYTE, 4096):
            with suppress(OSError):
                while True:
                    os.posix_fallocate(filler.fileno(), size, step)
                    size += step


def _started_again(scene: Scene) -> None:
    """A server that the full disk has brought down is started by whatever looks after it, systemd for one."""
    server = scene.databases.server  # type: ignore[union-attr]
    if server.process is not None and server.process.poll() is not None:
        server.run()


@contextmanager
def _mounted(folder: Path, megabytes: int) -> Iterator[None]:
    """A file system of so many megabytes; LeftOut where none may be made."""
    words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
    try:
        made = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        raise LeftOut(f"no small file system can be made here: {error}") from error
    if made.returncode:
        raise LeftOut(f"no small file system can be made here: {made.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], capture_output=True, timeout=30, check=False)


ROW = Row(
    name="F10",
    what="the disk of the database is full while people send calls and files and levels fall due; then there is room",
    keeps="I1 I2; 503, then all goes on; the file is whole",
    run=run,
    n=20,
    few=0,
)
