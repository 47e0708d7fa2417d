"""The `transitions` library as we use it: its measured traps stay closed."""

from __future__ import annotations

import pytest

from tests.builders import deadline, lifecycle, transition
from workflow.definition import NEW
from workflow.machine import machine_for, next_state

PLAIN = lifecycle(deadline("d", since="open", until="finish", within="1 hour"))


def test_a_move_leads_where_the_definition_says() -> None:
    assert next_state(PLAIN, "wait", "open", blocked=False) == "waiting"


def test_a_move_that_stays_gives_back_the_state() -> None:
    assert next_state(PLAIN, "write", "waiting", blocked=False) == "waiting"


def test_a_blocked_move_leads_nowhere() -> None:
    assert next_state(PLAIN, "wait", "open", blocked=True) is None


def test_a_move_that_does_not_start_here_leads_nowhere() -> None:
    assert next_state(PLAIN, "close", "open", blocked=False) is None


def test_an_unknown_transition_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        next_state(PLAIN, "to_closed", "open", blocked=False)


def test_there_are_only_the_transitions_of_the_definition() -> None:
    assert set(machine_for(PLAIN).events) == set(PLAIN.transitions)


def test_no_model_is_ever_registered() -> None:
    for _ in range(3):
        next_state(PLAIN, "wait", "open", blocked=False)
    assert machine_for(PLAIN).models == []


def test_all_tickets_of_a_revision_share_one_machine() -> None:
    assert machine_for(PLAIN) is machine_for(PLAIN)


def test_a_name_that_python_could_import_is_only_a_name() -> None:
    hostile = (
        transition("begin", NEW, "open"),
        transition("os.abort", "open", "waiting"),
        transition("trigger", "open", "done"),
        transition("on_enter_done", "waiting", "closed"),
    )
    definition = lifecycle(transitions=hostile)
    assert next_state(definition, "os.abort", "open", blocked=False) == "waiting"
    assert next_state(definition, "trigger", "open", blocked=False) == "done"
