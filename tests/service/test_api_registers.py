"""Registers over HTTP: who reads and writes entries, what an entry may be, and what tickets make of them."""

from __future__ import annotations

import datetime as dt

import pytest

from service import accounts, revisions
from service.db import writing
from tests.service.api_house import HIRED, MONDAY, blockers, refusal

ENTRIES = "/registers/tenants/entries"
VALUES = {
    "area": "120.5",
    "contact": "张先生 138",
    "kind": "food",
    "opened_on": "2026-01-15",
    "signed_at": "2025-12-01T02:00:00+00:00",
    "anchor": True,
    "remark": "靠近电梯",
}


def write(house, key="acme", person="guard", **more):
    body = {"site": "pier", "key": key, "name": "安记", "name_en": "Acme", **more}
    return house.ask("POST", ENTRIES, body, person=person)


def change(house, version, key="acme", person="guard", site="pier", lang="en", **more):
    return house.ask("PATCH", f"{ENTRIES}/{key}?site={site}", {"version": version, **more}, person=person, lang=lang)


def keys(house, person="ada", query="site=pier"):
    return [one["key"] for one in house.get(f"{ENTRIES}?{query}", person)["entries"]]


@pytest.fixture
def director(house):
    """Somebody who holds a role of the group."""
    with house.app.app_context(), writing() as session:
        roles = revisions.current(session).catalogue.roles
        accounts.give_role(session, "manager", "director", roles=roles, since=HIRED)
    yield "manager"
    with house.app.app_context(), writing() as session:
        accounts.take_role(session, "manager", "director", HIRED + dt.timedelta(seconds=1))


# --- Reading ------------------------------------------------------------------------------------------------------


def test_the_registers_are_listed_with_their_columns_and_keepers(house):
    (found,) = house.get("/registers", "stranger")["registers"]

    assert (found["name"], found["label"]) == ("tenants", "Tenants")
    assert [one["name"] for one in found["kept_by"]] == ["guard", "director"]
    assert [one["name"] for one in found["columns"]] == list(VALUES)
    assert found["columns"][1]["confidential"] == "personal"
    assert [one["name"] for one in house.get("/definitions", "stranger")["registers"]] == ["tenants"]


def test_an_entry_is_written_and_read_as_it_was_typed(house):
    answer = write(house, values=VALUES)

    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json["values"] == VALUES
    assert answer.json["missing"] == []
    assert (answer.json["site"], answer.json["version"], answer.json["holds"]) == ("pier", 1, True)
    (found,) = house.get(f"{ENTRIES}?site=pier", "guard")["entries"]
    assert found == answer.json


def test_what_is_confidential_is_for_those_who_keep_the_register(house):
    write(house, values=VALUES)

    page = house.get(f"{ENTRIES}?site=pier", "ada")

    assert page["keeps"] is False
    assert page["entries"][0]["values"]["contact"] == {"withheld": "personal"}
    assert page["entries"][0]["values"]["area"] == "120.5"
    entry = house.get(f"{ENTRIES}/acme?site=pier", "ada")
    assert entry["versions"][0]["values"]["contact"] == {"withheld": "personal"}
    assert house.get(f"{ENTRIES}/acme?site=pier", "guard")["versions"][0]["values"]["contact"] == "张先生 138"


def test_the_columns_that_nobody_has_filled_are_named(house):
    assert write(house, values={"area": 3}).json["missing"] == [name for name in VALUES if name != "area"]


def test_an_entry_of_another_site_is_not_there(house):
    write(house)

    refusal(house.ask("GET", f"{ENTRIES}?site=pier", person="tower_desk"), 404)
    refusal(house.ask("GET", f"{ENTRIES}/acme?site=pier", person="tower_desk"), 404)
    refusal(house.ask("GET", f"{ENTRIES}/acme?site=tower", person="tower_desk"), 404)
    assert keys(house, "tower_desk", "site=tower") == []
    refusal(house.ask("GET", f"{ENTRIES}?site=pier", person="stranger"), 404)
    refusal(house.ask("GET", "/registers/tenant/entries?site=pier"), 404)
    refusal(house.ask("GET", ENTRIES), 422)


def test_pages_go_on_after_the_last_key_and_searching_looks_at_key_and_name(house):
    for key, name in (("c1", "茶馆"), ("a1", "花店"), ("b_1", "Books 100%"), ("b-2", "书店")):
        write(house, key, name=name, name_en=None)

    first = house.get(f"{ENTRIES}?site=pier&limit=3")
    rest = house.get(f"{ENTRIES}?site=pier&limit=3&cursor={first['cursor']}")
    assert sorted(one["key"] for one in (*first["entries"], *rest["entries"])) == ["a1", "b-2", "b_1", "c1"]
    assert rest["cursor"] is None
    assert keys(house, query="site=pier&q=书") == ["b-2"]
    assert keys(house, query="site=pier&q=100%25") == ["b_1"]
    assert keys(house, query="site=pier&q=b_") == ["b_1"]


