"""A ticket and the children that it opens, moved and left alone together: a story of several tickets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from tests.builders import ANN, local
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.entry import Child, Entry
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.openable import family_of
from workflow.ticket import Actor, Decision, Facts, Held, Move, Openable, Refusal, Ticket

SHANGHAI = ZoneInfo("Asia/Shanghai")

HOUSE = """\
calendar: office
zone: Asia/Shanghai
country: CN
hours: {weekdays: "09:00-18:00"}
---
departments:
  operations: {zh: 营运部, en: Operations}
  security: {zh: 安全部, en: Security}
roles:
  desk: {zh: 服务台, scope: site}
  boss: {zh: 主管, scope: site}
  duty_manager: {zh: 值班经理, scope: site}
"""

SURVEY = """\
workflow: survey
zh: 满意度调查
calendar: office
accountable: desk
fields:
  department: {zh: 部门, type: department}
  scores: {zh: 得分, type: list, of: {score: {zh: 得分, type: number}}}
  report: {zh: 报告, type: text}
states:
  asking: {responsible: desk}
  correcting: {responsible: desk}
  closed: {end: true}
  cancelled: {end: true}
transitions:
  plan: {zh: 立项, from: new, to: asking, by: anyone, may_fill: department}
  publish:
    zh: 发布
    from: asking
    to: correcting
    by: desk
    fill: [scores, report]
    open: {workflow: corrective-action, for_each: scores, if: scores.score < 60, set: {urgent: true}}
  close: {zh: 结束, from: correcting, to: closed, by: [desk, clock], wait_for: corrective-action}
  call_off: {zh: 取消, from: anywhere, to: cancelled, by: [desk, clock], open_children: cancel}
reminders:
  resting: {since: last move, after: 5 days, every: 1 day, while: anywhere, notify: boss}
"""

ACTION = """\
workflow: corrective-action
zh: 纠正措施
en: Corrective action
calendar: office
accountable: boss
fields:
  department: {zh: 部门, type: department}
  score: {zh: 得分, type: number}
  urgent: {type: yes_no}
  cause: {zh: 原因, type: text}
  report: {zh: 报告, type: text}
states:
  assigned: {responsible: desk}
  verified: {zh: 已验证, end: true}
  dropped: {zh: 已撤销, end: true}
transitions:
  require: {from: new, to: assigned, by: boss, fill: [department, cause], may_fill: [score, urgent], notify: desk}
  verify: {zh: 验证, from: assigned, to: verified, by: desk, may_fill: report}
  cancel: {from: assigned, to: dropped, by: clock}
deadlines:
  verify: {since: require, within: 10 days, until: verify, late: [{every: 1 day, notify: boss}]}
