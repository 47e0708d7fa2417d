"""A token that is known to a process is good only for as long as the database says so, whatever it is sent with."""

from __future__ import annotations

import datetime as dt

import pytest

from service import accounts, revisions, tokens
from service.db import writing
from tests.service.api_house import refusal
from tests.service.statements import counted


def all_that_may_be_sent(house, number):
    """Requests of tickets, good and bad, by what is wrong with them."""
    move = {"transition": "note", "version": 1, "fields": {"pieces": 2}}
    path = f"/tickets/{number}/transitions"
    return {
        "seen": ("GET", f"/tickets/{number}", None, {}),
        "what may be done": ("GET", path, None, {}),
        "opened": ("POST", "/tickets", house.opening(), {}),
        "moved": ("POST", path, move, {}),
        "tried": ("POST", path, {**move, "dry_run": True}, {}),
        "sent again": ("POST", path, move, {"headers": {"Idempotency-Key": "before"}}),
        "at another version": ("POST", path, {**move, "version": 9}, {}),
        "refused": ("POST", path, {**move, "transition": "ask"}, {}),
        "no ticket": ("POST", "/tickets/P-2026-99999/transitions", move, {}),
        "no workflow": ("POST", "/tickets", house.opening(workflow="none"), {}),
        "no JSON": ("POST", path, b"{", {}),
        "not JSON": ("POST", path, b"x", {"content_type": "text/plain"}),
        "too long": ("POST", path, b" " * 2_000_000, {}),
        "not by the schema": ("POST", path, {"transition": 1}, {}),
        "faulty key": ("POST", path, move, {"headers": {"Idempotency-Key": "two words"}}),
        "faulty address": ("GET", f"/tickets/{number}?q=%00", None, {}),
        "faulty parameter": ("POST", f"{path}?x=%00", move, {}),
    }


def withdrawn(house, session, person):
    tokens.withdraw_tokens(session, house.now.at, label=person)


def expired(house, session, person):
    house.now.forward(dt.timedelta(days=2))


def gone(house, session, person):
    accounts.leave(session, person, house.now.at)


@pytest.fixture(params=["withdrawn", "expired", "gone"])
def passing(house, request):
    """Somebody whose token is good for a day and who works here until the test ends, with what ends it."""
    person, tomorrow = f"passing_{request.param}", house.now.at + dt.timedelta(days=1)
    with house.app.app_context(), writing() as session:
        accounts.create_person(session, person, name="Passing", at=house.now.at)
        roles = revisions.current(session).catalogue.roles
        accounts.give_role(session, person, "desk", roles=roles, since=house.now.at, site="pier")
        house.secrets[person] = tokens.issue_token(session, person, person, house.now.at, expires_at=tomorrow)
    yield person, {"withdrawn": withdrawn, "expired": expired, "gone": gone}[request.param]
    with house.app.app_context(), writing() as session:
        accounts.leave(session, person, house.now.at)


def test_a_token_that_was_good_a_moment_ago_opens_nothing_whatever_is_sent(house, passing):
    person, ends = passing
    number = house.open(person)
    _, path, move, _ = all_that_may_be_sent(house, number)["moved"]
    sent = house.ask("POST", path, move, person=person, headers={"Idempotency-Key": "before"})
    assert sent.status_code == 200, sent.get_data(as_text=True)
    known = dict(house.app.extensions["duban_tokens"])
    with house.app.app_context(), writing() as session:
        ends(house, session, person)

    with house.untouched():
        for what, (method, path, body, more) in all_that_may_be_sent(house, number).items():
            for believed in (known, {}):
                house.app.extensions["duban_tokens"] = dict(believed)
                answer = house.ask(method, path, body, person=person, **more)
                assert refusal(answer, 401)["type"] == "/problems/not_signed_in", what
                assert number not in answer.get_data(as_text=True), what


def test_whose_token_it_is_is_asked_once_until_somebody_is_signed_out(house):
    number = house.open()

    def asked():
        with counted(house.app) as sent:
            house.get(f"/tickets/{number}")
        return any("token" in statement for statement in sent)

    asked()
    assert not asked()
    with house.app.app_context(), writing() as session:
        tokens.withdraw_tokens(session, house.now.at, label="lost")
    assert asked()
    assert not asked()
