"""Where a transition over HTTP spends the processor's time: `python -m benchmarks.profiling postgresql|sqlite`.

For a row that is not met. In one process, without a server: ours and the endpoint by hand with schemas, by the layer in
which the time is spent, and how many statements each sends. The profiler makes all of it slower: what counts is the
proportion.
"""

from __future__ import annotations

import argparse
import cProfile
import itertools
import pstats
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Engine, event

from benchmarks.databases import POSTGRESQL, SQLITE, databases
from benchmarks.peers import endpoint
from benchmarks.place import RESULT, furnished, in_repair, opened, token
from service.db import db

LAYERS = {
    "driver": ("/psycopg", "/sqlite3", "_psycopg", "sqlite3."),
    "SQLAlchemy": ("/sqlalchemy/", "/flask_sqlalchemy/"),
    "Flask, werkzeug, webargs, marshmallow": (
        "/flask/", "/werkzeug/", "/flask_smorest/", "/webargs/", "/marshmallow/", "/apispec/",
    ),
    "service/api": ("/service/api/",),
    "service": ("/service/",),
    "workflow": ("/workflow/",),
    "by hand": ("/benchmarks/",),
}  # fmt: skip
REST = "the rest of Python"

Ask = Callable[[str], None]


def layer(place: str) -> str:
    """Which layer a file or a built-in belongs to."""
    for name, signs in LAYERS.items():
        if any(sign in place for sign in signs):
            return name
    return REST


def spent(ask: Ask, numbers: Iterator[str], requests: int) -> dict[str, float]:
    """Milliseconds of the processor by request and layer."""
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    for number in itertools.islice(numbers, requests):
        ask(number)
    profile.disable()
    by_layer: Counter[str] = Counter()
    stats: Any = pstats.Stats(profile)
    for (file, _, function), (_, _, own, _, _) in stats.stats.items():
        by_layer[layer(f"{file} {function}")] += own / requests * 1000
    return dict(by_layer)


def statements(engine: Engine, ask: Ask, number: str) -> int:
    """How many statements one request sends."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    ask(number)
    event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description=__doc__)
    asked.add_argument("database", choices=(POSTGRESQL, SQLITE))
    asked.add_argument("--requests", type=int, default=200)
    given = asked.parse_args()
    with databases() as made:
        url = made.make(given.database, "profiling")
        furnished(url)
        with opened(url) as app:
            numbers = iter(in_repair(2 * given.requests + 50))
            headers = {"Authorization": f"Bearer {token('zhao')}"}
            peer = endpoint.with_schemas(url)

            def asking(client: Any) -> Ask:
                def ask(number: str) -> None:
                    body = {"transition": "return_order", "fields": RESULT, "version": 2}
                    answer = client.post(f"/api/v1/tickets/{number}/transitions", json=body, headers=headers)
                    if answer.status_code != 200:
                        raise RuntimeError(answer.get_data(as_text=True))

                return ask

            ways = {"Duban": asking(app.test_client()), "by hand": asking(peer.test_client())}
            for ask in ways.values():
                for number in itertools.islice(numbers, 10):
                    ask(number)
            sends = statements(db.engine, ways["Duban"], next(numbers))
            found = {name: spent(ask, numbers, given.requests) for name, ask in ways.items()}
    sys.stdout.write(f"{sends} statements, BEGIN, COMMIT and what keeps a connection alive not counted\n\n")
    sys.stdout.write(
        f"{'ms of the processor by request, profiled':44}" + "".join(f"{name:>10}" for name in found) + "\n"
    )
    for name in (*LAYERS, REST):
        sys.stdout.write(f"{name:44}" + "".join(f"{one.get(name, 0):10.2f}" for one in found.values()) + "\n")
    sys.stdout.write(f"{'all':44}" + "".join(f"{sum(one.values()):10.2f}" for one in found.values()) + "\n")


if __name__ == "__main__":
    main()
