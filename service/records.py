"""How a ticket's values are stored: the way from rows to `workflow` values and back, and nothing that decides."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, Table, bindparam, select
from sqlalchemy.orm import Session

from service import tables
from service.db import table_of
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
from workflow.definition import Definition, Text
from workflow.entry import TimerKey
from workflow.frozen import derived
from workflow.ticket import Answered, Link, Made, Ticket
from workflow.timers import Timer


class TicketUnreadable(Exception):
    """What is stored of a ticket is not what this program stores; `__cause__` says what is wrong with it."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.text = Text(
            f"What is stored of {number} cannot be read, so it can neither be shown nor moved for now. The duty "
            f"manager is told when somebody moves it; try again once it has been seen to.",
            f"工单 {number} 存储的内容无法读取，暂不能查看和办理；有人办理时系统会通知值班经理，处理好后请再试。",
        )
        super().__init__(self.text.en)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a ticket has in other tables: the value that each field has now, None for one that was cleared; the rest."""

    values: Mapping[str, Any]
    clocks: Sequence[Clock]
    timers: Sequence[Timer]


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A ticket's own row, before its definition is known, with the instant at which it was read.

    What was read at once with it has its `parts`, the newest `publication` and the `stamp` of the directory beside.
    """

    id: int
    columns: Mapping[str, Any]
    at: dt.datetime
    parts: Parts | None = None
    publication: tuple[int, dt.datetime] | None = None
    stamp: str | None = None

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


def link_of(row: Row[*tuple[Any, ...]], definitions: Mapping[str, Definition]) -> Link:
    """What there is to know of a ticket that a field names; `definitions` are those that are published.

    Of the row are read its number, workflow, state and end.
    """
    head = definitions[row.workflow].head if row.workflow in definitions else None
    return Link(
        number=row.number,
        workflow=row.workflow,
        head=head or row.workflow,
        state=row.state,
        open=row.ended_at is None,
    )


def tickets_of(session: Session, rows: Sequence[TicketRow], definitions: Mapping[str, Definition]) -> dict[int, Ticket]:
    """The tickets with their fields, clocks and timers, by id; statements as `parts_of` has them.

    `definitions` by revision: a value is read by the type that its field has there.
    """
    parts = parts_of(session, rows)
    return {row.id: ticket_of(row, parts[row.id], definitions[row.revision]) for row in rows}


def parts_of(session: Session, rows: Sequence[TicketRow]) -> dict[int, Parts]:
    """What these tickets have in other tables, by id: three statements for all that were read without it, or none."""
    found = {row.id: row.parts for row in rows if row.parts is not None}
    ids = [row.id for row in rows if row.parts is None]
    if not ids:
        return found
    connection = session.connection()
    fields: dict[int, dict[str, Any]] = {each: {} for each in ids}
    clocks: dict[int, list[Clock]] = {each: [] for each in ids}
    timers: dict[int, list[Timer]] = {each: [] for each in ids}
    for ticket, field, value in connection.execute(_VALUES, {"ids": ids}):
        fields[ticket][field] = value
    for ticket, *columns in connection.execute(_CLOCKS, {"ids": ids}):
        clocks[ticket].append(clock_of(*columns))
    for ticket, *columns in connection.execute(_TIMERS, {"ids": ids}):
        timers[ticket].append(timer_of(*columns))
    return found | {each: Parts(fields[each], clocks[each], timers[each]) for each in ids}


def _of_these(table: Table, *columns: ColumnElement[Any]) -> Select[Any]:
    return select(table.c.ticket_id, *columns).where(table.c.ticket_id.in_(bindparam("ids", expanding=True)))


_value, _clock, _timer = table_of(tables.FieldValue), table_of(tables.Clock), table_of(tables.Timer)
_VALUES = _of_these(_value, _value.c.field, _value.c.value).where(_value.c.current)
_CLOCKS = _of_these(_clock, *(one for one in _clock.c if one.name != "ticket_id")).order_by(_clock.c.run)
_TIMERS = _of_these(_timer, *(one for one in _timer.c if one.name != "ticket_id"))


