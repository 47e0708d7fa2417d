"""Tickets that are opened: by somebody with an opening transition, or by the clock because a schedule says so.

Each is decided by `workflow` and written by `storing`, in the caller's transaction, as every other move.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service import revisions
from service.at_once import read_moment
from service.directory import Directory
from service.kinship import outcomes_of
from service.loading import Loaded, facts_for_opening, scene_of
from service.moves import Decided, MoveRefused, Request, carry_out
from service.new_tickets import store_kin
from service.now import Now
from service.revisions import Published
from service.storing import Outcome, addressed
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.recurring import Period
from workflow.recurring_move import opening_move
from workflow.schedule import Schedule
from workflow.ticket import Move


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


def open_ticket(session: Session, now: Now, *, workflow: str, site: str, request: Request) -> Decided:
    """Open a ticket with an opening transition: decided and, unless it is a dry run, written."""
    decided = decided_opening(session, now, workflow=workflow, site=site, request=request)
    return decided if request.dry_run else carry_out(session, decided)


def decided_opening(session: Session, now: Now, *, workflow: str, site: str, request: Request) -> Decided:
    """What an opening transition comes to.

    Raises SiteUnknown, WorkflowUnknown (a class of a family is not opened itself), MoveRefused.
    """
    moment = read_moment(session, now)
    published, directory = scene_of(session, moment)
    definition = published.catalogue.definitions.get(workflow)
    if definition is None or definition.head is not None:
        openable = (one.name for one in published.catalogue.opened())
        raise WorkflowUnknown(workflow, openable, definition.head if definition else None)
    at = moment.at
    if site not in directory.sites:
        raise SiteUnknown(site, directory.sites)
    transition = request.transition or _only_opening(definition)
    calendar = revisions.calendar_for(session, published, definition, directory.sites[site].calendar)
    actor = directory.actor(request.person, site)
    move = Move(transition=transition, actor=actor, at=at, fields=request.fields, row=request.row)
    outcomes = _opened(session, published, directory, definition, calendar, site, move, request.person, at)
    return Decided(
        request=request,
        outcome=addressed(outcomes[0], directory),
        outcomes=outcomes,
        published=published,
        directory=directory,
        at=at,
        stamp=moment.stamp,
    )


def _only_opening(definition: Definition) -> str:
    """The opening transition that is meant where none is named; "" where there are several, which is refused."""
    openings = definition.openings()
    return openings[0].name if len(openings) == 1 else ""


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
    definition, calendar, site = recurring.definition, recurring.calendar, recurring.site
    move = opening_move(definition, recurring.schedule, recurring.period, calendar, recurring.at, recurring.party)
    outcomes = _opened(session, published, directory, definition, calendar, site, move, None, recorded_at)
    return store_kin(session, outcomes, directory, recorded_at=recorded_at)[0]


def _opened(
    session: Session,
    published: Published,
    directory: Directory,
    definition: Definition,
    calendar: Calendar,
    site: str,
    move: Move,
    person: str | None,
    known_at: dt.datetime,
) -> list[Outcome]:
    """What an opening transition makes of a ticket before its first entry, and of the children that it opens.

    `known_at` is the instant of what is looked up of what the fields name; `person` who typed these, None for a clock.
    """
    facts = facts_for_opening(
        session,
        published,
        definition,
        calendar,
        directory,
        site,
        move.fields,
        transition=move.transition,
        person=person,
        at=known_at,
    )
    loaded = Loaded(
        id=0,
        ticket=blank(definition, number="", site=site, at=move.at),
        definition=definition,
        calendar=calendar,
        calendar_revision=calendar.revision,
        facts=facts,
    )
    kin = Kin([Member(ticket=loaded.ticket, definition=definition, facts=facts)])
    refusal = kin.act("", move)
    if refusal is not None:
        raise MoveRefused("", move.transition, refusal.blockers, definition)
    return outcomes_of(kin, [loaded])
