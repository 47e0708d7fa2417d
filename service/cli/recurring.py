"""`duban recurring`: which recurring tickets will be opened when, and when each is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click
from click.core import ParameterSource

from service.cli.faults import USAGE, Faulty
from service.cli.folder import compiled
from service.cli.installation import database
from service.cli.options import definitions_option, format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import as_json, table, visible
from service.cli.year import of_folder, of_sites, show

if TYPE_CHECKING:
    from workflow.calendar import Calendar
    from workflow.catalogue import Catalogue
    from workflow.definition import Definition
    from workflow.schedule import Schedule

Scheduled = tuple["Definition", "Schedule", "Calendar", str, bool]
"""A schedule with the calendar that it counts with, and the site; no site in a folder of definitions.

Last, whether no scheduler has looked yet: then what runs already is opened as soon as one does.
"""


@click.command(
    cls=Command,
    says=(
        """List which recurring tickets will be opened when, and when each is due, site by site.

        A site at which no scheduler has looked yet is listed, too.

        With --year, a calendar of that year to check and to print: day by day what opens and what is due, which days
        are worked, and for how many parties it is.

        What is published is read; with --definitions, the files of a folder, in the calendars that they name.""",
        """列出周期工单何时开立、何时到期，按项目列出。

        调度程序还没处理过的新项目也列出。

        写明 --year 时给出全年的日历，供核对和打印：逐日列出开立和到期的工单、休息日和调休上班日，以及涉及多少户。

        读取已发布的内容；写明 --definitions 时读取文件夹，按流程自己的日历计算。""",
    ),
    examples=(
        "duban recurring",
        "duban recurring --year 2026 --site pier",
        "duban recurring --at 2026-05-01T00:00+08:00 --next 12",
        "duban recurring --definitions definitions --format json",
    ),
)
@click.option(
    "--at",
    "at",
    cls=Option,
    metavar="TIME",
    says=("Those that open after this, as 2026-05-01T00:00+08:00; without it, now.", "从此时起；不写时为现在。"),
)
@click.option(
    "--next",
    "most",
    cls=Option,
    type=click.IntRange(1, 400),
    default=3,
    says=("How many of each schedule.", "每个周期安排列出几次。"),
)
@click.option(
    "--year",
    cls=Option,
    type=click.IntRange(1971, 2199),
    says=("The calendar of this year instead.", "改为给出这一年的日历。"),
)
@click.option("--site", cls=Option, metavar="ID", says=("Only this site.", "只看这个项目。"))
@definitions_option
@format_option
@click.pass_context
def recurring(
    context: click.Context,
    at: str | None,
    most: int,
    year: int | None,
    site: str | None,
    definitions: Path | None,
    form: str,
) -> None:
    from service.now import SystemNow, instant_here

    if site is not None and definitions is not None:
        raise Faulty(say("a folder of definitions has no sites", "定义文件夹不分项目"), USAGE)
    if year is not None:
        if at is not None or context.get_parameter_source("most") is ParameterSource.COMMANDLINE:
            raise Faulty(say("write --year, or --at and --next", "--year 不与 --at、--next 同用"), USAGE)
        show(
            list(
                of_folder((one[:4] for one in _in_folder(compiled(definitions, context))), year)
                if definitions
                else of_sites(site, year)
            ),
            form,
        )
        return
    if definitions is not None:
        start = _instant(at) or instant_here()
        found = list(_in_folder(compiled(definitions, context)))
    else:
        from service import revisions, schedules, sites
        from service.db import reading

        with database(), reading() as session:
            if site is not None:
                sites.require_site(session, site)
            start = _instant(at) or SystemNow().instant(session)
            published = revisions.current(session)
            found = [
                (one.definition, one.schedule, one.calendar, one.site, one.since == start)
                for one in schedules.foreseen(session, published, start)
                if site in (None, one.site)
            ]
    rows = list(_rows(found, start, most))
    if form == "json":
        click.echo(as_json(rows))
        return
    if not rows:
        click.echo(say("No schedule opens anything.", "没有周期安排。"))
        return
    heads = {
        "site": say("site", "项目"),
        "schedule": say("schedule", "周期安排"),
        "label": say("called", "名称"),
        "for_each": say("for each", "对象"),
        "if": say("if", "条件"),
        "period_label": say("period", "周期"),
        "opens": say("opens", "开立"),
        "due": say("due", "到期"),
    }
    shown = [name for name in heads if any(row[name] for row in rows)]
    click.echo(
        table([heads[name] for name in shown], [[visible(str(row[name] or "")) for name in shown] for row in rows])
    )


def _in_folder(catalogue: Catalogue) -> Iterator[Scheduled]:
    for definition in catalogue.opened():
        for schedule in definition.recurring.values():
            yield definition, schedule, catalogue.calendars[definition.calendar], "", False


def _rows(found: Iterable[Scheduled], start: dt.datetime, most: int) -> Iterator[dict[str, Any]]:
    """The next openings of each schedule, by the instant at which they open."""
    from workflow.recurring import following, periods

    rows = [
        (
            max(period.opens, start),
            {
                "site": site or None,
                "schedule": f"{definition.name}.{schedule.name}",
                "label": schedule.text.read(lang()),
                "for_each": schedule.for_each,
                "if": _asked(definition, schedule),
                "period": period.key,
                "period_label": period.text.read(lang()),
                "opens": _local(max(period.opens, start), calendar),
                "due": _local(period.due, calendar),
            },
        )
        for definition, schedule, calendar, site, new in found
        for period in islice(
            chain(periods(schedule, calendar, start, start) if new else (), following(schedule, calendar, start)), most
        )
    ]
    return (row for _, row in sorted(rows, key=lambda one: (one[0], one[1]["schedule"], one[1]["site"] or "")))


def _asked(definition: Definition, schedule: Schedule) -> str | None:
    """For which entries of its register a schedule is, in words."""
    from workflow.prose.conditions import condition
    from workflow.prose.voice import Surroundings, Voice

    if schedule.condition is None or schedule.entry is None:
        return None
    return condition(schedule.condition, Voice(definition, lang(), Surroundings()).of_entry(schedule.entry))


def _local(when: dt.date, calendar: Calendar) -> str:
    """A date as it is, an instant in the zone of the calendar."""
    if isinstance(when, dt.datetime):
        return when.astimezone(ZoneInfo(calendar.zone)).isoformat(" ", "minutes")
    return when.isoformat()


def _instant(text: str | None) -> dt.datetime | None:
    if text is None:
        return None
    try:
        instant = dt.datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise Faulty(
            say(
                f"{text} is no time with an offset; write for example 2026-05-01T00:00+08:00",
                f"{text} 不是带时差的时间；请写例如 2026-05-01T00:00+08:00",
            ),
            USAGE,
        )
    return instant
