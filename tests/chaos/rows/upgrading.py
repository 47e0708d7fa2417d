"""F19: the schema is upgraded under programs of the version before, and an upgrade is killed at every statement."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

from service import migrations
from service.migrations import SchemaNotCurrent
from tests.chaos.checker import entry_digests
from tests.chaos.load import Load, Workers
from tests.chaos.matrix import EVERY, Row, Tally, checked
from tests.chaos.newer import REVISION, newer, write_expansion
from tests.chaos.scene import Scene, Stage, until
from tests.chaos.stored import look

TIMES = 5
"""As often as the schema is expanded under programs that work; the statements of an upgrade are counted."""


def run(stage: Stage, tally: Tally, n: int) -> None:
    for _ in range(TIMES if n == EVERY else 1):
        with stage.scene() as scene:
            _under_load(scene, tally)
    with stage.scene() as scene:
        _some(scene)
        folder = scene.folder / "newer"
        write_expansion(folder)
        _killed(scene, tally, "the next version", n, folder)
    with stage.scene() as scene:
        _some(scene)
        oldest = _before()
        with scene.app.app_context():
            migrations.downgrade(oldest)
        _killed(scene, tally, f"from {oldest}", n)
    tally.note(
        f"there is no other version yet: this one plays the older one while a made-up revision after "
        f"{migrations.head()} expands the schema, and its own upgrade from {_before()} is killed at every statement"
    )


def _under_load(scene: Scene, tally: Tally) -> None:
    """People work with this version while the next one's schema is made; then processes start anew on it."""
    folder = scene.folder / "newer"
    write_expansion(folder)
    workers = Workers(scene, 2)
    scene.victim("schedule")
    with Load(scene, workers.port, people=4).going() as load:
        until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
        with newer(folder), scene.app.app_context():
            migrations.upgrade()
        calls = len(scene.journal.calls)
        for _ in workers.victims:
            workers.kill()  # whoever starts now finds the newer schema
        until(lambda: len(scene.journal.calls) > calls + 40 or bool(load.raised), "calls after the upgrade")
    faults = [f"a client: {one}" for one in load.raised]
    with scene.app.app_context():
        if migrations.current() != REVISION:
            faults.append(f"the schema is at {migrations.current()}")
        migrations.require_current_schema()
        try:
            migrations.upgrade()
            faults.append("this version has taken a newer schema for its own")
        except SchemaNotCurrent:
            pass
    until(scene.idle, "an end")
    scene.settle()
    again = sum(len(call.attempts) > 1 for call in scene.journal.calls)
    tally.count(f"an expansion under {len(scene.journal.calls)} calls, {again} sent again", faults + checked(scene))


def _some(scene: Scene) -> None:
    scene.opened_before(dt.timedelta(minutes=95))
    family = scene.opened_before(dt.timedelta(minutes=70), "survey")
    scene.moved_before(dt.timedelta(minutes=69), family, "publish", scores=[50, 40], **{"remedy.cause": "slow"})
    scene.settle()


def _before() -> str:
    """The oldest schema that this version goes on beside, or the one before it."""
    oldest = migrations.works_with(migrations.head())
    return oldest if oldest != migrations.head() else f"{int(oldest) - 1:04}"


def _killed(scene: Scene, tally: Tally, what: str, n: int, folder: Path | None = None) -> None:
    """Upgrade in processes that die at each point: each leaves the schema of before, or all of the next."""
    entries = entry_digests(look(scene.app, scene.now)) if folder else {}
    with scene.app.app_context():
        before = migrations.current()
    after = migrations.head() if folder is None else REVISION
    for k in itertools.count(1) if n == EVERY else range(3, 3 + 5 * n, 5):
        victim = scene.victim("upgrade", die_at=k, folder=None if folder is None else str(folder))
        code = victim.wait()
        if code == 0:
            break
        with scene.app.app_context():
            found = migrations.current()
        faults = [] if code == -9 else [f"ended with {code}: {victim.words()[-1000:]}"]
        faults += [] if found in (before, after) else [f"the schema is at {found}"]
        tally.count(f"an upgrade, {what}, at {k}", faults)
    else:
        victim = scene.victim("upgrade", folder=None if folder is None else str(folder))
        assert victim.wait() == 0, victim.words()[-2000:]
    with scene.app.app_context():
        faults = [] if migrations.current() == after else [f"the schema is at {migrations.current()}"]
        migrations.require_current_schema()
    tally.count(f"an upgrade, {what}, at last", faults + checked(scene, before=entries))


ROW = Row(
    name="F19",
    what="the schema is expanded by the next version while people work with this one; SIGKILL of an upgrade before "
    "each statement, before COMMIT and just after it; an upgrade by a version that is too old",
    keeps="I1 I2 I3; nobody needs a hand, the schema of before or the next one, a newer one is left alone",
    run=run,
    n=EVERY,
    few=1,
)
