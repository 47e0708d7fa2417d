"""The files that the house ships, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue, compile_published
from workflow.reading.nodes import Node
from workflow.reading.source import read

FOLDER = Path(__file__).resolve().parents[2] / "definitions"


def shipped_files(*, scenarios: bool = False) -> dict[str, str]:
    """Every YAML file of the definitions by its path inside the folder; of scenarios only if asked for."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*.yaml"))
        if scenarios or path.parent.name != "scenarios"
    }


@cache
def shipped() -> Catalogue:
    """What all of them say together, compiled once: a catalogue is a value, which no test can change."""
    return compile_catalogue(shipped_files(scenarios=True))


@cache
def published() -> Catalogue:
    """The same, even while a check refuses what somebody is writing."""
    return compile_published(shipped_files(scenarios=True))


def needed(paths: Iterable[str], files: Mapping[str, str]) -> dict[str, str]:
    """These files with those that they name the definition of, and so on, and what every definition lives by."""
    own = _own(files)
    found = {*paths, *lived_by(files)}
    waiting = list(found)
    while waiting:
        new = _named(files[waiting.pop()], own) - found
        found |= new
        waiting += new
    return {path: text for path, text in files.items() if path in found}


def naming(path: str, files: Mapping[str, str]) -> set[str]:
    """The files that name the definition of a file: each goes by what it defines."""
    own = _own(files)
    return {one for one, text in files.items() if one != path and path in _named(text, own)}


def _own(files: Iterable[str]) -> dict[str, str]:
    return {PurePosixPath(path).stem: path for path in files if not path.startswith("scenarios/")}


def _named(text: str, own: Mapping[str, str]) -> set[str]:
    return {own[word] for word in _values(text) & own.keys()}


def lived_by(files: Mapping[str, str]) -> set[str]:
    """What every definition lives by: calendars, registers, roles, and the procedure book."""
    return {path for path, text in files.items() if not _OF_DEFINITIONS.search(text)}


_OF_DEFINITIONS = re.compile(r"""^(?: ")?(?:workflow|base|scenario)\b""", re.MULTILINE)
"""As it is written by people, or as JSON."""


@lru_cache(maxsize=512)
def _values(text: str) -> frozenset[str]:
    return frozenset(word for document in read(text, "file.yaml")[0] for word in naming_values(document))


def naming_values(document: Node) -> Iterator[str]:
    """What may name a definition: a whole value, never a key, and in a formula what stands before a dot."""
    for _, node in document.walk():
        if isinstance(node.value, str):
            yield node.value
            yield from _BEFORE_DOT.findall(node.value)


_BEFORE_DOT = re.compile(r"[\w-]+(?=\.\w)")
"""What a formula takes from another definition: `total(paid-service.cost, ...)`."""
