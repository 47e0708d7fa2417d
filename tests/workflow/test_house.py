"""What a date is in a house: China's working days and holidays, nights, own dates."""

from __future__ import annotations

import chinese_calendar
import pytest

from tests.calendars import DAY, DESK, HOUR, MALL, NIGHT, OFFICE, at, built, day, hours, year
from workflow.durations import Unit

MADE_UP = [
    *["2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"],
    *["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"],
]


class TestWorkingDays:
    @pytest.mark.parametrize("date", MADE_UP)
    def test_a_make_up_day_is_a_working_day(self, date: str) -> None:
        assert day(date).weekday() >= 5
        assert OFFICE.is_working_day(day(date))
        assert hours(OFFICE, date) == ["09:00-12:00", "13:00-18:00"]

    @pytest.mark.parametrize("number", [2025, 2026])
    def test_there_are_248_working_days_in_2025_and_in_2026(self, number: int) -> None:
        assert sum(map(OFFICE.is_working_day, year(number))) == 248

    @pytest.mark.parametrize("number", range(2019, 2027))
    def test_every_day_is_what_another_package_says(self, number: int) -> None:
        assert [date for date in year(number) if OFFICE.is_working_day(date) != chinese_calendar.is_workday(date)] == []

    @pytest.mark.parametrize("number", [2020, 2021, 2022, 2023, 2025, 2026])
    def test_a_desk_open_every_day_rests_in_the_whole_of_every_run_of_holidays(self, number: int) -> None:
        """The years in which no notice says "joined with the weekend" without naming its days."""
        runs = chinese_calendar.constants.holidays
        assert [date for date in year(number) if bool(DESK.hours(date)) == (date in runs)] == []

    def test_the_working_week_may_be_another_one(self) -> None:
        six = built(working_days=["weekdays", "saturday"], hours={"every day": "09:00-18:00"})
        assert six.is_working_day(day("2026-10-17"))
        assert not six.is_working_day(day("2026-10-18"))
        assert not six.is_working_day(day("2026-10-03")), "a Saturday inside the run of the National Day"
        assert six.is_working_day(day("2026-09-20")), "a make-up Sunday"

    def test_without_a_country_there_are_no_holidays(self) -> None:
        plain = built(country=None)
        assert plain.is_working_day(day("2026-10-01"))
        assert not plain.is_working_day(day("2026-10-10"))


class TestHolidays:
    def test_a_desk_open_every_day_rests_through_a_holiday_run(self) -> None:
        shut = [f"2026-10-0{n}" for n in range(1, 8)]
        assert [hours(DESK, date) for date in shut] == [[]] * 7
        assert day("2026-10-04").weekday() == 6, "a weekend day inside the run, no statutory holiday"
        assert hours(DESK, "2026-09-30") == hours(DESK, "2026-10-08") == ["08:00-20:00"]
        assert DESK.add(at("2026-09-30 19:00"), 2 * HOUR, Unit.WORKING_TIME) == at("2026-10-08 09:00")

    def test_its_ordinary_weekends_are_open_and_no_working_days(self) -> None:
        assert hours(DESK, "2026-10-17") == ["08:00-20:00"]
        assert not DESK.is_working_day(day("2026-10-17"))

    def test_a_mall_may_be_open_as_usual_and_its_working_days_are_the_country_s(self) -> None:
        assert hours(MALL, "2026-10-04") == ["10:00-22:00"]
        assert not MALL.is_working_day(day("2026-10-04"))
        assert not MALL.is_working_day(day("2026-10-05"))

    def test_a_make_up_day_opens_no_house_that_is_open_as_usual(self) -> None:
        as_usual = built(holidays="as usual")
        assert hours(as_usual, "2026-10-10") == []
        assert as_usual.is_working_day(day("2026-10-10"))

    def test_a_make_up_day_has_the_hours_of_the_first_of_the_working_week(self) -> None:
        short_friday = built(hours={"weekdays": "09:00-18:00", "friday": "09:00-15:00", "monday": "08:00-17:00"})
        assert hours(short_friday, "2026-10-10") == ["08:00-17:00"]

    def test_a_desk_open_on_saturdays_is_open_on_a_make_up_saturday_as_always(self) -> None:
        half = built(hours={"weekdays": "09:00-18:00", "saturday": "09:00-12:00"})
        assert hours(half, "2026-10-10") == ["09:00-12:00"]
        assert hours(half, "2026-09-20") == ["09:00-18:00"], "a Sunday, which has none of its own"


