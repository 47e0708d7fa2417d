"""What happens beside a move, at a level, at a reminder: told, set, assigned, opened, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow import words
from workflow.definition import Effects, FieldType, Moment, OpenChild, Text, Transition
from workflow.picture.captions import Captions


def consequences(effects: Effects, captions: Captions) -> str:
    """Who is told and what else happens; says so if it is nothing."""
    done: list[str] = []
    if effects.notify:
        done.append("→ " + captions.people(effects.notify))
    if effects.ask_for is not None:
        done.append(_asked(effects.ask_for, captions))
    done += changes(effects, captions)
    return captions.say("; ", "；").join(done) or captions.say("→ nobody", "→ 不通知")


def changes(effects: Effects, captions: Captions) -> Iterator[str]:
    """What happens to the ticket, without who is told."""
    if effects.assign is not None:
        holder = captions.people((effects.assign,))
        yield captions.say(f"assigned to {holder}", f"交{holder}经办")
    yield from settings(effects.set, captions)
    for child in effects.open:
        yield _opened(child, captions)
    if effects.move is not None:
        made = captions.event(effects.move)
        yield captions.say(f"makes the move {made}", f"自动办理“{made}”")


def settings(values: Mapping[str, object], captions: Captions) -> Iterator[str]:
    """Each field with the value that it gets."""
    for name, value in values.items():
        what, becomes = captions.field(name), _value(name, value, captions)
        yield captions.say(f"{what} becomes {becomes}", f"{what}改为{becomes}")


def becomes(transition: Transition, captions: Captions) -> str:
    """Which definition the ticket goes on in; empty where it stays in its own."""
    become = transition.become
    if become is None:
        return ""
    if become.next_in_family:
        return captions.say("becomes the next graver class", "转为高一级类别")
    if become.workflow is not None:
        target = captions.outside(become.workflow)
        return captions.say(f"becomes {target}", f"转为{target}")
    deciding = captions.field(become.field or "")
    targets = captions.names(map(captions.outside, dict.fromkeys(become.table.values())))
    return captions.say(f"becomes, by {deciding}: {targets}", f"按{deciding}转为：{targets}")


def _opened(child: OpenChild, captions: Captions) -> str:
    """The child ticket that is opened, for which rows, and when."""
    named = captions.outside(child.workflow)
    said = captions.say(f"opens {named}", f"生成{named}")
    if child.for_each is not None:
        each = captions.field(child.for_each)
        said = captions.say(f"{said} for each of {each}", f"按{each}逐行{said}")
    return said if child.condition is None else captions.only_if(said, child.condition, child.for_each)


def _asked(name: str, captions: Captions) -> str:
    """What those who are told are asked to do."""
    transition = captions.definition.transitions.get(name)
    if transition is not None and transition.answer:
        return captions.say("asked for approval", "请其审批")
    asked = captions.event(name)
    return captions.say(f"asked to do {asked}", f"请其办理“{asked}”")


def _value(name: str, value: object, captions: Captions) -> str:
    if isinstance(value, Moment):
        return captions.moment(value)
    if isinstance(value, bool):
        return captions.say("yes", "是") if value else captions.say("no", "否")
    found = captions.definition.fields.get(name)
    if name == "accountable" or (found is not None and found.type is FieldType.DEPARTMENT):
        return captions.outside(str(value))
    choices: Mapping[str, Text] = words.PRIORITIES if name == "priority" else found.choices if found else {}
    return choices[str(value)].read(captions.lang) if str(value) in choices else str(value)
