"""Ways: steps from a beginning, where they lead, what is shown by them, and what they cost a reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass, field

from workflow.calendar import HorizonPassed
from workflow.entry import Blocker
from workflow.kin import MemberFaulty
from workflow.scenario import Down, Step, Wait
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.generating.goals import Family, Goal, shown
from workflow.scenarios.play import Play
from workflow.scenarios.writing import local
from workflow.ticket import Refusal

MOVE, WAIT, DOWN, LINE = 10, 4, 10, 1
"""What a move, a wait, a time without service, and each line of what is told by it cost a reader."""

FAR = dt.timedelta(days=500)
"""Nothing further ahead is waited for."""

MINUTE = dt.timedelta(minutes=1)


@dataclass(slots=True)
class Way:
    """Steps from the beginning, where they lead, and what is shown by them; `waits` on end are the last of them."""

    play: Play
    family: Family
    steps: tuple[Step, ...] = ()
    goals: frozenset[Goal] = frozenset()
    cost: int = 0
    waits: int = 0
    still: frozenset[Hashable] = frozenset()
    """What has fired since the last move."""

    @property
    def ended(self) -> bool:
        return self.play.opened and self.play.member().ticket.ended_at is not None

    def with_step(self, step: Step) -> Way | Refusal | None:
        """The way with one more step, or what stands against it; None where it cannot be taken at all."""
        play = self.play.fork()
        before, told = len(play.history), len(play.told)
        try:
            refusal = play.take(step)
        except (NotFitting, MemberFaulty, HorizonPassed):
            return None
        if refusal is not None:
            return refusal
        goals = set(self.goals)
        fired: set[Hashable] = set()
        for one in play.history[before:]:
            if one.ticket is None:
                goals |= set(shown(self.family, one, play.calendar))
            key = one.entry.timer
            if one.ticket is None and key is not None:
                fired.add((key, 2) if (key, 1) in self.still | fired else (key, 1))
        waited = isinstance(step, Wait | Down)
        cost = DOWN if isinstance(step, Down) else WAIT if waited else MOVE
        return Way(
            play=play,
            family=self.family,
            steps=(*self.steps, step),
            goals=frozenset(goals),
            cost=self.cost + cost + LINE * (len(play.told) - told),
            waits=self.waits + 1 if waited else 0,
            still=self.still | fired if waited else frozenset(),
        )

    def with_wait(self, until: dt.datetime, *, down: bool = False) -> Way | None:
        """The way with time until the next whole minute, in which the service is `down`."""
        written = local(_whole_minute(until), self.play.calendar)
        further = self.with_step(Down(until=written) if down else Wait(until=written))
        return further if isinstance(further, Way) else None


@dataclass(slots=True)
class Found:
    """What a search has found: for every goal the shortest way that shows it, and what stood against moves.

    `cut` says that a limit ended it, so that there may be more.
    """

    ways: dict[Goal, Way] = field(default_factory=dict)
    against: dict[tuple[str, str], tuple[Blocker, ...]] = field(default_factory=dict)
    situations: int = 0
    cut: bool = False


def _whole_minute(at: dt.datetime) -> dt.datetime:
    return at if not at.second and not at.microsecond else at.replace(second=0, microsecond=0) + MINUTE
