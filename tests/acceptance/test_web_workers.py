"""Web workers as real processes: killed, hanging, replaced, told to stop, and slowly spoken to."""

from __future__ import annotations

import os
import signal
import socket
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from service import tables
from service.db import writing
from tests.acceptance.house import SITE, House, opened
from tests.acceptance.running import DUBAN, Running, free_port
from tests.definitions.shipped import shipped_files

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

Start = Callable[..., Running]

BARE = """
import socket, sys, threading
from service import web_workers

web_workers.BOOT_SECONDS, web_workers.REQUEST_SECONDS, web_workers.SENDING_SECONDS = 2, 1, 1

from flask import Flask, jsonify, request
from service import calls
from service.figures import Figures

figures = Figures(parts=8)

def make_app():
    app = Flask("bare")
    calls.follow(app, figures)
    said = "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme"
    app.add_url_rule("/healthz", "alive", lambda: "alive")
    app.add_url_rule("/hang", "hang", lambda: threading.Event().wait())
    app.add_url_rule("/who", "who", lambda: jsonify({name: request.environ[name] for name in said}))
    return app

listening = socket.create_server(("127.0.0.1", int(sys.argv[1])))
web_workers.run(make_app, listening, workers=1, threads=2, figures=figures, ready=lambda: None)
"""
"""Workers with an application that needs no database, and with little patience."""


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts processes; whatever still runs at the end is killed, with the workers that it has started."""
    started: list[Running] = []

    def start(*words: str, **environment: str) -> Running:
        port = free_port()
        filled = [word.replace("PORT", str(port)) for word in words]
        started.append(Running(tmp_path / f"said {len(started)}", *filled, port=port, **environment))
        return started[-1]

    yield start
    for one in started:
        workers = one.children() if one.process.poll() is None else set()
        one.kill()
        for worker in workers:
            with_nobody = Path(f"/proc/{worker}")
            if with_nobody.exists():
                os.kill(worker, signal.SIGKILL)


@pytest.fixture
def bare(start: Start) -> Running:
    running = start("-c", textwrap.dedent(BARE), "PORT")
    running.wait_for(running.answers, "the first answer")
    return running


@pytest.fixture
def house(database_url: URL) -> Iterator[House]:
    with opened(database_url, shipped_files()) as house, house.app.app_context():
        yield house


@pytest.fixture
def web(house: House, database_url: URL, start: Start) -> Running:
    """`duban web` on a house with people and definitions."""
    url = database_url.render_as_string(hide_password=False)
    words = ("web", "--port", "PORT", "--workers", "2", "--threads", "4")
    running = start(*DUBAN, *words, DUBAN_DATABASE_URL=url, DUBAN_LOG="json")
    running.wait_for(running.answers, "the first answer")
    running.wait_for(lambda: len(running.children()) == 2, "the second worker")
    return running


@on_postgresql
def test_a_worker_that_is_killed_is_replaced_and_the_others_answer_meanwhile(web: Running) -> None:
    for _ in range(3):
        workers = web.children()
        victim = min(workers)
        os.kill(victim, signal.SIGKILL)
        web.wait_for(lambda gone=victim: gone not in web.children(), "the end of the one that was killed")
        assert web.answers()
        web.wait_for(lambda: len(web.children()) == 2, "the replacement")
    assert web.stop() == 0


@on_postgresql
def test_what_has_begun_is_finished_when_the_workers_are_told_to_stop(web: Running, house: House) -> None:
    opening = {
        "workflow": "repair",
        "site": SITE,
        "transition": "register",
        "fields": {"title": "Leak", "place": "B2", "occupant": "Ms Li", "fault": "Water under the basin"},
    }
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with ThreadPoolExecutor(1) as pool:
        with writing() as session:
            session.execute(select(tables.Site.id).with_for_update())
            call = pool.submit(web.ask, "/api/v1/tickets", opening, Authorization=f"Bearer {house.token('clerk')}")
            web.wait_for(lambda: session.execute(waiting).scalar_one(), "the call to wait for the lock")
            web.process.send_signal(signal.SIGTERM)
            web.wait_for(lambda: "Handling signal: term" in web.words(), "the beginning of the end")
        status, _, body = call.result(30)
    assert status == 201, body
    assert web.ended()
    assert web.process.returncode == 0


@on_postgresql
def test_fresh_workers_take_the_place_of_the_old_ones_without_losing_a_call(web: Running) -> None:
    before, stop = web.children(), threading.Event()
    refused: list[str] = []

    def call_again_and_again() -> int:
        answered = 0
        while not stop.wait(0.005):
            try:
                status = web.ask("/healthz")[0]
            except OSError as error:
                refused.append(repr(error))
                continue
            answered += 1
            if status != 200:
                refused.append(str(status))
        return answered

    with ThreadPoolExecutor(2) as pool:
        calling = [pool.submit(call_again_and_again) for _ in range(2)]
        try:
            web.process.send_signal(signal.SIGHUP)
            web.wait_for(lambda: len(web.children()) == 2 and not before & web.children(), "fresh workers")
        finally:
            stop.set()
        assert sum(one.result(30) for one in calling) > 0
    assert refused == []
    assert web.stop() == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_on_sqlite_workers_are_refused_with_a_sentence(database_url: URL, start: Start) -> None:
    url = database_url.render_as_string()
    refused = start(*DUBAN, "web", "--port", "PORT", "--lang", "en", DUBAN_DATABASE_URL=url)
    assert refused.ended()
    assert refused.process.returncode == 1
    assert refused.words().startswith("Error: On SQLite one process serves and schedules: `duban serve`.")


def test_a_worker_that_shows_no_sign_of_life_is_replaced(bare: Running) -> None:
    (frozen,) = bare.children()
    os.kill(frozen, signal.SIGSTOP)
    bare.wait_for(lambda: bare.children() and frozen not in bare.children(), "the replacement")
    bare.wait_for(bare.answers, "an answer of the new one")
    assert bare.stop() == 0


def test_a_worker_one_of_whose_calls_never_ends_is_replaced(bare: Running) -> None:
    (hanging,) = bare.children()
    with pytest.raises(OSError, match=r"(?i)closed|reset"):
        bare.ask("/hang")
    bare.wait_for(lambda: bare.children() and hanging not in bare.children(), "the replacement")
    bare.wait_for(bare.answers, "an answer of the new one")
    assert "this worker hangs and is replaced" in bare.words() or "TIMEOUT" in bare.words()
    assert bare.stop() == 0


def test_what_a_proxy_says_of_where_a_call_came_from_is_not_believed(bare: Running) -> None:
    headers = {"X_Forwarded_For": "203.0.113.7", "X_Forwarded_Proto": "https", "Forwarded": "for=203.0.113.7"}
    _, _, seen = bare.ask("/who", **headers, Script_Name="/elsewhere")
    assert seen == {"REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "", "wsgi.url_scheme": "http"}


HEAD = b"POST /healthz HTTP/1.1\r\nHost: here\r\n"


def test_clients_that_send_half_a_request_keep_no_thread_busy(bare: Running) -> None:
    halves = (b"", HEAD + b"Content-", HEAD + b"Content-Length: 500\r\n\r\n{")
    half = [socket.create_connection(("127.0.0.1", bare.port)) for _ in range(30)]
    for number, one in enumerate(half):
        one.sendall(halves[number % len(halves)])
    begun = time.monotonic()
    for _ in range(5):
        assert bare.answers()
    assert time.monotonic() - begun < 5 < 30 / 2  # by two threads that waited a second for each
    for one in half:
        one.close()


def test_a_request_that_comes_in_pieces_is_answered(bare: Running) -> None:
    whole = b"GET /who HTTP/1.1\r\nHost: here\r\nContent-Length: 3\r\n\r\nabc"
    with socket.create_connection(("127.0.0.1", bare.port)) as one:
        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for again in range(2):  # on the same connection
            for piece in (whole[:5], whole[5:45], whole[45:-1], whole[-1:]):
                one.sendall(piece)
                threading.Event().wait(0.01)
            assert one.recv(65536).startswith(b"HTTP/1.1 200"), again


def test_a_client_that_never_sends_the_rest_is_left_by_and_by(bare: Running) -> None:
    with socket.create_connection(("127.0.0.1", bare.port), timeout=10) as slow:
        slow.sendall(HEAD)
        with pytest.raises(ConnectionResetError):
            slow.recv(1)


def test_a_client_that_goes_in_the_middle_of_a_request_costs_nothing(bare: Running) -> None:
    (worker,) = bare.children()

    def cpu() -> int:
        words = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
        return int(words[11]) + int(words[12])

    for _ in range(5):
        with socket.create_connection(("127.0.0.1", bare.port)) as gone:
            gone.sendall(HEAD)
            gone.shutdown(socket.SHUT_WR)
            assert gone.recv(1000) == b""
    before = cpu()
    threading.Event().wait(0.3)
    assert cpu() - before < 15
    assert bare.answers()
