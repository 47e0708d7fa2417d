"""What a check has found is remembered, so that checking the same files again costs no more than reading them.

It is found again under the hash of everything that it follows from: the path and content of each file, the day (the
known years of a calendar come to their end), the program's own sources, and the libraries that it asks. Whatever
changes has another hash, so nothing here grows stale; what cannot be read or written is worked out anew.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workflow.problems import Position, Problem

LIBRARIES = ("holidays", "lark", "marshmallow", "PyYAML", "tzdata")
"""The libraries that what is found follows from, beside Python itself."""

MOST_ANSWERS = 50
LARGEST_ANSWER = 1024 * 1024
"""How much is kept: so many answers, and none with more bytes."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a check has found: problems in the order of the files, and with its reason what an `accept` waives.

    `promising` are the files with definitions that make promises, if nothing is wrong with them.
    """

    problems: tuple[Problem, ...]
    waived: tuple[tuple[Problem, str], ...]
    promising: tuple[str, ...] = ()


def find(files: Mapping[str, bytes], folder: Path | None, day: dt.date) -> Found:
    """What is wrong with these files (path -> content) on a day; remembered in the folder, unless there is none."""
    if folder is None:
        return _find(files, day)
    place = folder / f"{_hash(files, day)}.json"
    found = _recall(place)
    if found is None:
        found = _find(files, day)
        with suppress(OSError):  # a full disk or somebody else's folder is no fault of the definitions
            _remember(place, found)
    return found


def usual_folder() -> Path | None:
    """Where the user's programs keep what they can do without; None for a user without a home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path("~/.cache")
    try:
        return base.expanduser() / "duban" / "check"
    except RuntimeError:
        return None


def _find(files: Mapping[str, bytes], day: dt.date) -> Found:
    from workflow.compiling import compile_catalogue
    from workflow.problems import DefinitionFaulty

    try:
        catalogue = compile_catalogue(files, dt.datetime.combine(day, dt.time(), dt.UTC))
    except DefinitionFaulty as faulty:
        return Found(faulty.problems, ())
    places = (catalogue.where(one.name) for one in catalogue.definitions.values() if one.promises)
    return Found(catalogue.warnings, catalogue.waived, tuple(sorted({place.path for place in places if place})))


# --- What it follows from -------------------------------------------------------------------------------------------


def _hash(files: Mapping[str, bytes], day: dt.date) -> str:
    from importlib.metadata import version

    import workflow

    seen = hashlib.sha256()

    def see(*parts: bytes) -> None:
        for part in parts:  # with their lengths: no two series of parts are hashed alike
            seen.update(len(part).to_bytes(8, "big"))
            seen.update(part)

    see(day.isoformat().encode(), sys.version.encode(), *(version(name).encode() for name in LIBRARIES))
    for package in workflow.__path__:
        for path in sorted(Path(package).rglob("*.py")):
            see(os.fsencode(path.relative_to(package)), path.read_bytes())
    see(b"files")
    for path_shown, content in sorted(files.items()):
        see(path_shown.encode("utf-8", "surrogatepass"), content)
    return seen.hexdigest()


# --- Keeping it -----------------------------------------------------------------------------------------------------


def _remember(place: Path, found: Found) -> None:
    said = json.dumps(
        {
            "problems": [asdict(problem) for problem in found.problems],
            "waived": [[asdict(problem), reason] for problem, reason in found.waived],
            "promising": found.promising,
        }
    ).encode()
    if len(said) > LARGEST_ANSWER:
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=place.parent, suffix=".new", delete=False) as file:
        file.write(hashlib.sha256(said).hexdigest().encode() + b"\n" + said)
    Path(file.name).replace(place)
    _forget(place.parent)


def _forget(folder: Path) -> None:
    """Takes away all but the newest answers, and whatever a process that was ended has left behind."""
    kept = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    for path in kept[MOST_ANSWERS:]:
        path.unlink(missing_ok=True)


def _recall(place: Path) -> Found | None:
    try:
        digest, _, said = place.read_bytes().partition(b"\n")
        if hashlib.sha256(said).hexdigest().encode() != digest:
            return None
        answer = json.loads(said)
        return Found(
            tuple(_problem(one) for one in answer["problems"]),
            tuple((_problem(one), str(reason)) for one, reason in answer["waived"]),
            tuple(map(str, answer["promising"])),
        )
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _problem(said: Mapping[str, Any]) -> Problem:
    from workflow.problems import Problem, Replacement

    written = said["replacement"]
    replacement = (
        Replacement(_position(written["start"]), _position(written["end"]), written["text"]) if written else None
    )
    return Problem(**{**said, "position": _position(said["position"]), "replacement": replacement})


def _position(said: Mapping[str, Any]) -> Position:
    from workflow.problems import Position

    return Position(**said)
