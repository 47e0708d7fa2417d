"""Handing a ticket on: the move by which a definition has one given to somebody by name.

It is an ordinary move of the definition, so that who may make it, who is told of it and what the history says of it
stand there; and because the ticket stays where it is, its clocks go on as they were.
"""

from __future__ import annotations

from workflow.definition import Definition, FieldType, Transition


def handing_on(definition: Definition, state: str) -> tuple[Transition, str] | None:
    """The move, and the field that says who holds the ticket then; None if there is none from this state.

    It stays in its state and asks for nothing but a person, who is assigned. Of several the first one counts.
    """
    for one in definition.transitions.values():
        if one.target is not None or state not in one.sources or len(one.fill) != 1 or one.become is not None:
            continue
        assigned, field = one.effects.assign, definition.fields.get(one.fill[0])
        person = field is not None and field.type is FieldType.PERSON
        if person and assigned is not None and assigned.kind == "field" and assigned.name == one.fill[0]:
            return one, one.fill[0]
    return None
