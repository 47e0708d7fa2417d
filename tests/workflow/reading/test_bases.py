"""A base: what several definitions have in common, and no workflow by itself."""

from __future__ import annotations

import pytest

from tests.definitions.shipped import shipped
from tests.language.test_language import HOUSE
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty

BASE = """
base: matter
calendar: mall
accountable: desk
states: {cancelled: {end: true}}
transitions: {cancel: {from: anywhere, to: cancelled, by: accountable}}
reminders: {resting: {since: last move, after: 1 day, every: 1 day, while: anywhere, notify: accountable}}
"""

QUESTION = """
workflow: question
extends: matter
states: {asked: {}, answered: {end: true}}
transitions:
  ask: {from: new, to: asked, by: anyone}
  answer: {from: asked, to: answered, by: desk}
"""


def compiled(**files: str) -> Catalogue:
    return compile_catalogue({**HOUSE, **{f"{name}.yaml": text for name, text in files.items()}})


def problems_of(**files: str) -> list[str]:
    with pytest.raises(DefinitionFaulty) as raised:
        compiled(**files)
    return [f"{one.position} {one.check}" for one in raised.value.problems]


def test_a_definition_has_what_its_base_says() -> None:
    question = compiled(matter=BASE, question=QUESTION).definitions["question"]
    assert set(question.transitions) == {"ask", "answer", "cancel"}
    assert question.accountable == "desk"


def test_what_a_definition_says_itself_is_read_before_what_its_base_adds() -> None:
    question = compiled(matter=BASE, question=QUESTION).definitions["question"]
    assert list(question.transitions) == ["ask", "answer", "cancel"]
    assert list(question.states) == ["asked", "answered", "cancelled"]


def test_a_base_is_no_definition_and_opens_nothing() -> None:
    catalogue = compiled(matter=BASE, question=QUESTION)
    assert "matter" not in catalogue.definitions
    assert "matter" not in {one.name for one in catalogue.opened()}


def test_a_base_makes_no_other_revision_than_the_same_words_in_the_definition() -> None:
    inside = QUESTION.replace("extends: matter", "").replace("states: {", "states: {cancelled: {end: true}, ")
    inside = inside.replace("transitions:", "transitions:\n  cancel: {from: anywhere, to: cancelled, by: accountable}")
    whole = inside + "\n".join(BASE.splitlines()[2:4]) + "\n" + BASE.splitlines()[6] + "\n"
    by_base = compiled(matter=BASE, question=QUESTION).definitions["question"]
    assert compiled(question=whole).definitions["question"].revision == by_base.revision


def test_what_a_base_lacks_is_missed_where_it_is_extended() -> None:
    found = problems_of(matter=BASE.replace("accountable: desk\n", ""), question=QUESTION)
    assert found == ["question.yaml:2:1 missing_key"]


def test_a_fault_in_a_base_is_told_once_however_many_extend_it() -> None:
    other = QUESTION.replace("question", "query")
    found = problems_of(matter=BASE.replace("after: 1 day", "after: 1 dai"), question=QUESTION, query=other)
    assert found == ["matter.yaml:7:48 duration"]


def test_a_base_that_nothing_extends_is_a_warning() -> None:
    warnings = compiled(matter=BASE).warnings
    assert [(one.check, one.position.path) for one in warnings] == [("unused_base", "matter.yaml")]


def test_the_columns_and_choices_that_a_child_writes_are_all_that_it_has() -> None:
    parent = (
        QUESTION
        + """\
  amend: {from: asked, to: asked, by: desk, may_fill: [points, kind]}
fields:
  points: {type: list, of: {who: {type: text}, said: {type: text}}}
  kind: {type: choice, of: {simple: {zh: 简单}, hard: {zh: 难}}}
"""
    )
    child = """
workflow: query
extends: question
fields: {points: {of: {answer: {type: text}}}, kind: {of: {odd: {zh: 怪}}}}
"""
    fields = compiled(matter=BASE, question=parent, query=child).definitions["query"].fields
    assert (list(fields["points"].columns), list(fields["kind"].choices)) == (["answer"], ["odd"])


def test_a_family_may_extend_a_base() -> None:
    head = QUESTION.replace("extends: matter", "extends: matter\nfamily: [question-small]")
    small = "workflow: question-small\nextends: question\n"
    catalogue = compiled(matter=BASE, question=head, **{"question-small": small})
    assert "cancel" in catalogue.definitions["question-small"].transitions


def test_what_opens_by_itself_is_inherited_from_a_base_and_never_by_a_class() -> None:
    base = BASE + "recurring: {year_end: {every: year, due: 31 december}}\n"
    head = QUESTION.replace("by: anyone", "by: clock").replace("extends: matter", "extends: matter\nfamily: small")
    head += "recurring: {year_end: {zh: 年末}}\n"
    definitions = compiled(matter=base, question=head, small="workflow: small\nextends: question\n").definitions
    year_end = definitions["question"].recurring["year_end"]
    assert (year_end.every, year_end.text.zh) == ("year", "年末")
    assert definitions["small"].recurring == {}


def test_the_shipped_base_is_extended() -> None:
    assert not [one for one in shipped().warnings if one.check == "unused_base"]
