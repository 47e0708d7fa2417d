"""Situations: what of a matter decides how it may go on, so that what was found out once is not tried again."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from workflow.condition_tree import Compare, Filled, Is, IsOpen, Same, WasMade, Yes
from workflow.conditions import Condition
from workflow.definition import Definition
from workflow.kin import Member
from workflow.rows import rows_of
from workflow.scenarios.generating.questions import asked_by
from workflow.ticket import Ticket, View

_ASKS = Compare | Filled | Is | IsOpen | Same | WasMade | Yes


def situation(member: Member) -> Hashable:
    """What two tickets have in common that the same moves may be made of, and the same clocks run on."""
    ticket, definition = member.ticket, member.definition
    asked = asked_by(definition)
    view = ticket.view(definition, member.facts)
    return (
        definition.name,
        ticket.state,
        ticket.step,
        len(ticket.answers),
        ticket.assignee is None,
        tuple(_clocks(ticket, definition)),
        tuple(_answers(asked.conditions, view)),
        tuple(view.value(name.partition(".")[0]) is not None for name in asked.filled),
        tuple(_used_up(ticket, definition)),
        tuple(sorted(dict.fromkeys(child.workflow for child in ticket.children))),
        tuple(_rows(ticket, definition)),
    )


def _clocks(ticket: Ticket, definition: Definition) -> Iterator[str]:
    """How each deadline stands, and each reminder that does not begin anew with every move."""
    latest = {(one.kind, one.name): one for one in ticket.clocks}
    for name in definition.deadlines:
        clock = latest.get(("deadline", name))
        if clock is None:
            yield "not begun"
        elif not clock.open:
            yield "ended"
        elif clock.paused:
            yield "paused"
        else:
            yield "suspended" if clock.limit_at is None else "running"
    yield from ("waits" for name in definition.reminders if ("reminder", name) in latest)


def _answers(conditions: tuple[Condition, ...], view: View) -> Iterator[bool]:
    for condition in conditions:
        yield from (part.holds(view) for part in condition.parts() if isinstance(part, _ASKS))


def _used_up(ticket: Ticket, definition: Definition) -> Iterator[int]:
    """How often each move was made that may be made only so often."""
    for move in definition.transitions.values():
        if move.at_most is not None and move.row_of is None:
            made = ticket.made.get(move.name)
            yield 0 if made is None else min(made.count, move.at_most)


def _rows(ticket: Ticket, definition: Definition) -> Iterator[tuple[int, ...]]:
    """The rows of lists: how many there are, and for which of them each row move was made."""
    for move in definition.transitions.values():
        listed = move.row_of
        if listed is not None:
            made = ticket.made.get(move.name)
            yield (len(rows_of(ticket, listed)), *sorted(made.rows if made else ()))
    opened_for = {child.for_each for move in definition.transitions.values() for child in move.effects.open}
    for listed in sorted(name for name in opened_for if name):
        yield (min(len(rows_of(ticket, listed)), 2),)
