"""The scheduler's duties, done by hand: how soon they are looked after again, and what may not hold them up."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from service import scheduler, tables
from service.db import reading, writing
from service.idempotency import KEPT
from service.scheduler import AT_LEAST_EVERY, AT_MOST_EVERY, Duties
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
