"""Clocks: one counting of one deadline, or the waiting of one reminder, in one ticket.

A clock stores its running spans, not a counter: how much is used is worked out by the calendar whenever it
is asked, so that nothing can drift. `advance` is the fold over a ticket's entries, and the only thing that
starts, pauses, resumes, meets, drops and marks clocks. Spans are half-open.
"""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from workflow.calendar import Calendar
from workflow.definition import DATES, Deadline, Definition, Reminder
from workflow.entry import Entry
from workflow.events import Key, concerned_by, events_of, places_of
from workflow.frozen import Changing, derived
from workflow.moments import instant_of


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


def advance(
    clocks: tuple[Clock, ...], entry: Entry, state: str, definition: Definition, calendar: Calendar
) -> tuple[tuple[Clock, ...], Collection[Key]]:
    """The clocks after an entry, and which deadlines and reminders have another one than before.

    `state` is the ticket's state then. They come and go `in_order`. A clock that the entry does not touch is the same
    object as before, and all of them are the same tuple if it touches none. An open clock whose deadline or reminder
    the definition does not have is dropped.
    """
    events = events_of(entry)
    concerned = concerned_by(entry, events, definition)
    newest: dict[Key, int] = {}
    after = list(clocks)
    begun: list[Clock] = []
    moved: set[Key] = set()
    places = places_of(definition)
    for place, clock in enumerate(clocks):
        key: Key = (clock.kind, clock.name)
        if key in concerned:
            newest[key] = place
        elif clock.ended_at is None and (clock.kind == "deadline" or entry.timer is not None or key not in places):
            now = _going_on(clock, entry, state, definition, calendar)
            if now is not clock:
                after[place] = now
                moved.add(key)
    for key in concerned:
        kind, name = key
        at = newest.get(key)
        last = None if at is None else clocks[at]
        if kind == "deadline":
            going, new = _deadline_after(last, definition.deadlines[name], entry, events, state, definition, calendar)
        else:
            going, new = _reminder_after(last, definition.reminders[name], entry, events, definition, calendar)
        if at is not None and going is not None and going is not last:
            after[at] = going
            moved.add(key)
        if new is not None:
            begun.append(new)
            moved.add(key)
    for clock in begun:
        insort(after, clock, key=_order(definition))
    return (tuple(after) if moved else clocks), moved


def in_order(clocks: Iterable[Clock], definition: Definition) -> tuple[Clock, ...]:
    """Clocks by the order of the file, runs by number; at the end those that only an earlier definition had.

    What is due at the same instant fires in this order, so it must not depend on how a clock came about.
    """
    return tuple(sorted(clocks, key=_order(definition)))


@derived
def _order(definition: Definition) -> Callable[[Clock], tuple[int, str, str, int]]:
    places = places_of(definition)
    last = len(places)
    return lambda one: (places.get((one.kind, one.name), last), one.kind, one.name, one.run)


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


_After = tuple[Clock | None, Clock | None]
"""The newest run of a deadline or reminder after an entry, and the one that begins with it."""


def _deadline_after(
    last: Clock | None,
    deadline: Deadline,
    entry: Entry,
    events: Collection[str],
    state: str,
    definition: Definition,
    calendar: Calendar,
) -> _After:
    if last is not None and last.ended_at is None:
        if not _until(deadline).isdisjoint(events):
            last = _ended(_late_noted(_marked(last, entry), entry), entry, "met")
        elif entry.ends:
            last = dropped(_marked(last, entry), entry)
        else:
            return _going_on(last, entry, state, definition, calendar), None
    start = None if entry.ends else _start(deadline.since, entry, events, definition, calendar)
    if start is None:
        return last, None
    origin, at = start
    spans = (Span(at),) if state not in deadline.paused_in else ()
    run = last.run + 1 if last is not None else 1
    return last, _first_run(deadline).changed(run=run, origin=origin, started_at=at, spans=spans)


def _reminder_after(
    waiting: Clock | None,
    reminder: Reminder,
    entry: Entry,
    events: Collection[str],
    definition: Definition,
    calendar: Calendar,
) -> _After:
    """It has but one clock: the next run takes the place of the one before."""
    if entry.ends:
        return (_ended(waiting, entry, "dropped") if waiting is not None and waiting.open else waiting), None
    start = _start(reminder.since, entry, events, definition, calendar)
    if start is None:
        return (None if waiting is None else _marked(waiting, entry)), None
    origin, at = start
    run = waiting.run + 1 if waiting is not None else 1
    begun = _first_run(reminder).changed(run=run, origin=origin, started_at=at, spans=(Span(at),))
    return (None, begun) if waiting is None else (begun, None)


@derived
def _until(deadline: Deadline) -> frozenset[str]:
    return frozenset(deadline.until)


@derived
def _first_run(of: Deadline | Reminder) -> Clock:
    """What all clocks of a deadline or reminder have in common, as one that has not started."""
    kind: Literal["deadline", "reminder"] = "deadline" if isinstance(of, Deadline) else "reminder"
    return Clock(kind=kind, name=of.name, run=1, origin="", started_at=dt.datetime.min.replace(tzinfo=dt.UTC))


def _going_on(clock: Clock, entry: Entry, state: str, definition: Definition, calendar: Calendar) -> Clock:
    """An open clock after an entry that neither starts nor ends one of its kind."""
    if clock.name not in (definition.reminders if clock.kind == "reminder" else definition.deadlines):
        return dropped(clock, entry)
    if (entry.timer is not None and entry.timer.name == clock.name) or entry.extension is not None:
        clock = _marked(clock, entry)
    if clock.kind == "reminder":
        return clock
    clock = _late_noted(clock, entry)
    if clock.origin in entry.filled:
        clock = _moved_start(clock, entry, definition, calendar)
    running = bool(clock.spans) and clock.spans[-1].end is None
    if running is (state not in definition.deadlines[clock.name].paused_in):
        return clock
    return _paused(clock, entry.at) if running else _resumed(clock, entry.at)


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
