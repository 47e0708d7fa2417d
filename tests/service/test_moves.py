"""The one writer: a move is stored whole or not at all, whoever else writes and whatever fails."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from service import loading, moves, revisions, storing, sweep, tables
from service.db import db, reading, writing
from service.moves import MoveRefused, Request, VersionStale
from service.readiness import look
from service.staff import load_directory
from service.storing import ChangedMeanwhile, Outcome
from tests.service.api_house import MONDAY, House, refusal
from tests.service.statements import counted, failing_at

MINUTE = dt.timedelta(minutes=1)
LATE = 30 * MINUTE
"""After so long an errand that was not finished is late."""


@pytest.fixture(autouse=True)
def application(house: House) -> Iterator[None]:
    with house.app.app_context():
        yield


def move(house: House, number: str, transition: str, person: str = "ada", **more: Any) -> Outcome:
    with writing() as session:
        return moves.move_ticket(session, house.now, number, Request(person=person, transition=transition, **more))


def history(house: House, number: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.get(f"/tickets/{number}/history")["entries"]
    return found


def kinds(house: House, number: str) -> list[tuple[str, str]]:
    return [(one["kind"], one["name"]) for one in history(house, number)]


# --- Two who write ------------------------------------------------------------------------------------------------


def test_who_saw_an_older_page_is_told_who_has_changed_what(house: House) -> None:
    number = house.open()
    move(house, number, "note", "ben", fields={"urgent": True})
    with pytest.raises(VersionStale) as stale, house.untouched():
        move(house, number, "go", version=1)
    assert (stale.value.expected, stale.value.version) == (1, 2)
    assert [(one.name, one.actor, dict(one.filled)) for one in stale.value.since] == [("note", "ben", {"urgent": True})]


def test_a_level_that_only_tells_makes_nobody_s_page_stale(house: House) -> None:
    number = house.open()
    house.now.forward(LATE)
    assert sweep.run_once(house.now).claimed == 1
    assert move(house, number, "go", version=1).ticket.state == "going"


def test_what_was_decided_of_a_ticket_that_has_changed_since_is_not_written(house: House) -> None:
    """Two transactions one after the other: what a race comes to, without luck."""
    number = house.open()
    house.now.forward(LATE)
    with reading() as session:
        row = loading.seen(session, house.now, number, "ada")
        published = revisions.current(session)
        directory = load_directory(session, row.at, published.catalogue.roles)
        loaded = loading.load(session, [row], published, directory)[0]
    overtaken = moves.settled(loaded, house.now.at, directory)
    assert overtaken.decisions
    move(house, number, "go")
    with house.untouched(), pytest.raises(ChangedMeanwhile), writing() as session:
        storing.apply(session, [overtaken], recorded_at=house.now.at)


@pytest.mark.parametrize("round_", range(3))
def test_of_a_move_and_a_sweep_at_the_same_moment_both_count_and_what_was_due_comes_first(
    house: House, round_: int
) -> None:
    number = house.open()
    house.now.forward(LATE)

    def swept() -> Any:
        with house.app.app_context():
            return sweep.run_once(house.now)

    answers: Sequence[Any] = house.together(lambda: house.move(number, "go", version=1), swept)
    assert answers[0].status_code == 200
    assert kinds(house, number) == [("move", "ask"), ("level", "finish"), ("move", "go")]
    assert sweep.run_once(house.now).claimed == 0


# --- Time ---------------------------------------------------------------------------------------------------------


def test_a_move_settles_what_no_sweep_has_come_for_and_both_say_when_they_count(house: House) -> None:
    number = house.open()
    house.now.forward(LATE + 7 * MINUTE)
    move(house, number, "go")
    entries = history(house, number)
    assert [(one["name"], one["at"], one["recorded_at"]) for one in entries] == [
        ("ask", MONDAY.isoformat(), MONDAY.isoformat()),
        ("finish", (MONDAY + LATE).isoformat(), (MONDAY + LATE + 7 * MINUTE).isoformat()),
        ("go", (MONDAY + LATE + 7 * MINUTE).isoformat(), (MONDAY + LATE + 7 * MINUTE).isoformat()),
    ]


def test_a_clock_that_was_set_back_moves_no_ticket_back_in_time(house: House) -> None:
    number = house.open()
    house.now.forward(10 * MINUTE)
    move(house, number, "go")
    house.now.set(MONDAY)
    move(house, number, "note", fields={"urgent": True})
    last = history(house, number)[-1]
    assert (last["at"], last["recorded_at"]) == ((MONDAY + 10 * MINUTE).isoformat(), MONDAY.isoformat())


def test_what_a_refused_move_would_have_settled_is_left_to_the_sweep(house: House) -> None:
    number = house.open()
    house.now.forward(LATE)
    with house.untouched(), pytest.raises(MoveRefused):
        move(house, number, "finish")
    assert sweep.run_once(house.now).claimed == 1
    assert kinds(house, number) == [("move", "ask"), ("level", "finish")]


# --- What is told -------------------------------------------------------------------------------------------------


def test_the_evidence_of_every_entry_is_what_the_notices_tell(house: House) -> None:
    number = house.open("guard")
    house.now.forward(LATE + 150 * MINUTE)
    move(house, number, "go")
    told = {
        (one["sequence"], each["person"]["id"], each["position"])
        for one in history(house, number)
        for each in one["told"]
    }
    with reading() as session:
        notices = session.execute(select(tables.Notice.person_id, tables.Notice.items)).all()
    items = {(item["sequence"], person, item["position"]) for person, found in notices for item in found}
    assert told == items
    assert {sequence for sequence, _, _ in told} == {1, 2, 3}


# --- Whole or not at all ------------------------------------------------------------------------------------------


def passing_fault() -> OperationalError:
    """What a database says that has gone, or is full: the same may succeed later."""
    if db.engine.dialect.name == "sqlite":
        cause: Exception = sqlite3.OperationalError("database or disk is full")
        cause.sqlite_errorcode = sqlite3.SQLITE_FULL  # type: ignore[attr-defined]
    else:
        cause = psycopg.OperationalError("the connection is lost")
    return OperationalError("a statement", {}, cause)


@pytest.mark.parametrize("what", ["opening", "move", "late move"])
def test_at_whatever_statement_the_database_fails_nothing_is_stored_and_the_caller_may_try_again(
    house: House, what: str
) -> None:
    number = house.open()
    house.now.forward(LATE if what == "late move" else MINUTE)
    before = house.stored()
    position = 0
    answer = None
    while answer is None or answer.status_code == 503:
        position += 1
        with failing_at(house.app, position, passing_fault()):
            if what == "opening":
                answer = house.ask("POST", "/tickets", house.opening())
            else:
                answer = house.ask(
                    "POST", f"/tickets/{number}/transitions", {"transition": "go", "version": 1, "fields": {}}
                )
        if answer.status_code == 503:
            refusal(answer, 503)
            assert answer.headers["Retry-After"]
            assert house.stored() == before, f"statement {position}"
    assert position > 2, "there are more statements than that"
    assert answer.status_code == (201 if what == "opening" else 200)
    assert house.count("ticket") == (2 if what == "opening" else 1)


def test_a_fault_of_ours_is_said_without_its_details_and_stores_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*_: object, **__: object) -> None:
        raise ValueError("soon")

    number = house.open()
    monkeypatch.setattr("service.moves.changes_of", raising)
    with house.untouched():
        found = refusal(house.move(number, "go", version=1), 500)
    assert "soon" not in str(found)


SPOILT = {
    "a clock": "UPDATE clock SET spans = '[[\"soon\", null]]' WHERE ticket_id = :id",
    "what was made": 'UPDATE ticket SET made = \'{"soon": "twice"}\' WHERE id = :id',
    "a value": "UPDATE field_value SET value = '\"soon\"' WHERE ticket_id = :id AND field = 'wanted_on'",
    "what is no JSON": "UPDATE clock SET spans = 'soon' WHERE ticket_id = :id",
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_ticket_that_cannot_be_read_says_so_and_is_set_aside_once_when_somebody_moves_it(
    house: House, what: str
) -> None:
    number = house.open(fields={"wanted_on": "2026-03-05"})
    other = house.open()
    with writing() as session:
        id_ = session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()
        if what == "what is no JSON" and session.get_bind().dialect.name == "postgresql":
            pytest.skip("PostgreSQL keeps nothing in such a column that is no JSON")
        session.execute(text(SPOILT[what]), {"id": id_})
    refusal(house.move(number, "go", "stranger", version=1), 404)
    refusal(house.ask("GET", f"/tickets/{number}"), 409)
    refusal(house.move(number, "go", version=1, dry_run=True), 409)
    with reading() as session:
        assert look(session, house.now).set_aside_tickets == 0, "only a move that was meant tells of it"
    for language, said in (("en", "cannot be read"), ("zh", "无法读取")):
        found = refusal(house.move(number, "go", version=1, headers={"Accept-Language": language}), 409)
        assert found["type"] == "/problems/ticket_unreadable"
        assert f"{number}" in found["detail"]
        assert said in found["detail"]
        assert "soon" not in str(found)
    with reading() as session:
        rows = session.execute(select(tables.Ticket.number, tables.Ticket.attempts, tables.Ticket.fault)).all()
        ready = look(session, house.now)
    assert {(row.number, row.attempts) for row in rows} == {(number, 1), (other, 0)}
    assert next(row.fault for row in rows if row.number == number)
    assert any("set aside" in why for why in ready.why)
    house.deliver()
    told = [one["subject"] for one in house.get("/notices", "manager")["notices"] if one["ticket"] == number]
    assert len(told) == 1
    assert "time limits cannot be enforced" in told[0]
    assert house.move(other, "go", version=1).status_code == 200


def test_a_ticket_on_which_what_is_due_cannot_be_carried_out_says_so_and_stays_as_it_is(house: House) -> None:
    number = house.open()
    with writing() as session:
        session.execute(update(tables.Timer).values(level="late 9"))
    house.now.forward(LATE)
    with house.untouched():
        found = refusal(house.move(number, "go", version=1), 409)
    assert found["type"] == "/problems/ticket_unsettled"
    assert number in found["detail"]
    assert "late 9" not in str(found)


# --- What it costs ------------------------------------------------------------------------------------------------


MOVE = 7
"""The statements of one move over HTTP that types a field, of a ticket without kin.

