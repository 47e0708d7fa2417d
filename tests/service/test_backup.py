"""A backup while it is served, and what a restored one does: what is due fires once, and nobody is told anew."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select

from service import sweep, tables
from service.backup import BackupRefused, copy
from service.db import disconnect, reading, writing
from service.sqlite_files import sqlite_file
from tests.service.api_house import House

pytestmark = pytest.mark.parametrize("house", ["sqlite"], indirect=True)


def file_of(house: House) -> Path:
    with house.app.app_context(), reading() as session:
        bind = session.get_bind()
    found = sqlite_file(bind.engine.url)
    assert found is not None
    return found


def fired_and_told(house: House) -> tuple[list[tuple[object, ...]], set[str]]:
    entry, notice = tables.Entry, tables.Notice
    with house.app.app_context(), reading() as session:
        columns = entry.ticket_id, entry.sequence, entry.name, entry.level, entry.due_at
        fired = session.execute(select(*columns).where(entry.kind == "level").order_by(*columns[:2])).all()
        return [tuple(one) for one in fired], set(session.execute(select(notice.id)).scalars())


def test_a_copy_is_made_beside_somebody_who_writes_and_holds_nothing_that_is_not_whole(
    house: House, tmp_path: Path
) -> None:
    number = house.open()
    with house.app.app_context(), writing() as session:
        session.execute(tables.Ticket.__table__.update().values(title="half"))
        copy(file_of(house), tmp_path / "copy.db")
    with sqlite3.connect(tmp_path / "copy.db") as copied:
        assert copied.execute("SELECT number, title FROM ticket").fetchall() == [(number, "A parcel")]
    assert (tmp_path / "copy.db").stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["copy.db"]


def test_a_file_that_is_there_is_not_replaced_and_a_folder_that_is_not_there_is_said(
    house: House, tmp_path: Path
) -> None:
    (tmp_path / "copy.db").write_text("kept")
    with pytest.raises(BackupRefused, match="is there already"):
        copy(file_of(house), tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "kept"
    with pytest.raises(BackupRefused, match="cannot be written"):
        copy(file_of(house), tmp_path / "nowhere" / "copy.db")


def test_restored_to_an_hour_ago_what_is_due_fires_once_and_notices_have_the_ids_that_they_had(
    house: House, tmp_path: Path
) -> None:
    file = file_of(house)
    house.open()
    copy(file, tmp_path / "copy.db")
    house.now.forward(dt.timedelta(hours=1))
    with house.app.app_context():
        sweep.run_once(house.now)
    before, told_before = fired_and_told(house)
    assert before

    disconnect(house.app)
    for beside in (f"{file}-wal", f"{file}-shm"):
        Path(beside).unlink(missing_ok=True)
    shutil.copy(tmp_path / "copy.db", file)
    assert fired_and_told(house)[0] == []
    with house.app.app_context():
        sweep.run_once(house.now)
        assert sweep.run_once(house.now).claimed == 0
    assert fired_and_told(house) == (before, told_before)
