"""Requests that are sent twice and carried out once.

The answer is stored in the transaction of what the request did. Of two that come at the same time with the same key
the database lets one through; the other is rolled back, and finds the answer when it is tried again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service import tables

KEPT = dt.timedelta(hours=24)
"""How long an answer is remembered at the least."""

LONGEST_KEY = 255


class KeyFaulty(ValueError):
    """An Idempotency-Key has 1 to 255 visible ASCII characters."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class KeyReused(Exception):
    """This Idempotency-Key came before with another request; a new request needs a new key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(self.__doc__)


class AnsweredMeanwhile(Exception):
    """The same request was being carried out at the same time: roll back, then ask for the answer again."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(self.__doc__)


class Remembered(NamedTuple):
    """The answer that a request was given."""

    status: int
    body: Any


def digest_of(body: bytes) -> str:
    """What tells two requests apart."""
    return hashlib.sha256(body).hexdigest()


def checked(key: str) -> str:
    """The key; KeyFaulty if it cannot be one."""
    if not 0 < len(key) <= LONGEST_KEY or not all("!" <= character <= "~" for character in key):
        raise KeyFaulty
    return key


def remembered(session: Session, person: str, route: str, key: str, digest: str) -> Remembered | None:
    """The answer to the same request, if there was one; KeyReused if the key came with another request."""
    stored = tables.Idempotency
    row = session.execute(
        select(stored.request_digest, stored.status, stored.body).where(
            stored.person_id == person, stored.route == route, stored.key == checked(key)
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_digest != digest:
        raise KeyReused(key)
    return Remembered(row.status, row.body)


def remember(
    session: Session, person: str, route: str, key: str, digest: str, answer: Remembered, at: dt.datetime
) -> None:
    """Store the answer, last in the transaction. After AnsweredMeanwhile nothing of the transaction may be kept."""
    try:
        session.execute(
            insert(tables.Idempotency).values(
                person_id=person,
                route=route,
                key=checked(key),
                request_digest=digest,
                status=answer.status,
                body=answer.body,
                created_at=at,
            )
        )
    except IntegrityError as error:
        raise AnsweredMeanwhile(key) from error


def forget(session: Session, before: dt.datetime) -> int:
    """Drop the answers that were given before an instant, at least `KEPT` ago; gives how many."""
    dropped = session.execute(
        delete(tables.Idempotency)
        .where(tables.Idempotency.created_at < before)
        .execution_options(synchronize_session=False)
        .returning(tables.Idempotency.key)
    )
    return len(dropped.all())
