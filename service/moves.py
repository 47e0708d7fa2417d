"""Every way by which a ticket changes: somebody opens or moves it, a sweep settles it, its calendar knows more.

Each is decided by `workflow` and written by `storing`, in the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.access import may_read
from service.db import table_of
from service.directory import Directory
from service.kinship import kin_of, locked_with_kin, outcomes_of
from service.loading import Loaded, TicketUnknown, entries_since, facts_for_opening, load
from service.new_tickets import store_kin
from service.now import Now
from service.revisions import Published
from service.staff import directory_of
from service.storing import Outcome, addressed
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.entry import Blocker, Entry
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.recurring import Period
from workflow.recurring_move import opening_move
from workflow.schedule import Schedule
from workflow.settling import settle
from workflow.ticket import Facts, Move


class SiteUnknown(Exception):
    """There is no such site."""

    def __init__(self, site: str, known: Iterable[str]) -> None:
        self.site = site
        self.known = tuple(sorted(known))
        super().__init__(f"There is no site {site!r}; there are: {', '.join(self.known) or 'none'}.")


class WorkflowUnknown(Exception):
    """No ticket can be opened with such a definition."""

    def __init__(self, workflow: str, known: Iterable[str], head: str | None = None) -> None:
        self.workflow = workflow
        self.known = tuple(known)
        self.head = head
        hint = (
            f"{workflow!r} is a class of {head!r}, which is opened instead"
            if head
            else f"There is no definition {workflow!r}"
        )
        super().__init__(f"{hint}; tickets are opened with: {', '.join(self.known) or 'none'}.")


class VersionStale(Exception):
    """Somebody has changed the ticket since the page was shown."""

    def __init__(self, number: str, expected: int, version: int, since: Sequence[Entry]) -> None:
        self.number = number
        self.expected = expected
        self.version = version
        self.since = tuple(since)
        super().__init__(f"{number} is at version {version}, not {expected}: it has been changed meanwhile.")


class MoveRefused(Exception):
    """A move is not made; `blockers` has every reason."""

    def __init__(self, number: str, transition: str, blockers: Sequence[Blocker], definition: Definition) -> None:
        self.number = number
        self.transition = transition
        self.blockers = tuple(blockers)
        self.definition = definition
        super().__init__(
            f"{transition} of {number or 'a new ticket'} is refused: {'; '.join(one.text.en for one in blockers)}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for; `version` is that of the page he saw, None where he saw none."""

    person: str
    transition: str
    fields: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None
    row: int | None = None
    dry_run: bool = False
    request_id: str | None = None


