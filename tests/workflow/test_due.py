"""When a limit is over and why: cases of 2026 worked by hand from the official notice, and many at random."""

from __future__ import annotations

import datetime as dt
import json
from bisect import bisect_left
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendars import NIGHT, OFFICE, abroad, at, built
from tests.properties.houses import DAY, MINUTE, House, houses, slow_counts
from workflow.calendar import Calendar
from workflow.due import YearUnknown, due_at, used_between, way
from workflow.due_questions import answer
from workflow.durations import Unit, parse_duration
from workflow.reading.given import Calendars

MALL = """
calendar: mall
zone: Asia/Shanghai
country: CN
hours: {weekdays: ["09:00-12:00", "13:00-18:00"]}
"""


def told(calendar: Calendar, start: str, within: str, lang: str = "en") -> list[str]:
    """The way to a limit: from and until, + for what counts, - for what does not, and why."""
    zone = ZoneInfo(calendar.zone)
    limit = parse_duration(within)
    begin = at(start, calendar.zone)
    stretches = way(calendar, begin, due_at(calendar, begin, limit), limit.unit)
    return [
        f"{one.start.astimezone(zone):%m-%d %H:%M} {one.end.astimezone(zone):%m-%d %H:%M} {'-' if one.skipped else '+'}"
        + (f" {one.reason.text.read(lang)}" if one.reason else "")
        for one in stretches
    ]


def test_working_days_skip_the_weekend() -> None:
    assert told(OFFICE, "2026-03-05T15:00", "3 working days") == [
        "03-05 15:00 03-07 00:00 +",
        "03-07 00:00 03-09 00:00 - weekend",
        "03-09 00:00 03-10 15:00 +",
    ]


def test_a_make_up_saturday_counts_and_says_so() -> None:
    lines = told(OFFICE, "2026-02-13T16:00", "1 working day")
    assert lines == ["02-13 16:00 02-14 00:00 +", "02-14 00:00 02-14 16:00 + make-up working day"]
    assert told(OFFICE, "2026-02-13T16:00", "1 working day", "zh")[1].endswith("调休上班")


def test_a_holiday_is_told_by_its_name_and_a_closed_day_by_its_reason() -> None:
    desk = built(closed={"2026-03-06": "盘点", "2026-03-05": ""}, open={"2026-03-08": "会员日"})
    assert told(desk, "2026-02-13T12:00", "3 working days")[1:-1] == [
        "02-14 00:00 02-15 00:00 + make-up working day",
        "02-15 00:00 02-24 00:00 - public holiday, Spring Festival",
    ]
    assert told(desk, "2026-02-13T12:00", "3 working days", "zh")[2].endswith("法定节假日：春节")
    assert told(desk, "2026-03-05T12:00", "1 working day", "zh") == [
        "03-05 12:00 03-06 00:00 - 休息：闭馆休息",
        "03-06 00:00 03-07 00:00 - 休息：盘点",
        "03-07 00:00 03-08 00:00 - 周末",
        "03-08 00:00 03-09 00:00 + 自定工作日：会员日",
    ]
    assert told(desk, "2026-03-05T12:00", "1 working hour")[1] == "03-06 00:00 03-07 00:00 - closed, 盘点"


def test_working_hours_skip_what_lies_before_between_and_after_the_openings() -> None:
    assert told(OFFICE, "2026-03-05T17:00", "5 working hours") == [
        "03-05 17:00 03-05 18:00 +",
        "03-05 18:00 03-06 00:00 - after closing",
        "03-06 00:00 03-06 09:00 - before opening",
        "03-06 09:00 03-06 12:00 +",
        "03-06 12:00 03-06 13:00 - between two openings",
        "03-06 13:00 03-06 14:00 +",
    ]


def test_the_end_of_a_day_is_due_before_the_next_opening() -> None:
    assert due_at(OFFICE, at("2026-03-05T17:00"), parse_duration("1 working hour")) == at("2026-03-05T18:00")


