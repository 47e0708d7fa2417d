"""Deadlines and reminders in words, as the legend of a picture tells them: when, and who is told then."""

from __future__ import annotations

from dataclasses import dataclass

from workflow.definition import Deadline, Definition, Level, Reminder
from workflow.picture.captions import Captions


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a timing: when, and what happens then. `kind` as of the level, or "reminder"."""

    kind: str
    when: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A deadline or reminder as the legend tells it; `facts` are label and value (since, until, paused in, if)."""

    mark: str
    deadline: bool
    name: str
    limit: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


def timings_of(definition: Definition, captions: Captions) -> tuple[Timing, ...]:
    """The deadlines with their numbers, then the reminders with their letters."""
    return (
        *(_deadline(number, deadline, captions) for number, deadline in enumerate(definition.deadlines.values(), 1)),
        *(_reminder(number, reminder, captions) for number, reminder in enumerate(definition.reminders.values())),
    )


def _deadline(number: int, deadline: Deadline, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.among(map(captions.event, deadline.since))),
        (captions.say("until", "止"), captions.among(map(captions.event, deadline.until))),
    ]
    if deadline.replaced_by is not None:
        facts.append((captions.say("or by", "改按"), captions.field(deadline.replaced_by)))
    if deadline.paused_in:
        facts.append((captions.say("paused", "暂停"), captions.states(deadline.paused_in)))
    if deadline.condition is not None:
        facts.append((captions.say("if", "条件"), str(deadline.condition)))
    return Timing(
        mark=str(number),
        deadline=True,
        name=deadline.text.read(captions.lang),
        limit=captions.limit(deadline),
        facts=tuple(facts),
        steps=tuple(_step(level, captions) for level in deadline.levels),
    )


def _step(level: Level, captions: Captions) -> Step:
    when = captions.level(level)
    if level.condition is not None:
        when = captions.say(f"{when}, if {level.condition}", f"{when}（条件 {level.condition}）")
    return Step(kind=level.kind, when=when, does=captions.effects(level.effects))


def _reminder(number: int, reminder: Reminder, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.among(map(captions.event, reminder.since))),
        (captions.say("while", "期间"), captions.states(reminder.states)),
    ]
    if reminder.condition is not None:
        facts.append((captions.say("if", "条件"), str(reminder.condition)))
    return Timing(
        mark=_letter(number),
        deadline=False,
        name=reminder.text.read(captions.lang),
        limit=captions.occasion(reminder),
        facts=tuple(facts),
        steps=(Step(kind="reminder", when="", does=captions.effects(reminder.effects)),),
    )


def _letter(number: int) -> str:
    """A, B … Z, then A2, B2 …"""
    letter, times = chr(ord("A") + number % 26), number // 26
    return f"{letter}{times + 1}" if times else letter
