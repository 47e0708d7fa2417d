"""Complaints as they are handled: rules CMP-9 to CMP-13 of the procedure book, from outside."""

from __future__ import annotations

from collections.abc import Callable

from tests.acceptance.house import House, at
from tests.acceptance.rules.complaints import (
    CLASSES,
    DEPARTMENT,
    FOLLOWED_UP,
    REFUSED,
    SOLVED,
    STARTS,
    classified,
    classify,
    handled,
    received,
    resolved,
    transfer,
    transferred,
)
from tests.acceptance.staff import CENTRE

# --- CMP-9: the complaint goes to the department with its form -------------------------------------------------------


def test_cmp_9_manager_and_head_of_the_department_get_the_complaint_and_what_is_required(house: House) -> None:
    complaint = classified(house, "normal")
    house.news()
    transfer(house, complaint, handling_request="Clean it at once")
    assert house.state(complaint) == "transferred"
    news = house.news()
    assert set(news) == DEPARTMENT
    assert all(news[person].asked == ("start",) for person in DEPARTMENT)
    assert house.entry(complaint, "transfer")["filled"] == {"handling_request": "Clean it at once"}
    assert "start" in house.possible(complaint, "repair_manager")


def test_cmp_9_nothing_is_transferred_without_the_form(house: House) -> None:
    complaint = classified(house, "normal")
    assert house.refused(complaint, "clerk", "transfer") == [("fill", "handling_request", ("CMP-9",))]
    assert house.state(complaint) == "classified"


def test_cmp_9_nothing_is_transferred_to_nobody(house: House) -> None:
    complaint = classified(house, "normal", category="other")
    refused = house.refused(complaint, "clerk", "transfer", {"handling_request": "See to it"})
    assert refused == [("need", "department", ("CMP-9",))]


def test_cmp_9_only_the_centre_transfers(house: House) -> None:
    complaint = classified(house, "normal")
    refused = house.refused(complaint, "repair_manager", "transfer", {"handling_request": "Mine"})
    assert refused == [("not_allowed", "transfer", ("CMP-9",))]


# --- CMP-10: which department is responsible for what ----------------------------------------------------------------


def test_cmp_10_the_department_follows_the_category(house: House) -> None:
    for category, department, managers in (
        ("goods", "operations", {"shop_manager", "shop_head"}),
        ("shop_assistant", "operations", {"shop_manager", "shop_head"}),
        ("property", "property_management", DEPARTMENT),
    ):
        complaint = classified(house, "normal", category=category, guide_checked=True)
        assert house.named(complaint, "department") == department
        house.news()
        transfer(house, complaint)
        assert set(house.news()) == managers


def test_cmp_10_for_anything_else_the_department_is_typed(house: House) -> None:
    complaint = classified(house, "normal", category="other")
    assert house.field(complaint, "department") is None
    said = {"handling_request": "See to it"}
    assert house.refused(complaint, "clerk", "transfer", said) == [("need", "department", ("CMP-9",))]
    house.do(complaint, "clerk", "transfer", {**said, "department": "operations"})
    assert "start" in house.possible(complaint, "shop_manager")
    assert "start" not in house.possible(complaint, "repair_manager")


# --- CMP-11: the department handles it in the time that was set ------------------------------------------------------


def test_cmp_11_a_time_for_the_handling_is_set_with_the_transfer_of_graver_complaints(house: House) -> None:
    complaints = [classified(house, severity) for severity in ("important", "critical")]
    house.wait("09:10")
    for complaint in complaints:
        said = {"handling_request": "Clean it and see to her"}
        assert ("fill", "handling_due_at", ("CMP-9",)) in house.refused(complaint, "clerk", "transfer", said)
        transfer(house, complaint, handling_due_at=at("2026-01-14 17:00"))
        clock = house.clock(complaint, "handling")
        assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 09:10"), at("2026-01-14 17:00"))


def test_cmp_11_a_late_important_complaint_is_told_to_its_department_and_the_centre(house: House) -> None:
    complaint = handled(house, "important", handling_due_at=at("2026-01-13 17:00"))
    house.do(complaint, "repair_head", "reassign", {"new_assignee": "repairer"})
    house.wait("2026-01-13 12:59")
    house.news()
    house.wait("13:00")
    assert set(house.news()) == {"repairer"}  # he is warned
    house.wait("16:59")
    assert house.news() == {}
    house.wait("17:00")
    assert set(house.news()) == {"repairer", "repair_head"} | CENTRE
    level = house.entry(complaint, "handling")
    assert (level["level"], level["at"]) == ("late 1", at("2026-01-13 17:00"))
    for day in ("2026-01-14", "2026-01-15"):
        house.wait(f"{day} 16:59")
        assert "project_manager" not in house.news()
        house.wait(f"{day} 17:00")
        assert set(house.news()) == {"repair_head", "project_manager"}
    house.do(complaint, "repair_head", "resolve", SOLVED)
    assert house.clock(complaint, "handling")["standing"] == "broken"


def test_cmp_11_a_late_critical_complaint_is_told_to_the_managers(house: House) -> None:
    complaint = handled(house, "critical", handling_due_at=at("2026-01-13 17:00"))
    house.do(complaint, "project_manager", "reassign", {"new_assignee": "repairer"})
    house.wait("2026-01-13 12:59")
    house.news()
    house.wait("13:00")
    assert set(house.news()) == {"repairer"}  # he is warned
    house.wait("16:59")
    assert house.news() == {}
    house.wait("17:00")
    assert set(house.news()) == {"repairer", "repair_head", "project_manager"}
    for day in ("2026-01-14", "2026-01-15"):
        house.wait(f"{day} 16:59")
        assert "general_manager" not in house.news()
        house.wait(f"{day} 17:00")
        assert set(house.news()) == {"project_manager", "general_manager"}
    house.do(complaint, "project_manager", "resolve", SOLVED)
    assert house.clock(complaint, "handling")["standing"] == "broken"


