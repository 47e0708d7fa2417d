"""What the children of a ticket start with: the newest published definitions, with the calendars of their site."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.revisions import Published
from service.totals import nothing_yet
from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.openable import openable_by
from workflow.ticket import Openable


class Openables:
    """What children start with at a site, read when it is first asked for and only where a definition opens any."""

    def __init__(self, session: Session, published: Published) -> None:
        self._session = session
        self._published = published
        self._calendars: dict[str, str | None] = {}

    def of(self, definition: Definition, site: str) -> dict[str, Openable]:
        """The workflows that a ticket may open, and those that its children may open in turn, as they are published."""

        def calendar_of(child: Definition) -> Calendar:
            return revisions.calendar_for(self._session, self._published, child, self._calendar_at(site))

        return openable_by(definition, self._published.catalogue.definitions, calendar_of, nothing_yet)

    def _calendar_at(self, site: str) -> str | None:
        if site not in self._calendars:
            chosen = select(tables.Site.calendar).where(tables.Site.id == site)
            self._calendars[site] = self._session.execute(chosen).scalar_one()
        return self._calendars[site]
