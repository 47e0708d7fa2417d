"""Judging: the figures that are worked out for a definition, held against what was met in it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.properties.promises.corners import PUBLISHED
from tests.properties.promises.exploring import (
    FIRST_TELLING,
    LONGEST_SILENCE,
    Exploring,
    Place,
    Silence,
    everybody,
    facts_of,
    is_telling,
    link_of,
    ticket_fields,
)
from workflow.catalogue import Catalogue
from workflow.definition import Definition
from workflow.history import blank
from workflow.promises.figure import Figure, Step
from workflow.promises.proving import figures
from workflow.ticket import Link, Move

KINDS = (FIRST_TELLING, LONGEST_SILENCE)

LONG_ENOUGH = 300
"""After so many firings of which nobody hears it is taken that nobody ever will."""


@dataclass(slots=True)
class Tally:
    """What has been judged so far."""

    definitions: int = 0
    states: int = 0
    tickets: int = 0
    finite: Counter[str] = field(default_factory=Counter)
    endless: Counter[str] = field(default_factory=Counter)
    exact: Counter[str] = field(default_factory=Counter)
    met: Counter[str] = field(default_factory=Counter)
    """Finite figures that the exploration itself has met, to the microsecond."""
    depths: Counter[int] = field(default_factory=Counter)
    traits: Counter[str] = field(default_factory=Counter)
    texts: set[str] = field(default_factory=set)
    """The definitions themselves: the same one may be made up twice."""
    faults: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.texts |= other.texts
        self.definitions += other.definitions
        self.states += other.states
        self.tickets += other.tickets
        for name in ("finite", "endless", "exact", "met", "depths", "traits"):
            getattr(self, name).update(getattr(other, name))
        self.faults += other.faults

    def lines(self) -> list[str]:
        """The outcome as a table."""
        found = [
            (
                f"{self.definitions} definitions, {len(self.texts)} different, {self.states} open states, "
                f"{self.tickets} tickets explored"
            ),
            f"{'':<18}{'finite':>9}{'endless':>9}{'exact':>9}{'of finite':>11}{'met':>9}",
        ]
        for kind in KINDS:
            finite, exact = self.finite[kind], self.exact[kind]
            share = exact / finite if finite else 1.0
            found.append(f"{kind:<18}{finite:>9}{self.endless[kind]:>9}{exact:>9}{share:>11.1%}{self.met[kind]:>9}")
        whole = ", ".join(f"{depth}: {count}" for depth, count in sorted(self.depths.items()))
        return [*found, f"moves after the opening up to which every ticket was looked at, and of how many: {whole}"]


def judge(catalogue: Catalogue, head: Definition, tally: Tally, *, most: int, seed: int = 0) -> list[str]:
    """Hold every figure of a definition and its family against an exploration; what is wrong, in words."""
    explored = Exploring(catalogue, head, most=most, seed=seed).run()
    tally.definitions += 1
    tally.tickets += explored.tickets
    tally.depths[explored.depth] += 1
    wrong: list[str] = []
    known: set[tuple[str, str, str]] = set()
    for name in (head.name, *head.family):
        for figure in figures(catalogue, catalogue.definitions[name], PUBLISHED):
            of = (figure.kind, figure.workflow, figure.state)
            known.add(of)
            wrong += _against(figure, explored.met.get(of), tally)
            if figure.exact:
                wrong += _not_replayed(figure, catalogue, head)
    tally.states += sum(kind == LONGEST_SILENCE for kind, _, _ in known)
    wrong += [
        f"{' '.join(of)}: reached, and has no figure\n{_told(real)}"
        for of, real in explored.met.items()
        if of not in known
    ]
    return wrong


def _against(figure: Figure, real: Silence | None, tally: Tally) -> Iterator[str]:
    if figure.longest is None:
        tally.endless[figure.kind] += 1
        return
    tally.finite[figure.kind] += 1
    tally.exact[figure.kind] += figure.exact
    if real is None:
        return
    tally.met[figure.kind] += real.longest == figure.longest
    if real.exceeds(figure.longest):
        yield (
            f"{figure.kind} of {figure.workflow} {figure.state}: {figure.longest} is given"
            f"{' as exact' if figure.exact else ''}, {real.longest or 'for ever'} was met\n{_told(real)}"
        )


def _told(real: Silence) -> str:
    lines = [f"  {done.at.isoformat()} {done.move} {dict(done.fields) or ''}".rstrip() for done in real.done]
    return "\n".join([*lines, f"  silent from {real.start.isoformat()} until {real.until and real.until.isoformat()}"])


# --- Witnesses ------------------------------------------------------------------------------------------------------


def _not_replayed(figure: Figure, catalogue: Catalogue, head: Definition) -> Iterator[str]:
    """What is wrong with the witness of a figure that is called exact: it must come to the same by the engine."""
    of = f"the witness of {figure.kind} of {figure.workflow} {figure.state}"
    try:
        place = retold(figure, catalogue, head)
    except AssertionError as fault:
        yield f"{of} cannot be told again: {fault}"
        return
    stands = (place.definition.name, place.ticket.state)
    if stands != (figure.workflow, figure.state):
        yield f"{of} ends in {' '.join(stands)}"
        return
    told = next_told(place, figure)
    silent = None if told is None or figure.start is None else told - figure.start
    if silent != figure.longest or told != figure.told_at:
        yield f"{of} is silent for {silent}, not {figure.longest}; until {told}, not {figure.told_at}"


def retold(figure: Figure, catalogue: Catalogue, head: Definition) -> Place:
    """The ticket at the start of a silence, by the moves of its path; AssertionError if they do not lead there."""
    steps = [step for step in figure.path if not step.by_clock]
    named = list(dict.fromkeys(name for step in steps for name in _names([*step.fields.values()])))
    people = everybody(catalogue, named)
    assert steps, "it has no opening"
    new = blank(head, number="T-1", site="house", at=steps[0].at)
    place = Place(head, new, facts_of(catalogue, head, named, _links(steps, catalogue, head)), ())
    for step in steps:
        place = left_alone(place, step.at)
        made = (place.act(Move(transition=step.move, actor=who, at=step.at, fields=step.fields)) for who in people)
        after = next((one for one in made if one is not None), None)
        assert after is not None, f"{step.move} is refused at {step.at}"
        place = after
    assert figure.start is not None, "it has no starting moment"
    return left_alone(place, figure.start)


def _names(value: object) -> Iterator[str]:
    """Every text in what was typed: a person, a file, a key."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _names([*value.values()])
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _names(one)


