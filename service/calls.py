"""A call over HTTP from outside: the id by which logs and history name it, its line in the log, how long it has run."""

from __future__ import annotations

import logging
import threading
import time
import uuid

from flask import Flask, Response, g, request

from service.terminal import call_id

LONGEST_ID = 128

log = logging.getLogger(__name__)

_running: dict[int, float] = {}
"""Since when each thread of this process has been at work on a call."""


def follow(app: Flask) -> None:
    """Give every call of the application its id, in the log and in the header of the answer, and its line."""
    app.before_request(_begin)
    app.after_request(_answered)
    app.teardown_request(_end)


def longest_running() -> float:
    """For how many seconds the oldest unfinished call of this process has been going on; 0 if there is none."""
    since = min(list(_running.values()), default=None)
    return 0.0 if since is None else time.monotonic() - since


def request_id() -> str:
    """The id of the call: what the caller sent as X-Request-ID if it can stand in a log as it is, or else made here."""
    found: str = g.request_id
    return found


def _begin() -> None:
    g.begun = _running[threading.get_ident()] = time.monotonic()
    given = request.headers.get("X-Request-ID", "")
    usable = 0 < len(given) <= LONGEST_ID and given.isascii() and given.isprintable() and " " not in given
    g.request_id = given if usable else uuid.uuid4().hex
    call_id.set(g.request_id)


def _answered(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = g.request_id
    rule = request.url_rule.rule if request.url_rule is not None else None
    log.info(
        "%s %s %d",
        request.method,
        rule or "?",
        answer.status_code,
        extra={
            "action": "answered",
            "method": request.method,
            "route": rule,
            "status": answer.status_code,
            "ticket": (request.view_args or {}).get("number"),
            "seconds": round(time.monotonic() - g.begun, 6),
        },
    )
    return answer


def _end(_error: BaseException | None) -> None:
    _running.pop(threading.get_ident(), None)
    call_id.set(None)
