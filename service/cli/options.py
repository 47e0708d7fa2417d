"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path

import click

from service.cli.speaking import Option

definitions_option = click.option(
    "--definitions",
    cls=Option,
    type=click.Path(path_type=Path),
    metavar="DIR",
    says=("The folder with the definitions.", "流程定义所在的文件夹。"),
)

format_option = click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["text", "json"]),
    default="text",
    says=("How to answer: text for people, json for programs.", "回答的形式：text 给人看，json 给程序读。"),
)
