"""The schema that the migrations make is the one that the tables declare, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Inspector, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from service import migrations
from service.db import Base, connect, disconnect, migrating, reading, writing
from service.migrations import SchemaNotCurrent


@pytest.fixture
def empty_database(empty_database_url: URL) -> Iterator[Flask]:
    app = Flask(__name__)
    connect(app, empty_database_url)
    with app.app_context():
        yield app
    disconnect(app)


OF_FUNCTIONS = {"ix_ticket_text_pieces", "ix_field_value_said"}
"""Indexes that rest on a function, which only a migration makes."""


def described(inspector: Inspector) -> dict[str, dict[str, Any]]:
    """What the comparison of Alembic leaves out: checks, and the conditions and uniqueness of indexes."""
    return {
        table: {
            "checks": {check["name"]: check["sqltext"] for check in inspector.get_check_constraints(table)},
            "indexes": {
                index["name"]: (
                    index["column_names"],
                    index["unique"],
                    {name: str(value) for name, value in index.get("dialect_options", {}).items() if "where" in name},
                )
                for index in inspector.get_indexes(table)
                if index["name"] not in OF_FUNCTIONS
            },
            "references": {key["name"]: key["options"] for key in inspector.get_foreign_keys(table)},
        }
        for table in inspector.get_table_names()
        if table != "alembic_version"
    }


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection:sqlalchemy.exc.SAWarning")
def test_the_migrations_make_what_the_tables_declare(empty_database: Flask) -> None:
    migrations.upgrade()
    with migrating() as connection:
        declared_too = {"compare_type": True, "include_object": lambda _, name, *__: name not in OF_FUNCTIONS}
        context = MigrationContext.configure(connection, opts=declared_too)
        assert compare_metadata(context, Base.metadata) == []
        migrated = described(inspect(connection))
    migrations.downgrade("base")
    with migrating() as connection:
        Base.metadata.create_all(connection)
        declared = described(inspect(connection))
    assert migrated == declared
    assert len(declared) == 27
    assert declared["person"]["checks"]
    assert any(condition for _, _, condition in declared["ticket"]["indexes"].values())


def test_going_back_to_nothing_leaves_nothing(empty_database: Flask) -> None:
    migrations.upgrade()
    migrations.downgrade("base")
    assert migrations.current() is None
    with migrating() as connection:
        assert inspect(connection).get_table_names() == ["alembic_version"]


def test_upgrading_says_from_where_to_where_and_does_nothing_twice(empty_database: Flask) -> None:
    assert migrations.current() is None
    assert migrations.upgrade() == (None, migrations.head())
    assert migrations.upgrade() == (migrations.head(), migrations.head())
    assert migrations.current() == migrations.head()


def test_an_empty_database_is_not_served_until_it_is_upgraded(empty_database: Flask) -> None:
    with pytest.raises(SchemaNotCurrent, match=r"no tables yet.*duban upgrade"):
        migrations.require_current_schema()
    migrations.upgrade()
    migrations.require_current_schema()


def test_an_older_schema_is_not_served(empty_database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.upgrade()
    older = migrations.head()
    monkeypatch.setattr(migrations, "head", lambda: "9999")
    with pytest.raises(SchemaNotCurrent, match=f"has schema {older}, .* needs 9999: run `duban upgrade`"):
        migrations.require_current_schema()


def test_a_newer_schema_is_neither_served_nor_changed(empty_database: Flask) -> None:
    migrations.upgrade()
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_support SET oldest = '9999'"))
    with pytest.raises(SchemaNotCurrent, match="newer than this version"):
        migrations.require_current_schema()
    with pytest.raises(SchemaNotCurrent, match="newer than this version"):
        migrations.upgrade()
    assert migrations.current() == "9999"


def test_a_newer_schema_that_was_only_expanded_is_served_and_not_changed(empty_database: Flask) -> None:
    migrations.upgrade()
    with writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        session.execute(text("UPDATE schema_support SET oldest = :head"), {"head": migrations.head()})
    migrations.require_current_schema()
    with pytest.raises(SchemaNotCurrent, match="newer than this version"):
        migrations.upgrade()
    with writing() as session:
        session.execute(text("UPDATE schema_support SET oldest = '9998'"))
    with pytest.raises(SchemaNotCurrent, match="newer than this version"):
        migrations.require_current_schema()


def test_every_revision_works_with_one_that_there_is(empty_database: Flask) -> None:
    migrations.upgrade()
    with reading() as session:
        assert session.execute(text("SELECT oldest FROM schema_support")).scalar_one() == migrations.works_with(
            migrations.head()
        )
    assert migrations.works_with(migrations.head()) <= migrations.head()


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    with migrating() as connection:
        connection.execute(text("CREATE TABLE notice (id integer)"))  # in the way of the last table
    with pytest.raises(DBAPIError, match="notice"):
        migrations.upgrade()
    with migrating() as connection:
        assert inspect(connection).get_table_names() == ["notice"]


def test_rows_that_a_migration_leaves_without_what_they_refer_to_undo_it(database: Flask) -> None:
    orphan = text("INSERT INTO department (site_id, name, active) VALUES ('nowhere', 'operations', true)")
    with pytest.raises((ValueError, DBAPIError), match=r"site"), migrating() as connection:
        connection.execute(orphan)
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM department")) == 0
    with pytest.raises(DBAPIError, match=r"(?i)foreign key"), writing() as session:  # looked at again afterwards
        session.execute(orphan)
