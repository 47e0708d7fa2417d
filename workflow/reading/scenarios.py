"""From what a document says to a scenario. Whether it fits its definition is not asked here: it may be run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from workflow.durations import Duration
from workflow.problems import Position, Problem
from workflow.reading.declared import Said, names_of, text_of
from workflow.reading.nodes import Finding, Node
from workflow.scenario import (
    NOBODY,
    NOTHING,
    Do,
    Down,
    Expect,
    Given,
    GivenTicket,
    Open,
    Scenario,
    Step,
    Told,
    Wait,
)


def read_scenarios(documents: Iterable[tuple[Node, Said]]) -> tuple[tuple[Scenario, ...], list[Problem]]:
    """The scenarios of documents that the schema has read without a fault; no two of a workflow are called alike."""
    found: dict[tuple[str, str], Scenario] = {}
    problems: list[Problem] = []
    for node, said in documents:
        one = _scenario(node, said)
        first = found.setdefault((one.workflow, one.name), one)
        if first is not one:
            place = first.position
            text = f"{one.name} is a scenario of {one.workflow} in {place.path}, line {place.line}, already"
            text_zh = f"{place.path} 第 {place.line} 行已有 {one.workflow} 的情景 {one.name}"
            problems.append(node.problem(Finding("duplicate_name", text, text_zh), ("scenario",)))
    return tuple(found.values()), problems


def _scenario(node: Node, said: Said) -> Scenario:
    given = said["given"]
    return Scenario(
        name=said["scenario"],
        workflow=said["workflow"],
        text=text_of(said, said["scenario"]),
        given=Given(
            at=given["at"],
            calendar=given.get("calendar"),
            people={name: tuple(roles) for name, roles in given.get("people", {}).items()},
            tickets={
                name: GivenTicket(workflow=one["workflow"], state=one["state"], fields=one.get("fields_", {}))
                for name, one in given.get("tickets", {}).items()
            },
            entries=given.get("entries", {}),
            totals=given.get("totals", {}),
        ),
        steps=tuple(_step(node.nearest(("steps", index)), one) for index, one in enumerate(said["steps"])),
        generated=said.get("generated", False),
        rules=names_of(said, "rules"),
        note=said.get("note", ""),
        position=node.place(("scenario",), of_key=True),
        places=_places(node, but="steps"),
    )


def _step(node: Node, said: Said) -> Step:
    places = _places(node, but="expect")
    place: dict[str, Any] = {"position": node.position, "ticket": said.get("ticket"), "places": places}
    if "do" in said:
        return Do(
            transition=said["do"],
            by=said["by"],
            fill=said.get("fill", {}),
            row=said.get("row"),
            refused=names_of(said, "refused"),
            **place,
        )
    if "recurring" in said:
        refused = names_of(said, "refused")
        return Open(schedule=said["recurring"], party=said.get("party"), refused=refused, **place)
    if "wait" in said:
        amount: Duration | dt.datetime = said["wait"]
        return Wait(amount=amount, **place) if isinstance(amount, Duration) else Wait(until=amount, **place)
    if "down" in said:
        return Down(since=said["down"].get("since"), until=said["down"]["until"], **place)
    expected = node.nearest(("expect",))
    return _expect(expected, said["expect"], {**place, "places": {**places, **_places(expected, but="told")}})


def _expect(node: Node, said: Said, place: Mapping[str, Any]) -> Expect:
    return Expect(
        state=said.get("state"),
        workflow=said.get("workflow"),
        ended=said.get("ended"),
        due=dict(said["due"]) if "due" in said else None,
        late=_or_none(said["late"]) if "late" in said else None,
        told=tuple(_told(node.nearest(("told", index)), one) for index, one in enumerate(said["told"]))
        if "told" in said
        else None,
        allowed={who: _or_none(moves) for who, moves in said.get("allowed", {}).items()},
        fields=said.get("fields_", {}),
        empty=names_of(said, "empty"),
        hidden={who: _or_none(fields) for who, fields in said.get("hidden", {}).items()},
        priority=said.get("priority"),
        assignee="" if said.get("assignee") == NOBODY else said.get("assignee"),
        children=dict(said["children"]) if "children" in said else None,
        **place,
    )


def _told(node: Node, said: Said) -> Told:
    return Told(
        who=names_of(said, "who"),
        about=said.get("about"),
        at=said.get("at"),
        ask_for=said.get("ask_for"),
        merged=said.get("merged"),
        ticket=said.get("ticket"),
        position=node.position,
        places=_places(node),
    )


def _or_none(said: Iterable[str | None]) -> tuple[str, ...]:
    found = tuple(one for one in said if one is not None)
    return () if found == (NOTHING,) else found


def _places(node: Node, *, but: str = "") -> dict[tuple[str, ...], Position]:
    """Where each key stands, and each word that follows it; of one key only where it stands itself."""
    found: dict[tuple[str, ...], Position] = {}
    for key, inside in node.parts.items():
        found[key,] = inside.key or inside.position
        if key != but:
            found.update(_words(inside, (key,)))
    return found


def _words(node: Node, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Position]]:
    """The keys and words in a value; a word that is not written in one piece is left out, for it stands nowhere so."""
    if isinstance(node.value, tuple):
        for item in node.value:
            yield from _words(item, path)
    elif isinstance(node.value, str) and node.indent is not None:
        yield (*path, node.value), replace(node.position, column=node.position.column + node.indent)
    for key, inside in node.parts.items():
        yield (*path, key), inside.key or inside.position
        yield from _words(inside, (*path, key))
