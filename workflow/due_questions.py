"""Questions about working time as programs put them, one in a line of JSON, each answered by a line of JSON.

`{"calendar": …, "start": …, "within": "3 working days"}` is answered by `due`; `{"calendar": …, "start": …, "end": …,
"unit": "working minutes"}` by `used`, in that unit. `calendar` is a name, or a map of the keys of a calendar file.
Both answers tell what was skipped on the way and why, and what counted although its weekday does not; a question that
cannot be answered is answered by `error`, a sentence.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from workflow import names
from workflow.calendar import Calendar, HorizonPassed
from workflow.definition import Text
from workflow.due import Stretch, YearUnknown, due_at, used_between, way
from workflow.durations import DurationFaulty, parse_duration, parse_unit
from workflow.problems import DefinitionFaulty
from workflow.reading.given import Calendars, CalendarUnknown

KEYS = ("calendar", "start", "within", "end", "unit")


class Unanswerable(Exception):
    """A question that cannot be answered: `text` says why, and what would be accepted."""

    def __init__(self, text: Text) -> None:
        self.text = text
        super().__init__(text.en)


def answer(line: str | bytes, calendars: Calendars, lang: str = "en") -> dict[str, Any]:
    """The answer to one line, ready for JSON; whatever the line says, there is one."""
    try:
        return _answered(_question(line), calendars, lang)
    except (Unanswerable, YearUnknown, CalendarUnknown) as error:
        return {"error": error.text.read(lang)}
    except DefinitionFaulty as error:
        return {"error": told(error, lang)}
    except RecursionError:
        return {"error": Text("the line is nested too deeply", "该行嵌套过深").read(lang)}


def told(error: DefinitionFaulty, lang: str) -> str:
    """What is wrong with a calendar, in one line: each place with its sentence."""
    said = ((problem.position.path, problem.text_zh if lang == "zh" else problem.text) for problem in error.problems)
    return "; ".join(f"{place}: {text}" for place, text in said)


def instant_of(text: object, calendar: Calendar, *, over: bool = False) -> dt.datetime:
    """The instant that `text` writes; without an offset it is local to the calendar.

    Of a local time that comes twice it is the first, of one that does not exist the first instant after the gap. A date
    alone is its beginning, or its end if it is to be `over`. Raises Unanswerable.
    """
    if isinstance(text, str):
        try:
            if len(text) == len("2026-02-13"):
                date = dt.date.fromisoformat(text)
                return calendar.end_of(date) if over else calendar.start_of(date)
            moment = dt.datetime.fromisoformat(text)
            return moment if moment.tzinfo else calendar.at_time(moment.date(), moment.time())
        except HorizonPassed as error:
            raise out_of_reach(error) from error
        except ValueError:
            pass  # said below, as of any other value
    shown = json.dumps(text, ensure_ascii=False, default=str)[:60]
    raise Unanswerable(
        Text(
            f"{shown} is no date or time; write for example 2026-02-13T16:00, or 2026-02-13T16:00+08:00",
            f"{shown} 不是日期或时间；请写例如 2026-02-13T16:00 或 2026-02-13T16:00+08:00",
        )
    )


def out_of_reach(error: HorizonPassed) -> Unanswerable:
    """That an answer lies outside the years that are counted."""
    return Unanswerable(Text(str(error), f"超出可计算的年份（1970 至 2200 年）：{error}"))


def local(instant: dt.datetime, zone: ZoneInfo) -> str:
    """An instant in ISO 8601 with the offset of the zone."""
    written = instant.astimezone(zone)
    return written.isoformat(timespec="auto" if written.second or written.microsecond else "minutes")


def stretches(calendar: Calendar, told: Iterable[Stretch], lang: str = "en") -> dict[str, Any]:
    """What was skipped, and what counted though it is unusual, ready for JSON."""
    zone = ZoneInfo(calendar.zone)
    skipped: list[dict[str, str]] = []
    counted: list[dict[str, str]] = []
    for one in told:
        if one.reason is not None:
            (skipped if one.skipped else counted).append(
                {
                    "from": local(one.start, zone),
                    "to": local(one.end, zone),
                    "reason": one.reason.code,
                    "text": one.reason.text.read(lang),
                }
            )
    return {"skipped": skipped} | ({"counted": counted} if counted else {})


def _answered(asked: Mapping[str, Any], calendars: Calendars, lang: str) -> dict[str, Any]:
    calendar = _calendar(asked.get("calendar"), calendars)
    start = instant_of(asked["start"], calendar)
    try:
        if "within" in asked:
            limit = parse_duration(_text(asked["within"]))
            due = due_at(calendar, start, limit)
            found: dict[str, Any] = {"due": local(due, ZoneInfo(calendar.zone))}
            return found | stretches(calendar, way(calendar, start, due, limit.unit), lang)
        end = instant_of(asked["end"], calendar, over=True)
        unit, one = parse_unit(_text(asked["unit"]))
        if end < start:
            raise Unanswerable(Text("the end is earlier than the start", "结束早于开始"))
        used = Fraction(used_between(calendar, start, end, unit) // _LEAST, one // _LEAST)
        found = {"used": used.numerator if used.denominator == 1 else float(used)}
        return found | stretches(calendar, way(calendar, start, end, unit), lang)
    except DurationFaulty as error:
        raise Unanswerable(Text(error.sentence, error.sentence_zh)) from error
    except HorizonPassed as error:
        raise out_of_reach(error) from error


_LEAST = dt.timedelta(microseconds=1)


def _question(line: str | bytes) -> Mapping[str, Any]:
    """What a line asks: its keys are known, and those of one of the two questions."""
    try:
        asked = json.loads(line, parse_float=Decimal, object_pairs_hook=_once)
    except ValueError as error:  # also of what is not UTF-8
        raise Unanswerable(Text(f"the line is not JSON: {error}", f"该行不是 JSON：{error}")) from error
    if not isinstance(asked, dict):
        raise Unanswerable(
            Text(f"a question is a map with {names.one_of(KEYS)}", f"每行应为映射，键为 {names.one_of(KEYS, 'zh')}")
        )
    for key in asked:
        if key not in KEYS:
            meant, meant_zh = names.did_you_mean(key, KEYS)
            raise Unanswerable(
                Text(
                    f"unknown key {key[:60]}; accepted: {names.one_of(KEYS)}{meant}",
                    f"没有键 {key[:60]}；可用：{names.one_of(KEYS, 'zh')}{meant_zh}",
                )
            )
    if {"start", "within"} <= asked.keys() and not {"end", "unit"} & asked.keys():
        return asked
    if {"start", "end", "unit"} <= asked.keys() and "within" not in asked:
        return asked
    raise Unanswerable(
        Text(
            "a question has `start` and `within`, or `start`, `end` and `unit`",
            "每行需要 start 和 within，或 start、end 和 unit",
        )
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise Unanswerable(Text(f"the key {twice[:60]} is written twice", f"键 {twice[:60]} 写了两次"))
    return found


def _calendar(asked: object, calendars: Calendars) -> Calendar:
    if isinstance(asked, str):
        return calendars.named(asked)
    if isinstance(asked, dict):
        return calendars.given(asked)
    raise Unanswerable(
        Text(
            "`calendar` is the name of a calendar, or a map of the keys of a calendar file",
            "calendar 应为日历名，或日历文件各个键的映射",
        )
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)[:60]
