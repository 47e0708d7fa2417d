"""`duban site` and `duban department`: where tickets happen."""

from __future__ import annotations

import click

from service.cli.installation import database
from service.cli.speaking import Command, Group, Option, say


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
        calendars = revisions.current(session).catalogue.calendars if calendar else {}
        sites.create_site(
            session, id, name=name, name_en=name_en, number_prefix=prefix, calendar=calendar, calendars=calendars
        )
    click.echo(say(f"Site {id} added.", f"已新增项目 {id}。"))


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
