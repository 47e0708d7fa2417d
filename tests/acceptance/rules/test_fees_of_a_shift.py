"""PAY-1 and PAY-3 over HTTP: what a shift reconciles is what was collected while it ran, by items of the tariff."""

from __future__ import annotations

from service import recurring
from tests.acceptance.house import House

HANDING_OVER = {"calls_answered": 4, "calls_missed": 0, "tariff_displayed": True, "open_matters": "None"}


def opened_by_schedule(house: House, workflow: str) -> str:
    """The newest ticket of a workflow that is opened by itself now."""
    with house.app.app_context():
        numbers = recurring.run_once(house.now).tickets
    return next(one for one in reversed(numbers) if house.ticket(one)["workflow"]["name"] == workflow)


def test_a_shift_reconciles_what_was_collected_while_it_ran(house: House) -> None:
    cleaning = house.keep("tariff", "cleaning", "Cleaning, per hour", {"kind": "paid", "price": 50})
    morning = opened_by_schedule(house, "shift")
    house.do(morning, "clerk", "sign_on")
    house.open("paid-service", "clerk", "collect", {"item": cleaning, "amount": 70})
    house.wait("16:00")
    evening = opened_by_schedule(house, "shift")
    house.do(evening, "colleague", "sign_on")
    house.wait(minutes=30)
    for amount in (100, 55.5):
        house.open("paid-service", "colleague", "collect", {"item": cleaning, "amount": amount})

    (why,) = house.refused(morning, "clerk", "hand_over", {**HANDING_OVER, "counted": 225.5})
    assert why.rules == ("PAY-3",)
    house.do(morning, "clerk", "hand_over", {**HANDING_OVER, "counted": 70})
    house.do(morning, "colleague", "take_over")
    house.do(evening, "colleague", "hand_over", {**HANDING_OVER, "counted": 155.5})
    assert [one.code for one in house.refused(evening, "colleague", "take_over")] == ["not_by"]
    assert house.do(evening, "clerk", "take_over")["state"]["name"] == "handed_over"


def test_only_items_of_the_tariff_are_charged(house: House) -> None:
    house.keep("tariff", "cleaning", "Cleaning, per hour")
    house.keep("templates", "notice", "Notice")
    (why,) = house.refused_opening("paid-service", "clerk", "collect", {"item": "notice", "amount": 70})
    assert why.subject == "item"
    house.open("paid-service", "clerk", "collect", {"item": "cleaning", "amount": 70})
