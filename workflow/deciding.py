"""Deciding: may this move be made, and what does it change?

`decide` is a pure function of the definition, the ticket, the move and the facts. A refusal carries every
blocker; `explain` answers "what may I do, what does each need, why not the others" with the same code.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from workflow import rows
from workflow.answering import answer_of, may_answer
from workflow.approvals import after_answer, following
from workflow.blockers import (
    becomes,
    by_typed_table,
    not_from_here,
    not_graver,
    not_met,
    standing_against,
    unknown_transition,
)
from workflow.child_forms import Ask, against_children, asked, divided, not_openable
from workflow.children import Given, may_open, new_children, opening_of, opens_by
from workflow.definition import GRANT, NEW, Definition, Effects, State, Transition, Who
from workflow.effects import Draft
from workflow.entry import Answer, Blocker, TimerKey, Value
from workflow.history import counted
from workflow.machine import next_state
from workflow.people import RESPONSIBLE, may
from workflow.ticket import CLOCK, About, Actor, Decision, Facts, Move, NewChild, Refusal, Ticket
from workflow.typed import not_typed, typed_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The timer that makes the clock move a ticket."""

    timer: TimerKey
    due_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Possible:
    """A transition as somebody sees it: without blockers he may make it, once he has typed what it asks.

    `rows` are the rows, from 1, for which he may still make a row move or answer; None for what is about the whole
    ticket. `asks` is what it asks for the children that it opens, beside its own form.
    """

    transition: Transition
    blockers: tuple[Blocker, ...]
    rows: tuple[int, ...] | None = None
    asks: tuple[Ask, ...] = ()


def decide(
    definition: Definition, ticket: Ticket, move: Move, facts: Facts, cause: Cause | None = None
) -> Decision | Refusal:
    """What a move changes, or every reason why it is not made.

    The ticket must be settled up to `move.at`; an earlier `at` than the ticket's counts as the ticket's own.
    `cause` is the timer for a move of the clock.
    """
    transition = definition.transitions.get(move.transition)
    if transition is None:
        return Refusal(blockers=(unknown_transition(move.transition, definition, ticket),))
    if move.occurrence is not None:
        ticket = ticket.changed(due=move.occurrence.due)
    at = max(move.at, ticket.at)
    row = move.row
    may_be_opened = may_open(transition, definition, ticket, facts)
    own, for_children = divided(move.fields, may_be_opened, (*transition.fill, *transition.may_fill))
    typed, faults = typed_fields(transition, definition, ticket, own, facts, row)
    fields = {**ticket.fields, **typed} if typed else ticket.fields
    leads_on = bool(may_be_opened) or transition.become is not None or transition.answer
    asks = leads_on or bool(transition.need) or bool(transition.checks)
    seen = ticket.changed(fields=fields) if typed and asks else ticket  # made only where somebody looks at it
    given: Given = {}
    against: list[Blocker] = []
    if leads_on:
        given, against = against_children(transition, definition, seen, move.actor, facts, for_children, at)
    about = ticket if row is None else rows.of_row(ticket, transition.row_of, row)
    blockers = [*standing_against(transition, definition, about, move.actor, facts, at, row)]
    if not transition.answer and (row is not None or transition.row_of is not None):
        blockers += rows.against(transition, definition, ticket, row)
    blockers += faults
    blockers += not_typed(transition, definition, own)
    if transition.need or transition.checks:
        blockers += not_met(transition, definition, seen, facts, frozenset())
    if transition.become is not None:
        blockers += not_graver(transition, definition, seen, facts)
    blockers += against
    answered = None if blockers or not transition.answer else _answered(transition, definition, seen, move, facts)
    decides = answered is None or answered.ends
    target = next_state(definition, transition.name, ticket.state, blocked=bool(blockers), decides=decides)
    if blockers or target is None:
        return Refusal(blockers=tuple(blockers) or (not_from_here(transition, definition, ticket),))
    after = becomes(transition, definition, seen, facts) or definition
    return _decided(
        definition, after, ticket, transition, target, typed, fields, move, at, facts, cause, answered, given=given
    )


def open_child(definition: Definition, ticket: Ticket, new: NewChild, at: dt.datetime, facts: Facts) -> Decision:
    """The opening of a child whose parent has been asked for all that it needs; whose move that was, opens it."""
    opening = opening_of(definition)
    move = Move(transition=opening.name, actor=new.actor, at=at)
    target = opening.target or ticket.state
    fields = {**ticket.fields, **new.fields}
    seen = ticket.changed(fields={**fields, **new.set})  # what is set may decide which class it becomes
    after = becomes(opening, definition, seen, facts) or definition
    return _decided(
        definition, after, ticket, opening, target, new.fields, fields, move, at, facts, None, None, set_=new.set
    )


def explain(
    definition: Definition, ticket: Ticket, actor: Actor, facts: Facts, at: dt.datetime
) -> tuple[Possible, ...]:
    """Every transition of the definition but the opening ones, in the order of the file, with what stands against it.

    What is typed with the move is not yet known and stands against nothing. The ticket must be settled.
    """
    found = []
    for transition in definition.transitions.values():
        if transition.sources == (NEW,) and ticket.state != NEW:
            continue
        blockers = tuple(_against(transition, definition, ticket, actor, facts, at))
        still = None if transition.row_of is None else rows.left(transition, definition, ticket, actor)
        if transition.answer and ticket.state in transition.sources:
            still = tuple(row for row in may_answer(actor, ticket, definition) if row is not None) or None
        asks = asked(may_open(transition, definition, ticket, facts), transition, definition, ticket, facts)
        found.append(Possible(transition=transition, blockers=blockers, rows=still, asks=asks))
    return tuple(found)


