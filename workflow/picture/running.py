"""In which states a deadline's clock may run, found by walking through the definition."""

from __future__ import annotations

from workflow.definition import NEW, OPENING, Deadline, Definition, Transition


def runs_in(definition: Definition, deadline: Deadline) -> frozenset[str]:
    """The open states in which its clock may run or be paused: conditions count as true."""
    reached: set[tuple[str, bool]] = set()
    waiting: list[tuple[str, bool]] = [(NEW, False)]
    since, until = frozenset(deadline.since), frozenset(deadline.until)
    while waiting:
        state, running = waiting.pop()
        for transition in definition.transitions.values():
            if state not in transition.sources:
                continue
            for way in definition.ways(transition, state):
                target = way or state
                events = _events(transition, way, definition)
                after = bool(events & since) or (running and not events & until)
                if target in definition.states and (target, after) not in reached:
                    reached.add((target, after))
                    waiting.append((target, after))
    return frozenset(name for name, running in reached if running and not definition.states[name].end)


def _events(transition: Transition, entered: str | None, definition: Definition) -> frozenset[str]:
    """What a clock may see in a move: itself, the state that it enters, the fields that it fills, the opening."""
    names = {transition.name, *transition.fill, *transition.may_fill, *transition.effects.set}
    if entered is not None:
        names |= {entered, *definition.states[entered].effects.set}
    if transition.opens:
        names.add(OPENING)
    return frozenset(names)
