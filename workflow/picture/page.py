"""The whole picture: its heading, the graph, and the cards beside it where there is room, else below."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from workflow.picture.boxes import Sheet, sheet_of
from workflow.picture.cards import Card, draw_card, group_card, timing_card
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
CARD_NARROWEST, CARD_WIDEST = 340.0, 520.0
MOST_COLUMNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Where everything goes: the middle of the graph's top, and each card with its upper left corner."""

    width: float
    height: float
    graph: Point
    cards: tuple[tuple[Card, Point], ...]


def drawn(chart: Chart, *, current: str, now: str) -> str:
    """The chart as the text of an SVG; the state `current` is marked with the word `now`."""
    sheets = {name: sheet_of(box, chart.timings) for name, box in chart.boxes.items()}
    at_home = {name: sheets.pop(name) for name in chart.homeless}
    graph = graph_of(sheets, chart.arrows)
    head = (
        *set_rows(chart.title, WIDEST / 2, size=20, bold=True),
        *(row for line in chart.lines for row in set_rows(line, WIDEST / 2, size=12, colour=GREY)),
    )
    signs = _signs(chart, WIDEST / 2)
    page = _arranged(chart, graph, at_home, MARGIN + height_of(head) + GAP, height_of(signs))
    pen = Pen()
    pen.rect(0.5, 0.5, page.width - 1, page.height - 1, rx=10, fill=PAPER, stroke="#e2e8f0")
    draw_rows(pen, head, MARGIN, MARGIN)
    draw_graph(pen, graph, page.graph.x - graph.size.width / 2, page.graph.y, current=current, now=now)
    for card, place in page.cards:
        draw_card(pen, card, place.x, place.y, current=current, now=now)
    return _document(chart, page, str(pen))


def _document(chart: Chart, page: Page, content: str) -> str:
    """The file around the elements; its two ids are the picture's own, should several stand in one page."""
    title = escape(one_line(chart.title))
    key = "picture-" + hashlib.sha256(content.encode()).hexdigest()[:12]
    width, height = math.ceil(page.width), math.ceil(page.height)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f"role=\"img\" aria-labelledby=\"{key}-title {key}-desc\" font-family='{FONT}'>\n"
        f'<title id="{key}-title">{title}</title>\n'
        f'<desc id="{key}-desc">{escape(one_line(chart.told))}</desc>\n'
        f"{content}\n</svg>\n"
    )


def _arranged(chart: Chart, graph: Graph, at_home: Mapping[str, Sheet], top: float) -> Page:
    """The lowest of the pages that are not too wide: cards in columns beside the graph, or below it."""
    widest = max(WIDEST, graph.size.width + 2 * MARGIN) - 2 * MARGIN
    pages = []
    for beside, room in ((True, widest - graph.size.width - GUTTER), (False, widest)):
        for columns in range(1, MOST_COLUMNS + 1):
            card_room = min((room + GAP) / columns - GAP, CARD_WIDEST)
            if card_room >= CARD_NARROWEST:
                stacks = _in_columns(_cards(chart, card_room, at_home), columns)
                pages.append(_page(graph, stacks, card_room, top, beside=beside))
    return min(pages, key=lambda page: page.height)


def _cards(chart: Chart, room: float, at_home: Mapping[str, Sheet]) -> list[Card]:
    homeless = dict(at_home)
    cards = [group_card(group, room, chart.boxes, homeless) for group in chart.groups]
    return cards + [timing_card(number, timing, room) for number, timing in enumerate(chart.timings)]


def _page(graph: Graph, stacks: Sequence[Sequence[Card]], room: float, top: float, *, beside: bool) -> Page:
    size = graph.size
    cards_width = len(stacks) * (room + GAP) - GAP if stacks else 0.0
    if beside:
        left, down = MARGIN + size.width + (GUTTER if stacks else 0.0), top
        width = left + cards_width + MARGIN
        middle = MARGIN + size.width / 2
    else:
        width = max(size.width, cards_width) + 2 * MARGIN
        left, down = (width - cards_width) / 2, top + size.height + GUTTER
        middle = width / 2
    placed = []
    bottom = top + size.height
    for column, stack in enumerate(stacks):
        lower = down
        for card in stack:
            placed.append((card, Point(left + column * (room + GAP), lower)))
            lower += card.height + GAP
        bottom = max(bottom, lower - GAP)
    return Page(width=width, height=bottom + MARGIN, graph=Point(middle, top), cards=tuple(placed))


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
