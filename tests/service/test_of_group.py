"""What the whole group has: seen and linked from every site, and by nobody who is nothing anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from service.db import writing
from service.publishing import publish
from tests.service.api_house import ERRAND, FILES, House, blockers, own_house, refusal
from tests.service.test_children import REMEDY, SURVEY, correcting

OF_GROUP = {**FILES, "errand.yaml": f"{ERRAND}scope: group\n"}


house = own_house()


def hold(house: House, files: Mapping[str, str]) -> None:
    with house.app.app_context(), writing() as session:
        publish(session, files, house.now.at)


def test_what_the_whole_group_has_is_seen_and_linked_from_every_site(house: House) -> None:
    hold(house, FILES)
    elsewhere = house.open(person="tower_desk", site="tower")
    refusal(house.ask("GET", f"/tickets/{elsewhere}"), 404)
    hold(house, OF_GROUP)
    near = house.open(fields={"earlier": elsewhere})
    seen = [house.get(f"/tickets/{elsewhere}"), *house.get("/tickets")["tickets"]]
    assert [one["number"] for one in seen].count(elsewhere) == 2
    assert house.get(f"/tickets/{near}")["fields"]["earlier"] == elsewhere
    refusal(house.ask("GET", f"/tickets/{elsewhere}", person="stranger"), 404)
    hold(house, FILES)
    refusal(house.ask("GET", f"/tickets/{elsewhere}"), 404)


def test_what_the_whole_group_has_is_there_for_looking_and_moving_whether_it_can_be_read_or_not(house: House) -> None:
    hold(house, FILES)
    elsewhere = house.open(person="tower_desk", site="tower")
    hold(house, OF_GROUP)
    house.get(f"/tickets/{elsewhere}", "guard")
    assert blockers(house.move(elsewhere, "go", "guard", version=1), 403), "he sees it, and may not move it"
    for spoilt in ("its row", "a clock"):
        house.spoil(elsewhere, spoilt)
        for answer in (
            house.ask("GET", f"/tickets/{elsewhere}", person="guard"),
            house.move(elsewhere, "go", "guard", version=1),
        ):
            assert refusal(answer, 409)["type"] == "/problems/ticket_unreadable"


def test_children_that_the_whole_group_has_are_shown_with_their_parent(house: House) -> None:
    written = {"survey.yaml": f"{SURVEY}scope: group\n", "remedy.yaml": f"{REMEDY}scope: group\n"}
    for files, seen in ((FILES | written, 2), (FILES | written | {"remedy.yaml": REMEDY}, 0)):
        hold(house, files)
        number = correcting(house)
        assert len(house.get(f"/tickets/{number}", "tower_desk")["children"]) == seen
