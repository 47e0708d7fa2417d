"""Connections: what they are opened with on each database, how long they wait, and when one is given up."""

from __future__ import annotations

import select
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from sqlalchemy import Engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DisconnectionError

from service.columns import dump_json
from service.sqlite_files import sqlite_file

WAIT_SECONDS = 10
"""How long a transaction waits for a connection, for a lock, or for the writer before it, until it is refused."""

STATEMENT_SECONDS = 30
"""How long one statement may take on PostgreSQL."""

CALL_SECONDS = 6
"""How long one statement may take while somebody waits for the answer to a call."""

SILENCE_SECONDS = 7
"""How long a process that answers calls waits for a word of PostgreSQL, until it takes the server to be gone: one that
is frozen, or behind a cut line, would let it wait for ever. With the attempt to connect anew that is below 10 s."""

_CONNECTIONS = 20


def options(url: URL, *, for_calls: bool) -> dict[str, Any]:
    """What the engine of a database is made with."""
    made: dict[str, Any] = {
        "json_serializer": dump_json,
        "hide_parameters": True,  # an error that is logged must not say what people have typed
        "pool_size": _CONNECTIONS,
        "max_overflow": 0,
        "pool_timeout": WAIT_SECONDS,
        "pool_use_lifo": True,  # whoever worked last still has at hand what he has prepared and read
    }
    if sqlite_file(url) is not None:
        return made | {"connect_args": {"timeout": WAIT_SECONDS}}
    settings = {
        "timezone": "UTC",
        "statement_timeout": f"{CALL_SECONDS if for_calls else STATEMENT_SECONDS}s",
        "lock_timeout": f"{min(CALL_SECONDS - 1, WAIT_SECONDS) if for_calls else WAIT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{2 * STATEMENT_SECONDS}s",
    }
    return made | {
        "connect_args": {
            "application_name": "duban",
            "connect_timeout": 2 if for_calls else WAIT_SECONDS // 2,
            "tcp_user_timeout": WAIT_SECONDS * 1000,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        },
    }


def prepare(engine: Engine, url: URL, *, for_calls: bool) -> None:
    """See to the connections of an engine as they are opened and before they are used."""
    if sqlite_file(url) is not None:
        event.listen(engine, "connect", _prepare_sqlite)
        return
    event.listen(engine, "checkout", _require_open)
    if for_calls:
        event.listen(engine, "do_connect", _connect_impatiently)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # the driver begins nothing by itself
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute("PRAGMA synchronous=FULL").close()
    connection.execute("PRAGMA foreign_keys=ON").close()


def _require_open(connection: Any, _record: object, _proxy: object) -> None:
    """A connection that the server has closed is replaced before it is used; that costs no way there and back.

    A server that goes says so, and whatever it says is there to be read; from one that is well there is nothing, as
    long as nobody has asked it anything.
    """
    if connection.closed or _readable(connection.fileno()):
        raise DisconnectionError


def _readable(socket: int) -> bool:
    watching = select.poll()  # unlike select(), for any number of open files
    watching.register(socket, select.POLLIN)
    return bool(watching.poll(0))


class _Impatient(psycopg.Connection[Any]):
    """A connection that is closed, with an error, if the server says nothing for too long."""

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, SILENCE_SECONDS if timeout is None else timeout)
        except psycopg.Error as error:
            if timeout is not None or type(error).__name__ != "_WaitTimeout":
                raise
            self.close()
            said = f"the database has not answered for {SILENCE_SECONDS} s"
            raise psycopg.OperationalError(said) from error


def _connect_impatiently(
    _dialect: object, _record: object, words: Sequence[Any], named: Mapping[str, Any]
) -> psycopg.Connection[Any]:
    return _Impatient.connect(*words, **named)
