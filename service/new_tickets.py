"""New tickets: the numbers that they get, and their rows, children below the ticket that opened them.

Until it is stored, a ticket goes by a number that only its kin knows; whatever was decided under that is written under
the one that people can say.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Integer, Text, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import records, storing, tables
from service.db import table_of
from service.directory import Directory
from service.storing import Outcome, addressed
from workflow.entry import Child
from workflow.ticket import Decision, Ticket


def store_kin(
    session: Session,
    outcomes: Sequence[Outcome],
    directory: Directory,
    *,
    recorded_at: dt.datetime,
    request_id: str | None = None,
    root: int | None = None,
) -> tuple[Outcome, ...]:
    """Write what has been decided about tickets of one kin, parents before children; those without an id are new.

    `root` is the id of the ticket above all of them, None if that is the first of them and new. Gives what was written,
    numbered and with the people who are told. Raises ChangedMeanwhile as `apply` does.
    """
    numbers = _numbers(session, [one for one in outcomes if not one.loaded.id])
    named = [_named(one, numbers) for one in outcomes if one.decisions]
    existing = [addressed(one, directory) for one in named if one.loaded.id]
    storing.apply(session, existing, recorded_at=recorded_at, request_id=request_id)
    ids = {one.loaded.ticket.number: one.loaded.id for one in outcomes if one.loaded.id}
    born = []
    waiting = [addressed(one, directory) for one in named if not one.loaded.id]
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent in ids]
        inserted = _insert(session, ready, ids, root)
        ids |= {one.ticket.number: one.loaded.id for one in inserted}
        root = root if root is not None else inserted[0].loaded.id
        born += inserted
        waiting = [one for one in waiting if one.ticket.number not in ids]
    if born:
        storing.write_rows(session, storing.rows_of(born, recorded_at, request_id))
    return (*existing, *born)


def _insert(session: Session, born: Sequence[Outcome], ids: Mapping[str, int], root: int | None) -> list[Outcome]:
    """The rows of new tickets whose parents exist, with one statement."""
    rows = [
        {
            **records.ticket_columns(one.ticket, one.definition),
            "number": one.ticket.number,
            "site_id": one.ticket.site,
            "calendar_revision": one.loaded.calendar_revision,
            "parent_id": ids[one.parent] if one.parent else None,
            "root_id": root if one.parent else None,
        }
        for one in born
    ]
    table = table_of(tables.Ticket)
    if len(rows) == 1:
        id_ = session.connection().execute(_INSERT, rows[0]).scalar_one()
        return [replace(born[0], loaded=replace(born[0].loaded, id=id_))]
    session.execute(insert(table), rows)
    # Looked up by their numbers and not returned by the insert: SQLite would write the rows one by one for that.
    chosen = select(table.c.number, table.c.id).where(table.c.number.in_([row["number"] for row in rows]))
    found: dict[str, int] = {row.number: row.id for row in session.execute(chosen)}
    return [replace(one, loaded=replace(one.loaded, id=found[one.ticket.number])) for one in born]


def _numbers(session: Session, born: Sequence[Outcome]) -> dict[str, str]:
    """The numbers that new tickets get, by those that they go by so far; all are of one site."""
    if not born:
        return {}
    site = born[0].loaded.ticket.site
    years = {one.loaded.ticket.number: one.loaded.calendar.local_date(one.loaded.ticket.at).year for one in born}
    following = {
        year: _next_numbers(session, site, year, count) for year, count in sorted(Counter(years.values()).items())
    }
    return {number: next(following[year]) for number, year in years.items()}


def _next_numbers(session: Session, site: str, year: int, count: int) -> Iterator[str]:
    """The next numbers that people can say: per site and year, none given twice."""
    connection = session.connection()
    given = connection.execute(_counted(connection.dialect.name), {"site": site, "year": year, "more": count}).one()
    return (f"{given.prefix}-{year}-{number:05d}" for number in range(given.last - count + 1, given.last + 1))


_INSERT = insert(table_of(tables.Ticket)).returning(table_of(tables.Ticket).c.id)


@cache
def _counted(database: str) -> Any:
    table = table_of(tables.TicketNumber)
    more, site = bindparam("more", type_=Integer()), bindparam("site", type_=Text())
    dialect = postgresql if database == "postgresql" else sqlite
    first = dialect.insert(table).values(site_id=site, year=bindparam("year"), last=more)
    counted = first.on_conflict_do_update(index_elements=["site_id", "year"], set_={"last": table.c.last + more})
    prefix = select(tables.Site.number_prefix).where(tables.Site.id == site).scalar_subquery()
    return counted.returning(table.c.last, prefix.label("prefix"))


# --- Under the numbers that they get ----------------------------------------------------------------------------------


def _named(outcome: Outcome, numbers: Mapping[str, str]) -> Outcome:
    if not numbers:
        return outcome
    return replace(
        outcome,
        loaded=replace(outcome.loaded, ticket=_ticket(outcome.loaded.ticket, numbers)),
        decisions=tuple(_decision(one, numbers) for one in outcome.decisions),
        parent=numbers.get(outcome.parent, outcome.parent) if outcome.parent is not None else None,
    )


def _ticket(ticket: Ticket, numbers: Mapping[str, str]) -> Ticket:
    number = numbers.get(ticket.number, ticket.number)
    return replace(ticket, number=number, children=_children(ticket.children, numbers))


def _decision(decision: Decision, numbers: Mapping[str, str]) -> Decision:
    entry = decision.entry
    if entry.kind == "child":
        entry = replace(entry, name=numbers.get(entry.name, entry.name))
    entry = replace(entry, opened=_children(entry.opened, numbers))
    return replace(decision, entry=entry, ticket=_ticket(decision.ticket, numbers))


def _children(children: tuple[Child, ...], numbers: Mapping[str, str]) -> tuple[Child, ...]:
    return tuple(replace(one, number=numbers.get(one.number, one.number)) for one in children)
