"""Publishing: the files of the catalogue go live together, or none of them does."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from service import revisions, schedules, tables
from service.changes import Change, changes
from service.publishable import against
from service.revisions import NothingPublished, Published, RevisionUnreadable, StoredNames
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Text
from workflow.problems import DefinitionFaulty
from workflow.promises import proof


class PublishingRefused(Exception):
    """The files are right in themselves and still cannot go live: `reasons` says why, all of it."""

    def __init__(self, reasons: tuple[Text, ...]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reason.en for reason in reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing(Published):
    """What publishing led to; `stored` is False where the files say nothing new, and the publication is the old one."""

    changes: tuple[Change, ...]
    stored: bool


def proved(files: Mapping[str, str | bytes], at: dt.datetime) -> Catalogue:
    """The catalogue that these files are, if they may go live at `at`: without an error, and with promises that hold.

    Raises DefinitionFaulty with every problem. What has been proved once is not proved again: whoever holds no
    session yet asks this first, so that nobody waits for it.
    """
    return _proved(compile_catalogue(files, at), at)


def _proved(catalogue: Catalogue, at: dt.datetime) -> Catalogue:
    judged = proof.judged(catalogue, at)
    if broken := [problem for problem, reason in judged if reason is None]:
        raise DefinitionFaulty((*catalogue.warnings, *broken))
    waived = [(problem, reason) for problem, reason in judged if reason is not None]
    return replace(catalogue, waived=(*catalogue.waived, *waived))


def publish(
    session: Session, files: Mapping[str, str | bytes], at: dt.datetime, by: str | None = None, note: str = ""
) -> Publishing:
    """Makes these files (path -> text) the catalogue that holds from `at` on; nothing is stored if it is what holds.

    Open tickets keep their revisions. Raises DefinitionFaulty, with every problem, or PublishingRefused.
    """
    catalogue = compile_catalogue(files, at)
    if session.get_bind().dialect.name == "postgresql":
        # One publishing after the other; who reads does not wait. SQLite has one writer as it is.
        session.execute(text("LOCK TABLE publication IN EXCLUSIVE MODE"))
    before = _before(session)
    texts = _texts(files)
    if before.files != texts:  # what holds already was proved when it went live
        catalogue = _proved(catalogue, at)
    tickets = _open_tickets(session)
    _refuse(session, before, catalogue, tickets, at)
    changed = changes(before.catalogue, before.names.definitions, catalogue, tickets)
    if before.id is not None and before.at is not None and before.says(texts, catalogue):
        return Publishing(id=before.id, at=before.at, catalogue=catalogue, changes=changed, stored=False)
    publication_id = _store(session, texts, catalogue, at, by, note)
    schedules.begin(session, catalogue, at)
    return Publishing(id=publication_id, at=at, catalogue=catalogue, changes=changed, stored=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """What publishing would lead to: what held so far, what would hold, and what that changes.

    `before` is empty where this version of Duban cannot read any more what holds. `files` are those that are new, gone
    or written otherwise; none means that they are published already.
    """

    before: Catalogue
    catalogue: Catalogue
    changes: tuple[Change, ...]
    files: Mapping[str, str | None]


def foresee(session: Session, files: Mapping[str, str | bytes], at: dt.datetime) -> Foreseen:
    """What publishing these files would change, without doing it; raises what publish() would.

    `files` of the answer has the texts that hold so far, None for a file that is new.
    """
    catalogue = proved(files, at)
    before = _before(session)
    tickets = _open_tickets(session)
    _refuse(session, before, catalogue, tickets, at)
    texts = _texts(files)
    return Foreseen(
        before=before.catalogue,
        catalogue=catalogue,
        changes=changes(before.catalogue, before.names.definitions, catalogue, tickets),
        files={
            path: before.files.get(path)
            for path in sorted({*before.files, *texts})
            if before.files.get(path) != texts.get(path)
        },
    )


def holds_already(session: Session, files: Mapping[str, str | bytes]) -> bool:
    """Whether these are, letter by letter, the files of the newest publication."""
    return _before(session).files == _texts(files)


def _texts(files: Mapping[str, str | bytes]) -> dict[str, str]:
    return {path: one if isinstance(one, str) else one.decode("utf-8") for path, one in files.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One publishing as it is remembered; `by` is None for the command line, `files` are those that it changed."""

    id: int
    at: dt.datetime
    by: str | None
    note: str | None
    files: tuple[str, ...]


