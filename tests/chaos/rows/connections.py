"""F7, F8 and F9: a database that is restarted, that cuts connections, or that nobody can reach."""

from __future__ import annotations

import random
import threading
from pathlib import Path

from tests.chaos.load import Load, Workers
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Scene, Stage, until
from tests.chaos.victim import THREADS
from tests.chaos.wire import COMMIT, WRITE, Wire, wire

POSTGRESQL = ("postgresql",)

BACK_WITHIN = 30.0
FAILS_WITHIN = 10.0


def restarted(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        workers = Workers(scene, 2)
        schedulers = [scene.victim("schedule")]
        slow: list[str] = []
        with Load(scene, workers.port, people=4).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number in range(n):
                threading.Event().wait(random.uniform(0.1, 0.5))
                stage.cluster.restart(immediate=bool(number % 2))
                took = until(lambda: _answers(scene, workers.port()), "an answer after the restart", BACK_WITHIN)
                tally.say(f"restart {number + 1} of {n}: back after {took:.1f} s")
        until(scene.idle, "an end")
        faults = slow + [f"a client: {one}" for one in load.raised]
        faults += [f"process {one.pid} needs a hand" for one in (*workers.victims, *schedulers) if one.ended()]
        scene.settle()
        tally.count_many(n, f"restarts under {len(scene.journal.calls)} calls", faults + checked(scene))


def _answers(scene: Scene, port: int) -> bool:
    return scene.clients.read(port, "/api/v1/tickets?limit=1", "ada", patience=BACK_WITHIN)[0] == 200


def cut(stage: Stage, tally: Tally, n: int) -> None:
    """Half of the cuts come at any moment under load, half between what ends a transaction and its answer."""
    half = max(n // 2, 1)
    with stage.scene() as scene, wire(scene.url) as between:
        scene.seen_by_victims = between.url
        workers = Workers(scene, 2)
        scene.victim("schedule")
        with Load(scene, workers.port, people=4).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number in range(half):
                threading.Event().wait(random.uniform(0.02, 0.2))
                if number % 2:
                    between.cut()
                else:
                    stage.cluster.cut(scene.url)
        until(scene.idle, "an end")
        faults = [f"a client: {one}" for one in load.raised]
        scene.settle()
        tally.count_many(half, f"cuts under {len(scene.journal.calls)} calls", faults + checked(scene))
    with stage.scene() as scene, wire(scene.url) as between:
        scene.seen_by_victims = between.url
        port = scene.victim("web").port
        for number in range(n - half):
            keyed = number % 3 != 0
            errand = scene.done(port, scene.opening())
            call = scene.moving(errand["number"], "go", errand["version"], key=keyed)
            before = between.lost
            between.lose_answer_to(COMMIT if keyed else WRITE)
            attempt = scene.clients.send(port, call)
            faults = []
            if between.lost == before:
                between.lose_answer_to(None)
                faults.append("no answer was lost")
            elif attempt.status not in (503, 200):
                faults.append(f"the call was answered {attempt.status} {attempt.why}")
            if keyed:
                again = scene.clients.send(port, call)
                if again.ending != "ok":
                    faults.append(f"the repeat was answered {again.status} {again.why}")
            what = "COMMIT" if keyed else "a statement that is a transaction by itself"
            tally.count(f"an answer to {what} that was lost", faults + checked(scene, errand["number"]))
        scene.settle()
        if faults := checked(scene):
            tally.count("everything at the end", faults)


def unreachable(stage: Stage, tally: Tally, n: int) -> None:
    """The server refuses, says nothing, or is frozen; meanwhile as many people ask as there are threads."""
    with stage.scene() as scene, wire(scene.url) as between:
        scene.seen_by_victims = between.url
        worker = scene.victim("web")
        scheduler = scene.victim("schedule")
        for number in range(n):
            how = ("says nothing", "refuses", "is frozen")[number % 3]
            errand = scene.done(worker.port, scene.opening())
            numbers, version = errand["number"], errand["version"]
            _break(stage, between, how)
            calls = [scene.moving(numbers, "note", version, matter=f"{one}") for one in range(THREADS)]
            asking = [
                threading.Thread(target=scene.clients.send, args=(worker.port, call), kwargs={"patience": 60.0})
                for call in calls
            ]
            for one in asking:
                one.start()
            for one in asking:
                one.join(90)
            _mend(stage, between, how)
            took = until(lambda: _answers(scene, worker.port), "an answer afterwards", BACK_WITHIN)
            faults = [
                f"a call was answered {one.attempts[0].status} after {one.attempts[0].took:.1f} s {one.attempts[0].why}"
                for one in calls
                if one.attempts[0].status != 503 or one.attempts[0].took > FAILS_WITHIN
            ][:1]
            if worker.ended() or scheduler.ended():
                faults.append("a process has ended")
            if (threads := _threads(worker.pid)) > THREADS + 4:
                faults.append(f"there are {threads} threads now")
            tally.count(f"a server that {how}, back after {took:.1f} s", faults)
        until(scene.idle, "an end")
        scene.settle()
        if faults := checked(scene):
            tally.count("everything at the end", faults)


def _break(stage: Stage, between: Wire, how: str) -> None:
    if how == "refuses":
        between.refusing = True
        between.cut()
    elif how == "says nothing":
        between.silent.set()
    else:
        stage.cluster.freeze()


def _mend(stage: Stage, between: Wire, how: str) -> None:
    between.refusing = False
    between.silent.clear()
    if how == "is frozen":
        stage.cluster.thaw()


def _threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


RESTARTED = Row(
    name="F7",
    what="restart of the database while people work, every second one immediate, as after a crash",
    keeps="I1 I2 I3, nobody needs a hand, back within 30 s",
    run=restarted,
    n=30,
    few=2,
    databases=POSTGRESQL,
    own_server=True,
)

CUT = Row(
    name="F8",
    what="connections cut at any moment, and exactly between COMMIT and its answer",
    keeps="I1 I2 I5",
    run=cut,
    n=300,
    few=4,
    databases=POSTGRESQL,
)

UNREACHABLE = Row(
    name="F9",
    what="a database that refuses, says nothing or is frozen, while as many people ask as a worker has threads",
    keeps="503 within 10 s, no thread is left hanging, all is well afterwards",
    run=unreachable,
    n=20,
    few=1,
    databases=POSTGRESQL,
)
