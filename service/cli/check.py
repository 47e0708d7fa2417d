"""`duban check`: whether the definitions are right, and if not, where and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import problems as shown_problems
from service.cli import promises as shown_promises
from service.cli import remembered
from service.cli.faults import PROBLEMS
from service.cli.installation import settings, shown
from service.cli.options import format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.watching import watch

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.problems import Problem


@click.command(
    cls=Command,
    says=(
        """Check the definitions and say what is wrong with them.

        A file that lies in the definitions folder is read together with the rest of it, and its own problems are
        shown. Any other file or folder is checked by itself. Exit code 1 if something is wrong; a warning alone leaves
        it 0.

        With --promises it also says of every open state how long a ticket may rest there until somebody is told, from
        the worst starting moment, and which promises hold: those of the files that are shown.""",
        """检查流程定义并指出问题。

        定义文件夹内的文件与整个文件夹一起检查，只显示该文件的问题；
        其他文件或文件夹单独检查。有错误时退出码为 1；只有警告时为 0。

        加 --promises 时，还列出工单在每个未结束状态中最长（从最不利的时刻算起）多久无人收到通知，
        以及所示文件中的各项承诺是否成立。""",
    ),
    examples=(
        "duban check",
        "duban check definitions/repair.yaml",
        "duban check --promises definitions/repair.yaml",
        "duban check --format json",
        "duban check --watch",
    ),
)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@format_option
@click.option(
    "--watch",
    "watching",
    cls=Option,
    is_flag=True,
    says=("Check again whenever a file changes, until Ctrl-C.", "文件一有改动就重新检查，按 Ctrl-C 结束。"),
)
@click.option(
    "--promises",
    cls=Option,
    is_flag=True,
    says=(
        "Prove the promises, and show how long each state may be silent.",
        "证明各项承诺，并列出每个状态最长多久无人收到通知。",
    ),
)
@click.option(
    "--no-cache",
    cls=Option,
    is_flag=True,
    says=("Check anew, also what has not changed since.", "重新检查，即使文件没有变化。"),
)
@click.pass_context
def check(
    context: click.Context, paths: tuple[Path, ...], form: str, watching: bool, promises: bool, no_cache: bool
) -> None:
    places = paths or (settings().definitions,)
    memory = None if no_cache else remembered.usual_folder()
    if watching:
        watch(places, lambda: _check_again(places, form, memory, promises))
    elif _check(places, form, memory, promises):
        context.exit(PROBLEMS)


def _check_again(paths: Iterable[Path], form: str, memory: Path | None, promises: bool) -> None:
    """Check, and go on also where a file cannot be read now: it may be there again in a moment."""
    from service.files import FolderUnreadable

    try:
        _check(paths, form, memory, promises, indent=None)
    except FolderUnreadable as error:
        click.echo(str(error), err=True)


def _check(paths: Iterable[Path], form: str, memory: Path | None, promises: bool, indent: int | None = 2) -> bool:
    """Say what is wrong; whether something is."""
    from service.now import instant_here

    asked = _asked(paths)
    found = remembered.find(asked.files, memory, instant_here().date())
    proofs = _proved(asked) if promises and not _is_wrong(found.problems) else None
    if proofs is not None:
        found = replace(found, problems=(*found.problems, *proofs.broken), waived=(*found.waived, *proofs.accepted))
    here = [problem for problem in found.problems if problem.position.path in asked.shown]
    elsewhere = [problem for problem in found.problems if problem.position.path not in asked.shown]
    waived = tuple((problem, reason) for problem, reason in found.waived if problem.position.path in asked.shown)
    if form == "json":
        click.echo(_json(asked, here, elsewhere, waived, proofs, indent))
    else:
        if proofs is not None:
            click.echo(shown_promises.as_text(proofs.catalogue, proofs.found) + "\n")
        if here:
            click.echo(shown_problems.as_text(here, asked.files, lang()) + "\n")
        click.echo(_closing(asked, here, elsewhere, waived))
        if proofs is None and not asked.shown.isdisjoint(found.promising):
            click.echo(
                say(
                    "Promises are proved by `duban check --promises`, and before publishing.",
                    "承诺由 `duban check --promises` 证明，发布前也会证明。",
                )
            )
    return _is_wrong(found.problems)


def _is_wrong(problems: Iterable[Problem]) -> bool:
    return any(problem.severity == "error" for problem in problems)


@dataclass(frozen=True, slots=True)
class _Proofs:
    """What is proved of the definitions that were asked for, and which of their promises do not hold."""

    catalogue: Catalogue
    found: tuple[shown_promises.Proved, ...]
    broken: tuple[Problem, ...]
    accepted: tuple[tuple[Problem, str], ...]


def _proved(asked: _Asked) -> _Proofs:
    """What is proved of files that nothing is wrong with: they are read without being checked again, or scenarios."""
    from service.files import SCENARIOS
    from service.now import instant_here
    from workflow.compiling import compile_published
    from workflow.promises import proof

    at = instant_here()
    catalogue = compile_published(
        {name: text for name, text in asked.files.items() if Path(name).parent.name != SCENARIOS}
    )
    definitions = shown_promises.asked(catalogue, asked.shown)
    found = tuple(shown_promises.proved(catalogue, definitions, at))
    # A file without a definition, as of a calendar or of roles, may have to do with all of them.
    judged = proof.judged(catalogue, at, definitions or None)
    return _Proofs(
        catalogue,
        found,
        tuple(problem for problem, reason in judged if reason is None),
        tuple((problem, reason) for problem, reason in judged if reason is not None),
    )


@dataclass(slots=True)
class _Asked:
    """The files to read, by the path that is shown; `shown` are those whose problems were asked for."""

    files: dict[str, bytes] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)


def _asked(paths: Iterable[Path]) -> _Asked:
    from service.files import read_file, read_folder

    asked = _Asked()
    house = settings().definitions.resolve()
    for path in dict.fromkeys(path.resolve() for path in paths):
        if path.is_dir() or not path.exists():
            folder = {shown(path / name): text for name, text in read_folder(path, scenarios=True).items()}
            asked.files |= folder
            asked.shown |= folder.keys()
        else:
            if path.is_relative_to(house):
                asked.files |= {shown(house / name): text for name, text in read_folder(house, scenarios=True).items()}
            asked.files[shown(path)] = read_file(path)
            asked.shown.add(shown(path))
    asked.files = dict(sorted(asked.files.items()))
    return asked


def _closing(
    asked: _Asked, here: list[Problem], elsewhere: list[Problem], waived: tuple[tuple[Problem, str], ...]
) -> str:
    number = len(asked.shown)
    files = say(f"{number} file{'s' * (number != 1)}", f"{number} 个文件")
    if here:
        line = say(
            f"{files} checked: {shown_problems.counted(here)}.", f"检查了 {files}：{shown_problems.counted(here)}。"
        )
    else:
        line = say(f"{files} checked, nothing is wrong.", f"检查了 {files}，没有问题。")
    if elsewhere:
        counted = shown_problems.counted(elsewhere)
        line += say(f" In other files of the folder: {counted}.", f"文件夹内其他文件还有 {counted}。")
    if waived:
        line += say(f" {len(waived)} accepted with a reason.", f"另有 {len(waived)} 处已说明理由并接受。")
    return line


def _json(
    asked: _Asked,
    here: list[Problem],
    elsewhere: list[Problem],
    waived: tuple[tuple[Problem, str], ...],
    proofs: _Proofs | None,
    indent: int | None,
) -> str:
    answer: dict[str, object] = {
        "files": sorted(asked.shown),
        "problems": [shown_problems.as_json(problem) for problem in sorted(here)],
        "problems_elsewhere": len(elsewhere),
        "accepted": [shown_problems.as_json(problem) | {"reason": reason} for problem, reason in sorted(waived)],
    }
    if proofs is not None:
        answer["proved"] = shown_promises.as_json(proofs.found)
    return json.dumps(answer, ensure_ascii=False, indent=indent)
