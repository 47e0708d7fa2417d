"""Single values: how each is read, and what is said of one that cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from workflow import names
from workflow.conditions import Condition, ConditionFaulty, parse_condition
from workflow.definition import Moment
from workflow.durations import Duration, parse_duration
from workflow.reading.moment_words import MomentFaulty, parse_moment
from workflow.reading.schema.shapes import Refused, refuse, shown

_SHARE = re.compile(r"([0-9]{1,3})(\.[0-9]{1,2})?%\Z")
_CLOCK_TIME = re.compile(r"([0-9]{2}):([0-9]{2})\Z")
_WIDE_COMMA = re.compile("[，、；]")


def sentence(value: Any) -> str:
    """Text for people."""
    if isinstance(value, str):
        if not value.strip():
            raise refuse(
                "shape", "the text is empty; write it, or leave the key away", "文字是空的；请写内容，或去掉这个键"
            )
        return value.strip()
    if isinstance(value, int | Decimal):
        raise refuse("shape", f'text is expected here; write "{shown(value)}"', f'此处应为文字；请写 "{shown(value)}"')
    raise refuse("shape", f"text is expected here, not {shown(value)}", f"此处应为文字，不是{_kind_zh(value)}")


def word(value: Any) -> str:
    """A name or some words that something else looks up or parses."""
    text = sentence(value)
    comma = _WIDE_COMMA.search(text)
    if comma:
        raise refuse(
            "name",
            f"{shown(text)} has a Chinese comma in it; names are divided by `, ` inside [ ]",
            f"{shown(text)} 里有全角标点；多个名字请写成 [甲, 乙] 并用半角逗号",
            comma.start() + 1,
        )
    return text


def part_name(value: Any) -> str:
    """The name of a part, where it is given one."""
    text = sentence(value)
    if not names.is_part_name(text):
        raise refuse(
            "name",
            f"{shown(text)} cannot be a name: small letters, digits and _, a letter first, at most {names.LONGEST}",
            f"{shown(text)} 不能作名字：只用小写字母、数字和下划线，以字母开头，最多 {names.LONGEST} 个字符",
        )
    return text


def file_name(value: Any) -> str:
    """The name of a definition, a calendar or a choice, where it is given one."""
    text = sentence(value)
    if not names.is_file_name(text):
        raise refuse(
            "name",
            f"{shown(text)} cannot be a name: small letters, digits, _ and -, a letter first, at most {names.LONGEST}",
            f"{shown(text)} 不能作名字：只用小写字母、数字、下划线和连字符，以字母开头，最多 {names.LONGEST} 个字符",
        )
    return text


def one_of(words: Sequence[str]) -> Callable[[Any], str]:
    """A reader of one of these words."""

    def read(value: Any) -> str:
        if value not in words:
            meant, meant_zh = names.did_you_mean(value, words)
            raise refuse(
                "shape",
                f"{shown(value)} is not possible here; accepted: {names.one_of(words)}{meant}",
                f"此处不能写 {shown(value)}；可用：{names.one_of(words, 'zh')}{meant_zh}",
            )
        return str(value)

    return read


def yes(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise refuse(
            "shape",
            f"true or false is expected here, not {shown(value)}",
            f"此处应为 true 或 false，不是 {shown(value)}",
        )
    return value


def number(value: Any) -> Decimal:
    """A number, as Decimal."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refuse("shape", f"a number is expected here, not {shown(value)}", f"此处应为数字，不是 {shown(value)}")
    return Decimal(value)


def count(value: Any) -> int:
    """A whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise refuse(
            "shape",
            f"a whole number from 1 is expected here, not {shown(value)}",
            f"此处应为 1 以上的整数，不是 {shown(value)}",
        )
    return value


def scalar(value: Any) -> object:
    """A single value whose kind depends on something else."""
    if isinstance(value, dict | list):
        raise refuse("shape", f"a single value is expected here, not {shown(value)}", "此处应为单个值，不是列表或映射")
    return value


def duration(value: Any) -> Duration:
    """An amount of time."""
    try:
        return parse_duration(value if isinstance(value, str) else shown(value))
    except ValueError as error:
        raise refuse(
            "duration",
            str(error),
            f"{shown(value)} 不是时长；请写例如 30分钟、24小时、2天、3个工作日、4个工作小时，最多 3660 天",
        ) from None


def share_or_duration(value: Any) -> Decimal | Duration:
    """A percentage (as a Decimal, 50 for 50%) or an amount of time."""
    found = _SHARE.match(value) if isinstance(value, str) else None
    if found is None:
        return duration(value)
    share = Decimal(str(value)[:-1])
    if not 0 < share < 100:
        raise refuse(
            "duration",
            f"{value} is not possible: more than 0% and less than 100%",
            f"不能写 {value}：应大于 0% 且小于 100%",
        )
    return share


def clock_time(value: Any) -> dt.time:
    """A local time of day, quoted."""
    found = _CLOCK_TIME.match(value) if isinstance(value, str) else None
    hour, minute = (int(found[1]), int(found[2])) if found else (24, 0)
    if hour > 23 or minute > 59:
        raise refuse(
            "shape",
            f'{shown(value)} is not a time of day; write for example "09:30"',
            f'{shown(value)} 不是时刻；请写例如 "09:30"',
        )
    return dt.time(hour, minute)


def condition(value: Any) -> Condition:
    """A condition in words."""
    text = value if isinstance(value, str) else shown(value)
    if isinstance(value, dict | list):
        raise refuse(
            "condition", f"a condition is one line of words, not {shown(value)}", "条件应是一行文字，不是列表或映射"
        )
    try:
        return parse_condition(text)
    except ConditionFaulty as error:
        raise refuse("condition", error.sentence, error.sentence_zh, error.column) from None


def moment(value: Any) -> Moment:
    """A date field, a distance from one, or the end of the day."""
    try:
        return parse_moment(sentence(value))
    except MomentFaulty as error:
        raise Refused(error.finding) from None


def _kind_zh(value: object) -> str:
    return "映射" if isinstance(value, dict) else "列表" if isinstance(value, list) else "这个值"
