"""The whole picture: its heading, the graph, and the cards beside it where there is room, else below."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workflow.picture.boxes import Sheet, sheet_of
from workflow.picture.cards import Card, draw_card, group_card, promises_card, signs_card, timing_card
from workflow.picture.chart import Chart
from workflow.picture.graph import Graph, draw_graph, graph_of
from workflow.picture.layout import Point
from workflow.picture.lettering import one_line
from workflow.picture.pen import Pen
from workflow.picture.rows import GREY, PAPER, draw_rows, height_of, set_rows

_CHINESE = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
FONTS = {"zh": _CHINESE, "en": f'"Segoe UI","Helvetica Neue",Arial,{_CHINESE}'}
"""Chinese faces draw quotation marks at full width, which English text does not want."""

WIDEST = 1100.0
"""How wide a picture is at most, unless its graph alone is wider."""

MARGIN, GUTTER, GAP = 24.0, 32.0, 12.0
CARD_NARROWEST, CARD_WIDEST = 320.0, 520.0
MOST_COLUMNS = 3
LABEL_ROOMS = (150.0, 168.0)
"""How long the lines of the graph's labels may be: what gives the lowest picture is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where everything goes: the graph and each card with its upper left corner."""

    width: float
    height: float
    graph: Graph
    graph_at: Point
    cards: tuple[tuple[Card, Point], ...]


def drawn(chart: Chart, *, current: str) -> str:
    """The chart as the text of an SVG, the state `current` marked."""
    sheets = {name: sheet_of(box, chart.timings) for name, box in chart.boxes.items()}
    at_home = {name: sheets.pop(name) for name in chart.homeless}
    head = (
        *set_rows(chart.title, WIDEST / 2, size=20, bold=True),
        *(row for line in chart.lines for row in set_rows(line, WIDEST / 2, size=12, colour=GREY)),
    )
    top = MARGIN + height_of(head) + GAP
    graphs = [graph_of(sheets, chart.arrows, label_room) for label_room in LABEL_ROOMS]
    pages = [page for graph in graphs for page in _arranged(chart, graph, at_home, top)]
    page = min(pages, key=lambda page: (page.width > WIDEST, page.height))
    pen = Pen()
    pen.rect(0.5, 0.5, page.width - 1, page.height - 1, rx=10, fill=PAPER, stroke="#e2e8f0")
    draw_rows(pen, head, MARGIN, MARGIN)
    draw_graph(pen, page.graph, page.graph_at, current=current, now=chart.now)
    for card, place in page.cards:
        draw_card(pen, card, place.x, place.y, current=current, now=chart.now)
    return _document(chart, page, str(pen))


def _document(chart: Chart, page: Page, content: str) -> str:
    """The file around the elements; its two ids are the picture's own, should several stand in one page."""
    title = escape(one_line(chart.title))
    key = "picture-" + hashlib.sha256(content.encode()).hexdigest()[:12]
    width, height = math.ceil(page.width), math.ceil(page.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'lang="{chart.lang}" role="img" aria-labelledby="{key}-title {key}-desc" '
        f"font-family='{FONTS[chart.lang]}'>\n"
        f'<title id="{key}-title">{title}</title>\n'
        f'<desc id="{key}-desc">{escape(one_line(chart.told))}</desc>\n'
        f"{content}\n</svg>\n"
    )


def _arranged(chart: Chart, graph: Graph, at_home: Mapping[str, Sheet], top: float) -> Iterator[Page]:
    """The possible pages: cards in one or more columns beside the graph, or below it."""
    widest = max(WIDEST, graph.size.width + 2 * MARGIN) - 2 * MARGIN
    for beside, room in ((True, widest - graph.size.width - GUTTER), (False, widest)):
        for columns in range(1, MOST_COLUMNS + 1):
            card_room = min((room + GAP) / columns - GAP, CARD_WIDEST)
            if card_room >= CARD_NARROWEST:
                stacks = _in_columns(_cards(chart, card_room, at_home), columns)
                yield _page(graph, stacks, card_room, top, beside=beside)


def _cards(chart: Chart, room: float, at_home: Mapping[str, Sheet]) -> list[Card]:
    homeless = dict(at_home)
    cards = [group_card(group, room, chart.boxes, homeless) for group in chart.groups]
    cards += [timing_card(number, timing, room) for number, timing in enumerate(chart.timings)]
    if chart.promises:
        cards.append(promises_card(chart.promises, room))
    return [*cards, signs_card(chart.signs, room)] if chart.signs else cards


def _page(graph: Graph, stacks: Sequence[Sequence[Card]], room: float, top: float, *, beside: bool) -> Page:
    size = graph.size
    cards_width = len(stacks) * (room + GAP) - GAP if stacks else 0.0
    if beside:
        left, down = MARGIN + size.width + (GUTTER if stacks else 0.0), top
        width = left + cards_width + MARGIN
        graph_left = MARGIN
    else:
        width = max(size.width, cards_width) + 2 * MARGIN
        left, down = (width - cards_width) / 2, top + size.height + GUTTER
        graph_left = (width - size.width) / 2
    placed = []
    bottom = top + size.height
    for column, stack in enumerate(stacks):
        lower = down
        for card in stack:
            placed.append((card, Point(left + column * (room + GAP), lower)))
            lower += card.height + GAP
        bottom = max(bottom, lower - GAP)
    return Page(width=width, height=bottom + MARGIN, graph=graph, graph_at=Point(graph_left, top), cards=tuple(placed))


def _in_columns(cards: Sequence[Card], columns: int) -> list[list[Card]]:
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
