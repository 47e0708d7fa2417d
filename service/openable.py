"""What the children of a ticket start with: the newest published definitions, with the calendars of their site."""

from __future__ import annotations

from sqlalchemy.orm import Session

from service import revisions
from service.directory import Directory
from service.revisions import Published
from service.totals import nothing_yet
from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.openable import openable_by
from workflow.ticket import Openable


class Openables:
    """What children start with at a site, worked out when it is asked for and only where a definition opens any."""

    def __init__(self, session: Session, published: Published, directory: Directory) -> None:
        self._session = session
        self._published = published
        self._directory = directory

    def of(self, definition: Definition, site: str) -> dict[str, Openable]:
        """The workflows that a ticket may open, and those that its children may open in turn, as they are published."""

        def calendar_of(child: Definition) -> Calendar:
            calendar = self._directory.sites[site].calendar
            return revisions.calendar_for(self._session, self._published, child, calendar)

        return openable_by(definition, self._published.catalogue.definitions, calendar_of, nothing_yet)
