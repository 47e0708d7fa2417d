"""Entries of registers as they are shown: for people a row with a cell for each column, for programs all there is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from service.cli.instants import local
from service.cli.speaking import lang, say
from service.cli.table import cut, table, visible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.registers import Kept
    from workflow.catalogue import Catalogue
    from workflow.definition import Field
    from workflow.entry import Value
    from workflow.registers import Register

WIDEST = 24
"""So many columns of the terminal a cell takes at most; `--format json` has all of it."""


def seen(session: Session, register: Register, site: str | None, at: dt.datetime | None) -> list[Kept]:
    """The entries of a site and of all sites; without a site those of every site. With `at`, those that hold then."""
    from service import sites

    found = {one.id: one for one in _pages(session, register, site, at)}
    if site is None:
        for each in sites.list_sites(session):
            found |= {one.id: one for one in _pages(session, register, each.id, at)}
    return sorted(found.values(), key=lambda one: (one.key, one.site or ""))


def _pages(session: Session, register: Register, site: str | None, at: dt.datetime | None) -> Iterable[Kept]:
    from service import registers

    after: str | None = ""
    while after is not None:
        some, after = registers.page(session, register, site, at=at, after=after, limit=500)
        yield from some


def as_table(found: Iterable[Kept], register: Register, catalogue: Catalogue, *, missing: bool) -> str:
    """A row for each entry; with `missing`, also what it lacks. Who has the command line reads every column."""
    head = [say("key", "键"), say("name", "名称"), say("site", "项目")]
    head += [cut(visible(column.text.read(lang())), WIDEST) for column in register.columns.values()]
    head += [say("since", "起"), say("until", "止"), *([say("missing", "缺")] if missing else ())]
    rows = [
        [
            one.key,
            cut(visible(one.text.read(lang())), WIDEST),
            one.site or say("all", "所有项目"),
            *(_cell(one.values.get(name), column) for name, column in register.columns.items()),
            local(one.since, catalogue),
            local(one.until, catalogue) if one.until else "",
            *([" ".join(one.missing)] if missing else ()),
        ]
        for one in found
    ]
    return table(head, rows)


def _cell(value: Value | None, column: Field) -> str:
    match value:
        case None:
            return ""
        case bool():
            return say("yes", "是") if value else say("no", "否")
        case Decimal():
            return f"{value:f}"
        case str() if value in column.choices:
            return cut(visible(column.choices[value].read(lang())), WIDEST)
        case dt.datetime():
            return value.isoformat(" ", "minutes")
        case _:
            return cut(visible(str(value)), WIDEST)


def as_row(one: Kept, at: dt.datetime) -> dict[str, Any]:
    """An entry for a program."""
    from workflow.fields import to_json

    return {
        "key": one.key,
        "name": one.name,
        "name_en": one.name_en,
        "site": one.site,
        "values": {name: to_json(value) for name, value in one.values.items()},
        "missing": list(one.missing),
        "since": one.since,
        "until": one.until,
        "holds": one.holds(at),
        "version": one.version,
    }
