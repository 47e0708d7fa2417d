"""Complaints as they come in: rules CMP-1 to CMP-8 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import House, at
from tests.acceptance.rules.complaints import (
    CLASSES,
    COMPLAINT,
    DEPARTMENT,
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

RECEIVING = ("CMP-1", "CMP-2")

# --- CMP-1: every complaint is registered, however it comes ----------------------------------------------------------


def test_cmp_1_a_complaint_is_registered_whichever_way_it_comes(house: House) -> None:
    for channel in ("visit", "phone", "letter", "online", "other"):
        complaint = received(house, channel=channel)
        seen = house.ticket(complaint)
        assert (seen["state"]["name"], seen["opened_at"]) == ("received", at("2026-01-12 09:00"))
        assert house.field(complaint, "channel") == channel
        assert house.field(complaint, "matter") == COMPLAINT["matter"]


def test_cmp_1_a_registration_without_its_entries_is_refused_with_all_that_are_missing(house: House) -> None:
    missing = [("fill", name, RECEIVING) for name in ("title", "complainant", "channel", "matter")]
    assert house.refused_opening("complaint", "clerk", "receive", {}) == missing


def test_cmp_1_a_channel_that_there_is_not_is_refused(house: House) -> None:
    refused = house.refused_opening("complaint", "clerk", "receive", {**COMPLAINT, "channel": "pigeon"})
    assert [one.subject for one in refused] == ["channel"]


# --- CMP-2: whoever hears a complaint passes it on at once -----------------------------------------------------------


def test_cmp_2_whoever_hears_a_complaint_writes_it_down_and_the_centre_is_told_at_once(house: House) -> None:
    for person in ("guard", "repairer", "shop_head", "general_manager"):
        complaint = received(house, person)
        assert house.ticket(complaint)["receiver"]["id"] == person
        news = house.news()
        assert set(news) == CENTRE
        assert all(news[one].asked == ("classify",) for one in CENTRE)
        told = house.entry(complaint, "receive")["told"]
        assert {one["person"]["name"] for one in told} == {"Lin Xiao", "He Jing"}


# --- CMP-3: what is no complaint is not accepted ---------------------------------------------------------------------


def test_cmp_3_what_is_outside_the_scope_is_declined_with_its_reason(house: House) -> None:
    complaint = received(house)
    seen = house.do(complaint, "clerk", "decline", {"decline_reason": "A question about opening hours"})
    assert (seen["state"]["name"], seen["ended_at"]) == ("declined", at("2026-01-12 09:00"))
    house.news()
    house.wait(days=8)
    assert house.news() == {}


def test_cmp_3_nothing_is_declined_without_a_reason(house: House) -> None:
    complaint = received(house)
    assert house.refused(complaint, "clerk", "decline") == [("fill", "decline_reason", ("CMP-3",))]


def test_cmp_3_only_the_centre_declines_and_only_before_it_classifies(house: House) -> None:
    reason = {"decline_reason": "No complaint"}
    complaint = received(house, "guard")
    assert house.refused(complaint, "guard", "decline", reason) == [("not_allowed", "decline", ("CMP-3",))]
    classify(house, complaint, "normal")
    assert house.refused(complaint, "clerk", "decline", reason) == [("not_from_here", "classified", ("CMP-3",))]


# --- CMP-4: a goods complaint is checked against its guide first -----------------------------------------------------

GOODS = {"category": "goods", "severity": "normal", "severity_reason": "one pair of shoes"}


def test_cmp_4_a_goods_complaint_is_not_classified_before_it_was_checked_against_the_guide(house: House) -> None:
    complaint = received(house)
    for unchecked in (GOODS, {**GOODS, "guide_checked": False}):
        assert house.refused(complaint, "clerk", "classify", unchecked) == [("check", "classify", ("CMP-4",))]
        assert house.state(complaint) == "received"


def test_cmp_4_once_checked_a_goods_complaint_has_the_limits_of_its_class(house: House) -> None:
    complaint = received(house)
    house.do(complaint, "clerk", "classify", {**GOODS, "guide_checked": True})
    assert house.clock(complaint, "resolve")["limit_at"] == at("2026-01-14 09:00")


def test_cmp_4_other_complaints_need_no_such_check(house: House) -> None:
    for category in ("shop_assistant", "property", "other"):
        assert house.state(classified(house, "normal", category=category)) == "classified"


# --- CMP-5: the centre sets the severity, with its reason ------------------------------------------------------------


def test_cmp_5_the_severity_makes_it_a_complaint_of_that_class(house: House) -> None:
    for severity in CLASSES:
        complaint = classified(house, severity)
        seen = house.ticket(complaint)
        assert (seen["workflow"]["name"], seen["state"]["name"]) == (f"complaint-{severity}", "classified")
        said = {"severity": severity, "severity_reason": f"as {severity} as the standard says"}
        assert house.entry(complaint, "classify")["filled"].items() >= said.items()


def test_cmp_5_nothing_is_classified_without_severity_and_reason(house: House) -> None:
    complaint = received(house)
    missing = [("fill", name, ("CMP-5",)) for name in ("category", "severity", "severity_reason")]
    assert house.refused(complaint, "clerk", "classify") == missing
    refused = house.refused(
        complaint, "clerk", "classify", {"category": "property", "severity": "grave", "severity_reason": "It is"}
    )
    assert [one.subject for one in refused] == ["severity"]


def test_cmp_5_only_the_centre_classifies(house: House) -> None:
    complaint = received(house, "guard")
    said = {"category": "property", "severity": "normal", "severity_reason": "It is"}
    for person in ("guard", "repair_head"):
        assert house.refused(complaint, person, "classify", said) == [("not_allowed", "classify", ("CMP-5",))]


def test_cmp_5_a_complaint_that_is_not_classified_goes_no_further(house: House) -> None:
    complaint = received(house)
    assert house.possible(complaint, "clerk").isdisjoint({"transfer", "start", "resolve", "close"})
    assert "classify" in house.possible(complaint, "clerk")


# --- CMP-6: a critical complaint is the project manager's at once ----------------------------------------------------


def test_cmp_6_the_project_manager_is_told_with_the_very_move_that_makes_it_critical(house: House) -> None:
    complaint = received(house, "guard")
    house.wait("09:10")
    house.news()
    classify(house, complaint, "critical")
    news = house.news()
    assert set(news) == {"project_manager", "guard"}  # the guard received it
    assert news["project_manager"].asked == ("transfer",)
    entry = house.entry(complaint, "classify")
    assert entry["at"] == entry["recorded_at"] == at("2026-01-12 09:10")
    assert "Shen Ming" in [one["person"]["name"] for one in entry["told"]]


def test_cmp_6_he_may_act_at_once_and_it_is_urgent(house: House) -> None:
    complaint = classified(house, "critical")
    assert house.ticket(complaint)["priority"] == "urgent"
    assert {"transfer"} <= house.possible(complaint, "project_manager")
    transfer(house, complaint, "project_manager")
    assert house.do(complaint, "project_manager", "start")["state"]["name"] == "handling"


def test_cmp_6_only_he_starts_the_handling(house: House) -> None:
    complaint = transferred(house, "critical")
    for person in ("repair_manager", "repair_head", "clerk", "operations_manager"):
        assert house.refused(complaint, person, "start") == [("not_allowed", "start", ("CMP-6",))]
    house.do(complaint, "project_manager", "start")
    assert (house.state(complaint), house.holder(complaint)) == ("handling", "project_manager")


def test_cmp_6_he_is_told_again_every_quarter_of_an_hour_until_he_starts_it(house: House) -> None:
    complaint = received(house)
    house.wait("09:10")
    classify(house, complaint, "critical")
    assert not house.told("project_manager").says("Critical complaint not started yet")
    house.wait("09:24")
    assert "project_manager" not in house.news()
    for time in ("09:25", "09:40"):
        house.wait(time)
        assert house.told("project_manager").says("Critical complaint not started yet")
    transfer(house, complaint)
    house.news()
    house.wait("09:55")
    assert house.told("project_manager").says("Critical complaint not started yet")
    house.do(complaint, "project_manager", "start")
    house.news()
    house.wait("10:30")
    assert "project_manager" not in house.news()


def test_cmp_6_he_is_told_as_well_when_a_refused_result_makes_it_critical(house: House) -> None:
    complaint = resolved(house, "important")
    house.news()
    house.do(complaint, "clerk", "reject_result", REFUSED)
    assert house.told("project_manager").asked == ("transfer",)
    assert house.ticket(complaint)["priority"] == "urgent"


# --- CMP-7: the head of the department starts an important complaint within an hour of acceptance --------------------


def test_cmp_7_a_start_after_59_minutes_keeps_the_hour(house: House) -> None:
    complaint = received(house)
    house.wait("09:19")
    classify(house, complaint, "important")
    transfer(house, complaint)
    house.wait("09:59")
    house.do(complaint, "repair_head", "start")
    clock = house.clock(complaint, "start")
    assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 09:00"), at("2026-01-12 10:00"))
    assert (clock["standing"], clock["ended_at"]) == ("kept", at("2026-01-12 09:59"))


def test_cmp_7_after_an_hour_the_head_and_the_operations_manager_are_told(house: House) -> None:
    complaint = transferred(house, "important")
    house.news()
    house.wait("09:39")
    assert house.news() == {}
    house.wait("09:40")
    assert set(house.news()) == {"repair_head"}  # he is warned
    house.wait("09:59")
    assert house.news() == {}
    house.wait("10:00")
    assert set(house.news()) == {"repair_head", "operations_manager"}
    level = house.entry(complaint, "start")
    assert (level["kind"], level["at"], level["limit_at"]) == ("level", at("2026-01-12 10:00"), at("2026-01-12 10:00"))
    assert {one["person"]["name"] for one in level["told"]} == {"Wu Gang", "Wei Dong"}
    house.do(complaint, "repair_head", "start")
    assert house.clock(complaint, "start")["standing"] == "broken"


def test_cmp_7_it_goes_up_to_the_project_manager_every_half_hour_after_that(house: House) -> None:
    complaint = transferred(house, "important")
    house.wait("10:29")
    assert "project_manager" not in house.news()
    for time in ("10:30", "11:00", "11:30"):
        house.wait(time)
        assert set(house.news()) == {"project_manager"}
        assert house.ticket(complaint)["priority"] == "urgent"
    house.do(complaint, "repair_head", "start")
    house.news()
    house.wait("13:00")
    assert house.news() == {}


def test_cmp_7_a_late_classification_wins_no_time(house: House) -> None:
    complaint = received(house)
    house.wait("10:20")
    house.news()
    classify(house, complaint, "important")
    clock = house.clock(complaint, "start")
    assert (clock["standing"], clock["late_at"]) == ("late", at("2026-01-12 10:00"))
    assert {"repair_head", "operations_manager"} <= set(house.news())


def test_cmp_7_only_the_head_of_the_responsible_department_starts_it(house: House) -> None:
    complaint = transferred(house, "important")
    for person in ("repair_manager", "repairer", "shop_head", "project_manager"):
        assert house.refused(complaint, person, "start") == [("not_allowed", "start", ("CMP-7",))]
    house.do(complaint, "repair_head", "start")
    assert (house.state(complaint), house.holder(complaint)) == ("handling", "repair_head")


def test_cmp_7_the_hour_counts_anew_when_a_refused_result_makes_it_important(house: House) -> None:
    complaint = resolved(house, "normal")
    house.wait("15:00")
    house.do(complaint, "clerk", "reject_result", REFUSED)
    clock = house.clock(complaint, "start")
    assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 15:00"), at("2026-01-12 16:00"))


# --- CMP-8: a normal complaint is resolved in two days, or in the time that was asked for ----------------------------


def test_cmp_8_a_minute_before_two_days_it_is_kept(house: House) -> None:
    complaint = handled(house, "normal")
    assert house.clock(complaint, "resolve")["limit_at"] == at("2026-01-14 09:00")
    house.wait("2026-01-14 08:59")
    house.do(complaint, STARTS["normal"], "resolve", SOLVED)
    assert house.clock(complaint, "resolve")["standing"] == "kept"


def test_cmp_8_after_two_days_manager_and_head_are_told_and_a_day_later_the_project_manager(house: House) -> None:
    complaint = received(house)
    house.wait("09:15")
    classify(house, complaint, "normal")
    transfer(house, complaint)
    house.do(complaint, "repair_manager", "start")
    house.do(complaint, "repair_manager", "reassign", {"new_assignee": "repairer"})
    house.wait("2026-01-13 20:59")
    house.news()
    house.wait("21:00")
    assert set(house.news()) == {"repairer", "repair_manager"}  # whoever must act and the manager are warned
    house.wait("2026-01-14 08:59")
    assert house.news() == {}
    house.wait("09:00")
    news = house.news()
    assert set(news) == DEPARTMENT
    assert news["repair_head"].says("Time to resolve")
    assert house.clock(complaint, "resolve")["late_at"] == at("2026-01-14 09:00")
    for day in ("2026-01-15", "2026-01-16", "2026-01-17"):
        house.wait(f"{day} 08:59")
        assert "project_manager" not in house.news()
        house.wait(f"{day} 09:00")
        assert {"repair_head", "project_manager"} <= set(house.news())


def test_cmp_8_the_two_days_count_from_acceptance_and_run_through_holidays(house: House) -> None:
    house.wait("2026-09-30 20:00")
    complaint = received(house)
    house.wait("21:00")
    classify(house, complaint, "normal")
    assert house.clock(complaint, "resolve")["limit_at"] == at("2026-10-02 20:00")


def test_cmp_8_the_time_that_the_complainant_asked_for_takes_the_place_of_the_two_days(house: House) -> None:
    for asked in ("2026-01-12 18:00", "2026-01-20 12:00"):
        complaint = classified(house, "normal", requested_due_at=at(asked), request_note="Ms Liu herself, on the phone")
        assert house.clock(complaint, "resolve")["limit_at"] == at(asked)
    house.wait("2026-01-12 17:59")
    assert "repair_head" not in house.news()
    house.wait("18:00")
    assert "repair_head" in house.news()


def test_cmp_8_no_time_is_asked_for_by_nobody(house: House) -> None:
    complaint = received(house)
    said = {"category": "property", "severity": "normal", "severity_reason": "It is"}
    longer = {**said, "requested_due_at": at("2026-01-20 12:00")}
    assert house.refused(complaint, "clerk", "classify", longer) == [("need", "request_note", ("CMP-8",))]
    house.do(complaint, "clerk", "classify", {**longer, "request_note": "Ms Liu herself"})
