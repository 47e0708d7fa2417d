"""The house on one database of a run: its application, its people's tokens, and tickets about to be moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy.engine import URL

from benchmarks.house import DEFINITIONS
from benchmarks.population import SITE, copies, furnish
from service import migrations, moves, opening, tokens
from service.app import create_app
from service.db import connect, disconnect, writing
from service.moves import Request
from service.now import FixedNow, instant_here
from service.settings import Settings

RESULT = {"repair_result": "已更换整流器，恢复照明"}


@contextmanager
def opened(url: URL) -> Iterator[Flask]:
    """The application on a database, its context pushed; its connections are closed at the end."""
    app = create_app(Settings(database_url=url, definitions=DEFINITIONS))
    with app.app_context():
        try:
            yield app
        finally:
            disconnect(app)


@contextmanager
def prepared(url: URL) -> Iterator[None]:
    """A context for work on a database that may take long, which an application that answers calls would break off."""
    app = Flask(__name__)
    connect(app, url)
    with app.app_context():
        try:
            yield
        finally:
            disconnect(app)


def furnished(url: URL) -> None:
    """Brings an empty database to the current schema, and puts the house there."""
    with prepared(url):
        migrations.upgrade()
        furnish(instant_here())


def token(person: str) -> str:
    """A token of the person; needs an application context."""
    with writing() as session:
        return tokens.issue_token(session, person, "benchmarks", instant_here())


def in_repair(tickets: int) -> list[str]:
    """The numbers of so many repairs that were picked up by `zhao` just now, at version 2; needs a context.

    Returning the order of one writes its row, an entry, a field value, one notice; ends a clock and begins two; takes
    five timers away and arms three.
    """
    number = ""
    at = instant_here() - dt.timedelta(minutes=10)
    fields = {"title": "灯不亮", "place": "B1-12", "occupant": "悦衣坊 周先生", "fault": "中午起店内照明全部不亮"}
    with writing() as session:
        request = Request(person="lin", transition="register", fields=fields)
        outcome = opening.open_ticket(session, FixedNow(at), workflow="repair", site=SITE, request=request)
        number = outcome.ticket.number
    with writing() as session:
        request = Request(person="zhao", transition="pick_up")
        moves.move_ticket(session, FixedNow(at + dt.timedelta(minutes=5)), number, request)
    return copies([number], tickets)
