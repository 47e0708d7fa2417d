"""SVG elements as text: rectangles, lines, letters and a few small signs. Everything is escaped here.

Only presentation attributes are written, no style sheet and no reference by id, so that a picture may stand
in a page with a strict content policy, and beside others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from workflow.picture.layout import Point
from workflow.picture.lettering import one_line

Attribute = str | float | None


class Pen:
    """Collects the elements of one picture in the order they are drawn."""

    def __init__(self) -> None:
        self._elements: list[str] = []

    def __str__(self) -> str:
        return "\n".join(self._elements)

    def element(self, kind: str, /, **attributes: Attribute) -> None:
        """One empty element; `_` in an attribute's name stands for `-`, None leaves it out."""
        self._elements.append(f"<{kind}{_attributes(attributes)}/>")

    def text(self, x: float, baseline: float, content: str, size: float, **attributes: Attribute) -> None:
        placed = _attributes({"x": x, "y": baseline, "font_size": size, **attributes})
        self._elements.append(f"<text{placed}>{escape(one_line(content))}</text>")

    def rect(self, x: float, y: float, width: float, height: float, **attributes: Attribute) -> None:
        self.element("rect", x=x, y=y, width=width, height=height, **attributes)

    def path(self, way: str, **attributes: Attribute) -> None:
        self.element("path", d=way, **attributes)

    def line(self, points: Sequence[Point], colour: str, *, dashed: bool = False) -> None:
        """A line through the points with rounded corners."""
        dashes = "5 4" if dashed else None
        self.path(rounded(points), fill="none", stroke=colour, stroke_width=1.5, stroke_dasharray=dashes)

    def arrow(self, points: Sequence[Point], colour: str, *, dashed: bool = False) -> None:
        """A line through the points with rounded corners and a head at its end."""
        before, end = points[-2], points[-1]
        length = max(abs(end.x - before.x) + abs(end.y - before.y), 1.0)
        along = Point((end.x - before.x) / length, (end.y - before.y) / length)
        neck = Point(end.x - along.x * 8, end.y - along.y * 8)
        self.line((*points[:-1], neck), colour, dashed=dashed)
        side = Point(-along.y * 4.5, along.x * 4.5)
        one, other = Point(neck.x + side.x, neck.y + side.y), Point(neck.x - side.x, neck.y - side.y)
        self.path(f"M{_at(end)}L{_at(one)}L{_at(other)}Z", fill=colour)

    def sign(self, name: str, x: float, y: float, colour: str) -> None:
        """One of SIGNS, about 11 pixels around the point."""
        outline, filling = SIGNS[name]
        place = f"translate({_at(Point(x, y))})"
        if outline:
            self.path(outline, transform=place, fill="none", stroke=colour, stroke_width=1.3)
        if filling:
            self.path(filling, transform=place, fill=colour)


SIGNS = {
    "clock": ("M0-5a5 5 0 1 0 .01 0zM0-3v3h2.5", ""),
    "pause": ("", "M-4-4.5h3v9h-3zM1-4.5h3v9h-3z"),
    "bell": ("", "M-5 3h10l-1.5-2v-2a3.5 3.5 0 0 0-7 0v2zM-1.5 4a1.5 1.5 0 0 0 3 0z"),
    "loop": ("M-3.6 1.5A4 4 0 1 0-2.4-3", "M-5.4-4.4l4.2-.4l-1.4 4z"),
    "bolt": ("", "M1.5-6l-5.5 7h3.4l-1.4 5l5.5-7h-3.4z"),
    "letter": ("M-5-3.5h10v7h-10zM-5-3.5l5 4l5-4", ""),
    "tick": ("M-4.5 0l3 3.5l6-7", ""),
    "go": ("M-5 0h6", "M0-3.5l5.5 3.5l-5.5 3.5z"),
    "dot": ("", "M-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0z"),
}
"""The outline and the filling of each sign, around its middle."""


def rounded(points: Sequence[Point], radius: float = 7) -> str:
    """The path through the points whose corners are rounded where there is room."""
    way = [f"M{_at(points[0])}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        enter, leave = _toward(corner, before, radius), _toward(corner, after, radius)
        way.append(f"L{_at(enter)}Q{_at(corner)} {_at(leave)}")
    way.append(f"L{_at(points[-1])}")
    return "".join(way)


def _toward(start: Point, end: Point, radius: float) -> Point:
    """The point that lies `radius` from the start on the way to the end, at most in the middle."""
    length = ((end.x - start.x) ** 2 + (end.y - start.y) ** 2) ** 0.5
    share = min(radius / length, 0.5) if length else 0.0
    return Point(start.x + (end.x - start.x) * share, start.y + (end.y - start.y) * share)


def _at(point: Point) -> str:
    return f"{_number(point.x)} {_number(point.y)}"


def _number(value: float) -> str:
    """Tenths of a pixel, so that no platform's rounding shows."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def _attributes(attributes: Mapping[str, Attribute]) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{_written(value)}"' for name, value in attributes.items() if value is not None
    )


def _written(value: str | float) -> str:
    return escape(one_line(value)) if isinstance(value, str) else _number(value)
