"""Notices as data: who is told of what and why, before anybody makes words of it.

One settling of one ticket may cause many notices; each person gets one, whose items are what there is to tell him, in
the order in which it happened. What the same settling has overtaken is marked, so that nobody is sent after something
that is done. Items hold names of the definition and ids of people, never the value of a field.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from workflow.definition import Text
from workflow.entry import Ended, Entry, EntryKind, TimerKey
from workflow.ticket import About, Addressee, Decision, Held, Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A person who is told, and why it is him.

    `why` is the definition's wording. `held` is the role through which he was found, None if a person was meant;
    `instead_of` whose deputy he is in this. Who was meant and could not be reached: `vacant` a role, `absent` a person.
    """

    person: str
    why: str
    held: Held | None = None
    vacant: Held | None = None
    instead_of: str | None = None
    absent: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything but the person, as an item and the evidence of an entry keep it; what is empty is None."""
        held, vacant = self.held, self.vacant
        return {
            "why": self.why,
            "held": held and [held.role, held.department],
            "vacant": vacant and [vacant.role, vacant.department],
            "instead_of": self.instead_of,
            "absent": self.absent,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class MootBy:
    """What has overtaken an item in the same settling: a move, or the late level of the same clock."""

    kind: Literal["move", "level"]
    name: str
    at: dt.datetime
    actor: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfSchedule:
    """What is told of tickets of one schedule, whether they were opened or not; there is no one ticket to tell of.

    `revision` and `calendar` (its revision) are those by which it is told.
    """

    workflow: str
    revision: str
    calendar: str
    site: str
    schedule: Text
    period: Text
    party: Text | None = None

    def _named(self) -> dict[str, Any]:
        return {
            "workflow": self.workflow,
            "revision": self.revision,
            "calendar": self.calendar,
            "site": self.site,
            "schedule": self.schedule.to_json(),
            "period": self.period.to_json(),
            "party": self.party and self.party.to_json(),
        }


def _with_texts(stored: Mapping[str, Any]) -> dict[str, Any]:
    """What an item keeps, with the texts of the schedule, the period and the party."""
    texts = {name: Text(**stored[name]) for name in ("schedule", "period", "party") if stored[name]}
    return {**stored, **texts}


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened(_OfSchedule):
    """A recurring ticket that could not be opened, and why; `others` of its schedule stand as it does."""

    others: int = 0
    reasons: tuple[Text, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As an item keeps it."""
        return {**self._named(), "others": self.others, "reasons": [reason.to_json() for reason in self.reasons]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Unopened:
        """What `to_json` gave."""
        return cls(**{**_with_texts(stored), "reasons": tuple(Text(**reason) for reason in stored["reasons"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings(_OfSchedule):
    """Tickets that one schedule has opened on one day for one of its periods, told of together.

    `first` and `last` are the numbers of the first and the last of the `count`; `party` is whose it is, of one alone.
    """

    count: int
    first: str
    last: str

    def to_json(self) -> dict[str, Any]:
        """As an item keeps it."""
        return {**self._named(), "count": self.count, "first": self.first, "last": self.last}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Openings:
        """What `to_json` gave."""
        return cls(**_with_texts(stored))

    def more(self, later: Openings) -> Openings:
        """These and those that were opened later."""
        return replace(later, count=self.count + later.count, first=self.first, party=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that a notice tells: an entry of the ticket, and why the person gets it.

    `sequence` is the entry's, `position` that of the notice among those that the entry caused. `kind`, `name` and the
    rest are the entry's; `run` and `level` its timer's. `ask_for` is left out once the ticket has moved on. What tells
    of many openings, or of what was not opened, has no entry: its `name` is the schedule's, its `sequence` 0.
    """

    about: About | Literal["fault"]
    sequence: int
    position: int
    kind: EntryKind
    name: str
    at: dt.datetime
    told: Told
    run: int | None = None
    level: str = ""
    due_at: dt.datetime | None = None
    limit_at: dt.datetime | None = None
    actor: str | None = None
    source: str | None = None
    target: str | None = None
    ask_for: str | None = None
    say: Text | None = None
    skipped: int = 0
    moot_by: MootBy | None = None
    child: Ended | None = None
    unopened: Unopened | None = None
    openings: Openings | None = None

    def to_json(self) -> dict[str, Any]:
        """Everything but the person, who is the notice's; what is empty is left out."""
        told, moot, say = self.told, self.moot_by, self.say
        given = {
            "about": self.about,
            "sequence": self.sequence,
            "position": self.position,
            "kind": self.kind,
            "name": self.name,
            "at": self.at.isoformat(),
            **told.to_json(),
            "run": self.run,
            "level": self.level or None,
            "due_at": self.due_at and self.due_at.isoformat(),
            "limit_at": self.limit_at and self.limit_at.isoformat(),
            "actor": self.actor,
            "source": self.source,
            "target": self.target,
            "ask_for": self.ask_for,
            "say": say and say.to_json(),
            "skipped": self.skipped or None,
            "moot_by": moot and {"kind": moot.kind, "name": moot.name, "at": moot.at.isoformat(), "actor": moot.actor},
            "child": self.child and self.child.to_json(),
            "unopened": self.unopened and self.unopened.to_json(),
            "openings": self.openings and self.openings.to_json(),
        }
        return {name: value for name, value in given.items() if value is not None}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any], person: str) -> Item:
        """The item that `to_json` gave, of a notice to `person`."""
        say, moot = stored.get("say"), stored.get("moot_by")
        return cls(
            about=stored["about"],
            sequence=stored["sequence"],
            position=stored["position"],
            kind=stored["kind"],
            name=stored["name"],
            at=dt.datetime.fromisoformat(stored["at"]),
            told=told_from_json(stored, person),
            run=stored.get("run"),
            level=stored.get("level", ""),
            due_at=_instant(stored.get("due_at")),
            limit_at=_instant(stored.get("limit_at")),
            actor=stored.get("actor"),
            source=stored.get("source"),
            target=stored.get("target"),
            ask_for=stored.get("ask_for"),
            say=Text(say["en"], say["zh"]) if say else None,
            skipped=stored.get("skipped", 0),
            moot_by=MootBy(
                kind=moot["kind"], name=moot["name"], at=dt.datetime.fromisoformat(moot["at"]), actor=moot["actor"]
            )
            if moot
            else None,
            child=Ended.from_json(stored["child"]) if "child" in stored else None,
            unopened=Unopened.from_json(stored["unopened"]) if "unopened" in stored else None,
            openings=Openings.from_json(stored["openings"]) if "openings" in stored else None,
        )


def items_of(
    decisions: Sequence[Decision], told: Callable[[Addressee], Iterable[Told]]
) -> Mapping[str, tuple[Item, ...]]:
    """What each person is to be told of one settling of one ticket, by person, in the order of what happened.

    `told` turns an addressee into people. Who made a move himself is told of it only if something is asked of him, and
    of what the clock has done nobody is told twice for the same thing.
    """
    found: dict[str, list[Item]] = {}
    for index, decision in enumerate(decisions):
        moot_by = overtaken(decision.entry, decisions[index + 1 :])
        for position, notice in enumerate(decision.notices):
            asked = _still_asked(notice, decisions[-1])
            for each in told(notice.to):
                if asked is None and _his_own(decision.entry, each.person):
                    continue
                item = item_of(decision.entry, notice, position, each, asked, moot_by)
                mine = found.setdefault(each.person, [])
                if not _known(item, mine):
                    mine.append(item)
    return {person: tuple(items) for person, items in found.items()}


def item_of(
    entry: Entry, notice: Notice, position: int, told: Told, ask_for: str | None, moot_by: MootBy | None
) -> Item:
    """One thing that a person is told of an entry."""
    return Item(
        about=notice.about,
        sequence=entry.sequence,
        position=position,
        kind=entry.kind,
        name=entry.name,
        at=entry.at,
        told=told,
        run=entry.timer.run if entry.timer else None,
        level=entry.timer.level if entry.timer else "",
        due_at=entry.due_at,
        limit_at=entry.limit_at,
        actor=entry.actor,
        source=entry.source,
        target=entry.target,
        ask_for=ask_for,
        say=notice.say,
        skipped=entry.skipped,
        moot_by=moot_by,
        child=entry.child,
    )


def _his_own(entry: Entry, person: str) -> bool:
    return entry.kind == "move" and entry.actor == person


def _known(item: Item, earlier: Sequence[Item]) -> bool:
    """Whether it says nothing that its reader is not told by an earlier item of the same move of the clock."""
    by_clock = item.kind == "move" and item.actor is None
    if not by_clock or item.say is not None or item.ask_for is not None:
        return False
    return any(one.sequence == item.sequence for one in earlier)


def _still_asked(notice: Notice, last: Decision) -> str | None:
    """The transition that the notice asks for, if it can be made from where the ticket has come to by now."""
    transition = last.definition.transitions.get(notice.ask_for or "")
    return transition.name if transition is not None and last.ticket.state in transition.sources else None


def overtaken(entry: Entry, later: Sequence[Decision]) -> MootBy | None:
    """What made a level or reminder moot: the move that ended its clock, or for a `soon` its clock's being late.

    A move that the timer itself makes is what it tells of, and overtakes nothing.
    """
    key = entry.timer
    if key is None or entry.kind not in ("level", "reminder"):
        return None
    for decision in later:
        following = decision.entry
        if following.kind == "move" and following.timer != key and not _lasts(key, decision):
            return MootBy(kind="move", name=following.name, at=following.at, actor=following.actor)
    if key.level.startswith("soon"):
        for decision in later:
            other = decision.entry.timer
            if decision.entry.kind == "level" and other is not None and _late_level_of(other, key):
                return MootBy(kind="level", name=other.level, at=decision.entry.at)
    return None


def _late_level_of(other: TimerKey, key: TimerKey) -> bool:
    return (other.name, other.run) == (key.name, key.run) and other.level.startswith("late")


def _lasts(key: TimerKey, decision: Decision) -> bool:
    """Whether, after a decision, that run is still counting, and its reminder still wanted in the ticket's state."""
    reminder = decision.definition.reminders.get(key.name) if key.kind == "reminder" else None
    if reminder is not None and decision.ticket.state not in reminder.states:
        return False
    return any(
        clock.open and (clock.kind, clock.name, clock.run) == (key.kind, key.name, key.run)
        for clock in decision.ticket.clocks
    )


def told_from_json(stored: Mapping[str, Any], person: str) -> Told:
    """What `to_json` of a Told gave, of this person."""
    return Told(
        person=person,
        why=stored["why"],
        held=_held_from_json(stored.get("held")),
        vacant=_held_from_json(stored.get("vacant")),
        instead_of=stored.get("instead_of"),
        absent=stored.get("absent"),
    )


def _held_from_json(stored: list[str] | None) -> Held | None:
    return None if stored is None else Held(*stored)


def _instant(stored: str | None) -> dt.datetime | None:
    return None if stored is None else dt.datetime.fromisoformat(stored)
