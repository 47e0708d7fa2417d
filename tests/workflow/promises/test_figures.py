"""The two figures of small lifecycles, worked out by hand."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from workflow.compiling import compile_catalogue
from workflow.durations import parse_duration
from workflow.promises.figure import Figure, Kind
from workflow.promises.proving import figures, silence_within

AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

HOUSE = """\
calendar: office
zone: Asia/Shanghai
country: CN
hours: {weekdays: ["09:00-12:00", "13:00-18:00"]}
---
roles:
  desk: {scope: site}
  boss: {scope: site}
  duty_manager: {scope: site}
departments: {operations: {}}
"""

JOB = """\
workflow: job
calendar: office
accountable: desk
accept: {silent_state: tried here, unbounded_pause: tried here, uncapped_date: tried here}
fields:
  by_when: {type: date, max: 10 days after opened}
states:
  open: {responsible: desk}
  done: {end: true}
transitions:
  begin: {from: new, to: open, by: desk, may_fill: by_when}
  note: {from: open, to: same, by: desk}
  finish: {from: anywhere, to: done, by: desk}
"""

PAUSING = JOB.replace(
    "  done: {end: true}\n",
    "  waiting: {responsible: desk}\n  done: {end: true}\n",
).replace(
    "  finish:",
    "  wait: {from: open, to: waiting, by: desk, at_most: 3}\n"
    "  go_on: {from: waiting, to: open, by: [desk, clock]}\n"
    "  finish:",
)

RESTING = "resting: {since: last move, after: 2 working days, every: 1 working day, while: anywhere, notify: boss}"


def hours(count: float) -> dt.timedelta:
    return dt.timedelta(hours=count)


def days(count: float) -> dt.timedelta:
    return dt.timedelta(days=count)


def shanghai(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def all_of(text: str, workflow: str = "job", house: str = HOUSE) -> dict[tuple[str, Kind], Figure]:
    known = compile_catalogue({"house.yaml": house, "job.yaml": text})
    return {(one.state, one.kind): one for one in figures(known, known.definitions[workflow], AT)}


def longest(text: str, state: str = "open", workflow: str = "job") -> tuple[dt.timedelta | None, dt.timedelta | None]:
    """First telling and longest silence of a state; each must have its witness."""
    found = all_of(text, workflow)
    both = found[state, "first_telling"], found[state, "longest_silence"]
    assert all(one.exact for one in both), both
    return both[0].longest, both[1].longest


def test_of_three_levels_the_widest_gap_is_the_longest_silence() -> None:
    text = (
        JOB
        + """\
deadlines:
  answer:
    within: 30 minutes
    until: finish
    soon: [{left: 10 minutes, notify: boss}]
    late: [{notify: boss}, {late_by: 2 hours, every: 45 minutes, notify: boss}]
"""
    )
    assert longest(text) == (hours(1 / 3), hours(2))


def test_a_level_that_does_not_repeat_ends_in_silence() -> None:
    text = JOB + "deadlines:\n  answer: {within: 30 minutes, until: finish, late: [{notify: boss}]}\n"
    first, silence = all_of(text)["open", "first_telling"], all_of(text)["open", "longest_silence"]
    assert (first.longest, silence.longest, silence.told_at) == (hours(0.5), None, None)
    assert silence.exact


def test_whoever_may_be_nobody_is_not_told() -> None:
    text = JOB + "reminders:\n  again: {after: 1 hour, every: 1 hour, while: anywhere, notify: requester}\n"
    assert all_of(text)["open", "longest_silence"].longest is None


def test_a_condition_may_be_false() -> None:
    told = "reminders:\n  again: {if: by_when is filled, after: 1 hour, every: 1 hour, while: anywhere, notify: boss}\n"
    assert all_of(JOB + told)["open", "first_telling"].longest is None


def test_working_days_are_longest_before_the_spring_festival() -> None:
    # 2026: the 15th to the 23rd of February are holidays, the 14th (a Saturday) is worked for them. From just after
    # Friday the 13th has begun, two working days end just after the 24th has.
    figure = all_of(JOB + f"reminders:\n  {RESTING}\n")["open", "first_telling"]
    assert figure.start == shanghai("2026-02-13 00:00:00.000001")
    assert figure.told_at == shanghai("2026-02-24 00:00:00.000001")
    assert (figure.longest, figure.exact, figure.source and figure.source.name) == (days(11), True, "resting")


def test_a_local_time_puts_off_what_comes_again() -> None:
    text = JOB + 'reminders:\n  daily: {every: 1 day, at: "09:00", while: anywhere, notify: boss}\n'
    # The first comes at once; of a ticket that is opened after midnight the next one comes on the morning after.
    assert longest(text) == (hours(0), days(1) + hours(9) - dt.timedelta(microseconds=1))


def test_a_clock_that_ran_before_a_pause_may_have_all_of_its_amount_left() -> None:
    text = (
        PAUSING
        + """\
deadlines:
  answer: {within: 4 hours, until: finish, paused_in: waiting, late: [{every: 6 hours, notify: boss}]}
reminders:
  waited: {since: waiting, after: 3 days, while: waiting, move: go_on}
"""
    )
    # Fresh four hours; after the limit six, also on coming back from waiting at that very moment.
    assert longest(text) == (hours(6), hours(6))
    assert longest(text, "waiting") == (days(3), days(3))


@pytest.mark.parametrize("soon", ["", "soon: [{left: 4 hours, notify: boss}], "])
def test_a_warning_in_another_unit_makes_no_silence_after_a_pause_longer(soon: str) -> None:
    late = "late: [{notify: boss}, {late_by: 1 day, every: 1 day, notify: boss}]"
    text = (
        PAUSING
        + f"""\
