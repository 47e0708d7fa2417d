"""The outbox: notices are put here in the transaction of what they tell, and delivered from here afterwards.

A notice is one person's part of one settling of one ticket, or of one day on which a recurring ticket could not be
opened. Its id follows from what it is, so that a repeat, also after a restored backup, is the same notice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import bulk, tables
from service.db import table_of
from workflow.notices import Item, Told, Unopened

INBOX = "inbox"
"""The channel of every notice in this version: it is read in Duban itself."""

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "notice.duban")

Row = dict[str, Any]


def notice_id(number: str, item: Item) -> str:
    """The id of the notice that begins with `item`, of the ticket `number`."""
    return notice_id_of(number, item.sequence, item.position, item.told.person)


def notice_id_of(number: str, sequence: int, position: int, person: str) -> str:
    """The id of the notice to a person that begins with what an entry told at a position."""
    return str(uuid.uuid5(NAMESPACE, f"{number}:{sequence}:{position}:{person}"))


def notices_of(number: str, ticket_id: int, told: Mapping[str, Sequence[Item]], created_at: dt.datetime) -> list[Row]:
    """One notice for each person, of one settling of one ticket; `told` is what `items_of` gives."""
    return [
        {
            "id": notice_id(number, items[0]),
            "ticket_id": ticket_id,
            "sequence": items[0].sequence,
            "position": items[0].position,
            "person_id": person,
            "items": [item.to_json() for item in items],
            "channel": INBOX,
            "created_at": created_at,
            "attempts": 0,
            "next_attempt_at": created_at,
        }
        for person, items in told.items()
    ]


def evidence_of(told: Mapping[str, Sequence[Item]]) -> dict[int, list[Row]]:
    """Who was told of each entry, and why, by the entry's sequence: what the history keeps."""
    found: dict[int, list[Row]] = {}
    for person, items in told.items():
        for item in items:
            found.setdefault(item.sequence, []).append({"person": person, **_evidence(item)})
    return found


def _evidence(item: Item) -> Row:
    """What of an item says why a person was told of an entry, and what for."""
    said = {"about": item.about, "position": item.position, **item.told.to_json(), "ask_for": item.ask_for}
    return {name: value for name, value in said.items() if value is not None}


def put(session: Session, rows: Sequence[Row]) -> None:
    """Store notices; their entries are there already."""
    bulk.send(session, bulk.insert(table_of(tables.Notice), rows))


def waiting(session: Session) -> tuple[int, dt.datetime | None]:
    """How many notices have not been delivered and are still tried, and when the oldest of them was written."""
    notice = tables.Notice
    count, oldest = session.execute(
        select(func.count(), func.min(notice.created_at)).where(notice.next_attempt_at.is_not(None))
    ).one()
    return count, oldest


def failed(session: Session) -> int:
    """How many notices nobody could be given, and are tried no more."""
    return session.execute(select(func.count()).where(tables.Notice.failed_at.is_not(None))).scalar_one()


def set_aside_notices(
    number: str, ticket_id: int, sequence: int, told: Sequence[Told], created_at: dt.datetime
) -> list[Row]:
    """That settling a ticket raises and it is set aside: for whoever can see to it, by the ticket's last entry."""
    items = {
        one.person: [
            Item(
                about="fault",
                sequence=sequence,
                position=SET_ASIDE,
                kind="refusal",
                name="",
                at=created_at,
                told=one,
            )
        ]
        for one in told
    }
    return notices_of(number, ticket_id, items, created_at)


def put_unopened(
    session: Session, name: str, unopened: Unopened, told: Sequence[Told], day: dt.date, created_at: dt.datetime
) -> None:
    """That the schedule `name` could not open a ticket: each of these people is told once for a schedule, site and day.

    There is no entry to tell of, so these notices have no ticket.
    """
    rows = [
        {
            "id": str(uuid.uuid5(NAMESPACE, f"{unopened.workflow}.{name}:{unopened.site}:{day}:{one.person}")),
            "ticket_id": None,
            "sequence": None,
            "position": 0,
            "person_id": one.person,
            "items": [
                Item(
                    about="opening",
                    sequence=0,
                    position=0,
                    kind="refusal",
                    name=name,
                    at=created_at,
                    told=one,
                    unopened=unopened,
                ).to_json()
            ],
            "channel": INBOX,
            "created_at": created_at,
            "attempts": 0,
            "next_attempt_at": created_at,
        }
        for one in told
    ]
    bulk.send(session, bulk.add(table_of(tables.Notice), rows))


SET_ASIDE = 1000
"""The position of a notice that no entry caused, behind all that one could."""
