"""What a definition promises, a line each, under a heading."""

from __future__ import annotations

from workflow.definition import Definition, Promise
from workflow.picture.captions import Captions


def promised(definition: Definition, captions: Captions) -> tuple[str, ...]:
    """The heading and the promises; nothing where none is made."""
    lines = [_line(promise, captions) for promise in definition.promises]
    return (captions.say("Promises", "承诺"), *lines) if lines else ()


def _line(promise: Promise, captions: Captions) -> str:
    within = promise.within.read(captions.lang)
    said = {
        "someone_is_told_within": (f"somebody is told within {within}", f"{within}内必有人被告知"),
        "never_silent_longer_than": (f"never silent longer than {within}", f"无人被告知的时间不超过{within}"),
        "ended_or_told_within": (f"ended, or somebody told, within {within}", f"{within}内办结或有人被告知"),
        "paused_at_most": (f"paused {within} at most in all", f"暂停累计不超过{within}"),
    }[promise.kind]
    told_by_state = promise.kind in ("someone_is_told_within", "never_silent_longer_than")
    states = captions.states(promise.states) if told_by_state else ""
    line = captions.say(f"{states}: {said[0]}", f"{states}：{said[1]}") if states else captions.say(*said)
    return line[:1].upper() + line[1:]
