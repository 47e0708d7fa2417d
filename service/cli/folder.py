"""The folder of definitions as a command reads it: its files by the path that is shown, and what they are together."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli import problems
from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.installation import settings, shown
from service.cli.speaking import lang, say

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition


def files_of(folder: Path | None, *, scenarios: bool = False) -> dict[str, bytes]:
    """The files of `folder`, or of the installation's where none is named; of scenarios only if asked for."""
    from service.files import read_folder

    place = folder or settings().definitions
    return {shown((place / path).absolute()): text for path, text in read_folder(place, scenarios=scenarios).items()}


def compiled(folder: Path | None, context: click.Context) -> Catalogue:
    """The catalogue of a folder; if something is wrong with it, says what, and ends the command."""
    return compiled_from(files_of(folder), context)


def compiled_from(files: Mapping[str, bytes], context: click.Context) -> Catalogue:
    """The catalogue that files are, by the path that is shown; otherwise as `compiled`."""
    from workflow.compiling import compile_catalogue
    from workflow.problems import DefinitionFaulty

    try:
        return compile_catalogue(files)
    except DefinitionFaulty as error:
        click.echo(problems.as_text(error.problems, files, lang()), err=True)
        context.exit(PROBLEMS)


def definition_called(name: str, catalogue: Catalogue) -> Definition:
    """The definition of that name; without one, ends the command and says which there are."""
    from workflow.names import did_you_mean, one_of

    definition = catalogue.definitions.get(name)
    if definition is None:
        meant, meant_zh = did_you_mean(name, catalogue.definitions)
        known = one_of(catalogue.definitions)
        en, zh = f"there is no definition {name}{meant}; there are {known}", f"没有流程 {name}{meant_zh}；现有：{known}"
        raise Faulty(say(en, zh), USAGE)
    return definition
