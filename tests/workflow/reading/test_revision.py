"""Revisions: the same for whatever acts alike, another for whatever does not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from tests.language.files import file_of
from workflow.compiling import compile_catalogue
from workflow.conditions import Condition, parse_condition
from workflow.definition import Definition, Text, Transition, Who
from workflow.durations import Duration, parse_duration
from workflow.reading.revision import BEHAVIOUR, CONDITIONS, LEFT_OUT, revision_of

LANGUAGE = Path(__file__).parents[2] / "language"
HOUSE = (LANGUAGE / "house.yaml").read_text("utf-8")

SHELVES = "register: shelves\ncolumns: {kind: {type: choice, of: [open, shut]}, width: {type: number}}"

RICH = """\
workflow: rich
zh: 丰富
en: Rich
document: {number: KF-1}
calendar: mall
accountable: desk
followers: [whoever did hand_in, keeper]
rules: R-1
note: guidance
accept: {unbounded_loop: none here}
fields:
  item: {zh: 物品, type: text, min_length: 3, confidential: personal, rules: R-2, note: what was found}
  size: {type: choice, of: [small, large]}
  weight: {type: number, min: 1, max: 50}
  department: {type: department, follows: {size: {small: operations}}}
  wanted_on: {type: date, max: 30 days after opened}
  other: {type: ticket, of: rich, in: [kept], same: [item, size]}
  shelf: {type: register, of: shelves}
  asked: {type: list, of: {department: {type: department}}}
  keeper: {type: person}
  share: {type: percent, is: "percent(weight, 50)"}
states:
  kept:
    zh: 保管
    responsible: [desk, keeper]
    records: REC-1
    guides: 规范
    notify: desk
    say: here
    ask_for: collect
    rules: R-3
    note: on the shelf
  approving:
    approvals:
      - zh: 会签
        by: head of asked.department
        not_by: keeper
        if: size is large
        for_each: asked
        rules: R-10
        note: read it
      - {by: manager}
    granted: kept
    refused: waiting
  waiting: {}
  collected: {end: true}
transitions:
  hand_over: {from: kept, to: approving, by: desk}
  hand_in:
    zh: 登记
    from: new
    to: kept
    by: anyone
    fill: [item, size, department]
    may_fill: [wanted_on, other, shelf, asked, weight, keeper]
    set: {priority: high, wanted_on: 2 days after opened}
    assign: actor
    rules: R-4
    note: do it at once
  count: {from: new, to: kept, by: clock, fill: [item, size, shelf]}
  wait: {from: kept, to: waiting, by: desk, not_by: whoever did hand_in, at_most: 3}
  resume: {from: waiting, to: kept, by: [desk, clock], not_before: 1 day before wanted_on, wait_for: other}
  collect:
    from: anywhere
    to: collected
    by: [desk, keeper]
    open_children: cancel
    open: {workflow: rich, for_each: asked, if: asked.department is security, set: {weight: 2}}
    need: [item, size]
    checks:
      - {if: "size is large and not weight < 3", need: [weight, keeper]}
      - must: item is filled or percent(weight, weight) >= 50 or other is open or hand_in was made
        zh: 请填写
        rules: R-5
  cancel: {from: [waiting, kept, approving], to: collected, by: clock, open_children: cancel}
deadlines:
  pick_up:
    zh: 领取
    if: size is large
    since: [hand_in, resume]
    within: 2 working days
    replaced_by: wanted_on
    until: [collect, resume]
    paused_in: waiting
    soon: [{left: 50%, notify: desk}, {left: 3 hours, if: size is small, notify: keeper, note: Soon}]
    late:
      - {notify: manager, rules: R-6}
      - {late_by: 1 day, every: 1 day, at: "09:00", notify: desk, ask_for: collect}
    rules: R-9
    note: it matters
  wish: {no_later_than: wanted_on, until: collect, late: {notify: desk}}
reminders:
  resting:
    zh: 久未
    if: size is large
    since: last move
    after: 2 days
    every: 1 day
    at: "09:30"
    while: kept
    notify: desk
    rules: R-7
    note: so that nothing lies about
  enough: {since: waiting, after: 3 days, while: waiting, move: resume}
promises:
  - {someone_is_told_within: 3 days, in: [kept, waiting], accept: {broken_promise: not yet}, rules: R-8}
recurring:
  shelves:
    zh: 清点
    every: week
    for_each: shelves
    if: shelves.kind is shut or shelves.width > 2
    due: friday 17:30
    opens: 3 days before
    set: {item: keys, size: small}
    rules: R-10
    note: count them
  may: {every: year, for_each: shelves, due: 1 may, set: {item: keys, size: small}}
"""

FAMILY = """\
workflow: head
extends: lost-item
family: [mild, grave]
transitions:
  search: {become: {size: {small: mild, large: grave}}, by: [desk, manager]}
---
workflow: mild
extends: head
transitions:
  search: {become: grave}
---
workflow: grave
extends: head
transitions:
  search: {become: next in family}
