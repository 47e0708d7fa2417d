"""The entries of registers: what may be chosen where and when, and the writing of them, every version kept.

An entry belongs to one site, or to all; its key is its own there. It holds from `since` until before `until`; one that
is over stays, because tickets name it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, or_, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.db import table_of
from workflow.conditions import Condition
from workflow.definition import Text
from workflow.entry import Value
from workflow.fields import from_json
from workflow.registers import Register, RegisterEntry, holds

KEY = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""What the key of an entry looks like: `a15`, `star-cafe`."""

MOST_LOOKED_UP = 10_000
"""So many keys of one request are looked up; a form has fewer."""

FEW = 500
"""So many keys are named in a statement; of more, all entries are read."""


def entries(session: Session, register: str, site: str, at: dt.datetime) -> tuple[RegisterEntry, ...]:
    """The entries that may be chosen at a site at an instant, in order of key; none of a register that is not there.

    Those of all sites are among them.
    """
    declared = revisions.current(session).catalogue.registers.get(register)
    if declared is None:
        return ()
    table = table_of(tables.RegisterEntry)
    chosen = select(table).where(table.c.register == register, *at_site(site), *holding(at))
    found = (
        RegisterEntry(
            key=row.key,
            text=text_of(row.name, row.name_en),
            values=typed(declared, row.values),
            since=row.since,
        )
        for row in session.execute(chosen)
    )
    return tuple(sorted(found, key=lambda entry: entry.key))


def choosable(
    session: Session, registers: Collection[str], keys: Collection[str], site: str, at: dt.datetime
) -> dict[str, frozenset[str]]:
    """Of these keys those that may be chosen at a site at an instant, by register."""
    if not registers or not keys:
        return {}
    table = table_of(tables.RegisterEntry)
    wanted = sorted(keys)[:MOST_LOOKED_UP]
    chosen = select(table.c.register, table.c.key).where(
        table.c.register.in_(registers), table.c.key.in_(wanted), *at_site(site), *holding(at)
    )
    found: dict[str, set[str]] = {}
    for row in session.execute(chosen):
        found.setdefault(row.register, set()).add(row.key)
    return {register: frozenset(those) for register, those in found.items()}


