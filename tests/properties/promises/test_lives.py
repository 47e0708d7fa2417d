"""No history goes unheard longer, or is paused longer, than is worked out of a ticket's whole life.

Made-up definitions are walked at random, each move at once, some time later, or at the last moment before somebody
would be told; whatever comes of it, the engine's own count must stay within the bound.
"""

from __future__ import annotations

import datetime as dt
from random import Random

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.builders import local
from tests.definitions.shipped import shipped
from tests.properties.promises.making import MadeUp, definitions
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Definition
from workflow.kin import MemberFaulty
from workflow.problems import DefinitionFaulty
from workflow.promises.course import instant_at
from workflow.promises.filling import Wish
from workflow.promises.lives import Lives
from workflow.promises.replay import Astray, Replay, Scenery, first_told
from workflow.promises.walking import paused_for

AT = local("2026-02-01 09:00")
MICROSECOND = dt.timedelta(microseconds=1)
FAR = dt.timedelta(days=400)
MADE, WALKS, MOVES = 30, 10, 8


def test_random_walks_stay_within_what_is_worked_out() -> None:
    seen = {"unheard": 0, "paused": 0}

    @seed(20260207)
    @settings(
        max_examples=MADE,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(definitions())
    def walk(made: MadeUp) -> None:
        try:
            catalogue = compile_catalogue(made.files)
        except DefinitionFaulty:
            return
        for one in catalogue.opened():
            _walk(catalogue, one, Random(made.text()), seen)

    walk()
    assert seen["unheard"] > 20, seen


def test_random_repairs_are_never_paused_longer_than_is_promised() -> None:
    catalogue = shipped()
    seen = {"unheard": 0, "paused": 0}
    chance = Random("repair")
    for _ in range(4):
        _walk(catalogue, catalogue.definitions["repair"], chance, seen)
    assert seen["paused"] > 20, seen


def _walk(catalogue: Catalogue, one: Definition, chance: Random, seen: dict[str, int]) -> None:
    family = (one, *(catalogue.definitions[name] for name in one.family))
    lives = Lives(catalogue, family, AT)
    unheard, paused = lives.unheard(one), {each.name: lives.paused(each) for each in family}
    bound = unheard.longest if unheard is not None else None
    for _ in range(WALKS):
        start = chance.choice([unheard.start if unheard and unheard.start else AT, _any_moment(lives, chance)])
        told = _unheard(lives.scenery, start, chance)
        if told is not None and bound is not None and told > start:
            seen["unheard"] += 1
            assert told - start <= bound, (one.name, start, told, bound)
        longest = _paused(lives.scenery, start, chance)
        for name, figure in paused.items():
            if figure is not None and figure.longest is not None and name in longest:
                seen["paused"] += 1
                assert longest[name] <= figure.longest, (name, start, longest, figure)


def _any_moment(lives: Lives, chance: Random) -> dt.datetime:
    return instant_at(chance.randrange(lives.years.first, lives.years.last))


def _unheard(scenery: Scenery, start: dt.datetime, chance: Random) -> dt.datetime | None:
    """When a ticket that is opened and moved at random is first told of or ends; None if neither comes about."""
    replay = Replay(scenery, Wish(yes=chance.random() < 0.5))
    at = start
    for _ in range(MOVES):
        if not _moved(replay, scenery, at, chance):
            break
        if first_told(replay.since) is not None or replay.ticket.ended_at is not None:
            return at
        told = _copy(replay, scenery).told_after(at, at + FAR)
        if told is None:
            return None
        last = max(told - MICROSECOND, at)
        at = chance.choice([at, last, last, at + (last - at) * chance.random()])
        if replay.wait(at) and replay.ticket.ended_at is not None:
            return None
    return _copy(replay, scenery).told_after(at, at + FAR) if replay.member is not None else None


def _paused(scenery: Scenery, start: dt.datetime, chance: Random) -> dict[str, dt.timedelta]:
    """How long the clocks of a ticket that is moved at random were paused in all, by the definition it is then of."""
    replay = Replay(scenery, Wish(yes=chance.random() < 0.5))
    at = start
    for _ in range(MOVES + 4):
        if not _moved(replay, scenery, at, chance):
            break
        at += chance.choice([dt.timedelta(), MICROSECOND, chance.random() * dt.timedelta(days=10)])
        replay.wait(at)
        at = max(at, replay.ticket.at)
    if replay.member is None or replay.ticket.ended_at is not None:
        return {}
    deadlines = scenery.members[replay.ticket.workflow].deadlines
    longest = max((paused_for(name, replay.ticket, at) for name in deadlines), default=dt.timedelta())
    return {replay.ticket.workflow: longest}


def _copy(replay: Replay, scenery: Scenery) -> Replay:
    copy = Replay(scenery, replay.wish)
    copy.member = replay.member
    return copy


def _moved(replay: Replay, scenery: Scenery, at: dt.datetime, chance: Random) -> bool:
    """Make some move that is possible now and does not end the ticket; whether there was one."""
    one = replay.member.definition if replay.member else next(iter(scenery.members.values()))
    state = replay.ticket.state if replay.member else "new"
    moves = [name for name, move in one.transitions.items() if state in move.sources]
    chance.shuffle(moves)
    for name in moves:
        for workflow, definition in scenery.members.items():
            for target in (state.name for state in definition.states.values() if not state.end):
                try:
                    replay.move(name, workflow, target, at, frozenset())
                except (Astray, MemberFaulty):
                    continue
                return True
    return False
