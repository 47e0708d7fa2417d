"""Doors by which real processes are started, asked how they do, and made to end: as the units in deploy/ use them."""

from __future__ import annotations

import os
import signal
import socket
import textwrap
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.engine import URL

from service import opening, tables
from service.db import reading, writing
from service.moves import Request
from service.now import FixedNow, SystemNow
from tests.acceptance.house import SITE, House, opened
from tests.acceptance.running import DUBAN, DUBAN_ON_A_SOCKET, Running, free_port
from tests.acceptance.test_killed_scheduler import REPAIR, SOON
from tests.acceptance.test_web_workers import BARE
from tests.definitions.shipped import shipped_files

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

IMPATIENT = """
from service import serving, sweep, web_workers
serving.STOP_SECONDS = web_workers.STOP_SECONDS = 1

run_once = sweep.run_once
sweep.run_once = lambda *given: print("begun", flush=True) or run_once(*given)
"""
"""What has begun may take a second to end, and not thirty; and a sweep says when it begins."""

Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes; whatever still runs at the end is killed, with the workers that it has started."""
    started: list[Running] = []

    def start(*words: str, port: int, open_files: tuple[int, ...] = (), **environment: str) -> Running:
        said = tmp_path / f"said {len(started)}"
        started.append(Running(said, *words, port=port, open_files=open_files, **environment))
        return started[-1]

    yield start
    for one in started:
        workers = one.children() if one.process.poll() is None else set()
        one.kill()
        for worker in workers:
            if Path(f"/proc/{worker}").exists():
                os.kill(worker, signal.SIGKILL)


@pytest.fixture
def house(database_url: URL) -> Iterator[House]:
    with opened(database_url, shipped_files()) as house, house.app.app_context():
        yield house


@pytest.fixture
def address(house: House, database_url: URL) -> dict[str, str]:
    """The settings of a process on the house's database."""
    return {"DUBAN_DATABASE_URL": database_url.render_as_string(hide_password=False), "DUBAN_LOG": "json"}


def levels() -> int:
    with reading() as session:
        counted = select(func.count()).select_from(tables.Entry).where(tables.Entry.kind == "level")
        return session.execute(counted).scalar_one()


def register_late() -> None:
    """A repair on which one level is due just now."""
    with writing() as session:
        registered = FixedNow(SystemNow().instant(session) - SOON)
        request = Request(person="clerk", transition="register", fields=REPAIR)
        opening.open_ticket(session, registered, workflow="repair", site=SITE, request=request)


# --- The socket that systemd holds --------------------------------------------------------------------------------


@on_postgresql
def test_calls_wait_at_the_socket_of_systemd_while_the_workers_are_restarted(
    address: dict[str, str], start: Start
) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=64) as door, ThreadPoolExecutor(4) as pool:
        port, number = door.getsockname()[1], door.fileno()
        words = (*DUBAN_ON_A_SOCKET, str(number), "web", "--workers", "1", "--port", "1")
        first = start(*words, port=port, open_files=(number,), **address)
        first.wait_for(first.answers, "the first answer")
        assert first.stop() == 0
        waiting = [pool.submit(first.ask, "/readyz") for _ in range(4)]
        second = start(*words, port=port, open_files=(number,), **address)
        assert {call.result(60)[0] for call in waiting} == {200}
        assert second.stop() == 0


@on_postgresql
def test_a_socket_that_was_handed_to_another_process_is_not_taken(address: dict[str, str], start: Start) -> None:
    port = free_port()
    running = start(*DUBAN, "web", "--workers", "1", "--port", str(port), port=port, LISTEN_PID="1", LISTEN_FDS="1",
                    **address)  # fmt: skip
    running.wait_for(running.answers, "an answer at the port that was asked for")
    assert running.stop() == 0


# --- The health of a scheduler ------------------------------------------------------------------------------------


def test_a_scheduler_says_how_it_does_at_its_port_and_nothing_else(address: dict[str, str], start: Start) -> None:
    port = free_port()
    register_late()
    scheduler = start(*DUBAN, "schedule", "--health-port", str(port), port=port, **address)
    scheduler.wait_for(scheduler.answers, "the first answer")
    scheduler.wait_for(lambda: 'duban_fired_total{kind="deadline"} 1' in scheduler.ask("/metrics")[2], "what fired")
    scheduler.wait_for(lambda: "duban_notices_delivered_total 0\n" not in scheduler.ask("/metrics")[2], "a notice")
    assert scheduler.ask("/readyz")[0] == 200
    assert 'process_resident_memory_bytes{worker="0"} ' in scheduler.ask("/metrics")[2]
    status, _, said = scheduler.ask("/api/v1/tickets")
    assert (status, said) == (404, "Here are only /healthz, /readyz and /metrics.\n")
    assert scheduler.stop() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_port_that_is_taken_ends_a_scheduler_with_a_sentence(address: dict[str, str], start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        scheduler = start(*DUBAN, "schedule", "--lang", "en", "--health-port", str(port), port=port, **address)
        assert scheduler.ended()
    assert scheduler.process.returncode == 1
    assert f"Error: 127.0.0.1:{port} cannot be listened on" in scheduler.words()


# --- What does not come to its end --------------------------------------------------------------------------------

HELD = {
    "sqlite": "UPDATE site SET name = name",  # the one who writes
    "postgresql": "LOCK TABLE entry IN EXCLUSIVE MODE",
}


def test_a_scheduler_whose_batch_does_not_end_is_stopped_all_the_same_and_leaves_nothing_half_done(
    address: dict[str, str], start: Start, database_url: URL
) -> None:
    register_late()
    words = ("-c", IMPATIENT + DUBAN[1], "schedule")
    with writing() as session:
        session.execute(text(HELD[database_url.get_backend_name()]))
        stuck = start(*words, port=0, **address)
        stuck.wait_for(lambda: "begun" in stuck.words(), "the first sweep")
        stuck.process.send_signal(signal.SIGTERM)
        assert stuck.ended(20)
    assert stuck.process.returncode == 1
    assert "stop_forced" in [line.get("action") for line in stuck.lines()]
    assert levels() == 0
    after = start(*DUBAN, "schedule", port=0, **address)
    after.wait_for(lambda: levels() == 1, "what was due")
    assert after.stop() == 0
    assert levels() == 1


def test_workers_one_of_whose_calls_does_not_end_are_stopped_all_the_same(start: Start) -> None:
    port = free_port()
    bare = textwrap.dedent(BARE)
    for was, now in (
        ("web_workers.BOOT_SECONDS, web", IMPATIENT + "web_workers.BOOT_SECONDS, web"),
        ("= 2, 1, 1", "= 30, 60, 1"),  # a worker that hangs is not replaced before it is told to stop
        ("lambda: threading.Event().wait()", 'lambda: print("hanging", flush=True) or threading.Event().wait()'),
    ):
        assert was in bare
        bare = bare.replace(was, now)
    running = start("-c", bare, str(port), port=port)
    running.wait_for(running.answers, "the first answer")
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(running.ask, "/hang")
        running.wait_for(lambda: "hanging" in running.words(), "the call")
        running.process.send_signal(signal.SIGTERM)
        assert running.ended(20)
        assert isinstance(hanging.exception(20), OSError)
    assert running.process.returncode == 0
