"""Two revisions side by side: whatever acts otherwise is told, better words are not."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from tests.definitions.shipped import shipped_files
from tests.language.files import file_of
from tests.language.test_language import HOUSE, OK
from tests.workflow.prose.mutating import mutants, named_parts
from tests.workflow.prose.test_complete import untold
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Definition, Text
from workflow.prose.differing import WORDING, Difference, differences
from workflow.prose.voice import Surroundings
from workflow.reading.revision import LEFT_OUT

NAMES = frozenset(("name", "index", "answer", "revision"))
"""What is neither behaviour nor words: by which a part is found, and what follows from the others."""


@cache
def written(changed: tuple[tuple[str, str], ...] = ()) -> Catalogue:
    """The shipped definitions, with some words of repair.yaml written otherwise."""
    files = dict(shipped_files())
    for was, now in changed:
        assert was in files["repair.yaml"]
        files["repair.yaml"] = files["repair.yaml"].replace(was, now)
    return compile_catalogue(files)


def told(*changed: tuple[str, str], lang: str = "en") -> tuple[Difference, ...]:
    before, after = written(), written(changed)
    was, now = before.definitions["repair"], after.definitions["repair"]
    return differences(was, now, lang, Surroundings.of(after, now), Surroundings.of(before, was))


def test_a_shorter_limit_is_told_by_the_sentences_that_name_it() -> None:
    deadline, promise = told(("within: 30 minutes", "within: 20 minutes"))
    assert (deadline.path, deadline.label) == (("deadlines", "pick_up"), "“Time to pick up”")
    assert [one.split(",")[0] for one in (*deadline.was, *deadline.now)] == [
        "The limit is 30 minutes",
        "If nobody does “Pick up” within 30 minutes",
        "The limit is 20 minutes",
        "If nobody does “Pick up” within 20 minutes",
    ]
    assert promise.path == ("promises",)
    assert told(("within: 30 minutes", "within: 20 minutes"), lang="zh")[0].now[0].startswith("时限为20分钟")


def test_better_words_are_no_difference() -> None:
    assert told(("en: Pick up\n", "en: Take it on\n")) == ()


def test_better_words_do_not_hide_in_a_part_that_acts_otherwise() -> None:
    (deadline, _) = told(("within: 30 minutes", "within: 20 minutes"), ("en: Pick up\n", "en: Take it on\n"))
    assert [one.split(",")[0] for one in deadline.was] == [
        "The limit is 30 minutes",
        "If nobody does “Take it on” within 30 minutes",
    ]


def test_a_part_that_is_new_or_gone_is_told_whole() -> None:
    definition = written().definitions["repair"]
    without = replace(definition, reminders={}, revision="other")
    gone = differences(definition, without, "en")
    assert {one.path for one in gone} == {("reminders", name) for name in definition.reminders}
    assert all(one.was and not one.now for one in gone)
    new = differences(without, definition, "en")
    assert {one.path: one.now for one in new} == {one.path: one.was for one in gone}
    assert len(new) == len(gone)


def test_what_is_worded_is_what_the_revision_leaves_out() -> None:
    assert frozenset().union(*LEFT_OUT.values()) - NAMES == WORDING


def rich() -> list[tuple[str, Definition, Catalogue]]:
    found = []
    for file in OK:
        text = file.read_text("utf-8")
        catalogue = compile_catalogue(HOUSE | {file_of(text): text})
        found += [(f"{file.stem}.{name}", one, catalogue) for name, one in catalogue.definitions.items()]
    return found


CASES = rich()


@pytest.mark.parametrize(("definition", "catalogue"), [one[1:] for one in CASES], ids=[one[0] for one in CASES])
def test_every_value_of_the_behaviour_that_changes_is_told(definition: Definition, catalogue: Catalogue) -> None:
    around = Surroundings.of(catalogue, definition)
    whole = frozenset(named_parts(definition))
    silent = [
        path
        for path, other in mutants(definition, whole)
        if not untold(path, definition, other) and not differences(definition, other, "en", around, around)
    ]
    assert not silent


def test_a_definition_differs_in_nothing_from_itself_in_other_words() -> None:
    for one in written().definitions.values():
        assert differences(replace(one, text=Text("Other"), note="Other"), one, "en") == ()
