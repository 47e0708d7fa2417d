"""The procedure book: what it says of rules and forms, and that it is no part of what a definition does."""

from __future__ import annotations

import pytest

from tests.language.test_language import HOUSE
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Text
from workflow.problems import DefinitionFaulty
from workflow.prose.lifecycle import explain
from workflow.prose.voice import Surroundings

BOOK = """\
procedure_book: desk
documents: {handbook: {zh: 《服务手册》, en: Service handbook}}
rules:
  LF-1: {grade: number, zh: 保管30天, en: Kept for 30 days, source: handbook, section: "2.1"}
  LF-2: {grade: soft, zh: 态度和蔼}
  LF-3: {grade: firm, en: Counted, see: LF-1}
  LF-4: {grade: firm, zh: 归还率, outside: {zh: 由指标统计}}
forms:
  LF-R1: {zh: 《失物登记表》, en: Register of lost property}
"""
FOLLOWING = """\
workflow: following
extends: lost-item
states: {kept: {records: LF-R1, rules: LF-1}}
"""


def compiled(book: str = BOOK) -> Catalogue:
    return compile_catalogue(HOUSE | {"following.yaml": FOLLOWING} | ({"book.yaml": book} if book else {}))


def test_a_rule_has_its_sentence_its_grade_and_where_it_is_taken_from() -> None:
    rule = compiled().book.rules["LF-1"]
    assert (rule.text, rule.grade) == (Text("Kept for 30 days", "保管30天"), "number")
    assert (rule.source, rule.section) == (Text("Service handbook", "《服务手册》"), "2.1")
    assert (rule.position.path, rule.position.line) == ("book.yaml", 4)


def test_a_sentence_in_one_language_stands_for_the_other() -> None:
    rules = compiled().book.rules
    assert rules["LF-2"].text == Text("态度和蔼", "态度和蔼")
    assert rules["LF-3"].text.read("zh") == "Counted"


def test_definitions_carry_out_what_is_firm_and_not_left_out_with_a_reason() -> None:
    assert [id_ for id_, rule in compiled().book.rules.items() if rule.to_carry_out] == ["LF-1"]


@pytest.mark.parametrize(
    ("lang", "said"), [("zh", "记录：《失物登记表》。"), ("en", "kept: Register of lost property.")]
)
def test_people_read_what_a_form_is_called(lang: str, said: str) -> None:
    catalogue = compiled()
    following = catalogue.definitions["following"]
    told = [one.text for one in explain(following, lang, Surroundings.of(catalogue, following)).sentences()]
    assert any(one.endswith(said) for one in told)


def test_without_a_book_a_form_is_called_as_it_is_written_and_nothing_is_compared() -> None:
    catalogue = compiled("")
    assert catalogue.warnings == ()
    assert catalogue.book.form("LF-R1") == Text("LF-R1", "LF-R1")


def test_the_book_is_no_part_of_any_revision() -> None:
    reworded = BOOK.replace("保管30天", "保管60天").replace("失物登记表", "登记表").replace("number", "firm")
    revisions = [
        {one.name: one.revision for one in compiled(book).definitions.values()} for book in (BOOK, reworded, "")
    ]
    assert revisions[0] == revisions[1] == revisions[2]


def test_two_books_are_one_and_have_no_rule_twice() -> None:
    fire = "procedure_book: fire\nrules: {FIRE-1: {grade: firm, zh: 常闭防火门}}\n"
    assert list(compiled(f"{BOOK}---\n{fire}").book.rules)[-1] == "FIRE-1"
    with pytest.raises(DefinitionFaulty, match=r"LF-1 is a rule in book\.yaml, line 4, already"):
        compiled(f"{BOOK}---\n{fire.replace('FIRE-1', 'LF-1')}")
