"""Proving: the two figures of every open state, and whether they keep what a promise says in its own unit."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Moment
from workflow.durations import Duration, Unit
from workflow.promises.configurations import Arrival, Configuration, Way
from workflow.promises.course import MICROSECOND, Course, earliest_of, instant_at
from workflow.promises.exploring import Explored, explored
from workflow.promises.figure import Figure, Kind, Source, Step
from workflow.promises.pieces import LONG_AGO, NEVER
from workflow.promises.replay import Scenery
from workflow.promises.sources import Group
from workflow.promises.standing import Standing
from workflow.promises.witness import Case, witnesses
from workflow.promises.years import Years, span_of

KINDS: tuple[Kind, ...] = ("first_telling", "longest_silence")


MOST_CASES = 6
MOST_STARTS = 12
MOST_TRIES = 80
"""So many cases that are equally bad, and starting moments of each, and histories in all, are tried for a witness."""


class Proof:
    """What is known of one family from one year on."""

    def __init__(self, catalogue: Catalogue, definition: Definition, at: dt.datetime) -> None:
        head = catalogue.definitions.get(definition.head or "", definition)
        family = {name: catalogue.definitions[name] for name in head.family if name in catalogue.definitions}
        self.members: Mapping[str, Definition] = {head.name: head} | family
        self.calendar = catalogue.calendars[head.calendar]
        first, last = span_of(self.calendar, at)
        self.years = Years(self.calendar, first, last, _margin(self.members.values(), self.calendar, first))
        self.explored: Explored = explored(self.members)
        self.standing = Standing(self.years, self.members, self.explored.keys)
        self.scenery = Scenery(catalogue, self.calendar, self.members)
        self._rests: dict[tuple[str, str, Kind], list[tuple[Way, Configuration, Arrival | None]]] = {}
        self._cases: dict[tuple[str, str, Kind], list[Case]] = {}
        self._told: dict[frozenset[int], Course] = {}
        self._figures: dict[tuple[str, str, Kind], Figure | None] = {}
        for arrival, way in self.explored.arrivals.items():
            self._note(way, arrival.configuration, "first_telling", arrival)
        for configuration, latest in self.explored.ways.items():
            if latest is not None and not configuration.leaving:
                self._note(latest, configuration, "longest_silence", None)

    def _note(self, way: Way, now: Configuration, kind: Kind, arrival: Arrival | None) -> None:
        self._rests.setdefault((now.workflow, now.state, kind), []).append((way, now, arrival))

    def cases(self, workflow: str, state: str, kind: Kind) -> list[Case]:
        """All ways to rest in a state, worked out when they are asked for first."""
        asked = workflow, state, kind
        if asked not in self._cases:
            self._cases[asked] = [self._case(*rest, kind) for rest in self._rests.get(asked, ())]
        return self._cases[asked]

    def _case(self, way: Way, now: Configuration, arrival: Arrival | None, kind: Kind) -> Case:
        if arrival is not None:
            groups = self.standing.groups(now, arrival.begun, arrival.unfired)
        else:
            groups = self.standing.groups(now)
        return Case(
            ways=tuple(self.explored.way_to(way)),
            configuration=now,
            groups=tuple(groups),
            told=self._earliest(groups),
            kind=kind,
        )

    def _earliest(self, groups: list[Group]) -> Course:
        """When the first of some groups tells, worked out once."""
        key = frozenset(map(id, groups))
        if key not in self._told:
            self._told[key] = earliest_of(group.told for group in groups)
        return self._told[key]

    def figure(self, workflow: str, state: str, kind: Kind) -> Figure | None:
        """The figure of a state; None if no ticket comes to it."""
        if (workflow, state, kind) not in self._figures:
            cases = self.cases(workflow, state, kind)
            self._figures[workflow, state, kind] = self._worst([(case, case.told) for case in cases])
        return self._figures[workflow, state, kind]

    def broken(self, workflow: str, state: str, kind: Kind, promised: Duration) -> Figure | None:
        """The longest silence among those that end later than is promised, counted as the promise is; None without."""
        limit = self.years.add(promised.count, promised.unit)
        cases = self.cases(workflow, state, kind)
        return self._worst([(case, case.told.behind(limit)) for case in cases])

    def _worst(self, found: Sequence[tuple[Case, Course]]) -> Figure | None:
        """The figure of the longest of some silences; of those as long, of the first for which there is a witness."""
        first, last = self.years.first, self.years.last
        longest = [(told.longest(first, last), case, told) for case, told in found]
        length = max((length for (length, _), _, _ in longest), default=LONG_AGO)
        if length < 0:
            return None
        worst = [(when, case, told) for (each, when), case, told in longest if each == length]
        worst.sort(key=lambda one: len(one[1].ways))
        tries = (
            (case, when, steps)
            for _, case, told in worst[:MOST_CASES]
            for when in told.worst(first, last, length, MOST_STARTS)
            for steps in witnesses(case, when, length, self.scenery, self.standing)
        )
        for case, when, steps in islice(tries, MOST_TRIES):
            if steps is not None:
                return self._figure(case, length, when, steps)
        return self._figure(worst[0][1], length, worst[0][0])

    def _figure(self, case: Case, length: int, when: int, steps: tuple[Step, ...] | None = None) -> Figure:
        start, now = instant_at(when), case.configuration
        known = length < NEVER
        return Figure(
            workflow=now.workflow,
            state=now.state,
            kind=case.kind,
            longest=length * MICROSECOND if known else None,
            start=start,
            told_at=start + length * MICROSECOND if known else None,
            path=tuple(_steps(case, start)) if steps is None else steps,
            exact=steps is not None,
            source=_source(case, when) if known else None,
        )


def _steps(case: Case, at: dt.datetime) -> Iterator[Step]:
    """A way to a case, as if all happened at once."""
    for way, place in zip(case.ways, case.places(), strict=True):
        yield Step(move=way.move, at=at, state=place.state, workflow=place.workflow, by_clock=way.by_clock)


_proofs: OrderedDict[object, Proof] = OrderedDict()
KEPT = 4
"""So many families are remembered: all their definitions are asked for one after another."""


def proof_of(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> Proof:
    """What is known of a definition's family, worked out once for its members and the year."""
    head = catalogue.definitions.get(definition.head or "", definition)
    members = (head, *(catalogue.definitions[name] for name in head.family if name in catalogue.definitions))
    calendar = catalogue.calendars[head.calendar]
    key = (*((one.name, one.revision) for one in members), calendar.revision, calendar.local_date(at).year)
    if key not in _proofs:
        _proofs[key] = Proof(catalogue, definition, at)
        if len(_proofs) > KEPT:
            _proofs.popitem(last=False)
    return _proofs[key]


