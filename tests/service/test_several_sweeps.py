"""Several schedulers on one database, some frozen or gone: what is due fires once, and nobody waits for another."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, func, select, text

from service import sweep, tables
from service.app import create_app
from service.db import DatabaseUnavailable, db, disconnect, reading, writing
from service.settings import Settings
from tests.service.api_house import House
from tests.stored import copy_ticket

LATE = dt.timedelta(minutes=30)
PATIENCE = 30.0

on_postgresql = pytest.mark.parametrize("house", ["postgresql"], indirect=True)


@contextmanager
def schedulers(house: House, count: int) -> Iterator[list[Flask]]:
    """So many applications on the house's database, each with connections of its own, as processes have."""
    url = house.app.config["SQLALCHEMY_DATABASE_URI"]
    apps = [create_app(Settings(database_url=url, definitions=Path("definitions")), house.now) for _ in range(count)]
    try:
        yield apps
    finally:
        for app in apps:
            disconnect(app)


def errands(house: House, count: int) -> list[str]:
    """So many errands on which one level is due now."""
    first = house.open()
    numbers = [f"{first[:-5]}{int(first[-5:]) * 1000 + each:05}" for each in range(1, count)]
    with house.app.app_context(), writing() as session:
        copy_ticket(session, first, numbers)
    house.now.forward(LATE)
    return [first, *numbers]


def fired(house: House) -> Counter[str]:
    ticket, entry = tables.Ticket, tables.Entry
    with house.app.app_context(), reading() as session:
        chosen = select(ticket.number, func.count()).join(entry, entry.ticket_id == ticket.id)
        return Counter(dict(list(session.execute(chosen.where(entry.kind == "level").group_by(ticket.number)))))


def notices(house: House) -> Counter[tuple[Any, ...]]:
    """How many notices each person was sent of each level."""
    notice = tables.Notice
    with house.app.app_context(), reading() as session:
        chosen = select(notice.ticket_id, notice.person_id).where(notice.created_at == house.now.at)
        return Counter(tuple(row) for row in session.execute(chosen))


def settle(app: Flask, house: House, batch: int) -> list[str]:
    """What one scheduler settles until nothing is left for it; the numbers."""
    found: list[str] = []
    with app.app_context():
        while (swept := sweep.run_once(house.now, batch)).claimed:
            found += [outcome.ticket.number for outcome in swept.outcomes]
    return found


def test_five_schedulers_that_start_at_once_share_what_is_due(house: House) -> None:
    numbers = errands(house, 60)
    start = threading.Barrier(5)

    def one(app: Flask) -> list[str]:
        start.wait(PATIENCE)
        return settle(app, house, 7)

    with schedulers(house, 5) as apps, ThreadPoolExecutor(5) as pool:
        settled = [number for found in pool.map(one, apps) for number in found]
    assert sorted(settled) == numbers
    assert fired(house) == dict.fromkeys(numbers, 1)
    assert set(notices(house).values()) == {1}


class Frozen:
    """Stops a scheduler in the middle of its transaction, before it writes, until it may `go_on`."""

    def __init__(self, app: Flask) -> None:
        self.reached, self.go_on = threading.Event(), threading.Event()
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._before)

    def _before(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "UPDATE ticket" in statement and not self.reached.is_set():
            self.reached.set()
            assert self.go_on.wait(PATIENCE)


@on_postgresql
def test_what_a_frozen_scheduler_has_claimed_is_left_to_it_and_it_may_come_late(house: House) -> None:
    numbers = errands(house, 12)
    with schedulers(house, 2) as (frozen, awake), ThreadPoolExecutor(1) as pool:
        ice = Frozen(frozen)
        late = pool.submit(settle, frozen, house, 5)
        try:
            assert ice.reached.wait(PATIENCE)
            by_the_other = settle(awake, house, 5)
            assert len(by_the_other) == 7
        finally:
            ice.go_on.set()
        assert sorted(by_the_other + late.result(PATIENCE)) == numbers
    assert fired(house) == dict.fromkeys(numbers, 1)
    assert set(notices(house).values()) == {1}


@on_postgresql
def test_a_frozen_scheduler_that_was_given_up_loses_cleanly_and_the_other_takes_over(house: House) -> None:
    numbers = errands(house, 12)
    with schedulers(house, 2) as (frozen, awake), ThreadPoolExecutor(1) as pool:
        ice = Frozen(frozen)
        late = pool.submit(settle, frozen, house, 5)
        try:
            assert ice.reached.wait(PATIENCE)
            with awake.app_context(), reading() as session:
                session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
                        "AND state = 'idle in transaction' AND pid <> pg_backend_pid()"
                    )
                )
            taken: list[str] = []
            for _ in range(200):  # the server takes a moment to let go of its locks
                taken += settle(awake, house, 5)
                if len(taken) == len(numbers):
                    break
            assert sorted(taken) == numbers
        finally:
            ice.go_on.set()
        with pytest.raises(DatabaseUnavailable):
            late.result(PATIENCE)
    assert fired(house) == dict.fromkeys(numbers, 1)
    assert set(notices(house).values()) == {1}
