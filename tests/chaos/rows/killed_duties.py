"""F3: a scheduler that is killed at every statement of each of its duties."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable
from unittest.mock import patch

import workflow.calendar
from service import publishing
from service.db import writing
from tests.chaos.matrix import EVERY, Row, Tally, checked, spread
from tests.chaos.scene import Scene, Stage
from tests.chaos.victim import duties_of
from workflow.house import PublicDays

MINUTES = dt.timedelta(minutes=1)
MANY = 1_000_000


def run(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        _every_point(scene, "sweep", _due, tally, n)
        _every_point(scene, "deliver", _to_be_told, tally, n)
        scene.now.step_to(2 * 60 * MINUTES)  # what was claimed for delivery and not delivered is tried again
        _end(scene, tally)
    if n != EVERY and n <= ROW.few:
        return
    with stage.scene() as scene:
        duties_of(scene.app).recur()
        _every_point(scene, "recur", _another_day, tally, n)
        _end(scene, tally)
    early = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
    with _known_until(2025):
        staged = stage.scene(name="holidays", files=HOLIDAYS, at=early)
        with staged as scene:
            _at(scene, dt.datetime(2025, 12, 22, 2, tzinfo=dt.UTC))
            for _ in range(120):
                scene.opened_before(dt.timedelta(), "wait", matter="A parcel")
            with _known_until(2026), scene.app.app_context(), writing() as session:
                publishing.publish(session, HOLIDAYS, scene.now.instant(session))
            _every_point(scene, "rederive", lambda scene: None, tally, n)
            _end(scene, tally)
    tally.note("the re-deriving in a house of its own, with 120 tickets and without the base load")


def _every_point(scene: Scene, duty: str, prepare: Callable[[Scene], None], tally: Tally, n: int) -> None:
    """Do a duty in processes that die at each of its points, and each time let somebody who lives finish it."""
    points = _points(scene, duty, prepare) if n != EVERY and duty != "rederive" else MANY
    for k in spread(points, n) if points != MANY else itertools.count(1):
        prepare(scene)
        victim = scene.victim(duty, die_at=k)
        code = victim.wait()
        if code == 0:
            return
        faults = [] if code == -9 else [f"ended with {code}: {victim.words()[-1000:]}"]
        faults += checked(scene)
        if duty != "rederive":  # there the next victim finds everything as it was
            getattr(duties_of(scene.app), duty)()
            faults += checked(scene)
        tally.count(f"{duty} at {k}", faults)
        if faults and duty == "rederive":
            return
        if duty == "rederive" and n != EVERY and k >= 4 * n:
            return


def _points(scene: Scene, duty: str, prepare: Callable[[Scene], None]) -> int:
    prepare(scene)
    victim = scene.victim(duty, die_at=MANY)
    assert victim.wait() == 0, victim.words()[-2000:]
    return int(victim.words().rpartition("points reached: ")[2].split()[0])


def _end(scene: Scene, tally: Tally) -> None:
    scene.settle()
    if faults := checked(scene):
        tally.count("everything at the end", faults)


def _due(scene: Scene) -> None:
    """Levels that tell, one that changes the ticket, a reminder that moves it on, and children that end by time."""
    scene.opened_before(21 * MINUTES)
    scene.opened_before(95 * MINUTES)
    family = scene.opened_before(70 * MINUTES, "survey")
    scene.moved_before(69 * MINUTES, family, "publish", scores=[50, 40], **{"remedy.cause": "slow"})
    duties_of(scene.app).deliver()


def _to_be_told(scene: Scene) -> None:
    scene.opened_before(21 * MINUTES)
    duties_of(scene.app).sweep()


def _another_day(scene: Scene) -> None:
    scene.now.step_to(scene.now.offset + dt.timedelta(days=1))


def _at(scene: Scene, at: dt.datetime) -> None:
    """Step the clock so that it is that instant now."""
    with scene.app.app_context(), writing() as session:
        scene.now.step_to(at - scene.now.real.instant(session))


def _known_until(year: int) -> patch[Callable[[str], PublicDays]]:  # type: ignore[type-arg]
    """Lets the package of holidays know no year after the given one, as an older version of it would."""
    package = workflow.calendar.public_days
    while hasattr(package, "of_the_package"):
        package = package.of_the_package

    def known(country: str) -> PublicDays:
        all_ = package(country)
        return PublicDays(
            (all_.years[0], year),
            frozenset(day for day in all_.holidays if day.year <= year),
            frozenset(day for day in all_.made_up if day.year <= year),
        )

    known.of_the_package = package  # type: ignore[attr-defined]
    return patch.object(workflow.calendar, "public_days", known)


HOLIDAYS = {
    "state.yaml": 'calendar: state\nzone: Asia/Shanghai\ncountry: CN\nhours: {weekdays: "09:00-18:00"}\n',
    "roles.yaml": """\
roles:
  desk: {zh: 前台, en: Desk, scope: site, falls_back_to: duty_manager}
  guard: {zh: 保安, en: Guard, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
""",
    "wait.yaml": """\
workflow: wait
zh: 等候
en: Wait
calendar: state
accountable: desk
fields:
  matter: {zh: 事项, en: Matter, type: text}
states:
  asked: {zh: 待办, en: Asked, responsible: desk}
  done: {zh: 办结, en: Done, end: true}
transitions:
  ask: {zh: 登记, en: Ask, from: new, to: asked, by: anyone, fill: [title, matter]}
  finish: {zh: 办结, en: Finish, from: asked, to: done, by: desk}
deadlines:
  finish:
    zh: 时限
    en: Limit
    since: ask
    within: 10 working days
    until: finish
    late: {every: 1 working day, notify: desk}
""",
}

ROW = Row(
    name="F3",
    what="SIGKILL of a scheduler before each statement of a sweep (claim, fire, notices), a delivery, the opening of "
    "recurring tickets and a re-deriving, before COMMIT and just after it",
    keeps="I2 I3 I10",
    run=run,
    n=EVERY,
    few=2,
)
