"""The database: what the tables are declared on, and the ways in which a transaction begins.

`reading()`, `asking()` and `writing()` are the only doors, and from asking() then_writing() leads on. Each gives the
session of the current application context, commits when its block ends well, and rolls everything back when anything is
raised. Outside of them the session refuses every statement. A thread needs an application context of its own:

    with app.app_context(), writing() as session:
        ...
"""

from __future__ import annotations

import datetime as dt
import sqlite3
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, Integer, MetaData, Table, Text, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import DeclarativeBase, Session

from service import connections
from service.columns import UTCDateTime
from service.sqlite_files import make_folder, sqlite_file
from service.turns import Turns
from workflow.definition import Text as Sentence

Kept = TypeVar("Kept")


class Base(DeclarativeBase):
    """What every table is declared on; its constraints are named by one convention on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), int: Integer(), dt.datetime: UTCDateTime()}


# The metadata is handed over, not the class: Flask-SQLAlchemy refuses a base with a type_annotation_map.
db = SQLAlchemy(metadata=Base.metadata, session_options={"autobegin": False, "expire_on_commit": False})


def table_of(row: type[Base]) -> Table:
    """The table of a mapped class, for statements that write many rows at once."""
    return cast("Table", row.__table__)


class PerDatabase(Generic[Kept]):
    """What this process keeps of each database that it serves, made empty when it is first asked for."""

    def __init__(self, empty: Callable[[], Kept]) -> None:
        self._empty = empty
        self._kept: WeakKeyDictionary[Engine, Kept] = WeakKeyDictionary()
        self._making = threading.Lock()

    def of(self, session: Session) -> Kept:
        """What is kept of the database of this session."""
        engine = session.get_bind().engine
        found = self._kept.get(engine)
        if found is None:
            with self._making:
                found = self._kept.setdefault(engine, self._empty())
        return found


class DatabaseUnavailable(Exception):
    """The database cannot be reached or is too busy just now; the same call may succeed later."""

    def __init__(self, why: str) -> None:
        self.why = why
        self.text = Sentence(
            f"{self.__doc__} It says: {why}", f"数据库现在无法连接或正忙；稍后重试可能成功。数据库返回：{why}"
        )
        super().__init__(self.text.en)


class ReadOnly(RuntimeError):
    """What only reads, in a transaction of reading() or asking(), is refused every write: it is read-only."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class TransactionMisused(RuntimeError):
    """A transaction begins with reading() or writing(), one at a time in each application context."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


def connect(app: Flask, url: URL, *, for_calls: bool = False) -> None:
    """Gives the application its database; opens nothing yet. An SQLite file's folder is made, for its owner only.

    `for_calls`: somebody waits for what is done here, so that it is given up sooner.
    """
    file = sqlite_file(url)
    if file is not None:
        make_folder(file)
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = connections.options(url, for_calls=for_calls)
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    event.listen(engine, "begin", _begin)
    if file is not None:
        event.listen(engine, "before_cursor_execute", _refuse_writes)
    connections.prepare(engine, url, for_calls=for_calls)


def disconnect(app: Flask) -> None:
    """Closes the application's connections that nobody is using."""
    with app.app_context():
        db.engine.dispose()


@contextmanager
def reading() -> Iterator[Session]:
    """A transaction that sees the database at one moment and is refused every write; it waits for no writer."""
    with _transaction("reading") as session:
        yield session


@contextmanager
def asking() -> Iterator[Session]:
    """For one statement, or for several that need not see the same moment; it waits for no writer and writes nothing.

    It is no transaction: nothing is begun and nothing committed, each of which is one more way there and back.
    """
    with _transaction("asking") as session:
        yield session


@contextmanager
def then_writing(session: Session, *, one_statement: bool = False) -> Iterator[None]:
    """Inside of asking(), as its last: a transaction that may write, on the connection that has been asked.

    Of a single statement PostgreSQL makes a transaction by itself: nothing is begun for `one_statement`.
    """
    connection = session.connection()
    file = sqlite_file(connection.engine.url)
    with _turn(file):
        try:
            connection.execution_options(**{_ONLY_READS: False})
            if file is not None:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            elif not one_statement:
                connection.exec_driver_sql("BEGIN")
            yield
            session.commit()
        except BaseException:
            session.rollback()  # before somebody else has the turn
            raise


@contextmanager
def writing() -> Iterator[Session]:
    """A transaction that may write: on SQLite the only one of all processes, from its beginning."""
    with _transaction("writing") as session:
        yield session


