"""The scheduler's duties, done by hand: how soon they are looked after again, and what may not hold them up."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from service import scheduler, sweep, tables
from service.db import reading, writing
from service.idempotency import KEPT
from service.now import instant_here
from service.scheduler import AT_LEAST_EVERY, AT_MOST_EVERY, BREATH, Duties
from service.sweep import Swept
from tests.service.api_house import House

LATE = dt.timedelta(minutes=30)


def duties(house: House) -> Duties:
    return Duties(app=house.app, now=house.now)


def levels(house: House) -> int:
    with house.app.app_context(), reading() as session:
        return len(session.execute(select(tables.Entry.id).where(tables.Entry.kind == "level")).all())


def test_what_is_due_soon_is_looked_after_then_and_anything_else_every_half_second(house: House) -> None:
    assert duties(house).sweep() == AT_LEAST_EVERY
    house.open()
    assert duties(house).sweep() == LATE
    house.now.forward(LATE - dt.timedelta(milliseconds=200))
    assert duties(house).sweep() == dt.timedelta(milliseconds=200)
    house.now.forward(dt.timedelta(milliseconds=200))
    assert duties(house).sweep() == dt.timedelta(hours=1)
    assert levels(house) == 1


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)
def test_what_another_scheduler_is_settling_is_not_asked_for_without_a_pause(house: House) -> None:
    house.open()
    house.now.forward(LATE)
    with house.app.app_context(), writing() as session:
        session.execute(select(tables.Ticket.id).with_for_update())
        assert duties(house).sweep() == AT_MOST_EVERY
    assert levels(house) == 0


def test_a_scheduler_that_is_stopping_begins_nothing(house: House) -> None:
    house.open()
    house.now.forward(LATE)
    stopping = duties(house)
    stopping.stopping.set()
    stopping.sweep()
    assert levels(house) == 0


def test_whoever_watches_and_fails_holds_nothing_up(house: House) -> None:
    def gone(swept: Swept) -> None:
        raise BrokenPipeError

    house.open()
    house.now.forward(LATE)
    Duties(app=house.app, now=house.now, watch=gone).sweep()
    assert levels(house) == 1


def test_an_answer_is_remembered_as_long_as_it_was_promised_and_then_forgotten(house: House) -> None:
    house.ask("POST", "/tickets", house.opening(), headers={"Idempotency-Key": "one"})
    house.now.forward(KEPT)
    duties(house).forget()
    assert house.count("idempotency") == 1
    house.now.forward(dt.timedelta(microseconds=1))
    duties(house).forget()
    assert house.count("idempotency") == 0


def test_a_clock_that_was_set_back_keeps_no_duty_asleep(house: House) -> None:
    """APScheduler wakes by the host's clock: what it has set lies ahead for as long as the clock was set back."""
    awake = duties(house)
    with scheduler.awake(awake) as woken:
        for job in woken.get_jobs():
            job.modify(next_run_time=job.next_run_time + dt.timedelta(days=1))
        house.open()
        house.now.forward(LATE)
        for _ in range(4000):
            if levels(house) or awake.stopping.wait(0.005):
                break
    assert levels(house) == 1


@pytest.mark.parametrize("by", [dt.timedelta(), dt.timedelta(hours=1)])
def test_that_the_clock_was_set_back_is_said_where_it_was_and_not_where_the_machine_is_busy(
    house: House, by: dt.timedelta, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    awake = duties(house)
    with scheduler.awake(awake) as woken:
        for job in woken.get_jobs():
            job.modify(next_run_time=job.next_run_time + dt.timedelta(days=1))
        monkeypatch.setattr(scheduler, "instant_here", lambda: instant_here() - by)
        house.open()
        house.now.forward(LATE)
        for _ in range(4000):
            if levels(house) or awake.stopping.wait(0.005):
                break
    said = [record for record in caplog.records if getattr(record, "action", "") == "clock_set_back"]
    assert levels(house) == 1
    assert bool(said) is bool(by)
    assert all("the clock was set back by 3600." in record.getMessage() for record in said)


def test_a_clock_that_was_set_forward_by_years_is_one_wake_up_late(house: House) -> None:
    """An interval would count the half seconds that were missed: in fifty years, three thousand million."""
    awake = duties(house)
    with scheduler.awake(awake) as woken:
        house.open()
        house.now.forward(LATE)
        for job in woken.get_jobs():
            job.modify(next_run_time=job.next_run_time - dt.timedelta(days=50 * 365))
        for _ in range(4000):
            if levels(house) or awake.stopping.wait(0.005):
                break
    assert levels(house) == 1


def test_a_backlog_is_settled_in_rounds_and_each_says_how_far_it_has_come(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        house.open()
    house.now.forward(LATE)
    monkeypatch.setattr(sweep, "BATCH", 1)
    monkeypatch.setattr(sweep, "MOST", 1)
    short = duties(house)
    allowed = iter([True, False])
    monkeypatch.setattr(Duties, "_round", lambda _: lambda: next(allowed, True))
    with caplog.at_level("INFO", logger="service.scheduler"):
        assert short.sweep() == BREATH
    assert levels(house) == 1
    assert "1 tickets settled, 2 are due, the first since 2026-03-02 01:30" in caplog.text
    assert short.sweep() == dt.timedelta(hours=1)
    assert levels(house) == 3


def test_looking_for_what_is_due_takes_no_turn_from_who_writes(house: House) -> None:
    """On SQLite a sweep that finds nothing would wait for every writer, and every writer for it."""
    house.open()
    with house.app.app_context(), writing(), ThreadPoolExecutor(1) as other:
        assert other.submit(duties(house).sweep).result(5) == LATE


@pytest.mark.parametrize("round_", range(3))
def test_the_end_of_being_awake_waits_for_what_has_begun(house: House, round_: int) -> None:
    """It once waited for ever: for a duty that waited for the scheduler to set its next wake-up."""
    house.open()
    house.now.forward(LATE)
    awake = duties(house)
    with scheduler.awake(awake):
        for _ in range(1000):
            if awake.stopping.wait(0.005) or levels(house):
                break
    assert levels(house) == 1
