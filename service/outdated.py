"""Open tickets that are pinned to something older than what is published: which ones an owner may carry over, and to
what.

Nothing is carried over by itself. Whoever names a definition means its open tickets, those of its classes too: they get
its newest revision and the days of their calendar as they are now. Whoever names a calendar means every open ticket
that counts by it: it gets the days, and keeps its revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.account_faults import NotKnown
from service.db import table_of
from service.revisions import Published
from workflow import words
from workflow.calendar import Calendar
from workflow.carrying import open_states
from workflow.definition import Definition, Text
from workflow.names import nearest

ALL = "all"
"""Every definition."""


class CarryingRefused(Exception):
    """Nothing is carried over, and nothing published for it: `reasons` says why, all of it."""

    def __init__(self, reasons: tuple[Text, ...]) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reason.en for reason in reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What an owner wants carried over: names of definitions and calendars, or `all`.

    `mapped` has the states that are gone, with those in which their tickets go on; `by` is the person who asks for it,
    None for the command line.
    """

    names: tuple[str, ...]
    mapped: Mapping[str, str] = field(default_factory=dict)
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Open tickets that are pinned to the same, and will be: how many there are, what they have and what they get."""

    workflow: str
    site: str
    revision: str
    calendar_revision: str
    tickets: int
    definition: Definition
    calendar: Calendar

    @property
    def mine(self) -> tuple[ColumnElement[bool], ...]:
        """What holds of the rows of its tickets; one that has been carried over is none of them any more."""
        ticket = table_of(tables.Ticket)
        return (
            ticket.c.workflow == self.workflow,
            ticket.c.site_id == self.site,
            ticket.c.revision == self.revision,
            ticket.c.calendar_revision == self.calendar_revision,
            ticket.c.ended_at.is_(None),
        )


def groups(session: Session, published: Published, wish: Wish) -> tuple[Group, ...]:
    """What is to be carried over to what is published, the most tickets last; empty where all have it already.

    Raises NotKnown for a name that means nothing, CarryingRefused for tickets that would stand nowhere.
    """
    catalogue = published.catalogue
    known = (*catalogue.definitions, *catalogue.calendars, ALL)
    for name in wish.names:
        if name not in known:
            raise NotKnown("definition or calendar", name, known)
    found = tuple(sorted(_groups(session, published, wish.names), key=lambda one: (one.tickets, one.workflow)))
    reasons = tuple(_reasons(session, found, wish.mapped))
    if reasons:
        raise CarryingRefused(reasons)
    return found


def _groups(session: Session, published: Published, names: Collection[str]) -> Iterator[Group]:
    ticket, site = tables.Ticket, tables.Site
    pinned = (ticket.workflow, ticket.site_id, ticket.revision, ticket.calendar_revision)
    counted = select(*pinned, func.count()).where(ticket.ended_at.is_(None)).group_by(*pinned).order_by(*pinned)
    calendars = {row.id: row.calendar for row in session.execute(select(site.id, site.calendar))}
    for workflow, place, revision, days, count in session.execute(counted):
        newest = published.catalogue.definitions.get(workflow)
        if newest is None:
            continue
        whole = ALL in names or workflow in names or newest.head in names
        definition = newest if whole else revisions.definition(session, workflow, revision)
        calendar = revisions.calendar_for(session, published, definition, calendars[place])
        if not whole and calendar.name not in names:
            continue
        if (definition.revision, calendar.revision) != (revision, days):
            yield Group(
                workflow=workflow,
                site=place,
                revision=revision,
                calendar_revision=days,
                tickets=count,
                definition=definition,
                calendar=calendar,
            )


# --- What has no place in the new revision ----------------------------------------------------------------------------


def _reasons(session: Session, found: tuple[Group, ...], mapped: Mapping[str, str]) -> Iterator[Text]:
    changed = {(one.workflow, one.revision): one.definition for one in found if one.definition.revision != one.revision}
    if not changed:
        return
    pinned = {key: revisions.definition(session, *key) for key in changed}
    yield from _mapped_wrongly(changed, pinned, mapped)
    for workflow in sorted({workflow for workflow, _ in changed}):
        target = next(one for (name, _), one in changed.items() if name == workflow)
        states = _standing(session, [revision for name, revision in changed if name == workflow], workflow)
        accepted = ", ".join(open_states(target))
        for (revision, state), count in sorted(states.items()):
            if mapped.get(state, state) not in open_states(target):
                text = words.state(state, pinned[workflow, revision])
                yield Text(
                    f"{count} open ticket{'' if count == 1 else 's'} of {workflow} (revision {revision}) "
                    f"stand{'s' * (count == 1)} in “{text.en}” ({state}), which the new revision does not have as an "
                    f"open state: say where they go on with --map {state}=STATE, STATE being one of: {accepted}",
                    f"{workflow}（版本 {revision}）有 {count} 张未结工单处于“{text.read('zh')}”（{state}），"
                    f"新版本没有这个未结束的状态：请用 --map {state}=STATE 指明转入哪个状态，STATE 可为：{accepted}",
                )


def _standing(session: Session, among: Collection[str], workflow: str) -> Counter[tuple[str, str]]:
    """How many open tickets stand where, by revision and state."""
    ticket = tables.Ticket
    counted = (
        select(ticket.revision, ticket.state, func.count())
        .where(ticket.workflow == workflow, ticket.revision.in_(among), ticket.ended_at.is_(None))
        .group_by(ticket.revision, ticket.state)
    )
    return Counter({(revision, state): count for revision, state, count in session.execute(counted)})


def _mapped_wrongly(
    changed: Mapping[tuple[str, str], Definition],
    pinned: Mapping[tuple[str, str], Definition],
    mapped: Mapping[str, str],
) -> Iterator[Text]:
    were = {name for one in pinned.values() for name in one.states}
    are = {name for one in changed.values() for name in open_states(one)}
    for old, new in mapped.items():
        if old not in were:
            near = nearest(old, were)
            yield Text(
                f"--map {old}={new}: no revision of these tickets has the state {old}"
                + (f"; did you mean {near}?" if near else f"; they have: {', '.join(sorted(were))}"),
                f"--map {old}={new}：这些工单的版本都没有状态 {old}"
                + (f"；是不是想写 {near}？" if near else f"；有：{'、'.join(sorted(were))}"),
            )
        elif old in are:
            yield Text(
                f"--map {old}={new}: the new revision still has the state {old}; only states that are gone are mapped",
                f"--map {old}={new}：新版本仍有状态 {old}；只有已不存在的状态才需要指明去向",
            )
        if new not in are:
            yield Text(
                f"--map {old}={new}: the new revision has no open state {new}; it has: {', '.join(sorted(are))}",
                f"--map {old}={new}：新版本没有未结束的状态 {new}；有：{'、'.join(sorted(are))}",
            )
