"""A clock that is set forward and back again: nothing fires early beyond the step, nothing twice, nothing is stuck."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select, update

from service import delivery, recurring, sweep, tables
from service.db import reading, writing
from tests.service.api_house import MONDAY, House

LATE = dt.timedelta(minutes=30)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def application(house: House) -> Any:
    """The sweep asks for the application's database."""
    with house.app.app_context():
        yield


def settle(house: House) -> int:
    claimed = 0
    while (swept := sweep.run_once(house.now)).claimed:
        claimed += swept.claimed
    return claimed


def entries(number: str) -> list[Any]:
    entry, ticket = tables.Entry, tables.Ticket
    with reading() as session:
        chosen = select(entry.kind, entry.at, entry.recorded_at, entry.due_at).join(
            ticket, ticket.id == entry.ticket_id
        )
        return list(session.execute(chosen.where(ticket.number == number).order_by(entry.sequence)))


def row(number: str) -> Any:
    with reading() as session:
        return session.execute(select(tables.Ticket.__table__).where(tables.Ticket.number == number)).one()


def test_a_clock_that_goes_a_day_ahead_fires_what_is_due_by_then_and_nothing_later(house: House) -> None:
    number = house.open()
    house.now.forward(DAY)
    settle(house)
    fired = [one for one in entries(number) if one.kind == "level"]
    assert [one.due_at for one in fired] == [MONDAY + DAY - LATE], "of missed repeats the newest"
    assert row(number).next_due_at == MONDAY + DAY + LATE


def test_a_clock_that_comes_back_finds_nothing_to_fire_again_until_what_is_armed_is_due(house: House) -> None:
    number = house.open()
    house.now.forward(DAY)
    settle(house)
    before = entries(number)
    house.now.set(MONDAY + HOUR)
    assert settle(house) == 0
    assert row(number).attempts == 0
    assert entries(number) == before
    house.now.set(MONDAY + DAY + LATE)
    assert settle(house) == 1
    assert [one.due_at for one in entries(number)][-1] == MONDAY + DAY + LATE


def test_a_person_may_move_a_ticket_that_lies_ahead_of_the_clock_and_it_never_goes_back(house: House) -> None:
    number = house.open()
    house.now.forward(DAY)
    assert house.move(number, "go").status_code == 200
    house.now.set(MONDAY + HOUR)
    assert house.move(number, "note", more={"fields": {"pieces": 3}}).status_code == 200
    written = entries(number)
    assert [one.at for one in written] == sorted(one.at for one in written)
    assert (written[-1].at, written[-1].recorded_at) == (MONDAY + DAY, MONDAY + HOUR)
    assert settle(house) == 0


def test_a_ticket_that_was_set_aside_while_the_clock_went_ahead_comes_back_at_once(house: House) -> None:
    bad = house.open()
    table = tables.Clock
    with reading() as session:
        spans = session.execute(select(table.spans)).scalar_one()
    with writing() as session:
        session.execute(update(table).values(spans=[["soon", None]]))
    house.now.forward(DAY)
    assert sweep.run_once(house.now).set_aside == (bad,)
    with writing() as session:
        session.execute(update(table).values(spans=spans))
    house.now.set(MONDAY + LATE)
    assert sweep.next_due(house.now) == (house.now.at, house.now.at)
    assert settle(house) == 1
    assert [one.due_at for one in entries(bad)] == [None, MONDAY + LATE]
    assert row(bad).set_aside_until is None


def test_a_notice_that_was_put_into_the_outbox_while_the_clock_went_ahead_is_delivered(house: House) -> None:
    house.open()
    house.now.forward(DAY)
    settle(house)
    house.now.set(MONDAY + HOUR)
    delivery.run_once(house.now.at)
    with reading() as session:
        assert set(session.execute(select(tables.Notice.delivered_at)).scalars()) == {house.now.at}


def test_polling_goes_on_whatever_the_clock_says(house: House) -> None:
    house.open()
    for at in (MONDAY + DAY, MONDAY - DAY, MONDAY + HOUR, MONDAY - 365 * DAY, MONDAY + 2 * DAY):
        house.now.set(at)
        settle(house)
        recurring.run_once(house.now)
        assert sweep.next_due(house.now)[0] == at
