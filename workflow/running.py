"""In which states a deadline's clock may run, found by walking through the definition."""

from __future__ import annotations

from workflow.definition import NEW, OPENING, Deadline, Definition, Transition

_Place = tuple[str, bool, frozenset[str]]
"""A state, whether the clock runs, and which of the fields that moves ask for are filled."""


def runs_in(definition: Definition, deadline: Deadline) -> frozenset[str]:
    """The open states in which its clock may run or be paused: conditions count as true.

    A move that needs a field is not made before some move has filled it: so a clock that the filling ends does not
    seem to run on behind it. Only fields that an end of the clock fills are watched, the others count as filled.
    """
    since, until = frozenset(deadline.since), frozenset(deadline.until)
    watched = _asked_for(definition) & frozenset(
        name for end in until if end in definition.transitions for name in definition.transitions[end].fill
    )
    reached: set[_Place] = set()
    waiting: list[_Place] = [(NEW, False, frozenset())]
    while waiting:
        state, running, filled = waiting.pop()
        for transition in definition.transitions.values():
            if state not in transition.sources or not filled.issuperset(watched.intersection(transition.need)):
                continue
            for way in definition.ways(transition, state):
                target = way or state
                if target not in definition.states:
                    continue
                events = _events(transition, way, definition)
                after = bool(events & since) or (running and not events & until)
                place = (target, after, filled | (watched & events))
                if place not in reached:
                    reached.add(place)
                    waiting.append(place)
    return frozenset(name for name, running, _ in reached if running and not definition.states[name].end)


def _asked_for(definition: Definition) -> frozenset[str]:
    """The fields that some move needs to be on file."""
    return frozenset(name for transition in definition.transitions.values() for name in transition.need)


def _events(transition: Transition, entered: str | None, definition: Definition) -> frozenset[str]:
    """What a clock may see in a move: itself, the state that it enters, the fields that it fills, the opening."""
    names = {transition.name, *transition.fill, *transition.may_fill, *transition.effects.set}
    if entered is not None:
        names |= {entered, *definition.states[entered].effects.set}
    if transition.opens:
        names.add(OPENING)
    return frozenset(names)
