"""What starts and ends a clock, in words: a transition made, a state come to, a date, the opening, the latest move."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.definition import LAST_MOVE, OPENING
from workflow.prose.voice import Voice


def happens(names: Iterable[str], voice: Voice, *, past: bool = False) -> str:
    """`“Pick up” or “Go on” is done or the ticket comes to “Waiting”`; in Chinese a noun: `办理“接单”`."""
    moves, states, others = _sorted(names, voice)
    found = []
    if moves:
        made = voice.either(voice.transition(name) for name in moves)
        found.append(voice.say(f"{made} {'was' if past else 'is'} done", f"办理{made}"))
    if states:
        come = voice.either(voice.state(name) for name in states)
        found.append(voice.say(f"the ticket {'came' if past else 'comes'} to {come}", f"进入{come}"))
    return voice.either([*found, *(_other(name, voice, past) for name in others)])


def fails_to_happen(names: Iterable[str], voice: Voice) -> str:
    """`nobody does “Pick up”`; in Chinese `未办理“接单”`."""
    moves, states, _ = _sorted(names, voice)
    found = []
    if moves:
        made = voice.either(voice.transition(name) for name in moves)
        found.append(voice.say(f"nobody does {made}", f"未办理{made}"))
    if states:
        come = voice.either(voice.state(name) for name in states)
        found.append(voice.say(f"the ticket does not come to {come}", f"未进入{come}"))
    return voice.say(" and ", "且").join(found)


def _sorted(names: Iterable[str], voice: Voice) -> tuple[list[str], list[str], list[str]]:
    moves: list[str] = []
    states: list[str] = []
    others: list[str] = []
    for name in names:
        kind = moves if name in voice.definition.transitions else states if name in voice.definition.states else others
        kind.append(name)
    return moves, states, others


def _other(name: str, voice: Voice, past: bool) -> str:
    if name == OPENING:
        return voice.say(f"the ticket {'was' if past else 'is'} opened", "开单")
    if name == LAST_MOVE:
        return voice.say("the latest move", "最近一次流转")
    return voice.say(f"the date in {voice.field(name)}", f"{voice.field(name)}所填日期")
