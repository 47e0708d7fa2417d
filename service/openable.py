"""What the children of a ticket start with: the newest published definitions, with the calendars of their site."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.revisions import Published
from service.totals import nothing_yet
from workflow.definition import Definition
from workflow.ticket import Openable


class Openables:
    """What children start with at a site, read when it is first asked for and only where a definition opens any."""

    def __init__(self, session: Session, published: Published) -> None:
        self._session = session
        self._published = published
        self._calendars: dict[str, str | None] = {}

    def of(self, definition: Definition, site: str) -> dict[str, Openable]:
        """The workflows that a ticket may open, and those that its children may open in turn, as they are published."""
        known = self._published.catalogue.definitions
        found: dict[str, Openable] = {}
        waiting = set().union(*(one.opens() for one in (definition, *family_of(definition, self._published).values())))
        while waiting:
            workflow = waiting.pop()
            if workflow in found or workflow not in known:
                continue
            child = known[workflow]
            family = family_of(child, self._published)
            calendar = revisions.calendar_for(self._session, self._published, child, self._calendar_at(site))
            none = nothing_yet((child, *family.values()))
            found[workflow] = Openable(definition=child, calendar=calendar, family=family, totals=none)
            waiting.update(*(one.opens() for one in (child, *family.values())))
        return found

    def _calendar_at(self, site: str) -> str | None:
        if site not in self._calendars:
            chosen = select(tables.Site.calendar).where(tables.Site.id == site)
            self._calendars[site] = self._session.execute(chosen).scalar_one()
        return self._calendars[site]


def family_of(definition: Definition, published: Published) -> dict[str, Definition]:
    """The classes that a ticket may become, and their head; empty for a definition without a family."""
    head = definition.head or definition.name
    return {
        one.name: one
        for one in published.catalogue.definitions.values()
        if head in (one.head, one.name) and (definition.family or definition.head)
    }
