"""Schedules in words."""

from __future__ import annotations

import datetime as dt

import pytest

from workflow.definition import Text
from workflow.reading.due_words import parse_due
from workflow.schedule import DueDay, Every, Schedule
from workflow.schedule_words import due, every


def schedule(how_often: Every, day: DueDay | None) -> Schedule:
    return Schedule(name="s", text=Text("S"), every=how_often, due=day)


@pytest.mark.parametrize(
    ("day", "en", "zh"),
    [
        (DueDay("day", 45), "day 45", "第45天"),
        (DueDay("working_day", 3), "working day 3", "第3个工作日"),
        (DueDay("last_day"), "the last day", "最后一天"),
        (DueDay("last_working"), "the last working day", "最后一个工作日"),
        (DueDay("weekday", 4, time=dt.time(17, 30)), "Friday, 17:30", "周五 17:30"),
        (DueDay("date", 5, 1), "1 May", "5月1日"),
    ],
)
def test_the_day_on_which_a_ticket_is_due(day: DueDay, en: str, zh: str) -> None:
    assert due(schedule("month", day)) == Text(en, zh)


@pytest.mark.parametrize("text", ["第45天", "第3个工作日", "最后一天", "最后一个工作日", "周五 17:30", "5月1日"])
def test_the_words_are_those_of_the_file(text: str) -> None:
    assert due(schedule("month", parse_due(text))).zh == text


def test_a_daily_ticket_is_due_on_the_same_day_and_that_of_a_shift_at_its_end() -> None:
    assert due(schedule("day", DueDay("last_day", time=dt.time(18)))) == Text("the same day, 18:00", "当天 18:00")
    assert due(schedule("shift", None)) == Text("the end of the shift", "当班结束")


def test_how_often() -> None:
    assert every(schedule("quarter", DueDay("last_day"))) == Text("every quarter", "每季度")
