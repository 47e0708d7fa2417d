"""What is proved of the shipped definitions."""

import datetime as dt
from pathlib import Path

import pytest

from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.promises.figure import Figure, Kind
from workflow.promises.proving import figures

DEFINITIONS = Path(__file__).parents[3] / "definitions"
AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
MORNING = 9 * HOUR - dt.timedelta(microseconds=1)
"""From just after midnight to nine."""


@pytest.fixture(scope="module")
def shipped() -> Catalogue:
    return compile_catalogue(
        {str(path.relative_to(DEFINITIONS)): path.read_text() for path in DEFINITIONS.rglob("*.yaml")}
    )


@pytest.fixture(scope="module")
def proved(shipped: Catalogue) -> dict[tuple[str, str, Kind], Figure]:
    found = (figure for one in shipped.definitions.values() for figure in figures(shipped, one, AT))
    return {(one.workflow, one.state, one.kind): one for one in found}


def test_nearly_every_figure_has_its_witness(proved: dict[tuple[str, str, Kind], Figure]) -> None:
    exact = [one for one in proved.values() if one.exact]
    assert len(exact) >= 0.9 * len(proved), f"{len(exact)} of {len(proved)} figures are exact"


def test_no_shipped_ticket_is_ever_forgotten(proved: dict[tuple[str, str, Kind], Figure]) -> None:
    assert [one for one in proved.values() if one.longest is None] == []


def test_the_longest_silence_is_never_shorter_than_the_first_telling(
    proved: dict[tuple[str, str, Kind], Figure],
) -> None:
    for (workflow, state, kind), figure in proved.items():
        if kind == "first_telling" and figure.longest is not None:
            longest = proved[workflow, state, "longest_silence"].longest
            assert longest is None or longest >= figure.longest


@pytest.mark.parametrize(
    ("workflow", "state", "kind", "longest"),
    [
        # Ten minutes before the half hour; then every half hour, the levels at half an hour and an hour among them.
        ("repair", "dispatched", "first_telling", HOUR / 3),
        ("repair", "dispatched", "longest_silence", HOUR / 2),
        # Four hours before the 24; coming back from waiting uses up what was left.
        ("repair", "in_repair", "first_telling", 20 * HOUR),
        # The centre is asked to follow up every day, until the clock moves on after three.
        ("repair", "waiting", "longest_silence", DAY),
        ("complaint", "received", "first_telling", HOUR / 3),
        ("complaint", "received", "longest_silence", HOUR),
        ("complaint-critical", "transferred", "longest_silence", HOUR / 4),
        # An important complaint that is classified at once: 20 minutes before its hour.
        ("complaint-important", "classified", "first_telling", 2 * HOUR / 3),
        # Two working days from the 13th of February: the 14th is worked, then the Spring Festival up to the 23rd.
        ("repair", "returned", "first_telling", 11 * DAY),
        # A working day over the same festival, and on to nine in the morning.
        ("activity", "approving", "longest_silence", 10 * DAY + MORNING),
        # Five working days over the festivals of the autumn: 23 and 24, 28 to 30 September, then until 7 October.
        ("survey", "planning", "first_telling", 15 * DAY),
        ("action-item", "done", "longest_silence", 15 * DAY + MORNING),
        # An hour after lending it costs money, and the service centre hears of it.
        ("item-loan", "on_loan", "first_telling", HOUR),
    ],
)
def test_a_figure_is_what_is_worked_out_by_hand(
    proved: dict[tuple[str, str, Kind], Figure], workflow: str, state: str, kind: Kind, longest: dt.timedelta
) -> None:
    figure = proved[workflow, state, kind]
    assert (figure.longest, figure.exact) == (longest, True)
