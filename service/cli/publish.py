"""`duban publish`: the definitions go live, and what that changes is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import changed, previewed, problems
from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.installation import database, settings, shown
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang, say

if TYPE_CHECKING:
    from workflow.problems import DefinitionFaulty, Problem


@click.command(
    cls=Command,
    says=(
        """Publish the definitions: new tickets follow them from now on.

        All files go live together, or none does. Open tickets keep the revision that they have.""",
        """发布流程定义：从现在起新工单按它们办理。

        所有文件一起生效，或都不生效。未结束的工单保持原有版本。""",
    ),
    examples=("duban publish --preview", 'duban publish --note "Picking up a repair: 20 minutes"'),
)
@definitions_option
@click.option("--note", cls=Option, default="", metavar="TEXT", says=("Why, in a few words.", "发布原因，简要说明。"))
@click.option(
    "--preview",
    cls=Option,
    is_flag=True,
    says=(
        "Only say what would change, in sentences, and for which open tickets; nothing is published.",
        "只用句子说明会有哪些变化、涉及哪些未结工单，不发布。",
    ),
)
@format_option
@click.pass_context
def publish(context: click.Context, definitions: Path | None, note: str, preview: bool, form: str) -> None:
    from service import previewing, publishing
    from service.db import reading, writing
    from service.files import read_folder
    from service.now import SystemNow, instant_here
    from workflow.catalogue import compile_catalogue
    from workflow.problems import DefinitionFaulty

    if form == "json" and not preview:
        raise Faulty(say("--format json goes with --preview", "--format json 须与 --preview 同用"), USAGE)
    folder = definitions or settings().definitions
    files = read_folder(folder)
    try:
        compile_catalogue(files, instant_here())  # what is wrong with the files is said wherever the database is
        with database():
            with reading() as session:
                at, holds = SystemNow().instant(session), publishing.holds_already(session, files)
            if not holds:
                publishing.proved(files, at)  # before anything is locked
            if preview:
                with reading() as session:
                    found = previewing.preview(session, files, SystemNow().instant(session))
                click.echo(previewed.as_json(found) if form == "json" else previewed.as_text(found, at))
            else:
                with writing() as session:
                    done = publishing.publish(session, files, SystemNow().instant(session), note=note)
                click.echo(changed.lines_of(done.changes))
                if done.catalogue.warnings:
                    click.echo(_told(done.catalogue.warnings, folder, files) + "\n", err=True)
                click.echo(
                    say(f"Published (publication {done.id}).", f"已发布（第 {done.id} 次发布）。")
                    if done.stored
                    else say(
                        f"Nothing has changed since publication {done.id}.", f"自第 {done.id} 次发布以来没有变化。"
                    )
                )
    except DefinitionFaulty as error:
        click.echo(_faulty(error, folder, files), err=True)
        context.exit(PROBLEMS)
    except publishing.PublishingRefused as error:
        for reason in error.reasons:
            click.echo(f"- {reason.read(lang())}", err=True)
        click.echo(_not_published(), err=True)
        context.exit(PROBLEMS)


def _not_published() -> str:
    return say("Not published: what held before still holds.", "未发布：原来的流程库继续有效。")


def _faulty(error: DefinitionFaulty, folder: Path, files: dict[str, bytes]) -> str:
    found = _told(error.problems, folder, files)
    return f"{found}\n\n{problems.counted(error.problems)}. {_not_published()}"


def _told(found: Iterable[Problem], folder: Path, files: dict[str, bytes]) -> str:
    def path(name: str) -> str:
        return shown((folder / name).absolute())

    here = [one.called(path(one.position.path)) for one in found]
    return problems.as_text(here, {path(name): one for name, one in files.items()}, lang())
