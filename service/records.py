"""How a ticket's values are stored: the way from rows to `workflow` values and back, and nothing that decides."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from service import tables
from service.now import Now
from workflow.clocks import Clock, Fired, Span, in_order
from workflow.definition import Definition, Text
from workflow.entry import Answer, Blocker, Child, Ended, Entry, Extension, Occurrence, TimerKey, Value
from workflow.fields import BUILT_IN_FIELDS, from_json, to_json
from workflow.ticket import Answered, Made, Ticket
from workflow.timers import Timer

MICROSECOND = dt.timedelta(microseconds=1)


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


def history_of(session: Session, ticket_id: int, definitions: Mapping[str, Definition]) -> tuple[Entry, ...]:
    """All entries of a ticket, oldest first; a value that has been erased is missing from `filled`."""
    return histories_of(session, [ticket_id], definitions)[ticket_id]


def histories_of(
    session: Session, ids: Sequence[int], definitions: Mapping[str, Definition]
) -> dict[int, tuple[Entry, ...]]:
    """The histories of tickets by id: two statements for any number of them."""
    value = tables.FieldValue
    values: dict[tuple[int, int], dict[str, Any]] = {}
    stored = select(value.ticket_id, value.sequence, value.field, value.value).where(value.ticket_id.in_(ids))
    for found in session.execute(stored):
        values.setdefault((found.ticket_id, found.sequence), {})[found.field] = found.value
    histories: dict[int, list[Entry]] = {each: [] for each in ids}
    table = tables.Entry.__table__
    for row in session.execute(select(table).where(table.c.ticket_id.in_(ids)).order_by(table.c.sequence)):
        filled = values.get((row.ticket_id, row.sequence), {})
        histories[row.ticket_id].append(_entry(row, definitions[row.revision], filled))
    return {each: tuple(entries) for each, entries in histories.items()}


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
        fields=_values(fields, definition),
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
        children=_children(row.children),
    )


def _children(stored: Iterable[Mapping[str, Any]] | None) -> tuple[Child, ...]:
    return tuple(Child(number=one["number"], workflow=one["workflow"]) for one in stored or ())


def _children_columns(children: Iterable[Child]) -> list[dict[str, Any]] | None:
    return [{"number": one.number, "workflow": one.workflow} for one in children] or None


def _made(stored: Mapping[str, Any]) -> Made:
    rows = {int(row): count for row, count in stored.get("rows", {}).items()}
    return Made(count=stored["count"], by=stored["by"], rows=rows)


def _approval(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    if stored is None:
        return {}
    answers = (
        Answered(answer=_answer(one), by=one["by"], at=dt.datetime.fromisoformat(one["at"]))
        for one in stored["answers"]
    )
    return {"step": stored["step"], "answers": tuple(answers), "rounds": stored["rounds"]}


def _answer(stored: Mapping[str, Any]) -> Answer:
    return Answer(step=stored["step"], granted=stored["granted"], rows=tuple(stored["rows"]))


def _places(definition: Definition) -> Iterable[tuple[str, str, str]]:
    """The order of the file, in which timers that are due together fire."""
    for deadline in definition.deadlines.values():
        for level in deadline.levels:
            yield "deadline", deadline.name, level.name
    for reminder in definition.reminders.values():
        yield "reminder", reminder.name, ""


def _values(stored: Mapping[str, Any], definition: Definition) -> dict[str, Value]:
    values = {}
    for name, value in stored.items():
        field = definition.fields.get(name) or BUILT_IN_FIELDS.get(name)
        if value is not None and field is not None:
            values[name] = from_json(field, value)
    return values


def _entry(row: Row[Any], definition: Definition, stored: Mapping[str, Any]) -> Entry:
    timer = None
    if row.timer_kind is not None:
        timer = TimerKey(row.timer_kind, row.timer_name, row.run, row.level or "")
    extension = None
    if row.extension is not None:
        amount = MICROSECOND * row.extension["amount"]
        extension = Extension(amount=amount, reason=row.extension["reason"], approver=row.extension["approver"])
    return Entry(
        sequence=row.sequence,
        kind=row.kind,
        name=row.name,
        at=row.at,
        workflow=row.workflow,
        revision=row.revision,
        calendar=row.calendar_revision,
        version=row.version,
        actor=row.actor_id,
        due_at=row.due_at,
        source=row.source,
        target=row.target,
        entered=row.entered,
        ends=row.ends,
        filled=_values(stored, definition),
        set=row.set,
        timer=timer,
        limit_at=row.limit_at,
        skipped=row.skipped,
        reasons=tuple(blocker_from_json(one) for one in row.reasons or ()),
        row=row.row,
        extension=extension,
        occurrence=_occurrence(row.occurrence),
        answer=_answer(row.answer) if row.answer is not None else None,
        opened=_children(row.opened),
        child=Ended.from_json(row.child) if row.child is not None else None,
    )


def _occurrence(stored: Mapping[str, Any] | None) -> Occurrence | None:
    if stored is None:
        return None
    due = stored["due"]
    return Occurrence(
        schedule=stored["schedule"],
        period=stored["period"],
        text=Text(stored["en"], stored["zh"]),
        due=_instant(due) if "T" in due else dt.date.fromisoformat(due),
        party=stored["party"],
    )


def _clock(row: Row[Any]) -> Clock:
    return Clock(
        kind=row.kind,
        name=row.name,
        run=row.run,
        origin=row.origin,
        started_at=row.started_at,
        spans=tuple(Span(_instant(start), _instant(end) if end else None) for start, end in row.spans),
        limit_at=row.limit_at,
        late_at=row.late_at,
        ended_at=row.ended_at,
        outcome=row.outcome,
        fired={level: Fired(_instant(due), refused) for level, (due, refused) in row.fired.items()},
        extended=MICROSECOND * row.extended,
    )


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


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
        "children": _children_columns(ticket.children),
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


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer as it is stored."""
    return {"step": answer.step, "granted": answer.granted, "rows": list(answer.rows)}


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


