"""The sentences of the reference, tried on its own examples: test_07 tries the seventh; the last test counts them."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from service.directory import Department, Directory, Holding, Person
from tests.builders import OFFICE, Story, act, local
from tests.definitions import test_sentences_1_to_6
from tests.definitions.key_tables import PAGES
from tests.definitions.lost_property import (
    ANN,
    BOB,
    HEAD,
    faults,
    lost,
    meant,
    someone,
    told,
    variation,
)
from tests.definitions.reference_page import compiled
from tests.families import Family
from workflow import people
from workflow.recurring import periods
from workflow.ticket import Facts, Link, Move, Refusal, Ticket
from workflow.totals import totals_of

# --- 7. The first reminder --------------------------------------------------------------------------------------------


def test_07_the_first_reminder_comes_when_after_is_over_and_the_following_ones_at_their_time() -> None:
    story = lost("deadlines: {announce: removed}")
    for day in ("2026-01-25 12:00", "2026-01-30 12:00", "2026-02-04 12:00"):
        story.wait(day)
    assert story.fired() == ["resting 01-25 10:00", "resting 01-30 09:00", "resting 02-04 09:00"]


# --- 8. Somebody is always told ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ann", "holds", "expected"),
    [
        (Person(id="ann", name="Ann"), "service_centre", "ann"),
        (Person(id="ann", name="Ann", away=True, deputy="dan"), "service_centre", "dan"),
        (Person(id="ann", name="Ann", active=False), "service_centre", "bob"),
        (Person(id="ann", name="Ann", active=False), "operations_manager", "bob"),
        (Person(id="ann", name="Ann", active=False), "nothing", "duty"),
    ],
)
def test_08_the_latest_who_did_or_his_deputy_or_the_role_or_its_chain_up_to_the_duty_manager(
    ann: Person, holds: str, expected: str
) -> None:
    known = compiled()
    story = lost().do("announce", "2026-01-05 11:00", BOB, kept_at="Shelf 3")
    addressed = people.addressees(meant("whoever did take_in"), story.standing, story.definition, BOB)
    directory = Directory(
        people=[ann, *(Person(id=one, name=one) for one in ("bob", "dan", "duty"))],
        holdings=[Holding("duty", "duty_manager", "mall")]
        + ([Holding("bob", holds, "mall")] if holds in known.roles else []),
        departments=[Department("mall", "security")],
        roles=known.roles,
    )
    assert [one.person for who in addressed for one in directory.told(who, "mall")] == [expected]


# --- 9. Roles of the group, a site, a department ----------------------------------------------------------------------


MOVED = """
fields: {department: {type: department}}
transitions:
  move_on: {from: anywhere, to: same, by: head of department, may_fill: department}
"""


def test_09_the_head_of_a_department_is_that_of_the_field_and_while_it_is_empty_the_accountable_role() -> None:
    story = lost(MOVED)
    assert story.refused("move_on", "2026-01-05 11:00", HEAD) == ["not_allowed"]
    assert told_of(story) == [("service_centre", None)]
    story.do("move_on", "2026-01-05 11:00", ANN, department="security")
    assert told_of(story) == [("head", "security")]
    assert story.refused("move_on", "2026-01-05 12:00", ANN) == ["not_allowed"]
    story.do("move_on", "2026-01-05 12:00", HEAD)


def told_of(story: Story) -> list[tuple[str | None, str | None]]:
    """Whom a notice to the head of the department goes to."""
    by = story.definition.transitions["move_on"].by
    return [(one.role, one.department) for one in people.addressees(by, story.standing, story.definition, BOB)]


def test_09_a_role_is_of_the_group_a_site_or_a_department() -> None:
    roles = compiled().roles
    assert {role.scope.value for role in roles.values()} == {"group", "site", "department"}


# --- 10. The clock ----------------------------------------------------------------------------------------------------


def test_10_a_move_of_the_clock_asks_for_nothing() -> None:
    text = "workflow: variation\nextends: lost-property\ntransitions: {give_up: {fill: reason}}\n"
    assert "clock_move" in faults(text)


def test_10_a_refused_one_is_written_told_to_the_accountable_role_and_tried_again_when_the_ticket_changes() -> None:
    text = """
fields: {value_checked: {type: yes_no}}
transitions:
  give_up: {need: value_checked}
  look: {from: announced, to: same, by: service_centre, fill: value_checked}
"""
    story = lost(text).do("announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3").wait("2026-04-06 12:00")
    refusal = next(one for one in story.decisions if one.entry.kind == "refusal")
    assert [one.code for one in refusal.entry.reasons] == ["need"]
    assert "service_centre" in told(refusal.notices)
    story.do("look", "2026-04-07 10:00", ANN, value_checked=True)
    assert (story.standing.state, story.decisions[-1].entry.actor) == ("given_up", None)


# --- 11. Children -----------------------------------------------------------------------------------------------------

SEARCHED = """
fields: {searchers: {type: list, of: {department: {type: department}}}}
transitions:
  announce: {may_fill: searchers, open: {workflow: search-party, for_each: searchers}}
