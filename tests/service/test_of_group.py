"""What the whole group has: seen and linked from every site, and by nobody who is nothing anywhere."""

from __future__ import annotations

from collections.abc import Mapping

from service.db import writing
from service.publishing import publish
from tests.service.api_house import ERRAND, FILES, House, own_house, refusal

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
