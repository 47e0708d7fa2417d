"""Saying: figures and promises in the words of people, in Chinese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.definition import Definition, Promise, Text
from workflow.durations import Duration, Unit
from workflow.promises.figure import Figure, Kind
from workflow.timers import WORKING

_DAY = dt.timedelta(days=1)
_WEEKDAYS = (
    ("Monday", "周一"),
    ("Tuesday", "周二"),
    ("Wednesday", "周三"),
    ("Thursday", "周四"),
    ("Friday", "周五"),
    ("Saturday", "周六"),
    ("Sunday", "周日"),
)
_SIZES = ((_DAY, "day", "天"), (dt.timedelta(hours=1), "h", "小时"), (dt.timedelta(minutes=1), "min", "分钟"))

MOST_STEPS = 12
"""Of a longer path the first and the last steps are told."""


def length(span: dt.timedelta) -> Text:
    """How long something is, in its two largest units: `3 days 2 h`, `3天2小时`.

    What is less than a second counts as one way of saying "just before": it is not told.
    """
    left = dt.timedelta(seconds=round(span.total_seconds()))
    parts: list[tuple[str, str]] = []
    for size, en, zh in _SIZES:
        number, left = divmod(left, size)
        if number:
            parts.append((f"{number} {en}{'s' * (size == _DAY and number != 1)}", f"{number}{zh}"))
    if len(parts) < 2 and left:
        parts.append((f"{left.seconds} s", f"{left.seconds}秒"))
    if not parts:
        return Text("at once", "立即")
    return Text(" ".join(en for en, _ in parts[:2]), "".join(zh for _, zh in parts[:2]))


def how_long(figure: Figure, definition: Definition, calendar: Calendar) -> Text:
    """The length of a figure, also in working days where what tells then counts them."""
    if figure.longest is None:
        return Text("no end", "无止境")
    said = length(figure.longest)
    if figure.start is None or figure.told_at is None or not _counts_working_days(figure, definition):
        return said
    days = calendar.between(figure.start, figure.told_at, Unit.WORKING_DAYS)
    number = f"{round(days / _DAY, 1):g}"
    return Text(f"{said.en} ({number} working day{'s' * (number != '1')})", f"{said.zh}（{number}个工作日）")


def since(figure: Figure, definition: Definition, calendar: Calendar) -> Text:
    """The worst starting moment; where what tells knows no working time, any moment is as good."""
    if figure.longest is None or figure.start is None:
        return Text("")
    if not any(one.unit in WORKING for one in _durations(figure, definition)) and figure.start == figure.path[0].at:
        return Text("any moment", "任何时刻")
    return moment(figure.start, calendar)


def _counts_working_days(figure: Figure, definition: Definition) -> bool:
    return any(one.unit is Unit.WORKING_DAYS for one in _durations(figure, definition))


def _durations(figure: Figure, definition: Definition) -> list[Duration]:
    """What tells counts these."""
    source = figure.source
    found: list[object] = []
    if source is not None and source.kind == "reminder" and source.name in definition.reminders:
        reminder = definition.reminders[source.name]
        found = [reminder.after, reminder.every]
    elif source is not None and source.name in definition.deadlines:
        deadline = definition.deadlines[source.name]
        found = [deadline.within, *(part for level in deadline.levels for part in (level.left, level.late_by))]
    return [one for one in found if isinstance(one, Duration)]


def moment(instant: dt.datetime, calendar: Calendar) -> Text:
    """When something is, with its weekday and the holidays that it is in or on the eve of."""
    local = _rounded(instant).astimezone(ZoneInfo(calendar.zone))
    en, zh = _WEEKDAYS[local.weekday()]
    written = f"{local:%Y-%m-%d %H:%M}"
    for holiday in calendar.holidays:
        if holiday.first - _DAY == local.date():
            return Text(f"{written} ({en}, the eve of {holiday.en})", f"{written}（{zh}，{holiday.zh}前一天）")
        if holiday.first <= local.date() <= holiday.last:
            return Text(f"{written} ({en}, {holiday.en})", f"{written}（{zh}，{holiday.zh}）")
    return Text(f"{written} ({en})", f"{written}（{zh}）")


def path(figure: Figure, calendar: Calendar) -> str:
    """The moves that lead to it with their times, the date only where it changes: the same in both languages."""
    steps = list(figure.path)
    dropped = len(steps) - MOST_STEPS
    told: list[str] = []
    date: dt.date | None = None
    for number, step in enumerate(steps):
        if dropped > 0 and MOST_STEPS // 2 <= number < MOST_STEPS // 2 + dropped:
            if number == MOST_STEPS // 2:
                told.append("…")
            continue
        local = _rounded(step.at).astimezone(ZoneInfo(calendar.zone))
        told.append(f"{step.move} {local:%H:%M}" if local.date() == date else f"{step.move} {local:%Y-%m-%d %H:%M}")
        date = local.date()
    return " → ".join(told)


def certainty(figure: Figure) -> Text:
    """Whether a history shows the figure, or it is only known that none is longer."""
    return Text("exact", "确切") if figure.exact else Text("at most", "至多")


def source(figure: Figure) -> str:
    """Who tells then: the deadline with its level, or the reminder."""
    one = figure.source
    return "" if one is None else f"{one.name} {one.level}".strip()


def promise(one: Promise) -> Text:
    """A promise as it is written."""
    where = f", in: [{', '.join(one.states)}]" if one.kind in _OF_STATES else ""
    return Text(f"{one.kind}: {one.within.read('en')}{where}", f"{one.kind}: {one.within.read('zh')}{where}")


_OF_STATES = ("someone_is_told_within", "never_silent_longer_than")


def broken(one: Promise, figure: Figure | None, definition: Definition, calendar: Calendar) -> Text:
    """Why a promise does not hold: the history that breaks it, with its times."""
    if figure is None:
        return Text(f"`{one.kind}` could not be proved", f"无法证明 `{one.kind}`")
    what, what_zh = _what(figure)
    name = definition.name
    way = path(figure, calendar)
    if figure.longest is None:
        why, why_zh = _why_endless(figure)
        en = f"{name} does not keep {one.within.read('en')}: {what} has no bound, {why} ({way})"
        return Text(en, f"{name} 做不到 {one.within.read('zh')}：{what_zh}没有上限，{why_zh}（{way}）")
    start = since(figure, definition, calendar)
    said = how_long(figure, definition, calendar)
    if figure.exact:
        return Text(
            f"{name} does not keep {one.within.read('en')}: {what} lasts {said.en} from {start.en} on; {way}",
            f"{name} 做不到 {one.within.read('zh')}：{what_zh}从 {start.zh} 起长达 {said.zh}；{way}",
        )
    help_, help_zh = _HELP[figure.kind]
    return Text(
        f"{name}: {one.within.read('en')} could not be proved: {what} may last {said.en} from {start.en} on; {way}; "
        f"{help_}",
        f"{name}：{one.within.read('zh')} 无法证明：{what_zh}从 {start.zh} 起可能长达 {said.zh}；{way}；{help_zh}",
    )


def _what(figure: Figure) -> tuple[str, str]:
    return {
        "first_telling": (
            f"the time in `{figure.state}` until somebody is told",
            f"进入 `{figure.state}` 后到有人收到通知的时间",
        ),
        "longest_silence": (f"the silence in `{figure.state}`", f"`{figure.state}` 中无人收到通知的时间"),
        "unheard": ("the time from the opening until somebody is told", "开单后到有人收到通知的时间"),
        "paused": (
            f"the pause of `{figure.source.name if figure.source else ''}`",
            f"`{figure.source.name if figure.source else ''}` 的暂停时间",
        ),
    }[figure.kind]


def _why_endless(figure: Figure) -> tuple[str, str]:
    if figure.loop:
        loop = " → ".join(figure.loop)
        return f"for {loop} can go round without end", f"因为 {loop} 可以无限循环"
    if figure.kind == "paused":
        return (
            f"for nothing surely ends the pause in `{figure.state}`",
            f"因为没有任何催办一定会结束 `{figure.state}` 中的暂停",
        )
    return f"for in `{figure.state}` nothing is sure to tell anybody", f"因为在 `{figure.state}` 中没有一定会发出的通知"


_HELP_IN_STATES = (
    "it would help if what tells had no `if`, or a reminder with `every` counted from entering the state",
    "让通知不带 `if`，或加一个从进入该状态起算、带 `every` 的催办，会有帮助",
)

_HELP: Mapping[Kind, tuple[str, str]] = {
    "first_telling": _HELP_IN_STATES,
    "longest_silence": _HELP_IN_STATES,
    "unheard": (
        "it would help to give moves that begin a limit anew `at_most`, or to let a reminder count from the opening",
        "给会重新起算时限的流转写 `at_most`，或让一个催办从开单起算，会有帮助",
    ),
    "paused": (
        "it would help if the reminder that ends the pause counted in the unit of the promise",
        "让结束暂停的催办与承诺用同一种单位，会有帮助",
    ),
}


def _rounded(instant: dt.datetime) -> dt.datetime:
    """To the second: just after midnight is told as midnight."""
    return (instant + dt.timedelta(milliseconds=500)).replace(microsecond=0)
