"""Finding tickets: one ticket as it stands, lists, and what somebody may do with one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session

from service import records, revisions, tables, texts
from service.access import may_read
from service.db import table_of
from service.directory import EVERYWHERE, Directory
from service.labels import Labels, labels_of
from service.loading import NUMBER, Loaded, TicketUnknown, load, scene_of, seen
from service.moves import Decided
from service.now import Now
from service.records import TicketRow, read_rows
from service.revisions import Published
from service.staff import directory_of
from workflow import deciding
from workflow.deciding import Possible, explain
from workflow.definition import Definition
from workflow.entry import Value
from workflow.settling import settle
from workflow.ticket import Actor, Ticket

MOST = 200
"""Tickets on one page at the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A ticket as one person sees it, at one instant."""

    loaded: Loaded
    row: TicketRow
    published: Published
    directory: Directory
    actor: Actor
    at: dt.datetime
    labels: Labels


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to look for; None is anything. `before` is the cursor: ids smaller than it.

    A workflow that is the head of a family means its classes too.
    """

    site: str | None = None
    workflow: str | None = None
    state: str | None = None
    open: bool | None = None
    assignee: str | None = None
    late: bool | None = None
    text: str | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some tickets, newest first, and the cursor for those after them (None: there are no more)."""

    seen: tuple[Seen, ...]
    following: int | None


def show(session: Session, now: Now, number: str, person: str) -> Seen:
    """One ticket. Raises TicketUnknown, also for one that the person may not see, TicketUnreadable."""
    row = seen(session, now, number, person)
    published, directory = scene_of(session, row)
    if not may_read(person, row, published.catalogue, directory):
        raise TicketUnknown(number)
    loaded = load(session, [row], published, directory)[0]
    return _seen(session, [(loaded, row)], published, directory, person)[0]


def held(session: Session, now: Now, person: str, holder: str) -> tuple[str, ...]:
    """The numbers of the open tickets that a holder has and the person may see, the oldest first."""
    published = revisions.current(session)
    directory = directory_of(session, published, now.instant(session))
    ticket = table_of(tables.Ticket).c
    wanted = Wanted(open=True, assignee=holder)
    chosen = select(ticket.number).where(*_conditions(wanted, person, directory, published)).order_by(ticket.id)
    return tuple(session.execute(chosen).scalars())


def after(session: Session, decided: Decided, person: str) -> Seen:
    """A ticket as the person who moves it sees it afterwards; also one that a dry run only imagined."""
    outcome = decided.outcome
    ticket, definition = outcome.ticket, outcome.definition
    loaded = replace(outcome.loaded, ticket=ticket, definition=definition)
    columns = {**records.called(ticket, definition), "fault": None}
    row = TicketRow(loaded.id, columns, ticket.at)
    return _seen(session, [(loaded, row)], decided.published, decided.directory, person)[0]


def labelled(session: Session, found: Seen, named: Iterable[tuple[Definition, Mapping[str, Value]]]) -> Seen:
    """The same with the names of what is in these values, too: what the ticket named earlier in its history."""
    site = found.loaded.ticket.site
    return replace(found, labels=labels_of(session, ((site, one.fields, values) for one, values in named)))


def possible(found: Seen) -> tuple[Possible, ...]:
    """Every transition of the ticket's definition, with what stands against it for the person who looks."""
    settled = _settled(found)
    return () if settled is None else explain(*settled, found.actor, found.loaded.facts, found.at)


def may_make(found: Seen) -> tuple[str, ...]:
    """The names of the transitions that the person who looks may make now, once he has typed what they ask."""
    settled = _settled(found)
    if settled is None:
        return ()
    return tuple(one.name for one in deciding.may_make(*settled, found.actor, found.loaded.facts, found.at))


def _settled(found: Seen) -> tuple[Definition, Ticket] | None:
    """The ticket settled in memory, so that what is due but not yet swept counts, with its definition then.

    None for one that is set aside and still cannot be settled, which is shown without transitions: whoever is told of
    it must be able to look at it.
    """
    loaded = found.loaded
    try:
        decisions = settle(loaded.definition, loaded.ticket, max(found.at, loaded.ticket.at), loaded.facts)
    except Exception:
        if found.row.fault is None:
            raise
        return None
    return (decisions[-1].definition, decisions[-1].ticket) if decisions else (loaded.definition, loaded.ticket)


