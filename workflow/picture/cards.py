"""What stands beside the graph: the groups of transitions from many states, the legend of the timings, the promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workflow.picture.boxes import EDGE, FILL, Sheet, badge, colour_of, draw_sheet, leading_rows, stay_rows
from workflow.picture.chart import Box, Group
from workflow.picture.layout import Point
from workflow.picture.lettering import width
from workflow.picture.moves import Move
from workflow.picture.pen import Pen
from workflow.picture.rows import GREY, PAPER, Row, draw_rows, height_of, set_rows, width_of
from workflow.picture.timings import Timing

PADDING = 12.0
STEP_COLOURS = {"soon": "#d97706", "late": "#b91c1c"}
SIGN_OF_STEP = {"reminder": "bell", "schedule": "bolt"}
ARROW_LENGTH = 36.0
HANGING = 28.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows, and the state at home beside them, if there is one, to which an arrow leads."""

    rows: tuple[Row, ...]
    sheet: Sheet | None = None
    by_itself: bool = False

    @property
    def height(self) -> float:
        return max(height_of(self.rows), self.sheet.size.height + 10 if self.sheet is not None else 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A group or a timing, measured. A card without `mark` has a dashed edge, one without `colour` has none."""

    mark: str = ""
    colour: str = ""
    width: float
    blocks: tuple[Block, ...]

    @property
    def height(self) -> float:
        return sum(block.height for block in self.blocks) + 2 * PADDING


def group_card(group: Group, room: float, boxes: Mapping[str, Box], at_home: dict[str, Sheet]) -> Card:
    """The card of a group; the states of `at_home` stand in it, at the first move that leads to them."""
    inner = room - 2 * PADDING
    blocks = [Block(rows=set_rows(group.title, inner, size=13, bold=True))]
    for move in group.moves:
        sheet = at_home.pop(move.target, None) if move.target is not None else None
        left = inner - sheet.size.width - ARROW_LENGTH - 12 if sheet is not None else inner
        target = "" if move.target is None or sheet is not None else boxes[move.target].title
        blocks.append(Block(rows=_move_rows(move, target, left), sheet=sheet, by_itself=move.by_itself))
    return Card(colour=EDGE, width=room, blocks=tuple(blocks))


def _move_rows(move: Move, target: str, room: float) -> tuple[Row, ...]:
    if move.target is None:
        return stay_rows(move, room)
    return leading_rows(move, target, room)


def timing_card(number: int, timing: Timing, room: float) -> Card:
    """The card of the timing that has this place in the chart."""
    inner = room - 2 * PADDING
    rows: list[Row] = []
    title = f"{timing.name} · {timing.limit}"
    if width(title, 13, bold=True) <= inner - HANGING:
        rows += set_rows(title, inner, size=13, bold=True, indent=HANGING)
    else:
        rows += set_rows(timing.name, inner, size=13, bold=True, indent=HANGING)
        rows += set_rows(timing.limit, inner, size=13, bold=True, indent=HANGING, colour=colour_of(number))
    tags = HANGING + max(width(tag, 11.5) for tag, _ in timing.facts) + 8
    for tag, value in timing.facts:
        rows += set_rows(value, inner, size=11.5, colour=GREY, indent=tags, tag=tag, tag_indent=HANGING)
    for step in timing.steps:
        told = f"{step.when} {step.does}".strip()
        sign = SIGN_OF_STEP.get(step.kind, "dot")
        colour = STEP_COLOURS.get(step.kind, colour_of(number))
        rows += set_rows(told, inner, size=12, indent=HANGING + 16, before=2, sign=sign, sign_colour=colour)
    return Card(mark=timing.mark, colour=colour_of(number), width=room, blocks=(Block(rows=tuple(rows)),))


def promises_card(promises: Sequence[str], room: float) -> Card:
    """What is promised, under its heading."""
    inner = room - 2 * PADDING
    heading, *lines = promises
    rows = list(set_rows(heading, inner, size=13, bold=True))
    for line in lines:
        rows += set_rows(line, inner, size=12, indent=16, before=2, sign="dot")
    return Card(colour="#cbd5e1", width=room, blocks=(Block(rows=tuple(rows)),))


def signs_card(signs: Sequence[tuple[str, str]], room: float) -> Card:
    """What the signs mean, by sign."""
    rows = [
        row
        for sign, meaning in signs
        for row in set_rows(meaning, room - 2 * PADDING, size=11, colour=GREY, indent=HANGING, sign=sign)
    ]
    return Card(width=room, blocks=(Block(rows=tuple(rows)),))


def draw_card(pen: Pen, card: Card, left: float, top: float, *, current: str, now: str) -> None:
    """Draws the card from its upper left corner; `current` is the state that is marked with the word `now`."""
    if card.mark:
        pen.rect(left, top, card.width, card.height, rx=8, fill=PAPER, stroke="#cbd5e1")
        badge(pen, left + PADDING + 10, top + PADDING + 9, card.mark, card.colour)
    elif card.colour:
        pen.rect(left, top, card.width, card.height, rx=8, fill=FILL, stroke=card.colour, stroke_dasharray="5 4")
    down = top + PADDING
    for block in card.blocks:
        middle = down + block.height / 2
        draw_rows(pen, block.rows, left + PADDING, middle - height_of(block.rows) / 2)
        if block.sheet is not None:
            sheet = block.sheet
            place = Point(left + card.width - PADDING - sheet.size.width / 2, middle)
            start = Point(left + PADDING + width_of(block.rows) + 10, middle)
            pen.arrow((start, Point(place.x - sheet.size.width / 2, middle)), EDGE, dashed=block.by_itself)
            draw_sheet(pen, sheet, place, current=now if sheet.box.state == current else "")
        down += block.height