def ticket_of(row: TicketRow, parts: Parts, definition: Definition) -> Ticket:
    """The ticket of a row and what it has in other tables; raises TicketUnreadable."""
    try:
        return _ticket_of(row, parts, definition)
    except Exception as fault:  # whatever somebody has put there by hand
        raise TicketUnreadable(row.number) from fault


def _ticket_of(row: TicketRow, parts: Parts, definition: Definition) -> Ticket:
    order = _places(definition)
    timers = sorted(
        parts.timers, key=lambda timer: order.get((timer.key.kind, timer.key.name, timer.key.level), len(order))
    )
    columns = row.columns
    return Ticket(
        number=columns["number"],
        workflow=columns["workflow"],
        state=columns["state"],
        opened=columns["opened_at"],
        at=columns["at"],
        sequence=columns["sequence"],
        version=columns["version"],
        fields=values_from_json(parts.values, definition),
        clocks=in_order(parts.clocks, definition),
        timers=tuple(timers),
        made={name: _made(made) for name, made in columns["made"].items()},
        receiver=columns["receiver_id"],
        assignee=columns["assignee_id"],
        priority=columns["priority"],
        accountable=columns["accountable"],
        site=columns["site_id"],
        round=columns["round"],
        **_approval(columns["approval"]),
        ended_at=columns["ended_at"],
        due=columns["due_on"] or columns["due_at"],
        children=children_from_json(columns["children"]),
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


@derived
def _places(definition: Definition) -> Mapping[tuple[str, str, str], int]:
    """The order of the file, in which timers that are due together fire."""
    levels = [
        ("deadline", deadline.name, level.name)
        for deadline in definition.deadlines.values()
        for level in deadline.levels
    ]
    reminders = [("reminder", name, "") for name in definition.reminders]
    return {key: place for place, key in enumerate((*levels, *reminders))}


def clock_of(
    kind: Literal["deadline", "reminder"],
    name: str,
    run: int,
    origin: str,
    started_at: dt.datetime,
    spans: Iterable[tuple[str, str | None]],
    limit_at: dt.datetime | None,
    late_at: dt.datetime | None,
    ended_at: dt.datetime | None,
    outcome: Literal["met", "dropped"] | None,
    fired: Mapping[str, tuple[str, int | None]],
    extended: int,
) -> Clock:
    """The clock of these columns."""
    return Clock(
        kind=kind,
        name=name,
        run=run,
        origin=origin,
        started_at=started_at,
        spans=tuple(Span(instant_of(start), instant_of(end) if end else None) for start, end in spans),
        limit_at=limit_at,
        late_at=late_at,
        ended_at=ended_at,
        outcome=outcome,
        fired={level: Fired(instant_of(due), refused) for level, (due, refused) in fired.items()},
        extended=MICROSECOND * extended,
    )


def timer_of(
    kind: Literal["deadline", "reminder"], name: str, run: int, level: str, due_at: dt.datetime, provisional: bool
) -> Timer:
    """The timer of these columns."""
    return Timer(TimerKey(kind, name, run, level), due_at, provisional)


# --- From values to rows ----------------------------------------------------------------------------------------


def next_due_at(ticket: Ticket) -> dt.datetime | None:
    """What a sweep looks for: when the ticket's first timer is due."""
    return min((timer.due_at for timer in ticket.timers), default=None)


def called(ticket: Ticket, definition: Definition) -> dict[str, str]:
    """What a ticket is about and where, by which people know it."""
    title = str(ticket.fields.get("title", "")) or definition.text.read("zh")
    return {"title": title, "place": str(ticket.fields.get("place", ""))}


def ticket_columns(ticket: Ticket, definition: Definition) -> dict[str, Any]:
    """Everything of a ticket's row that an entry may change."""
    return {
        "workflow": ticket.workflow,
        "revision": definition.revision,
        "state": ticket.state,
        "version": ticket.version,
        "sequence": ticket.sequence,
        **called(ticket, definition),
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