def figures(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> tuple[Figure, ...]:
    """First telling and longest silence of every open state that a ticket can come to, in the order of the file.

    Starting moments are all instants from the year of `at` to the last one whose holidays are known.
    """
    proof = proof_of(catalogue, definition, at)
    found = [proof.figure(definition.name, state.name, kind) for state in definition.states.values() for kind in KINDS]
    return tuple(figure for figure in found if figure is not None)


def silence_within(
    catalogue: Catalogue, definition: Definition, state: str, kind: Kind, promised: Duration, at: dt.datetime
) -> Figure | None:
    """The figure that breaks a promise about a state, counted in the promise's own unit; None if it is kept."""
    return proof_of(catalogue, definition, at).broken(definition.name, state, kind, promised)


def _source(case: Case, when: int) -> Source | None:
    """What tells first after an instant in the worst place of the group that tells first."""
    told = case.told.at(when)
    for group in case.groups:
        for place in group.places if group.told.at(when) == told else ():
            start = place.start.at(when)
            for due in group.dues:
                if place.told.at(when) == told == due.told_at(start, when):
                    return Source(kind=due.timed.key.kind, name=due.timed.key.name, level=due.timed.level)
    return None


def _margin(members: Iterable[Definition], calendar: Calendar, first: dt.date) -> dt.timedelta:
    """So long before and after the years something may begin or end that matters in them."""
    year = calendar.start_of(first), calendar.start_of(first + dt.timedelta(days=364))
    rare = {unit: 1.5 * ((year[1] - year[0]) / calendar.between(*year, unit)) for unit in Unit}

    def summed(durations: Iterable[object]) -> dt.timedelta:
        found = (each.count * rare[each.unit] for each in durations if isinstance(each, Duration))
        return sum(found, dt.timedelta())

    clocks = [dt.timedelta()]
    dates = dt.timedelta()
    for one in members:
        for deadline in one.deadlines.values():
            moment = deadline.no_later_than
            parts = [(level.late_by, level.left, level.every, level.every) for level in deadline.levels]
            fixed = summed((deadline.within, moment.duration if moment is not None else None))
            clocks.append(fixed + max((summed(part) for part in parts), default=dt.timedelta()))
        clocks += [summed((reminder.after, reminder.every, reminder.every)) for reminder in one.reminders.values()]
        bounds = (field.max for field in one.fields.values())
        dates = max(dates, summed(bound.duration for bound in bounds if isinstance(bound, Moment)))
    return dt.timedelta(days=60) + max(clocks) + dates
