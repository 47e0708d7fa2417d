"""In which states a deadline's clock may run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import deadline, lifecycle, transition
from workflow.definition import NEW
from workflow.running import runs_in


@pytest.mark.parametrize(
    ("since", "until", "states"),
    [
        ("begin", "finish", {"open", "waiting"}),
        ("opening", "close", {"open", "waiting", "done"}),
        ("waiting", "go_on finish", {"waiting"}),
        ("waiting", "go_on", {"waiting", "done", "open"}),
        ("waiting", "finish", {"open", "waiting"}),
        ("finish", "close reopen", {"done"}),
        ("write", "finish", {"open", "waiting", "done"}),
        ("due_on", "wait", {"open", "done", "waiting"}),
        ("close", "finish", set()),
    ],
    ids=lambda value: str(value).replace(" ", "-") if isinstance(value, str) else None,
)
def test_a_clock_runs_from_since_to_until_in_open_states(since: str, until: str, states: set[str]) -> None:
    found = runs_in(lifecycle(), deadline("limit", since=since, until=until, within="1 day"))
    assert found == states


def test_a_move_that_stays_ends_a_clock() -> None:
    moves = (
        transition("begin", NEW, "open"),
        transition("answer", "open", None),
        transition("finish", "open", "done"),
    )
    found = runs_in(lifecycle(transitions=moves), deadline("limit", since="begin", until="answer", within="1 day"))
    assert found == {"open", "done"}


def test_what_both_ends_and_starts_a_clock_starts_the_next_run() -> None:
    moves = (transition("begin", NEW, "open"), transition("again", "open", "waiting"))
    found = runs_in(lifecycle(transitions=moves), deadline("limit", since="begin again", until="again", within="1 day"))
    assert found == {"open", "waiting"}


def test_a_clock_does_not_run_behind_a_move_that_needs_what_its_end_fills() -> None:
    moves = (
        transition("begin", NEW, "open"),
        transition("train", "open", None, fill=("note",)),
        transition("go", "open", "waiting", need=("note",)),
        transition("skip", "waiting", "done"),
    )
    limit = deadline("limit", since="begin", until="train", within="1 day")
    assert runs_in(lifecycle(transitions=moves), limit) == {"open"}
    free = tuple(replace(move, need=()) for move in moves)
    assert runs_in(lifecycle(transitions=free), limit) == {"open", "waiting", "done"}
