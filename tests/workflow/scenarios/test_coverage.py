"""Coverage: a family counts as one, and what a class has of its own counts by itself."""

from __future__ import annotations

from tests.definitions.shipped import shipped
from workflow.scenarios.coverage import Part, counted_as, covered, to_cover

KNOWN = shipped().definitions


def test_what_a_class_has_as_its_head_has_it_is_the_heads() -> None:
    assert counted_as(Part("complaint-normal", "transition", "close"), KNOWN).workflow == "complaint"
    assert counted_as(Part("complaint-normal", "level", "follow_up", "late 1"), KNOWN).workflow == "complaint"
    assert counted_as(Part("complaint-normal", "reminder", "resting"), KNOWN).workflow == "complaint"


def test_what_a_class_changes_or_adds_is_its_own() -> None:
    for part in (
        Part("complaint-important", "transition", "start"),
        Part("complaint-normal", "level", "resolve", "soon 1"),
        Part("complaint-critical", "reminder", "not_started"),
    ):
        assert counted_as(part, KNOWN) == part


def test_there_is_to_cover_every_transition_level_and_reminder_once() -> None:
    parts = to_cover(KNOWN["repair"], KNOWN)
    assert len(parts) == len(set(parts)) == 27
    assert {part.called for part in parts if part.kind == "level" and part.name == "pick_up"} == {
        "pick_up soon 1",
        "pick_up late 1",
        "pick_up late 2",
        "pick_up late 3",
    }


def test_a_family_is_covered_with_its_classes() -> None:
    workflows = {part.workflow for part in to_cover(KNOWN["complaint"], KNOWN)}
    assert workflows == {"complaint", "complaint-normal", "complaint-important", "complaint-critical"}


def test_what_nothing_takes_is_missing_in_the_order_of_the_file() -> None:
    found = covered(
        KNOWN["repair"], KNOWN, [Part("repair", "transition", "register"), Part("demand", "transition", "x")]
    )
    assert [part.name for part in found.missing[:3]] == ["register_to_check", "dispatch", "decline"]
    assert len(found.missing) == len(found.parts) - 1
