"""All that there is to know of people, roles, sites and departments, at whatever instant.

Kept by the process for as long as the stamp of the directory stays the same, and with it the directories that were
made of it: who is who changes only at the instants at which a role or an absence begins or ends.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import tables
from service.db import PerDatabase, table_of
from service.directory import Department, Directory, Holding, Person, Site
from service.stamps import directory_stamp
from workflow.roles import Role

if TYPE_CHECKING:
    from service.revisions import Published

_MOST_DIRECTORIES = 8
"""So many are kept made: a service of which everybody looks at the same instant needs one."""


class _Span(NamedTuple):
    """From `since` until before `until`; None: always, for ever."""

    since: dt.datetime | None
    until: dt.datetime | None

    def has(self, at: dt.datetime) -> bool:
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


@dataclass(slots=True, kw_only=True, eq=False)
class Staff:
    """Everybody with his absence, every role with the time for which it is held, sites and departments."""

    people: tuple[tuple[Person, _Span | None], ...]
    holdings: tuple[tuple[Holding, _Span], ...]
    departments: tuple[Department, ...]
    sites: Mapping[str, Site]
    _turns: tuple[dt.datetime, ...] = field(init=False)
    _made: dict[tuple[int, int, dt.datetime], Directory] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        spans = [away for _, away in self.people if away is not None] + [span for _, span in self.holdings]
        self._turns = tuple(sorted({instant for span in spans for instant in span if instant is not None}))

    def at(self, at: dt.datetime, roles: Mapping[str, Role], departments: Iterable[str] = ()) -> Directory:
        """The directory at an instant; `departments` are those of the catalogue, which a ticket may name anywhere."""
        return Directory(
            people=[replace(one, away=away.has(at)) if away is not None else one for one, away in self.people],
            holdings=[holding for holding, span in self.holdings if span.has(at)],
            departments=self.departments,
            roles=roles,
            named=departments,
            sites=self.sites,
        )

    def of(self, published: Published, at: dt.datetime) -> Directory:
        """The directory at an instant by what is published, made once for all instants between two turns."""
        key = (bisect_right(self._turns, at), published.id, published.at)
        found = self._made.get(key)
        if found is None:
            found = self.at(at, published.catalogue.roles, published.catalogue.departments)
            if len(self._made) >= _MOST_DIRECTORIES:
                self._made.clear()
            self._made[key] = found
        return found


def staff_of(session: Session, stamp: str | None = None) -> Staff:
    """What the transaction sees of people, roles, sites and departments; `stamp` is theirs, where it has been read.

    No statement if nobody has changed anything since this process read it, or one, that asks for the stamp.
    """
    kept = _kept.of(session)
    stamp = stamp or directory_stamp(session)
    if stamp is not None and kept.last is not None and kept.last[0] == stamp:
        return kept.last[1]
    found = _read(session)
    while (meanwhile := directory_stamp(session)) != stamp:
        stamp, found = meanwhile, _read(session)  # somebody changed it between two statements
    kept.last = None if stamp is None else (stamp, found)
    return found


def directory_of(session: Session, published: Published, at: dt.datetime, stamp: str | None = None) -> Directory:
    """Who is who at an instant, by the roles and departments of what is published."""
    return staff_of(session, stamp).of(published, at)


def load_directory(
    session: Session, at: dt.datetime, roles: Mapping[str, Role], departments: Iterable[str] = ()
) -> Directory:
    """The directory as it is at `at`, by these roles and not by those that are published."""
    return staff_of(session).at(at, roles, departments)


@dataclass(slots=True, eq=False)
class _Kept:
    """What was read last, with its stamp."""

    last: tuple[str, Staff] | None = None


_kept = PerDatabase(_Kept)


def _read(session: Session) -> Staff:
    connection = session.connection()
    people = []
    for id_, name, name_en, active, deputy, since, until in connection.execute(_PEOPLE):
        person = Person(id=id_, name=name, name_en=name_en, active=active, deputy=deputy)
        people.append((person, None if since is None else _Span(since, until)))
    return Staff(
        people=tuple(people),
        holdings=tuple((Holding(*row[:4]), _Span(*row[4:])) for row in connection.execute(_HOLDINGS)),
        departments=tuple(Department(*row) for row in connection.execute(_DEPARTMENTS)),
        sites={row.id: Site(*row) for row in connection.execute(_SITES)},
    )


_person, _holding = table_of(tables.Person).c, table_of(tables.RoleHolding).c
_department, _site = table_of(tables.Department).c, table_of(tables.Site).c
_PEOPLE = select(
    _person.id,
    _person.name,
    _person.name_en,
    _person.active,
    _person.deputy_id,
    _person.away_from,
    _person.away_until,
)
_HOLDINGS = select(
    _holding.person_id, _holding.role, _holding.site_id, _holding.department, _holding.since, _holding.until
)
_DEPARTMENTS = select(_department.site_id, _department.name, _department.active)
_SITES = select(_site.id, _site.name, _site.name_en, _site.number_prefix, _site.calendar).order_by(_site.id)
