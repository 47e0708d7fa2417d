"""A call over HTTP from outside: its id in logs and history, its line in the log, what it adds to the figures."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import threading
import time
from collections.abc import Iterable

from flask import Flask, Response, current_app, g, request

from service.figures import Figures
from service.terminal import call_id
from workflow.entry import Entry

LONGEST_ID = 128

log = logging.getLogger(__name__)

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
"""Callers make methods up, and every one would be a figure of its own."""

_running: dict[int, float] = {}
"""Since when each thread of this process has been at work on a call."""


def follow(app: Flask, figures: Figures) -> None:
    """Give every call of the application its id, in the log and in the header of the answer, its line and its count."""
    app.extensions["duban_figures"] = figures
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


def figures() -> Figures:
    """The figures of the application that is answering."""
    found: Figures = current_app.extensions["duban_figures"]
    return found


def refused(code: str) -> None:
    """The call is answered with a problem."""
    figures().count("duban_refusals_total", code=code)


def wrote(entries: Iterable[Entry], at: dt.datetime) -> None:
    """The call has written these entries, if it is answered well: what was due fires before a move is made."""
    g.written = tuple(entries), at


def count_entries(figures: Figures, entries: Iterable[Entry], at: dt.datetime) -> None:
    """Count what was recorded `at` an instant: moves of people, and timers that fired, with how late each was."""
    fired = set()
    for entry in entries:
        if entry.actor is not None and entry.kind == "move":
            figures.count("duban_moves_total")
        elif entry.timer is not None and entry.due_at is not None and (entry.timer, entry.due_at) not in fired:
            fired.add((entry.timer, entry.due_at))  # a level and the move that it makes are one firing
            figures.count("duban_fired_total", kind=entry.timer.kind)
            figures.observe("duban_lateness_seconds", max((at - entry.due_at).total_seconds(), 0.0))


def _begin() -> None:
    g.begun = _running[threading.get_ident()] = time.monotonic()
    given = request.headers.get("X-Request-ID", "")
    usable = 0 < len(given) <= LONGEST_ID and given.isascii() and given.isprintable() and " " not in given
    g.request_id = given if usable else secrets.token_hex(16)
    call_id.set(g.request_id)


def _answered(answer: Response) -> Response:
    answer.headers["X-Request-ID"] = g.request_id
    rule, method = request.url_rule.rule if request.url_rule is not None else None, request.method
    told = method if method in _METHODS else "other"
    seconds = time.monotonic() - g.begun
    counted = figures()
    counted.count("duban_requests_total", method=told, route=rule or "none", status=str(answer.status_code))
    counted.observe("duban_request_duration_seconds", seconds, method=told, route=rule or "none")
    if answer.status_code < 400 and "written" in g:
        count_entries(counted, *g.written)
    if log.isEnabledFor(logging.INFO):
        log.info(
            "%s %s %d",
            method,
            rule or "?",
            answer.status_code,
            extra={
                "action": "answered",
                "method": method,
                "route": rule,
                "status": answer.status_code,
                "ticket": (request.view_args or {}).get("number"),
                "seconds": round(seconds, 6),
            },
        )
    return answer


def _end(_error: BaseException | None) -> None:
    _running.pop(threading.get_ident(), None)
    call_id.set(None)
