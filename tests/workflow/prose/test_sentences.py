"""What is told, read as people read it: short sentences, in the words of the reader, in his language alone."""

from __future__ import annotations

import re

import pytest

from tests.definitions.shipped import shipped
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.conditions import parse_condition
from workflow.prose.conditions import condition
from workflow.prose.lifecycle import explain
from workflow.prose.plain import blocks, markdown
from workflow.prose.voice import Surroundings, Voice

ROLES = """
departments: {repairs: {en: Repairs, zh: 维修部}}
roles:
  desk: {en: Front desk, zh: 前台, scope: site}
  head: {en: Head, zh: 负责人, scope: department}
  duty_manager: {en: Duty manager, zh: 值班经理, scope: site}
"""
CALENDAR = "{calendar: mall, zone: Asia/Shanghai, hours: {weekdays: '09:00-18:00'}}"
MATTER = """
workflow: matter
en: Matter
zh: 事项
calendar: mall
accountable: desk
fields:
  cost: {en: Cost, zh: 费用, type: money}
  share: {en: Share, zh: 比例, type: percent}
  paid: {en: Paid, zh: 已付, type: yes_no}
  kind: {en: Kind, zh: 种类, type: choice, of: {big: {en: Big, zh: 大}, small: {en: Small, zh: 小}}}
  wanted: {en: Wanted by, zh: 希望日期, type: date}
  promised: {en: Promised for, zh: 承诺日期, type: date}
  department: {en: Department, zh: 部门, type: department}
  first_note: {en: Note, zh: 说明, type: text}
  second_note: {en: Note, zh: 说明, type: text}
states:
  open: {en: Open, zh: 处理中, responsible: [desk, head of department]}
  done: {en: Done, zh: 已完成, end: true}
transitions:
  begin: {en: Begin, zh: 开始, from: new, to: open, by: desk, fill: department, may_fill: [first_note, second_note]}
  finish: {en: Finish, zh: 完成, from: open, to: done, by: desk}
deadlines:
  finish:
    en: Time to finish
    zh: 完成时限
    within: 2 working days
    until: finish
    late:
      - {notify: desk}
      - {late_by: 1 working day, every: 1 day, at: "09:00", notify: head of department}
reminders:
  still: {en: Still open, zh: 仍未完成, after: 1 day, every: 1 day, while: open, notify: desk}
"""


@pytest.fixture(scope="module")
def house() -> Catalogue:
    return compile_catalogue({"roles.yaml": ROLES, "mall.yaml": CALENDAR, "matter.yaml": MATTER})


def voice(house: Catalogue, lang: str) -> Voice:
    definition = house.definitions["matter"]
    return Voice(definition, lang, Surroundings.of(house, definition))


def told(house: Catalogue, lang: str) -> str:
    definition = house.definitions["matter"]
    return markdown(explain(definition, lang, Surroundings.of(house, definition)))


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("cost > 500", "“Cost” is more than 500", "“费用”超过500"),
        ("cost >= 500.50", "“Cost” is at least 500.5", "“费用”达到500.5"),
        ("not cost > 500", "“Cost” is not more than 500", "“费用”并未超过500"),
        ("share < 70", "“Share” is less than 70%", "“比例”低于70%"),
        ("paid and kind is big", "“Paid” is yes and “Kind” is “Big”", "“已付”为“是”，且“种类”为“大”"),
        ("not paid", "“Paid” is not yes", "“已付”不为“是”"),
        ("wanted > promised", "“Wanted by” is after “Promised for”", "“希望日期”晚于“承诺日期”"),
        ("wanted is filled", "“Wanted by” is filled in", "已填写“希望日期”"),
        ("wanted is same as promised", "“Wanted by” is the same as “Promised for”", "“希望日期”与“承诺日期”一致"),
        ("begin was made", "“Begin” was done before", "曾办理“开始”"),
        ("priority is high", "the priority is “high”", "优先级为“高”"),
        ("department is repairs", "“Department” is “Repairs”", "“部门”为“维修部”"),
        (
            "(paid or kind is big) and cost > 1",
            "(“Paid” is yes, or “Kind” is “Big”) and “Cost” is more than 1",
            "（“已付”为“是”，或者“种类”为“大”），且“费用”超过1",
        ),
        (
            "not (paid or kind is big)",
            "it is not so that (“Paid” is yes, or “Kind” is “Big”)",
            "并非（“已付”为“是”，或者“种类”为“大”）",
        ),
    ],
)
def test_a_condition_is_told_with_the_texts_of_fields_and_choices(
    house: Catalogue, text: str, en: str, zh: str
) -> None:
    assert condition(parse_condition(text), voice(house, "en")) == en
    assert condition(parse_condition(text), voice(house, "zh")) == zh


