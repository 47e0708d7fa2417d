"""Forms as JSON: transitions with what each asks for and what stands against it, fields, columns of registers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from service.api.blueprint import PREFIX
from service.api.rendering import Body, blocker_body, named
from workflow import words
from workflow.child_forms import Ask
from workflow.deciding import Possible
from workflow.definition import Definition, Field, FieldType, Transition
from workflow.typed import field_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The site for which a form is shown, with the departments that may be named there."""

    site: str
    departments: tuple[str, ...]


def possible_bodies(found: Iterable[Possible], definition: Definition, lang: str, place: Place) -> list[Body]:
    """Transitions with what each asks for and what stands against it; those that may be made come first."""
    ordered = sorted(found, key=lambda one: bool(one.blockers))
    return [
        {
            **transition_body(one.transition, definition, lang, place),
            **({} if one.rows is None else {"rows": list(one.rows)}),
            **({"asks": [ask_body(ask, lang, place) for ask in one.asks]} if one.asks else {}),
            "allowed": not one.blockers,
            "blockers": [blocker_body(blocker, definition.name, lang) for blocker in one.blockers],
        }
        for one in ordered
    ]


def ask_body(ask: Ask, lang: str, place: Place) -> Body:
    """A field of a child's form, typed with its parent's move under this name."""
    return {
        **field_body(ask.field, ask.definition, lang, place),
        "name": ask.name,
        "child": named(ask.definition.name, ask.definition.text, lang),
        "must": ask.must,
        "only_if": ask.only_if,
    }


def transition_body(transition: Transition, definition: Definition, lang: str, place: Place | None = None) -> Body:
    """A transition with its form; without a place, as the definition has it for any."""
    return {
        **named(transition.name, transition.text, lang),
        "from": [named(source, words.state(source, definition), lang) for source in transition.sources],
        "to": _target(transition, definition),
        "by": words.several(transition.by, definition).read(lang),
        "fill": [field_body(name, definition, lang, place) for name in transition.fill],
        "may_fill": [field_body(name, definition, lang, place) for name in transition.may_fill],
        "row_of": _row_of(transition, definition, lang),
        "note": transition.note or None,
        "rules": list(transition.rules),
    }


def _target(transition: Transition, definition: Definition) -> str | None:
    """Where it leads: a state, or `same`; None for an answer that leads elsewhere from another state."""
    if not transition.answer:
        return transition.target or "same"
    ends = {definition.ways(transition, source)[-1] for source in transition.sources}
    return ends.pop() if len(ends) == 1 else None


def _row_of(transition: Transition, definition: Definition, lang: str) -> Body | None:
    """The list of which a row move fills one row."""
    listed = transition.row_of
    return None if listed is None else named(listed, words.field(listed, definition), lang)


def field_body(name: str, definition: Definition, lang: str, place: Place | None = None) -> Body:
    """A field, or the column of a row move, as a form needs it; of a list, which columns must be typed with it."""
    field = field_of(name, definition)
    if field is None:
        return named(name, words.field(name, definition), lang)
    body = {**_typed_body(field, definition, lang, place), "name": name}
    if field.columns:
        later = definition.filled_by_row(name)
        body["columns"] = [
            {**_typed_body(one, definition, lang, place), "required": one.name not in later}
            for one in field.columns.values()
        ]
    if field.min_length:
        body["min_length"] = field.min_length
    if field.note:
        body["note"] = field.note
    return body


def column_body(column: Field, lang: str) -> Body:
    """A column of a register as a form needs it."""
    body: Body = {**named(column.name, column.text, lang), "type": column.type.value}
    if column.choices:
        body["choices"] = [named(choice, text, lang) for choice, text in column.choices.items()]
    if column.confidential:
        body["confidential"] = column.confidential
    if column.min_length:
        body["min_length"] = column.min_length
    if column.note:
        body["note"] = column.note
    return body


def _typed_body(field: Field, definition: Definition, lang: str, place: Place | None) -> Body:
    """What is typed, and what there is to choose from or where that is listed."""
    body: Body = {**named(field.name, field.text, lang), "type": field.type.value}
    if field.choices:
        body["choices"] = [named(choice, text, lang) for choice, text in field.choices.items()]
    if field.type is FieldType.PERSON:
        body["choices_at"] = f"{PREFIX}/people?site={place.site if place else '{site}'}"
    if field.type is FieldType.REGISTER:
        body["choices_at"] = f"{PREFIX}/registers/{field.register}/entries?site={place.site if place else '{site}'}"
    if field.type is FieldType.FILE:
        body["upload_at"] = f"{PREFIX}/files"
    if field.type is FieldType.DEPARTMENT:
        body["choices_at"] = f"{PREFIX}/sites"
        if place is not None:
            body["choices"] = [named(one, words.name_of(one, definition), lang) for one in place.departments]
    return body
