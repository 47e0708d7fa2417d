"""Deadlines, reminders and schedules in words, as the legend of a picture tells them: when, and who is told then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from workflow import schedule_words
from workflow.definition import Deadline, Definition, Effects, Level, Reminder
from workflow.picture.captions import Captions
from workflow.picture.consequences import consequences, settings
from workflow.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of a timing: when, and what happens then. `kind` as of the level, or of the timing."""

    kind: str
    when: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A deadline, reminder or schedule as the legend tells it.

    `facts` are label and value (since, until, paused in, if), `makes` the transitions that the clock makes by it.
    """

    mark: str
    kind: Literal["deadline", "reminder", "schedule"]
    name: str
    limit: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]
    makes: frozenset[str]


def timings_of(definition: Definition, captions: Captions) -> tuple[Timing, ...]:
    """The deadlines with their numbers, the reminders with their letters, the schedules as R1, R2 …"""
    return (
        *(_deadline(number, deadline, captions) for number, deadline in enumerate(definition.deadlines.values(), 1)),
        *(_reminder(number, reminder, captions) for number, reminder in enumerate(definition.reminders.values())),
        *(_schedule(number, schedule, captions) for number, schedule in enumerate(definition.recurring.values(), 1)),
    )


def _deadline(number: int, deadline: Deadline, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.names(map(captions.event, deadline.since))),
        (captions.say("until", "止"), captions.names(map(captions.event, deadline.until))),
    ]
    if deadline.replaced_by is not None:
        facts.append((captions.say("or by", "改按"), captions.field(deadline.replaced_by)))
    if deadline.paused_in:
        facts.append((captions.say("paused", "暂停"), captions.states(deadline.paused_in)))
    if deadline.condition is not None:
        facts.append((captions.say("if", "条件"), captions.condition(deadline.condition)))
    return Timing(
        mark=str(number),
        kind="deadline",
        name=deadline.text.read(captions.lang),
        limit=captions.limit(deadline),
        facts=tuple(facts),
        steps=tuple(_step(level, captions) for level in deadline.levels),
        makes=_makes(level.effects for level in deadline.levels),
    )


def _step(level: Level, captions: Captions) -> Step:
    when = captions.level(level)
    if level.condition is not None:
        when = captions.only_if(when, level.condition)
    return Step(kind=level.kind, when=when, does=consequences(level.effects, captions))


def _reminder(number: int, reminder: Reminder, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.names(map(captions.event, reminder.since))),
        (captions.say("while", "期间"), captions.states(reminder.states)),
    ]
    if reminder.condition is not None:
        facts.append((captions.say("if", "条件"), captions.condition(reminder.condition)))
    return Timing(
        mark=_letter(number),
        kind="reminder",
        name=reminder.text.read(captions.lang),
        limit=captions.occasion(reminder),
        facts=tuple(facts),
        steps=(Step(kind="reminder", when="", does=consequences(reminder.effects, captions)),),
        makes=_makes((reminder.effects,)),
    )


def _schedule(number: int, schedule: Schedule, captions: Captions) -> Timing:
    facts = [(captions.say("due", "应于"), schedule_words.due(schedule).read(captions.lang))]
    if schedule.opens is not None:
        length = schedule.opens.read(captions.lang)
        facts.append((captions.say("opens", "开单"), captions.say(f"{length} before", f"提前{length}")))
    if schedule.for_each is not None:
        facts.append((captions.say("for each", "逐个"), _party(schedule.for_each, captions)))
    if schedule.condition is not None and schedule.entry is not None:
        facts.append((captions.say("if", "条件"), captions.of_entry(schedule.condition, schedule.entry)))
    opening = captions.definition.recurring_opening()
    made = opening.text.read(captions.lang) if opening is not None else ""
    does = (captions.say(f"makes the move {made}", f"自动办理“{made}”"), *settings(schedule.set, captions))
    return Timing(
        mark=f"R{number}",
        kind="schedule",
        name=schedule.text.read(captions.lang),
        limit=schedule_words.every(schedule).read(captions.lang),
        facts=tuple(facts),
        steps=(Step(kind="schedule", when="", does=captions.say("; ", "；").join(does)),),
        makes=frozenset({opening.name} if opening is not None else ()),
    )


def _party(register: str, captions: Captions) -> str:
    """The field of the opening form that says whom of the register a ticket is for; without one, the register."""
    opening = captions.definition.recurring_opening()
    fields = captions.definition.fields
    asked = (name for name in (opening.fill if opening is not None else ()) if name in fields)
    return next((captions.field(name) for name in asked if fields[name].register == register), register)


def _makes(effects: Iterable[Effects]) -> frozenset[str]:
    """The transitions that the clock makes by them."""
    return frozenset(one.move for one in effects if one.move is not None)


def _letter(number: int) -> str:
    """A, B … Z, then A2, B2 …"""
    letter, times = chr(ord("A") + number % 26), number // 26
    return f"{letter}{times + 1}" if times else letter
