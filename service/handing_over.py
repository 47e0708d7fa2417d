"""Handing over what somebody holds: at the end of a shift, before an absence, after he has left (DATA-10).

Each ticket is handed on by the move that its definition has for it, in a transaction of its own: whoever may not make
it is refused, whoever takes it over is told, and its clocks go on. What was cut short is finished by doing it again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import accounts, aside, finding, tables
from service.account_faults import HasLeft, NobodyTakesOver, TakesOverHimself
from service.db import reading, table_of, writing
from service.loading import TicketUnknown
from service.moves import MoveRefused, Request, TicketUnsettled, move_ticket
from service.now import Now
from service.records import TicketUnreadable
from service.storing import ChangedMeanwhile, Outcome
from workflow.definition import Text
from workflow.entry import Blocker, Entry
from workflow.handing_on import handing_on

TRIES = 3
"""So often a ticket is handed over before it is left because somebody else was faster every time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """What became of one ticket: it was handed over (`entries` are what was recorded), or why it was not."""

    number: str
    workflow: Text | None = None
    title: str = ""
    blockers: tuple[Blocker, ...] = ()
    entries: tuple[Entry, ...] = ()


def counts(session: Session) -> Mapping[str, int]:
    """How many open tickets everybody holds who holds any."""
    table = table_of(tables.Ticket)
    chosen = select(table.c.assignee_id.label("person"), func.count().label("open")).where(
        table.c.ended_at.is_(None), table.c.assignee_id.is_not(None)
    )
    return {one.person: one.open for one in session.execute(chosen.group_by(table.c.assignee_id))}


def taker(session: Session, holder: str, to: str | None) -> str:
    """Who takes over: whoever is named, or the deputy.

    Raises NotKnown, NobodyTakesOver, HasLeft, TakesOverHimself.
    """
    found = to or accounts.presence(session, holder).deputy
    if found is None:
        raise NobodyTakesOver(holder)
    if not accounts.presence(session, found).active:
        raise HasLeft(found)
    if found == holder:
        raise TakesOverHimself(holder)
    return found


def hand_over(
    now: Now,
    numbers: Collection[str],
    *,
    holder: str,
    to: str,
    by: str,
    dry_run: bool = False,
    request_id: str | None = None,
) -> Iterator[Handed]:
    """Hand these tickets over from one person to another, one after the other; `by` is who does it."""
    for number in numbers:
        for left in reversed(range(TRIES)):
            try:
                yield _one(
                    now, number, holder, Request(person=by, transition="", dry_run=dry_run, request_id=request_id), to
                )
                break
            except ChangedMeanwhile:
                if not left:
                    yield Handed(number=number, blockers=(_MEANWHILE,))


def _one(now: Now, number: str, holder: str, request: Request, to: str) -> Handed:
    with reading() as session:
        try:
            loaded = finding.show(session, now, number, request.person).loaded
        except TicketUnknown:
            return Handed(number=number, blockers=(_UNSEEN,))
        except TicketUnreadable:
            return Handed(number=number, blockers=(_UNREADABLE,))
    definition, ticket = loaded.definition, loaded.ticket
    if ticket.assignee != holder:
        return Handed(number=number, blockers=(_NOT_HELD,))
    told: dict[str, Any] = {
        "number": number,
        "workflow": definition.text,
        "title": str(ticket.fields.get("title") or ""),
    }
    way = handing_on(definition, ticket.state)
    if way is None:
        return Handed(**told, blockers=(_no_way(definition.text),))
    transition, field = way
    move = replace(request, transition=transition.name, fields={field: to})
    try:
        with writing() as session:
            decided = move_ticket(session, now, number, move)
            if _held_before(decided.outcome, transition.name) != holder:  # somebody has handed it on since
                session.rollback()
                return Handed(number=number, blockers=(_NOT_HELD,))
    except TicketUnknown:  # taken out of sight since it was looked at
        return Handed(number=number, blockers=(_UNSEEN,))
    except MoveRefused as refusal:
        return Handed(**told, blockers=refusal.blockers)
    except TicketUnsettled:
        return Handed(**told, blockers=(_UNSETTLED,))
    except TicketUnreadable as unread:
        aside.leave_unread(now, unread)
        return Handed(**told, blockers=(_UNREADABLE,))
    return Handed(**told, entries=tuple(one.entry for one in decided.outcome.decisions))


def _held_before(outcome: Outcome, transition: str) -> str | None:
    """Who held the ticket until this move of it."""
    before, held = outcome.loaded.ticket, None
    for decision in outcome.decisions:
        if decision.entry.name == transition:
            held = before.assignee
        before = decision.ticket
    return held


def _no_way(workflow: Text) -> Blocker:
    return Blocker(
        code="not_handed_on",
        text=Text(
            f"“{workflow.en}” has no move by which it is given to somebody by name from where it stands.",
            f"“{workflow.read('zh')}”在当前状态下没有转交给具体人员的流转。",
        ),
    )


_UNSEEN = Blocker(code="not_seen", text=Text("There is no such ticket that you may see.", "没有这张工单，或无权查看。"))
_NOT_HELD = Blocker(code="not_held", text=Text("He does not hold it.", "不由其经办。"))
_UNREADABLE = Blocker(
    code="unreadable",
    text=Text(
        "What is stored of it cannot be read; `duban doctor` says what is wrong.",
        "其存储内容无法读取；请用 duban doctor 查看原因。",
    ),
)
_UNSETTLED = Blocker(
    code="unsettled",
    text=Text(
        "What is due on it cannot be carried out, so it cannot be moved for now.", "其到期事项无法执行，暂时不能流转。"
    ),
)
_MEANWHILE = Blocker(
    code="changed_meanwhile",
    text=Text("It was changed by somebody else every time; try again.", "每次都被他人抢先更改；请重试。"),
)
