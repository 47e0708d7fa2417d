"""What stands in a picture besides states and arrows: what changes the way of a ticket, who hears of it, and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.lifecycles import CENTRE, COMPLAINT, HEAD, MANAGER
from workflow.conditions import parse_condition
from workflow.definition import (
    Become,
    Check,
    Definition,
    Effects,
    Field,
    FieldType,
    Moment,
    OpenChild,
    Promise,
    Text,
    Who,
)
from workflow.draw import mermaid, svg
from workflow.durations import parse_duration
from workflow.picture.captions import Captions
from workflow.picture.chart import Chart, chart_of
from workflow.picture.moves import Line, Move
from workflow.schedule import DueDay, Schedule

CLOCK = Who("word", "clock")


def with_move(name: str, **changed: object) -> Definition:
    """The complaint with one transition changed."""
    move = replace(COMPLAINT.transitions[name], **changed)  # type: ignore[arg-type]
    return replace(COMPLAINT, transitions={**COMPLAINT.transitions, name: move})


def move_in(chart: Chart, text: str) -> Move:
    arrows = [move for arrow in chart.arrows for move in arrow.moves]
    return next(move for move in arrows if move.text == text)


def lines_of(name: str, lang: str = "zh", **changed: object) -> list[Line]:
    definition = with_move(name, **changed)
    return [*move_in(chart_of(definition, lang), definition.transitions[name].text.read(lang)).lines]


def test_a_move_says_by_which_timing_the_clock_makes_it() -> None:
    assert [*move_in(chart_of(COMPLAINT, "zh"), "继续").lines] == [Line("by", "经办人"), Line("clock", "系统计时：A")]
    assert Line("clock", "the clock: A") in lines_of("go_on", "en")
    assert "⚡系统计时：A" in mermaid(COMPLAINT, "zh")


def test_a_move_that_only_the_clock_may_make_has_a_dashed_arrow() -> None:
    dashes = 'stroke-dasharray="5 4"'
    alone = svg(with_move("go_on", by=(CLOCK,)), "zh").count(dashes)
    assert alone == svg(COMPLAINT, "zh").count(dashes) + 2, "to its label and on from there"


def test_a_move_says_who_is_told_of_it() -> None:
    assert lines_of("start", effects=Effects(notify=(CENTRE, MANAGER)))[1:] == [Line("told", "客服中心、项目经理")]


@pytest.mark.parametrize(
    ("needed", "checks", "en", "zh"),
    [
        (("department",), 0, "needs Department", "须有责任部门"),
        (("department", "due_at"), 1, "needs Department, Time asked for, 1 check", "须有责任部门、要求期限，1项核对"),
        (("department", "due_at", "repeat"), 0, "3 fields must be on file", "须有3项资料"),
        ((), 2, "2 checks", "2项核对"),
    ],
)
def test_a_move_says_what_must_be_on_file_and_how_many_checks_there_are(
    needed: tuple[str, ...], checks: int, en: str, zh: str
) -> None:
    given = {"need": needed, "checks": (Check(must=parse_condition("repeat")),) * checks}
    assert Line("checks", en) in lines_of("start", "en", **given)
    assert Line("checks", zh) in lines_of("start", "zh", **given)


def test_a_move_names_the_classes_that_a_field_decides_between() -> None:
    table = {"grave": "complaint-critical", "graver": "complaint-critical", "light": "complaint-normal"}
    become = Become(field="department", table=table)
    note = Line("note", "becomes, by Department: Critical complaint, complaint normal")
    assert note in lines_of("classify", "en", become=become)
    assert Line("note", "按责任部门转为：重大投诉、complaint normal") in lines_of("classify", become=become)


def test_a_move_says_what_it_opens_waits_for_and_sets() -> None:
    child = OpenChild(workflow="complaint-critical", for_each="department", condition=parse_condition("repeat"))
    effects = Effects(set={"priority": "urgent", "due_at": Moment("field", "opened")}, open=(child,), assign=CENTRE)
    lines = lines_of("start", effects=effects, wait_for=("complaint-critical", "department"), open_children="cancel")
    told = [line.text for line in lines if line.kind == "note"]
    assert told[:4] == ["待重大投诉、责任部门结束", "未结束的子工单一并取消", "优先级改为紧急", "要求期限改为受理时间"]
    assert told[4] == "按责任部门逐行生成重大投诉（条件：“重复”为“是”）"
    assert Line("note", "waits for the end of Department") in lines_of("start", "en", wait_for=("department",))
    assert len(told) == 5, "who becomes the assignee is left to the explanation"


def test_a_state_says_what_happens_on_entering() -> None:
    entering = Effects(notify=(MANAGER,), set={"priority": "high"})
    states = COMPLAINT.states | {"waiting": replace(COMPLAINT.states["waiting"], effects=entering)}
    boxes = chart_of(replace(COMPLAINT, states=states), "en").boxes
    assert boxes["waiting"].lines == ("the assignee", "on entering → Project manager; priority becomes high")


def test_a_list_of_names_quotes_those_that_hold_a_comma() -> None:
    names = Captions(COMPLAINT, "zh").names
    assert names(["受理", "不接受结果，升级"]) == "受理、“不接受结果，升级”"
    assert names(["不接受结果，升级"]) == "不接受结果，升级"


def scheduled(due: DueDay | None, **more: object) -> Definition:
    schedule = Schedule(name="s", text=Text("Inspection", "巡检"), due=due, **more)  # type: ignore[arg-type]
    definition = with_move("receive", by=(HEAD, CLOCK), fill=("tenant",))
    tenant = Field(name="tenant", text=Text("Tenant", "租户"), type=FieldType.REGISTER, register="tenants")
    return replace(definition, recurring={"s": schedule}, fields={**definition.fields, "tenant": tenant})


def test_a_schedule_stands_in_both_pictures_with_the_move_that_it_makes() -> None:
    due = DueDay("working_day", 3)
    definition = scheduled(
        due, every="month", opens=parse_duration("2 days"), for_each="tenants", set={"priority": "high"}
    )
    chart = chart_of(definition, "zh")
    timing = chart.timings[-1]
    assert (timing.mark, timing.name, timing.limit) == ("R1", "巡检", "每月")
    assert dict(timing.facts) == {"应于": "第3个工作日", "开单": "提前2天", "逐个": "租户"}
    assert timing.steps[0].does == "自动办理“受理”；优先级改为高"
    assert Line("clock", "系统计时：R1") in move_in(chart, "受理").lines
    assert chart.legend == "时限、催办与周期安排"
    assert "巡检" in svg(definition, "zh")
    assert "🗓R1 巡检 · 每月" in mermaid(definition, "zh")


def test_without_a_schedule_the_legend_speaks_of_none() -> None:
    assert chart_of(COMPLAINT, "en").legend == "Deadlines and reminders"


def test_promises_stand_at_the_end() -> None:
    day = parse_duration("1 day")
    promises = (
        Promise(kind="someone_is_told_within", within=day, states=("received", "waiting")),
        Promise(kind="never_silent_longer_than", within=day, states=("received",)),
        Promise(kind="ended_or_told_within", within=day, states=("received",)),
        Promise(kind="paused_at_most", within=day, states=("received",)),
    )
    definition = replace(COMPLAINT, promises=promises)
    assert chart_of(definition, "en").promises == (
        "Promises",
        "Received, Waiting: somebody is told within 1 day",
        "Received: never silent longer than 1 day",
        "Ended, or somebody told, within 1 day",
        "Paused 1 day at most in all",
    )
    assert "已受理、等待答复：1天内必有人被告知" in svg(definition, "zh")
    assert chart_of(COMPLAINT, "en").promises == ()


def test_every_sign_that_a_move_has_is_explained() -> None:
    plain = dict(chart_of(COMPLAINT, "zh").signs)
    assert {"bolt"} == {"bolt", "letter", "tick"} & plain.keys()
    more: dict[str, object] = {"effects": Effects(notify=(HEAD,)), "need": ("department",)}
    signed = dict(chart_of(with_move("start", **more), "zh").signs)
    assert {"bolt", "letter", "tick"} <= signed.keys()
    assert signed["letter"] in svg(with_move("start", **more), "zh")
