"""The log on the terminal: lines for people in one zone, JSON for programs, and nothing that forges a line."""

from __future__ import annotations

import datetime as dt
import json
import logging
import sys
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from service.terminal import JsonLines, Lines, call_id, written

AT = dt.datetime(2026, 3, 9, 4, 5, 6, 789, tzinfo=dt.UTC)


@pytest.fixture
def in_new_york(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's own zone."""
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "America/New_York")
        time.tzset()
        yield
    time.tzset()


def line(lines: Lines, message: str = "done", error: BaseException | None = None, **more: object) -> str:
    fault = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord("service.x", logging.INFO, __file__, 1, message, None, fault)
    record.created = AT.timestamp()
    record.__dict__.update(more)
    return lines.format(record)


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error):
        return sys.exc_info()[1]  # type: ignore[return-value]


FORGED = "done\r\n2026-03-09 12:05:06+08:00 INFO service.x: forged\u2028\x85\x1b[2J"


def test_a_line_has_the_time_of_the_house_with_its_offset() -> None:
    lines = Lines()
    lines.zone = ZoneInfo("Asia/Shanghai")
    assert line(lines) == "2026-03-09 12:05:06+08:00 INFO service.x: done"


@pytest.mark.usefixtures("in_new_york")
def test_before_the_house_is_known_it_has_the_time_of_the_machine() -> None:
    assert line(Lines()) == "2026-03-09 00:05:06-04:00 INFO service.x: done"
    assert written(AT, None) == "2026-03-09 00:05:06-04:00"


def test_for_programs_a_line_is_an_object_with_ids_and_no_more_than_it_may_say() -> None:
    told = json.loads(line(JsonLines("web"), action="set_aside", ticket="KF-1", title="Ms Li", seconds=0.25))
    process = told.pop("process")
    assert process.startswith("web-")
    assert told == {
        "time": "2026-03-09T04:05:06.000Z",
        "level": "info",
        "message": "done",
        "logger": "service.x",
        "action": "set_aside",
        "ticket": "KF-1",
        "seconds": 0.25,
    }


def test_what_is_said_during_a_call_has_its_id() -> None:
    token = call_id.set("abc")
    try:
        assert json.loads(line(JsonLines("web")))["request_id"] == "abc"
    finally:
        call_id.reset(token)
    assert "request_id" not in json.loads(line(JsonLines("web")))


@pytest.mark.parametrize("lines", [Lines(), JsonLines("web")])
def test_no_text_breaks_a_line(lines: Lines) -> None:
    for said in (line(lines, FORGED), line(lines, error=None, ticket=FORGED)):
        assert len(said.splitlines()) == 1
        assert said.isprintable()


def test_an_error_is_one_line_for_programs_and_indented_for_people() -> None:
    error = raised(ValueError(FORGED))
    told = json.loads(line(JsonLines("web"), error=error))
    assert told["error"] == "ValueError"
    assert told["traceback"].startswith("Traceback")
    first, *others = line(Lines(), error=error).splitlines()
    assert first.endswith("service.x: done")
    assert others
    assert all(other.startswith("    ") for other in others)


def test_the_row_that_a_database_shows_of_what_it_refuses_is_left_out() -> None:
    error = raised(ValueError("new row violates check\nDETAIL:  Failing row contains (1, Ms Li).\nCONTEXT: none"))
    for lines in (Lines(), JsonLines("web")):
        said = line(lines, error=error)
        assert "Ms Li" not in said
        assert "new row violates check" in said
