"""The five minutes of the README, carried out on a fresh demonstration."""

from __future__ import annotations

import datetime as dt
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import URL
from werkzeug.test import TestResponse

from service.app import create_app
from service.db import disconnect
from service.demonstration import prepare
from service.now import FixedNow
from service.settings import Settings

ROOT = Path(__file__).parents[2]
WALK = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Five minutes")[2].partition("\n## ")[0]


@pytest.fixture
def house(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[FlaskClient, dict[str, str]]]:
    """The demonstration as `make run` starts it for the first time, and its tokens by role."""
    file = shutil.copy(sqlite_template, tmp_path / "duban.db")
    settings = Settings(database_url=URL.create("sqlite", database=str(file)), definitions=ROOT / "definitions")
    now = FixedNow(dt.datetime(2026, 6, 1, 2, 0, tzinfo=dt.UTC))
    app = create_app(settings, now)
    with app.app_context():
        prepared = prepare(settings, now)
    yield app.test_client(), {role: token for role, (_, token) in prepared.tokens.items()}
    disconnect(app)


def test_every_line_of_the_five_minutes_works_as_it_is_written(house: tuple[FlaskClient, dict[str, str]]) -> None:
    client, tokens = house
    (block,) = re.findall(r"```sh\n(.*?)```", WALK, flags=re.DOTALL)
    whose = re.search(r"TOKEN=\S+ +# of (\w+)", block)
    assert whose is not None
    calls = [one for one in re.split(r"^(?=\S)", block, flags=re.MULTILINE) if one.startswith("duban-api ")]
    assert len(calls) == 5
    answers = [_call(client, tokens[whose[1]], shlex.split(one, comments=True)[1:]) for one in calls]
    assert [one.status_code for one in answers] == [200, 200, 200, 200, 201]

    number = answers[-1].get_json()["number"]
    address = f"http://127.0.0.1:8080/api/v1/tickets/{number}/history"
    (opened,) = _call(client, tokens[whose[1]], [address]).get_json()["entries"]
    assert opened["rules"] == ["REP-1", "REP-2"]  # of the move, and of the state that it leads to


def _call(client: FlaskClient, token: str, words: list[str]) -> TestResponse:
    """What `curl` does with an address and, after `-d`, a body."""
    address, *body = words
    parts = urlsplit(address)
    return client.open(
        parts.path,
        query_string=parts.query,
        method="POST" if body else "GET",
        data=body[1] if body else None,
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
