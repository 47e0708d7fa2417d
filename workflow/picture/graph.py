"""The graph of a picture: states as boxes, an arrow for all transitions between two of them, its label on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.definition import NEW
from workflow.picture.boxes import EDGE, Sheet, draw_sheet, label_rows
from workflow.picture.chart import Arrow
from workflow.picture.layout import Layout, Link, Point, Size, lay_out
from workflow.picture.moves import Move
from workflow.picture.pen import Pen
from workflow.picture.rows import INK, PAPER, Row, draw_rows, height_of, width_of

START = Size(18, 18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """The graph, laid out: the boxes and arrows in the order of `layout`, which begins with the start."""

    sheets: tuple[Sheet, ...]
    labels: tuple[tuple[Row, ...], ...]
    arrows: tuple[Arrow, ...]
    layout: Layout

    @property
    def size(self) -> Size:
        return self.layout.size


def graph_of(sheets: Mapping[str, Sheet], arrows: Sequence[Arrow], label_room: float) -> Graph:
    """The graph of these states, by name, and of the arrows between them and from NEW.

    No line of a label is longer than `label_room` pixels.
    """
    places = {NEW: 0} | {name: place for place, name in enumerate(sheets, 1)}
    labels = [_label(arrow.moves, label_room) for arrow in arrows]
    links = [
        Link(source=places[arrow.source], target=places[arrow.target], label=_room(label))
        for arrow, label in zip(arrows, labels, strict=True)
    ]
    layout = lay_out([START, *(sheet.size for sheet in sheets.values())], links)
    return Graph(sheets=tuple(sheets.values()), labels=tuple(labels), arrows=tuple(arrows), layout=layout)


def draw_graph(pen: Pen, graph: Graph, corner: Point, *, current: str, now: str) -> None:
    """Draws the graph from its upper left corner; `current` is the state that is marked with the word `now`."""

    def moved(point: Point) -> Point:
        return Point(point.x + corner.x, point.y + corner.y)

    start, *middles = map(moved, graph.layout.boxes)
    for arrow, route in zip(graph.arrows, graph.layout.routes, strict=True):
        pen.line(tuple(map(moved, route.toward)), EDGE, dashed=arrow.by_itself)
        pen.arrow(tuple(map(moved, route.onward)), EDGE, dashed=arrow.by_itself)
    pen.element("circle", cx=start.x, cy=start.y, r=START.width / 2, fill=INK)
    for sheet, middle in zip(graph.sheets, middles, strict=True):
        draw_sheet(pen, sheet, middle, current=now if sheet.box.state == current else "")
    for label, route in zip(graph.labels, graph.layout.routes, strict=True):
        _draw_label(pen, label, moved(route.label))


def _label(moves: Sequence[Move], room: float) -> tuple[Row, ...]:
    """The moves one under the other, each with who may make it."""
    rows: list[Row] = []
    for move in moves:
        first, *others = label_rows(move, room)
        rows += [replace(first, before=4 if rows else 0), *others]
    return tuple(rows)


def _room(label: Sequence[Row]) -> Size:
    return Size(width_of(label) + 8, height_of(label) + 4)


def _draw_label(pen: Pen, label: Sequence[Row], middle: Point) -> None:
    """The label on a white ground, should an arrow come near."""
    room = _room(label)
    top = middle.y - room.height / 2
    pen.rect(middle.x - room.width / 2, top, room.width, room.height, rx=4, fill=PAPER)
    draw_rows(pen, label, middle.x, top + 2, middle=middle.x)
