"""The checks one by one, where an example of the language is not enough to see what they mean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.language.files import file_of
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.reading import checks
from workflow.reading.checks.waivers import WAIVABLE

LANGUAGE = Path(__file__).parents[2] / "language"
HOUSE = (LANGUAGE / "house.yaml").read_text("utf-8")
EVERY = (*checks.NAMES, *checks.FAMILIES, *checks.SENSE)

BASE = "workflow: it\nextends: lost-item\n"

ROUND = """\
workflow: it
calendar: mall
accountable: desk
fields:
  size: {type: choice, of: [small, large]}
  keeper: {type: person}
  wanted_on: {type: date}
states:
  kept: {responsible: keeper}
  searched: {}
  closed: {end: true}
transitions:
  hand_in: {from: new, to: kept, by: anyone, fill: [size, keeper, wanted_on]}
  search: {from: kept, to: searched, by: desk}
  put_back: {from: searched, to: kept, by: [desk, manager]}
  look_again: {from: searched, to: same, by: desk}
  close: {from: [kept, searched], to: closed, by: [desk, clock]}
"""
"""A lifecycle in which nothing tells anybody anything yet."""

ELSEWHERE = ("silent_state", "unbounded_loop", "uncapped_date", "date_may_lack", "unwarned_end")
QUIET = ROUND + "accept:\n" + "".join(f"  {check}: this is not what the test is about\n" for check in ELSEWHERE)


def found(text: str) -> list[tuple[str, int]]:
    """The checks that find something, with the lines in which they do."""
    try:
        problems = compile_catalogue({"house.yaml": HOUSE, file_of(text): text}).warnings
    except DefinitionFaulty as faulty:
        problems = faulty.problems
    return [(problem.check, problem.position.line) for problem in problems]


def checks_of(text: str) -> list[str]:
    return [check for check, _ in found(text)]


# --- All of them --------------------------------------------------------------------------------------------------


def test_every_check_has_its_name_once_and_says_what_it_looks_for() -> None:
    assert len({check.__name__ for check in EVERY}) == len(EVERY)
    assert all(check.__doc__ and check.__doc__.endswith(".") for check in EVERY)


def test_every_check_has_an_example_of_what_it_finds() -> None:
    written = "\n".join(file.read_text("utf-8") for file in (LANGUAGE / "err").glob("*.out"))
    told = set(re.findall(r"\[(\w+)\]", written))
    assert [check.__name__ for check in EVERY if check.__name__ not in told] == []
    assert {"silent_state", "unfilled_date", "asked_in_vain", "nobody_told", "same_clock"} <= told


def test_a_definition_is_left_at_two_hundred_problems() -> None:
    unknown = ", ".join(f"x{number}" for number in range(10))
    many = "".join(f"  t{number}: {{from: [{unknown}], to: y, by: desk}}\n" for number in range(50))
    told = checks_of(f"{BASE}transitions:\n{many}")
    assert told.count("unknown_state") == checks.MOST
    assert told.count("too_big") == 1


def test_only_what_is_a_matter_of_judgement_can_be_accepted() -> None:
    assert not {"never_met", "no_way_to_end", "clock_cycle", "family_field", "unknown_state"} & WAIVABLE


def test_a_misspelt_state_is_one_problem_and_not_also_an_unreachable_one() -> None:
    assert checks_of(f"{BASE}transitions:\n  search: {{to: serched}}\n") == ["unknown_state"]


# --- Silence ------------------------------------------------------------------------------------------------------


DAILY = "late: {every: 1 day, notify: desk}"
AGAIN = f"within: 1 day, {DAILY}"
DAYS = "recurring: {days: {every: day}}"
CLOCK_ALONE = "# opened by the clock alone"


@pytest.mark.parametrize(
    ("telling", "silent"),
    [
        ("", "kept searched"),
        ("reminders: {r: {every: 1 day, while: anywhere, notify: desk}}", ""),
        ("reminders: {r: {every: 1 day, while: kept, notify: desk}}", "searched"),
        ("reminders: {r: {after: 1 day, while: anywhere, notify: desk}}", "kept searched"),  # once
        ("reminders: {r: {after: 9 days, while: kept, move: close}}", "searched"),  # moves it on
        ("reminders: {r: {if: size is small, every: 1 day, while: kept, notify: desk}}", "kept searched"),
        ("reminders: {r: {every: 1 day, while: kept, set: {priority: high}}}", "kept searched"),  # tells nobody
        (f"deadlines: {{d: {{since: hand_in, until: close, {AGAIN}}}}}", ""),
        ("deadlines: {d: {since: hand_in, until: close, within: 1 day, late: {notify: desk}}}", "kept searched"),
        (f"deadlines: {{d: {{since: search, until: close, {AGAIN}}}}}", "kept"),  # not before the first search
        (f"deadlines: {{d: {{since: search, until: put_back, {AGAIN}}}}}", "kept"),
        (f"deadlines: {{d: {{since: search, until: look_again, {AGAIN}}}}}", "kept searched"),
        (f"deadlines: {{d: {{until: close, paused_in: kept, {AGAIN}}}}}", "kept"),
        (f"deadlines: {{d: {{if: size is small, until: close, {AGAIN}}}}}", "kept searched"),
        (f"deadlines: {{d: {{until: close, no_later_than: end of day, {DAILY}}}}}", ""),
        (f"deadlines: {{d: {{until: close, no_later_than: wanted_on, {DAILY}}}}}", "kept searched"),  # may be empty
        (
            f"deadlines: {{d: {{until: close, no_later_than: due, {DAILY}}}}}\n{DAYS}",
            "kept searched",
        ),  # people open, too
        (f"deadlines: {{d: {{until: close, no_later_than: due, {DAILY}}}}}\n{DAYS}\n{CLOCK_ALONE}", ""),
    ],
)
def test_a_state_is_silent_unless_something_surely_keeps_telling_or_moves_on(telling: str, silent: str) -> None:
    lines = ROUND.splitlines()
    by = "clock" if CLOCK_ALONE in telling else "[anyone, clock]"
    opened = ROUND.replace("by: anyone, fill", f"by: {by}, may_fill" if DAYS in telling else "by: anyone, fill")
    told = found(f"{opened}{telling}\n")
    silences = [line for check, line in told if check == "silent_state"]
    assert [lines[line - 1].split(":")[0].strip() for line in silences] == silent.split()


# --- Ways ---------------------------------------------------------------------------------------------------------

CLASSES = """\
workflow: it
extends: lost-item
family: [mild, grave]
states: {locked: {}}
transitions:
  search: {to: kept, become: {size: {small: mild, large: grave}}}
