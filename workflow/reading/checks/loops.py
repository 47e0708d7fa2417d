"""Loops: that a ticket neither stands still in a pause for ever nor goes round so that a limit never ends."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from workflow import names
from workflow.arrivals import arrivals
from workflow.definition import BY_CLOCK, GRANT, REFUSE, Deadline, Definition
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.pausing import idle_states
from workflow.reading.checks.ways import reached, way_to


class Step(NamedTuple):
    """A move from one open state of a definition to one of the same definition."""

    source: str
    target: str
    move: str
    stays: bool
    """It is `to: same`, so that no state is entered."""


ALLOWED = 3
"""How often a move is possible in the text that is offered."""


def unbounded_pause(draft: Draft) -> Found:
    """A state in which a limit does not count and from which no reminder moves the ticket on."""
    one = draft.definition
    left = {
        state for reminder in one.reminders.values() if _moves_on(draft, reminder.name) for state in reminder.states
    }
    paused: dict[str, str] = {}
    for deadline in one.deadlines.values():
        for state in deadline.paused_in - {*idle_states(draft, deadline)}:
            paused.setdefault(state, deadline.name)
    for state, name in sorted(paused.items()):
        if state in left or (one.name, state) not in reached(draft):
            continue
        way = names.way(way_to(draft, state))
        move = _move_by_the_clock(one, state)
        if move is not None:
            en = f"add a reminder with `while: {state}` and `move: {move}`"
            zh = f"请加一个带 `while: {state}` 和 `move: {move}` 的催办"
        else:
            en = (
                f"let a transition that leaves `{state}` list `clock` in its `by` and ask for no field, and add a "
                f"reminder with `while: {state}` that names it as its `move`"
            )
            zh = (
                f"请让一个离开 `{state}` 的流转在 `by` 中列出 `clock` 且不要求填写字段，"
                f"再加一个带 `while: {state}`、以它为 `move` 的催办"
            )
        yield fault(
            draft.item(("deadlines", name, "paused_in"), state),
            "unbounded_pause",
            f"the limit `{name}` stands still in `{state}` ({way}), "
            f"and nothing ever moves the ticket on from there; {en}",
            f"时限 `{name}` 在状态 `{state}` 中不计时（{way}），而且没有任何催办让工单离开该状态；{zh}",
            mend=draft.new_part("reminders", _reminder_that_ends(one, state, move)),
        )


def _moves_on(draft: Draft, reminder: str) -> bool:
    one = draft.definition
    effects = one.reminders[reminder].effects
    move = one.transitions.get(effects.move or "")
    return move is not None and move.target is not None and one.reminders[reminder].condition is None


def _move_by_the_clock(one: Definition, state: str) -> str | None:
    """The first move out of a state that the clock may make as it stands."""
    leaving = (move for move in one.transitions.values() if state in move.sources and move.target not in (None, state))
    return next((move.name for move in leaving if not move.fill and BY_CLOCK in move.by), None)


def _reminder_that_ends(one: Definition, state: str, move: str | None) -> tuple[str, ...]:
    """The lines of a reminder that ends a pause by a move; none without one."""
    name = next((name for name in (f"{state}_ends", f"end_of_{state}") if name not in one.reminders), "")
    if move is None or not name:
        return ()
    label = one.states[state].text.zh if state in one.states else ""
    return (
        f"{name}:",
        f"  zh: {label if label.isalnum() else '等待'}超时",
        f"  since: {state}",
        "  after: 3 days",
        f"  while: {state}",
        f"  move: {move}",
        "  notify: accountable",
    )


def unbounded_loop(draft: Draft) -> Found:
    """A circle of moves without `at_most` that pauses a `within` limit or starts it again, round after round."""
    one = draft.definition
    steps = list(_steps(draft))
    accepted = {
        name
        for name in one.transitions
        if draft.node.find(("transitions", name, "accept", "unbounded_loop")) is not None
    }
    deadlines = [deadline for deadline in one.deadlines.values() if deadline.within is not None]
    told: list[tuple[list[Step], list[Deadline]]] = []
    for step in steps:
        if step.move in accepted and step.move not in {_closing(circle) for circle, _ in told}:
            told += _shortest(deadlines, _Moves(steps), step)
    steps = [step for step in steps if step.move not in accepted]
    while found := _shortest(deadlines, _Moves(steps)):
        told += found
        steps = [step for step in steps if step.move != _closing(found[0][0])]
    for circle, limits in told:
        move = _closing(circle)
        way = names.way([circle[0].source, *(step.target for step in circle)])
        called = [deadline.name for deadline in limits]
        yield fault(
            ("transitions", move),
            "unbounded_loop",
            f"{way} can go round without end, and each time {names.one_of(called)} pauses or starts "
            f"again; give {move} `at_most`, or `accept` it",
            f"{way} 可以无限循环，每次 {names.one_of(called, 'zh')} 都会暂停或重新起算；"
            f"请给 {move} 写 at_most，或用 accept 说明理由",
            of_key=True,
            mend=draft.with_entry(("transitions", move), (f"at_most: {ALLOWED}",)),
        )


def _closing(circle: Sequence[Step]) -> str:
    """The move of a circle that a file can limit: the first one, but for the answers of an approval."""
    return next((step.move for step in circle if step.move not in (GRANT, REFUSE)), circle[0].move)


def _shortest(
    deadlines: Sequence[Deadline], moves: _Moves, taken: Step | None = None
) -> list[tuple[list[Step], list[Deadline]]]:
    """The shortest circle in which a limit pauses or starts again, and the limits that do; empty if there is none."""
    found = [(circle, deadline) for deadline in deadlines if (circle := _round(deadline, moves, taken))]
    if not found:
        return []
    shortest = min((circle for circle, _ in found), key=len)
    return [(shortest, [deadline for circle, deadline in found if circle == shortest])]


def _steps(draft: Draft) -> Iterator[Step]:
    """The moves between places that a ticket can come to in this definition, without those that are counted."""
    one = draft.definition
    for move in one.transitions.values():
        for state in move.sources if move.at_most is None else ():
            if (one.name, state) in reached(draft):
                for workflow, target in arrivals(one, move, state, draft.family()):
                    if workflow == one.name and not (move.name == GRANT and target == state):
                        yield Step(state, target, move.name, move.target is None and not move.answer)


def _round(deadline: Deadline, moves: _Moves, taken: Step | None) -> list[Step]:
    """The shortest circle from a move that pauses the limit or starts it again; empty if there is none.

    With `taken`, it begins with that move.
    """
    circles: list[list[Step]] = []
    first = [] if taken is None else [taken]
    for step in moves.steps:
        if step.target in deadline.paused_in and step.source not in deadline.paused_in:
            circles.append(moves.circle([*first, step]))
        elif _happens(step, deadline.since):
            ends = [end for end in moves.steps if _happens(end, deadline.until)]
            circles += [moves.circle([*first, step, end]) for end in ends]
    return min(filter(None, circles), key=len, default=[])


def _happens(step: Step, events: Collection[str]) -> bool:
    return step.move in events or (not step.stays and step.target in events)


class _Moves:
    """Moves as ways between states."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self.steps = steps
        self.follow: dict[str, list[Step]] = {}
        for step in steps:
            self.follow.setdefault(step.source, []).append(step)
        self.trees: dict[str, dict[str, Step]] = {}

    def circle(self, through: Sequence[Step]) -> list[Step]:
        """A short way round through these moves; empty if there is none."""
        stops = list(dict.fromkeys(through))
        found: list[Step] = []
        for step, following in zip(stops, [*stops[1:], stops[0]], strict=True):
            way = self.way(step.target, following.source)
            if way is None:
                return []
            found += [step, *way]
        return found

    def way(self, start: str, end: str) -> list[Step] | None:
        """The shortest way from a state to another; empty if they are the same."""
        if start not in self.trees:
            self.trees[start] = self._tree(start)
        found: list[Step] = []
        while end != start:
            if end not in self.trees[start]:
                return None
            found.append(self.trees[start][end])
            end = found[-1].source
        return found[::-1]

    def _tree(self, start: str) -> dict[str, Step]:
        """By each state that can be come to, the move by which one first comes to it."""
        tree: dict[str, Step] = {}
        waiting = deque([start])
        while waiting:
            for step in self.follow.get(waiting.popleft(), ()):
                if step.target != start and step.target not in tree:
                    tree[step.target] = step
                    waiting.append(step.target)
        return tree
