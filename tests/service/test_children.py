"""Children through the service: opened with their parent's move, numbered, and settled as one however late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from service import sweep, tables
from service.db import reading, writing
from tests.service.api_house import FILES, House, blockers, own_house
from tests.service.statements import counted, failing_at
from workflow.kin import Kin

SURVEY = """\
workflow: survey
zh: 调查
en: Survey
calendar: office
accountable: desk
fields:
  scores: {zh: 得分, type: list, of: {score: {zh: 得分, type: number}}}
states:
  asking: {zh: 调查中, responsible: desk}
  correcting: {zh: 整改中, responsible: desk}
  closed: {zh: 已结束, end: true}
transitions:
  plan: {zh: 立项, from: new, to: asking, by: anyone, fill: title}
  publish:
    zh: 发布
    from: asking
    to: correcting
    by: desk
    fill: scores
    open: {workflow: remedy, for_each: scores, if: scores.score < 60}
  close: {zh: 结束, from: correcting, to: closed, by: [desk, clock], wait_for: remedy}
  call_off: {zh: 取消, from: anywhere, to: closed, by: desk, open_children: cancel}
reminders:
  resting: {since: last move, after: 5 days, every: 1 day, while: anywhere, notify: desk}
  over: {since: correcting, after: 3 days, every: 1 day, while: correcting, move: close}
"""

REMEDY = """\
workflow: remedy
zh: 整改
en: Remedy
calendar: office
accountable: guard
fields:
  score: {zh: 得分, en: Score, type: number}
  cause: {zh: 原因, en: Cause, type: text}
states:
  assigned: {zh: 待整改, en: Assigned, responsible: guard}
  done: {zh: 已整改, en: Done, end: true}
  dropped: {zh: 已撤销, en: Dropped, end: true}
transitions:
  require: {zh: 要求, from: new, to: assigned, by: guard, fill: cause, may_fill: score, notify: guard}
  mend: {zh: 整改, from: assigned, to: done, by: [guard, clock]}
  cancel: {zh: 撤销, from: assigned, to: dropped, by: clock}
deadlines:
  mend: {zh: 按时, since: require, within: 1 day, until: mend, late: [{every: 1 day, notify: guard}]}
reminders:
  enough: {zh: 足够, since: require, after: 2 days, while: assigned, move: mend}
