"""Schedules of recurring tickets in a file."""

from __future__ import annotations

from typing import Any, get_args

from workflow.durations import Duration
from workflow.reading.due_words import DueFaulty, parse_due, parse_opens
from workflow.reading.schema import values
from workflow.reading.schema.parts import Described
from workflow.reading.schema.shapes import Named, Refused, Value, shown
from workflow.schedule import DueDay, Every


def _due(value: Any) -> DueDay:
    """The day on which a recurring ticket is due."""
    try:
        return parse_due(value if isinstance(value, str) else shown(value))
    except DueFaulty as error:
        raise Refused(error.finding) from None


def _opens(value: Any) -> Duration:
    """How long before it is due a recurring ticket opens."""
    try:
        return parse_opens(value if isinstance(value, str) else shown(value))
    except DueFaulty as error:
        raise Refused(error.finding) from None


class SchedulePart(Described):
    called = ("a schedule", "周期安排")

    every = Value(values.one_of(get_args(Every)), must=True)
    for_each = Value(values.word)
    condition = Value(values.condition, key="if")
    due = Value(_due)
    opens = Value(_opens)
    set = Named(Value(values.scalar), name=values.word)
