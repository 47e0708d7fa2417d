"""The one reader of the wall clock, and the clock of tests."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import insert, select

from service import tables
from service.db import reading, writing
from service.now import FixedNow, Now, SystemNow

AT = dt.datetime(2026, 3, 2, 1, tzinfo=dt.UTC)


def test_the_instant_is_aware_and_goes_on(database: Flask) -> None:
    system = SystemNow()
    with reading() as session:
        first, second = system.instant(session), system.instant(session)
    assert first.tzinfo is dt.UTC
    assert AT < first <= second


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_on_postgresql_the_instant_goes_on_inside_a_transaction(database: Flask) -> None:
    with reading() as session:
        assert SystemNow().instant(session) < SystemNow().instant(session)


@pytest.mark.parametrize("now", [SystemNow(), FixedNow(AT)], ids=["system", "fixed"])
def test_the_instant_is_read_in_the_same_statement_as_a_row(database: Flask, now: Now) -> None:
    with writing() as session:
        before = now.instant(session)
        session.execute(insert(tables.Site).values(id="a", name="万象汇", number_prefix="KF"))
        row = session.execute(select(tables.Site.id, now.column(session).label("now"))).one()
        after = now.instant(session)
    assert row.id == "a"
    assert row.now.tzinfo is dt.UTC
    assert before <= row.now <= after


@pytest.mark.parametrize("now", [SystemNow(), FixedNow(AT)], ids=["system", "fixed"])
def test_the_instant_compares_with_stored_ones(database: Flask, now: Now) -> None:
    with writing() as session:
        at = now.instant(session)
        for step in (-1, 1):
            instant = at + dt.timedelta(hours=step)
            session.execute(insert(tables.Publication).values(published_at=instant))
        past = select(tables.Publication.id).where(tables.Publication.published_at <= now.column(session))
        assert len(session.scalars(past).all()) == 1


def test_a_fixed_instant_moves_only_when_told(database: Flask) -> None:
    now = FixedNow(AT.astimezone(dt.timezone(dt.timedelta(hours=8))))
    with reading() as session:
        assert now.instant(session) == now.instant(session) == AT
        assert now.forward(dt.timedelta(minutes=30)) == AT + dt.timedelta(minutes=30)
        assert now.instant(session) == AT + dt.timedelta(minutes=30)
        now.set(AT)
        assert now.instant(session) == AT
    assert now.at.tzinfo is dt.UTC


def test_a_fixed_instant_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        FixedNow(AT.replace(tzinfo=None))
