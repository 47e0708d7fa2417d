"""The periods of a schedule: which there are, when each opens and is due, held against counting day by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.calendars import DAY, OFFICE, at, built, day
from workflow.calendar import Calendar
from workflow.definition import Text
from workflow.durations import parse_duration
from workflow.reading.due_words import DueFaulty, parse_due, parse_opens
from workflow.recurring import Period, next_period, periods, unknown_holidays
from workflow.schedule import LAST_DAY, DueDay, Every, Schedule

SHIFTS = {"早班": "08:00-16:00", "中班": "16:00-23:30", "夜班": "00:00-08:00"}
BERLIN = built("berlin", zone="Europe/Berlin", country=None, shifts={"day": "02:00-14:00", "night": "14:00-02:00"})
GATE = built("gate", shifts=SHIFTS)


def schedule(every: Every, due: str | None = None, opens: str | None = None) -> Schedule:
    said = parse_due(due) if due else None if every == "shift" else LAST_DAY
    return Schedule(name="it", text=Text("It"), every=every, due=said, opens=parse_opens(opens) if opens else None)


def told(one: Schedule, since: str, until: str, calendar: Calendar = OFFICE) -> list[str]:
    """Each period as `key: opens - due`, in local time."""
    zone = ZoneInfo(calendar.zone)
    return [
        f"{period.key}: {period.opens.astimezone(zone):%m-%d %H:%M} - {period.due_at.astimezone(zone):%m-%d %H:%M}"
        for period in periods(one, calendar, at(since, calendar.zone), at(until, calendar.zone))
    ]


class TestPeriods:
    def test_the_survey_of_the_merchants(self) -> None:
        survey = schedule("quarter", "day 45", "44 days before")
        assert told(survey, "2026-01-01", "2026-07-01") == [
            "2026-Q1: 01-01 00:00 - 02-15 00:00",
            "2026-Q2: 04-01 00:00 - 05-16 00:00",
            "2026-Q3: 07-01 00:00 - 08-15 00:00",
        ]

    def test_the_survey_of_the_consumers_opens_in_time_for_its_plan(self) -> None:
        survey = schedule("year", "1 may", "45 days before")
        assert told(survey, "2026-01-01", "2027-12-31") == [
            "2026: 03-17 00:00 - 05-02 00:00",
            "2027: 03-17 00:00 - 05-02 00:00",
        ]

    def test_a_day_without_a_time_is_a_date_and_one_with_a_time_an_instant(self) -> None:
        (month,) = periods(schedule("month", "day 5"), OFFICE, at("2026-03-01"), at("2026-03-31"))
        assert month.due == day("2026-03-05")
        assert month.due_at == at("2026-03-06")
        (week,) = periods(schedule("week", "friday 17:30"), OFFICE, at("2026-03-02"), at("2026-03-08"))
        assert week.due == week.due_at == at("2026-03-06T17:30")

    def test_a_period_opens_with_its_beginning_if_nothing_is_said(self) -> None:
        assert told(schedule("week"), "2026-03-04", "2026-03-15") == [
            "2026-W10: 03-02 00:00 - 03-09 00:00",
            "2026-W11: 03-09 00:00 - 03-16 00:00",
        ]

    def test_working_days_are_those_of_the_calendar(self) -> None:
        assert told(schedule("month", "last working day", "3 working days before"), "2026-02-10", "2026-02-28") == [
            "2026-02: 02-25 00:00 - 03-01 00:00"
        ], "Saturday the 28th is worked in exchange"
        assert told(schedule("month", "第3个工作日"), "2026-10-01", "2026-10-02") == [
            "2026-10: 10-01 00:00 - 10-11 00:00"
        ], "8, 9 and, in exchange, Saturday 10 October"

    def test_a_day_that_the_period_lacks_is_its_last(self) -> None:
        assert told(schedule("month", "day 31"), "2026-02-01", "2026-02-28") == ["2026-02: 02-01 00:00 - 03-01 00:00"]
        assert told(schedule("year", "29 february"), "2026-01-01", "2026-12-31") == ["2026: 01-01 00:00 - 03-01 00:00"]
        assert told(schedule("year", "29 february"), "2028-01-01", "2028-12-31") == ["2028: 01-01 00:00 - 03-01 00:00"]
        assert told(schedule("month", "working day 31"), "2026-03-01", "2026-03-31") == [
            "2026-03: 03-01 00:00 - 04-01 00:00"
        ]

    def test_a_week_without_a_working_day_has_its_last_day(self) -> None:
        festival = schedule("week", "working day 2")
        assert told(festival, "2026-02-16", "2026-02-17") == ["2026-W08: 02-16 00:00 - 02-23 00:00"]

    def test_a_run_of_holidays_is_one_period(self) -> None:
        greetings = schedule("holiday", "day 1", "3 working days before")
        assert told(greetings, "2026-06-22", "2026-12-31") == [
            "2026 Mid-Autumn Festival: 09-22 00:00 - 09-26 00:00",
            "2026 National Day: 09-28 00:00 - 10-02 00:00",
        ]
        assert [one.text.zh for one in periods(greetings, OFFICE, at("2025-09-25"), at("2025-12-01"))] == [
            "2025年国庆节、中秋节"
        ]

    def test_new_year_belongs_to_the_year_in_which_it_ends(self) -> None:
        (run,) = periods(schedule("holiday"), OFFICE, at("2022-12-01"), at("2023-01-10"))
        assert (run.key, run.opens) == ("2023 New Year's Day", at("2022-12-31"))

    def test_no_holiday_is_known_beyond_the_published_years(self) -> None:
        greetings = schedule("holiday", "day 1", "20 days before")
        assert OFFICE.published_until is not None
        year = OFFICE.published_until.year + 1
        assert told(greetings, f"{year}-01-01", f"{year + 3}-01-01") == []
        assert next_period(greetings, OFFICE, at(f"{year}-01-01")) is None
        assert unknown_holidays(greetings, OFFICE, at(f"{year - 1}-12-11")) is None
        assert unknown_holidays(greetings, OFFICE, at(f"{year - 1}-12-13")) == year
        assert unknown_holidays(schedule("year"), OFFICE, at(f"{year}-12-13")) is None

    def test_a_ticket_may_open_before_its_period_begins(self) -> None:
        assert told(schedule("month", "day 1", "40 days before"), "2026-03-02", "2026-03-30") == [
            "2026-04: 02-20 00:00 - 04-02 00:00",
            "2026-05: 03-22 00:00 - 05-02 00:00",
        ]

    def test_every_day_at_a_time(self) -> None:
        assert told(schedule("day", "10:30", "2 hours before"), "2026-03-01T11:00", "2026-03-03T09:00") == [
            "2026-03-02: 03-02 08:30 - 03-02 10:30",
            "2026-03-03: 03-03 08:30 - 03-03 10:30",
        ]

    def test_what_was_due_before_is_none_and_what_is_due_after_is_one_whenever_it_opened(self) -> None:
        visits = schedule("month", "day 10")
        assert told(visits, "2026-03-10T23:59", "2026-03-11") == ["2026-03: 03-01 00:00 - 03-11 00:00"]
        assert told(visits, "2026-03-11", "2026-03-31") == []

    def test_keys_stay_while_the_schedule_changes(self) -> None:
        keys = [
            {period.key for period in periods(schedule("month", due), OFFICE, at("2026-01-01"), at("2026-06-30"))}
            for due in ("day 1", "last day", "working day 5 09:00")
        ]
        assert keys[0] == keys[1] == keys[2]


class TestShifts:
    def test_a_shift_is_due_at_its_end(self) -> None:
        assert told(schedule("shift"), "2026-03-02T07:00", "2026-03-02T17:00", GATE) == [
            "2026-03-02 夜班: 03-02 00:00 - 03-02 08:00",
            "2026-03-02 早班: 03-02 08:00 - 03-02 16:00",
            "2026-03-02 中班: 03-02 16:00 - 03-02 23:30",
        ]

    def test_a_calendar_without_shifts_has_none(self) -> None:
        assert told(schedule("shift"), "2026-03-02", "2026-04-02") == []

    def test_the_end_of_a_shift(self) -> None:
        assert GATE.end_of_shift(at("2026-03-02T08:00")) == at("2026-03-02T16:00"), (
            "a shift begins with its first instant"
        )
        assert GATE.end_of_shift(at("2026-03-02T15:59")) == at("2026-03-02T16:00")
        assert GATE.end_of_shift(at("2026-03-02T23:45")) == at("2026-03-03T08:00"), "between two shifts: of the next"
        assert OFFICE.end_of_shift(at("2026-03-02T23:45")) == at("2026-03-03"), "without shifts: of the day"
        assert BERLIN.end_of_shift(at("2026-03-02T23:45", "Europe/Berlin")) == at("2026-03-03T02:00", "Europe/Berlin")

    def test_a_shift_of_the_night_in_which_clocks_change(self) -> None:
        assert told(schedule("shift"), "2026-03-29T01:00", "2026-03-29T04:00", BERLIN) == [
            "2026-03-28 night: 03-28 14:00 - 03-29 03:00",
            "2026-03-29 day: 03-29 03:00 - 03-29 14:00",
        ]

    def test_shifts_are_part_of_the_revision_and_come_through_json(self) -> None:
        assert GATE.revision != OFFICE.revision
        again = Calendar.from_expanded(GATE.expanded())
        assert again == GATE
        assert list(again.shifts) == ["夜班", "早班", "中班"]
        assert again.end_of_shift(at("2026-03-02T23:45")) == GATE.end_of_shift(at("2026-03-02T23:45"))


class TestWords:
    @pytest.mark.parametrize(
        ("english", "chinese", "meant"),
        [
            ("last working day", "最后一个工作日", DueDay("last_working")),
            ("Last  day", "最后一天", LAST_DAY),
            ("working day 3", "第3个工作日", DueDay("working_day", 3)),
            ("day 45", "第45天", DueDay("day", 45)),
            ("friday 17:30", "周五 17:30", DueDay("weekday", 4, time=dt.time(17, 30))),
            ("Sunday", "星期日", DueDay("weekday", 6)),
            ("1 may", "5月1日", DueDay("date", 5, 1)),
            ("may 1 9:00", "5月1日9:00", DueDay("date", 5, 1, dt.time(9))),
            ("17:30", "17:30", DueDay("day", 1, time=dt.time(17, 30))),
        ],
    )
    def test_a_day_in_both_languages(self, english: str, chinese: str, meant: DueDay) -> None:
        assert parse_due(english) == parse_due(chinese) == meant

    @pytest.mark.parametrize(
        "text", ["", "day 0", "day", "32 may", "1 mai", "第0天", "friday 24:00", "2026-05-01", "13月1日"]
    )
    def test_what_is_no_day_is_refused_with_what_would_be_one(self, text: str) -> None:
        with pytest.raises(DueFaulty, match="last working day") as caught:
            parse_due(text)
        assert "最后一个工作日" in caught.value.finding.text_zh

    def test_how_long_before_in_both_languages(self) -> None:
        assert (
            parse_opens("45 days before")
            == parse_opens("提前45天")
            == parse_opens("45天前")
            == parse_duration("45 days")
        )
        with pytest.raises(DueFaulty, match="45 days before"):
            parse_opens("45 days")
        with pytest.raises(DueFaulty, match="whole number"):
            parse_opens("提前好几天")


# --- Held against counting day by day -----------------------------------------------------------------------------


def name_of(every: str, date: dt.date) -> str:
    """The period that a date belongs to."""
    year, week, _ = date.isocalendar()
    return {
        "day": f"{date:%Y-%m-%d}",
        "week": f"{year}-W{week:02}",
        "month": f"{date:%Y-%m}",
        "quarter": f"{date.year}-Q{(date.month + 2) // 3}",
        "year": f"{date.year}",
    }[every]


def by_counting(
    one: Schedule, calendar: Calendar, since: dt.datetime, until: dt.datetime
) -> Iterator[tuple[str, dt.date]]:
    """Key and due date of the periods, found by looking at each date of four years."""
    dates: dict[str, list[dt.date]] = {}
    date = calendar.local_date(since).replace(month=1, day=1) - 10 * DAY
    while date.year <= calendar.local_date(until).year + 2:
        dates.setdefault(name_of(one.every, date), []).append(date)
        date += DAY
    whole = list(dates.items())[1:-1]
    for key, days in whole:
        due = counted(one.due or LAST_DAY, days, calendar)
        moment = calendar.end_of(due) if not one.due or one.due.time is None else calendar.at_time(due, one.due.time)
        opens = calendar.start_of(days[0])
        if one.opens is not None and one.opens.unit.value == "days":
            opens = calendar.start_of(due - one.opens.count)
            if one.due is not None and one.due.time is not None:
                opens = calendar.back(moment, one.opens.count, one.opens.unit)
        if moment > since and opens <= until:
            yield key, due


def counted(said: DueDay, days: list[dt.date], calendar: Calendar) -> dt.date:
    worked = [one for one in days if calendar.is_working_day(one)]
    number = said.number if said.number is not None else 1
    match said.kind:
        case "day":
            return days[number - 1] if number <= len(days) else days[-1]
        case "working_day":
            return (worked[number - 1] if number <= len(worked) else worked[-1]) if worked else days[-1]
        case "last_working":
            return worked[-1] if worked else days[-1]
        case "weekday":
            return next(one for one in days if one.weekday() == number)
        case "date":
            return max(one for one in days if (one.month, one.day) <= (number, said.day or 1))
        case "last_day":
            return days[-1]


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    every: Every = draw(st.sampled_from(["day", "week", "month", "quarter", "year"]))
    kinds = {"day": [], "week": ["weekday"], "year": ["date"]}.get(every, [])
    kind = draw(st.sampled_from(["day", "working_day", "last_day", "last_working", *kinds]))
    time = draw(st.none() | st.times().map(lambda one: one.replace(second=0, microsecond=0)))
    due = {
        "weekday": lambda: DueDay("weekday", draw(st.integers(0, 6)), time=time),
        "date": lambda: DueDay("date", draw(st.integers(1, 12)), draw(st.integers(1, 29)), time),
        "last_day": lambda: DueDay("last_day", time=time),
        "last_working": lambda: DueDay("last_working", time=time),
        "day": lambda: DueDay("day", draw(st.integers(1, 100)), time=time),
        "working_day": lambda: DueDay("working_day", draw(st.integers(1, 30)), time=time),
    }[kind]()
    opens = draw(st.none() | st.integers(1, 400).map(lambda number: parse_duration(f"{number} days")))
    return Schedule(name="it", text=Text("It"), every=every, due=due, opens=opens)


@settings(max_examples=60, deadline=None)
@given(
    schedules(),
    st.sampled_from([OFFICE, BERLIN, built("weekend", working_days=["saturday"], hours={"every day": "09:00-12:00"})]),
    st.dates(day("2024-01-01"), day("2026-12-31")).flatmap(
        lambda date: st.times().map(lambda time: dt.datetime.combine(date, time, dt.UTC))
    ),
    st.integers(0, 300),
)
def test_the_periods_are_those_that_counting_finds(
    one: Schedule, calendar: Calendar, since: dt.datetime, days: int
) -> None:
    until = since + days * DAY
    found = list(periods(one, calendar, since, until))
    date_of = calendar.local_date
    assert [(each.key, due_date(each, calendar)) for each in found] == list(by_counting(one, calendar, since, until))
    assert len({each.key for each in found}) == len(found)
    assert all(each.opens <= each.due_at for each in found)
    following = next_period(one, calendar, until)
    assert following is not None
    assert following.opens > until
    assert date_of(following.due_at) >= date_of(until)


def due_date(period: Period, calendar: Calendar) -> dt.date:
    return calendar.local_date(period.due) if isinstance(period.due, dt.datetime) else period.due
