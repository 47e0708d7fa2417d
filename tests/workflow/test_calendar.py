"""Counting by name: working days, working hours, changes of the clock, published years, and what is refused."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.calendars import DAY, DESK, HOUR, MALL, NIGHT, OFFICE, abroad, at, built, day, hours, year
from workflow.calendar import Calendar, HorizonPassed
from workflow.durations import Unit


class TestCountingWorkingDays:
    @pytest.mark.parametrize(
        ("start", "due"),
        [
            ("2026-11-17 15:00", "2026-11-20 15:00"),  # Tuesday to Friday
            ("2026-11-21 11:00", "2026-11-26 00:00"),  # from a Saturday: the end of Wednesday
            ("2026-11-20 00:00", "2026-11-25 00:00"),  # from the start of a Friday: the end of Tuesday
            ("2026-11-18 00:00", "2026-11-21 00:00"),  # the end of Friday, not Monday
            ("2026-09-30 16:00", "2026-10-10 16:00"),  # over the holiday week, to the make-up Saturday
            ("2026-02-13 09:00", "2026-02-25 09:00"),  # Friday, make-up Saturday, nine days off, Tuesday, Wednesday
        ],
    )
    def test_three_working_days(self, start: str, due: str) -> None:
        assert OFFICE.add(at(start), 3 * DAY, Unit.WORKING_DAYS) == at(due)

    def test_working_days_do_not_ask_for_opening_hours(self) -> None:
        assert OFFICE.add(at("2026-11-17 23:59"), DAY, Unit.WORKING_DAYS) == at("2026-11-18 23:59")

    def test_days_count_rest_days_too(self) -> None:
        assert OFFICE.add(at("2026-09-30 16:00"), 3 * DAY, Unit.DAYS) == at("2026-10-03 16:00")

    def test_back_over_a_rest_day_leads_to_the_earliest_instant(self) -> None:
        assert OFFICE.back(at("2026-11-24 00:00"), DAY, Unit.WORKING_DAYS) == at("2026-11-21 00:00")
        assert OFFICE.back(at("2026-11-25 15:00"), 3 * DAY, Unit.WORKING_DAYS) == at("2026-11-20 15:00")


class TestWorkingTime:
    def test_an_amount_that_ends_with_the_hours_ends_at_closing_time(self) -> None:
        assert OFFICE.add(at("2026-11-20 16:00"), 2 * HOUR, Unit.WORKING_TIME) == at("2026-11-20 18:00")
        assert OFFICE.add(at("2026-11-20 11:00"), HOUR, Unit.WORKING_TIME) == at("2026-11-20 12:00")

    def test_one_minute_more_is_the_first_of_the_next_opening(self) -> None:
        amount = 2 * HOUR + dt.timedelta(minutes=1)
        assert OFFICE.add(at("2026-11-20 16:00"), amount, Unit.WORKING_TIME) == at("2026-11-23 09:01")

    def test_the_break_does_not_count(self) -> None:
        assert OFFICE.between(at("2026-11-20 08:00"), at("2026-11-20 20:00"), Unit.WORKING_TIME) == 8 * HOUR
        assert OFFICE.add(at("2026-11-20 12:30"), HOUR, Unit.WORKING_TIME) == at("2026-11-20 14:00")

    def test_back_from_an_opening_leads_to_the_closing_before(self) -> None:
        assert OFFICE.back(at("2026-11-23 10:00"), HOUR, Unit.WORKING_TIME) == at("2026-11-20 18:00")
        assert OFFICE.back(at("2026-11-23 10:00"), 2 * HOUR, Unit.WORKING_TIME) == at("2026-11-20 17:00")

    def test_seconds_and_smaller_are_kept(self) -> None:
        start = at("2026-11-20 17:59:59.000001")
        assert OFFICE.add(start, dt.timedelta(seconds=1), Unit.WORKING_TIME) == at("2026-11-23 09:00:00.000001")

    @pytest.mark.parametrize("unit", Unit)
    def test_nothing_leads_to_the_start_itself(self, unit: Unit) -> None:
        start = at("2026-11-21 11:00")
        assert OFFICE.add(start, dt.timedelta(), unit) == start
        assert OFFICE.between(start, start, unit) == dt.timedelta()

    @pytest.mark.parametrize("unit", Unit)
    def test_what_comes_out_is_in_utc(self, unit: Unit) -> None:
        local = at("2026-11-20 10:00").astimezone(ZoneInfo("America/New_York"))
        assert OFFICE.add(local, DAY, unit).tzinfo is dt.UTC
        assert OFFICE.back(local, DAY, unit).tzinfo is dt.UTC
        assert OFFICE.add(local, dt.timedelta(), unit).tzinfo is dt.UTC
        assert OFFICE.start_of(day("2026-11-20")).tzinfo is dt.UTC

    def test_ten_years_of_working_hours_are_found(self) -> None:
        amount = dt.timedelta(days=3660)
        due = OFFICE.add(at("2026-11-20 10:00"), amount, Unit.WORKING_TIME)
        assert OFFICE.between(at("2026-11-20 10:00"), due, Unit.WORKING_TIME) == amount


class TestChangesOfTheClock:
    """Berlin: 2026-03-29 02:00 becomes 03:00; 2026-10-25 03:00 becomes 02:00. Both are Sundays."""

    BERLIN = abroad("Europe/Berlin", working_days="every day")

    @staticmethod
    def berlin(text: str, fold: int = 0) -> dt.datetime:
        return at(text, "Europe/Berlin", fold)

    @pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS])
    def test_a_day_over_a_change_ends_at_the_same_local_time(self, unit: Unit) -> None:
        assert self.BERLIN.add(self.berlin("2026-03-28 12:00"), DAY, unit) == self.berlin("2026-03-29 12:00")
        assert self.BERLIN.add(self.berlin("2026-10-24 12:00"), DAY, unit) == self.berlin("2026-10-25 12:00")
        assert self.BERLIN.between(self.berlin("2026-03-29 00:00"), self.berlin("2026-03-30 00:00"), unit) == DAY
        assert self.BERLIN.between(self.berlin("2026-10-25 00:00"), self.berlin("2026-10-26 00:00"), unit) == DAY

    @pytest.mark.parametrize("unit", [Unit.ELAPSED, Unit.WORKING_TIME])
    def test_hours_are_as_long_as_they_last(self, unit: Unit) -> None:
        spring, autumn = self.berlin("2026-03-29 00:00"), self.berlin("2026-10-25 00:00")
        assert self.BERLIN.between(spring, self.berlin("2026-03-30 00:00"), unit) == 23 * HOUR
        assert self.BERLIN.between(autumn, self.berlin("2026-10-26 00:00"), unit) == 25 * HOUR

    @pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS])
    def test_a_day_that_ends_in_the_missing_hour_ends_at_the_first_instant_after_it(self, unit: Unit) -> None:
        start = self.berlin("2026-03-28 02:30")
        due = self.BERLIN.add(start, DAY, unit)
        assert due == self.berlin("2026-03-29 03:00")
        assert self.BERLIN.between(start, due, unit) == DAY + HOUR / 2, "the half hour that nobody lived through"

    @pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS])
    def test_a_day_that_ends_in_the_repeated_hour_ends_in_the_first(self, unit: Unit) -> None:
        assert self.BERLIN.add(self.berlin("2026-10-24 02:30"), DAY, unit) == self.berlin("2026-10-25 02:30", fold=0)

    @pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS])
    def test_a_start_in_the_second_of_two_hours_counts_like_their_end(self, unit: Unit) -> None:
        york = abroad("America/New_York", working_days="every day")
        start = at("2026-11-01 01:30", "America/New_York", fold=1)
        assert york.add(start, DAY, unit) == at("2026-11-02 02:00", "America/New_York")
        assert york.between(start, at("2026-11-01 02:00", "America/New_York"), unit) == 0 * HOUR

    def test_the_end_of_a_repeated_hour_is_reached_when_it_ends_first(self) -> None:
        due = self.BERLIN.add(self.berlin("2026-10-24 03:00"), DAY, Unit.DAYS)
        assert due == self.berlin("2026-10-25 02:00", fold=1)

    @pytest.mark.parametrize("unit", [Unit.DAYS, Unit.WORKING_DAYS])
    def test_a_day_back_counts_the_same_way(self, unit: Unit) -> None:
        assert self.BERLIN.back(self.berlin("2026-03-30 02:30"), DAY, unit) == self.berlin("2026-03-29 03:00")
        assert self.BERLIN.back(self.berlin("2026-10-26 02:30"), DAY, unit) == self.berlin("2026-10-25 02:30", fold=0)

    def test_a_missing_hour_on_a_rest_day_counts_nothing(self) -> None:
        office = abroad("Europe/Berlin")
        assert office.add(self.berlin("2026-03-27 23:00"), 2 * HOUR, Unit.WORKING_DAYS) == self.berlin(
            "2026-03-30 01:00"
        )

    def test_a_date_that_never_was_counts_a_day_in_no_time(self) -> None:
        """Samoa went from Thursday to Saturday in 2011: the Friday was skipped."""
        apia = abroad("Pacific/Apia")
        thursday, saturday = at("2011-12-29 12:00", "Pacific/Apia"), at("2011-12-31 12:00", "Pacific/Apia")
        assert apia.between(thursday, saturday, Unit.ELAPSED) == DAY
        assert apia.between(thursday, saturday, Unit.DAYS) == 2 * DAY
        assert apia.between(thursday, saturday, Unit.WORKING_DAYS) == DAY * 3 / 2
        assert apia.add(thursday, DAY, Unit.WORKING_DAYS) == at("2011-12-31 00:00", "Pacific/Apia")
        assert apia.start_of(day("2011-12-30")) == apia.end_of(day("2011-12-30")) == at("2011-12-31", "Pacific/Apia")

    def test_a_night_is_an_hour_shorter_in_spring_and_longer_in_autumn(self) -> None:
        night = abroad("Europe/Berlin", hours={"every day": "22:00-06:00"})
        assert night.add(self.berlin("2026-03-28 22:00"), 7 * HOUR, Unit.WORKING_TIME) == self.berlin(
            "2026-03-29 06:00"
        )
        assert night.add(self.berlin("2026-10-24 22:00"), 9 * HOUR, Unit.WORKING_TIME) == self.berlin(
            "2026-10-25 06:00"
        )

    def test_an_opening_that_begins_or_ends_in_the_missing_hour_does_so_after_it(self) -> None:
        calendar = abroad("Europe/Berlin", hours={"every day": ["01:00-02:10", "02:20-02:50", "02:55-04:00"]})
        assert hours(calendar, "2026-03-29") == ["01:00-03:00", "03:00-04:00"]

    def test_an_opening_that_begins_or_ends_in_the_repeated_hour_takes_the_first(self) -> None:
        calendar = abroad("Europe/Berlin", hours={"every day": ["01:00-02:30", "02:45-04:00"]})
        first, second = calendar.hours(day("2026-10-25"))
        assert first == (self.berlin("2026-10-25 01:00"), self.berlin("2026-10-25 02:30"))
        assert second == (self.berlin("2026-10-25 02:45"), self.berlin("2026-10-25 04:00"))
        assert second[1] - second[0] == HOUR * 9 / 4

    def test_a_local_time_that_does_not_exist_is_the_first_instant_after_the_gap(self) -> None:
        time = dt.time(2, 30)
        assert self.BERLIN.at_time(day("2026-03-29"), time) == self.berlin("2026-03-29 03:00")
        assert self.BERLIN.at_time(day("2026-10-25"), time) == self.berlin("2026-10-25 02:30", fold=0)
        assert self.BERLIN.at_time(day("2026-10-25"), time.replace(fold=1)) == self.berlin("2026-10-25 02:30", fold=0)

    def test_a_day_may_begin_at_one_o_clock(self) -> None:
        """Cairo skips the first hour of Friday 2026-04-24, and repeats the last of Thursday 2026-10-29."""
        cairo = abroad("Africa/Cairo")
        assert cairo.start_of(day("2026-04-24")) == at("2026-04-24 01:00", "Africa/Cairo")
        assert cairo.end_of(day("2026-04-23")) == cairo.start_of(day("2026-04-24"))
        assert cairo.end_of(day("2026-10-29")) - cairo.start_of(day("2026-10-29")) == 25 * HOUR
        assert cairo.local_date(cairo.end_of(day("2026-10-29")) - HOUR / 2) == day("2026-10-29")


class TestDays:
    def test_a_day_is_the_zone_s_and_ends_with_the_next(self) -> None:
        assert OFFICE.local_date(dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)) == day("2026-11-21")
        assert OFFICE.start_of(day("2026-11-21")) == dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
        assert OFFICE.end_of(day("2026-11-20")) == OFFICE.start_of(day("2026-11-21"))
        assert OFFICE.at_time(day("2026-11-20"), dt.time(9, 30)) == at("2026-11-20 09:30")


class TestPublishedYears:
    LAST = OFFICE.published_until or dt.date.min

    def test_the_present_years_are_published(self) -> None:
        assert self.LAST.year >= 2026
        assert (self.LAST.month, self.LAST.day) == (12, 31)

    def test_what_lies_beyond_is_provisional_from_the_first_local_instant_on(self) -> None:
        beyond = OFFICE.end_of(self.LAST)
        assert OFFICE.provisional(beyond)
        assert not OFFICE.provisional(beyond - dt.timedelta(microseconds=1))
        assert OFFICE.provisional(at("1999-06-01 12:00")), "before the first year with a notice"

    def test_beyond_them_the_working_week_counts_with_the_house_s_own_dates(self) -> None:
        number = self.LAST.year + 1
        monday = next(date for date in year(number) if date.weekday() == 0 and date.month == 10 and date.day > 1)
        calendar = built(closed=[monday.isoformat()], open=[(monday - DAY).isoformat()])
        october = [date for date in year(number) if date.month == 10]
        assert [date for date in october if OFFICE.is_working_day(date) != (date.weekday() < 5)] == []
        assert [date for date in october if calendar.is_working_day(date) != (date.weekday() < 5)] == [
            monday - DAY,
            monday,
        ]

    def test_a_calendar_may_be_published_only_in_a_published_year(self) -> None:
        beyond = OFFICE.end_of(self.LAST)
        assert OFFICE.may_be_published(beyond - HOUR)
        assert not OFFICE.may_be_published(beyond)

    def test_without_a_country_nothing_is_provisional(self) -> None:
        plain = built(country=None)
        assert plain.published_until is None
        assert not plain.provisional(at("2099-01-01"))
        assert plain.may_be_published(at("2099-01-01"))


class TestExpanded:
    CALENDARS = (OFFICE, DESK, MALL, NIGHT, TestChangesOfTheClock.BERLIN)

    @pytest.mark.parametrize("calendar", CALENDARS, ids=lambda calendar: calendar.name)
    def test_a_calendar_is_the_same_after_a_round_through_json(self, calendar: Calendar) -> None:
        again = Calendar.from_expanded(json.loads(json.dumps(calendar.expanded())), calendar.name)
        assert again == calendar
        assert again.revision == calendar.revision
        assert again.expanded() == calendar.expanded()
        assert again.published_until == calendar.published_until
        assert [again.hours(date) for date in year(2026)] == [calendar.hours(date) for date in year(2026)]
        assert list(map(again.is_working_day, year(2026))) == list(map(calendar.is_working_day, year(2026)))

    def test_only_the_dates_that_deviate_are_in_it(self) -> None:
        dates = OFFICE.expanded()["dates"]
        assert dates["2026-10-01"] == ["rest"]
        assert dates["2026-10-10"] == ["working", "09:00-12:00", "13:00-18:00"]
        assert "2026-10-03" not in dates, "a Saturday, closed anyway"
        assert "2026-11-20" not in dates
        assert list(dates) == sorted(dates)

    def test_names_and_ways_to_say_the_same_are_not_part_of_the_revision(self) -> None:
        same = built(
            "other",
            zh="办公室",
            working_days=["monday", "tuesday", "wednesday", "thursday", "friday"],
            hours={"every day": ["13:00 - 18:00", "9:00-12:00"], "weekends": "closed"},
            closed={"2026-11-21": "a Saturday anyway"},
        )
        assert same.revision == OFFICE.revision
        assert len({same, OFFICE}) == 1

    @pytest.mark.parametrize(
        "said",
        [
            {"zone": "Asia/Hong_Kong"},
            {"country": None},
            {"hours": {"weekdays": "09:00-18:00"}},
            {"working_days": ["weekdays", "saturday"]},
            {"closed": "2026-11-20"},
            {"open": "2026-11-21"},
            {"dates": {"2026-11-20": "09:00-12:00"}},
        ],
    )
    def test_whatever_counts_otherwise_has_another_revision(self, said: dict[str, Any]) -> None:
        assert built(**said).revision != OFFICE.revision


class TestRefusals:
    def test_no_calendar_is_built_that_never_opens_or_never_works(self) -> None:
        expanded = OFFICE.expanded()
        shut = {name: [words[0]] for name, words in expanded["week"].items()}
        with pytest.raises(ValueError, match="never open"):
            Calendar.from_expanded(expanded | {"week": shut}, "shut")
        resting = {name: ["rest", *words[1:]] for name, words in expanded["week"].items()}
        with pytest.raises(ValueError, match="no working day"):
            Calendar.from_expanded(expanded | {"week": resting}, "resting")

    def test_an_instant_needs_an_offset(self) -> None:
        naive = dt.datetime.combine(day("2026-11-20"), dt.time())
        with pytest.raises(ValueError, match="no offset"):
            OFFICE.add(naive, HOUR, Unit.ELAPSED)

    @pytest.mark.parametrize("unit", Unit)
    def test_time_does_not_run_backwards(self, unit: Unit) -> None:
        start = at("2026-11-20 10:00")
        with pytest.raises(ValueError, match="earlier"):
            OFFICE.between(start, start - HOUR, unit)
        with pytest.raises(ValueError, match="less than nothing"):
            OFFICE.add(start, -HOUR, unit)
        with pytest.raises(ValueError, match="less than nothing"):
            OFFICE.back(start, -HOUR, unit)

    @pytest.mark.parametrize("unit", Unit)
    @pytest.mark.parametrize("text", ["0001-01-01T00:00+14:00", "1969-12-31T00:00Z", "9999-12-31T23:59-14:00"])
    def test_an_instant_outside_the_counted_years_is_refused(self, unit: Unit, text: str) -> None:
        with pytest.raises(HorizonPassed, match="1970 and 2200"):
            OFFICE.add(dt.datetime.fromisoformat(text), HOUR, unit)

    @pytest.mark.parametrize("unit", Unit)
    def test_what_would_end_outside_the_counted_years_is_refused(self, unit: Unit) -> None:
        rare = built(country=None, hours={"monday": "09:00-10:00"}, working_days="monday")
        with pytest.raises(HorizonPassed, match="1970 to 2200"):
            rare.add(at("2196-11-20"), dt.timedelta(days=3660), unit)
        with pytest.raises(HorizonPassed, match="1970 to 2200"):
            rare.back(at("1975-11-20"), dt.timedelta(days=3660), unit)

    @pytest.mark.parametrize("date", [dt.date.min, dt.date.max])
    def test_a_date_outside_the_counted_years_is_refused(self, date: dt.date) -> None:
        with pytest.raises(HorizonPassed, match="1970 and 2200"):
            OFFICE.start_of(date)
        with pytest.raises(HorizonPassed, match="1970 and 2200"):
            OFFICE.end_of(date)
