"""`duban test`: whether the scenarios come true, and what of the definitions they show."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.folder import compiled_from
from service.cli.installation import settings, shown
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang, say

if TYPE_CHECKING:
    from service.scenario_runs import Ran
    from workflow.catalogue import Catalogue
    from workflow.scenario import Scenario


@click.command(
    cls=Command,
    says=(
        """Run the scenarios and say which do not come true.

        All of the definitions folder, or those of a workflow, a scenario by its name, a file or a folder. Each step
        that is not as expected is shown with what was expected and what happened. Once all come true it is shown what
        no scenario has taken. Exit code 1 if one fails.""",
        """运行情景，指出哪些没有成真。

        可以运行整个流程定义文件夹的情景，也可以只运行某个流程、某个情景、某个文件或文件夹的。
        与期望不符的每一步，连同期望的和实际的一起列出；全部通过后，列出没有情景走到的部分。
        有未通过的，退出码为 1。""",
    ),
    examples=(
        "duban test",
        "duban test repair",
        "duban test definitions/scenarios/repair.yaml --format json",
        "duban test --junit scenarios.xml",
        "duban test --generate repair",
    ),
)
@click.argument("which", nargs=-1, metavar="[NAME|PATH]...")
@definitions_option
@format_option
@click.option(
    "--junit",
    cls=Option,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    says=("Also write the results as JUnit XML.", "同时把结果写成 JUnit XML 文件。"),
)
@click.option(
    "--generate",
    "generating",
    cls=Option,
    is_flag=True,
    says=(
        "Write the scenarios that are missing, so that every move and every timer is shown.",
        "写出缺少的情景，使每个流转和每个定时都有情景走到。",
    ),
)
@click.pass_context
def test(
    context: click.Context,
    which: tuple[str, ...],
    definitions: Path | None,
    form: str,
    junit: Path | None,
    generating: bool,
) -> None:
    from service.cli.scenario_report import as_json, as_text
    from service.scenario_runs import run_all

    if generating:
        if junit is not None:
            raise Faulty(
                say(
                    "--generate runs no tests that --junit could write: run duban test --junit afterwards",
                    "--generate 不产生可供 --junit 写入的结果：请随后运行 duban test --junit",
                ),
                USAGE,
            )
        _generate(which, definitions or settings().definitions, form, context)
        return
    asked = _asked(which, definitions or settings().definitions)
    catalogue = compiled_from(asked.files, context)
    scenarios = _chosen(asked, catalogue)
    ran = list(_watched(run_all(catalogue, asked.files, scenarios), len(scenarios)))
    if junit is not None:
        _write_junit(junit, ran)
    # What scenarios of one file or name do not take, says nothing of the others.
    workflows = _workflows(asked, catalogue, scenarios)
    if form == "json":
        click.echo(as_json(ran, catalogue, workflows))
    else:
        click.echo(as_text(ran, catalogue, workflows, asked.files, lang()))
    if not all(one.passed for one in ran):
        context.exit(PROBLEMS)


def _generate(which: Sequence[str], house: Path, form: str, context: click.Context) -> None:
    from service.cli.generating import generate

    asked = _asked((), house)
    catalogue = compiled_from(asked.files, context)
    if not generate(which, house.resolve(), asked.files, catalogue, form):
        context.exit(PROBLEMS)


@dataclass(slots=True)
class _Asked:
    """The files to read, by the path that is shown; of whose scenarios those in `paths` and those called by `names`.

    Without any of the two, all.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    names: list[str] = field(default_factory=list)


def _asked(which: Sequence[str], house: Path) -> _Asked:
    from service.files import read_file, read_folder

    house = house.resolve()
    asked = _Asked({shown(house / path): text for path, text in read_folder(house, scenarios=True).items()})
    for one in which:
        path = Path(one).resolve()
        if path.is_dir():
            folder = {shown(path / name): text for name, text in read_folder(path, scenarios=True).items()}
            asked.files |= folder
            asked.paths |= folder.keys()
        elif path.exists() or path.suffix:
            asked.files[shown(path)] = read_file(path)
            asked.paths.add(shown(path))
        else:
            asked.names.append(one)
    asked.files = dict(sorted(asked.files.items()))
    return asked


def _chosen(asked: _Asked, catalogue: Catalogue) -> list[Scenario]:
    """The scenarios that are asked for, in the order of the files."""
    from workflow.names import did_you_mean

    everything = catalogue.scenarios
    if not asked.paths and not asked.names:
        return list(everything)
    known = {*(one.name for one in everything), *catalogue.definitions}
    for name in asked.names:
        if name not in known:
            meant, meant_zh = did_you_mean(name, known)
            en, zh = f"there is no workflow or scenario {name}{meant}", f"没有流程或情景 {name}{meant_zh}"
            raise Faulty(say(en, zh), USAGE)
    heads = {catalogue.definitions[name].head or name for name in asked.names if name in catalogue.definitions}
    return [
        one
        for one in everything
        if one.position.path in asked.paths or one.name in asked.names or one.workflow in heads
    ]


def _workflows(asked: _Asked, catalogue: Catalogue, scenarios: Iterable[Scenario]) -> list[str]:
    """The workflows of which all scenarios were run: those about which it can be said what is missing."""
    run = {(one.workflow, one.name) for one in scenarios}
    left = {one.workflow for one in catalogue.scenarios if (one.workflow, one.name) not in run}
    known = catalogue.definitions
    named = {workflow for workflow, _ in run} | {known[one].head or one for one in asked.names if one in known}
    everything = not asked.paths and not asked.names
    return [one.name for one in catalogue.opened() if one.name not in left and (everything or one.name in named)]


def _watched(results: Iterable[Ran], number: int) -> Iterator[Ran]:
    """The results; a terminal is shown how many there are so far."""
    shown_at = sys.stderr.isatty()
    for done, one in enumerate(results, start=1):
        yield one
        if shown_at and (done % 20 == 0 or done == number):
            click.echo("\r" + say(f"{done} of {number} scenarios", f"{done}/{number} 个情景"), nl=False, err=True)
    if shown_at and number:
        click.echo("\r\x1b[K", nl=False, err=True)


def _write_junit(path: Path, ran: Sequence[Ran]) -> None:
    from service.cli.junit import as_junit

    try:
        path.write_bytes(as_junit(ran, lang()))
    except OSError as error:
        raise Faulty(f"{path}: {error.strerror}", USAGE) from error
