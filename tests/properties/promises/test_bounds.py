"""The figures of made-up definitions, held against everything that people and time can do with a ticket of them.

`make prove` judges as many as it is asked for; these are the first of them.
"""

from __future__ import annotations

import pytest

from tests.properties.promises.rounds import SEED, judged


@pytest.mark.parametrize("number", [SEED, SEED + 1, SEED + 2])
def test_no_silence_is_longer_than_its_figure_and_what_is_exact_replays(number: int) -> None:
    tally = judged(number)
    assert not tally.faults, tally.faults[0]
    assert len(tally.texts) > 40
