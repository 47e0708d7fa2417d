"""Lifecycles of the house from opening to end, as its staff live them: over HTTP, on a clock, on both databases.

What each rule asks for is tested beside, rule by rule; here the parts of one life are seen to fit together.
"""

from __future__ import annotations

from typing import Any

from tests.acceptance.house import House, at

TENANTS = {"a12": "Star Café", "b07": "North Books"}


def tenants(house: House) -> list[str]:
    return [house.keep("parties", key, name) for key, name in TENANTS.items()]


def children(house: House, ticket: str, workflow: str) -> list[str]:
    """The numbers of the tickets of a workflow that a ticket has opened, in their order."""
    found: list[dict[str, Any]] = house.ticket(ticket)["children"]
    return [one["number"] for one in found if one["workflow"]["name"] == workflow]


# --- Item loan -------------------------------------------------------------------------------------------------------


def test_a_ladder_is_lent_charged_for_and_its_deposit_refunded(house: House) -> None:
    loan = house.open(
        "item-loan",
        "clerk",
        "request",
        {
            "title": "Ladder",
            "borrower": "Mr Li of A12",
            "item": "Ladder, 3 m",
            "expected_return_at": at("2026-01-12 12:00"),
        },
    )
    house.do(loan, "clerk", "take_deposit", {"deposit": 200, "deposit_receipt": "Y-17", "certificate": "J-17"})
    assert "storekeeper" in house.asked("lend")
    assert [one.code for one in house.refused(loan, "storekeeper", "lend", {"certificate_shown": "J-18"})] == ["check"]
    house.do(loan, "storekeeper", "lend", {"certificate_shown": "J-17"})
    house.wait(minutes=60)
    assert house.field(loan, "chargeable") is True
    house.wait("11:00")
    house.do(loan, "storekeeper", "give_back", {"returned_at": at("2026-01-12 11:00"), "condition_on_return": "Sound"})
    papers = {"receipt_shown": "Y-17", "certificate_shown": "J-17"}
    assert {one.subject for one in house.refused(loan, "clerk", "refund", papers)} == {
        "paid-service.item",
        "paid-service.amount",
    }
    house.keep("tariff", "ladder", "Ladder, per hour", {"kind": "paid", "price": 10, "unit": "hour"})
    paid = {"paid-service.item": "ladder", "paid-service.amount": 10}
    assert house.do(loan, "clerk", "refund", {**papers, **paid})["state"]["name"] == "closed"
    (fee,) = children(house, loan, "paid-service")
    assert house.state(fee) == "collected"
    assert house.clock(loan, "give_back")["standing"] == "kept"


# --- Consultation ----------------------------------------------------------------------------------------------------


def test_a_question_goes_to_a_department_and_comes_back_with_an_answer(house: House) -> None:
    asked = {"title": "Parking", "channel": "hotline", "question": "May coaches park at night?", "needs_others": True}
    matter = house.open("consultation", "consultant", "register", asked)
    house.wait(minutes=50)
    house.do(matter, "consultant", "hand_over", {"department": "property_management", "letter": "Coaches at night?"})
    assert house.clock(matter, "hand_over")["standing"] == "kept"
    assert {"repairer", "repairer_2"} <= house.asked("advise")
    house.do(matter, "repairer", "advise", {"department_note": "From 22:00 on the east side"})
    answer = {"answer_text": "From 22:00 on the east side", "nothing_secret": True}
    open_hearted = house.refused(matter, "consultant", "answer", {**answer, "nothing_secret": False})
    assert open_hearted == [("check", "answer", ("CON-3",))]
    assert house.do(matter, "consultant", "answer", answer)["state"]["name"] == "answered"


# --- Single activity -------------------------------------------------------------------------------------------------

SCHEME = {"many_departments": False, "brand": False, "scheme": "Lion dance in the hall", "cost": 5000}


def plan_in_force(house: House) -> str:
    """The number of the plan of a quarter: the group's plan is approved, then the region's, which is broken down."""
    group = house.open("group-plan", "group", "begin", {"wanted_by": "2026-12-31"})
    aims = ("recruiting", "publicity", "themes", "merchants", "online_service")
    house.do(group, "group", "submit", {**dict.fromkeys(aims, "As many as last year"), "budget": 4800000})
    house.do(group, "vice_president", "grant")  # nobody manages the group's centre here: the vice president does
    house.do(group, "vice_president", "grant")
    region = house.open("regional-plan", "club", "begin", {"wanted_by": "2026-12-31"})
    made_from = {"group_plan": group, "sales_plans": [{"project": "East", "source": "XS-7"}]}
    written = {"progress": "The east wing has opened", "themes": "Lanterns and lions", "budget": 60000}
    house.do(region, "club", "submit", {**made_from, **written})
    house.do(region, "region", "grant")
    house.do(region, "group", "grant")
    house.do(region, "club", "break_down", {"projects": [{"project": "East"}]})
    first, *others = children(house, region, "activity-plan")
    assert len(others) == 4
    planned = {"activities": [{"theme": "Lanterns", "held_on": "2026-01-20", "people": 300, "cost": 5000}]}
    assert house.refused(first, "club", "adopt", planned)[0].code == "need"
    house.do(first, "club", "adopt", {**planned, "regional_plan": region})
    return first


