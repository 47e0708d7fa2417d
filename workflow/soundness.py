"""Whether a history holds together: what must be so of entries before anything can be concluded from them."""

from __future__ import annotations

from collections.abc import Sequence

from workflow.definition import NEW, Text
from workflow.entry import Entry


def unsound(history: Sequence[Entry]) -> Text | None:
    """The first thing in a history that cannot be, in words; None for one that holds together.

    The entries are numbered from 1 without a gap, none counts before the one before it, each move leaves the state to
    which the one before it led, the version rises by one or stays, and after the end nothing moves the ticket.
    """
    if not history:
        return Text("it has no history", "没有任何记录")
    state, at, version, ended = NEW, history[0].at, 0, False
    for number, entry in enumerate(history, start=1):
        if entry.sequence != number:
            return Text(f"entry {number} is missing", f"缺少第 {number} 条记录")
        if number == 1 and entry.kind != "move":
            return Text("its first entry opens nothing", "第一条记录不是受理")
        if entry.at < at:
            return Text(f"entry {number} counts before the one before it", f"第 {number} 条记录早于前一条")
        if not version <= entry.version <= version + 1:
            return Text(
                f"entry {number} has version {entry.version} after version {version}",
                f"第 {number} 条记录的版本从 {version} 变为 {entry.version}",
            )
        if entry.kind == "move" and ended:
            return Text(f"entry {number} moves it after its end", f"第 {number} 条记录在工单结束之后仍有流转")
        if entry.source != state and (entry.kind == "move" or entry.source is not None):
            return Text(
                f"entry {number} leaves the state {entry.source}, and it was in {state}",
                f"第 {number} 条记录离开状态 {entry.source}，而工单当时处于 {state}",
            )
        state = entry.target or state
        at, version, ended = entry.at, entry.version, ended or entry.ends
    return None
