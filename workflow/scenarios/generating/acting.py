"""Acting: who takes part in a matter, and what each of them may do as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow.scenarios.generating.actors import actors
from workflow.scenarios.play import Play
from workflow.scenarios.stage import ANYONE
from workflow.scenarios.standing import allowed_to


def allowed_now(play: Play) -> Mapping[str, tuple[str, ...]]:
    """What everybody may do with the main ticket who is named for any of its moves, and somebody who holds no role."""
    everybody = {who: play.stage.actor(who, play.scenario) for who in (*_acting(play), ANYONE)}
    return {who: allowed_to(actor, play.member(), play.now) for who, actor in everybody.items()}


def _acting(play: Play) -> Iterator[str]:
    member = play.member()
    known = {*play.stage.holders, *play.scenario.given.people}
    for transition in member.definition.transitions.values():
        yield from (who for who in actors(transition, play) if who in known)
    if member.ticket.assignee in known:
        yield str(member.ticket.assignee)
