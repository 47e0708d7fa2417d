"""How transactions begin and end, on both databases, and what their columns give back."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import insert, select, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, StatementError
from sqlalchemy.orm import Session

from service import connections, tables
from service.columns import UTCDateTime
from service.db import (
    DatabaseUnavailable,
    ReadOnly,
    TransactionMisused,
    connect,
    db,
    disconnect,
    reading,
    writing,
)
from service.sqlite_files import DatabaseUnusable, require_database, sqlite_file

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

MORNING = dt.datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=ZoneInfo("Asia/Shanghai"))


def add_site(session: Session, site: str = "a", name: str = "万象汇") -> None:
    session.execute(insert(tables.Site).values(id=site, name=name, number_prefix=site.upper()))


def sites() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(tables.Site.id).order_by(tables.Site.id)))


Result = TypeVar("Result")


def in_thread(app: Flask, work: Callable[[], Result]) -> Result:
    """What `work` gives back, done in another thread with an application context of its own."""

    def there() -> Result:
        with app.app_context():
            return work()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(there).result(timeout=30)


@on_postgresql
def test_a_server_that_says_nothing_is_given_up_by_whoever_is_waited_for(
    database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when it is frozen, or the line is cut: nothing but our own patience ends that."""
    monkeypatch.setattr(connections, "SILENCE_SECONDS", 0.3)
    app = Flask(__name__)
    connect(app, database_url, for_calls=True)
    with app.app_context():
        with pytest.raises(DatabaseUnavailable, match=r"has not answered for 0\.3 s"), writing() as session:
            session.execute(text("SELECT pg_sleep(5)"))
        with writing() as session:  # on a connection made anew
            assert session.execute(text("SELECT 1")).scalar_one() == 1
    disconnect(app)


@on_postgresql
def test_a_statement_for_which_somebody_waits_is_given_six_seconds_and_any_other_thirty(database_url: URL) -> None:
    for for_calls, limit in ((True, "6s"), (False, "30s")):
        app = Flask(__name__)
        connect(app, database_url, for_calls=for_calls)
        with app.app_context(), reading() as session:
            assert session.execute(text("SHOW statement_timeout")).scalar_one() == limit
        disconnect(app)


def test_an_error_does_not_say_what_was_to_be_stored(database: Flask) -> None:
    with pytest.raises(IntegrityError) as refused, writing() as session:
        add_site(session, name="Ms Li")
        add_site(session, name="Ms Li")
    assert "Ms Li" not in str(refused.value).partition("DETAIL")[0]


def test_what_is_written_is_there_for_the_next_reader(database: Flask) -> None:
    with writing() as session:
        add_site(session)
    assert sites() == ["a"]
    assert in_thread(database, sites) == ["a"]


def test_an_exception_leaves_nothing_behind_and_the_next_transaction_works(database: Flask) -> None:
    with pytest.raises(ZeroDivisionError), writing() as session:
        add_site(session)
        raise ZeroDivisionError
    assert sites() == []
    with writing() as session:
        add_site(session)
    assert sites() == ["a"]


def test_a_savepoint_takes_back_only_what_came_after_it(database: Flask) -> None:
    with writing() as session:
        add_site(session, "a")
        with pytest.raises(IntegrityError), session.begin_nested():
            add_site(session, "b")
            add_site(session, "a")
        add_site(session, "c")
    assert sites() == ["a", "c"]


def test_a_reader_is_refused_every_write(database: Flask) -> None:
    for write in (add_site, lambda session: session.execute(text("DELETE FROM site"))):
        with pytest.raises((DBAPIError, ReadOnly), match="read-only"), reading() as session:
            write(session)
    with writing() as session:  # the same connection may write again
        add_site(session)
    assert sites() == ["a"]


def test_a_statement_outside_of_a_transaction_is_refused(database: Flask) -> None:
    with pytest.raises(InvalidRequestError, match="begin"):
        db.session.execute(select(tables.Site.id))
    with pytest.raises(TransactionMisused), db.engine.connect() as connection:
        connection.execute(select(tables.Site.id))
    with writing() as session:
        pass
    with pytest.raises(InvalidRequestError, match="begin"):
        session.execute(select(tables.Site.id))


def test_a_transaction_inside_another_is_refused(database: Flask) -> None:
    with writing() as session:
        add_site(session)
        with pytest.raises(TransactionMisused), writing():
            pass
        with pytest.raises(TransactionMisused), reading():
            pass
    assert sites() == ["a"]


def test_a_reader_sees_one_moment_and_waits_for_no_writer(database: Flask) -> None:
    begun, seen = threading.Event(), threading.Event()

    def write() -> None:
        with database.app_context(), writing() as session:
            add_site(session, "b")
            begun.set()
            assert seen.wait(30)

    with writing() as session:
        add_site(session, "a")
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(write)
        assert begun.wait(30)
        with reading() as session:
            count = text("SELECT count(*) FROM site")
            assert session.scalar(count) == 1
            seen.set()
            done.result(timeout=30)
            assert session.scalar(count) == 1
    assert sites() == ["a", "b"]


