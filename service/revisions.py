"""What has been published: the catalogue that holds now, and the revisions that tickets are pinned to.

The database keeps the authors' texts; what they say is worked out once in each process and shared by its threads. A
definition is known by the hash of its behaviour and a calendar by that of its days, so neither ever grows old.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from service import tables
from service.db import PerDatabase
from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.compiling import compile_published
from workflow.definition import Definition, Text
from workflow.problems import DefinitionFaulty

_KEPT_PUBLICATIONS = 4
"""How many are kept read: a long transaction may still see the one before the newest."""


MOST_COUNTED = 10_000
"""Open tickets of one revision are not counted beyond that."""


class NothingPublished(Exception):
    """No catalogue has been published yet: `duban publish` does it."""

    text = Text(
        "No catalogue has been published yet: `duban publish` does it.", "还没有发布流程库：用 duban publish 发布。"
    )

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class RevisionUnknown(Exception):
    """A revision that was never published here."""

    def __init__(self, what: str, revision: str) -> None:
        self.revision = revision
        super().__init__(f"no revision {revision} of {what} was ever published here")


class RevisionUnreadable(Exception):
    """This version of Duban reads a published text otherwise than the one that published it, or not at all."""

    def __init__(self, what: str, revision: str, publication_id: int, why: str) -> None:
        self.revision = revision
        self.publication_id = publication_id
        super().__init__(
            f"{what} was published as revision {revision} (publication {publication_id}), and this version of Duban "
            f"cannot read it so: {why}. Use the version that published it, or publish the definitions again."
        )


class CalendarUnknown(Exception):
    """A calendar that no publication has."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"no calendar {name} was ever published here")


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A publication as it is read: its calendars have the days that were published, whatever is known today."""

    id: int
    at: dt.datetime
    catalogue: Catalogue


def current(session: Session, seen: tuple[int, dt.datetime] | None = None) -> Published:
    """The newest publication that the transaction sees. Raises NothingPublished, RevisionUnreadable.

    `seen` is what `newest` says, where that has been read together with something else.
    """
    kept = _kept.of(session)
    seen = seen or newest(session)
    found = kept.publications.get(seen)
    if found is None:
        with kept.loading:
            found = kept.publications.get(seen)
            if found is None:
                found = _read(session, seen)
                _keep(session, kept, found)
    return found


def newest(session: Session) -> tuple[int, dt.datetime]:
    """The number of the newest publication and its instant. Raises NothingPublished."""
    table = tables.Publication
    row = session.execute(select(table.id, table.published_at).order_by(table.id.desc()).limit(1)).one_or_none()
    if row is None:
        raise NothingPublished
    return row.id, row.published_at


def definition(session: Session, workflow: str, revision: str) -> Definition:
    """The definition that a ticket is pinned to, in the newest text of that revision that current() has met.

    Raises RevisionUnknown, RevisionUnreadable.
    """
    kept = _kept.of(session)
    found = kept.definitions.get(revision)
    if found is None:
        with kept.loading:
            found = kept.definitions.get(revision)
            if found is None:
                found = kept.definitions[revision] = _read_definition(session, workflow, revision)
    if found.name != workflow:
        raise RevisionUnknown(workflow, revision)
    return found


def calendar(session: Session, revision: str) -> Calendar:
    """The calendar that a ticket is pinned to. Raises RevisionUnknown."""
    kept = _kept.of(session)
    found = kept.calendars.get(revision)
    if found is None:
        table = tables.CalendarRevision
        row = session.execute(select(table.name, table.expanded).where(table.hash == revision)).one_or_none()
        if row is None:
            raise RevisionUnknown("a calendar", revision)
        found = kept.calendars.setdefault(revision, Calendar.from_expanded(row.expanded, row.name))
    return found


def calendar_for(
    session: Session, published: Published, definition: Definition, site_calendar: str | None = None
) -> Calendar:
    """The calendar that a ticket gets: the site's own, or else the definition's.

    One that the newest publication has no longer is that of the last one which had it. Raises CalendarUnknown.
    """
    name = site_calendar or definition.calendar
    found = published.catalogue.calendars.get(name)
    if found is not None:
        return found
    table = tables.CalendarRevision
    latest = select(table.hash).where(table.name == name).order_by(table.latest_publication_id.desc()).limit(1)
    revision = session.execute(latest).scalar_one_or_none()
    if revision is None:
        raise CalendarUnknown(name)
    return calendar(session, revision)


@dataclass(frozen=True, slots=True)
class StoredNames:
    """The revisions of the newest publication by name; calendars with the same days are under one name only."""

    definitions: Mapping[str, str]
    calendars: Mapping[str, str]


def stored_names(session: Session, publication_id: int) -> StoredNames:
    """The revisions of a publication, which must be the newest one."""
    revision, kept = tables.Revision, tables.CalendarRevision
    definitions = select(revision.workflow, revision.hash).where(revision.latest_publication_id == publication_id)
    calendars = select(kept.name, kept.hash).where(kept.latest_publication_id == publication_id)
    return StoredNames(
        {row.workflow: row.hash for row in session.execute(definitions)},
        {row.name: row.hash for row in session.execute(calendars)},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A revision of a definition as it was published: first, last, and how many open tickets are pinned to it, of
    which MOST_COUNTED are counted at the most.

    `by` and `note` are of the latest publication: None for the command line, and for no note.
    """

    revision: str
    first_at: dt.datetime
    latest_at: dt.datetime
    latest_publication_id: int
    open_tickets: int
    by: str | None = None
    note: str | None = None


