"""F16: definitions that are broken, published while people work; and good ones that are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

from service import publishing
from service.db import writing
from service.publishing import PublishingRefused
from tests.chaos.load import Load, Workers
from tests.chaos.matrix import Row, Tally, checked
from tests.chaos.scene import Scene, Stage, house_files, until
from workflow.problems import DefinitionFaulty

Files = dict[str, str | bytes]


def run(stage: Stage, tally: Tally, n: int) -> None:
    with stage.scene() as scene:
        workers = Workers(scene, 2)
        scene.opened_before(dt.timedelta(), "dash")  # nobody else need have one open when its definition goes
        scene.victim("schedule")
        good = 1
        found = []
        with Load(scene, workers.port, people=4).going() as load:
            until(lambda: load.lives > 0 or bool(load.raised), "the first ticket")
            for number, (name, broken) in enumerate(list(VARIANTS.items())[:n]):
                found.append((name, _refused(scene, name, broken)))
                if number % 5 == 0:  # a good one in between, while calls are going on
                    files = _whole()
                    files["errand.yaml"] = _text(files, "errand.yaml").replace(
                        "within: 30 minutes", f"within: {31 + number} minutes"
                    )
                    _publish(scene, files)
                    good += 1
        until(scene.idle, "an end")
        scene.settle()
        for name, faults in found:
            tally.count(name, faults)
        faults = [f"a client: {one}" for one in load.raised] + checked(scene, publications=good)
        if faults:
            tally.count(f"everything at the end, {len(scene.journal.calls)} calls", faults)


def _refused(scene: Scene, name: str, broken: Callable[[Files], None]) -> list[str]:
    files = _whole()
    broken(files)
    try:
        _publish(scene, files)
    except DefinitionFaulty as error:
        worst = [problem for problem in error.problems if problem.severity == "error"]
        if all(problem.position.path and problem.text for problem in worst) and worst:
            return []
        return [f"it is refused without saying where: {error}"]
    except PublishingRefused as error:
        return [] if error.reasons else ["it is refused without a reason"]
    except UnicodeDecodeError as error:
        return [f"it is refused by {error!r}"]
    return ["I11: it was published"]


def _publish(scene: Scene, files: Files) -> None:
    with scene.app.app_context(), writing() as session:
        publishing.publish(session, files, scene.now.instant(session))


def _whole() -> Files:
    return {path: content.decode() for path, content in house_files().items()}


def _text(files: Files, path: str) -> str:
    found = files[path]
    return found if isinstance(found, str) else found.decode()


def _swap(old: str, new: str, path: str = "errand.yaml") -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        text = _text(files, path)
        assert old in text, f"{old} is not in {path}"
        files[path] = text.replace(old, new, 1)

    return broken


def _cut(part: float) -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        text = _text(files, "errand.yaml")
        files["errand.yaml"] = text[: int(len(text) * part)]

    return broken


def _set(content: str | bytes, path: str = "errand.yaml") -> Callable[[Files], None]:
    return lambda files: files.update({path: content})


def _without(path: str) -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        del files[path]

    return broken


def _both(one: Callable[[Files], None], other: Callable[[Files], None]) -> Callable[[Files], None]:
    def broken(files: Files) -> None:
        one(files)
        other(files)

    return broken


_HALTED = "  halted: {zh: 久行, en: Halted, since: going, after: 3 hours, while: going, move: halt}\n"


VARIANTS: Mapping[str, Callable[[Files], None]] = {
    "cut short in the middle": _cut(0.5),
    "cut short near the end": _cut(0.93),
    "empty": _set(""),
    "no mapping": _set("- one\n- two\n"),
    "no YAML": _set("workflow: [errand\n"),
    "not UTF-8": _set(b"workflow: errand\nzh: \xff\xfe\n"),
    "of another kind": _set("roles: 5\n", "roles.yaml"),
    "a limit that is a list": _swap("within: 30 minutes", "within: [30, minutes]"),
    "a limit that is no duration": _swap("within: 30 minutes", "within: soon"),
    "a state that is not there": _swap("to: going, by: desk", "to: gone, by: desk"),
    "a role that is not there": _swap("notify: duty_manager", "notify: nobody_at_all"),
    "a field that is not there": _swap("fill: result", "fill: outcome"),
    "a calendar that is not there": _swap("calendar: office", "calendar: moon"),
    "a key that is not there": _swap("accountable: desk", "acountable: desk"),
    "a key that is there twice": _swap("accountable: desk", "accountable: desk\naccountable: guard"),
    "a circle that time alone goes round": _both(
        _swap("deadlines:\n", "  halt: {zh: 停下, en: Halt, from: going, to: waiting, by: clock}\ndeadlines:\n"),
        _swap("reminders:\n", "reminders:\n" + _HALTED),
    ),
    "a state that nobody comes to": _swap("  done: {", "  lost: {zh: 迷失, en: Lost, responsible: desk}\n  done: {"),
    "an end that nobody comes to": _swap("from: going, to: done, by", "from: going, to: asked, by"),
    "a definition that goes while tickets are open": _without("dash.yaml"),
    "a definition that another one opens": _without("remedy.yaml"),
}  # fmt: skip

ROW = Row(
    name="F16",
    what="a broken definition is published while people work: 20 variants, and good ones in between",
    keeps="I11 and all others; refused with file, line and reason",
    run=run,
    n=len(VARIANTS),
    few=2,
)
