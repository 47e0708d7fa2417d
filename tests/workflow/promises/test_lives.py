"""Whole lives: how long a ticket may go unheard from its opening, and how long a clock may be paused in all."""

from __future__ import annotations

import datetime as dt

from tests.builders import SHANGHAI, Story, local
from tests.families import HOUSE
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.promises import proof
from workflow.promises.figure import Figure
from workflow.ticket import Actor, Held

NOW = local("2026-02-01 09:00")
HOUR = dt.timedelta(hours=1)

DESK = Actor(id="ann", holds=frozenset({Held("desk")}))

BASE = """\
workflow: job
calendar: office
accountable: desk
states:
  first: {responsible: desk}
  second: {responsible: desk}
  third: {responsible: desk}
  done: {end: true}
"""

THREE_LEGS = f"""\
{BASE}
transitions:
  begin: {{from: new, to: first, by: desk}}
  go_on: {{from: first, to: second, by: desk}}
  go_further: {{from: second, to: third, by: desk}}
  finish: {{from: third, to: done, by: desk}}
deadlines:
  one: {{since: first, within: 5 working days, until: go_on, late: {{every: 1 day, notify: boss}}}}
  two: {{since: second, within: 5 working days, until: go_further, late: {{every: 1 day, notify: boss}}}}
  three: {{since: third, within: 5 working days, until: finish, late: {{every: 1 day, notify: boss}}}}
"""


LOOP = f"""\
{BASE}
transitions:
  begin: {{from: new, to: first, by: desk}}
  go_on: {{from: first, to: second, by: desk}}
  go_back: {{from: second, to: first, by: desk, at_most: 2}}
  go_further: {{from: second, to: third, by: desk}}
  finish: {{from: third, to: done, by: desk}}
reminders:
  first_lies: {{since: first, after: 1 hour, every: 1 day, while: first, notify: boss}}
  second_lies: {{since: second, after: 2 hours, every: 1 day, while: second, notify: boss}}
  third_lies: {{since: third, after: 1 hour, every: 1 day, while: third, notify: boss}}
"""

PAUSE = f"""\
{BASE}
transitions:
  begin: {{from: new, to: first, by: desk}}
  wait: {{from: first, to: second, by: desk, at_most: 3}}
  resume: {{from: second, to: first, by: [desk, clock]}}
  go_further: {{from: first, to: third, by: desk}}
  finish: {{from: third, to: done, by: desk}}
deadlines:
  work: {{since: begin, within: 24 hours, until: go_further, paused_in: second, late: {{every: 1 day, notify: boss}}}}
reminders:
  waited: {{since: second, after: 3 days, while: second, move: resume}}
  third_lies: {{since: third, after: 1 hour, every: 1 day, while: third, notify: boss}}
"""


def known(text: str) -> Catalogue:
    return compile_catalogue({"house.yaml": HOUSE, "job.yaml": text})


def figure(text: str, promise: str, name: str = "job") -> Figure:
    """What is proved of a definition with this promise in it."""
    catalogue = known(f"{text}promises: [{{{promise}}}]\n")
    (verdict,) = proof.verdicts(catalogue, catalogue.definitions[name], NOW)
    assert verdict.figure is not None
    return verdict.figure


def unheard(text: str) -> Figure:
    return figure(text, "ended_or_told_within: 1 minute")


def hours(found: Figure) -> float:
    assert found.longest is not None
    return round(found.longest / HOUR, 3)


def moves(found: Figure) -> list[str]:
    return [step.move for step in found.path]


def told_in_fact(text: str, found: Figure) -> dt.datetime:
    """When somebody is first told by time alone if the path of a figure is walked through the engine."""
    definition = known(text).definitions["job"]
    story = Story(definition, calendar=known(text).calendars["office"])
    for step in found.path:
        story.do(step.move, written(step.at), actor=DESK)
    assert found.told_at is not None
    story.wait(written(found.told_at + HOUR))
    return min(one.entry.at for one in story.decisions if one.entry.kind in ("level", "reminder"))


