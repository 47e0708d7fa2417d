"""What a ticket may become or open: the classes of its family, and the workflows of its children and theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.ticket import Openable
from workflow.totals import Asked


def family_of(definition: Definition, known: Mapping[str, Definition]) -> dict[str, Definition]:
    """The classes that a ticket may become, and their head; empty for a definition without a family."""
    head = definition.head or definition.name
    return {
        one.name: one
        for one in known.values()
        if head in (one.head, one.name) and (definition.family or definition.head)
    }


def openable_by(
    definition: Definition,
    known: Mapping[str, Definition],
    calendar_of: Callable[[Definition], Calendar],
    nothing_yet: Callable[[Iterable[Definition]], Mapping[Asked, Decimal]],
) -> dict[str, Openable]:
    """The workflows that a ticket may open, and those that its children may open in turn.

    `nothing_yet` are the sums for which definitions ask, of a ticket that is being opened.
    """
    found: dict[str, Openable] = {}
    waiting = set().union(*(one.opens() for one in (definition, *family_of(definition, known).values())))
    while waiting:
        workflow = waiting.pop()
        if workflow in found or workflow not in known:
            continue
        child = known[workflow]
        family = family_of(child, known)
        classes = (child, *family.values())
        found[workflow] = Openable(
            definition=child, calendar=calendar_of(child), family=family, totals=nothing_yet(classes)
        )
        waiting.update(*(one.opens() for one in classes))
    return found
