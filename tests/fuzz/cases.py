"""Cases: files to be judged, each one the outcome of its number alone, so that it can be had again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random

from tests.definitions.shipped import lived_by, naming, needed, shipped_files
from tests.fuzz.judging import Files
from tests.fuzz.mutating import mutate
from tests.fuzz.writing import Author, Harvest, harvest

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "tests" / "language"


@cache
def shipped() -> Mapping[str, str]:
    return shipped_files(scenarios=True)


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
def _naming(path: str) -> frozenset[str]:
    """The shipped files that name what a file defines; what every one lives by is needed by all."""
    if path in _of_all():
        return frozenset(shipped()) - _of_all()
    return frozenset(naming(path, shipped()))


@cache
def _of_all() -> frozenset[str]:
    return frozenset(lived_by(shipped()))


def _with_some_that_need(names: Sequence[str], random: Random) -> Sequence[str]:
    """The names, and for each a few of the files that name it: what is wrong in a base shows in its children."""
    found = list(names)
    for name in names:
        rest = sorted(_naming(name))
        found += random.sample(rest, min(len(rest), SOME))
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
    files: dict[str, str | bytes] = dict(needed(_with_some_that_need(names, random), shipped()))
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
