"""Forms: what could be typed with a move, the fields that decide something with every value that could."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from workflow.definition import TYPED_BUILT_INS, Definition, FieldType, Transition
from workflow.entry import Value
from workflow.scenarios.generating.questions import Questions, asked_by
from workflow.scenarios.generating.values import Around, values_of
from workflow.ticket import Ticket
from workflow.typed import field_of

Form = Mapping[str, Value]
"""What is typed, by field."""

Values = Mapping[str, Sequence[Value]]
"""What could be typed, by field, the plainest first."""

DECIDING = frozenset(
    {
        FieldType.NUMBER,
        FieldType.MONEY,
        FieldType.PERCENT,
        FieldType.CHOICE,
        FieldType.YES_NO,
        FieldType.DATE,
        FieldType.DATETIME,
    }
)
"""Fields of which another value may lead somewhere else, where something asks for them."""


def forms(transition: Transition, definition: Definition, ticket: Ticket, around: Around) -> Iterator[Form]:
    """The forms that could be typed with a move, the plainest first, none twice."""
    seen: list[Form] = []
    for form in _forms(transition, definition, ticket, around):
        if form not in seen:
            seen.append(form)
            yield form


def _forms(transition: Transition, definition: Definition, ticket: Ticket, around: Around) -> Iterator[Form]:
    asked = [asked_by(one) for one in (definition, *around.family)]

    def values(name: str) -> list[Value]:
        one = field_of(name, definition)
        return [] if one is None else values_of(one, name, definition, ticket, around)

    must = {name: found for name in transition.fill if (found := values(name))}
    may = {name: found for name in transition.may_fill if (found := values(name))}
    if transition.opens:
        may = {name: found for name, found in may.items() if name not in TYPED_BUILT_INS}
    deciding = _deciding({**must, **may}, definition, asked)
    plain = {name: found[0] for name, found in must.items()}
    whole = plain | {name: found[0] for name, found in may.items()}
    low = plain | {name: found[-1] for name, found in must.items() if name in deciding}
    yield plain
    yield from _with(plain, {name: found for name, found in must.items() if name in deciding})
    if may:
        yield whole
        yield from (plain | {name: found[0]} for name, found in may.items())
    yield low
    yield from _with(low, {name: found for name, found in must.items() if name in deciding})
    if may:
        yield from _with(whole, {name: found for name, found in (must | may).items() if name in deciding})
    for one, other in combinations(deciding, 2):
        yield from _pairs(whole, one, other, must | may)


def _deciding(values: Values, definition: Definition, asked: Iterable[Questions]) -> list[str]:
    known = frozenset().union(*(one.asked for one in asked))
    found = []
    for name in values:
        one = field_of(name, definition)
        if one is not None and (one.type is FieldType.LIST or (one.type in DECIDING and name in known)):
            found.append(name)
    return found


def _with(form: Form, values: Values) -> Iterator[Form]:
    """The form with one value another one."""
    for name, found in values.items():
        yield from ({**form, name: value} for value in found)


def _pairs(form: Form, one: str, other: str, values: Values) -> Iterator[Form]:
    for first in values[one]:
        yield from ({**form, one: first, other: second} for second in values[other])
