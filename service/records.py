"""How a ticket's values are stored: the way from rows to `workflow` values and back, and nothing that decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from service import tables
from service.now import Now
from service.packing import (
    MICROSECOND,
    answer_from_json,
    answer_to_json,
    children_from_json,
    children_to_json,
    instant_of,
    values_from_json,
)
from workflow.clocks import Clock, Fired, Span, in_order
from workflow.definition import Definition
from workflow.entry import TimerKey
from workflow.ticket import Answered, Made, Ticket
from workflow.timers import Timer


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket's own row, before its definition is known, with the instant at which it was read."""

    id: int
    columns: Mapping[str, Any]
    at: dt.datetime

    def __getattr__(self, name: str) -> Any:
        try:
            return self.columns[name]
        except KeyError:
            raise AttributeError(name) from None


def read_rows(session: Session, chosen: Select[Any], now: Now) -> list[TicketRow]:
    """The ticket rows of a statement over `tables.Ticket.__table__`, with the instant read in the same statement."""
    found = session.execute(chosen.add_columns(now.column(session).label("read_at")))
    rows = []
    for row in found.mappings():
        columns = dict(row)
        rows.append(TicketRow(columns["id"], columns, columns.pop("read_at")))
    return rows


def tickets_of(session: Session, rows: Sequence[TicketRow], definitions: Mapping[str, Definition]) -> dict[int, Ticket]:
    """The tickets with their fields, clocks and timers, by id: three statements for any number of tickets.

    `definitions` by revision: a value is read by the type that its field has there.
    """
    ids = [row.id for row in rows]
    fields: dict[int, dict[str, Any]] = {each: {} for each in ids}
    clocks: dict[int, list[Clock]] = {each: [] for each in ids}
    timers: dict[int, list[Timer]] = {each: [] for each in ids}
    value, clock, timer = tables.FieldValue, tables.Clock, tables.Timer
    current = select(value.ticket_id, value.field, value.value).where(value.ticket_id.in_(ids), value.current)
    for found in session.execute(current):
        fields[found.ticket_id][found.field] = found.value
    for found in session.execute(select(clock.__table__).where(clock.ticket_id.in_(ids)).order_by(clock.run)):
        clocks[found.ticket_id].append(_clock(found))
    for found in session.execute(select(timer.__table__).where(timer.ticket_id.in_(ids))):
        key = TimerKey(found.kind, found.name, found.run, found.level)
        timers[found.ticket_id].append(Timer(key, found.due_at, found.provisional))
    return {
        row.id: _ticket(row, definitions[row.revision], fields[row.id], clocks[row.id], timers[row.id]) for row in rows
    }


def _ticket(
    row: TicketRow, definition: Definition, fields: Mapping[str, Any], clocks: list[Clock], timers: list[Timer]
) -> Ticket:
    order = {timer_key: place for place, timer_key in enumerate(_places(definition))}
    timers.sort(key=lambda timer: order.get((timer.key.kind, timer.key.name, timer.key.level), len(order)))
    return Ticket(
        number=row.number,
        workflow=row.workflow,
        state=row.state,
        opened=row.opened_at,
        at=row.columns["at"],
        sequence=row.sequence,
        version=row.version,
        fields=values_from_json(fields, definition),
        clocks=in_order(clocks, definition),
        timers=tuple(timers),
        made={name: _made(made) for name, made in row.made.items()},
        receiver=row.receiver_id,
        assignee=row.assignee_id,
        priority=row.priority,
        accountable=row.accountable,
        site=row.site_id,
        round=row.round,
        **_approval(row.approval),
        ended_at=row.ended_at,
        due=row.due_on or row.due_at,
        children=children_from_json(row.children),
    )


def _made(stored: Mapping[str, Any]) -> Made:
    rows = {int(row): count for row, count in stored.get("rows", {}).items()}
    return Made(count=stored["count"], by=stored["by"], rows=rows)


