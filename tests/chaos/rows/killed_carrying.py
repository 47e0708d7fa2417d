"""F23: a publication and a carrying over, on an owner's request, that are killed at every statement."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from service import carrying, publishing, revisions, tables
from service.db import reading
from service.outdated import Wish
from service.revisions import Published
from tests.chaos.matrix import EVERY, Row, Tally, checked
from tests.chaos.scene import Scene, Stage, house_files
from tests.chaos.stored import look

MINUTES = dt.timedelta(minutes=1)

Files = dict[str, str]


def run(stage: Stage, tally: Tally, n: int) -> None:
    wishes = WISHES if n == EVERY else {name: WISHES[name] for name in FEW}
    for what, (names, change) in wishes.items():
        with stage.scene() as scene:
            _tickets(scene, carrying.BATCH + 10)
            files = {path: content.decode() for path, content in house_files().items()}
            change(files)
            foreseen = _foreseen(scene, names, files)
            _published(scene, files, f"publishing {what}", tally, n)
            _carried(scene, names, f"carrying over {what}", tally, n)
            faults = _as_foreseen(scene, foreseen)
            scene.settle()
            faults += checked(scene, publications=2)
            tally.count(f"{what} at the end", faults)
    tally.note("the preview that came before says what then happened to each ticket")


def _tickets(scene: Scene, count: int) -> None:
    """More errands than a batch has, some of them late, and children with their parent."""
    scene.many_due(count)
    scene.opened_before(95 * MINUTES)
    going = scene.opened_before(10 * MINUTES)
    scene.moved_before(5 * MINUTES, going, "go")
    scene.moved_before(3 * MINUTES, going, "pause")
    for _ in range(2):
        family = scene.opened_before(20 * MINUTES, "survey")
        scene.moved_before(19 * MINUTES, family, "publish", scores=[50, 40], **{"remedy.cause": "slow"})
    scene.settle()
    scene.settled_at = None  # from here on there are notices that nobody has delivered yet


def _foreseen(scene: Scene, names: tuple[str, ...], files: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """The revision and the calendar that each ticket would have, by the preview."""
    with scene.app.app_context():
        with reading() as session:
            at = scene.now.instant(session)
            after = publishing.foresee(session, files, at).catalogue
        published = Published(id=0, at=at, catalogue=after)
        batches = list(carrying.foretold(scene.now, Wish(names=names), published))
    return {one.number: (one.revision[1], one.calendar[1]) for batch in batches for one in batch.carried}


def _published(scene: Scene, files: Mapping[str, str], what: str, tally: Tally, n: int) -> None:
    """Publish in processes that die at each point; what was published before holds until all of it is there."""
    folder = scene.folder / "definitions"
    folder.mkdir()
    for path, text in files.items():
        (folder / path).write_text(text, "utf-8")
    for k in _points(n):
        victim = scene.victim("publish", die_at=k, folder=str(folder))
        if victim.wait() == 0:
            break
        there = look(scene.app, scene.now, ())
        faults = [] if victim.wait() == -9 else [f"ended with {victim.wait()}: {victim.words()[-1000:]}"]
        if there.publications not in (1, 2) or there.unreadable:
            faults.append(f"I11: there are {there.publications} publications {there.unreadable}")
        tally.count(f"{what} at {k}", faults)
    else:
        _do(scene, "publish", folder=str(folder))


def _carried(scene: Scene, names: tuple[str, ...], what: str, tally: Tally, n: int) -> None:
    """Carry over in processes that die at each point: the next one finds what is left."""
    stored = None
    for k in _points(n):
        victim = scene.victim("carry", die_at=k, names=list(names))
        code = victim.wait()
        if code == 0:
            break
        faults = [] if code == -9 else [f"ended with {code}: {victim.words()[-1000:]}"]
        before, stored = stored, _rows(scene)
        tally.count(f"{what} at {k}", faults + (checked(scene) if stored != before else []))
    else:
        _do(scene, "carry", names=list(names))


def _rows(scene: Scene) -> list[tuple[object, ...]]:
    """What cannot stay as it was when anything at all is stored of tickets: what did, need not be checked again."""
    ticket = tables.Ticket
    counted = [
        select(func.count()).select_from(one) for one in (tables.Entry, tables.Clock, tables.Timer, tables.Notice)
    ]
    summed = select(func.count(), func.sum(ticket.sequence), func.count(ticket.revision.distinct()))
    with scene.app.app_context(), reading() as session:
        return [tuple(session.execute(one).one()) for one in (summed, *counted)]


def _points(n: int) -> itertools.count[int] | range:
    """Every point, or in a short run every fourth of the first few."""
    return itertools.count(1) if n == EVERY else range(2, 2 + 4 * n, 4)


def _do(scene: Scene, duty: str, **more: object) -> None:
    victim = scene.victim(duty, **more)
    assert victim.wait() == 0, victim.words()[-2000:]


def _as_foreseen(scene: Scene, foreseen: Mapping[str, tuple[str, str]]) -> list[str]:
    """What was carried over otherwise than the preview has said, or twice."""
    ticket, entry = tables.Ticket, tables.Entry
    with scene.app.app_context(), reading() as session:
        chosen = select(ticket.number, ticket.revision, ticket.calendar_revision)
        pinned = {row.number: (row.revision, row.calendar_revision) for row in session.execute(chosen)}
        carried = select(ticket.number).join(entry, entry.ticket_id == ticket.id)
        by = entry.request_id == f"publication {revisions.current(session).id}"
        times = Counter(session.execute(carried.where(by)).scalars())
    faults = [f"{one} has {pinned[one]}, and was to have {to}" for one, to in foreseen.items() if pinned[one] != to]
    faults += [f"{one} was not carried over" for one in foreseen if not times[one]]
    return faults + [f"{one} was carried over, and nobody had said so" for one in times if one not in foreseen]


# --- What an owner wants ---------------------------------------------------------------------------------------------


def _swapped(path: str, old: str, new: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        assert old in files[path], f"{old} is not in {path}"
        files[path] = files[path].replace(old, new)

    return change


WISHES: Mapping[str, tuple[tuple[str, ...], Callable[[Files], None]]] = {
    "a shorter limit, past which many are at once": (
        ("errand",), _swapped("errand.yaml", "within: 30 minutes", "within: 15 minutes"),
    ),
    "other children": (("remedy",), _swapped("remedy.yaml", "within: 30 minutes", "within: 45 minutes")),
    "other days of a calendar": (
        ("office",), _swapped("calendars.yaml", '"09:00-18:00"}', '"10:00-19:00"}'),
    ),
}  # fmt: skip

FEW = ("a shorter limit, past which many are at once",)
"""What is wanted in a short run."""

ROW = Row(
    name="F23",
    what="SIGKILL of `duban publish --carry-over` before each statement of the publication and of each batch, before "
    "COMMIT and just after it; then the same again",
    keeps="I2 I3 I7 I10 I11: no ticket is half carried over, none twice, each as the preview has said",
    run=run,
    n=EVERY,
    few=2,
)
