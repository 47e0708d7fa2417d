"""Scenarios run: what comes true passes, and what does not is told with its place and beside what happened."""

from __future__ import annotations

import pickle

import pytest

from tests.workflow.scenarios.stories import LOAN, ran, told_wrong
from workflow.scenarios.coverage import Part
from workflow.scenarios.story import story

LENT = """\
  - {do: ask, by: anyone, fill: {borrower: li}}
  - {do: grant, by: boss}
"""


def test_a_story_that_comes_true_passes_to_its_last_step() -> None:
    outcome = ran(
        "  - {do: ask, by: anyone, fill: {borrower: li, amount: 2, reason: 搬家}}\n"
        "  - expect: {state: asked, told: [{who: boss, about: asked, ask_for: grant}], due: none}\n"
        "  - {do: grant, by: boss}\n"
        "  - wait: 1 working day\n"
        "  - expect:\n"
        "      state: lent\n"
        '      due: {bring_back: "2026-10-14 09:00"}\n'
        '      told: [{who: li, about: bring_back soon 1, at: "2026-10-13 09:00", ask_for: bring_back}]\n'
        "      allowed: {li: [send_away, bring_back], boss: none}\n"
        "      fields: {amount: 2}\n"
        "      empty: back_at\n"
        "      hidden: {desk: none, boss: reason}\n"
        "  - {do: bring_back, by: li}\n"
        "  - expect: {ended: true, late: none, told: nobody, priority: normal, assignee: nobody, children: none}\n"
    )
    assert outcome.mismatches == ()
    assert Part("loan", "level", "bring_back", "soon 1") in outcome.taken


@pytest.mark.parametrize(
    ("expected", "what", "happened"),
    [
        ("state: asked", "state", "lent"),
        ("workflow: survey", "workflow", "loan"),
        ("ended: true", "ended", "false"),
        ("due: none", "due", "2026-10-14 09:00"),
        ('due: {bring_back: "2026-10-14 09:01"}', "due.bring_back", "2026-10-14 09:00"),
        ("due: {bring_back: paused}", "due.bring_back", "2026-10-14 09:00"),
        ("late: bring_back", "late", "none"),
        ("told: nobody", "told", "boss"),
        ("allowed: {li: bring_back}", "allowed.li", "send_away"),
        ("fields: {borrower: bob}", "fields.borrower", "li"),
        ("fields: {amount: 1}", "fields.amount", "–"),
        ("empty: borrower", "empty", "li"),
        ("hidden: {li: reason}", "hidden.li", "none"),
        ("priority: high", "priority", "normal"),
        ("assignee: li", "assignee", "nobody"),
        ("children: {survey: 1}", "children", "none"),
    ],
)
def test_everything_that_is_expected_can_be_wrong(expected: str, what: str, happened: str) -> None:
    mismatch = told_wrong(LENT + f"  - expect: {{{expected}}}\n")
    assert mismatch.what == what
    assert mismatch.position.line == 7
    assert happened in "\n".join(" ".join(row) for row in mismatch.happened)
    assert mismatch.text.zh


@pytest.mark.parametrize(
    ("after", "expected", "text"),
    [
        ("", "none", "the limit “bring back” is running as well"),
        ("", '{bring_back: "2026-10-15 09:00"}', "the limit “bring back” is another one"),
        ("  - {do: bring_back, by: li}\n", "{bring_back: paused}", "the limit “bring back” is not running"),
    ],
)
def test_a_limit_is_called_as_people_call_it(after: str, expected: str, text: str) -> None:
    assert told_wrong(f"{LENT}{after}  - expect: {{due: {expected}}}\n").text.en == text


def test_an_expectation_of_a_child_that_there_is_not_does_not_end_the_story() -> None:
    steps = "  - {expect: {state: lent}, ticket: survey 1}\n  - expect: {state: back}\n"
    assert [one.what for one in ran(LENT + steps).mismatches] == ["unknown_name", "state"]


def test_a_difference_does_not_end_the_story() -> None:
    outcome = ran(
        LENT
        + "  - expect: {state: asked}\n  - {do: bring_back, by: li, refused: check}\n  - expect: {state: back}\n"
        + "  - expect: {priority: high}\n"
    )
    assert [one.what for one in outcome.mismatches] == ["state", "refused", "priority"]
    assert (outcome.before, outcome.untaken) == (2, 0)


def test_a_move_that_cannot_be_made_ends_the_story() -> None:
    outcome = ran(LENT + "  - {do: grant, by: boss}\n  - expect: {state: back}\n  - wait: 1 day\n")
    assert [one.what for one in outcome.mismatches] == ["refused"]
    assert outcome.untaken == 2


