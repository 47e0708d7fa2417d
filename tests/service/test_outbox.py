from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from service import outbox, tables
from service.db import reading, writing
from service.outbox import evidence_of, notice_id, notices_of, put, set_aside_notices
from tests.builders import Story, late, lifecycle, soon
from tests.builders import deadline as deadline_
from tests.stored import store_people, store_site, store_ticket
from workflow.notices import Item, Told, items_of
from workflow.ticket import Addressee, Held

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)


def item(sequence: int = 1, position: int = 0, person: str = "li") -> Item:
    told = Told(person=person, why="boss", held=Held("manager"), vacant=Held("boss"))
    return Item(about="move", sequence=sequence, position=position, kind="move", name="begin", at=AT, told=told)


def test_one_settling_is_one_notice_per_person_with_its_items_in_order():
    answer = deadline_("answer", soon("10 minutes"), late(), since="begin", until="finish", within="30 minutes")
    story = Story(lifecycle(answer)).do("begin", "2026-03-02 10:00").wait("2026-03-02 11:00")

    def holders(addressee: Addressee) -> list[Told]:
        return [Told(person=person, why=addressee.why) for person in ("li", "wu")]

    rows = notices_of("T-1", 7, items_of(story.decisions[1:], holders), AT)

    assert [(row["person_id"], row["ticket_id"], row["sequence"], row["created_at"]) for row in rows] == [
        ("li", 7, 2, AT),
        ("wu", 7, 2, AT),
    ]
    assert [[one["level"] for one in row["items"]] for row in rows] == [["soon 1", "late 1"]] * 2
    assert rows[0]["items"][0]["moot_by"]["name"] == "late 1"


def test_the_id_of_a_notice_follows_from_what_it_is():
    rows = [notices_of("T-1", ticket, {"li": (item(), item(2))}, AT) for ticket in (1, 2)]

    assert rows[0][0]["id"] == rows[1][0]["id"] == notice_id("T-1", item()) == "bcd044e0-2c6d-57ff-adeb-081cc7f9ca78"


def test_another_ticket_entry_position_or_person_is_another_notice():
    others = [item(2), item(position=1), item(person="wu")]
    ids = {notice_id("T-1", item()), notice_id("T-2", item()), *(notice_id("T-1", one) for one in others)}

    assert len(ids) == 5


def test_the_history_keeps_who_was_told_of_each_entry_and_why():
    li = {
        "person": "li",
        "about": "move",
        "position": 0,
        "why": "boss",
        "held": ["manager", None],
        "vacant": ["boss", None],
    }
    wu = {**li, "person": "wu", "position": 1}

    assert evidence_of({"li": (item(1), item(2)), "wu": (item(2, 1, "wu"),)}) == {1: [li], 2: [li, wu]}


@pytest.fixture
def ticket(database) -> int:
    with writing() as session:
        store_people(session, "li", "wu", at=AT)
        store_site(session)
        return store_ticket(session, at=AT, entries=3)


def test_notices_are_stored_as_they_were_made_and_wait(ticket):
    rows = notices_of("KF-2026-00001", ticket, {"li": (item(),), "wu": (item(3, person="wu"),)}, AT)
    with writing() as session:
        put(session, rows)
        put(session, [])

    with reading() as session:
        stored = session.execute(select(tables.Notice).order_by(tables.Notice.sequence)).scalars().all()
        assert outbox.waiting(session) == (2, AT)
        assert outbox.failed(session) == 0

    assert [Item.from_json(one.items[0], one.person_id) for one in stored] == [item(), item(3, person="wu")]
    assert all(one.next_attempt_at == AT and one.attempts == 0 and one.delivered_at is None for one in stored)


def test_a_notice_is_never_put_twice(ticket):
    rows = notices_of("KF-2026-00001", ticket, {"li": (item(),)}, AT)
    with writing() as session:
        put(session, rows)

    with pytest.raises(IntegrityError), writing() as session:
        put(session, rows)


def test_a_notice_of_an_entry_that_is_not_there_is_refused(ticket):
    with pytest.raises(IntegrityError), writing() as session:
        put(session, notices_of("KF-2026-00001", ticket, {"li": (item(9),)}, AT))


def test_nothing_waits_in_an_empty_outbox(database):
    with reading() as session:
        assert outbox.waiting(session) == (0, None)


def test_that_a_ticket_was_set_aside_is_a_notice_beside_those_of_its_last_entry(ticket):
    duty = Told(person="wu", why="duty_manager", held=Held("duty_manager"))
    rows = set_aside_notices("KF-2026-00001", ticket, 1, [duty], AT)
    with writing() as session:
        put(session, notices_of("KF-2026-00001", ticket, {"wu": (item(1, person="wu"),)}, AT))
        put(session, rows)

    (stored,) = rows[0]["items"]
    assert Item.from_json(stored, "wu").told == duty
    assert stored["about"] == "fault"
