"""Ways: which states a ticket can come to, in whichever definition of its family, and whether it can end from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow import names
from workflow.arrivals import Place, arrivals
from workflow.definition import NEW, OPENING, Deadline, Definition, Transition
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Path


def steps(draft: Draft) -> Mapping[Place, set[Place]]:
    """From each place of the family, those that one move leads to."""
    return draft.once(("steps", draft.family()[0].name), lambda: _steps(draft.family()))


def _steps(family: tuple[Definition, ...]) -> dict[Place, set[Place]]:
    found: dict[Place, set[Place]] = {}
    for one in family:
        for move in one.transitions.values():
            for state in move.sources:
                found.setdefault((one.name, state), set()).update(arrivals(one, move, state, family))
    return found


def reached(draft: Draft) -> set[Place]:
    """The places of the family that a ticket can come to; only the head is opened."""
    head = draft.family()[0]
    return draft.once(("reached", head.name), lambda: _from({(head.name, NEW)}, steps(draft)))


def _from(places: set[Place], follow: Mapping[Place, set[Place]]) -> set[Place]:
    """The places themselves, and all that following from them leads to."""
    seen, waiting = set(places), list(places)
    while waiting:
        for place in follow.get(waiting.pop(), set()) - seen:
            seen.add(place)
            waiting.append(place)
    return seen


def way_to(draft: Draft, state: str) -> list[str]:
    """The states on the shortest way from the opening to a state of this definition, that state the last of them."""
    head = draft.family()[0]
    before = draft.once(("before", head.name), lambda: _before((head.name, NEW), steps(draft)))
    place = (draft.definition.name, state)
    way = [state]
    while place in before and before[place][1] != NEW:
        place = before[place]
        way.append(place[1])
    return way[::-1]


def _before(start: Place, follow: Mapping[Place, set[Place]]) -> dict[Place, Place]:
    """By each place the one from which a ticket first comes to it."""
    found: dict[Place, Place] = {}
    waiting = [start]
    for place in waiting:
        for target in sorted(follow.get(place, ())):
            if target not in found and target != start:
                found[target] = place
                waiting.append(target)
    return found


def open_states(draft: Draft) -> list[str]:
    """The open states of this definition that a ticket can come to, in the order of the file."""
    name, states = draft.definition.name, draft.definition.states
    return [state.name for state in states.values() if not state.end and (name, state.name) in reached(draft)]


# --- Checks -----------------------------------------------------------------------------------------------------


def no_opening(draft: Draft) -> Found:
    """No transition opens a ticket."""
    if draft.definition.head is None and not draft.definition.openings():
        yield fault(
            ("transitions",),
            "no_opening",
            "no transition opens a ticket; one has `from: new`",
            "没有受理流转；应有一个流转写 from: new",
        )


def opening_target(draft: Draft) -> Found:
    """An opening that stays where nothing is yet."""
    for move in draft.definition.openings():
        if move.target is None:
            yield fault(
                ("transitions", move.name, "to"),
                "opening_target",
                "a ticket is opened into a state; `same` is none",
                "受理时应进入某个状态，不能写 same",
            )


def leaves_end(draft: Draft) -> Found:
    """A transition from a state in which the ticket has ended, or something that is to happen there."""
    states = draft.definition.states
    for move in draft.definition.transitions.values():
        for name in move.sources:
            if name in states and states[name].end:
                yield fault(
                    draft.item(("transitions", move.name, "from"), name),
                    "leaves_end",
                    f"nothing leaves {name}: the ticket has ended there",
                    f"{name} 是结束状态，不能再流转",
                )
    lists = [(("deadlines", name, "paused_in"), one.paused_in) for name, one in draft.definition.deadlines.items()]
    lists += [(("reminders", name, "while"), one.states) for name, one in draft.definition.reminders.items()]
    for path, listed in lists:
        for name in sorted(listed):
            if name in states and states[name].end:
                yield fault(
                    draft.item(path, name),
                    "leaves_end",
                    f"nothing happens any more in {name}: the ticket has ended there",
                    f"{name} 是结束状态，不会再有任何动作",
                )


def unreachable_state(draft: Draft) -> Found:
    """A state that no member of the family can come to."""
    somewhere = {state for _, state in reached(draft)} - {NEW}
    for name in draft.definition.states:
        if somewhere and name not in somewhere:  # without an opening, nothing more is to be said
            yield fault(
                ("states", name),
                "unreachable_state",
                f"no transition leads to {name}; add one with `to: {name}`, or take the state away",
                f"没有流转能到达 {name}；请加一个 `to: {name}` 的流转，或删去该状态",
                of_key=True,
            )


def no_way_to_end(draft: Draft) -> Found:
    """An open state from which no end can be reached."""
    before: dict[Place, set[Place]] = {}
    for place, targets in steps(draft).items():
        for target in targets:
            before.setdefault(target, set()).add(place)
    ends = {(one.name, state.name) for one in draft.family() for state in one.states.values() if state.end}
    good = _from(ends, before)
    for name in open_states(draft):
        place = (draft.definition.name, name)
        if place in good:
            continue
        way = names.way(way_to(draft, name))
        path: Path = ("states", name)
        if is_left(draft, place):
            if all(is_left(draft, later) for later in _from({place}, steps(draft))):  # else it is said where it stops
                yield fault(
                    path,
                    "no_way_to_end",
                    f"a ticket that comes to `{name}` never ends ({way}); add a transition that leads on from there",
                    f"工单进入 `{name}` 后永远无法结束（{way}）；请加一个从该状态继续的流转",
                    of_key=True,
                )
        else:
            yield fault(
                path,
                "no_way_to_end",
                f"nothing leads on from `{name}` ({way}); if the ticket ends here, write `end: true`, "
                "or else add a transition that leads on from there",
                f"没有流转离开 `{name}`（{way}）；如果工单到此结束，请写 `end: true`，否则请加一个从该状态继续的流转",
                of_key=True,
                mend=draft.with_entry(path, ("end: true",)),
            )


def is_left(draft: Draft, place: Place) -> bool:
    """Whether a move leads from a place to another one."""
    return bool(steps(draft).get(place, set()) - {place})


@dataclass(frozen=True, slots=True)
class Clock:
    """Where the clock of a deadline may and may not run, as far as the order of moves tells."""

    running: frozenset[str]
    idle: frozenset[str]


def clock_places(draft: Draft, one: Definition, deadline: Deadline) -> Clock:
    """The states in which a deadline's clock may run, and those in which it may not, of one definition.

    A ticket that became this definition is taken as if it had been opened by it: so its clocks are worked out, too.
    """
    key = ("clock", one.name, deadline.since, deadline.until)
    return draft.once(key, lambda: _clock_places(one, _entries(draft, one), set(deadline.since), set(deadline.until)))


def _entries(draft: Draft, one: Definition) -> set[str]:
    """Where a ticket begins in a definition: before its opening, or where it may become this one."""
    if one.openings():
        return {NEW}
    others = (targets for (workflow, _), targets in steps(draft).items() if workflow != one.name)
    return {state for targets in others for workflow, state in targets if workflow == one.name}


def _clock_places(one: Definition, entries: set[str], starts: set[str], ends: set[str]) -> Clock:
    moves: dict[str, list[Transition]] = {}
    for move in one.transitions.values():
        for state in move.sources:
            moves.setdefault(state, []).append(move)
    # What happened before a ticket became this definition may have started the clock, or not.
    unknown = entries - starts - {NEW}
    seen = {(state, state in starts) for state in entries} | {(state, True) for state in unknown}
    waiting = list(seen)
    while waiting:
        state, runs = waiting.pop()
        for move, way in ((each, way) for each in moves.get(state, ()) for way in one.ways(each, state)):
            target = state if way is None else way
            happened = {move.name} if way is None else {move.name, target}
            starting = bool(happened & starts) or (state == NEW and OPENING in starts)
            after = starting or (runs and not happened & ends)  # what ends a run may begin the next one
            if (target, after) not in seen:
                seen.add((target, after))
                waiting.append((target, after))
    return Clock(frozenset(state for state, runs in seen if runs), frozenset(state for state, runs in seen if not runs))
