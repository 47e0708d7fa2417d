"""F18 and F20: processes that are told to stop one after the other, and a database as it was an hour ago."""

from __future__ import annotations

import datetime as dt
import threading
import time

from service.db import disconnect
from tests.chaos.load import Load, Workers
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Scene, Stage, until
from tests.chaos.stored import look


def rolling(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        workers = Workers(scene, 2)
        scheduler = scene.victim("schedule")
        faults = []
        with Load(scene, workers.port, people=4).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number in range(n):
                threading.Event().wait(0.1)
                if number % 3 == 2:
                    old, scheduler = scheduler, scene.victim("schedule")
                else:
                    place = number % 2
                    old, workers.victims[place] = workers.victims[place], scene.victim("web")
                began = time.monotonic()
                code = old.stop()
                if code:
                    faults.append(f"a process that was told to stop ended with {code}: {old.words()[-500:]}")
                if (took := time.monotonic() - began) > 30:
                    faults.append(f"a process that was told to stop took {took:.0f} s")
        until(scene.idle, "an end")
        faults += [f"a client: {one}" for one in load.raised]
        lost = [call for call in scene.journal.calls if call.key and call.ending == "unknown"]
        faults += [f"{call.intent} failed in spite of {len(call.attempts)} tries" for call in lost]
        again = sum(len(call.attempts) > 1 for call in scene.journal.calls)
        tally.note(f"{again} of {len(scene.journal.calls)} calls had to be sent again")
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
    what="SIGTERM to one process after the other while people work, each with a successor",
    keeps="I1; no call fails that is sent again",
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
