"""Calendars to reckon with: those of a house by name, and any that a program describes in the keys of a calendar file.

Unlike a catalogue, nothing here minds a fault elsewhere: a calendar is read when it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from workflow import names
from workflow.calendar import Calendar
from workflow.definition import Text
from workflow.problems import DefinitionFaulty, Problem
from workflow.reading import schema, source
from workflow.reading.calendars import read_calendar
from workflow.reading.nodes import Node

UNNAMED = "given"
"""What a calendar is called that says no name."""

KEPT = 500
"""So many calendars that were given are kept built."""


class CalendarUnknown(Exception):
    """No file has a calendar of that name: `text` says which there are."""

    def __init__(self, name: str, known: Iterable[str]) -> None:
        meant, meant_zh = names.did_you_mean(name, known)
        there = names.one_of(known) or "none"
        self.text = Text(
            f"there is no calendar {name}{meant}; there are: {there}", f"没有日历 {name}{meant_zh}；现有：{there}"
        )
        super().__init__(self.text.en)


class Calendars:
    """The calendars of some files, and those given in full; each is built once."""

    def __init__(self, files: Mapping[str, str | bytes]) -> None:
        self._files: dict[str, tuple[Node, dict[str, Any]]] = {}
        self._problems: dict[str, list[Problem]] = {}
        for path in sorted(files):
            documents, unread = source.read(files[path], path)
            for node in documents:
                if schema.kind_of(node)[0] == "calendar":
                    self._add(node, [one for one in unread if one.position.path == path])
        self._built: dict[str, Calendar] = {}
        self._given: dict[str, Calendar] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._files)

    def named(self, name: str) -> Calendar:
        """The calendar of that name. Raises CalendarUnknown, and DefinitionFaulty for a faulty one."""
        if name not in self._files:
            raise CalendarUnknown(name, self._files)
        if name not in self._built:
            self._built[name] = _whole(*read_calendar(name, self._files), self._problems[name])
        return self._built[name]

    def given(self, said: Mapping[str, Any]) -> Calendar:
        """The calendar that these keys of a calendar file say; it may extend one of the files.

        A key without a value (null) is not said. Raises DefinitionFaulty; a problem's path is the keys that lead to it.
        """
        text = json.dumps(said, sort_keys=True, default=str)
        if text not in self._given:
            node = Node.of(
                {"calendar": UNNAMED} | {key: value for key, value in said.items() if value is not None}, "calendar"
            )
            read, problems = schema.load(node, "calendar")
            if "calendar" not in read:
                raise DefinitionFaulty(problems)
            name = read["calendar"]
            built = _whole(*read_calendar(name, {**self._files, name: (node, read)}), problems)
            while len(self._given) >= KEPT:
                del self._given[next(iter(self._given))]
            self._given[text] = built
        return self._given[text]

    def _add(self, node: Node, problems: list[Problem]) -> None:
        read, found = schema.load(node, "calendar")
        name = read.get("calendar")
        if name is not None and name not in self._files:
            self._files[name] = node, read
            self._problems[name] = [*problems, *found]


def _whole(calendar: Calendar | None, found: list[Problem], before: list[Problem]) -> Calendar:
    problems = [one for one in (*before, *found) if one.severity == "error"]
    if calendar is None or problems:
        raise DefinitionFaulty(problems)
    return calendar
