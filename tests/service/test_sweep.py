"""The sweep: everything that is due fires once, whatever is wrong with one ticket or with the database."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import OperationalError

from service import sweep, tables
from service.aside import FIRST_WAIT, LONGEST_WAIT
from service.db import DatabaseUnavailable, reading, table_of, writing
from service.scheduler import Duties
from service.sweep import Swept
from tests.service.api_house import MONDAY, House
from tests.service.statements import counted, failing_at
from tests.stored import copy_ticket

LATE = dt.timedelta(minutes=30)
"""After so long an errand that was not finished is late, and `late 1` fires, again every hour."""


@pytest.fixture(autouse=True)
def application(house: House) -> Any:
    """The sweep asks for the application's database."""
    with house.app.app_context():
        yield


def swept(house: House, batch: int = sweep.BATCH) -> list[Swept]:
    """What a scheduler does when it wakes."""
    found = []
    while (one := sweep.run_once(house.now, batch)).claimed:
        found.append(one)
    return found


def fired(*, since: dt.datetime = MONDAY) -> Counter[str]:
    """How many levels have fired, by ticket."""
    ticket, entry = tables.Ticket, tables.Entry
    with reading() as session:
        chosen = (
            select(ticket.number, func.count())
            .join(entry, entry.ticket_id == ticket.id)
            .where(entry.kind == "level", entry.at >= since)
            .group_by(ticket.number)
        )
        return Counter(dict(list(session.execute(chosen))))


def row(number: str) -> Any:
    with reading() as session:
        return session.execute(select(tables.Ticket.__table__).where(tables.Ticket.number == number)).one()


def many(house: House, count: int, **more: Any) -> list[str]:
    """So many errands, all opened just now."""
    first = house.open(**more)
    numbers = [f"{first[:-5]}{int(first[-5:]) * 1000 + each:05}" for each in range(1, count)]
    with writing() as session:
        copy_ticket(session, first, numbers)
    return [first, *numbers]


def spoil(number: str, table: Any, **values: Any) -> None:
    """Change what is stored of a ticket by hand."""
    with writing() as session:
        mine = table.ticket_id == select(tables.Ticket.id).where(tables.Ticket.number == number).scalar_subquery()
        session.execute(update(table).where(mine).values(**values).execution_options(synchronize_session=False))


def break_clocks(number: str) -> list[Any]:
    """Spoil a ticket's clock, so that it cannot be read; gives what was there."""
    with reading() as session:
        chosen = select(tables.Clock.spans).join(tables.Ticket, tables.Ticket.id == tables.Clock.ticket_id)
        spans: list[Any] = session.execute(chosen.where(tables.Ticket.number == number)).scalar_one()
    spoil(number, tables.Clock, spans=[["soon", None]])
    return spans


# --- What is due --------------------------------------------------------------------------------------------------


def test_nothing_is_claimed_before_it_is_due_and_something_at_the_very_instant(house: House) -> None:
    number = house.open()
    house.now.forward(LATE - dt.timedelta(microseconds=1))
    assert sweep.run_once(house.now).claimed == 0
    house.now.forward(dt.timedelta(microseconds=1))
    assert sweep.run_once(house.now).claimed == 1
    assert fired() == {number: 1}


def test_a_backlog_is_settled_batch_by_batch_and_nothing_of_it_is_skipped(house: House) -> None:
    numbers = many(house, 250)
    house.now.forward(dt.timedelta(days=3))
    batches = swept(house, 100)
    assert [one.claimed for one in batches] == [100, 100, 50]
    assert sorted(outcome.ticket.number for one in batches for outcome in one.outcomes) == numbers
    assert fired() == dict.fromkeys(numbers, 1)
    assert sweep.run_once(house.now).claimed == 0


def test_after_days_without_a_scheduler_everything_fires_once_in_order_and_each_person_is_told_once(
    house: House,
) -> None:
    """Two deadlines and a reminder are late, all of which repeat: of what was missed the newest stands for the rest."""
    body = {
        "workflow": "plea",
        "site": "pier",
        "transition": "hear",
        "fields": {"title": "Noise", "caller": "A neighbour"},
    }
    number = str(house.ask("POST", "/tickets", body).json["number"])  # type: ignore[index]
    assert house.move(number, "weigh", fields={"size": "small"}).status_code == 200
    told = house.count("notice")
    house.now.forward(dt.timedelta(days=9, minutes=90))
    (batch,) = swept(house)
    assert batch.claimed == 1
    entry = tables.Entry
    with reading() as session:
        mine = select(entry).where(entry.recorded_at == house.now.at).order_by(entry.sequence)
        fired_late = session.execute(mine).scalars().all()
        notices = session.execute(select(tables.Notice).where(tables.Notice.created_at == house.now.at)).scalars().all()
    assert sorted(one.name for one in fired_late) == ["answer", "finish", "nudge"]
    assert [one.at for one in fired_late] == sorted(one.due_at for one in fired_late)
    assert all(one.at < one.recorded_at for one in fired_late)
    assert {one.name: one.skipped > 0 for one in fired_late} == {"answer": True, "finish": True, "nudge": True}
    assert Counter(one.person_id for one in notices) == {"ada": 1, "ben": 1}
    assert [len(one.items) for one in notices] == [3, 3]
    assert house.count("notice") == told + 2
    assert sweep.run_once(house.now).claimed == 0


