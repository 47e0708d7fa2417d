"""Requests that are sent twice over HTTP and carried out once."""

from __future__ import annotations

import pytest

from tests.service.api_house import refusal


def keyed(key="k1"):
    return {"Idempotency-Key": key}


def opens(house, key="k1", person="ada", **changed):
    return house.ask("POST", "/tickets", house.opening(**changed), person=person, headers=keyed(key))


def test_an_opening_that_is_sent_again_gets_the_same_answer_and_has_one_effect(house):
    first = opens(house)
    assert first.status_code == 201
    house.move(first.json["number"], "note", fields={"pieces": 2})

    with house.untouched():
        again = opens(house)

    assert (again.status_code, again.json) == (201, first.json)
    assert house.count("ticket") == 1


def test_a_move_that_is_sent_again_gets_the_same_answer_and_has_one_effect(house):
    number = house.open()
    first = house.move(number, "note", version=1, fields={"pieces": 2}, headers=keyed())
    assert first.status_code == 200

    with house.untouched():
        again = house.move(number, "note", version=1, fields={"pieces": 2}, headers=keyed())

    assert (again.status_code, again.json) == (200, first.json)
    assert again.json["version"] == 2


def test_a_notice_that_is_read_again_gets_the_same_answer(house):
    house.open("stranger")
    house.deliver()
    notice = house.get("/notices")["notices"][0]["id"]

    answers = [house.ask("POST", f"/notices/{notice}/read", headers=keyed()).json for _ in range(2)]

    assert answers == [{"id": notice, "read": True}] * 2
    assert house.get("/notices")["unread"] == 0


def test_a_key_that_comes_with_another_body_is_refused(house):
    opens(house)

    with house.untouched():
        found = refusal(opens(house, fields={"title": "Another"}), 422)

    assert found["type"] == "/problems/idempotency_key_reused"
    assert "new key" in found["detail"]


@pytest.mark.parametrize("key", ["", " ", "k" * 256, "a b", "\tk\x7f", "键".encode().decode("latin-1"), "é", "a\x00b"])
def test_what_cannot_be_a_key_is_refused_on_every_route_that_takes_one(house, key):
    number = house.open()
    sent = {"HTTP_IDEMPOTENCY_KEY": key}
    move = {"transition": "go", "version": 1}

    with house.untouched():
        for path, body in (("/tickets", house.opening()), (f"/tickets/{number}/transitions", move)):
            for more in ({}, {"dry_run": True}):
                answer = house.ask("POST", path, {**body, **more}, environ_overrides=sent)
                assert "1 to 255" in refusal(answer, 400)["detail"]
        refusal(house.ask("POST", "/notices/x/read", environ_overrides=sent), 400)


def test_the_longest_key_and_every_visible_character_are_accepted(house):
    every = "".join(map(chr, range(0x21, 0x7F)))
    for key in ("k" * 255, every):
        assert opens(house, key).json == opens(house, key).json
    assert house.count("ticket") == 2


def test_a_key_is_that_of_one_person(house):
    assert opens(house).json["number"] != opens(house, person="ben").json["number"]


def test_a_key_is_that_of_one_route(house):
    number = opens(house).json["number"]

    assert house.move(number, "go", headers=keyed()).status_code == 200


def test_what_was_refused_may_be_mended_and_sent_again_with_its_key(house):
    refusal(opens(house, fields={"pieces": "many"}), 422)
    assert house.count("idempotency") == 0

    assert opens(house, fields={"pieces": 3}).status_code == 201


def test_a_dry_run_keeps_nothing_not_even_its_answer(house):
    with house.untouched():
        assert opens(house, dry_run=True).status_code == 200

    assert opens(house).status_code == 201


@pytest.mark.parametrize("round_", range(3))
def test_openings_that_are_sent_at_the_same_moment_with_one_key_have_one_effect(house, round_):
    answers = house.together(*[lambda: opens(house, f"k{round_}")] * 4)

    assert [answer.status_code for answer in answers] == [201] * 4
    assert all(answer.json == answers[0].json for answer in answers)
    assert house.count("ticket") == 1
    assert house.count("entry") == 1
    assert house.count("idempotency") == 1


@pytest.mark.parametrize("round_", range(3))
def test_moves_that_are_sent_at_the_same_moment_with_one_key_have_one_effect(house, round_):
    number = house.open()

    answers = house.together(*[lambda: house.move(number, "go", version=1, headers=keyed(f"k{round_}"))] * 4)

    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(answer.json == answers[0].json for answer in answers)
    assert house.count("entry") == 2
    assert house.count("idempotency") == 1


def test_of_two_bodies_with_one_key_at_the_same_moment_one_is_carried_out(house):
    answers = house.together(
        lambda: opens(house, fields={"pieces": 1}),
        lambda: opens(house, fields={"pieces": 2}),
    )

    assert sorted(answer.status_code for answer in answers) == [201, 422]
    assert house.count("ticket") == 1
