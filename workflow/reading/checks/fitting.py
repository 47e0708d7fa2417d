"""What is put together must fit: conditions with their fields, dates with dates, tables with choices."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from decimal import Decimal

from workflow import names
from workflow.condition_tree import Filled, IsOpen, Name, WasMade, Yes
from workflow.condition_types import ConditionFault, check_condition
from workflow.conditions import Condition
from workflow.definition import DATES, Field, FieldType
from workflow.formulas import Formula
from workflow.problems import Instead
from workflow.reading.checks.draft import Draft, Found, fault, no_shifts
from workflow.reading.nodes import Finding, Path, instead
from workflow.sameness import COMPARED

_KEYS = (FieldType.CHOICE, FieldType.DEPARTMENT)
"""The types of fields that a table can be looked up by."""


def condition(draft: Draft) -> Found:
    """A condition that asks about what is not there, or compares what cannot be compared."""
    for path, one in draft.conditions():
        for misfit in misfits_of(draft, one):
            yield fault(path, "condition", misfit.sentence, misfit.sentence_zh, misfit.column, mend=misfit.instead)


def misfits_of(draft: Draft, one: Condition | Formula) -> list[ConditionFault]:
    """Where a condition or formula does not fit, but for fields that could not be read."""
    misfits = check_condition(
        one,
        draft.definition.fields,
        draft.moves(),
        roles=draft.roles or None,
        departments=draft.departments or None,
        timed_due=any(each.due is None or each.due.time for each in draft.family()[0].recurring.values()),
    )
    asked = (part for part in one.parts() if isinstance(part, Name | Yes | Filled | IsOpen | WasMade))
    unread = {part.column for part in asked if part.name.partition(".")[0] in draft.unread()}
    return [misfit for misfit in misfits if misfit.column not in unread]


def date_field(draft: Draft) -> Found:
    """A field in the place of a date that holds none, or does not exist."""
    fields = draft.definition.fields
    dates = [name for name, field in fields.items() if field.type in DATES]
    used: list[tuple[Path, str]] = [
        (path, moment.field) for path, moment in draft.moments() if moment.field is not None
    ]
    for name, deadline in draft.definition.deadlines.items():
        if deadline.replaced_by is not None:
            used.append((("deadlines", name, "replaced_by"), deadline.replaced_by))
    for path, name in used:
        bound = path[0] == "fields"  # held against what is typed, which knows no due instant
        accepted = dates if path[-1] == "replaced_by" else [*dates, "opened", *([] if bound else ["due"])]
        if name in accepted or name in draft.unread():
            continue
        if bound and name == "due":
            yield fault(
                path,
                "date_field",
                "what is typed is held against a date field or `opened`, not against `due`",
                "填写的日期只能与日期字段或 opened 比较，不能与 due 比较",
            )
        elif name in draft.named("fields"):
            yield fault(path, "date_field", f"{name} is no date", f"{name} 不是日期字段")
        elif name in NOT_A_MOMENT:
            also, also_zh = (", `end of day`", "、`end of day`") if path[-1] == "no_later_than" else ("", "")
            yield fault(
                path,
                "date_field",
                f"`{name}` is not one of the moments; there are `opened`{also}, a date field, "
                "`2 days before FIELD` and `2 days after FIELD`",
                f"没有 `{name}` 这个时刻；可以写 `opened`{also_zh}、日期字段、`2 days before 字段`、"
                "`2 days after 字段`",
            )
        else:
            meant, meant_zh = names.did_you_mean(name, accepted)
            text, text_zh = f"there is no date field {name}{meant}", f"没有日期字段 {name}{meant_zh}"
            yield fault(path, "date_field", text, text_zh, mend=_in_moment(draft, path, instead(name, accepted)))


NOT_A_MOMENT = frozenset({"now", "today", "tomorrow", "yesterday"})
"""What is easily written for a moment, and would be another one whenever it is looked at."""


def _in_moment(draft: Draft, path: Path, mend: Instead | None) -> Instead | None:
    """What replaces the date field that stands last in a moment."""
    node = draft.node.find(path)
    if mend is None or node is None or not isinstance(node.value, str):
        return None
    return Instead(node.value, node.value.removesuffix(mend.written) + mend.text)


def end_of_day(draft: Draft) -> Found:
    """`end of day` where no clock starts: it is the end of the day on which one did."""
    for path, moment in draft.moments():
        if moment.kind == "end_of_day" and path[-1] != "no_later_than":
            yield fault(
                path,
                "end_of_day",
                "`end of day` is the end of the day on which a clock starts; it stands in `no_later_than` only",
                "end of day 是起算当天的结束，只用于 no_later_than",
            )


def end_of_shift(draft: Draft) -> Found:
    """`end of shift` where no clock starts, or where the calendar has no shifts."""
    calendar = draft.times.get(draft.definition.calendar)
    for path, moment in draft.moments():
        if moment.kind != "end_of_shift":
            continue
        if path[-1] != "no_later_than":
            yield fault(
                path,
                "end_of_shift",
                "`end of shift` is the end of the shift in which a clock starts; it stands in `no_later_than` only",
                "end of shift 是起算时所在班次的结束，只用于 no_later_than",
            )
        elif calendar is not None and not calendar.shifts:
            yield fault(path, "end_of_shift", *no_shifts(calendar.name))


def bounds(draft: Draft) -> Found:
    """A least that is more than the most."""
    for path, field in draft.typed():
        low, high = field.min, field.max
        if isinstance(low, Decimal) and isinstance(high, Decimal) and low > high:
            yield fault(
                (*path, "min"),
                "bounds",
                "min is more than max: no value would fit",
                "min 大于 max：没有可填的值",
            )


def table(draft: Draft) -> Found:
    """A table of `follows` or `become` with an entry that its fields cannot have."""
    fields = draft.definition.fields
    for name, field in fields.items():
        if field.follows is None or field.follows.field not in fields:
            continue
        path: Path = ("fields", name, "follows", field.follows.field)
        yield from _entries(draft, path, fields[field.follows.field], field.follows.table)
        if field.type not in (*_KEYS, FieldType.TEXT):
            yield fault(
                path[:-1], "table", f"a {field.type.value} field cannot follow", f"{field.type.value} 字段不能随表而定"
            )
            continue
        accepted = _values(draft, field)
        for entry, value in field.follows.table.items():
            if accepted is not None and value not in accepted:
                yield (*path, entry), _not_in(value, name, accepted)
    for name, move in draft.definition.transitions.items():
        if move.become is not None and move.become.field in fields:
            path = ("transitions", name, "become", str(move.become.field))
            yield from _entries(draft, path, fields[str(move.become.field)], move.become.table)


def same(draft: Draft) -> Found:
    """Fields by which an earlier ticket is to be found, which are not there, or which it has not."""
    fields = draft.definition.fields
    for name, field in fields.items():
        other = draft.definitions.get(field.workflow or "")
        for by in field.same:
            path = draft.item(("fields", name, "same"), by)
            if by in draft.unread():
                continue
            if by not in fields:
                meant, meant_zh = names.did_you_mean(by, fields)
                yield fault(
                    path, "same", f"there is no field {by}{meant}", f"没有字段 {by}{meant_zh}", mend=instead(by, fields)
                )
            elif fields[by].type not in COMPARED or fields[by].formula is not None:
                accepted = [one.value for one in COMPARED]
                yield fault(
                    path,
                    "same",
                    f"no ticket is found by {by}; accepted are typed fields that are {names.one_of(accepted)}",
                    f"不能按 {by} 查找工单；可用由人填写的 {names.one_of(accepted, 'zh')} 字段",
                )
            elif by == name:
                yield fault(path, "same", "a ticket is not found by what is found", "不能按要填入的字段本身查找")
            elif other is not None and not _alike(other.fields.get(by), fields[by]):
                yield fault(
                    path,
                    "same",
                    f"{other.name} has no field {by} of the same type, so nothing would ever be found",
                    f"{other.name} 没有同类型的字段 {by}，永远找不到",
                )
    for path, column in draft.typed():
        if len(path) > len(("fields", "name")) and column.same:
            yield fault((*path, "same"), "same", "a column is never filled by itself", "列表的列不会自动填入")


def _alike(one: Field | None, other: Field) -> bool:
    return one is not None and (one.type, one.register, one.workflow) == (other.type, other.register, other.workflow)


def follows_circle(draft: Draft) -> Found:
    """Fields that follow each other in a circle: filling one would set the others, and nobody could say to what."""
    fields = draft.definition.fields
    told: set[str] = set()
    for name in fields:
        way = [name]
        while (one := fields.get(way[-1])) is not None and one.follows is not None and one.follows.field not in way:
            way.append(one.follows.field)
        last = fields.get(way[-1])
        if last is None or last.follows is None or last.follows.field != name or told & {*way}:
            continue
        told.update(way)
        text = " → ".join([*way, name])
        yield fault(
            ("fields", name, "follows"),
            "follows_circle",
            f"these fields follow each other in a circle: {text}; one of them must be typed",
            f"这些字段互相跟随，形成循环：{text}；其中一个应由人填写",
        )


def _entries(draft: Draft, path: Path, field: Field, entries: Iterable[str]) -> Found:
    accepted = _values(draft, field)
    if accepted is None:
        kinds = names.one_of(kind.value for kind in _KEYS)
        yield fault(
            path,
            "table",
            f"a table is looked up by a field of type {kinds}; {field.name} is a {field.type.value}",
            f"对照表只能按 {kinds} 类型的字段查；{field.name} 是 {field.type.value}",
            of_key=True,
        )
        return
    for entry in entries:
        if entry not in accepted:
            found = _not_in(entry, field.name, accepted)
            yield (*path, entry), replace(found, of_key=True)


def _values(draft: Draft, field: Field) -> Collection[str] | None:
    """What the field can hold; None if that is not a closed list."""
    return {FieldType.CHOICE: field.choices, FieldType.DEPARTMENT: draft.departments}.get(field.type)


def _not_in(value: str, field: str, accepted: Collection[str]) -> Finding:
    meant, meant_zh = names.did_you_mean(value, accepted)
    return Finding(
        "table",
        f"{field} cannot be {value}; accepted: {names.one_of(accepted)}{meant}",
        f"{field} 不能是 {value}；可用：{names.one_of(accepted, 'zh')}{meant_zh}",
        mend=instead(value, accepted),
    )
