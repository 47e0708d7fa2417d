"""Transitions that people could not tell apart."""

from __future__ import annotations

from itertools import combinations

from workflow.definition import Transition
from workflow.reading.checks.draft import Draft, Found, fault


def ambiguous(draft: Draft) -> Found:
    """Two transitions from one state that read the same, or that differ in nothing but their names."""
    for first, second in combinations(draft.definition.transitions.values(), 2):
        shared = [state for state in first.sources if state in second.sources]
        if not shared:
            continue
        path = ("transitions", second.name)
        alike = next((lang for lang in ("zh", "en") if first.text.read(lang) == second.text.read(lang)), None)
        if alike is not None:
            text = first.text.read(alike)
            yield fault(
                (*path, alike) if draft.node.find((*path, alike)) else path,
                "ambiguous",
                f"{first.name} and {second.name} are both possible in {shared[0]} and both read “{text}”: nobody can "
                f"tell them apart; give one another `{alike}`",
                f"{first.name} 和 {second.name} 在 {shared[0]} 中都可以进行，显示都是“{text}”，无法区分；"
                f"请给其中一个改写 {alike}",
            )
        elif _asks(first) == _asks(second):
            yield fault(
                path,
                "ambiguous",
                f"{second.name} is possible in {shared[0]} to the same people as {first.name}, asks for the same and "
                "leads to the same; take one away, or let them differ",
                f"{second.name} 在 {shared[0]} 中的办理人、填写内容和去向都与 {first.name} 相同；"
                "请去掉一个，或让它们有区别",
                of_key=True,
                severity="warning",
            )


def _asks(move: Transition) -> object:
    """What a transition asks of people, and where it leads."""
    asked = frozenset(move.by), frozenset(move.not_by), frozenset(move.fill), frozenset(move.may_fill)
    return (*asked, frozenset(move.need), move.checks, move.target, move.become, move.effects)
