"""How the rules of the procedure book stand: where each is carried out, which scenarios show it, what came of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from service.scenario_runs import run_all
from workflow.catalogue import Catalogue
from workflow.procedure_book import FIRM, Rule
from workflow.reading.carried_out import Place, places_of
from workflow.scenario import Scenario

Lack = Literal["not_carried_out", "not_shown", "fails"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A scenario that names a rule, and whether it came true just now."""

    scenario: Scenario
    passed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One rule: its places, and the scenarios that show it."""

    rule: Rule
    places: tuple[Place, ...]
    shown: tuple[Shown, ...]

    @property
    def lacks(self) -> tuple[Lack, ...]:
        """What is missing of a rule that definitions are to carry out; nothing of any other one."""
        if not self.rule.to_carry_out:
            return ()
        found: list[Lack] = [] if self.places else ["not_carried_out"]
        if not self.shown:
            found.append("not_shown")
        if not all(one.passed for one in self.shown):
            found.append("fails")
        return tuple(found)

    @property
    def left_out(self) -> bool:
        """It is firm, and the book itself says why it is not carried out as it stands."""
        return self.rule.grade in FIRM and not self.rule.to_carry_out


def standings(catalogue: Catalogue, files: Mapping[str, str | bytes], ids: Collection[str]) -> Iterator[Standing]:
    """Each of these rules, in the order of the book; its scenarios are run.

    `files` are those from which the catalogue was made.
    """
    wanted = {id_: rule for id_, rule in catalogue.book.rules.items() if id_ in ids}
    telling = [one for one in catalogue.scenarios if wanted.keys() & set(one.rules)]
    passed = {(one.scenario.workflow, one.scenario.name): one.passed for one in run_all(catalogue, files, telling)}
    places = places_of(files)
    for id_, rule in wanted.items():
        yield Standing(
            rule=rule,
            places=places.get(id_, ()),
            shown=tuple(
                Shown(scenario=one, passed=passed[one.workflow, one.name]) for one in telling if id_ in one.rules
            ),
        )
