"""Cases: files to be judged, each one the outcome of its number alone, so that it can be had again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.judging import Files
from tests.fuzz.mutating import mutate
from tests.fuzz.writing import Author, Harvest, harvest

ROOT = Path(__file__).parents[2]
LANGUAGE = ROOT / "tests" / "language"


@cache
def _shipped() -> Mapping[str, str]:
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
    return harvest([*_shipped().values(), *_small(), _house()])


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
    shipped: dict[str, str | bytes] = dict(_shipped())
    for name in random.sample(sorted(shipped), random.choice((1, 1, 2))):
        shipped[name] = mutate(_shipped()[name], list(_shipped().values()), random)
    return shipped


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
