"""A transition over HTTP with eight connections, beside endpoints written by hand that make the same writes.

Returning the order of a repair: token, rights, schema, `decide`, then the ticket's row, an entry, a field value,
clocks, timers and a notice, in one transaction, and the ticket with what may be done next as the answer. Each request
moves a ticket of its own. All three applications are served in the same way, on the same database, and take turns.
"""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Iterator
from typing import Any

from benchmarks.databases import POSTGRESQL, SQLITE, TITLES
from benchmarks.percentiles import percentile
from benchmarks.place import RESULT, furnished, in_repair, opened, token
from benchmarks.running import Child, Run, children, processor_seconds
from benchmarks.table import Figure, Row

CONNECTIONS = 8
KINDS = ("duban", "bare", "schemas")
PLACES = ((POSTGRESQL, "gunicorn"), (POSTGRESQL, "waitress"), (SQLITE, "waitress"))
SERVERS = {"gunicorn": "gunicorn, 2 × 4 threads", "waitress": "waitress, 8 threads"}

BARE, SCHEMAS = "Flask and Core by hand", "by hand with flask-smorest schemas and token"


def rows() -> Iterator[Row]:
    """Requests answered in a second and the slowest of a hundred, by server and database, beside both endpoints."""
    for kind, server in PLACES:
        what = f"transition over HTTP, {TITLES[kind]}, {SERVERS[server]}"
        name, slowest = f"http-{kind}-{server}", 1.5 if kind == POSTGRESQL else 2.0
        lock = ", one writer lock" if kind == SQLITE else ""
        yield Row(name=f"{name}-rate-bare", what=what, against=BARE + lock, unit="requests/s", least=0.60)
        yield Row(name=f"{name}-rate-schemas", what=what, against=SCHEMAS + lock, unit="requests/s", least=0.85)
        for peer, against in (("bare", BARE), ("schemas", SCHEMAS)):
            yield Row(
                name=f"{name}-p99-{peer}",
                what=f"{what}: p99",
                against=against + lock,
                unit="ms",
                most=slowest,
            )
        yield Row(name=f"{name}-cpu", what=f"{what}: processor time of the server", against=SCHEMAS + lock, unit="ms")


def measure(run: Run) -> Iterator[Figure]:
    """One database after the other, one server after the other; the three applications take turns."""
    rounds, requests = run.sized(7, 1), run.sized(800, 40)
    for database, places in itertools.groupby(PLACES, key=lambda one: one[0]):
        url = run.databases.make(database, "http")
        furnished(url)
        with opened(url):
            secret = token("zhao")
        for _, server in places:
            what = f"HTTP on {TITLES[database]} by {server}"
            run.say(f"{what}: preparing tickets")
            wanted = len(KINDS) * (rounds * requests + _ALONE + _WARMING)
            with opened(url):
                numbers = iter(in_repair(wanted))
            address = url.render_as_string(hide_password=False)
            served = [("benchmarks.served", kind, server, address) for kind in KINDS]
            with children(*served, ("benchmarks.load",)) as (*servers, load):
                bursts = {kind: _Bursts(load, one, numbers, secret) for kind, one in zip(KINDS, servers, strict=True)}
                for each in bursts.values():
                    each.warm()
                idle = [each.alive(run.sized(2000, 50)) for each in bursts.values()]
                found = run.in_turn({kind: (lambda b=each: b(requests)) for kind, each in bursts.items()}, rounds, what)
            yield from _figures(f"http-{database}-{server}", found, idle)
        run.databases.drop(url)


_ALONE, _WARMING = 4, 80


class _Bursts:
    """Requests to one server."""

    def __init__(self, load: Child, server: Child, numbers: Iterator[str], secret: str) -> None:
        self.load = load
        self.server = server
        self.port = int(server.line())
        self.numbers = numbers
        self.secret = secret

    def __call__(self, requests: int) -> dict[str, float]:
        """Requests per second, the 99th percentile in ms, processor time of the server by request in ms."""
        before = processor_seconds(self.server.process.pid)
        answer = self._sent(requests, CONNECTIONS)
        if answer["statuses"] != {"200": requests}:
            raise RuntimeError(f"not every request was answered with 200: {answer['statuses']}")
        spent = processor_seconds(self.server.process.pid) - before
        return {
            "requests/s": requests / answer["seconds"],
            "p99": percentile(answer["latencies"], 99),
            "processor": spent / requests * 1000,
        }

    def _sent(self, requests: int, connections: int) -> Any:
        body = {"transition": "return_order", "fields": RESULT, "version": 2}
        numbers = list(itertools.islice(self.numbers, requests))
        return self.load.ask(port=self.port, numbers=numbers, body=body, token=self.secret, connections=connections)

    def warm(self) -> None:
        """Lets one request find out what all of them need, and then every thread work a few times."""
        self._sent(_ALONE, 1)
        self._sent(_WARMING, CONNECTIONS)

    def alive(self, times: int) -> dict[str, Any]:
        """What a page costs that asks nothing of the database, and of it the sender of the requests."""
        answer = self.load.ask(port=self.port, get="/healthz", times=times, connections=CONNECTIONS)
        return {"requests/s": times / answer["seconds"], "sender": answer["processor"] / times * 1000}


def _figures(name: str, found: dict[str, list[dict[str, float]]], idle: list[dict[str, Any]]) -> Iterator[Figure]:
    def of(kind: str, what: str) -> list[float]:
        return [one[what] for one in found[kind]]

    row_of = {row.name: row for row in rows()}
    sender = statistics.median(one["sender"] for one in idle)
    most = statistics.median(one["requests/s"] for one in idle)
    note = f"/healthz on the same server: {most:.0f} requests/s, of which the sender spends {sender:.3f} ms each"
    for peer in ("bare", "schemas"):
        row = row_of[f"{name}-rate-{peer}"]
        yield Figure(row=row, ours=of("duban", "requests/s"), theirs=of(peer, "requests/s"), note=note)
        row = row_of[f"{name}-p99-{peer}"]
        yield Figure(row=row, ours=of("duban", "p99"), theirs=of(peer, "p99"))
    row = row_of[f"{name}-cpu"]
    yield Figure(row=row, ours=of("duban", "processor"), theirs=of("schemas", "processor"))
