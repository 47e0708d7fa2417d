"""The bare sweep, which knows nothing: `python -m benchmarks.peers.bare_sweep URL DUE`.

It claims due tickets in batches and writes their rows in bulk. No engine, no directory, no calendar, no SQLAlchemy:
the driver, one connection, one transaction per batch. On PostgreSQL the writes of a batch and its COMMIT go in one
pipeline; on SQLite they are `executemany`.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import sys
from typing import Any

import psycopg
from sqlalchemy.engine import URL, make_url

from benchmarks.firing import Fired, instant, until
from benchmarks.peers.late import decoded, firing
from service.columns import dump_json
from service.now import instant_here

BATCH = 100

CLAIM = (
    "SELECT id, sequence, version, workflow, revision, calendar_revision, next_due_at FROM ticket"
    " WHERE next_due_at <= ? AND set_aside_until IS NULL ORDER BY next_due_at, id LIMIT ?"
)
FIRED = "SELECT ticket_id, fired FROM clock WHERE name = 'pick_up' AND ended_at IS NULL AND ticket_id {among}"
NEXT = "SELECT ticket_id, min(due_at) FROM timer WHERE level <> 'late 1' AND ticket_id {among} GROUP BY ticket_id"
MOVE = "UPDATE ticket SET sequence = ?, at = ?, next_due_at = ? WHERE id = ? AND sequence = ?"
MINE = "ticket_id = ? AND kind = 'deadline' AND name = 'pick_up' AND run = 1"
LATE = f"UPDATE clock SET late_at = ?, fired = ? WHERE {MINE}"
DROP = f"DELETE FROM timer WHERE {MINE} AND level = 'late 1'"


class Sweep:
    """The statements on one connection, as its driver writes them."""

    def __init__(self, url: URL) -> None:
        self.sqlite = url.get_backend_name() == "sqlite"
        if self.sqlite:
            self.connection: Any = sqlite3.connect(url.database, isolation_level=None, timeout=30)
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
                self.connection.execute(f"PRAGMA {pragma}")
        else:
            socket = url.query.get("host")
            self.connection = psycopg.connect(host=socket or url.host, user=url.username, dbname=url.database)
        self.cursor = self.connection.cursor()

    def run_once(self, at: dt.datetime) -> int:
        """Fires one batch of what is due at `at`, and commits; how many."""
        if self.sqlite:
            self.cursor.execute("BEGIN IMMEDIATE")
        claim = self._said(CLAIM) + ("" if self.sqlite else " FOR UPDATE SKIP LOCKED")
        names = ("id", "sequence", "version", "workflow", "revision", "calendar_revision", "next_due_at")
        rows = [dict(zip(names, row, strict=True)) for row in self.cursor.execute(claim, (self._given(at), BATCH))]
        ids = [row["id"] for row in rows]
        if not rows:
            self.connection.rollback()
            return 0
        fired = {ticket: decoded(found) for ticket, found in self._among(FIRED, ids)}
        following = dict(self._among(NEXT, ids))
        made = [firing(row, fired[row["id"]], _instant(row["next_due_at"]), following[row["id"]], at) for row in rows]
        if self.sqlite:
            self._write(rows, made)
            self.cursor.execute("COMMIT")
        else:
            with self.connection.pipeline():
                self._write(rows, made)
                self.connection.commit()
        return len(rows)

    def _write(self, rows: list[dict[str, Any]], made: list[Any]) -> None:
        self._many(
            MOVE,
            [
                (one.ticket["sequence"], one.ticket["at"], one.ticket["next_due_at"], row["id"], row["sequence"])
                for row, one in zip(rows, made, strict=True)
            ],
        )
        self._insert("entry", [one.entry for one in made])
        self._many(LATE, [(one.ticket["at"], one.fired, one.entry["ticket_id"]) for one in made])
        self._many(DROP, [(one.entry["ticket_id"],) for one in made])
        self._insert("notice", [notice for one in made for notice in one.notices])

    def _insert(self, table: str, rows: list[Any]) -> None:
        names = ", ".join(f'"{name}"' for name in rows[0])
        places = ", ".join("?" for _ in rows[0])
        self._many(f'INSERT INTO "{table}" ({names}) VALUES ({places})', [tuple(row.values()) for row in rows])

    def _many(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        self.cursor.executemany(self._said(statement), [tuple(map(self._given, row)) for row in rows])

    def _among(self, statement: str, ids: list[int]) -> list[tuple[Any, Any]]:
        if self.sqlite:
            among = f"IN ({', '.join('?' for _ in ids)})"
            return self.cursor.execute(statement.format(among=among), ids).fetchall()
        return self.cursor.execute(statement.format(among="= ANY(%s)"), (ids,)).fetchall()

    def _said(self, statement: str) -> str:
        return statement if self.sqlite else statement.replace("?", "%s")

    def _given(self, value: object) -> object:
        if isinstance(value, dict | list):
            return dump_json(value)
        if self.sqlite and isinstance(value, dt.datetime):
            return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        return value


def _instant(value: object) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC)
    return dt.datetime.fromisoformat(str(value)).replace(tzinfo=dt.UTC)


def main() -> None:
    due = instant(sys.argv[2])
    sweep, fired = Sweep(make_url(sys.argv[1])), Fired(due)
    fired.announce()
    until(due)
    while count := sweep.run_once(instant_here()):
        fired.committed(count)
    sys.stdin.readline()
    fired.tell()


if __name__ == "__main__":
    main()
