"""What a house decides about its time, and what each date then is in it.

A house has a working week, hours by weekday and dates of its own, and keeps the public holidays of a country or
not. The rules by which these meet are told in `workflow.calendar_file.CalendarSpec`. Weekdays count from Monday, 0.
"""

from __future__ import annotations

import datetime as dt
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_OPENING = re.compile(r"([0-2]?[0-9]):([0-5][0-9]) ?- ?([0-2]?[0-9]):([0-5][0-9])")
MINUTES = 24 * 60
"""Of a day."""


class Opening(NamedTuple):
    """A span of opening hours, in minutes of wall time from midnight of its date; past the next one over 1440."""

    start: int
    end: int

    def __str__(self) -> str:
        end = self.end if self.end <= MINUTES else self.end - MINUTES
        return f"{self.start // 60:02}:{self.start % 60:02}-{end // 60:02}:{end % 60:02}"


def parse_opening(text: str) -> Opening:
    """The opening that "09:00-12:00" says. Raises ValueError for anything else."""
    shape = _OPENING.fullmatch(text.strip())
    if shape is not None:
        hour, minute, end_hour, end_minute = map(int, shape.groups())
        start, end = hour * 60 + minute, end_hour * 60 + end_minute
        if start < MINUTES and end <= MINUTES:
            return Opening(start, end if end > start else end + MINUTES)
    raise ValueError(f'"{text}" is no opening; write for example "09:00-12:00", or "22:00-06:00" past midnight')


class Day(NamedTuple):
    """What a date is: whether it is a working day, and the openings that begin on it."""

    working: bool
    openings: tuple[Opening, ...]


class Holiday(NamedTuple):
    """A run of public holidays under the name of its festival, both ends included."""

    first: dt.date
    last: dt.date
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class PublicDays:
    """What a country says of the dates of `years`: `holidays` with the weekend days of their runs, `made_up`
    working days, and the `runs` with their names."""

    years: tuple[int, int]
    holidays: frozenset[dt.date]
    made_up: frozenset[dt.date]
    runs: tuple[Holiday, ...] = ()


@dataclass(frozen=True, slots=True)
class DayName:
    """What people call a date that is not as any other.

    kind "holiday" and "made_up": what the country has made of it; "closed" and "open": what the house has.
    """

    kind: Literal["holiday", "made_up", "closed", "open"]
    en: str
    zh: str

    def read(self, lang: str) -> str:
        """The name in `lang` ("zh" or "en"); a reason of the house is as its author wrote it."""
        return self.zh if lang == "zh" else self.en


_MADE_UP = DayName("made_up", "make-up working day", "调休上班")
_CLOSED = DayName("closed", "closed", "闭馆休息")
_OPEN = DayName("open", "open", "照常上班")


@dataclass(frozen=True, slots=True, kw_only=True)
class DayNames:
    """What people call the days of a house; none of it counts anything.

    `closed` and `open` are its own dates with their reasons, which may be empty.
    """

    holidays: tuple[Holiday, ...] = ()
    made_up: frozenset[dt.date] = frozenset()
    closed: Mapping[dt.date, str] = field(default_factory=dict)
    open: Mapping[dt.date, str] = field(default_factory=dict)

    def of(self, date: dt.date) -> DayName | None:
        """The name of the date, the house's own before the country's; None for a day like any other."""
        for own, plain in ((self.closed, _CLOSED), (self.open, _OPEN)):
            if date in own:
                return DayName(plain.kind, own[date], own[date]) if own[date] else plain
        if date in self.made_up:
            return _MADE_UP
        place = bisect_right(self.holidays, date, key=lambda run: run.first) - 1
        run = self.holidays[place] if place >= 0 else None
        return DayName("holiday", run.en, run.zh) if run and date <= run.last else None

    def written(self) -> dict[str, Any]:
        """The names ready for JSON, always in the same order; empty where there are none."""
        said = {
            "holidays": [[run.first.isoformat(), run.last.isoformat(), run.en, run.zh] for run in self.holidays],
            "made_up": [date.isoformat() for date in sorted(self.made_up)],
            "closed": {date.isoformat(): self.closed[date] for date in sorted(self.closed)},
            "open": {date.isoformat(): self.open[date] for date in sorted(self.open)},
        }
        return {key: value for key, value in said.items() if value}

    @classmethod
    def from_written(cls, said: Mapping[str, Any]) -> DayNames:
        """The names again; none for a calendar that was published before names were kept."""
        date = dt.date.fromisoformat
        return cls(
            holidays=tuple(
                Holiday(date(first), date(last), en, zh) for first, last, en, zh in said.get("holidays", ())
            ),
            made_up=frozenset(map(date, said.get("made_up", ()))),
            closed={date(one): reason for one, reason in said.get("closed", {}).items()},
            open={date(one): reason for one, reason in said.get("open", {}).items()},
        )


