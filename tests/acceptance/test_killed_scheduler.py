"""Schedulers as real processes: one that is killed in the middle, two at once, and a second one where one may be."""

from __future__ import annotations

import datetime as dt
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import URL

from service import opening, tables
from service.db import reading, writing
from service.moves import Request
from service.now import FixedNow, SystemNow
from service.sqlite_files import sqlite_file
from tests.acceptance.house import SITE, House, opened
from tests.definitions.shipped import shipped_files
from tests.stored import copy_ticket

ROOT = Path(__file__).resolve().parents[2]

MANY = 2000

SOON = dt.timedelta(minutes=21)
"""So long after it was registered, a repair that nobody has picked up is to have fired `soon 1`, at 20 minutes, and
nothing else is due before the half hour is over."""

REPAIRERS = 2
"""The staff of the repairing department, who are told then."""

TICK = 0.02
PATIENCE = 60.0
"""How often, and for how many seconds at the most, a test looks for what must come."""

REPAIR = {"title": "Leak", "place": "B2", "occupant": "Ms Li", "fault": "Water under the basin"}


class Scheduler:
    """`duban schedule` in a process of its own; what it says goes into a file."""

    def __init__(self, url: URL, said: Path, *arguments: str) -> None:
        self.said = said
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        environment["DUBAN_DATABASE_URL"] = url.render_as_string(hide_password=False)
        with said.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from service.cli import main; main()", *(arguments or ("schedule",))],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, what: Callable[[], bool], why: str) -> None:
        """Look again and again whether something has come; AssertionError if it does not, or the process ends."""
        ticks = 0.0
        while not what():
            assert not self.ended(TICK), f"the scheduler ended by itself: {self.words()}"
            ticks += TICK
            assert ticks < PATIENCE, f"{why} did not come: {self.words()}"

    def ended(self, within: float) -> bool:
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True

    def kill(self) -> None:
        """As when the power fails: nothing is said, nothing is put in order."""
        self.process.send_signal(signal.SIGKILL)
        assert self.process.wait(PATIENCE) == -signal.SIGKILL

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def words(self) -> str:
        return self.said.read_text("utf-8")

    def says(self, word: str) -> Callable[[], bool]:
        return lambda: word in self.words()


Start = Callable[..., Scheduler]


@pytest.fixture
def house(database_url: URL) -> Iterator[House]:
    with opened(database_url, shipped_files()) as house, house.app.app_context():
        yield house


@pytest.fixture
def start(database_url: URL, tmp_path: Path) -> Iterator[Start]:
    """Starts schedulers; whatever still runs at the end is killed."""
    started: list[Scheduler] = []

    def start(*arguments: str) -> Scheduler:
        started.append(Scheduler(database_url, tmp_path / f"scheduler {len(started)}", *arguments))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.kill()


def open_many(house: House) -> set[str]:
    """So many repairs, stored at one stroke, on each of which one level is due just now; gives their numbers."""
    with writing() as session:
        registered = FixedNow(SystemNow().instant(session) - SOON)
        request = Request(person="clerk", transition="register", fields=REPAIR)
        first = opening.open_ticket(session, registered, workflow="repair", site=SITE, request=request).ticket.number
        copies = [f"{first[:-5]}{number:05}" for number in range(2, MANY + 1)]
        copy_ticket(session, first, copies)
    return {first, *copies}


def levels() -> int:
    """How many levels have fired."""
    with reading() as session:
        counted = select(func.count()).select_from(tables.Entry).where(tables.Entry.kind == "level")
        return session.execute(counted).scalar_one()


def more_levels_than(number: int) -> Callable[[], bool]:
    return lambda: levels() > number


