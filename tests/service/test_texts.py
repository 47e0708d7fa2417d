"""Searching by number, title and place gives what a comparison of each ticket gives, whichever way it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, text, update

from service import migrations, tables, texts
from service.db import reading, table_of, writing
from tests.stored import store_site, store_ticket

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
TITLES = (
    "二楼漏水",
    "漏",
    "水漏了",
    "Leaking pipe",
    "50% off",
    "a_b",
    "back\\slash",
    "Li's",
    "really!",
    "a & b | c:*",
    "",
)


@pytest.fixture
def stored(database) -> None:
    """A ticket for each title, the oldest first; all of them at B2-17."""
    with writing() as session:
        store_site(session)
        store_ticket(session, at=AT)
        ticket = table_of(tables.Ticket)
        row = dict(session.execute(select(ticket)).mappings().one())
        del row["id"]
        session.execute(update(ticket).values(title=TITLES[0], place="B2-17"))
        more = [
            {**row, "number": f"KF-2026-{number:05}", "title": title, "place": "B2-17"}
            for number, title in enumerate(TITLES[1:], start=2)
        ]
        session.execute(insert(ticket), more)


def titles(wanted: str, **conditions: str) -> Sequence[str]:
    ticket = table_of(tables.Ticket)
    with reading() as session:
        chosen = select(ticket.c.title).where(*(ticket.c[name] == value for name, value in conditions.items()))
        found = [session.execute(one).scalars().all() for one in texts.among(session, chosen, wanted, enough=1)]
    for one in found:
        assert one == found[-1][: len(one)]  # whoever has enough of it has the newest
    return found[-1]


@pytest.fixture(params=["rare", "some", "frequent"])
def whichever_way(request, monkeypatch) -> None:
    monkeypatch.setattr(texts, "FREQUENT", 0 if request.param == "frequent" else 10_000)
    monkeypatch.setattr(texts, "SOME", 10_000 if request.param == "rare" else 0)
    monkeypatch.setattr(texts, "NEWEST", 3)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("漏水", ["二楼漏水"]), ("漏", ["水漏了", "漏", "二楼漏水"]), ("水漏", ["水漏了"]), ("楼漏水", ["二楼漏水"]),
        ("二楼漏水", ["二楼漏水"]), ("漏了水", []), ("LEAKING P", ["Leaking pipe"]), ("leaking pipes", []),
        ("%", ["50% off"]), ("_", ["a_b"]), ("\\", ["back\\slash"]), ("k\\s", ["back\\slash"]), ("'", ["Li's"]),
        ("i's", ["Li's"]), ("!", ["really!"]), (":*", ["a & b | c:*"]), (" & b", ["a & b | c:*"]), ("a | b", []),
        ("00003", ["水漏了"]), ("-000", list(reversed(TITLES))), ("b2-17", list(reversed(TITLES))), ("b2-18", []),
        ("e" * 500, []),
    ],
)  # fmt: skip
def test_a_text_is_found_wherever_it_stands(stored, whichever_way, wanted, found):
    assert titles(wanted) == found


@pytest.mark.usefixtures("stored")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.text(alphabet="漏水二楼 aLkib\\'%_&|:*!-2", min_size=1, max_size=5))
def test_what_the_index_finds_is_what_a_comparison_finds(wanted):
    small = wanted.lower()
    expected = [
        title
        for number, title in reversed(list(enumerate(TITLES, start=1)))
        if small in f"kf-2026-{number:05}\n{title.lower()}\nb2-17"
    ]

    assert titles(wanted) == expected


def test_other_conditions_hold_as_well(stored, whichever_way):
    assert titles("漏", number="KF-2026-00001") == ["二楼漏水"]
    assert titles("漏", state="closed") == []


def test_a_title_that_changes_is_found_by_what_it_says_now(stored, whichever_way):
    with writing() as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.title == "漏").values(title="Quiet now"))

    assert titles("quiet") == ["Quiet now"]
    assert titles("漏") == ["水漏了", "二楼漏水"]


def test_a_move_that_changes_no_word_writes_nothing_for_the_search(stored):
    with writing() as session:
        session.execute(text("UPDATE ticket_text SET text = 'left alone'"))
        session.execute(text("UPDATE ticket SET state = 'closed', title = title, place = place, number = number"))

    assert len(titles("left alone")) == len(TITLES)


def test_tickets_of_before_are_found_after_an_upgrade(stored, whichever_way):
    migrations.downgrade("0008")
    with writing() as session:
        session.execute(text("UPDATE ticket SET title = 'Of before' WHERE number = 'KF-2026-00002'"))

    migrations.upgrade()

    assert titles("of be") == ["Of before"]
    assert titles("水漏") == ["水漏了"]
