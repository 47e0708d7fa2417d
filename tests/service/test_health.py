"""Health: the promise is kept or not, by the age of the oldest due timer; figures add up and cost what is due."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from service.db import DatabaseUnavailable
from service.scheduler import Duties
from service.serving import watcher
from service.settings import Settings
from tests.service.api_house import House
from tests.service.statements import counted
from tests.service.test_figures import samples

LATE = dt.timedelta(minutes=30)


def figures(house: House) -> dict[str, float]:
    answer = house.app.test_client().get("/metrics")
    assert answer.status_code == 200
    return samples(answer.get_data(as_text=True), gauges=True)


def grown(before: dict[str, float], after: dict[str, float], name: str) -> float:
    return after.get(name, 0) - before.get(name, 0)


def test_a_timer_that_nobody_fires_makes_it_not_ready_and_says_since_when(house: House) -> None:
    house.open()
    house.now.forward(LATE + dt.timedelta(seconds=61))
    answer = house.app.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "has been waiting for 61 s: is a scheduler running?" in str(answer.get_json()["why"])
    assert figures(house)["duban_oldest_due_seconds"] == 61
    assert figures(house)["duban_ready"] == 0


def test_what_people_do_and_what_is_refused_is_counted(house: House) -> None:
    before = figures(house)
    number = house.open()
    house.ask("POST", f"/tickets/{number}/transitions", {"transition": "nonsense", "version": 1})
    house.ask("POST", f"/tickets/{number}/transitions", {"transition": "nonsense", "version": 7})
    house.ask("POST", "/tickets", house.opening(dry_run=True))
    after = figures(house)
    assert grown(before, after, "duban_moves_total") == 1
    opened = 'duban_requests_total{method="POST",route="/api/v1/tickets",status="201"}'
    assert grown(before, after, opened) == 1
    assert grown(before, after, 'duban_refusals_total{code="version_stale"}') == 1
    took = 'duban_request_duration_seconds_count{method="POST",route="/api/v1/tickets"}'
    assert grown(before, after, took) == 2


def test_what_fires_is_counted_with_how_late_it_was(house: House) -> None:
    house.open()
    house.now.forward(LATE + dt.timedelta(seconds=3))
    shared = house.app.extensions["duban_figures"]
    before = figures(house)
    settings = Settings.from_environment({"DUBAN_LOG": "json"}, start=Path("/"))
    Duties(app=house.app, now=house.now, watch=watcher(settings, NotAsked(), shared)).sweep()  # type: ignore[arg-type]
    after = figures(house)
    assert grown(before, after, 'duban_fired_total{kind="deadline"}') == 1
    assert grown(before, after, 'duban_lateness_seconds_bucket{le="2"}') == 0
    assert grown(before, after, 'duban_lateness_seconds_bucket{le="5"}') == 1


def test_what_the_scheduler_delivers_is_counted(house: House) -> None:
    house.open()
    before = figures(house)
    Duties(app=house.app, now=house.now).deliver()
    after = figures(house)
    assert grown(before, after, "duban_notices_delivered_total") > 0
    assert grown(before, after, "duban_notices_failed_total") == 0


def test_the_memory_of_the_process_is_told(house: House) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("only Linux tells the memory of a process by a file")
    assert figures(house)['process_resident_memory_bytes{worker="0"}'] > 2**20


class NotAsked:
    """For programs nobody is told on the terminal."""

    def swept(self, _swept: Any) -> None:
        raise AssertionError


def test_while_the_database_is_away_the_figures_of_processes_are_still_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away() -> None:
        raise DatabaseUnavailable("it is restarted")

    monkeypatch.setattr("service.api.health.reading", away)
    told = figures(house)
    assert told["duban_ready"] == 0
    assert "duban_moves_total" in told
    assert house.app.test_client().get("/readyz").status_code == 503


def test_looking_counts_no_table_of_tickets_as_a_whole(house: House) -> None:
    house.open()
    with counted(house.app) as seen:
        house.app.test_client().get("/readyz")
    counts = [one for one in seen if "count(" in one and "FROM ticket" in one]
    assert len(counts) == 3
    assert all("LIMIT" in one for one in counts)
    assert not [one for one in seen if "ended_at" in one]
