from __future__ import annotations

import datetime as dt
import threading

import pytest
from sqlalchemy import func, select, update

from service import tables
from service.db import reading, writing
from service.idempotency import (
    AnsweredMeanwhile,
    KeyFaulty,
    KeyReused,
    Remembered,
    digest_of,
    forget,
    remember,
    remembered,
)
from tests.stored import store_people

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
ROUTE = "POST /api/v1/tickets"
DIGEST = digest_of(b'{"workflow": "repair"}')
ANSWER = Remembered(201, {"number": "KF-2026-00001", "地点": ["B2"]})


@pytest.fixture(autouse=True)
def people(database):
    with writing() as session:
        store_people(session, "li", "wu", at=AT)


def keep(person: str = "li", route: str = ROUTE, key: str = "k1", at: dt.datetime = AT) -> None:
    with writing() as session:
        remember(session, person, route, key, DIGEST, ANSWER, at)


def ask(person: str = "li", route: str = ROUTE, key: str = "k1", digest: str = DIGEST) -> Remembered | None:
    with reading() as session:
        return remembered(session, person, route, key, digest)


def test_the_same_request_gets_the_same_answer():
    assert ask() is None

    keep()

    assert ask() == ANSWER


def test_a_key_is_that_of_one_person_and_one_route():
    keep()

    assert ask("wu") is None
    assert ask(route="POST /api/v1/tickets/1/transitions") is None
    keep("wu")
    assert ask("wu") == ANSWER


def test_a_key_that_comes_with_another_request_is_refused():
    keep()

    with pytest.raises(KeyReused, match="another request") as refused:
        ask(digest=digest_of(b"{}"))
    assert refused.value.key == "k1"


@pytest.mark.parametrize("key", ["", "k" * 256, "a b", "键", "a\0", "\ud800", "a\n"])
def test_what_cannot_be_a_key_is_refused(key):
    with pytest.raises(KeyFaulty, match="1 to 255"):
        ask(key=key)
    with pytest.raises(KeyFaulty):
        keep(key=key)


def test_the_longest_key_is_kept():
    keep(key="k" * 255)

    assert ask(key="k" * 255) == ANSWER


def test_of_two_at_the_same_time_one_is_let_through_and_the_other_rolled_back(database, database_url):
    start = threading.Barrier(2)
    side_by_side = database_url.get_backend_name() == "postgresql"  # on SQLite one waits until the other is through
    outcomes: list[str] = []

    def carry_out(person: str) -> None:
        with database.app_context():
            try:
                with writing() as session:
                    if remembered(session, "li", ROUTE, "k1", DIGEST) is not None:
                        outcomes.append("answered")
                        return
                    if side_by_side:
                        start.wait(timeout=20)
                    its_effect = update(tables.Person).where(tables.Person.id == person)
                    session.execute(its_effect.values(name=f"{person}!"))
                    remember(session, "li", ROUTE, "k1", DIGEST, ANSWER, AT)
                outcomes.append("done")
            except AnsweredMeanwhile:
                outcomes.append("answered")

    threads = [threading.Thread(target=carry_out, args=(person,)) for person in ("li", "wu")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["answered", "done"]
    with reading() as session:
        changed = session.execute(select(func.count()).where(tables.Person.name.like("%!"))).scalar_one()
    assert changed == 1
    assert ask() == ANSWER


def test_answers_are_forgotten_after_their_time_and_not_before():
    keep(key="old", at=AT)
    keep(key="new", at=AT + dt.timedelta(hours=1))

    with writing() as session:
        assert forget(session, AT + dt.timedelta(minutes=30)) == 1

    assert ask(key="old") is None
    assert ask(key="new") == ANSWER
