"""Children: which tickets a move opens, what they start with, what is asked for them, and what their ends mean."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import ANN, local
from tests.families import ACTION, SURVEY, Family, catalogue
from workflow.deciding import explain
from workflow.history import replan
from workflow.ticket import Held

KNOWN = catalogue()

MONDAY = "2026-01-05 10:00"
PUBLISHED = {"report": "all in all", "scores": [50, 80, 40], "corrective_action__cause": "slow"}


def published(**changed: str) -> Family:
    """A survey with a corrective action for each of two low scores."""
    family = Family(catalogue(**changed) if changed else KNOWN).do("T-1", "plan", MONDAY, department="operations")
    return family.do("T-1", "publish", "2026-01-05 11:00", **PUBLISHED)


# --- What is opened -----------------------------------------------------------------------------------------------


def test_a_child_is_opened_for_each_row_for_which_the_condition_holds() -> None:
    family = published()
    assert family.open_children("T-1") == ["T-2", "T-3"]
    assert [family.ticket(one).fields["score"] for one in ("T-2", "T-3")] == [50, 40]


def test_a_child_carries_what_its_form_asks_for_then_what_is_set_then_what_is_typed() -> None:
    family = published()
    fields = dict(family.ticket("T-2").fields)
    assert fields == {"score": 50, "department": "operations", "urgent": True, "cause": "slow"}
    assert "report" not in fields  # of the same name, but the opening form does not ask for it


def test_what_is_set_decides_which_class_a_child_of_a_family_becomes_at_once() -> None:
    head = (
        ACTION.replace("calendar: office", "family: [action-light, action-grave]\ncalendar: office")
        .replace("  urgent: {type: yes_no}", "  urgent: {type: choice, of: [soon, now]}")
        .replace("by: boss,", "by: boss, become: {urgent: {soon: action-light, now: action-grave}},")
    )
    classes = ("action-light", "action-grave")
    light, grave = (f"workflow: {name}\nextends: corrective-action\nzh: 类\n" for name in classes)
    survey = SURVEY.replace("set: {urgent: true}", "set: {urgent: now}")
    family = published(survey=survey, corrective_action=head, action_light=light, action_grave=grave)
    assert family.members["T-2"].definition.name == "action-grave"


def test_who_makes_the_move_opens_the_child_though_its_by_does_not_list_him() -> None:
    child = published().ticket("T-2")
    assert (child.receiver, child.state, child.opened) == ("ann", "assigned", local("2026-01-05 11:00"))


def test_the_entry_of_the_move_names_what_it_opened() -> None:
    entry = published().histories["T-1"][-1]
    assert [(one.number, one.workflow) for one in entry.opened] == [
        ("T-2", "corrective-action"),
        ("T-3", "corrective-action"),
    ]


def test_no_row_for_which_it_holds_opens_nothing_and_asks_nothing() -> None:
    family = Family(KNOWN).do("T-1", "plan", MONDAY)
    family.do("T-1", "publish", "2026-01-05 11:00", report="fine", scores=[80, 90])
    assert family.open_children("T-1") == []
    family.do("T-1", "close", "2026-01-05 12:00")


# --- What is asked ------------------------------------------------------------------------------------------------


def test_what_a_child_still_needs_is_asked_with_the_move() -> None:
    family = Family(KNOWN).do("T-1", "plan", MONDAY)
    refused = family.refused("T-1", "publish", "2026-01-05 11:00", report="bad", scores=[50])
    assert refused == [("fill", "corrective-action.department"), ("fill", "corrective-action.cause")]
    typed = {"corrective_action__department": "security", "corrective_action__cause": "slow"}
    family.do("T-1", "publish", "2026-01-05 11:00", report="bad", scores=[50], **typed)
    assert family.ticket("T-2").fields["department"] == "security"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"corrective_action__department": "kitchen"}, ("unknown", "corrective-action.department")),
        ({"corrective_action__report": "x"}, ("field_not_asked", "corrective-action.report")),
        ({"corrective_action__urgent": False}, ("field_not_asked", "corrective-action.urgent")),  # it is set
        ({"action__cause": "x"}, ("field_not_asked", "action.cause")),
    ],
)
def test_what_is_typed_for_a_child_is_held_against_its_form(typed: dict[str, object], said: tuple[str, str]) -> None:
    family = Family(KNOWN).do("T-1", "plan", MONDAY, department="operations")
    assert said in family.refused("T-1", "publish", "2026-01-05 11:00", **{**PUBLISHED, **typed})


def asks(family: Family) -> list[tuple[str, bool]]:
    member = family.members["T-1"]
    found = explain(member.definition, member.ticket, ANN, member.facts, member.ticket.at)
    return [(ask.name, ask.must) for one in found if one.transition.name == "publish" for ask in one.asks]


def test_explaining_a_move_says_what_it_asks_for_its_children() -> None:
    family = Family(KNOWN).do("T-1", "plan", MONDAY)
    assert asks(family) == [("corrective-action.department", True), ("corrective-action.cause", True)]
    family = Family(KNOWN).do("T-1", "plan", MONDAY, department="operations")
    assert asks(family) == [("corrective-action.cause", True)]


def test_what_must_be_true_at_the_opening_of_a_child_must_be_true_at_the_move() -> None:
    checks = "checks: [{must: score > 45, zh: 太低, en: This is too low}]}"
    action = ACTION.replace("may_fill: [score, urgent], notify: desk}", f"may_fill: [score, urgent], {checks}")
    family = Family(catalogue(corrective_action=action)).do("T-1", "plan", MONDAY, department="operations")
    assert family.refused("T-1", "publish", "2026-01-05 11:00", **PUBLISHED) == [("check", "corrective-action.require")]


# --- The end of a child -------------------------------------------------------------------------------------------


def test_the_end_of_a_child_is_an_entry_of_its_parent() -> None:
    family = published().do("T-3", "verify", "2026-01-06 09:00")
    entry = family.histories["T-1"][-1]
    assert (entry.kind, entry.name, entry.actor, entry.at) == ("child", "T-3", "ann", local("2026-01-06 09:00"))
    assert entry.child is not None
    assert (entry.child.workflow, entry.child.state) == ("corrective-action", "verified")
    assert (entry.child.workflow_text.read("zh"), entry.child.state_text.read("zh")) == ("纠正措施", "已验证")
    assert family.open_children("T-1") == ["T-2"]


def test_who_answers_for_the_parent_is_told_that_a_child_has_ended() -> None:
    assert published().do("T-2", "verify", "2026-01-06 09:00").told("T-1", "child") == ["desk"]


def test_a_move_that_waits_for_children_is_refused_until_the_last_has_ended() -> None:
    family = published()
    waiting = ("wait_for", "corrective-action")
    assert family.refused("T-1", "close", "2026-01-06 09:00") == [waiting, waiting]
    family.do("T-2", "verify", "2026-01-06 09:00")
    assert family.refused("T-1", "close", "2026-01-06 09:00") == [waiting]
    family.do("T-3", "verify", "2026-01-06 09:00").do("T-1", "close", "2026-01-06 09:00")
    assert family.state("T-1") == "closed"


def test_a_move_of_the_clock_that_waited_for_a_child_is_tried_again_when_it_ends() -> None:
    on_time = "  done: {since: correcting, after: 1 day, while: correcting, move: close}\n"
    family = published(survey=SURVEY + on_time).wait("2026-01-06 12:00")
    assert family.lines("T-1")[-1] == "refusal close 01-06 11:00"
    family.do("T-2", "verify", "2026-01-06 13:00").do("T-3", "verify", "2026-01-07 08:00")
    assert family.lines("T-1")[-3:] == ["child T-3 01-07 08:00", "reminder done 01-07 08:00", "move close 01-07 08:00"]


def test_a_child_that_ends_in_a_late_sweep_tells_its_parent_at_the_right_instant() -> None:
    """Only of repeats that tell the same, a late sweep writes the newest alone."""
    action = ACTION.replace("by: desk, may_fill", "by: [desk, clock], may_fill")
    action += "reminders:\n  enough: {after: 6 days, while: assigned, move: verify}\n"
    done = "  done: {since: correcting, after: 7 days, while: correcting, move: close}\n"
    changed = {"corrective_action": action, "survey": SURVEY + done}
    late, on_time = published(**changed), published(**changed)
    for day in ("10", "11", "12"):
        on_time.wait(f"2026-01-{day} 11:00")
    late.wait("2026-01-14 11:00")
    for number in ("T-1", "T-2", "T-3"):
        assert without_resting(late.lines(number)) == without_resting(on_time.lines(number))
    assert without_resting(late.lines("T-1"))[-4:] == [
        "child T-2 01-11 11:00",
        "child T-3 01-11 11:00",
        "reminder done 01-12 11:00",
        "move close 01-12 11:00",
    ]


def without_resting(lines: list[str]) -> list[str]:
    return [line for line in lines if "resting" not in line]


def test_a_move_of_the_parent_first_settles_its_children() -> None:
    action = ACTION.replace("by: desk, may_fill", "by: [desk, clock], may_fill")
    action += "reminders:\n  enough: {after: 2 days, while: assigned, move: verify}\n"
    family = published(corrective_action=action).do("T-1", "close", "2026-01-08 09:00")
    assert family.lines("T-1")[-3:] == ["child T-2 01-07 11:00", "child T-3 01-07 11:00", "move close 01-08 09:00"]


# --- The end of a parent ------------------------------------------------------------------------------------------


def test_an_end_cancels_the_children_that_are_open() -> None:
    family = published().do("T-2", "verify", "2026-01-06 08:00").do("T-1", "call_off", "2026-01-06 09:00")
    assert [family.state(one) for one in ("T-1", "T-2", "T-3")] == ["cancelled", "verified", "dropped"]
    assert family.lines("T-3")[-1] == "move cancel 01-06 09:00"
    assert family.lines("T-1")[-2:] == ["move call_off 01-06 09:00", "child T-3 01-06 09:00"]
    assert family.open_children("T-1") == []
    assert family.told("T-1", "child") == ["desk"]  # of the one before; nobody waits for those that are cancelled


def test_a_parent_that_ends_by_the_clock_cancels_its_children_at_that_instant() -> None:
    over = "  over: {since: correcting, after: 3 days, while: correcting, move: call_off}\n"
    family = published(survey=SURVEY + over).wait("2026-01-20 09:00")
    assert family.lines("T-2")[-1] == "move cancel 01-08 11:00"
    assert family.lines("T-2").count("level verify 01-15 11:00") == 0


def test_children_of_children_are_cancelled_with_them() -> None:
    action = ACTION.replace("notify: desk}", "notify: desk, open: {workflow: errand}}").replace(
        "by: clock}", "by: clock, open_children: cancel}"
    )
    action = action.replace("may_fill: report}", "may_fill: report, wait_for: errand}")
    errand = """\