@on_sqlite
def test_writers_of_one_process_lose_no_update(database: Flask) -> None:
    with writing() as session:
        add_site(session)
        session.execute(insert(tables.TicketNumber).values(site_id="a", year=2026, last=0))
    last = select(tables.TicketNumber.last)

    def raise_by_reading_first() -> None:
        for _ in range(25):
            with database.app_context(), writing() as session:
                found = session.scalars(last).one()
                session.execute(update(tables.TicketNumber).values(last=found + 1))

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(raise_by_reading_first) for _ in range(4)]:
            done.result(timeout=60)
    with reading() as session:
        assert session.scalars(last).one() == 100


@on_sqlite
def test_writers_of_several_processes_lose_no_update(database_url: URL, database: Flask) -> None:
    with writing() as session:
        add_site(session)
        session.execute(insert(tables.TicketNumber).values(site_id="a", year=2026, last=0))
    program = textwrap.dedent("""
        import sys
        from flask import Flask
        from sqlalchemy import select, update
        from sqlalchemy.engine import URL
        from service import tables
        from service.db import connect, disconnect, writing
        app = Flask("writer")
        connect(app, URL.create("sqlite", database=sys.argv[1]))
        for _ in range(25):
            with app.app_context(), writing() as session:
                last = session.scalars(select(tables.TicketNumber.last)).one()
                session.execute(update(tables.TicketNumber).values(last=last + 1))
        disconnect(app)
    """)
    words = [sys.executable, "-c", program, str(database_url.database)]
    programs = [subprocess.Popen(words) for _ in range(2)]
    assert [program.wait(60) for program in programs] == [0, 0]
    with reading() as session:
        assert session.scalars(select(tables.TicketNumber.last)).one() == 50


