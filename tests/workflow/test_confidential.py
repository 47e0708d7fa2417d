"""Confidential fields: who sees their values, and what everybody else sees."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.builders import field, lifecycle, local, transition
from workflow.confidential import Withheld, hidden_from, may_read_confidential, visible_to
from workflow.definition import NEW, FieldType, Who
from workflow.ticket import Actor, Held, Ticket

STAFF = (Who("role", "staff"),)
FIELDS = (
    field("caller", FieldType.CONTACT, confidential="personal"),
    field("income", FieldType.NUMBER, confidential="money"),
    field("fault", FieldType.TEXT),
    field(
        "shops",
        FieldType.LIST,
        columns={
            "shop": field("shop", FieldType.TEXT),
            "owner": field("owner", FieldType.TEXT, confidential="personal"),
        },
    ),
)
TRANSITIONS = (
    transition("begin", NEW, "open"),
    transition("finish", "open", "closed", by=STAFF, not_by=(Who("role", "outsider"),)),
    transition("add_note", "open", None, by=(Who("word", "anyone"),)),
)
JOB = lifecycle(fields=FIELDS, transitions=TRANSITIONS)
ROW = {"shop": "Tea", "owner": "Mrs Gao"}
TICKET = Ticket(
    number="T-1",
    workflow="job",
    state="open",
    opened=local("2026-03-02 10:00"),
    at=local("2026-03-02 10:00"),
    sequence=1,
    fields={"caller": "Mrs Gao", "income": Decimal(5), "fault": "Leak", "shops": (ROW,)},
    receiver="ann",
    assignee="bob",
    accountable="desk",
    site="mall",
)
STRANGER = Actor(id="eve")
OPEN = ["fault"]


def holding(*roles: str) -> Actor:
    return Actor(id="eve", holds=frozenset(Held(role) for role in roles))


def sees(actor: Actor, ticket: Ticket = TICKET) -> list[str]:
    """The fields that are not withheld; `shops` counts only with all its columns."""
    seen = visible_to(actor, ticket, JOB)
    return [name for name, value in seen.items() if value == ticket.fields[name]]


@pytest.mark.parametrize(
    "actor",
    [
        holding("desk"),
        holding("staff"),
        Actor(id="ann"),
        Actor(id="bob"),
        Actor(id="eve", stands_for=frozenset({"bob"})),
    ],
)
def test_confidential_fields_are_seen_by_who_answers_for_the_ticket_holds_it_or_may_move_it(actor):
    assert sees(actor) == list(TICKET.fields)
    assert may_read_confidential(actor, TICKET, JOB)


def test_others_see_that_there_is_something_and_of_which_class():
    seen = visible_to(holding("boss"), TICKET, JOB)

    assert seen == {
        "caller": Withheld("personal"),
        "income": Withheld("money"),
        "fault": "Leak",
        "shops": ({"shop": "Tea", "owner": Withheld("personal")},),
    }
    assert "Gao" not in repr(seen)
    assert not may_read_confidential(holding("boss"), TICKET, JOB)


def test_a_move_that_anyone_may_make_opens_nothing():
    assert "add_note" in [one.name for one in JOB.transitions.values() if "open" in one.sources]
    assert sees(STRANGER) == OPEN


def test_who_may_not_make_the_move_after_all_does_not_see_by_it():
    assert sees(holding("staff", "outsider")) == OPEN


def test_who_could_move_the_ticket_in_another_state_does_not_see_by_it():
    assert sees(holding("staff"), replace(TICKET, state="closed")) == OPEN
    assert sees(holding("desk"), replace(TICKET, state="closed")) == list(TICKET.fields)


def test_the_accountable_role_is_the_one_that_the_ticket_has_come_to():
    moved = replace(TICKET, accountable="directors")

    assert sees(holding("desk"), moved) == OPEN
    assert sees(holding("directors"), moved) == list(TICKET.fields)


def test_a_field_without_a_value_is_not_withheld():
    assert visible_to(STRANGER, replace(TICKET, fields={"fault": "Leak"}), JOB) == {"fault": "Leak"}


def test_looking_changes_nothing():
    visible_to(STRANGER, TICKET, JOB)

    assert TICKET.fields["shops"] == (ROW,)
    assert ROW == {"shop": "Tea", "owner": "Mrs Gao"}


def test_what_is_hidden_from_somebody_is_named_columns_by_their_list():
    assert list(hidden_from(STRANGER, TICKET, JOB)) == ["caller", "income", "shops.owner"]
    assert list(hidden_from(holding("desk"), TICKET, JOB)) == []
