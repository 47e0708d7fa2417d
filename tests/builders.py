"""Small lifecycles and histories for tests: defaults, and whatever the test is about written over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.carrying import Aim
from workflow.conditions import parse_condition
from workflow.definition import (
    NEW,
    Deadline,
    Definition,
    Effects,
    Field,
    FieldType,
    Level,
    Reminder,
    State,
    Text,
    Transition,
    Who,
)
from workflow.durations import parse_duration
from workflow.history import blank
from workflow.kin import Kin, Member
from workflow.settling import settle
from workflow.ticket import Actor, Decision, Facts, Held, Move, Refusal, Ticket

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str) -> dt.datetime:
    """An instant in Shanghai: `2026-10-08 09:00`."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(dt.UTC)


def office() -> Calendar:
    """Monday to Friday 09:00-12:00 and 13:00-18:00 in Shanghai, with China's holidays."""
    spec = CalendarSpec(
        calendar="office", zone="Asia/Shanghai", country="CN", hours={"weekdays": ["09:00-12:00", "13:00-18:00"]}
    )
    return build_calendar(spec)


OFFICE = office()
_numbers = count()  # a revision of its own for every lifecycle that a test makes up

ANYONE = (Who("word", "anyone"),)
BOSS = (Who("role", "boss"),)
CLOCK_TOO = (Who("word", "anyone"), Who("word", "clock"))


def transition(name: str, sources: str, target: str | None, **more: object) -> Transition:
    """`sources` separated by blanks; `target` None stays."""
    given: dict[str, object] = {"by": ANYONE, **more}
    return Transition(
        name=name,
        text=Text(name),
        sources=tuple(sources.split()),
        target=target,
        **given,  # type: ignore[arg-type]
    )


def late(
    index: int = 0,
    *,
    by: str | None = None,
    every: str | None = None,
    at: str | None = None,
    when: str | None = None,
    **effects: object,
) -> Level:
    given: dict[str, object] = {"notify": BOSS, **effects}
    return Level(
        kind="late",
        index=index,
        late_by=parse_duration(by) if by else None,
        every=parse_duration(every) if every else None,
        at=dt.time.fromisoformat(at) if at else None,
        condition=parse_condition(when) if when else None,
        effects=Effects(**given),  # type: ignore[arg-type]
    )


def soon(left: str, index: int = 0) -> Level:
    amount = Decimal(left[:-1]) if left.endswith("%") else parse_duration(left)
    return Level(kind="soon", index=index, left=amount, effects=Effects(notify=BOSS))


def deadline(
    name: str,
    *levels: Level,
    since: str,
    until: str,
    within: str | None = None,
    paused_in: str = "",
    when: str | None = None,
    **more: object,
) -> Deadline:
    return Deadline(
        name=name,
        text=Text(name),
        since=tuple(since.split()),
        until=tuple(until.split()),
        within=parse_duration(within) if within else None,
        paused_in=frozenset(paused_in.split()),
        condition=parse_condition(when) if when else None,
        levels=levels or (late(),),
        **more,  # type: ignore[arg-type]
    )


def reminder(
    name: str,
    *,
    states: str,
    since: tuple[str, ...] = ("opening",),
    after: str | None = None,
    every: str | None = None,
    at: str | None = None,
    when: str | None = None,
    **effects: object,
) -> Reminder:
    given: dict[str, object] = {"notify": BOSS, **effects}
    return Reminder(
        name=name,
        text=Text(name),
        states=frozenset(states.split()),
        since=since,
        after=parse_duration(after) if after else None,
        every=parse_duration(every) if every else None,
        at=dt.time.fromisoformat(at) if at else None,
        condition=parse_condition(when) if when else None,
        effects=Effects(**given),  # type: ignore[arg-type]
    )


def field(name: str, type_: FieldType, **more: object) -> Field:
    return Field(name=name, text=Text(name), type=type_, **more)  # type: ignore[arg-type]


FIELDS = (
    field("due_on", FieldType.DATE),
    field("due_at", FieldType.DATETIME),
    field("note", FieldType.TEXT),
    field("urgent", FieldType.YES_NO),
    field("size", FieldType.NUMBER),
)

TRANSITIONS = (
    transition("begin", NEW, "open", may_fill=("note", "due_on", "due_at", "urgent")),
    transition("wait", "open", "waiting"),
    transition("go_on", "waiting", "open", by=CLOCK_TOO),
    transition("write", "open waiting done", None, may_fill=("note", "due_on", "due_at", "urgent")),
    transition("finish", "open waiting", "done"),
    transition("reopen", "done", "open"),
    transition("close", "done", "closed"),
    transition("drop", "open waiting done", "closed"),
)

STATES = ("open", "waiting", "done")


