"""The forms of children: what a move asks for those that it opens, what they still lack, and what stands against them.

What neither the parent nor an effect gives of a child's opening form is typed with the parent's move, as
`child-workflow.field`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workflow import names
from workflow.blockers import becomes, not_met
from workflow.children import Given, carries, form_of, may_open, new_children, opening_of, opens_by
from workflow.definition import Definition, OpenChild, Text, Transition
from workflow.effects import Draft
from workflow.entry import Blocker, Value
from workflow.fields import FieldFaulty, parse_value
from workflow.history import blank
from workflow.ticket import Actor, Facts, NewChild, Ticket
from workflow.typed import field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A field of a child's opening form that is typed with its parent's move.

    `must` unless the form can do without it, or the parent may yet get it; `only_if` is when it is opened.
    """

    definition: Definition
    field: str
    must: bool
    only_if: str | None = None

    @property
    def name(self) -> str:
        return f"{self.definition.name}.{self.field}"


# --- What is typed for them --------------------------------------------------------------------------------------


def divided(
    raw: Mapping[str, object], opens: Sequence[OpenChild], own_fields: Iterable[str]
) -> tuple[Mapping[str, object], dict[str, dict[str, object]]]:
    """What was typed with a move, apart from what was typed for the children that it opens."""
    if not opens:
        return raw, {}
    apart: dict[str, dict[str, object]] = {one.workflow: {} for one in opens}
    own = {}
    for name, value in raw.items():
        workflow, dot, field = name.partition(".")
        if dot and workflow in apart and name not in own_fields:
            apart[workflow][field] = value
        else:
            own[name] = value
    return own, apart


def typed_for_children(
    opens: Iterable[OpenChild], raw: Mapping[str, Mapping[str, object]], facts: Facts, at: dt.datetime
) -> tuple[Given, list[Blocker]]:
    """The values typed for children, and what is wrong with the others."""
    given: dict[str, dict[str, Value]] = {}
    faults: list[Blocker] = []
    for workflow, fields in raw.items():
        openable = facts.openable.get(workflow)
        if openable is None:
            continue  # said for the child itself
        set_ = {name for one in opens if one.workflow == workflow for name in one.set}
        form = form_of(opening_of(openable.definition))
        accepted = tuple(name for name in form if name not in set_)
        known = facts.changed(calendar=openable.calendar)
        values = given.setdefault(workflow, {})
        for name, value in fields.items():
            field = field_of(name, openable.definition)
            if field is None or name not in accepted:
                faults.append(_not_asked(workflow, name, accepted))
            elif value is not None:
                try:
                    values[name] = parse_value(field, value, known, values, at)
                except FieldFaulty as fault:
                    faults.append(_of_child(openable.definition, name, fault.code, fault.text))
    return given, faults


def _not_asked(workflow: str, name: str, accepted: Iterable[str]) -> Blocker:
    known = [f"{workflow}.{one}" for one in accepted]
    return Blocker(
        code="field_not_asked",
        subject=f"{workflow}.{name}",
        text=Text(
            f"“{workflow}.{name}” is not asked for; “{workflow}” takes: {names.one_of(known)}.",
            f"不需要“{workflow}.{name}”；“{workflow}”可填：{names.one_of(known, 'zh')}。",
        ),
    )


def _of_child(definition: Definition, name: str, code: str, said: Text) -> Blocker:
    """Something about one field of a child's form."""
    label = _label(name, definition)
    text = Text(f"{label.en}: {said.en}.", f"{label.read('zh')}：{said.read('zh')}。")
    return Blocker(code=code, subject=f"{definition.name}.{name}", text=text)


def _label(name: str, definition: Definition) -> Text:
    field = field_of(name, definition)
    called = field.text if field is not None else Text(name)
    child = definition.text
    return Text(f"“{child.en} – {called.en}”", f"“{child.read('zh')}－{called.read('zh')}”")


def opened_with(new: NewChild) -> frozenset[str]:
    """The fields that a child has when it is opened."""
    return frozenset((*new.fields, *new.set))


# --- What stands against them, and what is asked -----------------------------------------------------------------


def not_openable(opens: Iterable[OpenChild], facts: Facts) -> Iterator[Blocker]:
    """A child whose workflow is not published any more."""
    for one in opens:
        if one.workflow not in facts.openable:
            yield Blocker(
                code="child_unknown",
                subject=one.workflow,
                text=Text(
                    f"This opens a “{one.workflow}”, and there is none published any more.",
                    f"此项会开立“{one.workflow}”，而该流程已不再发布。",
                ),
            )


