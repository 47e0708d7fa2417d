"""`duban publish`: the definitions go live, and what that changes is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import problems
from service.cli.faults import PROBLEMS
from service.cli.installation import database, settings, shown
from service.cli.options import definitions_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import visible

if TYPE_CHECKING:
    from service.changes import Change, PartChange
    from workflow.problems import DefinitionFaulty, Problem


@click.command(
    cls=Command,
    says=(
        """Publish the definitions: new tickets follow them from now on.

        All files go live together, or none does. Open tickets keep the revision that they have.""",
        """发布流程定义：从现在起新工单按它们办理。

        所有文件一起生效，或都不生效。未结束的工单保持原有版本。""",
    ),
    examples=("duban publish --dry-run", 'duban publish --note "Picking up a repair: 20 minutes"'),
)
@definitions_option
@click.option("--note", cls=Option, default="", metavar="TEXT", says=("Why, in a few words.", "发布原因，简要说明。"))
@click.option(
    "--dry-run",
    cls=Option,
    is_flag=True,
    says=("Only say what would change.", "只说明会有哪些变化，不发布。"),
)
@click.pass_context
def publish(context: click.Context, definitions: Path | None, note: str, dry_run: bool) -> None:
    from service import publishing
    from service.db import reading, writing
    from service.files import read_folder
    from service.now import SystemNow
    from workflow.problems import DefinitionFaulty

    folder = definitions or settings().definitions
    files = read_folder(folder)
    try:
        with database():
            with reading() as session:
                at, holds = SystemNow().instant(session), publishing.holds_already(session, files)
            if not holds:
                publishing.proved(files, at)  # before anything is locked
            if dry_run:
                with reading() as session:
                    changes = publishing.preview(session, files, SystemNow().instant(session))
                    holds = publishing.holds_already(session, files)
                click.echo(_changes(changes))
                if holds and all(one.kind == "same" for one in changes):
                    click.echo(
                        say(
                            "There is nothing to publish: these files are published already.",
                            "无需发布：这些文件已经发布。",
                        )
                    )
                else:
                    click.echo(say("Nothing has been published.", "尚未发布。"))
            else:
                with writing() as session:
                    done = publishing.publish(session, files, SystemNow().instant(session), note=note)
                click.echo(_changes(done.changes))
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


_KINDS = {
    "new": ("new", "新增"),
    "changed": ("changed", "变更"),
    "reworded": ("reworded", "改字"),
    "removed": ("removed", "删除"),
    "same": ("unchanged", "未变"),
}
_WHAT = {
    "definition": ("definition", "流程"),
    "calendar": ("calendar", "日历"),
    "register": ("register", "名册"),
    "role": ("role", "角色"),
}


def _changes(changes: tuple[Change, ...]) -> str:
    """A line for each change; those of one kind of which there is no more to say share one."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for one in changes:
        if one.kind != "same":
            more = _more(one)
            lines.setdefault((one.kind, one.what, one.name if more else ""), []).append(one.name + more)
    told = [
        f"{_kind(kind)} {say(*_WHAT[what])}{say('s' * (len(names) > 1), '')} {say(', ', '、').join(names)}"
        for (kind, what, _), names in lines.items()
    ]
    same = Counter(one.what for one in changes if one.kind == "same")
    if same:
        counted = [
            say(f"{number} {_WHAT[what][0]}{'s' * (number != 1)}", f"{_WHAT[what][1]} {number} 个")
            for what, number in same.items()
        ]
        told.append(f"{_kind('same')} {say(', ', '、').join(counted)}")
    return "\n".join(told)


def _kind(kind: str) -> str:
    return say(f"{_KINDS[kind][0]:<9}", _KINDS[kind][1])


def _more(change: Change) -> str:
    """What there is to say of a change beside that it is one."""
    more = ""
    if change.parts:
        more += say(": ", "：") + say(", ", "、").join(_part(part) for part in change.parts)
    if change.years:
        years = ", ".join(map(str, change.years))
        more += say(f": the public holidays of {years} are known now", f"：已知 {years} 年的法定节假日")
    if change.earlier:
        more += say(
            f" ({change.open_tickets} open, {change.earlier} of them on an earlier revision, which they keep)",
            f"（未结 {change.open_tickets} 张，其中 {change.earlier} 张保持较早版本）",
        )
    elif change.open_tickets:
        more += say(f" ({change.open_tickets} open)", f"（未结 {change.open_tickets} 张）")
    return more


def _part(part: PartChange) -> str:
    if part.was is not None and part.now is not None:
        was, now = visible(part.was.read(lang())), visible(part.now.read(lang()))
        return f"{part.name} ({part.field}: {was} -> {now})" if part.field else f"{part.name} ({was} -> {now})"
    return {
        "new": say(f"{part.name} new", f"新增 {part.name}"),
        "changed": part.name,
        "removed": say(f"{part.name} removed", f"删除 {part.name}"),
    }[part.kind]
