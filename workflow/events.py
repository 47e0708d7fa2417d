"""Events: the names by which `since` and `until` know an entry, and the deadlines and reminders that know these."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from workflow.definition import LAST_MOVE, OPENING, Definition
from workflow.entry import Entry
from workflow.frozen import derived

Key = tuple[str, str]
"""A deadline or reminder: its kind and its name."""


@derived
def places_of(definition: Definition) -> Mapping[Key, int]:
    """The order of the file: deadlines, then reminders."""
    named = (
        *(("deadline", name) for name in definition.deadlines),
        *(("reminder", name) for name in definition.reminders),
    )
    return {name: place for place, name in enumerate(named)}


@derived
def _by_event(definition: Definition) -> Mapping[str, tuple[Key, ...]]:
    """The clocks that an event of each name may start or end."""
    found: dict[str, list[Key]] = {}
    for deadline in definition.deadlines.values():
        for name in dict.fromkeys((*deadline.since, *deadline.until)):
            found.setdefault(name, []).append(("deadline", deadline.name))
    for reminder in definition.reminders.values():
        for name in dict.fromkeys(reminder.since):
            found.setdefault(name, []).append(("reminder", reminder.name))
    return {name: tuple(keys) for name, keys in found.items()}


def concerned_by(entry: Entry, events: Collection[str], definition: Definition) -> Collection[Key]:
    """The deadlines and reminders whose clocks an entry may start or end; the others at most go on or pause."""
    if entry.ends:
        return places_of(definition)
    knowing = _by_event(definition)
    found: dict[Key, None] = {}
    for name in (*events, *entry.filled):
        if name in knowing:
            found.update(dict.fromkeys(knowing[name]))
    return found


def events_of(entry: Entry) -> tuple[str, ...]:
    """The names under which `since` and `until` know this entry."""
    if entry.kind != "move":
        return ()
    entered = (entry.target,) if entry.entered and entry.target is not None else ()
    return (entry.name, LAST_MOVE, *entered, *((OPENING,) if entry.sequence == 1 else ()))
