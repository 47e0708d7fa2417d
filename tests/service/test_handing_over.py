"""Handing over what somebody holds (DATA-10): by the moves of the definitions, with clocks that go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update

from service import accounts, finding, handing_over, moves, sweep, tables
from service.db import reading, writing
from tests.service.api_house import ERRAND, FILES, MONDAY, House, own_house, refusal

GIVE = """\
  give:
    {zh: 转交, from: anywhere, to: same, by: [assignee, accountable], fill: helper, assign: helper, notify: assignee}
"""

LAPSE = """\
  lapse: {zh: 过期, en: Lapse, from: going, to: done, by: clock}
"""

LAPSING = """\
reminders:
  lapse: {zh: 过期, en: Lapse, since: go, after: 30 days, while: going, move: lapse}
"""

WITH_GIVE = {**FILES, "errand.yaml": ERRAND.replace("transitions:\n", "transitions:\n" + GIVE + LAPSE) + LAPSING}
"""Errands can be given to somebody by name, and the clock ends those that nobody finishes; pleas cannot."""


house = own_house(WITH_GIVE)


def taken(house: House, person: str = "ada") -> str:
    """An errand that somebody holds."""
    number = house.open(fields={"urgent": True})
    assert house.move(number, "go", person).status_code == 200
    return number


def hand_over(house: House, holder: str = "ada", person: str = "ada", **body: Any) -> Any:
    answer = house.ask("POST", f"/people/{holder}/hand-over", body, person=person)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.json


def holder(house: House, number: str) -> str | None:
    assignee = house.get(f"/tickets/{number}")["assignee"]
    return assignee and assignee["id"]


def test_all_that_somebody_holds_goes_to_somebody_else(house: House) -> None:
    numbers = [taken(house), taken(house)]
    others = taken(house, "ben")
    found = hand_over(house, to="ben")
    assert [(one["number"], one["handed_over"]) for one in found["tickets"]] == [(number, True) for number in numbers]
    assert [holder(house, number) for number in (*numbers, others)] == ["ben", "ben", "ben"]


def test_time_limits_go_on_as_they_were(house: House) -> None:
    number = taken(house)
    limits = [(one["name"], one["limit_at"], one["spans"]) for one in clocks(house, number)]
    assert limits
    house.now.set(MONDAY + dt.timedelta(minutes=20))
    hand_over(house, to="ben")
    assert [(one["name"], one["limit_at"], one["spans"]) for one in clocks(house, number)] == limits
    house.now.set(MONDAY + dt.timedelta(minutes=30))
    house.deliver()
    assert [one["name"] for one in house.get(f"/tickets/{number}/history")["entries"]] == [
        "ask",
        "go",
        "give",
        "finish",
    ]


def clocks(house: House, number: str) -> Any:
    return house.get(f"/tickets/{number}/clocks")["clocks"]


def test_the_history_says_who_handed_over_to_whom_and_whoever_takes_over_is_told(house: House) -> None:
    number = taken(house)
    hand_over(house, to="ben")
    entry = house.get(f"/tickets/{number}/history")["entries"][-1]
    assert (entry["name"], entry["actor"]["id"]) == ("give", "ada")
    house.deliver()
    subjects = [one["subject"] for one in house.get("/notices", "ben")["notices"] if one["ticket"] == number]
    assert sum("“give”" in one for one in subjects) == 1


def test_without_a_name_the_deputy_takes_over(house: House) -> None:
    number = taken(house)
    with house.app.app_context(), writing() as session:
        accounts.name_deputy(session, "ada", "ben")
    try:
        assert hand_over(house)["to"]["id"] == "ben"
    finally:
        with house.app.app_context(), writing() as session:
            accounts.name_deputy(session, "ada", None)
    assert holder(house, number) == "ben"


def test_whoever_has_no_deputy_names_somebody(house: House) -> None:
    assert "no deputy" in refusal(house.ask("POST", "/people/ada/hand-over", {}), 422)["detail"]


@pytest.mark.parametrize(("to", "status"), [("nobody_there", 404), ("ada", 422), ("left", 422)])
def test_only_somebody_else_who_is_here_takes_over(house: House, to: str, status: int) -> None:
    number = taken(house)
    refusal(house.ask("POST", "/people/ada/hand-over", {"to": to}), status)
    assert holder(house, number) == "ada"


def test_who_answers_for_a_ticket_hands_over_what_another_left_behind(house: House) -> None:
    number = taken(house)
    found = hand_over(house, "ada", "ben", to="guard")
    assert [one["handed_over"] for one in found["tickets"]] == [True]
    assert holder(house, number) == "guard"


def test_who_may_not_make_the_move_is_refused_with_its_reasons(house: House) -> None:
    number = taken(house)
    (one,) = hand_over(house, "ada", "guard", to="ben")["tickets"]
    assert (one["number"], one["handed_over"], [each["code"] for each in one["blockers"]]) == (
        number,
        False,
        ["not_allowed"],
    )
    assert holder(house, number) == "ada"


def test_who_may_not_see_a_ticket_does_not_hear_of_it(house: House) -> None:
    number = taken(house)
    assert hand_over(house, "ada", "tower_desk", to="ben")["tickets"] == []
    (one,) = hand_over(house, "ada", "tower_desk", to="ben", tickets=[number])["tickets"]
    assert ([each["code"] for each in one["blockers"]], one["title"], one["workflow"]) == (["not_seen"], "", None)


def test_only_named_tickets_that_he_holds_are_handed_over(house: House) -> None:
    mine, left, others = taken(house), taken(house), taken(house, "ben")
    found = hand_over(house, to="guard", tickets=[mine, others, "P-2026-99999"])["tickets"]
    assert [[each["code"] for each in one["blockers"]] for one in found] == [[], ["not_held"], ["not_seen"]]
    assert [holder(house, number) for number in (mine, left, others)] == ["guard", "ada", "ben"]


def test_a_dry_run_says_what_would_happen_and_stores_nothing(house: House) -> None:
    taken(house)
    with house.untouched():
        assert [one["handed_over"] for one in hand_over(house, to="ben", dry_run=True)["tickets"]] == [True]


def test_doing_it_again_finds_nothing_left(house: House) -> None:
    taken(house)
    hand_over(house, to="ben")
    with house.untouched():
        assert hand_over(house, to="ben")["tickets"] == []


def test_a_ticket_whose_procedure_has_no_such_move_is_named(house: House) -> None:
    number = house.open_one("plea", "hear", title="Noise", caller="Gao")
    with house.app.app_context(), writing() as session:
        session.execute(update(tables.Ticket).where(tables.Ticket.number == number).values(assignee_id="ada"))
    codes = [
        each["code"] for one in hand_over(house, to="ben", tickets=[number])["tickets"] for each in one["blockers"]
    ]
    assert codes in (["not_handed_on"], ["unreadable"])


def test_everybody_who_holds_open_tickets_is_counted(house: House) -> None:
    taken(house)
    taken(house)
    done = taken(house, "ben")
    assert house.move(done, "finish", "ben", fields={"result": "Here"}).status_code == 200
    with house.app.app_context(), reading() as session:
        assert handing_over.counts(session) == {"ada": 2}


# --- Together with others -------------------------------------------------------------------------------------------


def given(house: House, number: str) -> list[str]:
    """To whom the ticket has been given, one after the other."""
    entries = house.get(f"/tickets/{number}/history")["entries"]
    return [one["filled"]["helper"]["id"] for one in entries if one["name"] == "give"]


def overtaking(house: House, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something happens once, after the first ticket was looked at and before it is handed over."""
    show, done = finding.show, []

    def shown(*asked: Any) -> Any:
        found = show(*asked)
        if not done:
            done.append(1)
            house.together(happens)  # type: ignore[arg-type]  # in a thread of its own
        return found

    monkeypatch.setattr(finding, "show", shown)


