"""Sameness: the earlier ticket that says the same, with which a field is filled by itself.

A field says by which others it is found (`same: [party, category]`). It is looked for at the move that fills the last
of these, unless it is filled already or typed with the same move; whoever holds the tickets does so and hands over what
he found as a fact. What the history then has is its number, and nothing is looked for again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.definition import Definition, Field, FieldType
from workflow.entry import Value
from workflow.fields import to_json
from workflow.frozen import derived

COMPARED = (
    FieldType.TEXT,
    FieldType.CONTACT,
    FieldType.CHOICE,
    FieldType.DATE,
    FieldType.PERSON,
    FieldType.DEPARTMENT,
    FieldType.REGISTER,
    FieldType.TICKET,
)
"""The types of fields by which a ticket can be found: what they hold is one text."""

Sought = tuple[str, tuple[str, ...]]
"""A field that is to be filled, and what those say by which it is found, as they are stored."""


def asked(definition: Definition, before: Mapping[str, Value], filled: Mapping[str, Value]) -> Iterator[Sought]:
    """What is to be looked for at a move that fills these fields of a ticket that said this before."""
    for field in _found_by_others(definition):
        if field.name in filled or field.name in before or filled.keys().isdisjoint(field.same):
            continue
        values = [filled.get(name, before.get(name)) for name in field.same]
        if all(value is not None and value != "" for value in values):
            yield field.name, tuple(str(to_json(value)) for value in values if value is not None)


def found(
    definition: Definition, before: Mapping[str, Value], filled: Mapping[str, Value], known: Mapping[Sought, str]
) -> dict[str, Value]:
    """The fields that are filled by themselves, with the numbers of the tickets that are `known`."""
    if not known:
        return {}
    return {one[0]: known[one] for one in asked(definition, before, filled) if one in known}


def finds_others(definition: Definition) -> bool:
    """Whether a field of it is filled with an earlier ticket."""
    return bool(_found_by_others(definition))


@derived
def _found_by_others(definition: Definition) -> tuple[Field, ...]:
    return tuple(field for field in definition.fields.values() if field.same)
