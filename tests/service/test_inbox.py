from __future__ import annotations

import datetime as dt

import pytest

from service import inbox as inbox_module
from service.db import reading, writing
from service.delivery import run_once
from service.inbox import Before, has, mark_read, notices_for, unread
from service.outbox import notices_of, put
from tests.stored import store_people, store_site, store_ticket
from workflow.notices import Item, Told

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)


def item(sequence: int, person: str) -> Item:
    told = Told(person=person, why="boss")
    return Item(about="move", sequence=sequence, position=0, kind="move", name="begin", at=AT, told=told)


@pytest.fixture
def ids(database) -> list[str]:
    """Five delivered notices of Li, oldest first: two at one instant, then one a minute. Wu has one."""
    with writing() as session:
        store_people(session, "li", "wu", at=AT)
        store_site(session)
        ticket = store_ticket(session, at=AT, entries=6)
        rows = []
        for sequence in range(1, 6):
            at = AT + max(sequence - 2, 0) * MINUTE
            rows += notices_of("KF-2026-00001", ticket, {"li": (item(sequence, "li"),)}, at)
        put(session, rows + notices_of("KF-2026-00001", ticket, {"wu": (item(6, "wu"),)}, AT))
    run_once(AT + 5 * MINUTE)
    return [row["id"] for row in sorted(rows, key=lambda row: (row["created_at"], row["id"]))]


def inbox(person: str = "li", **asked: object) -> list[str]:
    with reading() as session:
        return [one.id for one in notices_for(session, person, **asked)]


def read(person: str, *ids: str, at: dt.datetime = AT) -> int:
    with writing() as session:
        return mark_read(session, person, ids, at)


def test_everybody_sees_his_own_notices_newest_first(ids):
    assert inbox() == ids[::-1]
    assert len(inbox("wu")) == 1
    assert inbox("zhao") == []


def test_a_notice_says_which_ticket_it_is_about(ids):
    with reading() as session:
        newest = notices_for(session, "li")[0]

    assert (newest.number, newest.title, newest.place, newest.site) == ("KF-2026-00001", "Leak", "B2", "mall")
    assert (newest.workflow, newest.revision) == ("repair", "revision of KF-2026-00001")
    assert newest.items == (item(5, "li"),)


def test_what_is_not_yet_delivered_is_not_yet_seen(ids):
    with writing() as session:
        ticket = store_ticket(session, "KF-2026-00002", at=AT)
        put(session, notices_of("KF-2026-00002", ticket, {"li": (item(1, "li"),)}, AT + 9 * MINUTE))

    assert len(inbox()) == 5

    run_once(AT + 9 * MINUTE)

    assert len(inbox()) == 6


def test_pages_follow_each_other_without_gap_or_repeat(ids):
    pages: list[list[str]] = []
    before: Before | None = None
    while True:
        with reading() as session:
            page = notices_for(session, "li", before=before, limit=2)
        if not page:
            break
        pages.append([one.id for one in page])
        before = page[-1].before

    assert [one for page in pages for one in page] == ids[::-1]
    assert [len(page) for page in pages] == [2, 2, 1]


def test_what_has_been_read_is_left_out_on_demand(ids):
    assert read("li", ids[0], ids[2]) == 2

    assert inbox(unread_only=True) == [ids[4], ids[3], ids[1]]
    assert len(inbox()) == 5
    with reading() as session:
        assert unread(session, "li") == 3


def test_what_has_not_been_read_is_counted_up_to_a_number_that_says_many(ids, monkeypatch):
    monkeypatch.setattr(inbox_module, "MOST_UNREAD", 4)
    with reading() as session:
        assert unread(session, "li") == 4

    read("li", ids[0], ids[1])

    with reading() as session:
        assert unread(session, "li") == 3


def test_reading_again_keeps_the_first_instant(ids):
    read("li", ids[4], at=AT)

    assert read("li", ids[4], at=AT + MINUTE) == 0
    with reading() as session:
        assert notices_for(session, "li", limit=1)[0].read_at == AT


def test_nobody_reads_for_somebody_else(ids):
    assert read("wu", *ids) == 0
    assert read("li") == 0
    with reading() as session:
        assert unread(session, "li") == 5


def test_a_notice_is_in_the_inbox_of_its_person_only(ids):
    with reading() as session:
        assert has(session, "li", ids[0])
        assert not has(session, "wu", ids[0])
        assert not has(session, "li", "no such notice")
