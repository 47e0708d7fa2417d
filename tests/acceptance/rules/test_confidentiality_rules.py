"""What is not told to everybody, and who is told before: rules DATA-1 and COM-9 of the procedure book, from outside."""

from __future__ import annotations

from tests.acceptance.house import House
from tests.acceptance.rules.complaints import COMPLAINT, FOLLOWED_UP, resolved
from tests.acceptance.rules.repairs import RECORD, REPORT, in_repair, registered, returned
from tests.acceptance.rules.test_service_request_rules import FORM, HANDED, approved

# --- DATA-1: personal information is for those who work on the matter ------------------------------------------------

WITHHELD = {"withheld": "merchant_personal"}


def test_data_1_who_reported_a_fault_and_who_was_called_is_for_those_who_work_on_it(house: House) -> None:
    repair = returned(house)
    house.do(repair, "clerk", "close", RECORD)
    for name, said in (("occupant", REPORT["occupant"]), ("followed_up_with", RECORD["followed_up_with"])):
        assert house.field(repair, name) == said
        assert house.ticket(repair, "shop_staff")["fields"][name] == WITHHELD


def test_data_1_who_complains_and_who_was_called_is_for_those_who_work_on_it(house: House) -> None:
    complaint = resolved(house, "normal")
    house.do(complaint, "clerk", "close", FOLLOWED_UP)
    for name, said in (
        ("complainant", COMPLAINT["complainant"]),
        ("followed_up_with", FOLLOWED_UP["followed_up_with"]),
    ):
        assert house.field(complaint, name) == said
        assert house.ticket(complaint, "shop_staff")["fields"][name] == WITHHELD


def test_data_1_who_applies_and_who_received_the_form_is_for_those_who_work_on_it(house: House) -> None:
    request = approved(house)
    house.do(request, "clerk", "hand_over", HANDED)
    for name, said in (("merchant", FORM["merchant"]), ("received_by", HANDED["received_by"])):
        assert house.field(request, name) == said
        assert house.ticket(request, "shop_staff")["fields"][name] == WITHHELD


# --- COM-9: a tenant is told before anybody works in his shop --------------------------------------------------------

TOLD = {"contact_note": "Ms Qian knows, from ten on"}


def above(house: House) -> str:
    """A repair for which the repairers go into the shop of a tenant who has reported nothing."""
    return house.open("repair", "clerk", "register", {**REPORT, "tenant": house.keep("parties", "a12", "Star Café")})


def test_com_9_nobody_takes_over_work_in_a_shop_before_its_tenant_was_told(house: House) -> None:
    repair = above(house)
    assert house.refused(repair, "repairer", "pick_up") == [("need", "contact_note", ("COM-9",))]
    assert house.state(repair) == "dispatched"
    house.do(repair, "repairer", "pick_up", TOLD)
    assert house.field(repair, "contact_note") == TOLD["contact_note"]


def test_com_9_whom_the_centre_has_told_needs_no_second_call(house: House) -> None:
    known = {**REPORT, "tenant": house.keep("parties", "a12", "Star Café"), **TOLD}
    house.do(house.open("repair", "clerk", "register", known), "repairer", "pick_up")
    checked = house.open("repair", "clerk", "register_to_check", {**REPORT, "tenant": "a12"})
    house.do(checked, "clerk", "dispatch", TOLD)
    assert house.do(checked, "repairer", "pick_up")["state"]["name"] == "in_repair"


def test_com_9_where_no_other_tenant_is_concerned_nobody_asks(house: House) -> None:
    assert house.state(in_repair(house)) == "in_repair"
    assert "pick_up" in house.possible(registered(house), "repairer")
