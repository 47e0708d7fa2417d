"""`duban person`, `duban role` and `duban people`: who is there, and who holds what."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import click

from service.cli.installation import database
from service.cli.instants import end_of, local
from service.cli.options import format_option
from service.cli.speaking import Command, Group, Option, lang, say
from service.cli.table import table, visible

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.catalogue import Catalogue


@click.group(
    cls=Group,
    says=("Members of staff.", "员工。"),
    examples=("duban person add chen --name 陈明",),
)
def person() -> None:
    pass


@person.command(
    "add",
    cls=Command,
    says=("Add a member of staff. The id is short and never changes.", "新增员工。编号简短，以后不变。"),
    examples=("duban person add chen --name 陈明", 'duban person add li --name 李华 --name-en "Li Hua"'),
)
@click.argument("id")
@click.option("--name", cls=Option, required=True, says=("What people read.", "显示的姓名。"))
@click.option("--name-en", cls=Option, says=("What people read in English.", "英文姓名。"))
def add_person(id: str, name: str, name_en: str | None) -> None:  # noqa: A002
    from service import accounts
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        accounts.create_person(session, id, name=name, name_en=name_en, at=SystemNow().instant(session))
    click.echo(say(f"Person {id} added.", f"已新增员工 {id}。"))


@person.command(
    "away",
    cls=Command,
    says=(
        """Say that somebody is away from now on, and who stands in.

        A date is over at the end of its day.""",
        """登记员工从现在起不在，以及由谁代理。

        只写日期时，到当天结束为止。""",
    ),
    examples=(
        "duban person away chen --until 2026-03-09 --deputy li",
        "duban person away chen --until 2026-03-09T12:00+08:00",
    ),
)
@click.argument("id")
@click.option(
    "--until",
    cls=Option,
    metavar="DATE",
    says=("Until when; without it, until further notice.", "到何时为止；不写则直到另行通知。"),
)
@click.option("--deputy", cls=Option, metavar="ID", says=("Who stands in.", "代理人。"))
def away(id: str, until: str | None, deputy: str | None) -> None:  # noqa: A002
    from service import accounts, revisions
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        end = end_of(until, revisions.current(session).catalogue) if until else None
        if deputy is not None:
            accounts.name_deputy(session, id, deputy)
        accounts.be_away(session, id, SystemNow().instant(session), end)
    click.echo(say(f"{id} is away.", f"已登记 {id} 不在。"))


@person.command(
    "back",
    cls=Command,
    says=("Say that somebody is back.", "登记员工已回来。"),
    examples=("duban person back chen",),
)
@click.argument("id")
def back(id: str) -> None:  # noqa: A002
    from service import accounts
    from service.db import writing

    with database(), writing() as session:
        accounts.be_back(session, id)
    click.echo(say(f"{id} is back.", f"已登记 {id} 回来。"))


@person.command(
    "leave",
    cls=Command,
    says=(
        "Say that somebody has left: roles end, tokens are withdrawn, history keeps the name.",
        "登记员工离职：角色终止，令牌收回，历史记录保留姓名。",
    ),
    examples=("duban person leave chen",),
)
@click.argument("id")
def leave(id: str) -> None:  # noqa: A002
    from service import accounts
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        accounts.leave(session, id, SystemNow().instant(session))
    click.echo(say(f"{id} has left.", f"已登记 {id} 离职。"))


@click.group(
    cls=Group,
    says=("Roles that people hold.", "员工担任的角色。"),
    examples=("duban role give chen manager --site starport --department operations",),
)
def role() -> None:
    pass


@role.command(
    "give",
    cls=Command,
    says=(
        "Give somebody a role: of the whole group, of a site, or of a department of a site.",
        "授予角色：整个集团的、某个项目的，或项目内某个部门的。",
    ),
    examples=(
        "duban role give zhao general_manager",
        "duban role give wang duty_manager --site starport",
        "duban role give chen manager --site starport --department operations",
    ),
)
@click.argument("person")
@click.argument("role")
@click.option("--site", cls=Option, metavar="ID", says=("The site.", "项目。"))
@click.option("--department", cls=Option, metavar="NAME", says=("The department of the site.", "项目内的部门。"))
def give(person: str, role: str, site: str | None, department: str | None) -> None:
    from service import accounts, revisions
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        roles = revisions.current(session).catalogue.roles
        since = SystemNow().instant(session)
        accounts.give_role(session, person, role, roles=roles, since=since, site=site, department=department)
    click.echo(
        say(f"{person} holds {role}{_at(site, department)}.", f"{person} 已担任 {role}{_at(site, department)}。")
    )


@role.command(
    "take",
    cls=Command,
    says=("Take a role from somebody.", "收回角色。"),
    examples=("duban role take chen manager --site starport --department operations",),
)
@click.argument("person")
@click.argument("role")
@click.option("--site", cls=Option, metavar="ID", says=("The site.", "项目。"))
@click.option("--department", cls=Option, metavar="NAME", says=("The department of the site.", "项目内的部门。"))
def take(person: str, role: str, site: str | None, department: str | None) -> None:
    from service import accounts
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        accounts.take_role(session, person, role, SystemNow().instant(session), site=site, department=department)
    where = _at(site, department)
    click.echo(say(f"{person} no longer holds {role}{where}.", f"{person} 不再担任 {role}{where}。"))


def _at(site: str | None, department: str | None) -> str:
    place = "/".join(part for part in (site, department) if part)
    return say(f" at {place}", f"（{place}）") if place else ""


@click.command(
    cls=Command,
    says=("Show who is there and who holds what.", "显示员工及其担任的角色。"),
    examples=("duban people", "duban people --site starport", "duban people --format json"),
)
@click.option(
    "--site", cls=Option, metavar="ID", says=("Only what is held at this site.", "只显示在该项目担任的角色。")
)
@format_option
def people(site: str | None, form: str) -> None:
    from service import revisions, sites
    from service.db import reading
    from service.now import SystemNow
    from workflow.catalogue import Catalogue

    with database(), reading() as session:
        if site is not None:
            sites.require_site(session, site)
        try:
            catalogue = revisions.current(session).catalogue
        except revisions.NothingPublished:
            catalogue = Catalogue()  # then nobody holds anything
        at = SystemNow().instant(session)
        found = [one for one in _holdings(session, at) if site is None or one["site"] == site]
    if form == "json":
        rows = [{key: value for key, value in one.items() if key != "created_at"} for one in found]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=dt.datetime.isoformat))
    elif found:
        click.echo(_table(found, at, catalogue))
    else:
        click.echo(
            say("Nobody is there yet: `duban person add` adds somebody.", "还没有员工：用 duban person add 新增。")
        )


def _holdings(session: Session, at: dt.datetime) -> list[dict[str, Any]]:
    """Everybody with each role that is held at `at`; who holds none is there once."""
    from sqlalchemy import and_, or_, select

    from service import tables

    one, held = tables.Person, tables.RoleHolding
    now = and_(held.person_id == one.id, held.since <= at, or_(held.until.is_(None), held.until > at))
    chosen = (
        select(
            one.id.label("person"),
            one.name,
            one.name_en,
            one.active,
            one.away_from,
            one.away_until,
            one.deputy_id.label("deputy"),
            held.role,
            held.site_id.label("site"),
            held.department,
        )
        .join_from(one, held, now, isouter=True)
        .order_by(
            one.id, held.site_id.is_not(None), held.site_id, held.department.is_not(None), held.department, held.role
        )
    )
    return [dict(row) for row in session.execute(chosen).mappings()]


def _table(found: list[dict[str, Any]], at: dt.datetime, catalogue: Catalogue) -> str:
    head = (
        say("person", "编号"),
        say("name", "姓名"),
        say("role", "角色"),
        "",
        say("site", "项目"),
        say("department", "部门"),
        "",
    )
    rows: list[tuple[str, ...]] = []
    before = None
    for one in found:
        known = catalogue.roles.get(one["role"] or "")
        who = (one["person"], one["name_en"] if lang() == "en" and one["name_en"] else one["name"])
        rows.append(
            (
                *(("", "") if one["person"] == before else map(visible, who)),
                one["role"] or "",
                known.text.read(lang()) if known else "",
                one["site"] or "",
                one["department"] or "",
                "" if one["person"] == before else _presence(one, at, catalogue),
            )
        )
        before = one["person"]
    return table(head, rows)


def _presence(one: dict[str, Any], at: dt.datetime, catalogue: Catalogue) -> str:
    """What there is to say of somebody who is not here."""
    begins, ends, deputy = one["away_from"], one["away_until"], one["deputy"]
    standing_in = say(f", deputy {deputy}", f"，代理人 {deputy}") if deputy else ""
    if not one["active"]:
        return say("has left", "已离职") + standing_in
    if begins is None or (ends is not None and ends <= at):
        return ""
    since = say("", "") if begins <= at else say(f" from {local(begins, catalogue)}", f"自 {local(begins, catalogue)}")
    until = say(f" until {local(ends, catalogue)}", f"，至 {local(ends, catalogue)}") if ends else ""
    return say(f"away{since}{until}", f"{since}不在{until}") + standing_in
