"""The ledger of clocks as JSON, with the sentence that says why something is due when it is.

A limit in working days names the dates that count and those that do not, and what each of these is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from zoneinfo import ZoneInfo

from service.api.rendering import Body, clock_body, instant, named, timer_body
from service.finding import Seen
from service.ledger import Count
from workflow import words
from workflow.calendar import Calendar
from workflow.durations import Unit
from workflow.house import WEEKDAYS
from workflow.picture.captions import Captions
from workflow.timers import Timer

MOST_DATES = 60
"""Of a longer stretch, the first dates are named and it is said that there are more."""

DAY = dt.timedelta(days=1)


def count_body(count: Count, seen: Seen, lang: str) -> Body:
    """One run of a deadline as the ledger tells it: when it ran, how much is used, what is armed."""
    zone = seen.loaded.calendar.zone
    within = count.deadline.within if count.deadline else None
    return {
        **clock_body(count.clock, seen.loaded.definition, zone, lang),
        "why": _why(count, seen, lang),
        "days": _days_body(count, seen, lang),
        "within": within.read(lang) if within else None,
        "used_seconds": None if count.used is None else count.used.total_seconds(),
        "unit": within.unit.value if within else None,
        "spans": [{"start": instant(span.start, zone), "end": instant(span.end, zone)} for span in count.clock.spans],
        "fired": {level: instant(fired.due_at, zone) for level, fired in count.clock.fired.items()},
        "timers": [timer_body(timer, zone) for timer in count.timers],
    }


def reminder_body(timer: Timer, seen: Seen, lang: str) -> Body:
    """An armed reminder: since when it waits, and after how long it comes."""
    definition, zone = seen.loaded.definition, seen.loaded.calendar.zone
    captions = Captions(definition, lang)
    body = {**timer_body(timer, zone), **named(timer.key.name, words.reminder(timer.key.name, definition), lang)}
    reminder = definition.reminders.get(timer.key.name)
    waiting = [
        one
        for one in seen.loaded.ticket.clocks
        if (one.kind, one.name, one.run) == ("reminder", timer.key.name, timer.key.run)
    ]
    return {
        **body,
        "since": captions.event(waiting[0].origin) if waiting else None,
        "since_at": instant(waiting[0].started_at, zone) if waiting else None,
        "after": captions.occasion(reminder) if reminder else None,
    }


def _why(count: Count, seen: Seen, lang: str) -> str | None:
    """The limit, from when it counts, and what was left out in between."""
    deadline, clock, zone = count.deadline, count.clock, seen.loaded.calendar.zone
    if deadline is None:
        return None
    captions = Captions(seen.loaded.definition, lang)
    start = _time(clock.started_at, zone)
    if deadline.within is None:
        limit = captions.limit(deadline)
        said = captions.say(f"no later than {limit}; running from {start}", f"不晚于{limit}；自 {start} 起")
    else:
        limit = deadline.within.read(lang)
        origin = captions.event(clock.origin)
        said = captions.say(f"{limit} from {start} ({origin})", f"{limit}，自 {start} 起（{origin}）")
    said += captions.say(", ", "，") + _pauses(count, zone, captions)
    if clock.extended:
        said += captions.say(", with more time given", "，时限已延长")
    days = _days(count, seen)
    if days is not None:
        counted, skipped = days
        shown = captions.among(_short(date) for date in counted[:MOST_DATES]) or captions.say("none", "无")
        calendar = seen.loaded.calendar
        left_out = captions.among(
            captions.say(
                f"{_short(date)} ({_rest(date, calendar, lang)})", f"{_short(date)}（{_rest(date, calendar, lang)}）"
            )
            for date in skipped[:MOST_DATES]
        ) or captions.say("none", "无")
        said += captions.say(
            f"; counted days: {shown}; rest days skipped: {left_out}",
            f"；计入的日期：{shown}；跳过的休息日：{left_out}",
        )
        if len(counted) > MOST_DATES or len(skipped) > MOST_DATES:
            said += captions.say(" and more", "等")
    return said[:1].upper() + said[1:] + captions.say(".", "。")


def _pauses(count: Count, zone: str, captions: Captions) -> str:
    spans = count.clock.spans
    gaps = [(before.end, after.start) for before, after in pairwise(spans) if before.end is not None]
    said = [f"{_time(start, zone)} – {_time(end, zone)}" for start, end in gaps]
    if count.clock.paused:
        since = spans[-1].end if spans and spans[-1].end else count.clock.started_at
        said.append(captions.say(f"since {_time(since, zone)}", f"{_time(since, zone)} 起至今"))
    if not said:
        return captions.say("not paused", "未暂停")
    return captions.say("paused ", "其间暂停：") + captions.among(said)


def _days_body(count: Count, seen: Seen, lang: str) -> Body | None:
    """The dates up to the limit: those that count, and those that do not with what they are."""
    days = _days(count, seen)
    if days is None:
        return None
    counted, skipped = days
    return {
        "counted": [date.isoformat() for date in counted[:MOST_DATES]],
        "skipped": [
            {"date": date.isoformat(), "reason": _rest(date, seen.loaded.calendar, lang)}
            for date in skipped[:MOST_DATES]
        ],
        "more": len(counted) > MOST_DATES or len(skipped) > MOST_DATES,
    }


def _days(count: Count, seen: Seen) -> tuple[Sequence[dt.date], Sequence[dt.date]] | None:
    """The working days and the others from the start to the limit; None where the limit takes any day."""
    within = count.deadline.within if count.deadline else None
    if within is None or within.unit not in (Unit.WORKING_DAYS, Unit.WORKING_TIME):
        return None
    clock, calendar = count.clock, seen.loaded.calendar
    end = clock.limit_at or clock.ended_at or seen.at
    date, last = calendar.local_date(clock.started_at), calendar.local_date(end - dt.timedelta.resolution)
    counted: list[dt.date] = []
    skipped: list[dt.date] = []
    while date <= last and max(len(counted), len(skipped)) <= MOST_DATES:
        counts = bool(calendar.hours(date)) if within.unit is Unit.WORKING_TIME else calendar.is_working_day(date)
        (counted if counts else skipped).append(date)
        date += DAY
    return counted, skipped


def _rest(date: dt.date, calendar: Calendar, lang: str) -> str:
    """What a date is on which nothing counts: by its name one that is special, or one that rests every week."""
    name = calendar.day_name(date)
    if name is not None and name.kind in ("holiday", "closed"):
        return name.read(lang)
    usual = calendar.expanded()["week"][WEEKDAYS[date.weekday()]]
    if usual[0] != "working":
        return "周末" if lang == "zh" else "weekend"
    if calendar.is_working_day(date):
        return "不开放" if lang == "zh" else "not open"
    return "节假日或休息日" if lang == "zh" else "holiday or rest day"


def _time(at: dt.datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def _short(date: dt.date) -> str:
    return date.strftime("%m-%d")
