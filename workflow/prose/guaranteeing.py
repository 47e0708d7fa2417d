"""Promises in sentences."""

from __future__ import annotations

from workflow.definition import Promise
from workflow.prose.document import Paragraph, Path
from workflow.prose.voice import Voice


def promise(one: Promise, number: int, voice: Voice) -> Paragraph:
    """A promise; `number` is its place in the list, from 0."""
    path: Path = ("promises", number)
    said = voice.ended(voice.with_rules(said_of(one, voice), one.rules), path)
    reasons = [
        voice.sentence(
            f"it goes live although it does not hold: {reason}", f"未能兑现仍予发布，理由：{reason}", (*path, "accept")
        )
        for reason in one.accept.values()
    ]
    return Paragraph(path=path, sentences=(said, *reasons))


def said_of(one: Promise, voice: Voice) -> str:
    """What a promise says, as words of a sentence."""
    length = voice.lasting(one.within)
    standing = voice.standing(one.states)
    anywhere = _everywhere(one, voice)
    match one.kind:
        case "someone_is_told_within":
            if anywhere:
                return voice.say(
                    f"in whatever state a ticket is, somebody is told within {length} of its coming there, "
                    "even if nobody acts",
                    f"工单无论进入哪个状态，即使无人办理，{length}内都会通知到人",
                )
            return voice.say(
                f"while {standing}, somebody is told within {length} of the ticket's coming there, even if nobody acts",
                f"{standing}时，即使无人办理，也会在进入后{length}内通知到人",
            )
        case "never_silent_longer_than":
            return voice.say(
                f"while {standing}, there are never more than {length} in which nobody is told",
                f"{standing}时，任何时候都不会超过{length}没有人收到通知",
            )
        case "ended_or_told_within":
            return voice.say(
                f"within {length} of its opening, a ticket has ended or somebody has been told",
                f"开单后{length}内，工单已结束或已有人收到通知",
            )
        case "paused_at_most":
            return voice.say(
                f"no clock of a ticket stands still for more than {length} in all",
                f"每项计时累计暂停不超过{length}",
            )


def _everywhere(one: Promise, voice: Voice) -> bool:
    """Whether it holds in all open states."""
    return {state.name for state in voice.definition.states.values() if not state.end} <= set(one.states)
