"""Schedules: that the clock can open their tickets, fill in the whole form, and has a day to open them for."""

from __future__ import annotations

from collections.abc import Mapping

from workflow import names
from workflow.condition_tree import Compare, Filled, IsOpen, Name, Total, Yes
from workflow.condition_types import check_condition
from workflow.conditions import Condition
from workflow.definition import TYPED_BUILT_INS, Field, Moment, Transition
from workflow.problems import Instead
from workflow.reading.checks.draft import Draft, Found, fault, no_shifts
from workflow.reading.nodes import Finding, Path
from workflow.registers import Register
from workflow.schedule import Schedule

_OF_EVERY: Mapping[str, tuple[str, ...]] = {
    "shift": (),
    "day": ("day",),
    "week": ("day", "working_day", "last_day", "last_working", "weekday"),
    "month": ("day", "working_day", "last_day", "last_working"),
    "quarter": ("day", "working_day", "last_day", "last_working"),
    "year": ("day", "working_day", "last_day", "last_working", "date"),
    "holiday": ("day", "last_day"),
}
"""The kinds of days that each sort of period has."""

_EXAMPLES: Mapping[str, tuple[str, str]] = {
    "shift": ("nothing, for it is due at the end of the shift", "不写，因为班次结束时到期"),
    "day": ("a time, as `17:30`", '时刻，例如 "17:30"'),
    "week": ("`friday`, `working day 3`, `last working day`", "周五、第3个工作日、最后一个工作日"),
    "month": ("`day 10`, `working day 3`, `last working day`", "第10天、第3个工作日、最后一个工作日"),
    "quarter": ("`day 45`, `working day 10`, `last working day`", "第45天、第10个工作日、最后一个工作日"),
    "year": ("`1 may`, `day 100`, `last working day`", "5月1日、第100天、最后一个工作日"),
    "holiday": ("`day 1`, `last day`", "第1天、最后一天"),
}

_MOST: Mapping[str, int] = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366, "holiday": 31}
"""The most days of a period."""

_CALLED: Mapping[str, str] = {
    "shift": "班次",
    "day": "一天",
    "week": "一周",
    "month": "一个月",
    "quarter": "一个季度",
    "year": "一年",
    "holiday": "一个节假日",
}


def recurring_member(draft: Draft) -> Found:
    """A schedule in a class of a family: only the head of one is opened."""
    if draft.definition.head is not None and draft.definition.recurring:
        yield fault(
            ("recurring",),
            "recurring_member",
            f"{draft.definition.name} is a class of {draft.definition.head}, which is opened instead: "
            "move `recurring` there",
            f"{draft.definition.name} 是 {draft.definition.head} 的一个类别，工单由 {draft.definition.head} 开立："
            "请把 recurring 移到那里",
            of_key=True,
        )


def recurring_condition(draft: Draft) -> Found:
    """An `if` of a schedule that asks about what no entry of its register has."""
    for name, schedule in draft.definition.recurring.items():
        path: Path = ("recurring", name, "if")
        if schedule.condition is None:
            continue
        if schedule.for_each is None:
            yield fault(
                path,
                "recurring_condition",
                "`if` says for which entries of a register; say of which by `for_each`",
                "if 用来选出名册的条目；请用 for_each 写明是哪个名册",
                of_key=True,
            )
        elif schedule.for_each in draft.registers:
            yield from _of_entries(path, schedule.condition, draft.registers[schedule.for_each])


