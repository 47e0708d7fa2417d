"""Writing entries of registers: each is typed by the columns of its register, and every version of it is kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service import registers, tables
from service.account_faults import AccountRefused, AlreadyThere
from service.account_names import LONGEST
from service.db import table_of
from service.registers import KEY, Kept
from service.sites import require_site
from workflow import names
from workflow.definition import Field, FieldType, Text
from workflow.entry import Value
from workflow.field_readers import FieldFaulty, shown, wrong_type
from workflow.fields import parse_column, to_json
from workflow.registers import Register

SAID = ("name", "name_en", "values", "since", "until")
"""What can be written of an entry beside its key and its site."""


@dataclass(frozen=True, slots=True)
class RegisterEntryFault:
    """What is wrong with one thing that was written: `where` is `key`, `name`, `since` or `values.area`.

    `called` is the same place in people's words.
    """

    where: str
    called: Text
    text: Text


class RegisterEntryFaulty(AccountRefused):
    """An entry cannot be so; `faults` has everything that is wrong with it."""

    def __init__(self, faults: tuple[RegisterEntryFault, ...]) -> None:
        self.faults = faults
        super().__init__(
            "\n".join(f"{one.called.en}: {one.text.en}" for one in faults),
            "\n".join(f"{one.called.read('zh')}：{one.text.read('zh')}" for one in faults),
        )


class RegisterEntryUnknown(AccountRefused):
    """A register has no such entry there: at the site, or among those of all sites where none was named."""

    def __init__(self, register: str, key: str, *, everywhere: bool = False) -> None:
        self.register, self.key = register, key
        if everywhere:
            super().__init__(
                f"The register {register} has no entry {key!r} of all sites; name the site of one that belongs to it.",
                f"名册 {register} 没有所有项目共用的条目“{key}”；属于某个项目的条目请写明项目。",
            )
        else:
            super().__init__(
                f"The register {register} has no entry {key!r} here.", f"名册 {register} 在此没有条目“{key}”。"
            )


class RegisterEntryStale(AccountRefused):
    """Somebody has changed the entry since it was shown."""

    def __init__(self, key: str, expected: int, version: int) -> None:
        self.key, self.expected, self.version = key, expected, version
        super().__init__(
            f"The entry {key} is at version {version}, not {expected}: it has been changed meanwhile.",
            f"条目 {key} 现为版本 {version}，不是 {expected}：其间已有人改动，请重新查看。",
        )


def create(
    session: Session,
    register: Register,
    key: str,
    said: Mapping[str, Any],
    *,
    site: str | None,
    by: str | None,
    at: dt.datetime,
) -> Kept:
    """A new entry of a site, or of all sites (None); `by` is None for the command line.

    Raises RegisterEntryFaulty, AlreadyThere, NotKnown for a site that is not there. A key means one entry wherever it
    can be chosen: what a site has, all sites together cannot have, nor the other way round.
    """
    if site is not None:
        require_site(session, site)
    faults: list[RegisterEntryFault] = []
    if not KEY.fullmatch(key):
        text = Text(
            f"{shown(key)} cannot be a key: it begins with a-z or 0-9 and goes on with a-z, 0-9, _ and -, "
            "63 characters at most",
            f"{shown(key)} 不能用作键：以 a-z 或 0-9 开头，其后为 a-z、0-9、_ 和 -，最多 63 个字符",
        )
        faults.append(RegisterEntryFault("key", _KEY, text))
    columns = _columns(register, {"name": None, "since": at.isoformat(), **said}, faults)
    if faults:
        raise RegisterEntryFaulty(tuple(faults))
    table = table_of(tables.RegisterEntry)
    taken = select(table.c.id).where(table.c.register == register.name, table.c.key == key)
    if site is not None:
        taken = taken.where(or_(table.c.site_id.is_(None), table.c.site_id == site))
    if session.execute(taken.limit(1)).first() is not None:
        raise AlreadyThere("entry", key)
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    written = dialect.insert(table).values(register=register.name, key=key, site_id=site, version=1, **columns)
    row = session.execute(written.on_conflict_do_nothing().returning(table)).one_or_none()
    if row is None:
        raise AlreadyThere("entry", key)
    return _remembered(session, register, row, by, at)


def change(
    session: Session,
    register: Register,
    key: str,
    said: Mapping[str, Any],
    *,
    site: str | None,
    version: int | None,
    by: str | None,
    at: dt.datetime,
) -> Kept:
    """Write over what is said of an entry and leave the rest; a value of None is taken out. Nothing new writes nothing.

    `site` is where the entry is seen from, None where only those of all sites are meant; `version` that of the entry as
    it was seen, None to write whatever it is. Raises RegisterEntryUnknown, RegisterEntryStale, RegisterEntryFaulty.
    """
    table = table_of(tables.RegisterEntry)
    row = session.execute(registers.one(register.name, key, site).with_for_update()).one_or_none()
    if row is None:
        raise RegisterEntryUnknown(register.name, key, everywhere=site is None)
    if version is not None and version != row.version:
        raise RegisterEntryStale(key, version, row.version)
    was = {name: getattr(row, name) for name in ("name", "name_en", "since", "until")}
    stored = {name: value for name, value in row.values.items() if name in register.columns}
    faults: list[RegisterEntryFault] = []
    columns = _columns(register, {**{name: _as_said(value) for name, value in was.items()}, **said}, faults)
    if faults:
        raise RegisterEntryFaulty(tuple(faults))
    kept = {name: value for name, value in stored.items() if name not in said.get("values", {})}
    columns["values"] = {**kept, **columns["values"]}
    if {**was, "values": row.values} == columns:
        return registers.kept(register, row)
    written = update(table).where(table.c.id == row.id).values(**columns, version=row.version + 1)
    return _remembered(session, register, session.execute(written.returning(table)).one(), by, at)


def _as_said(value: object) -> object:
    return value.isoformat() if isinstance(value, dt.datetime) else value


def _remembered(session: Session, register: Register, row: Row[Any], by: str | None, at: dt.datetime) -> Kept:
    """The entry as it is now, written down as a version of its own."""
    columns = {name: getattr(row, name) for name in SAID}
    session.execute(
        insert(tables.RegisterChange).values(entry_id=row.id, version=row.version, at=at, by_id=by, **columns)
    )
    return registers.kept(register, row)


# --- What is said, typed --------------------------------------------------------------------------------------------

_KEY = Text("key", "键")
_NAME = Field(name="name", text=Text("name", "名称"), type=FieldType.TEXT, max=Decimal(LONGEST))
_NAME_EN = replace(_NAME, name="name_en", text=Text("English name", "英文名称"))
_SINCE = Field(name="since", text=Text("since", "生效时间"), type=FieldType.DATETIME)
_UNTIL = replace(_SINCE, name="until", text=Text("until", "终止时间"))


def _columns(register: Register, said: Mapping[str, Any], faults: list[RegisterEntryFault]) -> dict[str, Any]:
    """What is stored of what was said; what is wrong goes into `faults`."""
    found: dict[str, Any] = {
        "name": _read(_NAME, "name", said["name"], faults),
        "name_en": _or_nothing(_NAME_EN, "name_en", said.get("name_en"), faults),
        "since": _read(_SINCE, "since", said["since"], faults),
        "until": _or_nothing(_UNTIL, "until", said.get("until"), faults),
    }
    since, until = found["since"], found["until"]
    if isinstance(since, dt.datetime) and isinstance(until, dt.datetime) and until <= since:
        text = Text(
            f"{until.isoformat()} is not after {since.isoformat()}", f"{until.isoformat()} 不晚于 {since.isoformat()}"
        )
        faults.append(RegisterEntryFault("until", _UNTIL.text, text))
    values = said.get("values", {})
    if not isinstance(values, Mapping):
        fault = wrong_type(values, "an object with columns of the register", "含名册各列的对象")
        faults.append(RegisterEntryFault("values", Text("columns", "各列"), fault.text))
        values = {}
    found["values"] = {}
    for name, raw in values.items():
        where = f"values.{name if name in register.columns else shown(str(name))}"
        if name not in register.columns:
            meant, meant_zh = names.did_you_mean(name, register.columns)
            listed = names.one_of(register.columns) or "none"
            listed_zh = names.one_of(register.columns, "zh") or "无"
            text = Text(
                f"the register {register.name} has no such column{meant or '; there are: ' + listed}",
                f"名册 {register.name} 没有这一列{meant_zh or '；现有：' + listed_zh}",
            )
            faults.append(RegisterEntryFault(where, Text(shown(str(name))), text))
        elif raw is not None:
            value = _read(register.columns[name], where, raw, faults)
            found["values"][name] = None if value is None else to_json(value)
    return found


def _or_nothing(field: Field, where: str, raw: object, faults: list[RegisterEntryFault]) -> Value | None:
    return None if raw is None else _read(field, where, raw, faults)


def _read(field: Field, where: str, raw: object, faults: list[RegisterEntryFault]) -> Value | None:
    try:
        return parse_column(field, raw)
    except FieldFaulty as fault:
        faults.append(RegisterEntryFault(where, called(field, where), fault.text))
        return None


def called(field: Field, where: str) -> Text:
    """The label of a column, with its name where that is another word: so it is typed in a table and a command."""
    text = field.text
    if not where.startswith("values.") or text.en == text.read("zh") == field.name:
        return text
    return Text(f"{text.en} ({field.name})", f"{text.read('zh')}（{field.name}）")