def lacking(
    children: Iterable[NewChild], ticket: Ticket, facts: Facts, at: dt.datetime, faulty: Iterable[str] = ()
) -> Iterator[Blocker]:
    """What the opening forms of children still must have, or must be true then; each is said once.

    Of fields in `faulty` (`child-workflow.field`) something is said already.
    """
    told: set[tuple[str, str]] = {("fill", name) for name in faulty}
    for new in children:
        for blocker in _lacking(new, facts.openable[new.workflow].definition, ticket, facts, at):
            if (blocker.code, blocker.subject) not in told:
                told.add((blocker.code, blocker.subject))
                yield blocker


def _lacking(new: NewChild, definition: Definition, ticket: Ticket, facts: Facts, at: dt.datetime) -> Iterator[Blocker]:
    opening = opening_of(definition)
    missing = frozenset(name for name in opening.fill if name not in opened_with(new))
    for name in opening.fill:
        if name in missing:
            label = _label(name, definition)
            text = Text(f"Fill in {label.en}.", f"请填写{label.read('zh')}。")
            yield Blocker(code="fill", subject=f"{new.workflow}.{name}", text=text, rules=opening.rules)
    seen = blank(definition, number="", site=ticket.site, at=at).changed(fields=dict(new.fields))
    openable = facts.openable[new.workflow]
    facts = facts.changed(calendar=openable.calendar, family=openable.family, totals=openable.totals)
    for blocker in not_met(opening, definition, seen, facts, missing | frozenset(new.set)):
        child, said = definition.text, blocker.text
        text = Text(f"“{child.en}”: {said.en}", f"“{child.read('zh')}”：{said.read('zh')}")
        yield replace(blocker, subject=f"{new.workflow}.{blocker.subject}", text=text, part=None)


def asked(
    opens: Sequence[OpenChild],
    transition: Transition,
    definition: Definition,
    ticket: Ticket,
    facts: Facts,
) -> tuple[Ask, ...]:
    """What a move asks for the children that it opens."""
    if not opens:
        return ()
    filled, may_be_filled = set(transition.fill), {*transition.may_fill, *transition.effects.set}
    found: dict[str, Ask] = {}
    for one in opens:
        openable = facts.openable.get(one.workflow)
        if openable is None:
            continue
        child, opening = openable.definition, opening_of(openable.definition)
        columns = definition.fields[one.for_each].columns if one.for_each else {}
        followed = {name for name, field in child.fields.items() if field.follows and field.follows.field in one.set}
        for name in (*opening.fill, *opening.may_fill):
            field = field_of(name, child)
            if name in one.set or name in followed or carries(columns.get(name), field):
                continue
            carried = carries(field_of(name, definition), field)
            if carried and (name in filled or ticket.fields.get(name) is not None):
                continue
            must = name in opening.fill and not (carried and name in may_be_filled)
            only_if = str(one.condition) if one.condition is not None else None
            ask = Ask(definition=child, field=name, must=must, only_if=only_if)
            found.setdefault(ask.name, ask)
    return tuple(found.values())


def against_children(
    transition: Transition,
    definition: Definition,
    seen: Ticket,
    actor: Actor,
    facts: Facts,
    typed: Mapping[str, Mapping[str, object]],
    at: dt.datetime,
) -> tuple[Given, list[Blocker]]:
    """What was typed for the children that a move opens, and what stands against opening them.

    `seen` is the ticket with what was typed for itself. Where an answer leads to is known only once it is one; so its
    children are those of the last yes.
    """
    if not may_open(transition, definition, seen, facts):
        return {}, []
    after = becomes(transition, definition, seen, facts) or definition
    (*_, target) = definition.ways(transition, seen.state) if seen.state in transition.sources else (None,)
    state = after.states.get(target or "")
    opens = opens_by(transition, state)
    given, faults = typed_for_children(opens, typed, facts, at)
    trial = Draft(seen, after, actor, at, facts.calendar)
    for effects in (transition.effects, *([state.effects] if state is not None else [])):
        trial.write(effects)
    children = new_children(opens, trial.ticket, after, facts, actor, given)
    faulty = [blocker.subject for blocker in faults]
    return given, [*faults, *not_openable(opens, facts), *lacking(children, seen, facts, at, faulty)]
