"""Two revisions of a definition side by side, in sentences: what is told otherwise because it acts otherwise.

Both are told in the words of the newer one, so that a better word for something is no difference, and only parts whose
behaviour is another are compared: what follows from them elsewhere is not told twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from workflow.conditions import Condition
from workflow.definition import Definition, Text
from workflow.prose.document import Document, Path
from workflow.prose.lifecycle import explain
from workflow.prose.voice import Surroundings, Voice

WORDING = frozenset(("text", "note", "rules", "document", "names", "accept", "records", "guides", "say", "entry"))
"""What people read of a part, and nothing acts on."""

_NAMED = ("states", "transitions", "deadlines", "reminders", "fields", "recurring")
_WHOLE = ("calendar", "accountable", "followers", "family", "promises", "scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What is told otherwise of one part: the sentences that no longer hold, and those that hold instead.

    `label` is what people call the part, empty for what holds for every ticket. A part that is new has nothing in
    `was`, one that is gone nothing in `now`.
    """

    path: Path
    label: str
    was: tuple[str, ...]
    now: tuple[str, ...]


def differences(
    was: Definition, now: Definition, lang: str, around: Surroundings | None = None, before: Surroundings | None = None
) -> tuple[Difference, ...]:
    """What of the behaviour differs, part by part in the order in which the newer one is told, gone parts at the end.

    `around` is what stands around the newer one, and `before` what stood around the older.
    """
    around = around or Surroundings()
    old = replace(_reworded(was, now), names={**was.names, **now.names})
    then = replace(around, calendar=before.calendar if before else around.calendar)
    if before is not None:
        then = replace(then, definitions={**before.definitions, **around.definitions})
    told_then, told_now = _told(explain(old, lang, then)), _told(explain(now, lang, around))
    found = []
    for path in dict.fromkeys((*told_now, *told_then)):
        if not _acts_alike(old, now, path):
            gone, come = _changed(told_then.get(path, []), told_now.get(path, []))
            if gone or come:
                voice = Voice(now if path in told_now else old, lang, around)
                found.append(Difference(path=path, label=_label(path, voice), was=gone, now=come))
    return tuple(found)


def _reworded(was: Any, now: Any) -> Any:
    """What acts as `was`, in the words of `now` wherever that has the same part."""
    if isinstance(was, Text) and isinstance(now, Text):
        return now
    if type(was) is not type(now) or isinstance(was, Condition):
        return was
    if isinstance(was, Mapping):
        return {key: _reworded(one, now[key]) if key in now else one for key, one in was.items()}
    if isinstance(was, tuple) and len(was) == len(now):
        return tuple(_reworded(one, other) for one, other in zip(was, now, strict=True))
    if is_dataclass(was) and not isinstance(was, type):
        parts = {one.name: (getattr(was, one.name), getattr(now, one.name)) for one in fields(was)}
        changed = {
            name: new if name in WORDING else _reworded(old, new) for name, (old, new) in parts.items() if old != new
        }
        return replace(was, **changed) if changed else was
    return was


def _told(document: Document) -> dict[Path, list[str]]:
    """The sentences of each part."""
    found: dict[Path, list[str]] = {}
    for section in document.sections:
        for paragraph in section.paragraphs:
            path = paragraph.path[:2] if paragraph.path[:1] and paragraph.path[0] in _NAMED else paragraph.path[:1]
            if path[:1] == ("states",) and path in found:
                continue  # what else is possible there, and which times run: each is told with its own part
            if path and path[0] in (*_NAMED, *_WHOLE):
                found.setdefault(path, []).extend(one.text for one in paragraph.sentences)
    return found


def _acts_alike(was: Definition, now: Definition, path: Path) -> bool:
    block = str(path[0])
    if block in _NAMED:
        return bool(getattr(was, block).get(path[1]) == getattr(now, block).get(path[1]))
    told = {"family": ("family", "head", "rank"), "scope": ("of_group",)}.get(block, (block,))
    return all(getattr(was, one) == getattr(now, one) for one in told)


def _changed(was: list[str], now: list[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    gone: list[str] = []
    come: list[str] = []
    for what, first, last, start, end in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if what != "equal":
            gone += was[first:last]
            come += now[start:end]
    return tuple(gone), tuple(come)


def _label(path: Path, voice: Voice) -> str:
    if len(path) < 2:
        return ""
    named = {
        "states": voice.state,
        "transitions": voice.transition,
        "deadlines": voice.deadline,
        "reminders": voice.reminder,
        "fields": voice.field,
        "recurring": voice.schedule,
    }
    return named[str(path[0])](str(path[1]))
