"""The catalogue: all files together, what they inherit, who belongs to which family, and every problem at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest

from tests.language.files import file_of
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.conditions import parse_condition
from workflow.definition import Definition, FieldType, Moment, Text, Who
from workflow.durations import parse_duration
from workflow.problems import DefinitionFaulty, Position, Problem
from workflow.roles import Scope

LANGUAGE = Path(__file__).parent.parent / "language"
HOUSE = (LANGUAGE / "house.yaml").read_text("utf-8")


def compiled(text: str = "", **more: str) -> Catalogue:
    files = {"house.yaml": HOUSE, **{file_of(content): content for content in more.values()}}
    return compile_catalogue(files | ({file_of(text): text} if text else {}))


def definition(text: str) -> Definition:
    """The first definition of a text that stands in the house."""
    return compiled(text).definitions[text.split()[1]]


def problems(files: Mapping[str, str | bytes]) -> tuple[Problem, ...]:
    with pytest.raises(DefinitionFaulty) as faulty:
        compile_catalogue(files)
    return faulty.value.problems


def example(name: str) -> str:
    return (LANGUAGE / "ok" / f"{name}.yaml").read_text("utf-8")


# --- The whole ----------------------------------------------------------------------------------------------------


def test_all_files_make_one_catalogue() -> None:
    catalogue = compiled(example("more_houses"))
    assert list(catalogue.definitions) == ["lost-item", "night-find"]
    assert list(catalogue.calendars) == ["mall", "desk-hours", "nights"]
    assert catalogue.calendars["nights"].zone == "Europe/Berlin"
    assert catalogue.departments == {
        "finance": Text("Finance"),
        "operations": Text("operations", "营运部"),
        "security": Text("security", "安全部"),
    }
    assert catalogue.roles["cashier"].scope is Scope.DEPARTMENT
    assert catalogue.warnings == ()


def test_files_are_read_in_the_order_of_their_paths() -> None:
    first, second = "workflow: b\nextends: lost-item\n", "workflow: a\nextends: lost-item\n"
    assert list(compiled(x=first, y=second).definitions) == ["a", "b", "lost-item"]


def test_a_catalogue_without_any_file_is_empty() -> None:
    assert compile_catalogue({}).opened() == ()


def test_bytes_and_text_are_read_alike() -> None:
    text = compile_catalogue({"house.yaml": HOUSE})
    assert compile_catalogue({"house.yaml": HOUSE.encode()}).definitions == text.definitions


def test_every_problem_of_every_file_is_told_at_once_and_in_order() -> None:
    files = {
        "two.yaml": "workflow: two\nextends: lost-item\nstates:\n  kept: {zh: 12}\n",
        "one.yaml": "workflow: one\nextends: lost-item\nnote:\ntransitions:\n  search: {to: nowhere, at_most: 0}\n",
        "house.yaml": HOUSE,
        "c.yaml": "calendar: broken\n",
    }
    found = problems(files)
    assert [(problem.position.path, problem.check) for problem in found] == [
        ("c.yaml", "calendar"),
        ("c.yaml", "calendar"),
        ("one.yaml", "nothing_follows"),
        ("one.yaml", "unknown_state"),
        ("one.yaml", "shape"),
        ("two.yaml", "shape"),
    ]
    assert found == tuple(sorted(found))


def test_warnings_alone_do_not_raise() -> None:
    catalogue = compiled("workflow: quiet\nextends: lost-item\nreminders: {lying: removed}\n")
    assert [(problem.check, problem.severity) for problem in catalogue.warnings] == [("silent_state", "warning")] * 2


def test_where_something_is_missing_for_an_unreadable_file_nothing_is_said_of_its_names() -> None:
    broken = HOUSE.replace("roles:\n", "roles: [\n").replace("duty_manager: {zh: 值班经理, scope: site}\n", "")
    found = problems({"house.yaml": broken, "a.yaml": "workflow: a\nextends: lost-item\nfollowers: desk\n"})
    assert {problem.check for problem in found} == {"yaml"}


def test_a_problem_of_a_parent_is_told_once() -> None:
    text = (
        "workflow: parent\nextends: lost-item\nstates:\n  kept: {colour: red}\n---\nworkflow: child\nextends: parent\n"
    )
    (found,) = problems({"house.yaml": HOUSE, "file.yaml": text})
    assert found.position == Position("file.yaml", 4, 10)


# --- Roles --------------------------------------------------------------------------------------------------------


def test_the_chain_of_a_role_ends_at_the_duty_manager() -> None:
    catalogue = compiled(example("more_houses"))
    assert catalogue.chain("cashier") == ("cashier", "head", "manager", "duty_manager")
    assert catalogue.chain("director") == ("director", "duty_manager")
    assert catalogue.chain("duty_manager") == ("duty_manager",)


def test_an_unknown_role_has_no_chain() -> None:
    with pytest.raises(KeyError):
        compiled().chain("nobody")


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        ("", "the role duty_manager is missing"),
        ("  duty_manager: {scope: group}\n", "duty_manager is a role of the site"),
        ("  duty_manager: {scope: site, falls_back_to: desk}\n", "nobody is behind it"),
    ],
)
def test_the_duty_manager_is_the_last_of_the_site(duty: str, said: str) -> None:
    (found,) = problems({"roles.yaml": f"roles:\n  desk: {{scope: site}}\n{duty}"})
    assert found.check == "role_chain"
    assert said in found.text


# --- Families -----------------------------------------------------------------------------------------------------


def test_only_the_head_of_a_family_is_opened() -> None:
    catalogue = compiled(example("family"))
    assert [one.name for one in catalogue.opened()] == ["complaint", "lost-item"]


def test_members_know_their_head_and_their_place() -> None:
    known = compiled(example("family")).definitions
    places = {name: (one.head, one.rank, bool(one.family)) for name, one in known.items() if name != "lost-item"}
    assert places == {
        "complaint": (None, 0, True),
        "complaint-normal": ("complaint", 1, False),
        "complaint-important": ("complaint", 2, False),
        "complaint-critical": ("complaint", 3, False),
    }


def test_promises_are_read() -> None:
    important = compiled(example("family")).definitions["complaint-important"]
    (promise,) = important.promises
    assert promise.kind == "someone_is_told_within"
    assert promise.within == parse_duration("24 hours")
    assert promise.states == ("classified", "handling")


# --- Extends ------------------------------------------------------------------------------------------------------


def test_parts_merge_by_name_and_key_by_key_and_lists_replace() -> None:
    child = definition(
        "workflow: child\nextends: lost-item\n"
        "transitions:\n  hand_in: {fill: item}\n  shelve: {from: kept, to: same, by: desk}\n"
    )
    hand_in = child.transitions["hand_in"]
    assert hand_in.fill == ("item",)
    assert hand_in.may_fill == ("weight", "fragile", "wanted_on", "department")
    assert hand_in.text == Text("hand in", "登记")
    assert list(child.transitions) == ["hand_in", "search", "collect", "shelve"]


HEAD = """\
workflow: child-of-it
extends: head
---
workflow: head
extends: lost-item
zh: 头
document: {number: A-1}
family: [member]
note: same for all
---
workflow: member
extends: head
"""


def test_a_child_does_not_inherit_how_its_parent_is_called_issued_and_opened() -> None:
    child = definition(HEAD)
    assert child.text == Text("child of it")
    assert child.document == {}
    assert child.family == ()
    assert child.note == "same for all"


def test_removed_takes_away_a_part_or_a_key_of_it() -> None:
    known = compiled(example("removed")).definitions
    assert list(known["simple"].states) == ["kept", "collected"]
    assert known["simple"].states["kept"].responsible == ()
    assert known["simple"].deadlines == {}
    assert known["simple"].reminders["lying"].at is None
    assert known["simple"].reminders["lying"].every == parse_duration("12 hours")
    assert list(known["simpler"].reminders) == ["weekly"]
    assert "weight" not in known["simpler"].fields


def test_a_grandchild_inherits_through_its_parent() -> None:
    text = "workflow: child\nextends: middle\n---\nworkflow: middle\nextends: lost-item\nfollowers: manager\n"
    assert definition(text).followers == (Who("role", "manager"),)


def test_a_line_of_parents_has_an_end() -> None:
    line = [f"workflow: w{number}\nextends: w{number + 1}\n" for number in range(60)]
    found = problems({"house.yaml": HOUSE, "line.yaml": "---\n".join([*line, "workflow: w60\nextends: lost-item\n"])})
    assert {problem.check for problem in found} == {"too_big"}


# --- What becomes of the words ------------------------------------------------------------------------------------


def test_the_english_text_is_the_name_with_blanks_where_none_is_given() -> None:
    known = compiled(example("more_houses")).definitions
    assert known["night-find"].text == Text("night find")
    assert known["lost-item"].transitions["hand_in"].text == Text("hand in", "登记")


ATTIC = """\
workflow: a
extends: lost-item
states: {attic: {}}
transitions:
  up: {from: anywhere, to: attic, by: desk}
  collect: {from: anywhere}
