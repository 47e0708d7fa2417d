"""Running: a scenario from its first step to its last, or to the first that is not as expected."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workflow.calendar import HorizonPassed
from workflow.definition import Text
from workflow.kin import MemberFaulty
from workflow.scenario import Do, Down, Expect, Open, Scenario, Step, Wait
from workflow.scenarios.coverage import Part
from workflow.scenarios.expecting import Mismatch, mismatches, refusal_mismatch
from workflow.scenarios.fitting import NotFitting
from workflow.scenarios.house import House
from workflow.scenarios.site import Site
from workflow.scenarios.writing import instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a scenario: it passed if nothing is different; otherwise `house` shows how far it came.

    `steps` are those that were taken; `house` is None where not even the first could be.
    """

    scenario: Scenario
    mismatches: tuple[Mismatch, ...] = ()
    steps: int = 0
    taken: frozenset[Part] = frozenset()
    house: House | None = None

    @property
    def passed(self) -> bool:
        return not self.mismatches


def run(scenario: Scenario, site: Site) -> Outcome:
    """Run a scenario; whatever goes wrong with it is told in the outcome."""
    house: House | None = None
    steps = 0
    found: tuple[Mismatch, ...] = ()
    step: Step = Step(position=scenario.position)
    try:
        house = House(site, scenario)
        for step in scenario.steps:
            found = tuple(_taken(step, house))
            steps += 1
            if found:
                break
    except (NotFitting, MemberFaulty, HorizonPassed) as fault:
        found = (Mismatch(position=step.position, what="step", text=_said(fault)),)
    taken = frozenset(house.taken) if house is not None else frozenset()
    return Outcome(scenario=scenario, mismatches=found, steps=steps, taken=taken, house=house)


def _taken(step: Step, house: House) -> Iterator[Mismatch]:
    """Take a step; what is not as expected then."""
    match step:
        case Do():
            refusal = house.do(step.transition, step.by, step.fill, row=step.row, ticket=step.ticket)
            found = refusal_mismatch(step.refused, refusal.blockers if refusal else (), step.position)
            if found is not None:
                yield found
        case Open():
            refusal = house.open_recurring(step.schedule, step.party)
            found = refusal_mismatch((), refusal.blockers if refusal else (), step.position)
            if found is not None:
                yield found
        case Wait(amount=None, until=until) if until is not None:
            house.wait(instant(until, house.calendar))
        case Wait(amount=amount) if amount is not None:
            house.wait_for(amount)
        case Down():
            since = house.now if step.since is None else instant(step.since, house.calendar)
            house.down(since, instant(step.until, house.calendar))
        case Expect():
            yield from mismatches(step, house)


def _said(fault: Exception) -> Text:
    if isinstance(fault, NotFitting):
        return fault.text
    cause = fault.__cause__ if isinstance(fault, MemberFaulty) else fault
    return Text(f"this cannot be worked out: {cause or fault}", f"无法推算：{cause or fault}")
