"""Carrying an open ticket over to another revision of its definition, or of its calendar: what stands against it, and
what it comes to.

It is an entry like any other: whoever folds the history again comes to the same ticket.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from workflow import words
from workflow.approvals import following
from workflow.calendar import Calendar
from workflow.definition import GRANT, Approval, Definition, Field, FieldType, State, Text
from workflow.effects import Draft
from workflow.entry import Blocker, Entry
from workflow.fields import BUILT_IN_FIELDS
from workflow.ticket import CLOCK, Actor, Decision, Facts, Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Where a ticket is carried over to: a revision of its definition, a revision of its calendar, or both.

    `mapped` has the states that are gone, with those in which their tickets go on. `facts` are those of the ticket by
    the new definition, and `actor` is who asked for it.
    """

    definition: Definition
    calendar: Calendar
    facts: Facts
    mapped: Mapping[str, str] = field(default_factory=dict)
    actor: Actor = CLOCK


def open_states(definition: Definition) -> tuple[str, ...]:
    """The states in which a ticket can go on."""
    return tuple(one.name for one in definition.states.values() if not one.end)


def same_type(was: Field, now: Field) -> bool:
    """Whether a value of the one field is a value of the other, also row by row."""
    if (was.type, was.register) != (now.type, now.register):
        return False
    return all(same_type(one, now.columns[name]) for name, one in was.columns.items() if name in now.columns)


def against(
    source: Definition, target: Definition, ticket: Ticket, mapped: Mapping[str, str], history: Sequence[Entry]
) -> tuple[Blocker, ...]:
    """Why an open ticket cannot be carried over from the one revision to the other; nothing if it can."""
    if source.revision == target.revision:
        return ()
    return (*_no_state(source, target, ticket, mapped), *_no_type(source, target, ticket, history))


def _no_state(source: Definition, target: Definition, ticket: Ticket, mapped: Mapping[str, str]) -> Iterator[Blocker]:
    if mapped.get(ticket.state, ticket.state) not in open_states(target):
        text = words.state(ticket.state, source)
        yield Blocker(
            code="state_gone",
            subject=ticket.state,
            text=Text(
                f"the new revision has no open state “{text.en}” ({ticket.state}); say in which one its tickets go on",
                f"新版本没有未结束的状态“{text.read('zh')}”（{ticket.state}）；请指明其中的工单转入哪个状态",
            ),
        )


def _no_type(source: Definition, target: Definition, ticket: Ticket, history: Sequence[Entry]) -> Iterator[Blocker]:
    filled = {name for entry in history for name in entry.filled}
    for name, now in target.fields.items():
        was = source.fields.get(name) or BUILT_IN_FIELDS.get(name)
        if was is not None:
            fits = name not in ticket.fields or same_type(was, now)
        else:
            values = [entry.filled[name] for entry in history if name in entry.filled] if name in filled else []
            fits = not values or isinstance(values[-1], _KINDS.get(now.type, str))
        if not fits:
            yield Blocker(
                code="field_retyped",
                subject=name,
                text=Text(
                    f"the field “{now.text.en}” ({name}) has another type in the new revision, and this ticket has a "
                    "value of the old one; give the new field another name",
                    f"新版本中字段“{now.text.read('zh')}”（{name}）的类型变了，而本工单已填有原类型的值；请给新字段另取名字",
                ),
            )


_KINDS = {
    FieldType.NUMBER: Decimal,
    FieldType.MONEY: Decimal,
    FieldType.PERCENT: Decimal,
    FieldType.YES_NO: bool,
    FieldType.DATE: dt.date,
    FieldType.DATETIME: dt.datetime,
    FieldType.LIST: tuple,
}
"""What values of a type are; text, unless it stands here."""


def carried_over(source: Definition, ticket: Ticket, aim: Aim, at: dt.datetime, history: Sequence[Entry]) -> Decision:
    """The decision that carries an open ticket over at `at`; nothing must stand `against` it, and it must be settled.

    What the state does on entering does not happen, for the ticket has been there. Where others are asked for approval
    there than before, they are asked anew.
    """
    target, at = aim.definition, max(at, ticket.at)
    actor = None if aim.actor is CLOCK else aim.actor.id
    if source.revision == target.revision:
        return Draft(ticket, target, aim.actor, at, aim.calendar).decision("calendar", aim.calendar.name, actor=actor)
    place = aim.mapped.get(ticket.state, ticket.state)
    state = target.states[place]
    draft = Draft(ticket, target, aim.actor, at, aim.calendar, changes={"state": place})
    if ticket.accountable == source.accountable:
        draft.put(accountable=target.accountable)  # unless somebody was made to answer for it
    anew = _asked(source.states.get(ticket.state)) != _asked(state)
    if anew:
        _ask_anew(draft, state, aim.facts)
    return draft.decision(
        "revision",
        target.name,
        was=source,
        history=history,
        actor=actor,
        source=ticket.state,
        target=place,
        entered=anew,
        mapped=aim.mapped,
    )


def _asked(state: State | None) -> list[object]:
    """Who is asked in a state, in which steps."""
    steps: tuple[Approval, ...] = state.approvals if state is not None else ()
    return [(one.by, one.not_by, one.condition, one.for_each) for one in steps]


def _ask_anew(draft: Draft, state: State, facts: Facts) -> None:
    if state.approvals and draft.before.rounds.get(state.name):
        draft.put(round=draft.before.round + 1)
    draft.put(step=following(state, draft.ticket, 0, draft.definition, facts))
    if draft.ticket.step:
        draft.ask_approvers()
    elif state.approvals:
        draft.moves.append(GRANT)  # no step applies
