"""Sums over other tickets: for which of them a definition asks, wherever in it that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from workflow.condition_tree import Total
from workflow.conditions import Condition
from workflow.definition import Definition
from workflow.formulas import Formula

Asked = tuple[str, str]
"""A field, as `workflow.field`, and the transition that makes its ticket count."""


def totals_of(definition: Definition) -> frozenset[Asked]:
    """The sums that deciding, explaining or showing a ticket of this definition may need."""
    return frozenset((part.of, part.made) for part in _inside(definition))


def _inside(value: object) -> Iterator[Total]:
    if isinstance(value, Condition | Formula):
        yield from (part for part in value.parts() if isinstance(part, Total))
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _inside(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _inside(one)
    elif is_dataclass(value):
        for attribute in fields(value):
            yield from _inside(getattr(value, attribute.name))
