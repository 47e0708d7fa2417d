"""Approvals: which step of a state has its turn, which rows it still asks about, and which step comes after it.

A step has its turn when the one before is through; if its condition is false then, or its list has no row, it is
left out. So whose turn it is is kept with the ticket, and asked of no condition again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.definition import GRANT, Approval, Definition, State, Transition
from workflow.entry import Answer, Value
from workflow.ticket import Facts, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The step whose turn it is, its number from 1, and the rows without a yes; None is a step without rows."""

    number: int
    step: Approval
    rows: tuple[int | None, ...]

    def about(self, ticket: Ticket, row: int | None) -> Ticket:
        """The ticket as the people of a row are found in it: its list has that row alone."""
        return self._with(ticket, () if row is None else (row,))

    def open_part(self, ticket: Ticket) -> Ticket:
        """The ticket with none but the rows that are still asked about."""
        return self._with(ticket, tuple(row for row in self.rows if row is not None))

    def _with(self, ticket: Ticket, rows: tuple[int, ...]) -> Ticket:
        name = self.step.for_each
        if name is None:
            return ticket
        listed = _rows(name, ticket.fields)
        kept: Value = tuple(listed[row - 1] for row in rows)
        return ticket.changed(fields={**ticket.fields, name: kept})


def asked(ticket: Ticket, definition: Definition) -> Asked | None:
    """Who is asked in the ticket's state; None where nobody is."""
    state = definition.states.get(ticket.state)
    if state is None or not 0 < ticket.step <= len(state.approvals):
        return None
    step = state.approvals[ticket.step - 1]
    if step.for_each is None:
        return Asked(number=ticket.step, step=step, rows=(None,))
    agreed = answered_rows(ticket, ticket.step)
    rows = tuple(row for row in every_row(step, ticket) if row not in agreed)
    return Asked(number=ticket.step, step=step, rows=rows)


def every_row(step: Approval, ticket: Ticket) -> tuple[int, ...]:
    """The rows that a step asks about, from 1; none for a step that is asked once."""
    return tuple(range(1, len(_rows(step.for_each or "", ticket.fields)) + 1))


def answered_rows(ticket: Ticket, number: int) -> frozenset[int]:
    """The rows that have their yes to a step in this round."""
    given = (one.answer for one in ticket.answers if one.answer.step == number and one.answer.granted)
    return frozenset(row for answer in given for row in answer.rows)


def following(state: State, ticket: Ticket, after: int, definition: Definition, facts: Facts) -> int:
    """The number of the next step behind `after` that applies to the ticket as it stands; 0 if there is none."""
    if not state.approvals:
        return 0
    view = ticket.view(definition, facts)
    for number, step in enumerate(state.approvals[after:], start=after + 1):
        if step.condition is not None and not step.condition.holds(view):
            continue
        if step.for_each is None or every_row(step, ticket):
            return number
    return 0


def after_answer(answer: Answer | None, ticket: Ticket, definition: Definition, facts: Facts) -> tuple[str | None, int]:
    """The state to which an answer leads (None: the round goes on), and the step that then has its turn.

    No answer at all is what the clock says where no step applies.
    """
    state = definition.states[ticket.state]
    if answer is None:
        return state.granted, 0
    if not answer.granted:
        return state.refused, 0
    now = asked(ticket, definition)
    left = set(now.rows) - {*answer.rows} if now is not None and answer.rows else set()
    if left:
        return None, ticket.step
    number = following(state, ticket, ticket.step, definition, facts)
    return (None, number) if number else (state.granted, 0)


def _rows(name: str, fields: Mapping[str, Value]) -> tuple[Mapping[str, object], ...]:
    value = fields.get(name)
    return value if isinstance(value, tuple) else ()


def never_asks(state: State) -> bool:
    """Whether a round may pass without anybody's answer, because every step of it may be left out."""
    return bool(state.approvals) and all(step.condition is not None or step.for_each for step in state.approvals)


def passes_unasked(ticket: Ticket, definition: Definition, transition: str) -> bool:
    """Whether the clock is to grant: the ticket is in a state with approvals of which no step applies."""
    state = definition.states.get(ticket.state)
    return transition == GRANT and state is not None and bool(state.approvals) and ticket.step == 0


def ways_now(transition: Transition, ticket: Ticket, definition: Definition, facts: Facts) -> tuple[str | None, ...]:
    """Where a transition may lead from where the ticket is; None: it stays, as a yes while another step follows."""
    ways = definition.ways(transition, ticket.state)
    state = definition.states.get(ticket.state)
    if transition.answer and transition.name == GRANT and state is not None and ticket.step:
        return (None,) if following(state, ticket, ticket.step, definition, facts) else ways
    return ways
