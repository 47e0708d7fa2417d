"""Rows for tests that need what other modules write: people, a site, and a ticket with entries."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service import tables


def store_people(session: Session, *people: str, at: dt.datetime) -> None:
    rows = [{"id": person, "name": person, "active": True, "created_at": at} for person in people]
    session.execute(insert(tables.Person), rows)


def store_site(session: Session, site: str = "mall", *departments: str) -> None:
    session.execute(insert(tables.Site).values(id=site, name=site, number_prefix=site.upper()))
    if departments:
        rows = [{"site_id": site, "name": name, "active": True} for name in departments]
        session.execute(insert(tables.Department), rows)


def store_ticket(
    session: Session, number: str = "KF-2026-00001", *, at: dt.datetime, site: str = "mall", entries: int = 1
) -> int:
    """A repair at `site`, in whose history are so many entries of the clock; gives its id."""
    revision, days = f"revision of {number}", f"days of {number}"
    publication = session.execute(
        insert(tables.Publication).values(published_at=at).returning(tables.Publication.id)
    ).scalar_one()
    both = {"first_publication_id": publication, "latest_publication_id": publication}
    session.execute(insert(tables.Revision).values(hash=revision, workflow="repair", **both))
    session.execute(insert(tables.CalendarRevision).values(hash=days, name="mall", expanded={}, **both))
    ticket: int = session.execute(
        insert(tables.Ticket)
        .values(
            number=number,
            site_id=site,
            workflow="repair",
            revision=revision,
            calendar_revision=days,
            state="open",
            version=1,
            sequence=entries,
            title="Leak",
            place="B2",
            priority="normal",
            accountable="desk",
            round=1,
            made={},
            opened_at=at,
            at=at,
            provisional=False,
        )
        .returning(tables.Ticket.id)
    ).scalar_one()
    session.execute(
        insert(tables.Entry),
        [
            {
                "ticket_id": ticket,
                "sequence": sequence,
                "kind": "move",
                "name": "begin",
                "at": at,
                "recorded_at": at,
                "entered": True,
                "ends": False,
                "workflow": "repair",
                "revision": revision,
                "calendar_revision": days,
                "version": 1,
                "skipped": 0,
                "filled": [],
                "set": {},
                "told": [],
            }
            for sequence in range(1, entries + 1)
        ],
    )
    return ticket