def test_a_small_planned_activity_needs_the_leadership_alone(house: House) -> None:
    small = house.open("activity", "club", "draft", {"title": "Lanterns", "theme": "Lanterns", "held_on": "2026-01-20"})
    house.do(small, "club", "submit", {**SCHEME, "people": 300, "plan": plan_in_force(house)})
    assert house.field(small, "large") is False
    assert house.refused(small, "club_2", "grant")[0].code == "not_allowed"
    assert house.do(small, "region", "grant")["state"]["name"] == "approved"
    assert house.refused(small, "club", "finish") != []
    house.do(small, "club", "begin")
    assert "not_before" in [one.code for one in house.refused(small, "club", "finish")]
    house.wait("2026-01-20 18:00")
    house.do(small, "club", "finish")
    archived = {"summary": "Two hundred guests came", "archive": "Shelf 3"}
    assert house.do(small, "club", "close", archived)["state"]["name"] == "closed"


def test_a_large_activity_passes_three_desks_and_a_refused_one_passes_them_again(house: House) -> None:
    large = house.open("activity", "club", "draft", {"title": "Fair", "theme": "Fair", "held_on": "2026-03-20"})
    house.do(large, "club", "submit", {**SCHEME, "people": 301})
    assert house.field(large, "large") is True
    house.do(large, "region", "grant")
    house.do(large, "group", "refuse", {"comment": "Say where the ambulance stands"})
    assert house.state(large) == "drafting"
    house.do(large, "club", "submit", {**SCHEME, "people": 301, "scheme": "Fair, ambulance at the gate"})
    assert house.refused(large, "group", "grant")[0].code == "not_allowed"  # the old round counts no more
    house.do(large, "region", "grant")
    house.do(large, "group", "grant")
    assert house.do(large, "vice_president", "grant")["state"]["name"] == "approved"


# --- Tenant meeting --------------------------------------------------------------------------------------------------


def test_a_meeting_ends_when_what_was_agreed_is_done_and_every_demand_has_its_reply(house: House) -> None:
    first, second = tenants(house)
    called = {"title": "Spring meeting", "held_on": "2026-01-13", "occasion": "major_notice"}
    meeting = house.open("tenant-meeting", "operator", "convene", called)
    house.wait("2026-01-13 15:00")
    there = [{"party": first, "represented": "Ms Qian"}, {"party": second, "represented": "Mr Sun"}]
    met = {"agenda": "Opening hours", "attendance": there, "tenants": 2, "spoken_to": 2}
    house.do(meeting, "operator", "hold", met)
    minutes = {
        "minutes": "Longer opening hours in spring",
        "agreed_items": [{"item": "New signs", "department": "operations", "wanted_by": "2026-01-20"}],
        "suggestions": [{"party": second, "suggestion": "More bins at the east gate"}],
    }
    house.do(meeting, "operator", "record", minutes)
    (item,), (demand,) = (children(house, meeting, workflow) for workflow in ("action-item", "demand"))
    assert house.field(item, "item") == "New signs"
    assert house.named(demand, "party") == second
    refused = house.refused(meeting, "operator", "close", {"folder": "2026/1"})
    assert {(one.code, one.subject) for one in refused} == {("wait_for", "action-item"), ("wait_for", "demand")}
    house.do(item, "shop_staff", "carry_out", {"result": "Signs are up"})
    house.do(item, "operator", "confirm")
    house.do(demand, "operator", "reply", {"reply_text": "Two bins are ordered"})
    assert house.do(meeting, "operator", "close", {"folder": "2026/1"})["state"]["name"] == "closed"


# --- Outgoing letter -------------------------------------------------------------------------------------------------


