"""The outbox: notices are put here in the transaction of what they tell, and delivered from here afterwards.

A notice is one person's part of one settling of one ticket, or of what one schedule has opened on one day for each of
many, and could not open. Its id follows from what it is, so that a repeat, also after a restored backup, is the same
notice.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import bulk, tables
from service.db import table_of
from workflow.notices import Item, Openings, Told, Unopened

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
    """One notice for each person, of one settling of one ticket; `told` is what `items_of` gives.

    What is told of an opening with others is left out: `put_openings` tells it.
    """
    alone = {person: [item for item in items if item.about != "opening"] for person, items in told.items()}
    return [
        {
            **_new(notice_id(number, items[0]), person, items, created_at),
            "ticket_id": ticket_id,
            "sequence": items[0].sequence,
            "position": items[0].position,
        }
        for person, items in alone.items()
        if items
    ]


def _new(id_: str, person: str, items: Sequence[Item], created_at: dt.datetime) -> Row:
    """What every notice has that is not yet delivered, whatever it tells of."""
    return {
        "id": id_,
        "person_id": person,
        "items": [item.to_json() for item in items],
        "channel": INBOX,
        "created_at": created_at,
        "attempts": 0,
        "next_attempt_at": created_at,
    }


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


def opening_notice_id(workflow: str, schedule: str, site: str, day: dt.date, person: str) -> str:
    """The id of the one notice to a person of what a schedule has opened at a site on a day, and could not open."""
    return str(uuid.uuid5(NAMESPACE, f"{workflow}.{schedule}:{site}:{day}:{person}"))


def put_openings(
    session: Session, name: str, said: Sequence[tuple[Told, Openings | Unopened]], day: dt.date, created_at: dt.datetime
) -> None:
    """What the schedule `name` has opened for each of many at a site on a day, and could not open: one notice a person.

    Whatever comes later on the same day is added, and the notice is new again; that the same still cannot be opened is
    nothing new. There is no one entry to tell of, so these notices have no ticket.
    """
    table = table_of(tables.Notice)
    news: dict[str, list[tuple[Told, Openings | Unopened]]] = {}
    for told, one in said:
        of = one.workflow, name, one.site
        news.setdefault(opening_notice_id(*of, day, told.person), []).append((told, one))
    chosen = select(table.c.id, table.c["items"]).where(table.c.id.in_(news)).with_for_update()
    there = {row.id: row[1] for row in session.execute(chosen)}
    rows = []
    for id_, mine in news.items():
        person = mine[0][0].person
        was = [Item.from_json(item, person) for item in there.get(id_, ())]
        items = _with_news(was, mine, name, created_at)
        if items != was:
            rows.append(
                {
                    **_new(id_, person, items, created_at),
                    "ticket_id": None,
                    "sequence": None,
                    "position": 0,
                    "delivered_at": None,
                    "failed_at": None,
                    "read_at": None,
                }
            )
    bulk.send(session, bulk.put(table, rows))


def _with_news(
    was: Sequence[Item], news: Sequence[tuple[Told, Openings | Unopened]], name: str, at: dt.datetime
) -> list[Item]:
    """The items of such a notice with what is new: one for each period of what was opened, then what was not."""
    opened = {item.openings.period: item for item in was if item.openings is not None}
    unopened = next((item for item in was if item.unopened is not None), None)
    for told, one in news:
        if isinstance(one, Openings):
            before = opened[one.period].openings if one.period in opened else None
            together = before.more(one) if before is not None else one
            opened[one.period] = _opening_item(told, name, at, openings=together)
        elif unopened is None or unopened.unopened is None:
            unopened = _opening_item(told, name, at, unopened=one)
        elif unopened.unopened.others < one.others:
            unopened = replace(unopened, unopened=replace(unopened.unopened, others=one.others))
    items = [*opened.values(), *([unopened] if unopened is not None else [])]
    return [replace(item, position=position) for position, item in enumerate(items)]


def _opening_item(
    told: Told, name: str, at: dt.datetime, *, openings: Openings | None = None, unopened: Unopened | None = None
) -> Item:
    return Item(
        about="opening",
        sequence=0,
        position=0,
        kind="move" if openings is not None else "refusal",
        name=name,
        at=at,
        told=told,
        openings=openings,
        unopened=unopened,
    )


SET_ASIDE = 1000
"""The position of a notice that no entry caused, behind all that one could."""