def test_cmp_11_whoever_is_in_time_keeps_it(house: House) -> None:
    graver = ("important", "critical")
    complaints = {severity: handled(house, severity, handling_due_at=at("2026-01-12 17:00")) for severity in graver}
    house.wait("16:59")
    for severity, complaint in complaints.items():
        house.do(complaint, STARTS[severity], "resolve", SOLVED)
        assert house.clock(complaint, "handling")["standing"] == "kept"


# --- CMP-12: the receiver keeps himself informed and tells the complainant -------------------------------------------


def test_cmp_12_the_receiver_is_told_of_every_step(house: House) -> None:
    complaint = received(house, "guard")
    house.news()
    steps: tuple[Callable[[], object], ...] = (
        lambda: classify(house, complaint, "normal"),
        lambda: transfer(house, complaint),
        lambda: house.do(complaint, "repair_manager", "start"),
        lambda: house.do(complaint, "repair_manager", "resolve", SOLVED),
        lambda: house.do(complaint, "clerk", "close", FOLLOWED_UP),
    )
    for step in steps:
        step()
        assert "guard" in house.news()


def test_cmp_12_what_he_tells_the_complainant_is_written_down_at_every_stage(house: House) -> None:
    complaint = received(house, "guard")
    stages: dict[str, Callable[[], object]] = {
        "received": lambda: None,
        "classified": lambda: classify(house, complaint, "normal"),
        "transferred": lambda: transfer(house, complaint),
        "handling": lambda: house.do(complaint, "repair_manager", "start"),
        "resolved": lambda: house.do(complaint, "repair_manager", "resolve", SOLVED),
    }
    for stage, step in stages.items():
        step()
        seen = house.do(complaint, "guard", "feedback", {"feedback_text": f"It is {stage}"})
        assert seen["state"]["name"] == stage
    told = [(one["actor"]["id"], one["filled"].get("feedback_text")) for one in house.history(complaint, "feedback")]
    assert told == [("guard", f"It is {stage}") for stage in stages]


def test_cmp_12_the_receiver_or_the_centre_tells_the_complainant_and_says_what(house: House) -> None:
    complaint = received(house, "guard")
    assert house.refused(complaint, "guard", "feedback") == [("fill", "feedback_text", ("CMP-12",))]
    refused = house.refused(complaint, "shop_staff", "feedback", {"feedback_text": "Soon"})
    assert refused == [("not_allowed", "feedback", ("CMP-12",))]
    house.do(complaint, "clerk", "feedback", {"feedback_text": "We are on it"})


# --- CMP-13: after five working days the receiver tracks it every day ------------------------------------------------

TRACKED = {"tracking_note": "The floor is being ground", "feedback_text": "Told Ms Liu so"}


def test_cmp_13_after_five_working_days_the_receiver_is_asked_to_track_it_every_day(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.asked("track") == {"guard"} | CENTRE
    for day in ("2026-01-20", "2026-01-21", "2026-01-22", "2026-01-23", "2026-01-24", "2026-01-25"):  # and at weekends
        house.wait(f"{day} 09:29")
        assert house.asked("track") == set()
        house.wait(f"{day} 09:30")
        assert house.asked("track") == {"guard"} | CENTRE
    house.do(complaint, "repair_manager", "resolve", SOLVED)
    house.news()
    house.wait("2026-01-28 12:00")
    assert house.asked("track") == set()


def test_cmp_13_the_national_holiday_and_its_make_up_day_count_as_what_they_are(house: House) -> None:
    house.wait("2026-09-29 15:00")
    handled(house, "normal", "guard")
    house.wait("2026-10-12 14:59")
    assert house.asked("track") == set()
    house.wait("15:00")
    assert house.asked("track") == {"guard"} | CENTRE


def test_cmp_13_it_counts_from_acceptance_through_every_class(house: House) -> None:
    for severity in CLASSES:
        handled(house, severity, "guard")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.told("guard").asked == ("track", "track", "track")


def test_cmp_13_it_comes_as_well_where_the_handling_has_not_even_begun(house: House) -> None:
    received(house, "guard")
    classified(house, "normal", "guard")
    transferred(house, "normal", "guard")
    house.wait("2026-01-19 09:00", scheduler=False)
    assert house.told("guard").asked.count("track") == 3


def test_cmp_13_a_refused_result_does_not_start_it_again(house: House) -> None:
    complaint = resolved(house, "normal", "guard")
    house.wait("2026-01-15 09:00")
    house.do(complaint, "clerk", "reject_result", REFUSED)
    transfer(house, complaint)
    house.do(complaint, "repair_head", "start")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.asked("track") == {"guard"} | CENTRE


def test_cmp_13_tracking_is_done_with_a_note_and_with_what_the_complainant_was_told(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    assert house.refused(complaint, "guard", "track") == [
        ("fill", "tracking_note", ("CMP-13",)),
        ("fill", "feedback_text", ("CMP-13",)),
    ]
    assert house.refused(complaint, "repair_head", "track", TRACKED) == [("not_allowed", "track", ("CMP-13",))]
    for person in ("guard", "clerk"):
        assert house.do(complaint, person, "track", TRACKED)["state"]["name"] == "handling"
    assert [entry["filled"] for entry in house.history(complaint, "track")] == [TRACKED, TRACKED]
