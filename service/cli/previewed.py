"""What publishing would change, for people and for programs."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from service.cli import changed, table
from service.cli.lasting import lasting
from service.cli.speaking import lang, say
from service.cli.table import visible
from service.cli.wrapping import wrapped

if TYPE_CHECKING:
    from service.previewing import Preview, Standing, Vanishing
    from workflow.prose.differing import Difference

_WIDEST = 100
"""Longer lines are hard to read, however wide the terminal."""


def as_text(preview: Preview, at: dt.datetime, *, keep: bool = True) -> str:
    """Everything that would change at `at`, definition by definition.

    `keep`: open tickets keep what they have; otherwise what becomes of them is said elsewhere, of those carried over.
    """
    lines = [changed.lines_of(preview.changes, keep=keep)]
    for one in preview.changes:
        if one.what == "definition" and one.kind == "changed":
            lines += ["", *_definition(preview, one.name, at, keep)]
    if preview.worded:
        named = visible(say(", ", "、").join(preview.worded))
        lines += ["", say(f"Only words change in {named}.", f"只改文字的文件：{named}。")]
    return "\n".join(lines)


def closing(preview: Preview) -> str:
    """That nothing has been done, at the end of everything."""
    if not preview.files and all(one.kind == "same" for one in preview.changes):
        return say("There is nothing to publish: these files are published already.", "无需发布：这些文件已经发布。")
    return say("Nothing has been published.", "尚未发布。")


def _definition(preview: Preview, name: str, at: dt.datetime, keep: bool) -> Iterator[str]:
    definition = preview.after.definitions[name]
    yield visible(say(f"{definition.text.en} ({name})", f"{definition.text.read('zh')}（{name}）"))
    if name in preview.before.definitions:
        yield from _differences(preview, name)
    else:
        yield say("- What it was cannot be read any more by this version.", "- 本版本已读不出它原来的内容。")
    standing = preview.standing.get(name, ())
    if standing and keep:
        count = sum(one.tickets for one in standing)
        yield "- " + say(
            f"1 open ticket keeps the revision that it has, unless you add --carry-over {name}:"
            if count == 1
            else f"{count} open tickets keep the revision that they have, unless you add --carry-over {name}:",
            f"{count} 张未结工单保持原有版本，除非加上 --carry-over {name}：",
        )
        for one in standing:
            yield "  - " + _standing(one, definition.revision, at)
    vanishing = preview.vanishing.get(name, ())
    if vanishing:
        yield "- " + say("The new revision has no more, and open tickets use:", "新版本不再有、而未结工单正在用的：")
        for each in vanishing:
            yield "  - " + visible(_vanishing(each))


def _differences(preview: Preview, name: str) -> Iterator[str]:
    found = differences(preview, name, lang())
    for one in found:
        yield "- " + visible(_heading(one))
        for mark, sentences in ((say("was: ", "原："), one.was), (say("now: ", "现："), one.now)):
            columns = min(shutil.get_terminal_size().columns, _WIDEST)
            for sentence in sentences:
                yield from wrapped(visible(sentence), columns, first=f"    {mark}")
    if not found:
        yield "- " + say(
            "What is due at the same instant fires in another order: deadlines or reminders have changed places.",
            "同一时刻到期的事项，先后次序有变：时限或催办调换了位置。",
        )


def differences(preview: Preview, name: str, language: str) -> tuple[Difference, ...]:
    """What of a definition is told otherwise, because it acts otherwise."""
    from workflow.prose.differing import differences as found
    from workflow.prose.voice import Surroundings

    was, now = preview.before.definitions[name], preview.after.definitions[name]
    around, before = Surroundings.of(preview.after, now), Surroundings.of(preview.before, was)
    return found(was, now, language, around, before)


_WHOLE = {
    "calendar": ("The calendar", "日历"),
    "accountable": ("Who answers for it", "归口"),
    "followers": ("Who is told of every move", "每次流转通知谁"),
    "family": ("The family", "类别族"),
    "promises": ("What is promised", "承诺"),
}
_BLOCKS = {
    "states": ("The state", "状态"),
    "transitions": ("The transition", "流转"),
    "deadlines": ("The deadline", "时限"),
    "reminders": ("The reminder", "催办"),
    "fields": ("The field", "字段"),
    "recurring": ("The schedule", "定期任务"),
}


def _heading(one: Difference) -> str:
    if len(one.path) < 2:
        return say(*_WHOLE[str(one.path[0])]) + say(":", "：")
    block = str(one.path[0])
    come = "" if one.was else say(" is new", "（新增）")
    gone = "" if one.now else say(" is taken away", "（删除）")
    return say(f"{_BLOCKS[block][0]} {one.label}", f"{_BLOCKS[block][1]}{one.label}") + come + gone + say(":", "：")


def _standing(one: Standing, newest: str, at: dt.datetime) -> str:
    """So many tickets of a revision, and how old they are."""
    old, young = lasting(at - one.oldest), lasting(at - one.newest)
    ages = old if old == young else say(f"{young} to {old}", f"{young}至{old}")
    same = say(" (the one that these files are)", "（即这些文件的版本）") if one.revision == newest else ""
    return say(
        f"{one.tickets} of revision {one.revision} of {one.published_at:%Y-%m-%d}{same}, opened {ages} ago",
        f"版本 {one.revision}（{one.published_at:%Y-%m-%d} 发布）{same}：{one.tickets} 张，开单至今 {ages}",
    )


def _vanishing(one: Vanishing) -> str:
    called = say(f"“{one.text.en}” ({one.name})", f"“{one.text.read('zh')}”（{one.name}）")
    many, tickets = one.tickets != 1, f"{one.tickets} ticket{'s' * (one.tickets != 1)}"
    return {
        "state": say(
            f"the state {called}: {tickets} stand{'s' * (not many)} in it", f"状态{called}：{one.tickets} 张在此"
        ),
        "transition": say(
            f"the transition {called}: it can be made with {tickets}", f"流转{called}：{one.tickets} 张可以办理"
        ),
        "deadline": say(f"the deadline {called}: it runs in {tickets}", f"时限{called}：{one.tickets} 张正在计时"),
        "reminder": say(f"the reminder {called}: it waits in {tickets}", f"催办{called}：{one.tickets} 张正在等待"),
        "field": say(
            f"the field {called}: {tickets} {'have' if many else 'has'} a value in it",
            f"字段{called}：{one.tickets} 张已填",
        ),
        "type": say(
            f"the field {called} with its old type: {tickets} {'have' if many else 'has'} a value of it",
            f"字段{called}（类型有变）：{one.tickets} 张已填",
        ),
    }[one.kind]


def as_json(preview: Preview) -> str:
    """The same for a program; sentences are in the language of the call."""
    return table.as_json(body_of(preview))


def body_of(preview: Preview) -> dict[str, Any]:
    """What `as_json` writes, before it is written."""
    return {
        "changes": [
            {"what": one.what, "name": one.name, "kind": one.kind}
            | (_change(preview, one.name) if one.what == "definition" and one.kind == "changed" else {})
            for one in preview.changes
        ],
        "files": list(preview.files),
        "only_words": list(preview.worded),
    }


def _change(preview: Preview, name: str) -> dict[str, Any]:
    known = name in preview.before.definitions
    return {
        "differences": [
            {"path": list(one.path), "was": list(one.was), "now": list(one.now)}
            for one in (differences(preview, name, lang()) if known else ())
        ],
        "open_tickets": [asdict(one) for one in preview.standing.get(name, ())],
        "vanishing": [
            {"kind": one.kind, "name": one.name, "tickets": one.tickets} for one in preview.vanishing.get(name, ())
        ],
    }