NO_NAMES = DayNames()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What one calendar file says, or several merged; None or empty: not said.

    In `days`, True is an own working day, False an own rest day; there and in `dates`, None takes away what a
    parent says. `reasons` has an entry for each date in `days`, empty where none is given.
    """

    zone: str = ""
    country: str = ""
    rests_on_holidays: bool | None = None
    hours: Mapping[int, tuple[Opening, ...]] = field(default_factory=dict)
    working_week: frozenset[int] | None = None
    days: Mapping[dt.date, bool | None] = field(default_factory=dict)
    dates: Mapping[dt.date, tuple[Opening, ...] | None] = field(default_factory=dict)
    reasons: Mapping[dt.date, str] = field(default_factory=dict)
    shifts: Mapping[str, Opening] | None = None

    def over(self, parent: House) -> House:
        """What both say together, where this is the child."""
        lifted = {date for date, openings in self.dates.items() if openings}
        shut = {date for date, works in self.days.items() if works is False}
        days = {date: works for date, works in parent.days.items() if works is not False or date not in lifted}
        dates = {date: openings for date, openings in parent.dates.items() if date not in shut}
        return House(
            zone=self.zone or parent.zone,
            country=self.country or parent.country,
            rests_on_holidays=parent.rests_on_holidays if self.rests_on_holidays is None else self.rests_on_holidays,
            hours={**parent.hours, **self.hours},
            working_week=parent.working_week if self.working_week is None else self.working_week,
            days={**days, **self.days},
            dates={**dates, **self.dates},
            reasons={**parent.reasons, **self.reasons},
            shifts=parent.shifts if self.shifts is None else self.shifts,
        )

    def week(self) -> tuple[Day, ...]:
        """What a weekday is as a rule; Monday to Friday is the working week if none is said."""
        return tuple(Day(number in self._working_week(), self.hours.get(number, ())) for number in range(7))

    def single_days(self, known: PublicDays | None) -> dict[dt.date, Day]:
        """What the dates are that the house or its country says something of."""
        public = (known.holidays | known.made_up) if known else frozenset()
        own = {date for said in (self.days, self.dates) for date, meaning in said.items() if meaning is not None}
        return {date: Day(self._works(date, known), self._opens(date, known)) for date in public | own}

    def names(self, known: PublicDays | None) -> DayNames:
        """What people call the days that the house or its country has made special."""
        return DayNames(
            holidays=known.runs if known else (),
            made_up=known.made_up if known else frozenset(),
            closed={date: self.reasons.get(date, "") for date, works in self.days.items() if works is False},
            open={date: self.reasons.get(date, "") for date, works in self.days.items() if works},
        )

    def _working_week(self) -> frozenset[int]:
        return frozenset(range(5)) if self.working_week is None else self.working_week

    def _works(self, date: dt.date, known: PublicDays | None) -> bool:
        own = self.days.get(date)
        if own is not None:
            return own
        if known and (date in known.holidays or date in known.made_up):
            return date in known.made_up
        return date.weekday() in self._working_week()

    def _opens(self, date: dt.date, known: PublicDays | None) -> tuple[Opening, ...]:
        written = self.dates.get(date)
        if written is not None:
            return written
        works = self.days.get(date)
        bound = known if works is None and self.rests_on_holidays is not False else None
        if works is False or (bound and date in bound.holidays):
            return ()
        usual = self.hours.get(date.weekday(), ())
        if not usual and (works or (bound and date in bound.made_up)):
            return next((self.hours[number] for number in sorted(self._working_week()) if self.hours.get(number)), ())
        return usual
