"""F1: a web worker that is killed at every statement of every kind of call."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Mapping

from tests.chaos.checker import Evidence, check
from tests.chaos.journal import Call
from tests.chaos.matrix import EVERY, Row, Tally, checked, spread
from tests.chaos.scene import Scene, Stage
from tests.chaos.stored import look

MANY = 1_000_000


def run(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        living = scene.victim("web").port
        kinds = KINDS if n == EVERY else {name: KINDS[name] for name in FEW}
        for name, prepare in kinds.items():
            points = _points(scene, prepare, living)
            for k in spread(points, n) if n != EVERY else itertools.count(1):
                call = prepare(scene, living)
                if not _killed(scene, living, call, k, f"{name} at {k}", tally):
                    break
        scene.now.step_to(dt.timedelta(minutes=40))
        scene.settle()
        faults = checked(scene)
        if faults:
            tally.count("everything at the end", faults)
    tally.note("no route extends a limit yet, so that kind of call is not there")


def _points(scene: Scene, prepare: Callable[[Scene, int], Call], living: int) -> int:
    """How many points a call of this kind has."""
    call = prepare(scene, living)
    victim = scene.victim("web", die_at=MANY)
    scene.done(victim.port, call)
    victim.stop()
    return int(victim.words().rpartition("points reached: ")[2].split()[0])


def _killed(scene: Scene, living: int, call: Call, k: int, what: str, tally: Tally) -> bool:
    """Send a call to somebody who dies at the k-th point, then to somebody who lives; False if there are fewer."""
    answered = [one for one in call.attempts if one.ending == "ok"]
    victim = scene.victim("web", die_at=k)
    attempt = scene.clients.send(victim.port, call)
    if attempt.ending == "ok":
        victim.kill()
        return False
    faults = []
    if attempt.ending != "unknown" or victim.wait() != -9:
        faults.append(f"the call was answered {attempt.status} {attempt.why}, and the worker was to die")
    left = look(scene.app, scene.now, {call.ticket}, call.id)
    faults += check(Evidence(stored=left))
    again = scene.clients.send(living, call)
    if again.ending != "ok":
        faults.append(f"the repeat was answered {again.status} {again.why}")
    elif answered and again.digest != answered[0].digest:
        faults.append("the repeat was answered otherwise than the first time")
    tally.count(what, faults)
    return True


# --- The kinds of calls: each prepares a ticket of its own and gives what is then asked of it ----------------------


def _open(scene: Scene, living: int) -> Call:
    return scene.opening(pieces=3, caller="Ms Li")


def _opened(scene: Scene, living: int, *moves: str) -> tuple[str, int]:
    body = scene.done(living, scene.opening())
    for move in moves:
        fields = {"result": "done"} if move == "finish" else {}
        body = scene.done(living, scene.moving(body["number"], move, body["version"], **fields))
    return body["number"], body["version"]


def _transition(scene: Scene, living: int) -> Call:
    return scene.moving(*_named(_opened(scene, living), "go"), pieces=5)


def _reassign(scene: Scene, living: int) -> Call:
    return scene.moving(*_named(_opened(scene, living, "go"), "hand_over"), actor="ben", helper="cas")


def _pause(scene: Scene, living: int) -> Call:
    return scene.moving(*_named(_opened(scene, living, "go"), "pause"))


def _end(scene: Scene, living: int) -> Call:
    return scene.moving(*_named(_opened(scene, living, "go"), "finish"), result="It is there")


def _late(scene: Scene, living: int) -> Call:
    """A move before which a level fires that nobody has swept yet."""
    number = scene.opened_before(dt.timedelta(minutes=21))
    return scene.moving(number, "go", 1)


def _children(scene: Scene, living: int) -> Call:
    body = scene.done(living, scene.opening("survey"))
    fields = {"scores": [50, 90, 40], "remedy.cause": "slow"}
    return scene.moving(body["number"], "publish", body["version"], **fields)


def _child(scene: Scene, living: int) -> Call:
    """The end of a child, which its parent hears of."""
    scene.done(living, _one := _children(scene, living))
    body = scene.clients.read(living, f"/api/v1/tickets/{_one.ticket}", "gus")[1]
    return scene.moving(body["children"][0]["number"], "mend", 1, actor="gus")


def _send(scene: Scene, living: int) -> Call:
    return scene.sending(f"photo {next(scene.numbers)}".encode() * 100)


def _attach(scene: Scene, living: int) -> Call:
    file = scene.done(living, _send(scene, living))
    return scene.moving(*_named(_opened(scene, living), "attach"), photo=file["id"])


def _repeat(scene: Scene, living: int) -> Call:
    """A call that was carried out already."""
    call = _transition(scene, living)
    scene.done(living, call)
    return call


def _named(ticket: tuple[str, int], transition: str) -> tuple[str, str, int]:
    number, version = ticket
    return number, transition, version


KINDS: Mapping[str, Callable[[Scene, int], Call]] = {
    "opening a ticket": _open,
    "a transition with values, clocks and notices": _transition,
    "a transition of a ticket that is late": _late,
    "pausing": _pause,
    "reassigning": _reassign,
    "opening children": _children,
    "ending a child": _child,
    "ending": _end,
    "sending a file": _send,
    "attaching a file": _attach,
    "a repeat": _repeat,
}

FEW = ("a transition of a ticket that is late", "opening children", "attaching a file", "a repeat")
"""The kinds of a short run."""

ROW = Row(
    name="F1",
    what="SIGKILL of a web worker before each statement of each kind of call, before COMMIT and just after it; "
    "then the call is sent again",
    keeps="I1 I2 I5",
    run=run,
    n=EVERY,
    few=2,
)