def test_a_night_shift_is_skipped_by_day() -> None:
    assert told(NIGHT, "2026-03-05T05:00", "2 working hours") == [
        "03-05 05:00 03-05 06:00 +",
        "03-05 06:00 03-05 22:00 - before opening",
        "03-05 22:00 03-05 23:00 +",
    ]


def test_a_week_that_rests_on_monday_has_a_rest_day_of_its_own() -> None:
    desk = built(country=None, working_days=["tuesday", "wednesday", "thursday"], hours={"tuesday": "09:00-18:00"})
    assert "- rest day of the week" in told(desk, "2026-03-05T00:00", "2 working days")[-2]
    assert "- no opening hours on this weekday" in told(desk, "2026-03-04T10:00", "1 working hour")[0]


def test_hours_of_its_own_are_told() -> None:
    house = built(dates={"2026-03-05": "09:00-10:00"})
    assert told(house, "2026-03-05T09:00", "1 working hour") == [
        "03-05 09:00 03-05 10:00 + hours of its own on this date"
    ]


def test_an_hour_that_comes_twice_counts_once() -> None:
    line = told(abroad("Europe/Berlin"), "2026-10-24T12:00", "1 day")[1]
    assert line == "10-25 02:00 10-25 03:00 - local time that comes a second time"


def test_an_hour_that_does_not_exist_passes_at_once() -> None:
    lines = told(abroad("Europe/Berlin"), "2026-03-28T12:00", "1 day")
    assert "03-29 03:00 03-29 03:00 + local time that does not exist passes at once" in lines
    assert lines[-1].split()[2:4] == ["03-29", "12:00"]


def test_elapsed_time_skips_nothing() -> None:
    assert told(OFFICE, "2026-02-13T23:00", "48 hours") == ["02-13 23:00 02-15 23:00 +"]


@pytest.mark.parametrize(
    ("start", "within", "due"),
    [
        # New Year 1 to 3 January (Sunday 4 January is worked); Spring Festival 15 to 23 February, with Saturdays
        # 14 and 28 February worked; Tomb-Sweeping 4 to 6 April; Labour Day 1 to 5 May, Saturday 9 May worked; Dragon
        # Boat 19 to 21 June; Mid-Autumn 25 to 27 September; National Day 1 to 7 October, 20 September and 10 October.
        ("2025-12-31T15:00", "1 working day", "2026-01-04T15:00"),
        ("2025-12-31T15:00", "2 working days", "2026-01-05T15:00"),
        ("2026-02-13T16:00", "3 working days", "2026-02-25T16:00"),
        ("2026-02-14T17:00", "2 working hours", "2026-02-24T10:00"),
        ("2026-02-27T10:00", "1 working day", "2026-02-28T10:00"),
        ("2026-02-18T10:00", "1 working day", "2026-02-25T00:00"),
        ("2026-04-03T17:00", "2 working hours", "2026-04-07T10:00"),
        ("2026-04-30T09:00", "2 working days", "2026-05-07T09:00"),
        ("2026-05-08T18:00", "60 working minutes", "2026-05-09T10:00"),
        ("2026-06-18T12:00", "4个工作小时", "2026-06-18T17:00"),
        ("2026-06-18T15:00", "4个工作小时", "2026-06-22T10:00"),
        ("2026-09-24T18:00", "30 working minutes", "2026-09-28T09:30"),
        ("2026-09-18T12:00", "2个工作日", "2026-09-21T12:00"),
        ("2026-09-30T15:00", "3 working days", "2026-10-10T15:00"),
        ("2026-10-10T17:30", "1 working hour", "2026-10-12T09:30"),
    ],
)
def test_a_case_of_2026_worked_by_hand(start: str, within: str, due: str) -> None:
    line = json.dumps({"calendar": "mall", "start": start, "within": within})
    assert answer(line, Calendars({"mall.yaml": MALL}))["due"] == f"{due}+08:00"


