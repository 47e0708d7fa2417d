"""Children: the tickets that a move or a timer opens, and what they start with.

A child carries over what its opening form asks for and its parent has under the same name and type: of the row that it
is opened for, otherwise of the ticket. Then comes what the effect sets, and what was typed for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow.approvals import ways_now
from workflow.condition_tree import View
from workflow.definition import TYPED_BUILT_INS, Definition, Field, FieldType, Moment, OpenChild, State, Transition
from workflow.entry import Value
from workflow.fields import follow
from workflow.formulas import as_shown
from workflow.ticket import Actor, Facts, NewChild, Ticket
from workflow.typed import field_of

Given = Mapping[str, Mapping[str, Value]]
"""What was typed for the children of each workflow."""

Row = Mapping[str, object]


def opens_by(transition: Transition, state: State | None) -> tuple[OpenChild, ...]:
    """What a move opens that leads into `state`; None for one that stays."""
    return (*transition.effects.open, *(state.effects.open if state is not None else ()))


def opening_of(definition: Definition) -> Transition:
    """The transition by which a child is opened: the first that opens."""
    return definition.openings()[0]


def form_of(opening: Transition) -> tuple[str, ...]:
    """The fields that an opening asks for or takes; title, place and requester always."""
    return tuple(dict.fromkeys((*opening.fill, *opening.may_fill, *TYPED_BUILT_INS)))


def carries(source: Field | None, target: Field | None) -> bool:
    """Whether every value of the one may stand in the other."""
    if source is None or target is None or source.type is not target.type:
        return False
    if source.type is FieldType.CHOICE:
        return source.choices.keys() <= target.choices.keys()
    if source.type is FieldType.LIST:
        return source.columns.keys() == target.columns.keys() and all(
            carries(column, target.columns[name]) for name, column in source.columns.items()
        )
    return source.workflow == target.workflow


def may_open(transition: Transition, definition: Definition, ticket: Ticket, facts: Facts) -> tuple[OpenChild, ...]:
    """What a move may open from where the ticket is, whatever the ticket becomes by it."""
    if ticket.state not in transition.sources:
        return transition.effects.open
    if transition.become is None and not transition.answer:
        return opens_by(transition, definition.states.get(transition.target or ""))
    after = (definition, *facts.family.values()) if transition.become is not None else (definition,)
    ways = ways_now(transition, ticket, definition, facts)
    states = [each.states.get(name or "") for each in after for name in ways]
    found = [one for state in states for one in opens_by(transition, state)]
    return tuple(one for place, one in enumerate(found) if one not in found[:place])


# --- Which are opened, and with what ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _OfRow:
    """A ticket as a condition sees it that is asked of one row: `list.column` is that row's value."""

    view: View
    list: str
    row: Row

    def value(self, name: str) -> Value | None:
        outer, dot, column = name.partition(".")
        return self.row.get(column) if dot and outer == self.list else self.view.value(name)  # type: ignore[return-value]

    def made(self, transition: str) -> int:
        return self.view.made(transition)

    def is_open(self, name: str) -> bool:
        return self.view.is_open(name)

    def total(self, of: str, made: str) -> object:
        return self.view.total(of, made)


def new_children(
    opens: Iterable[OpenChild], ticket: Ticket, definition: Definition, facts: Facts, actor: Actor, given: Given
) -> tuple[NewChild, ...]:
    """The children that effects open on a ticket as it is then; those of a workflow that is gone are left out."""
    found: list[NewChild] = []
    view = ticket.view(definition, facts)
    for one in opens:
        openable = facts.openable.get(one.workflow)
        if openable is None:
            continue
        for place, row in _rows(one, ticket):
            seen = _OfRow(view, one.for_each or "", row)
            if one.condition is not None and not one.condition.holds(seen):
                continue
            fields = _carried(one, openable.definition, seen, definition)
            fields.update(given.get(one.workflow, {}))
            plain = {name: value for name, value in one.set.items() if not isinstance(value, Moment)}
            fields = {**follow(openable.definition, {**fields, **plain}), **fields}  # type: ignore[dict-item]
            number = f"{ticket.number}#{ticket.sequence + 1}.{len(found) + 1}"
            new = NewChild(
                number=number, workflow=one.workflow, actor=actor, fields=fields, set=one.set, row=place or None
            )
            found.append(new)
    return tuple(found)


def _rows(one: OpenChild, ticket: Ticket) -> Iterator[tuple[int, Row]]:
    """The rows of its list with their places, from 1; without a list one that is empty, in no place."""
    if one.for_each is None:
        yield 0, {}
        return
    rows = ticket.fields.get(one.for_each)
    yield from enumerate(rows if isinstance(rows, tuple) else (), start=1)


def _carried(one: OpenChild, child: Definition, seen: _OfRow, parent: Definition) -> dict[str, Value]:
    columns = parent.fields[one.for_each].columns if one.for_each else {}
    values: dict[str, Value] = {}
    for name in form_of(opening_of(child)):
        field = field_of(name, child)
        if name in one.set:
            continue
        value = seen.row.get(name) if carries(columns.get(name), field) else None
        if value is None and carries(field_of(name, parent), field):
            value = seen.view.value(name)
            if isinstance(value, Decimal):
                value = as_shown(value)  # a figure that is worked out may have more places than one that is typed
        if value is not None:
            values[name] = value  # type: ignore[assignment]  # a row holds values
    return values


# --- What stands against them, and what is asked ----------------------------------------------------------------