def test_what_has_waited_longest_comes_first(house: House) -> None:
    opened = []
    for _ in range(3):
        opened.append(house.open())
        house.now.forward(dt.timedelta(minutes=1))
    house.now.forward(LATE)
    order = [one.outcomes[0].ticket.number for one in swept(house, batch=1)]
    assert order == opened


def test_the_next_due_instant_is_that_of_the_first_armed_timer(house: House) -> None:
    assert sweep.next_due(house.now) == (house.now.at, None)
    house.open()
    assert sweep.next_due(house.now) == (house.now.at, MONDAY + LATE)


def test_sweeps_at_the_same_moment_share_what_is_due(house: House) -> None:
    numbers = many(house, 120)
    house.now.forward(LATE)

    def one_sweep() -> Any:
        with house.app.app_context():
            return swept(house, batch=20)

    answers: list[Sequence[Swept]] = house.together(one_sweep, one_sweep, one_sweep)  # type: ignore[assignment]
    settled = [outcome.ticket.number for each in answers for one in each for outcome in one.outcomes]
    assert sorted(settled) == numbers
    assert fired() == dict.fromkeys(numbers, 1)


def test_a_ticket_that_was_armed_wrongly_is_armed_again_and_keeps_no_sweep_busy(house: House) -> None:
    """Whoever changes rows by hand may leave a due instant behind at which nothing is due."""
    number = house.open()
    with writing() as session:
        session.execute(update(tables.Ticket).values(next_due_at=MONDAY))
    assert sweep.run_once(house.now).claimed == 1
    assert sweep.run_once(house.now).claimed == 0
    assert row(number).next_due_at == MONDAY + LATE


# --- One ticket that cannot be settled ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (tables.Clock, {"spans": [["soon", None]]}),
        (tables.Clock, {"name": "another"}),
        (tables.Timer, {"level": "late 9"}),
        (tables.FieldValue, {"value": {"no": "text"}}),
    ],
    ids=["no instant", "no such deadline", "no such level", "no such value"],
)
def test_a_ticket_whose_settling_raises_is_set_aside_and_holds_nobody_up(
    house: House, table: Any, values: dict[str, Any]
) -> None:
    good, bad, also_good = house.open(), house.open(), house.open()
    spoil(bad, table, **values)
    house.now.forward(LATE)
    (batch,) = swept(house)
    assert batch.set_aside == (bad,)
    assert fired() == {good: 1, also_good: 1}
    stored = row(bad)
    assert (stored.attempts, stored.set_aside_until) == (1, house.now.at + FIRST_WAIT)
    assert stored.fault


def test_a_ticket_that_is_set_aside_can_be_looked_at_and_offers_no_move(house: House) -> None:
    bad = house.open()
    spoil(bad, tables.Timer, level="late 9")
    house.now.forward(LATE)
    swept(house)
    shown = house.get(f"/tickets/{bad}")
    assert (shown["number"], shown["transitions"]) == (bad, [])
    assert house.get(f"/tickets/{bad}/transitions")["transitions"] == []
    assert len(house.get(f"/tickets/{bad}/history")["entries"]) == 1
    assert house.get(f"/tickets/{bad}/clocks")["clocks"]


def test_a_ticket_that_cannot_be_written_is_set_aside_and_the_rest_of_its_batch_is_written(house: House) -> None:
    good, bad, also_good = house.open(), house.open(), house.open()
    ticket_id = row(bad).id
    with writing() as session:  # somebody has written an entry by hand, in the place of the next one
        entry = table_of(tables.Entry)
        mine = entry.c.ticket_id == ticket_id
        found = dict(session.execute(select(entry).where(mine)).mappings().one())
        del found["id"]
        session.execute(insert(entry).values({**found, "sequence": 2}))
    house.now.forward(LATE)
    (batch,) = swept(house)
    assert batch.set_aside == (bad,)
    assert fired() == {good: 1, also_good: 1}
    assert row(bad).sequence == 1


def test_the_duty_manager_is_told_once_of_a_ticket_that_is_set_aside(house: House) -> None:
    bad = house.open()
    break_clocks(bad)
    for _ in range(3):
        house.now.forward(dt.timedelta(hours=2))
        house.deliver()
    notices = house.get("/notices", person="manager")["notices"]
    assert [one["ticket"] for one in notices] == [bad]
    assert notices[0]["lines"]


