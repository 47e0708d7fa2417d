"""The lifecycle as a state machine of the `transitions` library: which state a move leads to.

One machine serves all tickets of a revision. It has no model, no automatic transition and no callback that
is a string, so nothing that a definition says is ever looked up by name in the library, and nothing of a
ticket is kept in it. Events are taken from the machine's own table and fired on a throw-away subject.
"""

from __future__ import annotations

from threading import Lock
from typing import Any

from transitions import Machine
from transitions.core import MachineError

from workflow.definition import NEW, Definition

_machines: dict[str, Machine] = {}
_building = Lock()


class Subject:
    """What the library moves: a state, and whether anything stands against the move."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


def _unblocked(blocked: bool, _: bool) -> bool:
    return not blocked


def _deciding(_: bool, decides: bool) -> bool:
    return decides


def _undecided(_: bool, decides: bool) -> bool:
    return not decides


def machine_for(definition: Definition) -> Machine:
    """The shared machine of a definition's revision, built once for each in a process."""
    machine = _machines.get(definition.revision)
    if machine is None:
        with _building:
            machine = _machines.get(definition.revision)
            if machine is None:
                machine = _built(definition)
                _machines[definition.revision] = machine
    return machine


def _built(definition: Definition) -> Machine:
    states = {NEW: None} | dict.fromkeys(definition.states)
    for transition in definition.transitions.values():
        if transition.become is not None and transition.target is not None:
            states.setdefault(transition.target)  # a state that only the definition it becomes may have
    machine = Machine(
        model=None, states=list(states), initial=NEW, auto_transitions=False, queued=False, send_event=False
    )
    for transition in definition.transitions.values():
        if not transition.answer:
            machine.add_transition(
                trigger=transition.name,
                source=list(transition.sources),
                dest=transition.target,  # None: internal, the state stays and is not entered again
                conditions=[_unblocked],
            )
            continue
        for source in transition.sources:
            for target in definition.ways(transition, source):
                asked: list[Any] = [_unblocked, _undecided if target is None else _deciding]
                machine.add_transition(transition.name, source, target, conditions=asked)
    return machine


def next_state(
    definition: Definition, transition: str, state: str, *, blocked: bool, decides: bool = True
) -> str | None:
    """The state after a move from `state`, equal to it for a move that stays; None if it is blocked.

    `decides` says of an answer that the round ends with it.

    A transition that does not start in `state` leads nowhere: None. KeyError for one that does not exist.
    """
    subject = Subject(state)
    try:
        moved = machine_for(definition).events[transition].trigger(subject, blocked, decides)
    except MachineError:
        return None
    return subject.state if moved else None
