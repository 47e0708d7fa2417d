from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from sqlalchemy import event, select, update

from service import tables
from service.account_faults import HasLeft, NameFaulty, NotKnown, TimesFaulty
from service.db import db, reading, writing
from service.now import FixedNow
from service.tokens import PREFIX, issue_token, list_tokens, sign_in, withdraw_tokens
from tests.stored import store_people

AT = dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def people(database):
    with writing() as session:
        store_people(session, "li", "wu", at=AT)


def issue(person: str = "li", label: str = "phone", expires_at: dt.datetime | None = None) -> str:
    with writing() as session:
        return issue_token(session, person, label, AT, expires_at)


def whose(secret: str, at: dt.datetime = AT) -> str | None:
    with reading() as session:
        found = sign_in(session, secret, FixedNow(at))
    return found and found.person


def withdraw(**which: str) -> int:
    with writing() as session:
        return withdraw_tokens(session, AT, **which)


def test_a_token_signs_its_person_in():
    li, wu = issue("li"), issue("wu")

    assert whose(li) == "li"
    assert whose(wu) == "wu"


def test_a_token_is_recognised_by_its_beginning_and_has_256_random_bits():
    secrets = {issue() for _ in range(5)}

    assert len(secrets) == 5
    assert all(secret.startswith(PREFIX) and len(secret.removeprefix(PREFIX)) == 43 for secret in secrets)


def test_only_the_digest_is_stored():
    secret = issue()

    with reading() as session:
        stored = session.execute(select(tables.Token)).scalar_one()
    values = [str(getattr(stored, column.key)) for column in tables.Token.__table__.columns]
    assert stored.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert not any(secret in value or secret.removeprefix(PREFIX) in value for value in values)


def test_a_token_is_good_until_before_it_expires():
    secret = issue(expires_at=AT + HOUR)

    assert whose(secret, AT + HOUR - dt.timedelta(microseconds=1)) == "li"
    assert whose(secret, AT + HOUR) is None


def test_a_withdrawn_token_is_nobody_s():
    phone, desk, other = issue("li", "phone"), issue("li", "desk"), issue("wu", "phone")

    assert withdraw(person="li", label="phone") == 1

    assert [whose(one) for one in (phone, desk, other)] == [None, "li", "wu"]


def test_tokens_are_withdrawn_by_person_or_by_label():
    issue("li", "phone"), issue("li", "desk"), issue("wu", "phone"), issue("wu", "demonstration")

    assert withdraw(label="demonstration") == 1
    assert withdraw(person="li") == 2
    assert withdraw(person="li") == 0


def test_tokens_are_listed_with_what_became_of_them():
    issue("wu", "phone")
    issue("li", "desk", AT + HOUR)
    issue("li", "phone")
    withdraw(person="li", label="phone")

    with reading() as session:
        now, later = list_tokens(session, AT), list_tokens(session, AT + HOUR)
    assert [(one.person, one.label, one.good) for one in now] == [
        ("li", "desk", True),
        ("li", "phone", False),
        ("wu", "phone", True),
    ]
    assert [one.good for one in later] == [False, False, True]


def test_withdrawing_without_saying_which_is_refused():
    secret = issue()

    with pytest.raises(ValueError, match="whose tokens"):
        withdraw()
    assert whose(secret) == "li"


def test_the_token_of_who_has_left_is_nobody_s():
    secret = issue()
    with writing() as session:
        session.execute(update(tables.Person).values(active=False))

    assert whose(secret) is None


@pytest.mark.parametrize(
    "given", ["", "duban_", "duban_wrong", "Bearer x", "duban_\0", "duban_\ud800", "duban_键", "d" * 10**6]
)
def test_anything_else_is_nobody_s(given):
    issue()

    assert whose(given) is None


def test_a_digest_does_not_sign_in():
    secret = issue()

    assert whose(hashlib.sha256(secret.encode()).hexdigest()) is None
    assert whose(PREFIX + hashlib.sha256(secret.encode()).hexdigest()) is None


def test_signing_in_is_one_statement():
    secret, seen = issue(), []
    event.listen(db.engine, "before_cursor_execute", lambda *given: seen.append(given[2]))

    assert whose(secret) == "li"
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 1


def test_a_token_needs_a_person_who_is_here():
    with pytest.raises(NotKnown, match="There is no person lii; did you mean li"):
        issue("lii")
    with pytest.raises(NotKnown, match="no person clock"):
        issue("clock")
    with writing() as session:
        session.execute(update(tables.Person).values(active=False))
    with pytest.raises(HasLeft, match="li has left"):
        issue("li")


def test_a_token_needs_a_label_and_an_end_that_lies_ahead():
    with pytest.raises(NameFaulty):
        issue(label="  ")
    with pytest.raises(TimesFaulty):
        issue(expires_at=AT)
