"""Clocks: one counting of one deadline, or the waiting of one reminder, in one ticket.

A clock stores its running spans, not a counter: how much is used is worked out by the calendar whenever it
is asked, so that nothing can drift. `advance` is the fold over a ticket's entries, and the only thing that
starts, pauses, resumes, meets, drops and marks clocks. Spans are half-open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import is_
from typing import Literal

from workflow.calendar import Calendar
from workflow.definition import LAST_MOVE, OPENING, Deadline, Definition, FieldType, Reminder
from workflow.entry import Entry
from workflow.frozen import Changing, derived
from workflow.moments import instant_of

DATES = frozenset((FieldType.DATE, FieldType.DATETIME))


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch in which a clock runs; `end` None while it still does."""

    start: dt.datetime
    end: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """That a level or reminder has fired in this run: when it was due (the newest, if it repeats).

    `refused_at` is the ticket's version at which its move was refused: it is tried again at a later one.
    """

    due_at: dt.datetime
    refused_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Clock(Changing):
    """One run of a deadline, or the current run of a reminder.

    `origin` is the event that started it. `limit_at` is the instant at which the amount is used up as things
    stand, None while that cannot be known (paused, suspended by `if`, date not filled). `late_at` is the first
    limit that was passed; no later limit erases it. `outcome` is None while the clock is open; `met` with
    `late_at` empty is a kept deadline, `dropped` one that is neither kept nor broken.
    """

    kind: Literal["deadline", "reminder"]
    name: str
    run: int
    origin: str
    started_at: dt.datetime
    spans: tuple[Span, ...] = ()
    limit_at: dt.datetime | None = None
    late_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    outcome: Literal["met", "dropped"] | None = None
    fired: Mapping[str, Fired] = field(default_factory=dict)
    extended: dt.timedelta = dt.timedelta()

    @property
    def open(self) -> bool:
        return self.ended_at is None

    @property
    def paused(self) -> bool:
        return self.open and (not self.spans or self.spans[-1].end is not None)


_Key = tuple[str, str]
"""Which deadline or reminder a clock is of: its kind and its name."""


def advance(
    clocks: tuple[Clock, ...], entry: Entry, state: str, definition: Definition, calendar: Calendar
) -> tuple[Clock, ...]:
    """The clocks after an entry; `state` is the ticket's state then. They come and go `in_order`.

    A clock that the entry does not touch is the same object as before, and all of them are the same tuple if it
    touches none. An open clock whose deadline or reminder the definition does not have is dropped.
    """
    places = _places(definition)
    events = _events(entry)
    concerned: dict[_Key, list[Clock]] = {key: [] for key in _concerned(entry, events, definition)}
    after: list[Clock] = []
    same = True
    for clock in clocks:
        key = (clock.kind, clock.name)
        if key in concerned:
            concerned[key].append(clock)
            continue
        going_on = clock
        if clock.ended_at is None:
            if key not in places:
                going_on = dropped(clock, entry)
            elif clock.kind == "deadline" or entry.timer is not None:
                going_on = _going_on(clock, entry, state, definition, calendar)
            same = same and going_on is clock
        after.append(going_on)
    for (kind, name), runs in concerned.items():
        if kind == "deadline":
            now = _deadline_after(runs, definition.deadlines[name], entry, events, state, definition, calendar)
        else:
            now = _reminder_after(runs, definition.reminders[name], entry, events, definition, calendar)
        same = same and len(now) == len(runs) and all(map(is_, now, runs))
        after += now
    if same:
        return clocks
    return in_order(after, definition) if concerned else tuple(after)


def in_order(clocks: Iterable[Clock], definition: Definition) -> tuple[Clock, ...]:
    """Clocks by the order of the file, runs by number; at the end those that only an earlier definition had.

    What is due at the same instant fires in this order, so it must not depend on how a clock came about.
    """
    places = _places(definition)
    last = len(places)
    return tuple(sorted(clocks, key=lambda one: (places.get((one.kind, one.name), last), one.kind, one.name, one.run)))


@derived
def _places(definition: Definition) -> Mapping[_Key, int]:
    """The order of the file: deadlines, then reminders."""
    named = (
        *(("deadline", name) for name in definition.deadlines),
        *(("reminder", name) for name in definition.reminders),
    )
    return {name: place for place, name in enumerate(named)}


@derived
def _by_event(definition: Definition) -> Mapping[str, tuple[_Key, ...]]:
    """The clocks that an event of each name may start or end."""
    found: dict[str, list[_Key]] = {}
    for deadline in definition.deadlines.values():
        for name in dict.fromkeys((*deadline.since, *deadline.until)):
            found.setdefault(name, []).append(("deadline", deadline.name))
    for reminder in definition.reminders.values():
        for name in dict.fromkeys(reminder.since):
            found.setdefault(name, []).append(("reminder", reminder.name))
    return {name: tuple(keys) for name, keys in found.items()}


def _concerned(entry: Entry, events: Collection[str], definition: Definition) -> Iterable[_Key]:
    """The deadlines and reminders whose clocks an entry may start or end; the others at most go on or pause."""
    if entry.ends:
        return _places(definition)
    knowing = _by_event(definition)
    return [key for name in (*events, *entry.filled) for key in knowing.get(name, ())]


def _events(entry: Entry) -> tuple[str, ...]:
    """The names under which `since` and `until` know this entry."""
    if entry.kind != "move":
        return ()
    entered = (entry.target,) if entry.entered and entry.target is not None else ()
    return (entry.name, LAST_MOVE, *entered, *((OPENING,) if entry.sequence == 1 else ()))


