"""Who may see a ticket: whoever is something at its site or to it."""

from __future__ import annotations

import pytest

from service.access import may_read
from workflow.ticket import Actor, Held

STRANGER = Actor(id="eve")


def holding(*roles: str) -> Actor:
    return Actor(id="eve", holds=frozenset(Held(role) for role in roles))


@pytest.mark.parametrize(
    "actor",
    [
        holding("anything"),
        Actor(id="ann"),
        Actor(id="bob"),
        Actor(id="eve", stands_for=frozenset({"ann"})),
        Actor(id="eve", stands_for=frozenset({"bob"})),
    ],
)
def test_a_ticket_is_read_by_who_is_something_at_its_site_or_to_it(actor):
    assert may_read(actor, receiver="ann", assignee="bob") is None


def test_a_stranger_is_told_why_he_does_not_see_a_ticket():
    blocker = may_read(STRANGER, receiver="ann", assignee="bob")

    assert blocker is not None
    assert blocker.code == "not_seen"
    assert "role at its site" in blocker.text.en
    assert "任职" in blocker.text.zh


def test_a_ticket_that_nobody_opened_or_holds_is_nobody_s_by_that():
    assert may_read(STRANGER, receiver=None, assignee=None) is not None
