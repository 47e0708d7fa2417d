"""People, the roles that they hold, their deputies and their absences.

Nobody is deleted, because history names them: who leaves is no longer active, and a role that is no longer held has an
end. Only what was planned and never began is taken out again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update
from sqlalchemy.orm import Session

from service import tables
from service.account_faults import AlreadyThere, DeputyFaulty, HasLeft, NotHeld, NotKnown, PlaceFaulty, TimesFaulty
from service.account_names import checked_id, checked_name
from service.sites import require_department, require_site
from service.stamps import directory_changes
from service.tokens import withdraw_tokens
from workflow.roles import Role, Scope

# --- People -------------------------------------------------------------------------------------------------------


def create_person(session: Session, person: str, *, name: str, at: dt.datetime, name_en: str | None = None) -> None:
    """A new member of staff, who holds nothing yet; `person` is the id, which never changes."""
    checked_id("person", person)
    if _active(session, person) is not None:
        raise AlreadyThere("person", person)
    values = {"id": person, "active": True, "created_at": at, **_names(name, name_en)}
    directory_changes(session)
    session.execute(insert(tables.Person).values(values))


def rename_person(session: Session, person: str, *, name: str, name_en: str | None = None) -> None:
    """Put these names in the place of the ones that the person had."""
    require_person(session, person)
    _change(session, person, **_names(name, name_en))


def names_of(session: Session, person: str) -> tuple[str, str | None]:
    """What a person is called, and in English; raises NotKnown."""
    require_person(session, person)
    name, name_en = session.execute(
        select(tables.Person.name, tables.Person.name_en).where(tables.Person.id == person)
    ).one()
    return name, name_en


def leave(session: Session, person: str, at: dt.datetime) -> None:
    """The person has left: roles end, tokens are withdrawn. A deputy goes on standing in where he himself is meant."""
    require_person(session, person)
    _end(session, tables.RoleHolding.person_id == person, at)
    withdraw_tokens(session, at, person=person)
    _change(session, person, active=False)


def take_back(session: Session, person: str) -> None:
    """The person is here again, without the roles and tokens of before."""
    require_person(session, person)
    _change(session, person, active=True)


def name_deputy(session: Session, person: str, deputy: str | None) -> None:
    """Who acts for the person while he is away or when he has left; None for nobody."""
    require_person(session, person)
    if deputy is not None:
        require_person(session, deputy)
        if deputy == person or not _active(session, deputy):
            raise DeputyFaulty(person, deputy)
    _change(session, person, deputy_id=deputy)


def be_away(session: Session, person: str, since: dt.datetime, until: dt.datetime | None = None) -> None:
    """The person is away from `since` until before `until`, None for until further notice; replaces what was said."""
    require_person(session, person)
    if until is not None and until <= since:
        raise TimesFaulty(since, until)
    _change(session, person, away_from=since, away_until=until)


def be_back(session: Session, person: str) -> None:
    """The person is not away, and will not be."""
    require_person(session, person)
    _change(session, person, away_from=None, away_until=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """Whether a person is here: `away` also if it was said only for later or for a time that is over."""

    active: bool
    away: bool
    deputy: str | None


def presence(session: Session, person: str) -> Presence:
    """Whether the person is here, and who stands in; raises NotKnown."""
    require_person(session, person)
    one = tables.Person
    row = session.execute(select(one.active, one.away_from, one.deputy_id).where(one.id == person)).one()
    return Presence(active=row.active, away=row.away_from is not None, deputy=row.deputy_id)


def held_last(session: Session, person: str) -> tuple[tuple[str, str | None, str | None], ...]:
    """The roles (with site and department) that ended last, all at one instant: of who has left, those of the end."""
    held = tables.RoleHolding
    last = select(func.max(held.until)).where(held.person_id == person).scalar_subquery()
    chosen = select(held.role, held.site_id, held.department).where(held.person_id == person, held.until == last)
    return tuple((role, site, department) for role, site, department in session.execute(chosen.order_by(held.id)))


def require_person(session: Session, person: str) -> None:
    """Raises NotKnown, with the nearest, if there is no such person."""
    if _active(session, person) is None:
        raise NotKnown("person", person, session.execute(select(tables.Person.id)).scalars().all())


# --- Roles --------------------------------------------------------------------------------------------------------


def give_role(
    session: Session,
    person: str,
    role: str,
    *,
    roles: Mapping[str, Role],
    since: dt.datetime,
    site: str | None = None,
    department: str | None = None,
    until: dt.datetime | None = None,
) -> None:
    """The person holds a role of the catalogue's `roles` from `since` until before `until`, where the role belongs.

    Whoever holds it all that time already goes on holding it: said twice is said once.
    """
    require_person(session, person)
    if not _active(session, person):
        raise HasLeft(person)
    if role not in roles:
        raise NotKnown("role", role, roles)
    if (site is not None, department is not None) != _PLACE[roles[role].scope]:
        raise PlaceFaulty(roles[role])
    if site is not None:
        require_site(session, site)
    if site is not None and department is not None:
        require_department(session, site, department)
    if until is not None and until <= since:
        raise TimesFaulty(since, until)
    held = tables.RoleHolding
    lasts = held.until.is_(None) if until is None else or_(held.until.is_(None), held.until >= until)
    there = and_(_holding(person, role, site, department), held.since <= since, lasts)
    if session.execute(select(held.id).where(there)).first() is None:
        directory_changes(session)
        session.execute(
            insert(held).values(
                person_id=person, role=role, site_id=site, department=department, since=since, until=until
            )
        )


def take_role(
    session: Session,
    person: str,
    role: str,
    at: dt.datetime,
    *,
    site: str | None = None,
    department: str | None = None,
) -> None:
    """The person holds the role there no longer from `at` on; NotHeld if he does not, now or later."""
    require_person(session, person)
    if not _end(session, _holding(person, role, site, department), at):
        raise NotHeld(person, role)


_PLACE = {Scope.GROUP: (False, False), Scope.SITE: (True, False), Scope.DEPARTMENT: (True, True)}
"""Whether a role needs a site, and a department."""


def _holding(person: str, role: str, site: str | None, department: str | None) -> ColumnElement[bool]:
    held = tables.RoleHolding
    return and_(
        held.person_id == person,
        held.role == role,
        held.site_id == site if site is not None else held.site_id.is_(None),
        held.department == department if department is not None else held.department.is_(None),
    )


def _end(session: Session, which: ColumnElement[bool], at: dt.datetime) -> int:
    """End what is held at `at`, take out what would begin later; gives how many."""
    held = tables.RoleHolding
    options = {"synchronize_session": False}
    directory_changes(session)
    ended = session.execute(
        update(held)
        .where(which, held.since < at, or_(held.until.is_(None), held.until > at))
        .values(until=at)
        .execution_options(**options)
        .returning(held.id)
    ).all()
    planned = session.execute(
        delete(held).where(which, held.since >= at).execution_options(**options).returning(held.id)
    ).all()
    return len(ended) + len(planned)


def _active(session: Session, person: str) -> bool | None:
    """Whether the person is still here; None if there is no such person."""
    return session.execute(select(tables.Person.active).where(tables.Person.id == person)).scalar_one_or_none()


def _change(session: Session, person: str, **values: Any) -> None:
    directory_changes(session)
    session.execute(
        update(tables.Person)
        .where(tables.Person.id == person)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _names(name: str, name_en: str | None) -> dict[str, str | None]:
    return {
        "name": checked_name("name of a person", name),
        "name_en": checked_name("name of a person", name_en) if name_en else None,
    }
