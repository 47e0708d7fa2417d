"""The demonstration starts again whatever somebody has changed in it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import URL

from service import accounts, finding, register_entries, registers, revisions, tables
from service.announcing import Announcer
from service.cast import STAFF
from service.db import connect, disconnect, reading, writing
from service.demonstration import SITE, Prepared, prepare
from service.now import SystemNow
from service.readiness import look
from service.settings import Settings
from workflow.problems import DefinitionFaulty

FOLDER = Path(__file__).parents[2] / "definitions"


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path) -> Settings:
    file = shutil.copy(sqlite_template, tmp_path / "duban.db")
    folder = shutil.copytree(FOLDER, tmp_path / "definitions")
    return Settings(database_url=URL.create("sqlite", database=str(file)), definitions=folder)


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    app = Flask("demonstration")
    connect(app, settings.database_url)
    with app.app_context():
        yield app
    disconnect(app)


def greeted(app: Flask, prepared: Prepared) -> str:
    out = io.StringIO()
    Announcer(app, out=out).greet(prepared, "127.0.0.1", 8080)
    return out.getvalue()


def test_every_shipped_role_is_held_and_every_department_that_a_definition_names_has_its_people(
    app: Flask, settings: Settings
) -> None:
    """The README promises somebody for every role."""
    now = SystemNow()
    prepare(settings, now)
    with reading() as session:
        catalogue = revisions.current(session).catalogue
        held = set(session.execute(select(tables.RoleHolding.role)).scalars())
    assert held == set(catalogue.roles)
    of_departments = {name for name, role in catalogue.roles.items() if role.of_departments}
    for department in ("operations", "property_management", "security"):
        assert {one.role for one in STAFF if one.department == department} == of_departments


def test_a_letter_waits_for_the_leader(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    prepare(settings, now)
    with reading() as session:
        number = session.execute(
            select(tables.Ticket.number).where(tables.Ticket.workflow == "outgoing-letter")
        ).scalar_one()
        seen = finding.show(session, now, number, "tao")
        may = {one.transition.name for one in finding.possible(seen) if not one.blockers}
    assert seen.loaded.ticket.state == "with_leader"
    assert {"grant", "refuse"} <= may


def test_who_has_left_gets_no_token_and_stays_away(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    first = prepare(settings, now)
    assert len(first.tokens) == len(STAFF)
    assert first.number
    with writing() as session:
        for person in ("yang", "lin"):
            accounts.leave(session, person, now.instant(session))
    again = prepare(settings, now)
    assert {one.id for one in again.left} == {"yang", "lin"}
    assert {one.id for one, _ in again.tokens.values()} == {one.id for one in STAFF} - {"yang", "lin"}
    assert "杨帆 Yang Fan: 已离职，没有令牌 / has left, no token" in greeted(app, again)
    with reading() as session:
        active = session.execute(select(tables.Person.active).where(tables.Person.id == "yang")).scalar_one()
    assert not active


def test_nobody_left_is_said_and_is_no_fault(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    prepare(settings, now)
    with writing() as session:
        for one in STAFF:
            accounts.leave(session, one.id, now.instant(session))
    again = prepare(settings, now)
    assert (again.number, dict(again.tokens)) == ("", {})
    assert "nobody of the staff may register a repair" in greeted(app, again)


def test_a_site_of_before_may_have_taken_the_prefix(app: Flask, settings: Settings) -> None:
    with writing() as session:
        session.add(tables.Site(id="tower", name="塔楼", number_prefix="KF"))
    assert prepare(settings, SystemNow()).number.startswith("KF2-")
    with reading() as session:
        assert set(session.execute(select(tables.Site.id)).scalars()) == {SITE, "tower"}


def test_parties_and_templates_are_there_and_stay_as_somebody_has_changed_them(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    prepare(settings, now)
    with writing() as session:
        catalogue = revisions.current(session).catalogue
        at = now.instant(session)
        assert [one.key for one in registers.entries(session, "templates", SITE, at)] == ["notice", "reminder"]
        there = [one.key for one in registers.entries(session, "parties", SITE, at)]
        over = {"until": at.isoformat()}
        parties = catalogue.registers["parties"]
        classes = {one.values["class"] for one in registers.entries(session, "parties", SITE, at)}
        assert classes == set(parties.columns["class"].choices)
        register_entries.change(session, parties, "a12", over, site=SITE, version=None, by=None, at=at)
    prepare(settings, now)
    with reading() as session:
        found = registers.entries(session, "parties", SITE, now.instant(session))
        assert [one.key for one in found] == [key for key in there if key != "a12"]


def test_definitions_that_were_broken_leave_those_of_before(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    prepare(settings, now)
    (settings.definitions / "repair.yaml").write_text("workflow: repair\n")
    again = prepare(settings, now)
    assert again.number
    assert "what held before still holds" in greeted(app, again)


def test_definitions_that_are_wrong_from_the_beginning_are_refused(app: Flask, settings: Settings) -> None:
    (settings.definitions / "repair.yaml").write_text("workflow: repair\n")
    with pytest.raises(DefinitionFaulty):
        prepare(settings, SystemNow())


def test_every_figure_of_the_installation_says_what_it_is(app: Flask, settings: Settings) -> None:
    now = SystemNow()
    prepare(settings, now)
    with reading() as session:
        lines = look(session, now).exposition().splitlines()
    assert len(lines) % 3 == 0
    for says, kind, figure in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        name = figure.split()[0]
        assert says.startswith(f"# HELP {name} ")
        assert kind == f"# TYPE {name} gauge"