def _of_entries(path: Path, condition: Condition, register: Register) -> Found:
    columns = {f"{register.name}.{name}": column for name, column in register.columns.items()}
    asked = {part.column: part.name for part in condition.parts() if isinstance(part, Name | Yes | Filled | IsOpen)}
    for misfit in check_condition(condition, columns, (), built_ins={}):
        named = asked.get(misfit.column)
        if named is None or named in columns:
            yield fault(
                path, "recurring_condition", misfit.sentence, misfit.sentence_zh, misfit.column, mend=misfit.instead
            )
            continue
        meant = f"{register.name}.{named}" if named in register.columns else names.nearest(named, columns)
        more, more_zh = f"; did you mean {meant}?", f"；是否想写 {meant}？"
        if meant is None:
            more = f"; there are: {names.one_of(columns) or 'none'}"
            more_zh = f"；现有：{names.one_of(columns, 'zh') or '无'}"
        yield fault(
            path,
            "recurring_condition",
            f"this asks about entries of {register.name}, which have no {named}{more}",
            f"这里问的是名册 {register.name} 的条目，其中没有 {named}{more_zh}",
            misfit.column,
            mend=Instead(named, meant) if meant else None,
        )
    for part in condition.parts():
        if isinstance(part, Total):
            text = "an entry of a register has no tickets to add up; ask about its columns"
            yield fault(path, "recurring_condition", text, "名册条目没有可合计的工单；请用它的栏目", part.column)


def confidential_condition(draft: Draft) -> Found:
    """An `if` of a schedule that rests on a confidential column."""
    for name, schedule in draft.definition.recurring.items():
        columns = schedule.entry.columns.values() if schedule.entry is not None else ()
        for column in (one for one in columns if one.confidential is not None):
            yield fault(
                ("recurring", name, "if"),
                "confidential_condition",
                f"{column.name} is confidential, and everybody sees by the tickets for which entries this holds",
                f"{column.name} 属于保密内容，而看到开立了哪些工单，就知道哪些条目符合条件",
                severity="warning",
            )


def recurring_opening(draft: Draft) -> Found:
    """Schedules without an opening that the clock may make."""
    one = draft.definition
    if not one.recurring or one.recurring_opening() is not None:
        return
    openings = one.openings()
    path: Path = ("transitions", openings[0].name, "by") if len(openings) == 1 else ("recurring",)
    yield fault(
        path,
        "recurring_opening",
        "the clock opens recurring tickets: let `by` of a `from: new` transition list clock",
        "周期工单由系统开立：请在一个 from: new 流转的 by 中加上 clock",
        of_key=path == ("recurring",),
    )


def recurring_form(draft: Draft) -> Found:
    """A form that a schedule leaves unfinished, where nobody is there to type, or a value that it does not ask for."""
    one = draft.definition
    opening = one.recurring_opening()
    if opening is None:
        return
    asked = dict.fromkeys((*opening.fill, *opening.may_fill, *TYPED_BUILT_INS))
    for name, schedule in one.recurring.items():
        path: Path = ("recurring", name)
        parties = [field for field in _of_register(schedule, opening, one.fields) if field not in schedule.set]
        if schedule.for_each is not None and len(parties) != 1:
            yield _one_party(path, schedule, opening, parties)
        given = {*schedule.set, *parties, "title"}
        for missing in (field for field in opening.fill if field not in given):
            yield fault(
                path,
                "recurring_form",
                f"{opening.name} asks for {missing} and nobody is there to type it; give it in `set`",
                f"{opening.name} 要求填写 {missing}，而开立时没有人填写；请写在 set 里",
                of_key=True,
            )
        for field, value in schedule.set.items():
            if field not in asked:
                yield fault(
                    (*path, "set", field),
                    "recurring_form",
                    f"{opening.name} does not ask for {field}; it asks for {names.one_of(asked)}",
                    f"{opening.name} 不填写 {field}；它填写 {names.one_of(asked, 'zh')}",
                    of_key=True,
                )
            elif isinstance(value, Moment) and value.field not in ("due", "opened", None):
                yield fault(
                    (*path, "set", field),
                    "recurring_form",
                    f"{value.field} is empty when the ticket opens; count from `due` or `opened`",
                    f"开立时 {value.field} 还是空的；请从 due 或 opened 算起",
                )


def _of_register(schedule: Schedule, opening: Transition, fields: Mapping[str, Field]) -> list[str]:
    """The fields of the form that hold an entry of the schedule's register."""
    asked = (name for name in (*opening.fill, *opening.may_fill) if name in fields)
    return [name for name in asked if schedule.for_each is not None and fields[name].register == schedule.for_each]


