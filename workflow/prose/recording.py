"""Fields in sentences: what is written down, of what kind, within which bounds, and what is worked out by itself."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from workflow import words
from workflow.condition_tree import Name, Number, Operand, Percent, Total
from workflow.definition import DATES, Field, FieldType, Moment, Text
from workflow.formulas import Formula
from workflow.prose.conditions import condition, figure
from workflow.prose.document import Paragraph, Path, Sentence
from workflow.prose.voice import Voice

_TYPES = {
    FieldType.TEXT: Text("text", "文字"),
    FieldType.NUMBER: Text("a number", "数字"),
    FieldType.MONEY: Text("an amount of money", "金额"),
    FieldType.PERCENT: Text("a percentage", "百分比"),
    FieldType.YES_NO: Text("yes or no", "是或否"),
    FieldType.CHOICE: Text("a choice", "选项"),
    FieldType.DATE: Text("a date", "日期"),
    FieldType.DATETIME: Text("a date and time", "日期和时间"),
    FieldType.CONTACT: Text("a contact", "联系人"),
    FieldType.PERSON: Text("a member of staff", "工作人员"),
    FieldType.DEPARTMENT: Text("a department", "部门"),
    FieldType.TICKET: Text("a ticket", "工单"),
    FieldType.REGISTER: Text("an entry of a register", "名册条目"),
    FieldType.FILE: Text("a file", "文件"),
    FieldType.LIST: Text("a list", "列表"),
}
"""What is written into a field of each type."""

_CLASSES = {
    "personal": Text("personal", "个人信息"),
    "merchant_personal": Text("merchant personal", "商户个人信息"),
    "tenant_personal": Text("tenant personal", "租户个人信息"),
    "visit_notes": Text("notes of a visit", "拜访见闻"),
    "staff": Text("staff", "员工信息"),
    "trade_secret": Text("trade secret", "商业机密"),
    "internal": Text("internal", "内部事务"),
    "harmful": Text("harmful", "其他不利事项"),
}
"""What the usual classes of confidential values are called; another one goes by its own name."""


def field(one: Field, voice: Voice) -> Paragraph:
    """A field; the columns of a list have a sentence each."""
    path: Path = ("fields", one.name)
    columns = [
        _sentence(column, voice.column(f"{one.name}.{name}"), voice, (*path, "of", name))
        for name, column in one.columns.items()
    ]
    sentences = [_sentence(one, "", voice, path), *columns]
    if one.note:
        sentences.append(voice.note(one.note, path))
    return Paragraph(path=path, label=voice.field(one.name), rules=one.rules, sentences=tuple(sentences))


def _sentence(one: Field, label: str, voice: Voice, path: Path) -> Sentence:
    """What a field holds; with a `label` in front for a column."""
    said = voice.say(", ", "，").join([_kind(one, voice), *_bounds(one, voice)])
    further = [*_worked_out(one, voice), *_followed(one, voice), *_found(one, voice), *_secret(one, voice)]
    said = voice.say("; ", "；").join([said, *further])
    return voice.ended(voice.say(f"{label}: {said}", f"{label}：{said}") if label else said, path)


def _kind(one: Field, voice: Voice) -> str:
    kind = voice.read(_TYPES[one.type])
    if one.type is FieldType.CHOICE:
        choices_zh = "、".join(voice.choice(one.choices, name) for name in one.choices)
        choices = voice.either(voice.choice(one.choices, name) for name in one.choices)
        return voice.say(f"one of {choices}", f"选项：{choices_zh}")
    if one.type is FieldType.REGISTER and one.register is not None:
        register = voice.register(one.register)
        return voice.say(f"an entry of the register {register}", f"名册{register}中的条目")
    if one.type is FieldType.LIST:
        return voice.say("a list, with these columns in each row", "列表，每行有以下各栏")
    if one.type is FieldType.TICKET and one.workflow is not None:
        workflow = voice.workflow(one.workflow)
        other = voice.around.definitions.get(one.workflow)
        called = Voice(other, voice.lang, voice.around) if other is not None else voice
        if one.in_states:
            states = voice.either(map(called.state, one.in_states))
            return voice.say(f"a ticket of {workflow} that is {states}", f"处于{states}的{workflow}工单")
        return voice.say(f"a ticket of {workflow}", f"{workflow}工单")
    return kind


def _bounds(one: Field, voice: Voice) -> Iterator[str]:
    dated = one.type in DATES
    if one.min is not None:
        least = _bound(one.min, one, voice)
        yield (
            voice.say(f"{least} at the earliest", f"不早于{least}")
            if dated
            else voice.say(f"at least {least}", f"不小于{least}")
        )
    if one.max is not None:
        most = _bound(one.max, one, voice)
        yield (
            voice.say(f"{most} at the latest", f"不晚于{most}")
            if dated
            else voice.say(f"at most {most}", f"不大于{most}")
        )
    if one.min_length is not None:
        characters = "character" if one.min_length == 1 else "characters"
        yield voice.say(f"at least {one.min_length} {characters}", f"不少于{one.min_length}个字")


def _bound(bound: Decimal | Moment, one: Field, voice: Voice) -> str:
    return voice.moment(bound) if isinstance(bound, Moment) else voice.number(bound, one.type)


def _worked_out(one: Field, voice: Voice) -> Iterator[str]:
    if one.formula is not None:
        said = _formula(one.formula, one, voice)
        yield voice.say(f"never typed: {said}", f"不用填写：{said}")


def _formula(formula: Formula, one: Field, voice: Voice) -> str:
    of: object = formula.of
    match of:
        case Name() | Number() | Percent() | Total():
            said = _figure(of, voice)
            return voice.say(f"it is {said}", f"系统取{said}")
        case bool() | str() | Decimal():
            value = voice.value(one.name, of, one)
            return voice.say(f"it is always {value}", f"固定为{value}")
        case _:
            asked = condition(formula.of, voice)  # type: ignore[arg-type]
            return voice.say(f"it is yes if {asked}", f"{asked}时为“是”")


def _figure(of: Operand, voice: Voice) -> str:
    return figure(of, voice)


def _followed(one: Field, voice: Voice) -> Iterator[str]:
    """Which field it is set by, and to what."""
    if one.follows is None:
        return
    followed = voice.definition.fields.get(one.follows.field)
    choices = followed.choices if followed is not None else {}
    named = voice.field(one.follows.field)
    table = voice.say(", ", "，").join(
        voice.say(
            f"{voice.choice(choices, choice)} gives {voice.value(one.name, value, one)}",
            f"{voice.choice(choices, choice)}对应{voice.value(one.name, value, one)}",
        )
        for choice, value in one.follows.table.items()
    )
    yield voice.say(
        f"set when {named} is filled in ({table}); otherwise, or to correct it, typed",
        f"填写{named}后自动带出（{table}），表中没有的或需要更正的可以手工填写",
    )


def _found(one: Field, voice: Voice) -> Iterator[str]:
    """By which fields an earlier ticket is found."""
    if one.same:
        by, is_ = voice.both(map(voice.field, one.same)), "is" if len(one.same) == 1 else "are"
        yield voice.say(
            f"filled by itself with the newest earlier ticket in which {by} {is_} the same, unless another is typed",
            f"没有填写时，自动填入{by}相同的最近一张较早的工单",
        )


def _secret(one: Field, voice: Voice) -> Iterator[str]:
    if one.confidential is not None:
        class_ = voice.quoted(voice.read(_CLASSES.get(one.confidential, words.plain(one.confidential))))
        yield voice.say(
            f"confidential ({class_}): read only by those who work on the ticket",
            f"保密（{class_}），只有处理本工单的人能看到",
        )
