"""Who may see a ticket: whoever is something at its site or to it; where the whole group has it, or anywhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from service.access import may_read
from service.directory import Directory, Holding, Person
from service.records import TicketRow
from tests.lifecycles import COMPLAINT
from workflow.catalogue import Catalogue
from workflow.definition import Text
from workflow.roles import LAST, Role, Scope

PEOPLE = (
    *(Person(id=one, name=one) for one in ("ann", "dora", "eve", "guard", "far")),
    Person(id="bob", name="bob", away=True, deputy="dora"),
    Person(id="gone", name="gone", active=False),
)
ROLES = {
    "guard": Role(name="guard", text=Text("Guard"), scope=Scope.SITE, falls_back_to=LAST),
    LAST: Role(name=LAST, text=Text("Duty manager"), scope=Scope.SITE),
}
HOLDINGS = (Holding("guard", "guard", "pier"), Holding("far", "guard", "tower"), Holding("gone", "guard", "pier"))
DIRECTORY = Directory(people=PEOPLE, holdings=HOLDINGS, departments=(), roles=ROLES)
OF_A_SITE = Catalogue(definitions={COMPLAINT.name: COMPLAINT})
OF_THE_GROUP = Catalogue(definitions={COMPLAINT.name: replace(COMPLAINT, of_group=True)})


def reads(person: str, catalogue: Catalogue = OF_A_SITE, receiver: str | None = "ann", workflow: str = "") -> bool:
    """Whether somebody may read a ticket of the pier that bob holds."""
    asked = {"workflow": workflow or COMPLAINT.name, "site_id": "pier", "receiver_id": receiver, "assignee_id": "bob"}
    row = TicketRow(1, asked, dt.datetime(2026, 3, 2, tzinfo=dt.UTC))
    return may_read(person, row, catalogue, DIRECTORY)


@pytest.mark.parametrize("person", ["guard", "ann", "bob", "dora"])
def test_a_ticket_is_read_by_who_is_something_at_its_site_or_to_it(person: str) -> None:
    assert reads(person)


@pytest.mark.parametrize("person", ["eve", "far", "gone"])
def test_nobody_else_reads_it(person: str) -> None:
    assert not reads(person)


@pytest.mark.parametrize(("person", "may"), [("far", True), ("eve", False), ("gone", False)])
def test_what_the_whole_group_has_is_read_by_who_is_something_anywhere(person: str, may: bool) -> None:
    assert reads(person, OF_THE_GROUP) is may
    assert not reads(person, OF_THE_GROUP, workflow="taken out")


def test_a_ticket_that_nobody_opened_is_nobodys_by_that() -> None:
    assert not reads("eve", receiver=None)
