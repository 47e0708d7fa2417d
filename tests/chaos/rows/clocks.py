"""F11 and F12: clocks that are stepped, and hosts whose clocks are minutes apart."""

from __future__ import annotations

import datetime as dt

from tests.chaos.clock import SteppedNow
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Stage

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

STEPS = (HOUR, DAY, -HOUR, -DAY)

APART = dt.timedelta(minutes=5)


def stepped(stage: Stage, tally: Tally, n: int) -> None:
    """A scheduler lives through a step and back; it goes on, and nothing fires early or twice by it."""
    for number in range(n):
        step = STEPS[number % len(STEPS)]
        with stage.scene() as scene:
            port = scene.victim("web").port
            scheduler = scene.victim("schedule")
            ahead = [scene.done(port, scene.opening())["number"] for _ in range(3)]
            due = [scene.opened_before(dt.timedelta(minutes=21)) for _ in range(3)]
            scene.wait_for_all(due, "what was due before the step")
            scene.now.step_to(step)
            if step > dt.timedelta():
                scene.wait_for_all(ahead, "what is due after the step")
            later = scene.opened_before(dt.timedelta(minutes=21))
            scene.wait_for_all([later], "what came due after the step", 10)
            scene.now.step_to(dt.timedelta())
            again = scene.opened_before(dt.timedelta(minutes=21))
            scene.wait_for_all([again], "what came due after stepping back", 10)
            faults = []
            for one in (ahead[0], due[0], later):
                page = scene.clients.read(port, f"/api/v1/tickets/{one}", "ada")[1]
                attempt = scene.clients.send(port, scene.moving(one, "go", page["version"]))
                if attempt.ending != "ok":
                    faults.append(f"afterwards {one} cannot be moved: {attempt.status} {attempt.why}")
            if scheduler.ended():
                faults.append(f"the scheduler has ended: {scheduler.words()[-500:]}")
            scene.now.step_to(max(step, dt.timedelta()))
            scene.settle()
            tally.count(f"a step of {step}", faults + checked(scene, skew=abs(step)))
    tally.note(
        "stepped is the clock that says what is due, for all processes at once; the host's own, which wakes a "
        "scheduler, is set back in tests/service/test_scheduler.py; daylight saving changes no instant"
    )


def apart(stage: Stage, tally: Tally, n: int) -> None:
    """Two hosts, each with a worker and a scheduler, whose clocks are five minutes apart."""
    for _ in range(n):
        with stage.scene() as scene:
            clocks = []
            for name, off in (("behind", -APART / 2), ("ahead", APART / 2)):
                host = SteppedNow(scene.folder / name)
                host.step_to(off)
                clocks.append(host.file)
            ports = [scene.victim("web", clock=clock).port for clock in clocks]
            schedulers = [scene.victim("schedule", clock=clock) for clock in clocks]
            numbers = []
            faults = []
            for number in range(6):
                errand = scene.done(ports[number % 2], scene.opening())
                numbers.append(errand["number"])
                attempt = scene.clients.send(
                    ports[(number + 1) % 2], scene.moving(errand["number"], "go", errand["version"])
                )
                if attempt.ending != "ok":
                    faults.append(f"the other host answers {attempt.status} {attempt.why}")
            due = [scene.opened_before(dt.timedelta(minutes=18)) for _ in range(6)]
            scene.wait_for_all(due, "what is due")
            faults += [f"a scheduler has ended: {one.words()[-500:]}" for one in schedulers if one.ended()]
            scene.now.step_to(APART)
            scene.settle()
            tally.count("hosts that are apart", faults + checked(scene, skew=APART))
    tally.note("worse than two hosts: there the database's clock is the only one that counts")


STEPPED = Row(
    name="F11",
    what="the clock is set forward or back by an hour or a day, and back again, while a scheduler lives",
    keeps="I3 I12, polling goes on",
    run=stepped,
    n=20,
    few=1,
)

APART_ROW = Row(
    name="F12",
    what="two hosts whose clocks are five minutes apart, each with a worker and a scheduler",
    keeps="I3 I12",
    run=apart,
    n=20,
    few=1,
)
