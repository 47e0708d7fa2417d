"""Search: how a matter may go, step by step over the real engine, the shortest ways first.

A situation that was met before is not gone on from again, so that a search comes to an end. Nothing is left to chance:
what is tried is tried in the order of the file.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from workflow.calendar import HorizonPassed
from workflow.definition import Definition, Transition
from workflow.entry import TimerKey
from workflow.kin import Member, MemberFaulty
from workflow.moments import moment_at
from workflow.scenario import Do, Down, Open, Scenario, Step, Wait, Written
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.generating.actors import actors
from workflow.scenarios.generating.forms import Around, Form, form_of_child, forms
from workflow.scenarios.generating.goals import Family, Goal, shown
from workflow.scenarios.generating.situations import situation
from workflow.scenarios.generating.ways import Found, Way, as_written, by_workflow, whole_minute
from workflow.scenarios.play import Play
from workflow.scenarios.stage import Stage
from workflow.scenarios.writing import local
from workflow.settling import effects_of
from workflow.ticket import Refusal

MOVE, WAIT, DOWN, LINE = 10, 4, 10, 1
"""What a move, a wait, a time without service, and each line of what is told by it cost a reader."""

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

MOST_ROUNDS = 8
"""So many moves end the children of a ticket, or nothing does."""

BETWEEN = dt.timedelta(minutes=5)
"""So long after one move the next one is made."""

FAR = dt.timedelta(days=500)


class Search:
    """A search from one beginning; made for it and thrown away."""

    """`wanted` are the goals for which every situation is looked at, `hoped` those for which not so many are."""

    def __init__(
        self, stage: Stage, family: Family, beginning: Scenario, wanted: Collection[Goal], hoped: Collection[Goal] = ()
    ) -> None:
        self.stage = stage
        self.family = family
        self.beginning = beginning
        self.left = set(wanted)
        self.hoped = set(hoped)
        self.found = Found()
        self._met: set[Hashable] = set()
        self._waiting: list[tuple[int, int, Way]] = []
        self._order = count()

    def all(self) -> Found:
        """Everything that is found from here."""
        self._put(Way(Play(self.stage, self.beginning)))
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
        play = way.play
        if not play.opened:
            yield from self._openings(way)
            return
        member = play.member()
        if member.ticket.ended_at is not None:
            return
        here = situation(member)
        if here not in self._met:
            self._met.add(here)
            self.found.situations += 1
            yield from self._moves(way)
            yield from self._wait(way)
        elif way.waits:
            yield from self._wait(way)

    def extended(self, way: Way, goal: Goal) -> Way | None:
        """The way with nothing but time added, until the goal is shown; None where that is never, or far off."""
        self.left, self.hoped = {goal}, set()
        longer = replace(way, waits=0, still=frozenset())
        for _ in range(MOST_WAITS):
            ended = not longer.play.opened or longer.play.member().ticket.ended_at is not None
            further = None if ended else next(self._wait(longer), None)
            if further is None or len(further.play.told) - len(way.play.told) > MOST_ADDED:
                return None
            if goal in further.goals:
                return further
            longer = further
        return None

    # --- Moves --------------------------------------------------------------------------------------------------------

    def _openings(self, way: Way) -> Iterator[Way]:
        definition = way.play.definition
        for transition in definition.openings():
            yield from self._by_people(way, transition, definition, None)
        for schedule in definition.recurring.values():
            parties: Sequence[str | None] = (None,)
            if schedule.for_each is not None:
                parties = self.around(way.play).registers.get(schedule.for_each, ())[:1]
            for party in parties:
                yield from self._taken(way, Open(schedule=schedule.name, party=party))

    def _moves(self, way: Way) -> Iterator[Way]:
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
        for form in self._forms(way.play, transition, definition, ticket):
            made = self._made(way, transition, form, row, ticket)
            for further in made:
                play = further.play
                there = situation(play.member(ticket)), play.member().ticket.ended_at is None
                if there not in reached:
                    reached.add(there)
                    yield further

    def _forms(self, play: Play, transition: Transition, definition: Definition, ticket: str | None) -> Iterator[Form]:
        if not play.opened:
            blank = play.begun()
            yield from forms(transition, definition, blank, self.around(play))
        else:
            yield from forms(transition, definition, play.member(ticket).ticket, self.around(play))

    def _made(self, way: Way, transition: Transition, form: Form, row: int | None, ticket: str | None) -> Iterator[Way]:
        way = self._awhile(way)
        play = way.play
        refusal: Refusal | None = None
        who, fill = "", dict(form)
        for who in actors(transition, play, row, ticket):
            fill = dict(form)
            for _ in range(2):  # the second time with what its children are asked for
                step = Do(transition=transition.name, by=who, fill=self._written(play, fill), row=row, ticket=ticket)
                further, refusal = self._tried(way, step)
                if further is not None:
                    yield further
                    return
                more = self._for_children(play, refusal)
                if not more:
                    break
                fill |= more
            if refusal is not None and not any(one.code in ("not_allowed", "not_by") for one in refusal.blockers):
                break
        if refusal is not None:
            self._note(play, transition, refusal, ticket)
            if ticket is None and play.opened:
                for later in self._later(way, transition, refusal):
                    later = self._awhile(later)
                    step = Do(transition=transition.name, by=who, fill=self._written(play, fill), row=row)
                    further, _ = self._tried(later, step)
                    yield later if further is None else further

    def _awhile(self, way: Way) -> Way:
        """Some time after the last move: two clocks that are started one after the other are not to agree by chance."""
        if not way.steps or isinstance(way.steps[-1], Wait):
            return way
        waited, _ = self._tried(way, Wait(until=local(way.play.now + BETWEEN, way.play.calendar)))
        return waited or way

    def _note(self, play: Play, transition: Transition, refusal: Refusal, ticket: str | None) -> None:
        if ticket is not None:
            return
        name = (play.member().definition if play.opened else play.definition).name, transition.name
        known = self.found.against.get(name)
        if known is None or len(refusal.blockers) < len(known):
            self.found.against[name] = refusal.blockers

    def _for_children(self, play: Play, refusal: Refusal | None) -> dict[str, object]:
        if refusal is None:
            return {}
        known = self.stage.catalogue.definitions
        missing = (one.subject.partition(".") for one in refusal.blockers if one.code == "fill" and "." in one.subject)
        return {
            f"{workflow}.{name}": form_of_child(known[workflow], name, self.around(play))
            for workflow, _, name in missing
            if workflow in known
        }

    def _later(self, way: Way, transition: Transition, refusal: Refusal) -> Iterator[Way]:
        """What opens the way to a move: time, or the end of the children."""
        codes = {one.code for one in refusal.blockers}
        member = way.play.member()
        if codes == {"not_before"} and transition.not_before is not None:
            ticket = member.ticket
            earliest = moment_at(
                transition.not_before, ticket.fields, ticket.opened, way.play.calendar, as_limit=False, due=ticket.due
            )
            if earliest is not None and way.play.now < earliest <= way.play.now + FAR:
                yield from self._taken(way, Wait(until=local(whole_minute(earliest), way.play.calendar)))
        elif codes <= {"wait_for", "open_children"}:
            ended = self._without_children(way)
            if ended is not None:
                yield ended

    def _without_children(self, way: Way) -> Way | None:
        """The way on to where all children have ended, by the moves that lead there soonest."""
        waiting = [way]
        met: set[Hashable] = set()
        for _ in range(MOST_ROUNDS * 4):
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
        return None

    # --- Time ---------------------------------------------------------------------------------------------------------

    def _wait(self, way: Way) -> Iterator[Way]:
        """Until the next timer fires by which something is shown that was not, or the ticket moves."""
        play = way.play
        due = [at for at, key in self._due(play.member()) if (key, 2) not in way.still]
        if not due or way.waits >= MOST_WAITS or min(due) > play.now + FAR:
            return
        until = local(whole_minute(max(min(due), play.now)), play.calendar)
        waited, _ = self._tried(way, Wait(until=until))
        if waited is not None and len(waited.play.told) - len(play.told) > MOST_LINES:
            waited, _ = self._tried(way, Down(until=until))  # of what repeats, only the newest is told
        if waited is not None:
            yield waited

    def _due(self, member: Member) -> Iterator[tuple[dt.datetime, TimerKey]]:
        """The timers that are worth waiting for, with when they are due."""
        for timer in member.ticket.timers:
            key, definition = timer.key, member.definition
            owner = self.family.owner("deadlines" if key.kind == "deadline" else "reminders", key.name, definition)
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

    # --- Steps --------------------------------------------------------------------------------------------------------

    def _taken(self, way: Way, step: Step) -> Iterator[Way]:
        further, _ = self._tried(way, step)
        if further is not None:
            yield further

    def _tried(self, way: Way, step: Step) -> tuple[Way | None, Refusal | None]:
        play = way.play.fork()
        before, told = len(play.history), len(play.told)
        try:
            refusal = play.take(step)
        except (NotFitting, MemberFaulty, HorizonPassed):
            return None, None
        if refusal is not None:
            return None, refusal
        goals = set(way.goals)
        fired: set[Hashable] = set()
        for one in play.history[before:]:
            if one.ticket is None:
                goals |= set(shown(self.family, one, play.calendar))
            key = one.entry.timer
            if one.ticket is None and key is not None:
                fired.add((key, 2) if (key, 1) in way.still | fired else (key, 1))
        waited = isinstance(step, Wait | Down)
        cost = DOWN if isinstance(step, Down) else WAIT if waited else MOVE
        lines = len(play.told) - told
        return (
            Way(
                play,
                (*way.steps, step),
                frozenset(goals),
                way.cost + cost + LINE * lines,
                way.waits + 1 if waited else 0,
                way.still | fired if waited else frozenset(),
            ),
            None,
        )

    # --- What there is ------------------------------------------------------------------------------------------------

    def around(self, play: Play) -> Around:
        catalogue = self.stage.catalogue
        given = self.beginning.given
        return Around(
            at=play.now,
            calendar=play.calendar,
            family=self.family.members,
            departments=tuple(catalogue.departments),
            people=tuple(given.people),
            registers={name: (f"{name} 1", f"{name} 2") for name in catalogue.registers},
            tickets=by_workflow(given.tickets),
        )

    def _written(self, play: Play, form: Mapping[str, object]) -> dict[str, Written]:
        return {name: as_written(value, play) for name, value in form.items()}