def _links(steps: Iterable[Step], catalogue: Catalogue, head: Definition) -> Iterator[Link]:
    """The tickets that were typed, each as the field takes it."""
    wanted = {one.name: one for one in ticket_fields(catalogue, head)}
    for step in steps:
        for name, value in step.fields.items():
            for row in value if isinstance(value, list) else [{name: value}]:
                yield from (
                    link_of(catalogue, str(typed), wanted[each]) for each, typed in row.items() if each in wanted
                )


def left_alone(place: Place, until: dt.datetime) -> Place:
    """The ticket when everything up to an instant has fired, each thing in its time."""
    while place.due is not None and place.due <= until and (after := place.fire()) is not None:
        place = after
    return place


def next_told(place: Place, figure: Figure) -> dt.datetime | None:
    """When somebody hears of it next; for a first telling perhaps at the very instant of entering."""
    for decision in _after_entering(place, figure):
        if is_telling(decision):
            return decision.entry.at
    here: Place | None = place
    for _ in range(LONG_ENOUGH):
        here = here.fire() if here is not None else None
        if here is None:
            return None
        for decision in here.decisions:
            if is_telling(decision):
                return decision.entry.at
    return None


def _after_entering(place: Place, figure: Figure) -> Iterator:
    if figure.kind != FIRST_TELLING:
        return
    entered = False
    for decision in place.decisions:
        if entered:
            yield decision
        entry = decision.entry
        entered |= entry.kind == "move" and (entry.workflow, entry.target) == (figure.workflow, figure.state)
