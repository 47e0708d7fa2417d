"""What carrying one ticket over does to it: every date before and after, what fires at once, who is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from service.storing import Outcome
from workflow import words
from workflow.definition import Definition, Text
from workflow.entry import Entry
from workflow.ticket import Ticket


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDate:
    """When a deadline ends, or a reminder comes next, before and after; None where it has no date, or does not run."""

    kind: str
    name: str
    text: Text
    was: dt.datetime | None
    now: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtOnce:
    """A level or reminder that fires by being carried over, and when it would have been due."""

    kind: str
    name: str
    level: str
    text: Text
    due_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What carrying one ticket over does to it, at `at`; `told` are the people who are told of it then."""

    number: str
    title: str
    workflow: str
    site: str
    zone: str
    at: dt.datetime
    revision: tuple[str, str]
    calendar: tuple[str, str]
    state: tuple[str, str]
    due: tuple[DueDate, ...]
    fires: tuple[AtOnce, ...]
    told: tuple[str, ...]

    @property
    def late_by(self) -> dt.timedelta:
        """How late it is at once, by what fires only now; nothing where no limit is past."""
        return max((self.at - one.due_at for one in self.fires if one.level.startswith("late")), default=dt.timedelta())

    @property
    def earlier_by(self) -> dt.timedelta:
        """By how much its dates come earlier, at most; negative where all of them come later."""
        moved = [one.was - one.now for one in self.due if one.was is not None and one.now is not None]
        return max((by for by in moved if by), default=dt.timedelta())


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A ticket that keeps what it has, and why."""

    number: str
    workflow: str
    reasons: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What became of the tickets of one transaction, the last of which has the id `last`."""

    carried: tuple[Carried, ...] = ()
    left: tuple[Left, ...] = ()
    last: int = 0


def carried(outcome: Outcome, entry: Entry, zone: str, at: dt.datetime) -> Carried:
    """What an outcome says in which `entry` carries the ticket over, by a calendar of this zone."""
    was, ticket = outcome.loaded.ticket, outcome.ticket
    later = [one for one in outcome.decisions if one.entry.sequence > entry.sequence]
    told = {person for person, items in outcome.items.items() if any(item.sequence >= entry.sequence for item in items)}
    return Carried(
        number=was.number,
        title=str(was.fields.get("title", "")),
        workflow=ticket.workflow,
        site=was.site,
        zone=zone,
        at=at,
        revision=(outcome.loaded.definition.revision, outcome.definition.revision),
        calendar=(outcome.loaded.calendar_revision, entry.calendar),
        state=(was.state, ticket.state),
        due=tuple(_dates(was, outcome.loaded.definition, ticket, outcome.definition)),
        fires=tuple(
            AtOnce(
                kind=one.entry.kind,
                name=one.entry.name,
                level=one.entry.timer.level if one.entry.timer else "",
                text=_text(one.entry.kind, one.entry.name, one.definition),
                due_at=one.entry.due_at or one.entry.at,
            )
            for one in later
            if one.entry.kind in ("level", "reminder")
        ),
        told=tuple(sorted(told)),
    )


def _dates(was: Ticket, before: Definition, now: Ticket, after: Definition) -> Iterator[DueDate]:
    """Every date of a ticket before and after, in the order of the newer file."""
    old, new = _due(was), _due(now)
    order = (
        *(("deadline", name) for name in (*after.deadlines, *before.deadlines)),
        *(("reminder", name) for name in (*after.reminders, *before.reminders)),
    )
    for kind, name in dict.fromkeys(order):
        if (kind, name) in old or (kind, name) in new:
            one = after if name in (*after.deadlines, *after.reminders) else before
            text = _text("level" if kind == "deadline" else kind, name, one)
            yield DueDate(kind=kind, name=name, text=text, was=old.get((kind, name)), now=new.get((kind, name)))


def _text(kind: str, name: str, definition: Definition) -> Text:
    return words.reminder(name, definition) if kind == "reminder" else words.deadline(name, definition)


def _due(ticket: Ticket) -> dict[tuple[str, str], dt.datetime | None]:
    """When the open clocks of a ticket are due: a deadline at its limit, a reminder when it comes next."""
    armed = {timer.key.name: timer.due_at for timer in ticket.timers if timer.key.kind == "reminder"}
    return {
        (one.kind, one.name): one.limit_at if one.kind == "deadline" else armed.get(one.name)
        for one in ticket.clocks
        if one.open
    }
