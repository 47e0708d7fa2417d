"""Lines of letters, set one under the other: measured first, drawn later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workflow.picture.lettering import width, wrap
from workflow.picture.pen import Pen

INK, GREY, PAPER = "#1f2933", "#52606d", "#ffffff"

LEADING = 1.4
"""The height of a line, in font sizes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of letters; in its indent stand a drawn `sign` and a written `tag`; `before` is room above it.

    The sign ends 6 pixels before the text; the tag begins at `tag_indent`.
    """

    text: str
    size: float
    colour: str = INK
    bold: bool = False
    indent: float = 0.0
    before: float = 0.0
    sign: str = ""
    sign_colour: str = GREY
    tag: str = ""
    tag_indent: float = 0.0

    @property
    def height(self) -> float:
        return self.before + self.size * LEADING

    @property
    def width(self) -> float:
        return self.indent + width(self.text, self.size, bold=self.bold)


def set_rows(
    text: str,
    room: float,
    *,
    size: float,
    colour: str = INK,
    bold: bool = False,
    even: bool = False,
    indent: float = 0.0,
    before: float = 0.0,
    sign: str = "",
    sign_colour: str = GREY,
    tag: str = "",
    tag_indent: float = 0.0,
) -> tuple[Row, ...]:
    """The text in rows of at most `room` pixels; the sign and the tag stand at the first of them.

    `even` makes them about equally long, as lines around a middle should be.
    """
    return tuple(
        Row(
            text=line,
            size=size,
            colour=colour,
            bold=bold,
            indent=indent,
            before=0.0 if number else before,
            sign="" if number else sign,
            sign_colour=sign_colour,
            tag="" if number else tag,
            tag_indent=tag_indent,
        )
        for number, line in enumerate(wrap(text, size, room - indent, bold=bold, even=even))
    )


def height_of(rows: Iterable[Row]) -> float:
    return sum(row.height for row in rows)


def width_of(rows: Iterable[Row]) -> float:
    return max((row.width for row in rows), default=0.0)


def draw_rows(pen: Pen, rows: Sequence[Row], left: float, top: float, *, middle: float | None = None) -> None:
    """Draws the rows from `top` down, from `left` on; around `middle` where that is given."""
    for row in rows:
        baseline = top + row.before + row.size * (LEADING + 0.7) / 2
        start = left if middle is None else middle - row.width / 2
        weight = "600" if row.bold else None
        if row.tag:
            pen.text(start + row.tag_indent, baseline, row.tag, row.size, fill=GREY)
        if row.sign:
            pen.sign(row.sign, start + row.indent - 9, baseline - row.size * 0.35, row.sign_colour)
        if middle is None or row.indent:
            pen.text(start + row.indent, baseline, row.text, row.size, fill=row.colour, font_weight=weight)
        else:
            # Anchored in its middle, so that a font of another width shifts it to both sides alike.
            pen.text(middle, baseline, row.text, row.size, fill=row.colour, font_weight=weight, text_anchor="middle")
        top += row.height
