"""`duban explain`: a definition as it holds, with the place where each value is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.folder import compiled, definition_called, files_of
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import width

if TYPE_CHECKING:
    from workflow.reading.schema.flat import Flat, Line

_WIDEST = 90
"""Places stand one below the other up to this column; after a longer line they follow it."""


@click.command(
    cls=Command,
    says=(
        """Show a definition as it holds.

        Every key with what it inherits, the file and line where each value is written, and what holds by default.""",
        """显示流程定义的实际内容。

        列出每个键（含继承的），各个值写在哪个文件的哪一行，以及默认值。""",
    ),
    examples=("duban explain complaint-important",),
)
@click.argument("name")
@click.option(
    "--flat",
    is_flag=True,
    expose_value=False,
    cls=Option,
    says=(
        "With all that it inherits, and where it is written; so it is shown without the option, too.",
        "包含继承的内容及其出处；不写此选项也是如此。",
    ),
)
@definitions_option
@format_option
@click.pass_context
def explain(context: click.Context, name: str, definitions: Path | None, form: str) -> None:
    from workflow.reading.schema.flat import lay_flat

    definition_called(name, compiled(definitions, context))
    found = lay_flat(name, files_of(definitions))
    click.echo(_json(found) if form == "json" else "\n".join(_text(found)))


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


def _json(flat: Flat) -> str:
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
    return json.dumps({"lines": lines, "removed": removed}, ensure_ascii=False, indent=2)
