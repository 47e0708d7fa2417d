"""Durations in words: what is read, what is refused, and how they are written for people."""

from __future__ import annotations

import datetime as dt

import pytest

from workflow.durations import LONGEST, Duration, Unit, parse_duration


@pytest.mark.parametrize(
    ("text", "count", "unit"),
    [
        ("45 seconds", dt.timedelta(seconds=45), Unit.ELAPSED),
        ("1 second", dt.timedelta(seconds=1), Unit.ELAPSED),
        ("30 minutes", dt.timedelta(minutes=30), Unit.ELAPSED),
        ("24 hours", dt.timedelta(hours=24), Unit.ELAPSED),
        ("2 days", dt.timedelta(days=2), Unit.DAYS),
        ("1 day", dt.timedelta(days=1), Unit.DAYS),
        ("3 working days", dt.timedelta(days=3), Unit.WORKING_DAYS),
        ("4 working hours", dt.timedelta(hours=4), Unit.WORKING_TIME),
        ("90 working minutes", dt.timedelta(minutes=90), Unit.WORKING_TIME),
        ("45秒", dt.timedelta(seconds=45), Unit.ELAPSED),
        ("45秒钟", dt.timedelta(seconds=45), Unit.ELAPSED),
        ("30分", dt.timedelta(minutes=30), Unit.ELAPSED),
        ("30分钟", dt.timedelta(minutes=30), Unit.ELAPSED),
        ("24小时", dt.timedelta(hours=24), Unit.ELAPSED),
        ("24个小时", dt.timedelta(hours=24), Unit.ELAPSED),
        ("2天", dt.timedelta(days=2), Unit.DAYS),
        ("2日", dt.timedelta(days=2), Unit.DAYS),
        ("3个工作日", dt.timedelta(days=3), Unit.WORKING_DAYS),
        ("3 工作日", dt.timedelta(days=3), Unit.WORKING_DAYS),
        ("4个工作小时", dt.timedelta(hours=4), Unit.WORKING_TIME),
        ("90个工作分钟", dt.timedelta(minutes=90), Unit.WORKING_TIME),
        (" 2  Working  Days ", dt.timedelta(days=2), Unit.WORKING_DAYS),
        ("3660 days", LONGEST, Unit.DAYS),
    ],
)
def test_a_number_and_a_unit_are_read_in_english_and_chinese(text: str, count: dt.timedelta, unit: Unit) -> None:
    assert parse_duration(text) == Duration(count, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "days",
        "0 days",
        "-1 days",
        "1.5 days",
        "1e3 hours",
        "NaN days",
        "two days",
        "二天",
        "1 month",
        "2 business days",
        "2 days 3 hours",
        "2 days\n3",
        "2 days\x00",
        "3661 days",
        "3661个工作日",
        "999999999 seconds",
        "9" * 5000 + " minutes",
        "1\ud800",
        "2 d",
    ],
)
def test_anything_else_is_refused_with_what_would_be_accepted(text: str) -> None:
    with pytest.raises(ValueError, match="3 working days"):
        parse_duration(text)


def test_the_words_do_not_matter_but_the_unit_does() -> None:
    assert parse_duration("60 minutes") == parse_duration("1小时")
    assert parse_duration("60 minutes").text == "60 minutes"
    assert parse_duration("48 hours") != parse_duration("2 days")
    assert parse_duration("2 days") != parse_duration("2 working days")


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("1 second", "1 second", "1秒"),
        ("30 minutes", "30 minutes", "30分钟"),
        ("90 minutes", "90 minutes", "90分钟"),
        ("60分钟", "1 hour", "1小时"),
        ("24 hours", "24 hours", "24小时"),
        ("1 day", "1 day", "1天"),
        ("2日", "2 days", "2天"),
        ("1 working day", "1 working day", "1个工作日"),
        ("3 working days", "3 working days", "3个工作日"),
        ("4 working hours", "4 working hours", "4个工作小时"),
        ("30 working minutes", "30 working minutes", "30个工作分钟"),
    ],
)
def test_a_duration_is_written_in_its_largest_whole_word(text: str, en: str, zh: str) -> None:
    duration = parse_duration(text)
    assert (duration.read("en"), duration.read("zh")) == (en, zh)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "text", ["7 seconds", "61 minutes", "25 hours", "9 days", "8 working days", "7 working minutes"]
)
def test_what_is_written_reads_as_the_same(text: str, lang: str) -> None:
    duration = parse_duration(text)
    assert parse_duration(duration.read(lang)) == duration


@pytest.mark.parametrize(
    ("count", "unit"),
    [
        (dt.timedelta(), Unit.ELAPSED),
        (dt.timedelta(days=-1), Unit.DAYS),
        (dt.timedelta(hours=36), Unit.DAYS),
        (dt.timedelta(hours=36), Unit.WORKING_DAYS),
        (dt.timedelta(seconds=30), Unit.WORKING_TIME),
        (dt.timedelta(microseconds=1), Unit.ELAPSED),
        (LONGEST + dt.timedelta(days=1), Unit.DAYS),
    ],
)
def test_an_amount_that_no_word_can_say_is_no_duration(count: dt.timedelta, unit: Unit) -> None:
    with pytest.raises(ValueError, match="is not possible"):
        Duration(count, unit)
