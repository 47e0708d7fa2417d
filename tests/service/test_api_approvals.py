"""Approvals over HTTP: an activity that region, departments, group and vice president agree to, in rounds."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from service import accounts, entries, records, revisions, tables
from service.db import reading, writing
from tests.service.api_house import MONDAY, OFFICE, House, blockers, own_house
from workflow.history import replan

ROLES = """\
departments:
  finance: {zh: 财务部, en: Finance}
  security: {zh: 安全部, en: Security}

roles:
  region_club: {zh: 区域复地会, en: Regional club, scope: site, falls_back_to: duty_manager}
  region_leader: {zh: 区域领导, en: Regional leadership, scope: site, falls_back_to: duty_manager}
  head: {zh: 部门负责人, en: Head, scope: department, falls_back_to: duty_manager}
  group_club: {zh: 集团复地会, en: Group club, scope: site, falls_back_to: duty_manager}
  vice_president: {zh: 营销副总裁, en: Vice president, scope: site, falls_back_to: duty_manager}
  duty_manager: {zh: 值班经理, en: Duty manager, scope: site}
"""

ACTIVITY = """\
workflow: activity
zh: 客户活动
en: Activity
calendar: office
accountable: region_club
followers: whoever did draft
accept:
  silent_state: not what the test is about
  unbounded_loop: who is refused may ask again
fields:
  people: {zh: 人数, en: People, type: number}
  planned: {zh: 方案内, en: Planned, type: yes_no}
  consulted: {zh: 会签部门, en: Consulted, type: list, of: {department: {zh: 部门, en: Department, type: department}}}
states:
  drafting: {zh: 编制, en: Drafting, responsible: region_club}
  approving:
    zh: 审批中
    en: Being approved
    approvals:
      - {zh: 区域审批, en: Region, by: region_leader, not_by: whoever did submit, rules: ACT-8}
      - {by: head of consulted.department, for_each: consulted}
      - {by: group_club, if: people > 300 or not planned, rules: [ACT-9, ACT-11]}
      - {by: vice_president, if: people > 300, rules: ACT-9}
    granted: agreed
    refused: drafting
    rules: ACT-8
  agreed: {zh: 已批准, en: Agreed, responsible: region_club}
  done: {zh: 已结束, en: Done, end: true}
transitions:
  draft: {zh: 编制, en: Draft, from: new, to: drafting, by: region_club, fill: [title, people, planned]}
  submit:
    zh: 报批
    en: Submit
    from: drafting
    to: approving
    by: [region_club, region_leader]
    may_fill: [people, planned, consulted]
  withdraw: {zh: 撤回, en: Withdraw, from: approving, to: drafting, by: region_club, may_fill: comment}
  execute: {zh: 实施, en: Carry out, from: agreed, to: done, by: region_club}
deadlines:
  answer:
    zh: 审批时限
    en: Time to answer
    since: submit
    within: 5 working days
    until: [agreed, drafting]
    late: [{notify: region_club}]
reminders:
  chase:
    zh: 催审批
    en: An answer is missing
    since: [submit, grant]
    after: 1 working day
    every: 1 working day
    while: approving
    notify: responsible
    ask_for: grant
