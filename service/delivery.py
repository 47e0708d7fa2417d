"""Delivery: handing the notices of the outbox to their channels, again and again until they are taken.

A notice is claimed by counting the attempt and setting the instant of the next one, before it is handed over. So a
process that dies in between leaves what a failed attempt leaves, and the notice comes again: at least once, always
with the same id. No lock is held while a channel works. What is for the inbox lies where it is read, and nothing has to
be done for it: it is claimed and delivered at once.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from service import bulk, tables
from service.db import reading, table_of, writing
from service.figures import Figures
from service.outbox import INBOX
from workflow.notices import Item

BATCH = 200
"""How many notices are claimed at a time; a run goes on until none is due."""

FIRST_PAUSE = dt.timedelta(seconds=30)
LONGEST_PAUSE = dt.timedelta(hours=1)
"""How long a notice waits after its first failure, doubled with each further one up to the longest."""

MOST_ATTEMPTS = 30
"""After so many, about a day, a notice has failed and is tried no more."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A notice on its way: to whom, and what there is to tell, of which ticket if of one. The id stays the same."""

    id: str
    ticket_id: int | None
    person: str
    items: tuple[Item, ...]
    attempt: int


Channel = Callable[[Parcel], None]
"""Hands a notice over; whatever it raises is a failed attempt."""


def _inbox(parcel: Parcel) -> None:  # noqa: ARG001  # it lies where it is read: that it was delivered makes it visible
    return


CHANNELS: Mapping[str, Channel] = MappingProxyType({INBOX: _inbox})
"""The channels there are, by the name that a notice has."""


def run_once(
    at: dt.datetime,
    channels: Mapping[str, Channel] = CHANNELS,
    go_on: Callable[[], bool] = lambda: True,
    figures: Figures | None = None,
) -> int:
    """Deliver every notice that is due at `at`, batch after batch as long as it is to `go_on`; gives how many were.

    What became of them is counted in `figures`. Needs an application context and no transaction. Any number of
    processes may run it at the same time.
    """
    delivered, more = 0, False
    while True:
        if not more:
            with reading() as session:  # nobody who writes waits for an empty outbox
                more = session.execute(select(tables.Notice.id).where(_due(at)).limit(1)).first() is not None
        if not more or not go_on():
            return delivered
        with writing() as session:
            claims = _claim(session, at)
            lying = {one.id for one in claims if channels.get(one.channel) is _inbox and _readable(one)}
            recorded = _lying(session, sorted(lying), at)
            leaving = [one for one in claims if one.id not in lying]
            _attempted(session, leaving, at)
        if not claims:  # they are in another process's hands
            return delivered
        done, given_up, failed = [], [], 0
        for claim in leaving:
            if _handed_over(claim, channels):
                done.append(claim.id)
            elif claim.attempt >= MOST_ATTEMPTS:
                given_up.append(claim.id)
        if done or given_up:
            with writing() as session:
                recorded += _ended(session, done, {"delivered_at": at})
                failed = _ended(session, given_up, {"failed_at": at})
        if figures is not None:
            figures.count("duban_notices_delivered_total", recorded)
            figures.count("duban_notices_not_taken_total", len(leaving) - len(done))
            figures.count("duban_notices_failed_total", failed)
        delivered += len(lying) + len(done)
        more = len(claims) == BATCH


def pause_after(attempt: int) -> dt.timedelta:
    """How long a notice waits after its `attempt`-th failure, counted from 1."""
    doublings = min(attempt - 1, (LONGEST_PAUSE // FIRST_PAUSE).bit_length())
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def _due(at: dt.datetime) -> ColumnElement[bool]:
    """Which notices are to be handed over at an instant.

    One that waits for longer than any ever does was put there while the clock went ahead, and is due, too.
    """
    next_attempt_at = tables.Notice.next_attempt_at
    return or_(next_attempt_at <= at, next_attempt_at > at + LONGEST_PAUSE)


class _Claim(NamedTuple):
    id: str
    ticket_id: int | None
    person: str
    items: Sequence[Mapping[str, Any]]
    channel: str
    attempt: int

    def read(self) -> tuple[Item, ...]:
        return tuple(Item.from_json(item, self.person) for item in self.items)


def _claim(session: Session, at: dt.datetime) -> list[_Claim]:
    notice = tables.Notice
    rows = session.execute(
        select(notice.id, notice.ticket_id, notice.person_id, notice.items, notice.channel, notice.attempts + 1)
        .where(_due(at))
        .order_by(notice.next_attempt_at, notice.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # SQLite has no such thing: there we are the only writer
    )
    return [_Claim(*row) for row in rows]


def _attempted(session: Session, claims: Sequence[_Claim], at: dt.datetime) -> None:
    """Count the attempt before it is made, and say when the next one is if nothing is heard of it."""
    counted = [
        {"id": claim.id, "attempts": claim.attempt, "next_attempt_at": at + pause_after(claim.attempt)}
        for claim in claims
    ]
    bulk.send(session, bulk.change(table_of(tables.Notice), ["id"], counted))


def _readable(claim: _Claim) -> bool:
    """Whether its items can be read; what is wrong with them is told when it is handed over."""
    try:
        claim.read()
    except Exception:  # noqa: BLE001  whatever is wrong with it
        return False
    return True


def _handed_over(claim: _Claim, channels: Mapping[str, Channel]) -> bool:
    try:
        parcel = Parcel(
            id=claim.id,
            ticket_id=claim.ticket_id,
            person=claim.person,
            items=claim.read(),
            attempt=claim.attempt,
        )
        channels[claim.channel](parcel)
    except Exception:
        log.exception(
            "notice %s was not taken by %s, attempt %d of %d",
            claim.id,
            claim.channel,
            claim.attempt,
            MOST_ATTEMPTS,
            extra={"action": "notice_not_taken", "notice": claim.id, "channel": claim.channel},
        )
        return False
    return True


def _lying(session: Session, ids: Sequence[str], at: dt.datetime) -> int:
    """What is delivered by its lying there, in one attempt; gives how many were."""
    return _ended(session, ids, {"delivered_at": at, "attempts": tables.Notice.attempts + 1})


def _ended(session: Session, ids: Sequence[str], how: Mapping[str, Any]) -> int:
    """How many of these were delivered, or have failed, just now: one that another process delivered has not failed."""
    if not ids:
        return 0
    table = table_of(tables.Notice)
    open_ = update(table).where(table.c.delivered_at.is_(None), table.c.id.in_(ids))
    return session.connection().execute(open_.values(next_attempt_at=None, **how)).rowcount
