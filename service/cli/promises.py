"""What is proved of definitions, as a table for people or for a program: how long each state may be silent, and which
promises hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.cli.speaking import lang, say
from service.cli.table import GAP, filled, table, width
from service.cli.wrapping import wrapped

if TYPE_CHECKING:
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition
    from workflow.promises.figure import Figure
    from workflow.promises.proof import Verdict
    from workflow.promises.saying import Saying

COLUMNS = 120
"""No line is wider, unless a word is."""

_BELOW = " " * 4


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


def _of_definition(catalogue: Catalogue, found: Proved) -> Iterator[str]:
    from workflow.promises import proof

    saying = proof.saying(catalogue, found.definition, lang())
    calendar = saying.calendar.read(lang())
    yield f"{found.definition.name}  {found.definition.text.read(lang())}  {calendar}"
    if found.figures:
        yield from _of_states(found.figures, saying)
    if found.verdicts:
        yield ""
        yield from _of_promises(catalogue, found, saying)


def _of_states(figures: Iterable[Figure], saying: Saying) -> Iterator[str]:
    """Two rows below each state, and below each row since when it is and how a ticket comes there."""
    figures = list(figures)
    head = [
        say("nobody is told", "无人收到通知"),
        say("at the longest", "最长"),
        say("certainty", "确定性"),
        say("until told by", "直到谁通知"),
    ]
    rows = [
        ["  " + _kind(one), saying.how_long(one), saying.certainty(one), saying.source(one) or say("nothing", "无")]
        for one in figures
    ]
    headline, *lines = table(head, rows).splitlines()
    yield headline
    state = ""
    for figure, line in zip(figures, lines, strict=True):
        if figure.state != state:
            state = figure.state
            yield saying.state(state)
        yield line
        yield from wrapped(saying.worst(figure), COLUMNS, first=_BELOW)


def _of_promises(catalogue: Catalogue, found: Proved, saying: Saying) -> Iterator[str]:
    yield say("Promises", "承诺")
    indent = max(width(_judged(one, found.definition)) for one in found.verdicts) + len(GAP)
    for one in found.verdicts:
        judged = _judged(one, found.definition)
        first = filled(judged, indent)
        for number, line in enumerate(_about(one, catalogue, found, saying)):
            yield from wrapped(line, COLUMNS, first=" " * indent if number else first)


def _about(one: Verdict, catalogue: Catalogue, found: Proved, saying: Saying) -> Iterator[str]:
    """The sentence of a promise, then what it comes to, and what is to be known of the verdict."""
    from workflow.promises import proof

    yield saying.promise(one.promise)
    figure = one.figure
    if figure is not None:
        yield _lasting(figure, saying)
        yield saying.worst(figure)
    reason = None if one.holds else proof.accepted(one, found.definition)
    if reason is not None:
        yield say(f"Accepted: {reason}", f"已接受，理由：{reason}")
    yield from _in_classes(one, catalogue, found, saying)


def _lasting(figure: Figure, saying: Saying) -> str:
    long, who = saying.how_long(figure), saying.source(figure)
    if figure.longest is None:
        said = say("There is no bound", "没有上限")
    elif figure.exact:
        said = say(f"At the longest {long}, exactly", f"最长{long}，确切")
    else:
        said = say(f"At most {long}; it may be shorter", f"至多{long}，可能更短")
    if not who:
        return said
    return said + (say(f", of {who}", f"：{who}") if figure.kind == "paused" else say(f", until {who}", f"，直到{who}"))


def _in_classes(one: Verdict, catalogue: Catalogue, found: Proved, saying: Saying) -> Iterator[str]:
    """In the head of a family, which states are proved with the classes: a ticket is one of them there."""
    here = {figure.state for figure in found.figures}
    elsewhere = [state for state in found.definition.states if state in one.promise.states and state not in here]
    if elsewhere and found.definition.family and here:
        states = saying.voice.both(map(saying.voice.state, elsewhere))
        classes = saying.voice.both(
            saying.voice.workflow(name)
            for name in found.definition.family
            if any(each.kind == one.promise.kind for each in catalogue.definitions[name].promises)
        )
        if classes:
            yield say(
                f"A ticket of this definition itself does not come to {states}; it is proved there for the tickets "
                f"of the classes {classes}.",
                f"本流程的工单自身不会进入{states}；这些状态由类别{classes}各自证明。",
            )
        else:
            yield say(
                f"A ticket of this definition itself does not come to {states}.", f"本流程的工单自身不会进入{states}。"
            )


def _judged(one: Verdict, definition: Definition) -> str:
    from workflow.promises import proof

    if one.holds:
        return say("holds", "成立")
    said = say("broken", "不成立") if one.proved else say("not proved", "未能证明")
    return said if proof.accepted(one, definition) is None else said + say(", accepted", "（已接受）")


def _kind(figure: Figure) -> str:
    if figure.kind == "first_telling":
        return say("after entering", "进入后")
    return say("at any time", "任何时候")


def as_json(found: Iterable[Proved]) -> list[dict[str, Any]]:
    """The same for a program: lengths in seconds, instants in ISO 8601; without a length nobody is ever told."""
    from workflow.promises.proof import accepted

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
                    "proved": verdict.proved,
                    "accepted": None if verdict.holds else accepted(verdict, one.definition),
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
