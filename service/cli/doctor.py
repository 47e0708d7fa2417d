"""`duban doctor`: is what is stored of the tickets what their histories say?"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from service.cli.faults import PROBLEMS, USAGE, Faulty
from service.cli.installation import database
from service.cli.options import format_option
from service.cli.speaking import Command, Option, lang, say
from service.cli.table import cut, table, visible

if TYPE_CHECKING:
    from service.doctor import Case
    from service.findings import Finding

PROGRESS_EVERY = 5.0
"""Seconds between two lines that say how far it is."""

TABLE = 500
"""Lines of one table; what is found on more is told in several."""

WIDEST = 60
"""Columns of a terminal that a value takes at most."""


@click.command(
    cls=Command,
    says=(
        """Prove that what is stored of every open ticket follows from its history: clocks, timers, fields, notices.

        The service may run meanwhile. Nothing is changed. Exit code 1 if anything is found.""",
        """体检：核对每张未结工单的计时、定时、字段和通知，是否都由其记录推算得出。

        可在服务运行时进行。不作任何改动。发现问题时退出码为 1。""",
    ),
    examples=("duban doctor", "duban doctor --ticket KF-2026-00123", "duban doctor --ended --format json"),
)
@click.option(
    "--ticket",
    "number",
    cls=Option,
    metavar="NUMBER",
    says=("Only this ticket, open or not.", "只检查这张工单，无论是否已结束。"),
)
@click.option(
    "--ended",
    cls=Option,
    is_flag=True,
    says=("Those that have ended as well.", "已结束的工单也一并检查。"),
)
@format_option
@click.pass_context
def doctor(context: click.Context, number: str | None, ended: bool, form: str) -> None:
    if number is not None and ended:
        raise Faulty(say("--ticket and --ended do not go together", "--ticket 与 --ended 不能同时使用"), USAGE)
    with database():
        counts = _Counts()
        cases = _one(number, counts) if number is not None else _all(ended, counts)
        if form == "json":
            _tell_json(cases, counts)
        else:
            _tell(cases, counts)
    if counts.found:
        context.exit(PROBLEMS)


class _Counts:
    """How many tickets were looked at, on how many something is found, and on how many it cannot be put right."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.found = 0
        self.only_told = 0
        self._said = time.monotonic()

    def add(self, looked_at: int, cases: tuple[Case, ...]) -> None:
        self.looked_at += looked_at
        self.found += len(cases)
        self.only_told += sum(any(not one.mends for one in case.findings) for case in cases)
        if time.monotonic() - self._said >= PROGRESS_EVERY:
            self._said = time.monotonic()
            click.echo(
                say(
                    f"{self.looked_at} tickets looked at, something found on {self.found} …",
                    f"已检查 {self.looked_at} 张工单，发现 {self.found} 张有问题……",
                ),
                err=True,
            )


def _all(ended: bool, counts: _Counts) -> Iterator[Case]:
    from service.doctor import walk

    for seen in walk(ended=ended):
        counts.add(seen.looked_at, seen.cases)
        yield from seen.cases


def _one(number: str, counts: _Counts) -> Iterator[Case]:
    from service.doctor import examine
    from service.loading import TicketUnknown

    try:
        case = examine(number)
    except TicketUnknown as error:
        raise Faulty(say(f"There is no ticket {number}.", f"没有工单 {number}。"), USAGE) from error
    counts.add(1, () if case is None else (case,))
    if case is not None:
        yield case


def _tell_json(cases: Iterator[Case], counts: _Counts) -> None:
    """One object, written as it comes together: a million tickets may be on it."""
    click.echo('{"tickets": [', nl=False)
    for number, case in enumerate(cases):
        found = {"number": case.number, "findings": [_finding(one) for one in case.findings]}
        click.echo(("," if number else "") + "\n  " + json.dumps(found, ensure_ascii=False), nl=False)
    end = {"looked_at": counts.looked_at, "found": counts.found, "only_told": counts.only_told}
    click.echo("\n], " + json.dumps(end)[1:])


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "what": one.what,
        "name": one.name or None,
        "column": one.column or None,
        "stored": _plain(one.stored),
        "derived": _plain(one.derived),
        "mends": one.mends,
        "text": one.text and one.text.read(lang()),
    }


def _tell(cases: Iterator[Case], counts: _Counts) -> None:
    """Tables of so many lines as they come, and what it comes to."""
    head = (
        say("ticket", "工单"),
        say("what", "内容"),
        say("stored", "存储的"),
        say("by its history", "按记录应为"),
    )
    rows = ((case.number, *(visible(text) for text in _cells(one))) for case in cases for one in case.findings)
    while lines := list(islice(rows, TABLE)):
        click.echo(table(head, lines) + "\n")
    click.echo(_summary(counts))


def _cells(one: Finding) -> tuple[str, str, str]:
    """What a finding is about, and what is stored and derived; what is only told stands in place of both."""
    about = " ".join(part for part in (say(one.what.replace("_", " "), _WHAT[one.what]), one.name, one.column) if part)
    if one.text is not None:
        return about, one.text.read(lang()), ""
    if one.stored is None and one.derived is None and not _is_row(one):
        return about, say("differs", "不一致"), ""
    return about, _shown(one.stored, one), _shown(one.derived, one)


def _is_row(one: Finding) -> bool:
    return not one.column and one.what != "ticket"


def _shown(value: Any, one: Finding) -> str:
    if value is None:
        return say("none", "无") if _is_row(one) else "-"
    if _is_row(one) and isinstance(value, dict):
        due_at = value.get("due_at") or value.get("limit_at") or value.get("person_id")
        return cut(str(_plain(due_at)), WIDEST) if due_at is not None else say("there", "有")
    plain = _plain(value)
    return cut(plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False), WIDEST)


def _plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return value


_WHAT = {
    "ticket": "工单",
    "clock": "计时",
    "timer": "定时",
    "value": "字段",
    "notice": "通知",
    "attachment": "附件",
    "child": "子工单",
    "parent": "上级工单",
    "occurrence": "周期",
    "history": "记录",
    "revision": "版本",
    "set_aside": "搁置",
}


def _summary(counts: _Counts) -> str:
    if not counts.found:
        return say(
            f"{counts.looked_at} tickets looked at: everything stored follows from their histories.",
            f"已检查 {counts.looked_at} 张工单：存储内容均与记录一致。",
        )
    return say(
        f"{counts.looked_at} tickets looked at, something found on {counts.found}, "
        f"on {counts.only_told} of them something that cannot be derived.",
        f"已检查 {counts.looked_at} 张工单，{counts.found} 张有问题，其中 {counts.only_told} 张有无法推算的内容。",
    )
