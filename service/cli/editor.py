"""`duban editor`: what an editor needs to complete and explain the keys of the files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import Command, say


@click.command(
    cls=Command,
    says=(
        """Write JSON Schemas by which an editor completes the keys of definitions and tells what each means.

        Name them in the first line of a file: # yaml-language-server: $schema=schema/definition.schema.json""",
        """写出 JSON Schema，编辑器据此补全流程定义的键并显示说明。

        在文件第一行写明：# yaml-language-server: $schema=schema/definition.schema.json""",
    ),
    examples=("duban editor definitions/schema",),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def editor(folder: Path) -> None:
    from workflow.reading.schema.json_schema import FILES, json_schema

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for kind, name in FILES.items():
            text = json.dumps(json_schema(kind), ensure_ascii=False, indent=1)
            (folder / name).write_text(text + "\n", encoding="utf-8")
            click.echo(str(folder / name))
    except OSError as error:
        raise Faulty(say(f"{folder}: {error.strerror}", f"{folder}：{error.strerror}"), USAGE) from error
