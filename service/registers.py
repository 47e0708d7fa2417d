"""The entries of registers: what may be chosen where and when, and the writing of them, every version kept.

An entry belongs to one site, or to all; its key is its own there. It holds from `since` until before `until`; one that
is over stays, because tickets name it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.db import table_of
from workflow.definition import Text
from workflow.entry import Value
from workflow.fields import from_json
from workflow.registers import Register, RegisterEntry

MOST_LOOKED_UP = 10_000
"""So many keys of one request are looked up; a form has fewer."""


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


def called(session: Session, named: Collection[tuple[str, str]], site: str) -> dict[tuple[str, str], Text]:
    """What the entries are called that a ticket of a site names, by register and key; also those that are over."""
    if not named:
        return {}
    table = table_of(tables.RegisterEntry)
    chosen = select(table.c.register, table.c.key, table.c.name, table.c.name_en).where(
        table.c.register.in_({register for register, _ in named}),
        table.c.key.in_({key for _, key in named}),
        *at_site(site),
    )
    return {(row.register, row.key): text_of(row.name, row.name_en) for row in session.execute(chosen)}


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
