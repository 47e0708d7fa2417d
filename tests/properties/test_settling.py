"""Settling through a real database: a late scheduler changes only what is written down when, and who is told when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select, update
from sqlalchemy.engine import URL

from service import accounts, doctor, entries, loading, moves, opening, publishing, revisions, sites, sweep, tables
from service.app import create_app
from service.db import disconnect, reading, writing
from service.moves import MoveRefused, Request
from service.now import FixedNow
from service.settings import Settings
from service.staff import load_directory
from tests.definitions.shipped import shipped_files
from tests.properties.histories import (
    DAY,
    PEOPLE,
    THURSDAY,
    Plot,
    make_up,
    plots,
    require_consistent,
    standing,
    tell_again,
    told,
    what_counts,
)
from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition
from workflow.entry import Entry
from workflow.roles import Scope
from workflow.ticket import Ticket
from workflow.timers import Timer

SITE = "mall"

ERRANDS = {"errands.yaml": Path(__file__).with_name("errands.yaml").read_text("utf-8")}


class House:
    """A site at which two people hold every role, and the errands beside the shipped definitions."""

    def __init__(self, app: Flask, now: FixedNow) -> None:
        self.app = app
        self.now = now
        with writing() as session:
            self.catalogue: Catalogue = publishing.publish(session, shipped_files() | ERRANDS, now.at).catalogue
            sites.create_site(session, SITE, name="商场", number_prefix="M", calendars=self.catalogue.calendars)
            for department in self.catalogue.departments:
                sites.open_department(session, SITE, department, self.catalogue.departments)
            for person in PEOPLE:
                accounts.create_person(session, person, name=person, at=now.at)
                for role in self.catalogue.roles.values():
                    of_departments = role.scope is Scope.DEPARTMENT
                    for held_in in self.catalogue.departments if of_departments else (None,):
                        accounts.give_role(
                            session,
                            person,
                            role.name,
                            roles=self.catalogue.roles,
                            since=now.at,
                            site=None if role.scope is Scope.GROUP else SITE,
                            department=held_in,
                        )

    @property
    def calendar(self) -> Calendar:
        return self.catalogue.calendars["mall"]

    def by_revision(self) -> dict[str, Definition]:
        return {one.revision: one for one in self.catalogue.definitions.values()}


class Stored:
    """A ticket that lives in the database of a house, behind the service."""

    def __init__(self, house: House, workflow: str) -> None:
        self.house = house
        self.workflow = workflow
        self.number: str | None = None

    def move(self, at: dt.datetime, transition: str, person: str, fields: Mapping[str, object]) -> tuple[str, ...]:
        self.house.now.set(at)
        request = Request(person=person, transition=transition, fields=fields)
        try:
            with writing() as session:
                if self.number is None:
                    made = opening.open_ticket(
                        session, self.house.now, workflow=self.workflow, site=SITE, request=request
                    )
                    self.number = made.ticket.number
                else:
                    moves.move_ticket(session, self.house.now, self.number, request)
        except MoveRefused as refused:
            return tuple(one.code for one in refused.blockers)
        return ()

    def sweep(self, at: dt.datetime) -> None:
        self.house.now.set(at)
        while (swept := sweep.run_once(self.house.now)).claimed:
            assert not swept.set_aside

    def due(self) -> dt.datetime | None:
        if self.number is None:
            return None
        table = tables.Ticket
        with reading() as session:
            return session.execute(select(table.next_due_at).where(table.number == self.number)).scalar_one()

    def ticket(self) -> Ticket | None:
        if self.number is None:
            return None
        with reading() as session:
            row = loading.seen(session, self.house.now, self.number, "ada")
            published = revisions.current(session)
            directory = load_directory(session, row.at, published.catalogue.roles)
            return loading.load(session, [row], published, directory)[0].ticket

    def definition(self) -> Definition:
        ticket = self.ticket()
        return self.house.catalogue.definitions[self.workflow if ticket is None else ticket.workflow]

    def entries(self) -> Sequence[Entry]:
        with reading() as session:
            table = tables.Ticket
            id_ = session.execute(select(table.id).where(table.number == self.number)).scalar_one()
            return entries.history_of(session, id_, self.house.by_revision())

    def leave(self) -> None:
        """Nothing of this ticket is due any more: the next one is alone with its sweep."""
        table = tables.Ticket
        with writing() as session:
            session.execute(update(table).where(table.number == self.number).values(next_due_at=None))


@pytest.fixture
def house(database_url: URL) -> Iterator[House]:
    now = FixedNow(THURSDAY - 30 * DAY)
    app = create_app(Settings(database_url=database_url, definitions=Path("definitions")), now)
    with app.app_context():
        yield House(app, now)
    disconnect(app)


FEW = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    # The house stays furnished: what happens in it stands beside what happened before, and does not touch it.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(plot=plots(7))
def test_errands_come_to_the_same_whenever_a_sweep_comes_by(house: House, plot: Plot) -> None:
    require_the_same(house, "errand", plot)


@pytest.mark.parametrize("workflow", ["repair", "complaint", "service-request"])
def test_shipped_matters_come_to_the_same_whenever_a_sweep_comes_by(house: House, workflow: str) -> None:
    @settings(FEW, max_examples=4)
    @given(plot=plots(8))
    def each(plot: Plot) -> None:
        require_the_same(house, workflow, plot)

    each()


def test_a_class_that_the_clock_makes_of_a_ticket_has_its_clocks_from_the_whole_history(house: House) -> None:
    errand = Stored(house, "errand")
    errand.move(THURSDAY, "begin", "ann", {})
    errand.move(THURSDAY, "finish", "ann", {})
    errand.sweep(THURSDAY + dt.timedelta(hours=12))  # `grow` comes after 11 hours
    ticket = errand.ticket()
    assert ticket is not None
    assert (ticket.workflow, ticket.state) == ("errand-light", "going")
    assert [one.started_at for one in ticket.clocks if one.name == "promised"] == [THURSDAY]
    require_consistent(ticket, errand.entries(), house.by_revision(), house.calendar)


def require_the_same(house: House, workflow: str, plot: Plot) -> None:
    definitions = house.by_revision()
    on_time = Stored(house, workflow)
    done, end = make_up(on_time, plot, house.calendar)
    first = on_time.ticket()
    if first is None:
        return  # opening was refused, and nothing is stored
    entries = on_time.entries()
    require_consistent(first, entries, definitions, house.calendar)
    require_as_stored(on_time, first)
    require_proved(on_time)
    on_time.leave()
    for late_by in (DAY, None):
        other = Stored(house, workflow)
        assert tell_again(other, done, end, late_by) == done
        ticket = other.ticket()
        assert ticket is not None
        assert standing(ticket) == standing(first)
        assert what_counts(other.entries(), definitions) == what_counts(entries, definitions)
        assert told(other.entries(), definitions) <= told(entries, definitions)
        require_consistent(ticket, other.entries(), definitions, house.calendar)
        require_as_stored(other, ticket)
        require_proved(other)
        other.leave()


def require_as_stored(world: Stored, ticket: Ticket) -> None:
    """What a sweep looks for is the least of the timers; an ended ticket has none."""
    least: Timer | None = min(ticket.timers, key=lambda timer: timer.due_at, default=None)
    assert world.due() == (least.due_at if least else None)
    assert ticket.ended_at is None or least is None


def require_proved(world: Stored) -> None:
    """Every row that is stored of the ticket follows from its entries."""
    assert world.number is not None
    case = doctor.examine(world.number)
    assert case is None, case.findings