class TestNights:
    def test_a_night_belongs_to_the_day_on_which_it_begins(self) -> None:
        assert NIGHT.hours(day("2026-11-20")) == ((at("2026-11-20 22:00"), at("2026-11-21 06:00")),)
        assert NIGHT.add(at("2026-11-20 23:00"), 9 * HOUR, Unit.WORKING_TIME) == at("2026-11-22 00:00")

    def test_the_night_of_the_eve_runs_on_into_the_holiday(self) -> None:
        assert NIGHT.add(at("2026-09-30 23:00"), 7 * HOUR, Unit.WORKING_TIME) == at("2026-10-01 06:00")
        assert NIGHT.add(at("2026-10-01 05:00"), 2 * HOUR, Unit.WORKING_TIME) == at("2026-10-08 23:00")

    def test_the_night_of_the_last_holiday_is_closed_after_midnight_too(self) -> None:
        assert NIGHT.between(at("2026-10-07 12:00"), at("2026-10-08 12:00"), Unit.WORKING_TIME) == 0 * HOUR

    def test_the_night_of_an_own_rest_day_does_not_take_place(self) -> None:
        shut = built(hours={"every day": "22:00-06:00"}, closed=["2026-11-20"])
        assert shut.between(at("2026-11-20 00:00"), at("2026-11-21 12:00"), Unit.WORKING_TIME) == 6 * HOUR

    def test_a_day_and_a_night_shift_that_meet_count_once(self) -> None:
        meeting = built(country=None, hours={"every day": ["05:00-12:00", "22:00-06:00"]})
        assert meeting.between(at("2026-11-17 12:00"), at("2026-11-18 12:00"), Unit.WORKING_TIME) == 14 * HOUR

    def test_round_the_clock_is_elapsed_time(self) -> None:
        for text in ("00:00-24:00", "09:00-09:00"):
            always = built(country=None, hours={"every day": text})
            assert always.add(at("2026-11-20 10:00"), 50 * HOUR, Unit.WORKING_TIME) == at("2026-11-22 12:00")

    def test_an_evening_may_end_at_midnight(self) -> None:
        evening = built(hours={"weekdays": "18:00-24:00"})
        assert evening.hours(day("2026-11-20")) == ((at("2026-11-20 18:00"), at("2026-11-21 00:00")),)


class TestOwnDates:
    def test_an_own_rest_day_is_no_working_day_and_closed(self) -> None:
        calendar = built(closed={"2026-11-20": "company day"})
        assert not calendar.is_working_day(day("2026-11-20"))
        assert hours(calendar, "2026-11-20") == []
        assert calendar.add(at("2026-11-19 15:00"), DAY, Unit.WORKING_DAYS) == at("2026-11-23 15:00")

    def test_an_own_rest_day_goes_before_a_make_up_day_and_before_as_usual(self) -> None:
        calendar = built(closed="2026-10-10", holidays="as usual", hours={"every day": "10:00-22:00"})
        assert not calendar.is_working_day(day("2026-10-10"))
        assert hours(calendar, "2026-10-10") == []

    def test_an_own_working_day_goes_before_a_holiday(self) -> None:
        calendar = built(open=["2026-10-02", "2026-10-03"])
        assert calendar.is_working_day(day("2026-10-02"))
        assert hours(calendar, "2026-10-02") == ["09:00-12:00", "13:00-18:00"]
        assert hours(calendar, "2026-10-03") == ["09:00-12:00", "13:00-18:00"], "a Saturday, worked like a Monday"

    def test_a_single_date_may_have_hours_of_its_own(self) -> None:
        calendar = built(dates={"2026-02-13": "09:00-15:00", "2026-02-18": ["10:00-11:00", "14:00-15:00"]})
        assert hours(calendar, "2026-02-13") == ["09:00-15:00"]
        assert hours(calendar, "2026-02-18") == ["10:00-11:00", "14:00-15:00"], "also on a holiday"
        assert not calendar.is_working_day(day("2026-02-18")), "which it does not turn into a working day"

    @pytest.mark.parametrize("closed", ["closed", []])
    def test_a_single_date_without_hours_stays_a_working_day(self, closed: object) -> None:
        calendar = built(dates={"2026-11-20": closed})
        assert hours(calendar, "2026-11-20") == []
        assert calendar.is_working_day(day("2026-11-20"))
