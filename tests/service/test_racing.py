"""Moves that meet: one is carried out, the others are told; what was decided on old data is never written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service import bulk, moves, sweep
from service.api.blueprint import TRIES
from service.db import asking, writing
from service.moves import Decided, Request
from service.storing import ChangedMeanwhile
from tests.service.api_house import House, refusal

ROUNDS = 50
STAFF = 8


def went(house: House, number: str) -> int:
    """How often the ticket has been picked up."""
    return [one["name"] for one in house.get(f"/tickets/{number}/history")["entries"]].count("go")


def test_of_eight_who_move_one_ticket_at_once_exactly_one_does(house: House) -> None:
    lost = []
    for _ in range(ROUNDS):
        number = house.open()
        answers = house.together(*[lambda number=number: house.move(number, "go", version=1)] * STAFF)
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * (STAFF - 1)
        lost += [refusal(answer, 409)["type"] for answer in answers if answer.status_code == 409]
        assert went(house, number) == 1
    assert set(lost) <= {"/problems/version_stale", "/problems/changed_meanwhile"}


def test_no_update_is_lost_whoever_else_writes(house: House) -> None:
    number = house.open()

    def notes(pieces: int) -> Callable[[], Any]:
        def note() -> Any:
            answer = house.move(number, "note", fields={"pieces": pieces})
            while answer.status_code == 409:  # reads the version again, as a person would
                answer = house.move(number, "note", fields={"pieces": pieces})
            return answer

        return note

    answers = house.together(*[notes(pieces) for pieces in range(1, STAFF + 1)])
    assert [answer.status_code for answer in answers] == [200] * STAFF
    entries = house.get(f"/tickets/{number}/history")["entries"]
    assert [one["sequence"] for one in entries] == list(range(1, STAFF + 2))
    assert sorted(one["filled"]["pieces"] for one in entries[1:]) == sorted(map(str, range(1, STAFF + 1)))


def test_what_was_decided_on_a_ticket_that_changed_since_is_not_written(house: House) -> None:
    number = house.open()
    request = Request(person="ada", transition="go", version=1)
    with house.app.app_context():
        with asking() as session:
            decided = moves.decided_alone(session, house.now, number, request)
        assert decided is not None
        assert house.move(number, "note", version=1, fields={"pieces": 1}).status_code == 200
        before = house.stored()
        with pytest.raises(ChangedMeanwhile), writing() as session:
            moves.carry_out(session, decided)
    assert house.stored() == before


def between(house: House, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object], times: int) -> list[int]:
    """Something happens after each of so many decisions, and before what was decided is written."""
    decide, made = moves.decided_alone, []

    def decided_and_overtaken(*given: Any) -> Decided | None:
        decided = decide(*given)
        if len(made) < times:
            made.append(1)
            house.together(happens)  # type: ignore[arg-type]  # in a thread of its own
        return decided

    monkeypatch.setattr(moves, "decided_alone", decided_and_overtaken)
    return made


def fires(house: House) -> None:
    """A level of the ticket fires: that changes it, and makes nobody's page stale."""
    with house.app.app_context():
        assert sweep.run_once(house.now).claimed == 1


def test_a_move_that_a_level_overtook_is_decided_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = house.open()
    house.now.forward(dt.timedelta(minutes=30))
    made = between(house, monkeypatch, lambda: fires(house), times=1)
    assert house.move(number, "go", version=1).status_code == 200
    assert made
    kinds = [one["kind"] for one in house.get(f"/tickets/{number}/history")["entries"]]
    assert kinds == ["move", "level", "move"]


def test_whose_page_grew_old_while_his_move_was_decided_is_told_who_changed_what(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.open()
    note = {"transition": "note", "version": 1, "fields": {"pieces": 1}}
    path = f"/tickets/{number}/transitions"
    between(house, monkeypatch, lambda: house.ask("POST", path, note), times=2)
    found = refusal(house.move(number, "go", version=1), 409)
    assert found["type"] == "/problems/version_stale"
    assert [one["transition"] for one in found["changed"]] == ["note"]
    assert went(house, number) == 0


def test_who_is_overtaken_every_time_is_told_so_and_nothing_is_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.open()
    tried = []
    really = bulk.send_together

    def overtaken(session: Session, writes: Sequence[bulk.Write], **named: Any) -> bool:
        tried.append(1)
        writes[0].rows[0]["was_sequence"] -= 1  # type: ignore[index]
        return really(session, writes, **named)

    monkeypatch.setattr(bulk, "send_together", overtaken)
    with house.untouched():
        found = refusal(house.move(number, "go", version=1), 409)
    assert found["type"] == "/problems/changed_meanwhile"
    assert len(tried) == TRIES
