"""Tickets read for deciding: with their pinned definition and calendar, and every fact that deciding may ask for."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from service import entries, records, revisions, sames, tables, totals
from service.access import may_read
from service.at_once import Moment, read_ticket
from service.db import passing, table_of
from service.directory import Directory
from service.named import named_in
from service.now import Now
from service.openable import Openables
from service.records import TicketRow, TicketUnreadable
from service.revisions import Published, RevisionUnknown, RevisionUnreadable
from service.staff import directory_of
from workflow.calendar import Calendar
from workflow.definition import Definition, FieldType
from workflow.entry import Entry
from workflow.frozen import derived
from workflow.history import blank
from workflow.moments import instant_of
from workflow.openable import family_of
from workflow.sameness import finds_others
from workflow.ticket import Facts, Link, Ticket
from workflow.typed import same_asked

NUMBER = re.compile(r"[A-Z0-9]{1,12}-[0-9]{4}-[0-9]{5,9}")
"""What a ticket's number looks like: KF-2026-00123."""


class TicketUnknown(Exception):
    """There is no such ticket, or none that the person may see."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(f"There is no ticket {number!r} that you may see.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A ticket with everything that deciding about it needs; `id` 0 for one that does not exist yet.

    `parent_id` is that of the ticket that opened it; `filed` are the fields that were ever given a value, or cleared.
    """

    id: int
    ticket: Ticket
    definition: Definition
    calendar: Calendar
    calendar_revision: str
    facts: Facts
    parent_id: int | None = None
    filed: frozenset[str] = frozenset()


def seen(session: Session, now: Now, number: str, person: str) -> TicketRow:
    """A ticket for looking at, read at once; raises TicketUnknown, and TicketUnreadable if the person may see it."""
    try:
        row = read_ticket(session, now, number) if NUMBER.fullmatch(number) else None
    except (
        TicketUnreadable,
        ValueError,
        OperationalError,
    ) as fault:
        if passing(fault):
            raise
        require_visible(session, now, number, person)
        raise TicketUnreadable(number) from (fault.__cause__ or fault)
    if row is None:
        raise TicketUnknown(number)
    return row


def require_visible(session: Session, now: Now, number: str, person: str) -> None:
    """Raises TicketUnknown for a ticket that the person may not see, whatever else is stored of it."""
    ticket = table_of(tables.Ticket)
    asked = (ticket.c.workflow, ticket.c.site_id, ticket.c.receiver_id, ticket.c.assignee_id)
    row = session.execute(select(*asked).where(ticket.c.number == number)).one()
    published = revisions.current(session)
    directory = directory_of(session, published, now.instant(session))
    if not may_read(person, row, published.catalogue, directory):
        raise TicketUnknown(number)


def scene_of(session: Session, moment: TicketRow | Moment) -> tuple[Published, Directory]:
    """What is published and who is who, at a moment that was read, perhaps at once with a ticket.

    No statement, unless somebody has published or changed something since this process last asked.
    """
    published = revisions.current(session, moment.publication)
    return published, directory_of(session, published, moment.at, moment.stamp)


