"""Whole tickets: every row that is stored of one, as it is stored, whatever it says.

For whoever has to see what is wrong with them. Nothing here is made into values of `workflow`, so that a row which
nobody could have written can be read, too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, select
from sqlalchemy.orm import Session

from service import tables
from service.db import Base, table_of

Stored = Mapping[Any, Any]
"""A row by the names of its columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """One ticket with all that is stored of it.

    `relatives` are the tickets that its entries say it has opened and the one that its row says opened it, by number:
    id, parent_id, root_id, ended_at. `claimed` is whether the entries of that one say so, too. `occurrence` is the row
    of the period that it was opened for.
    """

    row: Stored
    entries: tuple[Row[Any], ...]
    values: tuple[Stored, ...]
    clocks: tuple[Stored, ...]
    timers: tuple[Stored, ...]
    notices: tuple[Stored, ...]
    attachments: tuple[Stored, ...]
    relatives: Mapping[str, Stored]
    claimed: bool
    occurrence: Stored | None

    @property
    def number(self) -> str:
        return str(self.row["number"])


def whole(session: Session, ids: Sequence[int]) -> list[Whole]:
    """The tickets with these ids, in their order; nine statements for any number of them."""
    ticket = table_of(tables.Ticket)
    rows = {row["id"]: row for row in session.execute(select(ticket).where(_among(ticket.c.id, ids))).mappings().all()}
    entry = table_of(tables.Entry)
    entries: dict[int, list[Row[Any]]] = defaultdict(list)
    for one in session.execute(select(entry).where(_among(entry.c.ticket_id, ids)).order_by(entry.c.sequence)).all():
        entries[one.ticket_id].append(one)
    values = _of(session, tables.FieldValue, ids)
    clocks, timers = _of(session, tables.Clock, ids), _of(session, tables.Timer, ids)
    notices, attachments = _of(session, tables.Notice, ids), _of(session, tables.Attachment, ids)
    occurrences = _of(session, tables.Occurrence, ids)
    opened = {id_: [child["number"] for one in entries[id_] for child in one.opened or ()] for id_ in rows}
    parents = {row["parent_id"] for row in rows.values() if row["parent_id"] is not None}
    claims = _claims(session, parents)
    known = _relatives(session, [number for numbers in opened.values() for number in numbers], parents)
    found = []
    for id_ in ids:
        row = rows.get(id_)
        if row is None:
            continue
        mine = {*opened[id_], *(number for number, one in known.items() if one["id"] == row["parent_id"])}
        found.append(
            Whole(
                row=row,
                entries=tuple(entries[id_]),
                values=tuple(values[id_]),
                clocks=tuple(clocks[id_]),
                timers=tuple(timers[id_]),
                notices=tuple(notices[id_]),
                attachments=tuple(attachments[id_]),
                relatives={number: known[number] for number in mine if number in known},
                claimed=row["number"] in claims.get(row["parent_id"], ()),
                occurrence=next(iter(occurrences[id_]), None),
            )
        )
    return found


def _among(column: ColumnElement[int], ids: Sequence[int]) -> ColumnElement[bool]:
    """Ids stand in the statement as they are: so many places to be filled in take longer than reading the rows."""
    return column.in_(bindparam(None, ids, expanding=True, literal_execute=True))


def _of(session: Session, stored: type[Base], ids: Sequence[int]) -> dict[int, list[Stored]]:
    table = table_of(stored)
    chosen = select(table).where(_among(table.c.ticket_id, ids)).order_by(*table.primary_key.columns)
    found: dict[int, list[Stored]] = defaultdict(list)
    for row in session.execute(chosen).mappings().all():
        found[row["ticket_id"]].append(row)
    return found


def _claims(session: Session, parents: set[int]) -> dict[int, set[str]]:
    """The numbers of all tickets that these have opened by what their entries say."""
    if not parents:
        return {}
    entry = table_of(tables.Entry)
    opening = entry.c.ticket_id.in_(parents), entry.c.opened.is_not(None)
    found: dict[int, set[str]] = {}
    for row in session.execute(select(entry.c.ticket_id, entry.c.opened).where(*opening)):
        found.setdefault(row.ticket_id, set()).update(child["number"] for child in row.opened)
    return found


def _relatives(session: Session, numbers: Sequence[str], ids: set[int]) -> dict[str, Stored]:
    table = table_of(tables.Ticket)
    columns = (table.c.id, table.c.number, table.c.parent_id, table.c.root_id, table.c.ended_at)
    wanted: list[ColumnElement[bool]] = [table.c.number.in_(numbers)] if numbers else []
    wanted += [table.c.id.in_(ids)] if ids else []
    # One statement for each: an OR would keep PostgreSQL from both indexes.
    return {row["number"]: row for one in wanted for row in session.execute(select(*columns).where(one)).mappings()}
