"""Repairs: rules REP-1 to REP-6 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import House, at
from tests.acceptance.rules.repairs import DONE, PROPERTY, RECORD, REPORT, in_repair, registered, returned
from tests.acceptance.staff import CENTRE

# --- REP-1: the service centre fills in a work order and stays owner to the end --------------------------------------


def test_rep_1_a_report_becomes_a_work_order_of_the_service_centre(house: House) -> None:
    repair = registered(house)
    order = house.ticket(repair)
    assert (order["state"]["name"], order["receiver"]["id"]) == ("dispatched", "clerk")
    assert order["opened_at"] == at("2026-01-12 09:00")
    assert order["fields"].items() >= {"occupant": REPORT["occupant"], "fault": REPORT["fault"]}.items()
    assert (order["title"], order["place"]) == ("Leak", "B2")


def test_rep_1_a_report_whose_scope_is_in_question_becomes_a_work_order_too(house: House) -> None:
    repair = house.open("repair", "clerk", "register_to_check", REPORT)
    assert house.state(repair) == "checking"
    assert house.field(repair, "fault") == REPORT["fault"]
    assert house.news() == {}
    house.do(repair, "clerk", "dispatch")
    assert house.state(repair) == "dispatched"


def test_rep_1_an_incomplete_work_order_is_refused_with_everything_that_is_missing(house: House) -> None:
    missing = [("fill", name, ("REP-1",)) for name in ("title", "place", "occupant", "fault")]
    for opening in ("register", "register_to_check"):
        assert house.refused_opening("repair", "clerk", opening, {}) == missing
        assert house.refused_opening("repair", "clerk", opening, {**REPORT, "fault": None}) == missing[3:]


def test_rep_1_nobody_but_the_service_centre_fills_in_a_work_order(house: House) -> None:
    for opening in ("register", "register_to_check"):
        for person in ("repairer", "repair_head", "shop_staff"):
            refused = house.refused_opening("repair", person, opening, REPORT)
            assert refused == [("not_allowed", opening, ("REP-1",))]


def test_rep_1_the_service_centre_answers_for_it_to_the_end(house: House) -> None:
    repair = registered(house)
    for person, transition, fields in (
        ("repairer", "pick_up", {}),
        ("repairer", "pause", {"waiting_for": "parts"}),
        ("repairer", "resume", {}),
        ("repairer", "return_order", DONE),
        ("colleague", "close", RECORD),
    ):
        assert house.ticket(repair)["accountable"]["name"] == "service_centre"
        house.do(repair, person, transition, fields)
    order = house.ticket(repair)
    assert (order["accountable"]["name"], order["receiver"]["id"]) == ("service_centre", "clerk")


# --- REP-2: property management takes the order over within half an hour of being notified ---------------------------


def test_rep_2_property_management_is_told_with_the_registration_and_asked_to_pick_up(house: House) -> None:
    repair = registered(house)
    news = house.news()
    assert set(news) == PROPERTY
    assert all(news[person].asked == ("pick_up",) for person in PROPERTY)
    assert house.entry(repair, "register")["at"] == at("2026-01-12 09:00")


def test_rep_2_the_half_hour_counts_from_the_notification(house: House) -> None:
    repair = house.open("repair", "clerk", "register_to_check", REPORT)
    house.wait("09:14")
    house.do(repair, "colleague", "dispatch")
    assert set(house.news()) == PROPERTY
    clock = house.clock(repair, "pick_up")
    assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 09:14"), at("2026-01-12 09:44"))


def test_rep_2_a_pick_up_after_29_minutes_keeps_it(house: House) -> None:
    repair = registered(house)
    house.wait(minutes=29)
    house.do(repair, "repairer", "pick_up")
    house.wait(minutes=5)
    clock = house.clock(repair, "pick_up")
    assert (clock["standing"], clock["ended_at"], clock["late_at"]) == ("kept", at("2026-01-12 09:29"), None)
    assert "repair_head" not in house.news()


def test_rep_2_after_30_minutes_it_is_late_and_the_head_and_the_centre_are_told(house: House) -> None:
    repair = registered(house)
    house.wait(minutes=29)
    assert "repair_head" not in house.news()
    house.wait(minutes=1)
    news = house.news()
    assert set(news) == {"repair_head"} | CENTRE
    assert news["repair_head"].says("Time to pick up")
    level = house.entry(repair, "pick_up")
    assert (level["kind"], level["level"]) == ("level", "late 1")
    assert level["at"] == level["limit_at"] == at("2026-01-12 09:30")
    assert {one["person"]["id"]: one["person"]["name"] for one in level["told"]} == {
        "repair_head": "Wu Gang",
        "clerk": "Lin Xiao",
        "colleague": "He Jing",
    }
    assert house.clock(repair, "pick_up")["standing"] == "late"


def test_rep_2_ten_minutes_before_property_management_is_asked_again(house: House) -> None:
    registered(house)
    house.news()
    house.wait("09:19")
    assert house.news() == {}
    house.wait("09:20")
    assert house.asked("pick_up") == PROPERTY


def test_rep_2_lateness_is_found_out_by_a_scheduler_that_was_dead_at_the_time(house: House) -> None:
    repair = registered(house)
    house.wait("09:50", scheduler=False)
    level = house.entry(repair, "pick_up")
    assert (level["at"], level["recorded_at"]) == (at("2026-01-12 09:30"), at("2026-01-12 09:50"))
    assert {"repair_head"} | CENTRE <= set(house.news())


def test_rep_2_a_pick_up_at_30_minutes_is_late_and_stays_so(house: House) -> None:
    repair = registered(house)
    house.wait(minutes=30)
    house.do(repair, "repairer", "pick_up")
    clock = house.clock(repair, "pick_up")
    assert (clock["standing"], clock["late_at"]) == ("broken", at("2026-01-12 09:30"))


def test_rep_2_a_late_pick_up_goes_up_to_the_managers(house: House) -> None:
    repair = registered(house)
    house.wait("10:29")
    assert "project_manager" not in house.news()
    house.wait("10:30")
    assert {"operations_manager", "project_manager"} <= set(house.news())
    assert house.ticket(repair)["priority"] == "high"


def test_rep_2_the_half_hour_runs_round_the_clock(house: House) -> None:
    house.wait("2026-01-16 23:50")
    repair = registered(house)
    assert house.clock(repair, "pick_up")["limit_at"] == at("2026-01-17 00:20")
    house.wait("00:19")
    assert "repair_head" not in house.news()
    house.wait("00:20")
    assert "repair_head" in house.news()


def test_rep_2_whoever_picks_up_holds_it(house: House) -> None:
    for person in ("repairer_2", "repair_manager", "repair_head"):
        repair = registered(house)
        house.do(repair, person, "pick_up")
        assert (house.state(repair), house.holder(repair)) == ("in_repair", person)
        pick_up = house.entry(repair, "pick_up")
        assert (pick_up["kind"], pick_up["actor"]["id"], pick_up["at"]) == ("move", person, at("2026-01-12 09:00"))


def test_rep_2_nobody_but_property_management_picks_up(house: House) -> None:
    repair = registered(house)
    for person in ("clerk", "shop_staff", "shop_head", "project_manager"):
        assert house.refused(repair, person, "pick_up") == [("not_allowed", "pick_up", ("REP-2",))]
        assert "pick_up" not in house.possible(repair, person)
    assert "pick_up" in house.possible(repair, "repairer")


# --- REP-3: property management returns the completed order to the centre --------------------------------------------


def test_rep_3_the_returned_order_is_the_centres_again_and_it_is_asked_for_the_follow_up(house: House) -> None:
    repair = in_repair(house)
    house.wait(hours=2)
    house.news()
    house.do(repair, "repairer", "return_order", DONE)
    assert (house.state(repair), house.holder(repair)) == ("returned", "clerk")
    assert house.field(repair, "repair_result") == DONE["repair_result"]
    assert house.entry(repair, "return_order")["at"] == at("2026-01-12 11:00")
    news = house.news()
    assert set(news) == CENTRE
    assert all(news[person].asked == ("close",) for person in CENTRE)


def test_rep_3_an_order_is_not_returned_without_the_result(house: House) -> None:
    repair = in_repair(house)
    assert house.refused(repair, "repairer", "return_order") == [("fill", "repair_result", ("REP-3",))]
    assert house.state(repair) == "in_repair"


def test_rep_3_anybody_of_property_management_may_return_it(house: House) -> None:
    for person in ("repairer_2", "repair_manager", "repair_head"):
        assert house.do(in_repair(house), person, "return_order", DONE)["state"]["name"] == "returned"


def test_rep_3_the_centre_cannot_return_an_order_itself(house: House) -> None:
    repair = in_repair(house)
    assert house.refused(repair, "clerk", "return_order", DONE) == [("not_allowed", "return_order", ("REP-3",))]


def test_rep_3_an_order_that_nobody_picked_up_cannot_be_returned(house: House) -> None:
    repair = registered(house)
    assert house.refused(repair, "repairer", "return_order", DONE) == [("not_from_here", "dispatched", ("REP-3",))]


def test_rep_3_the_centre_goes_on_only_once_it_has_the_order_back(house: House) -> None:
    repair = in_repair(house)
    assert "close" not in house.possible(repair, "clerk")
    house.do(repair, "repairer", "return_order", DONE)
    assert "close" in house.possible(repair, "clerk")
    assert "close" not in house.possible(repair, "repairer")


# --- REP-4: only a follow-up with its record closes a returned order -------------------------------------------------


def test_rep_4_the_follow_up_record_closes_the_order(house: House) -> None:
    repair = returned(house)
    house.wait(hours=3)
    order = house.do(repair, "colleague", "close", {**RECORD, "follow_up_note": "Dry since"})
    assert order["state"]["name"] == "closed"
    assert order["ended_at"] == at("2026-01-12 12:00")
    assert house.entry(repair, "close")["filled"] == {**RECORD, "follow_up_note": "Dry since"}


def test_rep_4_without_the_record_it_stays_open(house: House) -> None:
    repair = returned(house)
    rules = ("REP-4", "FUP-1", "FUP-3")
    assert house.refused(repair, "clerk", "close") == [
        ("fill", "follow_up_result", rules),
        ("fill", "followed_up_with", rules),
    ]
    assert house.state(repair) == "returned"


def test_rep_4_nothing_is_closed_before_the_order_is_returned(house: House) -> None:
    repair = in_repair(house)
    assert house.refused(repair, "clerk", "close", RECORD) == [
        ("not_from_here", "in_repair", ("REP-4", "FUP-1", "FUP-3"))
    ]
    assert house.state(repair) == "in_repair"


def test_rep_4_property_management_cannot_close_its_own_work(house: House) -> None:
    repair = returned(house)
    for person in ("repairer", "repair_head"):
        refused = house.refused(repair, person, "close", RECORD)
        assert refused == [("not_allowed", "close", ("REP-4", "FUP-1", "FUP-3"))]


# --- REP-5: where property management is late, the centre keeps following up -----------------------------------------


def test_rep_5_the_centre_is_asked_to_follow_up_every_half_hour_until_somebody_picks_up(house: House) -> None:
    repair = registered(house)
    house.wait("09:59")
    assert house.asked("chase") == set()
    for time in ("10:00", "10:30", "11:00"):
        house.wait(time)
        assert house.asked("chase") == CENTRE
    house.do(repair, "repairer", "pick_up")
    house.news()
    house.wait(hours=2)
    assert house.news() == {}


def test_rep_5_the_centre_is_asked_to_follow_up_every_four_hours_on_a_late_repair(house: House) -> None:
    repair = in_repair(house)
    house.wait("2026-01-13 08:59")
    assert house.asked("chase") == set()
    for time in ("09:00", "13:00", "17:00", "21:00"):
        house.wait(time)
        assert house.asked("chase") == CENTRE
    house.do(repair, "repairer", "return_order", DONE)
    house.news()
    house.wait(hours=5)
    assert house.news() == {}


def test_rep_5_following_up_leaves_a_note_and_reaches_those_who_must_act_and_their_head(house: House) -> None:
    repair = registered(house)
    house.wait("10:00")
    house.news()
    order = house.do(repair, "clerk", "chase", {"chase_note": "Nobody at the desk, called the head"})
    assert order["state"]["name"] == "dispatched"
    assert set(house.news()) == PROPERTY | {"repair_head"}
    house.do(repair, "repairer", "pick_up")
    house.do(repair, "colleague", "chase", {"chase_note": "He is at it"})
    house.do(repair, "repairer", "pause", {"waiting_for": "parts"})
    house.do(repair, "clerk", "chase", {"chase_note": "Parts come tomorrow"})
    assert {"repairer", "repair_head"} == set(house.news())
    notes = [entry["filled"].get("chase_note") for entry in house.history(repair, "chase")]
    assert notes == ["Nobody at the desk, called the head", "He is at it", "Parts come tomorrow"]


def test_rep_5_following_up_wins_property_management_no_time(house: House) -> None:
    repair = registered(house)
    house.wait("09:20")
    house.do(repair, "clerk", "chase", {"chase_note": "Ten minutes left"})
    assert house.clock(repair, "pick_up")["limit_at"] == at("2026-01-12 09:30")


def test_rep_5_following_up_needs_its_note_and_is_the_centres(house: House) -> None:
    repair = registered(house)
    assert house.refused(repair, "clerk", "chase") == [("fill", "chase_note", ("REP-5",))]
    refused = house.refused(repair, "repairer", "chase", {"chase_note": "Soon"})
    assert refused == [("not_allowed", "chase", ("REP-5",))]


# --- REP-6: what is outside the scope is declined, and explained -----------------------------------------------------

DECLINED = {"decline_reason": "The fitting is the tenant's own", "explanation": "Told Ms Wang who mends such fittings"}


def test_rep_6_a_request_outside_the_scope_is_declined_with_reason_and_explanation(house: House) -> None:
    repair = house.open("repair", "clerk", "register_to_check", REPORT)
    order = house.do(repair, "clerk", "decline", DECLINED)
    assert (order["state"]["name"], order["ended_at"]) == ("declined", at("2026-01-12 09:00"))
    assert house.entry(repair, "decline")["filled"] == DECLINED
    house.news()
    house.wait(days=3)
    assert house.news() == {}


def test_rep_6_nothing_is_declined_without_being_explained(house: House) -> None:
    repair = house.open("repair", "clerk", "register_to_check", REPORT)
    assert house.refused(repair, "clerk", "decline") == [
        ("fill", "decline_reason", ("REP-6",)),
        ("fill", "explanation", ("REP-6",)),
    ]
    assert house.refused(repair, "clerk", "decline", {**DECLINED, "explanation": "no"}) == [
        ("too_short", "explanation", ())
    ]
    assert house.state(repair) == "checking"


def test_rep_6_what_property_management_was_notified_of_is_not_declined_any_more(house: House) -> None:
    repair = registered(house)
    assert house.refused(repair, "clerk", "decline", DECLINED) == [("not_from_here", "dispatched", ("REP-6",))]


def test_rep_6_only_the_centre_declines(house: House) -> None:
    repair = house.open("repair", "clerk", "register_to_check", REPORT)
    refused = house.refused(repair, "repair_head", "decline", DECLINED)
    assert refused == [("not_allowed", "decline", ("REP-6",))]
