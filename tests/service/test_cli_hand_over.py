"""`duban person hand-over`, and who still holds something, as the command line tells it."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy.engine import URL

from service import accounts, publishing, revisions, sites
from service.db import connect, disconnect, writing
from service.moves import Request, move_ticket
from service.now import SystemNow
from service.opening import open_ticket
from tests import command_line
from tests.command_line import Duban, done
from tests.service.house import ERRAND, house

GIVE = """\
  give: {zh: 转交, from: anywhere, to: same, by: [assignee, accountable], fill: holder, assign: holder}
"""
GIVEN = ERRAND.replace("transitions:\n", "transitions:\n" + GIVE).replace(
    "fields:\n", "fields:\n  holder: {zh: 新经办人, en: New assignee, type: person}\n"
)


@pytest.fixture
def duban(database_url: URL) -> Duban:
    """Calls a command in a house with chen and li at the desk of the pier; chen holds two tickets, wang nothing."""
    app = Flask("inside")
    connect(app, database_url)
    now = SystemNow()
    with app.app_context():
        with writing() as session:
            at = now.instant(session)
            publishing.publish(session, house(errand=GIVEN), at)
            catalogue = revisions.current(session).catalogue
            sites.create_site(session, "pier", name="码头商场", number_prefix="MT", calendars=catalogue.calendars)
            for person, *roles in (("chen", "desk"), ("li", "desk", "duty_manager"), ("wang",)):
                accounts.create_person(session, person, name=person, at=at)
                for role in roles:
                    accounts.give_role(session, person, role, roles=catalogue.roles, since=at, site="pier")
        for _ in range(2):
            opening = Request(person="chen", transition="ask", fields={"matter": "取件", "title": "取一个包裹"})
            with writing() as session:
                opened = open_ticket(session, now, workflow="errand", site="pier", request=opening)
            giving = Request(person="chen", transition="give", fields={"holder": "chen"})
            with writing() as session:
                move_ticket(session, now, opened.ticket.number, giving)
    disconnect(app)
    return command_line.on(database_url)


def lines(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_what_somebody_holds_is_handed_over_and_said_ticket_by_ticket(duban: Duban) -> None:
    told = lines(done(duban("person", "hand-over", "chen", "--to", "li", "--by", "chen")))
    assert [line[-2:] for line in told[1:3]] == [["handed", "over"]] * 2
    assert told[3] == ["2", "of", "2", "went", "from", "chen", "to", "li."]
    assert "holds no open ticket" in done(duban("person", "hand-over", "chen", "--to", "li", "--by", "chen"))


def test_a_dry_run_changes_nothing(duban: Duban) -> None:
    hand_over = ("person", "hand-over", "chen", "--to", "li", "--by", "chen", "--dry-run")
    assert done(duban(*hand_over)) == done(duban(*hand_over))
    assert "2 张中有 2 张可由 chen 移交给 li" in done(duban(*hand_over, "--lang", "zh"))


def test_whoever_leaves_is_said_to_hold_tickets_until_they_are_handed_over(duban: Duban) -> None:
    assert "chen holds 2 open tickets: `duban person hand-over chen --by WHO`" in done(duban("person", "leave", "chen"))
    people = json.loads(done(duban("people", "--format", "json")))
    assert {one["person"]: one["tickets"] for one in people} == {"chen": 2, "li": 0, "wang": 0}
    found = json.loads(done(duban("person", "hand-over", "chen", "--to", "li", "--by", "li", "--format", "json")))
    assert [one["handed_over"] for one in found] == [True, True]
    people = json.loads(done(duban("people", "--format", "json")))
    assert {one["person"]: one["tickets"] for one in people} == {"chen": 0, "li": 2, "wang": 0}


def test_the_deputy_takes_over_from_who_is_away(duban: Duban) -> None:
    away = done(duban("person", "away", "chen", "--deputy", "li", "--lang", "zh"))
    assert "chen 经办 2 张未结束的工单" in away
    assert "went from chen to li" in done(duban("person", "hand-over", "chen", "--by", "li"))


def test_who_may_not_hand_over_is_told_why_and_the_command_fails(duban: Duban) -> None:
    done(duban("role", "give", "wang", "duty_manager", "--site", "pier"))
    result = duban("person", "hand-over", "chen", "--to", "li", "--by", "wang")
    assert result.exit_code == 1
    assert "0 of 2 went from chen to li." in result.stdout
    stranger = duban("person", "hand-over", "chen", "--to", "wang", "--by", "li", "--ticket", "MT-2026-99999")
    assert stranger.exit_code == 1
    assert "no such ticket that you may see" in stranger.stdout


def test_what_whoever_hands_over_may_not_see_is_counted(duban: Duban) -> None:
    result = duban("person", "hand-over", "chen", "--to", "li", "--by", "wang")
    assert result.exit_code == 1
    assert "chen holds no open ticket that wang may see." in result.stdout
    assert "chen holds 2 more, which wang may not see." in result.stderr


def test_nobody_takes_over_where_nobody_is_named_and_there_is_no_deputy(duban: Duban) -> None:
    result = duban("person", "hand-over", "chen", "--by", "chen")
    assert result.exit_code != 0
    assert "chen has no deputy: say who takes over." in result.stderr
