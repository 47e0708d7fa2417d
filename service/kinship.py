"""Tickets that belong together, held and read as one: a ticket, those that opened it, and those that it opened.

Whoever writes one of them locks the root of all first, and then the others by their ids, which are those of parents
before those of children. A sweep waits for no lock: it leaves what somebody else holds to the next one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service import records, tables
from service.at_once import read_tickets
from service.db import table_of
from service.loading import Loaded
from service.now import Now
from service.records import TicketRow
from service.storing import Outcome
from workflow.kin import Kin, Member


def has_kin(row: TicketRow) -> bool:
    """Whether other tickets may change with this one: one that opened it, or open ones that it opened."""
    return row.parent_id is not None or bool(row.children)


def with_kin(session: Session, now: Now, row: TicketRow, *, hold: bool) -> tuple[TicketRow, list[TicketRow]]:
    """A ticket that has kin, and all of them by id, read at once; with `hold`, held against others who write them.

    `row` is the ticket as it was before anybody held it. The root is locked before all others, so that two who move
    tickets of one kin take their turns; what a statement reads that has to wait for a lock may be old, and so all are
    read once they are held.
    """
    table = table_of(tables.Ticket)
    root = row.root_id or row.id
    others = select(table.c.id).where(_others([root], row.number)).order_by(table.c.id)
    if hold:
        session.execute(select(table.c.id).where(table.c.id == root).with_for_update())
        others = others.with_for_update()
    rows = read_tickets(session, now, [root, *session.execute(others).scalars()])
    return next(one for one in rows if one.id == row.id), rows


def claimed_with_kin(
    session: Session, now: Now, claimed: Sequence[TicketRow], *, lock: bool = True
) -> tuple[list[TicketRow], list[list[TicketRow]]]:
    """Of rows that a sweep has claimed, those that have no kin, and the others with all of theirs, kin by kin.

    Kin of which somebody else holds a row is left out. Without `lock` it is only looked at.
    """
    alone = [row for row in claimed if row.root_id is None and not row.children]
    roots = {row.root_id or row.id for row in claimed} - {row.id for row in alone}
    if not roots:
        return alone, []
    table = table_of(tables.Ticket)
    chosen = select(table).where(table.c.id.in_(roots)).order_by(table.c.id)
    chosen = chosen.with_for_update(skip_locked=True) if lock else chosen
    held = {row.id: [row] for row in records.read_rows(session, chosen, now)}
    if held:
        others = select(table).where(_others(held.keys())).order_by(table.c.id)
        others = others.with_for_update(skip_locked=True) if lock else others
        for row in records.read_rows(session, others, now):
            held[row.root_id].append(row)
    return alone, [rows for rows in held.values() if _whole(rows)]


def _others(roots: Collection[int], number: str | None = None) -> ColumnElement[bool]:
    """The tickets below these roots that are open, those that opened them, and the one with a number."""
    table = table_of(tables.Ticket)
    child = table.alias()
    parents = select(child.c.parent_id).where(child.c.root_id.in_(roots), child.c.ended_at.is_(None))
    wanted: list[ColumnElement[bool]] = [table.c.ended_at.is_(None), table.c.id.in_(parents)]
    if number is not None:
        mine = select(child.c.parent_id).where(child.c.number == number)
        wanted += [table.c.number == number, table.c.id.in_(mine)]
    return table.c.root_id.in_(roots) & or_(*wanted)


def _whole(rows: Iterable[TicketRow]) -> bool:
    """Whether every open child of these rows, and the parent of each, is among them."""
    rows = list(rows)
    numbers, ids = {row.number for row in rows}, {row.id for row in rows}
    children = {child["number"] for row in rows for child in row.children or ()}
    parents = {row.parent_id for row in rows if row.parent_id is not None and row.ended_at is None}
    return children <= numbers and parents <= ids


def kin_of(rows: Sequence[TicketRow], loaded: Mapping[int, Loaded], until: dt.datetime, moved: int = 0) -> Kin:
    """The kin of these rows, parents before children.

    What is due on one that is set aside until later does not fire, unless it is the one `moved` (its id).
    """
    numbers = {row.id: row.number for row in rows}
    return Kin(
        Member(
            ticket=loaded[row.id].ticket,
            definition=loaded[row.id].definition,
            facts=loaded[row.id].facts,
            parent=numbers.get(row.parent_id),
            frozen=row.set_aside_until is not None and row.set_aside_until > until and row.id != moved,
        )
        for row in sorted(rows, key=lambda row: row.id)
    )


def outcomes_of(kin: Kin, loaded: Iterable[Loaded]) -> list[Outcome]:
    """What came of each member, those that were born included, as they are to be written."""
    known = {one.ticket.number: one for one in loaded}
    found = []
    for number, member in kin.members.items():
        one = known.get(number)
        if one is None:
            calendar = member.facts.calendar
            one = Loaded(
                id=0,
                ticket=member.was,
                definition=member.decisions[0].definition,
                calendar=calendar,
                calendar_revision=calendar.revision,
                facts=member.facts,
            )
        found.append(
            Outcome(loaded=one, decisions=tuple(member.decisions), parent=member.parent if not one.id else None)
        )
    return found
