"""Definitions that differ from a given one in one value of its behaviour: for each value, some that it might have been.

What is behaviour is what the revision hashes (`workflow.reading.revision.BEHAVIOUR`), so that a new key of the language
is changed here without anybody's doing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import fields, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from workflow.condition_tree import AllOf, AnyOf, Compare, Not
from workflow.conditions import Condition, parse_condition
from workflow.definition import (
    Become,
    Deadline,
    Definition,
    Field,
    FieldType,
    Level,
    Moment,
    OpenChild,
    Promise,
    Reminder,
    Transition,
    Who,
)
from workflow.durations import Duration, Unit, parse_duration
from workflow.formulas import Formula
from workflow.reading.revision import BEHAVIOUR, CONDITIONS
from workflow.schedule import DueDay, Schedule

Path = tuple[str | int, ...]
Mutant = tuple[Path, Any]
"""Where a value was changed, and what came of it."""

OTHER = "something_else"
"""A name that no definition has."""

_TWO_HOURS = parse_duration("2 hours")
_ADDED: Mapping[tuple[type, str], Any] = {
    (Definition, "head"): OTHER,
    (Field, "min_length"): 77,
    (Field, "confidential"): OTHER,
    (Transition, "not_before"): Moment("field", "opened"),
    (Transition, "at_most"): 77,
    (Transition, "become"): Become(workflow=OTHER),
    (Deadline, "replaced_by"): OTHER,
    (Deadline, "condition"): parse_condition(f"{OTHER} is filled"),
    (Level, "condition"): parse_condition(f"{OTHER} is filled"),
    (Reminder, "condition"): parse_condition(f"{OTHER} is filled"),
    (Reminder, "after"): _TWO_HOURS,
    (Reminder, "every"): _TWO_HOURS,
    (OpenChild, "for_each"): OTHER,
    (OpenChild, "condition"): parse_condition(f"{OTHER} is filled"),
    (Schedule, "for_each"): OTHER,
    (Schedule, "condition"): parse_condition(f"{OTHER}.kind is filled"),
    (Schedule, "opens"): _TWO_HOURS,
}
"""What is put where nothing is said."""

_WORDS: Mapping[tuple[type, str], tuple[str, ...]] = {
    (Transition, "open_children"): ("wait", "cancel"),
    (Schedule, "every"): ("shift", "day", "week", "month", "quarter", "year", "holiday"),
    (Promise, "kind"): (
        "someone_is_told_within", "never_silent_longer_than", "ended_or_told_within", "paused_at_most",
    ),
    (Moment, "kind"): ("before", "after"),
    (DueDay, "kind"): ("day", "working_day"),
}  # fmt: skip
"""What a key may say that has a few words of its own."""


def named_parts(definition: Definition) -> dict[tuple[str, str], str]:
    """Every state, transition, field … by its block and name, with all it says, but the answers of approvers."""
    blocks = {key: getattr(definition, key) for key in BEHAVIOUR[Definition]}
    return {
        (key, name): f"{key} {part!r}"
        for key, block in blocks.items()
        if isinstance(block, Mapping)
        for name, part in block.items()
        if not (isinstance(part, Transition) and part.answer)
    }


def mutants(definition: Definition, of: Container[tuple[str, str]]) -> Iterator[Mutant]:
    """Every definition that differs in one value; of named parts only those `of` these blocks and names."""
    for key in BEHAVIOUR[Definition]:
        inside = getattr(definition, key)
        if not isinstance(inside, Mapping):
            for path, other in changed(inside, (Definition, key)):
                yield (key, *path), replace(definition, **{key: other})
            continue
        for name, part in inside.items():
            if (key, name) in of:
                yield (key, name), replace(definition, **{key: {k: v for k, v in inside.items() if k != name}})
                for path, other in changed(part, (Definition, key)):
                    yield (key, name, *path), replace(definition, **{key: {**inside, name: other}})


def changed(value: Any, of: tuple[type, str]) -> Iterator[Mutant]:
    """What a value might have been instead; `of` says of what it is the value, and by which attribute."""
    if value is None:
        if of in _ADDED:
            yield (), _ADDED[of]
    elif of in _WORDS:
        yield from (((), word) for word in _WORDS[of] if word != value and value in _WORDS[of])
    elif type(value) in BEHAVIOUR:
        yield from _part(value)
    elif type(value) in CONDITIONS:
        yield from _node(value)
    elif isinstance(value, Mapping):
        yield from _mapping(value, of)
    elif isinstance(value, tuple):
        yield from _tuple(value, of)
    elif isinstance(value, frozenset):
        for one in sorted(value):
            yield (one,), value - {one} or frozenset({OTHER})
    else:
        yield from (((), other) for other in _CHANGED[_kind(value)](value))


def _kind(value: Any) -> type:
    return next(kind for kind in _CHANGED if isinstance(value, kind))


def _part(value: Any) -> Iterator[Mutant]:
    behaviour = BEHAVIOUR[type(value)]
    for attribute in fields(value):
        name = attribute.name
        if name in behaviour and (type(value), name) != (Level, "kind"):
            for path, other in changed(getattr(value, name), (type(value), name)):
                yield (name, *path), replace(value, **{name: other})


def _mapping(value: Mapping[str, Any], of: tuple[type, str]) -> Iterator[Mutant]:
    for name, inside in value.items():
        yield (name,), {key: one for key, one in value.items() if key != name}
        if of != (Field, "choices"):
            for path, other in changed(inside, (dict, of[1])):
                yield (name, *path), {**value, name: other}


def _tuple(value: tuple[Any, ...], of: tuple[type, str]) -> Iterator[Mutant]:
    for number, inside in enumerate(value):
        without = value[:number] + value[number + 1 :]
        if without:
            yield (number,), without
        for path, other in changed(inside, (tuple, of[1])):
            yield (number, *path), (*value[:number], other, *value[number + 1 :])


def _node(value: Any) -> Iterator[Mutant]:
    """A condition that is denied, whose `and` is an `or`, that compares otherwise, or names something else."""
    if isinstance(value, Compare):
        yield from (((sign,), replace(value, sign=sign)) for sign in ("<", "<=", ">", ">=") if sign != value.sign)
    if isinstance(value, AllOf):
        yield ("or",), AnyOf(value.of)
    if isinstance(value, AnyOf):
        yield ("and",), AllOf(value.of)
    if isinstance(value, Not):
        yield ("not",), value.of
    for attribute in CONDITIONS[type(value)][1:]:
        if attribute != "sign":
            for path, other in changed(getattr(value, attribute), (type(value), attribute)):
                yield (attribute, *path), replace(value, **{attribute: other})


def _conditions(value: Condition) -> Iterator[Condition]:
    for _, tree in changed(value.tree, (Condition, "tree")):
        yield Condition("", tree)
    yield Condition("", Not(value.tree))


def _formulas(value: Formula) -> Iterator[Formula]:
    for _, of in changed(value.of, (Formula, "of")):
        yield Formula("", of)


def _durations(value: Duration) -> Iterator[Duration]:
    yield Duration(value.count * 2, value.unit)
    other = {
        Unit.ELAPSED: Unit.WORKING_TIME,
        Unit.WORKING_TIME: Unit.ELAPSED,
        Unit.DAYS: Unit.WORKING_DAYS,
        Unit.WORKING_DAYS: Unit.DAYS,
    }
    if value.count >= dt.timedelta(minutes=1):
        yield Duration(value.count, other[value.unit])


def _people(value: Who) -> Iterator[Who]:
    yield Who("role", OTHER)
    if value.of is not None:
        yield Who("role", value.name, OTHER)


_CHANGED: Mapping[type, Callable[[Any], Iterator[Any]]] = {
    bool: lambda value: iter([not value]),
    int: lambda value: iter([value - 1 if value > 1 else value + 1]),
    FieldType: lambda value: iter([FieldType.TEXT if value is not FieldType.TEXT else FieldType.FILE]),
    Enum: lambda value: iter(()),
    str: lambda value: iter([OTHER]),
    Decimal: lambda value: iter([value + 1]),
    dt.datetime: lambda value: iter([value + dt.timedelta(days=1)]),
    dt.date: lambda value: iter([value + dt.timedelta(days=1)]),
    dt.time: lambda value: iter([value.replace(minute=(value.minute + 1) % 60)]),
    Duration: _durations,
    Who: _people,
    Condition: _conditions,
    Formula: _formulas,
}
"""By type, what a single value might have been; the first type that fits."""
