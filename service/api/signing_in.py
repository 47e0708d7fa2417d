"""Signing in: who is calling, by the token that is sent along.

A token that was withdrawn just now is not good any more, so that the database is asked at every call. A route that
reads the stamp of the directory anyway may wait until it has: what this process knows of a token holds as long as that
stays the same. Until then nothing is written and nobody is told anything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session

from service import tokens
from service.db import asking
from service.tokens import SignedIn

MOST_KNOWN = 10_000
"""Of so many tokens a process knows whose they are."""


class NotSignedIn(Exception):
    """Send `Authorization: Bearer TOKEN` with a token that is neither withdrawn nor expired."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def caller() -> str:
    """The id of the person who is calling."""
    person: str = g.caller
    return person


def sign_in() -> None:
    """Find out who is calling, or believe it where the route `confirms`; raises NotSignedIn."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise NotSignedIn
    g.secret, g.believed = secret.strip(), None
    known = _known().get(tokens.digest_of(g.secret))
    if known is not None and hasattr(current_app.view_functions[request.endpoint or ""], _CONFIRMS):
        g.caller, g.believed = known.person, known
        return
    with asking() as session:
        _ask(session)


def confirms(view: Callable[..., Response]) -> Callable[..., Response]:
    """For a route that calls `confirm` with the first stamp that it reads, and in any case before it writes.

    Whatever comes of the call is told only to whose token is good, also that what he sent cannot be read.
    """

    @wraps(view)
    def answered(*words: Any, **named: Any) -> Response:
        try:
            return view(*words, **named)
        finally:
            confirm()

    setattr(answered, _CONFIRMS, True)
    return answered


_CONFIRMS = "duban_confirms"


def confirm(session: Session | None = None, stamp: str | None = None, at: dt.datetime | None = None) -> None:
    """Require that the caller is who he was believed to be; raises NotSignedIn.

    No statement if that is known already, or follows from a stamp of the directory that was read `at` an instant.
    """
    believed: SignedIn | None = g.pop("believed", None)
    if believed is None or (at is not None and believed.holds(stamp, at)):
        return
    if session is not None:
        _ask(session)
        return
    with asking() as session:
        _ask(session)


def _ask(session: Session) -> None:
    """Who is calling is whose token the database says that it is."""
    found = tokens.sign_in(session, g.secret, current_app.extensions["duban_now"])
    known, digest = _known(), tokens.digest_of(g.secret)
    if found is None:
        known.pop(digest, None)
        raise NotSignedIn
    if len(known) >= MOST_KNOWN:
        known.clear()
    known[digest] = found
    g.caller = found.person


def _known() -> dict[str, SignedIn]:
    """What this application found of tokens when it last asked, by their digests."""
    found: dict[str, SignedIn] = current_app.extensions.setdefault("duban_tokens", {})
    return found
