"""Lives: what is proved of whole tickets, how long one may go unheard from its opening and how long it may pause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from workflow.catalogue import Catalogue
from workflow.definition import Definition
from workflow.durations import Duration, Unit
from workflow.promises.comparing import longest
from workflow.promises.course import MICROSECOND, NOW, Course, instant_at, ticks
from workflow.promises.figure import Figure, Source, Step
from workflow.promises.pauses import Paused, Pauses
from workflow.promises.pieces import NEVER
from workflow.promises.replay import Scenery
from workflow.promises.unheard import Stand, Unheard, unheard
from workflow.promises.walking import walked
from workflow.promises.years import Years, span_of

_AROUND = dt.timedelta(days=1500)
"""So long after the years a path may go on; of one that goes on longer it is said that it has no bound."""


class Lives:
    """The tickets of one family, of which the first definition is opened."""

    def __init__(self, catalogue: Catalogue, family: Sequence[Definition], at: dt.datetime) -> None:
        self.family = family
        calendar = catalogue.calendars[family[0].calendar]
        self.scenery = Scenery(catalogue, calendar, {one.name: one for one in family})
        first, last = span_of(calendar, at)
        self.years = Years(calendar, first, last, _AROUND)
        self.horizon = ticks(calendar.end_of(last + _AROUND))
        self._unheard: Unheard | None = None

    def unheard(self, definition: Definition, promised: Duration | None = None) -> Figure | None:
        """How long from its opening a ticket may go without anybody being told, where it is of this definition then.

        Of the definition that is opened, all tickets count, whatever they become. With `promised`, only what breaks
        that; None where nothing does, or no ticket becomes one of this definition.
        """
        if self._unheard is None:
            self._unheard = unheard(self.family, self.years)
        found = self._unheard
        too_far = any(stand.told.at(self.years.last - 1) > self.horizon for stand in found.stands)
        if found.endless is not None or found.given_up or too_far:
            return self._endless(found.endless or found.stands[-1], definition)
        allowed = None if promised is None else self.years.add(promised.count, promised.unit)
        opened = definition is self.family[0]
        stands = [stand for stand in found.stands if opened or stand.definition is definition]
        cases = [(worst, stand) for stand in stands if (worst := longest(stand.told, allowed, self.years)) is not None]
        if not cases:
            return None
        (length, start), stand = max(cases, key=lambda case: case[0][0])
        told = next((key for key, course in stand.sounding.items() if course.at(start) == stand.told.at(start)), None)
        figure = Figure(
            workflow=definition.name,
            state=stand.state,
            kind="unheard",
            longest=length * MICROSECOND,
            start=instant_at(start),
            told_at=instant_at(stand.told.at(start)),
            path=_steps(stand, start),
            source=Source(kind="deadline" if told[1][0] == "deadline" else "reminder", name=told[1][1])
            if told
            else None,
        )
        return walked(figure, self.scenery)

    def _endless(self, stand: Stand, definition: Definition) -> Figure:
        way = stand.way()
        loop = [one.move for one in way if stand.round is not None and one.number > stand.round.number]
        return Figure(
            workflow=definition.name,
            state=stand.state,
            kind="unheard",
            longest=None,
            start=instant_at(self.years.first),
            path=_steps(stand, self.years.first),
            loop=tuple(loop),
        )

    def paused(self, definition: Definition, promised: Duration | None = None) -> Figure | None:
        """How long the clock of some deadline of a definition may be paused in all; None where none ever is.

        With `promised`, only what breaks that.
        """
        unit = promised.unit if promised is not None else Unit.ELAPSED
        cases: list[tuple[Paused, Pauses]] = []
        for deadline in definition.deadlines.values():
            if deadline.paused_in:
                pauses = Pauses(self.family, deadline, self.years)
                cases.append((pauses.longest(unit), pauses))
        least = promised.count // MICROSECOND if promised is not None else 0
        cases = [case for case in cases if case[0].most > least]
        if not cases:
            return None
        worst, pauses = max(cases, key=lambda case: case[0].most)
        return self._paused(worst, pauses, definition)

    def _paused(self, worst: Paused, pauses: Pauses, definition: Definition) -> Figure:
        """The way of the worst, each of its moves made at once but in the pauses, from its worst opening."""
        at: Course = NOW
        courses = [NOW]
        for place in worst.way[1:-1]:
            at = pauses.end(place).after(at) if worst.most < NEVER else at
            courses.append(at)
        end = pauses.end(worst.way[-1]).after(at)
        found = longest(end, None, self.years) if worst.most < NEVER else None
        length, start = found or (0, self.years.first)
        steps = tuple(
            Step(move=place.move, at=instant_at(course.at(start)), state=place.state, workflow=place.workflow)
            for place, course in zip(worst.way[1:], courses, strict=True)
        )
        most = pauses.longest(Unit.ELAPSED).most
        figure = Figure(
            workflow=definition.name,
            state=worst.way[-1].state,
            kind="paused",
            longest=None if most >= NEVER else most * MICROSECOND,
            start=instant_at(start),
            told_at=None if most >= NEVER else instant_at(start + length),
            path=steps,
            source=Source(kind="deadline", name=pauses.name),
            loop=tuple(place.move for place in worst.loop[1:]),
        )
        return walked(figure, self.scenery)


def _steps(stand: Stand, start: int) -> tuple[Step, ...]:
    return tuple(
        Step(move=one.move, at=instant_at(one.at.at(start)), state=one.state, workflow=one.definition.name)
        for one in stand.way()
    )