def lifecycle(
    *parts: Deadline | Reminder,
    name: str = "job",
    transitions: tuple[Transition, ...] = TRANSITIONS,
    fields: tuple[Field, ...] = FIELDS,
    **more: object,
) -> Definition:
    """new -> open <-> waiting -> done -> closed, with the clocks that the test is about."""
    states = [State(name=one, text=Text(one)) for one in STATES] + [State(name="closed", text=Text("closed"), end=True)]
    given: dict[str, object] = {"revision": f"{name}-{next(_numbers)}", **more}
    return Definition(
        name=name,
        text=Text(name),
        calendar="office",
        accountable="desk",
        fields={one.name: one for one in fields},
        states={one.name: one for one in states},
        transitions={one.name: one for one in transitions},
        deadlines={one.name: one for one in parts if isinstance(one, Deadline)},
        reminders={one.name: one for one in parts if isinstance(one, Reminder)},
        **given,  # type: ignore[arg-type]
    )


ANN = Actor(id="ann", holds=frozenset({Held("desk")}))


def act(definition: Definition, ticket: Ticket, move: Move, facts: Facts) -> tuple[Decision, ...] | Refusal:
    """A move of a ticket without kin, made as those of people are."""
    member = Member(ticket=ticket, definition=definition, facts=facts)
    return Kin((member,)).act(ticket.number, move) or tuple(member.decisions)


class Story:
    """A ticket that is moved and left alone, with every decision that came of it."""

    def __init__(
        self, definition: Definition, calendar: Calendar = OFFICE, family: Mapping[str, Definition] | None = None
    ):
        self.definition = definition
        self.calendar = calendar
        self.family = dict(family or {})
        self.decisions: list[Decision] = []
        self.ticket: Ticket | None = None

    @property
    def standing(self) -> Ticket:
        """The ticket as it is now."""
        assert self.ticket is not None, "the ticket is not opened yet"
        return self.ticket

    @property
    def facts(self) -> Facts:
        return Facts(
            calendar=self.calendar,
            family=self.family,
            history=tuple(one.entry for one in self.decisions),
            people=frozenset({"ann", "bob"}),
            departments=frozenset({"shop", "depot", "operations", "security"}),
        )

    def do(self, name: str, at: str, actor: Actor = ANN, row: int | None = None, **fields: object) -> Story:
        """Make a move at a local time; AssertionError if it is refused."""
        made = self.try_to(name, at, actor, row, **fields)
        assert not isinstance(made, Refusal), [one.text.en for one in made.blockers]
        self._take(made)
        return self

    def try_to(
        self, name: str, at: str, actor: Actor = ANN, row: int | None = None, **fields: object
    ) -> tuple[Decision, ...] | Refusal:
        instant = local(at)
        ticket = self.ticket or blank(self.definition, number="T-1", site="mall", at=instant)
        move = Move(transition=name, actor=actor, at=instant, fields=fields, row=row)
        return act(self.definition, ticket, move, self.facts)

    def refused(self, name: str, at: str, actor: Actor = ANN, row: int | None = None, **fields: object) -> list[str]:
        """The codes of the blockers; AssertionError if the move is possible."""
        made = self.try_to(name, at, actor, row, **fields)
        assert isinstance(made, Refusal), "the move was possible"
        return [one.code for one in made.blockers]

    def wait(self, until: str) -> Story:
        """The sweep comes at a local time."""
        assert self.ticket is not None
        self._take(settle(self.definition, self.ticket, local(until), self.facts))
        return self

    def carry_over(self, definition: Definition, at: str, calendar: Calendar | None = None, **mapped: str) -> Story:
        """Let the ticket go on by another revision of its definition; states that are gone are named with theirs."""
        assert self.ticket is not None
        member = Member(ticket=self.ticket, definition=self.definition, facts=self.facts)
        self.calendar = calendar or self.calendar
        aim = Aim(definition=definition, calendar=self.calendar, facts=self.facts, mapped=mapped)
        Kin((member,)).carry_over(self.ticket.number, local(at), aim)
        self._take(tuple(member.decisions))
        return self

    def _take(self, made: tuple[Decision, ...]) -> None:
        self.decisions.extend(made)
        if made:
            self.ticket, self.definition = made[-1].ticket, made[-1].definition

    def fired(self) -> list[str]:
        """Levels and reminders that fired: `pick_up late 1 10:30`, in local time, with the day if not the first."""
        lines = []
        first = self.decisions[0].entry.at.astimezone(SHANGHAI).date()
        for one in self.decisions:
            if one.entry.kind in ("level", "reminder", "refusal"):
                when = one.entry.at.astimezone(SHANGHAI)
                day = "" if when.date() == first else f"{when:%m-%d} "
                level = f" {one.entry.timer.level}" if one.entry.timer and one.entry.timer.level else ""
                lines.append(f"{one.entry.name}{level} {day}{when:%H:%M}")
        return lines

    def clock(self, name: str, run: int | None = None):
        assert self.ticket is not None
        runs = [one for one in self.ticket.clocks if one.name == name]
        return runs[-1] if run is None else next(one for one in runs if one.run == run)

    def due(self) -> list[str]:
        """What is armed: `pick_up late 1 2026-01-05 10:30`."""
        assert self.ticket is not None
        return [
            f"{one.key.name} {one.key.level}".strip() + f" {one.due_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
            for one in self.ticket.timers
        ]
