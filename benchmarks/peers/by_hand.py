"""Returning the order of a repair, as somebody would write it by hand with SQLAlchemy Core: the same rows, no engine.

Everything that the definition says is in the code here: who may do it is not asked, the limit of the follow-up is
three days and not three working days, and whoever is told is written down by name.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
import uuid
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from service import tables
from service.db import table_of

TICKET, ENTRY, VALUE = table_of(tables.Ticket), table_of(tables.Entry), table_of(tables.FieldValue)
CLOCK, TIMER, NOTICE = table_of(tables.Clock), table_of(tables.Timer), table_of(tables.Notice)

RECEIVER = "lin"
TOLD = {"why": "service_centre", "held": ["service_centre", None], "ask_for": "close"}


class Conflict(Exception):
    """Somebody was faster, or the ticket is not in the state for it."""


_FIND = select(TICKET).where(TICKET.c.number == bindparam("number"))
_CLOCKS = select(CLOCK).where(CLOCK.c.ticket_id == bindparam("ticket"), CLOCK.c.ended_at.is_(None))
_MOVE = (
    update(TICKET)
    .where(TICKET.c.id == bindparam("its_id"), TICKET.c.sequence == bindparam("was_sequence"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state", "version", "sequence", "assignee_id", "made", "at", "next_due_at", "attempts",
                "set_aside_until", "fault",
            )
        }
    )
)  # fmt: skip
_OVERTAKE = (
    update(VALUE)
    .where(VALUE.c.ticket_id == bindparam("its_ticket"), VALUE.c.field == bindparam("its_field"), VALUE.c.current)
    .values(current=False)
)
_END_CLOCK = (
    update(CLOCK)
    .where(
        and_(
            CLOCK.c.ticket_id == bindparam("its_ticket"),
            CLOCK.c.kind == "deadline",
            CLOCK.c.name == "repair",
            CLOCK.c.run == bindparam("its_run"),
        )
    )
    .values(ended_at=bindparam("ended_at"), outcome="met", spans=bindparam("spans"))
)
_DROP_CLOCK = delete(CLOCK).where(
    CLOCK.c.ticket_id == bindparam("its_ticket"), CLOCK.c.kind == "reminder", CLOCK.c.name == "resting"
)
_DROP_TIMERS = delete(TIMER).where(TIMER.c.ticket_id == bindparam("its_ticket"))


def return_order(connection: Connection, number: str, version: int, result: str, person: str, at: dt.datetime) -> Any:
    """Makes the move in the caller's transaction; gives the ticket's row as it was. Raises Conflict."""
    ticket = connection.execute(_FIND, {"number": number}).one()
    if ticket.state != "in_repair" or ticket.version != version:
        raise Conflict(number)
    clocks = {clock.name: clock for clock in connection.execute(_CLOCKS, {"ticket": ticket.id})}
    repair, resting = clocks["repair"], clocks["resting"]
    sequence = ticket.sequence + 1
    limit, soon, rest = at + dt.timedelta(days=3), at + dt.timedelta(days=2), at + dt.timedelta(days=2, minutes=1)
    made = {**ticket.made, "return_order": {"count": 1, "by": person}}
    moved = connection.execute(
        _MOVE,
        {
            "its_id": ticket.id,
            "was_sequence": ticket.sequence,
            "state": "returned",
            "version": version + 1,
            "sequence": sequence,
            "assignee_id": RECEIVER,
            "made": made,
            "at": at,
            "next_due_at": soon,
            "attempts": 0,
            "set_aside_until": None,
            "fault": None,
        },
    )
    if moved.rowcount != 1:
        raise Conflict(number)
    salt = secrets.token_hex(8)
    text = json.dumps(result, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(f"{salt}\0{text}".encode()).hexdigest()
    connection.execute(
        insert(ENTRY),
        {
            "ticket_id": ticket.id,
            "sequence": sequence,
            "kind": "move",
            "name": "return_order",
            "at": at,
            "recorded_at": at,
            "actor_id": person,
            "source": "in_repair",
            "target": "returned",
            "entered": True,
            "ends": False,
            "workflow": ticket.workflow,
            "revision": ticket.revision,
            "calendar_revision": ticket.calendar_revision,
            "version": version + 1,
            "skipped": 0,
            "filled": [{"field": "repair_result", "sequence": sequence, "digest": digest}],
            "set": {"assignee": RECEIVER},
            "told": [{"person": RECEIVER, "about": "move", "position": 0, **TOLD}],
        },
    )
    connection.execute(_OVERTAKE, {"its_ticket": ticket.id, "its_field": "repair_result"})
    connection.execute(
        insert(VALUE),
        {
            "ticket_id": ticket.id,
            "field": "repair_result",
            "sequence": sequence,
            "value": result,
            "salt": salt,
            "current": True,
        },
    )
    started = repair.spans[-1][0]
    connection.execute(
        _END_CLOCK,
        {
            "its_ticket": ticket.id,
            "its_run": repair.run,
            "ended_at": at,
            "spans": [*repair.spans[:-1], [started, at.isoformat()]],
        },
    )
    connection.execute(_DROP_CLOCK, {"its_ticket": ticket.id})
    begun = {"ticket_id": ticket.id, "started_at": at, "spans": [[at.isoformat(), None]], "fired": {}, "extended": 0}
    connection.execute(
        insert(CLOCK),
        [
            {**begun, "kind": "deadline", "name": "follow_up", "run": 1, "origin": "returned", "limit_at": limit},
            {
                **begun,
                "kind": "reminder",
                "name": "resting",
                "run": resting.run + 1,
                "origin": "last move",
                "limit_at": None,
            },
        ],
    )
    connection.execute(_DROP_TIMERS, {"its_ticket": ticket.id})
    armed = {"ticket_id": ticket.id, "provisional": False}
    connection.execute(
        insert(TIMER),
        [
            {**armed, "kind": "deadline", "name": "follow_up", "run": 1, "level": "soon 1", "due_at": soon},
            {**armed, "kind": "deadline", "name": "follow_up", "run": 1, "level": "late 1", "due_at": limit},
            {**armed, "kind": "reminder", "name": "resting", "run": resting.run + 1, "level": "", "due_at": rest},
        ],
    )
    connection.execute(
        insert(NOTICE),
        {
            "id": str(uuid.uuid4()),
            "ticket_id": ticket.id,
            "sequence": sequence,
            "position": 0,
            "person_id": RECEIVER,
            "items": [
                {
                    "about": "move",
                    "sequence": sequence,
                    "position": 0,
                    "kind": "move",
                    "name": "return_order",
                    "at": at.isoformat(),
                    "actor": person,
                    "source": "in_repair",
                    "target": "returned",
                    **TOLD,
                }
            ],
            "channel": "inbox",
            "created_at": at,
            "attempts": 0,
            "next_attempt_at": at,
        },
    )
    return ticket
