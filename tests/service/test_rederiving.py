"""A limit in a year whose holidays nobody knew yet is derived again by itself once the year is published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select, update

import workflow.calendar
from service import accounts, ledger, opening, rederiving, sites, sweep, tables
from service.aside import FIRST_WAIT
from service.db import reading, writing
from service.moves import Request
from service.now import FixedNow
from service.publishing import publish
from tests.service.house import ERRAND, house
from workflow.house import PublicDays

SHANGHAI = ZoneInfo("Asia/Shanghai")
TEN_DAYS = ERRAND.replace("30 minutes", "10 working days")


@pytest.fixture
def known_until(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets the package of holidays know no year after the given one, as an older version of it would."""
    package = workflow.calendar.public_days

    def until(year: int) -> None:
        def known(country: str) -> PublicDays:
            all_ = package(country)
            return PublicDays(
                (all_.years[0], year),
                frozenset(day for day in all_.holidays if day.year <= year),
                frozenset(day for day in all_.made_up if day.year <= year),
            )

        monkeypatch.setattr(workflow.calendar, "public_days", known)

    return until


@pytest.fixture
def opened(database: Flask, now: FixedNow, known_until: Callable[[int], None]) -> str:
    """An errand of ten working days, opened on 22 December 2025 when nobody knew the holidays of 2026."""
    known_until(2025)
    now.set(dt.datetime(2025, 12, 22, 10, tzinfo=SHANGHAI))
    with writing() as session:
        catalogue = publish(session, house(errand=TEN_DAYS), now.at).catalogue
        sites.create_site(session, "pier", name="码头", number_prefix="P", calendars=catalogue.calendars)
        accounts.create_person(session, "ann", name="Ann", at=now.at)
        for role in ("desk", "duty_manager"):
            accounts.give_role(session, "ann", role, roles=catalogue.roles, since=now.at, site="pier")
    with writing() as session:
        request = Request(person="ann", transition="ask", fields={"matter": "a parcel"})
        return opening.open_ticket(session, now, workflow="errand", site="pier", request=request).ticket.number


def standing(number: str) -> tuple[str, bool]:
    """When the limit of a ticket ends, in Shanghai, and whether that is provisional."""
    with reading() as session:
        ticket, clock = tables.Ticket, tables.Clock
        row = session.execute(
            select(clock.limit_at, ticket.provisional)
            .join(ticket, ticket.id == clock.ticket_id)
            .where(ticket.number == number, clock.kind == "deadline")
        ).one()
    return row.limit_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"), row.provisional


def test_a_limit_in_an_unpublished_year_is_provisional_and_counts_monday_to_friday(opened: str) -> None:
    assert standing(opened) == ("2026-01-05 10:00", True)


def test_nothing_is_derived_again_while_the_year_is_unknown(opened: str, now: FixedNow) -> None:
    assert rederiving.run_once(now) == 0
    assert standing(opened) == ("2026-01-05 10:00", True)


def test_a_published_year_moves_the_limit_with_an_entry_and_is_no_longer_provisional(
    opened: str, now: FixedNow, known_until: Callable[[int], None]
) -> None:
    known_until(2026)  # 1 to 3 January are off, Sunday the 4th is worked
    with writing() as session:
        publish(session, house(errand=TEN_DAYS), now.forward(dt.timedelta(days=1)))
    assert rederiving.run_once(now) == 1
    assert standing(opened) == ("2026-01-06 10:00", False)
    assert rederiving.run_once(now) == 0, "once is enough"
    with reading() as session:
        ticket_id = session.execute(select(tables.Ticket.id)).scalar_one()
        lines = ledger.history(session, ticket_id)
    assert [(one.entry.kind, one.entry.name, one.entry.version) for one in lines] == [
        ("move", "ask", 1),
        ("calendar", "office", 2),
    ]
    assert lines[0].calendar_revision != lines[1].calendar_revision


def test_what_was_due_by_the_old_calendar_has_fired_and_stays_fired(
    opened: str, now: FixedNow, known_until: Callable[[int], None]
) -> None:
    now.set(dt.datetime(2026, 1, 5, 10, 30, tzinfo=SHANGHAI))
    known_until(2026)
    with writing() as session:
        publish(session, house(errand=TEN_DAYS), now.at)
    assert rederiving.run_once(now) == 1
    with reading() as session:
        ticket_id = session.execute(select(tables.Ticket.id)).scalar_one()
        kinds = [one.entry.kind for one in ledger.history(session, ticket_id)]
    assert kinds == ["move", "level", "calendar"]
    assert standing(opened)[0] == "2026-01-06 10:00"
    now.set(dt.datetime(2026, 1, 6, 10, 0, tzinfo=SHANGHAI))
    assert sweep.run_once(now).claimed == 1, "the level is armed again for the limit that lies ahead"


def spoil_clocks(number: str, spans: list[object]) -> None:
    with writing() as session:
        mine = select(tables.Ticket.id).where(tables.Ticket.number == number).scalar_subquery()
        session.execute(update(tables.Clock).where(tables.Clock.ticket_id == mine).values(spans=spans))


def test_a_ticket_that_cannot_be_read_is_set_aside_and_the_others_are_derived_again(
    opened: str, now: FixedNow, known_until: Callable[[int], None]
) -> None:
    with writing() as session:
        request = Request(person="ann", transition="ask", fields={"matter": "another"})
        other = opening.open_ticket(session, now, workflow="errand", site="pier", request=request).ticket.number
    spoil_clocks(other, [["soon", None]])
    known_until(2026)
    with writing() as session:
        publish(session, house(errand=TEN_DAYS), now.forward(dt.timedelta(days=1)))
    rederiving.run_once(now)
    assert standing(opened) == ("2026-01-06 10:00", False)
    assert standing(other) == ("2026-01-05 10:00", True)
    with reading() as session:
        stored = session.execute(select(tables.Ticket).where(tables.Ticket.number == other)).scalar_one()
    assert (stored.attempts, stored.set_aside_until) == (1, now.at + FIRST_WAIT)
    assert rederiving.run_once(now) == 0, "it is left alone for a while"
    spoil_clocks(other, [["2025-12-22T02:00:00+00:00", None]])
    now.forward(FIRST_WAIT)
    assert rederiving.run_once(now) == 1
    assert standing(other) == ("2026-01-06 10:00", False)
    with reading() as session:
        assert session.execute(select(tables.Ticket.set_aside_until)).scalars().all() == [None, None]
