"""The shape of the files: which keys there are, and what is said of a wrong one."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError, fields

from workflow.reading import schema
from workflow.reading.nodes import Node
from workflow.reading.schema.effect_parts import Effects
from workflow.reading.schema.field_parts import AnyField
from workflow.reading.schema.files import ProcedureBookFile
from workflow.reading.schema.parts import Described, Part
from workflow.reading.schema.shapes import Named, Several
from workflow.reading.source import read


def node(text: str) -> Node:
    documents, problems = read(text, "file.yaml")
    assert problems == ()
    return documents[0]


def lines(text: str, kind: str = "workflow") -> list[str]:
    return [problem.line().removeprefix("file.yaml:") for problem in schema.load(node(text), kind)[1]]


def parts(part: type[Part] = Part) -> list[type[Part]]:
    """The part and all that derive from it, each once."""
    found = {part: None}
    for one in part.__subclasses__():
        found |= dict.fromkeys(parts(one))
    return list(found)


WHOLE = """\
workflow: a
calendar: mall
accountable: desk
states: {open: {}}
transitions: {go: {from: new, to: open, by: desk}}
"""


# --- Kinds of files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("workflow: a", "workflow"),
        ("calendar: mall\nworkflow: a", "workflow"),
        ("calendar: mall\nzone: Asia/Shanghai", "calendar"),
        ("calendar: mall\nstates: {}", "workflow"),  # `workflow` is missing, and that will be said
        ("roles: {}", "roles"),
        ("departments: {}", "roles"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_keys(text: str, kind: str) -> None:
    assert schema.kind_of(node(text)) == (kind, None)


def test_a_register_is_told_by_its_first_key() -> None:
    kind, problem = schema.kind_of(node("register: tenants\ncolumns: [name]"))
    assert (kind, problem) == ("register", None)


@pytest.mark.parametrize("text", ["worflow: a", "- a\n- b", "just words", "5"])
def test_a_file_of_no_kind_is_told_which_there_are(text: str) -> None:
    _, problem = schema.kind_of(node(text))
    assert problem is not None
    assert "workflow, base, calendar, roles" in problem.text


# --- Keys ---------------------------------------------------------------------------------------------------------


def test_a_whole_definition_has_no_problem() -> None:
    assert lines(WHOLE) == []


@pytest.mark.parametrize("key", ["workflow", "calendar", "accountable", "states", "transitions"])
def test_a_definition_needs_its_key(key: str) -> None:
    text = "".join(line for line in WHOLE.splitlines(keepends=True) if not line.startswith(key))
    assert lines(text) == [f"1:1: error[missing_key] a definition needs `{key}`"]


def test_an_unknown_key_is_told_with_those_there_are_and_the_one_that_was_meant() -> None:
    (line,) = lines(
        WHOLE + "deadlines:\n  d: {since: go, withing: 1 day, within: 1 day, until: go, late: {notify: desk}}"
    )
    assert line == (
        "7:18: error[unknown_key] unknown key withing in a deadline; accepted: if, since, within, no_later_than, "
        "replaced_by, until, paused_in, soon, late, zh, en, rules, note, accept; did you mean within?"
    )


def test_every_part_says_what_it_is_called_in_both_languages() -> None:
    bare = {Part, Described, Effects}
    for part in parts():
        called, called_zh = part.called
        assert called
        assert called_zh
        assert part in bare or part.called != Part.called, part


def test_effects_are_the_same_wherever_they_stand() -> None:
    standing = [part for part in parts() if issubclass(part, Effects)]
    assert len(standing) >= 6
    for part in standing:
        assert set(Effects().keys()) <= set(part().keys())


SAMPLES: list[Any] = [
    "kept",
    {"must": "a", "zh": "x"},
    {"by": "manager"},
    {"left": "1 day", "notify": "desk"},
    {"notify": "desk"},
    {"paused_at_most": "1 day"},
    {"workflow": "a"},
    {"do": "go", "by": "desk"},
]


def fits(field: fields.Field[Any], sample: Any) -> bool:
    try:
        field.deserialize(sample)
    except ValidationError:
        return False
    return True


def test_every_list_accepts_a_single_value() -> None:
    lists = [field for part in parts() for field in part().fields.values() if isinstance(field, Several)]
    assert len(lists) > 30
    for field in lists:
        sample = next(sample for sample in SAMPLES if fits(field, [sample]))
        alone = field.deserialize(sample)
        assert alone == field.deserialize([sample])
        assert len(alone) == 1


def test_maps_of_parts_and_lists_have_a_largest_size() -> None:
    for part in parts():
        for field in part().fields.values():
            if isinstance(field, Several | Named):
                assert 0 < field.most <= (2000 if part is ProcedureBookFile else 300)  # a book has many rules


# --- Values -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "accepted"),
    [
        ("{type: text, min_length: 3}", True),
        ("{type: contact, min_length: 3}", True),
        ("{type: text, min: 3}", False),
        ("{type: number, min: -1.5, max: 10}", True),
        ("{type: number, min: low}", False),
        ("{type: money, min_length: 3}", False),
        ("{type: date, max: 30 days after opened}", True),
        ("{type: date, max: 30}", False),
        ("{type: choice, of: [a, b]}", True),
        ("{type: choice, of: a}", True),
        ("{type: choice, of: {a: {zh: 甲}, b-c: {}}}", True),
        ("{type: choice, of: [A, b]}", False),
        ("{type: choice, of: [a, a]}", False),
        ("{type: choice}", False),
        ("{type: ticket, of: a, in: [open]}", True),
        ("{type: ticket}", False),
        ("{type: yes_no, of: [a]}", False),
        ("{type: list, of: {name: {type: text}}}", True),
        ("{type: list, of: {name: {type: list, of: {a: {type: text}}}}}", False),
        ("{type: list, of: {name: {type: text}, size: {type: text}}}", True),
        ("{type: list, of: [name]}", False),
        ("{type: file}", True),
        ("{type: file, of: pdf}", False),
        ("{type: register, of: tenants}", True),
        ("{type: register}", False),
        ("{type: nothing}", False),
        ("{zh: 无类型}", False),
        ("text", False),
        ("{type: department, follows: {a: {b: c}}}", True),
        ("{type: department, follows: {a: {b: c}, d: {e: f}}}", False),
    ],
)
def test_which_keys_a_field_has_depends_on_its_type(field: str, accepted: bool) -> None:
    assert (lines(f"{WHOLE}fields:\n  it: {field}") == []) is accepted


def test_every_type_of_field_has_a_part() -> None:
    for text in ("text", "number", "money", "percent", "yes_no", "date", "datetime", "contact", "person", "department"):
        assert lines(f"{WHOLE}fields:\n  it: {{type: {text}, confidential: staff, rules: A-1, note: x}}") == []
    assert len(list(parts(AnyField))) == 11


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("{left: 0%, notify: desk}", "more than 0% and less than 100%"),
        ("{left: 100%, notify: desk}", "more than 0% and less than 100%"),
        ("{left: 5 fortnights, notify: desk}", "names no unit of time"),
        ("{left: 5 days}", "does nothing"),
        ("{notify: desk}", "needs `left`"),
        ("{left: 5 days, notify: desk, late_by: 1 day}", "unknown key late_by in an entry of `soon`"),
    ],
)
def test_a_wrong_entry_of_soon_is_told(level: str, said: str) -> None:
    deadline = f"deadlines:\n  d: {{within: 30 days, until: go, soon: {level}, late: {{notify: desk}}}}"
    (line,) = lines(WHOLE + deadline)
    assert said in line
    assert line.startswith("7:")


@pytest.mark.parametrize("every", ["1 day", "2 working days"])
def test_a_repeat_at_a_time_of_day_is_counted_in_days(every: str) -> None:
    reminder = 'reminders:\n  r: {{every: {every}, at: "09:30", while: open, notify: desk}}'
    assert lines(WHOLE + reminder.format(every=every)) == []
    (line,) = lines(WHOLE + reminder.format(every="24 hours"))
    assert "needs `every` in days or working days" in line


@pytest.mark.parametrize("time", ['"24:00"', '"09:60"', "930", '"0930"'])
def test_a_time_of_day_has_two_digits_each(time: str) -> None:
    (line,) = lines(f"{WHOLE}reminders:\n  r: {{every: 1 day, at: {time}, while: open, notify: desk}}")
    assert 'is not a time of day; write for example "09:30"' in line


def test_what_cannot_be_read_keeps_its_place_in_a_list() -> None:
    found = lines(
        f"{WHOLE}promises:\n  - {{paused_at_most: soon}}\n  - {{paused_at_most: 1 day, on: a}}".replace("on:", "at:")
    )
    assert [line.partition(" ")[0] for line in found] == ["7:22:", "8:29:"]


def test_a_fault_in_a_condition_is_told_in_its_column() -> None:
    text = f"{WHOLE}deadlines:\n  d: {{if: a is is b, within: 1 day, until: go, late: {{notify: desk}}}}"
    (line,) = lines(text)
    assert line.startswith("7:16: error[condition] ")
