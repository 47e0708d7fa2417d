"""Fields that nobody types (`is`): that what they are made from fits, and that nobody types them after all."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from workflow import names
from workflow.condition_tree import IsOpen, Name, Total
from workflow.condition_types import check_condition
from workflow.conditions import Condition
from workflow.definition import Field, FieldType
from workflow.formulas import DEEPEST, Formula, circle, depth, underneath
from workflow.kinds import NUMBERS
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.fitting import misfits_of
from workflow.reading.nodes import Finding, Path, instead


def formula(draft: Draft) -> Found:
    """A formula that names what is not there, or is not what its field holds."""
    for path, field, one in _formulas(draft):
        for misfit in misfits_of(draft, one):
            yield fault(path, "formula", misfit.sentence, misfit.sentence_zh, misfit.column, mend=misfit.instead)
        if isinstance(one.of, Name) and one.of.name not in draft.unread():
            # What stands alone is compared with nothing, so only here it is seen whether it is a number.
            number = Formula("", one.of)
            if not check_condition(number, draft.definition.fields, ()) and not _is_number(draft, one.of.name):
                yield fault(
                    path,
                    "formula",
                    f"{field.name} is a number, {one.of.name} is none",
                    f"{field.name} 是数字，{one.of.name} 不是",
                    one.of.column,
                )
        if field.type is FieldType.CHOICE and field.choices and one.of not in field.choices:
            yield _lacking(path, "formula", 1, field.name, ("choice", "选项"), str(one.of), field.choices)


def _is_number(draft: Draft, name: str) -> bool:
    field = draft.definition.fields.get(name)
    return field.type in NUMBERS if field is not None else name == "round"


def formula_circle(draft: Draft) -> Found:
    """Fields that are worked out from each other in a circle, or too many of them one upon the other."""
    formulas = draft.definition.formulas()
    around = circle(formulas)
    if around:
        first = around.index(min(around))
        way = [*around[first:], *around[:first]]
        text = " → ".join([*way, way[0]])
        yield fault(
            ("fields", way[0], "is"),
            "formula_circle",
            f"these are worked out from each other in a circle: {text}",
            f"这些字段互相推算，形成循环：{text}",
        )
        return
    for name in formulas:
        if depth(name, formulas) > DEEPEST:
            yield fault(
                ("fields", name, "is"),
                "formula_circle",
                f"more than {DEEPEST} fields are worked out one upon the other here; make it from what is typed",
                f"此处层层推算超过 {DEEPEST} 个字段；请改由填写的字段直接算出",
            )


def total(draft: Draft) -> Found:
    """A `total( )` of what is not there, or of what is no figure that people type."""
    for path, one in _all(draft):
        for part in one.parts():
            if isinstance(part, Total):
                yield from _total(draft, path, part)


def _total(draft: Draft, path: Path, part: Total) -> Found:
    workflow, dot, name = part.of.partition(".")
    head = draft.definitions.get(workflow)
    if not dot:
        text = f"total adds up a field of another definition: total(WORKFLOW.{part.of}, TRANSITION)"
        yield fault(path, "total", text, f"total 汇总另一流程的字段：total(流程.{part.of}, 流转)", part.column)
        return
    if head is None:
        meant, meant_zh = names.did_you_mean(workflow, draft.definitions)
        text, text_zh = f"there is no definition {workflow}{meant}", f"没有流程定义 {workflow}{meant_zh}"
        yield fault(path, "total", text, text_zh, part.column, mend=instead(workflow, draft.definitions))
        return
    classes = [head, *(draft.definitions[one] for one in head.family if one in draft.definitions)]
    fields = {field.name: field for one in reversed(classes) for field in one.fields.values()}
    moves = [move for one in classes for move in one.transitions]
    if name not in fields:
        yield _lacking(path, "total", part.column + len(workflow) + len("."), workflow, ("field", "字段"), name, fields)
    elif fields[name].type not in NUMBERS or fields[name].formula is not None:
        yield fault(
            path,
            "total",
            f"total adds up figures that people type; {part.of} is {_kind(fields[name])}",
            f"total 汇总填写的数字；{part.of} {_kind_zh(fields[name])}",
            part.column,
        )
    if part.made not in moves:
        yield _lacking(path, "total", part.made_column, workflow, ("transition", "流转"), part.made, moves)


def _lacking(
    path: Path, check: str, column: int, whole: str, what: tuple[str, str], name: str, known: Collection[str]
) -> tuple[Path, Finding]:
    meant, meant_zh = names.did_you_mean(name, known)
    if not meant:
        meant, meant_zh = f"; accepted: {names.one_of(known)}", f"；可用：{names.one_of(known, 'zh')}"
    text, text_zh = f"{whole} has no {what[0]} {name}{meant}", f"{whole} 没有{what[1]} {name}{meant_zh}"
    return fault(path, check, text, text_zh, column, mend=instead(name, known))


def _kind(field: Field) -> str:
    return "worked out itself" if field.formula is not None else f"of type {field.type.value}"


def _kind_zh(field: Field) -> str:
    return "是系统算出的" if field.formula is not None else f"的类型是 {field.type.value}"


def worked_out(draft: Draft) -> Found:
    """A field that is worked out in a place where one is typed, or where one that is typed decides."""
    one = draft.definition
    formulas = one.formulas()
    for path, name in draft.references():
        if name in formulas and ("fill" in path or "may_fill" in path):
            yield fault(
                path,
                "worked_out",
                f"{name} is worked out (`is`) and never typed",
                f"{name} 由系统算出（is），不用填写",
            )
    leading: list[tuple[Path, str]] = [
        (("fields", field.name, "follows", field.follows.field), field.follows.field)
        for field in one.fields.values()
        if field.follows is not None
    ]
    leading += [
        (("transitions", move.name, "become", move.become.field), move.become.field)
        for move in one.transitions.values()
        if move.become is not None and move.become.field is not None
    ]
    for path, name in leading:
        if name in formulas:
            yield fault(
                path,
                "worked_out",
                f"a table is looked up when its field is typed, and {name} is worked out (`is`)",
                f"对照表在填写字段时查用，而 {name} 由系统算出（is）",
                of_key=True,
            )


def other_tickets(draft: Draft) -> Found:
    """The `if` of a clock that rests on other tickets: it is asked after every entry of its own ticket only."""
    formulas = draft.definition.formulas()
    resting = [name for name in formulas if any(isinstance(part, Total | IsOpen) for part in formulas[name].parts())]
    for path, one in draft.conditions():
        if path[0] not in ("deadlines", "reminders"):
            continue
        misfits = {misfit.column for misfit in misfits_of(draft, one)}
        others = (part for part in one.parts() if isinstance(part, Total | IsOpen))
        asking = [part.column for part in others if part.column not in misfits]
        through = [name for name in resting if name in underneath(one.names(), formulas)]
        if asking or through:
            by, by_zh = ("", "") if asking else (f", through {through[0]}", f"（经由 {through[0]}）")
            yield fault(
                path,
                "other_tickets",
                f"this rests on other tickets{by}, and a clock asks its `if` only when its own ticket changes; "
                "ask it in a check of a transition",
                f"此条件取决于其他工单{by_zh}，而时限和催办的 if 只在本工单有变化时判断；请写在流转的 checks 里",
                asking[0] if asking else None,
            )


def _formulas(draft: Draft) -> Iterator[tuple[Path, Field, Formula]]:
    for field in draft.definition.fields.values():
        if field.formula is not None:
            yield ("fields", field.name, "is"), field, field.formula


def _all(draft: Draft) -> Iterator[tuple[Path, Condition | Formula]]:
    yield from ((path, one) for path, _, one in _formulas(draft))
    yield from draft.conditions()
    for path, effects in draft.effects():
        for index, child in enumerate(effects.open):
            if child.condition is not None:
                yield (*path, "open", index, "if"), child.condition
