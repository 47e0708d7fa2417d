"""What made-up definitions are like: how many of them have what makes a silence hard to work out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from workflow.catalogue import Catalogue
from workflow.definition import LAST_MOVE, Deadline, Definition, Reminder
from workflow.durations import Duration, Unit

TRAITS = (
    "two states",
    "three states",
    "four states",
    "a family",
    "become",
    "a pause",
    "a pause that a reminder ends",
    "several deadlines",
    "several reminders",
    "a typed date",
    "a typed date without max",
    "replaced_by",
    "no_later_than",
    "soon",
    "late_by",
    "every",
    "at",
    "since last move",
    "since a state",
    "since a date",
    "a condition",
    "at_most",
    "a move that stays",
    "a move by the clock",
    "told to nobody inside",
    "elapsed time",
    "days",
    "working days",
    "working time",
    "public holidays",
    "days of its own",
    "summer time",
    "hours with a break",
    "hours past midnight",
)
"""In the order of the table."""


def traits(catalogue: Catalogue, files: Iterable[str]) -> frozenset[str]:
    """Those of TRAITS that a made-up house has; `files` are its texts."""
    definitions = list(catalogue.definitions.values())
    found = set(_of_calendar("\n".join(files)))
    for one in definitions:
        found.update(_of_definition(one))
    return frozenset(found)


def _of_definition(one: Definition) -> Iterator[str]:
    number = sum(not state.end for state in one.states.values())
    yield {2: "two states", 3: "three states", 4: "four states"}.get(number, "")
    deadlines, reminders = list(one.deadlines.values()), list(one.reminders.values())
    moves = list(one.transitions.values())
    if one.family:
        yield "a family"
    if any(move.become for move in moves):
        yield "become"
    if len(deadlines) > 1:
        yield "several deadlines"
    if len(reminders) > 1:
        yield "several reminders"
    if any(move.at_most for move in moves):
        yield "at_most"
    if any(move.target is None for move in moves):
        yield "a move that stays"
    for field in one.fields.values():
        if field.type.value in ("date", "datetime"):
            yield "a typed date" if field.max is not None else "a typed date without max"
    ended = {state for each in reminders if each.effects.move for state in each.states}
    for deadline in deadlines:
        yield from _of_deadline(deadline)
        if deadline.paused_in:
            yield "a pause"
        if deadline.paused_in & ended:
            yield "a pause that a reminder ends"
    for part in (*deadlines, *reminders):
        yield from _of_clock(part, one)


def _of_deadline(deadline: Deadline) -> Iterator[str]:
    if deadline.replaced_by:
        yield "replaced_by"
    if deadline.no_later_than:
        yield "no_later_than"
    if any(level.kind == "soon" for level in deadline.levels):
        yield "soon"
    if any(level.late_by for level in deadline.levels):
        yield "late_by"


UNITS = {
    Unit.ELAPSED: "elapsed time",
    Unit.DAYS: "days",
    Unit.WORKING_DAYS: "working days",
    Unit.WORKING_TIME: "working time",
}


def _of_clock(part: Deadline | Reminder, one: Definition) -> Iterator[str]:
    steps = part.levels if isinstance(part, Deadline) else (part,)
    amounts: list[object] = [part.within if isinstance(part, Deadline) else part.after]
    amounts += [amount for step in steps for amount in (step.every, getattr(step, "late_by", None))]
    yield from (UNITS[amount.unit] for amount in amounts if isinstance(amount, Duration))
    if any(step.every for step in steps):
        yield "every"
    if any(step.at for step in steps):
        yield "at"
    if any(step.effects.move for step in steps):
        yield "a move by the clock"
    if any([str(who) for who in step.effects.notify] == ["requester"] for step in steps):
        yield "told to nobody inside"
    if part.condition is not None or any(step.condition is not None for step in steps):
        yield "a condition"
    if LAST_MOVE in part.since:
        yield "since last move"
    if set(part.since) & one.states.keys():
        yield "since a state"
    if set(part.since) & one.fields.keys():
        yield "since a date"


def _of_calendar(text: str) -> Iterator[str]:
    marks = {
        "country:": "public holidays",
        "closed:": "days of its own",
        "working_days:": "days of its own",
        "Europe/Berlin": "summer time",
        "America/New_York": "summer time",
        "Africa/Cairo": "summer time",
        '"09:00-12:00", "13:00': "hours with a break",
        "20:00-04:00": "hours past midnight",
        "22:00-02:00": "hours past midnight",
    }
    yield from (trait for mark, trait in marks.items() if mark in text)


def table(counted: Counter[str], total: int) -> list[str]:
    """The share of the definitions with each trait, a line each."""
    return [f"  {trait:<32}{counted[trait]:>7}  {counted[trait] / max(total, 1):>5.0%}" for trait in TRAITS]