def value_rows(ticket_id: int, entry: Entry) -> list[dict[str, Any]]:
    """The field values that an entry fills, each with the salt of its digest."""
    return [
        {
            "ticket_id": ticket_id,
            "field": field,
            "sequence": entry.sequence,
            "value": to_json(value),
            "salt": secrets.token_hex(8),
            "current": True,
            "erased_at": None,
        }
        for field, value in entry.filled.items()
    ]


def digest(salt: str, value: object) -> str:
    """What an entry keeps of a value: a proof of it that tells nothing once the value is erased."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()


def entry_row(
    ticket_id: int,
    entry: Entry,
    *,
    values: Iterable[Mapping[str, Any]],
    recorded_at: dt.datetime,
    told: list[dict[str, Any]],
    request_id: str | None,
) -> dict[str, Any]:
    """An entry's whole row; `values` are the rows of the field values that it fills."""
    timer = entry.timer
    extension = entry.extension
    return {
        "ticket_id": ticket_id,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "name": entry.name,
        "at": entry.at,
        "recorded_at": recorded_at,
        "due_at": entry.due_at,
        "actor_id": entry.actor,
        "source": entry.source,
        "target": entry.target,
        "entered": entry.entered,
        "ends": entry.ends,
        "workflow": entry.workflow,
        "revision": entry.revision,
        "calendar_revision": entry.calendar,
        "version": entry.version,
        "timer_kind": timer.kind if timer else None,
        "timer_name": timer.name if timer else None,
        "run": timer.run if timer else None,
        "level": timer.level if timer else None,
        "limit_at": entry.limit_at,
        "skipped": entry.skipped,
        "filled": [
            {"field": one["field"], "sequence": one["sequence"], "digest": digest(one["salt"], one["value"])}
            for one in values
        ],
        "set": dict(entry.set),
        "told": told,
        "reasons": [blocker_to_json(one) for one in entry.reasons] or None,
        "row": entry.row,
        "answer": answer_to_json(entry.answer) if entry.answer else None,
        "opened": _children_columns(entry.opened),
        "child": entry.child.to_json() if entry.child else None,
        "extension": None
        if extension is None
        else {
            "amount": extension.amount // MICROSECOND,
            "reason": extension.reason,
            "approver": extension.approver,
        },
        "occurrence": None if entry.occurrence is None else occurrence_to_json(entry.occurrence),
        "request_id": request_id,
    }


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
