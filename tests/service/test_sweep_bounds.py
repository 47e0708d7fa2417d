"""What a sweep reads and holds at the most, however much is armed and however much is due."""

from __future__ import annotations

import datetime as dt
import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, text

from service import sweep
from service.db import db, reading
from service.loading import Loaded
from service.scheduler import BREATH, Duties
from service.sweep import Swept
from tests.service.api_house import House
from tests.service.test_sweep import LATE, fired, many

MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def application(house: House) -> Any:
    """The sweep asks for the application's database."""
    with house.app.app_context():
        yield


def held() -> list[Loaded]:
    """The tickets that somebody still holds as they were read for settling."""
    return [one for one in gc.get_objects() if isinstance(one, Loaded)]


def test_of_a_backlog_one_batch_is_held_at_a_time(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweep, "BATCH", 10)
    monkeypatch.setattr(sweep, "MOST", 10)
    numbers = many(house, 60)
    house.now.forward(LATE)
    most: list[int] = []
    others = held()  # what other tests have left behind stays theirs, and their places are not taken by ours

    def mine() -> int:
        return len({one.id for one in held() if not any(one is other for other in others)})

    def watch(swept: Swept) -> None:
        most.append(mine())

    duties = Duties(app=house.app, now=house.now, watch=watch)
    while duties.sweep() == BREATH:
        pass

    assert fired() == dict.fromkeys(numbers, 1)
    assert set(most) <= {0, 10}
    assert mine() == 0


def test_the_largest_batch_needs_a_few_megabytes(house: House) -> None:
    numbers = many(house, sweep.MOST)
    sweep.run_once(house.now)  # what is read once and kept is no part of a batch
    house.now.forward(LATE)
    tracemalloc.start()
    try:
        swept = sweep.run_once(house.now, sweep.MOST)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert len(swept.outcomes) == len(numbers) == sweep.MOST
    assert most < 40 * MEGABYTE, f"{most / MEGABYTE:.0f} MB"


# --- What is read -------------------------------------------------------------------------------------------------


@contextmanager
def asked() -> Iterator[list[tuple[str, Any]]]:
    """The statements sent in the block that look for tickets, with what they were given."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, given: Any, *_: Any) -> None:
        if "FROM ticket" in statement:
            sent.append((statement, given))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def plan(statement: str, given: Any) -> str:
    """How the database means to find what a statement asks for."""
    words = "EXPLAIN QUERY PLAN" if db.engine.name == "sqlite" else "EXPLAIN"
    with reading() as session:
        found = session.connection().exec_driver_sql(f"{words} {statement}", given)
        return "\n".join(" ".join(map(str, line)) for line in found)


def test_a_sweep_with_nothing_due_looks_into_the_index_of_what_is_armed_and_at_no_ticket_besides(house: House) -> None:
    many(house, 2000)
    with db.engine.connect().execution_options(duban_begin=(), isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    house.now.forward(dt.timedelta(minutes=1))
    with asked() as statements:
        assert sweep.next_due(house.now)[1] is not None
        assert sweep.run_once(house.now).claimed == 0

    assert len(statements) == 2, "when something is due next, and what is due"
    for statement, given in statements:
        found = plan(statement, given)
        assert "ix_ticket_next_due_at" in found, found
        assert "Seq Scan" not in found, found
        assert not any(line.split()[-2:] == ["SCAN", "ticket"] for line in found.splitlines()), found
