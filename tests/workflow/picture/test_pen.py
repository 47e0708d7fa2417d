"""SVG elements as text."""

from __future__ import annotations

from workflow.picture.layout import Point
from workflow.picture.pen import Pen, rounded


def test_texts_and_attributes_are_escaped() -> None:
    pen = Pen()
    pen.text(1, 2.04, '<a href="x">&', 10, fill='"><b>')
    assert str(pen) == (
        '<text x="1" y="2" font-size="10" fill="&quot;&gt;&lt;b&gt;">&lt;a href=&quot;x&quot;&gt;&amp;</text>'
    )


def test_an_attribute_without_a_value_is_left_out() -> None:
    pen = Pen()
    pen.rect(0, -0.04, 10, 20.55, stroke_width=1.5, stroke_dasharray=None)
    assert str(pen) == '<rect x="0" y="0" width="10" height="20.6" stroke-width="1.5"/>'


def test_a_corner_is_rounded_by_half_of_a_short_side_at_most() -> None:
    assert rounded([Point(0, 0), Point(0, 4), Point(50, 4)]) == "M0 0L0 2Q0 4 7 4L50 4"


def test_points_in_one_place_are_no_corner() -> None:
    assert rounded([Point(0, 0), Point(0, 0), Point(9, 0)]) == "M0 0L0 0Q0 0 4.5 0L9 0"
