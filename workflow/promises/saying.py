"""Saying: figures and promises in the words of people, in Chinese and English."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar
from workflow.definition import Deadline, Definition, Level, Promise, Reminder, Text
from workflow.durations import Duration, Unit
from workflow.promises.figure import Figure, Step
from workflow.prose.guaranteeing import said_of
from workflow.prose.voice import Surroundings, Voice
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

_BY_DAYS = Duration(count=_DAY, unit=Unit.WORKING_DAYS, text="")

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


@dataclass(frozen=True, slots=True)
class Saying:
    """Figures of one definition, told in `lang` ("zh" or "en") by the times of a calendar.

    `definitions` are those of the catalogue: a path may lead through the others of a family.
    """

    definition: Definition
    calendar: Calendar
    lang: str
    definitions: Mapping[str, Definition]

    @property
    def voice(self) -> Voice:
        return self._voice(self.definition)

    def _voice(self, definition: Definition) -> Voice:
        return Voice(definition, self.lang, Surroundings(definitions=self.definitions, calendar=self.calendar))

    def say(self, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    # --- How long, and how sure -------------------------------------------------------------------------------------

    def how_long(self, figure: Figure) -> str:
        """The length of a figure, also in working days where what tells then counts them."""
        if figure.longest is None:
            return self.say("no end", "无止境")
        said = length(figure.longest).read(self.lang)
        counted = any(one.unit is Unit.WORKING_DAYS for one in _durations(timed(figure, self.definition)))
        if figure.start is None or figure.told_at is None or not counted:
            return said
        days = self.calendar.between(figure.start, figure.told_at, Unit.WORKING_DAYS)
        number = f"{round(days / _DAY, 1):g}"
        return self.say(f"{said} ({number} working day{'s' * (number != '1')})", f"{said}（{number}个工作日）")

    def certainty(self, figure: Figure) -> str:
        """Whether a history shows the figure, or it is only known that none is longer."""
        if figure.longest is None:
            return ""
        return self.say("exact", "确切") if figure.exact else self.say("at most", "至多")

    # --- When and how -----------------------------------------------------------------------------------------------

    def since(self, figure: Figure) -> str:
        """The worst starting moment; an example where others are as bad."""
        if figure.longest is None or figure.start is None:
            return ""
        if any(one.unit in WORKING for one in self._counted(figure)):
            return self._moment(figure.start)
        when = self._instant(figure.start, "%Y-%m-%d %H:%M")
        return self.say(f"{when}, for example", f"{when}（举例）")

    def _counted(self, figure: Figure) -> Iterator[Duration]:
        """What decides how long it is: what tells then, or ends the pauses, or of a whole life whatever may run."""
        if figure.kind in ("first_telling", "longest_silence"):
            yield from _durations(timed(figure, self.definition))
            return
        states = {figure.state, *(step.state for step in figure.path)}
        for reminder in self.definition.reminders.values():
            if reminder.states & states and (figure.kind == "unheard" or reminder.effects.move):
                yield from _durations(reminder)
        if figure.kind == "unheard":
            for deadline in self.definition.deadlines.values():
                yield from _durations(deadline)

    def _moment(self, instant: dt.datetime) -> str:
        """When something is, with its weekday and the holidays that it is in or on the eve of."""
        local = _local(instant, self.calendar)
        en, zh = _WEEKDAYS[local.weekday()]
        written = self._instant(instant, "%Y-%m-%d %H:%M")
        day = Text(f" ({en})", f"（{zh}）")
        for holiday in self.calendar.holidays:
            if holiday.first - _DAY == local.date():
                day = Text(f" ({en}, the eve of {holiday.en})", f"（{zh}，{holiday.zh}前一天）")
            elif holiday.first <= local.date() <= holiday.last:
                day = Text(f" ({en}, {holiday.en})", f"（{zh}，{holiday.zh}）")
        return written + day.read(self.lang)

    def _instant(self, instant: dt.datetime, form: str) -> str:
        """To the second, and on which side of it: what begins with midnight may be worst just after it."""
        said = f"{_local(instant, self.calendar):{form}}"
        if instant == _rounded(instant):
            return said
        if instant > _rounded(instant):
            return self.say(f"just after {said}", f"{said}之后一瞬")
        return self.say(f"just before {said}", f"{said}之前一瞬")

    def path(self, figure: Figure) -> str:
        """The moves that lead to it with their times; the date, and the time itself, only where they change."""
        steps = list(figure.path)
        dropped = len(steps) - MOST_STEPS
        told: list[str] = []
        date: dt.date | None = None
        last = ""
        for number, step in enumerate(steps):
            if dropped > 0 and MOST_STEPS // 2 <= number < MOST_STEPS // 2 + dropped:
                if number == MOST_STEPS // 2:
                    told.append("…")
                continue
            local = _local(step.at, self.calendar)
            form = "%H:%M" if local.date() == date else "%Y-%m-%d %H:%M"
            now = self._instant(step.at, "%Y-%m-%d %H:%M")
            when = f" {self._instant(step.at, form)}" if now != last else ""
            told.append(self._made(step, steps[number - 1] if number else None) + when)
            date, last = local.date(), now
        return " → ".join(told)

    def _made(self, step: Step, before: Step | None) -> str:
        """A move, as the definition calls it in which it is made."""
        names = (before.workflow if before is not None else step.workflow, step.workflow, self.definition.name)
        found = (self.definitions.get(name) for name in names)
        where = next((one for one in found if one is not None and step.move in one.transitions), self.definition)
        said = self._voice(where).transition(step.move)
        return said + self.say(" (by the clock)", "（系统）") if step.by_clock else said

    def moves(self, names: tuple[str, ...]) -> str:
        return " → ".join(map(self.voice.transition, names))

    # --- Who tells --------------------------------------------------------------------------------------------------

    def state(self, name: str) -> str:
        """A state by its text, and by the name under which the file has it."""
        return self._with_name(self.voice.state(name), name)

    def called(self, figure: Figure) -> str:
        """What tells then, or stands still: the deadline or reminder by its text and its name."""
        one = figure.source
        if one is None:
            return ""
        said = self.voice.reminder(one.name) if one.kind == "reminder" else self.voice.deadline(one.name)
        return self._with_name(said, one.name)

    def _with_name(self, said: str, name: str) -> str:
        named = self.say(f" ({name})", f"（{name}）")
        return said if said.endswith(named) or said == self.voice.quoted(name) else said + named

    def at_level(self, figure: Figure) -> str:
        """At which level of a deadline: `10 minutes before the limit`; empty for a reminder."""
        one = timed(figure, self.definition)
        if not isinstance(one, Deadline) or figure.source is None:
            return ""
        level = next((level for level in one.levels if level.name == figure.source.level), None)
        return self._level(level) if level is not None else ""

    def _level(self, level: Level) -> str:
        if level.kind == "soon":
            if isinstance(level.left, Decimal):
                share = f"{level.left.normalize():f}%"
                return self.say(f"when {share} of the time is left", f"时间还剩{share}时")
            left = self.voice.lasting(level.left)
            return self.say(f"{left} before the limit", f"到期前{left}")
        late = self.voice.lasting(level.late_by)
        said = self.say(f"{late} after the limit", f"逾期{late}时") if late else self.say("at the limit", "到期时")
        return said if level.every is None else said + self.say(" (repeating)", "（重复）")

    def source(self, figure: Figure) -> str:
        """Who tells then, in a column: the deadline with its level, or the reminder."""
        level = self.at_level(figure)
        return self.called(figure) + (self.say(f", {level}", f"，{level}") if level else "")

    # --- Promises ---------------------------------------------------------------------------------------------------

    def promise(self, one: Promise) -> str:
        """A promise as a sentence."""
        return self.voice.ended(said_of(one, self.voice), ()).text

    def worst(self, figure: Figure) -> str:
        """The starting moment and the path of a figure: what follows `from`."""
        since, way = self.since(figure), self.path(figure)
        return self.say(f"from {since}: {way}", f"从{since}起：{way}") if since else way


def timed(figure: Figure, definition: Definition) -> Deadline | Reminder | None:
    """What tells then, or stands still."""
    one = figure.source
    if one is None:
        return None
    return definition.reminders.get(one.name) if one.kind == "reminder" else definition.deadlines.get(one.name)


def _durations(one: Deadline | Reminder | None) -> Iterator[Duration]:
    """What it counts; a limit that is a moment goes by days."""
    found: list[object] = []
    if isinstance(one, Reminder):
        found = [one.after, one.every]
    elif one is not None:
        found = [_BY_DAYS if one.within is None else one.within]
        found += (part for level in one.levels for part in (level.left, level.late_by, level.every))
    yield from (part for part in found if isinstance(part, Duration))


def _local(instant: dt.datetime, calendar: Calendar) -> dt.datetime:
    return _rounded(instant).astimezone(ZoneInfo(calendar.zone))


def _rounded(instant: dt.datetime) -> dt.datetime:
    """To the second."""
    return (instant + dt.timedelta(milliseconds=500)).replace(microsecond=0)
