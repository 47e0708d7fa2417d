"""Searching tickets by what their number, title and place say, so that it costs no more where there are many.

A text may stand anywhere in one of them; A to Z are looked for in either case. What it is looked for in is kept by the
database (`tables.TicketText`). How often it stands in the newest tickets tells which way is the short one: what is
frequent is met soon by whoever goes through the tickets from the newest on; what is rare is found by the index of
pieces, all of it at once. SQLite has the first way only, through a narrow table.
"""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, literal, select
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from service import tables
from service.db import table_of

NEWEST = 2_000
"""So many ids are looked through to see how frequent a text is."""

FREQUENT = 40
"""What stands in so many of them is frequent."""

SOME = 10
"""What stands in so many of them fills a page from the newest tickets, even if it is not frequent."""

_PIECE = 3
"""Characters of a piece, as the index has them."""

_MOST_PIECES = 40
"""Of a longer text these find so few that the others need not be looked up."""

_SMALL = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


def among(
    session: Session, chosen: Select[Any], text: str, *, before: int | None = None, enough: int = 50
) -> Iterator[Select[Any]]:
    """The tickets of a statement over `tables.Ticket.__table__` in which the text stands, the newest first.

    Statements to be tried in turn: the first that gives `enough` is as good as the last, which gives all. `before` is
    what the statement already says: smaller ids only.
    """
    ticket, kept = table_of(tables.Ticket), table_of(tables.TicketText)
    small = text.translate(_SMALL)
    stands = kept.c.text.contains(small, autoescape=True)
    joined = chosen.join(kept, kept.c.ticket_id == ticket.c.id).where(stands).order_by(kept.c.ticket_id.desc())
    if session.get_bind().dialect.name == "sqlite":
        yield joined
        return
    newest, hits = _newest(session, stands)
    found = select(kept.c.ticket_id).where(stands).order_by(kept.c.ticket_id.desc())
    if hits >= SOME:
        last = newest if before is None else min(newest, before - 1)
        near = last - NEWEST * 4 * enough // max(hits, 1)
        yield _in_order(chosen, found.where(kept.c.ticket_id > near, kept.c.ticket_id <= last))
    yield joined if hits >= FREQUENT else _in_order(chosen, found.where(_pieces(kept.c.text, small)))


def _in_order(chosen: Select[Any], found: Select[Any]) -> Select[Any]:
    """In order before it is joined, so that no plan goes through all tickets for the sake of the order."""
    ids = found.subquery()
    return chosen.join(ids, ids.c.ticket_id == table_of(tables.Ticket).c.id).order_by(ids.c.ticket_id.desc())


def _newest(session: Session, stands: ColumnElement[bool]) -> tuple[int, int]:
    """The highest id, and in how many of the newest tickets the text stands."""
    kept = table_of(tables.TicketText)
    newest = session.execute(select(func.max(kept.c.ticket_id))).scalar_one() or 0
    counted = select(func.count()).where(kept.c.ticket_id > newest - NEWEST, stands)
    return newest, session.execute(counted).scalar_one()


def _pieces(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """That all pieces of a text are there; of one that is shorter than a piece, that one begins with it."""
    if len(text) < _PIECE:
        wanted = f"{_quoted(text)}:*"
    else:
        pieces = dict.fromkeys(text[place : place + _PIECE] for place in range(len(text) - _PIECE + 1))
        wanted = " & ".join(_quoted(piece) for piece in list(pieces)[:_MOST_PIECES])
    return func.duban_pieces(column).bool_op("@@")(cast(literal(wanted), TSQUERY))


def _quoted(piece: str) -> str:
    return "'" + piece.replace("\\", "\\\\").replace("'", "''") + "'"