def test_who_is_told_step_by_step_when_nobody_acts(house: Catalogue) -> None:
    assert (
        "- “Time to finish”: The limit is 2 working days, from when the ticket is opened until “Finish” is done.\n"
        "  - If nobody does “Finish” within 2 working days, the front desk is told.\n"
        "  - After another working day, the head of the department is told; and then again every day at 09:00.\n"
    ) in told(house, "en")
    assert (
        "- “完成时限”：时限为2个工作日，自开单起算，到办理“完成”为止。\n  - 2个工作日内未办理“完成”的，通知前台。\n"
        "  - 再过1个工作日仍未完成的，通知部门的负责人；此后每天09:00重复一次。\n"
    ) in told(house, "zh")


def test_a_name_follows_only_where_two_texts_are_equal(house: Catalogue) -> None:
    assert "“Note” (first_note) and “Note” (second_note)" in told(house, "en")
    assert "“说明”（first_note）和“说明”（second_note）" in told(house, "zh")
    assert "(cost)" not in told(house, "en")


def test_chinese_has_no_english_word_in_it(house: Catalogue) -> None:
    catalogue = shipped()
    for definition in catalogue.definitions.values():
        document = explain(definition, "zh", Surroundings.of(catalogue, definition))
        for sentence in document.sentences():
            if "note" in sentence.path or "document" in sentence.path:
                continue
            said = re.sub(r"（类别“[^”]*”）|[A-Z]+-\d+|（\w+/\w+）|（\w+）", "", sentence.text)
            assert not re.search(r"[a-z]{2}|None", said), sentence


def test_english_sentences_begin_and_end_as_sentences_do(house: Catalogue) -> None:
    catalogue = shipped()
    for definition in catalogue.definitions.values():
        document = explain(definition, "en", Surroundings.of(catalogue, definition))
        for sentence in document.sentences():
            assert re.match(r"[A-Z“\d《]", sentence.text), sentence
            assert re.search(r"[.!?。！？…”》]$", sentence.text), sentence
            assert "  " not in sentence.text
            assert "None" not in sentence.text


def test_what_markdown_would_read_as_markup_is_kept_as_text(house: Catalogue) -> None:
    text = MATTER.replace("en: Finish,", 'en: "Finish *now* <b>",')
    catalogue = compile_catalogue({"roles.yaml": ROLES, "mall.yaml": CALENDAR, "matter.yaml": text})
    assert r"Finish \*now\* \<b>" in told(catalogue, "en")


def test_quotation_marks_in_a_text_become_inner_ones(house: Catalogue) -> None:
    text = MATTER.replace("zh: 完成,", "zh: 完成“事项”,")
    catalogue = compile_catalogue({"roles.yaml": ROLES, "mall.yaml": CALENDAR, "matter.yaml": text})
    assert "“完成‘事项’”" in told(catalogue, "zh")


def test_the_title_and_every_heading_stand_on_lines_of_their_own(house: Catalogue) -> None:
    definition = house.definitions["matter"]
    found = list(blocks(explain(definition, "en", Surroundings.of(house, definition))))
    assert [one.text for one in found if one.mark == "## "] == [
        "About", "How a ticket begins", "Open", "How a ticket ends", "What is written down",
    ]  # fmt: skip
    assert told(house, "en").startswith("# Matter\n\n## About\n\n- ")


def test_a_state_says_which_limits_run_there_and_are_told_elsewhere() -> None:
    text = MATTER.replace("  done:", "  checked: {en: Checked, zh: 已核实, responsible: desk}\n  done:").replace(
        "  finish: {en: Finish, zh: 完成, from: open,",
        "  check: {en: Check, zh: 核实, from: open, to: checked, by: desk}\n"
        "  finish: {en: Finish, zh: 完成, from: checked,",
    )
    known = compile_catalogue({"roles.yaml": ROLES, "mall.yaml": CALENDAR, "matter.yaml": text})
    said = "Time runs here for “Time to finish”, too, and what follows near the limit and after it may come here."
    for lang, sentence, own in (
        ("en", said, "Checked"),
        ("zh", "“完成时限”在此也计时，临期和逾期时的通知与处理也会在此发生。", "已核实"),
    ):
        sections = explain(known.definitions["matter"], lang).sections
        saying = [
            one.heading
            for one in sections
            for part in one.paragraphs
            for each in part.sentences
            if each.text == sentence
        ]
        assert len(saying) == 1
        assert saying != [own]


def test_a_move_of_the_clock_says_whom_it_tells() -> None:
    known = shipped()
    told = [one.text for one in explain(known.definitions["repair"], "en").sentences()]
    assert (
        "The assignee is told when the system does it or, while nobody holds the ticket, whoever answers for it."
        in told
    )
