"""Lists, rows and worked out fields over HTTP: a letter that its addressees sign for one by one, and a shift that is
closed when its takings are right."""

from __future__ import annotations

from typing import Any

from tests.service.api_house import FILES, House, blockers, own_house, refusal
from tests.service.statements import counted

LETTER = """\
workflow: letter
zh: 对外发文
en: Outgoing letter
calendar: office
accountable: desk
fields:
  subject: {zh: 标题, en: Subject, type: text}
  addressees:
    zh: 发文对象及签收
    en: Addressees
    type: list
    of:
      shop:         {zh: 租户, en: Tenant, type: text}
      way:
        zh: 方式
        en: Way
        type: choice
        of: {post: {zh: 邮寄, en: By post}, hand: {zh: 面交, en: By hand}}
      concerning:   {zh: 相关工单, en: Concerning, type: ticket, of: errand}
      delivered_by: {zh: 送达人, en: Delivered by, type: person}
      signed_by:    {zh: 签收人, en: Signed by, type: text, confidential: tenant_personal}
      signed_at:    {zh: 签收时间, en: Signed at, type: datetime}
  folder: {zh: 存档文件夹, en: Folder, type: text}
states:
  drafting:   {zh: 拟稿, en: Drafting, responsible: desk}
  delivering: {zh: 送达签收中, en: Delivering, responsible: desk}
  filed:      {zh: 已存档, en: Filed, end: true}
transitions:
  draft:   {zh: 起草, en: Draft, from: new, to: drafting, by: anyone, fill: subject, may_fill: addressees}
  deliver: {zh: 安排送达, en: Deliver, from: drafting, to: delivering, by: desk, may_fill: addressees, need: addressees}
  sign:
    zh: 签收
    en: Sign
    from: delivering
    to: same
    by: desk
    fill: [addressees.delivered_by, addressees.signed_by, addressees.signed_at]
    at_most: 1
  file: {zh: 存档, en: File, from: delivering, to: filed, by: desk, need: addressees.signed_at, fill: folder}
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
"""

SHIFT = """\
workflow: sale
zh: 收费
en: Sale
family: [sale-large]
calendar: office
accountable: desk
fields:
  amount: {zh: 金额, en: Amount, type: money}
states:
  noted: {zh: 已登记, en: Noted, responsible: desk}
  paid:  {zh: 已收, en: Paid, end: true}
transitions:
  note:   {zh: 登记, en: Note, from: new, to: noted, by: anyone, fill: amount}
  grow:   {zh: 大额, en: Large, from: noted, to: noted, by: desk, become: sale-large}
  charge: {zh: 收款, en: Charge, from: noted, to: paid, by: desk, may_fill: amount}
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
---
workflow: sale-large
extends: sale
zh: 大额收费
en: Large sale
---
workflow: shift
zh: 当班
en: Shift
calendar: office
accountable: desk
fields:
  float:    {zh: 备用金, en: Float, type: money}
  counted:  {zh: 清点金额, en: Counted, type: money}
  taken:    {zh: 应收合计, en: Taken, type: money, is: "total(sale.amount, charge)"}
  found:    {zh: 相符率, en: Found, type: percent, is: "percent(counted, taken)"}
  complete: {zh: 相符, en: Complete, type: yes_no, is: found is 100 or taken is 0}
states:
  open:   {zh: 当班, en: Open, responsible: desk}
  closed: {zh: 已交班, en: Closed, end: true}
transitions:
  begin:
    zh: 接班
    en: Begin
    from: new
    to: open
    by: desk
    may_fill: float
    checks: [{must: taken is 0, zh: 应为零, en: Not fresh}]
  count: {zh: 清点, en: Count, from: open, to: same, by: desk, fill: counted}
  close:
    zh: 交班
    en: Close
    from: open
    to: closed
    by: desk
    checks: [{must: complete, zh: 账款不符, en: The money is not all there}]
reminders:
  resting: {zh: 久未办理, en: Resting, since: last move, after: 2 days, every: 1 day, while: anywhere, notify: desk}
"""


