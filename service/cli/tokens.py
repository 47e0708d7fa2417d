"""`duban token`: how people and programs sign in."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

import click

from service.cli.faults import USAGE, Faulty
from service.cli.installation import database
from service.cli.instants import catalogue_to_read_by, local
from service.cli.options import format_option
from service.cli.speaking import Command, Group, Option, say
from service.cli.table import as_json, table, visible


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
    if number:
        click.echo(say(f"Tokens withdrawn: {number}.", f"已收回令牌：{number} 个。"))
        return
    whose = say(f" of {person}", f" {person} 的") if person is not None else ""
    which = say(f" with the label {label}", f"用途为 {label} 的") if label is not None else ""
    click.echo(
        say(
            f"Nothing was withdrawn: there is no token{whose}{which} that is still good; see `duban token list`.",
            f"没有收回任何令牌：没有{whose}{which}有效令牌；可用 duban token list 查看。",
        )
    )


@token.command(
    "list",
    cls=Command,
    says=(
        "Show the tokens that are good: whose, what for, since when and until when; never the tokens themselves.",
        "显示有效的令牌：属于谁、用途、发放和到期时间；不显示令牌本身。",
    ),
    examples=("duban token list", "duban token list --all"),
)
@click.option(
    "--all",
    "everything",
    cls=Option,
    is_flag=True,
    says=("Also those that were withdrawn or have expired.", "也显示已收回和已到期的。"),
)
@format_option
def list_tokens(everything: bool, form: str) -> None:
    from service import tokens
    from service.db import reading
    from service.now import SystemNow

    with database(), reading() as session:
        found = [one for one in tokens.list_tokens(session, SystemNow().instant(session)) if everything or one.good]
        catalogue = catalogue_to_read_by(session)
    if form == "json":
        click.echo(as_json([asdict(one) for one in found]))
        return
    if not found:
        click.echo(say("There is no token: `duban token issue` issues one.", "没有令牌：用 duban token issue 发放。"))
        return
    head = (say("person", "编号"), say("label", "用途"), say("issued", "发放"), say("end", "有效至"))
    rows = []
    for one in found:
        if one.withdrawn_at is not None:
            when = local(one.withdrawn_at, catalogue)
            ends = say(f"withdrawn {when}", f"已收回 {when}")
        elif one.expires_at is not None:
            ends = local(one.expires_at, catalogue)
        else:
            ends = say("until withdrawn", "收回为止")
        rows.append((one.person, visible(one.label), local(one.created_at, catalogue), ends))
    click.echo(table(head, rows))
