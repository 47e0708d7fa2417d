"""How a ticket stands, as a scenario asks for it: the limits that run, what is late, which children
are open, who may do what."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from workflow.deciding import explain
from workflow.kin import Member
from workflow.ticket import Actor, Ticket


def limits_of(ticket: Ticket) -> dict[str, dt.datetime | None]:
    """When each limit that runs is up, by its deadline; None where its clock is paused."""
    return {
        one.name: one.limit_at
        for one in ticket.clocks
        if one.kind == "deadline" and one.open and (one.limit_at is not None or one.paused)
    }


def late_in(ticket: Ticket) -> tuple[str, ...]:
    """Every deadline that was ever missed."""
    return tuple(dict.fromkeys(one.name for one in ticket.clocks if one.kind == "deadline" and one.late_at is not None))


def children_of(ticket: Ticket) -> dict[str, int]:
    """How many children are open, by workflow."""
    return dict(Counter(child.workflow for child in ticket.children))


def allowed_to(actor: Actor, member: Member, at: dt.datetime) -> tuple[str, ...]:
    """Every move of the ticket that somebody could make."""
    possible = explain(member.definition, member.ticket, actor, member.facts, at)
    return tuple(one.transition.name for one in possible if not one.blockers)