house = own_house({**FILES, "letter.yaml": LETTER, "shift.yaml": SHIFT})


def letter(house: House) -> str:
    errand = house.open()
    rows = [
        {"shop": "Bakery", "way": "post", "concerning": errand},
        {"shop": "Tailor", "way": "hand", "concerning": errand},
    ]
    number = house.open_one("letter", "draft", subject="Opening hours", addressees=rows)
    assert house.move(number, "deliver").status_code == 200
    return number


def sign(house: House, number: str, row: int | None, signed_by: str = "Li Na", **more: Any) -> Any:
    fields = {
        "addressees.delivered_by": "ben",
        "addressees.signed_by": signed_by,
        "addressees.signed_at": "2026-03-02T09:00+08:00",
    }
    return house.move(number, "sign", fields=fields, row=row, **more)


def possible(house: House, number: str, name: str) -> Any:
    found = house.get(f"/tickets/{number}/transitions")["transitions"]
    return next(one for one in found if one["name"] == name)


# --- Rows ---------------------------------------------------------------------------------------------------------


def test_a_letter_is_filed_when_every_addressee_has_signed(house: House) -> None:
    number = letter(house)
    assert blockers(house.move(number, "file", fields={"folder": "B7"})) == [("need", "addressees.signed_at")]
    assert sign(house, number, 2).status_code == 200
    assert possible(house, number, "sign")["rows"] == [1]
    assert blockers(sign(house, number, 2)) == [("at_most", "addressees")]
    assert sign(house, number, 1, "Wu Wei").status_code == 200
    assert possible(house, number, "sign")["allowed"] is False
    answer = house.move(number, "file", fields={"folder": "B7"})
    assert answer.json["state"]["name"] == "filed"
    rows = answer.json["fields"]["addressees"]
    assert [(row["shop"], row["signed_by"], row["delivered_by"]["name"]) for row in rows] == [
        ("Bakery", "Wu Wei", "Name of ben"),
        ("Tailor", "Li Na", "Name of ben"),
    ]
    assert rows[0]["signed_at"] == "2026-03-02T09:00:00+08:00"


def test_the_history_says_which_row_it_was(house: House) -> None:
    number = letter(house)
    sign(house, number, 2)
    entries = house.get(f"/tickets/{number}/history")["entries"]
    assert [(one["name"], one["row"]) for one in entries] == [("draft", None), ("deliver", None), ("sign", 2)]


def test_a_row_that_is_missing_or_not_there_is_refused_with_the_rows_in_both_languages(house: House) -> None:
    number = letter(house)
    assert [one["text"] for one in refusal(sign(house, number, None), 422)["blockers"]] == [
        "Say in “row” which row of “Addressees” is meant: 1 to 2."
    ]
    answer = sign(house, number, 9, headers={"Accept-Language": "zh"})
    assert [one["text"] for one in refusal(answer, 422)["blockers"]] == ["“发文对象及签收”没有第 9 行；可用：1 至 2。"]
    assert blockers(house.move(number, "file", fields={"folder": "B7"}, row=1))[0] == ("row", "file")


def test_an_opening_move_takes_no_row(house: House) -> None:
    body = {"workflow": "letter", "site": "pier", "transition": "draft", "fields": {"subject": "x"}, "row": 1}
    assert "row" in str(refusal(house.ask("POST", "/tickets", body), 422)["errors"])


def test_forms_say_what_each_column_is_and_whether_it_is_typed_now(house: House) -> None:
    number = letter(house)
    move = possible(house, number, "sign")
    assert move["row_of"] == {"name": "addressees", "label": "Addressees"}
    assert move["rows"] == [1, 2]
    assert [(one["name"], one["label"], one["type"]) for one in move["fill"]] == [
        ("addressees.delivered_by", "Delivered by", "person"),
        ("addressees.signed_by", "Signed by", "text"),
        ("addressees.signed_at", "Signed at", "datetime"),
    ]
    assert move["fill"][0]["choices_at"].endswith("/people?site=pier")
    whole = possible(house, number, "deliver")["may_fill"][0]
    assert [(one["name"], one["type"], one["required"]) for one in whole["columns"]] == [
        ("shop", "text", True),
        ("way", "choice", True),
        ("concerning", "ticket", True),
        ("delivered_by", "person", False),
        ("signed_by", "text", False),
        ("signed_at", "datetime", False),
    ]
    assert whole["columns"][1]["choices"] == [
        {"name": "post", "label": "By post"},
        {"name": "hand", "label": "By hand"},
    ]


