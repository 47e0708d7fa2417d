"""Cases: files to be judged, each one the outcome of its number alone, so that it can be had again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.judging import Files
from tests.fuzz.mutating import mutate, pieces
from tests.fuzz.writing import Author, Harvest, harvest
from workflow.reading.source import read

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "tests" / "language"


@cache
def shipped() -> Mapping[str, str]:
    folder = ROOT / "definitions"
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in sorted(folder.rglob("*.yaml"))}


@cache
def _house() -> str:
    return (LANGUAGE / "house.yaml").read_text("utf-8")


@cache
def _small() -> tuple[str, ...]:
    paths = sorted(LANGUAGE.glob("*/*.yaml"))
    return tuple(text for path in paths if len(text := path.read_bytes().decode("utf-8", "replace")) < 20_000)


@cache
def _harvest() -> Harvest:
    return harvest([*shipped().values(), *_small(), _house()])


@cache
def _named() -> Mapping[str, frozenset[str]]:
    """By the path of each shipped file, the paths of those of which it says a name."""
    said = {path: frozenset(_words(text)) for path, text in shipped().items()}
    own = {Path(path).stem: path for path in shipped() if not path.startswith("scenarios/")}
    return {path: frozenset(own[word] for word in words & own.keys()) - {path} for path, words in said.items()}


def _words(text: str) -> Iterator[str]:
    for node in read(text, "file.yaml")[0]:
        for _, step, inside in pieces(node.data()):
            for one in (step, inside):
                if isinstance(one, str):
                    yield from (one, *_BEFORE_DOT.findall(one))


_BEFORE_DOT = re.compile(r"[\w-]+(?=\.\w)")
"""What a formula takes from another definition: `total(paid-service.cost, ...)`."""


@cache
def _of_all() -> frozenset[str]:
    """What every definition lives by: calendars, registers, roles, and the procedure book."""
    return frozenset(path for path, text in shipped().items() if not _OF_DEFINITIONS.search(text))


_OF_DEFINITIONS = re.compile(r"^(?:workflow|base|scenario): ", re.MULTILINE)


def needed(names: Iterable[str]) -> Mapping[str, str]:
    """The shipped files of these names, with all that they say the name of, and so on, and what every one lives by."""
    found = {*names, *_of_all()}
    waiting = list(found)
    while waiting:
        new = _named()[waiting.pop()] - found
        found |= new
        waiting += new
    return {path: shipped()[path] for path in sorted(found)}


def _with_some_that_need(names: Sequence[str], random: Random) -> Sequence[str]:
    """The names, and for each a few of the files that say its name: what is wrong in a base shows in its children."""
    found = list(names)
    for name in names:
        rest = shipped().keys() - _of_all() if name in _of_all() else {one for one in _named() if name in _named()[one]}
        found += random.sample(sorted(rest), min(len(rest), SOME))
    return found


SOME = 3
"""How many of those that need a file are judged with it: all of them would take many times as long."""


def case(number: int) -> Files:
    """The files of a number."""
    random = Random(number)
    kind = random.random()
    if kind < 0.25:
        return {"house.yaml": _house(), "file.yaml": Author(random, _harvest()).file()}
    if kind < 0.35:
        return {"house.yaml": mutate(_house(), _small(), random), "file.yaml": random.choice(_small())}
    if kind < 0.75:
        return {"house.yaml": _house(), "file.yaml": mutate(random.choice(_small()), _small(), random)}
    names = random.sample(sorted(shipped()), random.choice((1, 1, 2)))
    files: dict[str, str | bytes] = dict(needed(_with_some_that_need(names, random)))
    for name in names:
        files[name] = mutate(shipped()[name], list(shipped().values()), random)
    return files


def smaller(files: Files, *, than: int = 40) -> Iterator[Files]:
    """The same files with a piece left out: a file, or some lines of one."""
    for name in files:
        yield {other: text for other, text in files.items() if other != name}
    for name, content in files.items():
        breaks, lines = ("\n", content.split("\n")) if isinstance(content, str) else (b"\n", content.split(b"\n"))
        size = max(1, len(lines) // 2)
        while size:
            for start in range(0, len(lines), size):
                left = lines[:start] + lines[start + size :]
                yield {**files, name: breaks.join(left)}  # type: ignore[arg-type]
            size = size // 2 if len(lines) // size < than else 0
