"""Approvals: steps in order, rows in any order, the first no and the last yes, and every round by itself."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.approving import ANN, BOTH, DORA, HOUSE, MAX, OLGA, PLAN, SAM, defined, plan_with, someone, told
from tests.builders import OFFICE, Story, local
from tests.families import Family
from workflow.compiling import compile_catalogue
from workflow.deciding import explain, may_make
from workflow.definition import Definition
from workflow.history import replan
from workflow.ticket import Actor

TWO_ROWS = ["operations", "security"]


def submitted(*, large: bool = False, parts: list[str] | None = None, by: Actor = ANN, plan: str = PLAN) -> Story:
    story = Story(defined(plan)).do("draft", "2026-01-05 09:00", ANN)
    typed = {"large": large} | ({"parts": parts} if parts else {})
    return story.do("submit", "2026-01-05 10:00", by, **typed)


def state(story: Story) -> tuple[str, int]:
    return story.standing.state, story.standing.step


def may_now(story: Story, actor: Actor) -> list[str]:
    asked = (story.definition, story.standing, actor, story.facts, local("2026-01-05 18:00"))
    named = [one.name for one in may_make(*asked)]
    assert named == [one.transition.name for one in explain(*asked) if not one.blockers]
    return named


def require_replanned(story: Story) -> None:
    entries = [one.entry for one in story.decisions]
    again = replan(
        entries, {story.definition.revision: story.definition}, {OFFICE.revision: OFFICE}, number="T-1", site="mall"
    )
    assert again == story.standing


def test_the_last_yes_grants() -> None:
    story = submitted(large=True)
    assert state(story) == ("approving", 1)
    story.do("grant", "2026-01-05 11:00", MAX)
    assert state(story) == ("approving", 3)
    story.do("grant", "2026-01-05 12:00", DORA, comment="同意实施")
    assert state(story) == ("agreed", 0)
    assert story.standing.fields["comment"] == "同意实施"
    require_replanned(story)


def test_an_answer_that_does_not_end_the_round_is_a_move_that_stays() -> None:
    story = submitted(large=True).do("grant", "2026-01-05 11:00", MAX)
    entry = story.decisions[-1].entry
    assert (entry.kind, entry.name, entry.source, entry.target, entry.entered) == (
        "move", "grant", "approving", "approving", False,
    )  # fmt: skip
    assert story.standing.made["grant"].by == "max"


def test_the_first_no_refuses_and_says_why() -> None:
    story = submitted(large=True, parts=TWO_ROWS)
    assert story.refused("refuse", "2026-01-05 11:00", MAX) == ["fill"]
    story.do("refuse", "2026-01-05 11:00", MAX, comment="预算不足")
    assert state(story) == ("drafting", 0)
    assert story.standing.answers == ()
    require_replanned(story)


@pytest.mark.parametrize("word", ["grant", "refuse"])
def test_only_whoever_is_asked_now_may_answer(word: str) -> None:
    story = submitted(large=True)
    assert story.refused(word, "2026-01-05 11:00", DORA, comment="x") == ["not_allowed"]
    assert story.refused(word, "2026-01-05 11:00", ANN, comment="x") == ["not_allowed"]
    assert not {"grant", "refuse"} & {*may_now(story, DORA)}
    assert {"grant", "refuse"} <= {*may_now(story, MAX)}
    story.do("grant", "2026-01-05 11:00", MAX)
    assert story.refused(word, "2026-01-05 12:00", MAX, comment="x") == ["not_allowed"]
    assert {"grant", "refuse"} <= {*may_now(story, DORA)}


def test_nobody_answers_what_he_has_submitted_himself_nor_does_his_deputy() -> None:
    both = someone("max", "manager", "desk")
    story = submitted(by=both)
    assert story.refused("grant", "2026-01-05 11:00", both) == ["not_by"]
    assert story.refused("grant", "2026-01-05 11:00", someone("dan", "manager", stands_for="max")) == ["not_by"]
    story.do("grant", "2026-01-05 11:00", someone("mia", "manager"))
    assert state(story) == ("agreed", 0)


def test_a_deputy_answers_for_whom_he_stands_in() -> None:
    story = Story(plan_with(("{by: manager, not_by: whoever did submit}", "{by: keeper}")))
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", ANN, large=False, keeper="bob")
    assert told(story) == ["bob grant"]
    story.do("grant", "2026-01-05 11:00", someone("eve", stands_for="bob"))
    assert state(story) == ("agreed", 0)


def test_where_a_person_is_asked_and_there_is_none_the_accountable_role_is() -> None:
    story = Story(plan_with(("{by: manager, not_by: whoever did submit}", "{by: keeper}")))
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", MAX, large=False)
    assert told(story) == ["desk grant"]
    assert story.refused("grant", "2026-01-05 11:00", MAX) == ["not_allowed"]
    assert state(story.do("grant", "2026-01-05 11:00", ANN)) == ("agreed", 0)


# --- Rows ---------------------------------------------------------------------------------------------------------


def in_rows(parts: list[str] | None = None) -> Story:
    return submitted(parts=parts or TWO_ROWS).do("grant", "2026-01-05 11:00", MAX)


def test_every_row_is_asked_in_any_order() -> None:
    story = in_rows()
    assert state(story) == ("approving", 2)
    assert told(story) == ["head of operations grant", "head of security grant"]
    story.do("grant", "2026-01-05 12:00", SAM)
    assert state(story) == ("approving", 2)
    assert story.refused("grant", "2026-01-05 13:00", SAM) == ["answered"]
    story.do("grant", "2026-01-05 13:00", OLGA)
    assert state(story) == ("agreed", 0)
    require_replanned(story)


def test_one_answer_counts_for_every_row_that_he_is_asked_about_unless_one_is_named() -> None:
    assert state(in_rows().do("grant", "2026-01-05 12:00", BOTH)) == ("agreed", 0)
    story = in_rows().do("grant", "2026-01-05 12:00", BOTH, row=2)
    assert state(story) == ("approving", 2)
    assert [one.answer.rows for one in story.standing.answers] == [(), (2,)]
    assert story.refused("grant", "2026-01-05 12:30", BOTH, row=2) == ["answered"]
    assert story.refused("grant", "2026-01-05 12:30", BOTH, row=3) == ["no_such_row"]
    assert story.refused("grant", "2026-01-05 12:30", SAM, row=1) == ["not_allowed"]
    assert state(story.do("grant", "2026-01-05 13:00", BOTH, row=1)) == ("agreed", 0)


def test_a_row_is_for_those_of_its_department() -> None:
    story = in_rows()
    assert story.refused("grant", "2026-01-05 12:00", OLGA, row=2) == ["not_allowed"]
    story.do("grant", "2026-01-05 12:00", OLGA)
    assert [one.answer.rows for one in story.standing.answers] == [(), (1,)]


def test_a_row_is_refused_where_the_step_is_asked_once() -> None:
    assert submitted(parts=TWO_ROWS).refused("grant", "2026-01-05 11:00", MAX, row=1) == ["row_not_asked"]


def test_one_no_for_one_row_refuses_everything() -> None:
    story = in_rows().do("grant", "2026-01-05 12:00", SAM).do("refuse", "2026-01-05 13:00", OLGA, comment="x")
    assert state(story) == ("drafting", 0)


def test_a_list_that_is_typed_anew_is_asked_anew() -> None:
    story = in_rows().do("grant", "2026-01-05 12:00", SAM)
    story.do("add", "2026-01-05 13:00", ANN, parts=["security", "operations"])
    story.do("grant", "2026-01-05 14:00", OLGA)
    assert state(story) == ("approving", 2)
    story.do("grant", "2026-01-05 15:00", SAM)
    assert state(story) == ("agreed", 0)
    require_replanned(story)


def test_a_list_that_is_asked_about_twice_is_granted_twice() -> None:
    again = "      - {by: manager, for_each: parts}\n"
    story = submitted(parts=TWO_ROWS, plan=PLAN.replace("      - {by: duty_manager, if: large}\n", again))
    story.do("grant", "2026-01-05 11:00", MAX).do("grant", "2026-01-05 12:00", BOTH)
    assert state(story) == ("approving", 3)
    story.do("grant", "2026-01-05 13:00", MAX, row=2)
    assert state(story) == ("approving", 3)
    assert state(story.do("grant", "2026-01-05 14:00", MAX)) == ("agreed", 0)


def test_the_people_of_a_row_may_stand_in_a_column() -> None:
    plan = PLAN.replace("{department: {zh: 部门, en: Department, type: department}}", "{who: {type: person}}").replace(
        "head of parts.department", "parts.who"
    )
    story = Story(defined(plan)).do("draft", "2026-01-05 09:00", ANN)
    story.do("submit", "2026-01-05 10:00", ANN, large=False, parts=["bob", "ann"])
    story.do("grant", "2026-01-05 11:00", MAX)
    assert told(story) == ["bob grant", "ann grant"]
    story.do("grant", "2026-01-05 12:00", ANN)
    assert [one.answer.rows for one in story.standing.answers] == [(), (2,)]
    assert state(story.do("grant", "2026-01-05 13:00", someone("bob"))) == ("agreed", 0)


# --- Steps that are left out ---------------------------------------------------------------------------------------


def test_a_step_whose_condition_is_false_when_its_turn_comes_is_left_out() -> None:
    story = submitted(large=False)
    story.do("add", "2026-01-05 10:30", ANN, large=True)
    story.do("grant", "2026-01-05 11:00", MAX)
    assert state(story) == ("approving", 3)  # when its turn came it held
    story.do("add", "2026-01-05 11:30", ANN, large=False)
    assert state(story) == ("approving", 3)  # and who has been asked must answer
    assert state(story.do("grant", "2026-01-05 12:00", DORA)) == ("agreed", 0)


def test_where_no_step_applies_the_clock_grants_at_once() -> None:
    plan = PLAN.replace("      - {by: manager, not_by: whoever did submit}\n", "")
    story = submitted(large=False, plan=plan)
    assert state(story) == ("agreed", 0)
    entry = story.decisions[-1].entry
    assert (entry.name, entry.actor, entry.source, entry.target) == ("grant", None, "approving", "agreed")
    assert entry.at == local("2026-01-05 10:00")
    require_replanned(story)


def test_what_is_set_on_the_way_in_counts_for_the_first_step() -> None:
    story = Story(
        plan_with(
            ("{by: manager, not_by: whoever did submit}", "{by: manager, if: not large}"),
            ("    granted: agreed\n", "    granted: agreed\n    set: {large: true}\n"),
        )
    )
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", ANN, large=False)
    assert state(story) == ("approving", 3)
    assert told(story) == ["duty_manager grant"]


# --- Rounds -------------------------------------------------------------------------------------------------------


def test_each_entering_is_a_new_round_and_old_answers_never_count() -> None:
    story = submitted(large=True).do("grant", "2026-01-05 11:00", MAX)
    assert story.standing.round == 1
    story.do("refuse", "2026-01-05 12:00", DORA, comment="x").do("submit", "2026-01-05 13:00", ANN, large=True)
    assert state(story) == ("approving", 1)
    assert (story.standing.round, story.standing.answers) == (2, ())
    assert story.refused("grant", "2026-01-05 14:00", DORA) == ["not_allowed"]
    story.do("grant", "2026-01-05 14:00", MAX).do("grant", "2026-01-05 15:00", DORA)
    assert state(story) == ("agreed", 0)
    require_replanned(story)


def test_who_withdraws_ends_the_round() -> None:
    story = submitted(large=True).do("grant", "2026-01-05 11:00", MAX).do("withdraw", "2026-01-05 12:00", ANN)
    assert (state(story), story.standing.answers) == (("drafting", 0), ())
    assert story.refused("grant", "2026-01-05 13:00", DORA) == ["not_from_here"]
    story.do("submit", "2026-01-05 13:00", ANN, large=True)
    assert (state(story), story.standing.round) == (("approving", 1), 2)
    require_replanned(story)


def test_a_move_that_stays_leaves_the_answers() -> None:
    story = submitted(large=True).do("grant", "2026-01-05 11:00", MAX).do("add", "2026-01-05 12:00", ANN)
    assert state(story) == ("approving", 3)
    assert len(story.standing.answers) == 1


def test_a_move_into_the_state_from_itself_begins_again() -> None:
    story = Story(plan_with(("from: approving, to: same", "from: approving, to: approving")))
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", ANN, large=True)
    story.do("grant", "2026-01-05 11:00", MAX).do("add", "2026-01-05 12:00", ANN)
    assert (state(story), story.standing.round, story.standing.answers) == (("approving", 1), 2, ())
    require_replanned(story)


def test_another_state_with_approvals_is_no_second_round_of_the_first() -> None:
    plan = PLAN.replace("    granted: agreed\n", "    granted: sealing\n").replace(
        "  agreed:", "  sealing: {approvals: [{by: duty_manager}], granted: agreed, refused: drafting}\n  agreed:"
    )
    story = submitted(plan=plan).do("grant", "2026-01-05 11:00", MAX)
    assert (state(story), story.standing.round) == (("sealing", 1), 1)
    assert told(story) == ["duty_manager grant"]
    assert state(story.do("grant", "2026-01-05 12:00", DORA)) == ("agreed", 0)


# --- Telling and time ---------------------------------------------------------------------------------------------


def test_who_is_asked_is_told_without_further_words_when_his_turn_comes() -> None:
    story = submitted(large=True)
    assert told(story) == ["manager grant"]
    story.do("grant", "2026-01-05 11:00", MAX)
    assert told(story) == ["duty_manager grant"]


def test_within_a_step_nobody_is_told_twice() -> None:
    assert told(in_rows().do("grant", "2026-01-05 12:00", SAM)) == []


def test_a_reminder_reaches_those_whose_answer_is_missing() -> None:
    story = in_rows().do("grant", "2026-01-05 12:00", SAM).wait("2026-01-06 13:00")
    assert told(story) == ["head of operations grant"]


def test_who_is_responsible_may_do_what_the_responsible_may() -> None:
    story = Story(plan_with(("from: approving, to: same, by: anyone", "from: approving, to: same, by: responsible")))
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", ANN, large=True)
    assert story.refused("add", "2026-01-05 11:00", DORA) == ["not_allowed"]
    story.do("add", "2026-01-05 11:00", MAX)


DEADLINES = """\
accept:
  unbounded_loop: not what the test is about
