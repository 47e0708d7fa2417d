"""Calendar files: what a child makes of its parent's, and which faults are told, where."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from tests.calendars import built, day, hours
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarFaulty, CalendarSpec


class TestExtending:
    PARENT = CalendarSpec(
        calendar="group",
        zone="Asia/Shanghai",
        country="CN",
        hours={"weekdays": "09:00-18:00", "saturday": "10:00-14:00"},
        closed=["2026-11-20", "2026-11-23"],
        open=["2026-11-22"],
        dates={"2026-11-24": "09:00-12:00"},
    )

    def child(self, **said: Any) -> Calendar:
        return build_calendar(CalendarSpec(calendar="site", extends="group", **said), [self.PARENT])

    def test_a_child_that_says_nothing_is_the_parent(self) -> None:
        assert self.child() == build_calendar(self.PARENT)

    def test_hours_merge_by_weekday(self) -> None:
        site = self.child(hours={"saturday": "closed", "friday": "09:00-17:00"})
        assert hours(site, "2026-11-13") == ["09:00-17:00"]
        assert hours(site, "2026-11-14") == []
        assert hours(site, "2026-11-16") == ["09:00-18:00"]

    def test_own_dates_merge_by_date(self) -> None:
        site = self.child(closed={"2026-11-20": "removed", "2026-11-25": ""}, dates={"2026-11-26": "09:00-10:00"})
        worked = [n for n in range(20, 27) if site.is_working_day(dt.date(2026, 11, n))]
        assert worked == [20, 22, 24, 26]
        assert hours(site, "2026-11-24") == ["09:00-12:00"]
        assert hours(site, "2026-11-26") == ["09:00-10:00"]

    def test_what_a_child_says_of_a_date_lifts_what_it_contradicts(self) -> None:
        site = self.child(open="2026-11-20", closed=["2026-11-22", "2026-11-24"], dates={"2026-11-23": "10:00-11:00"})
        assert [n for n in range(20, 25) if site.is_working_day(dt.date(2026, 11, n))] == [20, 23]
        assert hours(site, "2026-11-20") == ["09:00-18:00"]
        assert hours(site, "2026-11-23") == ["10:00-11:00"]
        assert hours(site, "2026-11-24") == []

    def test_the_other_keys_replace(self) -> None:
        site = self.child(zone="Europe/Berlin", country="removed", working_days=["saturday"])
        assert site.zone == "Europe/Berlin"
        assert site.published_until is None
        assert site.is_working_day(day("2026-10-03"))
        assert not site.is_working_day(day("2026-10-05"))

    def test_a_grandchild_has_all_of_both(self) -> None:
        parent = CalendarSpec(calendar="city", extends="group", hours={"friday": "09:00-17:00"})
        spec = CalendarSpec(calendar="site", extends="city", hours={"saturday": "closed"})
        site = build_calendar(spec, [parent, self.PARENT])
        assert hours(site, "2026-11-13") == ["09:00-17:00"]
        assert hours(site, "2026-11-14") == []

    def test_another_parent_than_the_file_names_is_refused(self) -> None:
        with pytest.raises(ValueError, match="extends city, and was given the calendar group"):
            build_calendar(CalendarSpec(calendar="site", extends="city"), [self.PARENT])
        with pytest.raises(ValueError, match="was given no calendar"):
            build_calendar(CalendarSpec(calendar="site", extends="group"))


class TestRefusals:
    @pytest.mark.parametrize(
        ("said", "path", "accepted"),
        [
            ({"zone": None}, ("zone",), "Asia/Shanghai"),
            *[
                ({"zone": zone}, ("zone",), "Asia/Shanghai")
                for zone in [
                    "Asia/Nowhere",
                    "Asia",
                    "../etc/passwd",
                    "Asia/../../etc/passwd",
                    "localtime",
                    "",
                    "Asia/\0",
                    8,
                ]
            ],
            ({"country": "XX"}, ("country",), "CN"),
            ({"holidays": "open"}, ("holidays",), "as usual"),
            ({"holidays": "closed", "country": None}, ("holidays",), "country: CN"),
            ({"hours": None}, ("hours",), "never open"),
            ({"hours": {}}, ("hours",), "never open"),
            ({"hours": {"every day": "closed"}}, ("hours",), "never open"),
            ({"hours": {"every day": []}, "dates": {"2026-11-20": "09:00-12:00"}}, ("hours",), "never open"),
            ({"hours": "09:00-18:00"}, ("hours",), "a map of days to hours"),
            ({"hours": {"funday": "09:00-18:00"}}, ("hours", "funday"), "every day"),
            *[
                ({"hours": {"monday": text}}, ("hours", "monday", 0), "22:00-06:00")
                for text in ["9-18", "09:00", "09:00-18:60", "24:00-06:00", "09:00-25:00", "09:00–18:00", 900, None]
            ],
            ({"hours": {"monday": ["09:00-12:00", "11:00-18:00"]}}, ("hours", "monday"), "overlap"),
            ({"hours": {"monday": ["22:00-06:00", "23:00-24:00"]}}, ("hours", "monday"), "overlap"),
            ({"working_days": []}, ("working_days",), "at least one day"),
            ({"working_days": ["monday", "workday"]}, ("working_days", 1), "weekdays"),
            *[
                ({"closed": [text]}, ("closed", text), "2026-05-01")
                for text in ["2026-13-01", "2026-02-29", "20260501", "1 may", "1969-12-31", "2201-01-01", "0000-01-01"]
            ],
            ({"open": {"2026-5-1": ""}}, ("open", "2026-5-1"), "2026-05-01"),
            ({"dates": {"may": "09:00-12:00"}}, ("dates", "may"), "2026-05-01"),
            ({"dates": ["2026-05-01"]}, ("dates",), "a map of dates to hours"),
            ({"closed": "2026-05-04", "open": "2026-05-04"}, ("open", "2026-05-04"), "also in `closed`"),
            ({"closed": "2026-05-06", "dates": {"2026-05-06": "09:00-12:00"}}, ("dates", "2026-05-06"), "also in"),
        ],
    )
    def test_a_fault_names_its_place_and_says_what_would_be_accepted(
        self, said: dict[str, Any], path: tuple[object, ...], accepted: str
    ) -> None:
        with pytest.raises(CalendarFaulty) as refused:
            built(**said)
        (fault,) = refused.value.faults
        assert fault.path == path
        assert accepted in fault.text
        assert fault.text_zh

    def test_all_faults_are_told_at_once(self) -> None:
        with pytest.raises(CalendarFaulty, match="house") as refused:
            built(zone="Mars", hours={"monday": ["x", "y"]}, closed="z")
        assert [fault.path[0] for fault in refused.value.faults] == ["closed", "zone", "hours", "hours"]
