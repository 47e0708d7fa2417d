"""The calendar of a year of recurring tickets, to check and to print: a line for each day, a block for each month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from service.cli.installation import database
from service.cli.speaking import lang, say
from service.cli.table import GAP, as_json, filled, table, visible, width
from service.cli.wrapping import wrapped

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from service.schedules import Standing
    from workflow.calendar import Calendar
    from workflow.definition import Definition
    from workflow.recurring import Period
    from workflow.schedule import Schedule
    from workflow.year import Occasion, Year, YearDay, Yearly

COLUMNS = 110
"""Lines of more are broken: a sheet of A4, printed across, takes so many."""


@dataclass(frozen=True, slots=True)
class SiteYear:
    """The year of a site, or (without one) of the definitions of a folder that count by one calendar."""

    site: str | None
    name: str
    year: Year


def of_folder(found: Iterable[tuple[Definition, Schedule, Calendar, str]], year: int) -> Iterator[SiteYear]:
    """The year of each calendar that definitions name; for how many parties a schedule is, nobody knows there."""
    from workflow.year import year_of

    by_calendar: dict[str, list[tuple[Definition, Schedule, Calendar, str]]] = {}
    for one in found:
        by_calendar.setdefault(one[2].name, []).append(one)
    for those in by_calendar.values():
        calendar = those[0][2]

        def tickets_of(
            _: Definition, schedule: Schedule, period: Period, calendar: Calendar = calendar
        ) -> dict[dt.date, int] | None:
            return None if schedule.for_each is not None else {calendar.local_date(period.opens): 1}

        yield SiteYear(None, "", year_of(year, calendar, [one[:2] for one in those], tickets_of))


def of_sites(site: str | None, year: int) -> Iterator[SiteYear]:
    """The year of each site by what is published and kept in its registers; `site` None is every one."""
    from service import revisions, schedules, sites
    from service.db import reading
    from service.now import SystemNow

    with database(), reading() as session:
        if site is not None:
            sites.require_site(session, site)
        names = {one.id: (one.name_en or one.name) if lang() == "en" else one.name for one in sites.list_sites(session)}
        at = SystemNow().instant(session)
        foreseen = schedules.foreseen(session, revisions.current(session), at)
        standing = [one for one in foreseen if site in (None, one.site)]
        for (id_, _), there in groupby(sorted(standing, key=_place), key=_place):
            yield SiteYear(id_, names[id_], _year_of_site(session, list(there), year))


def _place(one: Standing) -> tuple[str, str]:
    return one.site, one.calendar.name


def _year_of_site(session: Session, there: list[Standing], year: int) -> Year:
    from service.schedules import expected
    from workflow.year import year_of

    by_name = {one.key[:2]: one for one in there}

    def tickets_of(definition: Definition, schedule: Schedule, period: Period) -> dict[dt.date, int]:
        return expected(session, by_name[definition.name, schedule.name], period)

    return year_of(year, there[0].calendar, [(one.definition, one.schedule) for one in there], tickets_of)


def show(years: list[SiteYear], form: str) -> None:
    """Say the years: as calendars, or as JSON."""
    if form == "json":
        click.echo(as_json([_for_programs(one) for one in years]))
    elif not years:
        click.echo(say("No schedule opens anything.", "没有周期安排。"))
    else:
        click.echo("\n\n".join("\n".join(_sheet(one)) for one in years))


# --- For people -------------------------------------------------------------------------------------------------------


def _sheet(one: SiteYear) -> Iterator[str]:
    year = one.year
    place = visible(f"{one.name} ({one.site})") if one.site else ""
    yield f"{say(f'Recurring tickets in {year.year}', f'{year.year}年周期工单')}{GAP if place else ''}{place}"
    yield from wrapped(_preface(year), COLUMNS)
    for folded in year.every_day:
        yield from wrapped(_every_day(folded, year), COLUMNS)
    months = [list(days) for _, days in groupby(year.days, key=lambda day: day.date.month)]
    names = max(width(_what_day(day)) for day in year.days)
    for days in months:
        yield ""
        yield _month(days)
        for day in days:
            yield from _day(day, names)
    yield ""
    yield say("The whole year", "全年")
    yield _whole_year(year)


def _preface(year: Year) -> str:
    calendar = visible(year.calendar.read(lang()))
    zone = year.calendar.zone
    said = say(
        f"{calendar} ({zone}). Without a time, a ticket opens as its day begins, and is due as its day ends.",
        f"{calendar}（{zone}）。未注明时刻的，当日零时开立，当日24时到期。",
    )
    until = year.calendar.published_until
    if until is not None and until.year < year.year:
        said += say(
            f" The public holidays of {year.year} are not known yet: its weeks are counted without them.",
            f"{year.year}年的放假和调休安排尚未公布，暂按平常的周计算。",
        )
    return said


def _every_day(one: Yearly, year: Year) -> str:
    often = say("every shift", "每班") if one.schedule.every == "shift" else say("every day", "每天")
    named = one.schedule.text.read(lang())
    if named.casefold() == often:
        named = one.definition.text.read(lang())
    if one.schedule.every == "shift":
        shifts = say(", ", "、").join(f"{name} {opening}" for name, opening in year.calendar.shifts.items())
        often += say(f" ({shifts})", f"（{shifts}）")
    total = _tickets(one.tickets)
    return say(
        f"{often.capitalize()}: {visible(named)}, {total} in the year, not listed below.",
        f"{often}：{visible(named)}，全年{total}，以下不再逐日列出。",
    )


def _month(days: list[YearDay]) -> str:
    from workflow.words import MONTHS

    first, worked = days[0].date, sum(day.working for day in days)
    return say(
        f"{MONTHS[first.month - 1]} {first.year}, {worked} working days",
        f"{first.year}年{first.month}月，{worked}个工作日",
    )


def _day(day: YearDay, names: int) -> Iterator[str]:
    from workflow.schedule_words import WEEKDAYS

    weekday = WEEKDAYS[day.date.weekday()]
    number = say(f"{day.date.day:>2} {weekday.en[:3].capitalize()}", f"{day.date.day:>2}日 {weekday.zh}")
    what = _what_day(day)
    first = f"  {number}  {filled(what, names)}{GAP}"
    told = [
        f"{word}{GAP}{line}" if not place else f"{' ' * width(word)}{GAP}{line}"
        for word, occasions in ((say("opens", "开立"), day.opens), (say("due  ", "到期"), day.due))
        for place, line in enumerate(_joined(occasions, COLUMNS - width(first) - width(word) - len(GAP)))
    ]
    for place, line in enumerate(told or [""]):
        yield (first + line if not place else " " * width(first) + line).rstrip()


def _what_day(day: YearDay) -> str:
    """Whether it is worked, where that is not so for every day of its name in the week, and what it is called."""
    named = visible(day.name.read(lang())) if day.name else ""
    if day.working:
        return say("work", "班") + f" {named}" if named and day.name and day.name.kind != "holiday" else named
    return (say("off", "休") + f" {named}").rstrip()


def _joined(occasions: Iterable[Occasion], room: int) -> list[str]:
    """What happens, as many to a line as there is room for, none broken."""
    between = say("; ", "；")
    lines: list[str] = []
    for said in map(_occasion, occasions):
        if lines and width(lines[-1] + between + said) <= room:
            lines[-1] += between + said
        else:
            if lines:
                lines[-1] += between.rstrip()
            lines.append(said)
    return lines


def _occasion(one: Occasion) -> str:
    said = visible(one.schedule.text.read(lang()))
    if one.time is not None:
        said += f" {one.time:%H:%M}"
    return said if one.schedule.for_each is None else f"{said} {_tickets(one.tickets)}"


def _tickets(number: int | None) -> str:
    if number is None:
        return say("one each", "每户1张")
    return say(f"{number} ticket{'' if number == 1 else 's'}", f"{number}张")


def _whole_year(year: Year) -> str:
    from workflow.schedule_words import due, every

    head = (
        say("schedule", "周期安排"),
        say("called", "名称"),
        say("how often", "周期"),
        say("due", "到期"),
        say("times", "次数"),
        say("tickets", "工单"),
        say("rules", "规程条款"),
    )
    rows = [
        (
            f"{one.definition.name}.{one.schedule.name}",
            visible(one.schedule.text.read(lang())),
            every(one.schedule).read(lang()),
            due(one.schedule).read(lang()),
            str(one.times),
            say("one each", "每户1张") if one.tickets is None else str(one.tickets),
            " ".join(one.schedule.rules),
        )
        for one in (*year.schedules, *year.every_day)
    ]
    return table(head, rows)


# --- For programs -----------------------------------------------------------------------------------------------------


def _for_programs(one: SiteYear) -> dict[str, Any]:
    year = one.year
    return {
        "site": one.site,
        "year": year.year,
        "calendar": year.calendar.name,
        "zone": year.calendar.zone,
        "days": [
            {
                "date": day.date.isoformat(),
                "working": day.working,
                "kind": day.name.kind if day.name else None,
                "name": day.name.read(lang()) if day.name else None,
                "opens": [_occasion_for_programs(occasion) for occasion in day.opens],
                "due": [_occasion_for_programs(occasion) for occasion in day.due],
            }
            for day in year.days
        ],
        "schedules": [_yearly_for_programs(each) for each in (*year.schedules, *year.every_day)],
    }


def _occasion_for_programs(one: Occasion) -> dict[str, Any]:
    return {
        "schedule": f"{one.definition.name}.{one.schedule.name}",
        "period": one.period.key,
        "time": None if one.time is None else f"{one.time:%H:%M}",
        "tickets": one.tickets,
    }


def _yearly_for_programs(one: Yearly) -> dict[str, Any]:
    return {
        "schedule": f"{one.definition.name}.{one.schedule.name}",
        "label": one.schedule.text.read(lang()),
        "every": one.schedule.every,
        "for_each": one.schedule.for_each,
        "times": one.times,
        "tickets": one.tickets,
        "rules": list(one.schedule.rules),
    }
