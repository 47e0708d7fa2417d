from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from sqlalchemy import select, update

from service import delivery, outbox, tables
from service.db import reading, writing
from service.delivery import FIRST_PAUSE, LONGEST_PAUSE, MOST_ATTEMPTS, Parcel, pause_after, run_once
from service.figures import Figures
from service.outbox import INBOX, notices_of, put
from tests.service.statements import counted
from tests.stored import store_people, store_site, store_ticket
from workflow.notices import Item, Told

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def item(sequence: int, person: str = "li") -> Item:
    told = Told(person=person, why="boss")
    return Item(about="move", sequence=sequence, position=0, kind="move", name="begin", at=AT, told=told)


@pytest.fixture
def ticket(database) -> int:
    with writing() as session:
        store_people(session, "li", at=AT)
        store_site(session)
        return store_ticket(session, at=AT, entries=20)


def store_another() -> int:
    with writing() as session:
        return store_ticket(session, "KF-2026-00002", at=AT, entries=20)


def put_notices(ticket: int, count: int, channel: str = INBOX) -> list[str]:
    rows = [row for one in range(1, count + 1) for row in notices_of(f"T-{ticket}", ticket, {"li": (item(one),)}, AT)]
    with writing() as session:
        put(session, [{**row, "channel": channel} for row in rows])
    return [row["id"] for row in rows]


def stored(id_: str) -> tables.Notice:
    with reading() as session:
        return session.execute(select(tables.Notice).where(tables.Notice.id == id_)).scalar_one()


class Deaf:
    """A channel that takes nothing."""

    def __init__(self) -> None:
        self.tried: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> None:
        self.tried.append(parcel)
        raise ConnectionError("nobody listens")


def test_delivering_to_the_inbox_notes_when_it_was(ticket):
    (one,) = put_notices(ticket, 1)

    assert run_once(AT + SECOND) == 1

    notice = stored(one)
    assert (notice.delivered_at, notice.next_attempt_at, notice.attempts) == (AT + SECOND, None, 1)


def test_what_is_for_the_inbox_lies_there_and_costs_one_transaction_however_much_it_is(ticket, database):
    put_notices(ticket, 20)

    with counted(database) as statements:
        assert run_once(AT) == 20

    sent = [one.split()[0] for one in statements if not one.startswith("BEGIN")]
    assert sent == ["SELECT", "SELECT", "UPDATE", "SELECT"], "are there any, which, they are delivered, are there more"


def test_a_run_goes_on_until_nothing_is_due(ticket, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 3)
    put_notices(ticket, 10)

    assert run_once(AT) == 10
    assert run_once(AT) == 0


def test_what_is_due_only_later_waits(ticket):
    put_notices(ticket, 1)

    assert run_once(AT - SECOND) == 0
    assert run_once(AT) == 1


def test_a_channel_is_given_the_notice_as_it_was_put(ticket):
    (one,) = put_notices(ticket, 1, "post")
    taken: list[Parcel] = []

    assert run_once(AT, {"post": taken.append}) == 1
    assert taken == [Parcel(id=one, ticket_id=ticket, person="li", items=(item(1),), attempt=1)]


def test_a_failing_notice_waits_longer_and_longer_and_comes_with_the_same_id(ticket):
    (one,) = put_notices(ticket, 1, "post")
    deaf, at = Deaf(), AT

    for pause in (FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE):
        assert run_once(at, {"post": deaf}) == 0
        assert run_once(at + pause - SECOND, {"post": deaf}) == 0
        at += pause
        assert stored(one).next_attempt_at == at

    assert [(parcel.id, parcel.attempt) for parcel in deaf.tried] == [(one, 1), (one, 2), (one, 3)]


def test_what_becomes_of_notices_is_counted(ticket):
    put_notices(ticket, 3)
    (lost,) = put_notices(store_another(), 1, "post")
    figures, deaf = Figures(), Deaf()
    channels = {**delivery.CHANNELS, "post": deaf}
    with writing() as session:
        session.execute(update(tables.Notice).where(tables.Notice.id == lost).values(attempts=MOST_ATTEMPTS - 2))

    def counted() -> list[int]:
        told = dict(line.split(" ") for line in figures.exposition().splitlines() if line.startswith("duban_notices"))
        return [int(told[f"duban_notices_{what}_total"]) for what in ("delivered", "not_taken", "failed")]

    run_once(AT, channels, figures=figures)
    assert counted() == [3, 1, 0]
    run_once(AT + LONGEST_PAUSE, channels, figures=figures)
    assert counted() == [3, 2, 1]
    run_once(AT + 2 * LONGEST_PAUSE, channels, figures=figures)
    assert counted() == [3, 2, 1]


