"""What an effect `set` writes: each value typed by its field when the definition is read, ready to be stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from workflow import names
from workflow.definition import DATES, PRIORITIES, Field, FieldType, Text
from workflow.problems import Instead
from workflow.reading.moment_words import MomentFaulty, parse_moment
from workflow.reading.nodes import Finding, instead
from workflow.roles import Role, Scope

BUILT_INS = ("priority", "accountable")
"""What can be set beside fields."""

_NUMBERS = (FieldType.NUMBER, FieldType.MONEY, FieldType.PERCENT)


class _Unfit(Exception):
    """The value is none of the field's: what would be accepted, in English and Chinese, and what was meant."""

    def __init__(self, text: str, text_zh: str, mend: Instead | None = None) -> None:
        self.mend = mend
        super().__init__(text, text_zh)


def read_set(
    said: Mapping[str, object],
    fields: Mapping[str, Field],
    roles: Mapping[str, Role],
    departments: Mapping[str, Text],
) -> tuple[dict[str, object], list[tuple[str, Finding]]]:
    """The values by field, and for each that does not fit, what would."""
    values: dict[str, object] = {}
    findings: list[tuple[str, Finding]] = []
    for name, value in said.items():
        accepted: list[str] | None = None
        try:
            if name == "priority":
                values[name] = _one_of(value, PRIORITIES)
            elif name == "accountable":
                values[name] = _one_of(value, [one.name for one in roles.values() if one.scope is not Scope.DEPARTMENT])
            elif name in fields:
                values[name] = _typed(fields[name], value, departments)
            else:
                accepted = [*fields, *BUILT_INS]
        except _Unfit as unfit:
            text, text_zh = unfit.args
            findings.append((name, Finding("set_value", f"{name} {text}", f"{name} {text_zh}", mend=unfit.mend)))
        if accepted is not None:
            meant, meant_zh = names.did_you_mean(name, accepted)
            text, text_zh = f"there is no field {name} that could be set{meant}", f"没有可设置的字段 {name}{meant_zh}"
            mend = instead(name, accepted)
            if name.partition(".")[0] in fields:
                text = f"{name} cannot be set: rows of a list are filled by people, one at a time"
                text_zh = f"不能设置 {name}：列表的各行由人员逐行填写"
                mend = None
            findings.append((name, Finding("unknown_field", text, text_zh, of_key=True, mend=mend)))
    return values, findings


def _typed(field: Field, value: object, departments: Mapping[str, Text]) -> object:
    kind = field.type
    if field.formula is not None:
        raise _Unfit("is worked out (`is`) and cannot be set", "由系统算出（is），不能设置")
    if kind is FieldType.YES_NO:
        return _fitting(value, isinstance(value, bool), "is set to true or false", "应设为 true 或 false")
    if kind in _NUMBERS:
        fits = isinstance(value, int | Decimal) and not isinstance(value, bool)
        return Decimal(str(_fitting(value, fits, "is set to a number", "应设为数字")))
    if kind is FieldType.CHOICE:
        return _one_of(value, list(field.choices))
    if kind is FieldType.DEPARTMENT:
        return _one_of(value, list(departments))
    if kind in DATES:
        return _date(field, value)
    if kind in (FieldType.TEXT, FieldType.CONTACT):
        return _fitting(value, isinstance(value, str), "is set to text in quotes", "应设为加引号的文字")
    raise _Unfit(f"is a {kind.value} and cannot be set here", f"的类型是 {kind.value}，不能在此设置")


def _date(field: Field, value: object) -> object:
    if isinstance(value, str) and not value[:4].isdigit():
        try:
            return parse_moment(value)
        except MomentFaulty as fault:
            raise _Unfit(f"cannot be set so: {fault.finding.text}", f"不能这样设置：{fault.finding.text_zh}") from None
    try:
        if field.type is FieldType.DATE:
            return dt.date.fromisoformat(str(value))
        instant = dt.datetime.fromisoformat(str(value))
        if instant.tzinfo is not None:
            return instant.astimezone(dt.UTC)
    except ValueError:
        pass  # said below, as for any other word
    example = "2026-05-01" if field.type is FieldType.DATE else "2026-05-01T18:00+08:00"
    raise _Unfit(
        f'is set to a moment, as `2 days after opened`, or to a date in quotes, as "{example}"',
        f'应设为时刻，例如 2 days after opened，或加引号的日期，例如 "{example}"',
    )


def _one_of(value: object, accepted: tuple[str, ...] | list[str]) -> object:
    meant, meant_zh = names.did_you_mean(value, accepted)
    return _fitting(
        value,
        isinstance(value, str) and value in accepted,
        f"is set to one of {names.one_of(accepted)}{meant}",
        f"可设为 {names.one_of(accepted, 'zh')}{meant_zh}",
        instead(value, accepted),
    )


def _fitting(value: object, fits: bool, text: str, text_zh: str, mend: Instead | None = None) -> object:
    if not fits:
        raise _Unfit(text, text_zh, mend)
    return value
