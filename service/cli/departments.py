"""`duban department`: who is inside a site."""

from __future__ import annotations

import click

from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by
from service.cli.options import format_option
from service.cli.speaking import Command, Group, lang, say
from service.cli.table import as_json, table


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
    "close",
    cls=Command,
    says=(
        "Give departments of a site nothing new. Open tickets and roles stay; `department add` takes it up again.",
        "停用项目的部门：不再分配新的事项。未结工单和角色保留；用 department add 恢复。",
    ),
    examples=("duban department close starport finance",),
)
@click.argument("site")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
def close_departments(site: str, names: tuple[str, ...]) -> None:
    from service import affected, sites
    from service.db import writing

    with database(), writing() as session:
        was = sites.list_departments(session, site)
        for name in names:
            sites.close_department(session, site, name)
        left = {name: affected.naming_department(session, site, name) for name in names if was[name]}
    for name in names:
        if name not in left:
            click.echo(say(f"{name} was closed already: nothing was changed.", f"{name} 早已停用：没有任何改动。"))
            continue
        count = left[name]
        click.echo(
            say(
                f"{site} gives {name} nothing new; {count} open ticket{'' if count == 1 else 's'} "
                f"name{'s' * (count == 1)} it and stay{'s' * (count == 1)} there until somebody moves "
                f"{'it' if count == 1 else 'them'}.",
                f"{site} 已停用 {name}；{count} 张未结工单仍属该部门，直到有人办理。",
            )
            if count
            else say(
                f"{site} gives {name} nothing new; no open ticket names it.",
                f"{site} 已停用 {name}；没有相关的未结工单。",
            )
        )


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