@contextmanager
def migrating() -> Iterator[Connection]:
    """A transaction for changing the schema, on a bare connection; two at once wait for each other.

    SQLite does not look at foreign keys meanwhile, since a table is changed there by putting another in its place; a
    row that refers to nothing at the end is a ValueError.
    """
    engine = db.engine
    file = sqlite_file(engine.url)
    with _passing_faults(), _turn(file), engine.connect() as bare:
        connection = bare.execution_options(**(_POSTGRESQL if file is None else _SQLITE)["migrating"])
        try:
            with connection.begin():
                yield connection
                if file is not None and (lost := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise ValueError(f"row {lost[1]} of {lost[0]} refers to no row of {lost[2]}")
        finally:
            connection.invalidate()  # the next user of a connection must find foreign keys looked at


_BEGIN = "duban_begin"
"""The execution option with the statements that begin a transaction."""

_ONLY_READS = "duban_only_reads"
"""The execution option by which a transaction on SQLite is refused every write."""

_SQLITE: Mapping[str, dict[str, Any]] = {
    "asking": {_BEGIN: (), _ONLY_READS: True},
    "reading": {_BEGIN: ("BEGIN",), _ONLY_READS: True},
    "writing": {_BEGIN: ("BEGIN IMMEDIATE",)},
    "migrating": {_BEGIN: ("PRAGMA foreign_keys=0", "BEGIN IMMEDIATE")},
}
_POSTGRESQL: Mapping[str, dict[str, Any]] = {
    "asking": {_BEGIN: (), "isolation_level": "AUTOCOMMIT"},
    "reading": {_BEGIN: (), "isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
    "writing": {_BEGIN: ()},
    "migrating": {_BEGIN: ("SET LOCAL statement_timeout=0", "SELECT pg_advisory_xact_lock(hashtext('duban schema'))")},
}


# SQLite's own waiting is a race that some lose again and again. By file, so that two applications on one file share it.
_writers: defaultdict[Path, Turns] = defaultdict(Turns)


@contextmanager
def _transaction(what: str) -> Iterator[Session]:
    session = db.session()
    if session.in_transaction():
        raise TransactionMisused
    file = sqlite_file(db.engine.url)
    options = (_POSTGRESQL if file is None else _SQLITE)[what]
    try:
        with _passing_faults(), _turn(file if what == "writing" else None), session.begin():
            # Begun now and not with the first statement, so that an instant read inside the block is not older
            # than what the block sees.
            session.connection(execution_options=options)
            yield session
    finally:
        session.close()


# psycopg's OperationalError means just this; sqlite3's stands for wrong statements too.
_SQLITE_PASSING = frozenset(
    (
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    )
)


@contextmanager
def _passing_faults() -> Iterator[None]:
    """Turns what the driver says of a database that is away, busy or full into DatabaseUnavailable."""
    try:
        yield
    except (OperationalError, PoolExhausted) as error:
        if not passing(error):
            raise  # the statement is wrong, and will be the next time
        cause = error.orig if isinstance(error, OperationalError) else error
        raise DatabaseUnavailable(str(cause).strip()) from error


def passing(error: BaseException) -> bool:
    """Whether a fault lies in the moment, and not in what was asked: the database is away, busy or full."""
    if isinstance(error, OperationalError):
        cause = error.orig
        return not isinstance(cause, sqlite3.Error) or cause.sqlite_errorcode & 0xFF in _SQLITE_PASSING
    return isinstance(error, PoolExhausted)


@contextmanager
def _turn(file: Path | None) -> Iterator[None]:
    """Waits for the process's other writers of this SQLite file; on PostgreSQL nobody waits here."""
    if file is None:
        yield
        return
    lock = _writers[file]
    if not lock.acquire(timeout=connections.WAIT_SECONDS):
        raise DatabaseUnavailable(f"another write has been going on for more than {connections.WAIT_SECONDS} s")
    try:
        yield
    finally:
        lock.release()


def _begin(connection: Connection) -> None:
    statements = connection.get_execution_options().get(_BEGIN)
    if statements is None:
        raise TransactionMisused
    for statement in statements:
        connection.exec_driver_sql(statement)


_READS = ("SELECT", "WITH", "PRAGMA", "EXPLAIN", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


def _refuse_writes(
    connection: Connection, _cursor: object, statement: str, _values: object, context: Any, _many: bool
) -> None:
    """What PostgreSQL does by itself; SQLite could, by `PRAGMA query_only`, which forgets every prepared statement."""
    if connection.get_execution_options().get(_ONLY_READS) and (
        context.is_crud or not statement.lstrip().startswith(_READS)
    ):
        raise ReadOnly
