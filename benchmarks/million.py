"""A million open tickets, three million armed timers, beside ten thousand: a list page, an opened ticket, a sweep.

And what else is done every day: it shall not cost more either, though nobody asked for a figure.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import URL

from benchmarks.armed import EACH, SECONDS, armed, clear
from benchmarks.databases import POSTGRESQL
from benchmarks.place import opened, token
from benchmarks.population import due_at, titled
from benchmarks.running import Run
from benchmarks.table import Figure, Row
from service import tables
from service.db import reading
from service.now import SystemNow, instant_here
from service.scheduler import Duties

OPEN = {"many": 1_000_000, "few": 10_000}
DUE = 1000
WHAT = {
    "page": "a page of open tickets over HTTP",
    "ticket": "an opened ticket over HTTP",
    "sweep": f"sweep of {DUE:,} due",
}

RARE = 20
"""So many tickets have a title that no other has."""

DAILY = {
    "search": ("lin", f"search with {RARE} hits", "/api/v1/tickets?q=旋转门卡住"),
    "two-characters": ("lin", f"search for two characters with {RARE} hits", "/api/v1/tickets?q=转门"),
    "one-in-ten": ("lin", "search for what stands in one title of ten", "/api/v1/tickets?q=漏水"),
    "one-in-a-hundred": ("lin", "search for what stands in one title of a hundred", "/api/v1/tickets?q=水 7号铺"),
    "no-hit": ("lin", "search without a hit", "/api/v1/tickets?q=不存在的"),
    "number": ("lin", "search for a part of a number", "/api/v1/tickets?q=-00077"),
    "inbox": ("yan", "the inbox of who was told of every ticket", "/api/v1/notices"),
    "unread": ("yan", "what he has not read", "/api/v1/notices?unread=true"),
    "late": ("lin", "a page of late tickets", "/api/v1/tickets?late=true"),
    "in-time": ("lin", "a page of tickets that are not late", "/api/v1/tickets?open=true&late=false"),
    "mine": ("lin", "a page of one's own tickets", "/api/v1/tickets?assignee=me"),
    "state": ("lin", "a page of tickets in a state", "/api/v1/tickets?site=starport&state=recorded"),
    "ended": ("lin", "a page of tickets that have ended", "/api/v1/tickets?open=false"),
    "revisions": ("lin", "the revisions of a definition", "/api/v1/definitions/demand/revisions"),
    "metrics": ("lin", "the figures of `/metrics`", "/metrics"),
    "ready": ("lin", "`/readyz`", "/readyz"),
}
"""What people and programs do every day, beyond what is asked: who does it, what it is, and the address."""

AGAINST = f"the same with {OPEN['few']:,} open tickets"


def rows() -> Iterator[Row]:
    """Each with many open tickets beside the same with few."""
    for name, text in WHAT.items():
        yield Row(
            name=f"million-{name}",
            what=f"{text}, {OPEN['many']:,} open tickets and {EACH * OPEN['many']:,} armed timers, PostgreSQL",
            against=AGAINST,
            unit="ms",
            most=1.5,
        )
    for name, (_, text, _) in DAILY.items():
        yield Row(
            name=f"daily-{name}",
            what=f"{text}, {OPEN['many']:,} open tickets, PostgreSQL (an aim of our own)",
            against=AGAINST,
            unit="ms",
            most=1.5,
        )


def measure(run: Run) -> Iterator[Figure]:
    """Both databases in turn, and on each one thing after the other."""
    sizes = {"many": run.sized(OPEN["many"], 3000), "few": run.sized(OPEN["few"], 1000)}
    with contextlib.ExitStack() as open_now:
        houses = {}
        for name, tickets in sizes.items():
            url = armed(run, POSTGRESQL, EACH * tickets)
            houses[name] = _House(url, open_now.enter_context(opened(url)), run)
        ways: dict[str, Callable[[_House], float]] = {
            "million-page": _House.page,
            "million-ticket": _House.ticket,
            "million-sweep": _House.sweep,
        }
        for name in DAILY:
            ways[f"daily-{name}"] = lambda house, name=name: house.daily(name)  # type: ignore[misc]
        for way in ways.values():
            for house in houses.values():
                way(house)
        for row in rows():
            way = ways[row.name]
            turns = {name: (lambda way=way, house=house: way(house)) for name, house in houses.items()}
            found = run.in_turn(turns, run.sized(7, 1), row.what.partition(",")[0])
            yield Figure(row=row, ours=found["many"], theirs=found["few"])


class _House:
    """One database with its application."""

    def __init__(self, url: URL, app: Flask, run: Run) -> None:
        self.url = url
        self.app = app
        self.times = run.sized(40, 2)
        self.due = run.sized(DUE, 50)
        with app.app_context():
            self.headers = {one: {"Authorization": f"Bearer {token(one)}"} for one in ("lin", "yan")}
            titled(instant_here(), "旋转门卡住", RARE)
            Duties(app=app, now=SystemNow()).count()
            with reading() as session:
                numbers = session.execute(select(tables.Ticket.number).order_by(tables.Ticket.id)).scalars().all()
        step = max(1, len(numbers) // self.times)
        self.numbers = numbers[::step][: self.times]

    def page(self) -> float:
        """Milliseconds of a page of open tickets, the newest."""
        return self._asked("lin", ["/api/v1/tickets?open=true"] * self.times)

    def ticket(self) -> float:
        """Milliseconds of a ticket's page; another ticket each time, from all over the table."""
        return self._asked("lin", [f"/api/v1/tickets/{number}" for number in self.numbers])

    def daily(self, name: str) -> float:
        """Milliseconds of one of the things that are done every day."""
        person, _, path = DAILY[name]
        return self._asked(person, [path] * (self.times // 2))

    def _asked(self, person: str, paths: list[str]) -> float:
        client: Any = self.app.test_client()
        start = time.perf_counter()
        for path in paths:
            answer = client.get(path, headers=self.headers[person])
            if answer.status_code != 200:
                raise RuntimeError(f"{path} was answered with {answer.status_code}")
        return (time.perf_counter() - start) / len(paths) * 1000

    def sweep(self) -> float:
        """Milliseconds until all that is due has fired."""
        with self.app.app_context():
            due_at(instant_here(), self.due)
        fired: list[object] = []
        duties = Duties(app=self.app, now=SystemNow(), watch=lambda swept: fired.extend(swept.outcomes))
        start = time.perf_counter()
        while len(fired) < self.due and time.perf_counter() < start + SECONDS:
            duties.sweep()
        taken = time.perf_counter() - start
        clear(self.url)
        if len(fired) != self.due:
            raise RuntimeError(f"{self.due} were due, and {len(fired)} fired within {SECONDS} s")
        return taken * 1000
