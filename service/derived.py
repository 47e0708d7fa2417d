"""The rows that follow from a ticket's history: what ought to be stored of it, to be held against what is."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service import outbox, records
from service.entries import digest, entry_of
from service.whole import Stored, Whole
from workflow.calendar import Calendar
from workflow.definition import Definition, FieldType
from workflow.entry import Entry
from workflow.fields import cells
from workflow.history import course
from workflow.notices import Item
from workflow.retelling import items_again
from workflow.ticket import Decision, Ticket

Key = tuple[Any, ...]

KEPT_ASIDE = ("attempts", "set_aside_until", "fault")
"""The columns of a ticket that say nothing of its history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a history makes of a ticket: `row` is its own, without what is not derived; the others by their keys.

    `current` has, by field, the sequence of the value that counts. `settlings` are what each person was told of one
    settling after the other, and `erased` the fields of which a value has been erased, and says nothing any more.
    """

    ticket: Ticket
    definition: Definition
    row: Stored
    clocks: Mapping[Key, Stored]
    timers: Mapping[Key, Stored]
    current: Mapping[str, int]
    attachments: frozenset[tuple[str, str]]
    settlings: tuple[Mapping[str, tuple[Item, ...]], ...]
    erased: frozenset[str]


def entries_of(whole: Whole, definitions: Mapping[str, Definition]) -> tuple[Entry, ...]:
    """The history; a value that has been erased is missing from it."""
    values: dict[int, dict[str, Any]] = {}
    for one in whole.values:
        values.setdefault(one["sequence"], {})[one["field"]] = one["value"]
    return tuple(entry_of(row, definitions[row.revision], values.get(row.sequence, {})) for row in whole.entries)


def derive(
    whole: Whole,
    history: Sequence[Entry],
    definitions: Mapping[str, Definition],
    calendars: Mapping[str, Calendar],
) -> Derived:
    """What a sound history makes of a ticket; definitions and calendars are looked up by revision."""
    site, id_ = whole.row["site_id"], whole.row["id"]
    after = tuple(course(history, definitions, calendars, number=whole.number, site=site))
    ticket, definition = after[-1], definitions[history[-1].revision]
    columns = {**records.ticket_columns(ticket, definition), "calendar_revision": history[-1].calendar}
    current: dict[str, int] = {}
    for row in whole.entries:
        current |= {one["field"]: row.sequence for one in row.filled}
    files = {
        (str(value), name)
        for entry in history
        for name, field, value in cells(definitions[entry.revision].fields, entry.filled)
        if field.type is FieldType.FILE
    }
    return Derived(
        ticket=ticket,
        definition=definition,
        row={name: value for name, value in columns.items() if name not in KEPT_ASIDE},
        clocks={_clock_key(row): row for row in (records.clock_row(id_, one) for one in ticket.clocks)},
        timers={_timer_key(row): row for row in (records.timer_row(id_, one) for one in ticket.timers)},
        current=current,
        attachments=frozenset(files),
        settlings=tuple(_settlings(whole, history, after, definitions)),
        erased=frozenset(one["field"] for one in whole.values if one["erased_at"] is not None),
    )


def stored_clocks(whole: Whole) -> dict[Key, Stored]:
    """The clocks as they are stored, by their keys."""
    return {_clock_key(row): row for row in whole.clocks}


def stored_timers(whole: Whole) -> dict[Key, Stored]:
    """The timers as they are stored, by their keys."""
    return {_timer_key(row): row for row in whole.timers}


def forged(whole: Whole) -> list[tuple[str, int]]:
    """The field values that are not what their entries say: changed, lost, or filled by none; field and sequence."""
    stored = {(one["field"], one["sequence"]): one for one in whole.values}
    said = {(one["field"], row.sequence): one["digest"] for row in whole.entries for one in row.filled}
    found = [key for key in said if key not in stored]
    for key, one in stored.items():
        erased = one["erased_at"] is not None and one["value"] is None
        if key not in said or (not erased and digest(one["salt"], one["value"]) != said[key]):
            found.append(key)
    return sorted(found)


def same(stored: Any, derived: Any) -> bool:
    """Whether a column gives back what was derived; what is alike as it is needs not be written as JSON for it."""
    return bool(stored == derived) or as_json(stored) == as_json(derived)


def as_json(value: Any) -> Any:
    """A value as a column of JSON gives it back; any other stays as it is."""
    return json.loads(json.dumps(value)) if isinstance(value, dict | list | tuple) else value


def _settlings(
    whole: Whole, history: Sequence[Entry], after: Sequence[Ticket], definitions: Mapping[str, Definition]
) -> list[Mapping[str, tuple[Item, ...]]]:
    """What was told of the entries that were written together, by person."""
    decisions = [
        Decision(entry=entry, ticket=ticket, definition=definitions[entry.revision])
        for entry, ticket in zip(history, after, strict=True)
    ]
    evidence = {row.sequence: row.told for row in whole.entries}
    source = definitions[history[0].revision]
    found: list[Mapping[str, tuple[Item, ...]]] = []
    for _, rows in itertools.groupby(whole.entries, key=lambda row: (row.recorded_at, row.request_id)):
        together = [decisions[row.sequence - 1] for row in rows]
        if any(evidence[one.entry.sequence] for one in together):
            found.append(items_again(together, source, evidence))
        source = together[-1].definition
    return found


def notice_rows(whole: Whole, items: Mapping[str, Sequence[Item]]) -> list[dict[str, Any]]:
    """The notices that tell these items, as they are stored, but for when they are written."""
    rows = outbox.notices_of(whole.number, whole.row["id"], items, whole.row["at"])
    return [{name: row[name] for name in NOTICE} for row in rows]


NOTICE = ("id", "ticket_id", "sequence", "position", "person_id", "items", "channel")
"""The columns of a notice that follow from a history; the others say what became of it."""


def _clock_key(row: Stored) -> Key:
    return row["kind"], row["name"], row["run"]


def _timer_key(row: Stored) -> Key:
    return row["kind"], row["name"], row["run"], row["level"]
