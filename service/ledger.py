"""The audit trail and the ledger of clocks: who knew what when, and why something was due when it was."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import outbox, revisions, tables
from service.db import table_of
from service.entries import history_of
from workflow.calendar import Calendar
from workflow.clocks import Clock
from workflow.definition import Deadline, Definition
from workflow.durations import Duration, Unit
from workflow.entry import Entry
from workflow.notices import Item
from workflow.timers import Timer, used


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A notice as the history has it: to whom, what it told, when it was written, delivered and read."""

    person: str
    items: tuple[Item, ...]
    created_at: dt.datetime
    delivered_at: dt.datetime | None
    read_at: dt.datetime | None


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
    messages: tuple[Message, ...] = ()

    def message_to(self, told: Mapping[str, Any]) -> Message | None:
        """The notice by which somebody of `told` was told of this entry."""
        for message in self.messages:
            if message.person == told["person"]:
                return message
        return None


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
    entries = history_of(session, ticket_id, definitions)
    messages = _messages(session, ticket_id)
    for row, entry in zip(rows, entries, strict=True):
        if entry.occurrence is not None and (told := [one for one in row.told if one["about"] == "opening"]):
            calendar = revisions.calendar(session, row.calendar_revision)
            messages[row.sequence] += _told_together(session, ticket_id, row, entry, calendar, told)
    return tuple(
        Line(
            entry=entry,
            definition=definitions[row.revision],
            recorded_at=row.recorded_at,
            told=tuple(row.told),
            filled={one["field"]: one["digest"] for one in row.filled},
            calendar_revision=row.calendar_revision,
            request_id=row.request_id,
            messages=tuple(messages.get(row.sequence, ())),
        )
        for row, entry in zip(rows, entries, strict=True)
    )


def _messages(session: Session, ticket_id: int) -> defaultdict[int, list[Message]]:
    """The notices of a ticket by the entries that they tell of; one statement."""
    notice = tables.Notice
    chosen = (
        select(notice.person_id, notice.items, notice.created_at, notice.delivered_at, notice.read_at)
        .where(notice.ticket_id == ticket_id)
        .order_by(notice.created_at, notice.id)
    )
    found: defaultdict[int, list[Message]] = defaultdict(list)
    for row in session.execute(chosen):
        message = Message(
            person=row.person_id,
            items=tuple(Item.from_json(item, row.person_id) for item in row.items if item["about"] != "fault"),
            created_at=row.created_at,
            delivered_at=row.delivered_at,
            read_at=row.read_at,
        )
        for sequence in dict.fromkeys(item.sequence for item in message.items):
            found[sequence].append(message)
    return found


def _told_together(
    session: Session, ticket_id: int, row: Any, entry: Entry, calendar: Calendar, told: Sequence[Mapping[str, Any]]
) -> Iterator[Message]:
    """The notices that tell of this opening together with the others of its schedule on that day."""
    if entry.occurrence is None:
        return
    notice, ticket = tables.Notice, tables.Ticket
    site = session.execute(select(ticket.site_id).where(ticket.id == ticket_id)).scalar_one()
    day = calendar.local_date(row.recorded_at)
    of = entry.workflow, entry.occurrence.schedule, site, day
    chosen = (
        select(notice.person_id, notice.items, notice.created_at, notice.delivered_at, notice.read_at)
        .where(notice.id.in_([outbox.opening_notice_id(*of, one["person"]) for one in told if one["person"]]))
        .order_by(notice.id)
    )
    for found in session.execute(chosen):
        items = (Item.from_json(item, found.person_id) for item in found.items)
        period = entry.occurrence.text
        yield Message(
            person=found.person_id,
            items=tuple(one for one in items if one.openings is not None and one.openings.period == period),
            created_at=found.created_at,
            delivered_at=found.delivered_at,
            read_at=found.read_at,
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
