"""Rows that have nothing to break yet; each says so in the table."""

from __future__ import annotations

from collections.abc import Callable

from tests.chaos.matrix import LeftOut, Row, Tally
from tests.chaos.scene import Stage


def _left_out(why: str) -> Callable[[Stage, Tally, int], None]:
    def run(stage: Stage, tally: Tally, n: int) -> None:
        raise LeftOut(why)

    return run


def _row(name: str, what: str, keeps: str, why: str) -> Row:
    return Row(name=name, what=what, keeps=keeps, run=_left_out(why), n=1, few=0)


RECEIVER = _row(
    "F17", "a receiver of notices that hangs, drips or lies", "I10",
    "notices are read in Duban itself and delivered inside the database: there is no receiver outside yet",
)  # fmt: skip
