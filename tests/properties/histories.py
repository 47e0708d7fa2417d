"""Random histories of one ticket, and how a sweep may come to it: on time, late, or only at the next move.

A history is made up once, against a ticket that is swept on time, and then told again to others: so an instant can be
that at which something is due, to the microsecond, and a move one that is possible or refused then. Where a ticket
lives is a `World`: in memory, or in a database behind the service.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from hypothesis import strategies as st

from workflow.calendar import Calendar
from workflow.definition import NEW, Definition, Field, FieldType, Transition
from workflow.entry import Entry, TimerKey
from workflow.fields import BUILT_IN_FIELDS
from workflow.history import replan
from workflow.settling import effects_of
from workflow.ticket import Ticket

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)

THURSDAY = dt.datetime(2026, 2, 12, tzinfo=dt.UTC)
"""Before the Spring Festival: Saturday the 14th is a working day, from the 15th to the 23rd there is none."""

PEOPLE = ("ann", "bob")
"""Both hold every role, so that no move is barred to both."""

MOST_SWEEPS = 60
"""A history that needs more of them on time is cut short: it would only be slow."""


# --- What is made up ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Step:
    """One move to be made up: when, which of the moves that there are, by whom, and what the fields are made from.

    `gap` is in minutes, None for the next instant at which something is due.
    """

    gap: int | None
    pick: int
    any_state: bool
    person: int
    number: int


GAPS = st.one_of(
    st.none(), st.none(), st.just(0), st.sampled_from([30, 60, 90, 120, 180, 300, 360, 540]), st.integers(1, 2000)
)
STEPS = st.builds(
    Step,
    gap=GAPS,
    pick=st.integers(0, 30),
    any_state=st.sampled_from([False, False, False, True]),
    person=st.integers(0, 1),
    number=st.integers(0, 2**20),
)


@dataclass(frozen=True, slots=True)
class Plot:
    """A history to be made up: when the ticket is opened, what is done with it, how long it is then left alone."""

    start: dt.datetime
    steps: tuple[Step, ...]
    tail: int


def plots(most: int) -> st.SearchStrategy[Plot]:
    """Plots of half as many up to `most` moves after the opening one."""
    return st.builds(
        Plot,
        start=st.integers(0, 12 * 24 * 60).map(lambda minutes: THURSDAY + minutes * MINUTE),
        steps=st.lists(STEPS, min_size=most // 2 + 1, max_size=most + 1).map(tuple),
        tail=st.integers(0, 1500),
    )


@dataclass(frozen=True, slots=True)
class Done:
    """One move as it was made, and the codes of what stood against it, if anything did."""

    at: dt.datetime
    transition: str
    person: str
    fields: Mapping[str, object]
    refused: tuple[str, ...]


class World(Protocol):
    """Where one ticket lives."""

    def move(self, at: dt.datetime, transition: str, person: str, fields: Mapping[str, object]) -> tuple[str, ...]:
        """Make a move, the opening one first; gives the codes of the blockers if it is refused."""
        ...

    def sweep(self, at: dt.datetime) -> None:
        """A sweep comes by."""
        ...

    def due(self) -> dt.datetime | None:
        """When something is due next."""
        ...

    def ticket(self) -> Ticket | None: ...

    def definition(self) -> Definition:
        """The ticket's definition, before it is opened that which it will be opened with."""
        ...

    def entries(self) -> Sequence[Entry]: ...


def make_up(world: World, plot: Plot, calendar: Calendar) -> tuple[list[Done], dt.datetime]:
    """Make a plot into a history, in a world that is swept on time: what was done, and the instant of the end."""
    done: list[Done] = []
    at = plot.start
    sweeps = 0

    def until(instant: dt.datetime) -> None:
        nonlocal sweeps
        while (due := world.due()) is not None and due <= instant:
            world.sweep(due)
            sweeps += 1

    for step in plot.steps:
        if done:
            at = max(at, world.due() or at) if step.gap is None else at + step.gap * MINUTE
            until(at)
        if sweeps > MOST_SWEEPS:
            break
        definition, ticket = world.definition(), world.ticket()
        state = NEW if ticket is None else ticket.state
        every = [one for one in definition.transitions.values() if one.opens == (ticket is None)]
        here = (
            every if step.any_state else [one for one in every if state in one.sources for _ in _often(one, definition)]
        )
        if not here:
            continue  # it has ended
        transition = here[step.pick % len(here)]
        person = PEOPLE[step.person]
        fields = typed(transition, definition, step.number, at, calendar)
        refused = world.move(at, transition.name, person, fields)
        done.append(Done(at, transition.name, person, fields, refused))
        if ticket is None and refused:
            break
    end = at + (plot.tail if sweeps <= MOST_SWEEPS else 0) * MINUTE
    if world.ticket() is not None:
        until(end)
        world.sweep(end)
    return done, end


def _often(transition: Transition, definition: Definition) -> range:
    """Four times as often as one that ends the ticket: what has ended tells nothing more."""
    target = definition.states.get(transition.target or "")
    return range(1 if target is not None and target.end else 4)


