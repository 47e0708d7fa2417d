"""`duban site`: where tickets happen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from service.cli.faults import USAGE, Faulty
from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by
from service.cli.options import format_option
from service.cli.speaking import Command, Group, Option, say
from service.cli.table import as_json, table, visible

if TYPE_CHECKING:
    from service.affected import Recounted
    from service.sites import Site


@click.group(
    cls=Group,
    says=("Sites: shopping centres and other places that are managed.", "项目：商场及其他管理的场所。"),
    examples=("duban site add starport --name 星港购物中心 --prefix KF",),
)
def site() -> None:
    pass


@site.command(
    "add",
    cls=Command,
    says=("Add a site.", "新增项目。"),
    examples=(
        "duban site add starport --name 星港购物中心 --prefix KF",
        'duban site add pier --name 码头商场 --name-en "The Pier" --prefix MT --calendar pier',
    ),
)
@click.argument("id")
@click.option("--name", cls=Option, required=True, says=("What people read.", "显示的名称。"))
@click.option("--name-en", cls=Option, says=("What people read in English.", "英文名称。"))
@click.option(
    "--prefix",
    cls=Option,
    required=True,
    says=(
        "What the numbers of its tickets begin with: KF in KF-2026-00123.",
        "工单编号的前缀，如 KF-2026-00123 中的 KF。",
    ),
)
@click.option(
    "--calendar",
    cls=Option,
    metavar="NAME",
    says=(
        "The calendar that it counts with; without it, that of each definition.",
        "项目使用的日历；不写则使用各流程自己的日历。",
    ),
)
def add_site(id: str, name: str, name_en: str | None, prefix: str, calendar: str | None) -> None:  # noqa: A002
    from service import revisions, sites
    from service.db import writing

    with database(), writing() as session:
        catalogue = catalogue_to_read_by(session)
        calendars = revisions.current(session).catalogue.calendars if calendar else {}
        sites.create_site(
            session, id, name=name, name_en=name_en, number_prefix=prefix, calendar=calendar, calendars=calendars
        )
    click.echo(say(f"Site {id} added.", f"已新增项目 {id}。"))
    click.echo(say("Still missing:", "还需要："), err=True)
    if catalogue.departments:
        click.echo(f"  duban department add {id} {' '.join(catalogue.departments)}", err=True)
    else:
        click.echo(
            say("  duban publish, then its departments and roles", "  duban publish，然后设置部门和角色"), err=True
        )
    click.echo(f"  duban role give PERSON duty_manager --site {id}", err=True)
    click.echo(
        say(
            "Without a duty manager, nobody is told of what is late there.",
            "没有值班经理时，那里的超时无人收到通知。",
        ),
        err=True,
    )


@site.command(
    "change",
    cls=Command,
    says=(
        """Change what a site is called, its prefix, or the calendar that it counts with.

        What is not said stays. Tickets that are open keep their numbers, and the days that they count with, until an
        owner lets them go on by others: see `duban publish --carry-over`.""",
        """更改项目的名称、编号前缀或所用日历。

        没有写明的保持不变。未结工单保留编号和所用的日历，可由负责人转入新的日历：见 duban publish --carry-over。""",
    ),
    examples=(
        "duban site change starport --calendar pier",
        "duban site change starport --no-calendar",
        'duban site change starport --name 星港广场 --name-en "Starport"',
    ),
)
@click.argument("id")
@click.option("--name", cls=Option, says=("What people read.", "显示的名称。"))
@click.option("--name-en", cls=Option, says=("What people read in English; '' for none.", "英文名称；'' 表示没有。"))
@click.option("--prefix", cls=Option, says=("What numbers begin with from now on.", "今后工单编号的前缀。"))
@click.option("--calendar", cls=Option, metavar="NAME", says=("The calendar that it counts with.", "项目使用的日历。"))
@click.option(
    "--no-calendar",
    cls=Option,
    is_flag=True,
    says=("Count with the calendar of each definition again.", "恢复使用各流程自己的日历。"),
)
def change_site(
    id: str,  # noqa: A002
    name: str | None,
    name_en: str | None,
    prefix: str | None,
    calendar: str | None,
    no_calendar: bool,
) -> None:
    from service import affected, revisions, sites
    from service.db import writing

    if calendar is not None and no_calendar:
        raise Faulty(
            say("--calendar and --no-calendar exclude each other", "--calendar 与 --no-calendar 不能同用"), USAGE
        )
    with database(), writing() as session:
        before = sites.site_of(session, id)
        known = {*catalogue_to_read_by(session).calendars, *filter(None, (before.calendar,))}
        if calendar is not None:
            known = set(revisions.current(session).catalogue.calendars)
        sites.change_site(
            session,
            id,
            name=before.name if name is None else name,
            name_en=before.name_en if name_en is None else name_en or None,
            number_prefix=before.number_prefix if prefix is None else prefix,
            calendar=None if no_calendar else before.calendar if calendar is None else calendar,
            calendars=known,
        )
        after = sites.site_of(session, id)
        counting = after.calendar != before.calendar
        recounted = affected.counting_otherwise(session, id) if counting else None
    if after == before:
        click.echo(say(f"{id} is so already: nothing was changed.", f"{id} 已是如此：没有任何改动。"))
        return
    for line in _differences(before, after):
        click.echo(line)
    if recounted is not None:
        for line in _kept(recounted):
            click.echo(line)


def _differences(before: Site, after: Site) -> Iterator[str]:
    by_definition = say("of each definition", "各流程自己的")
    shown = (
        (say("name", "名称"), before.name, after.name),
        (say("English name", "英文名称"), before.name_en or "-", after.name_en or "-"),
        (say("prefix", "编号前缀"), before.number_prefix, after.number_prefix),
        (say("calendar", "日历"), before.calendar or by_definition, after.calendar or by_definition),
    )
    for what, was, is_ in shown:
        if was != is_:
            yield f"{after.id}: {what}{say(': ', '：')}{visible(was)} -> {visible(is_)}"


def _kept(recounted: Recounted) -> Iterator[str]:
    """What a change of the calendar means for what is open, and how that is changed."""
    yield say(
        "Tickets that are opened from now on count with it; recurring tickets open by it.",
        "今后开立的工单按新日历计算；定期工单按新日历开立。",
    )
    if not recounted.tickets:
        yield say("No open ticket counts otherwise.", "没有按其他日历计算的未结工单。")
        return
    count, asked = recounted.tickets, " ".join(f"--carry-over {name}" for name in recounted.calendars)
    yield say(
        f"{count} open ticket{'' if count == 1 else 's'} keep{'s' * (count == 1)} the days counted with so far, "
        f"and all dates. What the new days would mean, and going on by them:",
        f"{count} 张未结工单保留原来的日历和所有到期时间。查看新日历的影响，以及让它们转入：",
    )
    yield f"  duban publish --preview {asked}"
    yield f"  duban publish {asked}"


@site.command(
    "list",
    cls=Command,
    says=("Show the sites.", "显示项目。"),
    examples=("duban site list", "duban site list --format json"),
)
@format_option
def list_sites(form: str) -> None:
    from service import sites
    from service.db import reading

    with database(), reading() as session:
        found = sites.list_sites(session)
    if form == "json":
        click.echo(as_json([asdict(one) for one in found]))
    elif not found:
        click.echo(say("There is no site yet: `duban site add` adds one.", "还没有项目：用 duban site add 新增。"))
    else:
        head = (
            say("site", "项目"),
            say("name", "名称"),
            say("English", "英文名称"),
            say("prefix", "编号前缀"),
            say("calendar", "日历"),
        )
        by_definition = say("of each definition", "各流程自己的")
        rows = [
            (one.id, visible(one.name), visible(one.name_en or ""), one.number_prefix, one.calendar or by_definition)
            for one in found
        ]
        click.echo(table(head, rows))
