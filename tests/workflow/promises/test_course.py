"""Courses of whole years hold what the calendar reckons instant by instant."""

import datetime as dt
import random

import pytest

from tests.builders import OFFICE
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.durations import Unit
from workflow.promises.course import NOW, Course, earlier, instant_at, later, ticks
from workflow.promises.pieces import LONG_AGO, NEVER
from workflow.promises.years import Years

NIGHTS = build_calendar(
    CalendarSpec(calendar="nights", zone="Europe/Berlin", hours={"weekdays": ["09:00-12:00", "22:00-03:00"]})
)
AMOUNTS = [dt.timedelta(microseconds=1), dt.timedelta(hours=1), dt.timedelta(days=1), dt.timedelta(days=3)]


def years_of(calendar: Calendar) -> Years:
    return Years(calendar, dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.timedelta(days=120))


YEARS = {"office": years_of(OFFICE), "nights": years_of(NIGHTS)}


def instants(years: Years, course: Course, seed: int = 7) -> list[int]:
    """Some of the year, and those around the edges of a course."""
    some = random.Random(seed)
    found = [some.randrange(years.first, years.last) for _ in range(60)]
    for start, value, _ in some.sample(course.pieces, min(40, len(course.pieces))):
        found += [start - 1, start, start + 1, value - 1, value, value + 1]
    return [one for one in found if years.first <= one < years.last]


@pytest.mark.parametrize("name", YEARS)
@pytest.mark.parametrize("unit", Unit)
def test_adding_and_counting_back_are_those_of_the_calendar(name: str, unit: Unit) -> None:
    years = YEARS[name]
    for amount in AMOUNTS:
        there, back = years.add(amount, unit), years.back(amount, unit)
        for at in instants(years, there):
            assert there.at(at) == ticks(years.calendar.add(instant_at(at), amount, unit))
            assert back.at(at) == ticks(years.calendar.back(instant_at(at), amount, unit))


@pytest.mark.parametrize("name", YEARS)
@pytest.mark.parametrize("unit", Unit)
def test_the_latest_start_is_the_last_one_that_leads_no_further(name: str, unit: Unit) -> None:
    years = YEARS[name]
    for amount in AMOUNTS:
        for there in (years.add(amount, unit), years.at_time(dt.time(9, 30)).after(years.add(amount, unit))):
            back = there.latest
            for at in instants(years, there):
                assert there.at(back.at(at)) <= at < there.at(back.at(at) + 1)


@pytest.mark.parametrize("name", YEARS)
def test_of_two_courses_the_earlier_and_the_later_are_those_of_every_instant(name: str) -> None:
    years = YEARS[name]
    one = years.end_of_day().after(years.add(dt.timedelta(hours=5), Unit.WORKING_DAYS))
    other = years.add(dt.timedelta(hours=30), Unit.WORKING_TIME)
    first, last, ahead, past = earlier(one, other), later(one, other), one.while_ahead(other), one.once_past(other)
    behind = one.behind(other)
    for at in instants(years, other):
        mine, its = one.at(at), other.at(at)
        assert (first.at(at), last.at(at)) == (min(mine, its), max(mine, its))
        assert (ahead.at(at), past.at(at)) == ((mine, NEVER) if its > at else (NEVER, mine))
        assert behind.at(at) == (mine if mine > its else LONG_AGO)


def test_the_longest_time_is_found_to_the_microsecond_where_the_holidays_begin() -> None:
    years = YEARS["office"]
    length, when = years.add(dt.timedelta(days=5), Unit.WORKING_DAYS).longest(years.first, years.last)
    # From Wednesday 23 September: 23, 24, then 28, 29, 30 but for a microsecond, then the holidays up to 7 October.
    assert instant_at(when) == dt.datetime(2026, 9, 22, 16, 0, 0, 1, tzinfo=dt.UTC)
    assert dt.timedelta(microseconds=length) == dt.timedelta(days=15)


def test_no_minute_of_a_year_has_a_longer_time_than_the_one_that_is_found() -> None:
    years = YEARS["nights"]
    course = years.add(dt.timedelta(hours=10), Unit.WORKING_TIME)
    length, when = course.longest(years.first, years.last)
    minutes = range(years.first, years.last, 60_000_000)
    slow = max(course.at(at + more) - at - more for at in minutes for more in (0, 1))
    assert slow == length == course.at(when) - when


def test_after_a_course_of_all_that_comes_at_once_a_course_is_itself() -> None:
    years = YEARS["office"]
    there = years.add(dt.timedelta(days=1), Unit.DAYS)
    assert there.after(NOW) is there
    assert NOW.after(there) is there
