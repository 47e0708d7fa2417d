"""Entries of a register as tables say them: columns by their names or by what people read, each row written over."""

from __future__ import annotations

import datetime as dt
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

import click

from service.cli.faults import PROBLEMS, Faulty
from service.cli.instants import end_of, start_of
from service.cli.register_table import Table
from service.cli.speaking import lang, say

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from workflow.catalogue import Catalogue
    from workflow.definition import Field
    from workflow.registers import Register

MOST_TOLD = 50
"""So many things that are wrong are told one by one."""

SHOWN_EVERY = 200
"""How often a terminal is told how far an import is."""

OWN = {
    "key": ("Key", "键"),
    "name": ("Name", "名称"),
    "name_en": ("English name", "英文名称"),
    "since": ("Since", "生效时间"),
    "until": ("Until", "终止时间"),
}
"""What every entry can be told, as people read it."""

_WITHOUT_ZONE = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?")

_YES = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}

Written = Literal["added", "changed", "unchanged"]


def heads_of(register: Register) -> Callable[[Sequence[str]], list[str]]:
    """What the first line of a table means: names of columns, written as such or as people read them."""
    known = {**{text: name for name, texts in OWN.items() for text in texts}, **{name: name for name in OWN}}
    for column in register.columns.values():
        for text in (column.text.en, column.text.zh):
            known.setdefault(text, column.name)
    known |= {name: name for name in register.columns}
    folded = {text.casefold(): name for text, name in known.items()}

    def named(head: Sequence[str]) -> list[str]:
        from workflow import names

        unknown = [text for text in head if text.casefold() not in folded]
        if unknown:
            meant, meant_zh = names.did_you_mean(unknown[0], known)
            there = names.one_of([*OWN, *register.columns])
            raise Faulty(
                say(
                    f"the first line names {unknown[0]!r}, which {register.name} has not{meant}; there are: {there}",
                    f"首行的“{unknown[0]}”不是名册 {register.name} 的列{meant_zh}；现有：{there}",
                )
            )
        return [folded[text.casefold()] for text in head]

    return named


def template(register: Register) -> list[str]:
    """The first line of a table that can be filled in, as people read it."""
    texts = [texts[lang() == "zh"] for texts in OWN.values()]
    labels = [column.text.read(lang()) for column in register.columns.values()]
    once = Counter(text.casefold() for text in (*texts, *labels))
    told = [
        label if once[label.casefold()] == 1 else name for name, label in zip(register.columns, labels, strict=True)
    ]
    return [*texts, *told]


def write_all(
    session: Session,
    register: Register,
    catalogue: Catalogue,
    read: Table,
    site: str | None,
    at: dt.datetime,
) -> Counter[Written]:
    """Write every row; Faulty with everything that is wrong with any of them, by line and column."""
    from service.account_faults import AccountRefused

    faults = list(read.faults)
    done: Counter[Written] = Counter()
    for line, row in _shown(read.rows):
        try:
            key = row.pop("key")
            done[put_row(session, register, catalogue, key, row, site, at, keep_empty=False)] += 1
        except (AccountRefused, Faulty) as error:
            told = say(str(error), error.text.read("zh")) if isinstance(error, AccountRefused) else error.message
            faults += [(line, one) for one in told.splitlines()]
    if faults:
        in_order = sorted(faults, key=itemgetter(0))
        lines = [say(f"line {line}: {one}", f"第 {line} 行：{one}") for line, one in in_order[:MOST_TOLD]]
        more = len(faults) - MOST_TOLD
        if more > 0:
            lines.append(say(f"and {more} more", f"另有 {more} 处"))
        many = "1 thing is" if len(faults) == 1 else f"{len(faults)} things are"
        listed = "\n".join(lines)
        raise Faulty(
            say(f"nothing has been imported, {many} wrong:\n{listed}", f"未导入，共 {len(faults)} 处有误：\n{listed}")
        )
    return done


