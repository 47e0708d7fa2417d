"""Judging: what must hold of whatever a file says, and why it did not."""

from __future__ import annotations

import json
import signal
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from service.cli import problems as shown
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue, compile_published
from workflow.problems import DefinitionFaulty, Problem
from workflow.replacing import replaced

Files = Mapping[str, str | bytes]

LONGEST = 5.0
"""Seconds of processor time for one reading; a second is the aim on an idle machine."""

LONGEST_TEXT = 2000
"""Characters of a problem's text: nobody reads more."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What did not hold: `kind` is alike for the same fault met twice, `told` is for people."""

    kind: str
    told: str


class _TooLong(BaseException):
    """Not an Exception, so that nobody swallows it on the way."""


def judge(files: Files) -> Fault | None:
    """What is wrong with what the catalogue makes of these files; None if all is as it must be."""
    start = time.process_time()
    try:
        with _at_most(LONGEST * 4):
            problems = _problems(files)
            unmended = _unmended(problems, files)
    except _TooLong:
        return Fault("too slow", traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - which exceptions come is the question
        places = [
            f"{frame.filename.rpartition('/')[2]}:{frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        return Fault(f"{type(error).__name__} {' '.join(places[-2:])}", traceback.format_exc())
    if time.process_time() - start > LONGEST:
        return Fault("too slow", f"{time.process_time() - start:.1f} s")
    for problem in problems:
        if wrong := _wrong(problem, files):
            return Fault(f"{wrong} {problem.check}", f"{wrong}: {problem!r}")
    return _unrenderable(problems, files) or unmended


def _problems(files: Files) -> tuple[Problem, ...]:
    found = _compiled(files)
    if not isinstance(found, Catalogue):
        assert any(problem.severity == "error" for problem in found), "refused without an error"
        assert list(found) == sorted(set(found)), "unsorted, or told twice"
        return found
    revisions = {name: one.revision for name, one in found.definitions.items()}
    published = compile_published(files).definitions
    assert revisions == {name: one.revision for name, one in published.items()}, "published with another revision"
    return (*found.warnings, *(problem for problem, _ in found.waived))


def _compiled(files: Files) -> Catalogue | tuple[Problem, ...]:
    try:
        return compile_catalogue(files)
    except DefinitionFaulty as faulty:
        return faulty.problems


def _wrong(problem: Problem, files: Files) -> str:
    place = problem.position
    if place.path not in files:
        return "in no file"
    given = files[place.path]
    text = given.decode("utf-8", "replace") if isinstance(given, bytes) else given
    lines = text.replace("\r\n", "\n").split("\n")
    if not 1 <= place.line <= len(lines):
        return "on no line"
    if not 1 <= place.column <= len(lines[place.line - 1]) + 1:
        return "in no column"
    if not problem.text or not any("\u4e00" <= character <= "\u9fff" for character in problem.text_zh):
        return "without words"
    if "\n" in problem.text + problem.text_zh:
        return "of several lines"
    return "too long" if max(len(problem.text), len(problem.text_zh)) > LONGEST_TEXT else ""


def _unrenderable(problems: tuple[Problem, ...], files: Files) -> Fault | None:
    try:
        for lang in ("en", "zh"):
            shown.as_text(problems, files, lang).encode("utf-8")
        json.dumps([shown.as_json(problem) for problem in problems], ensure_ascii=False).encode("utf-8")
    except Exception:  # noqa: BLE001 - as above
        return Fault("cannot be shown", traceback.format_exc())
    return None


def _unmended(problems: tuple[Problem, ...], files: Files) -> Fault | None:
    """Whether the first and the last replacement mend what they are given for."""
    given = [problem for problem in problems if problem.replacement]
    for problem in dict.fromkeys((*given[:1], *given[-1:])):
        path = problem.position.path
        content = files[path]
        text = content if isinstance(content, str) else content.decode("utf-8", "replace")
        after = replaced(text, path, [problem])
        if after == text:
            return Fault(f"a replacement changes nothing {problem.check}", repr(problem))
        left = _compiled({**files, path: after})
        told = (*left.warnings, *(one for one, _ in left.waived)) if isinstance(left, Catalogue) else left
        # Of the same place, check and words; where a line is taken away, the next one moves up.
        if problem in told and problem.replacement and problem.replacement.text:
            return Fault(f"a replacement mends nothing {problem.check}", f"{problem!r}\n\n{after}")
    return None


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    """Breaks off what takes longer: a reading without an end is found out as well."""

    def stop(_: int, __: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
