"""What the environment may say, and what is said about the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.settings import KNOWN, Settings, SettingsFaulty

START = Path("/srv/duban")


def read(**environ: str) -> Settings:
    return Settings.from_environment(environ, start=START)


def test_nothing_has_to_be_set() -> None:
    settings = read(HOME="/root", PATH="/bin")
    assert settings.database_url.render_as_string() == "sqlite:////srv/duban/var/duban.db"
    assert settings.definitions == START / "definitions"


def test_empty_counts_as_not_given() -> None:
    assert read(DUBAN_DATABASE_URL="", DUBAN_DEFINITIONS="") == read()


def test_a_relative_path_counts_from_where_it_was_started_and_an_absolute_one_stays() -> None:
    assert read(DUBAN_DATABASE_URL="sqlite:///x.db").database_url.database == "/srv/duban/x.db"
    assert read(DUBAN_DATABASE_URL="sqlite:////x.db").database_url.database == "/x.db"
    assert read(DUBAN_DEFINITIONS="/etc/duban").definitions == Path("/etc/duban")


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_by_the_one_driver_that_is_installed(scheme: str) -> None:
    url = read(DUBAN_DATABASE_URL=f"{scheme}://duban:secret@db/duban?sslmode=require").database_url
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.host, url.database, url.query["sslmode"]) == ("duban", "db", "duban", "require")


def test_an_unknown_name_is_refused_with_the_nearest_and_all_known_ones() -> None:
    with pytest.raises(SettingsFaulty) as refused:
        read(DUBAN_DATABSE_URL="x", DUBAN_COLOUR="red")
    colour, misspelt = refused.value.faults
    assert colour == "DUBAN_COLOUR is no setting of Duban."
    assert misspelt.endswith("; did you mean DUBAN_DATABASE_URL?")
    assert str(refused.value).count(f"Known are {', '.join(KNOWN)}.") == 1
    assert refused.value.text.zh.count("可用的设置") == 1


def test_names_for_the_tests_of_the_project_are_left_alone() -> None:
    assert read(DUBAN_TEST_POSTGRES_URL="postgresql://db/x") == read()


@pytest.mark.parametrize(
    "url", ["mysql://user:secret@db/duban", "not an address", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=ro"]
)
def test_another_kind_of_database_is_refused_with_what_is_accepted(url: str) -> None:
    with pytest.raises(SettingsFaulty, match=r"accepted are sqlite:///.*postgresql://") as refused:
        read(DUBAN_DATABASE_URL=url)
    assert "secret" not in str(refused.value)


def test_every_fault_is_said_at_once() -> None:
    with pytest.raises(SettingsFaulty) as refused:
        read(DUBAN_COLOUR="red", DUBAN_DATABASE_URL="mysql://db/x")
    assert len(refused.value.faults) == 2


def test_a_password_is_not_shown() -> None:
    assert "secret" not in repr(read(DUBAN_DATABASE_URL="postgresql://duban:secret@db/duban"))
