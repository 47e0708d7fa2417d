"""A plan that several people must agree to: what the tests of approvals tell of."""

from __future__ import annotations

from pathlib import Path

from tests.builders import Story
from workflow.compiling import compile_catalogue
from workflow.definition import Definition
from workflow.ticket import Actor, Held, Refusal

HOUSE = (Path(__file__).parent / "language" / "house.yaml").read_text("utf-8")

PLAN = """\
workflow: plan
zh: 活动方案
en: Plan
calendar: mall
accountable: desk
fields:
  large: {zh: 大型, en: Large, type: yes_no}
  keeper: {zh: 保管人, en: Keeper, type: person}
  parts:
    zh: 会签部门
    en: Countersigning departments
    type: list
    of: {department: {zh: 部门, en: Department, type: department}}
states:
  drafting: {zh: 拟稿, en: Drafting, responsible: desk}
  approving:
    zh: 审批中
    en: Being approved
    approvals:
      - {by: manager, not_by: whoever did submit}
      - {by: head of parts.department, for_each: parts}
      - {by: duty_manager, if: large}
    granted: agreed
    refused: drafting
  agreed: {zh: 已批准, en: Agreed, responsible: desk}
  carried_out: {zh: 已实施, en: Carried out, end: true}
  withdrawn: {zh: 已撤回, en: Withdrawn, end: true}
transitions:
  draft: {zh: 拟稿, en: Draft, from: new, to: drafting, by: anyone}
  submit: {zh: 报批, en: Submit, from: drafting, to: approving, by: anyone, fill: large, may_fill: [parts, keeper]}
  add: {zh: 补充, en: Add, from: approving, to: same, by: anyone, may_fill: [parts, large, keeper]}
  withdraw: {zh: 撤回, en: Withdraw, from: approving, to: drafting, by: desk}
  carry_out: {zh: 实施, en: Carry out, from: agreed, to: carried_out, by: desk}
  cancel: {zh: 取消, en: Cancel, from: [drafting, approving], to: withdrawn, by: desk}
reminders:
  lying: {since: last move, after: 1 day, every: 1 day, while: anywhere, notify: responsible, ask_for: grant}
"""


def someone(name: str, *held: str, stands_for: str = "") -> Actor:
    """`manager`, or `head/operations` for a role of a department."""
    holds = frozenset(Held(*one.split("/")) for one in held)
    return Actor(id=name, name=name, holds=holds, stands_for=frozenset(stands_for.split()))


ANN = someone("ann", "desk")
MAX = someone("max", "manager")
OLGA = someone("olga", "head/operations")
SAM = someone("sam", "head/security")
BOTH = someone("both", "head/operations", "head/security")
DORA = someone("dora", "duty_manager")
PEOPLE = (ANN, MAX, OLGA, SAM, BOTH, DORA)


def defined(text: str = PLAN, name: str = "plan") -> Definition:
    """The definition of a file beside the house of the language's examples."""
    return compile_catalogue({"house.yaml": HOUSE, f"{name}.yaml": text}).definitions[name]


def plan_with(*changes: tuple[str, str]) -> Definition:
    """The plan with some of its words replaced."""
    text = PLAN
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return defined(text)


def told(story: Story) -> list[str]:
    """Who was told by the latest entry and asked for what: `manager grant`."""
    return [
        f"{one.to.person or one.to.role}{f' of {one.to.department}' if one.to.department else ''} {one.ask_for or '-'}"
        for one in story.decisions[-1].notices
    ]


def why_not(made: object) -> list[str]:
    """The codes of a refusal."""
    assert isinstance(made, Refusal), "the move was possible"
    return [one.code for one in made.blockers]
