"""Proof: whether the promises of a catalogue hold, and for one that does not, the history in which it is broken.

A promise that cannot be proved is broken, too: a guarantee that nobody can show is none. What has been proved is
remembered by all that it follows from, so that publishing what was just checked costs nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workflow.calendar import Calendar
from workflow.catalogue import Catalogue
from workflow.definition import Definition, Promise
from workflow.problems import Position, Problem
from workflow.promises import reasons
from workflow.promises.figure import Figure, Kind
from workflow.promises.lives import Lives
from workflow.promises.proving import figures, silence_within
from workflow.promises.saying import Saying

CHECK = "broken_promise"

MOST_KEPT = 200
"""So many families are remembered; then all are forgotten."""

OF_STATES: Mapping[str, Kind] = {
    "someone_is_told_within": "first_telling",
    "never_silent_longer_than": "longest_silence",
}
"""The promises about each state, and the figure of a state that keeps or breaks them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether one promise holds; `figure` is what breaks it, or else the longest of those that it is about.

    `place` is that of the promise among those of its definition, from 0. Without a figure there is nothing that it is
    about.
    """

    workflow: str
    place: int
    promise: Promise
    holds: bool
    figure: Figure | None

    @property
    def proved(self) -> bool:
        """Whether it is known to hold or not to: what may only be so long breaks nothing for certain."""
        return self.holds or (self.figure is not None and (self.figure.exact or self.figure.longest is None))


def verdicts(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> tuple[Verdict, ...]:
    """The promises of a definition, in the order of the file, each with what breaks it or comes nearest to it."""
    known = _known(catalogue, definition, at)
    found = []
    for verdict in known.verdicts[definition.name]:
        figure = verdict.figure or known.longest(verdict.promise, definition)
        found.append(replace(verdict, promise=definition.promises[verdict.place], figure=figure))
    return tuple(found)


def broken(catalogue: Catalogue, at: dt.datetime) -> list[Problem]:
    """The promises that do not hold, each at its line; those that an `accept` takes upon itself are left out."""
    return [problem for problem, reason in judged(catalogue, at) if reason is None]


def judged(
    catalogue: Catalogue, at: dt.datetime, definitions: Iterable[Definition] | None = None
) -> list[tuple[Problem, str | None]]:
    """The promises that do not hold, each with the reason for which an `accept` puts up with it.

    Those of all definitions, unless only some are asked for.
    """
    found: dict[Problem, str | None] = {}
    for definition in catalogue.definitions.values() if definitions is None else definitions:
        known = _known(catalogue, definition, at).verdicts[definition.name] if definition.promises else ()
        for verdict in known:
            if not verdict.holds:
                found.setdefault(_problem(verdict, definition, catalogue), accepted(verdict, definition))
    return sorted(found.items(), key=lambda one: one[0])


def accepted(verdict: Verdict, definition: Definition) -> str | None:
    """The reason for which a promise may go live although it does not hold."""
    return {**definition.accept, **definition.promises[verdict.place].accept}.get(CHECK)


def _problem(verdict: Verdict, definition: Definition, catalogue: Catalogue) -> Problem:
    place = catalogue.where(definition.name, "promises", str(verdict.place))
    en, zh = (
        reasons.broken(verdict.promise, verdict.figure, saying(catalogue, definition, lang)) for lang in ("en", "zh")
    )
    return Problem(place or Position("", 1, 1), CHECK, en, zh)


def saying(catalogue: Catalogue, definition: Definition, lang: str) -> Saying:
    """How what is proved of a definition is told in `lang` ("zh" or "en")."""
    return Saying(definition, calendar_of(catalogue, definition), lang, catalogue.definitions)


def calendar_of(catalogue: Catalogue, definition: Definition) -> Calendar:
    """The calendar by which the tickets of a definition are proved: that of the definition that is opened."""
    head = catalogue.definitions.get(definition.head or "", definition)
    return catalogue.calendars[head.calendar]


# --- Proving ----------------------------------------------------------------------------------------------------------


class _Known:
    """What is known of one family."""

    def __init__(self, catalogue: Catalogue, family: Sequence[Definition], at: dt.datetime) -> None:
        self.catalogue = catalogue
        self.at = at
        self.lives = Lives(catalogue, family, at)
        self.verdicts = {one.name: tuple(self._verdicts(one)) for one in family}

    def _verdicts(self, definition: Definition) -> Iterator[Verdict]:
        for place, promise in enumerate(definition.promises):
            figure = self._breaking(promise, definition)
            yield Verdict(workflow=definition.name, place=place, promise=promise, holds=figure is None, figure=figure)

    def _breaking(self, promise: Promise, definition: Definition) -> Figure | None:
        """What breaks a promise the worst; None where nothing does."""
        within = promise.within
        if promise.kind == "ended_or_told_within":
            return self.lives.unheard(definition, within)
        if promise.kind == "paused_at_most":
            return self.lives.paused(definition, within)
        kind = OF_STATES[promise.kind]
        return _worst(
            silence_within(self.catalogue, definition, state, kind, within, self.at) for state in promise.states
        )

    def longest(self, promise: Promise, definition: Definition) -> Figure | None:
        """The longest of all that a promise is about; None where there is nothing."""
        if promise.kind == "ended_or_told_within":
            return self.lives.unheard(definition)
        if promise.kind == "paused_at_most":
            return self.lives.paused(definition)
        kind = OF_STATES[promise.kind]
        found = figures(self.catalogue, definition, self.at)
        return _worst(one for one in found if one.kind == kind and one.state in promise.states)


_remembered: dict[tuple[object, ...], _Known] = {}


def _known(catalogue: Catalogue, definition: Definition, at: dt.datetime) -> _Known:
    """What is known of the family of a definition, worked out once for all that it follows from."""
    head = catalogue.definitions.get(definition.head or "", definition)
    family = tuple(catalogue.definitions[name] for name in (head.name, *head.family) if name in catalogue.definitions)
    calendar = calendar_of(catalogue, head)
    key = (
        tuple((one.name, one.revision, tuple(one.states)) for one in family),
        calendar.revision,
        calendar.published_until,
        calendar.local_date(at).year,
    )
    if key not in _remembered:
        if len(_remembered) >= MOST_KEPT:
            _remembered.clear()
        _remembered[key] = _Known(catalogue, family, at)
    return _remembered[key]


def _worst(figures: Iterable[Figure | None]) -> Figure | None:
    """The longest, of several that are as long the first; one without end is longer than all."""
    found = [figure for figure in figures if figure is not None]
    return max(found, key=lambda figure: (figure.longest is None, figure.longest or dt.timedelta()), default=None)
