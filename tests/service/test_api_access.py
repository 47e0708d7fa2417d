"""Who is let in over HTTP, who sees which ticket, and which of its fields."""

from __future__ import annotations

import pytest

from service import outbox, revisions
from service.db import writing
from tests.service.api_house import API, MONDAY, UNREAD_ROUTES, blockers, refusal, routes
from workflow.definition import Text
from workflow.notices import Told, Unopened
from workflow.ticket import Held

# --- Tokens -------------------------------------------------------------------------------------------------------


def headers(house, kind):
    """What stands in `Authorization`; None leaves it out."""
    good = house.secrets["ada"]
    return {
        "none": None,
        "empty": "",
        "no scheme": good,
        "another scheme": f"Basic {good}",
        "no token": "Bearer ",
        "not ours": "Bearer abc",
        "unknown": f"Bearer {good[:-1]}{'a' if good[-1] != 'a' else 'b'}",
        "cut off": f"Bearer {good[:-1]}",
        "too long": f"Bearer {good}{'x' * 5000}",
        "twice": f"Bearer {good} {good}",
        "wildcard": "Bearer duban_%",
        "withdrawn": f"Bearer {house.secrets['withdrawn']}",
        "expired": f"Bearer {house.secrets['expired']}",
        "somebody who has left": f"Bearer {house.secrets['left']}",
    }[kind]


@pytest.mark.parametrize(
    "kind",
    ["none", "empty", "no scheme", "another scheme", "no token", "not ours", "unknown", "cut off", "too long", "twice",
     "wildcard", "withdrawn", "expired", "somebody who has left"],
)  # fmt: skip
def test_every_route_wants_a_token_that_is_good(house, kind):
    given = headers(house, kind)
    house.open()

    with house.untouched():
        for method, path in routes(house.app):
            sent = {} if given is None else {"Authorization": given}
            answer = house.ask(method, path.removeprefix(API), house.opening(), person=None, headers=sent)
            found = refusal(answer, 401)
            assert answer.headers["WWW-Authenticate"] == "Bearer", f"{method} {path}"
            assert "Authorization: Bearer" in found["detail"]
            assert "P-2026" not in answer.get_data(as_text=True)


def test_who_is_not_signed_in_learns_nothing_from_how_his_request_is_wrong(house):
    for body, kind in ((b"{", "application/json"), (b"x", "text/plain"), (b" " * 2_000_000, "application/json")):
        refusal(house.ask("POST", "/tickets", body, person=None, content_type=kind), 401)
    refusal(house.ask("GET", "/tickets?limit=0", person=None), 401)
    refusal(house.ask("GET", "/definitions/%00", person=None), 401)


def test_only_figures_and_the_document_want_no_token(house):
    open_ones = {rule.rule for rule in house.app.url_map.iter_rules()} - {
        rule.rule for rule in house.app.url_map.iter_rules() if rule.endpoint.partition(".")[0] in SIGNED
    }

    assert open_ones == UNREAD_ROUTES


SIGNED = {"tickets", "definitions", "notices", "people", "registers", "files"}


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_good_token_is_let_in(house, scheme):
    answer = house.ask("GET", "/me", person=None, headers={"Authorization": f"{scheme} {house.secrets['ada']}"})

    assert answer.json["person"] == {"id": "ada", "name": "Name of ada"}


# --- Tickets ------------------------------------------------------------------------------------------------------

OUTSIDERS = ("tower_desk", "stranger")


@pytest.mark.parametrize("person", OUTSIDERS)
def test_a_ticket_is_not_there_for_who_is_nothing_at_its_site(house, person):
    number = house.open()

    for rest in ("", "/transitions", "/history", "/clocks"):
        seen = refusal(house.ask("GET", f"/tickets/{number}{rest}", person=person), 404)
        missing = refusal(house.ask("GET", f"/tickets/P-2026-00009{rest}", person=person), 404)
        assert seen == {**missing, "detail": missing["detail"].replace("P-2026-00009", number)}


@pytest.mark.parametrize("person", OUTSIDERS)
def test_a_ticket_that_somebody_may_not_see_is_not_there_for_his_moves_either(house, person):
    number = house.open()
    house.move(number, "note", fields={"pieces": 3})

    with house.untouched():
        for version in (1, 2, 99):
            for transition in ("go", "nonsense"):
                refusal(house.move(number, transition, person, version), 404)
                refusal(house.move(number, transition, person, version, dry_run=True), 404)


