"""Pauses: that a clock may run where the file lets it stand still, and that something then comes later for it."""

from __future__ import annotations

from workflow import names
from workflow.arrivals import Place, arrivals
from workflow.definition import NEW, OPENING, Deadline
from workflow.problems import Replacement
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.ways import reached
from workflow.reading.nodes import Path


def idle_pause(draft: Draft) -> Found:
    """A pause that changes nothing: the clock never runs in the state, or counts nothing that a pause would shift."""
    for name, deadline in draft.definition.deadlines.items():
        path: Path = ("deadlines", name, "paused_in")
        node = draft.node.find(path)
        if node is None or not draft.own(node):
            continue  # said where it is written
        if not _counted(draft, name):
            yield fault(
                path,
                "idle_pause",
                f"the limit `{name}` is a date, which a pause does not move, and nothing is counted after it; take "
                "`paused_in` out, or write the limit as a time by `within`",
                f"时限 `{name}` 是一个日期，暂停不会推迟它，之后也没有需要计时的提醒；请去掉 `paused_in`，"
                "或用 `within` 写成时长",
                of_key=True,
                mend=_without_key(draft, path),
            )
            continue
        idle = idle_states(draft, deadline)
        running = {state for _, state in _running(draft, name)}
        kept = [state.name for state in draft.definition.states.values() if state.name in running and not state.end]
        written = [one for one in idle if draft.item(path, one) != path or node.value == one]
        alone = len(idle) == len(deadline.paused_in)
        for state in written if kept else ():  # without `anywhere`, which names no state
            yield fault(
                draft.item(path, state),
                "idle_pause",
                f"the clock of `{name}` never runs in `{state}`, so this pause changes nothing; take it out, or name "
                f"another in which it runs: {names.one_of(kept)}",
                f"时限 `{name}` 在状态 `{state}` 中从不计时，这里的暂停不起作用；请去掉，"
                f"或改为会计时的状态：{names.one_of(kept, 'zh')}",
                mend=_without_key(draft, path) if alone else node.without(state),
            )


def idle_states(draft: Draft, deadline: Deadline) -> list[str]:
    """The states that a deadline is paused in and in which that changes nothing, in any class that has it."""
    having = [(one, one.deadlines[deadline.name]) for one in draft.family() if deadline.name in one.deadlines]
    running = _running(draft, deadline.name) if _counted(draft, deadline.name) else frozenset()
    return [
        name
        for name, state in draft.definition.states.items()
        if name in deadline.paused_in
        and not state.end
        and any((one.name, name) in reached(draft) for one, _ in having)
        and not any((one.name, name) in running for one, same in having if name in same.paused_in)
    ]


def _counted(draft: Draft, name: str) -> bool:
    """Whether a pause shifts anything, in some class: a limit that is no date, or what comes after a date."""
    return any(
        one.deadlines[name].within is not None
        or any(level.late_by or level.every for level in one.deadlines[name].levels)
        for one in draft.family()
        if name in one.deadlines
    )


def _running(draft: Draft, name: str) -> frozenset[Place]:
    """The places of the family in which a clock of this name may be open.

    Classes may start and end it each in their own way, and what one began goes on in the next: so it begins with
    whatever starts it in one of them, and ends with what ends it in all.
    """
    return draft.once(("running", draft.family()[0].name, name), lambda: _running_places(draft, name))


def _running_places(draft: Draft, name: str) -> frozenset[Place]:
    members = {one.name: one for one in draft.family()}
    deadlines = [one.deadlines[name] for one in members.values() if name in one.deadlines]
    starts = {event for deadline in deadlines for event in deadline.since}
    ends = set.intersection(*(set(deadline.until) for deadline in deadlines))
    if any(event in one.fields for one in members.values() for event in starts):
        return frozenset(reached(draft))  # a date may be filled anywhere
    seen = {((draft.family()[0].name, NEW), False)}
    waiting = list(seen)
    while waiting:
        (workflow, state), runs = waiting.pop()
        one = members[workflow]
        possible = (each for each in one.transitions.values() if state in each.sources)
        for move, way in ((each, way) for each in possible for way in one.ways(each, state)):
            happened = {move.name, way, OPENING if state == NEW else None}
            after = bool(happened & starts) or (runs and not happened & ends)
            places = [(workflow, way or state)] if move.answer else arrivals(one, move, state, members.values())
            found = {(place, after) for place in places} - seen
            seen |= found
            waiting += found
    return frozenset(place for place, runs in seen if runs)


def _without_key(draft: Draft, path: Path) -> Replacement | None:
    """What takes the pauses of a deadline out of it."""
    part = draft.node.find(path[:-1])
    return part.without_key(str(path[-1])) if part is not None and draft.own(part) else None
