"""What carrying open tickets over does, or would do: for people the worst and how many, for programs every ticket."""

from __future__ import annotations

import csv
import datetime as dt
import heapq
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from service.cli.lasting import lasting
from service.cli.speaking import lang, say
from service.cli.table import visible

if TYPE_CHECKING:
    from service.carried import Batch, Carried, DueDate, Left

WORST = 10
"""So many tickets are shown where not every one is asked for."""

SHOWN_LEFT = 20
"""So many of those that stay as they are."""


class Told:
    """Counts what becomes of the tickets, and says it; made for one run of the command.

    `done` is whether it has been done, or is only foretold; with `every` no ticket is left out. `called` has what
    people are called, by their ids: for programs they stay ids.
    """

    def __init__(self, *, done: bool, called: Mapping[str, str], every: bool = False) -> None:
        self.done = done
        self.called = called
        self.every = every
        self.tickets = self.earlier = self.later = self.late = self.levels = self.notices = 0
        self.people: set[str] = set()
        self.left: list[Left] = []
        self._worst: list[tuple[tuple[dt.timedelta, dt.timedelta], int, Carried]] = []

    def count(self, batches: Iterable[Batch]) -> Iterator[Carried]:
        """Every ticket that is carried over, counted."""
        for batch in batches:
            self.left += batch.left
            for one in batch.carried:
                self._add(one)
                yield one
            self._progress()

    def _add(self, one: Carried) -> None:
        self.tickets += 1
        moves = [date.now - date.was for date in one.due if date.was is not None and date.now is not None]
        self.earlier += any(by < dt.timedelta() for by in moves)
        self.later += any(by > dt.timedelta() for by in moves)
        self.late += bool(one.late_by)
        self.levels += len(one.fires)
        self.notices += len(one.told)
        self.people |= {*one.told}
        rank = (one.late_by, one.earlier_by)
        heapq.heappush(self._worst, (rank, -self.tickets, one))
        if len(self._worst) > WORST:
            heapq.heappop(self._worst)

    def _progress(self) -> None:
        if self.done and sys.stderr.isatty():
            click.echo(say(f"\r{self.tickets} carried over …", f"\r已转入 {self.tickets} 张……"), err=True, nl=False)

    # --- For people ---------------------------------------------------------------------------------------------------

    def as_text(self, batches: Iterable[Batch], names: str) -> Iterator[str]:
        """Line by line: with `every`, each ticket as it comes; then how many, and the worst."""
        for one in self.count(batches):
            if self.every:
                yield from self._ticket(one)
        if self.done and sys.stderr.isatty():
            click.echo(err=True)
        yield self._headline(names)
        if self.tickets:
            yield from self._figures()
            worst = [one for rank, _, one in sorted(self._worst, key=lambda item: item[:2], reverse=True) if any(rank)]
            if worst and not self.every:
                yield say("- The worst first (--all shows every ticket):", "- 影响最大的在前（--all 显示全部工单）：")
                for one in worst:
                    yield from self._ticket(one)
        yield from self._left()

    def _headline(self, names: str) -> str:
        count, s = self.tickets, "" if self.tickets == 1 else "s"
        if not count and not self.left:
            return say(
                f"No open ticket of {names} has to be carried over: all have it already.",
                f"{names} 没有需要转入新版本的未结工单。",
            )
        if self.done:
            return say(f"{count} open ticket{s} of {names} carried over:", f"{names} 已有 {count} 张未结工单转入：")
        return say(
            f"{count} open ticket{s} of {names} would be carried over:", f"{names} 将有 {count} 张未结工单转入："
        )

    def _figures(self) -> Iterator[str]:
        same = self.tickets - self.earlier - self.later
        yield say(
            f"- dates: {self.earlier} with an earlier one, {self.later} with a later one, {max(same, 0)} with neither",
            f"- 到期时间：{self.earlier} 张提前，{self.later} 张推后，{max(same, 0)} 张不变",
        )
        people = len(self.people)
        yield say(
            f"- late at once: {self.late}; {self.levels} level{'s' * (self.levels != 1)} or "
            f"reminder{'s fire' if self.levels != 1 else ' fires'}; "
            f"{people} {'person is' if people == 1 else 'people are'} told, with {self.notices} "
            f"notice{'s' * (self.notices != 1)}",
            f"- 立即逾期：{self.late} 张；触发 {self.levels} 个层级或催办；通知 {people} 人，共 {self.notices} 条通知",
        )

    def _ticket(self, one: Carried) -> Iterator[str]:
        """A ticket in a few lines: its dates before and after, what fires at once, and who is told."""
        called = f"{one.number} {one.title}".rstrip()
        place = "" if one.state[0] == one.state[1] else f"  {one.state[0]} -> {one.state[1]}"
        yield visible(f"    {called}{place}")
        for date in one.due:
            if self.every or date.was != date.now:
                yield "      " + _date(date, one)
        if one.fires:
            comma, nobody = say(", ", "、"), say("nobody", "无人")
            fires = comma.join(visible(_level(each.text.read(lang()), each.level)) for each in one.fires)
            told = comma.join(visible(self.called.get(person, person)) for person in one.told) or nobody
            late = say(f" (late by {lasting(one.late_by)})", f"（已逾期{lasting(one.late_by)}）") if one.late_by else ""
            yield "      " + say(f"at once{late}: {fires}; told: {told}", f"立即触发{late}：{fires}；通知：{told}")

    def _left(self) -> Iterator[str]:
        if self.left:
            count = len(self.left)
            yield say(
                "- 1 ticket stays as it is:" if count == 1 else f"- {count} tickets stay as they are:",
                f"- {count} 张保持原样：",
            )
            for one in self.left[: None if self.every else SHOWN_LEFT]:
                reasons = say("; ", "；").join(reason.read(lang()) for reason in one.reasons)
                yield f"    {one.number}{say(': ', '：')}{visible(reasons)}"
            if count > SHOWN_LEFT and not self.every:
                yield "    " + say("… (--all shows every one)", "……（--all 显示全部）")

    # --- For programs -------------------------------------------------------------------------------------------------

    def as_json(self, batches: Iterable[Batch], before: dict[str, Any]) -> Iterator[str]:
        """One object, written as it comes: what `before` has, then every ticket, those that stay, and the figures."""
        head = json.dumps(before, ensure_ascii=False, indent=2, default=dt.datetime.isoformat)
        yield head.removesuffix("\n}") + "," + '\n  "carry_over": {\n    "tickets": ['
        for number, one in enumerate(self.count(batches)):
            yield f"      {',' if number else ''}{json.dumps(_body(one), ensure_ascii=False)}"
        left = [{"number": one.number, "reasons": [each.read(lang()) for each in one.reasons]} for one in self.left]
        figures = {
            "tickets": self.tickets,
            "earlier": self.earlier,
            "later": self.later,
            "late_at_once": self.late,
            "fires": self.levels,
            "people": len(self.people),
            "notices": self.notices,
        }
        yield f'    ],\n    "left": {json.dumps(left, ensure_ascii=False)},'
        yield f'    "figures": {json.dumps(figures)}\n  }}\n}}'

    def as_csv(self, batches: Iterable[Batch]) -> None:
        """A row for each date of each ticket, to standard output."""
        out = csv.DictWriter(sys.stdout, _COLUMNS, restval="", lineterminator="\n")
        out.writeheader()
        for one in self.count(batches):
            known = {"ticket": one.number, "workflow": one.workflow, "site": one.site, "state": one.state[1]}
            for date in one.due:
                fires = [
                    level.level or level.name
                    for level in one.fires
                    if (level.kind == "reminder", level.name) == (date.kind == "reminder", date.name)
                ]
                was, now = (_shown(instant, one.zone) if instant else "" for instant in (date.was, date.now))
                said = {"kind": date.kind, "name": date.name, "was": was, "now": now, "at_once": ", ".join(fires)}
                out.writerow({**known, **said, "told": " ".join(one.told)})
        for kept in self.left:
            reasons = "; ".join(each.read(lang()) for each in kept.reasons)
            out.writerow({"ticket": kept.number, "workflow": kept.workflow, "kept_because": reasons})


