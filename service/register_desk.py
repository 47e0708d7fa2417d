"""Registers as somebody sees and keeps them: the entries of his sites, and writing those that are his to keep."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import register_entries, registers, revisions, tables
from service.access import may_keep
from service.account_faults import NotKnown
from service.directory import EVERYWHERE, Directory
from service.now import Now
from service.register_entries import RegisterEntryUnknown
from service.registers import Kept, Version
from service.revisions import Published
from service.staff import directory_of
from workflow.entry import Blocker
from workflow.registers import Register
from workflow.ticket import Actor


class NotKept(Exception):
    """The register is not the person's to keep; `blocker` says whose it is."""

    def __init__(self, blocker: Blocker) -> None:
        self.blocker = blocker
        self.text = blocker.text
        super().__init__(blocker.text.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A register before somebody at one of his sites; `keeps` whether he may write its entries there.

    Columns of a `confidential` class are for those who keep it.
    """

    register: Register
    site: str
    actor: Actor
    published: Published
    directory: Directory
    at: dt.datetime
    keeps: bool


def desk(session: Session, now: Now, person: str, register: str, site: str) -> Desk:
    """A register as the person has it at a site.

    Raises NotKnown for a register that is not there, and for a site at which he holds nothing.
    """
    published = revisions.current(session)
    found = published.catalogue.registers.get(register)
    if found is None:
        raise NotKnown("register", register, published.catalogue.registers)
    at = now.instant(session)
    directory = directory_of(session, published, at)
    his = directory.sites_of(person)
    sites = [
        one
        for one in session.execute(select(tables.Site.id).order_by(tables.Site.id)).scalars()
        if his is EVERYWHERE or one in his
    ]
    if site not in sites:
        raise NotKnown("site", site, sites)
    actor = directory.actor(person, site)
    keeps = may_keep(actor, found, published.catalogue.roles, everywhere=False) is None
    return Desk(register=found, site=site, actor=actor, published=published, directory=directory, at=at, keeps=keeps)


def entry(session: Session, at: Desk, key: str) -> tuple[Kept, tuple[Version, ...]]:
    """An entry with its versions, the newest first; raises RegisterEntryUnknown."""
    found = registers.find(session, at.register, key, at.site)
    if found is None:
        raise RegisterEntryUnknown(at.register.name, key)
    return found, registers.versions(session, found)


def create(session: Session, at: Desk, key: str, said: Mapping[str, Any], *, everywhere: bool) -> Kept:
    """Write a new entry of the desk's site, or of all sites; raises NotKept, RegisterEntryFaulty, AlreadyThere."""
    _require(at, everywhere=everywhere)
    site = None if everywhere else at.site
    return register_entries.create(session, at.register, key, said, site=site, by=at.actor.id, at=at.at)


def change(session: Session, at: Desk, key: str, said: Mapping[str, Any], version: int) -> Kept:
    """Change an entry, or say when it ends.

    Raises NotKept, RegisterEntryUnknown, RegisterEntryStale, RegisterEntryFaulty.
    """
    _require(at, everywhere=False)
    found = registers.find(session, at.register, key, at.site)
    if found is None:
        raise RegisterEntryUnknown(at.register.name, key)
    _require(at, everywhere=found.site is None)
    return register_entries.change(
        session, at.register, key, said, site=at.site, version=version, by=at.actor.id, at=at.at
    )


def _require(at: Desk, *, everywhere: bool) -> None:
    actor = at.actor
    if everywhere and at.directory.sites_of(actor.id) is not EVERYWHERE:
        actor = replace(actor, holds=frozenset())  # a role of the group may fall to a site's people, other sites do not
    against = may_keep(actor, at.register, at.published.catalogue.roles, everywhere=everywhere)
    if against is not None:
        raise NotKept(against)
