"""Pictures that are hard to draw: many states, many ways between them, long labels, in Chinese and English.

Everything is measured in the SVG as it is written: what stands in which box, what lies on what, how large the letters
are on a page.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.lifecycles import ASSIGNEE, CENTRE, COMPLAINT, HEAD, MANAGER, chain
from workflow.conditions import parse_condition
from workflow.definition import NEW, Check, Deadline, Definition, Effects, Level, State, Text, Transition
from workflow.draw import svg
from workflow.durations import parse_duration
from workflow.picture.lettering import width

SVG = "{http://www.w3.org/2000/svg}"
STATES = (
    Text("The order is with the repairing department for a first look", "维修部门已接单并安排上门勘察（含隐蔽工程）"),
    Text("Waiting", "待确认"),
    Text("Purchase of materials being approved", "物料采购审批中，待总经理办公室会签"),
    Text("Work on site", "现场施工"),
    Text("Legal review of the contract ABC-2026/17", "合同ABC-2026/17法务审核"),
)
EDGES = ("#64748b", "#334155")
"""Of the boxes of open and of ended states."""

FAR, DENSE = 8, 26
"""How many ways across the states there are beside those from one to the next."""


def lifecycle(states: int, across: int) -> Definition:
    """States one after the other, each move told to several people; ways across and back; a deadline in every other."""
    chance = random.Random(states * 1000 + across)
    names = [f"s{number}" for number in range(states)]
    by, told = (CENTRE, HEAD, ASSIGNEE), Effects(notify=(ASSIGNEE, HEAD, MANAGER), set={"priority": "high"})

    def move(name: str, en: str, zh: str, source: str, target: str, **more: object) -> Transition:
        text = Text(f"{en} {name}", f"{zh}{name}")
        return Transition(name=name, text=text, sources=(source,), target=target, by=by, **more)  # type: ignore[arg-type]

    moves = [move("open", "Receive and register", "受理并登记", NEW, names[0])]
    checks = (Check(must=parse_condition("repeat")),) * 2
    for number, (one, other) in enumerate(pairwise(names)):
        moves.append(move(f"on{number}", "Finish and hand over", "完成并转交下一部门办理", one, other, checks=checks))
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < across:
        one, other = chance.randrange(states - 1), chance.randrange(states)
        if other not in (one, one + 1):
            pairs.add((one, other))
    for one, other in sorted(pairs):
        name = f"x{one}to{other}"
        moves.append(
            move(name, "Send it back for papers", "退回补充资料、重新提交", names[one], names[other], effects=told)
        )
    deadlines = (
        Deadline(
            name=f"d{number}",
            text=Text(f"Time for step {number}", f"第{number}步办理时限"),
            since=(name,),
            until=(f"on{number}",),
            within=parse_duration("2 working days"),
            levels=(Level(kind="late", index=0, effects=Effects(notify=(HEAD, MANAGER))),),
        )
        for number, name in enumerate(names[:-1:2])
    )
    return replace(
        COMPLAINT,
        name="dense",
        states={
            name: State(
                name=name,
                text=Text(f"{STATES[number % 5].en} {number}", f"{STATES[number % 5].zh}{number}"),
                responsible=() if name == names[-1] else by,
                end=name == names[-1],
            )
            for number, name in enumerate(names)
        },
        transitions={one.name: one for one in moves},
        deadlines={one.name: one for one in deadlines},
        reminders={},
    )


DRAWN = {
    "fifteen": lifecycle(15, FAR),
    "fifteen-dense": lifecycle(15, DENSE),
    "eight-dense": lifecycle(8, 24),
    "three": lifecycle(3, 1),
    "complaint": COMPLAINT,
    "chain": chain(15),
}


@dataclass(frozen=True)
class Area:
    """A rectangle, with what is written in it."""

    left: float
    top: float
    right: float
    bottom: float
    text: str = ""

    def meets(self, other: Area) -> bool:
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def holds(self, other: Area) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True)
class Drawn:
    """What an SVG is made of, measured: `boxes` are states, `grounds` lie under labels, `frames` are all rectangles."""

    page: Area
    texts: tuple[Area, ...]
    frames: tuple[Area, ...]
    boxes: tuple[Area, ...]
    grounds: tuple[Area, ...]
    lines: tuple[Area, ...]
    smallest: float


@cache
def drawn(name: str, lang: str) -> Drawn:
    page = ElementTree.fromstring(svg(DRAWN[name], lang))
    rects = [(one, _rect(one)) for one in page.iter(f"{SVG}rect")][1:]
    texts = [*page.iter(f"{SVG}text")]
    return Drawn(
        page=Area(0, 0, float(page.attrib["width"]), float(page.attrib["height"])),
        texts=tuple(map(_text, texts)),
        frames=tuple(area for _, area in rects),
        boxes=tuple(area for one, area in rects if one.get("stroke") in EDGES and not one.get("stroke-dasharray")),
        grounds=tuple(area for one, area in rects if one.get("rx") == "4"),
        lines=tuple(line for one in page.iter(f"{SVG}path") for line in _stretches(one)),
        smallest=min(float(one.attrib["font-size"]) for one in texts),
    )


def _rect(one: ElementTree.Element) -> Area:
    left, top, wide, high = (float(one.attrib[key]) for key in ("x", "y", "width", "height"))
    return Area(left, top, left + wide, top + high)


def _text(one: ElementTree.Element) -> Area:
    size, x, baseline = (float(one.attrib[key]) for key in ("font-size", "x", "y"))
    wide = width(one.text or "", size, bold="font-weight" in one.attrib)
    left = x - wide / 2 if one.get("text-anchor") == "middle" else x
    return Area(left, baseline - size * 0.8, left + wide, baseline + size * 0.2, one.text or "")


def _stretches(one: ElementTree.Element) -> Iterator[Area]:
    """The straight parts of an arrow; signs and the heads of arrows are none."""
    if one.get("stroke-width") != "1.5":
        return
    points = [(float(x), float(y)) for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", one.attrib["d"])]
    for (x1, y1), (x2, y2) in pairwise(points):
        yield Area(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


every_picture = pytest.mark.parametrize(("name", "lang"), [(name, lang) for name in DRAWN for lang in ("zh", "en")])


@every_picture
def test_no_text_lies_on_another(name: str, lang: str) -> None:
    texts = drawn(name, lang).texts
    met = [(one.text, other.text) for number, one in enumerate(texts) for other in texts[:number] if one.meets(other)]
    assert met == []


@every_picture
def test_no_text_leaves_the_page_or_sticks_out_of_a_box(name: str, lang: str) -> None:
    picture = drawn(name, lang)
    assert [text.text for text in picture.texts if not picture.page.holds(text)] == []
    met = ((text, frame) for text in picture.texts for frame in picture.frames if frame.meets(text))
    assert [text.text for text, frame in met if not frame.holds(text)] == []


@every_picture
def test_no_line_goes_through_a_text_or_a_state(name: str, lang: str) -> None:
    picture = drawn(name, lang)
    assert picture.lines
    assert [text.text for text in picture.texts for line in picture.lines if line.meets(text)] == []
    # An arrow begins and ends at the edge of a state: within it there is nothing of it.
    inside = [Area(box.left + 2, box.top + 2, box.right - 2, box.bottom - 2) for box in picture.boxes]
    assert [line for line in picture.lines for box in inside if line.meets(box)] == []


@every_picture
def test_states_and_labels_keep_apart(name: str, lang: str) -> None:
    picture = drawn(name, lang)
    outer = [box for box in picture.boxes if not any(other != box and other.holds(box) for other in picture.boxes)]
    areas = (*outer, *picture.grounds)
    assert [(one, other) for number, one in enumerate(areas) for other in areas[:number] if one.meets(other)] == []


@every_picture
def test_letters_are_large_enough_on_a_page(name: str, lang: str) -> None:
    picture = drawn(name, lang)
    assert picture.page.right <= 1100
    assert picture.smallest >= 11


def test_what_makes_a_picture_too_wide_is_told_in_the_states_instead() -> None:
    picture = drawn("fifteen-dense", "zh")
    moves = [one for one in DRAWN["fifteen-dense"].transitions.values() if one.name.startswith("x")]
    told = "".join(text.text for text in picture.texts)
    listed = [move for move in moves if re.search(rf"{move.name}\s*→", told)]
    assert 0 < len(listed) < len(moves)
    assert all(move.text.zh in told for move in DRAWN["fifteen-dense"].transitions.values())


def test_a_picture_that_is_not_too_wide_has_all_its_arrows() -> None:
    picture = drawn("fifteen", "zh")
    told = "".join(text.text for text in picture.texts)
    assert not re.search(r"x\d+to\d+\s*→", told)
