"""Working time: what a day is in a house, and how much of a unit lies between two instants.

A calendar knows which dates are working days and when it is open; counting itself is `workflow.counting`. Public
holidays are worked out into single dates when a calendar is built, so that a published
calendar needs no package and changes with none. Instants are aware; what comes out is in UTC.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from workflow.calendar_file import FIRST_YEAR, LAST_YEAR, CalendarSpec, read_house
from workflow.counting import DAY, NOTHING, Count, civil_days, elapsed, first_instant, opened
from workflow.durations import Unit
from workflow.house import NO_NAMES, WEEKDAYS, Day, DayName, DayNames, Holiday, Opening, parse_opening
from workflow.public_holidays import public_days

_EARLIEST = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=dt.UTC)
_LATEST = dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=dt.UTC)
_AROUND = dt.timedelta(days=90)
_ELAPSED = elapsed(_EARLIEST, _LATEST)


class HorizonPassed(ValueError):
    """An instant or a date lies outside the years that calendars count, 1970 to 2200."""


class Calendar:
    """Working time of one house. Two calendars that make the same of every day are equal, whatever their names.

    What people call a day (a holiday, the reason why the house is closed) is kept beside it and changes no revision.

    Each unit is a count C of instants that never falls; what lies between two instants is its difference.
    """

    __slots__ = (
        "_counts",
        "_dates",
        "_known",
        "_names",
        "_published",
        "_week",
        "_zone",
        "en",
        "name",
        "revision",
        "shifts",
        "zh",
    )

    def __init__(
        self,
        *,
        name: str,
        zone: str,
        week: Sequence[Day],
        dates: Mapping[dt.date, Day],
        published: tuple[int, int] | None,
        names: DayNames = NO_NAMES,
        shifts: Mapping[str, Opening] = MappingProxyType({}),
        zh: str = "",
        en: str = "",
    ) -> None:
        if not any(day.working for day in week):
            raise ValueError(f"the calendar {name} has no working day in the week")
        if not any(day.openings for day in week):
            raise ValueError(f"the calendar {name} is never open in the week")
        self.name, self.zh, self.en = name, zh, en
        self._zone = ZoneInfo(zone)
        self._week = tuple(week)
        self._dates = {date: day for date, day in sorted(dates.items()) if day != self._week[date.weekday()]}
        self._published = published
        first, last = published or (FIRST_YEAR, LAST_YEAR)
        # In UTC so far inside the published years that it is inside them in every zone.
        self._known = dt.datetime(first, 1, 3, tzinfo=dt.UTC), dt.datetime(last, 12, 29, tzinfo=dt.UTC)
        self._names = names
        self.shifts = MappingProxyType(dict(sorted(shifts.items(), key=lambda shift: shift[1])))
        # Grows only: a wider count takes a narrower one's place, so that threads need no lock. At worst two build it.
        self._counts: dict[Unit, Count] = {Unit.ELAPSED: _ELAPSED}
        canonical = json.dumps(self._behaviour(), sort_keys=True, separators=(",", ":"))
        self.revision = hashlib.sha256(canonical.encode()).hexdigest()[:16]

    def __eq__(self, other: object) -> bool:
        return self.revision == other.revision if isinstance(other, Calendar) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.revision)

    def __repr__(self) -> str:
        return f"Calendar({self.name!r}, {self.zone!r}, {self.revision!r})"

    @property
    def zone(self) -> str:
        return self._zone.key

    def read(self, lang: str) -> str:
        """What people call the calendar, in `lang` ("zh" or "en")."""
        return (self.zh if lang == "zh" else "") or self.en or self.name

    def between(self, start: dt.datetime, end: dt.datetime, unit: Unit) -> dt.timedelta:
        """How much of `unit` lies between: C(end) - C(start). Raises ValueError if `end` is earlier."""
        start, end = _utc(start), _utc(end)
        count = self._count_between(start, end, unit)
        return count.at(end) - count.at(start)

    def add(self, start: dt.datetime, amount: dt.timedelta, unit: Unit) -> dt.datetime:
        """The earliest instant, not before `start`, at which `amount` has passed since; for nothing `start` itself.

        So working hours end at closing time, not at the next opening. Raises HorizonPassed past 2200.
        """
        start = _utc(start)
        if amount <= NOTHING:
            _refuse_negative(amount)
            return start
        count = self._count(unit, start, start)
        while (goal := count.at(start) + amount) > count.ceiling:
            count = self._longer(unit, count, later=True)
        return count.reached(goal)

    def back(self, end: dt.datetime, amount: dt.timedelta, unit: Unit) -> dt.datetime:
        """The earliest instant, not after `end`, from which no more than `amount` is left until `end`.

        So an hour before 10:00 is the closing of the day before, where that hour begins with the opening.
        Raises HorizonPassed before 1970.
        """
        end = _utc(end)
        _refuse_negative(amount)
        count = self._count(unit, end, end)
        while (goal := count.at(end) - amount) <= count.floor:
            count = self._longer(unit, count, later=False)
        return count.reached(goal)

    def still(self, start: dt.datetime, end: dt.datetime, unit: Unit) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        """The spans between in which nothing of `unit` passes, in order. Raises ValueError if `end` is earlier."""
        start, end = _utc(start), _utc(end)
        return tuple(self._count_between(start, end, unit).still(start, end))

    def jumps(self, start: dt.datetime, end: dt.datetime, unit: Unit) -> tuple[tuple[dt.datetime, dt.timedelta], ...]:
        """The instants after `start`, until `end`, at which an amount of `unit` passes at once: hours left out."""
        start, end = _utc(start), _utc(end)
        return tuple(self._count_between(start, end, unit).jumps(start, end))

    def local_date(self, instant: dt.datetime) -> dt.date:
        return _utc(instant).astimezone(self._zone).date()

    def at_time(self, date: dt.date, time: dt.time) -> dt.datetime:
        """When clocks show `time` on `date`; for a missing time the first instant after the gap, of two the first."""
        return self._at(
            date, dt.datetime.combine(date, time.replace(tzinfo=None)) - dt.datetime.combine(date, dt.time())
        )

    def start_of(self, date: dt.date) -> dt.datetime:
        """The first instant of the local day."""
        return self._at(date, NOTHING)

    def end_of(self, date: dt.date) -> dt.datetime:
        """24:00 of the local day, which is the start of the next one."""
        return self._at(date, DAY)

    def is_working_day(self, date: dt.date) -> bool:
        return self.day(date).working

    def day(self, date: dt.date) -> Day:
        """What the date is: whether it is worked, and its openings in wall time."""
        return self._dates.get(date) or self._week[date.weekday()]

    def usually(self, date: dt.date) -> Day:
        """What its weekday is as a rule."""
        return self._week[date.weekday()]

    def hours(self, date: dt.date) -> tuple[tuple[dt.datetime, dt.datetime], ...]:
        """The openings that begin on `date`, as half-open spans; one that lies in a missing hour is left out."""
        spans = (
            (self._at(date, dt.timedelta(minutes=opening.start)), self._at(date, dt.timedelta(minutes=opening.end)))
            for opening in self.day(date).openings
        )
        return tuple((start, end) for start, end in spans if start < end)

    def shifts_on(self, date: dt.date) -> tuple[tuple[str, dt.datetime, dt.datetime], ...]:
        """The shifts that begin on `date`, each with its name, as half-open spans in order; whatever the date is."""
        spans = (
            (name, self._at(date, dt.timedelta(minutes=span.start)), self._at(date, dt.timedelta(minutes=span.end)))
            for name, span in self.shifts.items()
        )
        return tuple((name, start, end) for name, start, end in spans if start < end)

    def end_of_shift(self, instant: dt.datetime) -> dt.datetime:
        """When the shift ends in which `instant` lies; between two shifts, the end of the next one.

        A house without shifts has one a day: the end is that of the local day.
        """
        date = self.local_date(instant)
        if not self.shifts:
            return self.end_of(date)
        around = (date + days * DAY for days in range(-2, 3))
        return next(end for day in around for _, _, end in self.shifts_on(day) if end > instant)

    def day_name(self, date: dt.date) -> DayName | None:
        """What people call the date, if it is a holiday, a make-up working day, or one that the house has made special.

        What the house itself says of a date goes before what its country does.
        """
        return self._names.of(date)

    @property
    def holidays(self) -> tuple[Holiday, ...]:
        """The public holidays of the published years, each a run of days, in order."""
        return self._names.holidays

    @property
    def published_until(self) -> dt.date | None:
        """The last date whose public holidays are known; None where no country's are kept."""
        return dt.date(self._published[1], 12, 31) if self._published else None

    def provisional(self, instant: dt.datetime) -> bool:
        """Whether the holidays of the instant's local year are unknown, so that weeks are counted without them."""
        if self._published is None or self._known[0] < instant < self._known[1]:
            return False
        first, last = self._published
        return not first <= self.local_date(instant).year <= last

    def may_be_published(self, at: dt.datetime) -> bool:
        """Whether a catalogue may go live with it at `at`: the present year must be a known one."""
        return not self.provisional(at)

    def expanded(self) -> dict[str, Any]:
        """All that the calendar counts with, ready for JSON and always in the same order; then what people call it.

        `dates` has the dates that are not like their weekday: "working" or "rest", then the openings.
        """
        said = {"names": self._names.written(), "zh": self.zh, "en": self.en}
        return self._behaviour() | {key: value for key, value in said.items() if value}

    def _behaviour(self) -> dict[str, Any]:
        """What the revision is the hash of; shifts only where there are any, so that no older revision changes."""
        shifts = {name: str(span) for name, span in self.shifts.items()}
        return {
            "zone": self.zone,
            "week": {name: _written(day) for name, day in zip(WEEKDAYS, self._week, strict=True)},
            "published": list(self._published) if self._published else None,
            "dates": {date.isoformat(): _written(day) for date, day in self._dates.items()},
        } | ({"shifts": shifts} if shifts else {})

    @classmethod
    def from_expanded(cls, expanded: Mapping[str, Any], name: str = "") -> Calendar:
        """The calendar again, under a name; of the same revision, without the package of holidays."""
        published = expanded["published"]
        return cls(
            name=name,
            zone=expanded["zone"],
            week=[_read(expanded["week"][weekday]) for weekday in WEEKDAYS],
            dates={dt.date.fromisoformat(date): _read(day) for date, day in expanded["dates"].items()},
            published=(published[0], published[1]) if published else None,
            names=DayNames.from_written(expanded.get("names", {})),
            zh=expanded.get("zh", ""),
            en=expanded.get("en", ""),
            shifts={name: parse_opening(span) for name, span in expanded.get("shifts", {}).items()},
        )

    def _at(self, date: dt.date, wall: dt.timedelta) -> dt.datetime:
        if not FIRST_YEAR - 1 <= date.year <= LAST_YEAR + 2:
            raise HorizonPassed(f"{date} is not within {FIRST_YEAR} and {LAST_YEAR}, the years that are counted")
        return first_instant(dt.datetime.combine(date, dt.time()) + wall, self._zone)

    def _count_between(self, start: dt.datetime, end: dt.datetime, unit: Unit) -> Count:
        if end < start:
            raise ValueError(f"{end} is earlier than {start}")
        return self._count(unit, start, end)

    def _count(self, unit: Unit, first: dt.datetime, last: dt.datetime) -> Count:
        """The count of `unit`, known at least from `first` to `last`."""
        count = self._counts.get(unit)
        if count is None or first < count.since or last > count.until:
            if count is None:
                since, until = first - _AROUND, last + _AROUND
            else:  # by as much again as is known, so that walking through the years costs what is walked
                more = count.until - count.since
                since, until = min(first - more, count.since), max(last + more, count.until)
            count = self._counted(unit, since, until)
        return count

    def _longer(self, unit: Unit, count: Count, *, later: bool) -> Count:
        """The count known for twice as long. Raises HorizonPassed where it cannot be."""
        known = count.until - count.since
        if later and count.until < _LATEST:
            return self._counted(unit, count.since, count.until + known)
        if not later and count.since > _EARLIEST:
            return self._counted(unit, count.since - known, count.until)
        raise HorizonPassed(
            f"the calendar {self.name} counts from {FIRST_YEAR} to {LAST_YEAR}: too little {unit.value} lies within"
        )

    def _counted(self, unit: Unit, since: dt.datetime, until: dt.datetime) -> Count:
        since, until = max(since, _EARLIEST), min(until, _LATEST)
        if unit is Unit.DAYS:
            count = civil_days(since, until, self._zone, lambda _: True)
        elif unit is Unit.WORKING_DAYS:
            count = civil_days(since, until, self._zone, self.is_working_day)
        else:
            count = opened(since, until, self._openings(since, until))
        self._counts[unit] = count
        return count

    def _openings(self, since: dt.datetime, until: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Every opening from `since` to `until`, also one that began up to two days earlier."""
        date = self.local_date(since) - 3 * DAY
        last = self.local_date(until)
        while date <= last:
            yield from self.hours(date)
            date += DAY


def build_calendar(spec: CalendarSpec, parents: Sequence[CalendarSpec] = ()) -> Calendar:
    """The calendar of a file; `parents` are what it extends, the nearest first. Raises CalendarFaulty.

    Beyond the years whose public holidays are known it counts the working week with the house's own dates.
    """
    house = read_house(spec, parents)
    known = public_days(house.country) if house.country else None
    return Calendar(
        name=spec.calendar,
        zone=house.zone,
        week=house.week(),
        dates=house.single_days(known),
        published=known.years if known else None,
        names=house.names(known),
        zh=spec.zh,
        en=spec.en,
        shifts=house.shifts or {},
    )


def _utc(instant: dt.datetime) -> dt.datetime:
    """The instant in UTC. Raises ValueError for one without an offset, HorizonPassed outside the years counted."""
    if instant.tzinfo is not dt.UTC:
        if instant.utcoffset() is None:
            raise ValueError(f"{instant} has no offset; an instant needs one, as in 2026-05-01T09:00+08:00")
        try:
            instant = instant.astimezone(dt.UTC)
        except OverflowError:
            raise HorizonPassed(
                f"{instant} is not within {FIRST_YEAR} and {LAST_YEAR}, the years that are counted"
            ) from None
    if not _EARLIEST <= instant <= _LATEST:
        raise HorizonPassed(f"{instant} is not within {FIRST_YEAR} and {LAST_YEAR}, the years that are counted")
    return instant


def _refuse_negative(amount: dt.timedelta) -> None:
    if amount < NOTHING:
        raise ValueError(f"{amount} is less than nothing")


def _written(day: Day) -> list[str]:
    return ["working" if day.working else "rest", *map(str, day.openings)]


def _read(written: Sequence[str]) -> Day:
    return Day(written[0] == "working", tuple(map(parse_opening, written[1:])))