def search(session: Session, now: Now, person: str, wanted: Wanted) -> Page:
    """The tickets that the person may see and that are as wanted."""
    published = revisions.current(session)
    at = now.instant(session)
    directory = directory_of(session, published, at)
    limit = max(1, min(wanted.limit, MOST))
    table = table_of(tables.Ticket)
    chosen = select(table).where(*_conditions(wanted, person, directory, published)).limit(limit + 1)
    rows: list[TicketRow] = []
    for each in _in_turn(session, chosen, wanted, limit):
        rows = read_rows(session, each, now)
        if len(rows) > limit:
            break
    page = rows[:limit]
    loaded = load(session, page, published, directory)
    return Page(
        seen=_seen(session, list(zip(loaded, page, strict=True)), published, directory, person),
        following=page[-1].id if len(rows) > limit else None,
    )


def _in_turn(session: Session, chosen: Select[Any], wanted: Wanted, limit: int) -> Iterable[Select[Any]]:
    """The statement, the newest ticket first; where a text is looked for, several: the first that is enough will do."""
    if wanted.text and not _is_number(wanted.text):
        return texts.among(session, chosen, wanted.text, before=wanted.before, enough=limit + 1)
    return (chosen.order_by(table_of(tables.Ticket).c.id.desc()),)


def _seen(
    session: Session,
    those: Sequence[tuple[Loaded, TicketRow]],
    published: Published,
    directory: Directory,
    person: str,
) -> tuple[Seen, ...]:
    labels = labels_of(session, ((one.ticket.site, one.definition.fields, one.ticket.fields) for one, _ in those))
    return tuple(
        Seen(
            loaded=loaded,
            row=row,
            published=published,
            directory=directory,
            actor=directory.actor(person, loaded.ticket.site),
            at=row.at,
            labels=labels,
        )
        for loaded, row in those
    )


def _conditions(
    wanted: Wanted, person: str, directory: Directory, published: Published
) -> Sequence[ColumnElement[bool]]:
    ticket = table_of(tables.Ticket).c
    found: list[ColumnElement[bool]] = []
    sites = directory.sites_of(person)
    if sites is not EVERYWHERE:
        his = {person, *directory.stands_for(person)}
        of_group = [one.name for one in published.catalogue.definitions.values() if one.of_group and sites]
        shared = [ticket.workflow.in_(of_group)] if of_group else []
        found.append(or_(ticket.site_id.in_(sites), ticket.receiver_id.in_(his), ticket.assignee_id.in_(his), *shared))
    for column, value in (
        (ticket.site_id, wanted.site),
        (ticket.state, wanted.state),
        (ticket.assignee_id, wanted.assignee),
    ):
        if value is not None:
            found.append(column == value)
    if wanted.workflow is not None:
        classes = [one.name for one in published.catalogue.definitions.values() if one.head == wanted.workflow]
        found.append(ticket.workflow.in_([wanted.workflow, *classes]))
    if wanted.open is not None:
        found.append(ticket.ended_at.is_(None) if wanted.open else ticket.ended_at.is_not(None))
    if wanted.late is not None:
        found.append(_late() if wanted.late else ~_late())
    if wanted.text and _is_number(wanted.text):
        found.append(ticket.number == wanted.text.upper())  # a whole number is one ticket, and is found at once
    if wanted.before is not None:
        found.append(ticket.id < wanted.before)
    return found


def _is_number(text: str) -> bool:
    return NUMBER.fullmatch(text.upper()) is not None


def _late() -> ColumnElement[bool]:
    """That a ticket has an open clock whose limit has been passed."""
    clock = table_of(tables.Clock).c
    mine = clock.ticket_id == table_of(tables.Ticket).c.id
    return exists().where(mine, clock.late_at.is_not(None), clock.ended_at.is_(None))
