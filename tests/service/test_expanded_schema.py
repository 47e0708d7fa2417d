"""A program beside a schema that a later version has expanded already, or has changed so that it must not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.engine import URL

from service import delivery, doctor, migrations, publishing, recurring, sweep, tables
from service.cli import main
from service.db import Base, connect, disconnect, migrating, reading, writing
from tests.acceptance.running import DUBAN, Running, free_port
from tests.service.api_house import FILES, House, opened

LATE = dt.timedelta(minutes=31)


def stamp(url: URL, *, oldest: str) -> None:
    """Say that a later version has changed the schema, which programs of `oldest` and newer may work on."""
    app = Flask("later")
    connect(app, url)
    with app.app_context(), writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_support SET oldest = :oldest"), {"oldest": oldest})
    disconnect(app)


@pytest.fixture
def expanded(empty_database_url: URL) -> URL:
    """A later schema: everywhere a column more, which may be empty, and a table more."""
    app = Flask("later")
    connect(app, empty_database_url)
    with app.app_context():
        migrations.upgrade()
        with migrating() as connection:
            for table in Base.metadata.sorted_tables:
                connection.execute(text(f'ALTER TABLE "{table.name}" ADD COLUMN later TEXT'))
            connection.execute(text("CREATE TABLE later (id TEXT PRIMARY KEY, ticket_id BIGINT)"))
    disconnect(app)
    stamp(empty_database_url, oldest=migrations.head())
    return empty_database_url


@pytest.fixture
def house(expanded: URL) -> Iterator[House]:
    with opened(expanded) as house, house.app.app_context():
        yield house


def duban(url: URL, *words: str) -> Result:
    address = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    return CliRunner().invoke(main, words, env={"DUBAN_DATABASE_URL": address, "LANG": "en_US.UTF-8"})


def test_everything_goes_on_beside_a_schema_that_was_only_expanded(house: House) -> None:
    migrations.require_current_schema()
    number = house.open(fields={"pieces": 3})
    assert house.move(number, "note", fields={"pieces": 4}).status_code == 200
    house.now.forward(LATE)
    assert sweep.run_once(house.now).claimed == 1
    delivery.run_once(house.now.at)
    recurring.run_once(house.now)
    assert house.get("/notices")["unread"] > 0
    assert [one["number"] for one in house.get("/tickets?q=parcel")["tickets"]] == [number]
    assert house.get(f"/tickets/{number}")["fields"]["pieces"] == "4"
    assert [one for one in doctor.walk() if one.cases] == []
    with writing() as session:
        publishing.publish(session, {**FILES, "more.yaml": "register: more\nzh: 更多\n"}, house.now.at)
    with reading() as session:
        kinds = session.execute(select(tables.Entry.kind).order_by(tables.Entry.sequence)).scalars().all()
    assert kinds[:2] == ["move", "move"]
    assert "level" in kinds


def test_commands_go_on_beside_it_and_leave_the_schema_alone(house: House, expanded: URL) -> None:
    assert duban(expanded, "site", "list").exit_code == 0
    refused = duban(expanded, "upgrade")
    assert refused.exit_code == 1
    assert "newer than this version of Duban: use the newer version" in refused.stderr


NEWER = "has schema 9999, which is newer than this version of Duban: use the newer version."


@pytest.mark.parametrize("words", ["site list", "schedule", "publish", "doctor"])
def test_a_program_that_is_too_old_for_the_schema_says_so_and_touches_nothing(expanded: URL, words: str) -> None:
    stamp(expanded, oldest="9998")
    refused, chinese = (duban(expanded, *words.split(), "--lang", lang) for lang in ("en", "zh"))
    assert (refused.exit_code, chinese.exit_code) == (1, 1)
    assert NEWER in refused.stderr
    assert "较新时请使用新版本的 Duban" in chinese.stderr


@pytest.mark.parametrize(
    ("empty_database_url", "command"),
    [("sqlite", "serve"), ("postgresql", "serve"), ("postgresql", "web")],
    indirect=["empty_database_url"],
)
def test_a_server_that_is_too_old_for_the_schema_says_so_and_ends(expanded: URL, command: str, tmp_path: Path) -> None:
    stamp(expanded, oldest="9998")
    address = {"DUBAN_DATABASE_URL": expanded.render_as_string(hide_password=False)}
    running = Running(tmp_path / "said", *DUBAN, command, "--lang", "en", "--port", str(free_port()), **address)
    try:
        assert running.ended()
    finally:
        running.kill()
    assert running.process.returncode == 1
    assert NEWER in running.words()