# --- Writing ------------------------------------------------------------------------------------------------------


def test_only_those_who_keep_a_register_write_it(house):
    with house.untouched():
        found = refusal(write(house, person="ada"), 403)
        assert found["blockers"][0]["code"] == "not_kept"
        assert "Guard, Director" in found["detail"]
        refusal(write(house, person="stranger"), 404)
        refusal(write(house, person="guard", site="tower"), 404)
    write(house)
    with house.untouched():
        refusal(change(house, 1, person="ada", name="Other"), 403)


def test_where_nobody_holds_a_keeping_role_whoever_answers_in_its_place_keeps_the_entries_of_the_site(house):
    with house.untouched():
        refusal(write(house, person="manager", everywhere=True), 403)
    assert write(house, person="manager").status_code == 201


def test_entries_of_all_sites_are_kept_by_roles_of_the_group(house, director):
    with house.untouched():
        refusal(write(house, everywhere=True), 403)
    answer = write(house, person=director, everywhere=True)

    assert answer.status_code == 201, answer.get_data(as_text=True)
    assert answer.json["site"] is None
    assert keys(house) == keys(house, "tower_desk", "site=tower") == ["acme"]
    with house.untouched():
        refusal(change(house, 1, name="Other"), 403)
        refusal(write(house), 409)
    assert change(house, 1, person=director, name="Other").json["version"] == 2


def test_two_sites_may_give_the_same_key(house, director):
    assert write(house).status_code == 201
    assert write(house, person=director, site="tower", name="塔楼").status_code == 201

    assert house.get(f"{ENTRIES}/acme?site=tower", "tower_desk")["name"] == "塔楼"
    with house.untouched():
        refusal(write(house, person=director, everywhere=True), 409)
        refusal(write(house), 409)


@pytest.mark.parametrize(
    ("body", "where"),
    [
        ({"key": "../x"}, "key"),
        ({"key": "ACME"}, "key"),
        ({"key": "安"}, "key"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"name_en": ""}, "name_en"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-03-01T00:00"}, "since"),
        ({"until": "2026-03-01T00:00+08:00"}, "until"),
        ({"values": {"area": 0}}, "values.area"),
        ({"values": {"area": "many"}}, "values.area"),
        ({"values": {"area": True}}, "values.area"),
        ({"values": {"area": [1]}}, "values.area"),
        ({"values": {"kind": "shop"}}, "values.kind"),
        ({"values": {"opened_on": "2026-02-30"}}, "values.opened_on"),
        ({"values": {"anchor": "yes"}}, "values.anchor"),
        ({"values": {"remark": "x" * 10_001}}, "values.remark"),
        ({"values": {"remark": "x"}}, "values.remark"),
        ({"values": {"aera": 3}}, "values.“aera”"),
    ],
)
def test_an_entry_that_cannot_be_so_is_refused_with_what_would_be_accepted(house, body, where):
    with house.untouched():
        found = refusal(write(house, **body), 422)
    assert [one["where"] for one in found["errors"]] == [where]


def test_every_fault_is_told_at_once_in_both_languages(house):
    body = {"site": "pier", "key": "A", "name": "", "values": {"area": "x", "aera": 1}}
    with house.untouched():
        english = refusal(house.ask("POST", ENTRIES, body, person="guard"), 422)
        chinese = refusal(house.ask("POST", ENTRIES, body, person="guard", lang="zh"), 422)
    assert len(english["errors"]) == len(chinese["errors"]) == 4
    assert "did you mean area?" in english["detail"]
    assert "是否想写 area？" in chinese["detail"]


@pytest.mark.parametrize("body", [{"values": []}, {"values": None}, {"everywhere": 1}, {"key": 5}, {"color": "red"}])
def test_a_body_of_the_wrong_shape_is_refused(house, body):
    with house.untouched():
        refusal(write(house, **body), 422)


