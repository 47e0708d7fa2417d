"""What is proved of definitions, as a table for people or for a program: how long each state may be silent, and which
promises hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from service.cli.speaking import lang, say
from service.cli.table import table

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition
    from workflow.promises.figure import Figure


def as_text(catalogue: Catalogue, definitions: Iterable[Definition], at: dt.datetime) -> str:
    """For each definition the figures of its open states, then its promises, each with its path and worst start."""
    return "\n\n".join("\n".join(_of_definition(catalogue, one, at)) for one in definitions)


def _of_definition(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> list[str]:
    from workflow.promises import proof, proving, saying

    calendar = proof.calendar_of(catalogue, definition)
    rows = [
        [figure.state, _kind(figure), *_told(figure, definition, catalogue)]
        for figure in proving.figures(catalogue, definition, at)
    ]
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
        for one in proof.verdicts(catalogue, definition, at)
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


def as_json(catalogue: Catalogue, definitions: Iterable[Definition], at: dt.datetime) -> list[dict[str, Any]]:
    """The same for a program: lengths in seconds, instants in ISO 8601; without a length nobody is ever told."""
    from workflow.promises import proof, proving

    return [
        {
            "workflow": one.name,
            "figures": [_figure(figure) for figure in proving.figures(catalogue, one, at)],
            "promises": [
                {
                    "kind": verdict.promise.kind,
                    "within": verdict.promise.within.read("en"),
                    "in": list(verdict.promise.states),
                    "holds": verdict.holds,
                    "figure": _figure(verdict.figure) if verdict.figure is not None else None,
                }
                for verdict in proof.verdicts(catalogue, one, at)
            ],
        }
        for one in definitions
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


def asked(catalogue: Catalogue, files: Sequence[str] | set[str]) -> list[Definition]:
    """The definitions that are written in these files."""
    return [
        one
        for one in catalogue.definitions.values()
        if (place := catalogue.where(one.name)) is not None and place.path in files
    ]
