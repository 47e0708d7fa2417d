"""Acting: that somebody must act in every open state, and that somebody may make every move."""

from __future__ import annotations

from collections.abc import Iterator

from workflow import names
from workflow.definition import NOBODY, Who
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.limits import filled
from workflow.reading.checks.ways import is_left, open_states, way_to
from workflow.reading.nodes import Path


def nobody_acts(draft: Draft) -> Found:
    """An open state in which nobody in particular must act."""
    one = draft.definition
    for name in open_states(draft):
        leaving = [who for move in one.transitions.values() if name in move.sources for who in move.by]
        if not is_left(draft, (one.name, name)):
            continue  # it is told already that the ticket stops there
        if all(who in NOBODY for who in one.states[name].responsible or leaving):
            way = names.way(way_to(draft, name))
            yield fault(
                ("states", name),
                "nobody_acts",
                f"nobody must act in `{name}` ({way}); name who is `responsible`",
                f"在 `{name}` 中没有人必须办理（{way}）；请写 `responsible`",
                of_key=True,
                severity="warning",
                mend=draft.with_entry(("states", name), ("responsible: accountable",)),
            )


def nobody_may(draft: Draft) -> Found:
    """A transition that `not_by` takes from all that `by` gives it to, or a role that nobody can hold."""
    for move in draft.definition.transitions.values():
        if set(move.by) <= set(move.not_by):
            yield fault(
                ("transitions", move.name, "not_by"),
                "nobody_may",
                f"`not_by` names everybody whom `by` names, so nobody may {move.name}",
                f"not_by 排除了 by 里的所有人，没有人可以进行 {move.name}",
            )
    if draft.departments:
        return
    for move in draft.definition.transitions.values():
        for who in move.by:
            if who.kind == "role" and who.of is not None:
                yield fault(
                    draft.item(("transitions", move.name, "by"), str(who)),
                    "nobody_may",
                    f"the house has no departments, so nobody can be {who}; declare them in the file of roles",
                    f"没有定义任何部门，因此没有人能担任 {who}；请在角色文件中写 departments",
                )


def unfilled_department(draft: Draft) -> Found:
    """A role of the department in a field that nothing fills: the accountable role always answers in its place."""
    known, acting = filled(draft), draft.definition.accountable
    for path, who in _named(draft):
        if who.kind != "role" or who.of is None or {who.of, who.of.partition(".")[0]} & known:
            continue
        yield fault(
            draft.item(path, str(who)),
            "unfilled_department",
            f"no transition fills {who.of}, so {acting} always answers in the place of {who.name}",
            f"没有流转填写 {who.of}，因此始终由 {acting} 代替 {who.name}",
            severity="warning",
        )


def _named(draft: Draft) -> Iterator[tuple[Path, Who]]:
    """All who may act, must act or are told, with the paths of the lists that name them.

    Without the steps that are asked once for each row: a list that nothing fills has none to ask about.
    """
    one = draft.definition
    for state in one.states.values():
        yield from ((("states", state.name, "responsible"), who) for who in state.responsible)
        for index, step in enumerate(state.approvals):
            if step.for_each is None:
                yield from ((("states", state.name, "approvals", index, "by"), who) for who in step.by)
    for move in one.transitions.values():
        if not move.answer:
            yield from ((("transitions", move.name, "by"), who) for who in move.by)
    for path, effects in draft.effects():
        yield from (((*path, "notify"), who) for who in effects.notify)
