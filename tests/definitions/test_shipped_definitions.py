"""The shipped procedures: they load without complaint, carry every rule of the book, and speak both languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.definitions.shipped import shipped, shipped_files
from workflow.catalogue import Catalogue
from workflow.definition import Definition, FieldType, Text, Transition, Who

ENFORCED = frozenset(
    [f"REP-{number}" for number in range(1, 7)]
    + [f"SRV-{number}" for number in range(1, 7)]
    + [f"CMP-{number}" for number in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 17, 18)]
    + [f"FUP-{number}" for number in range(1, 4)]
)
"""The rules of the procedure book about these matters that hold: with a number in them, or hard without one."""

FURTHER = frozenset(
    [f"LOAN-{number}" for number in range(1, 7)]
    + [f"CON-{number}" for number in range(1, 6)]
    + [f"SVY-{number}" for number in range(1, 14)]
    + [f"NTC-{number}" for number in range(1, 9)]
    + [f"COM-{number}" for number in (2, 3, 7, 8)]
    + [f"MTG-{number}" for number in range(1, 4)]
    + [f"ACT-{number}" for number in range(1, 15)]
    + [f"WEB-{number}" for number in range(1, 7)]
    + [f"RPT-{number}" for number in range(1, 8)]
    + [f"DOC-{number}" for number in range(1, 4)]
    + [f"SCH-{number}" for number in (4, 9, 13, 19)]
    + ["PAY-1", "PAY-2", "PAY-3", "PAY-4", "COM-10", "SCH-1"]
    + ["DEP-1", "DEP-2", "COM-11", "DATA-4", "DATA-5", "KPI-9"]
    + ["VIS-6", "COM-12", "DATA-6", "DATA-7", "KPI-6", "KPI-7"]
    + ["VIS-1", "VIS-2", "VIS-3", "VIS-4", "VIS-5", "VIS-7", "DATA-2", "KPI-8", "KPI-9"]
    + ["COM-4", "DATA-3"]
    + ["COM-9", "DATA-1"]
)
"""Those of loans, consultations, surveys, letters, meetings, activities, what is written online, duties and reports."""

SOFT = frozenset({"CMP-2", "CMP-12", "CMP-16", "CMP-19", "COM-1", "COM-5", "COM-13"})
"""Its soft duties."""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return shipped()


def rules_named(definition: Definition) -> Iterator[tuple[str, str]]:
    """Every rule that a definition names, with the part that names it."""

    def named(part: str, rules: tuple[str, ...]) -> Iterator[tuple[str, str]]:
        yield from ((rule, f"{definition.name}: {part}") for rule in rules)

    yield from named("the whole", definition.rules)
    for field in definition.fields.values():
        yield from named(field.name, field.rules)
        for column in field.columns.values():
            yield from named(f"{field.name}.{column.name}", column.rules)
    for state in definition.states.values():
        yield from named(state.name, state.rules)
        for step in state.approvals:
            yield from named(f"an approval of {state.name}", step.rules)
    for transition in definition.transitions.values():
        yield from named(transition.name, transition.rules)
        for index, check in enumerate(transition.checks, 1):
            yield from named(f"check {index} of {transition.name}", check.rules)
    for deadline in definition.deadlines.values():
        yield from named(f"deadline {deadline.name}", deadline.rules)
        for level in deadline.levels:
            yield from named(f"{level.name} of deadline {deadline.name}", level.rules)
    for reminder in definition.reminders.values():
        yield from named(f"reminder {reminder.name}", reminder.rules)
    for schedule in definition.recurring.values():
        yield from named(f"schedule {schedule.name}", schedule.rules)
    for promise in definition.promises:
        yield from named(promise.kind, promise.rules)


def texts(definition: Definition) -> Iterator[tuple[str, Text]]:
    """Everything of a definition that people read, with what it belongs to."""
    yield "the whole", definition.text
    for block in (definition.states, definition.transitions, definition.deadlines, definition.reminders):
        yield from ((part.name, part.text) for part in block.values())
    for field in definition.fields.values():
        yield field.name, field.text
        yield from ((f"{field.name} {choice}", text) for choice, text in field.choices.items())
        yield from ((f"{field.name}.{column.name}", column.text) for column in field.columns.values())
    for transition in definition.transitions.values():
        yield from (
            (f"a check of {transition.name}", check.text or Text("")) for check in transition.checks if check.must
        )


def open_states(definition: Definition) -> set[str]:
    return {state.name for state in definition.states.values() if not state.end}


def has_chinese(text: Text) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in text.zh)


def test_every_shipped_file_loads_without_a_warning(catalogue: Catalogue) -> None:
    assert catalogue.warnings == ()
    defined = {Path(path).stem for path, text in shipped_files().items() if "\nworkflow: " in text}
    assert set(catalogue.definitions) == defined
    assert set(catalogue.calendars) == {"mall"}


def test_what_is_waived_has_its_reason(catalogue: Catalogue) -> None:
    assert {problem.check for problem, reason in catalogue.waived} <= {
        "unbounded_loop",
        "limit_left_out",
        "unwarned_end",
    }
    assert all(reason for _, reason in catalogue.waived)


def test_every_file_is_called_like_what_it_defines() -> None:
    for path, text in shipped_files().items():
        if path not in ("roles.yaml", "procedure-book.yaml"):
            first = next(line for line in text.splitlines() if line and not line.startswith("#"))
            assert first.split(": ")[1] == Path(path).stem


def test_every_rule_of_the_book_is_named_where_it_is_carried_out(catalogue: Catalogue) -> None:
    named = {rule for definition in catalogue.definitions.values() for rule, _ in rules_named(definition)}
    assert (ENFORCED | FURTHER) - named == set()


def test_no_rule_is_named_that_the_book_does_not_have(catalogue: Catalogue) -> None:
    unknown = [
        (part, rule)
        for definition in catalogue.definitions.values()
        for rule, part in rules_named(definition)
        if rule not in ENFORCED | FURTHER | SOFT
    ]
    assert unknown == []


def test_a_rule_stands_on_the_smallest_part_and_never_on_a_whole_definition(catalogue: Catalogue) -> None:
    assert [one.name for one in catalogue.definitions.values() if one.rules] == []


def test_whatever_people_read_is_in_both_languages(catalogue: Catalogue) -> None:
    silent = [
        f"{definition.name}: {part}"
        for definition in catalogue.definitions.values()
        for part, text in texts(definition)
        if not has_chinese(text) or not text.en
    ]
    assert silent == []


def test_every_department_and_role_is_in_both_languages(catalogue: Catalogue) -> None:
    read = {name: role.text for name, role in catalogue.roles.items()} | dict(catalogue.departments)
    assert [name for name, text in read.items() if not has_chinese(text) or not text.en] == []


def test_whoever_is_named_is_a_role_of_the_house_or_a_word(catalogue: Catalogue) -> None:
    used = {
        who.name
        for definition in catalogue.definitions.values()
        for transition in definition.transitions.values()
        for who in (*transition.by, *transition.effects.notify)
        if who.kind == "role"
    }
    assert used <= set(catalogue.roles)


def test_every_role_falls_back_to_the_duty_manager_in_the_end(catalogue: Catalogue) -> None:
    assert {catalogue.chain(role)[-1] for role in catalogue.roles} == {"duty_manager"}


def test_every_open_ticket_can_be_handed_to_somebody_else(catalogue: Catalogue) -> None:
    for definition in catalogue.definitions.values():
        reassign = definition.transitions["reassign"]
        assert set(reassign.sources) == open_states(definition)
        assert reassign.target is None
        assert reassign.fill == ("new_assignee",)
        assert definition.fields["new_assignee"].type is FieldType.PERSON
        assert reassign.effects.assign == Who("field", "new_assignee")


def test_a_ticket_can_be_cancelled_with_a_reason_until_its_work_is_done(catalogue: Catalogue) -> None:
    done = {
        "repair": {"returned"},
        "complaint": {"resolved"},
        "service-request": {"not_approved"},
        "item-loan": {"deposit_paid", "on_loan", "returned"},
        "activity": {"finished"},
        "tenant-meeting": {"following_up"},
        "committee-meeting": {"following_up"},
        "fire-inspection": {"rectifying"},
        "outgoing-letter": {"sealed", "delivering"},
        "survey": {"correcting"},
        "paid-service": {"handed_in"},
        "demand": {"passed_on"},
        "shift": {"on_duty", "handing_over"},
    }
    for definition in catalogue.definitions.values():
        cancel = definition.transitions["cancel"]
        assert cancel.target is not None
        assert definition.states[cancel.target].end
        assert cancel.fill == ("cancel_reason",)
        assert open_states(definition) - set(cancel.sources) == done.get(definition.head or definition.name, set())


def test_every_open_state_is_left_by_somebody(catalogue: Catalogue) -> None:
    for definition in catalogue.definitions.values():
        left = {source for one in definition.transitions.values() if one.target for source in one.sources}
        assert open_states(definition) <= left


def test_every_open_state_has_a_source_that_keeps_telling_somebody(catalogue: Catalogue) -> None:
    for definition in catalogue.definitions.values():
        telling = {
            state
            for reminder in definition.reminders.values()
            if ((reminder.every and reminder.effects.notify) or reminder.effects.move) and not reminder.condition
            for state in reminder.states
        }
        if any(level.every for deadline in definition.deadlines.values() for level in deadline.levels):
            continue  # the check of silent states knows in which of them a deadline runs
        assert open_states(definition) <= telling


def test_an_opening_that_people_make_asks_for_a_title(catalogue: Catalogue) -> None:
    children = {"action-item", "corrective-action", "demand", "rectification", "paid-service", "recording"}
    openings: list[Transition] = [
        one for definition in catalogue.opened() if definition.name not in children for one in definition.openings()
    ]
    by_people = [one for one in openings if Who("word", "clock") not in one.by]
    assert len(by_people) > 5
    assert all("title" in one.fill for one in by_people)
