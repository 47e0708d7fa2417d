"""Transitions as a picture tells them: the name, who may make it, and one line for whatever changes the way.

What a transition asks for (fields, the texts of its checks) is left to the explanation in words: here stands that
there are checks, and which documents must be there before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workflow.definition import BY_CLOCK, REFUSE, Transition
from workflow.picture.captions import Captions
from workflow.picture.consequences import becomes, changes
from workflow.picture.timings import Timing

Kind = Literal["by", "clock", "told", "checks", "note"]

MOST_NEEDED = 2
"""So many fields that must be on file are named; more are counted."""


@dataclass(frozen=True, slots=True)
class Line:
    """What stands under the name of a move, and what it is about."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transition in words; `target` None stays. One that is `by_itself` nobody but the clock may make."""

    text: str
    lines: tuple[Line, ...] = ()
    target: str | None = None
    by_itself: bool = False


def move_of(transition: Transition, captions: Captions, timings: Sequence[Timing]) -> Move:
    """The transition as it stands in the picture."""
    people = captions.may(transition)
    return Move(
        text=transition.text.read(captions.lang),
        lines=tuple(_lines(transition, people, captions, timings)),
        target=transition.target,
        by_itself=not people,
    )


def answers(transition: Transition, captions: Captions) -> Iterator[tuple[str, Move]]:
    """The way out of each state with approvals that an answer opens: the last yes, or the first no."""
    definition = captions.definition
    for source in transition.sources:
        steps = definition.states[source].approvals
        lines: tuple[Line, ...] = ()
        if len(steps) > 1 or any(step.for_each for step in steps):
            note = ("the first no", "有一人不同意") if transition.name == REFUSE else ("the last yes", "全部同意")
            lines = (Line("note", captions.say(*note)),)
        *_, target = definition.ways(transition, source)
        if target in definition.states:
            yield source, Move(text=transition.text.read(captions.lang), lines=lines, target=target)


def _lines(transition: Transition, people: str, captions: Captions, timings: Sequence[Timing]) -> Iterator[Line]:
    if people:
        yield Line("by", people)
    if made := _by_the_clock(transition, captions, timings):
        yield Line("clock", made)
    if told := captions.people(transition.effects.notify):
        yield Line("told", told)
    if asked := _asked(transition, captions):
        yield Line("checks", asked)
    for note in _notes(transition, captions):
        yield Line("note", note)


def _by_the_clock(transition: Transition, captions: Captions, timings: Sequence[Timing]) -> str:
    """That the clock makes it, with the marks of the timings at which it does; empty where only people do."""
    marks = [timing.mark for timing in timings if transition.name in timing.makes]
    if not marks and BY_CLOCK not in transition.by:
        return ""
    clock = captions.people((BY_CLOCK,))
    return captions.say(f"{clock}: {', '.join(marks)}", f"{clock}：{'、'.join(marks)}") if marks else clock


def _asked(transition: Transition, captions: Captions) -> str:
    """What must be on file before, and how many checks there are."""
    asked: list[str] = []
    if len(transition.need) > MOST_NEEDED:
        count = len(transition.need)
        asked.append(captions.say(f"{count} fields must be on file", f"须有{count}项资料"))
    elif transition.need:
        needed = captions.names(map(captions.field, transition.need))
        asked.append(captions.say(f"needs {needed}", f"须有{needed}"))
    if checks := len(transition.checks):
        asked.append(captions.say("1 check" if checks == 1 else f"{checks} checks", f"{checks}项核对"))
    return captions.say(", ", "，").join(asked)


def _notes(transition: Transition, captions: Captions) -> Iterator[str]:
    if become := becomes(transition, captions):
        yield become
    if transition.wait_for:
        awaited = captions.names(_awaited(name, captions) for name in transition.wait_for)
        yield captions.say(f"waits for the end of {awaited}", f"待{awaited}结束")
    if transition.open_children == "cancel":
        yield captions.say("cancels children that are open", "未结束的子工单一并取消")
    # Who holds the ticket next is told by the states: whoever acts there.
    yield from changes(replace(transition.effects, assign=None), captions)
    if transition.at_most is not None:
        row, row_zh = (", each row", "每行") if transition.row_of else ("", "")
        yield captions.say(f"at most {transition.at_most}×{row}", f"{row_zh}最多{transition.at_most}次")
    if transition.not_before is not None:
        earliest = captions.moment(transition.not_before)
        yield captions.say(f"not before {earliest}", f"不早于{earliest}")


def _awaited(name: str, captions: Captions) -> str:
    """A field that links a ticket, or the definition of children."""
    return captions.field(name) if name in captions.definition.fields else captions.outside(name)
