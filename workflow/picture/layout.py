"""Where boxes, arrows and their labels go. Only this module knows `graphlay`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import graphlay

_OPTIONS: dict[str, Any] = {
    "direction": "topbottom",
    "spacing": {"layer_gap": 20.0, "node_gap": 28.0, "dummy_gap": 22.0},
}


@dataclass(frozen=True, slots=True)
class Size:
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An arrow between two boxes, given by their places in the list, with the size of its label."""

    source: int
    target: int
    label: Size


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """The way of an arrow from its source to its label and from there to its target, and the label's middle."""

    toward: tuple[Point, ...]
    onward: tuple[Point, ...]
    label: Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The middles of the boxes, and the routes, in the order they were given; from (0, 0) to `size`."""

    boxes: tuple[Point, ...]
    routes: tuple[Route, ...]
    size: Size


def lay_out(boxes: Sequence[Size], links: Sequence[Link]) -> Layout:
    """Boxes (one at least) in layers from top to bottom, arrows at right angles; the same input, the same layout.

    A label is a box of its own to the engine, in the middle of its arrow: so nothing else can lie on it. The
    engine gets arrows that lead back turned round, so that their labels stand between the two boxes as well.
    """
    graph = graphlay.Graph()
    sizes = [*boxes, *(link.label for link in links)]
    for size in sizes:
        graph.node(width=size.width, height=size.height)
    back = _leading_back(len(boxes), links)
    for number, link in enumerate(links):
        label = len(boxes) + number
        first, last = (link.target, link.source) if number in back else (link.source, link.target)
        graph.edge(first, label)
        graph.edge(label, last)
    found = graphlay.layout(graph, preset="process_map", options=_OPTIONS)
    middles = [_point(node["center"]) for node in found.nodes]
    ways = [tuple(map(_point, edge["points"])) for edge in found.edges]
    corners = [
        Point(middle.x + side * size.width / 2, middle.y + side * size.height / 2)
        for middle, size in zip(middles, sizes, strict=True)
        for side in (-1, 1)
    ]
    corners += [point for way in ways for point in way]
    left, top = min(point.x for point in corners), min(point.y for point in corners)
    right, bottom = max(point.x for point in corners), max(point.y for point in corners)

    def moved(point: Point) -> Point:
        return Point(point.x - left, point.y - top)

    routes = []
    for number, middle in enumerate(middles[len(boxes) :]):
        toward, onward = (tuple(map(moved, way)) for way in ways[2 * number : 2 * number + 2])
        if number in back:
            toward, onward = onward[::-1], toward[::-1]
        routes.append(Route(toward=toward, onward=onward, label=moved(middle)))
    size = Size(right - left, bottom - top)
    return Layout(boxes=tuple(map(moved, middles[: len(boxes)])), routes=tuple(routes), size=size)


def _leading_back(count: int, links: Sequence[Link]) -> frozenset[int]:
    """The links without which no way leads back to where it began.

    Those against the order of the boxes; or those that close a circle on a walk from the first box, if these
    are fewer. Neither is always the least, but both are what a reader takes for the way back.
    """
    against = frozenset(number for number, link in enumerate(links) if link.target <= link.source)
    leaving: list[list[int]] = [[] for _ in range(count)]
    for number, link in enumerate(links):
        leaving[link.source].append(number)
    closing: set[int] = set()
    seen: set[int] = set()
    for start in range(count):
        way = [] if start in seen else [(start, iter(leaving[start]))]
        on_the_way = {start}
        while way:
            box, untried = way[-1]
            seen.add(box)
            number = next(untried, -1)
            if number < 0:
                way.pop()
                on_the_way.discard(box)
            elif links[number].target in on_the_way:
                closing.add(number)
            elif (target := links[number].target) not in seen:
                way.append((target, iter(leaving[target])))
                on_the_way.add(target)
    return frozenset(closing) if len(closing) < len(against) else against


def _point(found: dict[str, float]) -> Point:
    return Point(found["x"], found["y"])
