"""The demonstration: a site, somebody for every role, tenants and templates, tickets in mid-life, and tokens.

Nothing is ever destroyed: what is there stays as somebody may have changed it. Each start adds only what is missing,
one fresh repair whose time to be picked up ends some seconds later, and fresh tokens in the place of the former ones.
Who has left gets none.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import accounts, publishing, register_entries, registers, revisions, sites, tables, tokens, uploads
from service.account_faults import AccountRefused
from service.cast import LIVES, STAFF, Colleague, Step
from service.db import reading, writing
from service.files import read_folder
from service.listed import LISTED
from service.loading import TicketUnknown
from service.moves import MoveRefused, Request, move_ticket
from service.now import FixedNow, Now
from service.opening import SiteUnknown, WorkflowUnknown, open_ticket
from service.settings import Settings
from workflow.catalogue import Catalogue
from workflow.problems import DefinitionFaulty
from workflow.roles import Scope

log = logging.getLogger(__name__)

SITE = "starport"
LABEL = "demonstration"
SECONDS_LEFT = 20
"""How long after the start the time to pick up the fresh repair ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a start has made ready: the fresh repair, when its time to be picked up ends, and a token for each role.

    `number` is empty where nobody of the staff may register a repair any more; `registered_by` is the role of who did.
    `left` are those who have left and got no token, `kept` says why the definitions of before still hold, if they do.
    """

    number: str
    version: int
    registered_by: str
    at: dt.datetime
    due_at: dt.datetime
    tokens: Mapping[str, tuple[Colleague, str]]
    left: tuple[Colleague, ...]
    kept: str
    catalogue: Catalogue


def prepare(settings: Settings, now: Now) -> Prepared:
    """Make everything ready that is missing, open the fresh repair, issue the tokens; needs an application context.

    Raises DefinitionFaulty, PublishingRefused only where no definitions were published before.
    """
    at, catalogue, kept = _catalogue(settings, now)
    with writing() as session:
        _place(session, catalogue)
        _people(session, catalogue, at)
        _entries(session, catalogue, at)
    with reading() as session:
        empty = session.execute(select(tables.Ticket.id).limit(1)).first() is None
        here = set(session.execute(select(tables.Person.id).where(tables.Person.active)).scalars())
    staff = tuple(one for one in STAFF if one.id in here)
    if empty:
        for workflow, steps in LIVES.values():
            _live(workflow, steps, at)
    number, version, registered_by = _fresh_repair(staff, catalogue, at)
    with writing() as session:
        tokens.withdraw_tokens(session, at, label=LABEL)
        issued = {_role(one): (one, tokens.issue_token(session, one.id, LABEL, at)) for one in staff}
    return Prepared(
        number=number,
        version=version,
        registered_by=registered_by,
        at=at,
        due_at=at + dt.timedelta(seconds=SECONDS_LEFT),
        tokens=issued,
        left=tuple(one for one in STAFF if one.id not in here),
        kept=kept,
        catalogue=catalogue,
    )


def _catalogue(settings: Settings, now: Now) -> tuple[dt.datetime, Catalogue, str]:
    """Publish the folder; where it cannot be published, go on with what holds, and say why."""
    try:
        files = read_folder(settings.definitions)
        with reading() as session:
            at, holds = now.instant(session), publishing.holds_already(session, files)
        if not holds:
            publishing.proved(files, at)  # before anything is locked
        with writing() as session:
            at = now.instant(session)
            return at, publishing.publish(session, files, at, note="demonstration").catalogue, ""
    except (DefinitionFaulty, publishing.PublishingRefused) as error:
        with reading() as session:
            try:
                return now.instant(session), revisions.current(session).catalogue, str(error)
            except revisions.NothingPublished:
                raise error from None


def _role(one: Colleague) -> str:
    return f"{one.role} of {one.department}" if one.department else one.role


def _place(session: Session, catalogue: Catalogue) -> None:
    """The site and its departments, as far as they are missing."""
    if session.execute(select(tables.Site.id).where(tables.Site.id == SITE)).first() is None:
        taken = set(session.execute(select(tables.Site.number_prefix)).scalars())
        prefixes = (f"KF{number or ''}" for number in range(len(taken) + 2) if number != 1)
        sites.create_site(
            session,
            SITE,
            name="星港购物中心",
            name_en="Starport Mall",
            number_prefix=next(one for one in prefixes if one not in taken),
            calendars=catalogue.calendars,
        )
    there = sites.list_departments(session, SITE)
    for department in catalogue.departments:
        if department not in there:
            sites.open_department(session, SITE, department, catalogue.departments)


def _people(session: Session, catalogue: Catalogue, at: dt.datetime) -> None:
    """The staff, as far as they are missing; a role that the catalogue no longer has is not given."""
    # They hold their roles since before the first ticket of the demonstration.
    since = at - dt.timedelta(days=30)
    known = set(session.execute(select(tables.Person.id)).scalars())
    departments = sites.list_departments(session, SITE)
    for one in STAFF:
        if one.id in known:
            continue
        accounts.create_person(session, one.id, name=one.name, name_en=one.name_en, at=since)
        role = catalogue.roles.get(one.role)
        department = one.department
        fits = role is not None and (role.scope is Scope.DEPARTMENT) == (department is not None)
        if role is not None and fits and (department is None or department in departments):
            site = None if role.scope is Scope.GROUP else SITE
            accounts.give_role(
                session, one.id, one.role, roles=catalogue.roles, since=since, site=site, department=department
            )


def _entries(session: Session, catalogue: Catalogue, at: dt.datetime) -> None:
    """The entries of registers, as far as they are missing; what a register no longer has is left out."""
    for one in LISTED:
        register = catalogue.registers.get(one.register)
        if register is None or registers.find(session, register, one.key, SITE) is not None:
            continue
        said = {
            "name": one.name,
            "name_en": one.name_en,
            "values": {name: value for name, value in one.values.items() if name in register.columns},
            "since": (at - dt.timedelta(days=30)).isoformat(),
        }
        try:
            site = None if one.everywhere else SITE
            register_entries.create(session, register, one.key, said, site=site, by=None, at=at)
        except AccountRefused as error:
            log.warning("%s %s: %s", one.register, one.key, error, extra={"action": "demonstration"})


def _upload(session: Session, person: str, called: str, at: dt.datetime) -> str:
    """The id of a file that the person sends."""
    content = Path(called).stem.encode()
    return uploads.keep(session, person, name=called, media_type="text/plain", content=content, at=at).id


_NOT_POSSIBLE = (MoveRefused, WorkflowUnknown, SiteUnknown, TicketUnknown)
"""What a move of the demonstration may meet where people, roles or definitions are no longer as it expects."""


def _live(workflow: str, steps: tuple[Step, ...], at: dt.datetime) -> None:
    """One ticket's life so far; each step counts at its own instant. It stops at what is no longer possible."""
    number = ""
    for position, step in enumerate(steps):
        typed = {
            name: (at + value).isoformat() if isinstance(value, dt.timedelta) else value
            for name, value in step.fields.items()
        }
        instant = FixedNow(at - step.ago)
        try:
            with writing() as session:
                for name, called in step.uploads.items():
                    typed[name] = _upload(session, step.person, called, at - step.ago)
                request = Request(person=step.person, transition=step.transition, fields=typed)
                if position == 0:
                    number = open_ticket(session, instant, workflow=workflow, site=SITE, request=request).ticket.number
                else:
                    move_ticket(session, instant, number, request)
        except _NOT_POSSIBLE as error:
            log.warning("%s: %s", workflow, error, extra={"action": "demonstration"})
            return


def _fresh_repair(staff: tuple[Colleague, ...], catalogue: Catalogue, at: dt.datetime) -> tuple[str, int, str]:
    """The number, the version, and the role of the first of the staff who may register it; nothing if nobody may."""
    fields = {
        "title": "地下车库灯不亮",
        "place": "地下二层C区",
        "occupant": "B205 商户 张先生",
        "fault": "车库通道三盏灯不亮",
    }
    repair = catalogue.definitions.get("repair")
    pick_up = repair.deadlines.get("pick_up") if repair is not None else None
    limit = pick_up.within.count if pick_up is not None and pick_up.within is not None else dt.timedelta(minutes=30)
    registered = FixedNow(at - limit + dt.timedelta(seconds=SECONDS_LEFT))
    for one in staff:
        request = Request(person=one.id, transition="register", fields=fields)
        try:
            with writing() as session:
                ticket = open_ticket(session, registered, workflow="repair", site=SITE, request=request).ticket
        except _NOT_POSSIBLE as error:
            log.debug("%s cannot register: %s", one.id, error)
            continue
        return ticket.number, ticket.version, _role(one)
    return "", 0, ""
