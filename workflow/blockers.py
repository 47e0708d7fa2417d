"""Blockers: every reason that can stand against a move, each found by one function.

Deciding and explaining ask the same functions; what is still to be typed stands against nothing when explaining.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import get_args
from zoneinfo import ZoneInfo

from workflow import names, words
from workflow.answering import against_answer
from workflow.definition import Check, Definition, Text, Transition
from workflow.entry import Blocker
from workflow.field_readers import Code
from workflow.formulas import resting_on
from workflow.moments import moment_at
from workflow.people import may
from workflow.ticket import Actor, Facts, Ticket, View
from workflow.typed import label_of

CODES = frozenset(
    {
        *("unknown_transition", "not_from_here", "not_allowed", "not_by", "at_most", "wait_for", "open_children"),
        *("not_before", "need", "check", "not_graver", "fill", "field_not_asked", "row", "child_unknown", "child_held"),
        *("nobody_asked", "row_not_asked", "no_such_row", "answered"),
        *get_args(Code),
    }
)
"""Every code that a blocker can have."""


def unknown_transition(name: str, definition: Definition, ticket: Ticket) -> Blocker:
    """There is no such transition; those that start in the ticket's state are named."""
    known = [one.name for one in definition.transitions.values() if ticket.state in one.sources]
    accepted, accepted_zh = names.one_of(known) or "none", names.one_of(known, "zh") or "无"
    text = Text(
        f"There is no transition “{name}”; from here there are: {accepted}.",
        f"没有名为“{name}”的流转；当前可用：{accepted_zh}。",
    )
    if not name:
        text = Text(f"Say in “transition” which is meant: {accepted}.", f"请在 transition 中写明：{accepted_zh}。")
    return Blocker(code="unknown_transition", subject=name, text=text)


def not_from_here(transition: Transition, definition: Definition, ticket: Ticket) -> Blocker:
    """The ticket is in a state that the transition does not start in."""
    here = words.state(ticket.state, definition)
    wanted = words.listed(words.state(one, definition) for one in transition.sources)
    return Blocker(
        code="not_from_here",
        subject=ticket.state,
        part=("transitions", transition.name),
        rules=transition.rules,
        text=Text(
            f"The ticket is in “{here.en}”; “{transition.text.en}” is made from: {wanted.en}.",
            f"工单现处于“{here.read('zh')}”；“{transition.text.read('zh')}”只能从以下状态进行：{wanted.read('zh')}。",
        ),
    )


def standing_against(
    transition: Transition,
    definition: Definition,
    ticket: Ticket,
    actor: Actor,
    facts: Facts,
    at: dt.datetime,
    row: int | None = None,
) -> Iterator[Blocker]:
    """What stands against a move whatever is typed with it: state, people, count, time, linked tickets.

    Of a row move, the ticket is as it is for the row that is meant; how often it was made is for `rows` to say.
    """
    part = ("transitions", transition.name)
    if ticket.state not in transition.sources:
        yield not_from_here(transition, definition, ticket)
    if transition.answer:
        if ticket.state in transition.sources:
            yield from against_answer(transition, definition, ticket, actor, row)
        return
    if not may(transition.by, actor, ticket, definition):
        people = words.several(transition.by, definition)
        yield Blocker(
            code="not_allowed",
            subject=transition.name,
            part=part,
            rules=transition.rules,
            text=Text(f"Only these may do this: {people.en}.", f"只有以下人员可以办理：{people.read('zh')}。"),
        )
    elif transition.not_by and may(transition.not_by, actor, ticket, definition):
        people = words.several(transition.not_by, definition)
        yield Blocker(
            code="not_by",
            subject=transition.name,
            part=part,
            rules=transition.rules,
            text=Text(f"This must be done by somebody other than {people.en}.", f"{people.read('zh')}不得办理此项。"),
        )
    made = ticket.made.get(transition.name)
    limit = transition.at_most
    if limit is not None and made is not None and made.count >= limit and transition.row_of is None:
        yield Blocker(
            code="at_most",
            subject=transition.name,
            part=part,
            rules=transition.rules,
            text=Text(
                f"This may be done {limit} times in a ticket's life, and has been.",
                f"此项每单最多办理{limit}次，已办理{made.count}次。",
            ),
        )
    if transition.not_before is not None:
        yield from _too_early(transition, ticket, facts, at)
    yield from _others_open(transition, definition, ticket, facts)


