"""What adding working time costs, beside the least that it could in pure Python, and beside the package `workclock`."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

import workclock

from benchmarks.turns import Row
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.durations import Unit

ZONE = "Asia/Shanghai"
CLOSED = [
    dt.date(year, month, day)
    for year in range(2024, 2030)
    for month, day in ((1, 1), (1, 6), (5, 1), (5, 14), (8, 15), (10, 3), (11, 2), (12, 24), (12, 25), (12, 26))
]
AMOUNTS = {"1 hour": dt.timedelta(hours=1), "5 days": dt.timedelta(hours=40), "60 days": dt.timedelta(hours=480)}
STARTS = 100


class Bisections:
    """Prefix sums of the openings of four years, and two bisections; its horizon is bounded, and it knows one unit."""

    def __init__(self, calendar: Calendar) -> None:
        date = dt.date(2025, 1, 1)
        self.starts: list[float] = []
        self.ends: list[float] = []
        self.sums = [0.0]
        while date.year < 2029:
            for opens, closes in calendar.hours(date):
                self.starts.append(opens.timestamp())
                self.ends.append(closes.timestamp())
                self.sums.append(self.sums[-1] + self.ends[-1] - self.starts[-1])
            date += dt.timedelta(days=1)

    def worked(self, instant: float) -> float:
        place = bisect_right(self.starts, instant)
        return 0.0 if place == 0 else self.sums[place - 1] + min(instant, self.ends[place - 1]) - self.starts[place - 1]

    def add(self, start: dt.datetime, seconds: int) -> dt.datetime:
        goal = self.worked(start.timestamp()) + seconds
        place = bisect_left(self.sums, goal) - 1
        return dt.datetime.fromtimestamp(self.starts[place] + goal - self.sums[place], dt.UTC)


def office() -> Calendar:
    """Monday to Friday 09:00 to 17:00, with ten holidays a year."""
    spec = CalendarSpec(
        calendar="office", zone=ZONE, hours={"weekdays": "09:00-17:00"}, closed=[str(date) for date in CLOSED]
    )
    return build_calendar(spec)


def rows() -> list[Row]:
    """Adding working hours to instants all over a year: each amount beside both."""
    calendar = office()
    bare = Bisections(calendar)
    days = workclock.WorkDay(dt.time(9), dt.time(17), days=range(5))
    peer = workclock.Schedule([days, workclock.Holidays(CLOSED)], time_zone=ZONE)
    chance = random.Random(6)
    starts = [
        dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(seconds=chance.randrange(86_400 * 365))
        for _ in range(STARTS)
    ]
    found = []
    for name, amount in AMOUNTS.items():
        seconds = amount // dt.timedelta(seconds=1)
        for start in starts:
            ours = calendar.add(start, amount, Unit.WORKING_TIME)
            assert ours == bare.add(start, seconds) == peer.add(start, amount), (name, start)
        case = _each(starts, lambda start, amount=amount: calendar.add(start, amount, Unit.WORKING_TIME))
        floor = _each(starts, lambda start, seconds=seconds: bare.add(start, seconds))
        other = _each(starts, lambda start, amount=amount: peer.add(start, amount))
        said = f"add {name} of working time"
        found.append(Row(name=said, case=case, floor=floor, most=3, beside="two bisections", each=STARTS))
        found.append(Row(name=said, case=case, floor=other, most=1, beside="workclock", each=STARTS))
    return found


def _each(starts: Sequence[dt.datetime], add: Callable[[dt.datetime], object]) -> Callable[[], object]:
    return lambda: [add(start) for start in starts]