def require_each_once(numbers: set[str]) -> None:
    """Each fired exactly once, has a history without gaps, and told each repairer exactly once, who can read it."""
    entry, ticket, notice, timer = tables.Entry, tables.Ticket, tables.Notice, tables.Timer
    with reading() as session:
        fired = session.execute(
            select(ticket.number, entry.name, entry.level, func.count())
            .join(entry, entry.ticket_id == ticket.id)
            .where(entry.kind == "level")
            .group_by(ticket.number, entry.name, entry.level)
        ).all()
        assert sorted(tuple(one) for one in fired) == [(one, "pick_up", "soon 1", 1) for one in sorted(numbers)]
        histories = session.execute(
            select(ticket.sequence, func.count(), func.max(entry.sequence))
            .join(entry, entry.ticket_id == ticket.id)
            .group_by(ticket.id, ticket.sequence)
            .distinct()
        ).all()
        assert [tuple(one) for one in histories] == [(2, 2, 2)]
        told = session.execute(
            select(
                ticket.number, func.count(), func.count(notice.person_id.distinct()), func.count(notice.delivered_at)
            )
            .join(notice, notice.ticket_id == ticket.id)
            .where(notice.sequence == 2)
            .group_by(ticket.number)
        ).all()
        assert {one[0] for one in told} == numbers
        assert {tuple(one[1:]) for one in told} == {(REPAIRERS, REPAIRERS, REPAIRERS)}
        least = select(func.min(timer.due_at)).where(timer.ticket_id == ticket.id).scalar_subquery()
        astray = session.execute(select(func.count()).select_from(ticket).where(ticket.next_due_at != least))
        assert astray.scalar_one() == 0


def undelivered() -> int:
    with reading() as session:
        return session.execute(
            select(func.count()).select_from(tables.Notice).where(tables.Notice.delivered_at.is_(None))
        ).scalar_one()


def test_after_a_kill_in_the_middle_and_a_new_start_each_fires_exactly_once(house: House, start: Start) -> None:
    numbers = open_many(house)
    seen = 0
    for _ in range(2):  # killed twice, at different moments
        scheduler = start()
        scheduler.wait_for(more_levels_than(seen), "the first batch")
        scheduler.kill()
        seen = levels()
        assert 0 < seen < MANY, "the kill came too late to prove anything"

    scheduler = start()
    scheduler.wait_for(lambda: levels() >= MANY and not undelivered(), "the rest")
    assert scheduler.stop() == 0
    require_each_once(numbers)


def test_a_server_that_is_told_to_stop_finishes_its_batch_and_leaves_the_rest_of_a_backlog(
    house: House, start: Start
) -> None:
    numbers = open_many(house)
    scheduler = start("serve", "--port", str(free_port()))
    scheduler.wait_for(lambda: levels() > 0, "the first batch")
    assert scheduler.stop() == 0
    assert 0 < levels() < MANY
    shown = {number for number in numbers if f"{number} " in scheduler.words()}
    assert len(shown) == levels(), "a batch is shown when all of it is done"


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_two_schedulers_at_once_share_what_is_due_and_fire_each_once(house: House, start: Start) -> None:
    both = [start(), start()]
    for one in both:
        one.wait_for(one.says("scheduling"), "a scheduler")
        one.process.send_signal(signal.SIGSTOP)
    numbers = open_many(house)
    for one in both:  # at one moment, and not the second when the first has nearly done
        one.process.send_signal(signal.SIGCONT)
    both[0].wait_for(lambda: levels() >= MANY and not undelivered(), "all levels")
    assert [one.stop() for one in both] == [0, 0]
    require_each_once(numbers)
    announced = [{number for number in numbers if f"{number} " in one.words()} for one in both]
    assert all(announced), "one of the two did all the work"
    assert not announced[0] & announced[1]
    assert announced[0] | announced[1] == numbers


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("command", ["schedule", "serve"])
def test_on_sqlite_a_second_serving_process_is_refused_with_a_sentence(
    house: House, start: Start, database_url: URL, command: str
) -> None:
    first = start()
    first.wait_for(first.says("scheduling"), "the first")
    port = ("--port", str(free_port())) if command == "serve" else ()
    second = start(command, *port)
    assert second.ended(PATIENCE)
    assert second.process.returncode == 1
    assert "Traceback" not in second.words()
    assert f"{sqlite_file(database_url)} is already being served by process {first.process.pid}" in second.words()
    assert first.stop() == 0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
