"""The doctor: proves for every open ticket that what is stored of it follows from its history.

A ticket's state, fields, clocks, timers and notices are kept so that nobody has to read its history. Here it is read,
folded again from its first entry, and held against the rows. It changes nothing. Tickets are read a page at a time,
each page at one moment of the database, so that the service may go on meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from service import revisions, tables
from service.db import passing, reading, table_of
from service.derived import Derived, derive, entries_of
from service.findings import Finding, broken_values, differences, only_told
from service.loading import NUMBER, TicketUnknown
from service.revisions import RevisionUnknown, RevisionUnreadable
from service.whole import Whole, whole
from workflow.calendar import Calendar
from workflow.definition import Definition, Text
from workflow.soundness import unsound

PAGE = 200
"""Tickets that are read at once."""

SPAN = 5_000
"""How many ids one statement looks through at most, however many of them have ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A ticket on which something is found; `derived` only where its history holds together.

    `whole` None: its rows cannot even be read.
    """

    number: str
    findings: tuple[Finding, ...]
    whole: Whole | None = None
    derived: Derived | None = None

    @property
    def mends(self) -> bool:
        """Whether something of it can be put right."""
        return any(one.mends for one in self.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A page of tickets that were looked at, and what was found on them."""

    looked_at: int
    cases: tuple[Case, ...]


@dataclass(slots=True)
class Pinned:
    """The definitions and calendars that histories name; what could not be read is tried once."""

    definitions: dict[str, Definition] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    faults: dict[str, RevisionUnknown | RevisionUnreadable] = field(default_factory=dict)

    def read(self, session: Session, found: Sequence[Whole]) -> None:
        """Know what these tickets' histories name."""
        named = {(row.workflow, row.revision) for one in found for row in one.entries}
        for workflow, revision in sorted(named - {(one.name, hash_) for hash_, one in self.definitions.items()}):
            if revision not in self.faults:
                try:
                    self.definitions[revision] = revisions.definition(session, workflow, revision)
                except (RevisionUnknown, RevisionUnreadable) as fault:
                    self.faults[revision] = fault
        for revision in {row.calendar_revision for one in found for row in one.entries} - self.calendars.keys():
            if revision not in self.faults:
                try:
                    self.calendars[revision] = revisions.calendar(session, revision)
                except RevisionUnknown as fault:
                    self.faults[revision] = fault


def walk(*, ended: bool = False, page: int = PAGE, after: int = 0, until: int | None = None) -> Iterator[Seen]:
    """All open tickets with ids above `after`, up to `until`, the oldest first; with `ended` all others, too.

    Of those that have ended only what a look at their rows shows to be wrong is examined otherwise: that they have a
    timer, or no entry that ends them.
    """
    pinned = Pinned()
    last = after
    while (until is None or last < until) and (ids := _following(last, page, until, ended=ended)) is not None:
        chosen, last = ids
        if chosen:
            yield _seen(chosen, pinned)


def examine(number: str) -> Case | None:
    """What is found on one ticket, open or not; None if everything is as it should be. Raises TicketUnknown."""
    ticket = table_of(tables.Ticket)
    with reading() as session:
        chosen = select(ticket.c.id).where(ticket.c.number == number)
        id_ = session.execute(chosen).scalar_one_or_none() if NUMBER.fullmatch(number) else None
    if id_ is None:
        raise TicketUnknown(number)
    return next(iter(_seen([id_], Pinned()).cases), None)


def stretches() -> Iterator[tuple[int, int]]:
    """The ids of all tickets in stretches, for `walk`: each after the first number, up to the second."""
    ticket = table_of(tables.Ticket)
    with reading() as session:
        highest = session.execute(select(func.max(ticket.c.id))).scalar_one() or 0
    for last in range(0, highest, SPAN):
        yield last, last + SPAN