---
workflow: mild
extends: it
transitions:
  search: {to: searched, become: removed}
---
workflow: grave
extends: it
transitions:
  search: {to: searched, become: removed}
  lock: {from: searched, to: locked, by: desk}
  unlock: {from: locked, to: kept, by: desk}
"""


def test_a_state_that_one_member_of_a_family_reaches_is_reachable_for_all() -> None:
    assert found(CLASSES) == []
    without = CLASSES.replace("  lock: {from: searched, to: locked, by: desk}\n", "")
    assert found(without) == [("unreachable_state", 4)]


def test_a_become_to_a_lighter_class_is_a_way_to_nowhere() -> None:
    lighter = CLASSES.replace("lock: {from: searched, to: locked,", "lock: {from: searched, to: locked, become: mild,")
    assert found(lighter) == [("unreachable_state", 4), ("become_lighter", 17)]


def test_a_choice_without_a_class_stays_what_it_is() -> None:
    assert found(CLASSES.replace("{small: mild, large: grave}", "{large: grave}")) == []


def test_a_state_that_can_only_go_in_circles_has_no_way_to_end() -> None:
    text = QUIET.replace("close: {from: [kept, searched]", "close: {from: new")
    assert found(text) == [("no_way_to_end", 9), ("no_way_to_end", 10)]


def test_a_choice_without_a_class_needs_its_state_here() -> None:
    elsewhere = CLASSES.replace("{small: mild, large: grave}", "{large: grave}").replace(
        "search: {to: kept,", "search: {to: away,"
    )
    for member in ("mild", "grave"):
        elsewhere = elsewhere.replace(f"workflow: {member}\n", f"workflow: {member}\nstates: {{away: {{}}}}\n", 1)
    assert ("become", 6) in found(elsewhere)
    assert ("become", 6) not in found(elsewhere.replace("{large: grave}", "{small: mild, large: grave}"))


MEMBER = """\
---
workflow: grave
calendar: mall
accountable: desk
fields: {size: {type: choice, of: [small, large]}, keeper: {type: person}, wanted_on: {type: date}}
states: {searched: {}, closed: {end: true}}
transitions:
  go_on: {from: searched, to: same, by: desk}
  give_up: {from: searched, to: closed, by: desk}
