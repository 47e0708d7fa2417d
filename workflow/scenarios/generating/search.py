"""Search: how a matter may go, step by step over the real engine, the shortest ways first.

A situation that was met before is not gone on from again, so that a search comes to an end. Nothing is left to chance:
what is tried is tried in the order of the file.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Collection, Hashable, Iterator
from dataclasses import replace
from itertools import count

from workflow.entry import TimerKey
from workflow.kin import Member
from workflow.scenario import Scenario
from workflow.scenarios.generating.goals import Family, Goal
from workflow.scenarios.generating.moving import Moving
from workflow.scenarios.generating.situations import situation
from workflow.scenarios.generating.ways import FAR, Found, Way
from workflow.scenarios.play import Play
from workflow.scenarios.stage import Stage
from workflow.settling import effects_of

MOST_LINES = 12
"""Where a wait would have more lines than this told, the service is down meanwhile."""

MOST_ADDED = 24
"""No more lines than these are told by what is added to a way."""

MOST_SITUATIONS = 1_000
"""Where there are more than this, those that are furthest away are left out."""

FEWER_SITUATIONS = 150
"""So many are looked at for goals that are only hoped for."""

MOST_WAITS = 60
"""So often is waited on end for the next timer."""


class Search:
    """A search from one beginning; made for it and thrown away.

    `wanted` are the goals for which every situation is looked at, `hoped` those for which not so many are.
    """

    def __init__(
        self, stage: Stage, family: Family, beginning: Scenario, wanted: Collection[Goal], hoped: Collection[Goal] = ()
    ) -> None:
        self.left = set(wanted)
        self.hoped = set(hoped)
        self.found = Found()
        self._first = Way(Play(stage, beginning), family)
        self._moving = Moving(stage.catalogue, beginning.given, self.found)
        self._met: set[Hashable] = set()
        self._waiting: list[tuple[int, int, Way]] = []
        self._order = count()

    def all(self) -> Found:
        """Everything that is found from here."""
        self._put(self._first)
        while self._waiting and (self.left or (self.hoped and self.found.situations < FEWER_SITUATIONS)):
            _, _, way = heapq.heappop(self._waiting)
            for further in self._further(way):
                self._put(further)
            if self.found.situations > MOST_SITUATIONS:
                self.found.cut = True
                break
        return self.found

    def _put(self, way: Way) -> None:
        for goal in way.goals:
            known = self.found.ways.get(goal)
            if known is None or way.cost < known.cost:
                self.found.ways[goal] = way
                self.left.discard(goal)
                self.hoped.discard(goal)
        heapq.heappush(self._waiting, (way.cost, next(self._order), way))

    def _further(self, way: Way) -> Iterator[Way]:
        if not way.play.opened:
            yield from self._moving.openings(way)
            return
        if way.ended:
            return
        here = situation(way.play.member())
        new = here not in self._met
        if new:
            self._met.add(here)
            self.found.situations += 1
            yield from self._moving.moves(way)
        waited = self._waited(way) if new or way.waits else None
        if waited is not None:
            yield waited

    def extended(self, way: Way, goal: Goal) -> Way | None:
        """The way with nothing but time added, until the goal is shown; None where that is never, or far off."""
        longer = replace(way, waits=0, still=frozenset())
        for _ in range(MOST_WAITS):
            further = None if longer.ended or not longer.play.opened else self._waited(longer)
            if further is None or len(further.play.told) - len(way.play.told) > MOST_ADDED:
                return None
            if goal in further.goals:
                return further
            longer = further
        return None

    def _waited(self, way: Way) -> Way | None:
        """The way until the next timer fires by which something is shown that was not, or the ticket moves."""
        play = way.play
        due = min((at for at, key in self._due(way, play.member()) if (key, 2) not in way.still), default=None)
        if due is None:
            return None
        if way.waits >= MOST_WAITS or due > play.now + FAR:
            self.found.cut = True
            return None
        until = max(due, play.now)
        waited = way.with_wait(until)
        if waited is not None and len(waited.play.told) - len(play.told) > MOST_LINES:
            waited = way.with_wait(until, down=True)  # of what repeats, only the newest is told
        return waited

    def _due(self, way: Way, member: Member) -> Iterator[tuple[dt.datetime, TimerKey]]:
        """The timers that are worth waiting for, with when they are due."""
        for timer in member.ticket.timers:
            key, definition = timer.key, member.definition
            owner = way.family.owner("deadlines" if key.kind == "deadline" else "reminders", key.name, definition)
            effects, _ = effects_of(definition, key)
            goals = (
                Goal("fired", owner, key.name, key.level),
                Goal("again", owner, key.name, key.level),
                Goal("reminded", owner, key.name),
                Goal("rested", owner, key.name),
                Goal("reminded", owner, key.name, member.ticket.state),
            )
            if effects.move is not None or not self.left.isdisjoint(goals) or not self.hoped.isdisjoint(goals):
                yield timer.due_at, key
