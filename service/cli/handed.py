"""`duban person hand-over`: what somebody holds, given to somebody else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from service.cli.installation import database
from service.cli.options import format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import as_json, cut, table, visible

if TYPE_CHECKING:
    from service.handing_over import Handed

WIDEST = 40
"""Columns that a title takes at the most."""


@click.command(
    "hand-over",
    cls=Command,
    says=(
        """Hand over what somebody holds: at the end of a shift, before an absence, after he has left.

        Each open ticket is given on by the move that its definition has for it, made by whoever --by names, who must be
        one who may make it. Whoever takes over is told; time limits go on as they were. Doing it again goes on with
        what is left.""",
        """移交某人经办的工单：交班时、休假前、离职后。

        每张未结束的工单，都由 --by 所写的人按其流程中的“转交”办理，该人须有权转交。接手人会收到通知；时限照常计算。
        再次运行会继续处理余下的工单。""",
    ),
    examples=(
        "duban person hand-over chen --to li --by chen",
        "duban person hand-over chen --by wang --dry-run",
        "duban person hand-over chen --to li --by wang --ticket SP-2026-00012",
    ),
)
@click.argument("holder", metavar="ID")
@click.option("--by", cls=Option, required=True, metavar="ID", says=("Who hands over.", "由谁办理移交。"))
@click.option(
    "--to", cls=Option, metavar="ID", says=("Who takes over; without it, the deputy.", "接手人；不写则为代理人。")
)
@click.option(
    "--ticket",
    "tickets",
    cls=Option,
    multiple=True,
    metavar="NUMBER",
    says=("Only this one; may be repeated.", "只移交这一张；可写多次。"),
)
@click.option("--dry-run", cls=Option, is_flag=True, says=("Only say what would happen.", "只显示会怎样，不实际移交。"))
@format_option
def hand_over(holder: str, by: str, to: str | None, tickets: tuple[str, ...], dry_run: bool, form: str) -> None:
    from service import accounts, finding, handing_over
    from service.db import reading
    from service.now import SystemNow

    now = SystemNow()
    with database():
        with reading() as session:
            accounts.require_person(session, by)
            taker = handing_over.taker(session, holder, to)
            numbers = tickets or finding.held(session, now, by, holder)
            unseen = handing_over.counts(session).get(holder, 0) - len(numbers) if not tickets else 0
        going = handing_over.hand_over(now, numbers, holder=holder, to=taker, by=by, dry_run=dry_run)
        found = []
        for one in going:
            found.append(one)
            if sys.stderr.isatty():
                click.echo(f"\r{len(found)}/{len(numbers)}", err=True, nl=len(found) == len(numbers))
    if form == "json":
        click.echo(as_json([_row(one) for one in found]))
    else:
        _tell(found, holder, taker, unseen, by, dry_run=dry_run)
    if any(one.blockers for one in found) or unseen:
        raise click.exceptions.Exit(1)


def _tell(found: Sequence[Handed], holder: str, taker: str, unseen: int, by: str, *, dry_run: bool) -> None:
    if found:
        head = (say("ticket", "工单"), say("procedure", "流程"), say("title", "标题"), "")
        click.echo(table(head, [_cells(one, dry_run=dry_run) for one in found]))
    done = sum(not one.blockers for one in found)
    if dry_run:
        said = say(
            f"{done} of {len(found)} would go from {holder} to {taker}.",
            f"{len(found)} 张中有 {done} 张可由 {holder} 移交给 {taker}。",
        )
    elif found:
        said = say(
            f"{done} of {len(found)} went from {holder} to {taker}.",
            f"{len(found)} 张中有 {done} 张已由 {holder} 移交给 {taker}。",
        )
    else:
        said = say(f"{holder} holds no open ticket that {by} may see.", f"{holder} 没有 {by} 可查看的未结束工单。")
    click.echo(said)
    if unseen:
        click.echo(
            say(
                f"{holder} holds {unseen} more, which {by} may not see.",
                f"{holder} 另有 {unseen} 张工单，{by} 无权查看。",
            ),
            err=True,
        )


def _cells(one: Handed, *, dry_run: bool) -> tuple[str, ...]:
    reasons = " ".join(blocker.text.read(lang()) for blocker in one.blockers)
    done = say("can be handed over", "可移交") if dry_run else say("handed over", "已移交")
    workflow = one.workflow.read(lang()) if one.workflow else ""
    return (one.number, workflow, cut(visible(one.title), WIDEST), reasons or done)


def _row(one: Handed) -> dict[str, Any]:
    return {
        "number": one.number,
        "workflow": one.workflow and one.workflow.read(lang()),
        "title": one.title,
        "handed_over": not one.blockers,
        "blockers": [{"code": each.code, "text": each.text.read(lang())} for each in one.blockers],
    }
