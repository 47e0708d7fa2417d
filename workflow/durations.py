"""Durations: an amount of one unit, read from the words of a definition and written for people.

What an amount means on a calendar is the calendar's business (`workflow.calendar`).
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from enum import Enum

LONGEST = dt.timedelta(days=3660)
"""No limit, repeat or pause of a definition is longer: ten years of any unit."""


class Unit(Enum):
    """How an amount is counted; an amount of one unit is never turned into another."""

    ELAPSED = "elapsed"
    """Time as a stop-watch shows it."""
    DAYS = "days"
    """Local wall time, 24 h a civil day."""
    WORKING_DAYS = "working_days"
    """Local wall time, 24 h a working day; a rest day counts nothing."""
    WORKING_TIME = "working_time"
    """Elapsed time inside opening hours."""

    __hash__ = object.__hash__  # that of Enum is worked out from the name at every look into a table


@dataclass(frozen=True, slots=True)
class _Word:
    """One way to say a unit: how much one of it is, and what people read and write."""

    unit: Unit
    one: dt.timedelta
    en: str
    zh: str
    zh_also: tuple[str, ...]


# Within a unit the largest first: `Duration.read` takes the first that divides the amount.
_WORDS = (
    _Word(Unit.ELAPSED, dt.timedelta(hours=1), "hour", "小时", ("个小时",)),
    _Word(Unit.ELAPSED, dt.timedelta(minutes=1), "minute", "分钟", ("分",)),
    _Word(Unit.ELAPSED, dt.timedelta(seconds=1), "second", "秒", ("秒钟",)),
    _Word(Unit.DAYS, dt.timedelta(days=1), "day", "天", ("日",)),
    _Word(Unit.WORKING_DAYS, dt.timedelta(days=1), "working day", "个工作日", ("工作日",)),
    _Word(Unit.WORKING_TIME, dt.timedelta(hours=1), "working hour", "个工作小时", ("工作小时",)),
    _Word(Unit.WORKING_TIME, dt.timedelta(minutes=1), "working minute", "个工作分钟", ("工作分钟",)),
)

_BY_NAME = {name: word for word in _WORDS for name in (word.en, f"{word.en}s", word.zh, *word.zh_also)}

UNIT_NAMES = frozenset(_BY_NAME)
"""Every word for a unit, in English and Chinese."""

_SHAPE = re.compile(r"([0-9]+)\s*(\D+)")

_SHOWN = 60
_ACCEPTED = 'write for example "30 minutes", "24 hours", "2 days", "3 working days" or "4 working hours"'
_ACCEPTED_ZH = "请写例如 30分钟、24小时、2天、3个工作日、4个工作小时"
_UNITS = ", ".join(f"{word.en}s" for word in _WORDS)
_UNITS_ZH = "、".join(word.zh for word in _WORDS)


class DurationFaulty(ValueError):
    """The text is no duration: `sentence` says why, and what would be accepted."""

    def __init__(self, sentence: str, sentence_zh: str) -> None:
        self.sentence = sentence
        self.sentence_zh = sentence_zh
        super().__init__(sentence)


@dataclass(frozen=True, slots=True)
class Duration:
    """An amount of one unit, more than nothing and at most 3660 days.

    `count` holds 24 h per day for DAYS and WORKING_DAYS. `text` is the author's wording and does not count in
    comparisons: "60 minutes" equals "1 hour", but "48 hours" is not "2 days".
    """

    count: dt.timedelta
    unit: Unit
    text: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not dt.timedelta() < self.count <= LONGEST:
            raise ValueError(f"a duration of {self.count} is not possible: it is more than 0 and at most 3660 days")
        self._word()

    def read(self, lang: str) -> str:
        """The duration for people, in `lang` ("zh" or "en"): in the largest word that gives a whole number."""
        number, word = self.in_words(lang)
        return f"{number}{word}" if lang == "zh" else f"{number} {word}"

    def in_words(self, lang: str) -> tuple[int, str]:
        """The number and the word of `read`, for a sentence that leaves out the 1: "every working day"."""
        word = self._word()
        number = self.count // word.one
        if lang == "zh":
            return number, word.zh
        return number, word.en if number == 1 else f"{word.en}s"

    def _word(self) -> _Word:
        for word in _WORDS:
            if word.unit is self.unit and not self.count % word.one:
                return word
        smallest = [word.en for word in _WORDS if word.unit is self.unit][-1]
        raise ValueError(f"a duration of {self.count} is not possible: it is a whole number of {smallest}s")


def parse_duration(text: str) -> Duration:
    """The duration that `text` says, in English or Chinese.

    A whole number and one word: seconds, minutes, hours (elapsed), days, working days, working hours, working
    minutes, singular or plural; 秒, 分钟, 小时, 天, 个工作日, 个工作小时, 个工作分钟 and their everyday forms.
    Raises DurationFaulty, which says what would be accepted.
    """
    shape = _SHAPE.fullmatch(text.strip())
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    if shape is None:
        raise DurationFaulty(
            f'"{shown}" is not a duration: a whole number and a unit; {_ACCEPTED}',
            f"{shown} 不是时长：应为阿拉伯数字的整数加单位；{_ACCEPTED_ZH}",
        )
    digits, name = shape.groups()
    word = _word_of(name)
    if word is None:
        raise DurationFaulty(
            f'"{shown}" names no unit of time: {_UNITS}; {_ACCEPTED}',
            f"{shown} 的单位不能用；可用的单位：{_UNITS_ZH}；{_ACCEPTED_ZH}",
        )
    # Compared as text first: a number of thousands of digits is not worth reading.
    number = int(digits) if len(digits.lstrip("0")) <= 9 else 10**9
    if not 0 < number <= LONGEST // word.one:
        raise DurationFaulty(
            f'"{shown}" is not possible: a duration is more than 0 and at most 3660 days; {_ACCEPTED}',
            f"不能写 {shown}：时长应大于 0，且最多 3660 天；{_ACCEPTED_ZH}",
        )
    return Duration(number * word.one, word.unit, text)


def parse_unit(text: str) -> tuple[Unit, dt.timedelta]:
    """The unit that a word of durations names, and how much one of it is: "working minutes", "天".

    Raises DurationFaulty.
    """
    word = _word_of(text)
    if word is None:
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        raise DurationFaulty(
            f'"{shown}" is no unit of time; one of: {_UNITS}', f"{shown} 不是时间单位；可用：{_UNITS_ZH}"
        )
    return word.unit, word.one


def _word_of(name: str) -> _Word | None:
    return _BY_NAME.get(" ".join(name.lower().split()))
