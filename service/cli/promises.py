"""What is proved of definitions, as a table for people or for a program: how long each state may be silent, and which
promises hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.cli.speaking import lang, say
from service.cli.table import table

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition
    from workflow.promises.figure import Figure
    from workflow.promises.proof import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """What is proved of one definition: the figures of its open states, and whether its promises hold."""

    definition: Definition
    figures: tuple[Figure, ...]
    verdicts: tuple[Verdict, ...]


def proved(catalogue: Catalogue, definitions: Iterable[Definition], at: dt.datetime) -> Iterator[Proved]:
    """One definition after the other: much of what a figure is worked out from a promise rests on, too."""
    from workflow.promises import proof, proving

    for one in definitions:
        yield Proved(
            definition=one,
            figures=proving.figures(catalogue, one, at),
            verdicts=proof.verdicts(catalogue, one, at),
        )


def as_text(catalogue: Catalogue, found: Iterable[Proved]) -> str:
    """For each definition the figures of its open states, then its promises, each with its path and worst start."""
    return "\n\n".join("\n".join(_of_definition(catalogue, one)) for one in found)


def _of_definition(catalogue: Catalogue, found: Proved) -> list[str]:
    from workflow.promises import proof, saying

    definition = found.definition
    calendar = proof.calendar_of(catalogue, definition)
    rows = [[figure.state, _kind(figure), *_told(figure, definition, catalogue)] for figure in found.figures]
    head = [
        say("state", "状态"),
        say("nobody is told for", "无人收到通知"),
        say("as long as", "最长"),
        "",
        say("from", "从"),
        say("until told by", "直到"),
        say("path", "路径"),
    ]
    lines = [f"{definition.name}  {definition.text.read(lang())}  {calendar.read(lang())}", table(head, rows)]
    judged = [
        [
            say("holds", "成立") if one.holds else say("broken", "不成立"),
            saying.promise(one.promise).read(lang()),
            *(_told(one.figure, definition, catalogue) if one.figure is not None else [""] * 5),
        ]
        for one in found.verdicts
    ]
    if judged:
        head = [say("promise", "承诺"), "", *head[2:]]
        lines += ["", table(head, judged)]
    return lines


def _told(figure: Figure, definition: Definition, catalogue: Catalogue) -> list[str]:
    """How long, how certain, since when, by whom, and how a ticket comes there."""
    from workflow.promises import proof, saying

    calendar = proof.calendar_of(catalogue, definition)
    return [
        saying.how_long(figure, definition, calendar).read(lang()),
        saying.certainty(figure).read(lang()) if figure.longest is not None else "",
        saying.since(figure, definition, calendar).read(lang()),
        saying.source(figure),
        saying.path(figure, calendar),
    ]


def _kind(figure: Figure) -> str:
    if figure.kind == "first_telling":
        return say("after entering", "进入后")
    return say("at any time", "任何时候")


def as_json(found: Iterable[Proved]) -> list[dict[str, Any]]:
    """The same for a program: lengths in seconds, instants in ISO 8601; without a length nobody is ever told."""
    return [
        {
            "workflow": one.definition.name,
            "figures": [_figure(figure) for figure in one.figures],
            "promises": [
                {
                    "kind": verdict.promise.kind,
                    "within": verdict.promise.within.read("en"),
                    "in": list(verdict.promise.states),
                    "holds": verdict.holds,
                    "figure": _figure(verdict.figure) if verdict.figure is not None else None,
                }
                for verdict in one.verdicts
            ],
        }
        for one in found
    ]


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "state": figure.state,
        "kind": figure.kind,
        "seconds": figure.longest.total_seconds() if figure.longest is not None else None,
        "exact": figure.exact,
        "start": _instant(figure.start),
        "told_at": _instant(figure.told_at),
        "told_by": {"kind": figure.source.kind, "name": figure.source.name, "level": figure.source.level or None}
        if figure.source is not None
        else None,
        "path": [
            {"transition": step.move, "at": _instant(step.at), "workflow": step.workflow, "state": step.state}
            for step in figure.path
        ],
        "loop": list(figure.loop),
    }


def _instant(instant: dt.datetime | None) -> str | None:
    return instant.isoformat() if instant is not None else None


def asked(catalogue: Catalogue, files: Collection[str]) -> list[Definition]:
    """The definitions that are written in these files."""
    return [
        one
        for one in catalogue.definitions.values()
        if (place := catalogue.where(one.name)) is not None and place.path in files
    ]
