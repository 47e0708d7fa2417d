"""`duban draw`: a lifecycle as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.faults import USAGE, Faulty
from service.cli.folder import compiled, definition_called
from service.cli.options import definitions_option
from service.cli.speaking import Command, Option, lang, say

MERMAID = (".mmd", ".mermaid")
"""How the files of Mermaid end."""


def _form_of(output: Path | None) -> str:
    """What a file of this name is expected to hold; raises Faulty for one that holds neither."""
    if output is None or output.suffix.lower() in ("", ".svg"):
        return "svg"
    if output.suffix.lower() in MERMAID:
        return "mermaid"
    raise Faulty(
        say(
            f"{output}: a picture is an .svg, which browsers and office programs open, or text for Mermaid, "
            f"{' or '.join(MERMAID)}; `--format svg` writes one under any name.",
            f"{output}：图片是 .svg（浏览器和办公软件都能打开），Mermaid 文本是 {' 或 '.join(MERMAID)}；"
            "要用别的文件名，请加 --format svg。",
        ),
        USAGE,
    )


@click.command(
    cls=Command,
    says=(
        "Draw a lifecycle: its states, its transitions, its deadlines and reminders.",
        "画出一个流程：状态、流转、时限和催办。",
    ),
    examples=("duban draw repair -o repair.svg", "duban draw complaint --lang zh -o complaint.mmd"),
)
@click.argument("name")
@definitions_option
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["svg", "mermaid"]),
    says=(
        "A picture, or text that Mermaid draws; not said, as the file ends (.mmd is Mermaid), else a picture.",
        "图片，或 Mermaid 文本；不写时看文件后缀（.mmd 为 Mermaid），否则为图片。",
    ),
)
@click.option(
    "-o",
    "--output",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="FILE",
    says=(
        "The file to write; without it, the standard output.",
        "写入的文件；不写时输出到标准输出。",
    ),
)
@click.pass_context
def draw(context: click.Context, name: str, definitions: Path | None, form: str | None, output: Path | None) -> None:
    from workflow import draw as drawing

    catalogue = compiled(definitions, context)
    definition = definition_called(name, catalogue)
    labels = {one.name: one.text.read(lang()) for one in catalogue.definitions.values()}
    if form is None:
        form = _form_of(output)
    picture = (drawing.svg if form == "svg" else drawing.mermaid)(definition, lang(), names=labels)
    if output is None:
        click.echo(picture, nl=not picture.endswith("\n"))
        return
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise Faulty(f"{output}: {error.strerror}", USAGE) from error