def may_make(
    definition: Definition, ticket: Ticket, actor: Actor, facts: Facts, at: dt.datetime
) -> tuple[Transition, ...]:
    """Those transitions against which `explain` finds nothing, without a word on what stands against the others."""
    return tuple(
        transition
        for transition in definition.transitions.values()
        if ticket.state in transition.sources
        and (transition.answer or may(transition.by, actor, ticket, definition))
        and next(_against(transition, definition, ticket, actor, facts, at), None) is None
    )


def _against(
    transition: Transition, definition: Definition, ticket: Ticket, actor: Actor, facts: Facts, at: dt.datetime
) -> Iterator[Blocker]:
    """What stands against a transition of which nothing is typed yet."""
    typed_now = frozenset((*transition.fill, *transition.may_fill))
    yield from standing_against(transition, definition, ticket, actor, facts, max(at, ticket.at))
    yield from rows.none_left(transition, definition, ticket)
    yield from not_met(transition, definition, ticket, facts, typed_now)
    if not by_typed_table(transition, typed_now):
        yield from not_graver(transition, definition, ticket, facts)
    yield from not_openable(may_open(transition, definition, ticket, facts), facts)


@dataclass(frozen=True, slots=True)
class _Answered:
    """What an answer comes to: whether the round ends with it, and if not, which step then has its turn."""

    answer: Answer | None
    ends: bool
    step: int


def _answered(transition: Transition, definition: Definition, seen: Ticket, move: Move, facts: Facts) -> _Answered:
    answer = answer_of(transition, definition, seen, move.actor, move.row)
    target, step = after_answer(answer, seen, definition, facts)
    return _Answered(answer, target is not None, step)


def _decided(
    definition: Definition,
    after: Definition,
    ticket: Ticket,
    transition: Transition,
    target: str,
    typed: Mapping[str, Value],
    fields: Mapping[str, Value],
    move: Move,
    at: dt.datetime,
    facts: Facts,
    cause: Cause | None,
    answered: _Answered | None,
    *,
    given: Given | None = None,
    set_: Mapping[str, object] | None = None,
) -> Decision:
    actor = move.actor
    entered = transition.target is not None if answered is None else answered.ends
    begins = entered or after.name != definition.name
    who = None if actor is CLOCK else actor.id
    changes = {
        "fields": fields,
        "state": target,
        "opened": at if ticket.sequence == 0 else ticket.opened,
        "receiver": who if ticket.sequence == 0 else ticket.receiver,
        "at": at,
        "made": counted(ticket.made, transition.name, who),
    }
    draft = Draft(ticket, after, actor, at, facts.calendar, typed, changes)
    if after is not definition and ticket.accountable == definition.accountable:
        draft.put(accountable=after.accountable)  # its class answers for it, unless somebody was made to
    if set_:
        draft.carry_out(Effects(set=set_), "move")
    state = after.states[target]
    graver = transition.become is not None and transition.become.next_in_family
    if graver or (begins and state.approvals and ticket.rounds.get(target)):
        draft.put(round=ticket.round + 1)
    if begins:
        _begin_round(draft, state, transition.effects, facts)
    elif answered is not None:
        draft.put(step=answered.step)
    draft.carry_out(transition.effects, "move")
    if entered:
        draft.carry_out(state.effects, "state")
    if draft.ticket.step and (begins or draft.ticket.step != ticket.step):
        draft.ask_approvers()
    elif begins and state.approvals and not draft.ticket.step:
        draft.moves.append(GRANT)  # no step applies
    draft.tell(after.followers, "follow")
    if actor is CLOCK:
        _tell_of_the_clock(draft, move)
    opens = opens_by(transition, state if entered else None)
    if opens:
        draft.children += new_children(opens, draft.ticket, after, facts, actor, given or {})
    if state.end and transition.open_children == "cancel":
        draft.cancelled = tuple(child.number for child in ticket.children)
    return draft.decision(
        "move",
        transition.name,
        was=definition,
        history=facts.history,
        due_at=cause.due_at if cause else None,
        timer=cause.timer if cause else None,
        actor=who,
        row=move.row,
        source=ticket.state,
        target=target,
        entered=entered,
        ends=state.end,
        answer=answered.answer if answered else None,
        occurrence=move.occurrence,
    )


def _tell_of_the_clock(draft: Draft, move: Move) -> None:
    """What nobody has done is told to whoever holds the ticket or answers for it; of a new one, to who must act, too.

    Of a ticket for one of many parties they are told together with the others of its schedule.
    """
    together = move.occurrence is not None and move.occurrence.party is not None
    about: About = "opening" if together else "move"
    if draft.before.sequence == 0:
        draft.tell((RESPONSIBLE,), about)
    draft.tell(holder(draft.ticket), about)


def _begin_round(draft: Draft, state: State, effects: Effects, facts: Facts) -> None:
    """The turn of the first step that applies to the ticket with all that is set by the move and on entering.

    Known before anybody is told, so that whoever must act can be.
    """
    if state.approvals:
        draft.write(effects)
        draft.write(state.effects)
    draft.put(step=following(state, draft.ticket, 0, draft.definition, facts) if state.approvals else 0)


def holder(ticket: Ticket) -> tuple[Who, ...]:
    """Who is told whenever the clock moves a ticket, or a child of it ends: who holds it, or who answers for it."""
    return (Who("word", "assignee" if ticket.assignee else "accountable"),)