_COLUMNS = ("ticket", "workflow", "site", "state", "kind", "name", "was", "now", "at_once", "told", "kept_because")


def _level(text: str, level: str) -> str:
    kind, _, number = level.partition(" ")
    called = {"soon": say("soon", "临期"), "late": say("late", "逾期")}.get(kind, "")
    return f"{text} {called} {number}".rstrip()


def _date(date: DueDate, one: Carried) -> str:
    none = say("none", "无")
    was, now = (_shown(instant, one.zone) if instant else none for instant in (date.was, date.now))
    text = visible(date.text.read(lang()))
    if date.was == date.now:
        return say(f"{text}: {was}, as before", f"{text}：{was}，不变")
    return f"{text}{say(': ', '：')}{was} -> {now}"


def _shown(instant: dt.datetime, zone: str) -> str:
    local = instant.astimezone(ZoneInfo(zone))
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def _body(one: Carried) -> dict[str, Any]:
    def instant(value: dt.datetime | None) -> str | None:
        return value.astimezone(ZoneInfo(one.zone)).isoformat() if value is not None else None

    return {
        "number": one.number,
        "workflow": one.workflow,
        "site": one.site,
        "revision": {"was": one.revision[0], "now": one.revision[1]},
        "calendar_revision": {"was": one.calendar[0], "now": one.calendar[1]},
        "state": {"was": one.state[0], "now": one.state[1]},
        "due": [
            {"kind": each.kind, "name": each.name, "was": instant(each.was), "now": instant(each.now)}
            for each in one.due
        ],
        "at_once": [
            {"kind": each.kind, "name": each.name, "level": each.level or None, "due_at": instant(each.due_at)}
            for each in one.fires
        ],
        "late_by_seconds": int(one.late_by.total_seconds()),
        "told": list(one.told),
    }
