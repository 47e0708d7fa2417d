"""What a process keeps of people, roles, sites and departments is what the database has."""

from __future__ import annotations

import datetime as dt
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

import service
from service import accounts, sites
from service.db import Base, reading, writing
from service.now import FixedNow
from service.staff import load_directory, staff_of
from service.stamps import directory_changes, directory_stamp
from tests.service.statements import counted
from workflow.definition import Text
from workflow.roles import Role, Scope

ROLES = {"desk": Role(name="desk", text=Text("Desk", "前台"), scope=Scope.SITE)}
KEPT = ("department", "person", "role_holding", "site")
HOUR = dt.timedelta(hours=1)

Work = Callable[[Session, dt.datetime], Any]

WRITERS: dict[str, Work] = {
    "create_person": lambda s, at: accounts.create_person(s, "chen", name="陈", at=at),
    "rename_person": lambda s, at: accounts.rename_person(s, "li", name="李四"),
    "name_deputy": lambda s, at: accounts.name_deputy(s, "li", "wu"),
    "be_away": lambda s, at: accounts.be_away(s, "wu", at),
    "be_back": lambda s, at: accounts.be_back(s, "away"),
    "leave": lambda s, at: accounts.leave(s, "li", at),
    "take_back": lambda s, at: accounts.take_back(s, "gone"),
    "give_role": lambda s, at: accounts.give_role(s, "wu", "desk", roles=ROLES, since=at, site="mall"),
    "take_role": lambda s, at: accounts.take_role(s, "li", "desk", at, site="mall"),
    "create_site": lambda s, at: sites.create_site(s, "pier", name="码头", number_prefix="P", calendars=()),
    "change_site": lambda s, at: sites.change_site(s, "mall", name="广场", number_prefix="MA", calendars=()),
    "open_department": lambda s, at: sites.open_department(s, "mall", "garden", ("garden",)),
    "close_department": lambda s, at: sites.close_department(s, "mall", "repairs"),
}
"""Everything by which the directory changes, by the function's name."""

READERS = {
    "presence",
    "held_last",
    "names_of",
    "site_of",
    "require_person",
    "list_sites",
    "list_departments",
    "require_site",
    "require_department",
}


@pytest.fixture
def furnished(database: Flask, now: FixedNow) -> Flask:
    at = now.at - HOUR
    with writing() as session:
        for person in ("li", "wu", "gone", "away"):
            accounts.create_person(session, person, name=person, at=at)
        accounts.leave(session, "gone", at)
        accounts.be_away(session, "away", at)
        sites.create_site(session, "mall", name="商场", number_prefix="KF", calendars=())
        sites.open_department(session, "mall", "repairs", ("repairs",))
        accounts.give_role(session, "li", "desk", roles=ROLES, since=at, site="mall")
    return database


def stored(session: Session) -> dict[str, list[str]]:
    found = Base.metadata.tables
    return {name: sorted(repr(tuple(row)) for row in session.execute(select(found[name]))) for name in KEPT}


@pytest.mark.parametrize("name", WRITERS)
def test_whatever_changes_the_directory_draws_a_stamp_in_its_transaction(
    furnished: Flask, now: FixedNow, name: str
) -> None:
    with writing() as session:
        before, stamp, known = stored(session), directory_stamp(session), staff_of(session)
        WRITERS[name](session, now.at)
        assert stored(session) != before, "the example changes nothing"
        assert directory_stamp(session) != stamp
        session.rollback()
    with reading() as session:
        assert directory_stamp(session) == stamp
        assert staff_of(session) is known


def public(module: ModuleType) -> set[str]:
    return {
        name
        for name, one in inspect.getmembers(module, inspect.isfunction)
        if one.__module__ == module.__name__ and not name.startswith("_")
    }


def test_these_are_all_by_which_the_directory_changes() -> None:
    assert public(accounts) | public(sites) == WRITERS.keys() | READERS
    writing_one = re.compile(
        r"\b(?:insert|update|delete)\(\s*(?:table_of\()?(?:tables\.(?:Person|RoleHolding|Site|Department)\b|held\b|department\b)"
    )
    folder = Path(service.__file__).parent
    found = {str(path.relative_to(folder)) for path in folder.rglob("*.py") if writing_one.search(path.read_text())}
    assert found == {"accounts.py", "sites.py"}


def test_what_nobody_has_changed_is_read_once_whoever_asks(furnished: Flask, now: FixedNow) -> None:
    with writing() as session:
        directory_changes(session)
    with reading() as session, counted(furnished) as sent:
        known = staff_of(session)
        assert staff_of(session) is known
        stamp = directory_stamp(session)
        sent.clear()
        assert staff_of(session, stamp) is known
        assert sent == []


def test_a_change_is_seen_by_whoever_begins_after_it_and_by_nobody_before(furnished: Flask, now: FixedNow) -> None:
    with reading() as session:
        assert load_directory(session, now.at, ROLES).people["li"].name == "li"
    with writing() as session:
        accounts.rename_person(session, "li", name="李四")
        assert load_directory(session, now.at, ROLES).people["li"].name == "李四"
    with reading() as session:
        assert load_directory(session, now.at, ROLES).people["li"].name == "李四"


def test_what_was_taken_back_was_never_seen(furnished: Flask, now: FixedNow) -> None:
    with writing() as session:
        accounts.rename_person(session, "li", name="李四")
        assert load_directory(session, now.at, ROLES).people["li"].name == "李四"
        session.rollback()
    with reading() as session:
        assert load_directory(session, now.at, ROLES).people["li"].name == "li"


def test_a_backup_that_was_restored_is_not_taken_for_what_came_after_it(furnished: Flask, now: FixedNow) -> None:
    stamps = set()
    for _ in range(3):  # each time as if what came after had never been
        with writing() as session:
            accounts.rename_person(session, "li", name="李四")
            stamps.add(directory_stamp(session))
            session.rollback()
    assert len(stamps) == 3


def test_absences_begin_and_end_without_a_statement(furnished: Flask, now: FixedNow) -> None:
    with writing() as session:
        accounts.be_away(session, "wu", now.at, now.at + HOUR)
    with reading() as session:
        staff = staff_of(session)
        away = {
            minutes: staff.at(now.at + dt.timedelta(minutes=minutes), ROLES).people["wu"].away
            for minutes in (-1, 0, 59, 60)
        }
    assert away == {-1: False, 0: True, 59: True, 60: False}