deadlines:
  answer: {since: approving, within: 8 hours, until: [grant, refuse], late: {notify: responsible}}
  whole: {since: submit, within: 8 hours, until: [agreed, drafting], late: {notify: desk}}
"""


def test_a_clock_is_met_by_the_first_answer_or_by_the_end_of_the_round_as_it_says() -> None:
    story = submitted(large=True, plan=PLAN + DEADLINES).do("grant", "2026-01-05 11:00", MAX)
    assert (story.clock("answer").outcome, story.clock("whole").outcome) == ("met", None)
    story.do("grant", "2026-01-05 12:00", DORA)
    assert story.clock("whole").outcome == "met"


def test_a_missed_limit_is_told_to_whoever_is_asked_then() -> None:
    story = submitted(large=True, plan=PLAN + DEADLINES).wait("2026-01-05 18:00")
    assert story.fired() == ["answer late 1 18:00", "whole late 1 18:00"]
    late = next(one for one in story.decisions if one.entry.name == "answer")
    assert [one.to.role for one in late.notices] == ["manager"]


def test_time_may_move_a_ticket_out_of_an_approval() -> None:
    plan = PLAN.replace("to: drafting, by: desk}", "to: drafting, by: [desk, clock]}") + (
        "  waited: {since: approving, after: 3 days, while: approving, move: withdraw}\n"
    )
    story = submitted(large=True, plan=plan).do("grant", "2026-01-05 11:00", MAX).wait("2026-01-08 10:00")
    assert state(story) == ("drafting", 0)
    require_replanned(story)


def test_a_condition_may_ask_for_the_round_and_for_answers() -> None:
    story = Story(plan_with(("if: large", "if: round > 1 and refuse was made")))
    story.do("draft", "2026-01-05 09:00", ANN).do("submit", "2026-01-05 10:00", ANN, large=False)
    story.do("refuse", "2026-01-05 11:00", MAX, comment="x").do("submit", "2026-01-05 12:00", ANN, large=False)
    assert state(story.do("grant", "2026-01-05 13:00", MAX)) == ("approving", 3)


def test_an_answer_is_counted_at_its_instant() -> None:
    story = submitted(large=True).do("grant", "2026-01-05 11:00", MAX)
    assert [(one.by, one.at) for one in story.standing.answers] == [
        ("max", dt.datetime(2026, 1, 5, 3, 0, tzinfo=dt.UTC))
    ]


# --- Becoming another class -----------------------------------------------------------------------------------------

FAMILY = (
    PLAN.replace("workflow: plan\n", "workflow: plan\nfamily: [plan-small, plan-large]\n").replace(
        "from: approving, to: same, by: anyone,", "from: approving, to: same, by: anyone, become: next in family,"
    )
    + """\