def _following(last: int, page: int, until: int | None, *, ended: bool) -> tuple[list[int], int] | None:
    """The next ids to be looked at, and up to where the tickets have been gone through; None at the end."""
    ticket = table_of(tables.Ticket)
    end = last + SPAN if until is None else min(last + SPAN, until)
    among = and_(ticket.c.id > last, ticket.c.id <= end)
    wanted: list[ColumnElement[bool]] = [] if ended else [or_(ticket.c.ended_at.is_(None), _wrongly_ended())]
    with reading() as session:
        chosen = select(ticket.c.id).where(among, *wanted).order_by(ticket.c.id).limit(page)
        ids = list(session.execute(chosen).scalars())
        if len(ids) == page:
            return ids, ids[-1]
        # Ids that lie far apart are no reason to look through all that is between them.
        following = session.execute(select(func.min(ticket.c.id)).where(ticket.c.id > end)).scalar_one()
    if following is None and not ids:
        return None
    return ids, end if following is None else following - 1


def _wrongly_ended() -> ColumnElement[bool]:
    ticket, timer, entry = table_of(tables.Ticket), table_of(tables.Timer), table_of(tables.Entry)
    ends = and_(entry.c.ticket_id == ticket.c.id, entry.c.ends, entry.c.at == ticket.c.ended_at)
    return or_(exists().where(timer.c.ticket_id == ticket.c.id), ~exists().where(ends))


def _seen(ids: Sequence[int], pinned: Pinned) -> Seen:
    cases = []
    for one in _read(ids, pinned):
        case = one if isinstance(one, Case) else diagnose(one, pinned)
        if case is not None:
            cases.append(case)
    return Seen(looked_at=len(ids), cases=tuple(cases))


def _read(ids: Sequence[int], pinned: Pinned) -> Iterator[Whole | Case]:
    """The tickets at one moment; where a row cannot even be read, each by itself."""
    try:
        with reading() as session:
            found = whole(session, ids)
            pinned.read(session, found)
    except Exception as fault:
        if passing(fault):
            raise
        if len(ids) == 1:
            yield Case(number=_number(ids[0]), findings=(only_told("history", _not_followed(fault)),))
            return
        for id_ in ids:
            yield from _read([id_], pinned)
    else:
        yield from found


def diagnose(one: Whole, pinned: Pinned) -> Case | None:
    """What is found on a ticket that was read whole; None if everything is as it should be."""
    findings = [*_set_aside(one)]
    derived: Derived | None = None
    try:
        broken = [*_unreadable(one, pinned), *broken_values(one)]
        if not broken:
            history = entries_of(one, pinned.definitions)
            fault = unsound(history)
            if fault is None:
                derived = derive(one, history, pinned.definitions, pinned.calendars)
                broken = differences(one, derived)
            else:
                broken = [only_told("history", fault)]
        findings = [*broken, *findings]
    except Exception as fault:  # noqa: BLE001 - a history that nobody could have written may be wrong in any way
        findings = [only_told("history", _not_followed(fault)), *findings]
    if not findings:
        return None
    return Case(number=one.number, findings=tuple(findings), whole=one, derived=derived)


def _not_followed(fault: Exception) -> Text:
    why = f"{type(fault).__name__}: {fault}"
    return Text(f"it cannot be followed: {why}", f"无法推算：{why}")


def _number(id_: int) -> str:
    table = table_of(tables.Ticket)
    with reading() as session:
        number: str = session.execute(select(table.c.number).where(table.c.id == id_)).scalar_one()
    return number


def _unreadable(one: Whole, pinned: Pinned) -> Iterator[Finding]:
    """The revisions that the history names and that this version of the program cannot read."""
    if not one.entries:
        yield only_told("history", unsound(()) or Text(""))
    named = dict.fromkeys(name for row in one.entries for name in (row.revision, row.calendar_revision))
    for revision in named:
        fault = pinned.faults.get(revision)
        if fault is not None:
            zh = f"本版本的 Duban 无法按原样读取：{fault}"
            yield only_told("revision", Text(str(fault), zh), revision)


def _set_aside(one: Whole) -> Iterator[Finding]:
    until: dt.datetime | None = one.row["set_aside_until"]
    if until is not None:
        times, why = one.row["attempts"], one.row["fault"]
        text = Text(f"set aside after {times} attempts: {why}", f"已搁置，尝试 {times} 次：{why}")
        yield only_told("set_aside", text)