def publications(session: Session) -> tuple[Publication, ...]:
    """Everything that was ever published, the newest first; a file that was taken away counts as changed."""
    table, source = tables.Publication, tables.SourceFile
    texts: dict[int, dict[str, str]] = {}
    for number, path, one in session.execute(select(source.publication_id, source.path, source.text)):
        texts.setdefault(number, {})[path] = one
    found: list[Publication] = []
    before: dict[str, str] = {}
    columns = select(table.id, table.published_at, table.by_id, table.note).order_by(table.id)
    for number, at, by, note in session.execute(columns):
        now = texts.get(number, {})
        changed = tuple(path for path in sorted({*before, *now}) if before.get(path) != now.get(path))
        found.append(Publication(id=number, at=at, by=by, note=note, files=changed))
        before = now
    return tuple(reversed(found))


# What holds so far, as far as it can still be read.


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """What held until now; the catalogue is empty where this version of Duban cannot read it any more."""

    id: int | None = None
    at: dt.datetime | None = None
    files: Mapping[str, str]
    names: StoredNames
    catalogue: Catalogue

    def says(self, files: Mapping[str, str], catalogue: Catalogue) -> bool:
        return (
            self.files == files
            and self.names.definitions == {one.name: one.revision for one in catalogue.definitions.values()}
            and set(self.names.calendars.values()) == {one.revision for one in catalogue.calendars.values()}
        )


def _before(session: Session) -> _Before:
    try:
        publication_id, at = revisions.newest(session)
    except NothingPublished:
        return _Before(files={}, names=StoredNames({}, {}), catalogue=Catalogue())
    try:
        catalogue = revisions.current(session).catalogue
    except RevisionUnreadable:
        catalogue = Catalogue()
    return _Before(
        id=publication_id,
        at=at,
        files=revisions.files(session, publication_id),
        names=revisions.stored_names(session, publication_id),
        catalogue=catalogue,
    )


def _open_tickets(session: Session) -> Counter[tuple[str, str]]:
    """How many have not ended, by definition and revision."""
    table = tables.Ticket
    counted = (
        select(table.workflow, table.revision, func.count())
        .where(table.ended_at.is_(None))
        .group_by(table.workflow, table.revision)
    )
    return Counter({(workflow, revision): count for workflow, revision, count in session.execute(counted)})


def _refuse(
    session: Session, before: _Before, catalogue: Catalogue, tickets: Counter[tuple[str, str]], at: dt.datetime
) -> None:
    reasons = tuple(against(session, before.catalogue, before.names.definitions, catalogue, tickets, at))
    if reasons:
        raise PublishingRefused(reasons)


# Storing.


def _store(
    session: Session, texts: Mapping[str, str], catalogue: Catalogue, at: dt.datetime, by: str | None, note: str
) -> int:
    added = insert(tables.Publication).values(published_at=at, by_id=by, note=note or None)
    publication_id = session.execute(added.returning(tables.Publication.id)).scalar_one()
    session.execute(
        insert(tables.SourceFile),
        [{"publication_id": publication_id, "path": path, "text": one} for path, one in texts.items()],
    )
    definitions = {one.revision: {"workflow": one.name} for one in catalogue.definitions.values()}
    _store_revisions(session, tables.Revision, definitions, publication_id)
    days = {one.revision: {"name": one.name, "expanded": one.expanded()} for one in catalogue.calendars.values()}
    _store_revisions(session, tables.CalendarRevision, days, publication_id)
    return publication_id


def _store_revisions(
    session: Session,
    table: type[tables.Revision | tables.CalendarRevision],
    rows: Mapping[str, Mapping[str, object]],
    publication_id: int,
) -> None:
    """Adds the revisions that are new, and marks the others as published again, under the name that they have now."""
    known = set(session.execute(select(table.hash).where(table.hash.in_(rows))).scalars())
    for one in sorted(known):
        session.execute(
            update(table).where(table.hash == one).values(**rows[one], latest_publication_id=publication_id)
        )
    new = [
        {"hash": one, **row, "first_publication_id": publication_id, "latest_publication_id": publication_id}
        for one, row in rows.items()
        if one not in known
    ]
    if new:
        session.execute(insert(table), new)
