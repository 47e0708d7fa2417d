"""How instants and values stand in a scenario: what is written is read back as the same."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.builders import OFFICE
from workflow.calendar import build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.reading.schema.values import local_time
from workflow.scenarios.writing import alike, in_one_line, instant, written, written_instant

BERLIN = build_calendar(CalendarSpec(calendar="berlin", zone="Europe/Berlin", hours={"weekdays": ["09:00-18:00"]}))


def test_a_limit_at_midnight_is_the_end_of_its_day() -> None:
    midnight = dt.datetime(2026, 10, 8, 16, tzinfo=dt.UTC)
    assert written_instant(midnight, OFFICE, limit=True) == "2026-10-08 24:00"
    assert written_instant(midnight, OFFICE) == "2026-10-09 00:00"
    assert instant(local_time("2026-10-08 24:00"), OFFICE) == midnight


@pytest.mark.parametrize("hour", [0, 1])
def test_a_time_that_comes_twice_is_told_apart_by_its_offset(hour: int) -> None:
    at = dt.datetime(2026, 10, 25, hour, 30, tzinfo=dt.UTC)
    text = written_instant(at, BERLIN)
    assert text == ("2026-10-25 02:30", "2026-10-25 02:30+01:00")[hour]
    assert instant(local_time(text), BERLIN) == at


def test_seconds_are_written_where_there_are_any() -> None:
    assert written_instant(dt.datetime(2026, 10, 8, 1, 0, 5, tzinfo=dt.UTC), OFFICE) == "2026-10-08 09:00:05"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.50"), "12.5"),
        (Decimal(100), "100"),
        (True, "true"),
        ("伞", "伞"),
        (dt.date(2026, 10, 8), "2026-10-08"),
        (dt.datetime(2026, 10, 8, 1, tzinfo=dt.UTC), "2026-10-08 09:00"),
        (({"score": Decimal(5)},), "[{score: 5}]"),
    ],
)
def test_a_value_is_shown_as_it_would_be_written(value: object, text: str) -> None:
    assert in_one_line(written(value, OFFICE)) == text  # type: ignore[arg-type]


def test_values_are_alike_by_what_they_say() -> None:
    assert alike(12, Decimal("12.0"))
    assert alike((5,), ({"score": 5},))
    assert not alike(True, 1)
    assert not alike("12", 12)
