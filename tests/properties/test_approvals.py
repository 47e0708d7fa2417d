"""Approvals by any people in any order: granted is what everybody who had to be asked in this round has granted."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.approving import ANN, BOTH, DORA, MAX, OLGA, PEOPLE, SAM, plan_with
from tests.builders import OFFICE, act, local
from workflow.deciding import explain, may_make
from workflow.entry import Entry
from workflow.history import blank, replan
from workflow.ticket import Actor, Facts, Move, Refusal, Ticket

SAME = settings(deadline=None, derandomize=True, database=None)
PLAN = plan_with(("  cancel:", "  rethink: {from: agreed, to: drafting, by: desk}\n  cancel:"))
DEPARTMENTS = {"operations": {OLGA.id, BOTH.id}, "security": {SAM.id, BOTH.id}}
BEGIN = local("2026-01-05 09:00")


@dataclass
class Round:
    """What a round should come to, told once more and in another way: a queue of what is still to be granted.

    Each thing in the first place of the queue is a row (0: there are none) with the people who may answer for it.
    """

    submitted_by: str
    queue: list[dict[int, set[str]]]

    @classmethod
    def begun(cls, by: str, *, large: bool, parts: list[str]) -> Round:
        queue: list[dict[int, set[str]]] = [{0: {MAX.id} - {by}}]
        if parts:
            queue.append({row: DEPARTMENTS[part] for row, part in enumerate(parts, start=1)})
        if large:
            queue.append({0: {DORA.id}})
        return cls(by, queue)

    def rows(self, person: str, row: int | None) -> set[int]:
        """The rows for which an answer of his would count now."""
        his = {one for one, people in self.queue[0].items() if person in people}
        if row is None:
            return his
        return his & {row}

    def granted(self, rows: set[int]) -> None:
        for row in rows:
            del self.queue[0][row]
        if not self.queue[0]:
            self.queue.pop(0)


@dataclass
class World:
    """The plan in the engine, and beside it what should come of it."""

    ticket: Ticket
    entries: list[Entry] = field(default_factory=list)
    at: dt.datetime = BEGIN
    large: bool = False
    parts: list[str] = field(default_factory=list)
    round: Round | None = None

    @property
    def facts(self) -> Facts:
        return Facts(calendar=OFFICE, people=frozenset(one.id for one in PEOPLE), departments=frozenset(DEPARTMENTS))

    def do(self, name: str, actor: Actor, row: int | None = None, **typed: object) -> bool:
        self.at += dt.timedelta(minutes=7)
        move = Move(transition=name, actor=actor, at=self.at, fields=typed, row=row)
        made = act(PLAN, self.ticket, move, self.facts)
        if isinstance(made, Refusal):
            return False
        self.entries += [one.entry for one in made]
        self.ticket = made[-1].ticket
        return True


PERSON = st.sampled_from(PEOPLE)
WORD = st.sampled_from(["grant", "grant", "grant", "grant", "refuse"])
ROW = st.sampled_from([None, None, None, 1, 2, 3])
ANSWERS = st.one_of(
    st.tuples(WORD, PERSON, ROW),
    st.tuples(WORD, st.integers(0, 4), ROW),  # one of those who are asked: so rounds come to their end
    st.tuples(WORD, st.integers(0, 4), ROW),
)
MOVES = st.one_of(
    ANSWERS,
    ANSWERS,
    ANSWERS,
    st.tuples(st.just("submit"), PERSON, st.tuples(st.booleans(), st.permutations(["operations", "security"]))),
    st.tuples(st.just("submit"), st.just(ANN), st.just((True, ["operations", "security"]))),
    st.tuples(st.sampled_from(["withdraw", "rethink"]), st.just(ANN), st.none()),
    st.tuples(st.just("add"), PERSON, st.none()),
)


@settings(SAME, max_examples=60)
@given(moves=st.lists(MOVES, min_size=20, max_size=50))
def test_granted_is_what_everybody_who_is_asked_has_granted_in_this_round(moves: list[tuple]) -> None:
    world = World(blank(PLAN, number="T-1", site="mall", at=BEGIN))
    assert world.do("draft", ANN)
    assert world.do("submit", ANN, large=True, parts=["operations", "security"])
    world.round = Round.begun(ANN.id, large=True, parts=["operations", "security"])
    rounds = 1
    for name, actor, more in moves:
        was = world.ticket
        if isinstance(actor, int):
            asked = [one for one in PEOPLE if world.round is not None and world.round.rows(one.id, None)] or PEOPLE
            actor = asked[actor % len(asked)]
        if name in ("grant", "refuse"):
            _answer(world, name, actor, more)
        elif name == "submit":
            large, parts = more
            parts = list(parts)
            if world.do("submit", actor, large=large, parts=parts):
                assert was.state == "drafting"
                world.round = Round.begun(actor.id, large=large, parts=parts)
                rounds += 1
        elif world.do(name, actor) and name == "withdraw":
            world.round = None
        assert world.ticket.state == _expected(world, was)
        assert world.ticket.round == rounds
        _require_shown(world)
    again = replan(world.entries, {PLAN.revision: PLAN}, {OFFICE.revision: OFFICE}, number="T-1", site="mall")
    assert again == world.ticket


def _answer(world: World, name: str, actor: Actor, row: int | None) -> None:
    """An answer counts exactly if it should, and only for what it should."""
    now = world.round
    stepwise = now is not None and 0 not in now.queue[0]
    rows = now.rows(actor.id, row) if now is not None and (row is None or stepwise) else set()
    typed = {"comment": "no"} if name == "refuse" else {}
    assert world.do(name, actor, row, **typed) == bool(rows)
    if not rows or now is None:
        return
    assert set(world.entries[-1].answer.rows) == rows - {0}  # type: ignore[union-attr]
    if name == "refuse":
        world.round = None
    else:
        now.granted(rows)
        if not now.queue:
            world.round = None


def _expected(world: World, was: Ticket) -> str:
    """Where the ticket is: agreed only by a grant with which nothing is left."""
    if world.round is not None:
        return "approving"
    last = world.entries[-1].name
    if (was.state == "agreed" and last != "rethink") or (was.state == "approving" and last == "grant"):
        return "agreed"
    return "drafting"


def _require_shown(world: World) -> None:
    """Everybody is offered an answer exactly while one of his would count."""
    for one in PEOPLE:
        possible = [each for each in explain(PLAN, world.ticket, one, world.facts, world.at) if not each.blockers]
        named = may_make(PLAN, world.ticket, one, world.facts, world.at)
        assert list(named) == [each.transition for each in possible]
        offered = {each.name for each in named if each.answer}
        asked = world.round is not None and bool(world.round.rows(one.id, None))
        assert offered == ({"grant", "refuse"} if asked else set())