def _start(
    since: tuple[str, ...], entry: Entry, events: Collection[str], definition: Definition, calendar: Calendar
) -> tuple[str, dt.datetime] | None:
    """The first event of `since` that this entry is, with the instant from which it counts."""
    for name in since:
        if name in events:
            return name, entry.at
        field_ = definition.fields.get(name)
        if field_ is not None and field_.type in DATES and name in entry.filled:
            instant = instant_of(entry.filled[name], calendar, as_limit=False)
            if instant is not None:
                return name, instant
    return None


def _deadline_after(
    runs: list[Clock],
    deadline: Deadline,
    entry: Entry,
    events: Collection[str],
    state: str,
    definition: Definition,
    calendar: Calendar,
) -> list[Clock]:
    open_again = True
    if runs and runs[-1].open:
        last = runs[-1]
        if any(name in events for name in deadline.until):
            last = _ended(_late_noted(_marked(last, entry), entry), entry, "met")
        elif entry.ends:
            last = dropped(_marked(last, entry), entry)
        else:
            open_again = False
            last = _going_on(last, entry, state, definition, calendar)
        runs = [*runs[:-1], last]
    if open_again and not entry.ends:
        start = _start(deadline.since, entry, events, definition, calendar)
        if start is not None:
            origin, at = start
            spans = (Span(at),) if state not in deadline.paused_in else ()
            number = runs[-1].run + 1 if runs else 1
            clock = Clock(kind="deadline", name=deadline.name, run=number, origin=origin, started_at=at, spans=spans)
            runs = [*runs, clock]
    return runs


def _going_on(clock: Clock, entry: Entry, state: str, definition: Definition, calendar: Calendar) -> Clock:
    """An open clock after an entry that neither starts nor ends one of its kind."""
    if entry.timer is not None or entry.extension is not None:
        clock = _marked(clock, entry)
    if clock.kind == "reminder":
        return clock
    clock = _moved_start(_late_noted(clock, entry), entry, definition, calendar)
    running = bool(clock.spans) and clock.spans[-1].end is None
    if running is (state not in definition.deadlines[clock.name].paused_in):
        return clock
    return _paused(clock, entry.at) if running else _resumed(clock, entry.at)


def _reminder_after(
    waiting: list[Clock],
    reminder: Reminder,
    entry: Entry,
    events: Collection[str],
    definition: Definition,
    calendar: Calendar,
) -> list[Clock]:
    if entry.ends:
        return [_ended(clock, entry, "dropped") if clock.open else clock for clock in waiting]
    start = _start(reminder.since, entry, events, definition, calendar)
    if start is None:
        return [_marked(clock, entry) for clock in waiting]
    origin, at = start
    number = waiting[-1].run + 1 if waiting else 1
    return [Clock(kind="reminder", name=reminder.name, run=number, origin=origin, started_at=at, spans=(Span(at),))]


def _marked(clock: Clock, entry: Entry) -> Clock:
    """The clock with what a level, reminder, refusal or extension entry says of it."""
    key = entry.timer
    if (
        entry.kind == "extension"
        and entry.extension is not None
        and (clock.kind, clock.name) == ("deadline", entry.name)
    ):
        return clock.changed(extended=clock.extended + entry.extension.amount)
    if key is None or (key.kind, key.name, key.run) != (clock.kind, clock.name, clock.run):
        return clock
    if entry.kind == "refusal":
        due_at = entry.due_at or entry.at
        return clock.changed(fired={**clock.fired, key.level: Fired(due_at, refused_at=entry.version)})
    if entry.kind in ("level", "reminder"):
        return clock.changed(fired={**clock.fired, key.level: Fired(entry.due_at or entry.at)})
    return clock


def _late_noted(clock: Clock, entry: Entry) -> Clock:
    """Lateness counts against the limit that stood until this entry; on a tie the limit was first."""
    if clock.late_at is None and clock.limit_at is not None and clock.limit_at <= entry.at:
        return clock.changed(late_at=clock.limit_at)
    return clock


def dropped(clock: Clock, entry: Entry) -> Clock:
    """The clock ended by an entry that neither keeps nor breaks it; lateness that was there stays."""
    return _ended(_late_noted(clock, entry), entry, "dropped")


def _ended(clock: Clock, entry: Entry, outcome: Literal["met", "dropped"]) -> Clock:
    return clock.changed(spans=_closed(clock.spans, entry.at), ended_at=entry.at, outcome=outcome)


def _paused(clock: Clock, at: dt.datetime) -> Clock:
    spans = _closed(clock.spans, at)
    return clock if spans is clock.spans else clock.changed(spans=spans)


def _closed(spans: tuple[Span, ...], at: dt.datetime) -> tuple[Span, ...]:
    """The spans, none of which goes on."""
    if not spans or spans[-1].end is not None:
        return spans
    last = spans[-1]
    return (*spans[:-1], Span(last.start, at)) if last.start < at else spans[:-1]


def _resumed(clock: Clock, at: dt.datetime) -> Clock:
    if clock.spans and clock.spans[-1].end is None:
        return clock
    return clock.changed(spans=(*clock.spans, Span(max(at, clock.started_at))))


def _moved_start(clock: Clock, entry: Entry, definition: Definition, calendar: Calendar) -> Clock:
    """A date field that started the clock and is typed anew moves its start; pauses stay where they were."""
    if clock.origin not in entry.filled or clock.origin not in definition.fields:
        return clock
    start = instant_of(entry.filled[clock.origin], calendar, as_limit=False)
    if start is None or start == clock.started_at:
        return clock
    kept = [Span(max(span.start, start), span.end) for span in clock.spans if span.end is None or span.end > start]
    if kept and start < clock.started_at:
        kept[0] = Span(start, kept[0].end)
    return clock.changed(started_at=start, spans=tuple(kept))