def test_a_change_says_who_changed_what_when_and_leaves_the_rest(house):
    write(house, values={"area": 3, "remark": "旧的"})
    house.now.forward(dt.timedelta(hours=1))

    found = change(house, 1, values={"area": None, "anchor": False}, name_en=None).json

    assert (found["version"], found["name"], found["name_en"]) == (2, "安记", None)
    assert found["values"] == {"remark": "旧的", "anchor": False}
    newest, oldest = house.get(f"{ENTRIES}/acme?site=pier", "guard")["versions"]
    assert (newest["version"], newest["by"]["id"], newest["values"]) == (2, "guard", found["values"])
    assert dt.datetime.fromisoformat(newest["at"]) == MONDAY + dt.timedelta(hours=1)
    assert (oldest["version"], oldest["values"]) == (1, {"area": "3", "remark": "旧的"})


def test_a_change_of_what_somebody_else_has_changed_is_refused(house):
    write(house)
    change(house, 1, name="新名")
    with house.untouched():
        found = refusal(change(house, 1, name="另一个", lang="zh"), 409)
    assert found["version"] == 2


def test_a_change_that_changes_nothing_writes_nothing(house):
    write(house, values=VALUES)
    with house.untouched():
        assert change(house, 1, name="安记", values={"area": "120.50"}).json["version"] == 1


def test_sent_twice_an_entry_is_written_once(house):
    body = {"site": "pier", "key": "acme", "name": "安记"}
    first, second = (
        house.ask("POST", ENTRIES, body, person="guard", headers={"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert (first.status_code, first.json) == (second.status_code, second.json)
    assert house.count("register_entry") == 1


def test_of_two_who_write_the_same_key_at_once_one_is_refused(house):
    answers = house.together(lambda: write(house, name="甲"), lambda: write(house, name="乙"))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    assert house.count("register_entry") == house.count("register_change") == 1


# --- What tickets make of them --------------------------------------------------------------------------------------


def test_a_ticket_names_an_entry_and_shows_its_name(house):
    write(house)
    number = house.open()

    found = house.move(number, "attach", fields={"tenant": "acme"}).json

    assert found["fields"]["tenant"] == {"name": "acme", "label": "Acme"}
    assert house.get(f"/tickets/{number}", lang="zh")["fields"]["tenant"]["label"] == "安记"
    assert house.get("/tickets")["tickets"][0]["fields"]["tenant"]["label"] == "Acme"
    entry = house.get(f"/tickets/{number}/history")["entries"][-1]
    assert entry["filled"]["tenant"] == {"name": "acme", "label": "Acme"}


@pytest.mark.parametrize("raw", ["nobody", "ACME", "", 5, ["acme"], {"key": "acme"}, "x" * 1000])
def test_a_ticket_names_no_entry_that_is_not_there(house, raw):
    write(house)
    number = house.open()
    with house.untouched():
        ((_, about),) = blockers(house.move(number, "attach", fields={"tenant": raw}), 422)
    assert about == "tenant"


def test_a_ticket_names_no_entry_of_another_site(house, director):
    write(house, person=director, site="tower")
    number = house.open()
    with house.untouched():
        refusal(house.move(number, "attach", fields={"tenant": "acme"}), 422)


def test_a_retired_entry_is_chosen_no_more_and_stays_readable_where_it_was(house):
    write(house)
    number = house.open()
    house.move(number, "attach", fields={"tenant": "acme"})
    house.now.forward(dt.timedelta(hours=1))

    assert change(house, 1, until=house.now.at.isoformat()).json["holds"] is False

    assert keys(house) == []
    assert keys(house, query="site=pier&over=true") == ["acme"]
    assert house.get(f"/tickets/{number}")["fields"]["tenant"]["label"] == "Acme"
    assert house.move(number, "attach", fields={"tenant": "acme"}).status_code == 200
    other = house.open()
    with house.untouched():
        refusal(house.move(other, "attach", fields={"tenant": "acme"}), 422)
    assert change(house, 2, until=None).json["holds"] is True


def test_an_entry_that_does_not_hold_yet_cannot_be_chosen(house):
    write(house, since=(MONDAY + dt.timedelta(hours=2)).isoformat())
    assert keys(house) == []
    number = house.open()
    refusal(house.move(number, "attach", fields={"tenant": "acme"}), 422)
    house.now.forward(dt.timedelta(hours=2))
    assert keys(house) == ["acme"]
    assert house.move(number, "attach", fields={"tenant": "acme"}).status_code == 200


def test_the_form_says_where_entries_are_listed_and_files_are_sent(house):
    number = house.open()
    (attach,) = (one for one in house.get(f"/tickets/{number}/transitions")["transitions"] if one["name"] == "attach")
    tenant, photo, papers = attach["may_fill"]
    assert tenant["choices_at"] == f"/api/v1{ENTRIES}?site=pier"
    assert photo["upload_at"] == "/api/v1/files"
    assert [one["type"] for one in papers["columns"]] == ["file", "register"]
