"""Carrying open tickets over to what is published, because an owner asked for it; or only saying what that would do.

A batch is one transaction, and each ticket in it is written by a compare-and-set on what was read; those that belong
together are settled and written together. Whoever is killed leaves whole tickets behind, of which some are carried over
and the others are not: the next run does what is left. A preview is the same work without the writing.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from service import revisions, storing, tables
from service.carried import Batch, Carried, Left, carried
from service.db import passing, reading, table_of, writing
from service.directory import Directory
from service.kinship import claimed_with_kin, kin_of, outcomes_of
from service.loading import Loaded, asking, histories, load
from service.new_tickets import store_kin
from service.now import Now
from service.openable import Openables
from service.outdated import Group, Wish, groups
from service.records import TicketRow, read_rows
from service.revisions import Published
from service.staff import load_directory
from service.storing import Outcome, addressed
from service.totals import totals
from workflow.carrying import Aim
from workflow.definition import Definition, Text
from workflow.entry import Entry
from workflow.kin import MemberFaulty, NotCarriedOver
from workflow.openable import family_of
from workflow.ticket import CLOCK, Actor, Facts

log = logging.getLogger(__name__)

BATCH = 100
"""Tickets that one transaction carries over."""

PASSES = 3
"""How often it is come back to tickets that somebody else was just writing."""


class PublishedMeanwhile(Exception):
    """Somebody has published while tickets were carried over; what was done is whole."""

    text = Text(
        "Somebody has published meanwhile; run the same command again to go on.",
        "其间有人发布了流程；请再次运行同一命令继续。",
    )


def foretold(now: Now, wish: Wish, published: Published) -> Iterator[Batch]:
    """What carrying over would do if this were published, batch by batch; nothing is written.

    Raises what `carry_over` does.
    """
    with reading() as session:
        found = groups(session, published, wish)
    for group in found:
        after = 0
        while True:
            with reading() as session:
                done = _batch(session, now, group, after, wish, published, frozenset(), store=False)
            if not done.last:
                break
            yield done
            after = done.last


def carry_over(now: Now, wish: Wish) -> Iterator[Batch]:
    """Carry over what is left of a wish, batch by batch, each in a transaction of its own.

    Raises NotKnown and CarryingRefused before anything is done, PublishedMeanwhile between two batches.
    """
    with reading() as session:
        published = revisions.current(session)
        found = groups(session, published, wish)
    left: set[str] = set()
    for group in found:
        waiting: list[str] = []
        for _ in range(PASSES):
            for done in _once_through(now, group, wish, published, left):
                left |= {one.number for one in done.left}
                yield done
            waiting = _waiting(group, left)
            if not waiting:
                break
        if waiting:
            yield Batch(left=tuple(Left(number=one, workflow=group.workflow, reasons=(_HELD,)) for one in waiting))


def _once_through(now: Now, group: Group, wish: Wish, published: Published, left: set[str]) -> Iterator[Batch]:
    """The tickets of a group by their ids, without those that somebody else holds."""
    after = 0
    while True:
        with writing() as session:
            if revisions.current(session).id != published.id:
                raise PublishedMeanwhile
            done = _batch(session, now, group, after, wish, published, left, store=True)
        if not done.last:
            return
        yield done
        after = done.last


_HELD = Text(
    "somebody is just writing it, or a ticket that belongs to it; run the same command again",
    "有人正在办理本工单或与其相关的工单；请再次运行同一命令",
)


def _waiting(group: Group, left: set[str]) -> list[str]:
    """The tickets of a group that are still to be carried over, for all that is known."""
    ticket = table_of(tables.Ticket)
    with reading() as session:
        found = session.execute(select(ticket.c.number).where(*group.mine)).scalars()
        return [number for number in found if number not in left]


# --- One batch --------------------------------------------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class _Unit:
    """A ticket, or tickets that belong together, and what carrying over those of the group came to."""

    rows: Sequence[TicketRow]
    outcomes: list[Outcome] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)


def _batch(
    session: Session,
    now: Now,
    group: Group,
    after: int,
    wish: Wish,
    published: Published,
    known: frozenset[str] | set[str],
    *,
    store: bool,
) -> Batch:
    ticket = table_of(tables.Ticket)
    chosen = select(ticket).where(*group.mine, ticket.c.id > after).order_by(ticket.c.id).limit(BATCH)
    rows = read_rows(session, chosen.with_for_update(skip_locked=True) if store else chosen, now)
    if not rows:
        return Batch()
    last, at = rows[-1].id, now.instant(session)
    wanted = {row.id for row in rows if row.number not in known}
    alone, families = claimed_with_kin(session, now, [row for row in rows if row.id in wanted], lock=store)
    catalogue = published.catalogue
    directory = load_directory(session, at, catalogue.roles, departments=catalogue.departments)
    work = _Work(session, group, wish, published, directory, at)
    units, left = work.through([[row] for row in alone] + [[*family] for family in families], wanted)
    if store:
        units, failed = work.written(units)
        left += failed
    said = tuple(found for unit in units for found in work.said(unit))
    return Batch(carried=said, left=tuple(left), last=last)


class _Work:
    """One batch of a group: what each ticket comes to, and the writing of it. Made for it and thrown away."""

    def __init__(
        self,
        session: Session,
        group: Group,
        wish: Wish,
        published: Published,
        directory: Directory,
        at: dt.datetime,
    ) -> None:
        self.session = session
        self.group = group
        self.wish = wish
        self.published = published
        self.directory = directory
        self.at = at
        self.actor = CLOCK if wish.by is None else Actor(id=wish.by)

    def through(self, kin: Sequence[Sequence[TicketRow]], wanted: set[int]) -> tuple[list[_Unit], list[Left]]:
        """What carrying over comes to, for each ticket or family by itself: one that cannot be holds nobody else up."""
        left: list[Left] = []
        units: list[_Unit] = []
        loaded = self._loaded(kin, left)
        for rows in kin:
            if not all(row.id in loaded for row in rows):
                continue
            try:
                units.append(self._unit(rows, loaded, wanted))
            except NotCarriedOver as held:
                left.append(self._left(held.number, tuple(one.text for one in held.blockers)))
            except MemberFaulty as faulty:
                left.append(self._faulty(faulty.number, faulty.__cause__ or faulty))
            except Exception as fault:  # whatever is wrong with one ticket must not hold up the others
                if passing(fault):
                    raise
                left += [self._faulty(row.number, fault) for row in rows if row.id in wanted]
        return units, left

    def _loaded(self, kin: Sequence[Sequence[TicketRow]], left: list[Left]) -> dict[int, Loaded]:
        """All tickets read at once; if one of them cannot be read, each family by itself."""
        every = [row for rows in kin for row in rows]
        try:
            with self.session.begin_nested():
                return self._read(every)
        except Exception as fault:
            if passing(fault):
                raise
        found: dict[int, Loaded] = {}
        for rows in kin:
            try:
                with self.session.begin_nested():
                    found |= self._read(rows)
            except Exception as fault:
                if passing(fault):
                    raise
                left += [self._faulty(row.number, fault) for row in rows]
        return found

    def _read(self, rows: Sequence[TicketRow]) -> dict[int, Loaded]:
        loaded = load(self.session, rows, self.published, self.directory)
        known = histories(self.session, [row.id for row in rows])
        return {one.id: replace(one, facts=replace(one.facts, history=known.get(one.id, ()))) for one in loaded}

    def _unit(self, rows: Sequence[TicketRow], loaded: dict[int, Loaded], wanted: set[int]) -> _Unit:
        mine = {row.id: loaded[row.id] for row in rows}
        kin = kin_of(rows, mine, self.at)
        unit = _Unit(rows=rows)
        for row in sorted(rows, key=lambda one: one.id):
            if row.id in wanted:
                entry = kin.carry_over(row.number, self.at, self._aim(loaded[row.id]))
                if entry is not None:
                    unit.entries[row.number] = entry
        unit.outcomes = [addressed(one, self.directory) for one in outcomes_of(kin, mine.values())]
        return unit

    def _aim(self, loaded: Loaded) -> Aim:
        target, calendar = self.group.definition, self.group.calendar
        return Aim(
            definition=target,
            calendar=calendar,
            facts=self._facts(loaded, target),
            mapped=self.wish.mapped,
            actor=self.actor,
        )

    def _facts(self, loaded: Loaded, target: Definition) -> Facts:
        """What deciding may know of a ticket that goes on by `target`."""
        facts = replace(loaded.facts, calendar=self.group.calendar)
        if loaded.definition.revision == target.revision:
            return facts
        facts = replace(
            facts,
            family=family_of(target, self.published.catalogue.definitions),
            openable=Openables(self.session, self.published, self.directory).of(target, loaded.ticket.site),
        )
        (sums,) = totals(self.session, self.published, [asking(replace(loaded, definition=target, facts=facts))])
        return replace(facts, totals=sums)

    # --- Writing ------------------------------------------------------------------------------------------------------

    def written(self, units: list[_Unit]) -> tuple[list[_Unit], list[Left]]:
        """The tickets that stand alone written at once, families each by itself; what cannot be, is left as it was."""
        simple = [one for one in units if all(outcome.loaded.id for outcome in one.outcomes) and len(one.rows) == 1]
        try:
            with self.session.begin_nested():
                outcomes = [outcome for one in simple for outcome in one.outcomes]
                storing.apply(self.session, outcomes, recorded_at=self.at, request_id=self.request)
            done = list(simple)
        except Exception as fault:
            if passing(fault):
                raise
            done = []
        left: list[Left] = []
        for unit in units:
            if unit in done:
                continue
            try:
                with self.session.begin_nested():
                    store_kin(
                        self.session,
                        unit.outcomes,
                        self.directory,
                        recorded_at=self.at,
                        request_id=self.request,
                        root=unit.rows[0].id,
                    )
                done.append(unit)
            except Exception as fault:
                if passing(fault):
                    raise
                left += [self._faulty(number, fault) for number in unit.entries]
        return [one for one in units if one in done], left

    @property
    def request(self) -> str:
        """By which the entries of one carrying over are found: the publication that they were carried over to."""
        return f"publication {self.published.id}"

    def _left(self, number: str, reasons: tuple[Text, ...]) -> Left:
        return Left(number=number, workflow=self.group.workflow, reasons=reasons)

    def _faulty(self, number: str, fault: BaseException) -> Left:
        log.error("%s cannot be carried over", number, exc_info=fault, extra={"action": "carrying_raised"})
        said = f"{type(fault).__name__}: {fault}"
        return self._left(number, (Text(f"it raised {said}", f"出错：{said}"),))

    def said(self, unit: _Unit) -> Iterator[Carried]:
        """What became of each ticket that was carried over."""
        for outcome in unit.outcomes:
            entry = unit.entries.get(outcome.loaded.ticket.number)
            if entry is not None:
                yield carried(outcome, entry, self.group.calendar.zone, self.at)
