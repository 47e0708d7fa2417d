"""Blockers: every reason that can stand against a move, each found by one function.

Deciding and explaining ask the same functions; what is still to be typed stands against nothing when explaining.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from workflow import names, words
from workflow.definition import TYPED_BUILT_INS, Check, Definition, Field, Moment, Text, Transition
from workflow.entry import Blocker, Value
from workflow.fields import BUILT_IN_FIELDS, FieldFaulty, follow, parse_value
from workflow.moments import moment_at
from workflow.people import may
from workflow.ticket import Actor, Facts, Ticket


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
    transition: Transition, definition: Definition, ticket: Ticket, actor: Actor, facts: Facts, at: dt.datetime
) -> Iterator[Blocker]:
    """What stands against a move whatever is typed with it: state, people, count, time, linked tickets."""
    part = ("transitions", transition.name)
    if ticket.state not in transition.sources:
        yield not_from_here(transition, definition, ticket)
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
    if transition.at_most is not None and made is not None and made.count >= transition.at_most:
        yield Blocker(
            code="at_most",
            subject=transition.name,
            part=part,
            rules=transition.rules,
            text=Text(
                f"This may be done {transition.at_most} times in a ticket's life, and has been.",
                f"此项每单最多办理{transition.at_most}次，已办理{made.count}次。",
            ),
        )
    if transition.not_before is not None:
        yield from _too_early(transition, ticket, facts, at)
    for name in transition.wait_for:
        linked = facts.links.get(str(ticket.fields.get(name, "")))
        if linked is not None and linked.open:
            yield Blocker(
                code="wait_for",
                subject=name,
                part=part,
                rules=transition.rules,
                text=Text(f"Ticket {linked.number} must end first.", f"须先办结工单{linked.number}。"),
            )


def _too_early(transition: Transition, ticket: Ticket, facts: Facts, at: dt.datetime) -> Iterator[Blocker]:
    if transition.not_before is None:
        return
    earliest = moment_at(transition.not_before, ticket.fields, ticket.opened, facts.calendar, as_limit=False)
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


def _field(name: str, definition: Definition) -> Field | None:
    return definition.fields.get(name) or BUILT_IN_FIELDS.get(name)


def _accepted(transition: Transition) -> tuple[str, ...]:
    """The fields that may be typed with a move; title, place and requester always with an opening one."""
    asked = (*transition.fill, *transition.may_fill)
    return (*asked, *(name for name in TYPED_BUILT_INS if name not in asked)) if transition.opens else asked


def typed_fields(
    transition: Transition, definition: Definition, ticket: Ticket, raw: Mapping[str, object], facts: Facts
) -> tuple[dict[str, Value], list[Blocker]]:
    """The typed fields as values, those that follow from them included, and what is wrong with the others."""
    accepted = _accepted(transition)
    values: dict[str, Value] = {}
    faults: list[Blocker] = []
    # A bound may name a field that is typed with the same move: those without such a bound are read first.
    for name, given in sorted(raw.items(), key=lambda item: _bounded(_field(item[0], definition))):
        field = _field(name, definition) if name in accepted else None
        if field is None:
            faults.append(_not_asked(name, transition, accepted))
            continue
        if given is None:
            continue  # an empty field is one that was not typed
        try:
            values[name] = parse_value(field, given, facts, {**ticket.fields, **values}, ticket.opened)
        except FieldFaulty as fault:
            text = _of_field(name, definition, fault, required=name in transition.fill)
            faults.append(Blocker(code=fault.code, subject=name, text=text, part=("fields", name), rules=field.rules))
    return {**follow(definition, values), **values}, faults


def _of_field(name: str, definition: Definition, fault: FieldFaulty, *, required: bool) -> Text:
    """What is wrong with a typed field, beside others: it says whose fault it is."""
    if required and fault.code == "empty":
        return _to_fill(name, definition)
    label = _label(name, definition)
    return Text(f"“{label.en}”: {fault.text.en}.", f"“{label.read('zh')}”：{fault.text.read('zh')}。")


def _to_fill(name: str, definition: Definition) -> Text:
    label = _label(name, definition)
    return Text(f"Fill in “{label.en}”.", f"请填写“{label.read('zh')}”。")


def _label(name: str, definition: Definition) -> Text:
    """What a form calls a field, also one that every ticket has."""
    field = _field(name, definition)
    return field.text if field is not None else words.field(name, definition)


def _bounded(field: Field | None) -> bool:
    return field is not None and (isinstance(field.min, Moment) or isinstance(field.max, Moment))


def _not_asked(name: str, transition: Transition, accepted: tuple[str, ...]) -> Blocker:
    known, known_zh = names.one_of(accepted) or "none", names.one_of(accepted, "zh") or "无"
    return Blocker(
        code="field_not_asked",
        subject=name,
        part=("transitions", transition.name),
        text=Text(
            f"“{transition.text.en}” does not ask for “{name}”; it takes: {known}.",
            f"“{transition.text.read('zh')}”不需要“{name}”；可填：{known_zh}。",
        ),
    )


def not_typed(transition: Transition, definition: Definition, raw: Mapping[str, object]) -> Iterator[Blocker]:
    """`fill` is fresh at every move: what was typed earlier does not count."""
    for name in transition.fill:
        if raw.get(name) is None:
            yield Blocker(
                code="fill",
                subject=name,
                part=("transitions", transition.name),
                rules=transition.rules,
                text=_to_fill(name, definition),
            )


def not_met(
    transition: Transition,
    definition: Definition,
    seen: Ticket,
    facts: Facts,
    unknown: frozenset[str],
) -> Iterator[Blocker]:
    """What must be on file or true; parts that ask about a field in `unknown` are left out."""
    yield from _on_file(transition.need, transition.rules, transition, definition, seen, unknown)
    view = seen.view(facts.links)
    for check in transition.checks:
        if check.condition is not None:
            if check.condition.names() & unknown:
                continue
            if not check.condition.holds(view):
                continue
        rules = check.rules or transition.rules
        yield from _on_file(check.need, rules, transition, definition, seen, unknown)
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
    seen: Ticket,
    unknown: frozenset[str],
) -> Iterator[Blocker]:
    for name in wanted:
        outer, _, column = name.partition(".")
        if name in unknown or outer in unknown:
            continue
        value = seen.fields.get(outer)
        if column:
            rows = value if isinstance(value, tuple) else ()
            filled = all(row.get(column) is not None for row in rows)
        else:
            filled = value is not None and value != ()
        if not filled:
            label = _label(name, definition)
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