def _approval(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    if stored is None:
        return {}
    answers = (
        Answered(answer=answer_from_json(one), by=one["by"], at=dt.datetime.fromisoformat(one["at"]))
        for one in stored["answers"]
    )
    return {"step": stored["step"], "answers": tuple(answers), "rounds": stored["rounds"]}


def _places(definition: Definition) -> Iterable[tuple[str, str, str]]:
    """The order of the file, in which timers that are due together fire."""
    for deadline in definition.deadlines.values():
        for level in deadline.levels:
            yield "deadline", deadline.name, level.name
    for reminder in definition.reminders.values():
        yield "reminder", reminder.name, ""


def _clock(row: Row[Any]) -> Clock:
    return Clock(
        kind=row.kind,
        name=row.name,
        run=row.run,
        origin=row.origin,
        started_at=row.started_at,
        spans=tuple(Span(instant_of(start), instant_of(end) if end else None) for start, end in row.spans),
        limit_at=row.limit_at,
        late_at=row.late_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        fired={level: Fired(instant_of(due), refused) for level, (due, refused) in row.fired.items()},
        extended=MICROSECOND * row.extended,
    )


# --- From values to rows ----------------------------------------------------------------------------------------


def next_due_at(ticket: Ticket) -> dt.datetime | None:
    """What a sweep looks for: when the ticket's first timer is due."""
    return min((timer.due_at for timer in ticket.timers), default=None)


def ticket_columns(ticket: Ticket, definition: Definition) -> dict[str, Any]:
    """Everything of a ticket's row that an entry may change."""
    return {
        "workflow": ticket.workflow,
        "revision": definition.revision,
        "state": ticket.state,
        "version": ticket.version,
        "sequence": ticket.sequence,
        "title": str(ticket.fields.get("title", "")) or definition.text.read("zh"),
        "place": str(ticket.fields.get("place", "")),
        "requester": ticket.fields.get("requester"),
        "priority": ticket.priority,
        "accountable": ticket.accountable,
        "receiver_id": ticket.receiver,
        "assignee_id": ticket.assignee,
        "round": ticket.round,
        "approval": approval_to_json(ticket),
        "children": children_to_json(ticket.children),
        "made": {name: _made_columns(made) for name, made in ticket.made.items()},
        "opened_at": ticket.opened,
        "at": ticket.at,
        "ended_at": ticket.ended_at,
        "due_on": None if isinstance(ticket.due, dt.datetime) else ticket.due,
        "due_at": ticket.due if isinstance(ticket.due, dt.datetime) else None,
        "next_due_at": next_due_at(ticket),
        "provisional": any(timer.provisional for timer in ticket.timers),
        "attempts": 0,
        "set_aside_until": None,
        "fault": None,
    }


def _made_columns(made: Made) -> dict[str, Any]:
    counted = {"count": made.count, "by": made.by}
    return {**counted, "rows": {str(row): count for row, count in made.rows.items()}} if made.rows else counted


def approval_to_json(ticket: Ticket) -> dict[str, Any] | None:
    """The round of a ticket as it is stored; nothing for one that has never come to approvals."""
    if not ticket.rounds:
        return None
    return {
        "step": ticket.step,
        "answers": [{**answer_to_json(one.answer), "by": one.by, "at": one.at.isoformat()} for one in ticket.answers],
        "rounds": dict(ticket.rounds),
    }


def clock_row(ticket_id: int, clock: Clock) -> dict[str, Any]:
    """A clock's whole row."""
    return {
        "ticket_id": ticket_id,
        "kind": clock.kind,
        "name": clock.name,
        "run": clock.run,
        "origin": clock.origin,
        "started_at": clock.started_at,
        "spans": [[span.start.isoformat(), span.end.isoformat() if span.end else None] for span in clock.spans],
        "limit_at": clock.limit_at,
        "late_at": clock.late_at,
        "ended_at": clock.ended_at,
        "outcome": clock.outcome,
        "fired": {level: [fired.due_at.isoformat(), fired.refused_at] for level, fired in clock.fired.items()},
        "extended": clock.extended // MICROSECOND,
    }


def timer_row(ticket_id: int, timer: Timer) -> dict[str, Any]:
    """A timer's whole row."""
    return {"ticket_id": ticket_id, **timer.key._asdict(), "due_at": timer.due_at, "provisional": timer.provisional}
