"""The document of a scenario: its text in a file, one step a line where it fits."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal

from workflow.scenario import NOBODY, NOTHING, PAUSED, Do, Down, Expect, Open, Scenario, Step, Told, Wait

WIDTH = 120
"""The most columns of a line that holds more than one value."""

Plain = str | int | bool | Decimal | dt.datetime | list["Plain"] | dict[str, "Plain"]


def document_of(scenario: Scenario) -> str:
    """The text, without the line that divides it from others."""
    given = scenario.given
    head = _said(
        {
            "scenario": scenario.name,
            "workflow": scenario.workflow,
            "zh": scenario.text.zh or None,
            "en": scenario.text.en,
            "rules": [*scenario.rules] or None,
            "note": scenario.note or None,
            "generated": scenario.generated or None,
            "given": _said(
                {
                    "at": given.at,
                    "calendar": given.calendar,
                    "people": {name: [*roles] for name, roles in given.people.items()} or None,
                    "tickets": {
                        name: {"workflow": one.workflow, "state": one.state} for name, one in given.tickets.items()
                    }
                    or None,
                    "totals": {**given.totals} or None,
                }
            ),
            "steps": [_step(step) for step in scenario.steps],
        }
    )
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
            if step.refused:
                said["refused"] = list(step.refused)
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
    due, late, told = step.due, step.late, step.told
    return _said(
        {
            "state": step.state,
            "workflow": step.workflow,
            "ended": step.ended,
            "due": None if due is None else {name: _limit(limit) for name, limit in due.items()} or NOTHING,
            "late": None if late is None else [*late] or NOTHING,
            "priority": step.priority,
            "assignee": NOBODY if step.assignee == "" else step.assignee,
            "fields": _plain(step.fields) if step.fields else None,
            "empty": [*step.empty] or None,
            "children": None if step.children is None else {**step.children} or NOTHING,
            "allowed": {who: [*moves] or NOTHING for who, moves in step.allowed.items()} or None,
            "told": None if told is None else [_told(one) for one in told] or NOBODY,
        }
    )


def _told(one: Told) -> Plain:
    return _said(
        {
            "who": [*one.who],
            "about": one.about,
            "at": one.at,
            "ask_for": one.ask_for,
            "merged": one.merged,
            "ticket": one.ticket,
        }
    )


def _said(asked: Mapping[str, Plain | None]) -> dict[str, Plain]:
    """What is asked, without what is not."""
    return {key: value for key, value in asked.items() if value is not None}


def _time(at: dt.datetime) -> str:
    """With seconds only where there are some, and with the offset where the instant has one."""
    return at.isoformat(" ", "seconds" if at.second else "minutes")


def _limit(limit: dt.datetime | None) -> Plain:
    """Midnight as the end of the day before."""
    if limit is None or limit.time() != dt.time() or limit.tzinfo is not None:
        return limit or PAUSED
    return f"{limit.date() - dt.timedelta(days=1)} 24:00"


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
