"""Properties of counting: for houses made up at random, near changes of the clock and runs of holidays."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from random import Random
from zoneinfo import ZoneInfo

import pytest
import workclock
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.houses import DAY, MINUTE, PLACES, Hours, House, houses, slow_counts
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.durations import Unit

MANY = settings(max_examples=80, derandomize=True, deadline=None, database=None)
SECOND = dt.timedelta(seconds=1)

units = st.sampled_from(Unit)
amounts = st.one_of(
    st.integers(1, 3 * 86400).map(lambda n: n * SECOND),
    st.integers(1, 40).map(lambda n: n * DAY),
    st.timedeltas(min_value=dt.timedelta(microseconds=1), max_value=60 * DAY),
)


def instants(house: House) -> st.SearchStrategy[dt.datetime]:
    """Instants about the date at which something happens in the house's zone, often just there."""
    noon = dt.datetime.combine(house.near, dt.time(12), dt.UTC)
    return st.one_of(
        st.integers(-2 * 1440, 2 * 1440).map(lambda n: noon + n * MINUTE),
        st.timedeltas(min_value=-40 * DAY, max_value=40 * DAY).map(lambda away: noon + away),
    )


def clock_jumps_at(instant: dt.datetime, calendar: Calendar) -> bool:
    """Whether the local clock was put forward at an instant: a day may end in what it left out."""
    zone = ZoneInfo(calendar.zone)
    now, just = instant.astimezone(zone), (instant - dt.timedelta(microseconds=1)).astimezone(zone)
    return now.replace(tzinfo=None) - just.replace(tzinfo=None) > SECOND


@MANY
@given(houses(), st.integers(-2, 0), st.integers(0, 10**6))
def test_every_count_is_what_a_slow_count_minute_by_minute_says(house: House, before: int, seed: int) -> None:
    calendar = house.calendar()
    minutes = 3 * 1440
    first = dt.datetime.combine(house.near + before * DAY, dt.time(), dt.UTC)
    slow = slow_counts(house, first, minutes)
    random = Random(seed)
    for unit in Unit:
        count = slow[unit]
        for _ in range(20):
            start, end = sorted(random.randrange(minutes + 1) for _ in range(2))
            passed = count[end] - count[start]
            assert calendar.between(first + start * MINUTE, first + end * MINUTE, unit) == passed * MINUTE
            amount = random.randint(1, max(passed, 1))
            reached = bisect_left(count, count[start] + amount)
            if reached <= minutes:
                assert calendar.add(first + start * MINUTE, amount * MINUTE, unit) == first + reached * MINUTE
            left = bisect_left(count, count[end] - amount)
            if left:
                assert calendar.back(first + end * MINUTE, amount * MINUTE, unit) == first + left * MINUTE


@MANY
@given(st.data(), houses(), units, amounts)
def test_what_is_added_lies_between(data: st.DataObject, house: House, unit: Unit, amount: dt.timedelta) -> None:
    calendar, start = house.calendar(), data.draw(instants(house))
    due = calendar.add(start, amount, unit)
    passed = calendar.between(start, due, unit)
    assert passed == amount or (passed > amount and clock_jumps_at(due, calendar))
    assert calendar.between(start, due - dt.timedelta(microseconds=1), unit) < amount, "no earlier instant would do"


@MANY
@given(st.data(), houses(), units, amounts)
def test_what_is_taken_back_is_left(data: st.DataObject, house: House, unit: Unit, amount: dt.timedelta) -> None:
    calendar, end = house.calendar(), data.draw(instants(house))
    earlier = calendar.back(end, amount, unit)
    left = calendar.between(earlier, end, unit)
    assert left == amount or (left < amount and clock_jumps_at(earlier, calendar))
    assert calendar.between(earlier - dt.timedelta(microseconds=1), end, unit) > amount, "no earlier instant would do"


@MANY
@given(st.data(), houses(), units, amounts, amounts)
def test_a_later_start_and_a_larger_amount_are_never_due_earlier(
    data: st.DataObject, house: House, unit: Unit, amount: dt.timedelta, more: dt.timedelta
) -> None:
    calendar = house.calendar()
    early, late = sorted((data.draw(instants(house)), data.draw(instants(house))))
    assert calendar.add(early, amount, unit) <= calendar.add(late, amount, unit)
    assert calendar.add(early, amount, unit) <= calendar.add(early, amount + more, unit)
    assert calendar.back(early, amount, unit) <= calendar.back(late, amount, unit)
    assert calendar.back(early, amount + more, unit) <= calendar.back(early, amount, unit)


@MANY
@given(st.data(), houses(), amounts)
def test_working_time_is_due_inside_an_opening_or_at_its_end(
    data: st.DataObject, house: House, amount: dt.timedelta
) -> None:
    calendar = house.calendar()
    due = calendar.add(data.draw(instants(house)), amount, Unit.WORKING_TIME)
    date = calendar.local_date(due)
    spans = [span for n in range(-2, 1) for span in calendar.hours(date + n * DAY)]
    assert any(start < due <= end for start, end in spans)


@MANY
@given(houses())
def test_the_openings_of_a_date_are_those_that_the_house_has(house: House) -> None:
    calendar = house.calendar()
    for date in (house.near + n * DAY for n in range(-9, 10)):
        expected = [
            (calendar.at_time(start.date(), start.time()), calendar.at_time(end.date(), end.time()))
            for start, end in house.openings(date)
        ]
        assert list(calendar.hours(date)) == [(start, end) for start, end in expected if start < end]
        assert calendar.is_working_day(date) == house.works(date)