def _one_party(path: Path, schedule: Schedule, opening: Transition, parties: list[str]) -> tuple[Path, Finding]:
    if parties:
        text = f"{opening.name} asks for several of {schedule.for_each}: {names.one_of(parties)}; leave one"
        text_zh = f"{opening.name} 填写了多个 {schedule.for_each}：{names.one_of(parties, 'zh')}；只留一个"
    else:
        text = f"{opening.name} fills no field of the register {schedule.for_each} that could say whom it is for"
        text_zh = f"{opening.name} 没有填写名册 {schedule.for_each} 的字段，无法说明工单是为谁开立的"
    return fault((*path, "for_each"), "recurring_form", text, text_zh)


def due_in_period(draft: Draft) -> Found:
    """A day that a period does not have."""
    for name, schedule in draft.definition.recurring.items():
        due, every = schedule.due, schedule.every
        path: Path = ("recurring", name, "due")
        if due is None or draft.node.find(path) is None:
            continue
        right, right_zh = _EXAMPLES[every]
        if due.kind not in _OF_EVERY[every]:
            yield fault(
                path,
                "due_in_period",
                f"a {every} has no such day; write {right}",
                f"{_CALLED[every]}里没有这样的日子；请写{right_zh}",
            )
        elif due.number is not None and due.kind in ("day", "working_day") and due.number > _MOST[every]:
            yield fault(
                path,
                "due_in_period",
                f"a {every} has at most {_MOST[every]} days, so it never has this one; write {right}",
                f"{_CALLED[every]}最多有 {_MOST[every]} 天，没有这一天；请写{right_zh}",
            )
        elif every == "day" and due.time is None:
            yield fault(
                path,
                "due_in_period",
                f"every day is due at its end; write {right}, or leave `due` away",
                f"每天的工单在当天结束时到期；请写{right_zh}，或去掉 due",
            )


def without_shifts(draft: Draft) -> Found:
    """A ticket in every shift where the calendar has none."""
    calendar = draft.times.get(draft.definition.calendar)
    for name, schedule in draft.definition.recurring.items():
        if calendar is not None and schedule.every == "shift" and not calendar.shifts:
            yield fault(("recurring", name, "every"), "without_shifts", *no_shifts(calendar.name))


def without_holidays(draft: Draft) -> Found:
    """A ticket for every public holiday where the calendar keeps those of no country."""
    calendar = draft.times.get(draft.definition.calendar)
    for name, schedule in draft.definition.recurring.items():
        if calendar is not None and schedule.every == "holiday" and not calendar.holidays:
            yield fault(
                ("recurring", name, "every"),
                "without_holidays",
                f"the calendar {calendar.name} knows no public holidays; add `country: CN` to it",
                f"日历 {calendar.name} 没有法定节假日；请在其中加上 country: CN",
            )


def due_of_nothing(draft: Draft) -> Found:
    """`due` in a definition whose tickets no schedule opens, and comparisons of it with what is none of its kind."""
    schedules = draft.family()[0].recurring.values()
    used: list[tuple[Path, int | None]] = [(path, None) for path, moment in draft.moments() if moment.field == "due"]
    for path, condition in draft.conditions():
        used += [
            (path, part.column) for part in condition.parts() if isinstance(part, Name | Filled) and part.name == "due"
        ]
    if not schedules:
        for path, column in used:
            yield fault(
                path,
                "due_of_nothing",
                "no schedule opens these tickets, so `due` is always empty; add `recurring`, or name a date field",
                "没有周期安排开立这种工单，due 永远是空的；请写 recurring，或改用日期字段",
                column,
                severity="warning",
            )
        return
    if len({schedule.due is None or schedule.due.time is not None for schedule in schedules}) < 2:
        return
    for path, condition in draft.conditions():
        for part in condition.parts():
            if isinstance(part, Compare) and any(isinstance(one, Name) and one.name == "due" for one in part.inside()):
                yield fault(
                    path,
                    "due_of_nothing",
                    "some schedules here are due on a day and others at a time, so `due` cannot be compared; "
                    "let all have a time, or none",
                    "这里有的周期安排到期于某天，有的到期于某一时刻，due 无法比较；请统一都写时刻或都不写",
                    part.column,
                )
