"""Open tickets that a change of the house concerns: it leaves them as they are, and whoever makes it learns of them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.columns import Json
from service.db import table_of
from service.outdated import Wish, groups
from workflow.definition import FieldType


@dataclass(frozen=True, slots=True, kw_only=True)
class Recounted:
    """The open tickets of a site that count with other days than a new one would, and the calendars that have these."""

    tickets: int
    calendars: tuple[str, ...]


def counting_otherwise(session: Session, site: str) -> Recounted:
    """Which tickets of a site would get other dates if they were carried over to the days that hold there now."""
    published = revisions.current(session)
    wish = Wish(names=tuple(published.catalogue.calendars))
    found = [one for one in groups(session, published, wish) if one.site == site]
    return Recounted(
        tickets=sum(one.tickets for one in found), calendars=tuple(sorted({one.calendar.name for one in found}))
    )


def naming_department(session: Session, site: str, department: str) -> int:
    """How many open tickets of a site name a department in a field of their own."""
    ticket, value = table_of(tables.Ticket), table_of(tables.FieldValue)
    pinned = (ticket.c.workflow, ticket.c.revision)
    open_ = select(*pinned).where(ticket.c.site_id == site, ticket.c.ended_at.is_(None)).distinct()
    found = 0
    for workflow, revision in session.execute(open_).all():
        fields = revisions.definition(session, workflow, revision).fields.values()
        names = [one.name for one in fields if one.type is FieldType.DEPARTMENT]
        named = (
            select(func.count(ticket.c.id.distinct()))
            .join(value, value.c.ticket_id == ticket.c.id)
            .where(ticket.c.site_id == site, ticket.c.ended_at.is_(None), ticket.c.revision == revision)
            .where(value.c.current, value.c.field.in_(names), value.c.value == literal(department, Json))
        )
        found += session.execute(named).scalar_one() if names else 0
    return found
