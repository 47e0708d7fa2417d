"""Service applications: rules SRV-1 to SRV-6 of the procedure book, from outside."""

from __future__ import annotations

from typing import Any

from tests.acceptance.house import House, at
from tests.acceptance.staff import CENTRE

FORM = {"title": "Night work in A15", "merchant": "Ms Qian of A15, 13700000000"}

APPLICATION = {"request": "Build up on Friday from 22:00"}

APPROVERS = {"approver", "colleague"}

HANDED = {"received_by": "Ms Qian"}

DEPARTMENTS = {"departments": [{"department": "property_management"}, {"department": "operations"}]}


def submitted(house: House, person: str = "clerk") -> str:
    request = house.open("service-request", person, "draft", FORM)
    house.do(request, person, "submit", APPLICATION)
    return request


def approved(house: House) -> str:
    request = submitted(house)
    house.do(request, "approver", "approve")
    return request


def refused(house: House) -> str:
    request = submitted(house)
    house.do(request, "approver", "refuse", {"refusal_reason": "The hall is let on Friday"})
    return request


# --- SRV-1: the centre fills in the form with the merchant -----------------------------------------------------------


def test_srv_1_the_centre_begins_the_form_and_submits_it(house: House) -> None:
    request = house.open("service-request", "clerk", "draft", FORM)
    seen = house.ticket(request)
    assert (seen["state"]["name"], seen["receiver"]["id"]) == ("drafting", "clerk")
    assert house.field(request, "merchant") == FORM["merchant"]
    seen = house.do(request, "colleague", "submit", {**APPLICATION, "wanted_at": at("2026-01-16 22:00")})
    assert seen["state"]["name"] == "approving"
    filled = {**APPLICATION, "wanted_at": "2026-01-16T22:00:00+08:00"}
    assert {name: house.field(request, name) for name in filled} == filled


def test_srv_1_a_form_that_is_not_complete_is_not_submitted(house: House) -> None:
    missing = [("fill", name, ("SRV-1",)) for name in ("title", "merchant")]
    assert house.refused_opening("service-request", "clerk", "draft", {}) == missing
    request = house.open("service-request", "clerk", "draft", FORM)
    assert house.refused(request, "clerk", "submit") == [("fill", "request", ("SRV-1",))]
    assert house.state(request) == "drafting"


def test_srv_1_the_form_is_the_centres(house: House) -> None:
    for person in ("repairer", "approver"):
        reasons = house.refused_opening("service-request", person, "draft", FORM)
        assert reasons == [("not_allowed", "draft", ("SRV-1",))]
    request = house.open("service-request", "clerk", "draft", FORM)
    assert house.refused(request, "approver", "submit", APPLICATION) == [("not_allowed", "submit", ("SRV-1",))]


# --- SRV-2: the form is approved, by somebody else -------------------------------------------------------------------


def test_srv_2_the_approvers_are_told_with_the_submission_and_asked(house: House) -> None:
    request = submitted(house)
    news = house.news()
    assert set(news) == APPROVERS
    assert all(news[person].asked == ("approve",) for person in APPROVERS)
    assert house.state(request) == "approving"


def test_srv_2_an_approver_approves_or_refuses_with_a_reason(house: House) -> None:
    request = submitted(house)
    assert house.refused(request, "approver", "refuse") == [("fill", "refusal_reason", ("SRV-2",))]
    seen = house.do(request, "approver", "approve", {"approval_note": "Until 06:00"})
    assert seen["state"]["name"] == "approved"
    assert house.entry(request, "approve")["actor"] == {"id": "approver", "name": "Jiang Hua"}
    other = refused(house)
    assert house.state(other) == "not_approved"
    assert house.field(other, "refusal_reason") == "The hall is let on Friday"


def test_srv_2_the_centre_does_not_approve_its_own_forms(house: House) -> None:
    request = submitted(house)
    reason = {"refusal_reason": "No"}
    for person in ("clerk", "centre_head", "operations_manager"):
        assert house.refused(request, person, "approve") == [("not_allowed", "approve", ("SRV-2",))]
        assert house.refused(request, person, "refuse", reason) == [("not_allowed", "refuse", ("SRV-2",))]


def test_srv_2_an_approver_who_submitted_it_leaves_it_to_another_one(house: House) -> None:
    request = submitted(house, "colleague")
    assert house.refused(request, "colleague", "approve") == [("not_by", "approve", ("SRV-2",))]
    refusal = house.refused(request, "colleague", "refuse", {"refusal_reason": "No"})
    assert refusal == [("not_by", "refuse", ("SRV-2",))]
    house.do(request, "approver", "approve")
    assert house.do(submitted(house), "colleague", "approve")["state"]["name"] == "approved"


