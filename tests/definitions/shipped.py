"""The files that the house ships, and which of them belong together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path, PurePosixPath

from workflow.reading.source import read

FOLDER = Path(__file__).resolve().parents[2] / "definitions"


def shipped_files(*, scenarios: bool = False) -> dict[str, str]:
    """Every YAML file of the definitions by its path inside the folder; of scenarios only if asked for."""
    return {
        path.relative_to(FOLDER).as_posix(): path.read_text("utf-8")
        for path in sorted(FOLDER.rglob("*.yaml"))
        if scenarios or path.parent.name != "scenarios"
    }


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


def named(path: str, files: Mapping[str, str]) -> set[str]:
    """The files of the definitions that a file names: each goes by what it defines."""
    return _named(files[path], _own(files)) - {path}


def _own(files: Iterable[str]) -> dict[str, str]:
    return {PurePosixPath(path).stem: path for path in files if not path.startswith("scenarios/")}


def _named(text: str, own: Mapping[str, str]) -> set[str]:
    return {own[word] for word in _values(text) & own.keys()}


def lived_by(files: Mapping[str, str]) -> set[str]:
    """What every definition lives by: calendars, registers, roles, and the procedure book."""
    return {path for path, text in files.items() if not _OF_DEFINITIONS.search(text)}


_OF_DEFINITIONS = re.compile(r"""^(?: ")?(?:workflow|base|scenario)\b""", re.MULTILINE)
"""As it is written by people, or as JSON."""


@lru_cache(maxsize=256)
def _values(text: str) -> frozenset[str]:
    """What may name a definition: a whole value, never a key, and in a formula what stands before a dot."""
    return frozenset(
        word
        for document in read(text, "file.yaml")[0]
        for _, node in document.walk()
        if isinstance(node.value, str)
        for word in (node.value, *_BEFORE_DOT.findall(node.value))
    )


_BEFORE_DOT = re.compile(r"[\w-]+(?=\.\w)")
"""What a formula takes from another definition: `total(paid-service.cost, ...)`."""
