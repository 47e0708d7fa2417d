"""`duban doctor`: is what is stored of the tickets what their histories say?"""

from __future__ import annotations

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

        The service may run meanwhile. Nothing is changed unless --repair is given: then what follows from the history
        is written, ticket by ticket, with an entry that says what was put right. Exit code 1 if anything is left.""",
        """体检：核对每张未结工单的计时、定时、字段和通知，是否都由其记录推算得出。

        可在服务运行时进行。不写 --repair 时不作任何改动；写明时逐单按记录改正，并留下一条记录说明改了什么。
        仍有问题时退出码为 1。""",
    ),
    examples=(
        "duban doctor",
        "duban doctor --ticket KF-2026-00123",
        "duban doctor --repair",
        "duban doctor --ended --format json",
        "duban doctor --processes 4",
    ),
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
@click.option(
    "--repair",
    "mend",
    cls=Option,
    is_flag=True,
    says=("Write what follows from the histories.", "按记录改正。"),
)
@click.option(
    "--processes",
    cls=Option,
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    says=("So many processes look at once.", "同时检查的进程数。"),
)
@format_option
@click.pass_context
def doctor(context: click.Context, number: str | None, ended: bool, mend: bool, processes: int, form: str) -> None:
    if number is not None and ended:
        raise Faulty(say("--ticket and --ended do not go together", "--ticket 与 --ended 不能同时使用"), USAGE)
    with database():
        counts = _Counts(mend)
        cases = _one(number, counts) if number is not None else _all(ended, processes, counts)
        if mend:
            cases = _mended(cases, counts)
        if form == "json":
            _tell_json(cases, counts)
        else:
            _tell(cases, counts)
    if counts.found > counts.mended:
        context.exit(PROBLEMS)


class _Counts:
    """How many tickets were looked at, on how many something is found, and on how many it cannot be put right."""

    def __init__(self, mend: bool) -> None:
        self.looked_at = 0
        self.found = 0
        self.only_told = 0
        self.mended = 0
        self.mending = mend
        self.expected: int | None = None
        self._said = time.monotonic()

    def add(self, looked_at: int, cases: tuple[Case, ...]) -> None:
        self.looked_at += looked_at
        self.found += len(cases)
        self.only_told += sum(any(not one.mends for one in case.findings) for case in cases)
        if time.monotonic() - self._said >= PROGRESS_EVERY:
            self._said = time.monotonic()
            all_ = say(f" of about {self.expected}", f"（共约 {self.expected} 张）") if self.expected else ""
            click.echo(
                say(
                    f"{self.looked_at}{all_} tickets looked at, something found on {self.found} …",
                    f"已检查 {self.looked_at} 张工单{all_}，发现 {self.found} 张有问题……",
                ),
                err=True,
            )


def _all(ended: bool, processes: int, counts: _Counts) -> Iterator[Case]:
    from service.cli.examining import examined
    from service.counted import open_tickets
    from service.db import reading
    from service.doctor import walk

    with reading() as session:
        open_then = open_tickets(session)
    counts.expected = open_then[0] if open_then and not ended else None
    if processes > 1:
        found = examined(processes, ended)
    else:
        found = ((seen.looked_at, seen.cases) for seen in walk(ended=ended))
    for looked_at, cases in found:
        counts.add(looked_at, cases)
        yield from cases


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


def _mended(cases: Iterator[Case], counts: _Counts) -> Iterator[Case]:
    """The same with what can be put right put right; one on which nothing is found any more is left out."""
    from service.now import SystemNow
    from service.repairing import repair

    now = SystemNow()
    for case in cases:
        found = repair(now, case.number) if case.mends else case
        if found is not None:
            counts.mended += all(one.mends for one in found.findings)
            yield found
        else:
            counts.found -= 1


def _tell_json(cases: Iterator[Case], counts: _Counts) -> None:
    """One object, written as it comes together: a million tickets may be on it."""
    click.echo('{"tickets": [', nl=False)
    for number, case in enumerate(cases):
        found = {"number": case.number, "findings": [_finding(one, counts.mending) for one in case.findings]}
        click.echo(("," if number else "") + "\n  " + json.dumps(found, ensure_ascii=False), nl=False)
    end = {"looked_at": counts.looked_at, "found": counts.found, "only_told": counts.only_told, "mended": counts.mended}
    click.echo("\n], " + json.dumps(end)[1:])


def _finding(one: Finding, mending: bool) -> dict[str, Any]:
    from service.findings import plain

    return {
        "what": one.what,
        "name": one.name or None,
        "column": one.column or None,
        "stored": plain(one.stored),
        "derived": plain(one.derived),
        "mends": one.mends,
        "mended": mending and one.mends,
        "text": one.text and one.text.read(lang()),
    }


def _tell(cases: Iterator[Case], counts: _Counts) -> None:
    """Tables of so many lines as they come, and what it comes to."""
    head = (
        say("ticket", "工单"),
        say("what", "内容"),
        say("stored", "存储的"),
        say("by its history", "按记录应为"),
        *((say("put right", "已改正"),) if counts.mending else ()),
    )
    rows = (
        (case.number, *(visible(text) for text in _cells(one)), *_put_right(one, counts))
        for case in cases
        for one in case.findings
    )
    while lines := list(islice(rows, TABLE)):
        click.echo(table(head, lines) + "\n")
    click.echo(_summary(counts))


def _put_right(one: Finding, counts: _Counts) -> tuple[str, ...]:
    if not counts.mending:
        return ()
    return (say("yes", "是") if one.mends else say("no", "否"),)


def _cells(one: Finding) -> tuple[str, str, str]:
    """What a finding is about, and what is stored and derived; what is only told stands in place of both."""
    from service.findings import CALLED, shown

    about = " ".join(part for part in (CALLED[one.what].read(lang()), one.name, one.column) if part)
    if one.text is not None:
        return about, one.text.read(lang()), ""
    if one.stored is None and one.derived is None and one.what in ("ticket", "notice"):
        return about, say("differs", "不一致"), ""
    return about, cut(shown(one.stored, lang()), WIDEST), cut(shown(one.derived, lang()), WIDEST)


def _summary(counts: _Counts) -> str:
    if not counts.found:
        return say(
            f"{counts.looked_at} tickets looked at: everything stored follows from their histories.",
            f"已检查 {counts.looked_at} 张工单：存储内容均与记录一致。",
        )
    left = counts.found - counts.mended
    put_right = say(f"put right on {counts.mended}, ", f"改正 {counts.mended} 张，") if counts.mending else ""
    return say(
        f"{counts.looked_at} tickets looked at, something found on {counts.found}, {put_right}left on {left}; "
        f"on {counts.only_told} there is something that cannot be derived.",
        f"已检查 {counts.looked_at} 张工单，{counts.found} 张有问题，{put_right}还剩 {left} 张；"
        f"{counts.only_told} 张有无法推算的内容。",
    )