def _others_open(transition: Transition, definition: Definition, ticket: Ticket, facts: Facts) -> Iterator[Blocker]:
    """Linked tickets that must have ended, and children; before an end, all children that do not end with it."""
    if not transition.wait_for and not ticket.children:
        return
    linked = [(name, facts.links.get(str(ticket.fields.get(name, "")))) for name in transition.wait_for]
    found = [("wait_for", name, link.number) for name, link in linked if link is not None and link.open]
    ways = definition.ways(transition, ticket.state) if ticket.state in transition.sources else ()
    ends = any(state.end for name in ways if (state := definition.states.get(name or "")) is not None)
    waits = ends and transition.open_children == "wait"
    for child in ticket.children:
        if child.workflow in transition.wait_for:
            found.append(("wait_for", child.workflow, child.number))
        elif waits:
            found.append(("open_children", child.workflow, child.number))
    for code, subject, number in found:
        yield Blocker(
            code=code,
            subject=subject,
            part=("transitions", transition.name),
            rules=transition.rules,
            text=Text(f"Ticket {number} must end first.", f"须先办结工单{number}。"),
        )


def _too_early(transition: Transition, ticket: Ticket, facts: Facts, at: dt.datetime) -> Iterator[Blocker]:
    if transition.not_before is None:
        return
    earliest = moment_at(
        transition.not_before, ticket.fields, ticket.opened, facts.calendar, as_limit=False, due=ticket.due
    )
    if earliest is not None and earliest <= at:
        return
    when = earliest.astimezone(ZoneInfo(facts.calendar.zone)).strftime("%Y-%m-%d %H:%M") if earliest else None
    yield Blocker(
        code="not_before",
        subject=transition.name,
        part=("transitions", transition.name),
        rules=transition.rules,
        text=Text(f"Not before {when}.", f"不得早于{when}办理。")
        if when
        else Text("The date from which this may be done is not filled yet.", "可以办理的起始日期尚未填写。"),
    )


def not_met(
    transition: Transition,
    definition: Definition,
    seen: Ticket,
    facts: Facts,
    unknown: frozenset[str],
) -> Iterator[Blocker]:
    """What must be on file or true; what asks about a field in `unknown`, or rests on one, is left out."""
    if not transition.need and not transition.checks:
        return
    unknown = resting_on(unknown, definition.formulas())
    view = seen.view(definition, facts)
    yield from _on_file(transition.need, transition.rules, transition, definition, view, unknown)
    for check in transition.checks:
        if check.condition is not None:
            if check.condition.names() & unknown:
                continue
            if not check.condition.holds(view):
                continue
        rules = check.rules or transition.rules
        yield from _on_file(check.need, rules, transition, definition, view, unknown)
        if check.must is not None and not check.must.names() & unknown and not check.must.holds(view):
            yield Blocker(
                code="check",
                subject=transition.name,
                part=("transitions", transition.name),
                rules=rules,
                text=check.text or _must_hold(check),
            )


def _must_hold(check: Check) -> Text:
    return Text(f"This must hold first: {check.must}.", f"须先满足：{check.must}。")


def _on_file(
    wanted: tuple[str, ...],
    rules: tuple[str, ...],
    transition: Transition,
    definition: Definition,
    view: View,
    unknown: frozenset[str],
) -> Iterator[Blocker]:
    for name in wanted:
        outer, _, column = name.partition(".")
        if name in unknown or outer in unknown:
            continue
        value = view.value(outer)
        if column:
            rows = value if isinstance(value, tuple) else ()
            filled = all(row.get(column) is not None for row in rows)
        else:
            filled = value is not None and value != ()
        if not filled:
            label = label_of(name, definition)
            yield Blocker(
                code="need",
                subject=name,
                part=("transitions", transition.name),
                rules=rules,
                text=Text(f"“{label.en}” must be on file first.", f"须先有“{label.read('zh')}”。"),
            )


# --- Becoming another definition of the family ------------------------------------------------------------------


def by_typed_table(transition: Transition, typed_now: frozenset[str]) -> bool:
    """Whether what the ticket becomes depends on a field that is typed with the move itself."""
    return transition.become is not None and transition.become.field in typed_now


def becomes(transition: Transition, definition: Definition, seen: Ticket, facts: Facts) -> Definition | None:
    """The definition that the move leads to; None where it stays, as `next in family` does at the gravest."""
    become = transition.become
    if become is None:
        return None
    if become.next_in_family:
        following = [one for one in facts.family.values() if one.rank == definition.rank + 1]
        return following[0] if following else None
    name = become.table.get(str(seen.fields.get(become.field))) if become.field else become.workflow
    return facts.family.get(name) if name else None


def not_graver(transition: Transition, definition: Definition, seen: Ticket, facts: Facts) -> Iterator[Blocker]:
    """A class may only become a graver one; the head of a family, which is not classified yet, any."""
    after = becomes(transition, definition, seen, facts)
    if after is None or definition.rank == 0 or after.rank > definition.rank:
        return
    yield Blocker(
        code="not_graver",
        subject=after.name,
        part=("transitions", transition.name),
        rules=transition.rules,
        text=Text(
            f"“{definition.text.en}” can only become graver, not “{after.text.en}”.",
            f"“{definition.text.read('zh')}”只能升级，不能变为“{after.text.read('zh')}”。",
        ),
    )
