"""Running: a scenario from its first step to its last, or to the first that is not as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.calendar import HorizonPassed
from workflow.definition import Text
from workflow.kin import MemberFaulty
from workflow.scenario import Do, Expect, Scenario, Step
from workflow.scenarios.coverage import Part
from workflow.scenarios.expecting import Mismatch, mismatches, refusal_mismatch
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.play import Play
from workflow.scenarios.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario: it passed if nothing is different; otherwise `play` shows how far it came.

    `play` is None where not even the first step could be taken.
    """

    scenario: Scenario
    mismatches: tuple[Mismatch, ...] = ()
    play: Play | None = None

    @property
    def passed(self) -> bool:
        return not self.mismatches

    @property
    def taken(self) -> frozenset[Part]:
        """What of the definitions it has come through."""
        return frozenset(self.play.taken) if self.play is not None else frozenset()


def run(scenario: Scenario, stage: Stage) -> Outcome:
    """Run a scenario; whatever goes wrong with it is told in the outcome."""
    play: Play | None = None
    found: tuple[Mismatch, ...] = ()
    step: Step = Step(position=scenario.position)
    try:
        play = Play(stage, scenario)
        for step in scenario.steps:
            found = tuple(_taken(step, play))
            if found:
                break
    except (NotFitting, MemberFaulty, HorizonPassed) as fault:
        found = (Mismatch(position=step.position, what="step", text=_said(fault)),)
    return Outcome(scenario=scenario, mismatches=found, play=play)


def _taken(step: Step, play: Play) -> Iterator[Mismatch]:
    """Take a step; what is not as expected then."""
    if isinstance(step, Expect):
        yield from mismatches(step, play)
        return
    refusal = play.take(step)
    refused = step.refused if isinstance(step, Do) else ()
    found = refusal_mismatch(refused, refusal.blockers if refusal else (), step.position)
    if found is not None:
        yield found


def _said(fault: Exception) -> Text:
    if isinstance(fault, NotFitting):
        return fault.text
    cause = fault.__cause__ if isinstance(fault, MemberFaulty) else fault
    return Text(f"this cannot be worked out: {cause or fault}", f"无法推算：{cause or fault}")
