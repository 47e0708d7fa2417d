"""The changes of an entry as they are shown: who, when, what it said before, and what since then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from service.cli.instants import local
from service.cli.register_import import OWN
from service.cli.speaking import lang, say
from service.cli.table import table, visible

if TYPE_CHECKING:
    from service.registers import Version
    from workflow.catalogue import Catalogue
    from workflow.registers import Register


def changes_of(versions: Sequence[Version], register: Register) -> list[dict[str, Any]]:
    """Every change for a program, the newest first; one that only repeats what was said has no `changed`."""
    said = [_said(one, register) for one in versions]
    return [
        {
            "version": one.version,
            "at": one.at,
            "by": one.by,
            "changed": {
                name: {"old": before.get(name), "new": now[name]} for name in now if now[name] != before.get(name)
            },
        }
        for one, now, before in zip(versions, said, [*said[1:], {}], strict=True)
    ]


def changes_as_table(changes: Sequence[dict[str, Any]], register: Register, catalogue: Catalogue) -> str:
    """A row for each column that was changed."""
    head = [
        say("version", "版本"), say("when", "时间"), say("who", "由谁"), say("what", "内容"), say("before", "改前"),
        say("after", "改后"),
    ]  # fmt: skip
    rows = [
        [
            str(one["version"]),
            local(one["at"], catalogue),
            one["by"] or say("command line", "命令行"),
            _called(name, register),
            _cell(name, values["old"], register, catalogue),
            _cell(name, values["new"], register, catalogue),
        ]
        for one in changes
        for name, values in one["changed"].items()
    ]
    return table(head, rows)


def _said(one: Version, register: Register) -> dict[str, Any]:
    from workflow.fields import to_json

    own = {"name": one.name, "name_en": one.name_en, "since": one.since, "until": one.until}
    columns = {name: one.values.get(name) for name in register.columns}
    return {**own, **{name: None if value is None else to_json(value) for name, value in columns.items()}}


def _called(name: str, register: Register) -> str:
    column = register.columns.get(name)
    return column.text.read(lang()) if column is not None else OWN[name][lang() == "zh"]


def _cell(name: str, value: Any, register: Register, catalogue: Catalogue) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return local(value, catalogue)
    if isinstance(value, bool):
        return say("yes", "是") if value else say("no", "否")
    column = register.columns.get(name)
    if column is not None and value in column.choices:
        return column.choices[value].read(lang())
    return visible(str(value))
