"""That made-up definitions are right often enough, and like those that people write in all that makes them hard."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.properties.promises.distribution import TRAITS, table, traits
from tests.properties.promises.making import MadeUp, definitions
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty


def test_most_are_right_and_nothing_that_makes_them_hard_is_rare() -> None:
    counted: Counter[str] = Counter()
    texts: list[str] = []

    @seed(20260101)
    @settings(
        max_examples=250, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(definitions())
    def make(made: MadeUp) -> None:
        texts.append(made.text())
        try:
            catalogue = compile_catalogue(made.files)
        except DefinitionFaulty:
            return
        counted["right"] += 1
        counted.update(traits(catalogue, made.files.values()))

    make()
    assert len(set(texts)) > 0.7 * len(texts)
    assert counted["right"] > 0.6 * len(texts)
    rare = [trait for trait in TRAITS if counted[trait] < 0.02 * counted["right"]]
    assert not rare, "\n".join(table(counted, counted["right"]))
