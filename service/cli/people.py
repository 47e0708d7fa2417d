"""`duban person` and `duban people`: who is there, and who holds what."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import click

from service.cli.duty import leaving_sites_without, warn_of_duty
from service.cli.faults import USAGE, Faulty
from service.cli.handed import hand_over
from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by, end_of, local
from service.cli.options import format_option
from service.cli.speaking import Command, Group, Option, lang, say
from service.cli.table import as_json, table, visible

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
    "rename",
    cls=Command,
    says=(
        "Give somebody another name. Histories and notices have it, too: they keep the id.",
        "更改员工的姓名。历史记录和通知中也随之显示新姓名：它们保存的是编号。",
    ),
    examples=("duban person rename chen --name 陈红", 'duban person rename chen --name-en "Chen Hong"'),
)
@click.argument("id")
@click.option("--name", cls=Option, says=("What people read.", "显示的姓名。"))
@click.option("--name-en", cls=Option, says=("What people read in English; '' for none.", "英文姓名；'' 表示没有。"))
def rename(id: str, name: str | None, name_en: str | None) -> None:  # noqa: A002
    from service import accounts
    from service.db import writing

    if name is None and name_en is None:
        raise Faulty(say("say --name, --name-en, or both", "请写明 --name 或 --name-en，或两者"), USAGE)
    with database(), writing() as session:
        before = accounts.names_of(session, id)
        english = before[1] if name_en is None else name_en or None
        accounts.rename_person(session, id, name=before[0] if name is None else name, name_en=english)
        after = accounts.names_of(session, id)
    was, is_ = (" / ".join(filter(None, names)) for names in (before, after))
    if was == is_:
        click.echo(say(f"{id} is called {is_} already: nothing was changed.", f"{id} 已名为 {is_}：没有任何改动。"))
    else:
        click.echo(say(f"{id} is called {is_} from now on, not {was}.", f"{id} 现名为 {is_}，原名 {was}。"))


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
    from service import accounts, handing_over, revisions
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session, leaving_sites_without(session) as warned:
        at = SystemNow().instant(session)
        end = end_of(until, revisions.current(session).catalogue) if until else None
        catalogue = catalogue_to_read_by(session)
        before = accounts.presence(session, id)
        if end is not None and end <= at:
            when = local(end, catalogue)
            raise Faulty(say(f"{when} is over already: nothing was changed.", f"{when} 已过：没有任何改动。"), USAGE)
        if deputy is not None:
            accounts.name_deputy(session, id, deputy)
        accounts.be_away(session, id, at, end)
        holds = handing_over.counts(session).get(id, 0)
    ends = say(f"until {local(end, catalogue)}", f"至 {local(end, catalogue)}") if end else ""
    ends = ends or say("until further notice", "直到另行通知")
    if deputy is not None:
        standing_in = say(f"deputy {deputy}", f"代理人 {deputy}")
        if before.deputy is not None and before.deputy != deputy:
            standing_in += say(f" in the place of {before.deputy}", f"（接替 {before.deputy}）")
    elif before.deputy is not None:
        standing_in = say(f"deputy {before.deputy} as before", f"代理人仍为 {before.deputy}")
    else:
        standing_in = say("no deputy", "没有代理人")
    click.echo(say(f"{id} is away {ends}, {standing_in}.", f"已登记 {id} 不在，{ends}，{standing_in}。"))
    _say_what_is_held(id, holds)
    warn_of_duty(warned)


@person.command(
    "back",
    cls=Command,
    says=(
        "Say that somebody is back: who was away, or who had left, then without the roles and tokens of before.",
        "登记员工已回来：不在的员工，或已离职的员工（原有角色和令牌不恢复）。",
    ),
    examples=("duban person back chen",),
)
@click.argument("id")
def back(id: str) -> None:  # noqa: A002
    from service import accounts
    from service.db import writing

    with database(), writing() as session:
        before = accounts.presence(session, id)
        held = accounts.held_last(session, id) if not before.active else ()
        if not before.active:
            accounts.take_back(session, id)
        accounts.be_back(session, id)
    if not before.active:
        click.echo(
            say(
                f"{id} had left and is here again, without the roles and tokens of before. They can be given anew:",
                f"{id} 曾离职，现已恢复，但原有角色和令牌没有恢复。可重新授予：",
            )
        )
        for role, site, department in held:
            place = (f" --site {site}" if site else "") + (f" --department {department}" if department else "")
            click.echo(f"  duban role give {id} {role}{place}")
        click.echo(f"  duban token issue {id}")
    elif before.away:
        click.echo(say(f"{id} is back.", f"已登记 {id} 回来。"))
    else:
        click.echo(say(f"{id} was not away: nothing was changed.", f"{id} 本来就在：没有任何改动。"))


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
    from service import accounts, handing_over
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session, leaving_sites_without(session) as warned:
        before = accounts.presence(session, id)
        if before.active:
            accounts.leave(session, id, SystemNow().instant(session))
        holds = handing_over.counts(session).get(id, 0)
    if not before.active:
        click.echo(say(f"{id} had left already: nothing was changed.", f"{id} 已经离职：没有任何改动。"))
        return
    click.echo(
        say(
            f"{id} has left; `duban person back {id}` takes {id} back.",
            f"已登记 {id} 离职；可用 duban person back {id} 恢复。",
        )
    )
    _say_what_is_held(id, holds)
    warn_of_duty(warned)


person.add_command(hand_over)


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
    from service import handing_over, sites
    from service.db import reading
    from service.now import SystemNow

    with database(), reading() as session:
        if site is not None:
            sites.require_site(session, site)
        catalogue = catalogue_to_read_by(session)
        at = SystemNow().instant(session)
        holds = handing_over.counts(session)
        found = [
            {**one, "tickets": holds.get(one["person"], 0)}
            for one in _holdings(session, at)
            if site is None or one["site"] == site
        ]
    if form == "json":
        rows = [{key: value for key, value in one.items() if key != "created_at"} for one in found]
        click.echo(as_json(rows))
    elif found:
        click.echo(_table(found, at, catalogue))
    else:
        click.echo(
            say("Nobody is there yet: `duban person add` adds somebody.", "还没有员工：用 duban person add 新增。")
        )


def _say_what_is_held(person: str, tickets: int) -> None:
    """Whoever stands in is told in his place; that somebody else holds it is another matter."""
    if tickets:
        many = "1 open ticket" if tickets == 1 else f"{tickets} open tickets"
        command = f"duban person hand-over {person} --by WHO"
        click.echo(
            say(
                f"{person} holds {many}: `{command}` gives them to the deputy, with --to to somebody else.",
                f"{person} 经办 {tickets} 张未结束的工单：{command} 移交给代理人，加 --to 移交给他人。",
            )
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
        say("open tickets", "经办工单"),
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
                "" if one["person"] == before or not one["tickets"] else str(one["tickets"]),
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
