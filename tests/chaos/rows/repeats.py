"""F13 and F14: requests that are sent many times under one key, and a key that comes with another request."""

from __future__ import annotations

import random

from tests.chaos.journal import Call
from tests.chaos.load import together
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Scene, Stage

BATCH = 50
"""So many keys are tried until everything is checked."""


def repeated(stage: Stage, tally: Tally, n: int) -> None:
    tried = 0
    while tried < n:
        batch = min(BATCH, n - tried)
        with stage.scene() as scene:
            ports = [scene.victim("web").port for _ in range(3)]
            for number in range(batch):
                _repeat(scene, ports, tried + number)
            scene.settle()
            tally.count_many(batch, "keys", checked(scene) + _unclear(scene))
        tried += batch


def _repeat(scene: Scene, ports: list[int], number: int) -> None:
    """One key, sent often: in series, at once to one worker, at once to all, or after a worker died of it."""
    call = _some_call(scene, ports)
    times = 50 if number % 50 == 7 else random.randint(2, 5)
    how = number % 4
    if how == 0:
        for _ in range(times):
            scene.clients.send(random.choice(ports), call)
    elif how == 3:
        victim = scene.victim("web", die_at=random.randint(1, 40))
        scene.clients.send(victim.port, call)
        for _ in range(times - 1):
            scene.clients.send(random.choice(ports), call)
    else:
        to = ports[:1] if how == 1 else ports
        together(*(lambda port=to[one % len(to)]: scene.clients.send(port, call) for one in range(times)))  # type: ignore[misc]
        scene.clients.send(random.choice(ports), call)


def _some_call(scene: Scene, ports: list[int]) -> Call:
    match random.randrange(4):
        case 0:
            return scene.opening(pieces=2)
        case 1:
            return scene.sending(f"photo {next(scene.numbers)}".encode())
        case 2:
            survey = scene.done(ports[0], scene.opening("survey"))
            fields = {"scores": [50, 40], "remedy.cause": "slow"}
            return scene.moving(survey["number"], "publish", survey["version"], **fields)
        case _:
            errand = scene.done(ports[0], scene.opening())
            return scene.moving(errand["number"], "go", errand["version"])


def _unclear(scene: Scene) -> list[str]:
    """What was answered neither as the first time nor with a clear `in progress`."""
    return [
        f"I5: {call.intent} {call.key} was answered {one.status} {one.why}"
        for call in scene.journal.calls
        for one in call.attempts
        if one.ending != "ok" and one.status and not (one.status == 409 and "being_answered" in one.why)
    ]


def reused(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        port = scene.victim("web").port
        for _ in range(n):
            first = scene.opening(pieces=2)
            if random.random() < 0.5:
                errand = scene.done(port, scene.opening())
                first = scene.moving(errand["number"], "go", errand["version"])
            scene.done(port, first)
            fields = {**first.body["fields"], "pieces": 77}
            other = Call(
                actor=first.actor, path=first.path, intent=f"other {first.intent}", ticket=first.ticket,
                body={**first.body, "fields": fields}, key=first.key,
            )  # fmt: skip
            refused = scene.clients.send(port, other)
            again = scene.clients.send(port, first)
            faults = []
            if refused.status not in (409, 422):
                faults.append(f"I5: the other request was answered {refused.status} {refused.why}")
            if again.digest != first.attempts[0].digest:
                faults.append("I5: the first request is not answered as before any more")
            tally.count(first.intent, faults)
        scene.settle()
        if faults := checked(scene):
            tally.count("everything at the end", faults)


REPEATED = Row(
    name="F13",
    what="the same key 2 to 50 times: in series, at once, across three workers, after a worker died of it",
    keeps="I1 I5",
    run=repeated,
    n=1000,
    few=6,
)

REUSED = Row(name="F14", what="the same key with another body", keeps="I5", run=reused, n=100, few=2)
