"""Putting right what the doctor has found on a ticket: its rows are written as its history says, with an entry of it.

The entry counts at the instant of the one before it and changes nothing that the history says: what was lost comes due
as if it had never been lost. What does not follow from the history is left as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from service import bulk, tables
from service.db import table_of, writing
from service.derived import Derived
from service.doctor import Case, Pinned, diagnose
from service.entries import entry_row
from service.findings import Finding, notices_lost
from service.now import Now
from service.storing import ChangedMeanwhile
from service.whole import Whole, whole
from workflow.entry import Entry

DOCTOR = "doctor"
"""The name of the entries that say what was put right."""


def repair(now: Now, number: str) -> Case | None:
    """Put right what can be on one ticket, in one transaction; None if nothing is found on it any more.

    It is looked at again with its row held, so that nobody moves it meanwhile. Gives what was found then.
    """
    with writing() as session:
        id_ = _held(session, number)
        (one,) = whole(session, [id_])
        pinned = Pinned()
        pinned.read(session, [one])
        case = diagnose(one, pinned)
        if case is not None and case.mends and case.derived is not None:
            mended = [each for each in case.findings if each.mends]
            _write(session, one, case.derived, mended, now.instant(session))
        return case


def _held(session: Session, number: str) -> int:
    """The ticket's id; its row is held, and before it those of the ones that opened it, as everybody does."""
    ticket = table_of(tables.Ticket)
    row = session.execute(
        select(ticket.c.id, ticket.c.parent_id, ticket.c.root_id).where(ticket.c.number == number)
    ).one()
    ids = {one for one in row if one is not None}
    session.execute(select(ticket.c.id).where(ticket.c.id.in_(ids)).order_by(ticket.c.id).with_for_update())
    return int(row.id)


def _write(session: Session, one: Whole, derived: Derived, mended: Sequence[Finding], at: dt.datetime) -> None:
    ticket, id_ = derived.ticket, one.row["id"]
    sequence = ticket.sequence + 1
    changed = {each.column: derived.row[each.column] for each in mended if each.what == "ticket"}
    aside = {"attempts": 0, "set_aside_until": None, "fault": None}
    change = {"id": id_, "was_sequence": one.row["sequence"], **changed, "sequence": sequence, **aside}
    if bulk.send(session, bulk.change(table_of(tables.Ticket), ("id", "was_sequence"), [change])) != 1:
        raise ChangedMeanwhile
    entry = Entry(
        sequence=sequence,
        kind="repair",
        name=DOCTOR,
        at=ticket.at,
        workflow=ticket.workflow,
        revision=derived.definition.revision,
        calendar=derived.row["calendar_revision"],
        version=ticket.version,
        repaired=tuple(each.to_json() for each in mended),
    )
    row = entry_row(id_, entry, values=(), recorded_at=at, told=[], request_id=None)
    bulk.send(session, bulk.insert(table_of(tables.Entry), [row]))
    kinds = {each.what for each in mended}
    if "clock" in kinds:
        session.execute(delete(tables.Clock).where(tables.Clock.ticket_id == id_))
        bulk.send(session, bulk.insert(table_of(tables.Clock), list(derived.clocks.values())))
    if "timer" in kinds:
        session.execute(delete(tables.Timer).where(tables.Timer.ticket_id == id_))
        bulk.send(session, bulk.insert(table_of(tables.Timer), list(derived.timers.values())))
    if "notice" in kinds:
        _write_notices(session, one, derived, at)
    for each in mended:
        if each.what == "value":
            _write_current(session, id_, each.name, derived.current[each.name])
        elif each.what == "attachment":
            _write_attachment(session, id_, each)
        elif each.what == "child":
            child = table_of(tables.Ticket)
            session.execute(update(child).where(child.c.number == each.name).values({each.column: each.derived}))


def _write_notices(session: Session, one: Whole, derived: Derived, at: dt.datetime) -> None:
    """A notice that stands otherwise is made what it ought to be; one that is missing is sent now."""
    notice = table_of(tables.Notice)
    lost, _ = notices_lost(one, derived)
    for each in lost:
        if each.stored is not None:
            session.execute(update(notice).where(notice.c.id == each.stored["id"]).values(dict(each.row)))
        else:
            sent = {"created_at": at, "attempts": 0, "next_attempt_at": at}
            session.execute(insert(notice).values({**each.row, **sent}))


def _write_current(session: Session, ticket_id: int, field: str, sequence: int) -> None:
    value = table_of(tables.FieldValue)
    mine = value.c.ticket_id == ticket_id, value.c.field == field
    session.execute(update(value).where(*mine, value.c.current).values(current=False))
    session.execute(update(value).where(*mine, value.c.sequence == sequence).values(current=True))


def _write_attachment(session: Session, ticket_id: int, found: Finding) -> None:
    attachment = table_of(tables.Attachment)
    key = {"file_id": found.derived or found.stored, "ticket_id": ticket_id, "field": found.name}
    if found.derived is not None:
        bulk.send(session, bulk.add(attachment, [key]))
    else:
        bulk.send(session, bulk.delete(attachment, [key]))