deadlines:
  answer: {{within: 2 days, until: finish, paused_in: waiting, {soon}{late}}}
reminders:
  waited: {{since: waiting, after: 5 days, while: waiting, move: go_on}}
"""
    )
    assert all_of(text)["open", "longest_silence"].longest == days(2)


def test_a_typed_date_is_at_the_latest_the_end_of_its_last_day() -> None:
    text = (
        JOB.replace("may_fill: by_when", "fill: by_when")
        + "deadlines:\n  answer: {no_later_than: by_when, until: finish, late: [{every: 1 day, notify: boss}]}\n"
    )
    # Opened just after midnight, ten days later is just after midnight, too, and that day counts whole.
    assert longest(text) == (days(11) - dt.timedelta(microseconds=1), days(11) - dt.timedelta(microseconds=1))


def test_a_date_that_may_be_empty_leaves_the_duration_in_force() -> None:
    text = (
        JOB
        + "deadlines:\n"
        + "  answer: {within: 2 hours, replaced_by: by_when, until: finish, late: [{every: 1 hour, notify: boss}]}\n"
    )
    assert longest(text)[0] == days(11) - dt.timedelta(microseconds=1)


def test_whoever_repeats_a_move_cannot_put_off_a_clock_that_runs() -> None:
    text = (
        JOB
        + "deadlines:\n"
        + "  answer: {since: note, within: 3 hours, until: finish, late: [{every: 2 hours, notify: boss}]}\n"
    )
    assert all_of(text)["open", "first_telling"].longest is None  # nobody may ever note anything
    told = text.replace("since: note", "since: [begin, note]")
    assert longest(told) == (hours(3), hours(3))


def test_a_reminder_since_the_last_move_is_put_off_by_every_move() -> None:
    once = JOB + "deadlines:\n  answer: {within: 3 hours, until: finish, late: [{notify: boss}]}\n"
    text = (
        once
        + "reminders:\n  quiet: {since: last move, after: 4 hours, every: 4 hours, while: anywhere, notify: boss}\n"
    )
    # At three hours the limit has told; a note at that moment puts the reminder off for four.
    assert longest(text) == (hours(3), hours(4))


FAMILY = """\
workflow: job
family: [light, grave]
calendar: office
accountable: desk
accept: {silent_state: tried here}
fields:
  class: {type: choice, of: {low: {}, high: {}}}
states:
  open: {responsible: desk}
  sorted: {responsible: desk}
  done: {end: true}
transitions:
  begin: {from: new, to: open, by: desk}
  sort: {from: open, to: sorted, by: desk, fill: class, become: {class: {low: light, high: grave}}}
  finish: {from: anywhere, to: done, by: desk}
reminders:
  unsorted: {since: open, after: 20 minutes, every: 30 minutes, while: open, notify: boss}
---
workflow: light
extends: job
accept: {silent_state: tried here}
deadlines:
  solve: {since: begin, within: 2 hours, until: finish, late: [{every: 5 hours, notify: boss}]}
---
workflow: grave
extends: job
accept: {silent_state: tried here}
deadlines:
  solve: {since: sort, within: 1 hour, until: finish, late: [{every: 1 hour, notify: boss}]}
"""


def test_a_class_takes_a_clock_over_as_if_it_had_held_from_the_start() -> None:
    # What is past when the ticket becomes light comes at once; so nothing is worse than sorting it at once, at first.
    assert longest(FAMILY, "sorted", "light") == (hours(2), hours(5))
    assert longest(FAMILY, "sorted", "grave") == (hours(1), hours(1))
    assert longest(FAMILY, "open") == (hours(1 / 3), hours(1 / 2))


def test_a_promise_is_counted_in_its_own_unit() -> None:
    known = compile_catalogue({"house.yaml": HOUSE, "job.yaml": JOB + f"reminders:\n  {RESTING}\n"})
    job = known.definitions["job"]
    kept = silence_within(known, job, "open", "first_telling", parse_duration("2 working days"), AT)
    broken = silence_within(known, job, "open", "first_telling", parse_duration("10 days"), AT)
    assert kept is None
    assert broken is not None
    assert (broken.longest, broken.exact) == (days(11), True)


def test_two_elapsed_days_are_no_two_working_days() -> None:
    text = JOB + "deadlines:\n  answer: {within: 50 hours, until: finish, late: [{every: 1 hour, notify: boss}]}\n"
    known = compile_catalogue({"house.yaml": HOUSE, "job.yaml": text})
    broken = silence_within(
        known, known.definitions["job"], "open", "first_telling", parse_duration("2 working days"), AT
    )
    assert broken is not None
    assert broken.longest == hours(50)


def test_a_state_that_is_entered_again_is_entered_with_clocks_that_ran() -> None:
    text = (
        PAUSING + "deadlines:\n  answer: {within: 30 minutes, until: finish, late: [{every: 2 hours, notify: boss}]}\n"
    )
    assert longest(text) == (hours(2), hours(2))
    assert longest(text, "waiting") == (hours(2), hours(2))


@pytest.mark.parametrize("state", ["open", "waiting"])
def test_the_path_of_an_exact_figure_ends_in_its_state(state: str) -> None:
    for (where, _), figure in all_of(PAUSING + f"reminders:\n  {RESTING}\n").items():
        assert figure.path[-1].state == where
        assert figure.start is not None
        assert figure.path[-1].at <= figure.start
    assert (state, "longest_silence") in all_of(PAUSING + f"reminders:\n  {RESTING}\n")