@pytest.mark.parametrize("person", OUTSIDERS)
def test_the_refusal_is_the_same_for_looking_and_moving_whether_the_ticket_can_be_read_or_not(house, person):
    number, missing = house.open(), "P-2026-00009"
    asked = refusal(house.ask("GET", f"/tickets/{missing}", person=person), 404)
    expected = {**asked, "detail": asked["detail"].replace(missing, number)}

    for spoilt in (None, "its row", "a clock"):
        if spoilt:
            house.spoil(number, spoilt)
        ways = [house.ask("GET", f"/tickets/{number}", person=person), house.move(number, "go", person, version=1)]
        assert [refusal(one, 404) for one in ways] == [expected, expected]
        assert house.ask("GET", f"/tickets/{number}").status_code == (409 if spoilt else 200), "who sees it is told"


@pytest.mark.parametrize(
    "query", ["", "?site=pier", "?q=parcel", "?q=P-2026", "?state=asked", "?assignee=ada", "?limit=1"]
)
def test_lists_leave_out_what_somebody_may_not_see(house, query):
    number = house.open()
    house.move(number, "go")
    house.open()

    for person in OUTSIDERS:
        assert house.get(f"/tickets{query}", person) == {"tickets": [], "cursor": None}
    assert house.get(f"/tickets{query}", "guard")["tickets"]


def test_who_received_a_ticket_sees_it_and_nothing_else(house):
    house.open()
    mine = house.open("stranger")

    for rest in ("", "/transitions", "/history", "/clocks"):
        assert house.get(f"/tickets/{mine}{rest}", "stranger")["number"] == mine
    assert [one["number"] for one in house.get("/tickets", "stranger")["tickets"]] == [mine]


def test_any_role_at_the_site_opens_its_tickets(house):
    number = house.open()

    for person in ("ben", "guard", "manager"):
        assert house.get(f"/tickets/{number}", person)["number"] == number
        assert [one["number"] for one in house.get("/tickets", person)["tickets"]] == [number]


def test_the_inbox_is_one_s_own(house):
    house.open("stranger")
    house.deliver()

    assert len(house.get("/notices", "ada")["notices"]) == 1
    assert house.get("/notices", "guard")["notices"] == []
    assert house.get("/notices", "stranger")["notices"] == []


def test_a_notice_of_what_could_not_be_opened_names_no_ticket_and_where_it_would_have_been(house):
    with house.app.app_context(), writing() as session:
        catalogue = revisions.current(session).catalogue
        unopened = Unopened(
            workflow="errand",
            revision=catalogue.definitions["errand"].revision,
            calendar=catalogue.calendars["office"].revision,
            site="pier",
            schedule=Text("Count", "清点"),
            period=Text("March 2026", "2026年3月"),
            party=Text("Shop A", "商铺甲"),
        )
        to_ada = [(Told(person="ada", why="desk", held=Held("desk")), unopened)]
        outbox.put_openings(session, "count", to_ada, MONDAY.date(), house.now.at)
        outbox.put_openings(session, "count", to_ada, MONDAY.date(), house.now.at)
    house.deliver()

    (english,), (chinese,) = (house.get("/notices", "ada", lang)["notices"] for lang in ("en", "zh"))
    assert (english["ticket"], english["ask_for"]) == (None, [])
    assert english["subject"] == "Errand (pier): “Count” for March 2026, Shop A, could not be opened"
    assert chinese["subject"] == "跑腿（pier）：“清点”2026年3月商铺甲的工单未能开立"
    assert chinese["lines"] == ["“清点”2026年3月商铺甲的工单未能开立。系统会自动重试。通知您，是因为您是前台。"]
    assert house.ask("POST", f"/notices/{english['id']}/read").json["read"] is True


# --- Fields -------------------------------------------------------------------------------------------------------

WITHHELD = {"withheld": "personal"}


def test_confidential_fields_are_withheld_from_who_has_no_need_of_them(house):
    number = house.open(fields={"caller": "Mrs Gao", "shops": ["Mr Li"]})
    house.move(number, "note", fields={"caller": "Mrs Gao again"})

    for rest in ("", "/history", "/transitions", "/clocks"):
        said = house.ask("GET", f"/tickets/{number}{rest}", person="guard").get_data(as_text=True)
        assert "Gao" not in said
        assert "Li" not in said
    shown = house.get(f"/tickets/{number}", "guard")["fields"]
    assert shown == {"title": "A parcel", "matter": "Fetch it", "caller": WITHHELD, "shops": [{"owner": WITHHELD}]}
    listed = house.get("/tickets", "guard")["tickets"]
    assert listed[0]["fields"] == shown
    filled = [one["filled"] for one in house.get(f"/tickets/{number}/history", "guard")["entries"]]
    assert [one["caller"] for one in filled] == [WITHHELD, WITHHELD]


def test_confidential_fields_are_shown_to_who_answers_for_the_ticket(house):
    number = house.open("stranger", fields={"caller": "Mrs Gao", "shops": ["Mr Li"]})

    for person in ("ada", "stranger"):
        assert house.get(f"/tickets/{number}", person)["fields"]["caller"] == "Mrs Gao"
        assert house.get(f"/tickets/{number}/history", person)["entries"][0]["filled"]["shops"] == [{"owner": "Mr Li"}]


