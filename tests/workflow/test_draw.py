"""Pictures of definitions: everything is in them, nothing lies on anything else, and no text can break out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests import approving
from tests.lifecycles import COMPLAINT, chain
from workflow.definition import Definition, Text
from workflow.draw import mermaid, svg
from workflow.picture.chart import chart_of
from workflow.picture.lettering import width
from workflow.picture.pen import SIGNS

SVG = "{http://www.w3.org/2000/svg}"
LANGS = ("zh", "en")
DRAWN = {
    "complaint": COMPLAINT,
    "fifteen": chain(15),
    "three": chain(3),
    "more-cards-than-states": replace(chain(3), deadlines=chain(30).deadlines),
}
HOSTILE = '"]<script>alert(1)</script>&amp;--></svg>`x`#quot;;|\n%% end style x:y#1;\x00\x1f\u202e\ud800{}()'

LEVELS = {
    "zh": ("到期前4小时", "剩余20%时", "逾期", "逾期30分钟，之后每30分钟", "逾期，之后每个工作日"),
    "en": (
        "4 hours before",
        "with 20% left",
        "when late",
        "30 minutes late, then every 30 minutes",
        "when late, then every working day",
    ),
}
LIMITS = {
    "zh": ("24小时", "2个工作日", "要求期限前1天", "满3天", "满5个工作日，之后每天 09:30"),
    "en": (
        "24 hours",
        "2 working days",
        "1 day before Time asked for",
        "after 3 days",
        "after 5 working days, then every day at 09:30",
    ),
}
TOLD = {
    "zh": (
        "→ “受理”的办理人、项目经理；请其办理“反馈投诉人”",
        "→ 责任部门的负责人",
        "→ 项目经理；优先级改为紧急",
        "→ 经办人；自动办理“继续”",
    ),
    "en": (
        "→ whoever did “Receive”, Project manager; asked to do Tell the complainant",
        "→ Head of the Department",
        "→ Project manager; priority becomes urgent",
        "→ the assignee; makes the move Go on",
    ),
}
FACTS = {
    "zh": (
        "不接受结果，升级",
        "等待答复",
        "“重复”不为“是”",
        "任何未结束状态均可",
        "转为重大投诉",
        "最多3次",
        "（经办人除外）",
        "责任部门的负责人（进入即告知）",
        "进入时 → 项目经理",
    ),
    "en": (
        "Waiting",
        "“Repeat” is not yes",
        "From any open state",
        "becomes Critical complaint",
        "at most 3×",
        "but not the assignee",
        "Head of the Department (told on entering)",
        "on entering → Project manager",
    ),
}


def texts(picture: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(picture).iter(f"{SVG}text"))


def squeezed(text: str) -> str:
    """Without blanks: a line break swallows one."""
    return "".join(text.split())


def written(picture: str) -> str:
    return squeezed("".join(element.text or "" for element in texts(picture)))


def marks(picture: str) -> int:
    return [element.text for element in texts(picture)].count("当前")


def read(diagram: str) -> str:
    """What Mermaid shows of its text."""
    return squeezed(re.sub(r"#(\d+);", lambda code: chr(int(code[1])), diagram.replace("<br/>", "")))


def labels(definition: Definition, lang: str) -> list[str]:
    parts = (definition.states, definition.transitions, definition.deadlines, definition.reminders)
    return [part.text.read(lang) for parts_of_a_kind in parts for part in parts_of_a_kind.values()]


@pytest.mark.parametrize("lang", LANGS)
def test_every_part_of_the_definition_stands_in_both_pictures(lang: str) -> None:
    picture, diagram = written(svg(COMPLAINT, lang)), read(mermaid(COMPLAINT, lang))
    for label in (*labels(COMPLAINT, lang), *LEVELS[lang], *LIMITS[lang], *TOLD[lang]):
        assert squeezed(label) in picture
        assert squeezed(label) in diagram


@pytest.mark.parametrize("lang", LANGS)
def test_what_is_said_of_states_and_transitions_stands_in_the_svg(lang: str) -> None:
    picture = written(svg(COMPLAINT, lang))
    assert [fact for fact in FACTS[lang] if squeezed(fact) not in picture] == []


def test_a_transition_from_anywhere_is_drawn_once() -> None:
    assert written(svg(COMPLAINT, "zh")).count("撤销客服中心") == 1
    assert mermaid(COMPLAINT, "zh").count('|"撤销"|') == 1


@pytest.mark.parametrize(
    ("sources", "groups"), [("received classified handling", 0), ("received classified handling waiting", 1)]
)
def test_a_transition_from_four_states_or_more_is_drawn_as_from_a_group(sources: str, groups: int) -> None:
    cancel = replace(COMPLAINT.transitions["cancel"], sources=tuple(sources.split()))
    diagram = mermaid(replace(COMPLAINT, transitions={**COMPLAINT.transitions, "cancel": cancel}), "zh")
    assert diagram.count('-.->|"撤销"|') == groups
    assert diagram.count('-->|"撤销"|') == (0 if groups else 3)


def test_transitions_between_the_same_two_states_share_an_arrow() -> None:
    assert '-->|"回访并关闭<br/>联系不上，关闭"|' in mermaid(COMPLAINT, "zh")


def test_a_transition_that_stays_is_listed_in_its_state() -> None:
    assert '"处理中<br/>经办人<br/>↻ 记录<br/>⏱2"' in mermaid(COMPLAINT, "zh")


def test_a_state_shows_which_deadlines_run_and_which_are_paused_in_it() -> None:
    diagram = mermaid(COMPLAINT, "zh")
    assert '"已受理<br/>客服中心<br/>⏱1 ⏱2"' in diagram
    assert '"等待答复<br/>经办人<br/>↻ 记录<br/>⏸2 🔔A"' in diagram


def test_a_paused_deadline_has_a_sign_of_its_own_which_is_explained() -> None:
    assert svg(COMPLAINT, "zh").count(SIGNS["pause"][1]) == 2
    assert svg(chain(3), "zh").count(SIGNS["pause"][1]) == 0


def test_an_end_has_a_double_edge() -> None:
    ends = [state for state in COMPLAINT.states.values() if state.end]
    rects = ElementTree.fromstring(svg(COMPLAINT, "zh")).iter(f"{SVG}rect")
    assert sum(rect.get("fill") == "none" for rect in rects) == len(ends)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", DRAWN)
def test_no_text_lies_on_another_or_leaves_the_page(name: str, lang: str) -> None:
    picture = svg(DRAWN[name], lang)
    page = ElementTree.fromstring(picture)
    places = []
    for element in texts(picture):
        size, x, baseline = (float(element.attrib[key]) for key in ("font-size", "x", "y"))
        wide = width(element.text or "", size, bold="font-weight" in element.attrib)
        left = x - wide / 2 if element.get("text-anchor") == "middle" else x
        places.append((left, baseline - size * 0.8, left + wide, baseline + size * 0.2, element.text))
    for number, (left, top, right, bottom, text) in enumerate(places):
        assert left >= 0, text
        assert top >= 0, text
        assert right <= float(page.attrib["width"]), text
        assert bottom <= float(page.attrib["height"]), text
        for other in places[:number]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart, (text, other[4])


@pytest.mark.parametrize("name", DRAWN)
def test_the_picture_is_no_wider_than_a_page(name: str) -> None:
    assert float(ElementTree.fromstring(svg(DRAWN[name], "zh")).attrib["width"]) <= 1100


def test_the_current_state_is_marked() -> None:
    assert marks(svg(COMPLAINT, "zh")) == 0
    assert marks(svg(COMPLAINT, "zh", current="waiting")) == 1
    assert marks(svg(COMPLAINT, "zh", current="cancelled")) == 1


def test_an_unknown_current_state_is_refused_with_the_known_ones() -> None:
    with pytest.raises(
        ValueError, match=r"lost is no state of complaint-important; its states are received, classified"
    ):
        svg(COMPLAINT, "zh", current="lost")


def test_a_label_from_outside_is_read_instead_of_the_definitions_own() -> None:
    assert "前台" in written(svg(COMPLAINT, "zh", names={"service_centre": "前台"}))
    assert "前台" in mermaid(COMPLAINT, "zh", names={"service_centre": "前台"})


def test_the_same_definition_gives_the_same_bytes_in_every_process() -> None:
    program = (
        "from tests.lifecycles import COMPLAINT; from workflow.draw import mermaid, svg; import hashlib; "
        "print(hashlib.sha256((svg(COMPLAINT, 'zh') + mermaid(COMPLAINT, 'en')).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(digests) == 1


def test_fifteen_states_are_drawn_within_two_seconds() -> None:
    started = time.monotonic()
    svg(chain(15), "zh")
    assert time.monotonic() - started < 2


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_labels_stay_text_in_the_svg(lang: str) -> None:
    picture = svg(chain(4, hostile=HOSTILE), lang, current="s0")
    page = ElementTree.fromstring(picture.encode())
    assert {element.tag.removeprefix(SVG) for element in page.iter()} <= {
        "svg",
        "title",
        "desc",
        "rect",
        "path",
        "circle",
        "text",
    }
    assert "<script>alert(1)</script>&amp;--></svg>`x`" in written(picture)


def test_hostile_labels_stay_labels_in_mermaid() -> None:
    label = r'"(?:[^\W_]|[\ .,\-_/()+*•→⇒↻⏱⏸🔔、。，；：（）“”·×]|\#\d+;|<br/>)*"'
    shapes = re.compile(
        rf"""%%\{{init:.*\}}%%|flowchart\ TD|\ \ acc(Title|Descr):\ .*|\ \ start\(\(\(\ \)\)\):::opening
        |\ \ \w+\({label}\):::open|\ \ \w+\[\[{label}\]\]:::ending|\ \ \ *\w+\[{label}\]:::(group|timing)
        |\ \ \w+\ (-->|-\.->)\|{label}\|\ \w+|\ \ subgraph\ legend\[{label}\]|\ \ \ \ direction\ TB
        |\ \ \ \ t1(\ ~~~\ t\d+)*|\ \ end|\ \ s\d+(\ &\ s\d+)*\ ~~~\ legend|\ \ (style|classDef)\ .*""",
        re.VERBOSE,
    )
    lines = mermaid(chain(4, hostile=HOSTILE), "en").splitlines()
    assert [line for line in lines if not shapes.fullmatch(line)] == []


def test_the_svg_leans_on_nothing_outside() -> None:
    picture = svg(COMPLAINT, "zh")
    assert re.findall(r"https?://[^\"' ]+", picture) == ["http://www.w3.org/2000/svg"]
    assert not re.search(r"href|<style|<script|<image|url\(|style=", picture)


def test_the_picture_is_told_to_who_cannot_see_it() -> None:
    page = ElementTree.fromstring(svg(COMPLAINT, "zh"))
    told = [element for element in page if element.tag in (f"{SVG}title", f"{SVG}desc")]
    assert [element.attrib["id"] for element in told] == page.attrib["aria-labelledby"].split()
    assert told[0].text == "重要投诉"
    assert "9个状态" in (told[1].text or "")
    assert page.attrib["role"] == "img"
    assert page.attrib["lang"] == "zh"


def test_a_definition_without_deadlines_and_groups_is_drawn() -> None:
    bare = replace(chain(3), deadlines={})
    assert "完成" in written(svg(bare, "zh"))
    assert "legend" not in mermaid(bare, "zh")


def test_a_state_that_nothing_reaches_is_drawn_too() -> None:
    lost = replace(COMPLAINT.states["closed"], name="lost", text=Text("Lost", "孤立"))
    assert "孤立" in written(svg(replace(COMPLAINT, states={**COMPLAINT.states, "lost": lost}), "zh"))


@pytest.mark.parametrize("lang", LANGS)
def test_an_approval_is_drawn_with_its_steps_and_both_ways_out(lang: str) -> None:
    plan = approving.defined()
    steps = {
        "zh": ("依次审批：", "1 经理（“报批”的办理人除外）", "3 值班经理（条件：“大型”为“是”）"),
        "en": ("Approval in steps:", "1 manager, but not whoever did “Submit”", "3 duty manager, if “Large” is yes"),
    }
    ways = {"zh": ("不同意", "有一人不同意", "全部同意"), "en": ("Refuse", "the first no", "the last yes")}
    chart = chart_of(plan, lang)
    box = chart.boxes["approving"]
    assert set(steps[lang]) <= {*box.lines, *(f"{number} {step}" for number, step in enumerate(box.steps, 1))}
    leaving = {arrow.target: arrow.moves for arrow in chart.arrows if arrow.source == "approving"}
    assert {move.text for move in leaving["drafting"]} >= {ways[lang][0]}
    assert [[line.text for line in move.lines] for move in leaving["agreed"]] == [[ways[lang][2]]]
    drawn = text_of(svg(plan, lang))
    assert all(word in drawn for word in ways[lang])


def text_of(picture: str) -> str:
    return "\n".join("".join(element.itertext()) for element in ElementTree.fromstring(picture).iter(f"{SVG}text"))


def test_a_row_move_says_that_it_counts_each_row() -> None:
    sign = replace(COMPLAINT.transitions["ask"], fill=("rows.signed_by",), at_most=1)
    definition = replace(COMPLAINT, transitions=COMPLAINT.transitions | {"ask": sign})
    assert squeezed("每行最多1次") in squeezed(svg(definition, "zh"))
    assert squeezed("at most 1×, each row") in squeezed(svg(definition, "en"))