1 who is calling; 1 the whole ticket with the instant and the stamps of publication and directory; ticket, entry and
notices written; 1 the field's earlier value overtaken, 1 the new one written. One more is a decision to be made here;
one for each something is a fault.
"""


def statements(sent: Sequence[str]) -> list[str]:
    """Without what begins a transaction, which is a statement on SQLite only."""
    return [one for one in sent if not one.startswith(("PRAGMA", "BEGIN"))]


def test_a_move_sends_no_more_statements_than_it_did(house: House) -> None:
    number = house.open(fields={"urgent": False})
    house.now.forward(MINUTE)
    body = {"transition": "note", "version": 1, "fields": {"urgent": True}}
    with counted(house.app) as sent:
        assert house.ask("POST", f"/tickets/{number}/transitions", body).status_code == 200
    assert len(statements(sent)) <= MOVE, "\n".join(sent)


TRANSITION = 8
"""The most that one transition with one notice may send beside the look-up of the token, the reading included."""


def test_a_move_that_types_arms_and_tells_sends_at_most_eight(house: House) -> None:
    number = house.open()
    house.now.forward(MINUTE)
    with counted(house.app) as sent:
        assert house.move(number, "go", version=1).status_code == 200
    of_the_move = [one for one in statements(sent) if "FROM token" not in one]
    assert any("INSERT INTO notice" in one for one in of_the_move)
    assert len(of_the_move) <= TRANSITION, "\n".join(sent)
    if house.app.config["SQLALCHEMY_DATABASE_URI"].get_backend_name() == "postgresql":
        assert [one.split()[0] for one in of_the_move] == ["SELECT", "WITH"], "one way there and back for each"
        assert not [one for one in sent if one.startswith("BEGIN")], "of one statement it makes a transaction by itself"


OPENING = 9
"""The statements of opening a ticket without children over HTTP.