def test_what_another_process_has_delivered_meanwhile_is_counted_there(ticket):
    put_notices(ticket, 1, "post")
    ours, theirs = Figures(), Figures()

    def overtaken(parcel: Parcel) -> None:
        run_once(AT + LONGEST_PAUSE, {"post": lambda _: None}, figures=theirs)

    run_once(AT, {"post": overtaken}, figures=ours)

    assert "duban_notices_delivered_total 1" in theirs.exposition()
    assert "duban_notices_delivered_total 0" in ours.exposition()


def test_a_pause_never_gets_longer_than_the_longest():
    pauses = [pause_after(attempt) for attempt in range(1, MOST_ATTEMPTS + 1)]

    assert pauses[0] == FIRST_PAUSE
    assert pauses == sorted(pauses)
    assert pauses[-1] == pause_after(10_000) == LONGEST_PAUSE


def test_a_failing_channel_holds_nobody_up(ticket):
    put_notices(ticket, 3, "post")
    with writing() as session:
        session.execute(update(tables.Notice).where(tables.Notice.sequence == 3).values(channel=INBOX))
    deaf = Deaf()

    assert run_once(AT, {**delivery.CHANNELS, "post": deaf}) == 1
    assert len(deaf.tried) == 2


def test_a_notice_that_cannot_be_read_or_whose_channel_is_gone_holds_nobody_up(ticket):
    put_notices(ticket, 3)
    with writing() as session:
        session.execute(update(tables.Notice).where(tables.Notice.sequence == 1).values(items=[{"about": "?"}]))
        session.execute(update(tables.Notice).where(tables.Notice.sequence == 2).values(channel="pigeon"))

    assert run_once(AT) == 1


def test_after_the_last_attempt_a_notice_has_failed_and_is_counted(ticket):
    (one,) = put_notices(ticket, 1, "post")
    deaf, at = Deaf(), AT
    while (due := stored(one).next_attempt_at) is not None:
        at = due
        run_once(at, {"post": deaf})

    notice = stored(one)
    assert (notice.attempts, notice.failed_at, notice.delivered_at) == (MOST_ATTEMPTS, at, None)
    assert dt.timedelta(hours=20) < at - AT < dt.timedelta(hours=36)
    with reading() as session:
        assert (outbox.failed(session), outbox.waiting(session)) == (1, (0, None))
    assert run_once(at + dt.timedelta(days=9), {"post": deaf}) == 0


def test_a_process_that_dies_with_a_notice_in_hand_leaves_it_to_the_next_one(ticket):
    (one,) = put_notices(ticket, 1)

    def die(parcel: Parcel) -> None:
        raise KeyboardInterrupt  # not a fault of the channel: nobody catches it

    with pytest.raises(KeyboardInterrupt):
        run_once(AT, {INBOX: die})

    assert run_once(AT + FIRST_PAUSE - SECOND) == 0
    assert run_once(AT + FIRST_PAUSE) == 1
    assert stored(one).attempts == 2


def test_no_transaction_is_open_while_a_channel_works(ticket):
    put_notices(ticket, 1, "post")

    def writes(parcel: Parcel) -> None:
        with writing() as session:
            session.execute(update(tables.Notice).values(read_at=AT))

    assert run_once(AT, {"post": writes}) == 1


def test_a_notice_delivered_by_somebody_else_meanwhile_has_not_failed(ticket):
    (one,) = put_notices(ticket, 1, "post")
    with writing() as session:
        session.execute(update(tables.Notice).values(attempts=MOST_ATTEMPTS - 1))

    def overtaken(parcel: Parcel) -> None:
        with writing() as session:
            session.execute(update(tables.Notice).values(delivered_at=AT, next_attempt_at=None))
        raise TimeoutError

    run_once(AT, {"post": overtaken})

    assert (stored(one).delivered_at, stored(one).failed_at) == (AT, None)


def test_workers_at_the_same_time_deliver_each_notice_once(ticket, database, monkeypatch):
    monkeypatch.setattr(delivery, "BATCH", 2)
    ids = put_notices(ticket, 20, "post")
    taken: list[str] = []
    counts: list[int] = []
    start = threading.Barrier(4)

    def work() -> None:
        with database.app_context():
            start.wait()
            counts.append(run_once(AT, {"post": lambda parcel: taken.append(parcel.id)}))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert Counter(taken) == Counter(ids)
    assert sum(counts) == 20
