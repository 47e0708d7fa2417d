"""Moments in words: `requested_due_at`, `2 days before survey_start`, `end of day`, `due`."""

from __future__ import annotations

import re

from workflow.definition import Moment
from workflow.durations import DurationFaulty, parse_duration
from workflow.reading.nodes import Finding

_DISTANCE = re.compile(r"(.+?) +(before|after) +(\S+)\Z")
_FIELD = re.compile(r"[A-Za-z_]\w*\Z")


class MomentFaulty(ValueError):
    """The text is no moment: the finding says what would be one."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.text)


def parse_moment(text: str) -> Moment:
    """Read a date field, a duration before or after one, `end of day` or `end of shift`; raises MomentFaulty.

    Whether the field exists and holds a date is not asked here; `due` and `opened` are such fields of every ticket.
    """
    if text == "end of day":
        return Moment("end_of_day")
    if text == "end of shift":
        return Moment("end_of_shift")
    found = _DISTANCE.match(text)
    field = found[3] if found else text
    if not _FIELD.match(field):
        raise MomentFaulty(
            Finding(
                "moment",
                f"`{text[:60]}` is not one of the moments; there are `opened`, a date field, `2 days before FIELD`, "
                "`2 days after FIELD`, and in `no_later_than` also `end of day` and `end of shift`",
                f"没有 `{text[:60]}` 这个时刻；可以写 `opened`、日期字段、`2 days before 字段`、`2 days after 字段`，"
                "在 `no_later_than` 中还可以写 `end of day`、`end of shift`",
            )
        )
    if found is None:
        return Moment("field", field)
    try:
        amount = parse_duration(found[1])
    except DurationFaulty as error:
        raise MomentFaulty(Finding("duration", error.sentence, error.sentence_zh)) from None
    return Moment("before" if found[2] == "before" else "after", field, amount)