def written(instant: dt.datetime) -> str:
    return instant.astimezone(SHANGHAI).replace(tzinfo=None).isoformat(" ")


def holds(text: str, promise: str) -> bool:
    return proof.broken(known(f"{text}promises: [{{{promise}}}]\n"), NOW) == []


# --- Unheard from the opening -------------------------------------------------------------------------------------


def test_three_times_five_working_days_over_a_holiday_week_are_28_days_and_not_the_sum_of_the_worst() -> None:
    found = unheard(THREE_LEGS)
    assert moves(found) == ["begin", "go_on", "go_further"]
    assert hours(found) == 28 * 24  # from 27 January until the first working day after the Spring Festival
    assert written(found.path[0].at) == "2026-01-27 00:00:00.000003"
    alone = figure(THREE_LEGS, "someone_is_told_within: 1 minute, in: first")
    assert hours(alone) == 15 * 24  # over the National Day; three of these would be 45 days


def test_the_path_of_the_three_legs_walked_through_the_engine_is_as_long_to_the_microsecond() -> None:
    found = unheard(THREE_LEGS)
    assert told_in_fact(THREE_LEGS, found) == found.told_at
    assert found.exact


def test_the_promise_is_compared_in_its_own_unit() -> None:
    assert holds(THREE_LEGS, "ended_or_told_within: 15 working days")
    assert not holds(THREE_LEGS, "ended_or_told_within: 14 working days")
    assert holds(THREE_LEGS, "ended_or_told_within: 28 days")
    assert not holds(THREE_LEGS, "ended_or_told_within: 27 days")


def test_a_loop_is_walked_as_often_as_at_most_allows() -> None:
    found = unheard(LOOP)
    assert hours(found) == 3 * (1 + 2) + 1
    assert moves(found).count("go_back") == 2
    assert told_in_fact(LOOP, found) == found.told_at


def test_a_loop_without_at_most_has_no_bound_and_is_shown() -> None:
    found = unheard(LOOP.replace(", at_most: 2", ""))
    assert found.longest is None
    assert sorted(found.loop) == ["go_back", "go_on"]
    assert not holds(LOOP.replace(", at_most: 2", ""), "ended_or_told_within: 3660 days")


def test_a_clock_that_no_round_starts_anew_ends_a_loop_without_at_most() -> None:
    bounded = LOOP.replace(", at_most: 2", "") + (
        "  open_long: {since: begin, after: 20 hours, every: 1 day, while: [first, second], notify: boss}\n"
    )
    assert hours(unheard(bounded)) == 20 + 1  # until then round and round, and then the last state's own hour


def test_a_reminder_that_every_move_starts_anew_bounds_nothing() -> None:
    text = f"""{BASE}
transitions:
  begin: {{from: new, to: first, by: desk}}
  write: {{from: first, to: same, by: desk}}
  finish: {{from: first, to: done, by: desk}}
  rest: {{from: first, to: second, by: desk}}
  go_on: {{from: second, to: third, by: desk}}
  end: {{from: third, to: done, by: desk}}
reminders:
  resting: {{since: last move, after: 2 days, every: 1 day, while: anywhere, notify: boss}}
"""
    assert unheard(text).loop == ("write",)


def test_a_state_in_which_nothing_tells_has_no_bound() -> None:
    found = unheard(LOOP.replace("  third_lies", "  # third_lies"))
    assert (found.longest, found.state, found.loop) == (None, "third", ())


def test_what_an_if_may_silence_bounds_nothing() -> None:
    text = LOOP.replace("third_lies: {", "third_lies: {if: begin was made, ")
    assert unheard(text).longest is None


