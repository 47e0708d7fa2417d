"""That the exploration, by which the figures of promises are judged, itself finds what is plain to see."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest

from tests.properties.promises.corners import QUIET, edges, eve
from tests.properties.promises.exploring import FIRST_TELLING, LONGEST_SILENCE, Exploring
from tests.properties.promises.making import ROLES, written
from workflow.compiling import compile_catalogue

HOUSE = """\
calendar: house
zone: Asia/Shanghai
country: CN
hours: {weekdays: ["09:00-12:00", "13:00-18:00"]}
---
""" + written({"roles": ROLES})

ONE = "  s1: {responsible: desk}"
TWO = f"{ONE}\n  s2: {{responsible: desk}}"

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


def explored(
    parts: str,
    *,
    more: str = "",
    most: int = 1500,
    start: dt.datetime | None = None,
    moves: str = "",
    states: str = ONE,
) -> Exploring:
    text = f"""\
workflow: job
{more}calendar: house
accountable: boss
accept: {{silent_state: made up, unbounded_pause: made up, unbounded_loop: made up}}
states:
{states}
  done: {{end: true}}
transitions:
  begin: {{from: new, to: s1, by: desk}}
  finish: {{from: anywhere, to: done, by: desk}}
{moves}{parts}"""
    catalogue = compile_catalogue({"house.yaml": HOUSE, "job.yaml": text})
    return Exploring(catalogue, catalogue.definitions["job"], (start,) if start else (), most=most).run()


def longest(found: Exploring, kind: str = LONGEST_SILENCE, state: str = "s1") -> dt.timedelta | None:
    return found.met[kind, "job", state].longest


def test_nobody_hears_of_a_ticket_after_the_last_level() -> None:
    found = explored("deadlines: {answer: {within: 3 hours, until: finish, late: {notify: boss}}}\n")
    assert longest(found, FIRST_TELLING) == 3 * HOUR
    assert longest(found) is None


def test_a_repeat_ends_every_silence() -> None:
    found = explored("deadlines: {answer: {within: 3 hours, until: finish, late: {every: 7 hours, notify: boss}}}\n")
    assert (longest(found, FIRST_TELLING), longest(found)) == (3 * HOUR, 7 * HOUR)


def test_what_only_the_requester_hears_breaks_no_silence() -> None:
    late = "[{notify: requester}, {late_by: 2 hours, every: 1 hour, notify: boss}]"
    found = explored(f"deadlines: {{answer: {{within: 3 hours, until: finish, late: {late}}}}}\n")
    assert longest(found, FIRST_TELLING) == 5 * HOUR


def test_two_working_days_are_longest_from_the_eve_of_the_spring_festival() -> None:
    # The make-up Saturday 14 February 2026 is the last working day before the festival, and ends at midnight.
    start = dt.datetime(2026, 2, 14, 16, tzinfo=dt.UTC)
    assert start in eve(compile_catalogue({"house.yaml": HOUSE}).calendars["house"])
    resting = "{since: last move, after: 2 working days, every: 1 hour, while: anywhere, notify: boss}"
    assert longest(explored(f"reminders: {{resting: {resting}}}\n", start=start), FIRST_TELLING) == 11 * DAY


def test_a_move_may_come_just_before_somebody_would_be_told() -> None:
    found = explored(
        "reminders: {resting: {since: last move, after: 10 hours, every: 1 hour, while: anywhere, notify: boss}}\n"
        "deadlines: {answer: {within: 24 hours, until: note, late: {notify: boss}}}\n",
        moves="  note: {from: s1, to: same, by: desk}\n",
    )
    assert longest(found) == 10 * HOUR


def test_what_is_overdue_on_entering_is_told_at_once() -> None:
    found = explored(
        "deadlines: {answer: {within: 3 hours, until: finish, paused_in: s1, late: {every: 1 hour, notify: boss}}}\n",
        states=TWO,
        moves="  go: {from: s1, to: s2, by: desk}\n",
    )
    assert longest(found, FIRST_TELLING, "s1") is None
    assert longest(found, FIRST_TELLING, "s2") == 3 * HOUR


@pytest.mark.parametrize("kind", [FIRST_TELLING, LONGEST_SILENCE])
def test_a_move_by_the_clock_is_a_telling_and_enters_a_state(kind: str) -> None:
    found = explored(
        "reminders:\n  goes_on: {since: s1, after: 5 hours, while: s1, move: go}\n"
        "  there: {since: s2, after: 2 hours, every: 9 hours, while: s2, notify: boss}\n",
        states=TWO,
        moves="  go: {from: s1, to: s2, by: [desk, clock]}\n",
    )
    assert longest(found, kind, "s1") == 5 * HOUR
    assert longest(found, kind, "s2") == (2 if kind == FIRST_TELLING else 9) * HOUR


def test_more_tickets_are_looked_at_move_by_move() -> None:
    parts = (
        "reminders: {resting: {since: last move, after: 2 working days, every: 1 day, while: anywhere, notify: boss}}\n"
    )
    moves = "  note: {from: s1, to: same, by: desk}\n"
    found = [explored(parts, moves=moves, most=most) for most in (10, 100, 1000)]
    assert all(less.tickets < more.tickets for less, more in pairwise(found))
    assert [one.depth for one in found] == sorted(one.depth for one in found)
    assert found[-1].depth >= 2


def test_the_corners_of_a_calendar_hold_the_edges_of_an_ordinary_day() -> None:
    calendar = compile_catalogue({"house.yaml": HOUSE}).calendars["house"]
    assert {calendar.end_of(QUIET), *calendar.hours(QUIET)[-1]} <= {*edges(calendar)}
