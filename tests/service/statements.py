"""Statements on their way to the database: counted, or one of them failing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event

from service.db import db


def _engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The statements that are sent inside the block; one that is sent with many rows at once is one."""
    sent: list[str] = []

    def before(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = _engine(app)
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", before)


@contextmanager
def failing_at(app: Flask, position: int, fault: Exception) -> Iterator[None]:
    """The statement at a position, counted from 1, is not sent and raises instead; those after it are sent again."""
    sent = 0

    def before(*_: Any) -> None:
        nonlocal sent
        sent += 1
        if sent == position:
            raise fault

    engine = _engine(app)
    event.listen(engine, "before_cursor_execute", before)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", before)
