"""How entries are stored, with the field values that they fill: the way from rows to histories and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from service import tables
from service.packing import (
    MICROSECOND,
    answer_from_json,
    answer_to_json,
    blocker_from_json,
    blocker_to_json,
    children_from_json,
    children_to_json,
    occurrence_from_json,
    occurrence_to_json,
    values_from_json,
)
from workflow.definition import Definition
from workflow.entry import Ended, Entry, Extension, TimerKey
from workflow.fields import to_json


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
        histories[row.ticket_id].append(entry_of(row, definitions[row.revision], filled))
    return {each: tuple(entries) for each, entries in histories.items()}


def entry_of(row: Row[Any], definition: Definition, stored: Mapping[str, Any]) -> Entry:
    """An entry of its row; `stored` are the field values that it filled."""
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
        filled=values_from_json(stored, definition),
        set=row.set,
        timer=timer,
        limit_at=row.limit_at,
        skipped=row.skipped,
        reasons=tuple(blocker_from_json(one) for one in row.reasons or ()),
        row=row.row,
        extension=extension,
        occurrence=occurrence_from_json(row.occurrence),
        answer=answer_from_json(row.answer) if row.answer is not None else None,
        opened=children_from_json(row.opened),
        child=Ended.from_json(row.child) if row.child is not None else None,
        mapped=row.mapped or {},
        repaired=tuple(row.repaired or ()),
    )


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
        "opened": children_to_json(entry.opened),
        "child": entry.child.to_json() if entry.child else None,
        "extension": None
        if extension is None
        else {
            "amount": extension.amount // MICROSECOND,
            "reason": extension.reason,
            "approver": extension.approver,
        },
        "occurrence": None if entry.occurrence is None else occurrence_to_json(entry.occurrence),
        "mapped": dict(entry.mapped) or None,
        "repaired": list(entry.repaired) or None,
        "request_id": request_id,
    }