# --- Who was told -------------------------------------------------------------------------------------------------

LATE = LENT + "  - expect: {told: [{who: boss}]}\n  - wait: until 2026-10-15 10:00\n"


def test_what_was_told_is_asked_in_full_and_in_order() -> None:
    everything = (
        "  - expect:\n"
        "      told:\n"
        "        - {who: li, about: bring_back soon 1}\n"
        '        - {who: [desk, boss], about: bring_back late 1, at: "2026-10-14 09:00"}\n'
        '        - {who: [desk, boss], about: bring_back late 1, at: "2026-10-15 09:00"}\n'
    )
    assert ran(LATE + everything).passed
    without_last = everything[: everything.rindex("        - ")]
    assert told_wrong(LATE + without_last).text.en == "somebody was told who was not expected to be"
    assert told_wrong(LATE + everything + "        - {who: boss}\n").text.en == "somebody was not told"
    assert "from the 2nd on" in told_wrong(LATE + everything.replace("[desk, boss]", "[boss, desk]", 1)).text.en


def test_what_is_not_asked_about_is_still_there_the_next_time() -> None:
    assert ran(LENT + "  - expect: {state: lent}\n  - expect: {told: [{who: boss, about: asked}]}\n").passed


@pytest.mark.parametrize("wrong", ["about: bring_back late 1", 'at: "2026-10-13 09:01"', "ask_for: ask", "merged: 1"])
def test_each_part_of_an_entry_is_compared(wrong: str) -> None:
    steps = LENT + "  - wait: 1 working day\n  - expect: {told: [{who: boss}, {who: li, " + wrong + "}]}\n"
    assert told_wrong(steps).what == "told"


def test_a_role_is_told_also_of_what_one_of_it_has_done_and_a_person_is_not() -> None:
    changed = LOAN.replace("send_away: {", "send_away: {notify: [desk, borrower], ")
    steps = LENT + "  - expect: {told: [{who: boss}]}\n  - {do: send_away, by: %s}\n  - expect: {told: [%s]}\n"
    assert ran(steps % ("li", "{who: desk}"), loan=changed).passed
    assert ran(steps % ("desk", "{who: [desk, li]}"), loan=changed).passed


# --- Time ---------------------------------------------------------------------------------------------------------


def test_a_pause_is_seen_and_a_clock_that_moves_ends_it() -> None:
    outcome = ran(
        LENT
        + "  - wait: 1 hour\n"
        + "  - {do: send_away, by: desk}\n"
        + "  - expect: {due: {bring_back: paused}}\n"
        + "  - wait: 3 days\n"
        + '  - expect: {state: lent, due: {bring_back: "2026-10-19 09:00"}}\n'
    )
    assert outcome.mismatches == ()
    assert Part("loan", "transition", "return_to") in outcome.taken


def test_the_requesters_date_is_read_in_the_calendars_time() -> None:
    steps = '  - {do: ask, by: anyone, fill: {borrower: li, back_at: "2026-10-20 18:30"}}\n  - {do: grant, by: boss}\n'
    assert ran(
        steps + '  - expect: {due: {bring_back: "2026-10-20 18:30"}, fields: {back_at: "2026-10-20 18:30"}}\n'
    ).passed


def test_while_the_service_is_down_nothing_comes_and_then_all_of_it_with_repeats_merged() -> None:
    outcome = ran(
        LENT
        + "  - expect: {told: [{who: boss}]}\n"
        + '  - down: {from: "2026-10-14 08:00", to: "2026-10-16 10:30"}\n'
        + "  - expect:\n"
        + "      late: bring_back\n"
        + "      priority: high\n"
        + "      told:\n"
        + '        - {who: li, about: bring_back soon 1, at: "2026-10-13 09:00"}\n'
        + '        - {who: [desk, boss], about: bring_back late 1, at: "2026-10-16 10:30"}\n'
        + '        - {who: [desk, boss], about: bring_back late 1, at: "2026-10-16 10:30", merged: 1}\n'
    )
    assert outcome.mismatches == ()


def test_time_does_not_go_back() -> None:
    assert told_wrong("  - wait: until 2026-10-11 09:00\n").text.en == "it is 2026-10-12 09:00 already"


# --- Refusals -----------------------------------------------------------------------------------------------------

MANY = """\
  - {do: ask, by: anyone, fill: {borrower: li, amount: 3}}
  - {do: grant, by: boss}
"""


@pytest.mark.parametrize("refused", ["check", "Too many at once", "数量太多"])
def test_a_refusal_is_expected_by_its_code_or_its_text(refused: str) -> None:
    assert ran(MANY + f"  - {{do: bring_back, by: li, refused: {refused}}}\n  - expect: {{state: lent}}\n").passed