"""


def revisions(text: str) -> dict[str, str]:
    catalogue = compile_catalogue({"house.yaml": HOUSE, "shelves.yaml": SHELVES, file_of(text): text})
    return {name: one.revision for name, one in catalogue.definitions.items()}


def definitions(text: str) -> Mapping[str, Definition]:
    return compile_catalogue({"house.yaml": HOUSE, "shelves.yaml": SHELVES, file_of(text): text}).definitions


ALIKE = {
    "a comment": ("workflow: rich\n", "# a comment\nworkflow: rich          # and another\n"),
    "the title": ("zh: 丰富\nen: Rich\n", "zh: 别的\n"),
    "the document header": ("document: {number: KF-1}\n", 'document: {number: KF-2, version: "2.0"}\n'),
    "a note": ("note: guidance\n", ""),
    "a waiver": ("accept: {unbounded_loop: none here}\n", "accept: {unbounded_loop: they come back}\n"),
    "a rule id": ("rules: R-4", "rules: [R-4, R-9]"),
    "a rule id of a level": ("rules: R-6", "rules: R-10"),
    "the texts of a part": ("zh: 登记", "en: Hand it in"),
    "the words of a notice": ("say: here", "say: {zh: 来了, en: it is here}"),
    "the words of a refusal": ("zh: 请填写", "en: Fill it in"),
    "the texts of choices": ("of: [small, large]", "of: {small: {zh: 小}, large: {zh: 大}}"),
    "the order of choices": ("of: [small, large]", "of: [large, small]"),
    "forms and guides": ("records: REC-1\n    guides: 规范\n", "records: [REC-1, REC-2]\n"),
    "a single name for a list of one": ("paused_in: waiting", "paused_in: [waiting]"),
    "a single entry for a list of one": ("late: {notify: desk}", "late: [{notify: [desk]}]"),
    "quotation marks": ("by: anyone", "by: 'anyone'"),
    "another way to write a map": ("  resume: {from: waiting, to: kept,", "  resume: {to: kept, from: waiting,"),
    "another word for the same amount": ("within: 2 working days", "within: 2个工作日"),
    "sixty minutes for an hour": ("left: 3 hours", "left: 180 minutes"),
    "blanks and brackets of a condition": ("item is filled or percent", "(item  is filled) or percent"),
    "the order in a map": ("  waiting: {}\n  collected: {end: true}\n", "  collected: {end: true}\n  waiting: {}\n"),
    "every open state by name": ("from: anywhere", "from: [waiting, kept, approving]"),
    "a default that is written out": ("  waiting: {}", "  waiting: {end: false}"),
    "zeros of a number": ("max: 50}", "max: 50.0}"),
}


@pytest.mark.parametrize(("old", "new"), ALIKE.values(), ids=ALIKE.keys())
def test_what_only_says_or_writes_otherwise_keeps_the_revision(old: str, new: str) -> None:
    assert RICH.count(old) == 1
    assert revisions(RICH.replace(old, new))["rich"] == revisions(RICH)["rich"]


UNLIKE = {
    "another unit of the same length": ("within: 2 working days", "within: 2 days"),
    "the order of checks": (
        '      - {if: "size is large and not weight < 3", need: [weight, keeper]}\n      - must: item',
        '      - {if: "size is large", need: [weight, keeper]}\n      - must: item',
    ),
    "a condition": ("weight < 3", "weight <= 3"),
    "a condition on a choice": ("if: size is small", "if: size is large"),
    "a transition's name": ("  wait: {from", "  rest: {from"),
    "one more choice": ("of: [small, large]", "of: [small, large, huge]"),
    "a department's role": ("responsible: [desk, keeper]", "responsible: [desk, head of department]"),
    "the table of a field": ("{small: operations}", "{small: security}"),
    "the time of day": ('at: "09:30"', 'at: "09:31"'),
    "a level's place": ("{late_by: 1 day, every: 1 day", "{late_by: 2 days, every: 1 day"),
    "the promise": ("someone_is_told_within: 3 days", "never_silent_longer_than: 3 days"),
    "the day on which a recurring ticket is due": ("due: 1 may", "due: 2 may"),
    "the value that is set": ("priority: high", "priority: low"),
    "a moment that is set": ("wanted_on: 2 days after opened", "wanted_on: 3 days after opened"),
}


@pytest.mark.parametrize(("old", "new"), UNLIKE.values(), ids=UNLIKE.keys())
def test_what_acts_otherwise_changes_the_revision(old: str, new: str) -> None:
    assert RICH.count(old) == 1
    assert revisions(RICH.replace(old, new))["rich"] != revisions(RICH)["rich"]


def test_a_revision_is_sixteen_hexadecimal_digits() -> None:
    assert all(len(one) == 16 and int(one, 16) >= 0 for one in revisions(RICH).values())


def test_what_is_inherited_counts_as_if_it_were_written_out() -> None:
    child = "workflow: child\nextends: lost-item\nstates:\n  kept: {zh: 别的}\n"
    parent = definitions(child)["lost-item"]
    assert revisions(child)["child"] == revision_of(replace(parent, name="child"))


def test_a_change_of_the_parent_changes_the_child() -> None:
    child = "workflow: child\nextends: rich\n"
    changed = RICH.replace("left: 3 hours", "left: 4 hours")
    assert revisions(f"{RICH}---\n{child}")["child"] != revisions(f"{changed}---\n{child}")["child"]


def test_the_family_counts_for_each_of_its_members() -> None:
    more = (
        FAMILY.replace("family: [mild, grave]", "family: [mild, new-one, grave]")
        + "---\nworkflow: new-one\nextends: head\n"
    )
    before, after = revisions(FAMILY), revisions(more.replace("new-one\nextends: head", "new-one\nextends: mild"))
    assert all(before[name] != after[name] for name in ("head", "mild", "grave"))
    assert before["lost-item"] == after["lost-item"]


def test_the_default_of_a_new_key_would_change_no_revision() -> None:
    """What equals its default is not hashed: a bare definition hashes to its name, calendar and role alone."""
    bare = Definition(name="bare", text=Text("bare"), revision="", calendar="mall", accountable="desk")
    assert revision_of(bare) == "66f6ca9deda8c247"


# --- Every attribute of every value -------------------------------------------------------------------------------


def test_every_attribute_is_behaviour_or_left_out() -> None:
    assert BEHAVIOUR.keys() == LEFT_OUT.keys()
    for part, keys in BEHAVIOUR.items():
        assert is_dataclass(part)
        assert {one.name for one in fields(part)} == keys.keys() | LEFT_OUT[part]
        assert not keys.keys() & LEFT_OUT[part]
        assert len(set(keys.values())) == len(keys)


def test_every_part_of_a_condition_is_hashed() -> None:
    for node, (_, *attributes) in CONDITIONS.items():
        assert is_dataclass(node)
        assert {one.name for one in fields(node) if one.compare} == set(attributes)
    assert len({word for word, *_ in CONDITIONS.values()}) == len(CONDITIONS)


def altered(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case bool():
            return not value
        case int() | Decimal():
            return value + 1
        case str():
            return f"{value}x"
        case Text():
            return Text(f"{value.en} otherwise", value.zh)
        case Who():
            return Who("role", "another")
        case Duration():
            return parse_duration("17 minutes")
        case Condition():
            return parse_condition("another is filled")
        case dt.time():
            return dt.time(23, 59)
        case Enum():
            return next(other for other in type(value) if other is not value)
        case tuple() | frozenset():
            return type(value)(list(value)[1:])
        case Mapping():
            return dict(list(value.items())[1:])
    return None


def variations(value: Any) -> Iterator[tuple[tuple[type, str], Any]]:
    """The value with one attribute altered, of itself or of anything in it, and which one that is.

    What an approver answers follows from the states and is not altered by itself.
    """
    if isinstance(value, Transition) and value.answer:
        return
    if type(value) in BEHAVIOUR:
        for one in fields(value):
            inside = getattr(value, one.name)
            if inside not in (None, (), {}, frozenset(), ""):
                yield (type(value), one.name), replace(value, **{one.name: altered(inside)})
            for label, other in variations(inside) if one.name != "entry" else ():  # all of it is left out
                yield label, replace(value, **{one.name: other})
    elif isinstance(value, Mapping):
        for name, inside in value.items():
            for label, other in variations(inside):
                yield label, {**value, name: other}
    elif isinstance(value, tuple):
        for index, inside in enumerate(value):
            for label, other in variations(inside):
                yield label, (*value[:index], other, *value[index + 1 :])


def test_each_attribute_that_is_behaviour_changes_the_revision_and_no_other_does() -> None:
    known = definitions(f"{RICH}---\n{FAMILY}")
    seen: set[tuple[type, str]] = set()
    for name in ("rich", "head", "mild", "grave"):
        one = known[name]
        for (part, attribute), other in variations(one):
            changed = revision_of(other, other.family) != revision_of(one, one.family)
            assert changed == (attribute in BEHAVIOUR[part]), (part.__name__, attribute)
            seen.add((part, attribute))
    everything = {(part, one.name) for part in BEHAVIOUR for one in fields(part)}
    assert {f"{part.__name__}.{name}" for part, name in everything - seen} == set()


TIES = """\
workflow: ties
calendar: mall
accountable: desk
states: {open: {}, closed: {end: true}}
transitions:
  begin: {from: new, to: open, by: desk}
  close: {from: open, to: closed, by: desk}
deadlines:
"""
FIRST = "  first: {since: begin, within: 1 hour, until: close, late: [{every: 1 day, notify: desk}]}\n"
SECOND = "  second: {since: begin, within: 1 hour, until: close, late: [{notify: desk, set: {priority: high}}]}\n"


def test_the_order_of_deadlines_decides_ties_and_so_is_behaviour() -> None:
    assert revisions(TIES + FIRST + SECOND)["ties"] != revisions(TIES + SECOND + FIRST)["ties"]
