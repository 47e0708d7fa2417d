"""Moments: a date is its whole local day, and a distance is counted by the calendar from there."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.builders import OFFICE, local
from tests.calendars import built
from workflow.definition import Moment
from workflow.durations import parse_duration
from workflow.entry import Value
from workflow.moments import instant_of, moment_at

OPENED = local("2026-06-03 10:00")  # a Wednesday; no holiday follows before the 19th


def at(moment: Moment, *, as_limit: bool, started: dt.datetime | None = None, **values: Value) -> dt.datetime | None:
    return moment_at(moment, values, OPENED, OFFICE, as_limit=as_limit, started=started)


def distance(text: str) -> Moment:
    """`2 days before start`."""
    amount, side, name = text.rsplit(" ", 2)
    return Moment("before" if side == "before" else "after", name, parse_duration(amount))


def test_a_date_is_its_end_as_a_limit_and_its_start_otherwise() -> None:
    start = Moment("field", "start")
    assert at(start, as_limit=True, start=dt.date(2026, 6, 5)) == local("2026-06-06 00:00")
    assert at(start, as_limit=False, start=dt.date(2026, 6, 5)) == local("2026-06-05 00:00")


def test_an_instant_is_itself() -> None:
    start = Moment("field", "start")
    for as_limit in (True, False):
        assert at(start, as_limit=as_limit, start=local("2026-06-05 14:30")) == local("2026-06-05 14:30")


@pytest.mark.parametrize(
    ("text", "as_limit", "expected"),
    [
        ("2 days before start", True, "2026-06-04 00:00"),
        ("2 days before start", False, "2026-06-03 00:00"),
        ("2 days after start", True, "2026-06-08 00:00"),
        ("5 working days before start", True, "2026-05-30 00:00"),
        ("5 working days before start", False, "2026-05-29 00:00"),
        ("1 working day after start", True, "2026-06-09 00:00"),
    ],
)
def test_days_from_a_date_are_a_date_again(text: str, as_limit: bool, expected: str) -> None:
    friday = dt.date(2026, 6, 5)
    assert at(distance(text), as_limit=as_limit, start=friday) == local(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("60 days after opened", "2026-08-02 10:00"),
        ("3 working days after opened", "2026-06-08 10:00"),
        ("1 day before opened", "2026-06-02 10:00"),
        ("2 working hours before opened", "2026-06-02 17:00"),
        ("30 minutes before opened", "2026-06-03 09:30"),
    ],
)
def test_a_distance_from_an_instant_is_an_instant_in_its_own_unit(text: str, expected: str) -> None:
    for as_limit in (True, False):
        assert at(distance(text), as_limit=as_limit) == local(expected)


def test_end_of_day_is_24_00_of_the_day_on_which_the_clock_started() -> None:
    end = Moment("end_of_day")
    assert at(end, as_limit=True, started=local("2026-06-05 23:59")) == local("2026-06-06 00:00")
    assert at(end, as_limit=True) == local("2026-06-04 00:00")


def test_end_of_shift_is_that_of_the_shift_in_which_the_clock_started() -> None:
    gate = built(shifts={"day": "08:00-20:00", "night": "20:00-08:00"})
    moment = Moment("end_of_shift")
    started = local("2026-06-05 23:59")
    assert moment_at(moment, {}, OPENED, gate, as_limit=True, started=started) == local("2026-06-06 08:00")
    assert moment_at(moment, {}, OPENED, gate, as_limit=True) == local("2026-06-03 20:00")


def test_due_is_the_date_or_the_instant_that_the_schedule_has_set() -> None:
    def of(text: str, due: dt.date | None, *, as_limit: bool) -> dt.datetime | None:
        moment = distance(text) if " " in text else Moment("field", text)
        return moment_at(moment, {}, OPENED, OFFICE, as_limit=as_limit, due=due)

    sunday = dt.date(2026, 6, 7)
    assert of("due", sunday, as_limit=True) == local("2026-06-08 00:00")
    assert of("due", sunday, as_limit=False) == local("2026-06-07 00:00")
    assert of("1 working day before due", sunday, as_limit=True) == local("2026-06-06 00:00"), "all of Friday"
    assert of("2 hours before due", local("2026-06-05 17:30"), as_limit=True) == local("2026-06-05 15:30")
    assert of("due", None, as_limit=True) is None, "somebody opened the ticket by hand"


def test_a_moment_of_an_empty_field_is_not_known() -> None:
    assert at(Moment("field", "start"), as_limit=True) is None
    assert at(distance("2 days before start"), as_limit=True) is None
    assert instant_of(None, OFFICE, as_limit=True) is None


def test_only_dates_can_be_counted_from() -> None:
    for moment in (Moment("field", "start"), distance("2 days before start")):
        with pytest.raises(TypeError, match="no date"):
            at(moment, as_limit=True, start="2026-06-05")
