"""Fields that are not for everybody: who may read those of a ticket that are of a confidential class."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow.answering import may_answer
from workflow.definition import Definition, Field, Who
from workflow.entry import Value
from workflow.people import accountable, may
from workflow.ticket import Actor, Held, Ticket

NOBODY_IN_PARTICULAR = frozenset({Who("word", "anyone"), Who("word", "actor")})


@dataclass(frozen=True, slots=True)
class Withheld:
    """In the place of a value: there is one, of this class, and the reader may not see it."""

    confidential: str


Shown = Value | Withheld | tuple[Mapping[str, object], ...]
"""A value as a reader has it; in the rows of a list single columns may be withheld."""


def may_read_confidential(actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    """Whether somebody may read the fields of a ticket that are of a confidential class.

    One may who holds the accountable role, opened it, holds it, or may make a move now; a move that anyone may make
    opens nothing.
    """
    concerned = {ticket.receiver, ticket.assignee}.intersection({actor.id, *actor.stands_for})
    if concerned or Held(accountable(ticket, definition)) in actor.holds:
        return True
    return _may_move(actor, ticket, definition)


def visible_to(
    actor: Actor, ticket: Ticket, definition: Definition, fields: Mapping[str, Value] | None = None
) -> dict[str, Shown]:
    """The values of the ticket's fields as the actor may see them; what is withheld is said to be.

    `fields` are other values of the same ticket, such as those that one entry filled.
    """
    allowed: bool | None = None

    def hidden(field: Field | None) -> str | None:
        nonlocal allowed
        if field is None or field.confidential is None:
            return None
        if allowed is None:
            allowed = may_read_confidential(actor, ticket, definition)
        return None if allowed else field.confidential

    seen: dict[str, Shown] = {}
    for name, value in (ticket.fields if fields is None else fields).items():
        field = definition.fields.get(name)
        if class_ := hidden(field):
            seen[name] = Withheld(class_)
        elif field is not None and isinstance(value, tuple):
            columns = {column.name: class_ for column in field.columns.values() if (class_ := hidden(column))}
            seen[name] = tuple(
                {key: Withheld(columns[key]) if key in columns else cell for key, cell in row.items()} for row in value
            )
        else:
            seen[name] = value
    return seen


def hidden_from(actor: Actor, ticket: Ticket, definition: Definition) -> Iterator[str]:
    """The fields with a value that somebody may not see, and the columns of lists, as `list.column`."""
    for name, value in visible_to(actor, ticket, definition).items():
        if isinstance(value, Withheld):
            yield name
        elif isinstance(value, tuple):
            columns = (key for row in value for key, cell in row.items() if isinstance(cell, Withheld))
            yield from (f"{name}.{column}" for column in dict.fromkeys(columns))


def _may_move(actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    for transition in definition.transitions.values():
        if transition.answer:
            if may_answer(actor, ticket, definition):
                return True
        elif ticket.state in transition.sources:
            named = [who for who in transition.by if who not in NOBODY_IN_PARTICULAR]
            if may(named, actor, ticket, definition) and not may(transition.not_by, actor, ticket, definition):
                return True
    return False
