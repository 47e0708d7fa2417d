"""Every way by which a ticket changes: somebody moves it, a sweep settles it, its calendar knows more.

Each is decided by `workflow` and written by `storing`, in the caller's transaction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from service.access import may_read
from service.directory import Directory
from service.kinship import has_kin, kin_of, outcomes_of, with_kin
from service.loading import (
    Loaded,
    TicketUnknown,
    entries_since,
    load,
    require_visible,
    scene_of,
    seen,
)
from service.new_tickets import store_kin
from service.now import Now
from service.records import TicketRow, TicketUnreadable
from service.revisions import Published
from service.storing import Changes, Outcome, addressed, changes_of, write
from workflow.calendar import Calendar
from workflow.definition import Definition
from workflow.entry import Blocker, Entry
from workflow.kin import Kin, Member, MemberFaulty
from workflow.settling import settle
from workflow.ticket import Move, Ticket


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


class TicketUnsettled(Exception):
    """What is due on a ticket cannot be carried out, so nothing else can happen to it until somebody sees to it."""

    def __init__(self, number: str) -> None:
        self.number = number
        super().__init__(
            f"What is due on {number} cannot be carried out, so it cannot be moved for now. The duty manager is told; "
            f"try again once somebody has seen to it."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a person asks for; `version` is that of the page he saw, None where he saw none.

    An opening need not name its transition ("") where there is only one.
    """

    person: str
    transition: str
    fields: Mapping[str, object] = field(default_factory=dict)
    version: int | None = None
    row: int | None = None
    dry_run: bool = False
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What somebody's opening or move comes to, and by which people and definitions; not written yet, or just now.

    `outcome` is that of the ticket itself; `outcomes` has it among those of its kin, in the order in which they are
    written. `changes` are worked out already where nothing is born of it: then nothing but the writing is left to do.
    `stamp` is the directory's at that instant.
    """

    request: Request
    outcome: Outcome
    outcomes: Sequence[Outcome]
    published: Published
    directory: Directory
    at: dt.datetime
    root: int | None = None
    changes: Changes | None = None
    stamp: str | None = None

    @property
    def ticket(self) -> Ticket:
        return self.outcome.ticket


def move_ticket(session: Session, now: Now, number: str, request: Request) -> Decided:
    """Make a person's move, settled first: decided and, unless it is a dry run, written."""
    decided = decided_alone(session, now, number, request) or decided_with_kin(session, now, number, request)
    return decided if request.dry_run else carry_out(session, decided)


def decided_alone(session: Session, now: Now, number: str, request: Request) -> Decided | None:
    """What a person's move of a ticket without kin comes to; None for one that has kin, which is held and read as one.

    Nothing is held: whether the ticket still is as it was read shows when the move is written. Raises TicketUnknown,
    also for one that the person may not see, VersionStale, MoveRefused, TicketUnsettled, TicketUnreadable.
    """
    row = seen(session, now, number, request.person)
    return None if has_kin(row) else _decided(session, row, [row], request)


def decided_with_kin(session: Session, now: Now, number: str, request: Request) -> Decided:
    """The same with all of its kin; held until the transaction ends, unless it is a dry run."""
    row = seen(session, now, number, request.person)
    try:
        found = with_kin(session, now, row, hold=not request.dry_run)
    except TicketUnreadable:  # of one of the kin, which is nobody's business who may not see this one
        require_visible(session, now, number, request.person)
        raise
    return _decided(session, *found, request)


def _decided(session: Session, row: TicketRow, rows: Sequence[TicketRow], request: Request) -> Decided:
    number = row.number
    published, directory = scene_of(session, row)
    if not may_read(request.person, row, published.catalogue, directory):
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
    actor = directory.actor(request.person, row.site_id)
    move = Move(transition=request.transition, actor=actor, at=row.at, fields=request.fields, row=request.row)
    others = [other for other in rows if other.id != row.id]
    together = [loaded, *(load(session, others, published, directory) if others else ())]
    kin = kin_of(rows, {one.id: one for one in together}, row.at, moved=row.id)
    try:
        kin.settle(max(row.at, ticket.at))
    except Exception as fault:  # whatever is wrong with what is due, it is not what was asked for
        raise TicketUnsettled(number) from fault
    try:
        refusal = kin.act(number, move)
    except MemberFaulty as fault:
        raise TicketUnsettled(number) from fault
    if refusal is not None:
        raise MoveRefused(number, request.transition, refusal.blockers, loaded.definition)
    outcomes = outcomes_of(kin, together)
    outcome = addressed(next(one for one in outcomes if one.loaded.id == row.id), directory)
    changes = None
    if len(outcomes) == 1 and not request.dry_run:
        changes = changes_of([outcome], recorded_at=row.at, request_id=request.request_id)
    return Decided(
        request=request,
        outcome=outcome,
        outcomes=outcomes,
        published=published,
        directory=directory,
        at=row.at,
        root=rows[0].id,
        changes=changes,
        stamp=row.stamp,
    )


def carry_out(session: Session, decided: Decided) -> Decided:
    """Write what was decided, in the caller's transaction; gives it as it was written, numbered.

    Raises ChangedMeanwhile if the ticket is no longer as it was read: then it is decided again.
    """
    if decided.changes is not None:
        write(session, decided.changes)
        return decided
    written = store_kin(
        session,
        decided.outcomes,
        decided.directory,
        recorded_at=decided.at,
        request_id=decided.request.request_id,
        root=decided.root,
    )
    id_ = decided.outcome.loaded.id
    outcome = next(one for one in written if one.loaded.id == id_) if id_ else written[0]
    return replace(decided, outcome=outcome)


def settled(loaded: Loaded, until: dt.datetime, directory: Directory) -> Outcome:
    """What a sweep makes of one ticket without kin: everything due up to `until`, with the people who are told."""
    decisions = settle(loaded.definition, loaded.ticket, max(until, loaded.ticket.at), loaded.facts)
    return addressed(Outcome(loaded=loaded, decisions=decisions), directory)


def recalendared(loaded: Loaded, at: dt.datetime, calendar: Calendar, directory: Directory) -> Outcome:
    """What a newer revision of its calendar makes of a ticket without kin, with the people who are told."""
    member = Member(ticket=loaded.ticket, definition=loaded.definition, facts=loaded.facts)
    Kin((member,)).change_calendar(member.ticket.number, at, calendar)
    return addressed(Outcome(loaded=loaded, decisions=tuple(member.decisions)), directory)
