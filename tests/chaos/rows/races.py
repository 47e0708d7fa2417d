"""F15: eight people who want the same ticket, and somebody who moves one in the moment in which it is late."""

from __future__ import annotations

import datetime as dt
import random
import threading

from service.db import reading
from tests.chaos.load import together
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import DESK, Scene, Stage, until

RACERS = 8
BATCH = 50


def run(stage: Stage, tally: Tally, n: int) -> None:
    tried = 0
    while tried < n:
        batch = min(BATCH, n - tried)
        with stage.scene() as scene:
            ports = [scene.victim("web").port for _ in range(2)]
            for _ in range(batch):
                _race(scene, ports)
            scene.settle()
            tally.count_many(batch, "races of eight people", checked(scene))
        with stage.scene() as scene:
            ports = [scene.victim("web").port for _ in range(2)]
            scene.victim("schedule")
            for _ in range(0, batch, 10):
                _against_the_clock(scene, ports, min(10, batch))
            until(scene.idle, "an end")
            scene.settle()
            tally.count_many(batch, "races against a deadline", checked(scene))
        tried += batch


def _race(scene: Scene, ports: list[int]) -> None:
    errand = scene.done(ports[0], scene.opening())
    number, version = errand["number"], errand["version"]
    calls = [
        scene.moving(number, "go", version, actor, key=random.random() < 0.5, race=number)
        for actor in random.sample(DESK, RACERS)
    ]
    together(*(lambda call=call: scene.clients.send(random.choice(ports), call) for call in calls))  # type: ignore[misc]


def _against_the_clock(scene: Scene, ports: list[int], count: int) -> None:
    """Tickets that are late after a second, or raised after another: somebody picks each up in just that moment."""

    def live() -> None:
        dash = scene.done(random.choice(ports), scene.opening("dash", random.choice(DESK)))
        opened = dt.datetime.fromisoformat(dash["opened_at"])
        due = opened + dt.timedelta(seconds=random.choice((1, 2)), milliseconds=random.randint(-12, 4))
        with scene.app.app_context(), reading() as session:
            left = (due - scene.now.instant(session)).total_seconds()
        threading.Event().wait(max(left, 0))
        number, version = dash["number"], dash["version"]
        scene.clients.send(random.choice(ports), scene.moving(number, "go", version, "ada"))

    together(*([live] * count))


ROW = Row(
    name="F15",
    what="eight people race for one ticket; somebody moves a ticket in the moment in which a level of it falls due",
    keeps="I6 I4",
    run=run,
    n=500,
    few=4,
)