def test_what_somebody_else_handed_over_meanwhile_is_not_handed_over_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = taken(house)
    overtaking(house, monkeypatch, lambda: hand_over(house, to="guard"))
    (one,) = hand_over(house, person="ben", to="ben", tickets=[number])["tickets"]
    assert [each["code"] for each in one["blockers"]] == ["not_held"]
    assert given(house, number) == ["guard"]
    assert holder(house, number) == "guard"


def test_what_has_changed_but_is_still_held_is_handed_over(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    number = taken(house)
    overtaking(house, monkeypatch, lambda: house.move(number, "note", "ben", fields={"pieces": 3}))
    assert [one["handed_over"] for one in hand_over(house, to="ben")["tickets"]] == [True]
    assert house.get(f"/tickets/{number}")["fields"]["pieces"] == "3"
    assert holder(house, number) == "ben"


@pytest.mark.parametrize("house", ["postgresql"], indirect=True)  # on SQLite nobody writes between deciding and writing
@pytest.mark.parametrize(("times", "codes"), [(2, []), (3, ["changed_meanwhile"])])
def test_whoever_is_overtaken_while_he_hands_over_tries_again_and_not_for_ever(
    house: House, monkeypatch: pytest.MonkeyPatch, times: int, codes: list[str]
) -> None:
    number = taken(house)
    decide, overtaken = moves.decided_alone, []

    def decided(*given: Any) -> Any:
        found = decide(*given)
        if given[-1].transition == "give" and len(overtaken) < times:
            overtaken.append(1)
            house.together(lambda: house.move(number, "note", "ben", fields={"pieces": len(overtaken)}))
        return found

    monkeypatch.setattr(moves, "decided_alone", decided)
    found = hand_over(house, to="ben")["tickets"]
    assert [[each["code"] for each in one["blockers"]] for one in found] == [codes]
    assert len(overtaken) == times
    assert given(house, number) == ([] if codes else ["ben"])


def test_of_two_who_hand_over_at_once_each_ticket_goes_once_and_none_is_lost(house: House) -> None:
    for _ in range(5):
        numbers = [taken(house) for _ in range(4)]
        answers = house.together(
            lambda: house.ask("POST", "/people/ada/hand-over", {"to": "ben"}),
            lambda: house.ask("POST", "/people/ada/hand-over", {"to": "guard"}, person="ben"),
        )
        assert [answer.status_code for answer in answers] == [200, 200]
        went = [{one["number"] for one in answer.json["tickets"] if one["handed_over"]} for answer in answers]
        assert went[0] | went[1] == set(numbers)
        assert not went[0] & went[1]
        for number in numbers:
            to = "ben" if number in went[0] else "guard"
            assert (holder(house, number), given(house, number)) == (to, [to])


def sweep_once(house: House) -> int:
    with house.app.app_context():
        return sweep.run_once(house.now).claimed


def test_a_ticket_on_which_a_level_fires_meanwhile_is_handed_over_and_the_level_counts_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = taken(house)
    house.now.forward(dt.timedelta(minutes=30))
    swept: list[int] = []
    overtaking(house, monkeypatch, lambda: swept.append(sweep_once(house)))
    assert [one["handed_over"] for one in hand_over(house, to="ben")["tickets"]] == [True]
    kinds = [(one["kind"], one["name"]) for one in house.get(f"/tickets/{number}/history")["entries"]]
    assert kinds == [("move", "ask"), ("move", "go"), ("level", "finish"), ("move", "give")]
    assert [*swept, sweep_once(house)] == [1, 0]


def test_a_ticket_that_the_clock_ends_meanwhile_is_named_and_the_others_go_over(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    ending = taken(house)
    house.now.forward(dt.timedelta(days=1))
    going = taken(house)
    house.now.forward(dt.timedelta(days=29))
    overtaking(house, monkeypatch, lambda: sweep_once(house))
    found = hand_over(house, to="ben", tickets=[ending, going])["tickets"]
    assert [(one["handed_over"], [each["code"] for each in one["blockers"]]) for one in found] == [
        (False, ["not_from_here"]),
        (True, []),
    ]
    assert house.get(f"/tickets/{ending}/history")["entries"][-1]["name"] == "lapse"
    assert (given(house, ending), given(house, going)) == ([], ["ben"])


def test_what_is_handed_over_while_schedulers_sweep_goes_over_whole(house: House) -> None:
    numbers = [taken(house) for _ in range(6)]
    house.now.forward(dt.timedelta(minutes=30))

    def sweeps() -> Any:
        while sweep_once(house):
            pass

    answer, *_ = house.together(lambda: house.ask("POST", "/people/ada/hand-over", {"to": "ben"}), sweeps, sweeps)
    assert [one["handed_over"] for one in answer.json["tickets"]] == [True] * 6, answer.json
    for number in numbers:
        names = [one["name"] for one in house.get(f"/tickets/{number}/history")["entries"]]
        assert (names[:2], sorted(names[2:])) == (["ask", "go"], ["finish", "give"])
