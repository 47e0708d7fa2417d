"""`duban draw`: a lifecycle as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import problems
from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.installation import settings, shown
from service.cli.options import definitions_option
from service.cli.speaking import Command, Option, lang, say

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue


@click.command(
    cls=Command,
    says=(
        "Draw a lifecycle: its states, its transitions, its deadlines and reminders.",
        "画出一个流程：状态、流转、时限和催办。",
    ),
    examples=("duban draw repair -o repair.svg", "duban draw complaint --format mermaid --lang zh"),
)
@click.argument("name")
@definitions_option
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["svg", "mermaid"]),
    default="svg",
    says=("A picture, or text that Mermaid draws.", "图片，或 Mermaid 文本。"),
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
def draw(context: click.Context, name: str, definitions: Path | None, form: str, output: Path | None) -> None:
    from service.files import read_folder
    from workflow import draw as drawing
    from workflow.catalogue import compile_catalogue
    from workflow.problems import DefinitionFaulty

    folder = definitions or settings().definitions
    files = {shown((folder / path).absolute()): text for path, text in read_folder(folder).items()}
    try:
        catalogue = compile_catalogue(files)
    except DefinitionFaulty as error:
        click.echo(problems.as_text(error.problems, files, lang()), err=True)
        context.exit(PROBLEMS)
    definition = catalogue.definitions.get(name)
    if definition is None:
        raise Faulty(_unknown(name, catalogue), USAGE)
    labels = {one.name: one.text.read(lang()) for one in catalogue.definitions.values()}
    picture = (drawing.svg if form == "svg" else drawing.mermaid)(definition, lang(), names=labels)
    if output is None:
        click.echo(picture, nl=not picture.endswith("\n"))
        return
    try:
        output.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise Faulty(f"{output}: {error.strerror}", USAGE) from error


def _unknown(name: str, catalogue: Catalogue) -> str:
    from workflow.names import did_you_mean, one_of

    meant, meant_zh = did_you_mean(name, catalogue.definitions)
    known = one_of(catalogue.definitions)
    return say(f"there is no definition {name}{meant}; there are {known}", f"没有流程 {name}{meant_zh}；现有：{known}")
