"""Revisions: the hash of what a definition does, whatever it says and however it is written.

Left out are texts, the document header, rule ids, notes, forms and waivers; what equals its default is left out as
well, so that a new key of the language changes no revision of a definition that does not use it. The keys written
here are those of the language, so that a new name in the code changes nothing either.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, replace
from decimal import Decimal
from enum import Enum
from typing import Any

from workflow.condition_tree import (
    AllOf,
    AnyOf,
    Compare,
    Filled,
    Is,
    IsOpen,
    Name,
    Not,
    Number,
    Percent,
    Same,
    Total,
    WasMade,
    Yes,
)
from workflow.conditions import Condition
from workflow.definition import (
    Approval,
    Become,
    Check,
    Deadline,
    Definition,
    Effects,
    Field,
    Follows,
    Level,
    Moment,
    OpenChild,
    Promise,
    Reminder,
    State,
    Transition,
    Who,
)
from workflow.durations import Duration
from workflow.formulas import Formula
from workflow.reading.answers import ANSWERS
from workflow.schedule import DueDay, Schedule

LAYOUT = b"duban definition 1\n"
"""Hashed in front of the definition: another layout of what follows gets another number."""

BEHAVIOUR: Mapping[type, Mapping[str, str]] = {
    Definition: {
        "name": "workflow",
        "calendar": "calendar",
        "accountable": "accountable",
        "followers": "followers",
        "family": "family",
        "head": "head",
        "rank": "rank",
        "of_group": "scope",
        "fields": "fields",
        "states": "states",
        "transitions": "transitions",
        "deadlines": "deadlines",
        "reminders": "reminders",
        "promises": "promises",
        "recurring": "recurring",
    },
    Field: {
        "type": "type",
        "choices": "choices",
        "columns": "columns",
        "workflow": "of",
        "register": "register",
        "in_states": "in",
        "same": "same",
        "min": "min",
        "max": "max",
        "min_length": "min_length",
        "formula": "is",
        "follows": "follows",
        "confidential": "confidential",
    },
    Follows: {"field": "field", "table": "table"},
    State: {
        "end": "end",
        "responsible": "responsible",
        "approvals": "approvals",
        "granted": "granted",
        "refused": "refused",
        "effects": "effects",
    },
    Approval: {"by": "by", "not_by": "not_by", "condition": "if", "for_each": "for_each"},
    Transition: {
        "sources": "from",
        "target": "to",
        "by": "by",
        "not_by": "not_by",
        "fill": "fill",
        "may_fill": "may_fill",
        "need": "need",
        "checks": "checks",
        "wait_for": "wait_for",
        "open_children": "open_children",
        "not_before": "not_before",
        "at_most": "at_most",
        "become": "become",
        "effects": "effects",
    },
    Check: {"condition": "if", "need": "need", "must": "must"},
    Become: {"next_in_family": "next", "workflow": "workflow", "field": "field", "table": "table"},
    Deadline: {
        "condition": "if",
        "since": "since",
        "within": "within",
        "no_later_than": "no_later_than",
        "replaced_by": "replaced_by",
        "until": "until",
        "paused_in": "paused_in",
        "levels": "levels",
    },
    Level: {
        "kind": "kind",
        "left": "left",
        "late_by": "late_by",
        "every": "every",
        "at": "at",
        "condition": "if",
        "effects": "effects",
    },
    Reminder: {
        "condition": "if",
        "since": "since",
        "after": "after",
        "states": "while",
        "every": "every",
        "at": "at",
        "effects": "effects",
    },
    Effects: {
        "notify": "notify",
        "set": "set",
        "assign": "assign",
        "open": "open",
        "move": "move",
        "ask_for": "ask_for",
    },
    OpenChild: {"workflow": "workflow", "for_each": "for_each", "condition": "if", "set": "set"},
    Promise: {"kind": "kind", "within": "within", "states": "in"},
    Moment: {"kind": "kind", "field": "field", "duration": "duration"},
    Schedule: {
        "every": "every",
        "for_each": "for_each",
        "condition": "if",
        "due": "due",
        "opens": "opens",
        "set": "set",
    },
    DueDay: {"kind": "kind", "number": "number", "day": "day", "time": "time"},
}
"""What of each value is behaviour, by the key of the language."""

LEFT_OUT: Mapping[type, frozenset[str]] = {
    Definition: frozenset({"text", "revision", "document", "accept", "names", "rules", "note"}),
    Field: frozenset({"name", "text", "rules", "note"}),
    Follows: frozenset(),
    State: frozenset({"name", "text", "records", "guides", "rules", "note"}),
    Approval: frozenset({"text", "rules", "note"}),
    Transition: frozenset({"name", "text", "rules", "note", "answer"}),
    Check: frozenset({"text", "rules"}),
    Become: frozenset(),
    Deadline: frozenset({"name", "text", "rules", "note"}),
    Level: frozenset({"index", "rules", "note"}),
    Reminder: frozenset({"name", "text", "rules", "note"}),
    Effects: frozenset({"say"}),
    OpenChild: frozenset(),
    Promise: frozenset({"accept", "rules"}),
    Moment: frozenset(),
    Schedule: frozenset({"name", "text", "entry", "rules", "note"}),
    DueDay: frozenset(),
}
"""What of each value is none; a name stands as the key of its map."""

CONDITIONS: Mapping[type, tuple[str, ...]] = {
    AnyOf: ("or", "of"),
    AllOf: ("and", "of"),
    Not: ("not", "of"),
    Yes: ("yes", "name"),
    Filled: ("filled", "name"),
    IsOpen: ("open", "name"),
    WasMade: ("made", "name"),
    Is: ("is", "left", "right"),
    Same: ("same", "left", "right"),
    Compare: ("compare", "sign", "left", "right"),
    Name: ("name", "name"),
    Number: ("number", "number"),
    Percent: ("percent", "part", "whole"),
    Total: ("total", "of", "made"),
}
"""Each node of a condition: the word for it, then its attributes."""

UNORDERED = frozenset({"from", "in", "while", "paused_in", "choices"})
"""The lists in which order says nothing."""


def revision_of(definition: Definition, family: tuple[str, ...] = ()) -> str:
    """The first 16 hexadecimal digits of the hash; `family` is that of the head, also for a member."""
    asks = any(state.approvals for state in definition.states.values())
    # The answers of approvers are nothing by themselves: they follow from the states.
    written = {name: one for name, one in definition.transitions.items() if not (asks and name in ANSWERS)}
    said = _part(replace(definition, transitions=written), BEHAVIOUR[Definition])
    if family:
        said["family"] = list(family)
    if len(definition.deadlines) + len(definition.reminders) > 1:
        # What is due at one instant fires in the order of the file: of all maps, the order of these two is behaviour.
        said["ties"] = [list(definition.deadlines), list(definition.reminders)]
    behaviour = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(LAYOUT + behaviour.encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """What a value does, as JSON."""
    keys = BEHAVIOUR.get(type(value))
    if keys is not None:
        return _part(value, keys)
    node = CONDITIONS.get(type(value))
    if node is not None:
        word, *attributes = node
        return [word, *(_plain(getattr(value, attribute)) for attribute in attributes)]
    reader = _READERS.get(type(value))
    if reader is not None:
        return reader(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(inside) for key, inside in value.items()}
    if isinstance(value, tuple):
        return [_plain(inside) for inside in value]
    if isinstance(value, frozenset):
        return sorted(_plain(inside) for inside in value)
    return value


def _part(value: Any, keys: Mapping[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for attribute in fields(value):
        key = keys.get(attribute.name)
        inside = getattr(value, attribute.name)
        default = attribute.default_factory() if attribute.default_factory is not MISSING else attribute.default
        if key is None or (default is not MISSING and inside == default):
            continue
        plain = sorted(inside) if key == "choices" else _plain(inside)
        said[key] = sorted(plain) if key in UNORDERED else plain
    return said


def _duration(value: Duration) -> list[Any]:
    return [int(value.count.total_seconds()), value.unit.value]


_READERS: Mapping[type, Callable[[Any], Any]] = {
    Who: str,
    Duration: _duration,
    Condition: lambda condition: _plain(condition.tree),
    Formula: lambda formula: _plain(formula.of),
    # 1.0 and 1 are one number, and so are 100 and 1E+2.
    Decimal: lambda number: ["number", f"{number.normalize():f}"],
    dt.time: lambda time: time.isoformat("minutes"),
    dt.date: lambda date: ["date", date.isoformat()],
    dt.datetime: lambda instant: ["instant", instant.astimezone(dt.UTC).isoformat()],
}
