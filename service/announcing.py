"""What a serving process says on its terminal: where it listens, and every escalation: to whom, and why."""

from __future__ import annotations

import datetime as dt
import json
import logging
import shlex
import sys
from collections.abc import Iterable
from typing import TextIO
from zoneinfo import ZoneInfo

from flask import Flask

from service import revisions
from service.db import reading
from service.demonstration import Prepared
from service.directory import Directory
from service.staff import load_directory
from service.storing import Outcome
from service.sweep import Swept
from service.terminal import written
from workflow import telling
from workflow.calendar import Calendar
from workflow.entry import Entry
from workflow.telling import Reading

log = logging.getLogger(__name__)

MOMENT = dt.timedelta(seconds=2)
"""What is told no later than this after it was due is told on time."""


class Announcer:
    """Speaks to whoever watches the terminal; in Chinese first, in English where that is asked for."""

    def __init__(self, app: Flask, lang: str = "zh", out: TextIO = sys.stdout) -> None:
        self.app = app
        self.lang = lang
        self.out = out

    def listening(self, host: str, port: int) -> None:
        """Where the API is."""
        self._say(f"Duban 督办: http://{host}:{port}/api/v1")

    def scheduling(self) -> None:
        """That the scheduler runs."""
        self._say("Duban 督办: scheduling")

    def greet(self, prepared: Prepared, host: str, port: int) -> None:
        """The address, a token for each role, and two lines to paste."""
        address = f"http://{host}:{port}/api/v1"
        self._say("")
        self._say(f"Duban 督办  {address}")
        self._say("")
        self._say("演示令牌 / demonstration tokens (one for each role; the former ones no longer work):")
        width = max((len(role) for role in prepared.tokens), default=0)
        for role, (colleague, token) in prepared.tokens.items():
            self._say(f"  {role:<{width}}  {token}  {colleague.name} {colleague.name_en}")
        for colleague in prepared.left:
            self._say(f"  {colleague.name} {colleague.name_en}: 已离职，没有令牌 / has left, no token")
        if prepared.kept:
            self._say(
                "定义文件夹未能发布，原有定义继续有效 / the definitions folder could not be published, "
                f"what held before still holds: {prepared.kept}"
            )
        if not prepared.number:
            self._say("没有人能登记报修单 / nobody of the staff may register a repair any more")
            return
        token = prepared.tokens[prepared.registered_by][1]
        body = {
            "transition": "chase",
            "version": prepared.version,
            "fields": {"chase_note": "已致电物业管理部催促接单"},
        }
        sent = shlex.quote(json.dumps(body, ensure_ascii=False))
        ticket = f"{address}/tickets/{prepared.number}"
        authorized = shlex.quote(f"Authorization: Bearer {token}")
        self._say("")
        self._say("办理一步 / make a transition:")
        self._say(f"curl -sS {ticket}/transitions -H {authorized} -H 'Content-Type: application/json' -d {sent}")
        self._say("查看记录 / read the history:")
        self._say(f"curl -sS {ticket}/history -H {authorized}")
        self._say("")
        seconds = (prepared.due_at - prepared.at).total_seconds()
        self._say(
            f"工单 {prepared.number} 的接单时限将在约{seconds:.0f}秒后到期，届时此处显示升级情况。"
            f" The time to pick up {prepared.number} ends in about {seconds:.0f} s: watch it being escalated here."
        )
        self._say("")

    def swept(self, swept: Swept) -> None:
        """Every level and reminder that a sweep has fired, with who was told and why."""
        told = [outcome for outcome in swept.outcomes if outcome.decisions]
        if not told:
            return
        with self.app.app_context(), reading() as session:
            roles = revisions.current(session).catalogue.roles
            directory = load_directory(session, swept.at, roles)
        for outcome in told:
            for line in self._lines(outcome, directory, swept.at):
                self._say(line)

    def _lines(self, outcome: Outcome, directory: Directory, at: dt.datetime) -> Iterable[str]:
        calendar, number = outcome.loaded.calendar, outcome.ticket.number
        names = directory.names(self.lang)
        for decision in outcome.decisions:
            entry = decision.entry
            late = f" (应于 due {_local(entry.at, calendar)})" if at - entry.at > MOMENT else ""
            yield f"{_local(at, calendar)} {number} {_what(entry)} {entry.name}{late}"
            reading_ = Reading(
                definition=decision.definition, names=names, zone=calendar.zone, lang=self.lang, written_at=at
            )
            for person, items in outcome.items.items():
                mine = [item for item in items if item.sequence == entry.sequence]
                if mine:
                    said = telling.told(mine, reading_, number=number)
                    yield f"    -> {names.get(person, person)}: {' '.join(said.lines)}"
            for notice in outcome.unanswered.get(entry.sequence, ()):
                yield f"    -> nobody can be reached as {notice.to.why}"

    def _say(self, line: str) -> None:
        print(line, file=self.out, flush=True)  # this is what the module is for


def log_swept(swept: Swept) -> None:
    """A line in the log for every timer that a sweep has fired: which, and how late; whom it told, the history says."""
    for outcome in swept.outcomes:
        for decision in outcome.decisions:
            entry = decision.entry
            if entry.timer is None or entry.due_at is None:
                continue
            told = {
                "action": "fired",
                "ticket": outcome.ticket.number,
                "timer": {"kind": entry.timer.kind, "name": entry.timer.name, "level": entry.timer.level},
                "due_at": entry.due_at.isoformat(),
                "late_seconds": round((swept.at - entry.due_at).total_seconds(), 3),
            }
            log.info("%s: %s %s", outcome.ticket.number, entry.timer.name, entry.timer.level, extra=told)


def _local(at: dt.datetime, calendar: Calendar) -> str:
    return written(at, ZoneInfo(calendar.zone))


def _what(entry: Entry) -> str:
    """The kind of entry, in both languages."""
    if entry.kind == "level" and entry.timer is not None:
        late = entry.timer.level.startswith("late")
        return f"{'逾期升级 escalated' if late else '即将到期 soon due'} ({entry.timer.level}):"
    return {"reminder": "催办 reminder:", "refusal": "自动流转被拒 refused:", "move": "自动流转 moved:"}.get(
        entry.kind, entry.kind
    )
