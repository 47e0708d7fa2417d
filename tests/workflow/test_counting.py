"""A calendar works its counts out for some years at a time: where such a stretch begins or ends shows nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.calendars import DAY, HOUR, abroad
from workflow.calendar import Calendar
from workflow.durations import Unit

NIGHTS = abroad("Europe/Berlin", name="nights", hours={"every day": ["20:00-21:00", "22:00-06:00"]})
MONDAYS = abroad("Europe/Berlin", name="mondays", hours={"monday": "09:00-10:00"}, working_days="monday")

PUT_BACK = dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC)
"""A Sunday night in Berlin: the hour that now begins has been there before."""

QUESTIONS: tuple[Callable[[Calendar, dt.datetime, Unit], object], ...] = (
    lambda calendar, edge, unit: calendar.between(edge, edge + 3 * DAY, unit),
    lambda calendar, edge, unit: calendar.between(edge - 3 * DAY, edge, unit),
    lambda calendar, edge, unit: calendar.add(edge - HOUR, 2 * HOUR, unit),
    lambda calendar, edge, unit: calendar.add(edge - HOUR, 2 * DAY, unit),
    lambda calendar, edge, unit: calendar.back(edge + HOUR, 2 * DAY, unit),
    lambda calendar, edge, unit: calendar.back(edge + DAY, calendar.between(edge, edge + DAY, unit), unit),
)


@pytest.mark.parametrize("unit", Unit)
@pytest.mark.parametrize("whole", [NIGHTS, MONDAYS], ids=lambda calendar: calendar.name)
@pytest.mark.parametrize("minutes", [-390, -120, 30, 60])
def test_it_makes_no_difference_what_was_asked_first(whole: Calendar, unit: Unit, minutes: int) -> None:
    """A question asked a year away makes a stretch begin, or end, at the very instant asked for then."""
    edge = PUT_BACK + dt.timedelta(minutes=minutes)
    for question in QUESTIONS:
        for years in (-1, 1):
            part = Calendar.from_expanded(whole.expanded())
            away = edge + years * 365 * DAY
            part.between(away, away, unit)
            assert question(part, edge, unit) == question(whole, edge, unit)


def test_many_threads_may_ask_one_calendar_at_once() -> None:
    starts = [PUT_BACK + years * 365 * DAY for years in range(-8, 8)] * 2
    questions = [(start, unit) for start in starts for unit in Unit]
    asked = Calendar.from_expanded(NIGHTS.expanded())
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda question: asked.add(question[0], 40 * DAY, question[1]), questions))
    assert answers == [NIGHTS.add(start, 40 * DAY, unit) for start, unit in questions]
