"""Rounds: made-up definitions by the hundred, each judged; every round is the outcome of its number."""

from __future__ import annotations

import time
import traceback
from collections import Counter
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.properties.promises.distribution import traits
from tests.properties.promises.judging import Tally, judge
from tests.properties.promises.making import MadeUp, definitions
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty

SEED = 20260101
"""The number of the first round, unless another is asked for."""

MADE = 100
"""So many are made up in a round; those that a check refuses, or that it has met already, do not count."""

LEAST_NEW = 20
"""A round brings at least so many that are right and new; as a rule about sixty."""

MOST = 150
"""So many tickets of each definition are looked at."""


SECONDS_TO_SHRINK = 40


class ShortEnough(BaseException):
    """The definition with which something is wrong has been made smaller for long enough: no plain Exception, so that
    the search ends with it."""


@dataclass(slots=True)
class _Faulty:
    """The smallest definition so far with which something is wrong, and when the first of them was met."""

    said: str = ""
    since: float = 0.0

    def note(self, wrong: list[str], text: str) -> None:
        said = "\n".join([*wrong, "", text])
        if not self.said:
            self.since = time.monotonic()
        if not self.said or len(text) < len(self.said):
            self.said = said
        if time.monotonic() - self.since > SECONDS_TO_SHRINK:
            raise ShortEnough
        raise AssertionError


def judged(number: int, most: int = MOST) -> Tally:
    """The tally of one round. What is wrong is among its faults, with one definition in as few words as possible."""
    tally, faulty = Tally(), _Faulty()
    try:
        _round(number, most, tally, faulty)
    except (AssertionError, ShortEnough):
        tally.faults.append(f"round {number}: {faulty.said}")
    return tally


def _round(number: int, most: int, tally: Tally, faulty: _Faulty) -> None:
    known: set[str] = set()

    @seed(number)
    @settings(
        max_examples=MADE,
        database=None,
        deadline=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(definitions())
    def one(made: MadeUp) -> None:
        text = made.text()
        if text in known:
            return
        try:
            catalogue = compile_catalogue(made.files)
        except DefinitionFaulty:
            known.add(text)
            return
        had = Tally()
        try:
            wrong = judge(catalogue, catalogue.definitions["job"], had, most=most, seed=number)
        except Exception:  # noqa: BLE001  # whatever is raised is said with the definition that raises it
            wrong = [traceback.format_exc()]
        if wrong:
            faulty.note(wrong, text)
        known.add(text)
        had.traits = Counter(traits(catalogue, made.files.values()))
        had.texts = {text}
        tally.add(had)

    one()