@MANY
@given(st.data(), houses(), units, amounts)
def test_however_a_clock_is_paused_it_runs_for_exactly_its_amount(
    data: st.DataObject, house: House, unit: Unit, amount: dt.timedelta
) -> None:
    calendar, now = house.calendar(), data.draw(instants(house))
    ran, spans = dt.timedelta(), []
    for run, pause in data.draw(st.lists(st.tuples(amounts, amounts), max_size=5)):
        if ran + calendar.between(now, now + run, unit) >= amount:
            break
        spans.append((now, now + run))
        ran += calendar.between(now, now + run, unit)
        now += run + pause
    due = calendar.add(now, amount - ran, unit)
    spans.append((now, due))
    total = sum((calendar.between(start, end, unit) for start, end in spans), dt.timedelta())
    assert total == amount or (total > amount and clock_jumps_at(due, calendar))


@MANY
@given(st.data(), houses(), units)
def test_two_parts_are_the_whole(data: st.DataObject, house: House, unit: Unit) -> None:
    calendar = house.calendar()
    start, middle, end = sorted(data.draw(instants(house)) for _ in range(3))
    whole = calendar.between(start, end, unit)
    assert calendar.between(start, middle, unit) + calendar.between(middle, end, unit) == whole


@MANY
@given(st.data(), houses(), units, amounts, amounts)
def test_an_answer_depends_on_nothing_that_was_asked_before(
    data: st.DataObject, house: House, unit: Unit, amount: dt.timedelta, later: dt.timedelta
) -> None:
    """Asked whole years away at first, a calendar often knows its counts just from, or just until, the start."""
    start = data.draw(instants(house))
    asked = house.calendar()
    for years in data.draw(st.lists(st.sampled_from([-3, -2, -1, 1, 2, 3]), min_size=1, max_size=3)):
        away = start + years * 365 * DAY
        asked.between(away, away, unit)
    fresh = Calendar.from_expanded(json.loads(json.dumps(asked.expanded())), "fresh")
    assert fresh.revision == asked.revision
    passed = fresh.between(start, start + later, unit)
    assert asked.back(start + later, passed, unit) == fresh.back(start + later, passed, unit)
    assert asked.between(start, start + later, unit) == passed
    assert asked.between(start - later, start, unit) == fresh.between(start - later, start, unit)
    assert asked.add(start, amount, unit) == fresh.add(start, amount, unit)
    assert asked.back(start, amount, unit) == fresh.back(start, amount, unit)


@st.composite
def plain_hours(draw: st.DrawFn) -> tuple[Hours, frozenset[dt.timedelta]]:
    """One or two openings of every weekday but Sunday, and closed dates, as far as the other package means the same.

    It puts an edge in a missing hour an hour later, and ends its closed dates at midnight: so no edge lies before
    three in the morning, and nights have no closed dates.
    """
    edges = sorted(draw(st.lists(st.integers(180, 1439), min_size=4, max_size=4, unique=True)))
    one_of_two = [((edges[0], edges[1]), (edges[2], edges[3])), ((edges[0], edges[1]), (edges[3], edges[2]))]
    hours: Hours = draw(st.sampled_from([*one_of_two, ((edges[1], edges[0]),)]))
    if any(end <= start for start, end in hours):
        return hours, frozenset()
    return hours, draw(st.frozensets(st.integers(-9, 9).map(lambda n: n * DAY), max_size=4))


@MANY
@given(
    st.sampled_from([place for place in PLACES if place[0] != "Pacific/Apia"]),
    plain_hours(),
    st.integers(-40 * 1440, 40 * 1440),
    st.integers(1, 30 * 1440),
)
def test_working_time_is_what_another_package_says(
    place: tuple[str, dt.date], plain: tuple[Hours, frozenset[dt.timedelta]], minute: int, minutes: int
) -> None:
    zone, near = place
    hours, away = plain
    closed = {near + days for days in away}
    words = [f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours]
    spec = CalendarSpec(
        calendar="house", zone=zone, hours={"every day": words, "sunday": "closed"}, closed=list(map(str, closed))
    )
    calendar = build_calendar(spec)
    days = [workclock.WorkDay(dt.time(*divmod(a, 60)), dt.time(*divmod(b, 60)), days=range(6)) for a, b in hours]
    other = workclock.Schedule([*days, workclock.Holidays(closed)], time_zone=zone)
    start = dt.datetime.combine(near, dt.time(), dt.UTC) + minute * MINUTE
    amount = minutes * MINUTE
    due = calendar.add(start, amount, Unit.WORKING_TIME)
    assert due == other.add(start, amount)
    assert calendar.between(start, due + amount, Unit.WORKING_TIME) == other.between(start, due + amount)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"])
def test_a_year_of_civil_days_has_as_many_days_as_the_year(zone: str) -> None:
    calendar = build_calendar(CalendarSpec(calendar="house", zone=zone, hours={"every day": "00:00-24:00"}))
    start, end = calendar.start_of(dt.date(2026, 1, 1)), calendar.start_of(dt.date(2027, 1, 1))
    assert calendar.between(start, end, Unit.DAYS) == 365 * DAY
    assert calendar.between(start, end, Unit.WORKING_DAYS) == 261 * DAY
    assert calendar.between(start, end, Unit.WORKING_TIME) == end - start
