"""Schedules in sentences: how often a ticket is opened by itself, for whom, when it is due, with what it starts."""

from __future__ import annotations

from workflow import words
from workflow.definition import Text
from workflow.prose.conditions import condition
from workflow.prose.document import Paragraph, Path
from workflow.prose.doing import sets
from workflow.prose.voice import Voice
from workflow.schedule import DueDay, Every, Schedule
from workflow.schedule_words import WEEKDAYS
from workflow.schedule_words import every as every_period

_WITHIN = {
    "shift": Text("the shift", "当班"),
    "day": Text("the day", "当天"),
    "week": Text("the week", "当周"),
    "month": Text("the month", "当月"),
    "quarter": Text("the quarter", "当季"),
    "year": Text("the year", "当年"),
    "holiday": Text("the holiday", "假期"),
}


def schedule(one: Schedule, voice: Voice) -> Paragraph:
    path: Path = ("recurring", one.name)
    every, within = voice.read(every_period(one)), voice.read(_WITHIN[one.every])
    where = _where(one, voice)
    each = voice.say(f"at each site{where}", f"每个项目{where}开立一张工单")
    if voice.definition.of_group:
        each = voice.say(f"for the whole group{where}", f"全集团{where}开立一张工单")
    if one.for_each is not None:
        register = voice.register(one.for_each)
        each = voice.say(
            f"for each entry of the register {register}{where}", f"按名册{register}{where}每个条目开立一张工单"
        )
    sentences = [voice.sentence(f"{every} a ticket is opened {each}", f"{every}{each}", path)]
    due = _due(one, within, voice)
    if one.opens is not None:
        before = voice.lasting(one.opens)
        en, zh = f"it is due {due}, and is opened {before} before", f"{due}到期，提前{before}开立"
    else:
        en, zh = f"it is due {due}, and is opened when {within} begins", f"{due}到期，{within}开始时开立"
    sentences.append(voice.sentence(en, zh, (*path, "due")))
    given = sets(one.set, voice, None)
    if given:
        sentences.append(voice.sentence(f"in it {voice.both(given)}", f"开单时{'，'.join(given)}", (*path, "set")))
    if one.note:
        sentences.append(voice.note(one.note, path))
    return Paragraph(path=path, label=voice.schedule(one.name), rules=one.rules, sentences=tuple(sentences))


def _where(one: Schedule, voice: Voice) -> str:
    """For which entries of its register a schedule is; empty for all of them."""
    if one.condition is None:
        return ""
    asked = condition(one.condition, voice.of_entry(one.entry) if one.entry is not None else voice)
    return voice.say(f" in which {asked}", f"中{asked}的")


def _due(one: Schedule, within: str, voice: Voice) -> str:
    """`on the last working day of the month at 17:30`."""
    due = one.due
    if due is None:
        return voice.say(f"at the end of {within}", f"{within}结束时")
    day = _day(due, one.every, within, voice)
    if due.time is None:
        return voice.say(f"on {day}", f"{day}")
    return voice.say(f"on {day} at {due.time:%H:%M}", f"{day}{due.time:%H:%M}")


def _day(due: DueDay, every: Every, within: str, voice: Voice) -> str:
    match due.kind:
        case _ if every == "day":
            return voice.say("that day", "当天")
        case "day":
            return voice.say(f"day {due.number} of {within}", f"{within}第{due.number}天")
        case "working_day":
            return voice.say(f"working day {due.number} of {within}", f"{within}第{due.number}个工作日")
        case "last_day":
            return voice.say(f"the last day of {within}", f"{within}最后一天")
        case "last_working":
            return voice.say(f"the last working day of {within}", f"{within}最后一个工作日")
        case "weekday":
            return voice.read(WEEKDAYS[due.number or 0])
        case "date":
            month = due.number or 1
            return voice.say(f"{due.day} {words.MONTHS[month - 1]}", f"{month}月{due.day}日")
