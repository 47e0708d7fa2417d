"""Mutations of the shipped definitions: one change each that may lengthen a silence and that nobody is told of.

A level or a reminder taken away, put off, or told to nobody inside; a limit lengthened; a pause added; a move by the
clock taken away. Whoever proves promises, or runs scenarios, must notice what such a change does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.definitions.shipped import needed, shipped_files
from tests.definitions.taking_away import flat
from tests.fuzz.mutating import written
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.reading.source import read

Data = dict[str, Any]

WAIVED = ("nobody_told", "same_clock", "silent_state", "unbounded_loop", "unbounded_pause", "unwarned_end")
"""Warnings that a careless author would wave aside: the change must be noticed without them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A changed house: `name` says what was changed where, `workflow` in which definition; `files` by path."""

    name: str
    workflow: str
    files: Mapping[str, str]

    @property
    def kind(self) -> str:
        """What was done, whatever it was done to."""
        return self.name.partition(": ")[2]

    def house(self) -> Catalogue | None:
        """What the definition is published with, as far as it knows of it; None if a check refuses the change."""
        try:
            return compile_catalogue(known_to(self.workflow, self.files))
        except DefinitionFaulty:
            return None


def known_to(workflow: str, files: Mapping[str, str]) -> dict[str, str]:
    """The files that a definition rests on; what rests on it, and would refuse more, is not asked."""
    return needed([f"{workflow}.yaml"], files)


def mutations() -> Iterator[Mutation]:
    """Every mutation, in the order of the files; a check may refuse some of them."""
    files = shipped_files()
    whole = flat()
    for path, text in files.items():
        documents = [node.data() for node in read(text, path)[0]]
        for number, document in enumerate(documents):
            if not isinstance(document, dict) or "workflow" not in document:
                continue
            if document.get("extends") not in {*whole, None}:  # a base: what it adds belongs to the definition
                document = {
                    key: one.data() for key, one in whole[document["workflow"]].parts.items() if key != "extends"
                }
            for name, changed in _changes(document):
                changed["accept"] = dict.fromkeys(WAIVED, "waved aside") | changed.get("accept", {})
                others = [*documents[:number], changed, *documents[number + 1 :]]
                text = "\n---\n".join(written(one) for one in others)
                workflow = str(document["workflow"])
                yield Mutation(name=f"{workflow} {name}", workflow=workflow, files=files | {path: text})


def _changes(document: Data) -> Iterator[tuple[str, Data]]:
    """Each change of one definition by name, in a copy of it."""
    for block, name, part in _parts(document, "deadlines", "reminders", "transitions"):
        for what, change in _of(block, part, document):
            changed = copy.deepcopy(document)
            if change(changed[block][name], changed) is not False:
                yield f"{block} {name}: {what}", changed


def _parts(document: Data, *blocks: str) -> Iterator[tuple[str, str, Data]]:
    for block in blocks:
        for name, part in document.get(block, {}).items():
            if isinstance(part, dict):
                yield block, name, part


Change = Callable[[Data, Data], object]
"""Changes a part of a document in place; False where there is nothing to change after all."""


def _of(block: str, part: Data, document: Data) -> Iterator[tuple[str, Change]]:
    if block == "deadlines":
        yield from _of_deadline(part, document)
    elif block == "reminders":
        yield from _of_reminder(part, document)
    elif "clock" in _listed(part.get("by")) and part.get("from") != "new":
        yield "the clock may no longer make it", _without_clock


def _of_deadline(part: Data, document: Data) -> Iterator[tuple[str, Change]]:
    if "within" in part:
        yield "limit doubled", lambda one, _: one.update(within=_longer(one["within"]))
    for kind in ("soon", "late"):
        for number, level in enumerate(_levels(part, kind)):
            yield from _of_level(kind, number, level)
    for state, said in document.get("states", {}).items():
        if not said.get("end") and state not in _listed(part.get("paused_in")):
            yield f"pause added in {state}", _paused_in(state)


def _of_level(kind: str, number: int, level: Data) -> Iterator[tuple[str, Change]]:
    def at(change: Callable[[Data], object]) -> Change:
        def of_part(part: Data, document: Data) -> object:
            levels = part[kind] = list(_levels(part, kind))
            return change(levels[number])

        return of_part

    def removed(part: Data, document: Data) -> object:
        part[kind] = [one for place, one in enumerate(_levels(part, kind)) if place != number]
        return None if part[kind] else (False if kind == "late" else part.pop(kind))

    which = f"{kind} {number + 1}"
    yield f"{which} removed", removed
    yield f"{which} told to nobody inside", at(_told_to_nobody)
    if kind == "late":
        later = _longer(level["late_by"]) if "late_by" in level else "3 days"
        yield f"{which} later", at(lambda one: one.update(late_by=later))
    if "every" in level:
        yield f"{which} comes more seldom", at(lambda one: one.update(every=_longer(one["every"])))
        yield f"{which} comes once", at(lambda one: [one.pop(key) for key in ("every", "at") if key in one])


def _of_reminder(part: Data, document: Data) -> Iterator[tuple[str, Change]]:
    if "after" in part:
        yield "put off", lambda one, _: one.update(after=_longer(one["after"]))
    if "every" in part:
        yield "comes more seldom", lambda one, _: one.update(every=_longer(one["every"]))
        yield "comes once", lambda one, _: [one.pop(key) for key in ("every", "at") if key in one]
    if "at" in part:
        yield "later in the day", lambda one, _: one.update(at="23:00")
    if "notify" in part:
        yield "told to nobody inside", lambda one, _: _told_to_nobody(one)
    if "move" in part:
        yield "no longer moves on", lambda one, _: one.pop("move") and one.update(notify="requester")
    if "while" in part:
        yield "removed", _removed
        for state in _meant(part["while"], document):
            yield f"not in {state}", _not_in(state)


def _without_clock(part: Data, document: Data) -> object:
    """Without the moves that it makes, too: a move by time that time may not make is a fault of the file."""
    part["by"] = [who for who in _listed(part["by"]) if who != "clock"]
    name = next(name for name, one in document["transitions"].items() if one is part)
    moving = [
        one for one in document.get("reminders", {}).values() if isinstance(one, dict) and one.get("move") == name
    ]
    for reminder in moving:
        del reminder["move"]
        reminder.setdefault("notify", "accountable")
    return None if part["by"] else False


def _told_to_nobody(one: Data) -> None:
    one["notify"] = "requester"
    one.pop("ask_for", None)


def _removed(part: Data, document: Data) -> object:
    reminders = document["reminders"]
    del reminders[next(name for name, one in reminders.items() if one is part)]
    return reminders or document.pop("reminders")


def _not_in(state: str) -> Change:
    def narrowed(part: Data, document: Data) -> object:
        part["while"] = [one for one in _meant(part["while"], document) if one != state]
        return None if part["while"] else False

    return narrowed


def _paused_in(state: str) -> Change:
    return lambda part, document: part.update(paused_in=[*_listed(part.get("paused_in")), state])


def _meant(states: object, document: Data) -> list[str]:
    """The states that are listed; for `anywhere` the open ones, as far as the document itself names them."""
    if states == "anywhere":
        return [name for name, said in document.get("states", {}).items() if not said.get("end")]
    return _listed(states)


def _levels(part: Data, kind: str) -> list[Data]:
    levels = part.get(kind, [])
    return [levels] if isinstance(levels, dict) else [one for one in levels if isinstance(one, dict)]


def _listed(value: object) -> list[str]:
    return [] if value is None else [str(one) for one in value] if isinstance(value, list) else [str(value)]


def _longer(duration: str) -> str:
    """Twice as long, in the same unit."""
    number, unit = re.fullmatch(r"(\d+)\s*(.+)", duration).groups()  # type: ignore[union-attr]
    plural = re.sub(r"(minute|hour|day)$", r"\1s", unit)
    return f"{int(number) * 2} {plural}"
