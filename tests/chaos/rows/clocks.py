"""F11 and F12: clocks that are stepped, and hosts whose clocks are minutes apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from service import tables
from tests.chaos.clock import SteppedNow
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Scene, Stage, until

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)

STEPS = (HOUR, DAY, -HOUR, -DAY)

APART = dt.timedelta(minutes=5)


WHOSE = ("everybody's", "the scheduler's", "a worker's")
"""Everybody's is the database's, which all ask; that of one process alone counts nowhere in an installation."""


def stepped(stage: Stage, tally: Tally, n: int) -> None:
    """A scheduler lives through a step and back; it goes on, and nothing fires early or twice by it."""
    for number in range(n):
        step, whose = STEPS[number % len(STEPS)], WHOSE[number // len(STEPS) % len(WHOSE)]
        with stage.scene() as scene:
            faults = _lived_through(scene, step, whose)
            scene.now.step_to(max(step, dt.timedelta()))
            scene.settle()
            tally.count(f"a step of {whose} clock by {step}", faults + checked(scene, skew=abs(step)))
    tally.note(
        "stepped is the clock that says what is due: of all processes at once, as the database's, or of one alone, "
        "which is worse than can be, for only `service/now.py` reads a clock (tests/test_architecture.py), and on "
        "PostgreSQL the database's. What waits, waits by the monotonic clock, and the host's own, by which APScheduler "
        "wakes a scheduler, is set back in tests/service/test_scheduler.py. Daylight saving changes no instant"
    )


def _lived_through(scene: Scene, step: dt.timedelta, whose: str) -> list[str]:
    """Step a clock and step it back; gives what was wrong with it."""
    alone = SteppedNow(scene.folder / "alone")
    clock = scene.now if whose == WHOSE[0] else alone
    port = scene.victim("web", clock=alone.file if whose == WHOSE[2] else None).port
    scheduler = scene.victim("schedule", clock=alone.file if whose == WHOSE[1] else None)
    behind = whose == WHOSE[1] and step < dt.timedelta()
    ahead = [scene.done(port, scene.opening())["number"] for _ in range(3)]
    due = [scene.opened_before(dt.timedelta(minutes=21)) for _ in range(3)]
    scene.wait_for_all(due, "what was due before the step")
    clock.step_to(step)
    if step > dt.timedelta() and whose != WHOSE[2]:
        until(lambda: _have_fired(scene, ahead), "what is due after the step")
    later = scene.opened_before(dt.timedelta(minutes=21))
    if not behind:  # else it is not due by the clock that counts for it
        scene.wait_for_all([later], "what came due after the step", 10)
    opened = scene.done(port, scene.opening())
    faults = []
    for number in (opened["number"], due[1]):
        faults += _moved(scene, port, number, "note", matter="Two")
    clock.step_to(dt.timedelta())
    again = scene.opened_before(dt.timedelta(minutes=21))
    scene.wait_for_all([later, again], "what came due after stepping back", 10)
    for number in (ahead[0], due[0], later):
        faults += _moved(scene, port, number, "go")
    if scheduler.ended():
        faults.append(f"the scheduler has ended: {scheduler.words()[-500:]}")
    return faults


def _moved(scene: Scene, port: int, number: str, transition: str, **fields: Any) -> list[str]:
    """Have somebody move a ticket as he sees it; again if the clock was just then quicker. What was wrong with it."""
    for _ in range(3):
        version = scene.clients.read(port, f"/api/v1/tickets/{number}", "ada")[1]["version"]
        attempt = scene.clients.send(port, scene.moving(number, transition, version, **fields))
        if attempt.ending == "ok":
            return []
        if "version_stale" not in attempt.why:
            break
    return [f"{number} cannot be moved: {attempt.status} {attempt.why}"]


def _have_fired(scene: Scene, numbers: Sequence[str]) -> bool:
    """Whether something has fired on each of these tickets."""
    ticket = tables.Ticket
    return scene.count(ticket.number.in_(numbers) & (ticket.sequence > 1)) == len(numbers)


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
    what="a clock is set forward or back by an hour or a day, and back again, while a scheduler lives: everybody's, "
    "the scheduler's alone, a worker's alone; each five times",
    keeps="I3 I12, polling goes on",
    run=stepped,
    n=5 * len(STEPS) * len(WHOSE),
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
