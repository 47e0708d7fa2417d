"""The day on which a recurring ticket is due, in words: `last working day`, `friday 17:30`, `5月1日`.

And how long before that day it opens: `45 days before`, `提前3个工作日`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from workflow.durations import Duration, DurationFaulty, parse_duration
from workflow.house import WEEKDAYS
from workflow.reading.nodes import Finding
from workflow.schedule import LAST_DAY, DueDay
from workflow.words import MONTHS

_TIMED = re.compile(r"(.*?) *([0-9]{1,2}):([0-9]{2})\Z")
_COUNTED = re.compile(r"(working )?day ([0-9]{1,3})\Z|第 ?([0-9]{1,3}) ?(个工作日|天|日)\Z")
_DATE = re.compile(
    r"([0-9]{1,2}) ([a-z]+)\Z|([a-z]+) ([0-9]{1,2})\Z|([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]\Z", re.ASCII
)
_LAST: Mapping[str, DueDay] = {
    "last day": LAST_DAY,
    "最后一天": LAST_DAY,
    "last working day": DueDay("last_working"),
    "最后一个工作日": DueDay("last_working"),
}
_WEEKDAYS: Mapping[str, int] = {name: number for number, name in enumerate(WEEKDAYS)} | {
    f"{week}{name}": number for number, name in enumerate("一二三四五六日") for week in ("周", "星期")
}
_MONTHS: Mapping[str, int] = {name.lower(): number for number, name in enumerate(MONTHS, start=1)}
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_BEFORE = re.compile(r"(.+?) before\Z|提前 ?(.+)\Z|(.+?) ?前\Z")


class DueFaulty(ValueError):
    """The text says no day, or no time before it: the finding says what would."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.text)


def parse_due(text: str) -> DueDay:
    """Read a day in a period, with or without a time; raises DueFaulty. Whether a period has it is not asked."""
    said, time = " ".join(text.lower().split()), None
    if timed := _TIMED.match(said):
        said, hour, minute = timed[1], int(timed[2]), int(timed[3])
        if hour > 23 or minute > 59:
            raise _no_day(text)
        time = dt.time(hour, minute)
        if not said:
            return DueDay("day", 1, time=time)
    found = _day(said)
    if found is None:
        raise _no_day(text)
    return DueDay(found.kind, found.number, found.day, time)


def parse_opens(text: str) -> Duration:
    """Read how long before it is due a ticket opens; raises DueFaulty."""
    found = _BEFORE.match(text.strip())
    if found is None:
        raise DueFaulty(
            Finding(
                "opens",
                f"{text[:60]} does not say how long before; write for example `45 days before`, `1 working day before`",
                f"{text[:60]} 没有说明提前多久；请写例如 提前45天、提前3个工作日，或 45 days before",
            )
        )
    try:
        return parse_duration(next(part for part in found.groups() if part))
    except DurationFaulty as error:
        raise DueFaulty(Finding("duration", error.sentence, error.sentence_zh)) from None


def _day(said: str) -> DueDay | None:
    if said in _LAST:
        return _LAST[said]
    if said in _WEEKDAYS:
        return DueDay("weekday", _WEEKDAYS[said])
    if counted := _COUNTED.match(said):
        number = int(counted[2] or counted[3])
        working = bool(counted[1]) or counted[4] == "个工作日"
        return DueDay("working_day" if working else "day", number) if number else None
    if date := _DATE.match(said):
        month = _MONTHS.get(date[2] or date[3] or "") or int(date[5] or 0)
        day = int(date[1] or date[4] or date[6])
        if 1 <= month <= 12 and 1 <= day <= _LONGEST_MONTHS[month - 1]:
            return DueDay("date", month, day)
    return None


def _no_day(text: str) -> DueFaulty:
    return DueFaulty(
        Finding(
            "due",
            f"{text[:60]} is no day of a period; write for example `last working day`, `last day`, `working day 3`, "
            "`day 45`, `friday`, `1 may`, each with or without a time as in `friday 17:30`",
            f"{text[:60]} 不是周期中的某一天；请写例如 最后一个工作日、最后一天、第3个工作日、第45天、周五、5月1日，"
            "后面可加时刻，例如 周五 17:30",
        )
    )
