"""`duban site` and `duban department`: where tickets happen."""

from __future__ import annotations

from dataclasses import asdict

import click

from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by
from service.cli.options import format_option
from service.cli.speaking import Command, Group, Option, lang, say
from service.cli.table import as_json, table, visible


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


@click.group(
    cls=Group,
    says=("Departments of a site.", "项目的部门。"),
    examples=("duban department add starport operations finance",),
)
def department() -> None:
    pass


@department.command(
    "add",
    cls=Command,
    says=(
        "Give a site departments, by the names that the definitions use.",
        "为项目设置部门，使用流程定义中的部门名。",
    ),
    examples=("duban department add starport operations finance",),
)
@click.argument("site")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def add_departments(site: str, names: tuple[str, ...]) -> None:
    from service import revisions, sites
    from service.db import writing

    with database(), writing() as session:
        departments = revisions.current(session).catalogue.departments
        for name in names:
            sites.open_department(session, site, name, departments)
    listed = ", ".join(names)
    click.echo(say(f"{site} has: {listed}.", f"{site} 已设部门：{listed}。"))


@department.command(
    "list",
    cls=Command,
    says=("Show the departments of a site.", "显示项目的部门。"),
    examples=("duban department list starport",),
)
@click.argument("site")
@format_option
def list_departments(site: str, form: str) -> None:
    from service import sites
    from service.db import reading

    with database(), reading() as session:
        found = sites.list_departments(session, site)
        texts = catalogue_to_read_by(session).departments
    if form == "json":
        click.echo(as_json([{"department": name, "active": active} for name, active in found.items()]))
    elif not found:
        click.echo(
            say(
                f"{site} has no department yet: `duban department add {site} NAME...` adds some.",
                f"{site} 还没有部门：用 duban department add {site} NAME... 设置。",
            )
        )
    else:
        closed = say("closed", "已停用")
        rows = [
            (name, texts[name].read(lang()) if name in texts else "", "" if active else closed)
            for name, active in found.items()
        ]
        click.echo(table((say("department", "部门"), say("name", "名称"), ""), rows))
