"""Tickets over HTTP: dry runs, pages, searching, times, languages, and people who move one at the same moment."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from tests.service.api_house import MONDAY, refusal

# --- Dry runs -----------------------------------------------------------------------------------------------------


def test_a_dry_run_of_an_opening_stores_nothing_and_shows_what_would_be(house):
    with house.untouched():
        answer = house.ask("POST", "/tickets", house.opening(dry_run=True, fields={"pieces": 3}), person="stranger")

    assert answer.status_code == 200
    found = answer.json
    assert found["dry_run"] is True
    assert (found["number"], found["state"]["name"], found["version"]) == ("", "asked", 1)
    assert found["title"] == "A parcel"
    assert found["fields"] == {"title": "A parcel", "matter": "Fetch it", "pieces": "3"}
    assert [one["name"] for one in found["clocks"]] == ["finish"]
    assert sorted(one["person"]["id"] for one in found["told"]) == ["ada", "ben"]


def test_a_dry_run_of_a_move_stores_nothing_and_shows_what_would_be(house):
    number = house.open()

    with house.untouched():
        found = house.move(number, "go", dry_run=True).json

    assert found["dry_run"] is True
    assert (found["number"], found["state"]["name"], found["version"]) == (number, "going", 2)
    assert found["assignee"]["id"] == "ada"
    assert [one["person"]["id"] for one in found["told"]] == ["guard"]
    assert house.get(f"/tickets/{number}")["state"]["name"] == "asked"


def test_what_a_dry_run_showed_is_what_happens(house):
    number = house.open()
    shown = house.move(number, "go", dry_run=True).json
    told = [(one["person"]["id"], one["why"]) for one in shown.pop("told")]
    del shown["dry_run"]

    assert house.move(number, "go").json == shown
    newest = house.get(f"/tickets/{number}/history")["entries"][-1]
    assert [(one["person"]["id"], one["why"]) for one in newest["told"]] == told


def test_a_dry_run_is_refused_as_the_move_would_be(house):
    number = house.open()

    dry = refusal(house.move(number, "finish", "guard", dry_run=True), 403)

    assert dry == refusal(house.move(number, "finish", "guard"), 403)
    refusal(house.move(number, "go", version=7, dry_run=True), 409)


# --- Lists --------------------------------------------------------------------------------------------------------


def pages(house, path, member):
    """All that a list has, page by page."""
    found, cursor, asked = [], None, 0
    while asked < 20:
        asked += 1
        page = house.ask("GET", path, query_string={"limit": 3, **({"cursor": cursor} if cursor else {})}).json
        assert len(page[member]) <= 3
        found += page[member]
        cursor = page["cursor"]
        if cursor is None:
            return found
    raise AssertionError("the pages have no end")


@pytest.mark.parametrize("count", [0, 1, 3, 4, 7])
def test_pages_of_tickets_leave_out_nothing_and_repeat_nothing(house, count):
    numbers = [house.open() for _ in range(count)]

    assert [one["number"] for one in pages(house, "/tickets", "tickets")] == numbers[::-1]


def test_a_ticket_that_is_opened_meanwhile_moves_no_page(house):
    numbers = [house.open() for _ in range(5)]
    first = house.get("/tickets?limit=3")
    house.open()

    second = house.get(f"/tickets?limit=3&cursor={first['cursor']}")

    assert [one["number"] for one in (*first["tickets"], *second["tickets"])] == numbers[::-1]


@pytest.mark.parametrize("count", [3, 7])
def test_pages_of_notices_leave_out_nothing_and_repeat_nothing(house, count):
    numbers = [house.open("stranger") for _ in range(count)]  # all at the same instant
    house.deliver()

    found = pages(house, "/notices", "notices")

    assert sorted(one["ticket"] for one in found) == numbers
    assert len({one["id"] for one in found}) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%", ["50% off"]), ("_", ["a_b"]), ("!", ["really!"]), ("\\", ["back\\slash"]), ("%%", []), ("a_b", ["a_b"]),
        ("axb", ["axb"]), ("5_%", []), ("'", ["Li's"]), ("' OR 1=1 --", []), ("包裹", ["包裹"]), ("AXB", ["axb"]),
    ],
)  # fmt: skip
def test_a_search_takes_every_character_for_itself(house, text, found):
    for title in ("50% off", "a_b", "axb", "really!", "back\\slash", "Li's", "包裹"):
        house.open(fields={"title": title})

    answer = house.ask("GET", "/tickets", query_string={"q": text})

    assert [one["title"] for one in answer.json["tickets"]] == found


def test_a_search_for_a_whole_number_finds_that_one_ticket(house):
    first, second = house.open(), house.open()
    house.open(fields={"title": f"as in {first}"})

    for written in (first, first.lower()):
        assert [one["number"] for one in house.get(f"/tickets?q={written}")["tickets"]] == [first]
    assert second in [one["number"] for one in house.get(f"/tickets?q={first[:-1]}")["tickets"]]


def test_lists_are_narrowed_by_what_is_asked(house):
    first, second = house.open(), house.open()
    house.move(second, "go", "ben")

    def numbers(query, person="ada"):
        return [one["number"] for one in house.get(f"/tickets?{query}", person)["tickets"]]

    assert numbers("state=asked") == [first]
    assert numbers("assignee=ben") == numbers("assignee=me", "ben") == [second]
    assert numbers("workflow=plea") == numbers("site=tower") == numbers("open=false") == numbers("late=true") == []
    assert numbers("open=true&late=false&site=pier&workflow=errand") == [second, first]


# --- Times and languages ------------------------------------------------------------------------------------------

INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")


def texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in texts(each)]
    return [value] if isinstance(value, str) else []


def test_all_times_carry_an_offset(house):
    number = house.open("stranger", fields={"wanted_at": "2026-03-03T10:00+08:00"})
    house.move(number, "go")
    house.now.set(MONDAY + dt.timedelta(hours=2))
    house.deliver()
    paths = ["/tickets", "/notices", "/definitions/errand/revisions"]
    paths += [f"/tickets/{number}{rest}" for rest in ("", "/history", "/clocks", "/transitions")]

    for path in paths:
        answer = house.get(path)
        times = [text for text in texts(answer) if INSTANT.match(text) and len(text) < 40]
        assert times or path.endswith("/transitions"), path
        for text in times:
            assert dt.datetime.fromisoformat(text).tzinfo is not None, f"{path}: {text}"
        assert not [text for text in texts(answer) if "GMT" in text]


def test_a_ticket_s_times_are_those_of_its_calendar(house):
    found = house.get(f"/tickets/{house.open()}")

    assert found["opened_at"] == "2026-03-02T09:00:00+08:00"
    assert found["next_deadline"]["limit_at"] == "2026-03-02T09:30:00+08:00"


def test_a_stale_version_tells_the_time_with_an_offset(house):
    number = house.open()
    house.move(number, "note", fields={"pieces": 2})

    (change,) = refusal(house.move(number, "go", version=1), 409)["changed"]

    assert dt.datetime.fromisoformat(change["at"]) == MONDAY


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("", "待办"),
        ("zh", "待办"),
        ("zh-TW", "待办"),
        ("fr, de", "待办"),
        ("en", "Asked"),
        ("en-US, zh;q=0.5", "Asked"),
    ],
)
def test_answers_follow_the_caller_s_language_and_are_chinese_for_everybody_else(house, lang, said):
    number = house.open()

    assert house.get(f"/tickets/{number}", lang=lang)["state"]["label"] == said
    assert house.get("/tickets", lang=lang)["tickets"][0]["state"]["label"] == said
    labels = {one["label"] for one in house.get("/definitions/errand", lang=lang)["states"]}
    assert said in labels


# --- At the same moment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("round_", range(3))
def test_of_people_who_move_a_ticket_at_the_same_moment_one_wins(house, round_):
    number = house.open()
    house.open(fields={"title": f"another {round_}"})

    answers = house.together(
        lambda: house.move(number, "go", "ada", 1),
        lambda: house.move(number, "go", "ben", 1),
        lambda: house.move(number, "note", "ada", 1, fields={"pieces": 2}),
        lambda: house.move(number, "note", "ben", 1, fields={"pieces": 3}),
    )

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    entries = house.get(f"/tickets/{number}/history")["entries"]
    assert len(entries) == 2
    for answer in answers:
        if answer.status_code == 409:
            (change,) = refusal(answer, 409)["changed"]
            assert (change["transition"], change["by"]["id"]) == (entries[1]["name"], entries[1]["actor"]["id"])


def test_of_tickets_that_are_opened_at_the_same_moment_each_has_its_own_number(house):
    answers = house.together(*[lambda: house.ask("POST", "/tickets", house.opening())] * 6)

    assert [answer.status_code for answer in answers] == [201] * 6
    assert sorted(answer.json["number"] for answer in answers) == [f"P-2026-{n:05d}" for n in range(1, 7)]


def test_a_move_that_is_refused_leaves_no_gap_in_the_numbers(house):
    house.open()
    refusal(house.ask("POST", "/tickets", house.opening(fields={"pieces": 0})), 422)
    house.ask("POST", "/tickets", house.opening(dry_run=True))

    assert house.open() == "P-2026-00002"


def test_people_and_departments_in_fields_are_shown_with_their_names(house):
    number = house.open(fields={"helper": "ben", "department": "workshop"})
    for page in (house.get(f"/tickets/{number}"), house.get("/tickets")["tickets"][0]):
        assert page["fields"]["helper"] == {"id": "ben", "name": "Name of ben"}
        assert page["fields"]["department"] == {"name": "workshop", "label": "Workshop"}
    filled = house.get(f"/tickets/{number}/history", lang="zh")["entries"][0]["filled"]
    assert filled["helper"] == {"id": "ben", "name": "Name of ben"}
    assert filled["department"] == {"name": "workshop", "label": "工场"}