def test_srv_2_nothing_is_handed_over_or_passed_on_unapproved(house: House) -> None:
    request = submitted(house)
    assert house.possible(request, "clerk").isdisjoint({"hand_over", "hand_back", "forward", "complete"})


# --- SRV-3: the approved form reaches the merchant within one working day --------------------------------------------


def test_srv_3_a_form_handed_over_a_minute_before_the_working_day_is_over_keeps_it(house: House) -> None:
    request = approved(house)
    assert house.clock(request, "hand_over")["limit_at"] == at("2026-01-13 09:00")
    house.wait("2026-01-13 08:59")
    seen = house.do(request, "clerk", "hand_over", HANDED)
    assert seen["state"]["name"] == "approved"
    clock = house.clock(request, "hand_over")
    assert (clock["standing"], clock["ended_at"]) == ("kept", at("2026-01-13 08:59"))
    entry = house.entry(request, "hand_over")
    assert (entry["filled"], entry["actor"]["id"]) == (HANDED, "clerk")


def test_srv_3_the_working_day_counts_from_the_submission_so_that_approving_takes_of_it(house: House) -> None:
    request = house.open("service-request", "clerk", "draft", FORM)
    house.wait("10:00")
    house.do(request, "clerk", "submit", APPLICATION)
    house.wait("16:00")
    house.do(request, "approver", "approve")
    clock = house.clock(request, "hand_over")
    assert (clock["started_at"], clock["limit_at"]) == (at("2026-01-12 10:00"), at("2026-01-13 10:00"))


def test_srv_3_after_a_working_day_the_head_of_the_centre_is_told_then_the_operations_manager(house: House) -> None:
    house.wait("2026-01-16 15:00")
    request = submitted(house)
    house.wait("16:00")
    house.do(request, "approver", "approve")
    house.wait("2026-01-19 14:59")
    assert "centre_head" not in house.news()
    house.wait("15:00")
    assert set(house.news()) == CENTRE | {"centre_head"}
    level = house.entry(request, "hand_over")
    assert (level["kind"], level["at"]) == ("level", at("2026-01-19 15:00"))
    for day in ("2026-01-20", "2026-01-21"):
        house.wait(f"{day} 14:59")
        assert "operations_manager" not in house.news()
        house.wait(f"{day} 15:00")
        assert set(house.news()) == CENTRE | {"operations_manager"}
    house.do(request, "clerk", "hand_over", HANDED)
    assert house.clock(request, "hand_over")["standing"] == "broken"


def test_srv_3_two_working_hours_before_centre_and_approvers_are_warned(house: House) -> None:
    submitted(house)
    approved(house)
    house.wait("2026-01-12 15:59")
    house.news()
    house.wait("16:00")
    news = house.news()
    assert set(news) == CENTRE | APPROVERS
    assert len(news["clerk"].lines) == 2


def test_srv_3_an_approval_that_comes_too_late_is_told_as_well(house: House) -> None:
    submitted(house)
    house.wait("2026-01-13 08:59")
    house.news()
    house.wait("09:00")
    assert set(house.news()) == APPROVERS | {"centre_head"}


def test_srv_3_holidays_do_not_count_and_make_up_days_do(house: House) -> None:
    for time, limit in (("2026-02-13 15:00", "2026-02-14 15:00"), ("2026-02-14 15:00", "2026-02-24 15:00")):
        house.wait(time)
        request = approved(house)
        assert house.clock(request, "hand_over")["limit_at"] == at(limit)
        house.do(request, "clerk", "hand_over", HANDED)


def test_srv_3_a_refused_form_goes_back_to_the_merchant_in_the_same_time(house: House) -> None:
    request = refused(house)
    assert house.told("clerk").asked == ("hand_back",)
    assert house.clock(request, "hand_over")["limit_at"] == at("2026-01-13 09:00")
    house.wait("2026-01-13 08:59")
    seen = house.do(request, "clerk", "hand_back", HANDED)
    assert (seen["state"]["name"], seen["ended_at"]) == ("returned", at("2026-01-13 08:59"))
    assert house.clock(request, "hand_over")["standing"] == "kept"


