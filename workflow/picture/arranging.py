"""Where the cards stand: in columns beside the graph, below it, or both, as the lowest page has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow.picture.boxes import Sheet
from workflow.picture.cards import Card, group_card, promises_card, signs_card, timing_card
from workflow.picture.chart import Chart
from workflow.picture.graph import Graph
from workflow.picture.layout import Point

WIDEST = 1100.0
"""How wide a picture is at most, unless its graph alone is wider."""

MARGIN, GUTTER, GAP = 24.0, 32.0, 12.0
CARD_NARROWEST, CARD_WIDEST = 320.0, 520.0
MOST_COLUMNS = 3

Stack = Sequence[Card]
"""Cards one below the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where everything goes: the graph and each card with its upper left corner."""

    width: float
    height: float
    graph: Graph
    graph_at: Point
    cards: tuple[tuple[Card, Point], ...]


def arranged(chart: Chart, graphs: Sequence[Graph], at_home: Mapping[str, Sheet], top: float) -> Page:
    """The lowest page that is no wider than it may be; of two as low, the first."""
    pages = [page for graph in graphs for page in _pages(chart, graph, at_home, top)]
    return min(pages, key=lambda page: (page.width > WIDEST, page.height))


def _pages(chart: Chart, graph: Graph, at_home: Mapping[str, Sheet], top: float) -> Iterator[Page]:
    """The possible pages: cards in columns beside the graph, or below it, or beside it as far down as it goes."""
    widest = max(WIDEST, graph.size.width + 2 * MARGIN) - 2 * MARGIN
    for room, columns in _columns(widest - graph.size.width - GUTTER):
        cards = _cards(chart, room, at_home)
        yield _page(graph, _in_columns(cards, columns), (), top)
        beside = _as_high(cards, graph.size.height)
        if columns == 1 and 0 < beside < len(cards):
            width = graph.size.width + GUTTER + room
            for room_below, columns_below in _columns(width):
                rest = _cards(chart, room_below, at_home)[beside:]
                yield _page(graph, [cards[:beside]], _in_columns(rest, columns_below), top)
    for room, columns in _columns(widest):
        yield _page(graph, (), _in_columns(_cards(chart, room, at_home), columns), top)


def _columns(room: float) -> Iterator[tuple[float, int]]:
    """In how many columns cards may stand in that room, and how wide each is."""
    for columns in range(1, MOST_COLUMNS + 1):
        card_room = min((room + GAP) / columns - GAP, CARD_WIDEST)
        if card_room >= CARD_NARROWEST:
            yield card_room, columns


def _cards(chart: Chart, room: float, at_home: Mapping[str, Sheet]) -> list[Card]:
    """The same cards for every room, only measured for it."""
    homeless = dict(at_home)
    cards = [group_card(group, room, chart.boxes, homeless) for group in chart.groups]
    cards += [timing_card(number, timing, room) for number, timing in enumerate(chart.timings)]
    if chart.promises:
        cards.append(promises_card(chart.promises, room))
    return [*cards, signs_card(chart.signs, room)] if chart.signs else cards


def _as_high(cards: Stack, height: float) -> int:
    """How many of the cards go into that height."""
    filled, count = 0.0, 0
    for card in cards:
        filled += card.height
        if filled > height:
            break
        filled += GAP
        count += 1
    return count


def _page(graph: Graph, beside: Sequence[Stack], below: Sequence[Stack], top: float) -> Page:
    across, across_below = _width(beside), _width(below)
    inner = max(graph.size.width + (GUTTER + across if beside else 0.0), across_below)
    # With nothing beside it the graph stands in the middle, as the cards below do.
    left = MARGIN if beside else MARGIN + (inner - graph.size.width) / 2
    placed = [*_placed(beside, left + graph.size.width + GUTTER, top)]
    bottom = max([top + graph.size.height, *(place.y + card.height for card, place in placed)])
    if below:
        placed += _placed(below, MARGIN + (inner - across_below) / 2, bottom + (GAP if beside else GUTTER))
        bottom = max(place.y + card.height for card, place in placed)
    return Page(
        width=inner + 2 * MARGIN,
        height=bottom + MARGIN,
        graph=graph,
        graph_at=Point(left, top),
        cards=tuple(placed),
    )


def _width(stacks: Sequence[Stack]) -> float:
    return sum(stack[0].width for stack in stacks) + GAP * (len(stacks) - 1) if stacks else 0.0


def _placed(stacks: Sequence[Stack], left: float, top: float) -> Iterator[tuple[Card, Point]]:
    for stack in stacks:
        down = top
        for card in stack:
            yield card, Point(left, down)
            down += card.height + GAP
        left += stack[0].width + GAP


def _in_columns(cards: Stack, columns: int) -> list[list[Card]]:
    """The cards in their order, column by column, the highest column as low as can be."""
    heights = [card.height + GAP for card in cards]
    limits = sorted({sum(heights[i:j]) for i in range(len(cards)) for j in range(i + 1, len(cards) + 1)})
    for limit in limits:
        stacks: list[list[Card]] = []
        filled = limit
        for card, height in zip(cards, heights, strict=True):
            if filled + height > limit or not stacks:
                stacks.append([])
                filled = 0.0
            stacks[-1].append(card)
            filled += height
        if len(stacks) <= columns:
            return stacks
    return []
