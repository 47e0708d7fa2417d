"""One reader per type of field: a JSON value in, a typed value out, or a sentence that says what would be accepted.

Nothing is guessed: a number in quotes is one, `true` is none, and a time without an offset is refused. What comes
out can be stored, counted from by a calendar and written into an answer without another look.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Context, Decimal
from typing import Literal

from workflow import names
from workflow.definition import Field, FieldType, Text
from workflow.entry import Value
from workflow.ticket import Facts

LONGEST = {FieldType.TEXT: 10_000, FieldType.CONTACT: 500}
"""The most characters of a text whose field names no smaller number."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

EARLIEST, LATEST = dt.date(1990, 1, 1), dt.date(2099, 12, 31)
"""Between these, any duration of a definition can be counted from a date without leaving the calendars' years."""

Code = Literal["empty", "wrong_type", "unreadable", "out_of_range", "too_long", "too_short", "unknown", "repeated"]


class FieldFaulty(ValueError):
    """What was typed is not a value of the field: `code` for programs, `text` says what would be accepted."""

    def __init__(self, code: Code, text: Text) -> None:
        self.code = code
        self.text = text
        super().__init__(text.en)


def _text(field: Field, raw: object, _: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(raw, "a text", "文字")
    text = raw.strip()
    if not text:
        raise FieldFaulty("empty", Text("write something, or leave the field out", "请填写内容，或不要提交此字段"))
    if _says_nothing(text):
        raise FieldFaulty(
            "empty", Text("a dash or a dot says nothing, write it in words", "只有标点等于没有填写，请用文字说明")
        )
    if _UNSTORABLE.search(text):
        raise FieldFaulty(
            "unreadable",
            Text("the text has characters that cannot be stored (NUL or half a pair)", "文字中有无法保存的字符"),
        )
    longest = min(LONGEST[field.type], int(field.max) if isinstance(field.max, Decimal) else LONGEST[field.type])
    if len(text) > longest:
        raise FieldFaulty(
            "too_long",
            Text(f"at most {longest} characters, these are {len(text)}", f"最多 {longest} 个字符，现有 {len(text)} 个"),
        )
    if field.min_length is not None and len(text) < field.min_length:
        raise FieldFaulty(
            "too_short",
            Text(
                f"at least {field.min_length} characters, these are {len(text)}",
                f"至少 {field.min_length} 个字符，现有 {len(text)} 个",
            ),
        )
    return text


def _says_nothing(text: str) -> bool:
    """Whether there is nothing but punctuation and blanks, as a form is filled in by whoever has no answer."""
    return all(letter.isspace() or unicodedata.category(letter)[0] in "PZ" for letter in text)


def _choice(field: Field, raw: object, _: Facts) -> Value:
    return _one_of(raw, field.choices, "a choice", "选项")


def _department(_: Field, raw: object, facts: Facts) -> Value:
    if isinstance(raw, str) and not facts.departments:
        raise FieldFaulty(
            "unknown",
            Text(
                f"{shown(raw)} cannot be chosen: the site has no departments; whoever runs the installation adds them",
                f"不能选择 {shown(raw)}：该项目还没有部门；请系统管理员添加",
            ),
        )
    return _one_of(raw, facts.departments, "a department", "部门")


def _one_of(raw: object, known: Mapping[str, object] | frozenset[str], what: str, what_zh: str) -> Value:
    accepted = list(known) if isinstance(known, Mapping) else sorted(known)
    if not isinstance(raw, str):
        raise wrong_type(
            raw, f"{what} as text: {names.one_of(accepted)}", f"{what_zh}（文字）：{names.one_of(accepted, 'zh')}"
        )
    if raw in known:
        return raw
    raise FieldFaulty(
        "unknown",
        Text(
            f"{shown(raw)} is not {what}; accepted: {names.one_of(accepted) or 'none'}",
            f"{shown(raw)} 不是可用的{what_zh}；可用：{names.one_of(accepted, 'zh') or '无'}",
        ),
    )


def _person(_: Field, raw: object, facts: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(raw, "a person's id, as text", "人员编号（文字）")
    if raw not in facts.people:
        raise FieldFaulty(
            "unknown",
            Text(f"there is no person {shown(raw)}; write the id of one", f"没有人员 {shown(raw)}；请填人员编号"),
        )
    return raw


def _ticket(field: Field, raw: object, facts: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(raw, "a ticket's number, as text", "工单编号（文字）")
    link = facts.links.get(raw)
    if link is None:
        raise FieldFaulty(
            "unknown",
            Text(f"there is no ticket {shown(raw)}; write the number of one", f"没有工单 {shown(raw)}；请填工单编号"),
        )
    if field.workflow is not None and field.workflow not in (link.workflow, link.head):
        raise FieldFaulty(
            "out_of_range",
            Text(
                f"ticket {link.number} is of {link.workflow}; accepted: one of {field.workflow}",
                f"工单 {link.number} 属于 {link.workflow}；应为 {field.workflow} 的工单",
            ),
        )
    if field.in_states and link.state not in field.in_states:
        raise FieldFaulty(
            "out_of_range",
            Text(
                f"ticket {link.number} is {link.state}; accepted: one that is {' or '.join(field.in_states)}",
                f"工单 {link.number} 处于 {link.state}；应处于 {'或'.join(field.in_states)}",
            ),
        )
    return raw


def _register(field: Field, raw: object, facts: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(
            raw, f"the key of an entry of {field.register}, as text", f"名册 {field.register} 条目的键（文字）"
        )
    if raw not in facts.registers.get(field.register or "", frozenset()):
        raise FieldFaulty(
            "unknown",
            Text(
                f"{shown(raw)} is no entry of {field.register} that may be chosen here now; write the key of one",
                f"名册 {field.register} 中没有当前可选的条目 {shown(raw)}；请填条目的键",
            ),
        )
    return raw


def _file(_: Field, raw: object, facts: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(raw, "the id of an uploaded file, as text", "已上传文件的编号（文字）")
    if raw not in facts.files:
        raise FieldFaulty(
            "unknown",
            Text(
                f"{shown(raw)} is no file that you uploaded; upload it first, then write the id in the answer",
                f"没有您上传的文件 {shown(raw)}；请先上传，再填返回的编号",
            ),
        )
    return raw


def _yes_no(_: Field, raw: object, __: Facts) -> Value:
    if isinstance(raw, bool):
        return raw
    raise wrong_type(raw, "true or false", "true 或 false")


# --- Numbers ------------------------------------------------------------------------------------------------------

_WRITTEN = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?\Z")
_EXACTLY = Context(prec=100)
_TOO_LARGE = Decimal(10) ** 15


def _number(field: Field, raw: object, _: Facts) -> Value:
    places = 2 if field.type is FieldType.MONEY else 6
    number = _plain(_decimal(raw))
    if abs(number) >= _TOO_LARGE or -int(number.as_tuple().exponent) > places:
        raise FieldFaulty(
            "out_of_range",
            Text(
                f"at most 15 digits before the point and {places} after it",
                f"小数点前最多 15 位，小数点后最多 {places} 位",
            ),
        )
    if isinstance(field.min, Decimal) and number < field.min:
        raise FieldFaulty(
            "out_of_range", Text(f"at least {field.min}, not {number}", f"不小于 {field.min}，现为 {number}")
        )
    if isinstance(field.max, Decimal) and number > field.max:
        raise FieldFaulty(
            "out_of_range", Text(f"at most {field.max}, not {number}", f"不大于 {field.max}，现为 {number}")
        )
    return number


def _decimal(raw: object) -> Decimal:
    """The number as written; the shortest form of a JSON number is what its writer meant."""
    if isinstance(raw, float | Decimal):
        number = raw if isinstance(raw, Decimal) else Decimal(repr(raw))
        if number.is_finite():
            return number
        raise _unreadable(str(raw), "a number", "数字", "12.5")
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw)
    if isinstance(raw, str):
        if _WRITTEN.match(raw.strip()):
            return Decimal(raw.strip())
        raise _unreadable(raw, "a number", "数字", "12.5")
    raise wrong_type(raw, "a number", "数字")


def _plain(number: Decimal) -> Decimal:
    """Without needless zeros, power or minus sign: the same number is always stored the same."""
    if abs(number.adjusted()) > 40 or len(number.as_tuple().digits) > 80:
        return _TOO_LARGE if number else Decimal(0)
    number = _EXACTLY.normalize(number)
    if int(number.as_tuple().exponent) > 0:
        number = _EXACTLY.quantize(number, Decimal(1))
    return number or Decimal(0)


# --- Dates --------------------------------------------------------------------------------------------------------

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?\Z"
)


def _date(_: Field, raw: object, __: Facts) -> Value:
    if not isinstance(raw, str):
        raise wrong_type(raw, "a date like 2026-05-01, as text", "日期（文字），例如 2026-05-01")
    try:
        date = dt.date.fromisoformat(_written(_DATE, raw)[0])
    except ValueError:
        raise _unreadable(raw, "a date", "日期", "2026-05-01") from None
    _refuse_far(date)
    return date


def _datetime(_: Field, raw: object, __: Facts) -> Value:
    example = "2026-05-01T17:30+08:00"
    if not isinstance(raw, str):
        raise wrong_type(raw, f"a date with a time like {example}, as text", f"日期和时间（文字），例如 {example}")
    try:
        written = _written(_TIME, raw)
        instant = dt.datetime.fromisoformat(written[0])
    except ValueError:
        raise _unreadable(raw, "a date with a time", "日期和时间", example) from None
    if instant.tzinfo is None:
        raise FieldFaulty(
            "unreadable",
            Text(
                f"{shown(raw)} does not say in which zone; write the offset behind it: {written[0]}+08:00",
                f"{shown(raw)} 没有写明时区；请在后面写上偏移：{written[0]}+08:00",
            ),
        )
    _refuse_far(instant.date())
    return instant.astimezone(dt.UTC)


def _written(form: re.Pattern[str], raw: str) -> re.Match[str]:
    match = form.match(raw.strip())
    if match is None:
        raise ValueError("not in this form")
    return match


def _refuse_far(date: dt.date) -> None:
    if not EARLIEST <= date <= LATEST:
        raise FieldFaulty(
            "out_of_range",
            Text(
                f"a date between {EARLIEST} and {LATEST}, not {date}",
                f"日期应在 {EARLIEST} 至 {LATEST} 之间，不能是 {date}",
            ),
        )


READERS: Mapping[FieldType, Callable[[Field, object, Facts], Value]] = {
    FieldType.TEXT: _text,
    FieldType.CONTACT: _text,
    FieldType.NUMBER: _number,
    FieldType.MONEY: _number,
    FieldType.PERCENT: _number,
    FieldType.YES_NO: _yes_no,
    FieldType.CHOICE: _choice,
    FieldType.DATE: _date,
    FieldType.DATETIME: _datetime,
    FieldType.PERSON: _person,
    FieldType.DEPARTMENT: _department,
    FieldType.TICKET: _ticket,
    FieldType.REGISTER: _register,
    FieldType.FILE: _file,
}
"""The reader of every type that is one value; each raises FieldFaulty and nothing else."""


# --- What is said -------------------------------------------------------------------------------------------------


def wrong_type(raw: object, wanted: str, wanted_zh: str) -> FieldFaulty:
    """The fault of a JSON value of another type than the `wanted` one."""
    kind, kind_zh = next((words for type_, words in _JSON if isinstance(raw, type_)), ("something else", "其他内容"))
    asked = f"请填{' ' if wanted_zh[0].isascii() else ''}{wanted_zh}"
    if raw is None:
        asked = f"请填写：{wanted_zh}"
    return FieldFaulty("wrong_type", Text(f"write {wanted}; this is {kind}", f"{asked}；现为{kind_zh}"))


def _unreadable(raw: str, what: str, what_zh: str, example: str) -> FieldFaulty:
    return FieldFaulty(
        "unreadable",
        Text(
            f"{shown(raw)} is not {what}; write it like {example}",
            f"{shown(raw)} 不是{what_zh}；请写成 {example} 的形式",
        ),
    )


_JSON: tuple[tuple[type, tuple[str, str]], ...] = (
    (bool, ("true or false", "true 或 false")),
    (str, ("text", "文字")),
    (type(None), ("nothing", "空值")),
    (int, ("a number", "数字")),
    (float, ("a number", "数字")),
    (Decimal, ("a number", "数字")),
    (list, ("a list", "列表")),
    (dict, ("an object", "对象")),
)
"""How JSON's own types are called; in this order, since to Python true is a number."""


def shown(text: str) -> str:
    """What was typed, short, and with nothing in it that could not be written into an answer."""
    plain = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text[:40])
    return f"“{plain}{'…' if len(text) > 40 else ''}”"
