"""Single values: how each is read, and what is said of one that cannot be."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workflow import names
from workflow.conditions import Condition, ConditionFaulty, parse_condition, parse_figure
from workflow.definition import Moment
from workflow.durations import Duration, DurationFaulty, parse_duration
from workflow.formulas import Formula
from workflow.problems import Instead
from workflow.reading.moment_words import MomentFaulty, parse_moment
from workflow.reading.nodes import instead
from workflow.reading.schema.shapes import Refused, refuse, shown
from workflow.reading.source import LONGEST_NUMBER
from workflow.scenario import PAUSED

_SHARE = re.compile(r"([0-9]{1,3})(\.[0-9]{1,2})?%\Z")
_CLOCK_TIME = re.compile(r"([0-9]{2}):([0-9]{2})\Z")
_NEARLY_A_TIME = re.compile(r"([0-9]{1,2}) ?[:：.点] ?([0-9]{2})\Z")
_LOCAL_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)([+-][0-9]{2}:[0-9]{2}|Z)?\Z"
)
_UNTIL = re.compile(r"until +(.*)\Z", re.DOTALL)
_WIDE_COMMA = re.compile("[，、；]")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_WIDE_QUOTE = re.compile("[“”‘’「」]")
_SWITCHES = {**dict.fromkeys(("yes", "y", "on", "是"), "true"), **dict.fromkeys(("no", "n", "off", "否"), "false")}


def sentence(value: Any) -> str:
    """Text for people."""
    if isinstance(value, str):
        if not value.strip():
            raise refuse(
                "shape", "the text is empty; write it, or leave the key away", "文字是空的；请写内容，或去掉这个键"
            )
        return value.strip()
    if isinstance(value, int | Decimal):
        raise refuse(
            "shape",
            f'text is expected here; write "{shown(value)}"',
            f'此处应为文字；请写 "{shown(value)}"',
            mend=Instead(shown(value), f'"{shown(value)}"'),
        )
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
            mend=Instead(comma.group(), ", "),
        )
    quote = _WIDE_QUOTE.search(text)
    if quote:
        raise refuse(
            "name",
            f'{quote.group()} is a Chinese quotation mark; type " in its place, or leave it away',
            f'{quote.group()} 是中文引号；请改用英文引号 "，或去掉',
            quote.start() + 1,
        )
    return text


def part_name(value: Any) -> str:
    """The name of a part, where it is given one."""
    text = sentence(value)
    if not names.is_part_name(text):
        raise refuse(
            "name",
            f"{shown(text)} cannot be a name: small letters, digits and _, a letter first, at most {names.LONGEST}"
            + _in_zh(text, "name: {{zh: {}}}", "; what people read goes into zh: "),
            f"{shown(text)} 不能作名字：只用小写字母、数字和下划线，以字母开头，最多 {names.LONGEST} 个字符"
            + _in_zh(text, "name: {{zh: {}}}", "；中文写在 zh 里："),
        )
    return text


def _in_zh(text: str, example: str, lead: str) -> str:
    """Where a Chinese text belongs that stands in the place of a name; empty for any other text."""
    return lead + example.format(shown(text)) if _CHINESE.search(text) else ""


def choice_name(value: Any) -> str:
    """The name of a choice, where it is given one: a word of the API, and not what people read."""
    text = sentence(value)
    if not names.is_file_name(text):
        raise refuse(
            "name",
            f"{shown(text)} cannot be the name of a choice: small letters, digits, _ and -, a letter first, "
            f"at most {names.LONGEST}" + _in_zh(text, "of: {{parts: {{zh: {}}}}}", "; what people read goes into zh: "),
            f"{shown(text)} 不能作选项名：只用小写字母、数字、下划线和连字符，以字母开头，"
            f"最多 {names.LONGEST} 个字符" + _in_zh(text, "of: {{parts: {{zh: {}}}}}", "；中文写在 zh 里："),
        )
    return text


def file_name(value: Any) -> str:
    """The name of a definition or a calendar, where it is given one."""
    text = sentence(value)
    if not names.is_file_name(text):
        raise refuse(
            "name",
            f"{shown(text)} cannot be a name: small letters, digits, _ and -, a letter first, at most {names.LONGEST}",
            f"{shown(text)} 不能作名字：只用小写字母、数字、下划线和连字符，以字母开头，最多 {names.LONGEST} 个字符",
        )
    return text


@dataclass(frozen=True, slots=True)
class OneOf:
    """Reads one of these words."""

    words: tuple[str, ...]

    def __call__(self, value: Any) -> str:
        if value not in self.words:
            meant, meant_zh = names.did_you_mean(value, self.words)
            blank = "" if isinstance(value, dict | list) else " "
            raise refuse(
                "shape",
                f"{shown(value)} is not possible here; accepted: {names.one_of(self.words)}{meant}",
                f"此处不能写{blank}{shown(value, 'zh')}；可用：{names.one_of(self.words, 'zh')}{meant_zh}",
                mend=instead(value, self.words),
            )
        return str(value)


def one_of(words: Sequence[str]) -> OneOf:
    """A reader of one of these words."""
    return OneOf(tuple(words))


def yes(value: Any) -> bool:
    """`true` or `false`."""
    if not isinstance(value, bool):
        raise refuse(
            "shape",
            f"write true or false here, not {shown(value)}",
            f"此处请写 true 或 false，不是 {shown(value, 'zh')}",
            mend=Instead(value, _SWITCHES[value.lower()]) if str(value).lower() in _SWITCHES else None,
        )
    return value


def number(value: Any) -> Decimal:
    """A number, as Decimal."""
    if isinstance(value, str) and len(value) > LONGEST_NUMBER and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        raise refuse(
            "shape",
            f"a number has at most {LONGEST_NUMBER} characters, this one {len(value)}; write a shorter one",
            f"数字最多 {LONGEST_NUMBER} 个字符，此处有 {len(value)} 个；请写短一些",
        )
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise refuse(
            "shape", f"a number is expected here, not {shown(value)}", f"此处应为数字，不是 {shown(value, 'zh')}"
        )
    return Decimal(value)


def count(value: Any) -> int:
    """A whole number from 1."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise refuse(
            "shape",
            f"a whole number from 1 is expected here, not {shown(value)}",
            f"此处应为 1 以上的整数，不是 {shown(value, 'zh')}",
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
    except DurationFaulty as error:
        raise refuse("duration", error.sentence, error.sentence_zh) from None


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
        if isinstance(value, str) and _CLOCK_TIME.match(bare := _WIDE_QUOTE.sub("", value)) and bare != value:
            raise refuse(
                "shape",
                f'the quotation marks around {bare} are full-width ones; write "{bare}"',
                f'{bare} 两边的引号是全角引号；请写 "{bare}"',
                mend=Instead(value, f'"{bare}"'),
            )
        nearly = _NEARLY_A_TIME.match(value) if isinstance(value, str) else None
        meant = f'"{nearly[1]:0>2}:{nearly[2]}"' if nearly and int(nearly[1]) < 24 and int(nearly[2]) < 60 else ""
        raise refuse(
            "shape",
            f"{shown(value)} is not a time of day; write " + (meant or 'for example "09:30"'),
            f"{shown(value, 'zh')} 不是时刻；请写 " + (meant or '例如 "09:30"'),
            mend=Instead(value, meant) if meant else None,
        )
    return dt.time(hour, minute)


