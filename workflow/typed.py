"""What is typed with a move: which fields it asks for, their values, and what is wrong with them.

A row move is typed by columns (`{"addressees.signed_by": …}`); what comes of it is the whole list with that row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow import names, sameness, words
from workflow.definition import TYPED_BUILT_INS, Definition, Field, Moment, Text, Transition
from workflow.entry import Blocker, Value
from workflow.fields import BUILT_IN_FIELDS, FieldFaulty, follow, parse_value
from workflow.frozen import derived
from workflow.rows import exists, filled_in
from workflow.ticket import Facts, Ticket


def field_of(name: str, definition: Definition) -> Field | None:
    """The field, typed built-in, or column of a list that is called so."""
    return definition.fields.get(name) or BUILT_IN_FIELDS.get(name) or definition.column(name)


@derived
def _accepted(transition: Transition) -> tuple[str, ...]:
    """The fields that may be typed with a move; title, place and requester always with an opening one."""
    asked = (*transition.fill, *transition.may_fill)
    return (*asked, *(name for name in TYPED_BUILT_INS if name not in asked)) if transition.opens else asked


def typed_fields(
    transition: Transition,
    definition: Definition,
    ticket: Ticket,
    raw: Mapping[str, object],
    facts: Facts,
    row: int | None = None,
) -> tuple[dict[str, Value], list[Blocker]]:
    """The typed fields as values, those that follow from them included, and what is wrong with the others.

    `row` is that of a row move; without one that exists, what is typed for it is only looked at.
    """
    if not raw:
        return {}, []
    accepted = _accepted(transition)
    values: dict[str, Value] = {}
    cells: dict[str, Value] = {}
    faults: list[Blocker] = []
    # A bound may name a field that is typed with the same move: those without such a bound are read first.
    known = dict(ticket.fields)
    for name in raw if len(raw) < 2 else sorted(raw, key=lambda name: _bounded(field_of(name, definition))):
        given = raw[name]
        field = field_of(name, definition) if name in accepted else None
        if field is None:
            faults.append(_not_asked(name, transition, accepted))
            continue
        if given is None:
            continue  # an empty field is one that was not typed
        try:
            later = definition.filled_by_row(name) if field.columns else frozenset()
            value = parse_value(field, given, facts, known, ticket.opened, later)
            if "." in name:
                cells[name.partition(".")[2]] = value
            else:
                values[name] = known[name] = value
        except FieldFaulty as fault:
            text = _of_field(name, definition, fault, required=name in transition.fill)
            faults.append(Blocker(code=fault.code, subject=name, text=text, part=("fields", name), rules=field.rules))
    listed = transition.row_of
    if cells and listed is not None and row is not None and exists(ticket, listed, row):
        values[listed] = filled_in(ticket, listed, row, cells)
    following = follow(definition, values)
    filled = {**following, **values} if following else values
    same = sameness.found(definition, ticket.fields, filled, facts.same)
    return {**filled, **same} if same else filled, faults


def same_asked(
    transition: Transition, definition: Definition, ticket: Ticket, raw: Mapping[str, object], facts: Facts
) -> tuple[sameness.Sought, ...]:
    """Which earlier tickets are to be looked for before a move with these fields is decided."""
    typed, _ = typed_fields(transition, definition, ticket, raw, facts)
    return tuple(sameness.asked(definition, ticket.fields, typed))


def _of_field(name: str, definition: Definition, fault: FieldFaulty, *, required: bool) -> Text:
    """What is wrong with a typed field, beside others: it says whose fault it is."""
    if required and fault.code == "empty":
        return _to_fill(name, definition)
    label = label_of(name, definition)
    return Text(f"“{label.en}”: {fault.text.en}.", f"“{label.read('zh')}”：{fault.text.read('zh')}。")


def _to_fill(name: str, definition: Definition) -> Text:
    label = label_of(name, definition)
    return Text(f"Fill in “{label.en}”.", f"请填写“{label.read('zh')}”。")


def label_of(name: str, definition: Definition) -> Text:
    """What a form calls a field, also one that every ticket has."""
    field = field_of(name, definition)
    return field.text if field is not None else words.field(name, definition)


def _bounded(field: Field | None) -> bool:
    return field is not None and _has_moments(field)


@derived
def _has_moments(field: Field) -> bool:
    return any(isinstance(bound, Moment) for one in (field, *field.columns.values()) for bound in (one.min, one.max))


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
