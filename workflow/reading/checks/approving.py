"""Approvals: that whoever is asked can answer, and that each step of a round can have its turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from workflow import names
from workflow.definition import COMMENT, GRANT, REFUSE, Approval, FieldType, Who
from workflow.history import blank
from workflow.kinds import BUILT_INS
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.limits import filled
from workflow.reading.checks.naming import SPACE
from workflow.reading.nodes import Path

NOT_ASKED = ("anyone", "clock", "requester", "actor", "responsible")
"""The words that mean nobody who could be asked for an answer."""

ANYONE = Who("word", "anyone")


def steps(draft: Draft) -> Iterator[tuple[Path, Approval]]:
    """All steps of approval with their paths."""
    for state in draft.definition.states.values():
        for index, step in enumerate(state.approvals):
            yield ("states", state.name, "approvals", index), step


def reserved_name(draft: Draft) -> Found:
    """A part that is called as the answers of approvers, or their comment, in a definition that has approvals."""
    if not any(True for _ in steps(draft)):
        return
    for block, (what, what_zh) in SPACE.items():
        for name in draft.named(block):
            if name in (GRANT, REFUSE, COMMENT):
                yield fault(
                    (block, name),
                    "reserved_name",
                    f"{name} belongs to `approvals` in this definition; call the {what} something else",
                    f"本定义有 approvals，{name} 是其专用名；请给{what_zh}换个名字",
                    of_key=True,
                )


def for_each(draft: Draft) -> Found:
    """A `for_each` of what is no list."""
    fields = draft.definition.fields
    lists = [name for name, field in fields.items() if field.type is FieldType.LIST]
    for path, step in steps(draft):
        name = step.for_each
        if name is None or name in lists or name in draft.unread():
            continue
        meant, meant_zh = names.did_you_mean(name, lists)
        accepted = names.one_of(lists) or "none"
        accepted_zh = names.one_of(lists, "zh") or "无"
        yield fault(
            (*path, "for_each"),
            "for_each",
            f"{name} is no list, of which each row could be asked about; lists: {accepted}{meant}",
            f"{name} 不是列表，不能逐行审批；现有列表：{accepted_zh}{meant_zh}",
        )


def approver(draft: Draft) -> Found:
    """Somebody who cannot be asked: nobody in particular, or outside."""
    for path, step in steps(draft):
        for who in step.by:
            if who.kind == "word" and who.name in NOT_ASKED:
                yield fault(
                    draft.item((*path, "by"), who.name),
                    "approver",
                    f"{who} is nobody who can be asked for an answer; name a role, ROLE of FIELD, a person field, "
                    "whoever did TRANSITION, assignee, receiver or accountable",
                    f"不能请 {who} 审批；请写角色、ROLE of FIELD、人员字段、whoever did 流转、"
                    "assignee、receiver 或 accountable",
                )


def leads_back(draft: Draft) -> Found:
    """An approval that leads to itself, or to one place whatever the answer."""
    for state in draft.definition.states.values():
        for key, target in (("granted", state.granted), ("refused", state.refused)):
            if target == state.name:
                yield fault(
                    ("states", state.name, key),
                    "leads_back",
                    f"an answer leads out of the state, and this is {state.name} itself; name another state",
                    f"审批后应离开本状态，而这里写的是 {state.name} 自己；请写另一个状态",
                )
        if state.approvals and state.granted == state.refused != state.name:
            yield fault(
                ("states", state.name, "refused"),
                "leads_back",
                f"yes and no lead to the same state {state.granted}, so that nothing is decided; name two states",
                f"同意与不同意进入同一状态 {state.granted}，审批便没有意义；请写两个不同的状态",
            )


def nobody_left(draft: Draft) -> Found:
    """A `not_by` that takes away everybody who is asked."""
    for path, step in steps(draft):
        if step.by and (ANYONE in step.not_by or set(step.by) <= set(step.not_by)):
            asked = list(map(str, step.by))
            yield fault(
                (*path, "not_by"),
                "nobody_left",
                f"nobody is left who could answer: {names.one_of(asked)} may not; name somebody else in `by`",
                f"没有人可以审批：{names.one_of(asked, 'zh')} 都被 not_by 排除；请在 by 中写上别人",
            )


def never_applies(draft: Draft) -> Found:
    """A step whose condition or list rests on fields that no move fills, so that its turn never comes."""
    known = filled(draft)
    empty = blank(draft.definition, number="", site="", at=_ANY_DAY).view(draft.definition)
    for path, step in steps(draft):
        if step.for_each is not None and step.for_each not in {name.partition(".")[0] for name in known}:
            yield fault(
                (*path, "for_each"),
                "never_applies",
                f"no transition fills {step.for_each}, so nobody is ever asked; let a transition `fill` it",
                f"没有流转填写 {step.for_each}，这一步永远没有人审批；请让某个流转 fill 它",
            )
        condition = step.condition
        if condition is None or any(name in known or name in BUILT_INS for name in condition.names()):
            continue
        if any(name not in draft.definition.fields for name in condition.names()):
            continue  # what transitions, links and formulas say is for the ticket to tell
        if not condition.holds(empty):
            needed = names.one_of(sorted(condition.names()))
            yield fault(
                (*path, "if"),
                "never_applies",
                f"no transition fills {needed}, so this never holds and nobody is ever asked; "
                "let a transition `fill` it",
                f"没有流转填写 {needed}，条件永远不成立，也就没有人审批；请让某个流转 fill 它",
            )


def runs_on(draft: Draft) -> Found:
    """A clock that a yes ends and starts: the last one starts it, too, and nobody is asked any more."""
    for name, deadline in draft.definition.deadlines.items():
        states = draft.definition.states
        asking = [one for one in states.values() if one.approvals and not states[str(one.granted)].end]
        if asking and GRANT in deadline.since and GRANT in deadline.until:
            state = asking[0]
            yield fault(
                draft.item(("deadlines", name, "since"), GRANT),
                "runs_on",
                f"the last yes ends this and starts it anew, so that it runs on in {state.granted}; for each answer "
                f"write a reminder with `since: grant` and `while: {state.name}`, "
                f"for all of them `until: {state.granted}`",
                f"最后一次同意既结束又重新起算，到 {state.granted} 后仍在计时；逐步催办请用 since: grant、"
                f"while: {state.name} 的催办，整个审批请写 until: {state.granted}",
                severity="warning",
            )


_ANY_DAY = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
