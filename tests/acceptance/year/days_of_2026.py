"""The days of China's year 2026, typed in from the announcement, and the plain arithmetic of dates that goes with them.

Nothing here comes from the package of holidays or from the calendar of Duban: what this says is what Duban is held to.

The source is the notice of the General Office of the State Council on the public holidays of 2026, 4 November 2025
(国务院办公厅关于2026年部分节假日安排的通知，国办发明电〔2025〕7号):

    元旦    1月1日（周四）至3日（周六）放假，共3天。1月4日（周日）上班。
    春节    2月15日（周日）至23日（周一）放假，共9天。2月14日（周六）、2月28日（周六）上班。
    清明节  4月4日（周六）至6日（周一）放假，共3天。
    劳动节  5月1日（周五）至5日（周二）放假，共5天。5月9日（周六）上班。
    端午节  6月19日（周五）至21日（周日）放假，共3天。
    中秋节  9月25日（周五）至27日（周日）放假，共3天。
    国庆节  10月1日（周四）至7日（周三）放假，共7天。9月20日（周日）、10月10日（周六）上班。

Of 2025 and 2027 only the weeks are counted, from Monday to Friday: the one is over, the other nobody has announced yet.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

DAY = dt.timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")

HOLIDAYS = {
    "元旦": (dt.date(2026, 1, 1), dt.date(2026, 1, 3)),
    "春节": (dt.date(2026, 2, 15), dt.date(2026, 2, 23)),
    "清明节": (dt.date(2026, 4, 4), dt.date(2026, 4, 6)),
    "劳动节": (dt.date(2026, 5, 1), dt.date(2026, 5, 5)),
    "端午节": (dt.date(2026, 6, 19), dt.date(2026, 6, 21)),
    "中秋节": (dt.date(2026, 9, 25), dt.date(2026, 9, 27)),
    "国庆节": (dt.date(2026, 10, 1), dt.date(2026, 10, 7)),
}

MADE_UP = frozenset(dt.date(2026, *day) for day in ((1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)))


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def midnight(day: dt.date) -> dt.datetime:
    """The instant at which a day begins."""
    return dt.datetime.combine(day, dt.time(), SHANGHAI)


def worked(day: dt.date) -> bool:
    if day in MADE_UP:
        return True
    return day.weekday() < 5 and not any(first <= day <= last for first, last in HOLIDAYS.values())


def days(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def last_worked(first: dt.date, last: dt.date) -> dt.date:
    """The last working day of a period; one without any has its last day."""
    return max((day for day in days(first, last) if worked(day)), default=last)


def worked_number(number: int, first: dt.date, last: dt.date) -> dt.date:
    """The first, second, ... working day of a period."""
    return [day for day in days(first, last) if worked(day)][number - 1]


def worked_before(number: int, day: dt.date) -> dt.date:
    """The day that lies so many working days before another."""
    while number:
        day -= DAY
        number -= worked(day)
    return day


# Periods from the end of 2025 to the spring of 2027: what is not of 2026 falls out when it is compared.

_MONTH_BEGINS = [dt.date(2025 + number // 12, number % 12 + 1, 1) for number in range(9, 28)]

MONTHS = [(first, following - DAY) for first, following in pairwise(_MONTH_BEGINS)]
QUARTERS = [(MONTHS[number][0], MONTHS[number + 2][1]) for number in range(0, len(MONTHS), 3)]
YEARS = [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in (2025, 2026, 2027)]
WEEKS = [(monday, monday + 6 * DAY) for monday in (dt.date(2025, 12, 15) + number * 7 * DAY for number in range(60))]
