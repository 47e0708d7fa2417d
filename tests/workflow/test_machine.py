"""The `transitions` library as we use it: its measured traps stay closed."""

from __future__ import annotations

import gc
import weakref

import pytest
from transitions import MachineError

from tests.builders import deadline, lifecycle, transition
from tests.definitions.shipped import shipped_files
from workflow.compiling import compile_catalogue
from workflow.definition import NEW
from workflow.machine import machine_of, next_state, ways_of

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
    assert set(machine_of(PLAIN).events) == set(ways_of(PLAIN)) == set(PLAIN.transitions)


def test_no_model_is_ever_registered() -> None:
    assert machine_of(PLAIN).models == []


class Subject:
    """What the library moves."""

    def __init__(self, state: str) -> None:
        self.state = state


def test_the_ways_that_are_read_off_lead_where_the_library_itself_leads() -> None:
    compared = 0
    for definition in compile_catalogue(shipped_files()).definitions.values():
        events = machine_of(definition).events
        for state in (NEW, *definition.states):
            for name in definition.transitions:
                for blocked, decides in ((False, True), (False, False), (True, True), (True, False)):
                    subject = Subject(state)
                    try:
                        moved = events[name].trigger(subject, blocked, decides)
                    except MachineError:
                        moved = False
                    expected = subject.state if moved else None
                    assert next_state(definition, name, state, blocked=blocked, decides=decides) == expected
                    compared += moved
    assert compared > 300


def test_the_machine_is_built_once_for_all_tickets_of_a_definition() -> None:
    assert ways_of(PLAIN) is ways_of(PLAIN)


def test_nothing_of_a_definition_outlives_it_however_many_revisions_there_have_been() -> None:
    gone = []
    for _ in range(100):
        definition = lifecycle()
        assert next_state(definition, "wait", "open", blocked=False) == "waiting"
        gone.append(weakref.ref(definition))
    del definition
    gc.collect()
    assert [one for one in gone if one() is not None] == []


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
