"""Planning as a function: the same whether it is worked out again or taken over, and exact whatever is paused."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import OFFICE, SHANGHAI, Story, deadline, late, lifecycle, soon
from tests.definitions.shipped import shipped_files
from tests.properties.histories import (
    DAY,
    MINUTE,
    THURSDAY,
    Plot,
    make_up,
    plots,
    require_consistent,
    standing,
    tell_again,
    told,
    what_counts,
)
from tests.properties.in_memory import InMemory
from workflow.clocks import Clock, Span
from workflow.compiling import compile_catalogue
from workflow.definition import Deadline
from workflow.durations import Unit, parse_duration
from workflow.entry import Entry, Extension
from workflow.history import fold
from workflow.planning import plan
from workflow.ticket import Decision, Ticket
from workflow.timers import MICROSECOND, Repeat, used

CATALOGUE = compile_catalogue(
    shipped_files() | {"errands.yaml": Path(__file__).with_name("errands.yaml").read_text("utf-8")}
)
CALENDAR = CATALOGUE.calendars["mall"]
BY_REVISION = {one.revision: one for one in CATALOGUE.definitions.values()}

SAME = settings(deadline=None, derandomize=True, database=None)


# --- Whole histories ----------------------------------------------------------------------------------------------


@settings(SAME, max_examples=120)
@given(plot=plots(9))
def test_what_is_taken_over_from_the_entry_before_is_what_would_be_worked_out_again(plot: Plot) -> None:
    def look(decision: Decision, before: Ticket | None) -> None:
        after = decision.ticket
        again = plan(replace(after, timers=before.timers if before else ()), decision.definition, CALENDAR)
        assert again == (after.clocks, after.timers)

    world = InMemory("errand", CATALOGUE.definitions, CALENDAR, look)
    done, end = make_up(world, plot, CALENDAR)
    at_the_end = InMemory("errand", CATALOGUE.definitions, CALENDAR, look)
    tell_again(at_the_end, done, end, None)


@settings(SAME, max_examples=100)
@given(plot=plots(9), workflow=st.sampled_from(["errand", "errand", "complaint", "repair", "service-request"]))
def test_when_a_sweep_comes_by_changes_nothing_that_counts(plot: Plot, workflow: str) -> None:
    """As through the database, with many more histories and delays."""
    on_time = InMemory(workflow, CATALOGUE.definitions, CALENDAR)
    done, end = make_up(on_time, plot, CALENDAR)
    ticket = on_time.ticket()
    if ticket is None:
        return
    require_consistent(ticket, on_time.entries(), BY_REVISION, CALENDAR)
    for late_by in (MINUTE, 50 * MINUTE, DAY, None):
        other = InMemory(workflow, CATALOGUE.definitions, CALENDAR)
        assert tell_again(other, done, end, late_by) == done
        found = other.ticket()
        assert found is not None
        assert standing(found) == standing(ticket)
        assert what_counts(other.entries(), BY_REVISION) == what_counts(on_time.entries(), BY_REVISION)
        assert told(other.entries(), BY_REVISION) <= told(on_time.entries(), BY_REVISION)
        require_consistent(found, other.entries(), BY_REVISION, CALENDAR)


# --- One clock ----------------------------------------------------------------------------------------------------

DURATIONS = st.sampled_from(
    ["20 minutes", "9 hours", "2 days", "3 working days", "4 working hours", "90 working minutes", "1 working day"]
)
PAUSES = st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 3000)), max_size=6)
"""How many minutes a clock runs, and how many it is paused after that, again and again."""


def paused(limit: Deadline, pauses: list[tuple[int, int]]) -> tuple[Clock, Ticket]:
    """The clock of a ticket that ran and waited so long in turn, and now runs; no sweep has come by."""
    at = THURSDAY + dt.timedelta(hours=2)
    story = Story(lifecycle(limit))

    def do(name: str) -> None:
        story.do(name, f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")

    do("begin")
    for running, waiting in pauses:
        at += running * MINUTE
        do("wait")
        at += waiting * MINUTE
        do("go_on")
    assert story.ticket is not None
    return story.clock(limit.name), story.ticket


@settings(SAME, max_examples=80)
@given(within=DURATIONS, pauses=PAUSES)
def test_a_limit_is_the_first_instant_at_which_its_amount_is_used_whatever_was_paused(
    within: str, pauses: list[tuple[int, int]]
) -> None:
    amount = parse_duration(within)
    clock, _ = paused(deadline("d", since="open", until="finish", within=within, paused_in="waiting"), pauses)
    assert clock.limit_at is not None
    assert used(clock.spans, clock.limit_at, amount.unit, OFFICE) == amount.count
    assert used(clock.spans, clock.limit_at - MICROSECOND, amount.unit, OFFICE) < amount.count


@settings(SAME, max_examples=80)
@given(within=DURATIONS, pauses=PAUSES, share=st.integers(1, 99))
def test_a_warning_is_the_first_instant_at_which_no_more_than_its_share_is_left(
    within: str, pauses: list[tuple[int, int]], share: int
) -> None:
    amount = parse_duration(within)
    clock, ticket = paused(
        deadline("d", soon(f"{share}%"), late(), since="open", until="finish", within=within, paused_in="waiting"),
        pauses,
    )
    fired = clock.fired.get("soon 1")
    warned = fired.due_at if fired else next(one.due_at for one in ticket.timers if one.key.level == "soon 1")
    left = amount.count // MICROSECOND * share // 100 * MICROSECOND
    assert amount.count - used(clock.spans, warned, amount.unit, OFFICE) <= left
    assert amount.count - used(clock.spans, warned - MICROSECOND, amount.unit, OFFICE) > left


@settings(SAME, max_examples=40)
@given(within=DURATIONS, more=st.integers(1, 5000), pauses=PAUSES)
def test_an_extension_is_as_if_the_limit_had_been_longer_from_the_start(
    within: str, more: int, pauses: list[tuple[int, int]]
) -> None:
    limit = deadline("d", since="open", until="finish", within=within, paused_in="waiting")
    definition = lifecycle(limit)
    _, ticket = paused(limit, pauses)
    amount = parse_duration(within)
    entry = Entry(
        sequence=ticket.sequence + 1,
        kind="extension",
        name="d",
        at=ticket.at,
        workflow=definition.name,
        revision=definition.revision,
        calendar=OFFICE.revision,
        version=ticket.version + 1,
        extension=Extension(amount=more * MINUTE, reason="parts", approver="boss"),
    )
    clock = fold(ticket, entry, definition, OFFICE).clocks[-1]
    assert clock.limit_at is not None
    assert used(clock.spans, clock.limit_at, amount.unit, OFFICE) == amount.count + more * MINUTE


@settings(SAME, max_examples=80)
@given(
    spans=st.lists(st.tuples(st.integers(1, 4000), st.integers(1, 4000)), max_size=4),
    first=st.integers(0, 3000),
    every=st.sampled_from(["45 minutes", "1 day", "2 working days", "3 working hours"]),
    at=st.one_of(st.none(), st.times(min_value=dt.time(0), max_value=dt.time(23, 59))),
    asked=st.integers(0, 12000),
)
def test_repeats_are_found_by_counting_as_they_are_by_going_through_them(
    spans: list[tuple[int, int]], first: int, every: str, at: dt.time | None, asked: int
) -> None:
    duration = parse_duration(every)
    start = THURSDAY
    stretches = []
    for running, waiting in spans:
        stretches.append(Span(start, start + running * MINUTE))
        start += (running + waiting) * MINUTE
    local_time = at if duration.unit in (Unit.DAYS, Unit.WORKING_DAYS) else None
    repeat = Repeat(THURSDAY + first * MINUTE, (*stretches, Span(start)), duration, local_time)
    instant = repeat.first + asked * MINUTE
    every_one = [repeat.first]
    while every_one[-1] <= instant:
        following = repeat.occurrence(len(every_one), OFFICE)
        assert following is not None
        assert following > every_one[-1]
        every_one.append(following)
    assert repeat.number_at(instant, OFFICE) == len(every_one) - 2
    assert repeat.next_after(instant, OFFICE) == every_one[-1]
    assert all(repeat.comes_at(one, OFFICE) for one in every_one)
    assert repeat.comes_at(instant, OFFICE) == (instant in every_one)
