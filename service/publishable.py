"""Whether files that are right in themselves may go live: what the house and its open tickets still need of the old."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from dataclasses import fields, is_dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.revisions import RevisionUnknown, RevisionUnreadable
from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Become, Definition, Effects, Field, Text, Who


def against(
    session: Session,
    before: Catalogue,
    published: Collection[str],
    catalogue: Catalogue,
    tickets: Mapping[tuple[str, str], int],
    at: dt.datetime,
) -> Iterator[Text]:
    """What stands against a catalogue that is right in itself, at `at`.

    `before` is what holds so far, as far as it can still be read, `published` the names of its definitions; `tickets`
    how many are open, by definition and revision.
    """
    for calendar in catalogue.calendars.values():
        if not calendar.may_be_published(at):
            yield _year_unknown(calendar, at)
    site = tables.Site
    for name, wanted in session.execute(select(site.id, site.calendar).order_by(site.id)):
        if wanted is not None and wanted not in catalogue.calendars:
            yield Text(
                f"the site {name} counts with the calendar {wanted}, which these files do not have; keep it",
                f"项目 {name} 使用日历 {wanted}，而这些文件里没有它；请保留",
            )
    gone = [name for name in published if name not in catalogue.definitions]
    for name in sorted(gone):
        if count := sum(tickets[key] for key in tickets if key[0] == name):
            yield Text(
                f"the definition {name} is taken away and has {count} open ticket{'' if count == 1 else 's'}; "
                "keep it until they have ended",
                f"流程 {name} 被删除，但还有 {count} 张工单未结束；请保留到工单全部结束",
            )
    roles = {name for name in before.roles if name not in catalogue.roles}
    registers = {name for name in before.registers if name not in catalogue.registers}
    if gone or roles or registers:
        yield from _still_named(session, tickets, set(gone), roles, registers)


def _year_unknown(calendar: Calendar, at: dt.datetime) -> Text:
    year, known = calendar.local_date(at).year, calendar.published_until
    return Text(
        f"the calendar {calendar.name} knows public holidays until {known}, not those of {year}; "
        "install a newer version of the package holidays, which knows them",
        f"日历 {calendar.name} 的法定节假日只到 {known}，没有 {year} 年的；请安装包含该年节假日的新版 holidays 软件包",
    )


def _still_named(
    session: Session,
    tickets: Mapping[tuple[str, str], int],
    definitions: set[str],
    roles: set[str],
    registers: set[str],
) -> Iterator[Text]:
    """What open tickets will look for by their pinned revisions, and would not find any more."""
    for (workflow, revision), count in sorted(tickets.items()):
        try:
            pinned = revisions.definition(session, workflow, revision)
        except (RevisionUnknown, RevisionUnreadable):
            continue  # its tickets stand still already, and no file here could help them
        asked_roles, asked_definitions = _asked_for(pinned)
        asked_registers = {one.register for one in _values(pinned) if isinstance(one, Field) and one.register}
        for what, what_zh, names in (
            ("role", "角色", asked_roles & roles),
            ("register", "名册", asked_registers & registers),
            ("definition", "流程", (asked_definitions & definitions) - {workflow}),
        ):
            for name in sorted(names):
                yield Text(
                    f"the {what} {name} is taken away, and {count} open ticket{'' if count == 1 else 's'} of "
                    f"{workflow} may still need it (revision {revision}); "
                    "keep it until they have ended or are carried over",
                    f"{what_zh} {name} 被删除，但 {workflow} 还有 {count} 张未结束的工单可能用到它（版本 {revision}）；"
                    "请保留到这些工单结束或转入新版本",
                )


def _asked_for(definition: Definition) -> tuple[set[str], set[str]]:
    """The roles and the definitions that a ticket of this definition may look for."""
    roles, definitions = {definition.accountable}, set(definition.family)
    for value in _values(definition):
        if isinstance(value, Who) and value.kind == "role":
            roles.add(value.name)
        elif isinstance(value, Effects) and isinstance(accountable := value.set.get("accountable"), str):
            roles.add(accountable)
        elif isinstance(value, Become):
            definitions.update(name for name in (value.workflow, *value.table.values()) if name)
    return roles, definitions


def _values(value: object) -> Iterator[object]:
    """A value and everything in it."""
    yield value
    if is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from _values(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for inside in value.values():
            yield from _values(inside)
    elif isinstance(value, tuple | list | frozenset):
        for inside in value:
            yield from _values(inside)
