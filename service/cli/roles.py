"""`duban role`: who holds what."""

from __future__ import annotations

import click

from service.cli.duty import leaving_sites_without, warn_of_duty
from service.cli.installation import database
from service.cli.speaking import Command, Group, Option, say


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

    with database(), writing() as session, leaving_sites_without(session) as warned:
        accounts.take_role(session, person, role, SystemNow().instant(session), site=site, department=department)
    where = _at(site, department)
    click.echo(say(f"{person} no longer holds {role}{where}.", f"{person} 不再担任 {role}{where}。"))
    warn_of_duty(warned)


def _at(site: str | None, department: str | None) -> str:
    place = "/".join(part for part in (site, department) if part)
    return say(f" at {place}", f"（{place}）") if place else ""
