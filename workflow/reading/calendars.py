"""The calendars of a house: each file with those that it extends, built, and its faults brought to their lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from workflow import names
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarFaulty, CalendarSpec, Fault
from workflow.problems import Problem
from workflow.reading.inheritance import DEEPEST
from workflow.reading.nodes import Finding, Node, Path, instead


def read_calendars(files: Mapping[str, tuple[Node, dict[str, Any]]]) -> tuple[dict[str, Calendar], list[Problem]]:
    """The calendars by name, each from its document and what the schema has read of it; and what is wrong."""
    calendars: dict[str, Calendar] = {}
    problems: list[Problem] = []
    for name in files:
        calendar, found = read_calendar(name, files)
        problems += found
        if calendar is not None:
            calendars[name] = calendar
    return calendars, problems


SOON = dt.timedelta(days=90)
"""So long before the last year whose public holidays are known is over, it is said."""


def calendars_that_end(nodes: Mapping[str, Node], calendars: Mapping[str, Calendar], at: dt.datetime) -> list[Problem]:
    """A warning for each calendar whose known years are over soon after `at`, so that limits become provisional."""
    found: list[Problem] = []
    for name, calendar in calendars.items():
        until = calendar.published_until
        if until is not None and calendar.provisional(at + SOON):
            finding = Finding(
                "calendar_ends",
                f"the public holidays of `{name}` are known until {until}, limits beyond are provisional; whoever runs "
                "the installation updates the package `holidays` when next year's days are published",
                f"`{name}` 的法定节假日只到 {until}，之后的时限为暂定；"
                "次年放假安排公布后，请系统管理员更新 `holidays` 软件包",
                of_key=True,
                severity="warning",
            )
            found.append(nodes[name].problem(finding, ("country",)))
    return found


def read_calendar(name: str, files: Mapping[str, tuple[Node, dict[str, Any]]]) -> tuple[Calendar | None, list[Problem]]:
    """One of the calendars; or what is wrong with it, or with what it extends."""
    node, said = files[name]
    parents, finding = _parents(CalendarSpec(**said), files)
    if finding is not None:
        return None, [node.problem(finding, ("extends",))]
    try:
        return build_calendar(CalendarSpec(**said), parents), []
    except CalendarFaulty as error:
        faulty = files.get(error.calendar, files[name])[0]
        return None, [_problem(faulty, fault) for fault in error.faults]


def _parents(
    spec: CalendarSpec, files: Mapping[str, tuple[Node, dict[str, Any]]]
) -> tuple[list[CalendarSpec], Finding | None]:
    """What a calendar extends, the nearest first; or why that does not end."""
    found: list[CalendarSpec] = []
    following = spec.extends
    while following is not None:
        if following not in files:
            meant, meant_zh = names.did_you_mean(following, files)
            return [], Finding(
                "unknown_calendar",
                f"there is no calendar {following}{meant}",
                f"没有日历 {following}{meant_zh}",
                mend=instead(following, files) if following == spec.extends else None,
            )
        if following == spec.calendar or len(found) >= DEEPEST:
            way = " → ".join([spec.calendar, *(one.calendar for one in found), following])
            return [], Finding(
                "extends_itself",
                f"{spec.calendar} does not come to an end: {way}",
                f"{spec.calendar} 的 extends 没有尽头：{way}",
            )
        found.append(CalendarSpec(**files[following][1]))
        following = found[-1].extends
    return found, None


def _problem(node: Node, fault: Fault) -> Problem:
    path: Path = ()
    for step in fault.path:
        inside = node.find(path)
        items = inside.value if inside is not None and isinstance(inside.value, tuple) else ()
        # A date in a list is told by what it says, not by its place.
        places = [index for index, item in enumerate(items) if item.value == step]
        path = (*path, places[0] if places else step)
    missing = node.find(path[:1]) is None
    return node.problem(Finding("calendar", fault.text, fault.text_zh, of_key=missing), path)
