"""A definition laid flat, as text and as JSON: every key, and the place where its value is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from service.cli import table
from service.cli.speaking import lang, say
from service.cli.table import width

if TYPE_CHECKING:
    from workflow.reading.schema.flat import Flat, Line

_WIDEST = 90
"""Places stand one below the other up to this column; after a longer line they follow it."""


def as_text(flat: Flat) -> str:
    return "\n".join(_text(flat))


def _text(flat: Flat) -> Iterator[str]:
    for line in flat.lines:
        yield _beside(_written(line), _origin(line))
    if flat.removed:
        yield ""
        yield say("removed:", "已去掉：")
    for path, position in flat.removed:
        yield _beside("  " + ".".join(path), f"{position.path}:{position.line}")


def _written(line: Line) -> str:
    """The line as it could stand in a file."""
    depth = len(line.path) - 1
    step = line.path[-1]
    value = line.value if lang() == "en" else line.value_zh
    if isinstance(step, int):
        return "  " * depth + f"- {value}".rstrip()
    return "  " * depth + f"{step}: {value}".rstrip()


def _origin(line: Line) -> str:
    if line.origin is None:
        return say("(default)", "（默认）")
    place = f"{line.origin.path}:{line.origin.line}"
    return place + say("  inherited", "  继承") if line.inherited else place


def _beside(text: str, origin: str) -> str:
    return text + " " * max(2, _WIDEST - width(text)) + origin


def as_json(flat: Flat) -> str:
    lines = [
        {
            "path": list(line.path),
            "value": (line.value if lang() == "en" else line.value_zh) or None,
            "origin": {"path": line.origin.path, "line": line.origin.line} if line.origin else None,
            "inherited": line.inherited,
            "default": line.default,
        }
        for line in flat.lines
    ]
    removed = [
        {"path": list(path), "origin": {"path": position.path, "line": position.line}}
        for path, position in flat.removed
    ]
    return table.as_json({"lines": lines, "removed": removed})
