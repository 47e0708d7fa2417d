"""Everything that a database holds of its tickets, read at one moment, and what each history makes of its ticket."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import records, revisions, tables
from service.db import reading, table_of
from service.entries import histories_of
from service.now import Now
from tests.chaos import base_load
from workflow.entry import Entry
from workflow.history import blank, fold
from workflow.ticket import Ticket

Row = Mapping[str, Any]

AT_ONCE = 500
"""So many tickets are asked for by one statement."""


@dataclass(slots=True, kw_only=True)
class Kept:
    """One ticket: its row, what is stored of it, its entries, and `steps`, the ticket after each of them."""

    row: Row
    ticket: Ticket
    lines: Sequence[Row]
    history: Sequence[Entry]
    steps: Sequence[Ticket]
    values: Sequence[Row] = ()
    notices: Sequence[Row] = ()
    attachments: Sequence[Row] = ()

    @property
    def number(self) -> str:
        return str(self.row["number"])


@dataclass(slots=True, kw_only=True)
class Stored:
    """All of it, at the instant `at`."""

    at: dt.datetime
    tickets: dict[str, Kept]
    answers: Sequence[Row]
    files: Sequence[Row]
    occurrences: Sequence[Row]
    publications: int
    unreadable: str = ""
    known_revisions: frozenset[str] = frozenset()
    ids: dict[int, str] = field(default_factory=dict)


def look(app: Flask, now: Now, numbers: Collection[str] | None = None, request: str = "") -> Stored:
    """What is stored of all tickets but the base load, or of some and those a request has touched, with their kin."""
    with app.app_context(), reading() as session:
        if numbers is None:
            return _look(session, now, None)
        entry, ticket = tables.Entry, tables.Ticket
        touched = select(entry.ticket_id).where(entry.request_id == request)
        chosen = select(ticket.id, ticket.root_id).where(ticket.number.in_(numbers) | ticket.id.in_(touched))
        return _look(session, now, {root or id_ for id_, root in session.execute(chosen)})


def _look(session: Session, now: Now, roots: Collection[int] | None) -> Stored:
    ticket = table_of(tables.Ticket)
    chosen = select(ticket).order_by(ticket.c.id)
    if roots is None:
        chosen = chosen.where(~base_load.is_base())
    else:
        chosen = chosen.where(ticket.c.id.in_(roots) | ticket.c.root_id.in_(roots))
    rows = records.read_rows(session, chosen, now)
    ids = {row.id: row.number for row in rows}
    definitions = {row.revision: revisions.definition(session, row.workflow, row.revision) for row in rows}
    tickets = records.tickets_of(session, rows, definitions)
    lines = _grouped(session, tables.Entry, "ticket_id", ids, order="sequence")
    used = {line["revision"]: line["workflow"] for those in lines.values() for line in those}
    definitions |= {one: revisions.definition(session, workflow, one) for one, workflow in used.items()}
    calendars = {
        one: revisions.calendar(session, one)
        for one in {line["calendar_revision"] for those in lines.values() for line in those}
    }
    histories = histories_of(session, list(ids), definitions)
    values = _grouped(session, tables.FieldValue, "ticket_id", ids)
    notices = _grouped(session, tables.Notice, "ticket_id", ids)
    attachments = _grouped(session, tables.Attachment, "ticket_id", ids)
    found = {}
    for row in rows:
        history = histories[row.id]
        steps: list[Ticket] = []
        source = definitions[history[0].revision] if history else definitions[row.revision]
        now_ = blank(source, number=row.number, site=row.site_id, at=history[0].at if history else row.at)
        for position, entry in enumerate(history):
            definition = definitions[entry.revision]
            now_ = fold(now_, entry, definition, calendars[entry.calendar], source=source, history=history[:position])
            source = definition
            steps.append(now_)
        found[row.number] = Kept(
            row=dict(row.columns),
            ticket=tickets[row.id],
            lines=lines.get(row.id, ()),
            history=history,
            steps=steps,
            values=values.get(row.id, ()),
            notices=notices.get(row.id, ()),
            attachments=attachments.get(row.id, ()),
        )
    unreadable = ""
    try:
        revisions.current(session)
    except (revisions.NothingPublished, revisions.RevisionUnreadable) as error:
        unreadable = str(error)
    file = table_of(tables.File)
    columns = [column for column in file.c if column.name != "content"]
    return Stored(
        at=now.instant(session),
        tickets=found,
        answers=_all(session, select(table_of(tables.Idempotency))),
        files=_all(session, select(*columns)),
        occurrences=_all(session, select(table_of(tables.Occurrence))),
        publications=len(_all(session, select(tables.Publication.id))),
        unreadable=unreadable,
        known_revisions=frozenset(session.execute(select(tables.Revision.hash)).scalars()),
        ids=ids,
    )


def _all(session: Session, chosen: Any) -> list[Row]:
    return [dict(row) for row in session.execute(chosen).mappings()]


def _grouped(
    session: Session, what: Any, by: str, ids: Collection[int], order: str | None = None
) -> dict[int, list[Row]]:
    table = table_of(what)
    chosen = select(table)
    if order is not None:
        chosen = chosen.order_by(table.c[by], table.c[order])
    found: dict[int, list[Row]] = defaultdict(list)
    all_ = list(ids)
    for begin in range(0, len(all_), AT_ONCE):
        for row in _all(session, chosen.where(table.c[by].in_(all_[begin : begin + AT_ONCE]))):
            found[row[by]].append(row)
    return found
