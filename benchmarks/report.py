"""What is told of the results: every row in benchmarks/README.md, and what is promised, with the worst row of each, in
the README of the project. `results.json` is where both come from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from benchmarks.table import markdown

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
BEGIN, END = "<!-- results: written by make bench -->", "<!-- end of results -->"

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What a reader is told: `rows` is a pattern of the names of rows, all of which must reach the same."""

    what: str
    against: str
    rows: str
    must: str


TRIGGER = "one bare trigger of `transitions`"
HAND, SCHEMAS = "by hand: Flask and SQLAlchemy Core", "by hand, with flask-smorest schemas and token"

PROMISES = (
    Promise(what="`decide`, no clock touched", against=TRIGGER, rows="decide, no clock touched*", must="≤ 5"),
    Promise(
        what="`decide`, clocks planned",
        against="the trigger, bare working-time adds and frozen rows",
        rows="decide, clocks planned*",
        must="≤ 2",
    ),
    Promise(what="adding working time", against="two bisections", rows="add * / two bisections", must="≤ 3"),
    Promise(what="adding working time", against="`workclock`", rows="add * / workclock", must="≤ 1"),
    *(
        one
        for kind, title, slowest in (("postgresql", "PostgreSQL", "1.5"), ("sqlite", "SQLite", "2"))
        for one in (
            Promise(what=f"HTTP, {title}: requests/s", against=HAND, rows=f"http-{kind}-*-rate-bare", must="≥ 0.6"),
            Promise(
                what=f"HTTP, {title}: requests/s", against=SCHEMAS, rows=f"http-{kind}-*-rate-schemas", must="≥ 0.85"
            ),
            Promise(
                what=f"HTTP, {title}: p99", against="by hand, either", rows=f"http-{kind}-*-p99-*", must=f"≤ {slowest}"
            ),
        )
    ),
    Promise(
        what="a saved, audited transition through Python",
        against="Django ORM and viewflow.fsm, the same rows",
        rows="python-*-saved",
        must="≤ 1",
    ),
    *(
        Promise(
            what=f"1,000 due at once, 1,000,000 armed, {title}: lateness p99",
            against="one APScheduler job per deadline",
            rows=f"due-{kind}-jobs",
            must=must,
        )
        for kind, title, must in (("postgresql", "PostgreSQL", "≤ 0.25"), ("sqlite", "SQLite", "≤ 0.1"))
    ),
    Promise(
        what="the same, either database", against="the bare sweep, without an engine", rows="due-*-bare", must="≤ 2.5"
    ),
    Promise(what="10,000 due at once, two schedulers", against="one", rows="two-near", must="≥ 1"),
    Promise(what="the same, 2 ms added to every statement", against="one", rows="two-far", must="≥ 1.6"),
    Promise(what="a sweep with nothing due, 1,000,000 armed", against="1,000 armed", rows="nothing-*", must="≤ 1.2"),
    Promise(
        what="1,000,000 open tickets: list page, opened ticket, sweep of 1,000 due",
        against="10,000 open tickets",
        rows="million-*",
        must="≤ 1.5",
    ),
    Promise(
        what="the same: searches, the inbox, filters, figures (an aim of our own)",
        against="10,000 open tickets",
        rows="daily-*",
        must="≤ 1.5",
    ),
    Promise(what="the most memory that a scheduler holds", against="200 MB", rows="memory-most", must="≤ 1"),
)


def results() -> Answer | None:
    """What was measured last, None before that."""
    if not RESULTS.exists():
        return None
    found: Answer = json.loads(RESULTS.read_text("utf-8"))
    return found


def described(machine: Mapping[str, Any]) -> str:
    """The machine in a line."""
    return ", ".join(f"{value} cores" if name == "cores" else f"{name} {value}" for name, value in machine.items())


def full_text(answer: Answer) -> str:
    """Every row."""
    return f"{described(answer['machine'])}.\n\n{markdown(answer['rows'])}"


def short_text(answer: Answer) -> str:
    """What is promised, and how it stands with the worst row of each."""
    lines = ["| what | measured against | ratio must be | is |", "| --- | --- | ---: | ---: |"]
    for promise in PROMISES:
        rows = [row for row in answer["rows"] if fnmatchcase(row["row"], promise.rows)]
        lines.append(f"| {promise.what} | {promise.against} | {promise.must} | {_stands(promise, rows)} |")
    return f"{described(answer['machine'])}.\n\n" + "\n".join(lines) + "\n"


def _stands(promise: Promise, rows: Sequence[Mapping[str, Any]]) -> str:
    ratios = [row["ratio"] for row in rows if row["ratio"] is not None]
    if not ratios or len(ratios) < len(rows):
        return "not measured"
    worst = max(ratios) if promise.must.startswith("≤") else min(ratios)
    return f"{worst:.2f}" if all(row["met"] for row in rows) else f"**{worst:.2f}, not met**"


def with_results(page: str, text: str) -> str:
    """A page with other results between its marks."""
    before, mark, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not mark or not end:
        raise ValueError(f"the page has no place for results: {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{text}\n{END}{after}"


PAGES = ((HERE / "README.md", full_text), (HERE.parent / "README.md", short_text))
"""Where results are told, and how much of them."""


def write(answer: Answer) -> None:
    """Puts the results where they are kept, and where they are told."""
    RESULTS.write_text(json.dumps(answer, ensure_ascii=False, indent=1) + "\n", "utf-8")
    for page, text in PAGES:
        page.write_text(with_results(page.read_text("utf-8"), text(answer)), "utf-8")
