"""`duban rules`: each rule of the procedure book with where it is carried out and what its scenarios show."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from service.cli import main

ROLES = "departments: {lobby: {zh: 大堂}}\nroles: {duty_manager: {zh: 值班经理, scope: site}}\n"
CALENDAR = 'calendar: mall\nzone: Asia/Shanghai\nhours: {every day: "09:00-21:00"}\n'
LOST = """\
workflow: lost
zh: 失物
en: Lost
calendar: mall
accountable: duty_manager
states:
  found: {zh: 已登记, en: Found, responsible: duty_manager, rules: SL-4}
  given: {zh: 已归还, en: Given back, end: true}
transitions:
  take_in:   {zh: 登记, en: Take in, from: new, to: found, by: anyone, fill: title, rules: SL-1}
  give_back: {zh: 归还, en: Give back, from: found, to: given, by: duty_manager, rules: [SL-2, SL-3]}
reminders:
  resting: {since: last move, after: 1 day, every: 1 day, while: anywhere, notify: duty_manager}
"""
STORIES = """\
scenario: given_back
workflow: lost
zh: 归还
en: Given back
rules: [SL-1, SL-2]
given: {at: "2026-10-12 09:00"}
steps:
  - {do: take_in, by: anyone, fill: {title: 雨伞}}
  - {do: give_back, by: duty_manager}
  - expect: {state: given}
---
scenario: kept
workflow: lost
zh: 留存
en: Kept
rules: SL-2
given: {at: "2026-10-12 09:00"}
steps:
  - {do: take_in, by: anyone, fill: {title: 雨伞}}
  - expect: {state: given}
"""
BOOK = """\
procedure_book: lost
documents: {handbook: {zh: 《服务手册》, en: Service handbook}}
rules:
  SL-1:  {grade: firm, zh: 登记每件失物, en: Every item is entered, source: handbook, section: "1"}
  SL-2:  {grade: number, zh: 当日归还, en: Given back on the same day}
  SL-3:  {grade: firm, zh: 凭证件归还, en: Given back against a document}
  SL-4:  {grade: soft, zh: 态度和蔼, en: Friendly}
  SL-5:  {grade: firm, zh: 上锁保管, en: Locked away}
  SL-6:  {grade: firm, zh: 同上, en: The same, see: [SL-1, SL-2]}
  SL-11: {grade: number, zh: 归还率60%, en: Sixty of a hundred are given back, outside: {zh: 由指标统计, en: A figure}}
"""


@pytest.fixture
def house(tmp_path: Path) -> Path:
    (tmp_path / "scenarios").mkdir()
    files = {"roles": ROLES, "mall": CALENDAR, "lost": LOST, "book": BOOK, "scenarios/lost": STORIES}
    for name, text in files.items():
        (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
    return tmp_path


def told(house: Path, *asked: str, lang: str = "en") -> Result:
    return CliRunner().invoke(
        main, ["rules", *asked, "--definitions", str(house), "--lang", lang], env={"COLUMNS": "200"}
    )


def test_a_rule_is_told_with_its_places_and_its_scenarios(house: Path) -> None:
    said = told(house, "SL-1").output
    assert "SL-1  firm" in said
    assert "Every item is entered" in said
    assert "Service handbook, 1" in said
    assert "lost.yaml:10 " in said
    assert "transitions take_in" in " ".join(said.split())
    assert "scenarios/lost.yaml:1 given_back (lost): comes true" in " ".join(said.split())
    assert said.endswith("1 rule: all 1 to be carried out are, and shown.\n")


def test_a_rule_is_told_in_chinese(house: Path) -> None:
    said = told(house, "SL-1", "SL-11", lang="zh").output
    assert "登记每件失物" in said
    assert "given_back（lost）：通过" in "".join(said.split())
    assert "由指标统计" in said
    assert said.endswith("条款 2 条：应执行的 1 条全部执行，并有情景体现；写明理由不单独执行的 1 条。\n")


def test_missing_are_firm_rules_without_a_place_or_a_scenario_or_whose_scenario_fails(house: Path) -> None:
    answer = told(house, "--missing", "--format", "json")
    assert answer.exit_code == 1
    assert {one["id"]: one["missing"] for one in json.loads(answer.output)} == {
        "SL-2": ["fails"],
        "SL-3": ["not_shown"],
        "SL-5": ["not_carried_out", "not_shown"],
    }


def test_nothing_is_missed_of_what_is_soft_or_left_out_with_a_reason(house: Path) -> None:
    answer = told(house, "--missing", "SL-1", "SL-4", "SL-6", "SL-11")
    assert answer.exit_code == 0
    assert answer.output == "4 rules: all 1 to be carried out are, and shown; 2 left out with a reason; 1 soft.\n"


def test_a_chapter_is_named_by_its_letters_and_an_id_by_itself(house: Path) -> None:
    def ids(*asked: str) -> list[str]:
        return [one["id"] for one in json.loads(told(house, *asked, "--format", "json").output)]

    assert len(ids("sl")) == 7
    assert ids("SL-1") == ["SL-1"]
    assert ids("SL-6", "sl-4") == ["SL-4", "SL-6"]


def test_an_id_that_the_book_has_not_is_told_with_what_is_meant(house: Path) -> None:
    answer = told(house, "SL-55")
    assert answer.exit_code == 2
    assert "no rule SL-55; did you mean SL-5?" in answer.output
    assert "no rule quiet; its chapters are SL" in " ".join(told(house, "quiet").output.split())


def test_a_house_without_a_book_is_told_so(house: Path) -> None:
    (house / "book.yaml").unlink()
    answer = told(house)
    assert answer.exit_code == 2
    assert "there is no procedure book" in answer.output


def test_the_places_for_programs_say_whose_they_are(house: Path) -> None:
    (house / "shops.yaml").write_text("register: shops\nzh: 商铺\nrules: SL-5\n", "utf-8")
    (found,) = json.loads(told(house, "SL-5", "--format", "json").output)
    (place,) = found["carried_out"]
    assert place == {"path": place["path"], "line": 3, "register": "shops", "part": ""}
    assert place["path"].endswith("shops.yaml")