def issued(session: Session, workflow: str) -> tuple[Issued, ...]:
    """All revisions of a definition that were ever published, newest first; empty for an unknown one."""
    revision, ticket = tables.Revision, tables.Ticket
    first, latest = aliased(tables.Publication), aliased(tables.Publication)
    open_ = select(ticket.id).where(
        ticket.workflow == revision.workflow, ticket.revision == revision.hash, ticket.ended_at.is_(None)
    )
    some = open_.correlate(revision).limit(MOST_COUNTED).subquery()
    opened = select(func.count()).select_from(some).scalar_subquery()
    rows = session.execute(
        select(revision.hash, first.published_at, latest.published_at, latest.id, opened, latest.by_id, latest.note)
        .join(first, first.id == revision.first_publication_id)
        .join(latest, latest.id == revision.latest_publication_id)
        .where(revision.workflow == workflow)
        .order_by(latest.id.desc(), revision.hash)
    )
    return tuple(
        Issued(
            revision=hash_,
            first_at=first_at,
            latest_at=latest_at,
            latest_publication_id=publication,
            open_tickets=count,
            by=by,
            note=note,
        )
        for hash_, first_at, latest_at, publication, count, by, note in rows
    )


def files(session: Session, publication_id: int) -> dict[str, str]:
    """The texts of a publication by path, as their authors wrote them."""
    table = tables.SourceFile
    chosen = select(table.path, table.text).where(table.publication_id == publication_id).order_by(table.path)
    return {row.path: row.text for row in session.execute(chosen)}


@dataclass(slots=True, eq=False)
class _Kept:
    """What this process has read of one database. Readers take no lock: a value is complete before it is put in."""

    publications: OrderedDict[tuple[int, dt.datetime], Published] = field(default_factory=OrderedDict)
    definitions: dict[str, Definition] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    newest: tuple[int, dt.datetime] | None = None
    loading: threading.RLock = field(default_factory=threading.RLock)


_kept = PerDatabase(_Kept)  # two databases number their publications alike


def _read(session: Session, seen: tuple[int, dt.datetime]) -> Published:
    stored = stored_names(session, seen[0])
    while (meanwhile := newest(session)) != seen:
        # Somebody published between two statements, and what stayed the same belongs to theirs now.
        seen, stored = meanwhile, stored_names(session, meanwhile[0])
    publication_id, at = seen
    catalogue = _compile(session, publication_id, ", ".join(stored.definitions), ", ".join(stored.definitions.values()))
    for workflow, revision in stored.definitions.items():
        _require(catalogue, workflow, revision, publication_id)
    calendars = _as_published(session, publication_id, stored, catalogue)
    return Published(id=publication_id, at=at, catalogue=replace(catalogue, calendars=calendars))


def _keep(session: Session, kept: _Kept, published: Published) -> None:
    kept.publications[published.id, published.at] = published
    while len(kept.publications) > _KEPT_PUBLICATIONS:
        kept.publications.popitem(last=False)
    seen = (published.id, published.at)
    if kept.newest is not None and seen <= kept.newest:
        return
    # Publications in between, which this process has not met, may have worded an older revision anew.
    revision = tables.Revision
    worded = select(revision.hash).where(revision.latest_publication_id >= (kept.newest or seen)[0])
    for one in session.execute(worded).scalars():
        kept.definitions.pop(one, None)
    kept.definitions.update({one.revision: one for one in published.catalogue.definitions.values()})
    kept.calendars.update({one.revision: one for one in published.catalogue.calendars.values()})
    kept.newest = seen


def _read_definition(session: Session, workflow: str, revision: str) -> Definition:
    table = tables.Revision
    stored = select(table.workflow, table.latest_publication_id).where(table.hash == revision)
    row = session.execute(stored).one_or_none()
    if row is None or row.workflow != workflow:
        raise RevisionUnknown(workflow, revision)
    catalogue = _compile(session, row.latest_publication_id, workflow, revision)
    return _require(catalogue, workflow, revision, row.latest_publication_id)


def _compile(session: Session, publication_id: int, what: str, revision: str) -> Catalogue:
    try:
        return compile_published(files(session, publication_id))
    except DefinitionFaulty as error:
        first = next(problem for problem in error.problems if problem.severity == "error")
        raise RevisionUnreadable(what, revision, publication_id, first.line()) from error


def _require(catalogue: Catalogue, workflow: str, revision: str, publication_id: int) -> Definition:
    found = catalogue.definitions.get(workflow)
    if found is None or found.revision != revision:
        why = f"it comes out as {found.revision}" if found else "it does not come out at all"
        raise RevisionUnreadable(workflow, revision, publication_id, why)
    return found


def _as_published(
    session: Session, publication_id: int, stored: StoredNames, catalogue: Catalogue
) -> Mapping[str, Calendar]:
    """The calendars of a publication's catalogue with the days that were published."""
    names = {one.revision: name for name, one in catalogue.calendars.items() if name in stored.calendars}
    found: dict[str, Calendar] = {}
    for name, compiled in catalogue.calendars.items():
        # Calendars with the same days are one revision, which is kept under the name of one of them.
        like = name if name in stored.calendars else names.get(compiled.revision)
        if like is None:
            why = f"its days come out as {compiled.revision}"
            raise RevisionUnreadable(f"the calendar {name}", "of days like another's", publication_id, why)
        # Of the same days, the ones just compiled: their names of days are those of this publication.
        revision = stored.calendars[like]
        one = compiled if compiled.revision == revision else calendar(session, revision)
        found[name] = one if one.name == name else Calendar.from_expanded(one.expanded(), name)
    return found