deadlines:
  end: {since: searched, within: 2 days, until: give_up, late: {every: 1 day, notify: desk}}
"""


def test_a_member_without_an_opening_begins_where_tickets_become_it() -> None:
    head = QUIET.replace("workflow: it\n", "workflow: it\nfamily: grave\n").replace(
        "search: {from", "search: {become: grave, from"
    )
    head = head.replace("  put_back:", "  skip: {from: kept, to: searched, by: desk}\n  put_back:")
    assert found(head + MEMBER) == []
    assert checks_of(head + MEMBER.replace("until: give_up", "until: go_on")) == ["silent_state"]
    assert checks_of(head + MEMBER.replace("since: searched", "since: go_on")) == ["silent_state"]


# --- Moves of the clock -------------------------------------------------------------------------------------------

CIRCLE = """\
  rest: {from: kept, to: searched, by: clock}
  wake: {from: searched, to: kept, by: clock}
reminders:
  evening: {since: kept, after: 8 hours, while: kept, move: rest}
  morning: {since: searched, after: 8 hours, while: searched, move: wake}
"""


def test_moves_that_time_makes_in_a_circle_are_a_fault_once() -> None:
    assert checks_of(ROUND + CIRCLE) == ["clock_cycle"]


@pytest.mark.parametrize("move", ["rest", "wake"])
def test_a_circle_that_has_an_end_is_none(move: str) -> None:
    ended = CIRCLE.replace(f"{move}: {{from", f"{move}: {{at_most: 5, from")
    assert "clock_cycle" not in checks_of(ROUND + ended)


def test_a_circle_that_needs_somebody_is_none() -> None:
    assert checks_of(ROUND + CIRCLE.replace(", move: wake", ", every: 1 day, notify: desk")) == []


def test_a_move_of_the_clock_is_possible_wherever_its_reminder_comes() -> None:
    text = QUIET + "reminders:\n  r: {after: 1 day, while: anywhere, move: close}\n"
    assert checks_of(text) == []
    assert checks_of(text.replace("close: {from: [kept, searched]", "close: {from: searched")) == ["clock_move"]


def test_an_effect_on_entering_a_state_happens_in_that_state() -> None:
    text = QUIET.replace("searched: {}", "searched: {move: close}")
    assert checks_of(text) == []
    assert "clock_move" in checks_of(text.replace("close: {from: [kept, searched]", "close: {from: kept"))


# --- Who is asked -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "by", "fine"),
    [
        ("desk", "desk", True),
        ("desk", "anyone", True),
        ("desk", "manager", False),
        ("manager", "whoever did hand_in", False),
        ("whoever did hand_in", "desk", False),  # anyone may hand in
        ("whoever did hand_in", "[desk, whoever did hand_in]", True),
        ("whoever did search", "desk", True),  # only the desk searches
        ("whoever did put_back", "desk", False),  # the manager may have done it
        ("receiver", "whoever did hand_in", True),
        ("receiver", "desk", False),
        ("accountable", "desk", True),
        ("accountable", "manager", False),
        ("responsible", "keeper", True),
        ("responsible", "desk", False),
        ("keeper", "keeper", True),
        ("keeper", "desk", False),
        ("assignee", "assignee", True),
        ("assignee", "desk", False),  # nobody is ever assigned here
        ("requester", "desk", False),
    ],
)
def test_whoever_is_asked_for_a_move_may_make_it(told: str, by: str, fine: bool) -> None:
    text = QUIET.replace("to: closed, by: [desk, clock]", f"to: closed, by: {by}")
    text += f"reminders:\n  r: {{every: 1 day, while: kept, notify: {told}, ask_for: close}}\n"
    assert checks_of(text) == ([] if fine else ["ask_for"])


def test_an_assignee_is_whoever_some_effect_assigns() -> None:
    text = QUIET.replace("search: {from", "search: {assign: actor, from")
    text += "reminders:\n  r: {every: 1 day, while: kept, notify: assignee, ask_for: close}\n"
    assert checks_of(text) == []
    assert checks_of(text.replace("put_back: {from", "put_back: {assign: keeper, from")) == ["ask_for"]


def test_of_several_who_are_asked_each_who_may_not_is_a_warning() -> None:
    text = QUIET + "reminders:\n  r: {every: 1 day, while: kept, notify: [desk, manager], ask_for: close}\n"
    assert checks_of(text) == ["asked_in_vain"]


# --- Deadlines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "fine"),
    [
        ("hand_in", "close", True),
        ("kept", "searched", True),
        ("search", "search", True),  # after put_back, it may be made again
        ("close", "search", False),  # nothing happens after the end
        ("hand_in", "hand_in", False),  # a ticket is opened once
        ("closed", "closed", False),
        ("wanted_on", "close", True),
        ("search", "look_again", True),
        ("[close, search]", "[hand_in, close]", True),
    ],
)
def test_a_deadline_can_be_met_after_it_has_started(since: str, until: str, fine: bool) -> None:
    text = f"{QUIET}deadlines:\n  d: {{since: {since}, within: 1 day, until: {until}, late: {{notify: desk}}}}\n"
    assert checks_of(text) == ([] if fine else ["never_met"])


@pytest.mark.parametrize(
    ("left", "within", "fine"),
    [
        ("30 minutes", "1 hour", True),
        ("60 minutes", "1 hour", False),
        ("90%", "1 hour", True),
        ("2 days", "48 hours", True),  # two units: only the calendar knows
        ("2 working days", "2 working days", False),
    ],
)
def test_a_warning_lies_after_the_start(left: str, within: str, fine: bool) -> None:
    levels = f"soon: {{left: {left}, notify: desk}}, late: {{notify: desk}}"
    text = f"{QUIET}deadlines:\n  d: {{within: {within}, until: close, {levels}}}\n"
    assert checks_of(text) == ([] if fine else ["left_too_long"])


@pytest.mark.parametrize(
    ("filled", "fine"),
    [
        ("fill: due_on", True),
        ("may_fill: due_on", True),
        ("set: {due_on: 3 days after opened}", True),
        ("fill: size", False),
    ],
)
def test_a_date_that_a_clock_rests_on_is_filled_somewhere(filled: str, fine: bool) -> None:
    text = QUIET.replace("  wanted_on:", "  due_on: {type: date}\n  wanted_on:").replace(
        "search: {from", f"search: {{{filled}, from"
    )
    text += "deadlines:\n  d: {since: search, no_later_than: due_on, until: close, late: {notify: desk}}\n"
    assert checks_of(text) == ([] if fine else ["unfilled_date"])


@pytest.mark.parametrize(
    ("need", "fine"),
    [("size", True), ("title", False), ("[size, keeper]", True), ("other", False)],
)
def test_what_is_needed_can_be_filled(need: str, fine: bool) -> None:
    text = QUIET.replace("  wanted_on:", "  other: {type: text}\n  wanted_on:")
    text = text.replace("close: {from", f"close: {{need: {need}, from")
    assert checks_of(text) == ([] if fine else ["need_unfillable"])


def test_a_date_that_replaces_the_limit_may_leave_time_for_a_longer_warning() -> None:
    levels = "soon: {left: 3 days, notify: desk}, late: {notify: desk}"
    text = f"{QUIET}deadlines:\n  d: {{within: 2 days, replaced_by: wanted_on, until: close, {levels}}}\n"
    assert checks_of(text) == []


@pytest.mark.parametrize(
    ("told", "heard"), [("desk", True), ("requester", False), ("[anyone, clock]", False), ("[clock, desk]", True)]
)
def test_nobody_in_particular_hears_nothing(told: str, heard: bool) -> None:
    text = f"{QUIET}deadlines:\n  d: {{within: 2 days, until: close, late: {{notify: {told}}}}}\n"
    assert checks_of(text) == ([] if heard else ["nobody_told"])


PAUSED = "since: search, until: [put_back, close], within: 9 days"
DATED = "until: close, no_later_than: wanted_on"


@pytest.mark.parametrize(
    ("deadline", "idle"),
    [
        (f"{PAUSED}, paused_in: searched", 0),
        (f"{PAUSED}, paused_in: kept", 1),
        (f"{PAUSED}, paused_in: [kept, searched]", 1),
        (f"{PAUSED}, paused_in: kept, accept: {{idle_pause: it is asked for on paper}}", 0),
        (f"{PAUSED}, paused_in: anywhere", 0),
        ("since: [hand_in, put_back], until: [search, close], within: 9 days, paused_in: searched", 1),
        ("since: put_back, until: [put_back, close], within: 9 days, paused_in: kept", 0),  # put back, it begins anew
        ("since: wanted_on, until: close, within: 9 days, paused_in: kept", 0),  # a date, wherever it is filled
        (f"since: search, {DATED}, paused_in: searched", 1),
        (f"since: search, {DATED}, paused_in: kept, late: {{every: 1 day, notify: desk}}", 0),
        (f"since: search, {DATED}, paused_in: kept, late: [{{notify: desk}}, {{late_by: 1 day, notify: desk}}]", 0),
        ("since: search, until: close, within: 9 days, replaced_by: wanted_on, paused_in: searched", 0),
    ],
)
def test_a_pause_is_idle_where_nothing_is_counted(deadline: str, idle: int) -> None:
    late = "" if "late:" in deadline else ", late: {notify: desk}"
    told = checks_of(f"{QUIET}  unbounded_pause: nor this\ndeadlines: {{d: {{{deadline}{late}}}}}\n")
    assert told == ["idle_pause"] * idle


def test_an_idle_pause_is_not_also_one_without_an_end() -> None:
    assert checks_of(f"{QUIET}deadlines: {{d: {{{PAUSED}, paused_in: kept, late: {{notify: desk}}}}}}\n") == [
        "idle_pause"
    ]


PAUSED_IN_A_CLASS = """\
workflow: it
extends: lost-item
family: [it-large]
accept: {silent_state: not what the test is about, unbounded_pause: nor this}
fields: {why: {type: text}}
states:
  resting: {}
