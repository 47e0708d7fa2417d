"""Values as JSON: tickets, transitions, blockers, entries. Times carry an offset, that of the ticket's calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from service.api.blueprint import PREFIX
from service.finding import Seen
from service.relatives import Relative, Relatives
from service.uploads import Uploaded
from workflow import words
from workflow.child_forms import Ask
from workflow.clocks import Clock
from workflow.confidential import Withheld, visible_to
from workflow.deciding import Possible
from workflow.definition import Definition, Field, FieldType, Text, Transition
from workflow.entry import Blocker, Value
from workflow.fields import to_json
from workflow.ticket import worked_out
from workflow.timers import Timer
from workflow.typed import field_of

Body = dict[str, Any]

UTC = "UTC"


def instant(at: dt.datetime | None, zone: str = UTC) -> str | None:
    """An instant in ISO 8601 with the offset of a zone."""
    return None if at is None else at.astimezone(ZoneInfo(zone)).isoformat()


def named(name: str, text: Text, lang: str) -> Body:
    """A name with what people read."""
    return {"name": name, "label": text.read(lang)}


def blocker_body(blocker: Blocker, workflow: str, lang: str) -> Body:
    """One reason why a transition is refused, and the part of the definition that refuses."""
    part = None if blocker.part is None else f"{workflow}.{blocker.part[0]}.{blocker.part[1]}"
    return {
        "code": blocker.code,
        "subject": blocker.subject,
        "text": blocker.text.read(lang),
        "rules": list(blocker.rules),
        "part": part,
    }


def ticket_body(seen: Seen, lang: str, transitions: Iterable[str] | None = None) -> Body:
    """A ticket as its page shows it; with `transitions`, those that the person may make now."""
    ticket, definition = seen.loaded.ticket, seen.loaded.definition
    zone = seen.loaded.calendar.zone
    names = seen.directory.names(lang)
    body: Body = {
        "number": ticket.number,
        "title": seen.row.title,
        "place": seen.row.place,
        "site": ticket.site,
        "workflow": named(definition.name, definition.text, lang),
        "revision": definition.revision,
        "state": named(ticket.state, words.state(ticket.state, definition), lang),
        "version": ticket.version,
        "priority": ticket.priority,
        "round": ticket.round,
        "accountable": named(ticket.accountable, words.name_of(ticket.accountable, definition), lang),
        "assignee": person_body(ticket.assignee, names),
        "receiver": person_body(ticket.receiver, names),
        "opened_at": instant(ticket.opened, zone),
        "changed_at": instant(ticket.at, zone),
        "ended_at": instant(ticket.ended_at, zone),
        "due": due_body(ticket.due, zone),
        "provisional": any(timer.provisional for timer in ticket.timers),
        "fields": fields_body(seen, {**ticket.fields, **worked_out(ticket, definition, seen.loaded.facts)}, lang),
        "clocks": [
            clock_body(clock, definition, zone, lang)
            for clock in ticket.clocks
            if clock.kind == "deadline" and clock.open
        ],
        "next_deadline": _next_deadline(seen, lang),
    }
    if transitions is not None:
        body["transitions"] = list(transitions)
    return body


def due_body(due: dt.date | dt.datetime | None, zone: str) -> str | None:
    """When a recurring ticket is due: a date where the whole day counts, otherwise an instant."""
    return instant(due, zone) if due is None or isinstance(due, dt.datetime) else due.isoformat()


def person_body(person: str | None, names: Mapping[str, str]) -> Body | None:
    """A member of staff; None for nobody."""
    return None if person is None else {"id": person, "name": names.get(person, person)}


def fields_body(seen: Seen, fields: Mapping[str, Value], lang: str, then: Definition | None = None) -> Body:
    """Field values that the person may read; of the others, that they are withheld and for which class.

    `then` is the definition with which they were filled, for fields that the ticket's own does not have any more.
    """
    definition = seen.loaded.definition
    if then is not None:
        definition = replace(definition, fields={**then.fields, **definition.fields})
    visible = visible_to(seen.actor, seen.loaded.ticket, definition, fields)
    return {name: _shown(value, definition.fields.get(name), seen, lang) for name, value in visible.items()}


def _shown(value: Any, field: Field | None, seen: Seen, lang: str) -> Any:
    """A value as JSON; a person, a department, an entry of a register with their names, a file with what is known."""
    if isinstance(value, Withheld):
        return {"withheld": value.confidential}
    if isinstance(value, tuple):
        columns = field.columns if field is not None else {}
        return [{name: _shown(cell, columns.get(name), seen, lang) for name, cell in row.items()} for row in value]
    if isinstance(value, dt.datetime):
        return instant(value, seen.loaded.calendar.zone)
    if field is not None and field.type is FieldType.PERSON:
        somebody = seen.directory.people.get(str(value))
        return {"id": str(value), "name": somebody.called(lang) if somebody is not None else str(value)}
    if field is not None and field.type is FieldType.DEPARTMENT:
        return named(str(value), words.name_of(str(value), seen.loaded.definition), lang)
    if field is not None and field.type is FieldType.REGISTER:
        text = seen.labels.entry(seen.loaded.ticket.site, field.register or "", str(value))
        return named(str(value), text, lang)
    if field is not None and field.type is FieldType.FILE and str(value) in seen.labels.files:
        return file_body(seen.labels.files[str(value)])
    return to_json(value)


def file_body(file: Uploaded) -> Body:
    """What is known of a file, and where its bytes are."""
    return {
        "id": file.id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "uploaded_by": file.uploaded_by,
        "uploaded_at": instant(file.uploaded_at),
        "content_at": f"{PREFIX}/files/{file.id}",
    }


def clock_body(clock: Clock, definition: Definition, zone: str, lang: str) -> Body:
    """One run of a deadline."""
    deadline = definition.deadlines.get(clock.name)
    return {
        **named(clock.name, deadline.text if deadline else words.plain(clock.name), lang),
        "run": clock.run,
        "standing": _standing(clock),
        "started_at": instant(clock.started_at, zone),
        "limit_at": instant(clock.limit_at, zone),
        "late_at": instant(clock.late_at, zone),
        "ended_at": instant(clock.ended_at, zone),
    }


def _standing(clock: Clock) -> str:
    if clock.outcome == "dropped":
        return "dropped"
    if clock.outcome == "met":
        return "broken" if clock.late_at else "kept"
    if clock.late_at is not None:
        return "late"
    return "paused" if clock.paused else "running"


def _next_deadline(seen: Seen, lang: str) -> Body | None:
    """The open clock whose limit is next, or was passed longest ago."""
    found = [one for one in seen.loaded.ticket.clocks if one.kind == "deadline" and one.open and one.limit_at]
    if not found:
        return None
    least = min(found, key=lambda clock: clock.limit_at or clock.started_at)
    return clock_body(least, seen.loaded.definition, seen.loaded.calendar.zone, lang)


def timer_body(timer: Timer, zone: str) -> Body:
    """One armed timer."""
    return {
        "kind": timer.key.kind,
        "name": timer.key.name,
        "run": timer.key.run,
        "level": timer.key.level or None,
        "due_at": instant(timer.due_at, zone),
        "provisional": timer.provisional,
    }


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


def relative_body(relative: Relative, lang: str) -> Body:
    """A parent or child of a ticket."""
    definition = relative.definition
    return {
        "number": relative.number,
        "title": relative.title,
        "workflow": named(definition.name, definition.text, lang),
        "state": named(relative.state, words.state(relative.state, definition), lang),
        "open": relative.open,
    }


def relatives_body(relatives: Relatives, lang: str) -> Body:
    """The parent and the children of a ticket."""
    return {
        "parent": None if relatives.parent is None else relative_body(relatives.parent, lang),
        "children": [relative_body(one, lang) for one in relatives.children],
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