def test_a_letter_is_agreed_sealed_delivered_signed_for_and_filed(house: House) -> None:
    first, second = tenants(house)
    house.keep("templates", "general", "General letter")
    opening = {"title": "Fire drill", "department": "operations"}
    letter = house.open("outgoing-letter", "shop_staff", "draft_letter", opening)
    text = {
        "template": "general",
        "draft": house.send("shop_staff", "drill.pdf"),
        "addressees": [{"party": first}, {"party": second}],
    }
    house.do(letter, "shop_staff", "submit", text)
    house.do(letter, "leader", "refuse", {"comment": "Name the day"})
    house.do(letter, "shop_staff", "submit", text)
    house.do(letter, "leader", "grant")
    house.do(letter, "shop_staff", "request_seal", {"seal_purpose": "Letter to two tenants"})
    house.do(letter, "seal_approver", "grant")
    house.do(letter, "office", "seal")
    house.do(letter, "operator", "deliver", {"messenger": "operator"})

    def signed(by: str) -> dict[str, object]:
        return {
            "addressees.signed_by": by,
            "addressees.signed_at": at("2026-01-12 10:00"),
        }

    house.do(letter, "operator", "sign", signed("Ms Qian"), row=1)
    filing = {"receipts": house.send("operator", "signed.pdf"), "folder": "2026/FW/1"}
    assert [one.code for one in house.refused(letter, "operator", "file", filing)] == ["need"]
    assert "at_most" in [one.code for one in house.refused(letter, "operator", "sign", signed("Ms Qian"), row=1)]
    house.do(letter, "operator", "sign", signed("Mr Sun"), row=2)
    assert house.do(letter, "operator", "file", filing)["state"]["name"] == "filed"


# --- Survey ----------------------------------------------------------------------------------------------------------


def test_a_survey_is_planned_carried_out_and_its_low_items_corrected(house: House) -> None:
    begun = {"title": "Merchants, spring", "respondents": "merchants", "survey_start": "2026-02-10"}
    survey = house.open("survey", "operations_manager", "plan_survey", begun)
    plan = {
        "purpose": "Service", "scope": "All merchants", "method": "Forms", "period": "Two weeks",
        "surveyors": [{"who": "operator", "task": "Floors 1 and 2"}, {"who": "operator_2", "task": "Floor 3"}],
        "questionnaire": house.send("operations_manager", "form.docx"), "issue_plan": 100, "return_plan": 80,
        "statistics": "Means by item",
    }  # fmt: skip
    house.do(survey, "operations_manager", "submit_plan", plan)
    house.do(survey, "general_manager", "grant")
    assert [one.code for one in house.refused(survey, "operator", "implement")] == ["not_before", "need"]
    house.wait("2026-02-06 10:00")
    house.do(survey, "operations_manager", "train", {"training_note": "Both were trained"})
    assert house.clock(survey, "training")["standing"] == "kept"
    house.wait("2026-02-10 09:00")
    house.do(survey, "operator", "implement")
    counted = {"forms": [{"given_to": "Floor 1", "copies": 200}], "population": 200}
    short = house.refused(survey, "operator", "finish_issuing", {**counted, "issued": 199})
    assert short == [("check", "finish_issuing", ("SVY-5", "KPI-6"))]
    house.do(survey, "operator", "finish_issuing", {**counted, "issued": 200})
    house.do(survey, "operator", "take_in", {"forms.answers": house.send("operator", "answers.pdf")}, row=1)
    few = house.refused(survey, "operator", "end_survey", {"returned": 139})
    assert few == [("check", "end_survey", ("SVY-5", "KPI-7"))]
    house.do(survey, "operator", "end_survey", {"returned": 140})
    assert house.field(survey, "return_rate") == "70"
    items = [
        {"item": "Cleanliness", "score": 92, "department": "property_management"},
        {"item": "Lifts", "score": 51, "department": "property_management"},
    ]
    report = house.send("operator", "report.pdf")
    house.do(survey, "operator", "publish_report", {"items": items, "report": report})
    (action,) = children(house, survey, "corrective-action")
    assert house.field(action, "item") == "Lifts"
    house.do(survey, "operator", "archive", {"folder": "2026/DC/1"})
    assert house.refused(survey, "operations_manager", "close") == [
        ("wait_for", "corrective-action", ("SVY-10", "SVY-11", "SVY-12", "DATA-6"))
    ]
    planned = {"cause": "Old drive", "action": "A new drive", "prevention": "Looked at every quarter"}
    house.do(action, "repair_head", "plan_action", {**planned, "finish_by": "2026-03-10"})
    house.do(action, "repair_head", "execute", {"result": "Drive replaced"})
    house.do(action, "operator", "verify", {"verification": "Ran for a week"})
    assert house.do(survey, "operations_manager", "close")["state"]["name"] == "closed"