---
workflow: plan-small
extends: plan
---
workflow: plan-large
extends: plan
states: {approving: {approvals: [{by: duty_manager}, {by: manager}]}}
"""
)


def test_a_ticket_that_becomes_another_class_while_it_is_approved_is_asked_anew() -> None:
    catalogue = compile_family()
    story = Story(catalogue["plan"], family=catalogue).do("draft", "2026-01-05 09:00", ANN)
    story.do("submit", "2026-01-05 10:00", ANN, large=False).do("add", "2026-01-05 11:00", ANN)
    assert (story.definition.name, state(story)) == ("plan-small", ("approving", 1))
    story.do("add", "2026-01-05 12:00", ANN)
    assert (story.definition.name, state(story), told(story)) == (
        "plan-large", ("approving", 1), ["duty_manager grant"],
    )  # fmt: skip
    story.do("grant", "2026-01-05 13:00", DORA).do("grant", "2026-01-05 14:00", MAX)
    assert state(story) == ("agreed", 0)


def compile_family() -> dict[str, Definition]:
    catalogue = compile_catalogue({"house.yaml": HOUSE, "plans.yaml": FAMILY}).definitions
    return {name: one for name, one in catalogue.items() if name.startswith("plan")}


# --- Children -----------------------------------------------------------------------------------------------------

ORDER = """\
workflow: order
calendar: mall
accountable: desk
fields:
  goods: {zh: 物品, en: Goods, type: text}