"""

FILES = {"house.yaml": HOUSE, "survey.yaml": SURVEY, "corrective-action.yaml": ACTION}

DESK = replace(ANN, holds=frozenset({Held("desk")}))


def catalogue(**changed: str) -> Catalogue:
    """The files, with some written otherwise or added: `catalogue(survey=...)`."""
    return compile_catalogue(FILES | {f"{name.replace('_', '-')}.yaml": text for name, text in changed.items()})


class Family:
    """A ticket with its children; after each move those that were born get numbers: T-1, then T-2 and so on."""

    def __init__(self, known: Catalogue, workflow: str = "survey") -> None:
        self.known = known
        self.workflow = workflow
        self.members: dict[str, Member] = {}
        self.histories: dict[str, list[Entry]] = {}
        self.decisions: dict[str, list[Decision]] = {}

    # --- What happens ------------------------------------------------------------------------------------------------

    def do(self, number: str, name: str, at: str, actor: Actor = DESK, **fields: object) -> Family:
        """Make a move at a local time; AssertionError if it is refused. The first of T-1 opens it."""
        refusal = self.try_to(number, name, at, actor, fields)
        assert refusal is None, [one.text.en for one in refusal.blockers]
        return self

    def refused(self, number: str, name: str, at: str, actor: Actor = DESK, **fields: object) -> list[tuple[str, str]]:
        """The codes of the blockers, and what each is about."""
        refusal = self.try_to(number, name, at, actor, fields)
        assert refusal is not None, "the move was possible"
        return [(one.code, one.subject) for one in refusal.blockers]

    def try_to(self, number: str, name: str, at: str, actor: Actor, fields: Mapping[str, object]) -> Refusal | None:
        kin = self._kin(local(at))
        refusal = kin.act(number, Move(transition=name, actor=actor, at=local(at), fields=plain(fields)))
        if refusal is None:
            self._keep(kin)
        return refusal

    def wait(self, until: str) -> Family:
        """The sweep comes at a local time."""
        kin = self._kin(local(until))
        kin.settle(local(until))
        self._keep(kin)
        return self

    # --- What came of it ---------------------------------------------------------------------------------------------

    def ticket(self, number: str) -> Ticket:
        return self.members[number].ticket

    def state(self, number: str) -> str:
        return self.ticket(number).state

    def open_children(self, number: str) -> list[str]:
        return [child.number for child in self.ticket(number).children]

    def lines(self, number: str) -> list[str]:
        """The history of one ticket: `move publish 01-05 10:00`, `child T-2 …`."""
        return [f"{one.kind} {one.name} {one.at.astimezone(SHANGHAI):%m-%d %H:%M}" for one in self.histories[number]]

    def told(self, number: str, about: str) -> list[str]:
        """Whom notices about something went to: persons and roles."""
        return [
            notice.to.person or notice.to.role or ""
            for decision in self.decisions[number]
            for notice in decision.notices
            if notice.about == about
        ]

    # --- Numbers -----------------------------------------------------------------------------------------------------

    def _kin(self, at: dt.datetime) -> Kin:
        if not self.members:
            definition = self.known.definitions[self.workflow]
            ticket = blank(definition, number="T-1", site="mall", at=at)
            self.members["T-1"] = Member(ticket=ticket, definition=definition, facts=self.facts(self.workflow))
        return Kin(replace(one, decisions=[]) for one in self.members.values())

    def facts(self, workflow: str) -> Facts:
        """Of a ticket of a workflow, with every workflow openable."""
        calendars, definitions = self.known.calendars, self.known.definitions
        openable = {
            name: Openable(definition=one, calendar=calendars[one.calendar], family=family_of(one, definitions))
            for name, one in definitions.items()
        }
        return Facts(
            calendar=calendars[definitions[workflow].calendar],
            people=frozenset({"ann", "bob"}),
            departments=frozenset({"operations", "security"}),
            openable=openable,
        )

    def _keep(self, kin: Kin) -> None:
        numbers = {number: number for number in self.members}
        for number in kin.members:
            numbers.setdefault(number, f"T-{len(numbers) + 1}")
        for number, member in kin.members.items():
            named = numbers[number]
            ticket = renamed(member.ticket, numbers)
            parent = numbers[member.parent] if member.parent else None
            entries = [
                replace(
                    one.entry,
                    name=numbers.get(one.entry.name, one.entry.name),
                    opened=tuple(replace(child, number=numbers[child.number]) for child in one.entry.opened),
                )
                for one in member.decisions
            ]
            self.members[named] = Member(ticket=ticket, definition=member.definition, facts=member.facts, parent=parent)
            self.histories.setdefault(named, []).extend(entries)
            self.decisions.setdefault(named, []).extend(member.decisions)


def renamed(ticket: Ticket, numbers: Mapping[str, str]) -> Ticket:
    children = tuple(Child(number=numbers[one.number], workflow=one.workflow) for one in ticket.children)
    return replace(ticket, number=numbers[ticket.number], children=children)


def plain(fields: Mapping[str, object]) -> dict[str, object]:
    """Names of children's fields as they are typed: `corrective_action__cause` is `corrective-action.cause`."""
    return {
        f"{name.partition('__')[0].replace('_', '-')}.{name.partition('__')[2]}" if "__" in name else name: value
        for name, value in fields.items()
    }