@on_sqlite
def test_a_writer_in_another_process_is_waited_for_and_then_said(
    database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.1)
    file = str(database_url.database)
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "c.execute('BEGIN IMMEDIATE'); print('begun', flush=True); sys.stdin.read()"
    )
    app = Flask(__name__)
    connect(app, database_url)
    with subprocess.Popen(
        [sys.executable, "-c", program, file], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"begun\n"
        with app.app_context():
            with pytest.raises(DatabaseUnavailable, match="locked"), writing():
                pass
            assert sites() == []
        other.communicate()
        with app.app_context(), writing() as session:
            add_site(session)
    disconnect(app)


@on_sqlite
def test_a_writer_in_the_same_process_is_waited_for_and_then_said(
    database: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT_SECONDS", 0.1)

    def write() -> None:
        with writing() as session:
            add_site(session, "b")

    with writing(), pytest.raises(DatabaseUnavailable, match="another write"):
        in_thread(database, write)
    in_thread(database, write)
    assert sites() == ["b"]


@on_postgresql
def test_a_lock_that_is_not_given_back_is_waited_for_and_then_said(
    database_url: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "WAIT_SECONDS", 1)
    app = Flask(__name__)
    connect(app, database_url)

    def rename() -> None:
        with writing() as session:
            session.execute(update(tables.Site).values(name="b"))

    with app.app_context():
        with writing() as session:
            add_site(session)
        with writing() as session:
            session.execute(update(tables.Site).values(name="a"))
            with pytest.raises(DatabaseUnavailable, match="lock timeout"):
                in_thread(app, rename)
    disconnect(app)


@on_postgresql
def test_sql_reckons_in_utc_whatever_the_zone_of_the_server(database: Flask) -> None:
    with reading() as session:
        assert session.scalar(text("SHOW timezone")) == "UTC"


@on_postgresql
def test_a_server_that_is_away_is_said(database_url: URL) -> None:
    app = Flask(__name__)
    connect(app, database_url.set(query={"host": "/nowhere"}))
    with app.app_context(), pytest.raises(DatabaseUnavailable, match="/nowhere"), reading():
        pass
    disconnect(app)


@on_postgresql
def test_a_connection_that_broke_is_replaced(database: Flask) -> None:
    with pytest.raises(DatabaseUnavailable), writing() as session:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with writing() as session:
        add_site(session)
    assert sites() == ["a"]


def test_a_wrong_statement_is_not_taken_for_a_database_that_is_away(database: Flask) -> None:
    with pytest.raises(DBAPIError, match="nonsense"), reading() as session:
        session.execute(text("SELECT * FROM nonsense"))


def test_rows_stay_readable_after_their_transaction_and_are_read_anew_in_the_next(database: Flask) -> None:
    with writing() as session:
        add_site(session)
        site = session.scalars(select(tables.Site)).one()
    assert site.name == "万象汇"

    def rename() -> None:
        with writing() as session:
            session.execute(update(tables.Site).values(name="万象城"))

    in_thread(database, rename)
    with reading() as session:
        assert session.scalars(select(tables.Site)).one().name == "万象城"


def test_a_row_that_refers_to_nothing_is_refused(database: Flask) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"), writing() as session:
        session.execute(insert(tables.Department).values(site_id="nowhere", name="operations", active=True))


def publish(session: Session, at: dt.datetime) -> int:
    (number,) = session.execute(insert(tables.Publication).values(published_at=at)).inserted_primary_key
    return number


def test_an_instant_comes_back_in_utc_to_the_microsecond(database: Flask) -> None:
    with writing() as session:
        publish(session, MORNING)
    with reading() as session:
        found = session.scalars(select(tables.Publication.published_at)).one()
    assert found == MORNING
    assert found.tzinfo is dt.UTC
    assert found.isoformat() == "2026-03-02T01:00:00.000001+00:00"


def test_instants_sort_and_compare_whatever_zone_they_were_given_in(database: Flask) -> None:
    zones = (dt.UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"))
    instants = [MORNING + step * dt.timedelta(microseconds=500_000) for step in range(6)]
    with writing() as session:
        for step in (3, 1, 5, 0, 4, 2):
            publish(session, instants[step].astimezone(zones[step % 3]))
    published_at = tables.Publication.published_at
    with reading() as session:
        assert list(session.scalars(select(published_at).order_by(published_at))) == instants
        until_third = select(published_at).where(published_at <= instants[2].astimezone(zones[2]))
        assert len(list(session.scalars(until_third))) == 3


def test_an_instant_without_a_zone_is_refused(database: Flask) -> None:
    with pytest.raises(StatementError, match="needs a zone"), writing() as session:
        publish(session, MORNING.replace(tzinfo=None))
    assert UTCDateTime().cache_ok


def calendar(session: Session, expanded: object) -> None:
    publication = publish(session, MORNING)
    session.execute(
        insert(tables.CalendarRevision).values(
            hash="h",
            name="mall",
            expanded=expanded,
            first_publication_id=publication,
            latest_publication_id=publication,
        )
    )


def test_json_comes_back_as_it_was_and_its_chinese_stays_readable(database: Flask) -> None:
    expanded = {"zh": "客服中心", "days": [[1, 2.5], None, True], "nested": {"": []}}
    with writing() as session:
        calendar(session, expanded)
    with reading() as session:
        assert session.scalars(select(tables.CalendarRevision.expanded)).one() == expanded
        stored = session.scalar(text("SELECT CAST(expanded AS text) FROM calendar_revision"))
    assert "客服中心" in str(stored)


def test_nothing_in_a_json_column_is_null_for_the_database_too(database: Flask) -> None:
    with writing() as session:
        session.execute(insert(tables.Person).values(id="chen", name="陈", active=True, created_at=MORNING))
        session.execute(
            insert(tables.Idempotency).values(
                person_id="chen", route="r", key="k", request_digest="d", status=204, body=None, created_at=MORNING
            )
        )
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM idempotency WHERE body IS NULL")) == 1


def test_a_number_that_is_no_json_is_refused(database: Flask) -> None:
    with pytest.raises((ValueError, StatementError), match="not JSON compliant"), writing() as session:
        calendar(session, {"x": float("nan")})


@on_sqlite
def test_sqlite_keeps_what_it_has_confirmed(database: Flask) -> None:
    with reading() as session:
        found = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_the_folder_of_an_sqlite_file_is_made_for_its_owner_only(tmp_path: Path) -> None:
    app = Flask(__name__)
    connect(app, URL.create("sqlite", database=str(tmp_path / "var" / "duban.db")))
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700
    disconnect(app)


@pytest.mark.parametrize("name", [None, "", ":memory:"])
def test_an_sqlite_database_without_a_file_is_refused(name: str | None) -> None:
    with pytest.raises(ValueError, match="is a file"):
        sqlite_file(URL.create("sqlite", database=name))


def test_an_sqlite_file_is_required_without_being_made(tmp_path: Path) -> None:
    file = tmp_path / "var" / "duban.db"
    url = URL.create("sqlite", database=str(file))
    with pytest.raises(DatabaseUnusable, match="There is no database at"):
        require_database(url)
    require_database(url, may_be_missing=True)
    assert not file.parent.exists()
    for wrong, said in ((tmp_path, "is a folder"), (tmp_path / "notes.txt", "no SQLite database")):
        (tmp_path / "notes.txt").write_text("only text in this file")
        with pytest.raises(DatabaseUnusable, match=said):
            require_database(URL.create("sqlite", database=str(wrong)), may_be_missing=True)


@on_sqlite
def test_a_database_that_is_there_is_enough(database_url: URL) -> None:
    require_database(database_url)


def test_an_sqlite_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    app = Flask(__name__)
    connect(app, URL.create("sqlite", database=str(tmp_path)))
    with app.app_context(), pytest.raises(DatabaseUnavailable, match="unable to open"), reading():
        pass
    disconnect(app)
