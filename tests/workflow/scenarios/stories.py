"""Scenarios of a small house: a survey that opens corrective actions, a loan with every kind of clock."""

from __future__ import annotations

from tests.families import FILES
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.scenarios.expecting import Mismatch
from workflow.scenarios.running import Outcome, run
from workflow.scenarios.stage import Stage

LOAN = """\
workflow: loan
calendar: office
accountable: desk
fields:
  borrower: {type: person}
  back_at: {type: datetime, max: 60 days after opened}
  amount: {type: number}
  reason: {type: text, confidential: personal}
  asked_again: {type: list, of: {note: {type: text}}}
states:
  asked:
    approvals: [{by: boss}]
    granted: lent
    refused: declined
  lent: {responsible: borrower}
  away: {responsible: borrower}
  back: {end: true}
  declined: {end: true}
transitions:
  ask: {from: new, to: asked, by: anyone, fill: [borrower], may_fill: [back_at, amount, reason]}
  send_away: {from: lent, to: away, by: desk, at_most: 1}
  bring_back:
    from: [lent, away]
    to: back
    by: [borrower, desk]
    checks: [{must: not amount > 2, zh: 数量太多, en: Too many at once}]
  return_to: {from: away, to: lent, by: [desk, clock]}
deadlines:
  bring_back:
    since: lent
    within: 2 working days
    replaced_by: back_at
    until: bring_back
    paused_in: away
    soon: [{left: 1 working day, notify: borrower, ask_for: bring_back}]
    late: [{every: 1 day, notify: [desk, boss], set: {priority: high}}]
reminders:
  far_away: {since: away, after: 3 days, while: away, move: return_to, notify: boss}
  resting: {since: last move, after: 5 days, every: 1 day, at: "09:00", while: anywhere, notify: [responsible, desk]}
"""


def with_scenarios(text: str, **changed: str) -> Catalogue:
    """The house with these scenarios; `changed` are other texts of its workflows."""
    files = {**FILES, "loan.yaml": LOAN} | {f"{name}.yaml": one for name, one in changed.items()}
    return compile_catalogue({**files, "scenarios/stories.yaml": text})


def ran(steps: str, *, workflow: str = "loan", given: str = "", **changed: str) -> Outcome:
    """A scenario of these steps, run; it begins on Monday, 12 October 2026, at nine."""
    header = f'scenario: story\nworkflow: {workflow}\ngiven: {{at: "2026-10-12 09:00", people: {{li: desk}}{given}}}\n'
    catalogue = with_scenarios(f"{header}steps:\n{steps}", **changed)
    (scenario,) = catalogue.scenarios
    return run(scenario, Stage(catalogue))


def told_wrong(steps: str, **more: str) -> Mismatch:
    """The one thing that is not as expected."""
    (mismatch,) = ran(steps, **more).mismatches
    return mismatch
