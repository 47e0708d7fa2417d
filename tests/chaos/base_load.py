"""The base load: tickets that lie there with three limits each while a row is played, and that nothing may touch."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.engine import URL

from service import opening, tables
from service.app import create_app
from service.db import disconnect, reading, table_of, writing
from service.moves import Request
from service.now import FixedNow, SystemNow
from service.settings import Settings
from tests.stored import copy_ticket

WORKFLOW = "stock"

TICKETS = 20_000
"""As many as the matrix says; with three limits each they are 60,000 timers."""

AT_ONCE = 500

Signature = tuple[Any, ...]
"""What cannot stay the same if a ticket of the base load is lost, moved or fired on."""


def lay(url: URL, site: str, house: Path, tickets: int) -> Signature:
    """Put so many tickets into a furnished database: one that was opened, and what opening the others would leave."""
    app = create_app(Settings(database_url=url, definitions=house), SystemNow())
    try:
        with app.app_context():
            with writing() as session:
                then = FixedNow(SystemNow().instant(session) - dt.timedelta(minutes=1))
                request = Request(person="ada", transition="keep", fields={"title": "In stock"}, request_id="before")
                first = opening.open_ticket(session, then, workflow=WORKFLOW, site=site, request=request).ticket.number
            for begin in range(1, tickets, AT_ONCE):
                numbers = [f"{first[:-5]}{700_000 + one}" for one in range(begin, min(begin + AT_ONCE, tickets))]
                with writing() as session:
                    copy_ticket(session, first, numbers)
        return signature(app)
    finally:
        disconnect(app)


def is_base() -> ColumnElement[bool]:
    """Whether a ticket belongs to the base load."""
    return table_of(tables.Ticket).c.workflow == WORKFLOW


def signature(app: Flask) -> Signature:
    """How the base load is, in a few figures."""
    ticket = table_of(tables.Ticket)
    figures: list[Any] = []
    with app.app_context(), reading() as session:
        summed = select(
            func.count(), func.sum(ticket.c.sequence), func.sum(ticket.c.version), func.min(ticket.c.next_due_at),
            func.max(ticket.c.next_due_at), func.count(ticket.c.ended_at), func.count(ticket.c.set_aside_until),
        )  # fmt: skip
        figures += session.execute(summed.where(is_base())).one()
        for kind, column in ((tables.Timer, "due_at"), (tables.Clock, "limit_at"), (tables.Entry, "recorded_at")):
            table = table_of(kind)
            mine = table.c.ticket_id.in_(select(ticket.c.id).where(is_base()))
            value = table.c[column]
            figures += session.execute(select(func.count(), func.min(value), func.max(value)).where(mine)).one()
    return tuple(figures)