def load(
    session: Session,
    rows: Sequence[TicketRow],
    published: Published,
    directory: Directory,
    *,
    fields: Mapping[str, object] | None = None,
    transition: str | None = None,
    person: str | None = None,
) -> list[Loaded]:
    """The tickets of these rows, in their order; `fields`, `transition` and `person` are those of a move asked for.

    Raises TicketUnreadable.
    """
    definitions, calendars = {}, {}
    for row in rows:
        try:
            definitions[row.revision] = revisions.definition(session, row.workflow, row.revision)
            calendars[row.calendar_revision] = revisions.calendar(session, row.calendar_revision)
        except (RevisionUnknown, RevisionUnreadable) as fault:
            raise TicketUnreadable(row.number) from fault
    parts = records.parts_of(session, rows)
    tickets = {row.id: records.ticket_of(row, parts[row.id], definitions[row.revision]) for row in rows}
    naming = [row for row in rows if fields or _names_others(definitions[row.revision])]
    numbers = {row.id: _linked(definitions[row.revision], fields or {}, tickets[row.id]) for row in naming}
    links = _links(session, published, frozenset().union(*numbers.values()))
    becoming = {revision for revision, one in definitions.items() if _may_become(one, transition)}
    known = histories(session, [row.id for row in rows if row.revision in becoming])
    openable = Openables(session, published, directory)
    grounds: dict[tuple[str, str, str], Facts] = {}
    for row in rows:
        if (ground := _ground_of(row)) not in grounds:
            definition, calendar = definitions[row.revision], calendars[row.calendar_revision]
            grounds[ground] = _facts(published, definition, calendar, directory, row.site_id, openable)
    facts = {row.id: grounds[_ground_of(row)] for row in rows}
    for row in rows:
        if history := known.get(row.id):
            facts[row.id] = facts[row.id].changed(history=history)
    for row in naming:
        definition = definitions[row.revision]
        named = named_in(session, published, definition, row.site_id, row.at, fields, person, tickets[row.id])
        here = _at(published, row.site_id, links, numbers[row.id])
        facts[row.id] = facts[row.id].changed(links=here, registers=named.registers, files=named.files)
    loaded = [
        Loaded(
            id=row.id,
            parent_id=row.parent_id,
            filed=frozenset(parts[row.id].values),
            ticket=tickets[row.id],
            definition=definitions[row.revision],
            calendar=calendars[row.calendar_revision],
            calendar_revision=row.calendar_revision,
            facts=facts[row.id],
        )
        for row in rows
    ]
    for place, one in enumerate(loaded if fields else ()):
        told = _with_same(session, published, one.facts, one.definition, one.ticket, fields or {}, transition, one.id)
        loaded[place] = replace(one, facts=told) if told is not one.facts else one
    if not any(totals.asked_by((*definitions.values(), *one.family.values())) for one in grounds.values()):
        return loaded
    sums = totals.totals(session, published, [asking(one) for one in loaded])
    return [
        replace(one, facts=one.facts.changed(totals=found)) if found else one
        for one, found in zip(loaded, sums, strict=True)
    ]


def _with_same(
    session: Session,
    published: Published,
    facts: Facts,
    definition: Definition,
    ticket: Ticket,
    fields: Mapping[str, object],
    transition: str | None,
    before: int | None = None,
) -> Facts:
    """The facts with what is to be known of earlier tickets that say the same, where the move asks for that."""
    move = definition.transitions.get(transition or "")
    if move is None or not finds_others(definition):
        return facts
    wanted = same_asked(move, definition, ticket, fields, facts)
    found = sames.found(session, published, wanted, definition, ticket.site, before)
    return facts.changed(same=found.same, links={**facts.links, **found.links}) if found.same else facts


def asking(loaded: Loaded) -> totals.Asking:
    """Until the ticket has ended, and for one that a schedule opened until it is due at the latest."""
    ticket = loaded.ticket
    ends = [ticket.ended_at, instant_of(ticket.due, loaded.calendar, as_limit=True)]
    until = min((end for end in ends if end is not None), default=None)
    definitions = (loaded.definition, *loaded.facts.family.values())
    return totals.Asking(site=ticket.site, since=ticket.opened, until=until, definitions=definitions)


def facts_for_opening(
    session: Session,
    published: Published,
    definition: Definition,
    calendar: Calendar,
    directory: Directory,
    site: str,
    fields: Mapping[str, object],
    *,
    transition: str,
    person: str | None,
    at: dt.datetime,
) -> Facts:
    """What deciding may know of a ticket that does not exist yet; `fields` are those that `person` typed."""
    numbers = _linked(definition, fields, None)
    named = named_in(session, published, definition, site, at, fields, person, None)
    facts = _facts(published, definition, calendar, directory, site, Openables(session, published, directory))
    facts = facts.changed(
        links=_at(published, site, _links(session, published, numbers), numbers),
        registers=named.registers,
        files=named.files,
        totals=totals.nothing_yet((definition, *facts.family.values())),
    )
    new = blank(definition, number="", site=site, at=at)
    return _with_same(session, published, facts, definition, new, fields, transition)


def _ground_of(row: TicketRow) -> tuple[str, str, str]:
    """What the facts of a ticket rest on; those that it shares its ground with know the same, but for what it names."""
    return row.revision, row.calendar_revision, row.site_id