def open_ticket(session: Session, now: Now, *, workflow: str, site: str, request: Request) -> Outcome:
    """Open a ticket with an opening transition.

    Raises SiteUnknown, WorkflowUnknown (a class of a family is not opened itself), MoveRefused.
    """
    published = revisions.current(session)
    definition = published.catalogue.definitions.get(workflow)
    if definition is None or definition.head is not None:
        openable = (one.name for one in published.catalogue.opened())
        raise WorkflowUnknown(workflow, openable, definition.head if definition else None)
    found = session.execute(select(table_of(tables.Site))).mappings()
    sites = {row["id"]: row for row in found}
    if site not in sites:
        raise SiteUnknown(site, sites)
    at = now.instant(session)
    calendar = revisions.calendar_for(session, published, definition, sites[site]["calendar"])
    directory = directory_of(session, published, at)
    facts = facts_for_opening(
        session, published, definition, calendar, directory, site, request.fields, person=request.person, at=at
    )
    loaded = _not_opened(definition, calendar, facts, site, at)
    actor = directory.actor(request.person, site)
    move = Move(transition=request.transition, actor=actor, at=at, fields=request.fields, row=request.row)
    kin = Kin([Member(ticket=loaded.ticket, definition=definition, facts=facts)])
    refusal = kin.act("", move)
    if refusal is not None:
        raise MoveRefused("", request.transition, refusal.blockers, definition)
    outcomes = outcomes_of(kin, [loaded])
    if request.dry_run:
        return addressed(outcomes[0], directory)
    written = store_kin(session, outcomes, directory, recorded_at=at, request_id=request.request_id)
    return written[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A ticket that a schedule opens at a site, for a period and perhaps a party, as of `at`."""

    definition: Definition
    schedule: Schedule
    period: Period
    site: str
    calendar: Calendar
    at: dt.datetime
    party: tuple[str, Text] | None = None


def open_recurring(
    session: Session, published: Published, directory: Directory, recurring: Recurring, *, recorded_at: dt.datetime
) -> Outcome:
    """Open a ticket by the clock, settled up to the instant that it counts from; raises MoveRefused."""
    definition, calendar, site, at = recurring.definition, recurring.calendar, recurring.site, recurring.at
    move = opening_move(definition, recurring.schedule, recurring.period, calendar, at, recurring.party)
    facts = facts_for_opening(
        session, published, definition, calendar, directory, site, move.fields, person=None, at=recorded_at
    )
    loaded = _not_opened(definition, calendar, facts, site, at)
    kin = Kin([Member(ticket=loaded.ticket, definition=definition, facts=facts)])
    refusal = kin.act("", move)
    if refusal is not None:
        raise MoveRefused("", move.transition, refusal.blockers, definition)
    return store_kin(session, outcomes_of(kin, [loaded]), directory, recorded_at=recorded_at)[0]


def _not_opened(definition: Definition, calendar: Calendar, facts: Facts, site: str, at: dt.datetime) -> Loaded:
    """A ticket before its first entry."""
    return Loaded(
        id=0,
        ticket=blank(definition, number="", site=site, at=at),
        definition=definition,
        calendar=calendar,
        calendar_revision=calendar.revision,
        facts=facts,
    )


def move_ticket(session: Session, now: Now, number: str, request: Request) -> Outcome:
    """Make a person's move, settled first.

    Raises TicketUnknown, also for one that the person may not see, VersionStale, MoveRefused, ChangedMeanwhile. With
    `dry_run` nothing is written.
    """
    row, rows = locked_with_kin(session, now, number)
    published = revisions.current(session)
    directory = directory_of(session, published, row.at)
    actor = directory.actor(request.person, row.site_id)
    if may_read(actor, receiver=row.receiver_id, assignee=row.assignee_id) is not None:
        raise TicketUnknown(number)
    loaded = load(
        session,
        [row],
        published,
        directory,
        fields=request.fields,
        transition=request.transition,
        person=request.person,
    )[0]
    ticket = loaded.ticket
    if request.version is not None and request.version != ticket.version:
        since = entries_since(session, loaded.id, request.version)
        raise VersionStale(number, request.version, ticket.version, since)
    move = Move(transition=request.transition, actor=actor, at=row.at, fields=request.fields, row=request.row)
    others = [other for other in rows if other.id != row.id]
    together = [loaded, *(load(session, others, published, directory) if others else ())]
    kin = kin_of(rows, {one.id: one for one in together}, row.at, moved=row.id)
    refusal = kin.act(number, move)
    if refusal is not None:
        raise MoveRefused(number, request.transition, refusal.blockers, loaded.definition)
    outcomes = outcomes_of(kin, together)
    if request.dry_run:
        return addressed(next(one for one in outcomes if one.loaded.id == row.id), directory)
    written = store_kin(
        session, outcomes, directory, recorded_at=row.at, request_id=request.request_id, root=rows[0].id
    )
    return next(one for one in written if one.loaded.id == row.id)


def settled(loaded: Loaded, until: dt.datetime, directory: Directory) -> Outcome:
    """What a sweep makes of one ticket without kin: everything due up to `until`, with the people who are told."""
    decisions = settle(loaded.definition, loaded.ticket, max(until, loaded.ticket.at), loaded.facts)
    return addressed(Outcome(loaded=loaded, decisions=decisions), directory)


def recalendared(loaded: Loaded, at: dt.datetime, calendar: Calendar, directory: Directory) -> Outcome:
    """What a newer revision of its calendar makes of a ticket without kin, with the people who are told."""
    member = Member(ticket=loaded.ticket, definition=loaded.definition, facts=loaded.facts)
    Kin((member,)).change_calendar(member.ticket.number, at, calendar)
    return addressed(Outcome(loaded=loaded, decisions=tuple(member.decisions)), directory)
