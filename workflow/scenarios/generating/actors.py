"""Actors: who could make a move, as a scenario calls him, in the order in which the definition names them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.approvals import asked
from workflow.definition import Definition, Transition, Who
from workflow.people import accountable, person_meant
from workflow.rows import of_row
from workflow.scenarios.play import Play
from workflow.scenarios.stage import held_by
from workflow.ticket import CLOCK, Actor, Ticket

_NOBODY = Actor(id="")


def actors(transition: Transition, play: Play, row: int | None = None, ticket: str | None = None) -> Iterator[str]:
    """Everybody who is named for the move of a ticket, each once."""
    if play.opened:
        member = play.member(ticket)
        one, definition = member.ticket, member.definition
    else:
        one, definition = play.begun(), play.definition
    now = asked(one, definition) if transition.answer else None
    if transition.answer and now is None:
        return
    by = transition.by if now is None else now.step.by
    seen: dict[str, None] = {}
    about = of_row(one, transition.row_of, row) if now is None else now.open_part(one)
    for who in by:
        seen.update(dict.fromkeys(_called(who, about, definition)))
    if now is not None:
        seen[accountable(one, definition)] = None
    yield from (name for name in seen if name and name != CLOCK.id)


def _called(who: Who, ticket: Ticket, definition: Definition) -> Iterator[str]:
    match who.kind, who.name:
        case "role", role if who.of is None:
            yield held_by(role, None)
        case "role", role:
            departments = _cells(who.of or "", ticket)
            yield from (held_by(role, one) for one in departments)
            if not departments:
                yield held_by(accountable(ticket, definition), None)
        case "word", ("anyone" | "actor" | "accountable"):
            yield held_by(accountable(ticket, definition), None)
        case "word", "responsible":
            state = definition.states.get(ticket.state)
            for one in state.responsible if state else ():
                if one != who:
                    yield from _called(one, ticket, definition)
        case "word", ("clock" | "requester"):
            return
        case "field", name:
            yield from _cells(name, ticket)
        case _:
            yield person_meant(who, ticket, _NOBODY) or ""


def _cells(name: str, ticket: Ticket) -> list[str]:
    outer, _, column = name.partition(".")
    value = ticket.fields.get(outer)
    cells: Iterable[object] = [row.get(column) for row in value] if isinstance(value, tuple) else [value]
    return [one for one in cells if isinstance(one, str)]
