"""What people call a day: the holidays of the country, days worked in exchange, and the reasons of the house."""

from __future__ import annotations

import datetime as dt
import json

from tests.calendars import OFFICE, built, day
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.house import DayName, Holiday


def called(calendar: Calendar, date: str) -> tuple[str, str, str] | None:
    name = calendar.day_name(day(date))
    return (name.kind, name.en, name.zh) if name else None


def test_a_day_of_a_run_has_the_name_of_its_festival() -> None:
    assert called(OFFICE, "2026-10-01") == ("holiday", "National Day", "国庆节")
    assert called(OFFICE, "2026-02-15") == ("holiday", "Spring Festival", "春节"), "a Sunday inside the run"
    assert called(OFFICE, "2026-09-30") is None


def test_a_make_up_working_day_is_no_plain_working_day() -> None:
    assert called(OFFICE, "2026-10-10") == ("made_up", "make-up working day", "调休上班")
    assert OFFICE.is_working_day(day("2026-10-10"))


def test_a_run_with_two_festivals_has_both_names() -> None:
    runs = {run.first: run for run in OFFICE.holidays}
    both = Holiday(day("2025-10-01"), day("2025-10-08"), "National Day, Mid-Autumn Festival", "国庆节、中秋节")
    assert runs[day("2025-10-01")] == both


def test_every_year_has_its_festivals_once() -> None:
    for year in range(2008, 2027):
        named = [name for run in OFFICE.holidays if run.last.year == year for name in run.zh.split("、")]
        for festival in ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"):
            assert named.count(festival) == 1, (year, festival)


def test_what_the_house_says_of_a_day_goes_before_the_country() -> None:
    house = built(
        closed={"2026-06-30": "盘点", "2026-10-02": "Inventory"}, open={"2026-10-01": "国庆营业", "2026-10-03": ""}
    )
    assert called(house, "2026-06-30") == ("closed", "盘点", "盘点")
    assert called(house, "2026-10-02") == ("closed", "Inventory", "Inventory")
    assert called(house, "2026-10-01") == ("open", "国庆营业", "国庆营业")
    assert called(house, "2026-10-03") == ("open", "open", "照常上班")
    assert house.day_name(day("2026-10-01")) == DayName("open", "国庆营业", "国庆营业")


def test_a_child_words_a_day_of_its_parent_anew() -> None:
    parent = CalendarSpec(
        calendar="group",
        zone="Asia/Shanghai",
        hours={"weekdays": "09:00-18:00"},
        closed={"2026-06-30": "盘点", "2026-07-01": "检修", "2026-07-02": "停电"},
    )
    child = CalendarSpec(calendar="site", extends="group", closed={"2026-06-30": "Inventory", "2026-07-02": "removed"})
    site = build_calendar(child, [parent])
    assert called(site, "2026-06-30") == ("closed", "Inventory", "Inventory")
    assert called(site, "2026-07-01") == ("closed", "检修", "检修")
    assert called(site, "2026-07-02") is None


def test_names_come_through_json_and_change_no_revision() -> None:
    plain = built(closed=["2026-06-30"])
    house = built(closed={"2026-06-30": "盘点"})
    assert house.revision == plain.revision
    again = Calendar.from_expanded(json.loads(json.dumps(house.expanded())))
    assert again.expanded() == house.expanded()
    assert again.day_name(day("2026-06-30")) == house.day_name(day("2026-06-30"))
    assert again.holidays == house.holidays


def test_a_calendar_that_was_published_before_names_were_kept_stays_readable() -> None:
    expanded = OFFICE.expanded()
    del expanded["names"]
    before = Calendar.from_expanded(expanded)
    assert before == OFFICE
    assert before.day_name(dt.date(2026, 10, 1)) is None
