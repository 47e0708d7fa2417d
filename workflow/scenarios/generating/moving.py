"""Moving: what people may do on a way, each move by the first who may make it, with whatever makes it possible."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterator, Sequence

from workflow.catalogue import Catalogue
from workflow.definition import Definition, Transition
from workflow.entry import Value
from workflow.moments import moment_at
from workflow.scenario import Do, Given, Open, Wait
from workflow.scenarios.generating.actors import actors
from workflow.scenarios.generating.forms import Form, forms
from workflow.scenarios.generating.situations import situation
from workflow.scenarios.generating.values import Around, value_for_child
from workflow.scenarios.generating.ways import FAR, Found, Way
from workflow.scenarios.play import Play
from workflow.scenarios.writing import written
from workflow.ticket import Refusal

MOST_FORMS = 60
"""So many forms of one move are tried."""

MOST_WAYS = 32
"""So many ways on are looked at to end the children of a ticket, or nothing does."""

BETWEEN = dt.timedelta(minutes=5)
"""So long after one move the next one is made."""


class Moving:
    """The moves of one search; in what it has `found` it notes what stood against them."""

    def __init__(self, catalogue: Catalogue, given: Given, found: Found) -> None:
        self.catalogue = catalogue
        self.given = given
        self.found = found

    def openings(self, way: Way) -> Iterator[Way]:
        """The ways on by which the ticket is opened."""
        definition = way.play.definition
        for transition in definition.openings():
            yield from self._by_people(way, transition, definition, None)
        for schedule in definition.recurring.values():
            parties: Sequence[str | None] = (None,)
            if schedule.for_each is not None:
                parties = self._around(way).registers.get(schedule.for_each, ())[:1]
            for party in parties:
                further = way.with_step(Open(schedule=schedule.name, party=party))
                if isinstance(further, Way):
                    yield further

    def moves(self, way: Way) -> Iterator[Way]:
        """The ways on by which the open ticket is moved."""
        member = way.play.member()
        for transition in member.definition.transitions.values():
            if member.ticket.state in transition.sources:
                rows: Sequence[int | None] = (None,)
                listed = member.ticket.fields.get(transition.row_of or "")
                if isinstance(listed, tuple):
                    rows = range(1, len(listed) + 1)
                for row in rows:
                    yield from self._by_people(way, transition, member.definition, row)

    def _by_people(
        self, way: Way, transition: Transition, definition: Definition, row: int | None, ticket: str | None = None
    ) -> Iterator[Way]:
        """A move by the first who may make it, with every form that leads somewhere else."""
        reached: set[Hashable] = set()
        before = way.play.member(ticket).ticket if way.play.opened else way.play.begun()
        for number, form in enumerate(forms(transition, definition, before, self._around(way))):
            if number == MOST_FORMS:
                self.found.cut = True
                return
            for further in self._made(way, transition, form, row, ticket):
                there = situation(further.play.member(ticket)), further.ended
                if there not in reached:
                    reached.add(there)
                    yield further

    def _made(self, way: Way, transition: Transition, form: Form, row: int | None, ticket: str | None) -> Iterator[Way]:
        way = _awhile(way)
        refusal: Refusal | None = None
        step: Do | None = None
        for who in actors(transition, way.play, row, ticket):
            fill = dict(form)
            for _ in range(2):  # the second time with what its children are asked for
                step = _do(way.play, transition, who, fill, row, ticket)
                further = way.with_step(step)
                if isinstance(further, Way):
                    yield further
                    return
                refusal = further
                more = self._for_children(way, refusal)
                if not more:
                    break
                fill |= more
            if refusal is not None and not any(one.code in ("not_allowed", "not_by") for one in refusal.blockers):
                break
        if step is None or refusal is None or ticket is not None:
            return
        self._note(way.play, transition, refusal)
        later = self._later(way, transition, refusal) if way.play.opened else None
        if later is not None:
            later = _awhile(later)
            further = later.with_step(step)
            yield further if isinstance(further, Way) else later

    def _note(self, play: Play, transition: Transition, refusal: Refusal) -> None:
        name = (play.member().definition if play.opened else play.definition).name, transition.name
        known = self.found.against.get(name)
        if known is None or len(refusal.blockers) < len(known):
            self.found.against[name] = refusal.blockers

    def _for_children(self, way: Way, refusal: Refusal | None) -> dict[str, Value]:
        """What a move was refused for, because the children that it opens ask for it."""
        known = self.catalogue.definitions
        found: dict[str, Value] = {}
        for one in refusal.blockers if refusal is not None else ():
            workflow, _, name = one.subject.partition(".")
            if one.code == "fill" and name and workflow in known:
                value = value_for_child(known[workflow], name, self._around(way))
                if value is not None:
                    found[one.subject] = value
        return found

    def _later(self, way: Way, transition: Transition, refusal: Refusal) -> Way | None:
        """What opens the way to a move: time, or the end of the children."""
        codes = {one.code for one in refusal.blockers}
        play, ticket = way.play, way.play.member().ticket
        if codes == {"not_before"} and transition.not_before is not None:
            earliest = moment_at(
                transition.not_before, ticket.fields, ticket.opened, play.calendar, as_limit=False, due=ticket.due
            )
            if earliest is not None and play.now < earliest <= play.now + FAR:
                return way.with_wait(earliest)
        elif codes <= {"wait_for", "open_children"}:
            return self._without_children(way)
        return None

    def _without_children(self, way: Way) -> Way | None:
        """The way on to where all children have ended, by the moves that lead there soonest."""
        waiting = [way]
        met: set[Hashable] = set()
        for _ in range(MOST_WAYS):
            if not waiting:
                return None
            first = waiting.pop(0)
            if not first.play.member().ticket.children:
                return first
            name = next(name for name in first.play.children if first.play.member(name).ticket.ended_at is None)
            child = first.play.member(name)
            here = name, situation(child)
            if here in met:
                continue
            met.add(here)
            for transition in child.definition.transitions.values():
                if child.ticket.state in transition.sources and transition.target != child.ticket.state:
                    further = next(self._by_people(first, transition, child.definition, None, name), None)
                    if further is not None:
                        waiting.append(further)
        self.found.cut = True
        return None

    def _around(self, way: Way) -> Around:
        tickets: dict[str, list[str]] = {}
        for number, one in self.given.tickets.items():
            tickets.setdefault(one.workflow, []).append(number)
        return Around(
            at=way.play.now,
            calendar=way.play.calendar,
            family=way.family.members,
            departments=tuple(self.catalogue.departments),
            people=tuple(self.given.people),
            registers={name: (f"{name} 1", f"{name} 2") for name in self.catalogue.registers},
            tickets=tickets,
        )


def _awhile(way: Way) -> Way:
    """Some time after the last move: two clocks that are started one after the other are not to agree by chance."""
    if not way.steps or isinstance(way.steps[-1], Wait):
        return way
    return way.with_wait(way.play.now + BETWEEN) or way


def _do(play: Play, transition: Transition, who: str, fill: Form, row: int | None, ticket: str | None) -> Do:
    typed = {name: written(value, play.calendar) for name, value in fill.items()}
    return Do(transition=transition.name, by=who, fill=typed, row=row, ticket=ticket)
