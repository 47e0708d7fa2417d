"""`same`: a ticket is found by what it says, once, at the move that fills the last of what it is found by."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from service import doctor, sames
from service.db import writing
from tests.service.api_house import FILES, House, own_house

GRIEF = """\
workflow: grief
zh: 投诉
en: Complaint
family: [grief-small, grief-grave]
calendar: office
accountable: desk
fields:
  who: {zh: 相关方, en: Party, type: register, of: tenants}
  contact: {zh: 联系人, en: Contact, type: contact}
  category: {zh: 类别, en: Category, type: choice, of: [goods, noise]}
  weight: {zh: 性质, en: Weight, type: choice, of: [small, grave]}
  repeat_of: {zh: 重复投诉, en: Repeats, type: ticket, of: grief, same: [who, category]}
  same_caller: {zh: 同一投诉人, en: By the same caller, type: ticket, of: grief, in: [settled], same: contact}
states:
  received: {zh: 已受理, en: Received, responsible: desk}
  classified: {zh: 已界定, en: Classified, responsible: desk}
  settled: {zh: 已处理, en: Settled, end: true}
transitions:
  receive: {zh: 受理, en: Receive, from: new, to: received, by: anyone, may_fill: [who, contact, category, repeat_of]}
  classify:
    zh: 界定
    en: Classify
    from: received
    to: classified
    by: desk
    fill: [category, weight]
    may_fill: [who, repeat_of]
    become: {weight: {small: grief-small, grave: grief-grave}}
  settle: {zh: 处理, en: Settle, from: classified, to: settled, by: desk}
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
  again: {zh: 再次, en: Again, if: repeat_of is filled, while: anywhere, notify: desk}
---
workflow: grief-small
extends: grief
zh: 一般
en: Small
---
workflow: grief-grave
extends: grief
zh: 重大
en: Grave
"""


griefs = own_house({**FILES, "grief.yaml": GRIEF})


@pytest.fixture
def house(griefs: House) -> House:
    for key in ("acme", "b12"):
        body = {"site": "pier", "key": key, "name": key, "since": "2020-01-01T00:00:00+08:00"}
        assert griefs.ask("POST", "/registers/tenants/entries", body, person="guard").status_code == 201
    return griefs


def receive(house: House, site: str = "pier", **fields: str) -> str:
    return house.open_one("grief", "receive", site, **fields)


def classify(house: House, number: str, **fields: str) -> None:
    answer = house.move(number, "classify", fields={"weight": "small", "category": "goods", **fields})
    assert answer.status_code == 200, answer.get_data(as_text=True)


def repeats(house: House, number: str, field: str = "repeat_of") -> str | None:
    found = house.get(f"/tickets/{number}")["fields"].get(field)
    return found["number"] if isinstance(found, dict) else found


def test_it_is_filled_at_the_move_that_fills_the_last_and_not_before(house: House) -> None:
    first = receive(house, who="acme")
    classify(house, first)
    second = receive(house, who="acme")
    assert repeats(house, second) is None, "its category is not known yet"
    classify(house, second)
    assert repeats(house, second) == first, "also of one that has become another class"
    assert repeats(house, first) is None, "what came later is nothing that it repeats"


def test_whichever_of_them_is_filled_last(house: House) -> None:
    first = receive(house, who="acme", category="goods")
    second = receive(house)
    classify(house, second, who="acme")
    assert repeats(house, second) == first


def test_all_at_once_when_it_is_opened_and_the_newest_of_several(house: House) -> None:
    numbers = [receive(house, who="acme", category="goods") for _ in range(3)]
    assert [repeats(house, one) for one in numbers] == [None, *numbers[:2]]


def test_another_party_or_category_is_no_repeat(house: House) -> None:
    receive(house, who="acme", category="noise")
    receive(house, who="b12", category="goods")
    receive(house, category="goods")
    assert repeats(house, receive(house, who="acme", category="goods")) is None


def test_what_a_ticket_says_now_counts_and_not_what_it_said_once(house: House) -> None:
    first = receive(house, who="acme", category="noise")
    classify(house, first)
    assert repeats(house, receive(house, who="acme", category="noise")) is None
    assert repeats(house, receive(house, who="acme", category="goods")) == first


def test_what_was_opened_later_is_nothing_that_an_earlier_one_repeats(house: House) -> None:
    first = receive(house, category="goods")
    receive(house, who="acme", category="goods")
    classify(house, first, who="acme")
    assert repeats(house, first) is None


def test_who_makes_the_move_may_name_another_one(house: House) -> None:
    first, second = (receive(house, who="acme", category="goods") for _ in range(2))
    third = receive(house, who="acme", category="goods", repeat_of=first)
    assert repeats(house, third) == first
    classify(house, third)
    assert repeats(house, third) == first, "and it stays"
    assert second


def test_only_the_tickets_of_the_site_are_looked_at(house: House) -> None:
    caller = "Mrs Gao"
    elsewhere = receive(house, contact=caller)
    classify(house, elsewhere)
    assert house.move(elsewhere, "settle").status_code == 200
    with house.app.app_context(), writing() as session:
        session.execute(text("UPDATE ticket SET site_id = 'tower'"))
    assert repeats(house, receive(house, contact=caller), "same_caller") is None


def test_only_those_in_the_states_that_the_field_names(house: House) -> None:
    caller = "Mrs Gao 139 0000 0000 “the florist” " + "x" * 200
    first = receive(house, contact=caller)
    assert repeats(house, receive(house, contact=caller), "same_caller") is None, "it has not been settled"
    classify(house, first)
    assert house.move(first, "settle").status_code == 200
    assert repeats(house, receive(house, contact=caller), "same_caller") == first
    assert repeats(house, receive(house, contact=caller + "x"), "same_caller") is None, "to the last letter"


def test_the_history_has_the_number_and_the_doctor_finds_nothing(house: House) -> None:
    first = receive(house, who="acme", category="goods")
    second = receive(house, who="acme", category="goods")
    assert first in str(house.get(f"/tickets/{second}/history"))
    with house.app.app_context():
        assert [one.cases for one in doctor.walk()] == [()]


def test_the_index_is_what_it_is_found_by(house: House) -> None:
    given = {"f0": "who", "v0": '"acme"', "f1": "category", "v1": '"goods"', "before": 99, "site": "pier"}
    given |= {"w0": "grief", "w1": "grief-small", "w2": "grief-grave"}
    with house.app.app_context(), writing() as session:
        system = session.get_bind().dialect.name
        statement = sames._statement(system, 2, 3, 0)
        if system == "postgresql":
            # Of a few rows the planner takes any index, and which one depends on what it last counted. So it is left
            # this one alone: taken, it can answer the statement; if it could not, every row would have to be read.
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_bitmapscan = off"))
            session.execute(text("DROP INDEX uq_field_value_current"))
            session.execute(text("ALTER TABLE field_value DROP CONSTRAINT pk_field_value"))
            found = "using ix_field_value_said on field_value said"
            plan = "\n".join(row[0] for row in session.execute(text("EXPLAIN " + statement), given))
        else:
            found = "said USING INDEX ix_field_value_said"
            plan = "\n".join(row[3] for row in session.execute(text("EXPLAIN QUERY PLAN " + statement), given))
        session.rollback()
    assert found in plan, plan
