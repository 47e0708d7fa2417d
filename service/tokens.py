"""Bearer tokens: secrets that a person or a program signs in with, shown once and stored only as a digest."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, insert, select, update
from sqlalchemy.orm import Session

from service import tables
from service.account_faults import HasLeft, NotKnown, TimesFaulty
from service.account_names import checked_label
from service.db import table_of
from service.now import Now
from service.stamps import DIRECTORY, directory_changes

PREFIX = "duban_"
"""What every token begins with, so that a leaked one is recognised where it turns up."""

_BYTES = 32
_LONGEST = 100


def issue_token(
    session: Session, person: str, label: str, at: dt.datetime, expires_at: dt.datetime | None = None
) -> str:
    """A new token of a person who is still here; the only time that it is seen. `label` says what it is for."""
    active = session.execute(select(tables.Person.active).where(tables.Person.id == person)).scalar_one_or_none()
    if active is None:
        raise NotKnown("person", person, session.execute(select(tables.Person.id)).scalars().all())
    if not active:
        raise HasLeft(person)
    if expires_at is not None and expires_at <= at:
        raise TimesFaulty(at, expires_at)
    secret = PREFIX + secrets.token_urlsafe(_BYTES)
    session.execute(
        insert(tables.Token).values(
            person_id=person,
            digest=digest_of(secret),
            label=checked_label(label),
            created_at=at,
            expires_at=expires_at,
        )
    )
    return secret


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Whose token it is and until when it is good, as it was read together with the stamp of the directory."""

    person: str
    expires_at: dt.datetime | None
    stamp: str | None

    def good(self, at: dt.datetime) -> bool:
        return self.expires_at is None or at < self.expires_at

    def holds(self, stamp: str | None, at: dt.datetime) -> bool:
        """Whether the token is known to be good still, where the directory has this stamp at an instant."""
        return stamp is not None and stamp == self.stamp and self.good(at)


def sign_in(session: Session, secret: str, now: Now) -> SignedIn | None:
    """Whose token this is; None if it is nobody's, or was withdrawn, has expired, or its person has left.

    One statement, which has the instant and the stamp as well.
    """
    if not secret.startswith(PREFIX) or len(secret) > _LONGEST or not secret.isascii():
        return None
    here = now.here(session)
    wanted = _ANY if here is not None else _any_with(now.column(session))
    row = session.connection().execute(wanted, {"digest": digest_of(secret)}).one_or_none()
    if row is None:
        return None
    found = SignedIn(person=row[0], expires_at=row[1], stamp=row[2])
    return found if found.good(here if here is not None else row[3]) else None


_token, _person = table_of(tables.Token).c, table_of(tables.Person).c
_ANY = (
    select(_token.person_id, _token.expires_at, DIRECTORY)
    .join_from(table_of(tables.Token), table_of(tables.Person), _person.id == _token.person_id)
    .where(_token.digest == bindparam("digest"), _token.withdrawn_at.is_(None), _person.active)
)
_with_instant: list[Select[Any]] = []


def _any_with(instant: ColumnElement[dt.datetime]) -> Select[Any]:
    """The same with the instant, which the database tells; made once."""
    if not _with_instant:
        _with_instant.append(_ANY.add_columns(instant))
    return _with_instant[0]


def withdraw_tokens(session: Session, at: dt.datetime, *, label: str | None = None, person: str | None = None) -> int:
    """Withdraw the tokens with this label, of this person, or both; gives how many were still good.

    Without either it is a ValueError: nobody is signed out by an argument left out. By the stamp of the directory every
    process knows at once.
    """
    if label is None and person is None:
        raise ValueError("say whose tokens are withdrawn, or with which label")
    directory_changes(session)
    token = tables.Token
    withdrawn = update(token).where(token.withdrawn_at.is_(None)).values(withdrawn_at=at)
    if label is not None:
        withdrawn = withdrawn.where(token.label == label)
    if person is not None:
        withdrawn = withdrawn.where(token.person_id == person)
    done = session.execute(withdrawn.execution_options(synchronize_session=False).returning(token.id, token.expires_at))
    return sum(expires_at is None or expires_at > at for _, expires_at in done)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is remembered, without what would sign anybody in; `good` is whether it still does."""

    person: str
    label: str
    created_at: dt.datetime
    expires_at: dt.datetime | None
    withdrawn_at: dt.datetime | None
    good: bool


def list_tokens(session: Session, at: dt.datetime) -> tuple[Token, ...]:
    """All tokens that were ever issued, by person, the oldest first."""
    token, person = tables.Token, tables.Person
    rows = session.execute(
        select(token.person_id, token.label, token.created_at, token.expires_at, token.withdrawn_at, person.active)
        .join(person, person.id == token.person_id)
        .order_by(token.person_id, token.id)
    )
    return tuple(
        Token(
            person=whose,
            label=label,
            created_at=created_at,
            expires_at=expires_at,
            withdrawn_at=withdrawn_at,
            good=withdrawn_at is None and (expires_at is None or expires_at > at) and active,
        )
        for whose, label, created_at, expires_at, withdrawn_at, active in rows
    )


def digest_of(secret: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()
