"""Complaints as they are handled: rules CMP-9 to CMP-18 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import CENTRE, House, at
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
from tests.acceptance.rules.test_repair_rules import REPORT

# --- CMP-9: the complaint goes to the department with its form ---------------------------------------------------------


def test_cmp_9_manager_and_head_of_the_department_get_the_complaint_and_what_is_required(house: House) -> None:
    complaint = classified(house, "normal")
    house.news()
    transfer(house, complaint, handling_request="Clean it at once")
    assert house.state(complaint) == "transferred"
    news = house.news()
    assert set(news) == DEPARTMENT
    assert all(news[person].asked == ("start",) for person in DEPARTMENT)
    assert house.entry(complaint, "transfer")["filled"]["handling_request"] == "Clean it at once"
    assert "start" in house.possible(complaint, "repair_manager")


def test_cmp_9_nothing_is_transferred_without_the_form(house: House) -> None:
    complaint = classified(house, "normal")
    assert house.refused(complaint, "clerk", "transfer") == [("fill", "handling_request", ("CMP-9",))]
    assert house.state(complaint) == "classified"


def test_cmp_9_only_the_centre_transfers(house: House) -> None:
    complaint = classified(house, "normal")
    refused = house.refused(complaint, "repair_manager", "transfer", {"handling_request": "Mine"})
    assert refused == [("not_allowed", "transfer", ("CMP-9",))]


# --- CMP-10: which department is responsible for what ------------------------------------------------------------------


def test_cmp_10_the_department_follows_the_category(house: House) -> None:
    for category, department, managers in (
        ("goods", "operations", {"shop_manager", "shop_head"}),
        ("shop_assistant", "operations", {"shop_manager", "shop_head"}),
        ("property", "property_management", DEPARTMENT),
    ):
        complaint = classified(house, "normal", category=category, guide_checked=True)
        assert house.field(complaint, "department") == department
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


# --- CMP-11: the department handles it in the time that was set --------------------------------------------------------


def test_cmp_11_a_time_for_the_handling_is_set_with_the_transfer_of_graver_complaints(house: House) -> None:
    for severity in ("important", "critical"):
        complaint = classified(house, severity)
        said = {"handling_request": "Clean it and see to her"}
        assert ("fill", "handling_due_at", ("CMP-9",)) in house.refused(complaint, "clerk", "transfer", said)
        transfer(house, complaint, handling_due_at=at("2026-01-14 17:00"))
        clock = house.clock(complaint, "handling")
        assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 09:00"), at("2026-01-14 17:00"))


def test_cmp_11_a_late_important_complaint_is_told_to_its_department_and_the_centre(house: House) -> None:
    complaint = handled(house, "important", handling_due_at=at("2026-01-13 17:00"))
    house.wait("2026-01-13 16:59")
    house.news()
    house.wait("17:00")
    assert set(house.news()) == {"repair_head"} | CENTRE
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
    house.wait("2026-01-13 16:59")
    house.news()
    house.wait("17:00")
    assert set(house.news()) == {"repair_head", "project_manager"}
    house.wait("2026-01-14 16:59")
    assert "general_manager" not in house.news()
    house.wait("17:00")
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


# --- CMP-12: the receiver keeps himself informed and tells the complainant ---------------------------------------------


def test_cmp_12_the_receiver_is_told_of_every_step(house: House) -> None:
    complaint = received(house, "guard")
    house.news()
    for step in (
        lambda: classify(house, complaint, "normal"),
        lambda: transfer(house, complaint),
        lambda: house.do(complaint, "repair_manager", "start"),
        lambda: house.do(complaint, "repair_manager", "resolve", SOLVED),
        lambda: house.do(complaint, "clerk", "close", FOLLOWED_UP),
    ):
        step()
        assert "guard" in house.news()


def test_cmp_12_what_he_tells_the_complainant_is_written_down_at_every_stage(house: House) -> None:
    complaint = received(house, "guard")
    stages = ["received", "classified", "transferred", "handling", "resolved"]
    for stage, step in zip(
        stages,
        (
            lambda: None,
            lambda: classify(house, complaint, "normal"),
            lambda: transfer(house, complaint),
            lambda: house.do(complaint, "repair_manager", "start"),
            lambda: house.do(complaint, "repair_manager", "resolve", SOLVED),
        ),
        strict=True,
    ):
        step()
        seen = house.do(complaint, "guard", "feedback", {"feedback_text": f"It is {stage}"})
        assert seen["state"]["name"] == stage
    told = [(one["actor"]["id"], one["filled"]["feedback_text"]) for one in house.history(complaint, "feedback")]
    assert told == [("guard", f"It is {stage}") for stage in stages]


def test_cmp_12_the_receiver_or_the_centre_tells_the_complainant_and_says_what(house: House) -> None:
    complaint = received(house, "guard")
    assert house.refused(complaint, "guard", "feedback") == [("fill", "feedback_text", ("CMP-12",))]
    refused = house.refused(complaint, "shop_staff", "feedback", {"feedback_text": "Soon"})
    assert refused == [("not_allowed", "feedback", ("CMP-12",))]
    house.do(complaint, "clerk", "feedback", {"feedback_text": "We are on it"})


# --- CMP-13: after five working days the receiver tracks it every day --------------------------------------------------

TRACKED = {"tracking_note": "The floor is being ground", "feedback_text": "Told Ms Liu so"}


def test_cmp_13_after_five_working_days_the_receiver_is_asked_to_track_it_every_day(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.asked("track") == {"guard"}
    for day in ("2026-01-20", "2026-01-21", "2026-01-22", "2026-01-23", "2026-01-24", "2026-01-25"):  # and at weekends
        house.wait(f"{day} 09:29")
        assert house.asked("track") == set()
        house.wait(f"{day} 09:30")
        assert house.asked("track") == {"guard"}
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
    assert house.asked("track") == {"guard"}


def test_cmp_13_it_counts_from_acceptance_through_every_class(house: House) -> None:
    for severity in CLASSES:
        handled(house, severity, "guard")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.told("guard").asked == ("track", "track", "track")


def test_cmp_13_a_refused_result_does_not_start_it_again(house: House) -> None:
    complaint = resolved(house, "normal", "guard")
    house.wait("2026-01-15 09:00")
    house.do(complaint, "clerk", "reject_result", REFUSED)
    transfer(house, complaint)
    house.do(complaint, "repair_head", "start")
    house.wait("2026-01-19 08:59")
    assert house.asked("track") == set()
    house.wait("09:00")
    assert house.asked("track") == {"guard"}


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


# --- CMP-14: a follow-up, with its record, within three working days of the handling ----------------------------------


def test_cmp_14_a_follow_up_a_minute_before_three_working_days_are_over_keeps_it(house: House) -> None:
    complaint = resolved(house, "normal")
    assert house.clock(complaint, "follow_up")["limit_at"] == at("2026-01-15 09:00")
    house.wait("2026-01-15 08:59")
    seen = house.do(complaint, "clerk", "close", FOLLOWED_UP)
    assert (seen["state"]["name"], seen["ended_at"]) == ("closed", at("2026-01-15 08:59"))
    assert house.clock(complaint, "follow_up")["standing"] == "kept"
    assert house.entry(complaint, "close")["filled"] == FOLLOWED_UP


def test_cmp_14_a_day_before_the_centre_is_asked_for_it(house: House) -> None:
    resolved(house, "normal")
    house.wait("2026-01-14 08:59")
    house.news()
    house.wait("09:00")
    assert house.asked("close") == CENTRE


def test_cmp_14_after_three_working_days_centre_and_operations_manager_are_told_every_working_day(
    house: House,
) -> None:
    house.wait("2026-01-13 10:00")
    complaint = resolved(house, "normal")
    house.do(complaint, "clerk", "feedback", {"feedback_text": "The floor is clean"})
    house.wait("2026-01-16 09:59")
    assert "operations_manager" not in house.news()
    house.wait("10:00")
    news = house.news()
    assert set(news) == CENTRE | {"operations_manager"}
    assert house.clock(complaint, "follow_up")["late_at"] == at("2026-01-16 10:00")
    house.wait("2026-01-19 09:59")
    assert "operations_manager" not in house.news()
    house.wait("10:00")
    assert "operations_manager" in house.news()
    house.do(complaint, "clerk", "close", FOLLOWED_UP)
    assert house.clock(complaint, "follow_up")["standing"] == "broken"


def test_cmp_14_holidays_do_not_count_and_make_up_days_do(house: House) -> None:
    for time, limit in (("2026-02-13 16:00", "2026-02-25 16:00"), ("2026-09-30 16:00", "2026-10-10 16:00")):
        house.wait(time)
        complaint = resolved(house, "normal")
        assert house.clock(complaint, "follow_up")["limit_at"] == at(limit)
        house.do(complaint, "clerk", "close", FOLLOWED_UP)


def test_cmp_14_nothing_is_closed_without_the_record_or_before_it_was_handled(house: House) -> None:
    complaint = resolved(house, "normal")
    both = ("CMP-14", "FUP-3")
    assert house.refused(complaint, "clerk", "close") == [
        ("fill", "follow_up_result", both),
        ("fill", "followed_up_with", both),
    ]
    assert house.refused(complaint, "repair_manager", "close", FOLLOWED_UP) == [("not_allowed", "close", both)]
    earlier = handled(house, "normal")
    assert house.refused(earlier, "clerk", "close", FOLLOWED_UP) == [("not_from_here", "handling", both)]


# --- CMP-15: a refused result makes the complaint graver and it is handled again ---------------------------------------


def test_cmp_15_each_refusal_raises_the_class_by_one_up_to_the_gravest(house: House) -> None:
    complaint = resolved(house, "normal")
    for round_, severity in ((2, "important"), (3, "critical"), (4, "critical")):
        seen = house.do(complaint, "clerk", "reject_result", REFUSED)
        assert (seen["workflow"]["name"], seen["state"]["name"]) == (f"complaint-{severity}", "classified")
        assert seen["round"] == round_
        transfer(house, complaint)
        house.do(complaint, STARTS[severity], "start")
        house.do(complaint, STARTS[severity], "resolve", SOLVED)
    runs = [one["run"] for one in house.clocks(complaint) if one["name"] == "follow_up"]
    assert runs == [1, 2, 3, 4]


def test_cmp_15_the_gravest_comes_back_to_the_project_manager(house: House) -> None:
    complaint = resolved(house, "critical")
    house.news()
    house.do(complaint, "clerk", "reject_result", REFUSED)
    news = house.news()
    assert "project_manager" in news
    assert "repair_head" in news


def test_cmp_15_the_responsible_department_may_raise_it_itself(house: House) -> None:
    for person in ("repair_manager", "repair_head"):
        complaint = resolved(house, "normal")
        seen = house.do(complaint, person, "reject_result", REFUSED)
        assert seen["workflow"]["name"] == "complaint-important"
        assert house.entry(complaint, "reject_result")["filled"] == REFUSED
    refused = house.refused(resolved(house, "normal"), "shop_manager", "reject_result", REFUSED)
    assert refused == [("not_allowed", "reject_result", ("CMP-15",))]


def test_cmp_15_a_result_is_refused_with_its_reason_and_once_there_is_one(house: House) -> None:
    complaint = resolved(house, "normal")
    assert house.refused(complaint, "clerk", "reject_result") == [("fill", "rejection_reason", ("CMP-15",))]
    earlier = handled(house, "normal")
    refused = house.refused(earlier, "clerk", "reject_result", REFUSED)
    assert refused == [("not_from_here", "handling", ("CMP-15",))]


def test_cmp_15_a_refused_result_cannot_be_closed_away(house: House) -> None:
    complaint = resolved(house, "normal")
    refused = house.refused(complaint, "clerk", "close", {**FOLLOWED_UP, "follow_up_result": "refused"})
    assert refused == [("check", "close", ("CMP-15",))]
    assert house.state(complaint) == "resolved"


# --- CMP-17: a response within 24 hours, whatever the class ------------------------------------------------------------


def test_cmp_17_a_response_after_23_hours_and_59_minutes_keeps_it(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-13 08:59")
    house.do(complaint, "guard", "feedback", {"feedback_text": "We are grinding the floor"})
    clock = house.clock(complaint, "respond")
    assert (clock["standing"], clock["ended_at"]) == ("kept", at("2026-01-13 08:59"))
    house.news()
    house.wait("09:00")
    assert house.news() == {}


def test_cmp_17_after_24_hours_the_receiver_and_the_operations_manager_are_told(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-13 08:59")
    assert "operations_manager" not in house.news()
    house.wait("09:00")
    assert set(house.news()) == {"guard", "operations_manager"}
    level = house.entry(complaint, "respond")
    assert (level["level"], level["at"], level["limit_at"]) == ("late 1", *(2 * [at("2026-01-13 09:00")]))
    assert {one["person"]["name"] for one in level["told"]} == {"Luo Yi", "Wei Dong"}
    house.do(complaint, "guard", "feedback", {"feedback_text": "Late, but here we are"})
    assert house.clock(complaint, "respond")["standing"] == "broken"


def test_cmp_17_it_holds_for_every_class_beside_the_limit_of_the_class(house: House) -> None:
    for severity in CLASSES:
        complaint = received(house)
        before = house.clock(complaint, "respond")
        classify(house, complaint, severity)
        after = house.clock(complaint, "respond")
        assert after["limit_at"] == before["limit_at"] == at("2026-01-13 09:00")
        assert (after["run"], after["standing"]) == (1, "running")


def test_cmp_17_24_hours_are_24_hours_at_weekends_too(house: House) -> None:
    house.wait("2026-01-16 18:00")
    assert house.clock(received(house), "respond")["limit_at"] == at("2026-01-17 18:00")


# --- CMP-18: a repeated complaint is seen to be one, and turned away by nobody -----------------------------------------


def test_cmp_18_a_repeat_is_taken_in_like_any_other_and_the_operations_manager_hears_of_it(house: House) -> None:
    first = received(house)
    house.news()
    second = received(house, repeat_of=first)
    news = house.news()
    assert set(news) == CENTRE | {"operations_manager"}
    assert "Repeated complaint" in news["operations_manager"]
    assert house.state(second) == "received"
    assert house.field(second, "repeat_of") == first
    assert house.clock(second, "respond")["standing"] == "running"
    house.wait("09:10")
    assert house.news() == {}


def test_cmp_18_a_repeat_may_be_found_out_later(house: House) -> None:
    first, second = received(house), received(house)
    house.news()
    classify(house, second, "normal", repeat_of=first)
    assert "operations_manager" in house.news()
    assert house.field(second, "repeat_of") == first


def test_cmp_18_nobody_is_told_where_nothing_is_repeated(house: House) -> None:
    transferred(house, "normal")
    assert "operations_manager" not in house.news()


def test_cmp_18_only_a_complaint_can_be_repeated(house: House) -> None:
    repair = house.open("repair", "clerk", "register", REPORT)
    complaint = received(house)
    for number in (repair, "KF-2026-99999"):
        said = {"category": "property", "severity": "normal", "severity_reason": "It is", "repeat_of": number}
        [reason] = house.refused(complaint, "clerk", "classify", said)
        assert (reason.subject, reason.rules) == ("repeat_of", ("CMP-18",))
