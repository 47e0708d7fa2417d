"""A chart whose graph would be wider than a page: its longest arrows are told in the states that they leave."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from workflow.definition import NEW
from workflow.picture.chart import Arrow, Chart, Jump
from workflow.picture.graph import Graph

SHARE = 0.2
"""How many of the arrows that may go, go at a time: few enough not to take more than is needed, or much more."""


def with_fewer_arrows(chart: Chart, graph: Graph) -> Chart | None:
    """The chart without the longest arrows of its graph, their moves listed in the boxes; None if all must stay.

    An opening stays, and so does the last arrow that leads to a state.
    """
    leading = Counter(arrow.target for arrow in graph.arrows)
    longest = sorted(
        (arrow for arrow in graph.arrows if arrow.source != NEW),
        key=lambda arrow: -_height(graph, arrow),
    )
    most = max(1, math.floor(len(longest) * SHARE))
    gone: list[Arrow] = []
    for arrow in longest:
        if leading[arrow.target] > 1 and len(gone) < most:
            leading[arrow.target] -= 1
            gone.append(arrow)
    return _told(chart, gone) if gone else None


def _height(graph: Graph, arrow: Arrow) -> float:
    """How far the arrow goes up or down."""
    route = graph.layout.routes[graph.arrows.index(arrow)]
    return abs(route.onward[-1].y - route.toward[0].y)


def _told(chart: Chart, gone: Sequence[Arrow]) -> Chart:
    boxes = dict(chart.boxes)
    # In the order of the chart, whatever their lengths are.
    for arrow in (arrow for arrow in chart.arrows if arrow in gone):
        box, title = boxes[arrow.source], boxes[arrow.target].title
        jumps = (*box.jumps, *(Jump(move, title) for move in arrow.moves))
        boxes[arrow.source] = replace(box, jumps=jumps)
    return replace(chart, boxes=boxes, arrows=tuple(arrow for arrow in chart.arrows if arrow not in gone))
