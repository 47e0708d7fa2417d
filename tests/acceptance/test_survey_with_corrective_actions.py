"""A satisfaction survey: each low score becomes a corrective action, and it ends when all have been verified."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from tests.acceptance.house import House, at, opened
from tests.definitions.shipped import shipped_files

SURVEY = """\
workflow: survey
zh: 满意度调查
en: Satisfaction survey
calendar: mall
accountable: operations_manager
fields:
  low_below: {zh: 低分线, en: Low below, type: number}
  items:
    zh: 调查项目得分
    en: Items
    type: list
    of:
      item:       {zh: 项目, en: Item, type: text}
      score:      {zh: 得分, en: Score, type: number}
      department: {zh: 责任部门, en: Department, type: department}
  folder: {zh: 归档位置, en: Folder, type: text}
states:
  analysing:  {zh: 统计分析, en: Analysing, responsible: operations_manager}
  correcting: {zh: 整改中, en: Correcting, responsible: operations_manager}
  closed:     {zh: 已结束, en: Closed, end: true}
  cancelled:  {zh: 已取消, en: Cancelled, end: true}
transitions:
  plan_survey: {zh: 立项, en: Plan, from: new, to: analysing, by: operations_manager, fill: [title, low_below]}
  publish_report:
    zh: 形成报告
    en: Publish the report
    from: analysing
    to: correcting
    by: operations_manager
    fill: items
    open: {workflow: corrective-action, for_each: items, if: items.score < low_below}
    rules: [SVY-9, SVY-10]
  archive: {zh: 归档, en: Archive, from: correcting, to: same, by: operations_manager, fill: folder}
  close:
    zh: 结束
    en: Close
    from: correcting
    to: closed
    by: operations_manager
    need: folder
    wait_for: corrective-action
    rules: [SVY-10, SVY-12]
  cancel: {zh: 取消, en: Cancel, from: anywhere, to: cancelled, by: general_manager, open_children: cancel}
reminders:
  resting: {since: last move, after: 5 working days, every: 1 working day, while: anywhere, notify: accountable}
"""

ACTION = """\
workflow: corrective-action
zh: 纠正和预防措施
en: Corrective action
calendar: mall
accountable: operations_manager
fields:
  item:         {zh: 项目, en: Item, type: text}
  score:        {zh: 得分, en: Score, type: number}
  department:   {zh: 责任部门, en: Department, type: department}
  action:       {zh: 措施, en: Action, type: text}
  verification: {zh: 验证, en: Verification, type: text}
states:
  assigned:  {zh: 待整改, en: Assigned, responsible: head of department}
  executed:  {zh: 已整改, en: Executed, responsible: operations_manager}
  verified:  {zh: 已验证, en: Verified, end: true}
  withdrawn: {zh: 已撤销, en: Withdrawn, end: true}
transitions:
  require_action:
    zh: 提出
    en: Require
    from: new
    to: assigned
    by: operations_manager
    fill: [item, department]
    may_fill: score
    notify: head of department
    ask_for: execute
  execute: {zh: 整改, en: Execute, from: assigned, to: executed, by: head of department, fill: action, rules: SVY-13}
  verify:
    zh: 验证
    en: Verify
    from: executed
    to: verified
    by: operations_manager
    not_by: whoever did execute
    fill: verification
    rules: SVY-12
  cancel: {zh: 撤销, en: Withdraw, from: anywhere, to: withdrawn, by: clock}
reminders:
  resting:
    since: last move
    after: 3 working days
    every: 1 working day
    while: anywhere
    notify: [responsible, accountable]
"""

ITEMS = [
    {"item": "lifts", "score": 40, "department": "property_management"},
    {"item": "shops", "score": 90, "department": "operations"},
    {"item": "counters", "score": 55, "department": "operations"},
]


@pytest.fixture
def house(database_url: URL) -> Iterator[House]:
    with opened(database_url, shipped_files() | {"survey.yaml": SURVEY, "corrective-action.yaml": ACTION}) as found:
        yield found


def test_a_survey_is_closed_when_every_low_score_has_been_put_right(house: House) -> None:
    survey = house.open("survey", "operations_manager", "plan_survey", {"title": "Spring", "low_below": 60})
    house.do(survey, "operations_manager", "publish_report", {"items": ITEMS})
    lifts, counters = (one["number"] for one in house.ticket(survey)["children"])

    assert [house.field(lifts, name) for name in ("item", "score")] == ["lifts", "40"]
    assert house.field(lifts, "department")["name"] == "property_management"
    assert house.field(counters, "item") == "counters"
    assert house.asked("execute") == {"repair_head", "shop_head"}  # each the head of the department of his row

    house.do(survey, "operations_manager", "archive", {"folder": "A-1"})
    reasons = house.refused(survey, "operations_manager", "close")
    assert [(one.code, one.rules) for one in reasons] == [("wait_for", ("SVY-10", "SVY-12"))] * 2

    house.do(lifts, "repair_head", "execute", {"action": "a second lift"})
    house.do(counters, "shop_head", "execute", {"action": "one more clerk"})
    house.do(lifts, "operations_manager", "verify", {"verification": "seen"})
    house.wait(days=1)
    house.do(counters, "operations_manager", "verify", {"verification": "seen"})
    ends = [one for one in house.history(survey) if one["kind"] == "child"]
    assert [(one["name"], one["at"], one["child"]["state"]["name"]) for one in ends] == [
        (lifts, at("2026-01-12 09:00"), "verified"),
        (counters, at("2026-01-13 09:00"), "verified"),
    ]
    house.do(survey, "operations_manager", "close")
    assert house.state(survey) == "closed"


def test_a_survey_that_is_called_off_withdraws_its_corrective_actions(house: House) -> None:
    survey = house.open("survey", "operations_manager", "plan_survey", {"title": "Spring", "low_below": 60})
    house.do(survey, "operations_manager", "publish_report", {"items": ITEMS})
    lifts, counters = (one["number"] for one in house.ticket(survey)["children"])
    house.do(lifts, "repair_head", "execute", {"action": "a second lift"})
    house.do(survey, "general_manager", "cancel")
    assert {house.state(one) for one in (lifts, counters)} == {"withdrawn"}
    assert house.possible(lifts, "operations_manager") == set()


def test_an_action_that_lies_is_told_of_while_the_survey_waits(house: House) -> None:
    survey = house.open("survey", "operations_manager", "plan_survey", {"title": "Spring", "low_below": 50})
    house.do(survey, "operations_manager", "publish_report", {"items": ITEMS})
    (lifts,) = (one["number"] for one in house.ticket(survey)["children"])
    house.news()
    house.wait(days=4)
    assert {"repair_head", "operations_manager"} <= house.news().keys()
    assert house.history(lifts, "resting")
