"""F18 and F20: processes that are told to stop one after the other, and a database as it was an hour ago."""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import closing

from service.db import disconnect
from tests.chaos.load import Load
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.operated import Installation
from tests.chaos.scene import Scene, Stage, until
from tests.chaos.stored import look

PATIENT = 300
"""How often a call is sent while nobody listens, until it is given up: the start of a process takes some seconds."""


def rolling(stage: Stage, tally: Tally, n: int) -> None:
    """As an operator does it by deploy/README.md: fresh workers, then a restart of the workers, then the scheduler."""
    with stage.scene() as scene, closing(Installation(scene)) as installed:
        ways = [installed.restart_web] if stage.databases.kind == "sqlite" else [
            installed.fresh_workers, installed.restart_web, installed.restart_scheduler,
        ]  # fmt: skip
        faults = []
        with Load(scene, lambda: installed.port, people=4, times=PATIENT).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number in range(n):
                threading.Event().wait(0.1)
                faults += ways[number % len(ways)]()
                tally.say(f"restart {number + 1} of {n}, {len(scene.journal.calls)} calls")
        until(scene.idle, "an end")
        faults += installed.stop() + [f"a client: {one}" for one in load.raised]
        lost = [call for call in scene.journal.calls if call.key and call.ending == "unknown"]
        faults += [f"{call.intent} failed in spite of {len(call.attempts)} tries" for call in lost]
        again = [call for call in scene.journal.calls if len(call.attempts) > 1]
        whole = f"{len(again)} of {len(scene.journal.calls)} calls had to be sent again"
        if stage.databases.kind == "sqlite":
            tally.note(f"`duban serve`: {whole}")
        else:
            tally.note(f"`duban web` and `duban schedule`: {whole}")
            faults += [f"{call.intent} had to be sent again: {call.attempts[0].why}" for call in again]
        scene.settle()
        tally.count_many(n, f"restarts under {len(scene.journal.calls)} calls", faults + checked(scene))


def restored(stage: Stage, tally: Tally, n: int) -> None:
    hour = dt.timedelta(hours=1)
    for _ in range(n):
        with stage.scene() as scene:
            port = scene.victim("web").port
            numbers = [scene.done(port, scene.opening())["number"] for _ in range(5)]
            numbers += [scene.opened_before(dt.timedelta(minutes=15)) for _ in range(5)]
            scene.settle()
            disconnect(scene.app)
            backup = stage.databases.create(scene.url)
            scene.now.step_to(hour)
            lost = scene.victim("web").port
            for number in numbers[:2]:
                scene.done(lost, scene.moving(number, "go", _version(scene, lost, number)))
            scene.settle()
            told = {
                row["id"] for kept in look(scene.app, scene.now, numbers[2:]).tickets.values() for row in kept.notices
            }
            with _as_it_was(stage, scene, backup) as again:
                web = again.victim("web")
                ready = again.clients.read(web.port, "/readyz", "ada")
                again.victim("schedule")
                again.wait_for_all(numbers, "everything overdue")
                calls = [scene.moving(number, "go", _version(again, web.port, number)) for number in numbers]
                faults = []
                for call in calls:
                    attempt = again.clients.send(web.port, call)
                    if attempt.ending != "ok":
                        faults.append(f"afterwards {call.ticket} cannot be moved: {attempt.status} {attempt.why}")
                again.settle()
                if ready[0] != 503 or "oldest due timer" not in str(ready[1]):
                    faults.append(f"/readyz does not say that something is overdue: {ready}")
                now = look(again.app, again.now, numbers[2:])
                new = {
                    row["id"]
                    for kept in now.tickets.values()
                    for row in kept.notices
                    if kept.lines[row["sequence"] - 1]["kind"] == "level"
                }
                if new - told:
                    faults.append(f"I10: {len(new - told)} notices of what fired again have other ids than before")
                tally.count("a restored backup", faults + checked(again))


def _version(scene: Scene, port: int, number: str) -> int:
    version: int = scene.clients.read(port, f"/api/v1/tickets/{number}", "ada")[1]["version"]
    return version


class _as_it_was:  # noqa: N801  used as a block
    """A scene on the backup of another one, an hour later."""

    def __init__(self, stage: Stage, scene: Scene, backup: object) -> None:
        folder = scene.folder / "again"
        folder.mkdir()
        self.again = Scene(stage.databases, backup, scene.clients.secrets, folder, stage.zygote)  # type: ignore[arg-type]
        self.again.now.step_to(scene.now.offset)
        self.again.numbers = scene.numbers

    def __enter__(self) -> Scene:
        return self.again

    def __exit__(self, *_: object) -> None:
        self.again.close()


ROLLING = Row(
    name="F18",
    what="a rolling restart by deploy/README.md while people work: SIGHUP to `duban web`, SIGTERM to it and to "
    "`duban schedule`, each with a successor on the same socket; on SQLite SIGTERM to `duban serve`",
    keeps="I1; no call fails that is sent again, with `duban web` none at all",
    run=rolling,
    n=50,
    few=2,
)

RESTORED = Row(
    name="F20",
    what="the database is put back to how it was an hour ago, and everything starts again",
    keeps="/readyz says what is overdue, each fires once, notices carry their old ids",
    run=restored,
    n=5,
    few=1,
)
