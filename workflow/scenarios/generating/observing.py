"""Observing: how things stand after a step, written down as what is expected then: complete, and no more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from workflow.calendar import Calendar
from workflow.durations import Duration, Unit
from workflow.kin import Member
from workflow.scenario import Do, Expect, Scenario, Step, Told, Wait, Written
from workflow.scenarios.generating.acting import allowed_now
from workflow.scenarios.generating.goals import Family, Goal, permits
from workflow.scenarios.play import Line, Play
from workflow.scenarios.stage import Stage
from workflow.scenarios.standing import children_of, late_in, limits_of
from workflow.scenarios.writing import instant, local, written

MOST_TOLD = 8
"""What is told after several waits on end stands together as long as it is not more than this."""

PLACES = 6
"""A figure that is worked out to more places after the point is not written down."""

SOON = dt.timedelta(hours=12)
"""What is no longer is waited as a duration, and beyond it until an instant."""


@dataclass(slots=True)
class _Seen:
    """How the main ticket stood when it was last looked at."""

    state: str = ""
    workflow: str = ""
    due: Mapping[str, dt.datetime | None] = field(default_factory=dict)
    late: tuple[str, ...] = ()
    priority: str = "normal"
    assignee: str = ""
    children: Mapping[str, int] = field(default_factory=dict)
    fields: Mapping[str, Written] = field(default_factory=dict)


def observed(scenario: Scenario, stage: Stage, family: Family, asked: set[Goal]) -> Scenario:
    """The scenario with the same moves and waits, and after each what came of it.

    What everybody may do is written where a goal is shown by it that is not among those `asked`; they are added there.
    """
    play = Play(stage, scenario)
    steps: list[Step] = []
    seen = _Seen(workflow=scenario.workflow)
    taken = tuple(_together(scenario.steps, play.fork()))
    for number, step in enumerate(taken, 1):
        since = play.now
        play.take(step)
        typed = frozenset(step.fill) if isinstance(step, Do) and step.ticket is None else frozenset()
        steps.append(_shorter(step, since, play.calendar))
        if step.ticket is not None:
            steps.append(_of_child(step.ticket, play))
        idle = isinstance(step, Wait) and not play.told and _standing(play.member(), play.calendar) == seen
        if not idle or number == len(taken):
            expected, seen = _expected(play, seen, typed)
            member = play.member()
            new = set(permits(family, member.ticket, member.definition)) - asked
            if new:
                asked |= new
                expected = replace(expected, allowed=allowed_now(play))
            steps.append(expected)
    return replace(scenario, steps=tuple(steps))


def _together(steps: Iterable[Step], play: Play) -> Iterator[Step]:
    """The steps without expectations, with waits on end put together where few people are told anything in them."""
    waiting: Wait | None = None
    lines = 0
    for step in steps:
        if isinstance(step, Expect):
            continue
        before, state = len(play.told), play.member().ticket.state if play.opened else ""
        play.take(step)
        told = len(play.told) - before
        if isinstance(step, Wait):
            if waiting is not None and lines + told > MOST_TOLD:
                yield waiting
                lines = 0
            waiting, lines = step, lines + told
            if play.member().ticket.state != state:
                yield waiting
                waiting, lines = None, 0
            continue
        if waiting is not None:
            yield waiting
        waiting, lines = None, 0
        yield step
    if waiting is not None:
        yield waiting


def _shorter(step: Step, since: dt.datetime, calendar: Calendar) -> Step:
    """A short wait as a duration."""
    if isinstance(step, Wait) and step.until is not None:
        amount = _amount(instant(step.until, calendar) - since)
        return Wait(amount=amount) if amount is not None else step
    return step


# --- How things stand ---------------------------------------------------------------------------------------------


def _expected(play: Play, seen: _Seen, typed: frozenset[str]) -> tuple[Expect, _Seen]:
    member = play.member()
    now = _standing(member, play.calendar)
    ended = member.ticket.ended_at is not None
    fields = {name: value for name, value in now.fields.items() if name not in typed and seen.fields.get(name) != value}
    told, play.told = tuple(_told(play.told, play.calendar)), []
    return (
        Expect(
            state=now.state,
            workflow=now.workflow if now.workflow != seen.workflow else None,
            ended=True if ended else None,
            due=now.due if now.due or seen.due else None,
            late=now.late if now.late != seen.late else None,
            priority=now.priority if now.priority != seen.priority else None,
            assignee=now.assignee if now.assignee != seen.assignee else None,
            fields=fields,
            children=now.children if now.children != seen.children else None,
            told=told,
        ),
        now,
    )


def _of_child(name: str, play: Play) -> Expect:
    ticket = play.member(name).ticket
    return Expect(ticket=name, state=ticket.state, ended=True if ticket.ended_at is not None else None)


def _standing(member: Member, calendar: Calendar) -> _Seen:
    ticket = member.ticket
    view = ticket.view(member.definition, member.facts)
    values = {name: view.value(name) for name in member.definition.fields}
    return _Seen(
        state=ticket.state,
        workflow=member.definition.name,
        due={name: None if at is None else local(at, calendar) for name, at in limits_of(ticket).items()},
        late=late_in(ticket),
        priority=ticket.priority,
        assignee=ticket.assignee or "",
        children=children_of(ticket),
        fields={
            name: written(value, calendar)
            for name, value in values.items()
            if value is not None and not (isinstance(value, Decimal) and int(value.as_tuple().exponent) < -PLACES)
        },
    )


def _told(lines: Iterable[Line], calendar: Calendar) -> Iterator[Told]:
    """What was told, with everybody who was told the same in one entry."""
    together: Told | None = None
    for line in lines:
        at = local(line.at, calendar)
        one = Told(
            who=(line.who,),
            about=line.about,
            at=None if at.microsecond else at,
            ask_for=line.item.ask_for,
            merged=line.item.skipped or None,
            ticket=line.ticket,
        )
        if together is not None and line.who not in together.who and replace(one, who=together.who) == together:
            together = replace(together, who=(*together.who, *one.who))
            continue
        if together is not None:
            yield together
        together = one
    if together is not None:
        yield together


def _amount(span: dt.timedelta) -> Duration | None:
    """A short span in words; None for any other."""
    minutes, rest = divmod(span, dt.timedelta(minutes=1))
    if rest or not minutes or span > SOON:
        return None
    hours, left = divmod(minutes, 60)
    number, unit = (hours, "hour") if hours and not left else (minutes, "minute")
    return Duration(span, Unit.ELAPSED, f"{number} {unit}{'s' * (number != 1)}")