def local_time(value: Any) -> dt.datetime:
    """An instant in the time of a ticket's calendar (naive), or with an offset; `24:00` starts the next day."""
    found = _LOCAL_TIME.match(value.strip()) if isinstance(value, str) else None
    if found is not None:
        date, time, offset = found.groups()
        ends = time in ("24:00", "24:00:00")
        try:
            read = dt.datetime.fromisoformat(f"{date}T{'00:00' if ends else time}{offset or ''}")
            return read + dt.timedelta(days=ends)
        except (ValueError, OverflowError):
            pass  # said below, as of any other word
    raise refuse(
        "shape",
        f'{shown(value)} is no date with a time; write for example "2026-10-08 09:00"',
        f'{shown(value, "zh")} 不是日期和时间；请写例如 "2026-10-08 09:00"',
    )


def _is_local_time(value: str) -> bool:
    try:
        local_time(value)
    except Refused:
        return False
    return True


def limit(value: Any) -> dt.datetime | None:
    """When a limit is up, or `paused` (None)."""
    return None if value == PAUSED else local_time(value)


def waiting(value: Any) -> Duration | dt.datetime:
    """How long is waited, or until when."""
    found = _UNTIL.match(value.strip()) if isinstance(value, str) else None
    if found is not None:
        return local_time(found[1].strip())
    if isinstance(value, str) and _is_local_time(value):
        raise refuse(
            "shape",
            f"{shown(value)} is an instant; to wait for it, write `until {shown(value)}`",
            f"{shown(value, 'zh')} 是一个时刻；要等到那时，请写 until {shown(value, 'zh')}",
            mend=Instead(value, f"until {value}"),
        )
    try:
        return duration(value)
    except Refused:
        raise refuse(
            "duration",
            f'{shown(value)} is no time to wait; write for example "20 minutes", "3 working days" or '
            '"until 2026-10-08 09:00"',
            f"{shown(value, 'zh')} 不能作等待时间；请写例如 20分钟、3个工作日，或 until 2026-10-08 09:00",
        ) from None


def anything(value: Any) -> Any:
    """A value of a field as it is written, whatever the field."""
    if isinstance(value, list):
        return tuple(anything(one) for one in value)
    if isinstance(value, dict):
        return {name: anything(one) for name, one in value.items()}
    return value


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
        raise refuse("condition", error.sentence, error.sentence_zh, error.column, error.instead) from None


def fixed_or_condition(value: Any) -> Formula:
    """What a yes_no field is: true, false, or a condition."""
    return Formula(shown(value), value if isinstance(value, bool) else condition(value).tree)


def figure(value: Any) -> Formula:
    """What a number is: a number, or what it is made from."""
    if not isinstance(value, str):
        return Formula(shown(value), number(value))
    try:
        return Formula(value, parse_figure(value))
    except ConditionFaulty as error:
        text, text_zh = error.sentence.replace("condition", "formula"), error.sentence_zh.replace("条件", "算式")
        raise refuse("formula", text, text_zh, error.column, error.instead) from None


def fixed_text(value: Any) -> Formula:
    """What a text or a choice always is."""
    return Formula(shown(value), sentence(value))


def typed_only(_: Any) -> Formula:
    """For fields that are only ever typed."""
    raise refuse(
        "formula",
        "a field of this type is typed by people; `is` is for number, money, percent, yes_no, choice and text",
        "这种类型的字段由人员填写；is 只用于 number、money、percent、yes_no、choice 和 text",
    )


def moment(value: Any) -> Moment:
    """A date field, a distance from one, or the end of the day."""
    try:
        return parse_moment(sentence(value))
    except MomentFaulty as error:
        raise Refused(error.finding) from None


def _kind_zh(value: object) -> str:
    return "映射" if isinstance(value, dict) else "列表" if isinstance(value, list) else "这个值"
