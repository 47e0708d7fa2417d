"""`duban test --generate`: the scenarios that are missing, written into the folder of the definitions."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import lang, say
from service.cli.table import as_json

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition
    from workflow.scenario import Scenario
    from workflow.scenarios.generating.again import Generated

FOLDER = "scenarios"
"""Inside the definitions, where new scenarios are written."""

_SCHEMA = "schema/scenario.schema.json"


def generate(names: Sequence[str], house: Path, files: dict[str, bytes], catalogue: Catalogue, form: str) -> bool:
    """Write what the scenarios of some workflows, or of all, do not show yet; whether all that people wrote come true.

    `files` are those of the folder `house`, by the path that `catalogue` knows them by.
    """
    from service.cli.installation import shown
    from workflow.scenarios.generating.files import new_texts

    texts = {path: text.decode("utf-8-sig") for path, text in files.items()}
    heading = f"# yaml-language-server: $schema=../{_SCHEMA}\n\n" if (house / _SCHEMA).is_file() else ""
    found = []
    for one in _watched(_asked(names, catalogue), catalogue):
        found.append(one)
        changed = new_texts(one, texts, shown(house / FOLDER), catalogue.scenarios, heading)
        texts |= changed
        for path, text in changed.items():
            _write(Path(path), text)
    click.echo(_json(found) if form == "json" else "\n".join(_lines(found, catalogue)))
    return not any(one.broken for one in found)


def _asked(names: Sequence[str], catalogue: Catalogue) -> list[Definition]:
    """What is opened as one of the names, each once; a class of a family is generated with its head."""
    from service.cli.folder import definition_called

    if not names:
        return list(catalogue.opened())
    called = (definition_called(name, catalogue) for name in names)
    heads = dict.fromkeys(one.head or one.name for one in called)
    return [catalogue.definitions[name] for name in heads]


def _watched(definitions: Sequence[Definition], catalogue: Catalogue) -> Iterator[Generated]:
    """What becomes of the scenarios of each; a terminal is shown how far it is."""
    from workflow.scenarios.generating.again import generate
    from workflow.scenarios.stage import Stage

    stage = Stage(catalogue)
    shown_at = sys.stderr.isatty()
    for done, one in enumerate(definitions, start=1):
        if shown_at:
            click.echo(f"\r\x1b[K{done}/{len(definitions)} {one.text.read(lang())}", nl=False, err=True)
        yield generate(one, catalogue, stage)
    if shown_at and definitions:
        click.echo("\r\x1b[K", nl=False, err=True)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise Faulty(f"{path}: {error.strerror}", USAGE) from error


# --- What is said -------------------------------------------------------------------------------------------------


def _lines(found: Sequence[Generated], catalogue: Catalogue) -> Iterator[str]:
    """What was written for each workflow, and what could not be."""
    written = 0
    for one in found:
        name = one.workflow
        for scenarios, en, zh in (
            (one.added, "added", "新增"),
            (one.renewed, "written anew", "重写"),
            (
                one.dropped,
                "taken out, for what they showed is shown by others or not possible any more",
                "删除（所走到的部分已由其他情景走到，或已不可能）",
            ),
        ):
            written += len(scenarios)
            if scenarios:
                yield say(
                    f"{name}: {len(scenarios)} {en}: {_names(scenarios)}",
                    f"{name}：{zh} {len(scenarios)} 个：{_names(scenarios)}",
                )
        if one.broken:
            yield say(
                f"{name}: no longer true and left as they are, for somebody wrote them: mend {_names(one.broken)}",
                f"{name}：以下情景由人编写，已不成立，保持原样，请您修改：{_names(one.broken)}",
            )
        for goal in one.unreached:
            text, reason = goal.text.read(lang()), goal.reason.read(lang())
            yield say(f"{name}: cannot be shown: {text}: {reason}", f"{name}：无法走到“{text}”：{reason}")
    if not written and any(one.broken or one.unreached for one in found):
        yield say("Nothing to write.", "没有可写的情景。")
    elif not written:
        asked = {one.workflow for one in found}
        number = sum(one.workflow in asked for one in catalogue.scenarios)
        yield say(f"Nothing to write: {number} scenarios show it all.", f"无需新写：{number} 个情景已全部覆盖。")


def _names(scenarios: Iterable[Scenario]) -> str:
    return ", ".join(one.name for one in scenarios)


def _json(found: Iterable[Generated]) -> str:
    answer = [
        {
            "workflow": one.workflow,
            **{key: [each.name for each in getattr(one, key)] for key in ("added", "renewed", "dropped", "broken")},
            "unreached": [
                {
                    "text": each.text.en,
                    "text_zh": each.text.read("zh"),
                    "reason": each.reason.en,
                    "reason_zh": each.reason.read("zh"),
                }
                for each in one.unreached
            ],
        }
        for one in found
    ]
    return as_json(answer)