def test_searching_finds_nothing_by_what_is_confidential(house):
    house.open(fields={"caller": "Mrs Gao"})

    assert house.get("/tickets?q=Gao", "ada")["tickets"] == []


def test_a_confidential_field_that_the_ticket_s_class_no_longer_has_is_withheld_all_the_same(house):
    body = {"workflow": "plea", "site": "pier", "transition": "hear_again", "fields": {"title": "x"}}
    number = house.ask("POST", "/tickets", body).json["number"]
    house.move(number, "weigh", fields={"size": "small"})
    house.move(number, "confide", fields={"secret": "the code is 4711"})
    assert house.move(number, "grow").json["workflow"]["name"] == "plea-big"

    said = house.ask("GET", f"/tickets/{number}/history", person="guard")

    assert "4711" not in said.get_data(as_text=True)
    assert [one["filled"]["secret"] for one in said.json["entries"] if one["name"] == "confide"] == [WITHHELD]
    assert "4711" in house.ask("GET", f"/tickets/{number}/history").get_data(as_text=True)


def test_notices_tell_nothing_confidential(house):
    number = house.open(fields={"caller": "Mrs Gao"})
    house.move(number, "go")
    house.deliver()

    notices = house.ask("GET", "/notices", person="guard")
    assert number in notices.get_data(as_text=True)
    assert "Gao" not in notices.get_data(as_text=True)


# --- Who am I -----------------------------------------------------------------------------------------------------


def openings(house, person):
    return {
        site["site"]: {one["name"]: [each["name"] for each in one["transitions"]] for one in site["openings"]}
        for site in house.get("/me", person)["sites"]
    }


def test_me_shows_only_what_may_be_opened(house):
    assert openings(house, "ada") == {"pier": {"errand": ["ask"], "plea": ["hear", "hear_again"]}}
    assert openings(house, "guard") == {"pier": {"errand": ["ask"]}}
    assert openings(house, "tower_desk") == {"tower": {"errand": ["ask"], "plea": ["hear", "hear_again"]}}


def test_who_is_nothing_anywhere_may_open_what_anyone_may_at_every_site(house):
    assert openings(house, "stranger") == {"pier": {"errand": ["ask"]}, "tower": {"errand": ["ask"]}}
    assert [one["roles"] for one in house.get("/me", "stranger")["sites"]] == [[], []]
    assert house.get("/sites", "stranger") == {"sites": []}


def test_what_me_shows_can_be_opened_and_what_it_leaves_out_cannot(house):
    fields = {"title": "x", "matter": "Fetch", "caller": "Li"}
    for person in ("ada", "guard", "tower_desk", "stranger"):
        for site, workflows in openings(house, person).items():
            for workflow, transition in (("errand", "ask"), ("plea", "hear"), ("plea", "hear_again")):
                asked = {name: fields[name] for name in ASKED[transition]}
                body = {"workflow": workflow, "site": site, "transition": transition, "fields": asked, "dry_run": True}
                answer = house.ask("POST", "/tickets", body, person=person)
                if transition in workflows.get(workflow, ()):
                    assert answer.status_code == 200, answer.json
                else:
                    assert blockers(answer, 403) == [("not_allowed", transition)]


ASKED = {"ask": ("title", "matter"), "hear": ("title", "caller"), "hear_again": ("title",)}


def test_the_transitions_of_a_ticket_say_what_stands_against_each(house):
    number = house.open()

    found = {one["name"]: one for one in house.get(f"/tickets/{number}/transitions", "guard")["transitions"]}

    assert {name: one["allowed"] for name, one in found.items()} == {
        "note": False,
        "attach": False,
        "go": False,
        "finish": False,
    }
    codes = {name: {each["code"] for each in one["blockers"]} for name, one in found.items()}
    assert codes == {
        "note": {"not_allowed"},
        "attach": {"not_allowed"},
        "go": {"not_allowed"},
        "finish": {"not_allowed", "not_from_here", "check"},
    }


def test_a_ticket_of_another_site_cannot_be_linked_and_is_not_told_from_one_that_does_not_exist(house):
    answer = house.ask("POST", "/tickets", {**house.opening(), "site": "tower"})
    elsewhere = answer.json["number"]
    near = house.open()
    assert house.ask("POST", "/tickets", house.opening(fields={"earlier": near})).status_code == 201
    refusals = []
    for number in (elsewhere, "T-2026-99999"):
        with house.untouched():
            refused = house.ask("POST", "/tickets", house.opening(fields={"earlier": number}))
        assert refused.status_code == 422
        (blocker,) = refused.json["blockers"]
        refusals.append((blocker["code"], blocker["text"].replace(number, "NUMBER")))
    assert refusals[0] == refusals[1]
