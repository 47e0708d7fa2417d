"""Families: that a ticket keeps every field when it becomes a graver class, and finds its state there."""

from __future__ import annotations

from workflow import names
from workflow.arrivals import arrivals
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import instead


def family_member(draft: Draft) -> Found:
    """A member that is the head itself, has a family of its own, or is in another family already."""
    one = draft.definition
    for name in one.family:
        member = draft.definitions.get(name)
        if member is None:
            continue
        path = draft.item(("family",), name)
        heads = sorted(head.name for head in draft.definitions.values() if name in head.family)
        if member.family:
            yield fault(
                path,
                "family_member",
                f"{name} has a family itself; a family has members without one",
                f"{name} 自己有 family；类别族的成员不能再有",
            )
        elif heads[0] != one.name:
            yield fault(path, "family_member", f"{name} is a member of {heads[0]} already", f"{name} 已属于 {heads[0]}")


def family_field(draft: Draft) -> Found:
    """A member without a field of the head, or with another type of it: the ticket would lose what was typed."""
    head = draft.definitions.get(draft.definition.head or "")
    if head is None:
        return
    own = draft.definition.fields
    for name, field in head.fields.items():
        if name not in own:
            yield fault(
                ("fields",),
                "family_field",
                f"{draft.definition.name} lacks the field {name} of {head.name}; extend {head.name} or declare it",
                f"{draft.definition.name} 缺少 {head.name} 的字段 {name}；请用 extends 或补上",
            )
        elif own[name].type is not field.type or {*own[name].columns} != {*field.columns}:
            yield fault(
                ("fields", name, "type"),
                "family_field",
                f"{name} is a {field.type.value} in {head.name} and must be one here",
                f"{name} 在 {head.name} 中是 {field.type.value}，此处必须相同",
            )
        elif own[name].register != field.register:
            yield fault(
                ("fields", name, "of"),
                "family_field",
                f"{name} is of the register {field.register} in {head.name} and must be so here",
                f"{name} 在 {head.name} 中属于名册 {field.register}，此处必须相同",
            )
        elif not {*field.choices} <= {*own[name].choices}:
            lost = next(choice for choice in field.choices if choice not in own[name].choices)
            yield fault(
                ("fields", name, "of"),
                "family_field",
                f"{name} lacks the choice {lost}, which it has in {head.name}",
                f"{name} 缺少 {head.name} 中的选项 {lost}",
            )


def become(draft: Draft) -> Found:
    """A move to a definition outside the family, or to a state that the definition does not have."""
    family = {one.name: one for one in draft.family()}
    if draft.definition.head is None and not draft.definition.family:
        family = {}
    for name, move in draft.definition.transitions.items():
        if move.become is None:
            continue
        path = ("transitions", name, "become")
        if not family:
            yield fault(
                path,
                "become",
                f"`become` leads to another definition of the family, and {draft.definition.name} is in none",
                f"become 转到同族的另一个定义，而 {draft.definition.name} 不属于任何类别族",
            )
            continue
        targets: list[tuple[tuple[str | int, ...], str]] = []
        if move.become.workflow is not None:
            targets.append((path, move.become.workflow))
        targets += [((*path, str(move.become.field), entry), target) for entry, target in move.become.table.items()]
        for where, target in targets:
            if target not in family or not family[target].rank:
                classes = [one for one in family if family[one].rank]
                meant, meant_zh = names.did_you_mean(target, classes)
                yield fault(
                    where,
                    "become",
                    f"{target} is no member of the family{meant}",
                    f"{target} 不是本类别族的成员{meant_zh}",
                    mend=instead(target, classes),
                )
        arriving = dict.fromkeys(
            place for state in move.sources for place in arrivals(draft.definition, move, state, family.values())
        )
        for workflow, state in arriving:
            if state not in family[workflow].states:
                meant, meant_zh = names.did_you_mean(state, family[workflow].states)
                yield fault(
                    ("transitions", name, "to"),
                    "become",
                    f"`to` names a state of {workflow}, which has no {state}{meant}",
                    f"to 应是 {workflow} 的状态，而它没有 {state}{meant_zh}",
                    mend=instead(state, family[workflow].states),
                )
