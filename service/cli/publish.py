"""`duban publish`: the definitions go live, and what that changes is said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import carried, changed, previewed, problems
from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.installation import database, settings, shown
from service.cli.options import definitions_option
from service.cli.speaking import Command, Option, lang, say

if TYPE_CHECKING:
    from service.outdated import Wish
    from workflow.problems import DefinitionFaulty, Problem


@click.command(
    cls=Command,
    says=(
        """Publish the definitions: new tickets follow them from now on.

        All files go live together, or none does. Open tickets keep the revision and the dates that they have, unless
        --carry-over names their definition: then they go on by the new one, as if it had held from the start. What is
        past by then fires at once, and once; what has fired stays fired. Run it again if it was cut short: it does what
        is left.""",
        """发布流程定义：从现在起新工单按它们办理。

        所有文件一起生效，或都不生效。未结束的工单保持原有版本和到期时间。用 --carry-over 指明流程的，其未结工单转入
        新版本，如同一开始就是新版本：已过时限的立即触发一次，触发过的不再触发。中断后再运行一次，只处理剩余的工单。""",
    ),
    examples=(
        "duban publish --preview",
        "duban publish --preview --carry-over repair",
        'duban publish --note "Picking up a repair: 20 minutes"',
        "duban publish --carry-over repair --map waiting=in_repair",
    ),
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
@click.option(
    "--carry-over",
    "names",
    cls=Option,
    multiple=True,
    metavar="NAME",
    says=(
        "Carry open tickets over: of a definition and its classes, of a calendar (its days only), or all. Repeatable.",
        "将未结工单转入新版本：某流程（含各类别）的、按某日历计算的（只换日历），或 all（全部）。可多次给出。",
    ),
)
@click.option(
    "--map",
    "pairs",
    cls=Option,
    multiple=True,
    metavar="OLD=NEW",
    says=(
        "Where tickets go on whose state is gone. Repeatable.",
        "原状态已不存在的工单转入哪个状态。可多次给出。",
    ),
)
@click.option(
    "--by",
    cls=Option,
    metavar="PERSON",
    says=("Who asks for it; it stands in the history.", "由谁提出；会记入记录。"),
)
@click.option(
    "--all",
    "every",
    cls=Option,
    is_flag=True,
    says=("Every ticket that is carried over, not only the worst.", "显示转入的全部工单，而不只是影响最大的。"),
)
@click.option(
    "--format",
    "form",
    cls=Option,
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    says=(
        "How to answer a preview: text for people; json, or csv with a row for each date, for programs.",
        "预览结果的形式：text 给人看；json 或 csv（每个到期时间一行）给程序读。",
    ),
)
@click.pass_context
def publish(
    context: click.Context,
    definitions: Path | None,
    note: str,
    preview: bool,
    names: tuple[str, ...],
    pairs: tuple[str, ...],
    by: str | None,
    every: bool,
    form: str,
) -> None:
    from service import outdated, publishing
    from service.files import read_folder
    from service.now import instant_here
    from workflow.compiling import compile_catalogue
    from workflow.problems import DefinitionFaulty

    mapped = _understood(names, pairs, form, preview=preview, every=every)
    folder = definitions or settings().definitions
    files = read_folder(folder)
    try:
        compile_catalogue(files, instant_here())  # what is wrong with the files is said wherever the database is
        with database():
            wish = outdated.Wish(names=names, mapped=mapped, by=_known(by))
            left = _previewed(files, wish, every, form) if preview else _published(folder, files, note, wish, every)
    except DefinitionFaulty as error:
        click.echo(_faulty(error, folder, files), err=True)
        context.exit(PROBLEMS)
    except (publishing.PublishingRefused, outdated.CarryingRefused) as error:
        for reason in error.reasons:
            click.echo(f"- {reason.read(lang())}", err=True)
        click.echo(_not_published(), err=True)
        context.exit(PROBLEMS)
    if left:
        context.exit(PROBLEMS)


def _understood(
    names: tuple[str, ...], pairs: tuple[str, ...], form: str, *, preview: bool, every: bool
) -> dict[str, str]:
    """The states that are mapped; raises Faulty for options that mean nothing together."""
    if form != "text" and not preview:
        raise Faulty(say(f"--format {form} goes with --preview", f"--format {form} 须与 --preview 同用"), USAGE)
    for option, given in (("--map", bool(pairs)), ("--all", every), ("--format csv", form == "csv")):
        if given and not names:
            raise Faulty(say(f"{option} goes with --carry-over", f"{option} 须与 --carry-over 同用"), USAGE)
    mapped: dict[str, str] = {}
    for pair in pairs:
        old, sign, new = pair.partition("=")
        if not (old and sign and new) or mapped.get(old, new) != new:
            raise Faulty(
                say(
                    f"--map {pair} is not OLD=NEW, each OLD once; write for example --map waiting=in_repair",
                    f"--map {pair} 应为 OLD=NEW，每个 OLD 只写一次，例如 --map waiting=in_repair",
                ),
                USAGE,
            )
        mapped[old] = new
    return mapped


def _known(by: str | None) -> str | None:
    """Who asks for it, if there is such a person; raises NotKnown."""
    from service import accounts
    from service.db import reading

    if by is not None:
        with reading() as session:
            accounts.require_person(session, by)
    return by


def _previewed(files: dict[str, bytes], wish: Wish, every: bool, form: str) -> bool:
    """Say what would change; whether a ticket could not be carried over."""
    from service import carrying, previewing
    from service.db import reading
    from service.now import SystemNow
    from service.revisions import Published
    from service.staff import load_directory

    now = SystemNow()
    with reading() as session:
        at = now.instant(session)
        found = previewing.preview(session, files, at)
        called = load_directory(session, at, {}).names(lang())
    told = carried.Told(done=False, called=called, every=every)
    batches = carrying.foretold(now, wish, Published(id=0, at=at, catalogue=found.after)) if wish.names else iter(())
    if form == "csv":
        told.as_csv(batches)
    elif form == "json" and wish.names:
        for line in told.as_json(batches, previewed.body_of(found)):
            click.echo(line)
    elif form == "json":
        click.echo(previewed.as_json(found))
    else:
        click.echo(previewed.as_text(found, at, keep=not wish.names))
        if wish.names:
            click.echo()
            for line in told.as_text(batches, say(", ", "、").join(wish.names)):
                click.echo(line)
        click.echo("\n" + previewed.closing(found))
    return bool(told.left)


def _published(folder: Path, files: dict[str, bytes], note: str, wish: Wish, every: bool) -> bool:
    """Publish, and carry over what is wished; whether a ticket could not be."""
    from service import carrying, outdated, publishing
    from service.db import reading, writing
    from service.now import SystemNow
    from service.revisions import Published
    from service.staff import load_directory

    now = SystemNow()
    with reading() as session:
        at, holds = now.instant(session), publishing.holds_already(session, files)
    if not holds:
        publishing.proved(files, at)  # before anything is locked
    if wish.names:
        with reading() as session:  # what cannot be carried over is said before anything is published
            catalogue = publishing.foresee(session, files, at).catalogue
            outdated.groups(session, Published(id=0, at=at, catalogue=catalogue), wish)
    with writing() as session:
        done = publishing.publish(session, files, now.instant(session), by=wish.by, note=note)
    click.echo(changed.lines_of(done.changes, keep=not wish.names))
    if done.catalogue.warnings:
        click.echo(_told(done.catalogue.warnings, folder, files) + "\n", err=True)
    click.echo(
        say(f"Published (publication {done.id}).", f"已发布（第 {done.id} 次发布）。")
        if done.stored
        else say(f"Nothing has changed since publication {done.id}.", f"自第 {done.id} 次发布以来没有变化。")
    )
    if not wish.names:
        return False
    with reading() as session:
        called = load_directory(session, at, {}).names(lang())
    told = carried.Told(done=True, called=called, every=every)
    for line in told.as_text(carrying.carry_over(now, wish), say(", ", "、").join(wish.names)):
        click.echo(line)
    return bool(told.left)


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
