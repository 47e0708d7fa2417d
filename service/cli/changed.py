"""What a publishing changes, in a line for each definition, calendar, register and role."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from service.cli.speaking import lang, say
from service.cli.table import visible

if TYPE_CHECKING:
    from service.changes import Change, PartChange

_KINDS = {
    "new": ("new", "新增"),
    "changed": ("changed", "变更"),
    "reworded": ("reworded", "改字"),
    "removed": ("removed", "删除"),
    "same": ("unchanged", "未变"),
}
_WHAT = {
    "definition": ("definition", "流程"),
    "calendar": ("calendar", "日历"),
    "register": ("register", "名册"),
    "role": ("role", "角色"),
}


def lines_of(changes: tuple[Change, ...], *, keep: bool = True) -> str:
    """A line for each change; those of one kind of which there is no more to say share one.

    `keep` is whether open tickets keep their revisions, as they do unless somebody asks otherwise.
    """
    lines: dict[tuple[str, str, str], list[str]] = {}
    for one in changes:
        if one.kind != "same":
            more = _more(one, keep=keep)
            lines.setdefault((one.kind, one.what, one.name if more else ""), []).append(one.name + more)
    told = [
        f"{_kind(kind)} {say(*_WHAT[what])}{say('s' * (len(names) > 1), '')} {say(', ', '、').join(names)}"
        for (kind, what, _), names in lines.items()
    ]
    same = Counter(one.what for one in changes if one.kind == "same")
    if same:
        counted = [
            say(f"{number} {_WHAT[what][0]}{'s' * (number != 1)}", f"{_WHAT[what][1]} {number} 个")
            for what, number in same.items()
        ]
        told.append(f"{_kind('same')} {say(', ', '、').join(counted)}")
    return "\n".join(told)


def _kind(kind: str) -> str:
    return say(f"{_KINDS[kind][0]:<9}", _KINDS[kind][1])


def _more(change: Change, *, keep: bool) -> str:
    """What there is to say of a change beside that it is one."""
    more = ""
    if change.parts:
        more += say(": ", "：") + say(", ", "、").join(_part(part) for part in change.parts)
    if change.years:
        years = ", ".join(map(str, change.years))
        more += say(f": the public holidays of {years} are known now", f"：已知 {years} 年的法定节假日")
    if change.earlier:
        kept, kept_zh = (", which they keep", "保持较早版本") if keep else ("", "为较早版本")
        more += say(
            f" ({change.open_tickets} open, {change.earlier} of them on an earlier revision{kept})",
            f"（未结 {change.open_tickets} 张，其中 {change.earlier} 张{kept_zh}）",
        )
    elif change.open_tickets:
        more += say(f" ({change.open_tickets} open)", f"（未结 {change.open_tickets} 张）")
    return more


def _part(part: PartChange) -> str:
    if part.was is not None and part.now is not None:
        was, now = visible(part.was.read(lang())), visible(part.now.read(lang()))
        return f"{part.name} ({part.field}: {was} -> {now})" if part.field else f"{part.name} ({was} -> {now})"
    return {
        "new": say(f"{part.name} new", f"新增 {part.name}"),
        "changed": part.name,
        "removed": say(f"{part.name} removed", f"删除 {part.name}"),
    }[part.kind]