1 who is calling; 1 the instant with both stamps; its number, and the ticket, entry, values, clocks, timers and notices
written.
"""


def test_an_opening_sends_no_more_statements_than_it_did(house: House) -> None:
    house.open()
    with counted(house.app) as sent:
        house.open()
    assert len(statements(sent)) <= OPENING, "\n".join(sent)


def test_many_fields_many_entries_and_many_told_cost_no_more_statements(house: House) -> None:
    number = house.open(fields={"pieces": 3})
    numbers: list[int] = []
    few, many = {"pieces": 1}, {"pieces": 2, "price": "3", "share": 4, "way": "foot", "shops": ["A", "B", "C"]}
    for fields in (few, many):
        house.now.forward(3 * LATE)
        with counted(house.app) as sent:
            assert house.move(number, "note", version=len(numbers) + 1, fields=fields).status_code == 200
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]


def test_a_page_of_many_tickets_is_read_with_the_statements_of_a_page_of_one(house: House) -> None:
    earlier = house.open()
    numbers = []
    for count in (1, 12):
        for _ in range(count):
            house.open(fields={"earlier": earlier})
        with counted(house.app) as sent:
            found = house.get(f"/tickets?limit={count}")["tickets"]
        assert len(found) == count
        numbers.append(len(sent))
    assert numbers[0] == numbers[1]