"""

DAY = dt.timedelta(days=1)


WRITTEN = {"survey.yaml": SURVEY, "remedy.yaml": REMEDY}

house = own_house(FILES | WRITTEN)


def asking(house: House) -> str:
    return house.open_one("survey", "plan", title="A survey")


def correcting(house: House, *scores: int) -> str:
    """A survey with a remedy for each score."""
    number = asking(house)
    fields = {"scores": list(scores or (50, 40)), "remedy.cause": "slow"}
    moved(house.move(number, "publish", fields=fields))
    return number


def moved(answer: TestResponse) -> Any:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def remedies(house: House, number: str) -> list[str]:
    return [one["number"] for one in house.get(f"/tickets/{number}")["children"]]


def history(house: House, number: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["name"]) for one in house.get(f"/tickets/{number}/history")["entries"]]


def swept(house: House, after: dt.timedelta) -> None:
    house.now.forward(after)
    house.deliver()


# --- Opening ------------------------------------------------------------------------------------------------------


def test_children_are_numbered_and_shown_with_their_parent(house: House) -> None:
    number = correcting(house, 50, 90, 40)
    assert number == "P-2026-00001"
    page = house.get(f"/tickets/{number}", lang="zh")
    assert page["parent"] is None
    assert page["children"] == [
        {
            "number": f"P-2026-0000{n}",
            "title": "A survey",
            "workflow": {"name": "remedy", "label": "整改"},
            "state": {"name": "assigned", "label": "待整改"},
            "open": True,
        }
        for n in (2, 3)
    ]
    child = house.get("/tickets/P-2026-00003", "guard")
    assert child["parent"]["number"] == number
    assert child["fields"] == {"title": "A survey", "score": "40", "cause": "slow"}
    assert child["receiver"]["id"] == "ada"
    entry = house.get(f"/tickets/{number}/history")["entries"][-1]
    assert entry["opened"] == [{"number": f"P-2026-0000{n}", "workflow": "remedy"} for n in (2, 3)]


def test_a_form_says_what_is_asked_for_children(house: House) -> None:
    number = asking(house)
    forms = house.get(f"/tickets/{number}/transitions", lang="zh")["transitions"]
    (ask,) = next(one["asks"] for one in forms if one["name"] == "publish")
    assert ask == {
        "name": "remedy.cause",
        "label": "原因",
        "type": "text",
        "child": {"name": "remedy", "label": "整改"},
        "must": True,
        "only_if": "scores.score < 60",
    }


def test_what_is_missing_for_a_child_refuses_the_move_and_stores_nothing(house: House) -> None:
    number = asking(house)
    with house.untouched():
        assert blockers(house.move(number, "publish", fields={"scores": [50]})) == [("fill", "remedy.cause")]


def test_a_dry_run_opens_nothing(house: House) -> None:
    number = asking(house)
    with house.untouched():
        fields = {"scores": [50], "remedy.cause": "slow"}
        body = moved(house.move(number, "publish", fields=fields, dry_run=True))
    assert body["children"] == []


def test_who_only_opened_a_child_is_not_shown_its_parent(house: House) -> None:
    number = correcting(house)
    (child, _) = remedies(house, number)
    with house.app.app_context(), writing() as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == child).values(assignee_id="stranger"))
    assert house.get(f"/tickets/{child}", "stranger")["parent"] is None


def test_two_hundred_children_cost_no_more_statements_than_two(house: House) -> None:
    costs = []
    for scores in ([50, 40], list(range(-100, 50))):
        number = asking(house)
        with counted(house.app) as sent:
            moved(house.move(number, "publish", version=1, fields={"scores": scores, "remedy.cause": "slow"}))
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_a_ticket_without_kin_costs_one_statement_to_lock(house: House) -> None:
    number = asking(house)
    with counted(house.app) as sent:
        moved(house.move(number, "call_off", version=1))
    assert sum("FOR UPDATE" in one or "root_id IN" in one for one in sent) <= 1


@pytest.mark.parametrize("position", range(8, 40, 4))
def test_a_fault_anywhere_on_the_way_leaves_neither_parent_nor_children(house: House, position: int) -> None:
    number = asking(house)
    fields = {"scores": [50, 40], "remedy.cause": "slow"}
    before = house.stored()
    with failing_at(house.app, position, RuntimeError("the cable was pulled")):
        try:
            answer = house.move(number, "publish", version=1, fields=fields)
            done = answer.status_code == 200
        except RuntimeError:
            done = False
    if not done:
        assert house.stored()["ticket"] == before["ticket"]
        assert house.stored()["entry"] == before["entry"]


# --- Ends ---------------------------------------------------------------------------------------------------------


def test_a_childs_end_is_an_entry_of_its_parent_and_told(house: House) -> None:
    number = correcting(house)
    first, second = remedies(house, number)
    assert blockers(house.move(number, "close")) == [("wait_for", "remedy"), ("wait_for", "remedy")]
    moved(house.move(first, "mend", "guard"))
    assert blockers(house.move(number, "close")) == [("wait_for", "remedy")]
    entry = house.get(f"/tickets/{number}/history", lang="zh")["entries"][-1]
    assert (entry["kind"], entry["name"], entry["label"]) == ("child", first, "整改")
    assert entry["child"]["state"] == {"name": "done", "label": "已整改"}
    assert entry["actor"]["id"] == "guard"
    house.deliver()
    (subject,) = [
        one["subject"] for one in house.get("/notices", "ben", lang="zh")["notices"] if "已办结" in one["subject"]
    ]
    assert subject == f"{number} A survey：{first}（整改）已办结：已整改"
    moved(house.move(second, "mend", "guard"))
    assert moved(house.move(number, "close"))["state"]["name"] == "closed"
    assert [one["open"] for one in house.get(f"/tickets/{number}")["children"]] == [False, False]


def test_an_end_cancels_open_children_in_the_same_transaction(house: House) -> None:
    number = correcting(house)
    body = moved(house.move(number, "call_off"))
    assert [one["state"]["name"] for one in body["children"]] == ["dropped", "dropped"]
    assert history(house, number)[-3:] == [("move", "call_off"), *(("child", one) for one in remedies(house, number))]


def test_one_late_sweep_writes_the_same_as_many_on_time(house: House) -> None:
    histories = []
    for waits in ([DAY] * 6, [6 * DAY]):
        house.clear()
        number = correcting(house)
        for each in waits:
            swept(house, each)
        entries = house.get(f"/tickets/{number}/history")["entries"]
        histories.append([(one["kind"], one["name"], one["at"]) for one in entries])
    assert histories[0] == histories[1]
    assert [one[:2] for one in histories[1]][-4:] == [
        ("child", "P-2026-00002"),
        ("child", "P-2026-00003"),
        ("reminder", "over"),
        ("move", "close"),
    ]


def test_a_move_of_the_parent_settles_children_that_are_due(house: House) -> None:
    number = correcting(house)
    house.now.forward(2 * DAY)
    assert moved(house.move(number, "close"))["state"]["name"] == "closed"


def test_a_child_that_cannot_be_settled_holds_up_neither_its_parent_nor_its_siblings(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = correcting(house)
    first, second = remedies(house, number)
    take = Kin._take

    def breaks(kin: Kin, member: Any, decisions: Any) -> None:
        if member.ticket.number == first:
            raise RuntimeError("broken")
        take(kin, member, decisions)

    monkeypatch.setattr(Kin, "_take", breaks)
    swept(house, 2 * DAY)
    assert house.get(f"/tickets/{second}")["state"]["name"] == "done"
    assert house.get(f"/tickets/{first}")["state"]["name"] == "assigned"
    with house.app.app_context(), reading() as session:
        chosen = select(tables.Ticket.number).where(tables.Ticket.fault.is_not(None))
        assert session.execute(chosen).scalars().all() == [first]
    assert ("child", second) in history(house, number)


# --- At once ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("time", [1, 2, 3])
def test_parent_and_children_moved_at_once_lose_no_end_and_wait_for_nobody_for_ever(house: House, time: int) -> None:
    number = correcting(house, 50, 40, 30)
    children = remedies(house, number)
    version = house.get(f"/tickets/{number}")["version"]
    house.now.forward(time * DAY)

    def sweeping() -> TestResponse:
        with house.app.app_context():
            sweep.run_once(house.now)
        return house.ask("GET", f"/tickets/{number}")

    def mending(child: str) -> Callable[[], TestResponse]:
        return lambda: house.move(child, "mend", "guard", version=1)

    answers = house.together(
        *map(mending, children),
        lambda: house.move(number, "close", version=version),
        sweeping,
        lambda: house.move(number, "call_off", version=version),
        sweeping,
    )
    assert {answer.status_code for answer in answers} <= {200, 409, 422}
    swept(house, 0 * DAY)
    states = {one["number"]: one["state"]["name"] for one in house.get(f"/tickets/{number}")["children"]}
    ended = {one for one, state in states.items() if state != "assigned"}
    told = [name for kind, name in history(house, number) if kind == "child"]
    assert (sorted(told), len(told)) == (sorted(ended), len(ended))
    with house.app.app_context(), reading() as session:
        kept = session.execute(select(tables.Ticket.children).where(tables.Ticket.number == number)).scalar_one()
    assert {one["number"] for one in kept or ()} == set(states) - ended