def _shown(rows: Sequence[tuple[int, dict[str, str]]]) -> Iterable[tuple[int, dict[str, str]]]:
    """The rows one by one; whoever looks at a terminal sees how many are done."""
    told = sys.stderr.isatty()
    for number, row in enumerate(rows, start=1):
        if told and number % SHOWN_EVERY == 0:
            click.echo(f"\r{number}/{len(rows)}", nl=number == len(rows), err=True)
        yield row


def put_row(
    session: Session,
    register: Register,
    catalogue: Catalogue,
    key: str,
    row: Mapping[str, str],
    site: str | None,
    at: dt.datetime,
    *,
    keep_empty: bool = True,
) -> Written:
    """Write what a row says over the entry, or as a new one; Faulty or AccountRefused with all that is wrong with it.

    An empty name or beginning says nothing in a table (`keep_empty` false); an empty column takes a value out. A choice
    may be written as people read it, a share with %, a time without an offset.
    """
    from service import register_entries, registers
    from service.account_faults import AccountRefused
    from workflow.registers import OWN_COLUMNS

    faults: list[str] = []
    exit_code = PROBLEMS
    readers: Mapping[str, Callable[[str, Catalogue], dt.datetime]] = {"since": start_of, "until": end_of}
    said: dict[str, Any] = {"values": {}}
    for name, text in row.items():
        try:
            if name in readers:
                said[name] = readers[name](text, catalogue).isoformat() if text else None
            elif name in OWN_COLUMNS:
                said[name] = text or None
            else:
                column = register.columns.get(name)
                said["values"][name] = _meant(column, text, catalogue) if text and column is not None else text or None
        except Faulty as fault:
            faults.append(_at(register.columns.get(name), name) + fault.message)
            exit_code = fault.exit_code
    if not keep_empty:
        said = {name: value for name, value in said.items() if value is not None or name in ("name_en", "until")}
    there = registers.find(session, register, key, site)
    done: Written = "added"
    try:
        if there is None:
            given = {name: value for name, value in said.items() if value is not None}
            register_entries.create(session, register, key, given, site=site, by=None, at=at)
        else:
            now = register_entries.change(session, register, key, said, site=site, version=None, by=None, at=at)
            done = "unchanged" if now.version == there.version else "changed"
    except AccountRefused as error:
        if not faults:
            raise
        faults.append(say(str(error), error.text.read("zh")))
    if faults:  # what has been written without these values goes with the transaction
        raise Faulty("\n".join(faults), exit_code)
    return done


def _at(column: Field | None, name: str) -> str:
    """The column of a fault, as the register names it in its own."""
    from service import register_entries

    if column is None:
        return say(f"{name}: ", f"{OWN[name][1]}：")
    called = register_entries.called(column, f"values.{name}")
    return say(f"{called.en}: ", f"{called.read('zh')}：")


def _meant(column: Field, text: str, catalogue: Catalogue) -> object:
    """What a column is told by a text: a choice as people read it, a time of the calendars' zone.

    Faulty says what a choice, or a yes or no, may be; about other types the register itself speaks.
    """
    from workflow.definition import FieldType

    match column.type:
        case FieldType.YES_NO:
            if text.lower() not in _YES:
                raise Faulty(say(f"write yes or no, not “{text}”", f"请填“是”或“否”，不是“{text}”"))
            return _YES[text.lower()]
        case FieldType.CHOICE:
            called = {one: choice for choice, texts in column.choices.items() for one in (texts.zh, texts.en)}
            called |= {choice: choice for choice in column.choices}
            if text not in called:
                there = say(", ", "、").join(texts.read(lang()) for texts in column.choices.values())
                raise Faulty(say(f"“{text}” is no choice; there are: {there}", f"“{text}”不是可选项；可选：{there}"))
            return called[text]
        case FieldType.PERCENT:
            return text.removesuffix("%")
        case FieldType.DATETIME if _WITHOUT_ZONE.fullmatch(text):
            return start_of(text, catalogue).isoformat()
        case _:
            return text
