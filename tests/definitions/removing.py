"""`python -m tests.definitions.removing [WORKFLOW]`: whether a scenario of a rule notices that what carries it is gone.

Each part of the shipped definitions with `rules:` is taken away, one at a time, and the scenarios that name the rule
are run: one of them must fail. Where nothing can be taken away, the table says what counts instead: `enters` is a
scenario of the rule that enters the state, `opens` one that opens such a ticket at all; a promise is proved.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from tests.definitions.shipped import published
from tests.definitions.taking_away import (
    Data,
    Kind,
    Part,
    closure,
    family_of,
    flat,
    house,
    opened_as,
    parts,
    taken_away,
)
from workflow.scenario import Scenario
from workflow.scenarios.running import Outcome, run
from workflow.scenarios.stage import Stage

FAILS, ENTERS, OPENS, PROVED, NOT_ASKED = "fails", "enters", "opens", "proved", "not asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What came of taking away a part, as far as one rule goes: `how` a scenario notices; empty if none does."""

    part: Part
    rule: str
    how: str
    noticed: tuple[str, ...] = ()
    asked: int = 0

    @property
    def said(self) -> str:
        if self.how == PROVED:
            return "a promise, proved by duban check"
        if self.how == NOT_ASKED:
            return "soft, or left out by the book"
        if self.how:
            return f"{self.how}: {', '.join(self.noticed)}"
        return (
            f"NOT NOTICED by any of {self.asked} scenarios" if self.asked else f"NOT NOTICED: no scenario {self.rule}"
        )


@cache
def scenarios() -> tuple[Scenario, ...]:
    return published().scenarios


def asked(rule: str) -> bool:
    """Whether a scenario must show the rule; of one that the book has not, nobody knows that it is soft."""
    written = published().book.rules.get(rule)
    return written is None or written.to_carry_out


def rows(workflow: str | None = None) -> Iterator[Row]:
    """One for each part and rule of it; of one definition with its classes, or of all."""
    chosen = frozenset(flat()) if workflow is None else frozenset(family_of(opened_as(workflow)))
    for part in parts():
        if chosen & part.paths.keys():
            kind, changed = taken_away(part)
            yield from (_row(part, rule, kind, changed) for rule in part.rules)


def _row(part: Part, rule: str, kind: Kind, changed: dict[str, Data] | None) -> Row:
    if kind == "promised":
        return Row(part=part, rule=rule, how=PROVED)
    if not asked(rule):
        return Row(part=part, rule=rule, how=NOT_ASKED)
    told = [one for one in scenarios() if rule in one.rules and closure(one.workflow) & part.paths.keys()]
    named = [one for one in told if outcome(one).passed]
    how = {"entered": ENTERS, "opened": OPENS}.get(kind, FAILS)
    if changed is None:
        noticed = [one.name for one in named if kind == "opened" or _enters(one, part)]
    else:
        noticed = list(failing(named, changed))
        if not noticed and part.path[:1] == ("states",) and len(part.path) == 2 and _only_who(part):
            how, noticed = ENTERS, [one.name for one in named if _enters(one, part)]
    return Row(part=part, rule=rule, how=how if noticed else "", noticed=tuple(noticed[:2]), asked=len(told))


def failing(named: Iterable[Scenario], changed: dict[str, Data]) -> Iterator[str]:
    stages: dict[str, Stage] = {}
    for one in named:
        if one.workflow not in stages:
            stages[one.workflow] = Stage(house(one.workflow, changed))
        if not run(one, stages[one.workflow]).passed:
            yield one.name
            return


def _only_who(part: Part) -> bool:
    """Whether nothing can be missed of a state but who must act in it."""
    kept = flat()[part.workflow].find(part.path)
    return kept is not None and not kept.parts.keys() & {"approvals", "notify", "set", "assign", "open", "move"}


def _enters(scenario: Scenario, part: Part) -> bool:
    play = outcome(scenario).play
    return play is not None and any(
        one.state == part.paths[one.definition.name][-1] for one in play.history if one.definition.name in part.paths
    )


@cache
def _stage(workflow: str) -> Stage:
    return Stage(house(workflow, {}))


_OUTCOMES: dict[tuple[str, str], Outcome] = {}


def outcome(scenario: Scenario) -> Outcome:
    """What comes of a scenario as the house is."""
    key = scenario.workflow, scenario.name
    if key not in _OUTCOMES:
        _OUTCOMES[key] = run(scenario, _stage(scenario.workflow))
    return _OUTCOMES[key]


def table(found: Sequence[Row]) -> Iterator[str]:
    """The table in lines."""
    cells = [
        (
            f"{one.part.workflow} {one.part.called}",
            one.rule,
            f"{one.part.position.path}:{one.part.position.line}",
            one.said,
        )
        for one in found
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)][:-1] if cells else []
    for row in cells:
        yield "  ".join([*(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)), row[-1]])
    missed = sum(not one.how for one in found)
    yield f"{len(found)} parts and rules, {missed} not noticed"


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.definitions.removing", description=__doc__)
    wanted.add_argument("workflow", nargs="?", choices=sorted(flat()), metavar="WORKFLOW", help="only this one")
    wanted.add_argument("--missed", action="store_true", help="only what is not noticed")
    given = wanted.parse_args()
    found = list(rows(given.workflow))
    shown = [one for one in found if not one.how] if given.missed else found
    sys.stdout.writelines(f"{line}\n" for line in table(shown))
    return 1 if any(not one.how for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