states: {ordered: {responsible: desk}, delivered: {end: true}}
transitions:
  order: {from: new, to: ordered, by: desk, fill: goods}
  deliver: {from: ordered, to: delivered, by: desk}
reminders:
  lying: {since: last move, after: 1 day, every: 1 day, while: anywhere, notify: desk}
"""


def test_what_is_opened_by_the_last_yes_is_asked_with_the_last_yes_alone() -> None:
    plan = PLAN.replace("en: Agreed, responsible: desk}", "en: Agreed, responsible: desk, open: {workflow: order}}")
    plan = plan.replace("carry_out: {", "carry_out: {wait_for: order, ")
    known = compile_catalogue({"house.yaml": HOUSE, "plan.yaml": plan, "order.yaml": ORDER})
    family = Family(known, "plan").do("T-1", "draft", "2026-01-05 09:00", ANN)
    family.do("T-1", "submit", "2026-01-05 10:00", ANN, large=True).do("T-1", "grant", "2026-01-05 11:00", MAX)
    assert family.refused("T-1", "grant", "2026-01-05 12:00", DORA) == [("fill", "order.goods")]
    family.do("T-1", "grant", "2026-01-05 12:00", DORA, order__goods="tents")
    assert (family.state("T-1"), family.ticket("T-2").fields["goods"]) == ("agreed", "tents")
