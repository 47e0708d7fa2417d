"""Moments in words: `requested_due_at`, `2 days before survey_start`, `end of day`."""

from __future__ import annotations

import re

from workflow.definition import Moment
from workflow.durations import DurationFaulty, parse_duration
from workflow.reading import not_yet
from workflow.reading.nodes import Finding

_DISTANCE = re.compile(r"(.+?) +(before|after) +(\S+)\Z")
_FIELD = re.compile(r"[A-Za-z_]\w*\Z")


class MomentFaulty(ValueError):
    """The text is no moment: the finding says what would be one."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.text)


def parse_moment(text: str) -> Moment:
    """Read a date field, a duration before or after one, or `end of day`; raises MomentFaulty.

    Whether the field exists and holds a date is not asked here.
    """
    if text == "end of day":
        return Moment("end_of_day")
    found = _DISTANCE.match(text)
    field = found[3] if found else text
    if field in not_yet.MOMENTS:
        raise MomentFaulty(not_yet.not_yet(f"`{field}`", field))
    if not _FIELD.match(field):
        raise MomentFaulty(
            Finding(
                "moment",
                f"{text[:60]} is not a moment: a date field, `2 days before FIELD`, `2 days after FIELD`, `end of day`",
                f"{text[:60]} 不是时刻：请写日期字段、2 days before 字段、2 days after 字段，或 end of day",
            )
        )
    if found is None:
        return Moment("field", field)
    try:
        amount = parse_duration(found[1])
    except DurationFaulty as error:
        raise MomentFaulty(Finding("duration", error.sentence, error.sentence_zh)) from None
    return Moment("before" if found[2] == "before" else "after", field, amount)
