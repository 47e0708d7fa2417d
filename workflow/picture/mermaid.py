"""A chart as the text of a Mermaid flow chart, for pages that draw Mermaid themselves.

It leaves out who may make a transition: labels of several lines lie on each other there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflow.definition import NEW
from workflow.picture.chart import Box, Chart, Group, Mark
from workflow.picture.lettering import one_line
from workflow.picture.moves import Move
from workflow.picture.timings import Timing

_SETTINGS = '%%{init: {"flowchart": {"wrappingWidth": 320}}}%%'
_SIGNS = {"deadline": "⏱", "reminder": "🔔", "schedule": "🗓", "clock": "⚡"}
_HARMLESS = frozenset(" .,-_/()+*•→⇒↻⏱⏸🔔🗓⚡、。，；：（）“”·×")


def mermaid_of(chart: Chart) -> str:
    """The chart as text. Its ids are numbers behind a letter, never a name; every label is quoted and escaped."""
    ids = {NEW: "start"} | {name: f"s{number}" for number, name in enumerate(chart.boxes, 1)}
    lines = [_SETTINGS, "flowchart TD", f"  accTitle: {_spoken(chart.title)}", f"  accDescr: {_spoken(chart.told)}"]
    lines.append("  start((( ))):::opening")
    for name, box in chart.boxes.items():
        kind = "ending" if box.end else "open"
        opening, closing = ("[[", "]]") if box.end else ("(", ")")
        lines.append(f"  {ids[name]}{opening}{_label(_in_box(box, chart.timings))}{closing}:::{kind}")
    for arrow in chart.arrows:
        label = _label(line for move in arrow.moves for line in _of_move(move))
        lines.append(f"  {ids[arrow.source]} -->|{label}| {ids[arrow.target]}")
    for number, group in enumerate(chart.groups, 1):
        lines += _group(f"g{number}", group, ids)
    if chart.timings:
        lines.append(f"  subgraph legend[{_label([chart.legend])}]")
        lines.append("    direction TB")
        for number, timing in enumerate(chart.timings, 1):
            lines.append(f"    t{number}[{_label(_legend(timing))}]:::timing")
        # Links that are not drawn set the timings one under the other, and all of them under the graph.
        lowest = [ids[name] for name, box in chart.boxes.items() if box.end] or list(ids.values())
        if len(chart.timings) > 1:
            lines.append("    " + " ~~~ ".join(f"t{number}" for number in range(1, len(chart.timings) + 1)))
        lines += [
            "  end",
            f"  {' & '.join(lowest)} ~~~ legend",
            "  style legend fill:#ffffff,stroke:#e2e8f0,color:#1f2933",
        ]
    lines += [
        "  classDef open fill:#f8fafc,stroke:#64748b,color:#1f2933",
        "  classDef ending fill:#e2e8f0,stroke:#334155,color:#1f2933",
        "  classDef opening fill:#1f2933,stroke:#1f2933,color:#1f2933",
        "  classDef group fill:#ffffff,stroke:#64748b,stroke-dasharray:5 4,color:#1f2933",
        "  classDef timing fill:#ffffff,stroke:#cbd5e1,color:#1f2933,text-align:left",
    ]
    return "\n".join(lines) + "\n"


def _group(key: str, group: Group, ids: dict[str, str]) -> list[str]:
    stays = [line for move in group.moves if move.target is None for line in _staying(move)]
    leaving = [
        f"  {key} -.->|{_label(_of_move(move))}| {ids[move.target]}" for move in group.moves if move.target is not None
    ]
    return [f"  {key}[{_label([group.title, *stays])}]:::group", *leaving]


def _in_box(box: Box, timings: Sequence[Timing]) -> list[str]:
    marks = " ".join(_mark(mark, timings[mark.timing]) for mark in box.marks)
    steps = [f"{number} {step}" for number, step in enumerate(box.steps, 1)]
    return [
        box.title,
        *box.lines,
        *steps,
        *(line for move in box.stays for line in _staying(move)),
        *filter(None, [marks]),
    ]


def _mark(mark: Mark, timing: Timing) -> str:
    sign = "⏸" if mark.paused else _SIGNS[timing.kind]
    return f"{sign}{timing.mark}"


def _staying(move: Move) -> list[str]:
    return ["↻ " + " · ".join(_of_move(move))]


def _of_move(move: Move) -> list[str]:
    """The name, and what changes the way; who may make it is left out."""
    return [
        move.text, *(_SIGNS.get(line.kind, "") + line.text for line in move.lines if line.kind in ("clock", "note"))
    ]  # fmt: skip


def _legend(timing: Timing) -> list[str]:
    return [
        f"{_SIGNS[timing.kind]}{timing.mark} {timing.name} · {timing.limit}",
        *(f"{tag} {value}" for tag, value in timing.facts),
        *(f"• {step.when} {step.does}" for step in timing.steps),
    ]


def _label(lines: Iterable[str]) -> str:
    return '"' + "<br/>".join(filter(None, map(_escaped, lines))) + '"'


def _escaped(text: str) -> str:
    """Whatever is neither letter, digit nor harmless as its code, so that no text can end a label or begin another."""
    return "".join(
        letter if letter.isalnum() or letter in _HARMLESS else f"#{ord(letter)};" for letter in one_line(text)
    )


def _spoken(text: str) -> str:
    """Text on a line of its own, which Mermaid takes as it is up to the line's end."""
    return "".join(letter if letter.isalnum() or letter in _HARMLESS else " " for letter in one_line(text)).strip()