def test_a_year_without_published_holidays_is_refused_for_working_time() -> None:
    until = OFFICE.published_until
    assert until is not None
    late = at(f"{until}T12:00")
    with pytest.raises(YearUnknown, match=f"holidays of {until.year + 1} are not known"):
        due_at(OFFICE, late, parse_duration("3 working days"))
    with pytest.raises(YearUnknown):
        used_between(OFFICE, late, late + DAY, Unit.WORKING_TIME)
    assert due_at(OFFICE, late, parse_duration("24 hours")) == late + DAY


@settings(max_examples=25, derandomize=True, deadline=None, database=None)
@given(houses(), st.integers(0, 10**6))
def test_every_answer_is_what_a_slow_count_minute_by_minute_says(house: House, seed: int) -> None:
    minutes = 3 * 1440
    first = dt.datetime.combine(house.near - DAY, dt.time(), dt.UTC)
    slow = slow_counts(house, first, minutes)
    random, calendars = Random(seed), Calendars({})
    for unit, words in UNITS.items():
        count = slow[unit]
        start, end = sorted(random.randrange(minutes + 1) for _ in range(2))
        amount = random.randint(1, max(count[end] - count[start], 1))
        asked: dict[str, Any] = {"calendar": house.said(), "start": (first + start * MINUTE).isoformat()}
        used = answer(json.dumps(asked | {"end": (first + end * MINUTE).isoformat(), "unit": words}), calendars)
        if unit in (Unit.ELAPSED, Unit.WORKING_TIME):
            assert used["used"] == count[end] - count[start]
        else:
            assert used["used"] == pytest.approx((count[end] - count[start]) / 1440)
        still = {minute for minute in range(start, end) if count[minute] == count[minute + 1]}
        leaps = {minute for minute in range(start, end) if count[minute + 1] > count[minute] + 1}
        assert still <= skipped(used, first) <= still | leaps
        reached = bisect_left(count, count[start] + amount)
        if reached <= minutes and unit in (Unit.ELAPSED, Unit.WORKING_TIME):
            due = answer(json.dumps(asked | {"within": f"{amount} {words}"}), calendars)
            assert dt.datetime.fromisoformat(due["due"]) == first + reached * MINUTE


UNITS = {
    Unit.ELAPSED: "minutes",
    Unit.DAYS: "days",
    Unit.WORKING_DAYS: "working days",
    Unit.WORKING_TIME: "working minutes",
}


