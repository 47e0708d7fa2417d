"""Complaints on their way to an end: rules CMP-14 to CMP-18 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import House, at
from tests.acceptance.rules.complaints import (
    CLASSES,
    FOLLOWED_UP,
    REFUSED,
    SOLVED,
    STARTS,
    classify,
    handled,
    received,
    resolved,
    transfer,
    transferred,
)
from tests.acceptance.rules.repairs import registered
from tests.acceptance.staff import CENTRE

# --- CMP-14: a follow-up, with its record, within three working days of the handling ---------------------------------


def test_cmp_14_a_follow_up_a_minute_before_three_working_days_are_over_keeps_it(house: House) -> None:
    complaint = handled(house, "normal")
    house.wait("11:00")
    house.do(complaint, "repair_manager", "resolve", SOLVED)
    assert house.clock(complaint, "follow_up")["limit_at"] == at("2026-01-15 11:00")
    house.wait("2026-01-15 10:59")
    seen = house.do(complaint, "clerk", "close", FOLLOWED_UP)
    assert (seen["state"]["name"], seen["ended_at"]) == ("closed", at("2026-01-15 10:59"))
    assert house.clock(complaint, "follow_up")["standing"] == "kept"
    assert house.entry(complaint, "close")["filled"] == FOLLOWED_UP


def test_cmp_14_a_result_that_is_refused_has_been_followed_up_too(house: House) -> None:
    complaint = resolved(house, "normal")
    house.wait("2026-01-15 08:59")
    house.do(complaint, "clerk", "reject_result", REFUSED)
    assert house.clock(complaint, "follow_up")["standing"] == "kept"


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


# --- CMP-15: a refused result makes the complaint graver and it is handled again -------------------------------------


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
        house.news()
        seen = house.do(complaint, person, "reject_result", REFUSED)
        assert seen["workflow"]["name"] == "complaint-important"
        assert set(house.news()) == CENTRE | {"repair_head"} - {person}
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


# --- CMP-17: a response within 24 hours, whatever the class ----------------------------------------------------------


def test_cmp_17_a_response_after_23_hours_and_59_minutes_keeps_it(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-13 08:59")
    house.do(complaint, "guard", "feedback", {"feedback_text": "We are grinding the floor"})
    clock = house.clock(complaint, "respond")
    assert (clock["standing"], clock["ended_at"]) == ("kept", at("2026-01-13 08:59"))
    house.news()
    house.wait("09:00")
    assert house.news() == {}


def test_cmp_17_whatever_tells_the_complainant_is_a_response(house: House) -> None:
    tracked, declined = received(house), received(house)
    closed, rejected = resolved(house, "normal"), resolved(house, "normal")
    house.do(tracked, "clerk", "track", {"tracking_note": "Cleaners are there", "feedback_text": "Told her so"})
    house.do(declined, "clerk", "decline", {"decline_reason": "No complaint"})
    house.do(closed, "clerk", "close", FOLLOWED_UP)
    house.do(rejected, "clerk", "reject_result", REFUSED)
    for complaint in (tracked, declined, closed, rejected):
        assert house.clock(complaint, "respond")["standing"] == "kept"


def test_cmp_17_four_hours_before_the_receiver_and_the_centre_are_asked_for_it(house: House) -> None:
    handled(house, "normal", "guard")
    house.wait("2026-01-13 04:59")
    house.news()
    house.wait("05:00")
    assert house.asked("feedback") == {"guard"} | CENTRE


def test_cmp_17_after_24_hours_the_receiver_the_centre_and_the_operations_manager_are_told(house: House) -> None:
    complaint = handled(house, "normal", "guard")
    house.wait("2026-01-13 08:59")
    assert "operations_manager" not in house.news()
    house.wait("09:00")
    assert set(house.news()) == {"guard", "operations_manager"} | CENTRE
    level = house.entry(complaint, "respond")
    assert (level["level"], level["at"], level["limit_at"]) == ("late 1", *(2 * [at("2026-01-13 09:00")]))
    assert {one["person"]["name"] for one in level["told"]} >= {"Luo Yi", "Wei Dong"}
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


# --- CMP-18: a repeated complaint is seen to be one, and turned away by nobody ---------------------------------------


def test_cmp_18_a_repeat_is_taken_in_like_any_other_and_the_operations_manager_hears_of_it(house: House) -> None:
    first = received(house)
    house.news()
    second = received(house, repeat_of=first)
    news = house.news()
    assert set(news) == CENTRE | {"operations_manager"}
    assert news["operations_manager"].says("Repeated complaint")
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
    repair = registered(house)
    complaint = received(house)
    for number in (repair, "KF-2026-99999"):
        said = {"category": "property", "severity": "normal", "severity_reason": "It is", "repeat_of": number}
        reasons = house.refused(complaint, "clerk", "classify", said)
        assert [(one.subject, one.rules) for one in reasons] == [("repeat_of", ("CMP-18",))]
