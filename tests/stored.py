"""Rows for tests that need what other modules write: people, a site, and a ticket with entries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from service import tables
from service.db import table_of


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


def copy_ticket(session: Session, number: str, copies: Sequence[str]) -> None:
    """Put the rows of a ticket there again under other numbers: what opening it so often would have left behind.

    Its notices are not copied: they were told once.
    """
    ticket = table_of(tables.Ticket)
    row = session.execute(select(ticket).where(ticket.c.number == number)).mappings().one()
    own = {name: value for name, value in row.items() if name != "id"}
    added = insert(ticket).returning(ticket.c.id, sort_by_parameter_order=True)
    ids = session.connection().execute(added, [{**own, "number": one} for one in copies]).scalars().all()
    for kind in (tables.Entry, tables.FieldValue, tables.Clock, tables.Timer):
        table = table_of(kind)
        found = session.execute(select(table).where(table.c.ticket_id == row["id"])).mappings().all()
        rows = [{name: value for name, value in one.items() if name != "id"} for one in found]
        if rows:
            session.connection().execute(insert(table), [{**one, "ticket_id": id_} for one in rows for id_ in ids])