def test_what_a_column_names_must_be_there(house: House) -> None:
    rows = [{"shop": "Bakery", "way": "post", "concerning": "P-2026-09999"}]
    fields = {"subject": "x", "addressees": rows}
    answer = house.ask(
        "POST", "/tickets", {"workflow": "letter", "site": "pier", "transition": "draft", "fields": fields}
    )
    assert blockers(answer) == [("unknown", "addressees")]


def test_a_confidential_column_is_withheld_in_every_row(house: House) -> None:
    number = letter(house)
    sign(house, number, 1)
    rows = house.get(f"/tickets/{number}", person="guard")["fields"]["addressees"]
    assert [row.get("signed_by") for row in rows] == [{"withheld": "tenant_personal"}, None]
    assert rows[0]["shop"] == "Bakery"


# --- Worked out ---------------------------------------------------------------------------------------------------


def sell(house: House, amount: str, *, site: str = "pier", person: str = "ada", large: bool = False) -> None:
    number = house.open_one("sale", "note", site, person, amount=amount)
    version = house.get(f"/tickets/{number}", person)["version"]
    for name in ("grow", "charge") if large else ("charge",):
        answer = house.ask(
            "POST", f"/tickets/{number}/transitions", {"transition": name, "version": version}, person=person
        )
        assert answer.status_code == 200, answer.get_data(as_text=True)
        version = answer.json["version"]  # type: ignore[index]


def figures(house: House, number: str) -> tuple[Any, ...]:
    fields = house.get(f"/tickets/{number}")["fields"]
    return tuple(fields.get(name) for name in ("taken", "found", "complete"))


def test_a_shift_is_closed_when_the_money_of_its_sales_is_there(house: House) -> None:
    sell(house, "100")  # before the shift
    house.now.set(house.now.at.replace(hour=2))
    number = house.open_one("shift", "begin", float="50")
    assert figures(house, number) == ("0", None, True)
    sell(house, "0.10")
    sell(house, "0.20", large=True)
    sell(house, "7", site="tower", person="tower_desk")
    house.open_one("sale", "note", amount="999")  # noted, not charged
    assert figures(house, number) == ("0.3", None, False)
    assert blockers(house.move(number, "close")) == [("check", "close")]
    answer = house.move(number, "count", fields={"counted": "0.20"})
    assert answer.json["fields"]["found"] == "66.666667"
    house.move(number, "count", fields={"counted": "0.3"})
    assert figures(house, number) == ("0.3", "100", True)
    assert house.move(number, "close").status_code == 200


def test_nobody_types_what_is_worked_out(house: House) -> None:
    number = house.open_one("shift", "begin")
    assert blockers(house.move(number, "count", fields={"counted": 3, "taken": 3})) == [("field_not_asked", "taken")]


def test_a_ticket_may_be_opened_where_a_sum_is_asked_of_it(house: House) -> None:
    sites = house.get("/me")["sites"]
    opening = next(one for site in sites for one in site["openings"] if one["name"] == "shift")
    assert [one["name"] for one in opening["transitions"]] == ["begin"]


def test_sums_cost_one_statement_for_a_whole_page_and_none_where_nobody_asks(house: House) -> None:
    def cost(path: str) -> int:
        house.get(path)
        with counted(house.app) as sent:
            house.get(path)
        return len([one for one in sent if "JOIN field_value" in one])

    for _ in range(3):
        house.open_one("shift", "begin")
    house.open()
    assert cost("/tickets?workflow=shift") == 1
    assert cost("/tickets?workflow=errand") == 0