workflow: errand
calendar: office
accountable: desk
states: {going: {}, gone: {end: true}}
transitions:
  go: {from: new, to: going, by: desk}
  come: {from: going, to: gone, by: desk}
  cancel: {from: going, to: gone, by: clock}
reminders:
  resting: {since: last move, after: 5 days, every: 1 day, while: anywhere, notify: boss}
"""
    family = published(corrective_action=action, errand=errand)
    assert [family.open_children(one) for one in ("T-1", "T-2", "T-4")] == [["T-2", "T-4"], ["T-3"], ["T-5"]]
    family.do("T-1", "call_off", "2026-01-06 09:00")
    assert {family.state(one) for one in ("T-3", "T-5")} == {"gone"}
    assert family.lines("T-2")[-2:] == ["move cancel 01-06 09:00", "child T-3 01-06 09:00"]


# --- Histories ----------------------------------------------------------------------------------------------------


def test_the_history_makes_the_ticket_with_its_open_children_again() -> None:
    family = published().do("T-2", "verify", "2026-01-06 09:00").wait("2026-01-30 09:00")
    for number in ("T-1", "T-2", "T-3"):
        ticket, definition = family.ticket(number), family.members[number].definition
        calendar = KNOWN.calendars["office"]
        again = replan(
            family.histories[number],
            {definition.revision: definition},
            {calendar.revision: calendar},
            number=number,
            site="mall",
        )
        assert replace(again, timers=ticket.timers) == ticket
        assert again.timers == ticket.timers


def test_an_actor_needs_no_role_of_the_child_but_those_of_the_parent() -> None:
    family = Family(KNOWN).do("T-1", "plan", MONDAY, department="operations")
    boss = replace(ANN, holds=frozenset({Held("boss")}))
    assert ("not_allowed", "publish") in family.refused("T-1", "publish", "2026-01-05 11:00", boss, **PUBLISHED)