def test_a_ticket_that_is_set_aside_comes_back_after_its_time_which_doubles_up_to_an_hour(house: House) -> None:
    bad = house.open()
    break_clocks(bad)
    house.now.forward(LATE)
    waits = []
    for _ in range(10):
        assert sweep.run_once(house.now).set_aside == (bad,)
        assert sweep.run_once(house.now).claimed == 0
        until = row(bad).set_aside_until
        waits.append(until - house.now.at)
        assert sweep.next_due(house.now) == (house.now.at, until)
        house.now.set(until - dt.timedelta(microseconds=1))
        assert sweep.run_once(house.now).claimed == 0
        house.now.set(until)
    assert waits == [min(FIRST_WAIT * 2**doubled, LONGEST_WAIT) for doubled in range(10)]


def test_a_ticket_that_was_mended_fires_once_when_its_time_is_up_and_nothing_is_left_of_the_fault(house: House) -> None:
    bad = house.open()
    spans = break_clocks(bad)
    house.now.forward(LATE)
    swept(house)
    assert house.app.test_client().get("/readyz").status_code == 503
    spoil(bad, tables.Clock, spans=spans)
    house.now.forward(FIRST_WAIT)
    swept(house)
    assert fired() == {bad: 1}
    stored = row(bad)
    assert (stored.attempts, stored.set_aside_until, stored.fault) == (0, None, None)
    house.deliver()
    assert house.app.test_client().get("/readyz").get_json()["set_aside_tickets"] == 0


def test_one_poisoned_ticket_among_many_costs_a_few_statements_more_and_not_a_few_for_each(house: House) -> None:
    numbers = many(house, 64)
    house.now.forward(LATE)
    break_clocks(numbers[20])
    with counted(house.app) as statements:
        (batch,) = swept(house)
    assert batch.set_aside == (numbers[20],)
    assert fired() == dict.fromkeys([*numbers[:20], *numbers[21:]], 1)
    assert len(statements) < 64 * 2, "the halves of 64 come to one after 6 steps"


# --- A database that fails ----------------------------------------------------------------------------------------


def away(house: House) -> OperationalError:
    """What a database says that is full, or has gone."""
    if house.app.config["SQLALCHEMY_DATABASE_URI"].get_backend_name() == "sqlite":
        cause: Exception = sqlite3.OperationalError("database or disk is full")
        cause.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[attr-defined]
    else:
        cause = psycopg.OperationalError("the connection is lost")
    return OperationalError("a statement", {}, cause)


def test_at_whatever_statement_the_database_fails_nothing_is_half_done_and_no_ticket_is_blamed(house: House) -> None:
    numbers = many(house, 3)
    house.now.forward(LATE)
    before = house.stored()
    position = 0
    done = False
    while not done:
        position += 1
        with failing_at(house.app, position, away(house)):
            try:
                done = bool(sweep.run_once(house.now).claimed)
            except DatabaseUnavailable:
                assert house.stored() == before, f"statement {position}"
    assert position > 3, "it claims, reads and writes"
    assert fired() == dict.fromkeys(numbers, 1)
    assert {row(number).attempts for number in numbers} == {0}


# --- What it costs ------------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow_with_the_number_of_tickets(house: House) -> None:
    earlier = house.open()
    numbers: dict[int, int] = {}
    for count in (2, 100):
        opened = many(house, count, fields={"earlier": earlier})
        house.now.forward(LATE)
        with counted(house.app) as statements:
            assert sweep.run_once(house.now, 200).claimed >= count
        numbers[count] = len(statements)
        with writing() as session:
            session.execute(update(tables.Ticket).where(tables.Ticket.number.in_(opened)).values(next_due_at=None))
    assert numbers[2] == numbers[100]


def test_open_tickets_are_counted_by_the_scheduler_once_a_minute_and_told_by_metrics_alone(house: House) -> None:
    client = house.app.test_client()
    duties = Duties(app=house.app, now=house.now)

    def told(name: str) -> str | None:
        lines = client.get("/metrics").get_data(as_text=True).splitlines()
        return next((line.split()[1] for line in lines if line.startswith(f"duban_{name} ")), None)

    house.open()
    assert told("open_tickets") is None
    duties.count()
    assert "open_tickets" not in client.get("/readyz").get_json()
    assert told("open_tickets") == "1"
    house.open()
    house.now.forward(dt.timedelta(seconds=59))
    duties.count()
    assert (told("open_tickets"), told("open_tickets_counted_seconds")) == ("1", "59")
    house.now.forward(dt.timedelta(seconds=1))
    duties.count()
    assert (told("open_tickets"), told("open_tickets_counted_seconds")) == ("2", "0")
    house.now.forward(dt.timedelta(days=-1))  # a count of tomorrow is none
    duties.count()
    assert told("open_tickets_counted_seconds") == "0"
