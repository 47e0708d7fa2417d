"""Configurations: all that a ticket of a family can be, as far as it matters to when somebody is told next.

A configuration says in which state of which definition the ticket is, which clocks run, in the order in which they
began, which of them a pause has taken out of that order, and which dates are filled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain

from workflow.promises.keys import NONE, Keys, Timed


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a ticket is between two entries.

    `order`: the clocks that run, those that began with one entry together, the oldest first. `free`: those that
    run after a pause, with any amount used; `paused` and `unused`: those that stand, with any amount or with nothing
    used; `dated`: those that count from a typed date. `unheard`: reminders that were in no state of theirs since they
    began. `spent`: what has moved the ticket on and comes only with its next `every`. `leaving`: the move that the
    clock makes at once, so that the ticket does not rest here.
    """

    workflow: str
    state: str
    order: tuple[Keys, ...] = ()
    free: Keys = NONE
    paused: Keys = NONE
    unused: Keys = NONE
    dated: Keys = NONE
    filled: frozenset[str] = frozenset()
    unheard: Keys = NONE
    spent: frozenset[Timed] = frozenset()
    leaving: str = ""

    @property
    def clocks(self) -> Keys:
        return frozenset(chain(*self.order, self.free, self.paused, self.unused, self.dated))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A configuration as it is entered: whether clocks began with it, and which cannot have fired yet."""

    configuration: Configuration
    begun: bool
    unfired: Keys


@dataclass(frozen=True, slots=True)
class Way:
    """The move by which a configuration was first come to; of the clock, with the timer that made it.

    `began` are the clocks that began with it.
    """

    before: Configuration
    move: str
    filled: frozenset[str]
    timer: Timed | None = None
    by_clock: bool = False
    began: Keys = NONE
