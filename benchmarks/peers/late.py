"""The first late level of a repair that nobody picked up, as somebody would write it by hand.

One ticket's level is read, and the rows that follow from it are made here, without an engine: by name, since this knows
one deadline of one definition.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEVEL = {"kind": "deadline", "name": "pick_up", "run": 1, "level": "late 1"}
TOLD = (
    ("wu", {"why": "head of department", "held": ["head", "property_management"]}),
    ("lin", {"why": "service_centre", "held": ["service_centre", None]}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """What becomes of one ticket: the columns of its row that change, its entry, what has fired, the notices."""

    ticket: Mapping[str, Any]
    entry: Mapping[str, Any]
    fired: Mapping[str, Any]
    notices: tuple[Mapping[str, Any], ...]


def firing(
    ticket: Mapping[str, Any], fired: Mapping[str, Any], due_at: dt.datetime, next_due_at: Any, at: dt.datetime
) -> Firing:
    """`ticket` is its row as far as needed, `fired` what of the clock has fired so far, `at` the instant it is."""
    sequence = ticket["sequence"] + 1
    due = due_at.isoformat()
    told = [{"person": person, "about": "level", "position": place, **why} for place, (person, why) in enumerate(TOLD)]
    item = {"about": "level", "sequence": sequence, "kind": "level", "name": "pick_up", "at": due, "run": 1}
    item |= {"level": "late 1", "due_at": due, "limit_at": due}
    return Firing(
        ticket={"sequence": sequence, "at": due_at, "next_due_at": next_due_at},
        entry={
            "ticket_id": ticket["id"],
            "sequence": sequence,
            "kind": "level",
            "name": "pick_up",
            "at": due_at,
            "recorded_at": at,
            "due_at": due_at,
            "entered": False,
            "ends": False,
            "workflow": ticket["workflow"],
            "revision": ticket["revision"],
            "calendar_revision": ticket["calendar_revision"],
            "version": ticket["version"],
            "timer_kind": "deadline",
            "timer_name": "pick_up",
            "run": 1,
            "level": "late 1",
            "limit_at": due_at,
            "skipped": 0,
            "filled": [],
            "set": {},
            "told": told,
        },
        fired={**fired, "late 1": [due, None]},
        notices=tuple(
            {
                "id": str(uuid.uuid4()),
                "ticket_id": ticket["id"],
                "sequence": sequence,
                "position": place,
                "person_id": person,
                "items": [{**item, "position": place, **why}],
                "channel": "inbox",
                "created_at": at,
                "attempts": 0,
                "next_attempt_at": at,
            }
            for place, (person, why) in enumerate(TOLD)
        ),
    )


def decoded(value: object) -> Any:
    """JSON as a driver gives it: SQLite's as text."""
    return json.loads(value) if isinstance(value, str) else value
