"""F2: a web worker that is killed at any moment while people work."""

from __future__ import annotations

import random
import threading

from tests.chaos.load import Load, Workers
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Stage, until

BATCH = 50


def killed(stage: Stage, tally: Tally, n: int) -> None:
    tried = 0
    while tried < n:
        batch = min(BATCH, n - tried)
        with stage.scene() as scene:
            workers = Workers(scene, 4 if stage.databases.kind == "postgresql" else 2)
            schedulers = [scene.victim("schedule") for _ in range(2 if stage.databases.kind == "postgresql" else 1)]
            with Load(scene, workers.port, people=6).going() as load:
                until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
                for _ in range(batch):
                    threading.Event().wait(random.uniform(0.02, 0.3))
                    workers.kill()
            until(scene.idle, "an end")
            faults = [f"a client: {one}" for one in load.raised]
            faults += [f"scheduler {one.pid} ended: {one.words()[-500:]}" for one in schedulers if one.ended()]
            scene.settle()
            tally.count_many(batch, f"kills among {len(scene.journal.calls)} calls", faults + checked(scene))
        tried += batch


ROW = Row(
    name="F2",
    what="SIGKILL of a random web worker every 0.02 to 0.3 s while people work and schedulers sweep",
    keeps="I1 I2 I3 I5",
    run=killed,
    n=300,
    few=4,
)
