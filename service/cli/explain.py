"""`duban explain`: a lifecycle in plain sentences, or every value with the place where it is written."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import flat as laid_flat
from service.cli.folder import compiled, definition_called, files_of
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang
from service.cli.table import as_json, visible
from service.cli.wrapping import wrapped

if TYPE_CHECKING:
    from workflow.prose.document import Document

_WIDEST = 100
"""Longer lines are hard to read, however wide the terminal."""


@click.command(
    cls=Command,
    says=(
        """Tell a lifecycle in plain sentences.

        Who may do what and when, what has to be filled in, how long there is for it, and who is told when it is late.
        With --flat: every key with what it inherits, the file and line where each value is written, and what holds
        by default.""",
        """用平实的话讲述一个流程。

        谁在什么时候可以做什么，要填写什么，有多长时间，超时通知谁。
        加 --flat 则列出每个键（含继承的）、各个值写在哪个文件的哪一行，以及默认值。""",
    ),
    examples=("duban explain repair", "duban explain repair --lang zh", "duban explain complaint-important --flat"),
)
@click.argument("name")
@click.option(
    "--flat",
    is_flag=True,
    cls=Option,
    says=(
        "Every value instead of sentences, and where it is written.",
        "不用句子，而是列出每个值及其出处。",
    ),
)
@definitions_option
@format_option
@click.pass_context
def explain(context: click.Context, name: str, flat: bool, definitions: Path | None, form: str) -> None:
    from workflow.prose.lifecycle import explain as explained
    from workflow.prose.voice import Surroundings
    from workflow.reading.schema.flat import lay_flat

    catalogue = compiled(definitions, context)
    definition = definition_called(name, catalogue)
    if flat:
        found = lay_flat(name, files_of(definitions))
        click.echo(laid_flat.as_json(found) if form == "json" else laid_flat.as_text(found))
        return
    document = explained(definition, lang(), Surroundings.of(catalogue, definition))
    click.echo(_json(document) if form == "json" else _text(document))


def _text(document: Document) -> str:
    from workflow.prose.plain import Block, blocks, spaced

    columns = min(shutil.get_terminal_size().columns, _WIDEST)

    def laid(block: Block) -> list[str]:
        if block.heading:
            return [visible(block.mark + block.text)]
        return wrapped(visible(block.text), columns, first=block.mark)

    return "\n".join(spaced(list(blocks(document)), laid))


def _json(document: Document) -> str:
    return as_json(dataclasses.asdict(document))
