"""Opening a file: who sent it may, until a ticket names it; then whoever may read that field of such a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import records, revisions, tables, uploads
from service.access import may_read
from service.db import table_of
from service.now import Now
from service.staff import directory_of
from service.uploads import Uploaded
from workflow.confidential import may_read_confidential
from workflow.definition import Definition, Field


class FileUnknown(Exception):
    """There is no such file, or none that the person may open."""

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(f"There is no file {file!r} that you may open.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A file with its bytes."""

    noted: Uploaded
    content: bytes


def open_file(session: Session, now: Now, file: str, person: str) -> Opened:
    """A file for a person who may open it; raises FileUnknown."""
    noted = uploads.noted(session, [file]).get(file) if uploads.ID.fullmatch(file) else None
    if noted is None or not _may_open(session, now, noted, person):
        raise FileUnknown(file)
    return Opened(noted=noted, content=uploads.content(session, file))


def _may_open(session: Session, now: Now, noted: Uploaded, person: str) -> bool:
    attachment, ticket = tables.Attachment, table_of(tables.Ticket)
    fields: dict[int, set[str]] = {}
    named = select(attachment.ticket_id, attachment.field).where(attachment.file_id == noted.id)
    for id_, name in session.execute(named):
        fields.setdefault(id_, set()).add(name)
    if not fields:
        return noted.uploaded_by == person
    rows = records.read_rows(session, select(ticket).where(ticket.c.id.in_(fields)).order_by(ticket.c.id), now)
    published = revisions.current(session)
    directory = directory_of(session, published, rows[0].at)
    for row in rows:
        if not may_read(person, row, published.catalogue, directory):
            continue
        actor = directory.actor(person, row.site_id)
        definition = revisions.definition(session, row.workflow, row.revision)
        here = records.tickets_of(session, [row], {row.revision: definition})[row.id]
        for name in fields[row.id]:
            classes = _classes(name, definition)
            if classes is not None and (not classes or may_read_confidential(actor, here, definition)):
                return True
    return False


def _classes(name: str, definition: Definition) -> tuple[str, ...] | None:
    """The confidential classes of a field, or of a column and its list; None for a field that is not there."""
    outer, _, column = name.partition(".")
    field: Field | None = definition.fields.get(outer)
    if field is None:
        return None
    inner = field.columns.get(column)
    return tuple(one.confidential for one in (field, inner) if one is not None and one.confidential is not None)
