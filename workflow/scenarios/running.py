"""Running: a scenario from its first step to its last, or to the first that cannot be taken.

What is not as expected is told, and the story goes on; it ends where a move is refused that was to be made, and at a
step that names something that there is not.
"""

from __future__ import annotations

from dataclasses import dataclass

from workflow.calendar import HorizonPassed
from workflow.definition import Text
from workflow.kin import MemberFaulty
from workflow.scenario import Do, Expect, Open, Scenario, Step
from workflow.scenarios.coverage import Part
from workflow.scenarios.expecting import Mismatch, mismatches, refusal_mismatch
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.misnaming import misnamed, misnamed_roles, unfit, without
from workflow.scenarios.play import Play
from workflow.scenarios.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario: it passed if nothing is different; otherwise `play` shows how far it came.

    `play` is None where not even the first step could be taken. `before` is how many things had happened when the first
    difference was found, `untaken` how many steps come after the one at which the story ended.
    """

    scenario: Scenario
    mismatches: tuple[Mismatch, ...] = ()
    play: Play | None = None
    before: int = 0
    untaken: int = 0

    @property
    def passed(self) -> bool:
        return not self.mismatches

    @property
    def taken(self) -> frozenset[Part]:
        """What of the definitions it has come through."""
        return frozenset(self.play.taken) if self.play is not None else frozenset()


def run(scenario: Scenario, stage: Stage) -> Outcome:
    """Run a scenario; whatever goes wrong with it is told in the outcome."""
    try:
        play = Play(stage, scenario)
    except NotFitting as fault:
        return Outcome(scenario=scenario, mismatches=(unfit(fault, scenario),), untaken=len(scenario.steps))
    found = [one.mismatch for one in misnamed_roles(play)]
    if found:
        return Outcome(scenario=scenario, mismatches=tuple(found), play=play, untaken=len(scenario.steps))
    before = untaken = 0
    for number, step in enumerate(scenario.steps, start=1):
        here, goes_on = _taken(step, play)
        if here and not found:
            before = len(play.history)
        found += here
        if not goes_on:
            untaken = len(scenario.steps) - number
            break
    return Outcome(scenario=scenario, mismatches=tuple(found), play=play, before=before, untaken=untaken)


def _taken(step: Step, play: Play) -> tuple[list[Mismatch], bool]:
    """Take a step: what is not as expected then, and whether the story goes on."""
    wrong = tuple(misnamed(step, play))
    found = [one.mismatch for one in wrong]
    expects = isinstance(step, Expect)
    try:
        if isinstance(step, Expect):
            found += mismatches(without(step, wrong, play) if wrong else step, play)
            return found, True
        refused = step.refused if isinstance(step, Do | Open) else ()
        if any(one.path[0] != "refused" for one in wrong):
            return found, False
        refusal = play.take(step)
        if not wrong:
            differing = refusal_mismatch(refused, refusal.blockers if refusal else (), step.position)
            found += [] if differing is None else [differing]
        return found, refusal is None or bool(refused)
    except NotFitting as fault:
        return [*found, unfit(fault, step)], expects
    except (MemberFaulty, HorizonPassed) as fault:
        cause = fault.__cause__ if isinstance(fault, MemberFaulty) else fault
        text = Text(f"this cannot be worked out: {cause or fault}", f"无法推算：{cause or fault}")
        return [*found, Mismatch(position=step.position, what="step", text=text)], False