def test_every_reason_of_a_refusal_is_to_be_named() -> None:
    mismatch = told_wrong(MANY + "  - {do: bring_back, by: boss, refused: check}\n")
    assert mismatch.text.en == "the move is refused for other reasons"
    assert [row[0] for row in mismatch.happened] == ["not_allowed", "check"]


def test_a_move_that_is_made_and_was_to_be_refused_is_told() -> None:
    assert told_wrong(LENT + "  - {do: bring_back, by: li, refused: check}\n").happened == (("none",),)


def test_a_move_that_is_refused_unexpectedly_is_told_with_the_reasons() -> None:
    mismatch = told_wrong("  - {do: ask, by: anyone}\n")
    assert mismatch.text.en == "the move is refused"
    assert mismatch.happened[0][0] == "fill"


def test_an_opening_that_was_refused_can_be_tried_again() -> None:
    assert ran("  - {do: ask, by: anyone, refused: fill}\n" + LENT).passed


# --- Children -----------------------------------------------------------------------------------------------------

PUBLISHED = """\
  - {do: plan, by: anyone, fill: {department: operations}}
  - do: publish
    by: desk
    fill: {scores: [{score: 50}, {score: 80}, 40], report: 已完成, corrective-action.cause: 待查}
"""


def test_children_are_told_of_by_their_workflow_and_number() -> None:
    outcome = ran(
        PUBLISHED
        + "  - expect:\n"
        + "      children: {corrective-action: 2}\n"
        + "      told:\n"
        + "        - {who: desk, about: require, ticket: corrective-action 1}\n"
        + "        - {who: desk, about: require, ticket: corrective-action 2}\n"
        + "  - {expect: {fields: {score: 40, urgent: true}}, ticket: corrective-action 2}\n"
        + "  - {do: close, by: desk, refused: wait_for}\n"
        + "  - {do: verify, by: desk, ticket: corrective-action}\n"
        + "  - {expect: {state: verified}, ticket: corrective-action 1}\n"
        + "  - {do: verify, by: desk, ticket: corrective-action 2}\n"
        + "  - expect:\n"
        + "      children: none\n"
        + "      told: [{who: desk, about: corrective-action 1 ended}, {who: desk, about: corrective-action 2 ended}]\n"
        + "  - {do: close, by: desk}\n"
        + "  - expect: {state: closed}\n",
        workflow="survey",
    )
    assert outcome.mismatches == ()


def test_a_child_that_there_is_not_is_told_with_those_that_there_are() -> None:
    steps = PUBLISHED + "  - {do: verify, by: desk, ticket: corrective-action 3}\n"
    assert told_wrong(steps, workflow="survey").text.en == (
        "there is no child corrective-action 3; did you mean corrective-action 2?"
    )


# --- What does not fit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "text"),
    [
        ("{do: hand_in, by: anyone}", "there is no transition hand_in; there are: ask, send_away, "),
        ("{do: ask, by: head of operations}", "there is no person or role head of operations; there are: "),
        ("{do: ask, by: bos}", "there is no person or role bos; did you mean boss?"),
        ("expect: {state: lent}", "nothing has been opened yet"),
        ("recurring: monthly", "there is no entry of `recurring` monthly; there are: none"),
    ],
)
def test_what_does_not_fit_its_definition_is_a_failure(step: str, text: str) -> None:
    mismatch = told_wrong(f"  - {step}\n")
    assert text in mismatch.text.en + " ".join(row[0] for row in mismatch.happened)
    assert mismatch.position.line == 5


def test_a_workflow_or_calendar_that_there_is_not_is_a_failure_of_the_whole() -> None:
    assert "did you mean loan?" in told_wrong("  - wait: 1 day\n", workflow="laon").text.en
    assert "there is no calendar night" in told_wrong("  - wait: 1 day\n", given=", calendar: night").text.en


# --- Afterwards ---------------------------------------------------------------------------------------------------


def test_what_happened_can_be_told_in_words() -> None:
    outcome = ran(LENT + "  - wait: 2 working days\n")
    assert outcome.play is not None
    told = [(one.at, one.to, one.text.en) for one in story(outcome.play)]
    assert ("2026-10-12 09:00", None, "boss: Grant → lent") in told
    assert ("2026-10-13 09:00", "li", "loan: “bring back” is due at 09:00 on 14 October, 1 d left") in told


def test_a_scenario_and_its_mismatches_can_be_handed_to_another_process() -> None:
    outcome = ran(LENT + "  - expect: {state: asked}\n")
    assert pickle.loads(pickle.dumps(outcome.mismatches)) == outcome.mismatches
    assert pickle.loads(pickle.dumps(outcome.scenario)) == outcome.scenario