"""


def test_anywhere_is_every_open_state() -> None:
    one = definition(ATTIC)
    assert one.transitions["up"].sources == ("kept", "searched", "attic")
    assert one.reminders["lying"].states == {"kept", "searched", "attic"}


def test_same_stays_and_new_opens() -> None:
    one = definition("workflow: a\nextends: lost-item\ntransitions:\n  feed: {from: kept, to: same, by: desk}\n")
    assert one.transitions["feed"].target is None
    assert [move.name for move in one.openings()] == ["hand_in"]


def test_values_that_are_set_are_ready_to_store() -> None:
    searched = compiled(example("moments_and_values")).definitions["moments"].states["searched"]
    assert searched.effects.set == {
        "fragile": True,
        "weight": Decimal("1.5"),
        "wanted_on": Moment("after", "opened", parse_duration("3 working days")),
        "reminded_at": dt.datetime(2026, 5, 1, 1, tzinfo=dt.UTC),
        "size": "small",
        "item": "an umbrella",
        "department": "security",
    }
    assert searched.effects.say == Text("Please come", "请来领取")


def test_people_conditions_durations_and_tables_are_parsed() -> None:
    known = compiled(example("tables"), more=example("conditions"), words=example("chinese_words")).definitions
    tables, conditions, chinese = known["tables"], known["conditions"], known["chinese"]
    assert tables.transitions["search"].effects.notify == (Who("role", "head", "asked.department"),)
    assert tables.transitions["search"].by == (Who("role", "desk"), Who("role", "head", "owner"))
    assert tables.fields["owner"].follows is not None
    assert tables.fields["owner"].follows.table == {"umbrella": "operations", "phone": "security"}
    assert tables.fields["kind"].choices["phone"] == Text("Mobile phone", "手机")
    assert tables.fields["asked"].columns["department"].type is FieldType.DEPARTMENT
    assert conditions.deadlines["search"].condition == parse_condition("department is operations")
    assert conditions.fields["other"].in_states == ("kept", "searched")
    assert chinese.deadlines["search"].within == parse_duration("3 working days")
    assert [level.name for level in chinese.deadlines["search"].levels] == ["soon 1", "late 1"]


def test_a_share_of_the_limit_is_a_number() -> None:
    (soon, _) = compiled(example("single_names")).definitions["question"].deadlines["answer"].levels
    assert soon.left == Decimal(50)


def test_names_of_roles_and_departments_are_known_to_the_definition() -> None:
    one = compiled().definitions["lost-item"]
    assert one.names["duty_manager"] == Text("duty manager", "值班经理")
    assert one.names["security"] == Text("security", "安全部")


# --- Places -------------------------------------------------------------------------------------------------------


def test_every_part_is_found_where_it_is_written() -> None:
    catalogue = compiled("workflow: child\nextends: lost-item\nstates:\n  kept: {zh: 暂存}\n")
    assert catalogue.where("child") == Position("child.yaml", 1, 1)
    assert catalogue.where("child", "states") == Position("child.yaml", 3, 1)
    assert catalogue.where("child", "states", "kept") == Position("child.yaml", 4, 3)
    inherited = catalogue.where("child", "transitions", "search")
    assert inherited is not None
    assert inherited.path == "house.yaml"
    assert catalogue.where("child", "states", "nothing") is None
    assert catalogue.where("nothing") is None


# --- Waivers ------------------------------------------------------------------------------------------------------


def test_what_is_accepted_is_kept_with_its_reason() -> None:
    catalogue = compiled(example("waivers"))
    assert catalogue.warnings == ()
    assert {(problem.check, reason) for problem, reason in catalogue.waived} == {
        ("silent_state", "whoever lost it comes back by himself"),
        ("nobody_told", "seen on the list of the day"),
        ("unfilled_date", "the date comes with the next version"),
        ("asked_in_vain", "the manager passes it on"),
        ("unfilled_department", "it comes with the next version"),
    }


@pytest.mark.parametrize(
    "check", ["silent_state", "nobody_told", "unfilled_date", "asked_in_vain", "unfilled_department"]
)
def test_what_is_not_accepted_is_told(check: str) -> None:
    text = example("waivers").replace(f"{{{check}:", "{unbounded_pause:")
    try:
        found = compiled(text).warnings
    except DefinitionFaulty as faulty:
        found = faulty.problems
    assert [problem.check for problem in found] == [check]


def test_a_definition_accepts_for_all_of_its_parts() -> None:
    text = "workflow: quiet\nextends: lost-item\naccept: {silent_state: a drawer}\nreminders: {lying: removed}\n"
    catalogue = compiled(text)
    assert catalogue.warnings == ()
    assert len(catalogue.waived) == 2


# --- Years of calendars -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "warned"), [(91, False), (89, True), (-1, True)])
def test_a_calendar_whose_known_years_are_over_in_ninety_days_is_a_warning(before: int, warned: bool) -> None:
    files = {"house.yaml": HOUSE}
    until = compile_catalogue(files).calendars["mall"].published_until
    assert until is not None
    at = dt.datetime.combine(until, dt.time(12), dt.UTC) - dt.timedelta(days=before)
    checks = [problem.check for problem in compile_catalogue(files, at).warnings]
    assert checks == (["calendar_ends"] if warned else [])
