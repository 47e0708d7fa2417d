"""Who is who, as people ask: what somebody may be and open, and who holds a role at a site."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.directory import EVERYWHERE, Directory, Person, Site
from service.now import Now
from service.openable import Openables
from service.revisions import Published
from service.staff import directory_of
from service.totals import nothing_yet
from workflow.deciding import Possible, explain
from workflow.definition import Definition
from workflow.history import blank
from workflow.ticket import Actor, Facts, Held


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody who holds something at a site; in `holds` only what is his own."""

    person: Person
    holds: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who somebody is: what he may be at each site where he holds anything, and which tickets he may open there.

    Who holds nothing anywhere may still open what anyone may, at every site.
    """

    person: Person
    published: Published
    at_sites: Mapping[str, Actor]
    sites: Mapping[str, Site]
    departments: Mapping[str, tuple[str, ...]]
    openings: Mapping[str, tuple[tuple[Definition, tuple[Possible, ...]], ...]]


def standing(session: Session, now: Now, person: str) -> Standing:
    """Who somebody is."""
    published = revisions.current(session)
    at = now.instant(session)
    directory = directory_of(session, published, at)
    sites = directory.sites
    his = directory.sites_of(person)
    at_sites = {site: directory.actor(person, site) for site in sites if his is EVERYWHERE or site in his}
    openings = {
        site: tuple(
            (definition, _openings(session, published, directory, definition, site, actor, at))
            for definition in published.catalogue.opened()
        )
        for site, actor in (at_sites or {site: directory.actor(person, site) for site in sites}).items()
    }
    return Standing(
        person=directory.people[person],
        published=published,
        at_sites=at_sites,
        sites=sites,
        departments={site: tuple(sorted(directory.departments_of(site))) for site in sites},
        openings=openings,
    )


def colleagues(session: Session, now: Now, site: str) -> tuple[Colleague, ...]:
    """Who holds a role at a site, those of the group included, by id; who has left is nobody's colleague."""
    published = revisions.current(session)
    at = now.instant(session)
    directory = directory_of(session, published, at)
    holding = tables.RoleHolding
    chosen = select(holding.person_id, holding.role, holding.department).where(
        holding.since <= at,
        or_(holding.until.is_(None), holding.until > at),
        or_(holding.site_id.is_(None), holding.site_id == site),
    )
    held: dict[str, set[Held]] = {}
    for row in session.execute(chosen):
        held.setdefault(row.person_id, set()).add(Held(row.role, row.department))
    return tuple(
        Colleague(person=directory.people[person], holds=tuple(sorted(held[person], key=str)))
        for person in sorted(held)
        if directory.people[person].active
    )


def _openings(
    session: Session,
    published: Published,
    directory: Directory,
    definition: Definition,
    site: str,
    actor: Actor,
    at: dt.datetime,
) -> tuple[Possible, ...]:
    """The opening transitions that somebody may make at a site; he is not shown the others."""
    ticket = blank(definition, number="", site=site, at=at)
    openable = Openables(session, published, directory).of(definition, site) if definition.opens() else {}
    calendar = published.catalogue.calendars[definition.calendar]
    facts = Facts(calendar=calendar, totals=nothing_yet([definition]), openable=openable)
    found = explain(definition, ticket, actor, facts, at)
    return tuple(one for one in found if one.transition.opens and not one.blockers)