def _facts(
    published: Published,
    definition: Definition,
    calendar: Calendar,
    directory: Directory,
    site: str,
    openable: Openables,
) -> Facts:
    return Facts(
        calendar=calendar,
        family=family_of(definition, published.catalogue.definitions),
        people=directory.active,
        departments=directory.departments_of(site),
        openable=openable.of(definition, site),
    )


def entries_since(session: Session, ticket_id: int, version: int) -> tuple[Entry, ...]:
    """The entries that raised a ticket's version past `version`, oldest first."""
    return tuple(entry for entry in histories(session, [ticket_id])[ticket_id] if entry.version > version)


def histories(session: Session, ids: Sequence[int]) -> dict[int, tuple[Entry, ...]]:
    """The entries of these tickets, oldest first: three statements for any number of them."""
    if not ids:
        return {}
    table = tables.Entry.__table__
    chosen = select(table.c.workflow, table.c.revision).where(table.c.ticket_id.in_(ids)).distinct()
    used = {row.revision: revisions.definition(session, row.workflow, row.revision) for row in session.execute(chosen)}
    return entries.histories_of(session, ids, used)


def _may_become(definition: Definition, transition: str | None) -> bool:
    """Whether this move, or one that the clock may make before or after it, can lead to another definition."""
    becoming, by_clock = _becoming(definition)
    return by_clock or transition in becoming


@derived
def _becoming(definition: Definition) -> tuple[frozenset[str], bool]:
    """The transitions by which a ticket becomes one of another definition, and whether the clock may make one."""
    becoming = frozenset(name for name, one in definition.transitions.items() if one.become is not None)
    return becoming, any(effects.move in becoming for effects in definition.effects())


@derived
def _names_others(definition: Definition) -> bool:
    """Whether a field or a column of it names a ticket, an entry of a register, or a file."""
    every = (column for one in definition.fields.values() for column in (one, *one.columns.values()))
    return any(one.type in (FieldType.TICKET, FieldType.REGISTER, FieldType.FILE) for one in every)


def _linked(definition: Definition, fields: Mapping[str, object], ticket: Ticket | None) -> frozenset[str]:
    """The numbers of the tickets that link fields name, those typed now and those on file, in rows of lists too."""
    named: list[object] = []
    on_file: Mapping[str, object] = ticket.fields if ticket else {}
    for one in definition.fields.values():
        if one.type is FieldType.TICKET:
            named += [fields.get(one.name), on_file.get(one.name)]
        for column in (each.name for each in one.columns.values() if each.type is FieldType.TICKET):
            named += [fields.get(f"{one.name}.{column}"), *_cells(fields.get(one.name), column)]
    named += [value for name, value in fields.items() if "." in name]  # typed for a child that the move opens
    return frozenset(number for number in named if isinstance(number, str) and NUMBER.fullmatch(number))


def _cells(rows: object, column: str) -> list[object]:
    """What is typed in a column, however it is written; anything, if that is no list."""
    if not isinstance(rows, list | tuple):
        return []
    return [row.get(column) if isinstance(row, Mapping) else row for row in rows]


def _at(
    published: Published, site: str, links: Mapping[str, tuple[str, Link]], numbers: Collection[str]
) -> dict[str, Link]:
    """The links among these that lie within a site, or are of the whole group.

    A number of another site tells nothing, not even that it exists.
    """
    known = published.catalogue.definitions
    return {
        number: link
        for number, (where, link) in links.items()
        if number in numbers and (where == site or (link.workflow in known and known[link.workflow].of_group))
    }


def _links(session: Session, published: Published, numbers: Collection[str]) -> dict[str, tuple[str, Link]]:
    """What there is to know of these tickets, with their sites, by number; one statement for any number of them."""
    if not numbers:
        return {}
    table = tables.Ticket.__table__
    chosen = select(table.c.number, table.c.site_id, table.c.workflow, table.c.state, table.c.ended_at).where(
        table.c.number.in_(numbers)
    )
    known = published.catalogue.definitions
    return {row.number: (row.site_id, records.link_of(row, known)) for row in session.execute(chosen)}
