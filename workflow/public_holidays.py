"""Public holidays and make-up working days of a country, as its yearly notices have set them.

The one module that asks the package of holidays. What it says is worked out day by day, and only for the years
whose notice it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import holidays

from workflow.counting import DAY
from workflow.house import Holiday, PublicDays

_FESTIVALS: Mapping[str, str] = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明节": "Qingming Festival",
    "劳动节": "Labour Day",
    "端午节": "Dragon Boat Festival",
    "中秋节": "Mid-Autumn Festival",
    "国庆节": "National Day",
}
"""What people call them; the package adds days before, days instead and days in exchange under other names."""

_NAMELESS = ("public holiday", "法定节假日")


@cache
def public_days(country: str) -> PublicDays:
    """The public holidays and make-up days of every year whose notice the package holds.

    Its mapping leaves out the weekend days inside a run of holidays, and its list of make-up days reaches into
    years that it knows nothing else of: both are worked out here, day by day, from what it says of each.
    """
    package = holidays.country_holidays(country)
    first, last = min(package.special_public_holidays), max(package.special_public_holidays)
    package = holidays.country_holidays(country, years=range(first, last + 1), expand=False, language="zh_CN")
    off: set[dt.date] = set()
    made_up: set[dt.date] = set()
    runs: list[Holiday] = []
    date = dt.date(first, 1, 1)
    while date.year <= last:
        run = list(_free_from(date, package.is_working_day, last))
        if any(day in package for day in run):
            off.update(run)
            runs.append(_named(run, [name for day in run for name in package.get_list(day)]))
        elif not run and package.is_weekend(date):
            made_up.add(date)
        date += max(len(run), 1) * DAY
    return PublicDays((first, last), frozenset(off), frozenset(made_up), tuple(runs))


def _free_from(date: dt.date, works: Callable[[dt.date], bool], last: int) -> Iterator[dt.date]:
    """The days in a row from `date` on that are free."""
    while date.year <= last and not works(date):
        yield date
        date += DAY


def _named(run: list[dt.date], said: list[str]) -> Holiday:
    """A run under the festivals in it, in their order: one that holds two has both names."""
    festivals = [name for name in dict.fromkeys(said) if name in _FESTIVALS]
    en, zh = ", ".join(_FESTIVALS[name] for name in festivals), "、".join(festivals)
    return Holiday(run[0], run[-1], en or _NAMELESS[0], zh or _NAMELESS[1])