def test_a_paused_limit_keeps_what_it_has_used() -> None:
    once = PAUSE.replace("at_most: 3", "at_most: 1")
    found = unheard(once)
    assert hours(found) == 24 + 3 * 24 + 1  # and not twice 24 hours: what was used before the pause stays used
    assert told_in_fact(once, found) == found.told_at
    assert found.exact
    assert hours(unheard(PAUSE)) == 24 + 3 * 3 * 24 + 1


def test_a_typed_date_bounds_by_its_cap() -> None:
    text = f"""{BASE}
fields: {{due_on: {{type: date, max: 10 days after opened}}}}
transitions:
  begin: {{from: new, to: first, by: desk, fill: due_on}}
  finish: {{from: first, to: done, by: desk}}
  rest: {{from: first, to: second, by: desk, at_most: 1}}
  go_on: {{from: second, to: third, by: desk}}
  end: {{from: third, to: done, by: desk}}
deadlines:
  all: {{since: begin, no_later_than: due_on, until: finish, late: {{every: 1 day, notify: boss}}}}
"""
    assert unheard(text).exact
    assert hours(unheard(text)) == 11 * 24  # opened just after midnight, due at the end of the tenth day after
    assert unheard(text.replace("fill: due_on", "may_fill: due_on")).longest is None


def test_what_a_ticket_becomes_has_clocks_as_if_it_had_been_that_from_the_start() -> None:
    head = """\
workflow: job
family: [job-light, job-grave]
calendar: office
accountable: desk
states:
  first: {responsible: desk}
  second: {responsible: desk}
  done: {end: true}
transitions:
  begin: {from: new, to: first, by: desk}
  class: {from: first, to: second, by: desk, become: job-grave, at_most: 1}
  finish: {from: second, to: done, by: desk}
reminders:
  first_lies: {since: first, after: 5 hours, every: 1 day, while: first, notify: boss}
  second_lies: {since: second, after: 100 hours, every: 1 day, while: second, notify: boss}
"""
    members = """\
---
workflow: job-light
extends: job
---
workflow: job-grave
extends: job
deadlines:
  all: {since: begin, within: 8 hours, until: finish, late: {every: 1 hour, notify: boss}}
"""
    catalogue = known(f"{head}promises: [{{ended_or_told_within: 8 hours}}]\n{members}")
    (verdict,) = proof.verdicts(catalogue, catalogue.definitions["job"], NOW)
    assert verdict.holds
    assert verdict.figure is not None
    assert hours(verdict.figure) == 8


# --- Paused -------------------------------------------------------------------------------------------------------


def test_pauses_are_counted_as_often_as_they_can_be_made() -> None:
    found = figure(PAUSE, "paused_at_most: 1 day")
    assert hours(found) == 3 * 3 * 24
    assert moves(found) == ["begin", *("wait", "resume") * 2, "wait"]
    assert found.exact
    assert holds(PAUSE, "paused_at_most: 9 days")
    assert not holds(PAUSE, "paused_at_most: 215 hours")


def test_a_pause_counted_in_working_days_is_as_long_as_its_worst() -> None:
    text = PAUSE.replace("after: 3 days", "after: 3 working days").replace("at_most: 3", "at_most: 1")
    assert hours(figure(text, "paused_at_most: 1 day")) == 12 * 24  # over the Spring Festival
    assert holds(text, "paused_at_most: 3 working days")
    assert not holds(text, "paused_at_most: 11 days")


def test_pauses_without_number_have_no_bound_and_the_loop_is_shown() -> None:
    found = figure(
        PAUSE.replace("by: desk, at_most: 3", "by: desk, accept: {unbounded_loop: meant}"), "paused_at_most: 30 days"
    )
    assert found.longest is None
    assert sorted(found.loop) == ["resume", "wait"]


def test_a_pause_that_nothing_surely_ends_has_no_bound() -> None:
    text = PAUSE.replace("by: [desk, clock]", "by: [desk, clock], at_most: 2")
    found = figure(text, "paused_at_most: 30 days")
    assert (found.longest, found.state) == (None, "second")  # the clock's third `resume` is refused
