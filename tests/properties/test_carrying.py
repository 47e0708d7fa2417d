"""Carrying over changes nothing by itself: only what the other revision says otherwise."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.histories import Plot, make_up, plots
from tests.properties.in_memory import InMemory
from tests.properties.test_planning import BY_REVISION, CALENDAR, CATALOGUE, SAME
from workflow.carrying import Aim
from workflow.definition import Definition
from workflow.history import replan
from workflow.kin import Kin, Member
from workflow.ticket import Facts

WORKFLOWS = st.sampled_from(["errand", "errand", "complaint", "repair", "service-request"])


def like(definition: Definition) -> Definition:
    """A definition that acts alike and has another revision."""
    return replace(definition, revision=f"{definition.revision}-again")


def counted_anew(definition: Definition) -> Definition:
    """One that acts alike, and whose clocks are all worked out from the history again: they begin at one more event,
    which never happens."""
    return replace(
        like(definition),
        deadlines={
            name: replace(one, since=(*one.since, "never happens")) for name, one in definition.deadlines.items()
        },
        reminders={
            name: replace(one, since=(*one.since, "never happens")) for name, one in definition.reminders.items()
        },
    )


def carried(plot: Plot, workflow: str, change) -> None:
    world = InMemory(workflow, CATALOGUE.definitions, CALENDAR)
    _, end = make_up(world, plot, CALENDAR)
    ticket = world.ticket()
    if ticket is None or ticket.ended_at is not None:
        return
    entries = tuple(world.entries())
    became = len({one.workflow for one in entries}) > 1
    if became and change is counted_anew:
        return  # a clock of the class before may have begun otherwise
    before = world.definition()
    after = change(before)
    facts = Facts(calendar=CALENDAR, history=entries)
    member = Member(ticket=ticket, definition=before, facts=facts)
    entry = Kin((member,)).carry_over(ticket.number, end, Aim(definition=after, calendar=CALENDAR, facts=facts))
    assert entry is not None
    assert [one.entry for one in member.decisions][:1] == [entry], "nothing was due, and nothing comes due by it"
    refused = any(fired.refused_at is not None for clock in ticket.clocks for fired in clock.fired.values())
    if not refused:  # a move of the clock that was refused is tried again whenever the ticket changes
        assert len(member.decisions) == 1
        assert (member.ticket.clocks, member.ticket.timers) == (ticket.clocks, ticket.timers)
        assert replace(member.ticket, at=ticket.at, version=ticket.version, sequence=ticket.sequence) == ticket
    history = (*entries, *(one.entry for one in member.decisions))
    revisions = {**BY_REVISION, after.revision: after}
    assert member.ticket == replan(
        history, revisions, {CALENDAR.revision: CALENDAR}, number=ticket.number, site=ticket.site
    )


@settings(SAME, max_examples=40)
@given(plot=plots(9), workflow=WORKFLOWS)
def test_a_revision_that_acts_alike_changes_nothing(plot: Plot, workflow: str) -> None:
    carried(plot, workflow, like)


@settings(SAME, max_examples=40)
@given(plot=plots(9), workflow=WORKFLOWS)
def test_what_is_worked_out_from_the_history_again_is_what_was_counted_all_along(plot: Plot, workflow: str) -> None:
    carried(plot, workflow, counted_anew)
