"""The in-app inbox: the notices that were delivered to somebody here, newest first, and which of them he has read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from service import tables
from service.outbox import INBOX
from workflow.notices import Item


class Before(NamedTuple):
    """Where a page of the inbox begins: after the notice that was written then and has this id."""

    created_at: dt.datetime
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A notice as its reader has it; the words are made from `items` and the ticket's definition.

    Without a ticket, number and place are empty, and the definition is that of what was opened, or could not be.
    """

    id: str
    ticket_id: int | None
    number: str
    title: str
    place: str
    site: str
    workflow: str
    revision: str
    calendar_revision: str
    items: tuple[Item, ...]
    created_at: dt.datetime
    read_at: dt.datetime | None

    @property
    def before(self) -> Before:
        """Where the page after this notice begins."""
        return Before(self.created_at, self.id)


def notices_for(
    session: Session, person: str, *, unread_only: bool = False, before: Before | None = None, limit: int = 50
) -> tuple[Received, ...]:
    """A page of at most `limit` notices, newest first; revision and calendar are those of the ticket as it is now."""
    notice, ticket = tables.Notice, tables.Ticket
    statement = (
        select(
            notice.id,
            notice.ticket_id,
            ticket.number,
            ticket.title,
            ticket.place,
            ticket.site_id,
            ticket.workflow,
            ticket.revision,
            ticket.calendar_revision,
            notice.items,
            notice.created_at,
            notice.read_at,
        )
        .outerjoin(ticket, ticket.id == notice.ticket_id)
        .where(notice.person_id == person, notice.channel == INBOX, notice.delivered_at.is_not(None))
        .order_by(notice.created_at.desc(), notice.id.desc())
        .limit(limit)
    )
    if unread_only:
        statement = statement.where(notice.read_at.is_(None))
    if before is not None:
        statement = statement.where(tuple_(notice.created_at, notice.id) < before)
    return tuple(_received(row, person) for row in session.execute(statement))


def _received(row: Any, person: str) -> Received:
    items = tuple(Item.from_json(item, person) for item in row.items)
    ticket = {
        "number": row.number,
        "title": row.title,
        "place": row.place,
        "site": row.site_id,
        "workflow": row.workflow,
        "revision": row.revision,
        "calendar_revision": row.calendar_revision,
    }
    of = items[0].openings or items[0].unopened
    if of is not None:
        ticket = {
            "number": "",
            "title": "",
            "place": "",
            "site": of.site,
            "workflow": of.workflow,
            "revision": of.revision,
            "calendar_revision": of.calendar,
        }
    return Received(
        id=row.id, ticket_id=row.ticket_id, items=items, created_at=row.created_at, read_at=row.read_at, **ticket
    )


def has(session: Session, person: str, notice: str) -> bool:
    """Whether somebody has a notice of this id in his inbox."""
    table = tables.Notice
    found = select(table.id).where(table.id == notice, table.person_id == person, table.delivered_at.is_not(None))
    return session.execute(found).first() is not None


MOST_UNREAD = 100
"""What somebody has not read is not counted beyond that: "99+" says it well enough, at the same price for everybody."""


def unread(session: Session, person: str) -> int:
    """How many notices somebody has not read; MOST_UNREAD stands for so many or more."""
    notice = tables.Notice
    mine = (
        select(notice.id)
        .where(
            notice.person_id == person,
            notice.channel == INBOX,
            notice.delivered_at.is_not(None),
            notice.read_at.is_(None),
        )
        .limit(MOST_UNREAD)
        .subquery()
    )
    return session.execute(select(func.count()).select_from(mine)).scalar_one()


def mark_read(session: Session, person: str, ids: Collection[str], at: dt.datetime) -> int:
    """Mark notices of this person as read, and give how many were not yet; other people's are left alone."""
    if not ids:
        return 0
    notice = tables.Notice
    marked = session.execute(
        update(notice)
        .where(
            notice.id.in_(ids),
            notice.person_id == person,
            notice.delivered_at.is_not(None),
            notice.read_at.is_(None),
        )
        .values(read_at=at)
        .execution_options(synchronize_session=False)
        .returning(notice.id)
    )
    return len(marked.all())