def test_srv_3_somebody_has_received_it_and_the_centre_gave_it_to_him(house: House) -> None:
    for request, move in ((approved(house), "hand_over"), (refused(house), "hand_back")):
        assert house.refused(request, "clerk", move) == [("fill", "received_by", ("SRV-3",))]
        assert house.refused(request, "approver", move, HANDED) == [("not_allowed", move, ("SRV-3",))]


# --- SRV-4: each department that has to cooperate gets the form ------------------------------------------------------


def test_srv_4_the_form_reaches_every_department_of_the_list(house: House) -> None:
    request = approved(house)
    house.news()
    seen = house.do(request, "clerk", "forward", DEPARTMENTS)
    assert seen["state"]["name"] == "approved"
    assert set(house.news()) == {"repairer", "repairer_2", "shop_staff"}
    rows = house.entry(request, "forward")["filled"]["departments"]
    assert [{"department": row["department"]["name"]} for row in rows] == DEPARTMENTS["departments"]


def test_srv_4_a_department_without_staff_is_answered_for(house: House) -> None:
    request = approved(house)
    house.news()
    house.do(request, "clerk", "forward", {"departments": [{"department": "finance"}]})
    assert set(house.news()) == {"project_manager"}


def test_srv_4_nothing_is_passed_on_to_nobody(house: House) -> None:
    request = approved(house)
    assert house.refused(request, "clerk", "forward") == [("fill", "departments", ("SRV-4",))]
    empty = house.refused(request, "clerk", "forward", {"departments": []})
    assert [one.subject for one in empty] == ["departments"]
    reasons = house.refused(request, "approver", "forward", DEPARTMENTS)
    assert reasons == [("not_allowed", "forward", ("SRV-4",))]


# --- SRV-5: what is outside the service is declined, and explained ---------------------------------------------------

DECLINED = {"decline_reason": "The mall sells no tickets", "explanation": "Told Ms Qian where they are sold"}


def test_srv_5_a_request_outside_the_service_is_declined_with_reason_and_explanation(house: House) -> None:
    request = house.open("service-request", "clerk", "draft", FORM)
    seen = house.do(request, "clerk", "decline", DECLINED)
    assert (seen["state"]["name"], seen["ended_at"]) == ("declined", at("2026-01-12 09:00"))
    assert house.entry(request, "decline")["filled"] == DECLINED
    house.news()
    house.wait(days=3)
    assert house.news() == {}


def test_srv_5_nothing_is_declined_without_being_explained(house: House) -> None:
    request = house.open("service-request", "clerk", "draft", FORM)
    assert house.refused(request, "clerk", "decline") == [
        ("fill", "decline_reason", ("SRV-5",)),
        ("fill", "explanation", ("SRV-5",)),
    ]
    short = {**DECLINED, "explanation": "no"}
    assert house.refused(request, "clerk", "decline", short) == [("too_short", "explanation", ())]


def test_srv_5_only_the_centre_declines_and_only_before_it_submits(house: House) -> None:
    request = house.open("service-request", "clerk", "draft", FORM)
    assert house.refused(request, "repairer", "decline", DECLINED) == [("not_allowed", "decline", ("SRV-5",))]
    house.do(request, "clerk", "submit", APPLICATION)
    assert house.refused(request, "clerk", "decline", DECLINED) == [("not_from_here", "approving", ("SRV-5",))]


# --- SRV-6: the form has reached the merchant and the departments before it is completed -----------------------------


def test_srv_6_both_deliveries_are_needed_and_either_may_come_first(house: House) -> None:
    missing = ("check", "complete", ("SRV-6",))
    deliveries: list[tuple[str, Any]] = [("hand_over", HANDED), ("forward", DEPARTMENTS)]
    for (first, said), second in (deliveries, deliveries[::-1]):
        request = approved(house)
        assert house.refused(request, "clerk", "complete") == [missing, missing]
        house.do(request, "clerk", first, said)
        assert house.refused(request, "clerk", "complete") == [missing]
        assert ("complete" in house.possible(request, "clerk")) is (first == "hand_over")  # see the next one
        house.do(request, "clerk", *second)
        assert house.do(request, "clerk", "complete")["state"]["name"] == "completed"


def test_srv_6_that_no_department_has_to_cooperate_is_said(house: House) -> None:
    request = approved(house)
    nobody = {"no_help": True}
    assert house.refused(request, "clerk", "complete", nobody) == [("check", "complete", ("SRV-6",))]
    house.do(request, "clerk", "hand_over", HANDED)
    assert house.do(request, "clerk", "complete", nobody)["state"]["name"] == "completed"