transitions:
  measure: {from: kept, to: resting, by: desk, become: it-large}
  go_on: {from: resting, to: searched, by: desk}
deadlines:
  search: {paused_in: resting, until: %s}
---
workflow: it-large
extends: it
deadlines:
  search: {until: %s}
"""


def test_a_pause_of_a_head_is_idle_also_if_the_clock_runs_in_a_class_alone() -> None:
    text = PAUSED_IN_A_CLASS.replace("paused_in: resting", "since: go_on, paused_in: kept") % (("collect",) * 2)
    assert checks_of(text) == ["idle_pause"]


@pytest.mark.parametrize(
    ("head", "member", "idle"),
    [
        ("[measure, search, collect]", "[search, collect]", 0),  # what the head began goes on in the class
        ("[search, collect]", "[measure, search, collect]", 0),
        ("[measure, search, collect]", "[measure, search, collect]", 1),
    ],
)
def test_a_pause_of_a_head_may_be_meant_for_a_class(head: str, member: str, idle: int) -> None:
    assert checks_of(PAUSED_IN_A_CLASS % (head, member)).count("idle_pause") == idle


# --- Families -----------------------------------------------------------------------------------------------------


def test_a_member_may_declare_the_fields_of_the_head_instead_of_extending_it() -> None:
    head = QUIET.replace("workflow: it\n", "workflow: head\nfamily: it\n")
    assert checks_of(f"{head}---\n{QUIET}") == []
    lacking = QUIET.replace("  keeper: {type: person}\n", "").replace(", keeper", "").replace("responsible: keeper", "")
    assert checks_of(f"{head}---\n{lacking}") == ["family_field"]
    other = QUIET.replace("wanted_on: {type: date}", "wanted_on: {type: datetime}")
    assert checks_of(f"{head}---\n{other}") == ["family_field"]


def test_a_family_that_holds_itself_is_refused() -> None:
    assert "family_member" in checks_of(f"{BASE}family: [it]\n")