def skipped(told: dict[str, Any], first: dt.datetime) -> set[int]:
    """The minutes that an answer skips."""
    found: set[int] = set()
    for one in told["skipped"]:
        start, end = (dt.datetime.fromisoformat(one[key]) for key in ("from", "to"))
        minutes = range((start - first) // MINUTE, (end - first) // MINUTE)
        assert not found & set(minutes)
        found.update(minutes)
    return found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nope", "not JSON"),
        ("", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[1]", "a question is a map"),
        ("[" * 100_000, "nested too deeply"),
        ('{"start": 1, "start": 2}', "start is written twice"),
        ('{"calendar": "mall", "start": "2026-03-05T10:00", "witin": "1 day"}', "did you mean within?"),
        ('{"calendar": "mall", "start": "2026-03-05T10:00"}', "`start` and `within`, or"),
        ('{"start": "2026-03-05T10:00", "within": "1 day"}', "`calendar` is the name"),
        ('{"calendar": "mal", "start": "2026-03-05T10:00", "within": "1 day"}', "did you mean mall?"),
        ('{"calendar": "mall", "start": "2026-03-05 at ten", "within": "1 day"}', "no date or time"),
        ('{"calendar": "mall", "start": 5, "within": "1 day"}', "no date or time"),
        ('{"calendar": "mall", "start": "2026-03-05T10:00", "within": 3}', "not a duration"),
        ('{"calendar": "mall", "start": "2026-03-05T10:00", "end": "2026-03-05", "unit": "moons"}', "no unit of time"),
        ('{"calendar": "mall", "start": "2026-03-05T10:00", "end": "2026-03-04", "unit": "days"}', "earlier"),
        ('{"calendar": "mall", "start": "1960-03-05T10:00", "within": "3 days"}', "1970"),
        ('{"calendar": "mall", "start": "2199-03-05T10:00Z", "within": "3000 days"}', "2200"),
        ('{"calendar": "mall", "start": "2199-03-05T10:00Z", "within": "3 working days"}', "holidays of 2199"),
        ('{"calendar": {"zone": "UTC"}, "start": "2026-03-05", "within": "1 day"}', "calendar: the calendar is never"),
        ('{"calendar": {"extends": "mell"}, "start": "2026-03-05", "within": "1 day"}', "did you mean mall?"),
        ('{"calendar": {"extends": "mall", "hors": 1}, "start": "2026-03-05", "within": "1 day"}', "mean hours?"),
        (
            '{"calendar": {"extends": "mall", "hours": {"monday": "9"}}, "start": "2026-03-05", "within": "1 day"}',
            'calendar.hours.monday: "9" is no opening',
        ),
    ],
)
def test_a_question_that_cannot_be_answered_is_answered_by_a_sentence(line: str | bytes, said: str) -> None:
    calendars = Calendars({"mall.yaml": MALL})
    assert said in answer(line, calendars)["error"]
    assert answer(line, calendars, "zh")["error"] != answer(line, calendars)["error"]


def test_a_given_calendar_may_use_every_key_and_extend_a_named_one() -> None:
    given_one = {
        "calendar": "desk",
        "zh": "服务台",
        "en": "Desk",
        "extends": "mall",
        "zone": "Asia/Tokyo",
        "country": "CN",
        "holidays": "as usual",
        "hours": {"every day": "10:00-20:00"},
        "working_days": ["weekdays", "saturday"],
        "closed": {"2026-03-06": "stocktaking"},
        "open": ["2026-03-08"],
        "dates": {"2026-03-09": "10:00-11:00"},
    }
    calendars = Calendars({"mall.yaml": MALL})
    asked = {"calendar": given_one, "start": "2026-03-05T19:00", "within": "24 working hours"}
    assert answer(json.dumps(asked), calendars)["due"] == "2026-03-10T12:00+09:00"
    asked = {"calendar": given_one, "start": "2026-03-05T19:00", "within": "3 working days"}
    assert answer(json.dumps(asked), calendars)["due"] == "2026-03-09T19:00+09:00"
    assert calendars.given(given_one) is calendars.given(dict(given_one))


def test_an_amount_used_is_told_in_the_unit_asked_for() -> None:
    asked = {"calendar": "mall", "start": "2026-03-05T09:00:00", "end": "2026-03-05T09:00:30"}
    calendars = Calendars({"mall.yaml": MALL})
    for unit, used in [("working minutes", 0.5), ("seconds", 30), ("分钟", 0.5), ("working hours", 30 / 3600)]:
        assert answer(json.dumps(asked | {"unit": unit}), calendars)["used"] == used
    whole = answer(json.dumps(asked | {"unit": "seconds"}), calendars)["used"]
    assert isinstance(whole, int)


def test_a_local_start_that_does_not_exist_or_comes_twice_is_the_first_instant() -> None:
    berlin = {"zone": "Europe/Berlin", "hours": {"every day": "00:00-24:00"}}
    calendars = Calendars({})
    for start, due in [("2026-03-29T02:30", "2026-03-29T04:00+02:00"), ("2026-10-25T02:30", "2026-10-25T02:30+01:00")]:
        line = json.dumps({"calendar": berlin, "start": start, "within": "1 hour"})
        assert answer(line, calendars)["due"] == due