"""

FILES = {"calendars/office.yaml": OFFICE, "roles.yaml": ROLES, "activity.yaml": ACTIVITY}

STAFF = {
    "club": {"pier": ("region_club",)},
    "leader": {"pier": ("region_leader",)},
    "second": {"pier": ("region_leader",)},
    "fin": {"pier": ("head/finance",)},
    "sec": {"pier": ("head/security",)},
    "group": {"pier": ("group_club",)},
    "vp": {"pier": ("vice_president",)},
    "ada": {"pier": ("duty_manager",)},
    "deputy": {},
}

BOTH = [{"department": "finance"}, {"department": "security"}]


house = own_house(FILES, STAFF)


def submitted(house: House, people: int, *, planned: bool, consulted: object = None, by: str = "club") -> str:
    opening = {"title": "Summer party", "people": people, "planned": planned}
    number = house.open_one("activity", "draft", person="club", **opening)
    submit(house, number, by, **({"consulted": consulted} if consulted else {}))
    return number


def submit(house: House, number: str, by: str = "club", **fields: object) -> None:
    assert house.move(number, "submit", by, fields=fields).status_code == 200


def say(house: House, number: str, word: str, person: str, comment: str = "", **more: object) -> dict:
    answer = house.move(number, word, person, fields={"comment": comment} if comment else {}, **more)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def steps(house: House, number: str) -> list[tuple[str, list[str], list[str]]]:
    """Each step of the round: its standing, who must answer now, who has answered."""
    approval = house.get(f"/tickets/{number}")["approval"]
    return [
        (
            step["standing"],
            [person["id"] for one in step["asked"] for person in one["people"]],
            [f"{one['person']['id']} {one['answer']['name']}" for one in step["answers"]],
        )
        for step in approval["steps"]
    ]


def may_answer(house: House, number: str) -> list[str]:
    return [who for who in STAFF if who != "deputy" and "grant" in house.get(f"/tickets/{number}", who)["transitions"]]


def told(house: House, person: str) -> list[str]:
    house.deliver()
    return [line for one in house.get("/notices", person)["notices"] for line in one["lines"]]


def require_replanned(house: House, number: str) -> None:
    """What is stored of the ticket is what its history makes."""
    with house.app.app_context(), reading() as session:
        table = tables.Ticket.__table__
        row = records.read_rows(session, select(table).where(table.c.number == number), house.now)[0]
        definition = revisions.definition(session, row.workflow, row.revision)
        calendar = revisions.calendar(session, row.calendar_revision)
        ticket = records.tickets_of(session, [row], {row.revision: definition})[row.id]
        history = entries.history_of(session, row.id, {row.revision: definition})
    again = replan(history, {row.revision: definition}, {row.calendar_revision: calendar}, number=number, site="pier")
    assert again == ticket


def test_a_large_activity_is_agreed_to_step_by_step(house: House) -> None:
    number = submitted(house, 500, planned=True, consulted=BOTH)
    assert steps(house, number) == [
        ("asked", ["leader", "second"], []), ("waiting", [], []), ("waiting", [], []), ("waiting", [], []),
    ]  # fmt: skip
    assert may_answer(house, number) == ["leader", "second"]

    say(house, number, "grant", "leader", comment="同意")
    assert may_answer(house, number) == ["fin", "sec"]
    say(house, number, "grant", "sec")
    assert steps(house, number)[:2] == [("granted", [], ["leader grant"]), ("asked", ["fin"], ["sec grant"])]
    say(house, number, "grant", "fin")
    assert may_answer(house, number) == ["group"]
    say(house, number, "grant", "group")
    body = say(house, number, "grant", "vp", comment="Go ahead")

    assert (body["state"]["name"], body["approval"], body["fields"]["comment"]) == ("agreed", None, "Go ahead")
    require_replanned(house, number)


def test_steps_that_do_not_apply_are_left_out(house: House) -> None:
    small = submitted(house, 50, planned=True)
    say(house, small, "grant", "leader")
    assert house.get(f"/tickets/{small}")["state"]["name"] == "agreed"

    unplanned = submitted(house, 50, planned=False)
    say(house, unplanned, "grant", "leader")
    assert [one[0] for one in steps(house, unplanned)] == ["granted", "left_out", "asked", "waiting"]
    say(house, unplanned, "grant", "group")
    assert house.get(f"/tickets/{unplanned}")["state"]["name"] == "agreed"


def test_a_refusal_says_why_and_the_next_round_begins_anew(house: House) -> None:
    number = submitted(house, 500, planned=True)
    say(house, number, "grant", "leader")
    assert blockers(house.move(number, "refuse", "group")) == [("fill", "comment")]
    body = say(house, number, "refuse", "group", comment="预算不足")
    assert (body["state"]["name"], body["round"]) == ("drafting", 1)
    assert "Name of group refused: Being approved → Drafting. You are told" in " ".join(told(house, "club"))

    submit(house, number, people=400)
    found = house.get(f"/tickets/{number}")
    assert (found["round"], found["approval"]["round"]) == (2, 2)
    assert steps(house, number)[0] == ("asked", ["leader", "second"], [])
    assert blockers(house.move(number, "grant", "group")) == [("not_allowed", "grant")]
    for person in ("second", "group"):
        say(house, number, "grant", person)
    assert house.get(f"/tickets/{number}")["state"]["name"] == "approving"
    say(house, number, "grant", "vp")
    assert house.get(f"/tickets/{number}")["state"]["name"] == "agreed"
    entries = house.get(f"/tickets/{number}/history")["entries"]
    assert [(one["name"], one["answer"] and one["answer"]["granted"]) for one in entries] == [
        ("draft", None), ("submit", None), ("grant", True), ("refuse", False),
        ("submit", None), ("grant", True), ("grant", True), ("grant", True),
    ]  # fmt: skip
    assert entries[3]["filled"] == {"comment": "预算不足"}
    require_replanned(house, number)


def test_who_has_submitted_is_not_asked_and_a_deputy_is(house: House) -> None:
    with house.app.app_context(), writing() as session:
        accounts.name_deputy(session, "second", "deputy")
        accounts.be_away(session, "second", MONDAY - dt.timedelta(days=1))
    number = submitted(house, 50, planned=True, by="leader")
    assert steps(house, number)[0] == ("asked", ["deputy"], [])
    assert blockers(house.move(number, "grant", "leader")) == [("not_by", "grant")]
    assert "Please answer: “Grant” or “Refuse”" in told(house, "deputy")[-1]
    assert say(house, number, "grant", "deputy")["state"]["name"] == "agreed"


def test_one_answer_counts_for_all_his_rows_unless_a_row_is_named(house: House) -> None:
    with house.app.app_context(), writing() as session:
        roles = revisions.current(session).catalogue.roles
        accounts.give_role(session, "fin", "head", roles=roles, since=house.now.at, site="pier", department="security")
    number = submitted(house, 50, planned=True, consulted=BOTH)
    assert blockers(house.move(number, "grant", "leader", row=1)) == [("row_not_asked", "grant")]
    say(house, number, "grant", "leader")
    assert blockers(house.move(number, "grant", "sec", row=1)) == [("not_allowed", "grant")]
    asked = house.get(f"/tickets/{number}")["approval"]["steps"][1]["asked"]
    assert [(one["row"], one["who"]) for one in asked] == [(1, ["Head of Finance"]), (2, ["Head of Security"])]
    mine = house.get(f"/tickets/{number}/transitions", "fin")["transitions"]
    assert next(one for one in mine if one["name"] == "grant")["rows"] == [1, 2]
    say(house, number, "grant", "fin", row=2)
    assert house.get(f"/tickets/{number}")["approval"]["steps"][1]["granted_rows"] == [2]
    assert blockers(house.move(number, "grant", "sec")) == [("not_allowed", "grant")]
    assert say(house, number, "grant", "fin")["state"]["name"] == "agreed"
    require_replanned(house, number)


def test_whose_turn_it_is_hears_of_it_and_is_chased(house: House) -> None:
    number = submitted(house, 500, planned=True)
    assert told(house, "leader") == [
        (
            "Name of club did “Submit”: Drafting → Being approved. Please answer: “Grant” or “Refuse”. "
            "You are told because you are Regional leadership, who must act now."
        )
    ]
    assert told(house, "vp") == []
    say(house, number, "grant", "leader")
    house.now.set(MONDAY + dt.timedelta(days=1, hours=1))
    assert "Reminder: An answer is missing" in told(house, "group")[0]
    assert [line for line in told(house, "leader") if "missing" in line] == []
    assert house.get(f"/tickets/{number}/history", lang="zh")["entries"][2]["told"][0]["said"] == (
        "Name of leader审批同意。请审批：“同意”或“不同意”。通知您，是因为您是集团复地会，即当前责任人。"
    )
