"""Schedules in words: how often, and the day on which each ticket is due, in Chinese and English."""

from __future__ import annotations

from workflow.definition import Text
from workflow.schedule import DueDay, Schedule
from workflow.words import MONTHS

_EVERY = {
    "shift": Text("every shift", "每班"),
    "day": Text("every day", "每天"),
    "week": Text("every week", "每周"),
    "month": Text("every month", "每月"),
    "quarter": Text("every quarter", "每季度"),
    "year": Text("every year", "每年"),
    "holiday": Text("for every public holiday", "每个法定节假日"),
}
WEEKDAYS = (
    Text("Monday", "周一"),
    Text("Tuesday", "周二"),
    Text("Wednesday", "周三"),
    Text("Thursday", "周四"),
    Text("Friday", "周五"),
    Text("Saturday", "周六"),
    Text("Sunday", "周日"),
)
"""By their numbers, from 0."""


def every(schedule: Schedule) -> Text:
    """How often it has a ticket opened."""
    return _EVERY[schedule.every]


def due(schedule: Schedule) -> Text:
    """The day of the period, with its time, on which a ticket is due: `working day 3, 17:30`, `5月1日`."""
    if schedule.due is None:
        return Text("the end of the shift", "当班结束")
    day = _day(schedule.due)
    if schedule.every == "day" and schedule.due.kind in ("day", "last_day"):
        day = Text("the same day", "当天")
    if schedule.due.time is None:
        return day
    return Text(f"{day.en}, {schedule.due.time:%H:%M}", f"{day.zh} {schedule.due.time:%H:%M}")


def _day(due: DueDay) -> Text:
    number = due.number or 0
    match due.kind:
        case "day":
            return Text(f"day {number}", f"第{number}天")
        case "working_day":
            return Text(f"working day {number}", f"第{number}个工作日")
        case "last_day":
            return Text("the last day", "最后一天")
        case "last_working":
            return Text("the last working day", "最后一个工作日")
        case "weekday":
            return WEEKDAYS[number]
        case "date":
            return Text(f"{due.day} {MONTHS[number - 1]}", f"{number}月{due.day}日")
