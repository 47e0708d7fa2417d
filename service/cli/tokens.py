"""`duban token`: how people and programs sign in."""

from __future__ import annotations

import datetime as dt

import click

from service.cli.faults import USAGE, Faulty
from service.cli.installation import database
from service.cli.speaking import Command, Group, Option, say


@click.group(
    cls=Group,
    says=("Tokens that people and programs sign in with.", "员工和程序登录用的令牌。"),
    examples=("duban token issue chen --days 90",),
)
def token() -> None:
    pass


@token.command(
    "issue",
    cls=Command,
    says=(
        "Issue a token. It is shown this once and stored nowhere; it stands alone on the standard output.",
        "发放令牌。只显示这一次，不保存；标准输出中只有令牌本身。",
    ),
    examples=("duban token issue chen", 'duban token issue chen --label "front desk" --days 90'),
)
@click.argument("person")
@click.option("--label", cls=Option, default="token", says=("What it is for.", "用途。"))
@click.option(
    "--days",
    cls=Option,
    type=click.IntRange(1, 3660),
    metavar="N",
    says=("For how many days it is good; without it, until it is withdrawn.", "有效天数；不写则一直有效，直到收回。"),
)
def issue(person: str, label: str, days: int | None) -> None:
    from service import tokens
    from service.db import writing
    from service.now import SystemNow

    with database(), writing() as session:
        at = SystemNow().instant(session)
        expires_at = at + dt.timedelta(days=days) if days else None
        secret = tokens.issue_token(session, person, label, at, expires_at)
    click.echo(say(f"The token of {person}, shown this once:", f"{person} 的令牌，只显示这一次："), err=True)
    click.echo(secret)


@token.command(
    "withdraw",
    cls=Command,
    says=(
        "Withdraw tokens: all of a person, all with a label, or both together.",
        "收回令牌：某人的全部令牌、某用途的全部令牌，或两者同时限定。",
    ),
    examples=("duban token withdraw chen", 'duban token withdraw --label "front desk"'),
)
@click.argument("person", required=False)
@click.option("--label", cls=Option, says=("Only those with this label.", "只收回该用途的令牌。"))
def withdraw(person: str | None, label: str | None) -> None:
    from service import accounts, tokens
    from service.db import writing
    from service.now import SystemNow

    if person is None and label is None:
        raise Faulty(say("name a person, a label, or both", "请写员工编号、用途，或两者"), USAGE)
    with database(), writing() as session:
        if person is not None:
            accounts.require_person(session, person)
        number = tokens.withdraw_tokens(session, SystemNow().instant(session), label=label, person=person)
    click.echo(say(f"Tokens withdrawn: {number}.", f"已收回令牌：{number} 个。"))
