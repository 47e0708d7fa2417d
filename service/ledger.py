"""The audit trail and the ledger of clocks: who knew what when, and why something was due when it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import records, revisions, tables
from service.db import table_of
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Deadline, Definition
from workflow.durations import Duration, Unit
from workflow.entry import Entry
from workflow.timers import Timer, used


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry with what only the row knows: when it was written, who was told, by which request."""

    entry: Entry
    definition: Definition
    recorded_at: dt.datetime
    told: tuple[Mapping[str, Any], ...]
    filled: Mapping[str, str]
    calendar_revision: str
    request_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """One run of a deadline as the ledger tells it; `used` is in the unit of the limit."""

    clock: Clock
    deadline: Deadline | None
    used: dt.timedelta | None
    timers: tuple[Timer, ...]


def history(session: Session, ticket_id: int) -> tuple[Line, ...]:
    """All entries of a ticket, oldest first; `filled` has the digest of each value by field."""
    table = table_of(tables.Entry)
    rows = session.execute(select(table).where(table.c.ticket_id == ticket_id).order_by(table.c.sequence)).all()
    definitions = {row.revision: revisions.definition(session, row.workflow, row.revision) for row in rows}
    entries = records.history_of(session, ticket_id, definitions)
    return tuple(
        Line(
            entry=entry,
            definition=definitions[row.revision],
            recorded_at=row.recorded_at,
            told=tuple(row.told),
            filled={one["field"]: one["digest"] for one in row.filled},
            calendar_revision=row.calendar_revision,
            request_id=row.request_id,
        )
        for row, entry in zip(rows, entries, strict=True)
    )


def counts(
    clocks: tuple[Clock, ...], timers: tuple[Timer, ...], definition: Definition, at: dt.datetime, calendar: Calendar
) -> tuple[Count, ...]:
    """Every run of every deadline, with how much is used at `at` and which timers are armed on it."""
    found = []
    for clock in clocks:
        if clock.kind != "deadline":
            continue
        deadline = definition.deadlines.get(clock.name)
        unit = _unit(deadline)
        amount = used(clock.spans, clock.ended_at or at, unit, calendar) if unit is not None else None
        key = ("deadline", clock.name, clock.run)
        armed = tuple(one for one in timers if (one.key.kind, one.key.name, one.key.run) == key)
        found.append(Count(clock=clock, deadline=deadline, used=amount, timers=armed))
    return tuple(found)


def _unit(deadline: Deadline | None) -> Unit | None:
    within: Duration | None = deadline.within if deadline is not None else None
    return within.unit if within is not None else None
