"""Schedules at their sites: which there are, since when each is looked after, and what keeps one from opening."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.orm import Session

from service import registers, revisions, tables
from service.db import PerDatabase, table_of
from service.revisions import Published
from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition
from workflow.recurring import Period, next_period, periods, unknown_holidays
from workflow.registers import RegisterEntry, holds
from workflow.schedule import Schedule

GROUP = "group"
"""The site of the group itself, where its schedules open and no others; without it, at the first site by its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A schedule at one site, with the calendar of that site. `since` is the instant up to which it was seen to."""

    definition: Definition
    schedule: Schedule
    site: str
    prefix: str
    calendar: Calendar
    since: dt.datetime

    @property
    def key(self) -> tuple[str, str, str]:
        return self.definition.name, self.schedule.name, self.site


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A ticket that a schedule wants: for a period and a party (None: the site), as of `at`."""

    period: Period
    party: RegisterEntry | None
    at: dt.datetime

    @property
    def key(self) -> tuple[str, str]:
        return self.period.key, self.party.key if self.party else ""


def begin(session: Session, catalogue: Catalogue, at: dt.datetime) -> None:
    """Look after every schedule of a catalogue at every site, those that are new from `at` on, and no others."""
    table = table_of(tables.Schedule)
    there, wanted = _looked_after(session), _to_be_looked_after(session, catalogue)
    for workflow, name, site in sorted(there - wanted):
        session.execute(
            delete(table).where(table.c.workflow == workflow, table.c.name == name, table.c.site_id == site)
        )
    new = [
        {"workflow": workflow, "name": name, "site_id": site, "since": at}
        for workflow, name, site in sorted(wanted - there)
    ]
    if new:
        session.execute(insert(table), new)


def complete(session: Session, catalogue: Catalogue) -> bool:
    """Whether every schedule of the catalogue is looked after at every site."""
    return _looked_after(session) == _to_be_looked_after(session, catalogue)


def _looked_after(session: Session) -> set[tuple[str, str, str]]:
    return set(_since(session))


def _to_be_looked_after(session: Session, catalogue: Catalogue) -> set[tuple[str, str, str]]:
    """Every schedule at every site but GROUP; that of a matter of the whole group at GROUP, or at the first site."""
    every = session.execute(select(tables.Site.id).order_by(tables.Site.id)).scalars().all()
    sites = [site for site in every if site != GROUP]
    of_group = [GROUP] if GROUP in every else sites[:1]
    return {
        (definition.name, name, site)
        for definition in catalogue.opened()
        for name in definition.recurring
        for site in (of_group if definition.of_group else sites)
    }


def standing(session: Session, published: Published) -> Iterator[Standing]:
    """Every published schedule at every site, in order, as far as it is looked after already."""
    yield from _at_sites(session, published, _since(session))


def foreseen(session: Session, published: Published, at: dt.datetime) -> Iterator[Standing]:
    """Every published schedule at every site, in order, also where no scheduler has looked yet: there since `at`."""
    since = _since(session)
    keys = _to_be_looked_after(session, published.catalogue)
    yield from _at_sites(session, published, {key: since.get(key, at) for key in keys})


def _since(session: Session) -> dict[tuple[str, str, str], dt.datetime]:
    """Since when each schedule is looked after at each site."""
    table = table_of(tables.Schedule)
    return {(row.workflow, row.name, row.site_id): row.since for row in session.execute(select(table))}


def _at_sites(
    session: Session, published: Published, since: Mapping[tuple[str, str, str], dt.datetime]
) -> Iterator[Standing]:
    site = table_of(tables.Site)
    rows = session.execute(select(site.c.id, site.c.calendar, site.c.number_prefix))
    sites = {row.id: row for row in rows}
    for (workflow, name, id_), begun in sorted(since.items()):
        definition = published.catalogue.definitions.get(workflow)
        schedule = definition.recurring.get(name) if definition else None
        if definition is not None and schedule is not None:
            yield Standing(
                definition=definition,
                schedule=schedule,
                site=id_,
                prefix=sites[id_].number_prefix,
                calendar=revisions.calendar_for(session, published, definition, sites[id_].calendar),
                since=begun,
            )


def wanted(session: Session, one: Standing, at: dt.datetime) -> tuple[Wanted, ...]:
    """The tickets that a schedule wants at `at` and that are neither there nor refused, by the instant they count from.

    Those whose due date had passed before the schedule was looked after, or before it was for this party, are none.
    """
    found = list(periods(one.schedule, one.calendar, one.since, at))
    if not found:
        return ()
    table = table_of(tables.Occurrence)
    mine = and_(table.c.workflow == one.definition.name, table.c.schedule == one.schedule.name)
    if not one.definition.of_group:  # what the group has was perhaps opened at a site that was the group's before
        mine = and_(mine, table.c.site_id == one.site)
    chosen = select(table.c.period, table.c.party).where(mine, table.c.period.in_([period.key for period in found]))
    there = {(row.period, row.party) for row in session.execute(chosen)}
    parties: tuple[RegisterEntry | None, ...] = (None,)
    if one.schedule.for_each is not None:
        without = [
            party
            for party in entries_of(session, one.schedule, one.site, at)
            if any((period.key, party.key) not in there for period in found)
        ]
        parties = _since_meant(session, one, without)
    missing = [
        Wanted(period=period, party=party, at=max(period.opens, one.since, party.since if party else one.since))
        for period in found
        for party in parties
        if party is None or party.since < period.due_at
    ]
    return tuple(sorted((each for each in missing if each.key not in there), key=lambda each: (each.at, each.key)))


