"""The benchmarks are never timed here: that they run, say what they must reach, and that what is told of them is so."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import URL

from benchmarks import place
from benchmarks.peers import by_hand, endpoint
from benchmarks.table import Figure, Row, markdown
from service import moves, tables
from service.db import reading, table_of, writing
from service.moves import Request
from service.now import SystemNow, instant_here

ROOT = Path(__file__).parents[1]


def test_a_quick_run_writes_a_table_and_json(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    words = [sys.executable, "-m", "benchmarks", "in_memory", "--quick", "--json", str(file)]
    ran = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode in (0, 1), ran.stderr  # 1: a row is not met, which a busy machine may do
    answer = json.loads(file.read_text("utf-8"))
    assert answer["machine"]["cores"] >= 1
    for row in answer["rows"]:
        assert row["what"] in ran.stdout
        assert row["ratio"] > 0
        assert row["met"] in (True, False)
        assert not row["fault"]


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


def _rows_of(number: str) -> dict[str, list[dict[str, object]]]:
    """What the database holds of a ticket, without ids, instants, salts and digests: those are never the same."""
    kinds = (tables.Ticket, tables.Entry, tables.FieldValue, tables.Clock, tables.Timer, tables.Notice)
    found = {}
    with reading() as session:
        id_ = session.execute(select(tables.Ticket.id).where(tables.Ticket.number == number)).scalar_one()
        for kind in kinds:
            table = table_of(kind)
            key = table.c.id if kind is tables.Ticket else table.c.ticket_id
            rows = session.execute(select(table).where(key == id_)).mappings()
            alike = [{name: _alike(name, value) for name, value in row.items()} for row in rows]
            found[table.name] = sorted(alike, key=repr)
    return found


def _alike(name: str, value: object) -> object:
    if name in ("id", "number", "ticket_id", "salt", "digest"):
        return None
    if isinstance(value, dict):
        return {key: _alike(key, each) for key, each in value.items()}
    if isinstance(value, list):
        return [_alike(name, each) for each in value]
    if isinstance(value, dt.datetime) or (isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value)):
        return "an instant"
    return value


def test_the_endpoint_by_hand_makes_the_same_writes(tmp_path: Path) -> None:
    url = URL.create("sqlite", database=str(tmp_path / "duban.db"))
    place.furnished(url)
    with place.opened(url):
        ours, theirs = place.in_repair(2)
        before = _rows_of(ours)
        with writing() as session:
            request = Request(person="zhao", transition="return_order", fields=place.RESULT, version=2)
            moves.move_ticket(session, SystemNow(), ours, request)
        with endpoint.Store(url).writing() as connection:
            by_hand.return_order(connection, theirs, 2, place.RESULT["repair_result"], "zhao", instant_here())
        assert _rows_of(theirs) == _rows_of(ours) != before
