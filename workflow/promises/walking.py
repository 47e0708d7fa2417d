"""Walking: the path of a whole life made through the engine, to see whether it is as long as was worked out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from workflow.definition import DATES, FieldType, Moment
from workflow.kin import MemberFaulty
from workflow.moments import moment_at
from workflow.promises.course import MICROSECOND
from workflow.promises.figure import Figure, Step
from workflow.promises.filling import Wish
from workflow.promises.replay import Astray, Replay, Scenery, first_told
from workflow.ticket import Ticket

_LATER = dt.timedelta(days=1)


def walked(figure: Figure, scenery: Scenery) -> Figure:
    """The figure, exact if its path can be walked and shows it to the microsecond; typed dates are at their latest."""
    if figure.longest is None or figure.told_at is None or not figure.path:
        return figure
    dates = dict(_latest_dates(figure.path[0].at, scenery))
    for more in (frozenset(dates), frozenset[str]()):
        replay = Replay(scenery, Wish(dates=dates))
        try:
            steps = tuple(_steps(figure, replay, more))
            if _shows(figure, replay):
                return replace(figure, exact=True, path=steps)
        except (Astray, MemberFaulty):
            continue
    return figure


def _steps(figure: Figure, replay: Replay, more: frozenset[str]) -> Iterator[Step]:
    """The steps as they were made: by people, or by the clock where that was there first."""
    for step in figure.path:
        fired = replay.wait(step.at) if replay.member is not None else []
        if figure.kind == "unheard" and first_told(fired) is not None:
            raise Astray
        moved = any(one.entry.kind == "move" for one in fired)
        if moved and (replay.ticket.workflow, replay.ticket.state) == (step.workflow, step.state):
            yield replace(step, by_clock=True)
            continue
        replay.move(step.move, step.workflow, step.state, step.at, more)
        if figure.kind == "unheard" and first_told(replay.since) is not None and step is not figure.path[-1]:
            raise Astray
        yield replay.steps[-1]


def _shows(figure: Figure, replay: Replay) -> bool:
    told_at, last = figure.told_at, figure.path[-1].at
    if told_at is None:
        return False
    if figure.kind == "unheard":
        told = first_told(replay.since) or replay.told_after(last, told_at + _LATER)
        return told == told_at
    replay.wait(told_at)
    return figure.source is not None and paused_for(figure.source.name, replay.ticket, told_at) == figure.longest


def paused_for(deadline: str, ticket: Ticket, until: dt.datetime) -> dt.timedelta:
    """How long the clock of a deadline was open and paused until then, in all its runs."""
    total = dt.timedelta()
    for clock in ticket.clocks:
        if (clock.kind, clock.name) == ("deadline", deadline):
            end = clock.ended_at or until
            ran = sum(((span.end or end) - span.start for span in clock.spans), dt.timedelta())
            total += end - clock.started_at - ran
    return total


def _latest_dates(opened: dt.datetime, scenery: Scenery) -> Iterator[tuple[str, dt.datetime]]:
    """The dates that people type, each as late as its `max` allows."""
    for one in scenery.members.values():
        for field in one.fields.values():
            if field.type in DATES and isinstance(field.max, Moment):
                latest = moment_at(field.max, {}, opened, scenery.calendar, as_limit=True)
                if latest is not None:
                    yield field.name, latest - MICROSECOND if field.type is FieldType.DATE else latest
