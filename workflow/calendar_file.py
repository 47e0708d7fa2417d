"""What a calendar file says: its keys, its words for days and hours, and what `extends` makes of them.

Nothing here knows a public holiday: which dates those are is asked when the calendar is built.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflow.house import MINUTES, WEEKDAYS, House, Opening, parse_opening

COUNTRIES = ("CN",)
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""No calendar knows a day outside these years: everything that looks for one ends."""

_GROUPS = {"every day": (0, 1, 2, 3, 4, 5, 6), "weekdays": (0, 1, 2, 3, 4), "weekends": (5, 6)}
_DAY_WORDS: Mapping[str, tuple[int, ...]] = _GROUPS | {name: (number,) for number, name in enumerate(WEEKDAYS)}
REGIONS = frozenset(
    "Africa America Antarctica Arctic Asia Atlantic Australia Etc Europe Indian Pacific".split()  # noqa: SIM905
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HOLIDAYS = {"closed": True, "as usual": False}
_REMOVED = "removed"
_SHIFT_NAME = re.compile(r"[\w-]{1,40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSpec:
    """What a calendar file says, as YAML gives it: text, lists and maps, nothing checked. None: not said.

    calendar      the name
    zh, en        what people read; never part of the revision
    extends       one parent. Hours merge by weekday, own dates by date; of the other keys the child's replace the
                  parent's. `removed` takes an own date or the country away. A child that opens a date, or gives
                  it hours, lifts a parent's `closed` of it; one that closes it lifts a parent's `open` and hours.
    zone          Asia/Shanghai; the local time that everything here is told in
    country       CN: its public holidays and its make-up working days (调休); without it there are none
    holidays      what they do to the hours: `closed` (default: no opening begins on a holiday, and a make-up day
                  opens) or `as usual` (hours by weekday, whatever the country does). Working days are not affected.
    hours         monday to sunday, `weekdays` (Monday to Friday), `weekends`, `every day`: one or several
                  "09:00-12:00", or `closed`. The narrower word wins. An end that is not later than the start lies
                  on the next day ("22:00-06:00"); "00:00-24:00" is the whole day.
    working_days  the weekdays of the working week, in the same words; Monday to Friday if not said
    closed        own rest days: dates, or a map of dates to reasons, which people read where the date is named
    open          own working days, in the same form
    dates         a map of dates to their own hours, in the form of `hours`
    shifts        a map of names to the time of each shift, "08:00-20:00", past midnight allowed; there may be gaps,
                  and the same shifts begin on every date, whatever the date is

    **A working day** is a date whose weekday is in `working_days` and that is no public holiday; or a make-up day.
    A date of `closed` or `open` is what they say, whatever the country does. `dates` says nothing about it.
    The weekend days that a run of public holidays touches are public holidays too: a notice gives a run as one
    span, 1 to 7 October. They matter to a house that would work or be open on a weekend.

    **The openings that begin on a date** are, by the first of these that applies:
    its entry in `dates`; none, if it is in `closed`; none, if it is a public holiday under `holidays: closed` and not
    in `open`; those of its weekday; and where that has none, on a date of `open`, or a make-up day under `holidays:
    closed`, those of the first day of the working week that has any. (A make-up Saturday in an office stands for a
    whole weekday, and no notice says which; Monday's are the plain hours, Friday's are the ones that houses shorten.
    A desk that is open on Saturdays anyway is open as on any Saturday.) To have it otherwise, write the date.

    **An opening belongs to the date on which it begins**: the night shift of the eve runs on into the holiday,
    and a night shift of the holiday is closed also after midnight.

    Refused: no zone, no hours in the week, no day in the working week; one date in `closed` and in `open`, or in
    `closed` and with hours in `dates`; openings of one date that overlap. (Where the night of one date runs into
    the morning of the next, time counts once.)
    """

    calendar: str
    zh: str = ""
    en: str = ""
    extends: str | None = None
    zone: object = None
    country: object = None
    holidays: object = None
    hours: object = None
    working_days: object = None
    closed: object = None
    open: object = None
    dates: object = None
    shifts: object = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a calendar file: the keys that lead to it, and what would be accepted."""

    path: tuple[str | int, ...]
    text: str
    text_zh: str = field(compare=False)


class CalendarFaulty(ValueError):
    """A calendar cannot be built: `faults` says why, all of them; `calendar` is the name of the file at fault."""

    def __init__(self, calendar: str, faults: Iterable[Fault]) -> None:
        self.calendar = calendar
        self.faults = tuple(faults)
        super().__init__(f"calendar {calendar}: " + "; ".join(fault.text for fault in self.faults))


def read_house(spec: CalendarSpec, parents: Sequence[CalendarSpec] = ()) -> House:
    """What a file says together with those that it extends, the nearest first. Raises CalendarFaulty."""
    chain = (spec, *parents)
    for child, parent in zip(chain, (*parents, None), strict=True):
        if child.extends != (parent.calendar if parent else None):
            given = f"the calendar {parent.calendar}" if parent else "no calendar"
            raise ValueError(f"the calendar {child.calendar} extends {child.extends}, and was given {given} to extend")
    house = House()
    for each in reversed(chain):
        house = _Reading(each).house().over(house)
    faults = tuple(_missing(house))
    if faults:
        raise CalendarFaulty(spec.calendar, faults)
    return replace(house, country="") if house.country == _REMOVED else house


def _missing(house: House) -> Iterable[Fault]:
    """What the merged files still lack."""
    if not house.zone:
        yield Fault(
            ("zone",),
            "a calendar needs a zone; write for example Asia/Shanghai",
            "日历必须写明时区 zone，例如 Asia/Shanghai",
        )
    if not any(house.hours.values()):
        yield Fault(
            ("hours",),
            'the calendar is never open; write for example {weekdays: "09:00-18:00"}',
            '日历没有任何开放时间；请写例如 {weekdays: "09:00-18:00"}',
        )
    if house.rests_on_holidays is not None and not house.country:
        yield Fault(
            ("holidays",),
            "without a country there are no public holidays; write country: CN, or leave holidays out",
            "没有写 country 就没有法定节假日；请写 country: CN，或去掉 holidays",
        )


class _Reading:
    """One file being read; every fault is kept, and reading goes on."""

    def __init__(self, spec: CalendarSpec) -> None:
        self._spec = spec
        self._faults: list[Fault] = []

    def house(self) -> House:
        spec = self._spec
        closed, opened = self._own_dates("closed", spec.closed), self._own_dates("open", spec.open)
        dates = self._dates_with_hours(spec.dates)
        for date in sorted(closed.keys() & opened.keys()):
            self._fault(
                ("open", date.isoformat()),
                f"{date} is also in `closed`; take it out of one of them",
                f"{date} 同时在 closed 里；请去掉其中一个",
            )
        for date in sorted(date for date in closed.keys() & dates.keys() if closed[date] is not None and dates[date]):
            self._fault(
                ("dates", date.isoformat()),
                f"{date} is also in `closed`; take it out of one of them",
                f"{date} 同时在 closed 里；请去掉其中一个",
            )
        house = House(
            zone=self._zone(spec.zone),
            country=self._word("country", spec.country, (*COUNTRIES, _REMOVED)),
            rests_on_holidays=HOLIDAYS.get(self._word("holidays", spec.holidays, tuple(HOLIDAYS))),
            hours=self._hours(spec.hours),
            working_week=self._working_week(spec.working_days),
            days=closed | opened,
            dates=dates,
            reasons={**self._reasons(spec.closed, closed), **self._reasons(spec.open, opened)},
            shifts=self._shifts(spec.shifts),
        )
        if self._faults:
            raise CalendarFaulty(spec.calendar, self._faults)
        return house

    def _fault(self, path: tuple[str | int, ...], text: str, text_zh: str) -> None:
        self._faults.append(Fault(path, text, text_zh))

    def _word(self, key: str, value: object, accepted: tuple[str, ...]) -> str:
        if value is None:
            return ""
        if isinstance(value, str) and value in accepted:
            return value
        words = ", ".join(accepted)
        self._fault(
            (key,), f"{value} is not possible for {key}; one of: {words}", f"{key} 不能是 {value}；可以是：{words}"
        )
        return ""

    def _zone(self, value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, str) and (value == "UTC" or value.split("/")[0] in REGIONS):
            try:
                return ZoneInfo(value).key
            except (ZoneInfoNotFoundError, ValueError, OSError):
                pass  # said below, as for any other word
        self._fault(
            ("zone",),
            f"{value} is not a time zone; write for example Asia/Shanghai or Europe/Berlin",
            f"没有名为 {value} 的时区；请写例如 Asia/Shanghai 或 Europe/Berlin",
        )
        return ""

    def _hours(self, value: object) -> dict[int, tuple[Opening, ...]]:
        said: dict[tuple[int, ...], tuple[Opening, ...]] = {}
        for word, openings in self._map(
            "hours",
            value,
            'a map of days to hours, for example {weekdays: "09:00-18:00"}',
            '日期词到时间的对照，例如 {weekdays: "09:00-18:00"}',
        ):
            numbers = self._day_word(("hours", word), word)
            read = self._openings(("hours", word), openings)
            if numbers:
                said[numbers] = read
        by_day: dict[int, tuple[Opening, ...]] = {}
        for numbers in sorted(said, key=len, reverse=True):  # the narrower word last: it wins
            by_day.update(dict.fromkeys(numbers, said[numbers]))
        return by_day

    def _working_week(self, value: object) -> frozenset[int] | None:
        if value is None:
            return None
        words = _listed(value)
        numbers = [self._day_word(("working_days", index), word) for index, word in enumerate(words)]
        if not words:
            self._fault(
                ("working_days",),
                "a working week has at least one day; write for example [weekdays]",
                "每周至少要有一个工作日；请写例如 [weekdays]",
            )
        return frozenset(number for group in numbers for number in group)

    def _day_word(self, path: tuple[str | int, ...], word: object) -> tuple[int, ...]:
        if isinstance(word, str) and word in _DAY_WORDS:
            return _DAY_WORDS[word]
        words = ", ".join(_DAY_WORDS)
        self._fault(path, f"{word} is no day of the week; one of: {words}", f"{word} 不是星期几；可以是：{words}")
        return ()

    def _openings(self, path: tuple[str | int, ...], value: object) -> tuple[Opening, ...]:
        openings = []
        for index, text in enumerate(() if value in ("closed", []) else _listed(value) or (value,)):
            try:
                openings.append(parse_opening(str(text)))
            except ValueError as error:
                self._fault(
                    (*path, index),
                    f"{error}; or closed",
                    f'“{text}”不是时间段；请写例如 "09:00-12:00"，过夜写 "22:00-06:00"，或写 closed',
                )
        openings.sort()
        for before, after in pairwise(openings):
            if after.start < before.end:
                self._fault(
                    path, f"{before} and {after} overlap; write them as one", f"{before} 与 {after} 重叠；请合并成一段"
                )
        return tuple(openings)

    def _shifts(self, value: object) -> dict[str, Opening] | None:
        """The shifts by name, in the order of the day. Two of them never overlap, not over midnight either."""
        shifts: dict[str, Opening] = {}
        for name, span in self._map(
            "shifts",
            value,
            'a map of names to times, for example {day: "08:00-20:00", night: "20:00-08:00"}',
            '班次名到时间的对照，例如 {早班: "08:00-20:00", 晚班: "20:00-08:00"}',
        ):
            if not _SHIFT_NAME.fullmatch(name):
                self._fault(
                    ("shifts", name),
                    f"{name[:60]} cannot be the name of a shift; write one word of letters and digits, at most 40",
                    f"{name[:60]} 不能作班次名；请写不含空格的文字或数字，最多 40 个字符",
                )
            try:
                shifts[name] = parse_opening(str(span))
            except ValueError:
                self._fault(
                    ("shifts", name),
                    f'"{span}" is no shift; write for example "08:00-20:00", or "20:00-08:00" past midnight',
                    f'“{span}”不是班次时间；请写例如 "08:00-20:00"，过夜写 "20:00-08:00"',
                )
        ordered = sorted(shifts.items(), key=lambda shift: shift[1])
        round_the_clock = [*ordered, *((name, Opening(one.start + MINUTES, 0)) for name, one in ordered[:1])]
        for (name, one), (other, following) in pairwise(round_the_clock):
            if one.end > following.start:
                self._fault(
                    ("shifts", other),
                    f"the shifts {name} and {other} overlap; let one begin where the other ends",
                    f"班次 {name} 与 {other} 重叠；后一班应从前一班结束时开始",
                )
        return dict(ordered) if value is not None else None

    def _own_dates(self, key: str, value: object) -> dict[dt.date, bool | None]:
        """The dates of `closed` or `open`; None where one is taken away."""
        said = value if isinstance(value, Mapping) else dict.fromkeys(map(str, _listed(value)))
        dates = {self._date(key, text): None if reason == _REMOVED else key == "open" for text, reason in said.items()}
        return {date: is_open for date, is_open in dates.items() if date is not None}

    def _reasons(self, value: object, dates: Iterable[dt.date]) -> dict[dt.date, str]:
        """Why the house has made its own dates special, in its own words; empty where it says nothing."""
        said = value if isinstance(value, Mapping) else {}
        return {date: str(said.get(date.isoformat()) or "") for date in dates}

    def _dates_with_hours(self, value: object) -> dict[dt.date, tuple[Opening, ...] | None]:
        dates = {}
        for text, openings in self._map(
            "dates",
            value,
            'a map of dates to hours, for example {"2026-02-16": "09:00-15:00"}',
            '日期到时间的对照，例如 {"2026-02-16": "09:00-15:00"}',
        ):
            date = self._date("dates", text)
            read = None if openings == _REMOVED else self._openings(("dates", text), openings)
            if date is not None:
                dates[date] = read
        return dates

    def _date(self, key: str, text: object) -> dt.date | None:
        if isinstance(text, str) and _DATE.fullmatch(text):
            try:
                date = dt.date.fromisoformat(text)
            except ValueError:
                pass  # said below, as for any other word
            else:
                if FIRST_YEAR <= date.year <= LAST_YEAR:
                    return date
        self._fault(
            (key, str(text)),
            f'{text} is no date from {FIRST_YEAR} to {LAST_YEAR}; write for example "2026-05-01"',
            f'{text} 不是 {FIRST_YEAR} 至 {LAST_YEAR} 年的日期；请写例如 "2026-05-01"',
        )
        return None

    def _map(self, key: str, value: object, accepted: str, accepted_zh: str) -> Iterable[tuple[str, object]]:
        if isinstance(value, Mapping):
            return [(str(name), inside) for name, inside in value.items()]
        if value is not None:
            self._fault((key,), f"{key} is {accepted}", f"{key} 是{accepted_zh}")
        return ()


def _listed(value: object) -> Sequence[object]:
    """A list as it is, a single value as a list of one, nothing as an empty one."""
    if isinstance(value, list | tuple):
        return value
    return () if value is None else (value,)
