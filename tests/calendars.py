"""Calendars for tests, with defaults that may be overridden, and short ways to write instants and dates."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def built(name: str = "house", **said: Any) -> Calendar:
    """An office in Shanghai that keeps China's holidays, unless said otherwise."""
    keys = {"zone": "Asia/Shanghai", "country": "CN", "hours": {"weekdays": ["09:00-12:00", "13:00-18:00"]}}
    return build_calendar(CalendarSpec(calendar=name, **(keys | said)))


def abroad(zone: str, **said: Any) -> Calendar:
    """Open round the clock, without public holidays."""
    return built(zone=zone, country=None, hours=said.pop("hours", {"every day": "00:00-24:00"}), **said)


def at(text: str, zone: str = "Asia/Shanghai", fold: int = 0) -> dt.datetime:
    """A local time as an instant in UTC: Python never finds an ambiguous time equal to one of another zone."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(dt.UTC)


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def hours(calendar: Calendar, date: str) -> list[str]:
    """The openings that begin on a date, in local time."""
    zone = ZoneInfo(calendar.zone)
    return [
        "-".join(instant.astimezone(zone).strftime("%H:%M") for instant in span) for span in calendar.hours(day(date))
    ]


def year(number: int) -> list[dt.date]:
    first = dt.date(number, 1, 1)
    return [first + n * DAY for n in range((dt.date(number + 1, 1, 1) - first).days)]


OFFICE = built("office")
DESK = built("desk", hours={"every day": "08:00-20:00"})
MALL = built("mall", hours={"every day": "10:00-22:00"}, holidays="as usual")
NIGHT = built("night", hours={"every day": "22:00-06:00"})
