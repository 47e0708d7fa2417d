"""What is found on a ticket whose stored rows do not follow from its history, row by row and column by column."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.derived import NOTICE, Derived, Key, as_json, forged, notice_rows, same, stored_clocks, stored_timers
from service.outbox import SET_ASIDE, notice_id_of
from service.whole import Stored, Whole
from workflow import words
from workflow.definition import Definition, Text

What = Literal[
    "ticket", "clock", "timer", "value", "notice", "attachment", "child", "parent", "occurrence", "history",
    "revision", "set_aside",
]  # fmt: skip
"""What a finding is about: rows of that kind, or the history itself, a revision, or that it is set aside."""

PERSONAL = frozenset({"title", "place", "requester"})
"""Columns of a ticket that repeat field values: a finding says that they differ, not what they hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is not as the history says.

    `name` is which of its kind (a clock as `finish 1`, a timer as `finish 1 late 1`, a field, a person), `column` which
    column of it; without one the whole row is missing (`stored` None) or one too many (`derived` None). With a `text`
    it is something that follows from nothing, and is only told. `mends` is whether it can be put right.
    """

    what: What
    name: str = ""
    column: str = ""
    stored: Any = None
    derived: Any = None
    mends: bool = True
    text: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """As a repair keeps it: what differed, before and after; nothing that a field holds."""
        given = {"what": self.what, "name": self.name, "column": self.column}
        said = {name: value for name, value in given.items() if value}
        return {**said, "before": plain(self.stored), "after": plain(self.derived)}


CALLED: Mapping[str, Text] = {
    "ticket": Text("ticket", "工单"),
    "clock": Text("clock", "计时"),
    "timer": Text("timer", "定时"),
    "value": Text("value", "字段"),
    "notice": Text("notice", "通知"),
    "attachment": Text("attachment", "附件"),
    "child": Text("child", "子工单"),
    "parent": Text("parent", "上级工单"),
    "occurrence": Text("occurrence", "周期"),
    "history": Text("history", "记录"),
    "revision": Text("revision", "版本"),
    "set_aside": Text("set aside", "搁置"),
}
"""What people call the kinds."""


def said(repaired: Mapping[str, Any], definition: Definition, lang: str) -> str:
    """What `Finding.to_json` gave, in words: `timer In time 1 late 1: none -> 2026-03-02T03:30:00+00:00`."""
    what, name, column = repaired["what"], repaired.get("name", ""), repaired.get("column", "")
    if what in ("clock", "timer"):
        first, _, rest = name.partition(" ")
        known = first in definition.deadlines
        name = f"{(words.deadline if known else words.reminder)(first, definition).read(lang)} {rest}"
    about = " ".join(part for part in (CALLED[what].read(lang), name, column) if part)
    before, after = repaired["before"], repaired["after"]
    if before is None and after is None:
        return f"{about}：已修正" if lang == "zh" else f"{about}: put right"
    if lang == "zh":
        return f"{about}：{shown(before, lang)} → {shown(after, lang)}"
    return f"{about}: {shown(before, lang)} -> {shown(after, lang)}"


def shown(value: Any, lang: str) -> str:
    """A stored value as people are shown it; of a whole row that which tells it best."""
    if value is None:
        return "无" if lang == "zh" else "none"
    if isinstance(value, Mapping):
        for name in ("due_at", "limit_at", "person_id", "started_at"):
            if value.get(name) is not None:
                return str(plain(value[name]))
    ready = plain(value)
    return ready if isinstance(ready, str) else json.dumps(ready, ensure_ascii=False)


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    return value


def only_told(what: What, text: Text, name: str = "") -> Finding:
    """Something that cannot be put right."""
    return Finding(what=what, name=name, text=text, mends=False)


def broken_values(whole: Whole) -> list[Finding]:
    """The field values of which the entries say something else: with them the history is not what it was."""
    text = Text("the value is not the one that was written", "字段内容与当时写入的不符")
    return [only_told("history", text, f"{field} {sequence}") for field, sequence in forged(whole)]


def differences(whole: Whole, derived: Derived) -> list[Finding]:
    """Everything stored of a ticket that does not follow from its history, in a fixed order."""
    found = [
        *_of_ticket(whole.row, derived),
        *_of_rows("clock", stored_clocks(whole), derived.clocks),
        *_of_rows("timer", stored_timers(whole), derived.timers),
        *_of_values(whole, derived),
        *_of_notices(whole, derived),
        *_of_attachments(whole, derived),
        *_of_kin(whole, derived),
        *_of_occurrence(whole),
    ]
    return _not_lost(found, whole, derived)


def _not_lost(found: list[Finding], whole: Whole, derived: Derived) -> list[Finding]:
    """What may not be put right after all: the ticket is ahead of a history that has lost its end, or a value that
    something was derived from has been erased."""
    lost = whole.row["sequence"] > derived.ticket.sequence and any(
        one.what in ("clock", "timer") or (one.what == "ticket" and one.column != "sequence") for one in found
    )
    if lost:
        text = Text(
            f"entries after {derived.ticket.sequence} are missing: the ticket is at {whole.row['sequence']}",
            f"第 {derived.ticket.sequence} 条之后的记录缺失：工单已到第 {whole.row['sequence']} 条",
        )
        return [only_told("history", text)]
    if derived.erased and any(one.what in ("clock", "timer") for one in found):
        fields = ", ".join(sorted(derived.erased))
        text = Text(f"cannot be derived without what was erased: {fields}", f"内容已删除，无法推算：{fields}")
        return [only_told("history", text)]
    return found


def _of_ticket(row: Stored, derived: Derived) -> Iterator[Finding]:
    for column, value in derived.row.items():
        if same(row[column], value):
            continue
        if column == "title" and not derived.ticket.fields.get("title"):
            continue  # the definition's own text stands in for it, and may have been worded anew since
        if column in PERSONAL:
            if column not in derived.erased:
                yield Finding(what="ticket", column=column)
            continue
        yield Finding(what="ticket", column=column, stored=row[column], derived=as_json(value))


def _of_rows(
    what: Literal["clock", "timer"], stored: Mapping[Key, Stored], derived: Mapping[Key, Stored]
) -> Iterator[Finding]:
    for key in {**derived, **stored}:
        name = " ".join(str(part) for part in key[1:] if part != "")
        was, is_ = stored.get(key), derived.get(key)
        if was is None or is_ is None:
            yield Finding(
                what=what,
                name=name,
                stored=None if was is None else _rest(was),
                derived=None if is_ is None else _rest(is_),
            )
            continue
        for column, value in is_.items():
            if not same(was[column], value):
                yield Finding(what=what, name=name, column=column, stored=was[column], derived=value)


def _rest(row: Stored) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("ticket_id", "kind", "name", "run", "level")}


def _of_values(whole: Whole, derived: Derived) -> Iterator[Finding]:
    """For each field that was filled, the one value that counts: the newest."""
    counting: dict[str, list[int]] = {}
    for one in whole.values:
        if one["current"]:
            counting.setdefault(one["field"], []).append(one["sequence"])
    for field, sequence in derived.current.items():
        stored = counting.get(field, [])
        if stored != [sequence]:
            yield Finding(what="value", name=field, column="current", stored=stored, derived=[sequence])


def _of_notices(whole: Whole, derived: Derived) -> Iterator[Finding]:
    """That everybody whom an entry told has his notice, once, under the id that follows from what it tells."""
    lost, strays = notices_lost(whole, derived)
    for one in lost:
        if one.stored is None or one.stored["id"] != one.row["id"]:
            named = {name: one.row[name] for name in ("person_id", "sequence", "position")}
            yield Finding(what="notice", name=one.row["id"], derived=named)
        else:
            columns = [name for name in NOTICE if not same(one.stored[name], one.row[name])]
            yield Finding(what="notice", name=one.row["id"], column=", ".join(columns))
    for row in strays:
        yield only_told("notice", Text("a notice that no entry caused", "没有记录对应的通知"), row["id"])


@dataclass(frozen=True, slots=True, kw_only=True)
class LostNotice:
    """A notice as it ought to be stored, and the row that stands for it otherwise; None: there is none."""

    row: Stored
    stored: Stored | None


def notices_lost(whole: Whole, derived: Derived) -> tuple[list[LostNotice], list[Stored]]:
    """The notices that are not as they ought to be, and those that nothing accounts for."""
    told = {
        (person, item.sequence, item.position)
        for items_by_person in derived.settlings
        for person, items in items_by_person.items()
        for item in items
    }
    standing: set[Telling] = set()
    left = []
    for row in whole.notices:
        tells = _tells(row)
        if row["position"] == SET_ASIDE:
            continue
        if tells and tells <= told and not tells & standing and _as_derived(whole, row):
            standing |= tells
        else:
            left.append(row)
    by_id = {row["id"]: row for row in left}
    found = []
    for row in _missing(whole, derived, standing):
        like = by_id.pop(row["id"], None)
        if like is None:
            like = next((one for one in by_id.values() if _tells(one) == _tells(row)), None)
            if like is not None:
                del by_id[like["id"]]
        found.append(LostNotice(row=row, stored=like))
    return found, list(by_id.values())


Telling = tuple[str, int, int]
"""One thing that a person is told: who, of which entry, at which position."""


def _missing(whole: Whole, derived: Derived, standing: set[Telling]) -> Iterator[Stored]:
    """The notices, as they ought to be stored, that tell what none of those standing tells."""
    for items_by_person in derived.settlings:
        lacking = {
            person: [one for one in items if (person, one.sequence, one.position) not in standing]
            for person, items in items_by_person.items()
        }
        yield from notice_rows(whole, {person: items for person, items in lacking.items() if items})


def _tells(row: Stored) -> set[Telling]:
    try:
        return {(row["person_id"], item["sequence"], item["position"]) for item in row["items"]}
    except (KeyError, TypeError):
        return set()


def _as_derived(whole: Whole, row: Stored) -> bool:
    first = row["items"][0]
    place = first["sequence"], first["position"]
    return (row["sequence"], row["position"]) == place and row["id"] == notice_id_of(
        whole.number, *place, row["person_id"]
    )


def _of_attachments(whole: Whole, derived: Derived) -> Iterator[Finding]:
    stored = {(one["file_id"], one["field"]) for one in whole.attachments}
    for file, field in sorted(stored ^ derived.attachments):
        if field.partition(".")[0] in derived.erased:
            continue
        here = (file, field) in stored
        yield Finding(what="attachment", name=field, stored=file if here else None, derived=None if here else file)


def _of_kin(whole: Whole, derived: Derived) -> Iterator[Finding]:
    """That the tickets it has opened know it as their parent, and that the one that opened it says so."""
    mine = whole.row["id"]
    root = whole.row["root_id"] or mine
    for number in (child["number"] for row in whole.entries for child in row.opened or ()):
        child = whole.relatives.get(number)
        if child is None:
            yield only_told("child", Text("there is no such ticket", "没有这张工单"), number)
            continue
        for column, value in (("parent_id", mine), ("root_id", root)):
            if child[column] != value:
                yield Finding(what="child", name=number, column=column, stored=child[column], derived=value)
        still_open = any(one.number == number for one in derived.ticket.children)
        if still_open != (child["ended_at"] is None):
            text = (
                Text("it has ended, and no entry says so", "已结束，但没有相应记录")
                if still_open
                else Text("it is open, and an entry says that it has ended", "仍未结束，但记录称已结束")
            )
            yield only_told("child", text, number)
    if (whole.row["parent_id"] is None) != (whole.row["root_id"] is None) or (
        whole.row["parent_id"] is not None and not whole.claimed
    ):
        text = Text("no entry of it says that it opened this ticket", "其记录中没有开立本单")
        yield only_told("parent", text, _parent(whole))


def _parent(whole: Whole) -> str:
    parent = whole.row["parent_id"]
    return next((number for number, one in whole.relatives.items() if one["id"] == parent), str(parent or ""))


def _of_occurrence(whole: Whole) -> Iterator[Finding]:
    said = whole.entries[0].occurrence
    row = whole.occurrence
    stored = None if row is None else (row["workflow"], row["schedule"], row["period"], row["party"])
    # Its workflow is the one that it was opened with: by now it may be a class of it.
    wanted = None if said is None else (
        whole.entries[0].workflow, said["schedule"], said["period"], said["party"] or ""
    )  # fmt: skip
    if stored != wanted:
        text = Text("the period that it was opened for is not noted as seen to", "所属周期未登记为已开立")
        yield only_told("occurrence", text, "" if said is None else f"{said['schedule']} {said['period']}")