def called(session: Session, named: Collection[tuple[str, str, str]]) -> dict[tuple[str, str, str], Text]:
    """What entries are called, by site, register and key, as tickets of these sites name them, also when they are over.

    A site's own entry comes before one of all sites.
    """
    if not named:
        return {}
    table = table_of(tables.RegisterEntry)
    wanted = {register for _, register, _ in named}, {key for _, _, key in named}
    chosen = select(table.c.site_id, table.c.register, table.c.key, table.c.name, table.c.name_en).where(
        table.c.register.in_(wanted[0]), table.c.key.in_(wanted[1])
    )
    found = {(row.site_id, row.register, row.key): text_of(row.name, row.name_en) for row in session.execute(chosen)}
    texts = {
        (site, register, key): found.get((site, register, key)) or found.get((None, register, key))
        for site, register, key in named
    }
    return {one: text for one, text in texts.items() if text is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An entry as it is kept, whether it holds or not; `site` None is one of all sites."""

    id: int
    register: Register
    key: str
    site: str | None
    name: str
    name_en: str | None
    values: Mapping[str, Value]
    since: dt.datetime
    until: dt.datetime | None
    version: int

    @property
    def text(self) -> Text:
        return text_of(self.name, self.name_en)

    @property
    def missing(self) -> tuple[str, ...]:
        """The columns that nobody has filled yet."""
        return tuple(name for name in self.register.columns if name not in self.values)

    def holds(self, at: dt.datetime) -> bool:
        """Whether it may be chosen at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an entry: who wrote it (None: the command line), when, and what it said then."""

    version: int
    at: dt.datetime
    by: str | None
    name: str
    name_en: str | None
    values: Mapping[str, Value]
    since: dt.datetime
    until: dt.datetime | None


def find(session: Session, register: Register, key: str, site: str | None) -> Kept | None:
    """An entry of a site or of all sites, also one that is over; with no site only one of all sites."""
    row = session.execute(one(register.name, key, site)).one_or_none()
    return None if row is None else kept(register, row)


def one(register: str, key: str, site: str | None) -> Select[Any]:
    """The statement that finds an entry as it is seen from a site."""
    table = table_of(tables.RegisterEntry)
    chosen = select(table).where(table.c.register == register, table.c.key == key)
    seen = at_site(site) if site is not None else (table.c.site_id.is_(None),)
    return chosen.where(*seen).order_by(table.c.site_id.is_(None)).limit(1)


def page(
    session: Session,
    register: Register,
    site: str | None,
    *,
    at: dt.datetime | None = None,
    text: str = "",
    after: str = "",
    limit: int = 50,
) -> tuple[tuple[Kept, ...], str | None]:
    """Entries of a site and of all sites by key, those after the key `after`; and the key to go on after.

    With `at` those that hold then, else all; `text` stands in key or name. With no site, those of all sites alone.
    """
    table = table_of(tables.RegisterEntry)
    chosen = select(table).where(table.c.register == register.name, table.c.key > after)
    chosen = chosen.where(*(at_site(site) if site is not None else (table.c.site_id.is_(None),)))
    if at is not None:
        chosen = chosen.where(*holding(at))
    if text:
        pattern = f"%{text.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
        named = (table.c.key, table.c.name, table.c.name_en)
        chosen = chosen.where(or_(*(column.ilike(pattern, escape="!") for column in named)))
    rows = session.execute(chosen.order_by(table.c.key).limit(limit + 1)).all()
    found = tuple(kept(register, row) for row in rows[:limit])
    return found, found[-1].key if len(rows) > limit else None


def versions(session: Session, entry: Kept) -> tuple[Version, ...]:
    """Every version of an entry, the newest first."""
    table = tables.RegisterChange
    chosen = select(table.__table__).where(table.entry_id == entry.id).order_by(table.version.desc())
    return tuple(
        Version(
            version=row.version,
            at=row.at,
            by=row.by_id,
            name=row.name,
            name_en=row.name_en,
            values=typed(entry.register, row.values),
            since=row.since,
            until=row.until,
        )
        for row in session.execute(chosen)
    )


def since_when(
    session: Session, register: Register, condition: Condition, keys: Collection[str], site: str
) -> dict[str, dt.datetime]:
    """Since when a condition has held without a break for the entries of these keys, as they are seen from a site.

    What an entry said when it was first written counts from its `since`. One for which it does not hold now is none.
    """
    table, change = table_of(tables.RegisterEntry), table_of(tables.RegisterChange)
    few = [table.c.key.in_(sorted(keys))] if len(keys) <= FEW else []
    chosen = (
        select(table.c.key, table.c.since, change.c.version, change.c.at, change.c["values"])
        .join(change, change.c.entry_id == table.c.id)
        .where(table.c.register == register.name, *few, *at_site(site))
        .order_by(table.c.id, change.c.version)
    )
    found: dict[str, dt.datetime] = {}
    for row in session.execute(chosen):
        if row.key not in keys:
            continue
        if not holds(condition, register.name, typed(register, row.values)):
            found.pop(row.key, None)
        elif row.key not in found:
            found[row.key] = row.since if row.version == 1 else max(row.at, row.since)
    return found


def kept(register: Register, row: Row[Any]) -> Kept:
    """The entry that a row is."""
    return Kept(
        id=row.id,
        register=register,
        key=row.key,
        site=row.site_id,
        name=row.name,
        name_en=row.name_en,
        values=typed(register, row.values),
        since=row.since,
        until=row.until,
        version=row.version,
    )


def at_site(site: str) -> tuple[ColumnElement[bool], ...]:
    """That an entry is one of a site, or of all."""
    column = tables.RegisterEntry.site_id
    return (or_(column.is_(None), column == site),)


def holding(at: dt.datetime) -> tuple[ColumnElement[bool], ...]:
    """That an entry holds at an instant."""
    table = tables.RegisterEntry
    return (table.since <= at, or_(table.until.is_(None), table.until > at))


def text_of(name: str, name_en: str | None) -> Text:
    """What people read; without an English name, the Chinese."""
    return Text(name_en or name, name)


def typed(register: Register, stored: Mapping[str, object]) -> dict[str, Value]:
    """The values of an entry by the columns that the register has now; what does not fit them any more is left out."""
    values: dict[str, Value] = {}
    for name, column in register.columns.items():
        if name in stored:
            try:
                values[name] = from_json(column, stored[name])
            except (ValueError, ArithmeticError):
                continue  # the column had another type when this was written: it is missing until somebody writes it
    return values