"""
WAITING = SEARCHED + "  give_up: {wait_for: search-party}\n"
CANCELLING = "  give_back: {open_children: cancel}\n  cancel: {open_children: cancel}\n"


def searched() -> Family:
    family = Family(variation(WAITING + CANCELLING), "variation")
    family.do("T-1", "take_in", "2026-01-05 10:00", ANN, title="A child's bear", item="bear", value=30)
    rows = [{"department": "security"}, {"department": "operations"}]
    return family.do("T-1", "announce", "2026-01-05 11:00", ANN, kept_at="Shelf 3", searchers=rows)


def test_11_the_end_of_a_child_is_an_entry_of_its_parent_which_waits_for_the_last_or_cancels_them() -> None:
    family = searched()
    family.do("T-2", "report", "2026-01-05 12:00", someone("sue", "staff/security"), result="Not in the garage")
    assert family.lines("T-1")[-1] == "child T-2 01-05 12:00"
    assert [code for code, _ in family.refused("T-1", "give_up", "2026-01-05 13:00", ANN)] == ["wait_for"]
    family.do("T-1", "give_back", "2026-01-05 14:00", ANN, claimed_by="Mrs Wu")
    assert (family.state("T-1"), family.state("T-3"), family.open_children("T-1")) == ("returned", "over", [])


def test_11_an_end_that_forgets_the_children_is_told() -> None:
    assert "children_left" in faults("workflow: variation\nextends: lost-property\n" + WAITING.lstrip())


# --- 12. Recurring tickets --------------------------------------------------------------------------------------------

COUNTED = """
transitions:
  begin_count: {from: new, to: found, by: clock, fill: item}
recurring:
  shelves: {every: month, due: last working day, opens: 3 working days before, set: {item: shelves}}
"""


def test_12_a_schedule_has_one_key_for_each_period_and_names_no_other_party_than_its_register() -> None:
    one = variation(COUNTED).definitions["variation"].recurring["shelves"]
    found = [period.key for period in periods(one, OFFICE, local("2026-01-01 00:00"), local("2026-06-30 00:00"))]
    assert len(found) == len(set(found)) >= 5


# --- 13. What is looked at of other tickets ---------------------------------------------------------------------------

LINKED = """
fields:
  seen_with: {type: ticket, of: lost-property}
  announced_lately: {type: money, is: "total(lost-property.value, announce)"}
transitions:
  announce: {may_fill: seen_with, checks: [{must: announced_lately < 5000, en: Too much was announced already}]}
  give_up: {wait_for: seen_with}
"""


def test_13_of_other_tickets_deciding_knows_what_it_is_handed_and_the_file_says_which() -> None:
    story = lost(LINKED)
    assert totals_of(story.definition) == {("lost-property.value", "announce")}

    def tried(worth: int) -> object:
        facts = replace(story.facts, totals={("lost-property.value", "announce"): Decimal(worth)})
        move = Move(transition="announce", actor=ANN, at=local("2026-01-05 11:00"), fields={"kept_at": "Shelf 3"})
        return act(story.definition, story.standing, move, facts)

    assert isinstance(tried(6000), Refusal)
    assert not isinstance(tried(4000), Refusal)


def test_13_a_linked_ticket_is_open_or_has_ended_as_the_facts_say() -> None:
    story = lost(LINKED)

    def after(one: Ticket, move: Move, still_open: bool) -> object:
        link = Link(number="T-9", workflow="lost-property", head="lost-property", state="found", open=still_open)
        facts: Facts = replace(
            story.facts, links={"T-9": link}, totals={("lost-property.value", "announce"): Decimal(0)}
        )
        return act(story.definition, one, move, facts)

    fields: dict[str, object] = {"kept_at": "Shelf 3", "seen_with": "T-9"}
    announce = Move(transition="announce", actor=ANN, at=local("2026-01-05 11:00"), fields=fields)
    announced = after(story.standing, announce, True)
    assert isinstance(announced, tuple)
    give_up = Move(transition="give_up", actor=ANN, at=local("2026-01-05 12:00"))
    refused = after(announced[-1].ticket, give_up, True)
    assert isinstance(refused, Refusal)
    assert [one.code for one in refused.blockers] == ["wait_for"]
    assert isinstance(after(announced[-1].ticket, give_up, False), tuple)


# --- All of them ------------------------------------------------------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]

ELSEWHERE = {
    8: ("tests/service/test_directory.py", "test_every_chain_ends_at_the_duty_manager"),
    12: (
        "tests/service/test_recurring.py",
        "test_after_weeks_without_a_scheduler_every_period_is_opened_as_of_its_time",
        "test_two_schedulers_at_once_open_each_ticket_once",
        "test_one_for_each_party_that_is_there",
        "test_who_has_left_gets_none_of_what_was_missed",
        "test_who_becomes_one_of_those_meant_gets_what_is_due_from_then_and_never_twice",
    ),
}
"""What a sentence says of the service is tried through the database: the file, and the tests in it."""


@pytest.mark.parametrize("number", ELSEWHERE)
def test_what_is_tried_elsewhere_is_there(number: int) -> None:
    file, *names = ELSEWHERE[number]
    there = {one.name for one in ast.parse((ROOT / file).read_text("utf-8")).body if isinstance(one, ast.FunctionDef)}
    assert set(names) <= there


@pytest.mark.parametrize("lang", PAGES)
def test_every_sentence_of_the_page_is_tried(lang: str) -> None:
    page = PAGES[lang].read_text("utf-8")
    numbers = [int(one) for one in re.findall(r"^(\d+)\. \*\*", page, re.MULTILINE)]
    assert numbers == list(range(1, 14))
    names = [*globals(), *vars(test_sentences_1_to_6)]
    tried = {int(name[5:7]) for name in names if re.match(r"test_\d\d_", name)}
    assert tried == set(numbers)
