"""Kinds: what may be asked of a field or a built-in, whatever definition it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from workflow.definition import FieldType


class Kind(Enum):
    """What may be asked of a value; the value is how it is called in English, then in Chinese."""

    NUMBER = ("a number", "数字")
    YES_NO = ("a yes or no", "是否")
    CHOICE = ("a choice", "选项")
    DATE = ("a date", "日期")
    DATETIME = ("a date with a time", "日期和时间")
    TEXT = ("a text", "文字")
    PERSON = ("a person", "人员")
    DEPARTMENT = ("a department", "部门")
    ROLE = ("a role", "角色")
    TICKET = ("a ticket", "工单")
    REGISTER = ("an entry of a register", "名册条目")
    FILE = ("a file", "文件")
    LIST = ("a list", "列表")


BUILT_INS: Mapping[str, Kind] = {
    "due": Kind.DATE,
    "priority": Kind.CHOICE,
    "accountable": Kind.ROLE,
    "assignee": Kind.PERSON,
    "requester": Kind.TEXT,
    "receiver": Kind.PERSON,
    "site": Kind.TEXT,
    "place": Kind.TEXT,
    "title": Kind.TEXT,
    "opened": Kind.DATETIME,
    "round": Kind.NUMBER,
}
"""What conditions may ask about every ticket."""

KINDS = {
    FieldType.TEXT: Kind.TEXT,
    FieldType.NUMBER: Kind.NUMBER,
    FieldType.MONEY: Kind.NUMBER,
    FieldType.PERCENT: Kind.NUMBER,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.DATE: Kind.DATE,
    FieldType.DATETIME: Kind.DATETIME,
    FieldType.CONTACT: Kind.TEXT,
    FieldType.PERSON: Kind.PERSON,
    FieldType.DEPARTMENT: Kind.DEPARTMENT,
    FieldType.TICKET: Kind.TICKET,
    FieldType.REGISTER: Kind.REGISTER,
    FieldType.FILE: Kind.FILE,
    FieldType.LIST: Kind.LIST,
}
"""What may be asked of fields, by their types."""

NUMBERS = frozenset(kind for kind, asked in KINDS.items() if asked is Kind.NUMBER)
"""The types of fields that are figures."""

ORDERED = frozenset({Kind.NUMBER, Kind.DATE, Kind.DATETIME})
"""What is less or more than another of its kind."""
