"""States as boxes: title, who must act, the moves that stay, and a pill for each timing that counts there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workflow.picture.chart import Box, Mark
from workflow.picture.layout import Point, Size
from workflow.picture.lettering import width
from workflow.picture.moves import Line, Move
from workflow.picture.pen import Pen
from workflow.picture.rows import GREY, PAPER, Row, draw_rows, height_of, set_rows, width_of
from workflow.picture.timings import Timing

ROOM, PADDING = 176.0, 10.0
NARROWEST = 96.0
MOST_LINES_OF_PILLS = 2
"""With more, the pills leave out their limits, which the legend has as well."""

PILL_HEIGHT, PILL_GAP, LONGEST_IN_PILL = 17.0, 5.0, 76.0

FILL, EDGE = "#f8fafc", "#64748b"
END_FILL, END_EDGE = "#e2e8f0", "#334155"
CURRENT_FILL, CURRENT_EDGE = "#fef3c7", "#b45309"

COLOURS = ("#1d4ed8", "#9a3412", "#6d28d9", "#0f766e", "#be185d", "#3f6212", "#0369a1", "#854d0e")
"""One for each timing, again from the first after the last; the mark tells apart what colour does not."""


SIGN_OF = {"clock": "bolt", "told": "letter", "checks": "tick"}
"""Before which lines of a move a sign stands."""


def colour_of(timing: int) -> str:
    return COLOURS[timing % len(COLOURS)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pill:
    """A mark as it stands in a box: the timing's mark, and its limit if that is short."""

    mark: Mark
    sign: str
    number: str
    limit: str

    @property
    def width(self) -> float:
        return 20 + self.number_width + (width(self.limit, 11) + 5 if self.limit else 0) + 8

    @property
    def number_width(self) -> float:
        return width(self.number, 11, bold=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A box with everything that stands in it, measured."""

    box: Box
    head: tuple[Row, ...]
    steps: tuple[Row, ...]
    stays: tuple[Row, ...]
    pills: tuple[tuple[Pill, ...], ...]
    size: Size


def sheet_of(box: Box, timings: Sequence[Timing]) -> Sheet:
    """The box, measured."""
    head = list(set_rows(box.title, ROOM, size=14, bold=True, even=True))
    for line in box.lines:
        head += set_rows(line, ROOM, size=11.5, colour=GREY, even=True)
    steps = [
        row
        for number, step in enumerate(box.steps, 1)
        for row in set_rows(step, ROOM, size=11.5, colour=GREY, indent=14, tag=str(number), tag_indent=2)
    ]
    stays = [row for move in box.stays for row in stay_rows(move, ROOM)]
    stays += [row for jump in box.jumps for row in leading_rows(jump.move, jump.title, ROOM)]
    pills = _in_lines([_pill(mark, timings[mark.timing]) for mark in box.marks])
    if len(pills) > MOST_LINES_OF_PILLS:
        pills = _in_lines([replace(pill, limit="") for line in pills for pill in line])
    inner = max(width_of(head), width_of(steps), width_of(stays), *map(_line_width, pills), NARROWEST)
    height = 2 * PADDING + height_of(head) + height_of(steps)
    height += height_of(stays) + 9 if stays else 0
    height += len(pills) * (PILL_HEIGHT + PILL_GAP) + 3 if pills else 0
    size = Size(inner + 2 * PADDING + (8 if box.end else 4), height + (4 if box.end else 0))
    return Sheet(box=box, head=tuple(head), steps=tuple(steps), stays=tuple(stays), pills=pills, size=size)


def stay_rows(move: Move, room: float) -> tuple[Row, ...]:
    """A move that stays, as it is listed: its name, and who may make it."""
    return listed_rows(move, move.text, room, sign="loop")


def leading_rows(move: Move, title: str, room: float) -> tuple[Row, ...]:
    """A move that leads away, as it is listed: with the title of the state that it leads to, unless that is shown."""
    return listed_rows(move, f"{move.text} → {title}" if title else move.text, room, sign="go")


def listed_rows(move: Move, text: str, room: float, *, sign: str) -> tuple[Row, ...]:
    """A move in a list: the text, and below it who may make it and what else is to know."""
    rows = list(set_rows(text, room, size=12, indent=16, sign=sign, before=3))
    for line in move.lines:
        indent = 32 if line.kind in SIGN_OF else 16
        rows += set_rows(line.text, room, size=11, colour=GREY, indent=indent, sign=SIGN_OF.get(line.kind, ""))
    return tuple(rows)


def label_rows(move: Move, room: float) -> tuple[Row, ...]:
    """A move on its arrow: its name, and around the same middle who may make it and what else is to know."""
    rows = list(set_rows(move.text, room, size=13, bold=True, even=True))
    for line in move.lines:
        rows += _around(line, room)
    return tuple(rows)


def _around(line: Line, room: float) -> Iterator[Row]:
    """The line around a middle; only the first row has room for the sign, so that the others stand around it too."""
    sign = SIGN_OF.get(line.kind, "")
    for number, row in enumerate(set_rows(line.text, room - (15 if sign else 0), size=11, colour=GREY, even=True)):
        yield replace(row, sign=sign, indent=15) if sign and not number else row


def draw_sheet(pen: Pen, sheet: Sheet, middle: Point, *, current: str = "") -> None:
    """Draws the box around its middle; `current` is what is written on the one in which a ticket stands."""
    size = sheet.size
    left, top = middle.x - size.width / 2, middle.y - size.height / 2
    fill, edge = (END_FILL, END_EDGE) if sheet.box.end else (FILL, EDGE)
    if current:
        fill, edge = CURRENT_FILL, CURRENT_EDGE
    pen.rect(left, top, size.width, size.height, rx=8, fill=fill, stroke=edge, stroke_width=2.5 if current else 1.3)
    if sheet.box.end:
        pen.rect(left + 4, top + 4, size.width - 8, size.height - 8, rx=5, fill="none", stroke=edge, stroke_width=1.3)
    if current:
        # Beyond the corner, where no arrow arrives.
        room = width(current, 11, bold=True) + 14
        pen.rect(left - 20, top - 8, room, 16, rx=8, fill=edge)
        pen.text(left - 20 + room / 2, top + 4, current, 11, fill=PAPER, font_weight="600", text_anchor="middle")
    down = top + PADDING + (2 if sheet.box.end else 0)
    draw_rows(pen, sheet.head, left, down, middle=middle.x)
    down += height_of(sheet.head)
    draw_rows(pen, sheet.steps, middle.x - width_of(sheet.steps) / 2, down)
    down += height_of(sheet.steps)
    if sheet.stays:
        pen.path(f"M{left + 8:.1f} {down + 5:.1f}h{size.width - 16:.1f}", stroke="#cbd5e1", stroke_width=1)
        draw_rows(pen, sheet.stays, left + PADDING + 2, down + 7)
        down += height_of(sheet.stays) + 9
    down += 3
    for line in sheet.pills:
        right = middle.x - _line_width(line) / 2
        for pill in line:
            _draw_pill(pen, pill, right, down + PILL_GAP)
            right += pill.width + PILL_GAP
        down += PILL_HEIGHT + PILL_GAP


def badge(pen: Pen, x: float, y: float, mark: str, colour: str) -> None:
    """The round mark of a timing, 20 pixels around the point."""
    pen.element("circle", cx=x, cy=y, r=10, fill=colour)
    pen.text(x, y + 4, mark, 11.5, fill=PAPER, font_weight="600", text_anchor="middle")


def _pill(mark: Mark, timing: Timing) -> Pill:
    sign = "pause" if mark.paused else "clock" if timing.kind == "deadline" else "bell"
    short = timing.kind == "deadline" and not mark.paused and width(timing.limit, 11) <= LONGEST_IN_PILL
    return Pill(mark=mark, sign=sign, number=timing.mark, limit=timing.limit if short else "")


def _in_lines(pills: Sequence[Pill]) -> tuple[tuple[Pill, ...], ...]:
    lines: list[list[Pill]] = []
    for pill in pills:
        if lines and _line_width((*lines[-1], pill)) <= ROOM:
            lines[-1].append(pill)
        else:
            lines.append([pill])
    return tuple(map(tuple, lines))


def _line_width(pills: Sequence[Pill]) -> float:
    return sum(pill.width for pill in pills) + PILL_GAP * (len(pills) - 1)


def _draw_pill(pen: Pen, pill: Pill, left: float, top: float) -> None:
    colour = colour_of(pill.mark.timing)
    dashes = "3 2" if pill.mark.paused else None
    pen.rect(left, top, pill.width, PILL_HEIGHT, rx=8, fill=PAPER, stroke=colour, stroke_dasharray=dashes)
    pen.sign(pill.sign, left + 11, top + PILL_HEIGHT / 2, colour)
    pen.text(left + 20, top + 12.5, pill.number, 11, fill=colour, font_weight="700")
    if pill.limit:
        pen.text(left + 25 + pill.number_width, top + 12.5, pill.limit, 11, fill=colour)
