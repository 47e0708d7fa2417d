"""The document of a scenario: its text in a file, one step a line where it fits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from workflow.scenario import NOBODY, NOTHING, PAUSED, Do, Down, Expect, Open, Scenario, Step, Told, Wait

WIDTH = 120
"""The most columns of a line that holds more than one value."""

Plain = str | int | bool | Decimal | dt.datetime | None | list["Plain"] | dict[str, "Plain"]


def document_of(scenario: Scenario) -> str:
    """The text, without the line that divides it from others."""
    head: dict[str, Plain] = {"scenario": scenario.name, "workflow": scenario.workflow}
    if scenario.text.zh:
        head["zh"] = scenario.text.zh
    head["en"] = scenario.text.en
    if scenario.generated:
        head["generated"] = True
    given: dict[str, Plain] = {"at": scenario.given.at}
    if scenario.given.calendar is not None:
        given["calendar"] = scenario.given.calendar
    if scenario.given.people:
        given["people"] = {name: list(roles) for name, roles in scenario.given.people.items()}
    if scenario.given.tickets:
        given["tickets"] = {
            name: {"workflow": one.workflow, "state": one.state} for name, one in scenario.given.tickets.items()
        }
    if scenario.given.totals:
        given["totals"] = dict(scenario.given.totals)
    head["given"] = given
    head["steps"] = [_step(step) for step in scenario.steps]
    return "".join(f"{line}\n" for line in _block(head, ""))


# --- Steps as plain values ----------------------------------------------------------------------------------------


def _step(step: Step) -> Plain:
    match step:
        case Do():
            said: dict[str, Plain] = {"do": step.transition, "by": step.by}
            if step.fill:
                said["fill"] = _plain(step.fill)
            if step.row is not None:
                said["row"] = step.row
            if step.refused:
                said["refused"] = list(step.refused)
        case Open():
            said = {"recurring": step.schedule}
            if step.party is not None:
                said["party"] = step.party
        case Wait(until=dt.datetime() as until):
            said = {"wait": f"until {_time(until)}"}
        case Wait():
            said = {"wait": step.amount.text if step.amount else ""}
        case Down():
            said = {"down": {**({"from": step.since} if step.since else {}), "to": step.until}}
        case Expect():
            said = {"expect": _expect(step)}
        case _:
            raise TypeError(f"{step!r} is no step of a file")
    if step.ticket is not None:
        said["ticket"] = step.ticket
    return said


def _expect(step: Expect) -> Plain:
    said: dict[str, Plain] = {}
    if step.state is not None:
        said["state"] = step.state
    if step.workflow is not None:
        said["workflow"] = step.workflow
    if step.ended is not None:
        said["ended"] = step.ended
    if step.due is not None:
        limits: dict[str, Plain] = {name: _limit(limit) for name, limit in step.due.items()}
        said["due"] = limits or NOTHING
    if step.late is not None:
        said["late"] = list(step.late) or NOTHING
    if step.priority is not None:
        said["priority"] = step.priority
    if step.assignee is not None:
        said["assignee"] = step.assignee or NOBODY
    if step.fields:
        said["fields"] = _plain(step.fields)
    if step.empty:
        said["empty"] = list(step.empty)
    if step.children is not None:
        said["children"] = dict(step.children) or NOTHING
    if step.allowed:
        said["allowed"] = {who: list(moves) or NOTHING for who, moves in step.allowed.items()}
    if step.told is not None:
        said["told"] = [_told(one) for one in step.told] or NOBODY
    return said


def _time(at: dt.datetime) -> str:
    """With seconds only where there are some, and with the offset where the instant has one."""
    return at.isoformat(" ", "seconds" if at.second else "minutes")


def _limit(limit: dt.datetime | None) -> Plain:
    """Midnight as the end of the day before."""
    if limit is None or limit.time() != dt.time() or limit.tzinfo is not None:
        return limit or PAUSED
    return f"{limit.date() - dt.timedelta(days=1)} 24:00"


def _told(one: Told) -> Plain:
    said: dict[str, Plain] = {"who": list(one.who)}
    if one.about is not None:
        said["about"] = one.about
    if one.at is not None:
        said["at"] = one.at
    if one.ask_for is not None:
        said["ask_for"] = one.ask_for
    if one.merged is not None:
        said["merged"] = one.merged
    if one.ticket is not None:
        said["ticket"] = one.ticket
    return said


def _plain(value: object) -> Plain:
    match value:
        case Mapping():
            return {str(name): _plain(each) for name, each in value.items()}
        case tuple() | list():
            return [_plain(each) for each in value]
        case bool() | int() | str() | Decimal() | dt.datetime():
            return value
        case _:
            return str(value)


# --- Plain values as text -----------------------------------------------------------------------------------------


def _block(said: dict[str, Plain], indent: str) -> Iterator[str]:
    """A map, a key a line; what does not fit into its line goes below it."""
    for key, value in said.items():
        line = f"{indent}{key}: {_flow(value)}"
        if isinstance(value, dict | list) and value and (len(line) > WIDTH or key == "steps" or _several(key, value)):
            yield f"{indent}{key}:"
            yield from _block(value, f"{indent}  ") if isinstance(value, dict) else _listed(value, f"{indent}  ")
        else:
            yield line


def _several(key: str, value: Plain) -> bool:
    """Whether it reads better with a line for each: more than one thing that people are told."""
    return key == "told" and isinstance(value, list) and len(value) > 1


def _listed(said: list[Plain], indent: str) -> Iterator[str]:
    for each in said:
        line = f"{indent}- {_flow(each)}"
        if isinstance(each, dict) and len(each) == 1:
            ((key, value),) = each.items()
            inner = f"{indent}- {key}: {_flow(value)}"
            if len(inner) <= WIDTH and not (isinstance(value, dict) and _wide(value)):
                yield inner
                continue
        if isinstance(each, dict) and (len(line) > WIDTH or _wide(each)):
            first, *rest = _block(each, f"{indent}  ")
            yield f"{indent}- {first.lstrip()}"
            yield from rest
        else:
            yield line


def _wide(said: dict[str, Plain]) -> bool:
    return any(_several(key, value) or (isinstance(value, dict) and _wide(value)) for key, value in said.items())


def _flow(value: Plain) -> str:
    match value:
        case dict():
            return "{" + ", ".join(f"{_key(key)}: {_flow(each)}" for key, each in value.items()) + "}"
        case [str() as single]:
            return _scalar(single)
        case list():
            return "[" + ", ".join(_flow(each) for each in value) + "]"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return format(value, "f")
        case dt.datetime():
            return f'"{_time(value)}"'
        case None:
            return NOTHING
        case _:
            return _scalar(value)


_BARE = re.compile(r"[A-Za-z_《\u3400-\u9fff][\w《》（）〈〉·，。、；：？！“”…－.\u3400-\u9fff /+-]*\Z")
_TIMES = re.compile(r"until [0-9: +-]+\Z|[0-9]+ [a-z ]+\Z")
"""What is waited."""

_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "none", "y", "n", "nobody"})


def _scalar(text: str) -> str:
    """A text bare where it can only be read as one, otherwise in quotation marks."""
    if text in (NOBODY, NOTHING, PAUSED) or _TIMES.match(text):
        return text
    if _BARE.match(text) and not text.endswith(" ") and text.lower() not in _WORDS:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _key(key: str) -> str:
    return key if _BARE.match(key) else _scalar(key)
