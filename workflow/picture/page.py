"""The whole picture: its heading, the graph and the cards, written as one SVG."""

from __future__ import annotations

import hashlib
import math
from html import escape

from workflow.picture.arranging import GAP, MARGIN, WIDEST, Page, arranged
from workflow.picture.boxes import Sheet, sheet_of
from workflow.picture.cards import draw_card
from workflow.picture.chart import Chart
from workflow.picture.folding import with_fewer_arrows
from workflow.picture.graph import Graph, draw_graph, graph_of
from workflow.picture.lettering import one_line
from workflow.picture.pen import Pen
from workflow.picture.rows import GREY, PAPER, draw_rows, height_of, set_rows

_CHINESE = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
FONTS = {"zh": _CHINESE, "en": f'"Segoe UI","Helvetica Neue",Arial,{_CHINESE}'}
"""Chinese faces draw quotation marks at full width, which English text does not want."""

LABEL_ROOMS = (150.0, 168.0)
"""How long the lines of the graph's labels may be: what gives the lowest picture is taken."""


def drawn(chart: Chart, *, current: str) -> str:
    """The chart as the text of an SVG, the state `current` marked."""
    head = (
        *set_rows(chart.title, WIDEST / 2, size=20, bold=True),
        *(row for line in chart.lines for row in set_rows(line, WIDEST / 2, size=12, colour=GREY)),
    )
    top = MARGIN + height_of(head) + GAP
    chart, graphs, at_home = _graphs(chart)
    page = arranged(chart, graphs, at_home, top)
    pen = Pen()
    pen.rect(0.5, 0.5, page.width - 1, page.height - 1, rx=10, fill=PAPER, stroke="#e2e8f0")
    draw_rows(pen, head, MARGIN, MARGIN)
    draw_graph(pen, page.graph, page.graph_at, current=current, now=chart.now)
    for card, place in page.cards:
        draw_card(pen, card, place.x, place.y, current=current, now=chart.now)
    return _document(chart, page, str(pen))


def _graphs(chart: Chart) -> tuple[Chart, list[Graph], dict[str, Sheet]]:
    """The chart as it can be drawn, its graph in the possible widths, and the states that stand beside it.

    As long as no graph fits into a page, arrows are taken out of it.
    """
    while True:
        sheets = {name: sheet_of(box, chart.timings) for name, box in chart.boxes.items()}
        at_home = {name: sheets.pop(name) for name in chart.homeless}
        graphs = [graph_of(sheets, chart.arrows, label_room) for label_room in LABEL_ROOMS]
        narrowest = min(graphs, key=lambda graph: graph.size.width)
        fewer = with_fewer_arrows(chart, narrowest) if narrowest.size.width > WIDEST - 2 * MARGIN else None
        if fewer is None:
            return chart, graphs, at_home
        chart = fewer


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