def entries_of(session: Session, schedule: Schedule, site: str, at: dt.datetime) -> tuple[RegisterEntry, ...]:
    """The entries of its register for each of which a schedule has a ticket at a site, as they are at an instant."""
    register = schedule.for_each or ""
    there = registers.entries(session, register, site, at)
    if schedule.condition is None:
        return there
    return tuple(each for each in there if holds(schedule.condition, register, each.values))


def expected(session: Session, one: Standing, period: Period) -> dict[dt.date, int]:
    """How many tickets a period has, as far as the register tells now, by the local date on which they open."""
    local_date = one.calendar.local_date
    if one.schedule.for_each is None:
        return {local_date(period.opens): 1}
    just_before = period.due_at - dt.timedelta(microseconds=1)
    there = {
        entry.key: entry
        for at in (just_before, period.opens)
        for entry in entries_of(session, one.schedule, one.site, at)
    }
    parties = _since_meant(session, one, list(there.values()))
    return dict(Counter(local_date(max(period.opens, party.since)) for party in parties if party.since < period.due_at))


def _since_meant(session: Session, one: Standing, parties: list[RegisterEntry]) -> tuple[RegisterEntry, ...]:
    """The same entries, each `since` it has been one of those that the schedule means."""
    condition, register = one.schedule.condition, one.schedule.for_each or ""
    if condition is None or not parties:
        return tuple(parties)
    declared = revisions.current(session).catalogue.registers[register]
    since = registers.since_when(session, declared, condition, {each.key for each in parties}, one.site)
    return tuple(replace(each, since=since.get(each.key, each.since)) for each in parties)


def seen_to(session: Session, one: Standing, at: dt.datetime) -> None:
    """Everything that a schedule wanted up to `at` has been seen to."""
    table = table_of(tables.Schedule)
    session.execute(
        update(table)
        .where(table.c.workflow == one.definition.name, table.c.name == one.schedule.name, table.c.site_id == one.site)
        .values(since=at)
    )


def _next_opening(one: Standing, at: dt.datetime) -> dt.datetime | None:
    period = next_period(one.schedule, one.calendar, at)
    return period.opens if period else None


@dataclass(frozen=True, slots=True)
class _Rest:
    """That a schedule, as it stood, wanted nothing at an instant, and when it opens something next."""

    one: Standing
    at: dt.datetime
    opens: dt.datetime | None


class Resting:
    """Which schedules this process need not look at: they wanted nothing, and open nothing before an instant.

    One that changes, gets other days or was seen to meanwhile is looked at anew, and so is one that opens for each of a
    register as soon as it has had a period, because somebody may arrive or change.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], _Rest] = {}

    def rests(self, session: Session, one: Standing, at: dt.datetime) -> bool:
        """Whether a schedule wants nothing at an instant."""
        if self._of(one, at) is not None:
            return True
        if wanted(session, one, at):
            return False
        if not _may_arrive(one, at):
            self._kept[one.key] = _Rest(one, at, _next_opening(one, at))
        return True

    def next_opening(self, one: Standing, at: dt.datetime) -> dt.datetime | None:
        """When a schedule opens something next."""
        rest = self._of(one, at)
        return rest.opens if rest is not None else _next_opening(one, at)

    def _of(self, one: Standing, at: dt.datetime) -> _Rest | None:
        rest = self._kept.get(one.key)
        if rest is None or at < rest.at or (rest.opens is not None and at >= rest.opens):
            return None
        same = rest.one.definition is one.definition and rest.one.since == one.since
        return rest if same and rest.one.calendar.revision == one.calendar.revision else None


def resting(session: Session) -> Resting:
    """What this process knows of the schedules of its database."""
    return _resting.of(session)


_resting = PerDatabase(Resting)


def _may_arrive(one: Standing, at: dt.datetime) -> bool:
    """Whether a party that is written down later, perhaps with an earlier date, would get a ticket of a period."""
    schedule = one.schedule
    return schedule.for_each is not None and any(True for _ in periods(schedule, one.calendar, one.since, at))


def refused_of(session: Session, one: Standing) -> int:
    """How many openings of a schedule at its site are refused and tried again."""
    table = table_of(tables.Occurrence)
    mine = (table.c.workflow == one.definition.name, table.c.schedule == one.schedule.name)
    waiting = (*mine, table.c.site_id == one.site, table.c.retry_at.is_not(None))
    return session.execute(select(func.count()).where(*waiting)).scalar_one()


def refused(session: Session) -> list[str]:
    """The openings that were refused, each as `workflow.schedule of site for period party`."""
    table = table_of(tables.Occurrence)
    rows = session.execute(
        select(table.c.workflow, table.c.schedule, table.c.site_id, table.c.period, table.c.party)
        .where(table.c.retry_at.is_not(None))
        .order_by(table.c.id)
    )
    return [
        f"{row.workflow}.{row.schedule} of {row.site_id} for {' '.join(filter(None, (row.period, row.party)))}"
        for row in rows
    ]


def kept_from_opening(session: Session, published: Published, at: dt.datetime) -> list[str]:
    """Which schedules can open nothing where they stand, and why."""
    found = []
    for one in standing(session, published):
        named = f"{one.definition.name}.{one.schedule.name} of {one.site} opens nothing"
        year = unknown_holidays(one.schedule, one.calendar, at)
        if year is not None:
            found.append(f"{named} for {year}, whose public holidays are not known yet")
        elif one.schedule.every == "holiday" and not one.calendar.holidays:
            found.append(f"{named}: the calendar {one.calendar.name} knows no public holidays")
        elif one.schedule.every == "shift" and not one.calendar.shifts:
            found.append(f"{named}: the calendar {one.calendar.name} has no shifts")
    return found
