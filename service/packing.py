"""What columns of JSON hold of tickets and entries: values, answers, children, occurrences, blockers; and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from workflow.definition import Definition, Text
from workflow.entry import Answer, Blocker, Child, Occurrence, Value
from workflow.fields import BUILT_IN_FIELDS, from_json

MICROSECOND = dt.timedelta(microseconds=1)


def instant_of(text: str) -> dt.datetime:
    """An instant as JSON has it."""
    return dt.datetime.fromisoformat(text)


def values_from_json(stored: Mapping[str, Any], definition: Definition) -> dict[str, Value]:
    """Field values, each by the type that its field has; those that are empty or of no field are left out."""
    values = {}
    for name, value in stored.items():
        field = definition.fields.get(name) or BUILT_IN_FIELDS.get(name)
        if value is not None and field is not None:
            values[name] = from_json(field, value)
    return values


def children_to_json(children: Iterable[Child]) -> list[dict[str, Any]] | None:
    """The children that an entry opened, or that a ticket has open; nothing for none."""
    return [{"number": one.number, "workflow": one.workflow} for one in children] or None


def children_from_json(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Child, ...]:
    return tuple(Child(number=one["number"], workflow=one["workflow"]) for one in stored or ())


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer as it is stored."""
    return {"step": answer.step, "granted": answer.granted, "rows": list(answer.rows)}


def answer_from_json(stored: Mapping[str, Any]) -> Answer:
    return Answer(step=stored["step"], granted=stored["granted"], rows=tuple(stored["rows"]))


def occurrence_to_json(occurrence: Occurrence) -> dict[str, Any]:
    """What a recurring ticket was opened for, as it is stored."""
    return {
        "schedule": occurrence.schedule,
        "period": occurrence.period,
        "en": occurrence.text.en,
        "zh": occurrence.text.zh,
        "due": occurrence.due.isoformat(),
        "party": occurrence.party,
    }


def occurrence_from_json(stored: Mapping[str, Any] | None) -> Occurrence | None:
    if stored is None:
        return None
    due = stored["due"]
    return Occurrence(
        schedule=stored["schedule"],
        period=stored["period"],
        text=Text(stored["en"], stored["zh"]),
        due=instant_of(due) if "T" in due else dt.date.fromisoformat(due),
        party=stored["party"],
    )


def blocker_to_json(blocker: Blocker) -> dict[str, Any]:
    """A blocker as it is stored."""
    return {
        "code": blocker.code,
        "subject": blocker.subject,
        "en": blocker.text.en,
        "zh": blocker.text.zh,
        "rules": list(blocker.rules),
        "part": list(blocker.part) if blocker.part else None,
    }


def blocker_from_json(stored: Mapping[str, Any]) -> Blocker:
    """A stored blocker again."""
    part = stored.get("part")
    return Blocker(
        code=stored["code"],
        subject=stored["subject"],
        text=Text(stored["en"], stored["zh"]),
        rules=tuple(stored["rules"]),
        part=(part[0], part[1]) if part else None,
    )
