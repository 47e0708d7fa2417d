"""The log on the terminal: one zone, and it says which."""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from service.terminal import Lines, written

AT = dt.datetime(2026, 3, 9, 4, 5, 6, 789, tzinfo=dt.UTC)


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own zone."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


def line(lines: Lines) -> str:
    record = logging.LogRecord("service.x", logging.INFO, __file__, 1, "done", None, None)
    record.created = AT.timestamp()
    return lines.format(record)


def test_a_line_has_the_time_of_the_house_with_its_offset() -> None:
    lines = Lines()
    lines.zone = ZoneInfo("Asia/Shanghai")
    assert line(lines) == "2026-03-09 12:05:06+08:00 INFO service.x: done"


@pytest.mark.usefixtures("in_new_york")
def test_before_the_house_is_known_it_has_the_time_of_the_machine() -> None:
    assert line(Lines()) == "2026-03-09 00:05:06-04:00 INFO service.x: done"
    assert written(AT, None) == "2026-03-09 00:05:06-04:00"
