"""Follow-up visits: rules FUP-1 to FUP-3 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import House, at
from tests.acceptance.rules.complaints import FOLLOWED_UP, SOLVED, handled, resolved
from tests.acceptance.rules.repairs import RECORD, returned
from tests.acceptance.staff import CENTRE

# --- FUP-1: a returned repair is followed up -------------------------------------------------------------------------


def test_fup_1_a_returned_repair_waits_for_its_follow_up_and_ends_with_it(house: House) -> None:
    repair = returned(house)
    assert house.told("clerk").asked == ("close",)
    house.do(repair, "clerk", "close", RECORD)
    assert house.state(repair) == "closed"
    entry = house.entry(repair, "close")
    assert (entry["actor"]["id"], entry["filled"]) == ("clerk", RECORD)


def test_fup_1_a_repair_is_not_closed_with_half_a_record(house: House) -> None:
    repair = returned(house)
    for missing in RECORD:
        half = {name: value for name, value in RECORD.items() if name != missing}
        assert house.refused(repair, "clerk", "close", half) == [("fill", missing, ("REP-4", "FUP-1", "FUP-3"))]


def test_fup_1_a_repair_that_is_not_followed_up_is_not_forgotten(house: House) -> None:
    repair = returned(house)
    house.wait("2026-01-15 08:59")
    house.news()
    house.wait("09:00")
    assert {"operations_manager"} | CENTRE <= set(house.news())
    house.do(repair, "clerk", "close", RECORD)
    assert house.clock(repair, "follow_up")["standing"] == "broken"


# --- FUP-2: a complaint is followed up within three working days of its completion -----------------------------------


def test_fup_2_three_working_days_count_from_the_completion(house: House) -> None:
    complaint = handled(house, "normal")
    house.wait("11:00")
    house.do(complaint, "repair_manager", "resolve", SOLVED)
    clock = house.clock(complaint, "follow_up")
    assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 11:00"), at("2026-01-15 11:00"))
    house.wait("2026-01-14 11:00")
    assert house.asked("close") == CENTRE
    house.wait("2026-01-15 11:00")
    house.do(complaint, "clerk", "close", FOLLOWED_UP)
    clock = house.clock(complaint, "follow_up")
    assert (clock["standing"], clock["late_at"]) == ("broken", at("2026-01-15 11:00"))


def test_fup_2_a_follow_up_on_the_third_working_day_is_in_time_over_a_weekend(house: House) -> None:
    house.wait("2026-01-15 17:00")
    complaint = resolved(house, "critical")
    assert house.clock(complaint, "follow_up")["limit_at"] == at("2026-01-20 17:00")
    house.wait("2026-01-20 16:59")
    house.do(complaint, "clerk", "close", FOLLOWED_UP)
    assert house.clock(complaint, "follow_up")["standing"] == "kept"


# --- FUP-3: a follow-up without its record does not count ------------------------------------------------------------


def test_fup_3_a_repair_is_closed_with_the_whole_record_only_and_by_the_centre(house: House) -> None:
    repair = returned(house)
    house.wait("2026-01-15 08:59")
    rules = ("REP-4", "FUP-1", "FUP-3")
    assert house.refused(repair, "repair_head", "close", RECORD) == [("not_allowed", "close", rules)]
    tried = {**RECORD, "follow_up_result": "unreachable"}
    assert house.refused(repair, "clerk", "close", tried) == [("need", "follow_up_note", rules)]
    for missing in RECORD:
        half = {name: value for name, value in RECORD.items() if name != missing}
        assert house.refused(repair, "clerk", "close", half) == [("fill", missing, rules)]
    house.wait("09:00")
    assert house.clock(repair, "follow_up")["standing"] == "late"
    house.do(repair, "clerk", "close", {**tried, "follow_up_note": "Called on three days"})
    assert house.entry(repair, "close")["filled"]["follow_up_result"] == "unreachable"


def test_fup_3_half_a_record_closes_nothing_and_the_time_goes_on(house: House) -> None:
    complaint = resolved(house, "normal")
    house.wait("2026-01-15 08:59")
    for missing in FOLLOWED_UP:
        half = {name: value for name, value in FOLLOWED_UP.items() if name != missing}
        assert house.refused(complaint, "clerk", "close", half) == [("fill", missing, ("CMP-14", "FUP-3"))]
    house.wait("09:00")
    assert house.state(complaint) == "resolved"
    assert house.clock(complaint, "follow_up")["standing"] == "late"


def test_fup_3_the_record_says_who_followed_up_with_whom_when_and_with_which_result(house: House) -> None:
    complaint = resolved(house, "normal")
    house.wait("15:00")
    house.do(complaint, "colleague", "close", FOLLOWED_UP)
    entry = house.entry(complaint, "close")
    assert (entry["actor"]["name"], entry["at"], entry["filled"]) == ("He Jing", at("2026-01-12 15:00"), FOLLOWED_UP)


def test_fup_3_a_follow_up_that_reached_nobody_says_how_it_was_tried(house: House) -> None:
    complaint = resolved(house, "normal")
    tried = {**FOLLOWED_UP, "follow_up_result": "unreachable"}
    assert house.refused(complaint, "clerk", "close", tried) == [("need", "follow_up_note", ("CMP-14", "FUP-3"))]
    house.do(complaint, "clerk", "close", {**tried, "follow_up_note": "Called on three days"})
