"""Definitions without one of their parts: what stands in files once a part that carries out a rule is not there.

Taking a part out must leave a catalogue that checks, because files that cannot be published would prove nothing. So
what rests on the part falls with it, and where no way would be left into a definition or out of a state, a stand-in
that only the duty manager may use keeps it open.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from ruamel.yaml import YAML

Node = dict[str, Any]
Files = Mapping[str, str]

NAMED = ("fields", "states", "transitions")
"""The blocks whose parts others refer to, by names that no two of them share."""

KEPT = {
    "fields": {"zh", "en", "type", "of", "confidential", "rules"},
    "states": {"zh", "en", "end", "rules"},
    "transitions": {"zh", "en", "from", "to", "by", "accept", "rules"},
}
"""What is left of a part that is emptied: that it is there, and for a transition who may make it from where."""

ACTS = ("notify", "set", "assign", "move", "ask_for")


class Part(NamedTuple):
    """A part of a file that carries out a rule, by the keys and places that lead to it."""

    path: str
    document: int
    steps: tuple[str | int, ...]
    rule: str

    def __str__(self) -> str:
        return f"{self.path.removesuffix('.yaml')}-{'.'.join(map(str, self.steps))}-{self.rule}"


def parts(files: Files) -> list[Part]:
    """Every part that carries a rule, once for each of its rules, in the order of the files."""
    return [
        Part(path, number, steps, rule)
        for path, documents in _read(files).items()
        for number, document in enumerate(documents)
        for steps, part in _walk(document, ())
        for rule in _listed(part.get("rules", []))
    ]


def without(files: Files, part: Part) -> dict[str, str]:
    """The files without that part; where it overrides what its parent says, that holds again."""
    documents = _read(files)
    mine = documents[part.path][part.document]
    above = _found(mine, part.steps[:-1])
    del above[part.steps[-1]]
    if not above:
        del _found(mine, part.steps[:-2])[part.steps[-2]]
    everything = [one for each in documents.values() for one in each]
    is_class = mine.get("extends", "") in {one.get("workflow") for one in everything}
    if part.steps[0] in NAMED and len(part.steps) == 2:
        block, name = str(part.steps[0]), str(part.steps[1])
        parent = next((one for one in everything if one.get("workflow") == mine.get("extends", "")), {})
        if name in parent.get(block, {}):
            _ask_no_more(name, mine, parent)
        else:
            if not is_class:
                _stand_in_opening(mine, {name})
            _fall(_heirs(mine, everything), {name})
    if not is_class:
        _stand_in(mine)
    _promise_nothing(documents)
    return _written(documents)


def _promise_nothing(documents: Mapping[str, list[Any]]) -> None:
    """Take out the promises: a test of the rule must miss the part, not the proof before it is published."""
    for each in documents.values():
        for one in each:
            one.pop("promises", None)


def emptied(files: Files, part: Part) -> dict[str, str] | None:
    """The files with that part saying nothing beyond its being there; None if it says nothing more as it is."""
    documents = _read(files)
    mine = documents[part.path][part.document]
    said = _found(mine, part.steps)
    kept = KEPT.get(str(part.steps[0])) if len(part.steps) == 2 else None
    if kept is None or not said.keys() - kept:
        return None
    for key in said.keys() - kept:
        del said[key]
    _promise_nothing(documents)
    return _written(documents)


# --- Files as data ---------------------------------------------------------------------------------------------------


def _read(files: Files) -> dict[str, list[Node]]:
    return {path: copy.deepcopy(_documents(text)) for path, text in files.items()}


@functools.cache
def _documents(text: str) -> list[Node]:
    return list(YAML(typ="safe", pure=True).load_all(text))


def _written(documents: Mapping[str, list[Node]]) -> dict[str, str]:
    """JSON is YAML in which every text is quoted."""
    return {
        path: "\n---\n".join(json.dumps(one, ensure_ascii=False, indent=1) for one in each)
        for path, each in documents.items()
    }


def _walk(node: object, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every map that says which rules it carries out, with the way to it."""
    if isinstance(node, dict):
        if "rules" in node:
            yield steps, node
        for key, value in node.items():
            yield from _walk(value, (*steps, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, (*steps, index))


def _found(node: Any, steps: tuple[str | int, ...]) -> Any:
    for step in steps:
        node = node[step]
    return node


def _listed(value: Any) -> list[Any]:
    """A single name stands for a list of one."""
    return value if isinstance(value, list) else [value]


def _heirs(document: Node, everything: list[Node]) -> list[Node]:
    """The definition, and those that extend it, their parents first."""
    found = [document]
    for one in everything:
        if one.get("extends") in [each["workflow"] for each in found]:
            found.append(one)
    return found


# --- What falls with a part ------------------------------------------------------------------------------------------


def _fall(family: list[Node], gone: set[str]) -> None:
    """Take out what refers to the names that are gone, what cannot do without it, and states that nothing reaches."""
    while True:
        fallen = {name for one in family for name in _pruned(one, gone)}
        fallen |= {name for name in family[0].get("states", {}) if name not in _reached(family[0], gone | fallen)}
        if fallen <= gone:
            return
        gone |= fallen


def _pruned(one: Node, gone: set[str]) -> set[str]:
    """Take what is gone out of one definition; gives the names of transitions that cannot do without it."""
    for block in NAMED:
        one[block] = {name: part for name, part in one.get(block, {}).items() if name not in gone}
    _keep(one, "followers", gone)
    one["promises"] = [each for each in one.get("promises", []) if _keep(each, "in", gone)]
    for field in one["fields"].values():
        if gone & field.get("follows", {}).keys():
            del field["follows"]
    for state in one["states"].values():
        _keep(state, "responsible", gone)
        _acts(state, gone)
    fallen = {name for name, move in one["transitions"].items() if not _possible(move, gone)}
    for block, lasts in (("deadlines", _deadline_lasts), ("reminders", _reminder_lasts)):
        one[block] = {name: part for name, part in one.get(block, {}).items() if lasts(part, gone)}
    for block in (*NAMED, "deadlines", "reminders", "promises"):
        if not one[block]:
            del one[block]
    return fallen


def _possible(move: Node, gone: set[str]) -> bool:
    for key in ("fill", "may_fill", "need", "not_by", "wait_for"):
        _keep(move, key, gone)
    if isinstance(move.get("become"), dict) and gone & move["become"].keys():
        del move["become"]
    if _mentions(move.get("not_before"), gone):
        del move["not_before"]
    if "checks" in move:
        move["checks"] = [one for one in _listed(move["checks"]) if not _mentions(json.dumps(_asked(one)), gone)]
        if not move["checks"]:
            del move["checks"]
    _acts(move, gone)
    return _keep(move, "from", gone) and _keep(move, "by", gone) and move.get("to") not in gone


def _asked(check: Node) -> Node:
    return {key: check[key] for key in ("if", "need", "must") if key in check}


def _deadline_lasts(deadline: Node, gone: set[str]) -> bool:
    if _mentions(deadline.get("replaced_by"), gone):
        del deadline["replaced_by"]
    for side in ("soon", "late"):
        if side in deadline:
            deadline[side] = [
                one for one in _listed(deadline[side]) if not _mentions(one.get("if"), gone) and _acts(one, gone)
            ]
    lasts = _keep(deadline, "since", gone) and _keep(deadline, "until", gone) and deadline.get("late") != []
    return lasts and not _mentions(deadline.get("if"), gone) and not _mentions(deadline.get("no_later_than"), gone)


def _reminder_lasts(reminder: Node, gone: set[str]) -> bool:
    lasts = _keep(reminder, "since", gone) and _keep(reminder, "while", gone) and _acts(reminder, gone)
    return lasts and not _mentions(reminder.get("if"), gone)


def _acts(part: Node, gone: set[str]) -> bool:
    """Take what is gone out of the effects of a part; gives whether it still does anything."""
    _keep(part, "notify", gone)
    part["set"] = {name: value for name, value in part.get("set", {}).items() if name not in gone}
    for key in ("assign", "move", "ask_for"):
        if _mentions(part.get(key), gone):
            del part[key]
    if not part["set"]:
        del part["set"]
    if "notify" not in part:
        part.pop("ask_for", None)
    return any(key in part for key in ACTS)


def _keep(part: Node, key: str, gone: set[str]) -> bool:
    """Keep what is not gone in a list; False if nothing is left where something was."""
    if key not in part:
        return True
    part[key] = [item for item in _listed(part[key]) if not _mentions(item, gone)]
    if not part[key]:
        del part[key]
        return False
    return True


def _ask_no_more(name: str, mine: Node, parent: Node) -> None:
    """Those whom a child tells in others' stead could make the transition only because the child let them."""
    for block in (*NAMED, "reminders"):
        for key, part in mine.get(block, {}).items():
            if "notify" in part and parent.get(block, {}).get(key, {}).get("ask_for") == name:
                part.setdefault("ask_for", "removed")


def _mentions(text: object, gone: set[str]) -> bool:
    return isinstance(text, str) and not gone.isdisjoint(re.findall(r"\w+", text))


# --- Ways in and out -------------------------------------------------------------------------------------------------


def _sources(move: Node, states: Mapping[str, Node]) -> list[str]:
    listed = _listed(move["from"])
    return [name for name, state in states.items() if not state.get("end")] if "anywhere" in listed else listed


def _reached(one: Node, gone: set[str]) -> set[str]:
    """The states that a ticket can come to from `new`."""
    states = {name: state for name, state in one.get("states", {}).items() if name not in gone}
    moves = [move for name, move in one.get("transitions", {}).items() if name not in gone and "to" in move]
    return _follow({"new"}, [(source, move["to"]) for move in moves for source in _sources(move, states)])


def _follow(start: set[str], steps: list[tuple[str, str]]) -> set[str]:
    found = set(start)
    while more := {there for here, there in steps if here in found and there != "same"} - found:
        found |= more
    return found


def _stand_in_opening(head: Node, gone: set[str]) -> None:
    """Where nothing opens the definition any more, let the duty manager do it, into the first state that is left."""
    moves = head.get("transitions", {})
    left = [name for name in head.get("states", {}) if name not in gone]
    opens = any("new" in _listed(move.get("from")) for name, move in moves.items() if name not in gone)
    if left and moves and not opens:
        moves["stand_in_opening"] = {"from": "new", "to": left[0], "by": "duty_manager", "fill": ["title"]}


def _stand_in(one: Node) -> None:
    """From where no end can be reached any more, let the duty manager lead to one."""
    states, moves = one.get("states", {}), one.get("transitions", {})
    if not states:
        return
    ends = [name for name, state in states.items() if state.get("end")]
    whole = [move for move in moves.values() if "from" in move and "to" in move]  # not what differs from a base
    back = [(move["to"], source) for move in whole for source in _sources(move, states)]
    stuck = [name for name in states if name not in _follow(set(ends), back)]
    if stuck:
        moves["stand_in_end"] = {"from": stuck, "to": ends[0], "by": "duty_manager"}


def rewritten(files: Files) -> dict[str, str]:
    """The files as they are, written as `without` and `emptied` write them."""
    return _written(_read(files))
