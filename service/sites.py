"""Sites and their departments: where tickets happen. Nothing is deleted, because history names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from service import tables
from service.account_faults import AlreadyThere, NotKnown
from service.account_names import checked_id, checked_name, checked_prefix
from service.stamps import directory_changes


def create_site(
    session: Session,
    site: str,
    *,
    name: str,
    number_prefix: str,
    calendars: Collection[str],
    name_en: str | None = None,
    calendar: str | None = None,
) -> None:
    """A new site; `site` is the id, which never changes.

    `calendar` is one of the catalogue's `calendars`; without it each definition's own holds.
    """
    checked_id("site", site)
    if _known(session, site):
        raise AlreadyThere("site", site)
    values = _checked(
        session, name=name, name_en=name_en, number_prefix=number_prefix, calendar=calendar, calendars=calendars
    )
    directory_changes(session)
    session.execute(insert(tables.Site).values(id=site, **values))


def change_site(
    session: Session,
    site: str,
    *,
    name: str,
    number_prefix: str,
    calendars: Collection[str],
    name_en: str | None = None,
    calendar: str | None = None,
) -> None:
    """Put these in the place of what the site had; numbers already given keep their beginning."""
    require_site(session, site)
    values = _checked(
        session,
        name=name,
        name_en=name_en,
        number_prefix=number_prefix,
        calendar=calendar,
        calendars=calendars,
        but=site,
    )
    directory_changes(session)
    session.execute(update(tables.Site).where(tables.Site.id == site).values(**values))


def open_department(session: Session, site: str, name: str, departments: Collection[str]) -> None:
    """Give a site a department, one of the catalogue's `departments`, or take it up again."""
    require_site(session, site)
    if name not in departments:
        raise NotKnown("department", name, departments)
    directory_changes(session)
    department = tables.Department
    there = session.execute(
        update(department)
        .where(department.site_id == site, department.name == name)
        .values(active=True)
        .execution_options(synchronize_session=False)
        .returning(department.name)
    ).all()
    if not there:
        session.execute(insert(department).values(site_id=site, name=name, active=True))


def close_department(session: Session, site: str, name: str) -> None:
    """Give a department nothing new; its tickets and its roles stay until somebody moves them."""
    require_site(session, site)
    require_department(session, site, name)
    directory_changes(session)
    department = tables.Department
    session.execute(update(department).where(department.site_id == site, department.name == name).values(active=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site as it is; without a `calendar` each definition's own holds."""

    id: str
    name: str
    name_en: str | None
    number_prefix: str
    calendar: str | None


def site_of(session: Session, site: str) -> Site:
    """A site as it is; raises NotKnown."""
    require_site(session, site)
    return next(one for one in list_sites(session) if one.id == site)


def list_sites(session: Session) -> tuple[Site, ...]:
    """All sites by id."""
    site = tables.Site
    chosen = select(site.id, site.name, site.name_en, site.number_prefix, site.calendar).order_by(site.id)
    return tuple(Site(**row) for row in session.execute(chosen).mappings())


def list_departments(session: Session, site: str) -> dict[str, bool]:
    """The departments of a site by name, and whether each is active; raises NotKnown."""
    require_site(session, site)
    department = tables.Department
    chosen = select(department.name, department.active).where(department.site_id == site).order_by(department.name)
    return {row.name: row.active for row in session.execute(chosen)}


def require_site(session: Session, site: str) -> None:
    """Raises NotKnown, with the nearest, if there is no such site."""
    if not _known(session, site):
        raise NotKnown("site", site, session.execute(select(tables.Site.id)).scalars().all())


def require_department(session: Session, site: str, name: str) -> None:
    """Raises NotKnown, with the nearest, if the site has no such department."""
    department = tables.Department
    known = session.execute(select(department.name).where(department.site_id == site)).scalars().all()
    if name not in known:
        raise NotKnown("department", name, known, where=f" at {site}")


def _known(session: Session, site: str) -> bool:
    return session.execute(select(tables.Site.id).where(tables.Site.id == site)).one_or_none() is not None


def _checked(
    session: Session,
    *,
    name: str,
    name_en: str | None,
    number_prefix: str,
    calendar: str | None,
    calendars: Collection[str],
    but: str = "",
) -> Mapping[str, Any]:
    """The columns of a site, checked; the prefix belongs to no other site but `but`."""
    checked_prefix(number_prefix)
    others = select(tables.Site.id).where(tables.Site.number_prefix == number_prefix, tables.Site.id != but)
    if session.execute(others).first():
        raise AlreadyThere("number prefix", number_prefix)
    if calendar is not None and calendar not in calendars:
        raise NotKnown("calendar", calendar, calendars)
    return {
        "name": checked_name("name of a site", name),
        "name_en": checked_name("name of a site", name_en) if name_en else None,
        "number_prefix": number_prefix,
        "calendar": calendar,
    }
