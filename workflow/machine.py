"""The lifecycle as a state machine of the `transitions` library: which state a move leads to.

The library says whether a definition is a machine, and what its ways are; they are read off it once for each definition
and kept with it, since looking one up is all that a move needs. The machine has no model, no automatic transition and
no callback that is a string: nothing that a definition says is ever looked up by name in the library, and nothing of a
ticket is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import cast

from transitions import Machine

from workflow.definition import NEW, Definition
from workflow.frozen import derived

Guard = Callable[[bool, bool], bool]
"""Whether a way is open to a move: is it blocked, and does it decide the round that it is an answer in?"""

Ways = Mapping[str, Mapping[str, tuple[tuple[str | None, Guard], ...]]]
"""By transition and state: where it leads (None: it stays), in the order in which the ways are tried."""


def _unblocked(blocked: bool, _: bool) -> bool:
    return not blocked


def _deciding(blocked: bool, decides: bool) -> bool:
    return decides and not blocked


def _undecided(blocked: bool, decides: bool) -> bool:
    return not decides and not blocked


def machine_of(definition: Definition) -> Machine:
    """The machine that a definition is."""
    states = {NEW: None} | dict.fromkeys(definition.states)
    for transition in definition.transitions.values():
        if transition.become is not None and transition.target is not None:
            states.setdefault(transition.target)  # a state that only the definition it becomes may have
    machine = Machine(
        model=None, states=list(states), initial=NEW, auto_transitions=False, queued=False, send_event=False
    )
    for transition in definition.transitions.values():
        for source in transition.sources:
            if not transition.answer:
                # None is an internal transition to the library: the state stays and is not entered again
                machine.add_transition(transition.name, source, transition.target, conditions=[_unblocked])
                continue
            for target in definition.ways(transition, source):
                guard = _undecided if target is None else _deciding
                machine.add_transition(transition.name, source, target, conditions=[guard])
    return machine


@derived
def ways_of(definition: Definition) -> Ways:
    """The ways of a definition's machine."""
    return {
        name: {
            source: tuple((way.dest, cast(Guard, way.conditions[0].func)) for way in ways)
            for source, ways in event.transitions.items()
        }
        for name, event in machine_of(definition).events.items()
    }


def next_state(
    definition: Definition, transition: str, state: str, *, blocked: bool, decides: bool = True
) -> str | None:
    """The state after a move from `state`, equal to it for a move that stays; None if it is blocked.

    `decides` says of an answer that the round ends with it.

    A transition that does not start in `state` leads nowhere: None. KeyError for one that does not exist.
    """
    for target, guard in ways_of(definition)[transition].get(state, ()):
        if guard(blocked, decides):
            return state if target is None else target
    return None
