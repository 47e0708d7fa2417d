"""Where boxes, arrows and labels go: nothing lies on anything else, and arrows lead from box to box."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise

import pytest

from workflow.picture.layout import Layout, Link, Point, Size, lay_out

Area = tuple[float, float, float, float]


def area(middle: Point, size: Size) -> Area:
    return (
        middle.x - size.width / 2, middle.y - size.height / 2, middle.x + size.width / 2, middle.y + size.height / 2
    )  # fmt: skip


def apart(one: Area, other: Area) -> bool:
    return one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def graph(seed: int) -> tuple[list[Size], list[Link]]:
    """A start, up to 16 boxes that can all be reached, and ways across and back, with labels of all sizes."""
    chance = random.Random(seed)
    count = chance.randint(2, 16)
    pairs = {(chance.randrange(box), box) for box in range(1, count + 1)}
    pairs |= {(chance.randint(1, count), chance.randint(1, count)) for _ in range(chance.randint(0, count))}
    boxes = [Size(18, 18), *(Size(chance.randint(90, 200), chance.randint(40, 140)) for _ in range(count))]
    links = [
        Link(source=one, target=other, label=Size(chance.randint(30, 170), chance.randint(20, 90)))
        for one, other in sorted(pairs)
        if one != other
    ]
    return boxes, links


def stretches(layout: Layout, links: list[Link]) -> Iterator[tuple[frozenset[int], Area]]:
    """Every straight part of every arrow, with the two things it lies between; labels are numbered after the boxes."""
    for number, (route, link) in enumerate(zip(layout.routes, links, strict=True)):
        label = len(layout.boxes) + number
        for ends, way in (({link.source, label}, route.toward), ({label, link.target}, route.onward)):
            for one, other in pairwise(way):
                stretch = (min(one.x, other.x), min(one.y, other.y), max(one.x, other.x), max(one.y, other.y))
                yield frozenset(ends), stretch


@pytest.mark.parametrize("seed", range(25))
def test_boxes_labels_and_arrows_keep_apart(seed: int) -> None:
    boxes, links = graph(seed)
    layout = lay_out(boxes, links)
    areas = [area(middle, size) for middle, size in zip(layout.boxes, boxes, strict=True)]
    areas += [area(route.label, link.label) for route, link in zip(layout.routes, links, strict=True)]
    for number, one in enumerate(areas):
        assert all(apart(one, other) for other in areas[:number])
        assert all(number in ends or apart(one, stretch) for ends, stretch in stretches(layout, links))
        assert one[0] >= -0.01
        assert one[1] >= -0.01
        assert one[2] <= layout.size.width + 0.01
        assert one[3] <= layout.size.height + 0.01


def on_the_edge(point: Point, middle: Point, size: Size) -> bool:
    across, down = abs(point.x - middle.x) - size.width / 2, abs(point.y - middle.y) - size.height / 2
    return max(across, down) == pytest.approx(0, abs=0.6)


@pytest.mark.parametrize("seed", range(25))
def test_an_arrow_leads_from_its_source_through_its_label_to_its_target(seed: int) -> None:
    boxes, links = graph(seed)
    layout = lay_out(boxes, links)
    for route, link in zip(layout.routes, links, strict=True):
        assert on_the_edge(route.toward[0], layout.boxes[link.source], boxes[link.source])
        assert on_the_edge(route.toward[-1], route.label, link.label)
        assert on_the_edge(route.onward[0], route.label, link.label)
        assert on_the_edge(route.onward[-1], layout.boxes[link.target], boxes[link.target])


def rows(links: list[tuple[int, int]], count: int) -> list[float]:
    layout = lay_out([Size(80, 40)] * count, [Link(source=a, target=b, label=Size(40, 20)) for a, b in links])
    return [middle.y for middle in layout.boxes]


def test_the_way_back_does_not_turn_the_picture_round() -> None:
    first, second, third, fourth = rows([(0, 1), (1, 2), (2, 3), (3, 1)], 4)
    assert first < second < third < fourth


def test_states_told_out_of_order_still_follow_the_way_of_the_ticket() -> None:
    first, late, early, last = rows([(0, 2), (2, 1), (1, 3)], 4)
    assert first < early < late < last


def test_a_label_on_the_way_back_stands_between_its_boxes() -> None:
    boxes = [Size(80, 40)] * 3
    layout = lay_out(boxes, [Link(source=a, target=b, label=Size(40, 20)) for a, b in ((0, 1), (1, 2), (2, 1))])
    assert layout.boxes[1].y < layout.routes[2].label.y < layout.boxes[2].y
