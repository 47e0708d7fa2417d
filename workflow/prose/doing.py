"""What happens beside a move, as clauses of a sentence: what is set, who holds it now, what is opened, who is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from workflow.definition import Definition, Effects, OpenChild
from workflow.prose.conditions import condition
from workflow.prose.people import people, person
from workflow.prose.voice import Voice


def happenings(effects: Effects, voice: Voice) -> tuple[str, ...]:
    """A clause for each thing that happens, in the order in which they do; none if nothing does."""
    found = sets(effects.set, voice, voice.definition)
    if effects.assign is not None:
        holder = person(effects.assign, voice)
        found.append(voice.say(f"{holder} becomes the assignee", f"{holder}成为经办人"))
    found += [_opened(child, voice) for child in effects.open]
    if effects.notify or effects.say is not None or effects.ask_for is not None:
        found.append(_told(effects, voice))
    if effects.move is not None:
        move = voice.transition(effects.move)
        found.append(voice.say(f"the system does {move} by itself", f"系统自动办理{move}"))
    return tuple(found)


def sets(values: Mapping[str, object], voice: Voice, of: Definition | None) -> list[str]:
    """A clause for each value that is set, in a ticket of this definition or of another one."""
    naming = Voice(of, voice.lang, voice.around) if of is not None else voice
    found = []
    for name, value in values.items():
        field = naming.definition.fields.get(name)
        called, becomes = naming.named(name), naming.value(name, value, field)
        found.append(voice.say(f"{called} is set to {becomes}", f"将{called}设为{becomes}"))
    return found


def _told(effects: Effects, voice: Voice) -> str:
    told = people(effects.notify, voice)
    wording = voice.quoted(voice.read(effects.say)) if effects.say is not None else ""
    if not effects.notify:
        said = voice.say("whoever is told", "对收到通知的人")
        if wording:
            said += voice.say(f" reads {wording}", f"说明{wording}")
        return said + (_asked(effects, voice, also=bool(wording)) if effects.ask_for is not None else "")
    said = voice.say(f"{told.text} {told.are} told", f"通知{told.text}")
    if effects.ask_for is not None:
        said += voice.say(" and", "，") + _asked(effects, voice, also=True)
    return said + (wording and voice.say(f", in these words: {wording}", f"，通知内容为{wording}"))


def _asked(effects: Effects, voice: Voice, *, also: bool) -> str:
    """What they are asked to do; `also` if a verb stands before it."""
    is_ = "" if also else " is"
    asked = voice.definition.transitions.get(effects.ask_for or "")
    if asked is not None and asked.answer:
        return voice.say(f"{is_} asked for approval", "请其审批")
    move = voice.transition(effects.ask_for or "")
    return voice.say(f"{is_} asked to do {move}", f"请其办理{move}")


def _opened(child: OpenChild, voice: Voice) -> str:
    """A ticket of its own, or one for each row."""
    kind, other = voice.workflow(child.workflow), voice.around.definitions.get(child.workflow)
    asked = condition(child.condition, replace(voice, row=child.for_each)) if child.condition is not None else ""
    given = sets(child.set, voice, other)
    if voice.lang == "zh":
        when = f"如果{asked}，" if asked else ""
        each = f"按{voice.field(child.for_each)}逐行" if child.for_each is not None else ""
        where = f"（每行：{asked}时）" if asked and each else ""
        with_ = f"，其中{'、'.join(given)}" if given else ""
        return f"{'' if each else when}{each}开立{kind}子工单{where}{with_}"
    each = f" for each row of {voice.field(child.for_each)}" if child.for_each is not None else ""
    when = (f" in which {asked}" if each else f" if {asked}") if asked else ""
    with_ = f" (in it {voice.both(given)})" if given else ""
    return f"a new ticket of {kind} is opened{each}{when}{with_}"
