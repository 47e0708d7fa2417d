"""Classes of a family: that a ticket only becomes graver, and that a graver class is never slower without a reason."""

from __future__ import annotations

from collections.abc import Iterator

from workflow.definition import Deadline, Definition
from workflow.durations import Duration, Unit
from workflow.problems import Instead
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Path

BY_THE_CLOCK = (Unit.ELAPSED, Unit.DAYS)
"""Units that pass whatever the calendar says: so many of them are never longer than as many of working time."""


def become_lighter(draft: Draft) -> Found:
    """A move to a lighter class, or to the class itself: it is never offered."""
    one = draft.definition
    ranks = {member.name: member.rank for member in draft.family()}
    for move in one.transitions.values():
        path: Path = ("transitions", move.name, "become")
        node = draft.node.find(path)
        if move.become is None or node is None or not draft.own(node) or not one.rank:
            continue
        named: list[tuple[Path, str]] = [(path, move.become.workflow)] if move.become.workflow else []
        named += [((*path, str(move.become.field), entry), target) for entry, target in move.become.table.items()]
        for where, target in named:
            if ranks.get(target, one.rank + 1) <= one.rank:
                what, what_zh = ("itself", "本身") if target == one.name else ("a lighter class", "更轻的类别")
                yield fault(
                    where,
                    "become_lighter",
                    f"`{target}` is {what}; a ticket only becomes graver: write `next in family` for the next graver "
                    "class, or leave `become` out to stay in this class",
                    f"`{target}` 是{what_zh}；工单只能转为更重的类别：转为下一个更重的类别请写 `next in family`，"
                    "留在本类别请去掉 `become`",
                    mend=Instead(target, "next in family") if where == path else None,
                )


def limit_longer(draft: Draft) -> Found:
    """A limit that a lighter class has as well, and that is longer here, or not surely shorter."""
    for lighter, theirs in _lighter(draft):
        own = draft.definition.deadlines.get(theirs.name)
        if own is None or (own.within is None and own.no_later_than == theirs.no_later_than):
            continue
        path: Path = ("deadlines", own.name, "within" if own.within else "no_later_than")
        if own.within is None or theirs.within is None:
            yield fault(
                path,
                "limit_longer",
                f"of {lighter.name} and {draft.definition.name} one has a date for {own.name} and the other a time, so "
                "that nobody can tell which is shorter; write both alike",
                f"{own.name} 在 {lighter.name} 和 {draft.definition.name} 中一个是日期、一个是时长，无法比较长短；"
                "请写成同一种",
            )
        elif not _at_most(own.within, theirs.within):
            yield fault(
                path,
                "limit_longer",
                f"{own.within.read('en')} may be longer than the {theirs.within.read('en')} of the lighter class "
                f"{lighter.name}; a graver class has at most that",
                f"{own.within.read('zh')}可能长于更轻类别 {lighter.name} 的{theirs.within.read('zh')}；"
                "更重的类别不能更长",
                mend=Instead(own.within.text, theirs.within.text),
            )


def limit_left_out(draft: Draft) -> Found:
    """A limit that a lighter class has and this one has not."""
    told: set[str] = set()
    for lighter, theirs in _lighter(draft):
        if theirs.name not in draft.definition.deadlines and theirs.name not in told:
            told.add(theirs.name)
            yield fault(
                ("workflow",),
                "limit_left_out",
                f"the lighter class {lighter.name} has the limit {theirs.name}, this one has not; add it, or say why "
                "not: accept: {limit_left_out: reason}",
                f"更轻的类别 {lighter.name} 有时限 {theirs.name}，而本类别没有；请补上，或说明理由："
                "accept: {limit_left_out: 理由}",
            )


def _lighter(draft: Draft) -> Iterator[tuple[Definition, Deadline]]:
    """The limits of the classes before this one, the nearest class first."""
    for member in reversed(draft.family()):
        if 0 < member.rank < draft.definition.rank:
            for deadline in member.deadlines.values():
                yield member, deadline


def _at_most(this: Duration, other: Duration) -> bool:
    """Whether an amount is surely no longer than another."""
    comparable = this.unit is other.unit or this.unit in BY_THE_CLOCK
    return comparable and this.count <= other.count
