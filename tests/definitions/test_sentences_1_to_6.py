"""The sentences of the reference, tried on its own examples: test_01 tries the first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import Story, local
from tests.definitions.lost_property import (
    ANN,
    BOB,
    HEAD,
    HEAD_OF_DAMAGE,
    LARGE,
    MANAGER,
    SMALL,
    damage,
    faults,
    harm,
    lost,
    meant,
    told,
)
from tests.definitions.shipped import shipped
from workflow import people
from workflow.deciding import explain
from workflow.entry import Child
from workflow.ticket import Refusal

ASKED = """
fields:
  asked: {type: list, of: {shop: {type: text}, answer: {type: text}}}
transitions:
  announce: {may_fill: asked}
  note_answer: {from: announced, to: same, by: service_centre, fill: asked.answer, at_most: 1}
"""

APPROVED = """
fields:
  consulted: {type: list, of: {department: {type: department}}}
states:
  approving:
    approvals:
      - {by: head of consulted.department, for_each: consulted}
      - {by: operations_manager, if: value >= 1000}
    granted: given_up
    refused: announced
transitions:
  propose: {from: announced, to: approving, by: service_centre, may_fill: consulted, at_most: 5}
"""


# --- 1. A change of class keeps the ticket ----------------------------------------------------------------------------

ANSWERED = "  answer: {since: report, within: 8 hours, until: mend, late: {notify: accountable}}\n"


def test_01_a_change_of_class_keeps_number_people_counts_and_history() -> None:
    story = damage()
    before = story.standing
    story.do("assess", "2026-01-05 11:00", BOB, extent="large")
    after = story.standing
    assert story.definition.name == "harm-large"
    assert story.definition.revision == story.family["harm-large"].revision
    assert (after.number, after.receiver, after.opened) == (before.number, "ann", before.opened)
    assert {name: made.count for name, made in after.made.items()} == {"report": 1, "assess": 1}
    assert [one.entry.name for one in story.decisions] == ["report", "assess"]


def test_01_it_keeps_its_children() -> None:
    story = damage()
    child = Child(number="T-2", workflow="search-party")
    story.ticket = replace(story.standing, children=(child,))
    story.do("assess", "2026-01-05 11:00", BOB, extent="large")
    assert story.standing.children == (child,)


def test_01_a_clock_of_the_same_name_goes_on() -> None:
    story = damage(HEAD_OF_DAMAGE.replace("reminders:", "deadlines:\n" + ANSWERED + "reminders:"))
    before = story.clock("answer")
    story.do("assess", "2026-01-05 12:00", ANN, extent="large").do("worsen", "2026-01-05 13:00", ANN)
    after = story.clock("answer")
    assert (after.run, after.started_at) == (before.run, local("2026-01-05 10:00"))


def test_01_another_counts_as_if_the_class_had_held_from_the_start_and_what_is_past_comes_once() -> None:
    story = damage().do("assess", "2026-01-06 12:00", ANN, extent="large")
    assert [line for line in story.fired() if line.startswith("mend")] == ["mend late 1 01-06 12:00"]
    assert story.clock("mend").started_at == local("2026-01-05 10:00")
    story.do("worsen", "2026-01-06 13:00", ANN).wait("2026-01-06 20:00")
    assert [line for line in story.fired() if line.startswith("mend")] == ["mend late 1 01-06 12:00"]


def test_01_a_class_without_a_field_of_the_head_is_refused() -> None:
    small = SMALL + "fields: {extent: removed}\ntransitions: {assess: removed}\n"
    assert "family_field" in faults(harm(small=small))


# --- 2. Only the head is opened ---------------------------------------------------------------------------------------


def test_02_only_the_head_of_a_family_is_opened_and_classes_inherit_no_family_document_or_recurring() -> None:
    known = shipped()
    opened = {one.name for one in known.opened()}
    head = known.definitions["complaint"]
    assert "complaint" in opened
    assert head.document
    for name in head.family:
        member = known.definitions[name]
        assert name not in opened
        assert (member.family, member.recurring) == ((), {})
        assert member.document != head.document


def test_02_a_state_is_reached_if_one_class_reaches_it() -> None:
    head = HEAD_OF_DAMAGE.replace("states:\n", "states:\n  watched: {responsible: service_centre}\n").replace(
        "transitions:\n", "transitions:\n  unwatch: {from: watched, to: assessed, by: service_centre, at_most: 3}\n"
    )
    watch = "transitions:\n  watch: {from: assessed, to: watched, by: service_centre, at_most: 3}\n"
    assert "unreachable_state" in faults(harm(head))
    assert "unreachable_state" not in faults(harm(head, large=LARGE.replace("deadlines:", watch + "deadlines:")))


def test_02_from_the_head_to_any_class_then_only_graver_and_at_the_gravest_one_more_round() -> None:
    again = HEAD_OF_DAMAGE.replace(
        "  worsen:", "  judge: {from: assessed, to: assessed, by: service_centre, become: harm-small}\n  worsen:"
    )
    story = damage(again.replace("harm-small", "damage-small")).do("assess", "2026-01-05 11:00", ANN, extent="large")
    assert story.refused("judge", "2026-01-05 12:00", ANN) == ["not_graver"]
    story.do("worsen", "2026-01-05 12:00", ANN)
    assert (story.definition.name, story.standing.round) == ("harm-large", 2)
    light = damage(again.replace("harm-small", "damage-small")).do("assess", "2026-01-05 11:00", ANN, extent="small")
    assert light.refused("judge", "2026-01-05 12:00", ANN) == ["not_graver"]
    light.do("worsen", "2026-01-05 12:00", ANN)
    assert (light.definition.name, light.standing.round) == ("harm-large", 2)


# --- 3. `fill` is asked afresh, `need` looks back ---------------------------------------------------------------------


def test_03_fill_is_typed_each_time_and_need_may_have_been_typed_before() -> None:
    story = lost("transitions: {give_back: {need: kept_at}}").do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3")
    for at in ("2026-01-05 12:00", "2026-01-05 13:00"):
        assert story.refused("reassign", at, ANN) == ["fill"]
        story.do("reassign", at, ANN, holder="bob")
    story.do("give_back", "2026-01-05 14:00", ANN, claimed_by="Mr Li")
    unannounced = lost("transitions: {give_back: {need: kept_at}}")
    assert unannounced.refused("give_back", "2026-01-05 11:00", ANN, claimed_by="Mr Li") == ["need"]


def test_03_what_no_later_transition_lists_is_written_once() -> None:
    story = lost().do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3")
    assert story.refused("reassign", "2026-01-05 12:00", ANN, holder="bob", kept_at="Shelf 4") == ["field_not_asked"]
    assert story.standing.fields["kept_at"] == "Shelf 3"


# --- 4. A list, or every row ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("need", "asked", "answered", "refused"),
    [
        ("asked", (), (), True),
        ("asked", ("Bakery",), (), False),
        ("asked.answer", ("Bakery", "Tea"), (1,), True),
        ("asked.answer", ("Bakery", "Tea"), (1, 2), False),
        ("asked.answer", (), (), False),
    ],
)
def test_04_a_list_wants_one_row_and_a_column_every_row(
    need: str, asked: tuple[str, ...], answered: tuple[int, ...], refused: bool
) -> None:
    story = lost(ASKED + f"  give_up: {{need: {need}}}\n")
    rows: dict[str, object] = {"asked": [{"shop": shop} for shop in asked]} if asked else {}
    story.do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3", **rows)
    for row in answered:
        story.do("note_answer", "2026-01-05 12:00", ANN, row=row, **{"asked.answer": "not ours"})
    made = story.try_to("give_up", "2026-01-05 13:00", ANN)
    assert isinstance(made, Refusal) is refused


# --- 5. Each entering is a new round ----------------------------------------------------------------------------------


def test_05_who_is_asked_is_responsible_and_told_and_an_old_answer_never_counts_again() -> None:
    story = lost(APPROVED).do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3")
    consulted = [{"department": "security"}]
    story.do("propose", "2026-01-05 12:00", ANN, consulted=consulted)
    assert [(one.to.role, one.to.department, one.ask_for) for one in story.decisions[-1].notices] == [
        ("head", "security", "grant")
    ]
    assert people.may(meant("responsible"), HEAD, story.standing, story.definition)
    assert story.refused("grant", "2026-01-05 13:00", MANAGER) == ["not_allowed"]
    story.do("grant", "2026-01-05 13:00", HEAD).do("refuse", "2026-01-05 14:00", MANAGER, comment="Ask the owner again")
    assert (story.standing.state, story.standing.round) == ("announced", 1)
    story.do("propose", "2026-01-06 10:00", ANN, consulted=consulted)
    assert story.standing.round == 2
    assert story.refused("grant", "2026-01-06 11:00", MANAGER) == ["not_allowed"]
    story.do("grant", "2026-01-06 11:00", HEAD).do("grant", "2026-01-06 12:00", MANAGER)
    assert story.standing.state == "given_up"


# --- 6. `to: same` stays ----------------------------------------------------------------------------------------------


def test_06_to_same_restarts_nothing() -> None:
    story = lost("states: {found: {notify: operations_manager}}")
    due = [line for line in story.due() if line.startswith("announce")]
    story.do("reassign", "2026-01-05 11:00", ANN, holder="bob")
    assert [line for line in story.due() if line.startswith("announce")] == due
    assert "operations_manager" not in told(story.decisions[-1].notices)


def test_06_at_most_counts_through_every_change_of_class() -> None:
    head = HEAD_OF_DAMAGE.replace(
        "  worsen:", "  look: {from: anywhere, to: same, by: service_centre, at_most: 2}\n  worsen:"
    )
    story = damage(head).do("look", "2026-01-05 11:00", ANN).do("assess", "2026-01-05 12:00", ANN, extent="small")
    story.do("look", "2026-01-05 13:00", ANN).do("worsen", "2026-01-05 14:00", ANN)
    assert story.refused("look", "2026-01-05 15:00", ANN) == ["at_most"]


def test_06_nothing_leaves_an_end_and_a_state_before_it_is_closed_by_time() -> None:
    assert "leaves_end" in faults(
        "workflow: variation\nextends: lost-property\ntransitions:\n"
        "  reopen: {from: returned, to: found, by: service_centre}\n"
    )
    story = lost().do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3").wait("2026-04-05 12:00")
    assert (story.standing.state, story.decisions[-1].entry.at) == ("given_up", local("2026-04-05 11:00"))
    assert offered(story) == []


def offered(story: Story) -> list[str]:
    """The transitions that Ann may make."""
    made = explain(story.definition, story.standing, ANN, story.facts, local("2026-04-06 12:00"))
    return [one.transition.name for one in made if not one.blockers]
