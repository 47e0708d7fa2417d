"""Deadlines and reminders in sentences: how long, from when until when, and who hears of it, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workflow.definition import OPENING, Deadline, Level, Reminder
from workflow.prose.conditions import condition
from workflow.prose.document import Paragraph, Path, Sentence
from workflow.prose.doing import happenings
from workflow.prose.events import fails_to_happen, happens
from workflow.prose.voice import Voice


def deadline(one: Deadline, voice: Voice) -> Paragraph:
    path: Path = ("deadlines", one.name)
    sentences = (*_limit(one, voice, path), *_note(one.note, voice, path), *_levels(one, voice, path))
    return Paragraph(
        path=path,
        label=voice.deadline(one.name),
        rules=one.rules,
        sentences=sentences,
    )


def reminder(one: Reminder, voice: Voice) -> Paragraph:
    path: Path = ("reminders", one.name)
    said = _reminded(one, voice)
    return Paragraph(
        path=path,
        label=voice.reminder(one.name),
        rules=one.rules,
        sentences=(voice.ended(said, path), *_note(one.note, voice, path)),
    )


def _note(note: str, voice: Voice, path: Path) -> Iterator[Sentence]:
    if note:
        yield voice.note(note, path)


# --- The limit ------------------------------------------------------------------------------------------------------


def _limit(one: Deadline, voice: Voice, path: Path) -> Iterator[Sentence]:
    since, until = happens(one.since, voice), happens(one.until, voice)
    if one.within is not None:
        length = voice.lasting(one.within)
        yield voice.sentence(
            f"the limit is {length}, from when {since} until {until}",
            f"时限为{length}，自{since}起算，到{until}为止",
            path,
        )
    elif one.no_later_than is not None:
        moment = voice.moment(one.no_later_than)
        yield voice.sentence(
            f"the limit is {moment}; it is watched from when {since} until {until}",
            f"最迟不晚于{moment}，自{since}起计时，到{until}为止",
            path,
        )
    if one.replaced_by is not None:
        field = voice.field(one.replaced_by)
        said, zh = f"once {field} is filled in, that is the limit instead", f"填写了{field}的，改以其为时限"
        yield voice.sentence(said, zh, (*path, "replaced_by"))
    if one.paused_in:
        standing = voice.standing(one.paused_in)
        yield voice.sentence(
            f"while {standing}, the time does not count", f"{standing}期间暂停计时", (*path, "paused_in")
        )
    if one.condition is not None:
        asked = condition(one.condition, voice)
        yield voice.sentence(f"it counts only while {asked}", f"仅在{asked}时计时", (*path, "if"))


# --- The levels -----------------------------------------------------------------------------------------------------


def _levels(one: Deadline, voice: Voice, path: Path) -> Iterator[Sentence]:
    first_late = True
    another = False
    for level in one.levels:
        said = _level(one, level, voice, first=first_late, another=another)
        if level.kind == "late":
            another = first_late and level.late_by is None and level.every is None
            first_late = False
        yield voice.step(said, (*path, level.kind, level.index))
        yield from _note(level.note, voice, (*path, level.kind, level.index))


def _level(one: Deadline, level: Level, voice: Voice, *, first: bool, another: bool) -> str:
    """When it comes and what happens then; the `first` late one says what has not been done."""
    when = _when(one, level, voice, first=first, another=another)
    if level.condition is not None:
        asked = condition(level.condition, voice)
        when = voice.say(f"{when}, if {asked}", f"{when}，如果{asked}")
    clauses = list(happenings(level.effects, voice)) or [voice.say("nobody is told", "不通知任何人")]
    if level.every is not None:
        again = voice.repeated(level.every, level.at)
        said = voice.say(
            f"{when}, {voice.clauses(clauses)}; and then again {again}",
            f"{when}，{voice.clauses(clauses)}；此后{again}重复一次",
        )
    else:
        said = voice.say(f"{when}, {voice.clauses(clauses)}", f"{when}，{voice.clauses(clauses)}")
    return voice.with_rules(said, level.rules)


def _when(one: Deadline, level: Level, voice: Voice, *, first: bool, another: bool) -> str:
    if level.kind == "soon":
        if isinstance(level.left, Decimal):
            share = f"{level.left.normalize():f}%"
            return voice.say(f"when {share} of the time is left", f"时间还剩{share}时")
        left = voice.lasting(level.left)
        return voice.say(f"{left} before the limit", f"到期前{left}")
    late_by = voice.lasting(level.late_by)
    if not first:
        if another and level.late_by is not None:
            return voice.another(level.late_by) + voice.say("", "仍未完成的")
        return voice.say(
            f"{late_by} after the limit" if late_by else "at the limit", f"逾期{late_by}" if late_by else "到期时"
        )
    undone = fails_to_happen(one.until, voice)
    within = voice.lasting(one.within) if one.replaced_by is None else ""
    if late_by:
        return voice.say(f"if {undone} until {late_by} after the limit", f"逾期{late_by}仍{undone}的")
    return voice.say(
        f"if {undone} within {within}" if within else f"if {undone} by then",
        f"{within}内{undone}的" if within else f"到期{undone}的",
    )


# --- Reminders ------------------------------------------------------------------------------------------------------


def _reminded(one: Reminder, voice: Voice) -> str:
    standing = voice.standing(one.states)
    after = voice.lasting(one.after)
    clauses = voice.clauses(list(happenings(one.effects, voice)) or [voice.say("nobody is told", "不通知任何人")])
    again = voice.repeated(one.every, one.at) if one.every is not None else ""
    asked = condition(one.condition, voice) if one.condition is not None else ""
    since = happens(one.since, voice, past=True)
    stays = len(one.since) == 1 and one.states == frozenset(one.since)
    if voice.lang == "zh":
        if stays and after:
            when = f"{standing}满{after}" + (f"且{asked}" if asked else "") + "的"
            return f"{when}，{clauses}" + (f"；此后{again}重复一次" if again else "")
        latest = "（以最近一次为准）" if len(one.since) > 1 else ""
        held = standing + (f"且{asked}" if asked else "") + "的"
        if not after:
            begins = "" if one.since == (OPENING,) else f"{since}后{latest}，"
            return f"{begins}{held}，立即{clauses}" + (f"；此后{again}重复一次" if again else "")
        when = f"自{since}起{latest}满{after}，{held}"
        return f"{when}，{clauses}" + (f"；此后{again}重复一次" if again else "")
    if stays and after:
        when = f"when {voice.standing(one.states, has_been=True)} for {after}" + (f" and {asked}" if asked else "")
        return f"{when}, {clauses}" + (f"; and then again {again}" if again else "")
    latest = ", whichever was latest" if len(one.since) > 1 else ""
    begins = f"{after} after {since}{latest}" if after else f"as soon as {since}{latest}"
    if one.since == (OPENING,) and not after:
        begins = "at once"
    when = f"{begins}, as long as {standing}" + (f" and {asked}" if asked else "")
    return f"{when}, {clauses}" + (f"; and then again {again}" if again else "")
