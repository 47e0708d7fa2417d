"""What a ticket's entries make of it: the fold that deciding, previews and the doctor share.

`fold` takes a ticket over one entry. Deciding builds the entry and folds it; `replan` folds a whole history
again. So what is stored of a ticket is always what its history says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflow import recounting
from workflow.calendar import Calendar
from workflow.clocks import advance, in_order
from workflow.definition import COMMENT, NEW, TYPED_BUILT_INS, Definition, State
from workflow.entry import Entry, EntryKind, Value
from workflow.events import Key
from workflow.planning import plan
from workflow.ticket import Answered, Made, Ticket


def blank(definition: Definition, *, number: str, site: str, at: dt.datetime) -> Ticket:
    """A ticket before its opening transition."""
    return Ticket(
        number=number,
        site=site,
        workflow=definition.name,
        state=NEW,
        opened=at,
        at=at,
        sequence=0,
        accountable=definition.accountable,
    )


def version_after(ticket: Ticket, kind: EntryKind, *, changes: bool) -> int:
    """The ticket's version after an entry: it rises when state, fields, assignee, limits or open children change.

    `changes` is whether the entry fills, sets or opens anything. A level that only tells leaves the version, so that
    nobody's page goes stale by it.
    """
    return ticket.version + (changes or kind in ("move", "extension", "calendar", "revision", "child"))


def fold(
    ticket: Ticket,
    entry: Entry,
    definition: Definition,
    calendar: Calendar,
    *,
    source: Definition | None = None,
    history: Sequence[Entry] = (),
    made: Mapping[str, Made] | None = None,
) -> Ticket:
    """The ticket after an entry; `definition` is the one that holds after it.

    `source` is the definition before it, and `history` the entries before it: both are needed where another
    definition, or another revision of it, holds after the entry, and only there. `made` is what `counted` gave, if that
    is known already.
    """
    if entry.kind == "repair":
        return ticket.changed(sequence=entry.sequence)  # it stored what follows from the history, and adds nothing
    same = source is None or source.revision == definition.revision
    before = source or definition
    changes: dict[str, Any] = {
        "workflow": entry.workflow,
        "at": entry.at,
        "sequence": entry.sequence,
        "version": entry.version,
        **entry.set,
    }
    if entry.filled:
        changes["fields"] = {**ticket.fields, **entry.filled}
    if entry.kind == "move":
        changes.update(_moved(ticket, entry, definition, source, made))
    elif entry.kind == "revision":
        changes.update(_stands(ticket, entry, definition))
        changes["fields"] = _on_file(ticket, before, definition, history)
    if entry.opened or entry.kind == "child":
        left = tuple(child for child in ticket.children if entry.kind != "child" or child.number != entry.name)
        changes["children"] = (*left, *entry.opened)
    state = changes.get("state", ticket.state)
    moved: Collection[Key] = ()
    if entry.kind == "revision":
        clocks, changes["timers"] = recounting.carried_over(ticket, entry, state, before, definition, history, calendar)
    elif source is not None and source.name != definition.name:
        clocks = recounting.become(ticket, entry, state, source, definition, history, calendar)
    else:
        clocks = ticket.clocks if same else in_order(ticket.clocks, definition)
        clocks, moved = advance(clocks, entry, state, definition, calendar)
    after = ticket.changed(clocks=clocks, **changes)
    kept = same and entry.kind not in ("calendar", "revision")
    clocks, timers = plan(after, definition, calendar, ticket if kept else None, moved)
    if clocks is after.clocks and timers is after.timers:
        return after
    return after.changed(clocks=clocks, timers=timers)


def _moved(
    ticket: Ticket,
    entry: Entry,
    definition: Definition,
    source: Definition | None,
    made: Mapping[str, Made] | None,
) -> dict[str, Any]:
    """What a move changes of a ticket beside its fields and what is set."""
    state = entry.target or ticket.state
    begins = entry.entered or definition.name != ticket.workflow
    moved = _answered(ticket, entry, definition.states.get(state), begins=begins)
    moved["state"] = state
    if entry.row is not None or [one for one in ticket.made.values() if one.rows]:
        moved["made"] = _counted_by_row(ticket.made, entry, (source or definition, definition))
    else:
        moved["made"] = made or counted(ticket.made, entry.name, entry.actor)
    if entry.ends:
        moved["ended_at"] = entry.at
    if entry.sequence == 1:
        moved["opened"], moved["receiver"] = entry.at, entry.actor
    if entry.occurrence is not None:
        moved["due"] = entry.occurrence.due
    return moved


def _stands(ticket: Ticket, entry: Entry, definition: Definition) -> dict[str, Any]:
    """Where a ticket stands that was carried over; a round of approvals begins anew where others are asked now."""
    state = entry.target or ticket.state
    return {"state": state, **_answered(ticket, entry, definition.states.get(state), begins=entry.entered)}


def _on_file(ticket: Ticket, source: Definition, definition: Definition, history: Sequence[Entry]) -> dict[str, Value]:
    """The values of a definition's fields: those that the ticket has, and those from before the field was gone."""
    known = {*definition.fields, *TYPED_BUILT_INS, COMMENT}
    back = known - source.fields.keys()
    return {
        **{name: value for entry in history for name, value in entry.filled.items() if name in back},
        **{name: value for name, value in ticket.fields.items() if name in known},
    }


