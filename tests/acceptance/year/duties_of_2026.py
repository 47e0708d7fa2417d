"""When each recurring ticket of the house opens and is due in 2026, worked out by hand from what its definition says.

A schedule that is not here is a fault of the test that says so: whoever adds one writes down here, in plain dates, what
he expects of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tests.acceptance.year.days_of_2026 import (
    DAY,
    HOLIDAYS,
    MONTHS,
    QUARTERS,
    WEEKS,
    YEARS,
    days,
    last_worked,
    midnight,
    worked_before,
    worked_number,
)

Duty = tuple[dt.datetime, dt.datetime]
"""When a ticket opens and when its time is over, both local."""


def from_to(pairs: Iterable[tuple[dt.date, dt.date]]) -> list[Duty]:
    """From the beginning of a day until the end of another."""
    return [(midnight(opens), midnight(due + DAY)) for opens, due in pairs]


def _shifts() -> list[Duty]:
    begins = [midnight(day) + hours * dt.timedelta(hours=8) for day in days(*YEARS[1]) for hours in (0, 1, 2)]
    return [(begin, begin + dt.timedelta(hours=8)) for begin in begins]


_MONTHLY = [(first, last_worked(first, last)) for first, last in MONTHS]
_QUARTERLY = [(first, last_worked(first, last)) for first, last in QUARTERS]
_YEARLY = [(first, last_worked(first, last)) for first, last in YEARS]
_AT_YEAR_END = from_to((last - 60 * DAY, last) for _, last in YEARS)

DUTIES: dict[str, list[Duty]] = {
    "activity-archive.year_end": _AT_YEAR_END,
    "activity-evaluation.year_end": _AT_YEAR_END,
    "committee-meeting.merchants_committee": from_to(
        (dt.date(first.year, 9, 30) - 45 * DAY, dt.date(first.year, 9, 30)) for first, _ in YEARS
    ),
    "committee-meeting.owners_committee": from_to(
        (dt.date(first.year, 4, 30) - 45 * DAY, dt.date(first.year, 4, 30)) for first, _ in YEARS
    ),
    "complaint-report.monthly": from_to((first, first.replace(day=8)) for first, _ in MONTHS),
    "duty.culture": from_to((monday, last_worked(monday, sunday)) for monday, sunday in WEEKS),
    "duty.newspaper": from_to((worked_before(30, due), due) for _, due in _QUARTERLY),
    "duty.training": from_to((worked_before(10, due), due) for _, due in _MONTHLY),
    "fire-inspection.monthly": from_to((first, worked_number(5, first, last)) for first, last in MONTHS),
    "group-plan.year_end": from_to((last - 90 * DAY, last) for _, last in YEARS),
    "notice.greeting": from_to((worked_before(3, first), first) for first, _ in HOLIDAYS.values()),
    "party-file-check.monthly": from_to((worked_before(10, due), due) for _, due in _MONTHLY),
    "regional-plan.year_end": _AT_YEAR_END,
    "report.evaluation": from_to((first, first.replace(day=15)) for first, _ in QUARTERS),
    "report.monthly": from_to((worked_before(5, due), due) for _, due in _MONTHLY),
    "report.sales": from_to((first, first.replace(day=8)) for first, _ in MONTHS),
    "report.statistics": from_to((first, first.replace(day=8)) for first, _ in MONTHS),
    "report.weekly": from_to((monday, last_worked(monday, sunday)) for monday, sunday in WEEKS),
    "shift.each": _shifts(),
    "survey.consumers": from_to(
        (dt.date(first.year, 5, 1) - 45 * DAY, dt.date(first.year, 5, 1)) for first, _ in YEARS
    ),
    "survey.merchants": from_to((first, first + 44 * DAY) for first, _ in QUARTERS),
    "tenant-meeting.quarterly": from_to((first + 29 * DAY, first + 59 * DAY) for first, _ in QUARTERS),
    "visit.anchors": from_to(_MONTHLY),
    "visit.consumers": from_to((due - 90 * DAY, due) for _, due in _YEARLY),
    "visit.merchants": from_to(_MONTHLY),
    "visit.tenants": from_to(_YEARLY),
    "work-plan.month": from_to(_MONTHLY),
    "work-plan.quarter": from_to(_QUARTERLY),
    "work-plan.year": from_to(_YEARLY),
}

FOR_EACH = {
    "committee-meeting.merchants_committee": "merchants_committee",
    "committee-meeting.owners_committee": "owners_committee",
    "visit.anchors": "anchor",
    "visit.merchants": "merchant",
    "visit.tenants": "tenant",
}
"""The class of party of which each has a ticket of its own; of any other schedule the house has one."""
