"""Registers: what the house keeps lists of beside its tickets (parties, templates, tariff items), for fields to name.

What a register is stands in a file of the catalogue; its entries are kept by the service and need no publishing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from workflow.conditions import Condition
from workflow.definition import Field, FieldType, Text
from workflow.entry import Value

COLUMN_TYPES = (
    FieldType.TEXT,
    FieldType.CONTACT,
    FieldType.NUMBER,
    FieldType.MONEY,
    FieldType.PERCENT,
    FieldType.YES_NO,
    FieldType.CHOICE,
    FieldType.DATE,
    FieldType.DATETIME,
)
"""What a column may hold: values that say by themselves what they are, whatever ticket, site or day it is."""

OWN_COLUMNS = ("register", "key", "name", "name_en", "site", "since", "until", "version")
"""What every entry has without declaring it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A register; `kept_by` are the roles that may write it, nobody's but the command line's where it is empty.

    Any column of an entry may be empty; those of a `confidential` class are for those who keep the register.
    """

    name: str
    text: Text
    columns: Mapping[str, Field] = field(default_factory=dict)
    kept_by: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterEntry:
    """One entry as it may be chosen at a site: `key` is what a field holds, `text` what people read.

    `values` are those of the columns that are filled; the entry holds from `since` on.
    """

    key: str
    text: Text
    values: Mapping[str, Value]
    since: dt.datetime


def holds(condition: Condition, register: str, values: Mapping[str, Value]) -> bool:
    """Whether a condition over the columns of a register (`parties.class is anchor`) holds for what an entry says."""
    return condition.holds(_Entry(register, values))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry as a condition asks about it."""

    register: str
    values: Mapping[str, Value]

    def value(self, name: str, /) -> object:
        register, _, column = name.partition(".")
        return self.values.get(column) if register == self.register else None

    def made(self, _: str, /) -> int:
        return 0

    def is_open(self, _: str, /) -> bool:
        return False

    def total(self, _: str, __: str, /) -> object:
        return None
