"""Tickets as JSON: with their fields, clocks and relatives; and blockers.

Times carry an offset, that of the ticket's calendar.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from service.api.blueprint import PREFIX
from service.finding import Seen
from service.relatives import Relative, Relatives
from service.uploads import Uploaded
from workflow import words
from workflow.clocks import Clock
from workflow.confidential import Withheld, visible_to
from workflow.definition import Definition, Field, FieldType, Text
from workflow.entry import Blocker, Value
from workflow.fields import to_json
from workflow.ticket import worked_out
from workflow.timers import Timer

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
