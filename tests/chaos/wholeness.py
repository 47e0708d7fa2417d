"""Whether what is stored of tickets is whole: it follows from their histories, and kin knows each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from service.records import next_due_at
from tests.chaos.stored import Kept, Stored
from workflow.ticket import Ticket

Faults = Iterator[str]


def unlike_history(kept: Kept) -> Faults:
    """What is stored of a ticket and does not follow from its entries."""
    yield from _gaps(kept)
    yield from _unlike(kept)
    yield from _values(kept)


def _gaps(kept: Kept) -> Faults:
    if [one.sequence for one in kept.history] != list(range(1, len(kept.history) + 1)):
        yield f"the history is not whole: {[one.sequence for one in kept.history]}"
    if kept.row["sequence"] != len(kept.history):
        yield f"the ticket says {kept.row['sequence']} entries, there are {len(kept.history)}"
    state = None
    for entry in kept.history:
        if entry.kind != "move":
            continue
        if state is not None and entry.source != state:
            yield f"entry {entry.sequence} goes from {entry.source}, and the ticket was {state}"
        state = entry.target
    if state != kept.row["state"]:
        yield f"the ticket is {kept.row['state']}, its history ends in {state}"
    if kept.history and kept.history[-1].version != kept.row["version"]:
        yield f"the ticket has version {kept.row['version']}, its last entry {kept.history[-1].version}"


_COMPARED = (
    "workflow", "state", "opened", "at", "sequence", "version", "fields", "clocks", "made", "receiver", "assignee",
    "priority", "accountable", "round", "step", "answers", "rounds", "ended_at", "due", "children",
)  # fmt: skip


def _unlike(kept: Kept) -> Faults:
    """What is stored of a ticket and does not follow from its history, clocks and timers first of all."""
    if not kept.steps:
        return
    stored, follows = kept.ticket, kept.steps[-1]
    for name in _COMPARED:
        is_, should = _plain(stored, name), _plain(follows, name)
        if is_ != should:
            yield f"{name} is {is_!r:.300}, by its history {should!r:.300}"
    if set(stored.timers) != set(follows.timers):
        odd = set(stored.timers) ^ set(follows.timers)
        yield f"these timers are stored or follow from the history, but not both: {sorted(odd, key=repr)!r:.400}"
    if kept.row["next_due_at"] != next_due_at(follows):
        yield f"it is next due at {kept.row['next_due_at']}, by its history at {next_due_at(follows)}"


def _plain(ticket: Ticket, name: str) -> Any:
    value = getattr(ticket, name)
    return {key: one for key, one in value.items() if one is not None} if name == "fields" else value


def _values(kept: Kept) -> Faults:
    """Of each field the newest value is the current one, and each value belongs to the entry that filled it."""
    filled = {(one["field"], line["sequence"]) for line in kept.lines for one in line["filled"]}
    there = {(row["field"], row["sequence"]) for row in kept.values}
    for name, sequence in sorted(there - filled):
        yield f"there is a value of {name} that no entry {sequence} filled"
    newest: dict[str, int] = {}
    for row in kept.values:
        newest[row["field"]] = max(newest.get(row["field"], 0), row["sequence"])
    current = {row["field"]: row["sequence"] for row in kept.values if row["current"]}
    if current != newest:
        yield f"the current values are {current}, the newest are {newest}"
    photos = {str(row["value"]) for row in kept.values if row["field"] == "photo" and row["value"] is not None}
    named = {row["file_id"] for row in kept.attachments}
    if photos != named:
        yield f"files {sorted(photos ^ named)} are named by the ticket or attached to it, but not both"


def kin_apart(stored: Stored) -> Faults:
    """Every child was opened by an entry of its parent, and its end is in its parent's history, and no other."""
    opened = {
        child.number: kept.number for kept in stored.tickets.values() for one in kept.history for child in one.opened
    }
    numbers = {kept.row["id"]: kept.number for kept in stored.tickets.values()}
    for child, parent in opened.items():
        if child not in stored.tickets:
            yield f"{parent}: it has opened {child}, which is not there"
        elif numbers.get(stored.tickets[child].row["parent_id"]) != parent:
            yield f"{parent}: it has opened {child}, which does not know it"
    for kept in stored.tickets.values():
        if kept.row["parent_id"] is None:
            continue
        parent = numbers.get(kept.row["parent_id"], "")
        if opened.get(kept.number) != parent:
            yield f"{kept.number}: its parent {parent} has not opened it"
            continue
        told = [one for one in stored.tickets[parent].history if one.kind == "child" and one.name == kept.number]
        ended = kept.row["ended_at"] is not None
        over = stored.tickets[parent].ticket.ended_at
        if len(told) > 1 or (told and not ended) or (ended and not told and over is None):
            yield f"{kept.number}: its end is {len(told)} times in the history of {parent}"


def occurrences_apart(stored: Stored) -> Faults:
    """Each occurrence of a schedule has a ticket of its own, and each ticket of a schedule its occurrence."""
    named = {row["ticket_id"] for row in stored.occurrences if row["ticket_id"] is not None}
    made: Counter[tuple[str, str, str]] = Counter()
    for kept in stored.tickets.values():
        line = kept.lines[0] if kept.lines else None
        if line is None or line["occurrence"] is None:
            continue
        made[kept.row["workflow"], line["occurrence"]["schedule"], line["occurrence"]["period"]] += 1
        if kept.row["id"] not in named:
            yield f"{kept.number}: it was opened by a schedule that does not know it"
    for (workflow, schedule, period), times in made.items():
        if times > 1:
            yield f"{workflow} {schedule}: {period} was opened {times} times"