def counted(made: Mapping[str, Made], transition: str, by: str | None) -> dict[str, Made]:
    """How often each transition was made, this move included, as far as it is not about rows."""
    before = made.get(transition)
    return {**made, transition: Made(count=before.count + 1 if before else 1, by=by)}


def _counted_by_row(made: Mapping[str, Made], entry: Entry, definitions: Sequence[Definition]) -> dict[str, Made]:
    """How often each transition was made, this move included; for each row only since the list was last typed."""
    lists = {name: one.row_of for definition in definitions for name, one in definition.transitions.items()}
    about = lists.get(entry.name)
    typed = entry.filled.keys() - {about}
    after = {
        name: replace(one, rows={}) if one.rows and lists.get(name) in typed else one for name, one in made.items()
    }
    before = after.get(entry.name, Made(count=0, by=None))
    rows = before.rows
    if about is not None and entry.row is not None:
        rows = {**rows, entry.row: rows.get(entry.row, 0) + 1}
    return {**after, entry.name: Made(count=before.count + 1, by=entry.actor, rows=rows)}


def _answered(ticket: Ticket, entry: Entry, state: State | None, *, begins: bool) -> dict[str, Any]:
    """The answers of the round after a move into `state`; `begins` says that another round, or none, has begun."""
    if not (ticket.rounds or entry.answer or (state is not None and state.approvals)):
        return {}
    if begins:
        rounds = ticket.rounds
        if state is not None and state.approvals:
            rounds = {**rounds, state.name: rounds.get(state.name, 0) + 1}
        return {"answers": (), "rounds": rounds}
    answers = ticket.answers
    step = entry.set.get("step", ticket.step)
    asked = state.approvals[int(step) - 1] if state is not None and step else None
    if asked is not None and asked.for_each in entry.filled and entry.row is None:
        # The rows are others now, and are asked anew.
        answers = tuple(one for one in answers if one.answer.step != step)
    if entry.answer is not None:
        answers = (*answers, Answered(answer=entry.answer, by=entry.actor, at=entry.at))
    return {"answers": answers}


def replan(
    history: Sequence[Entry],
    definitions: Mapping[str, Definition],
    calendars: Mapping[str, Calendar],
    *,
    number: str,
    site: str,
) -> Ticket:
    """The ticket that a history makes, from its first entry; definitions and calendars are looked up by revision.

    Raises KeyError for a revision that is not given, ValueError for an empty history.
    """
    if not history:
        raise ValueError(f"ticket {number} has no history")
    *_, ticket = course(history, definitions, calendars, number=number, site=site)
    return ticket


def course(
    history: Sequence[Entry],
    definitions: Mapping[str, Definition],
    calendars: Mapping[str, Calendar],
    *,
    number: str,
    site: str,
) -> Iterator[Ticket]:
    """The ticket after each entry of a history, as `replan` goes through it."""
    ticket: Ticket | None = None
    source: Definition | None = None
    for position, entry in enumerate(history):
        definition = definitions[entry.revision]
        was = source or definition
        before = ticket or blank(was, number=number, site=site, at=entry.at)
        past = history[:position] if was.revision != definition.revision else ()
        ticket = fold(before, entry, definition, calendars[entry.calendar], source=was, history=past)
        source = definition
        yield ticket
