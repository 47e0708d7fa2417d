"""A ticket that is read by one statement is the one that several statements read, to the microsecond."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import ColumnElement, Interval, literal, select
from sqlalchemy.orm import Session

from service import revisions, sweep, tables
from service.at_once import read_moment, read_ticket, read_tickets
from service.db import asking, reading, table_of
from service.now import SystemNow, instant_here
from service.records import parts_of, read_rows, ticket_of
from service.stamps import directory_stamp
from tests.service.api_house import MONDAY, House
from tests.service.statements import counted

DAY = dt.timedelta(days=1)
MICROSECONDS = (0, 1, 10, 123_456, 500_000, 999_999)


@pytest.fixture
def numbers(house: House) -> list[str]:
    """Tickets of odd instants; one has a value of every type, one that was cleared, one on which a level has fired."""
    found = []
    for microsecond in MICROSECONDS:
        house.now.set(MONDAY + dt.timedelta(microseconds=microsecond))
        found.append(house.open())
    typed = {
        "pieces": 2,
        "price": "3.50",
        "urgent": False,
        "way": "foot",
        "shops": ["A", "乙", 'C"'],
        "caller": "万 '\\u00e9",
    }
    assert house.move(found[0], "note", version=1, fields=typed).status_code == 200
    house.now.forward(dt.timedelta(microseconds=7))
    assert house.move(found[0], "note", version=2, fields={"pieces": None}).status_code in (200, 422)
    house.now.forward(dt.timedelta(minutes=31))
    with house.app.app_context():
        sweep.run_once(house.now)
    assert house.move(found[1], "go", version=1).status_code == 200
    return found


class DayAhead(SystemNow):
    """Somebody whose clock is a day ahead."""

    def here(self, session: Session) -> dt.datetime | None:
        here = super().here(session)
        return None if here is None else here + DAY

    def column(self, session: Session) -> ColumnElement[dt.datetime]:
        ahead: ColumnElement[dt.datetime] = super().column(session) + literal(DAY, Interval())
        return ahead


def test_a_statement_that_is_kept_tells_everybody_his_own_instant(house: House) -> None:
    number = house.open()
    with house.app.app_context(), reading() as session:
        here, ahead = (read_ticket(session, now, number) for now in (SystemNow(), DayAhead()))
    assert here is not None
    assert ahead is not None
    assert DAY <= ahead.at - here.at < DAY + dt.timedelta(minutes=5)


def test_a_ticket_read_at_once_is_the_ticket(house: House, numbers: list[str]) -> None:
    table = table_of(tables.Ticket)
    with house.app.app_context(), reading() as session:
        rows = read_rows(session, select(table).order_by(table.c.id), house.now)
        parts = parts_of(session, rows)
        for row in rows:
            found = read_ticket(session, house.now, row.number)
            assert found is not None
            assert found.columns == row.columns
            assert found.at == row.at
            assert found.parts is not None
            definition = revisions.definition(session, row.workflow, row.revision)
            assert found.parts.values == parts[row.id].values
            assert ticket_of(found, found.parts, definition) == ticket_of(row, parts[row.id], definition)
            assert found.publication == revisions.newest(session)
            assert found.stamp == directory_stamp(session)
        assert [one.number for one in read_tickets(session, house.now, [row.id for row in rows])] == numbers
        assert read_ticket(session, house.now, "P-1999-00001") is None


def test_reading_at_once_is_one_statement_that_has_the_instant_too(house: House, numbers: list[str]) -> None:
    with house.app.app_context(), asking() as session, counted(house.app) as sent:
        found = read_ticket(session, SystemNow(), numbers[0])
        moment = read_moment(session, SystemNow())
    assert len(sent) == 2
    assert found is not None
    assert found.at.tzinfo is not None
    assert found.at <= moment.at
    assert abs(moment.at - instant_here()) < dt.timedelta(minutes=10)
    assert (found.publication, found.stamp) == (moment.publication, moment.stamp)


def test_many_tickets_are_read_at_once_too(house: House, numbers: list[str]) -> None:
    table = table_of(tables.Ticket)
    with house.app.app_context(), asking() as session:
        ids = list(session.execute(select(table.c.id)).scalars())
        with counted(house.app) as sent:
            found = read_tickets(session, house.now, ids)
            parts_of(session, found)
    assert len(found) == len(numbers)
    assert len(sent) == 1