def tell_again(world: World, done: Sequence[Done], end: dt.datetime, late_by: dt.timedelta | None) -> list[Done]:
    """The same history with each sweep `late_by` after what is due; None: only at the next move, and at the end."""

    def until(instant: dt.datetime) -> None:
        while late_by is not None and (due := world.due()) is not None and due + late_by <= instant:
            world.sweep(due + late_by)

    again = []
    for one in done:
        until(one.at)
        again.append(replace(one, refused=world.move(one.at, one.transition, one.person, one.fields)))
    until(end)
    if world.ticket() is not None:
        world.sweep(end)
    return again


# --- What is typed ------------------------------------------------------------------------------------------------


def typed(
    transition: Transition, definition: Definition, number: int, at: dt.datetime, calendar: Calendar
) -> dict[str, object]:
    """Values for a transition's fields, all made from one number: seldom one too few, and now and then one to spare."""
    fields: dict[str, object] = {}
    for place, name in enumerate((*transition.fill, *transition.may_fill)):
        digit = number // 7**place + 13 * place
        optional = name in transition.may_fill
        if digit % (2 if optional else 12) == 1:
            continue
        field = definition.fields.get(name) or BUILT_IN_FIELDS[name]
        value = _value(field, digit // 3, at, calendar)
        if value is not None:
            fields[name] = value
    return fields


def _value(field: Field, digit: int, at: dt.datetime, calendar: Calendar) -> object:
    match field.type:
        case FieldType.TEXT | FieldType.CONTACT:
            return f"what was written, number {digit % 5}"
        case FieldType.YES_NO:
            return digit % 3 > 0
        case FieldType.CHOICE:
            return list(field.choices)[digit % len(field.choices)]
        case FieldType.DATETIME:
            return (at + (-300, 0, 45, 240, 600, 1440, 2880)[digit % 7] * MINUTE).isoformat()
        case FieldType.DATE:
            return (calendar.local_date(at) + (digit % 6 - 1) * DAY).isoformat()
        case FieldType.DEPARTMENT:
            return ("operations", "property_management")[digit % 2]
        case FieldType.PERSON:
            return PEOPLE[digit % 2]
        case FieldType.LIST:
            return [_value(next(iter(field.columns.values())), digit, at, calendar)]
        case FieldType.TICKET:
            return None
        case _:
            return digit % 10


# --- What must come out the same ----------------------------------------------------------------------------------


def only_tells(entry: Entry, definitions: Mapping[str, Definition]) -> bool:
    """Whether it is a repeat that changed nothing: of those that were missed only the newest is told."""
    if entry.kind not in ("level", "reminder") or entry.filled or entry.set or entry.timer is None:
        return False
    effects, part = effects_of(definitions[entry.revision], entry.timer)
    return part.every is not None and effects.move is None


def what_counts(entries: Sequence[Entry], definitions: Mapping[str, Definition]) -> list[Entry]:
    """The history without those repeats, and without the numbers that tell their places."""
    return [replace(entry, sequence=0, skipped=0) for entry in entries if not only_tells(entry, definitions)]


def told(entries: Sequence[Entry], definitions: Mapping[str, Definition]) -> set[tuple[object, ...]]:
    """Those repeats: which, due when, and when it counts."""
    return {(one.timer, one.due_at, one.at) for one in entries if only_tells(one, definitions)}


def standing(ticket: Ticket) -> Ticket:
    """A ticket as it stands, without its number and the number of its entries."""
    return replace(ticket, number="", sequence=0)


def require_consistent(
    ticket: Ticket, entries: Sequence[Entry], definitions: Mapping[str, Definition], calendar: Calendar
) -> None:
    """What holds of every history: no gap, no way back in time or from state to state, nothing fired twice; and that
    it says of the ticket what is known of it."""
    assert [one.sequence for one in entries] == list(range(1, len(entries) + 1))
    assert ticket.sequence == len(entries)
    assert ticket.version == entries[-1].version
    state, at, version = NEW, entries[0].at, 0
    for entry in entries:
        assert entry.at >= at, entry
        assert version <= entry.version <= version + 1, entry
        if entry.kind == "move":
            assert entry.source == state, entry
            state = entry.target or state
        at, version = entry.at, entry.version
    assert (ticket.state, ticket.at) == (state, at)
    fired: set[tuple[TimerKey | None, dt.datetime | None]] = set()
    for entry in entries:
        if entry.kind in ("level", "reminder") and not _moves(entry, definitions):
            assert (entry.timer, entry.due_at) not in fired, entry
            assert entry.due_at is not None
            assert entry.due_at <= entry.at
            fired.add((entry.timer, entry.due_at))
    again = replan(entries, definitions, {calendar.revision: calendar}, number=ticket.number, site=ticket.site)
    assert again == ticket


def _moves(entry: Entry, definitions: Mapping[str, Definition]) -> bool:
    """Whether it wants a move, which is tried again when it was refused."""
    assert entry.timer is not None
    return effects_of(definitions[entry.revision], entry.timer)[0].move is not None
