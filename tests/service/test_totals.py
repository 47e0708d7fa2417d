"""`total( )` over a span: two shifts share no fee, and one that is over stays as it was."""

from __future__ import annotations

import datetime as dt

from service import recurring
from tests.service.api_house import FILES, MONDAY, OFFICE, House, own_house

FEE = """\
workflow: fee
zh: 停车收费
en: Parking fee
calendar: office
accountable: desk
fields:
  amount: {zh: 金额, en: Amount, type: money}
states:
  noted: {zh: 已登记, en: Noted, responsible: desk}
  filed: {zh: 已归档, en: Filed, end: true}
transitions:
  note:   {zh: 登记, en: Note, from: new, to: noted, by: anyone, may_fill: amount}
  charge: {zh: 收款, en: Charge, from: noted, to: same, by: desk, may_fill: amount}
  amend:  {zh: 更正, en: Amend, from: noted, to: same, by: desk, fill: amount}
  file:   {zh: 归档, en: File, from: noted, to: filed, by: desk}
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
"""

SHIFT = """\
workflow: shift
zh: 当班
en: Shift
calendar: office
accountable: desk
fields:
  taken: {zh: 应收合计, en: Taken, type: money, is: "total(fee.amount, charge)"}
states:
  running: {zh: 当班, en: Running, responsible: desk}
  closed:  {zh: 已交班, en: Closed, end: true}
transitions:
  begin: {zh: 接班, en: Begin, from: new, to: running, by: [desk, clock]}
  close: {zh: 交班, en: Close, from: running, to: closed, by: desk}
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
recurring:
  each: {zh: 每班, en: Every shift, every: shift}
"""

CALENDAR = OFFICE + 'shifts: {day: "08:00-20:00", night: "20:00-08:00"}\n'


house = own_house({**FILES, "calendars/office.yaml": CALENDAR, "fee.yaml": FEE, "shift.yaml": SHIFT})


def at(house: House, hour: int, minute: int = 0, *, day: int = 0) -> None:
    house.now.set(MONDAY.replace(hour=hour, minute=minute) + dt.timedelta(days=day))


def charge(house: House, amount: str) -> str:
    number = house.open_one("fee", "note")
    assert house.move(number, "charge", fields={"amount": amount}).status_code == 200
    return number


def close(house: House, number: str) -> None:
    assert house.move(number, "close").status_code == 200


def taken(house: House, *numbers: str) -> list[str]:
    return [house.get(f"/tickets/{number}")["fields"]["taken"] for number in numbers]


def shifts(house: House, hour: int, *, day: int = 0) -> list[str]:
    """The shifts that the schedule has opened at the pier by then, in order."""
    at(house, hour, day=day)
    with house.app.app_context():
        recurring.run_once(house.now)
    found = house.get("/tickets?workflow=shift")["tickets"]
    return sorted(one["number"] for one in found if one["site"] == "pier")


def test_two_shifts_share_no_fee_not_even_one_at_the_instant_of_the_change(house: House) -> None:
    first = house.open_one("shift", "begin")
    charge(house, "10")
    at(house, 12)
    close(house, first)
    second = house.open_one("shift", "begin")
    charge(house, "0.5")  # in the very instant in which the one ends and the other begins
    assert taken(house, first, second) == ["10", "0.5"]
    at(house, 13)
    charge(house, "2")
    assert taken(house, first, second) == ["10", "2.5"]


def test_what_becomes_of_a_fee_later_changes_no_shift_that_has_ended(house: House) -> None:
    first = house.open_one("shift", "begin")
    amended, again = charge(house, "10"), charge(house, "3")
    at(house, 12)
    close(house, first)
    second = house.open_one("shift", "begin")
    at(house, 13)
    assert house.move(amended, "amend", fields={"amount": "11"}).status_code == 200
    assert house.move(again, "charge", fields={"amount": "4"}).status_code == 200
    assert taken(house, first, second) == ["13", "4"]


def test_a_fee_counts_once_with_its_latest_amount_while_the_shift_runs(house: House) -> None:
    shift = house.open_one("shift", "begin")
    fee = charge(house, "10")
    assert house.move(fee, "charge", fields={"amount": "12"}).status_code == 200
    assert house.move(fee, "amend", fields={"amount": "11"}).status_code == 200
    assert taken(house, shift) == ["11"]


def test_a_shift_of_the_schedule_counts_until_it_is_due_however_late_it_is_closed(house: House) -> None:
    shifts(house, 9)
    *_, day, night = shifts(house, 20)
    at(house, 19, 59)
    charge(house, "10")
    at(house, 20)
    charge(house, "0.5")
    at(house, 21)
    late = charge(house, "2")
    assert taken(house, day, night) == ["10", "2.5"]
    close(house, day)
    at(house, 7, 59, day=1)
    assert house.move(late, "amend", fields={"amount": "3"}).status_code == 200
    at(house, 8, 1, day=1)
    assert house.move(late, "amend", fields={"amount": "99"}).status_code == 200
    assert taken(house, day, night) == ["10", "3.5"]


def test_the_sums_of_a_page_are_each_over_a_span_of_their_own(house: House) -> None:
    numbers = []
    for hour in (9, 10, 11):
        at(house, hour)
        numbers.append(house.open_one("shift", "begin"))
        charge(house, str(hour))
        at(house, hour, 30)
        close(house, numbers[-1])
    charge(house, "1")
    listed = {one["number"]: one for one in house.get("/tickets?workflow=shift")["tickets"]}
    assert set(numbers) <= set(listed)
    assert taken(house, *numbers) == ["9", "10", "11"]
