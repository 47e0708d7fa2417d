"""The benchmarks are never timed here: that they run, say what they must reach, and that what is told of them is so."""

from __future__ import annotations

import json
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from benchmarks import place, report
from benchmarks.__main__ import SUBJECTS, rows
from benchmarks.house import house
from benchmarks.peers import by_hand, endpoint
from benchmarks.sameness import WritesDiffer, require_same, rows_of
from benchmarks.table import Figure, Row, markdown
from service import moves
from service.db import writing
from service.moves import Request
from service.now import SystemNow, instant_here
from workflow.compiling import compile_catalogue

ROOT = Path(__file__).parents[1]


def test_a_quick_run_writes_a_table_and_json(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = [sys.executable, "-m", "benchmarks", "in_memory", "--quick", "--json", str(file)]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr  # 1: a row is not met, which a busy machine may do
    answer = json.loads(file.read_text("utf-8"))
    assert answer["machine"]["cores"] >= 1
    assert answer["quick"]
    assert ran.stdout.startswith("A quick run, with far fewer tickets than its rows say")
    for row in answer["rows"]:
        assert row["what"] in ran.stdout
        assert row["ratio"] > 0
        assert row["met"] in (True, False)
        assert not row["fault"]


def test_a_large_house_after_the_pattern_of_all_that_is_shipped_has_no_error() -> None:
    assert len(compile_catalogue(house(60)).definitions) >= 60


SLOWER = Row(name="slower", what="ours", against="theirs", unit="ms", most=2)


def test_a_ratio_is_the_median_of_rounds_that_ran_side_by_side() -> None:
    figure = Figure(row=SLOWER, ours=(2, 30, 4), theirs=(1, 10, 4))
    assert figure.ratio == 2
    assert figure.met


def test_a_row_that_misses_its_target_says_so() -> None:
    figure = Figure(row=SLOWER, ours=(3,), theirs=(1,))
    assert figure.met is False
    assert "| 3 ms | 1 ms | 3.00 | ≤ 2 | **not met** |" in markdown([figure.to_json()])


def test_what_could_not_be_measured_is_not_met() -> None:
    figure = Figure(row=SLOWER, fault="broke off")
    assert figure.met is False
    assert "**broke off**" in markdown([figure.to_json()])


def test_the_endpoint_by_hand_makes_the_same_writes(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "duban.db"))
    place.furnished(url)
    with place.opened(url):
        ours, theirs = place.in_repair(2)
        with writing() as session:
            request = Request(person="zhao", transition="return_order", fields=place.RESULT, version=2)
            moves.move_ticket(session, SystemNow(), ours, request)
        with pytest.raises(WritesDiffer):
            require_same(rows_of(ours), rows_of(theirs))
        with endpoint.Store(url).writing() as connection:
            by_hand.return_order(connection, theirs, 2, place.RESULT["repair_result"], "zhao", instant_here())
        require_same(rows_of(ours), rows_of(theirs))


@pytest.fixture(scope="module")
def table() -> dict[str, Row]:
    """Every row by its name."""
    return {row.name: row for subject in SUBJECTS for row in rows(subject)}


def test_every_row_has_a_name_of_its_own(table: dict[str, Row]) -> None:
    assert len(table) == sum(len(rows(subject)) for subject in SUBJECTS)


@pytest.mark.parametrize("promise", report.PROMISES, ids=lambda one: f"{one.what} / {one.against}")
def test_what_is_promised_is_what_its_rows_must_reach(promise: report.Promise, table: dict[str, Row]) -> None:
    found = [row for name, row in table.items() if fnmatchcase(name, promise.rows)]
    assert found
    assert {row.must for row in found} == {promise.must}


def test_every_row_that_must_reach_something_is_promised(table: dict[str, Row]) -> None:
    bound = {name for name, row in table.items() if row.must}
    assert bound == {name for name in bound if any(fnmatchcase(name, one.rows) for one in report.PROMISES)}


def test_the_readmes_tell_what_was_measured() -> None:
    answer = report.results()
    for page, text in report.PAGES:
        told = text(answer) if answer else "Not measured yet.\n"
        written = page.read_text("utf-8")
        assert report.with_results(written, told) == written


def test_a_promise_tells_its_worst_row(table: dict[str, Row]) -> None:
    figures = [
        Figure(row=table["two-near"], ours=(4,), theirs=(2,)),
        Figure(row=table["nothing-sqlite"], ours=(1,), theirs=(1,)),
        Figure(row=table["nothing-postgresql"], ours=(3,), theirs=(2,)),
    ]
    text = report.short_text({"machine": {"cores": 2}, "rows": [one.to_json() for one in figures]})
    assert "| 10,000 due at once, two schedulers | one | ≥ 1 | 2.00 |" in text
    assert "| ≤ 1.2 | **1.50, not met** |" in text
    assert "| ≤ 5 | not measured |" in text
