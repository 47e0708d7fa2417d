"""What somebody who sees the interface for the first time needs: the ids that there are, and refusals he can read."""

from __future__ import annotations

import pytest

from tests.service.api_house import API, refusal

# --- Ids ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", API, f"{API}/"])
def test_the_entrance_says_where_everything_is_described_and_nothing_else(house, path):
    answer = house.app.test_client().get(path)

    assert answer.status_code == 200
    assert answer.json["openapi"] == f"{API}/openapi.json"
    assert set(answer.json) == {"name", "api", "openapi", "health"}


def test_the_people_of_a_site_are_listed_with_their_roles_for_those_who_are_there(house):
    found = {one["id"]: one for one in house.get("/people?site=pier", "guard", "zh")["people"]}

    assert set(found) == {"ada", "ben", "guard", "manager"}
    assert found["ada"]["roles"] == [{"role": "desk", "label": "前台", "department": None}]


@pytest.mark.parametrize("person", ["tower_desk", "stranger"])
def test_the_people_of_a_site_are_not_for_who_is_nothing_there(house, person):
    found = refusal(house.ask("GET", "/people?site=pier", person=person), 404)

    assert "ada" not in str(found)
    assert "pier" not in found["accepted"]
    assert found == {
        **(missing := refusal(house.ask("GET", "/people?site=nowhere", person=person), 404)),
        "detail": missing["detail"].replace("nowhere", "pier"),
    }


def test_the_sites_have_their_departments(house):
    departments = [{"name": "workshop", "label": "工场"}]

    assert house.get("/sites", lang="zh") == {"sites": [{"id": "pier", "name": "pier", "departments": departments}]}


def test_fields_say_where_to_look_for_people_and_which_departments_there_are(house):
    number = house.open()
    (note,) = (one for one in house.get(f"/tickets/{number}/transitions")["transitions"] if one["name"] == "note")
    asked = {one["name"]: one for one in note["may_fill"]}

    assert asked["helper"]["choices_at"] == f"{API}/people?site=pier"
    assert house.ask("GET", "/people?site=pier").status_code == 200
    assert asked["department"]["choices"] == [{"name": "workshop", "label": "Workshop"}]


def test_me_has_roles_with_labels(house):
    ((role,),) = [one["roles"] for one in house.get("/me", lang="zh")["sites"]]

    assert role == {"role": "desk", "label": "前台", "department": None}


# --- Refusals -----------------------------------------------------------------------------------------------------


def refused(house, lang="zh", **changed):
    return refusal(house.ask("POST", "/tickets", house.opening(**changed), lang=lang), 422)


def test_every_reason_stands_on_a_line_and_names_its_field(house):
    found = refused(house, fields={"pieces": -5, "urgent": "yes", "title": None, "matter": ""})

    assert found["detail"].split("\n") == [one["text"] for one in found["blockers"]]
    assert set(found["detail"].split("\n")) == {
        "“件数”：不小于 1，现为 -5。",
        "“紧急”：请填 true 或 false；现为文字。",
        "请填写“标题”。",
        "请填写“事项”。",
    }


def test_labels_of_what_every_ticket_has_are_written_like_the_others(house):
    assert refused(house, "en", fields={"title": None})["detail"] == "Fill in “Title”."


def test_where_a_transition_must_be_named_those_that_there_are_are_said(house):
    body = {"workflow": "plea", "site": "pier", "fields": {"title": "x"}}
    found = refusal(house.ask("POST", "/tickets", body, lang="zh"), 422)

    assert found["detail"] == "请在 transition 中写明：hear、hear_again。"


@pytest.mark.parametrize(
    ("method", "path", "body", "said"),
    [
        ("POST", "/tickets", {"workflow": "errand", "site": "peer", "transition": "ask"}, "没有项目“peer”"),
        ("POST", "/tickets", {"workflow": "repiar", "site": "pier", "transition": "ask"}, "没有流程“repiar”"),
        ("POST", "/tickets", {"workflow": "errand"}, "“site”：请填写此项。"),
        ("POST", "/tickets", {"workflow": "errand", "site": "pier", "colour": 1}, "“colour”：没有此项。"),
        ("POST", "/tickets", b"{", "正文不是可读的 JSON"),
        ("GET", "/tickets?limit=0", None, "“limit”：应为 1 至 200。"),
        ("GET", "/tickets/P-2026-00009", None, "没有您可以查看的工单"),
        ("GET", "/definitions/repiar", None, "没有流程定义“repiar”"),
        ("GET", "/tikets", None, "有哪些地址"),
        ("DELETE", "/tickets", None, "不支持 DELETE"),
    ],
)
def test_problems_are_told_in_chinese_to_whoever_reads_chinese(house, method, path, body, said):
    found = refusal(house.ask(method, path, body, lang="zh"), 400, 404, 405, 422)

    assert said in found["detail"]
    assert not found["title"].isascii()
    assert found["type"].isascii()


def test_who_is_not_signed_in_is_told_so_in_chinese(house):
    assert "请发送 Authorization: Bearer" in refusal(house.ask("GET", "/me", person=None, lang="zh"), 401)["detail"]


def test_a_stale_version_says_who_changed_the_ticket_and_when_in_its_own_zone(house):
    number = house.open()
    house.move(number, "note", fields={"pieces": 2})

    found = refusal(house.move(number, "go", version=1), 409)

    assert found["changed"][0]["by"] == {"id": "ada", "name": "Name of ada"}
    assert found["changed"][0]["at"] == "2026-03-02T09:00:00+08:00"
