"""Arrivals: where a move may lead, in whichever definition of a family, as far as the definitions alone say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.definition import Definition, Transition

Place = tuple[str, str]
"""A definition and a state of it."""


def arrivals(one: Definition, move: Transition, state: str, family: Iterable[Definition]) -> Iterator[Place]:
    """Where a move made in a state may lead."""
    if move.answer:
        yield from ((one.name, target or state) for target in one.ways(move, state))
        return
    target = state if move.target is None else move.target
    become = move.become
    if become is None:
        yield one.name, target
        return
    members = {member.name: member for member in family}
    if become.next_in_family:
        following = [member for member in members.values() if member.rank == one.rank + 1]
        yield (following[0] if following else one).name, target
        return
    named = [become.workflow] if become.workflow else list(become.table.values())
    for name in named:
        # To a lighter class, or to itself, is never offered; the head is no class yet.
        if name in members and members[name].rank > one.rank:
            yield name, target
    if become.field is not None:
        field = one.fields.get(become.field)
        if field is None or not set(field.choices) <= set(become.table):
            yield one.name, target


def entrances(
    one: Definition, move: Transition, state: str, family: Iterable[Definition]
) -> Iterator[tuple[str, str, bool]]:
    """The same, each with whether its state is entered: it is not where the move stays."""
    if move.answer:
        yield from ((one.name, target or state, target is not None) for target in one.ways(move, state))
    else:
        yield from ((*place, move.target is not None) for place in arrivals(one, move, state, family))
