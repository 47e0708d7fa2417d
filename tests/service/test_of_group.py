"""What the whole group has: seen and linked from every site, and by nobody who is nothing anywhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from service.db import writing
from service.publishing import publish
from tests.service.api_house import ERRAND, FILES, House, opened, refusal

OF_GROUP = {**FILES, "errand.yaml": f"{ERRAND}scope: group\n"}


@pytest.fixture(scope="module")
def sqlite_api_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of this file's own, since what is published stays."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("of_group") / "duban.db")
    with opened(URL.create("sqlite", database=str(file))) as house:
        yield house


@pytest.fixture(scope="module")
def postgresql_api_house(upgraded_postgres_database: Callable[[], URL]) -> Iterator[House]:
    with opened(upgraded_postgres_database()) as house:
        yield house


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
