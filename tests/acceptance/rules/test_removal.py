"""Every part that carries out a rule is missed by a test of that rule when it is taken out of the definitions.

So what the files say about rules is true: the id stands where the rule is carried out, and a test would notice.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.acceptance.house import House, opened
from tests.acceptance.rules import (
    test_complaint_closing_rules,
    test_complaint_handling_rules,
    test_complaint_rules,
    test_confidentiality_rules,
    test_follow_up_rules,
    test_repair_rules,
    test_service_request_rules,
)
from tests.acceptance.rules.removal import Part, emptied, parts, rewritten, without
from tests.definitions.shipped import shipped_files
from workflow.catalogue import compile_catalogue

RuleTest = Callable[[House], None]

FILES = shipped_files()

CLASSES = ("complaint-normal", "complaint-important", "complaint-critical")
TESTED = {f"{name}.yaml" for name in ("repair", "complaint", *CLASSES, "service-request")}
"""The matters whose rules are tested one by one."""

PARTS = [part for part in parts(FILES) if part.path in TESTED]

EMPTIED = [part for part in PARTS if emptied(FILES, part)]

MODULES = (
    test_repair_rules,
    test_complaint_rules,
    test_complaint_handling_rules,
    test_complaint_closing_rules,
    test_service_request_rules,
    test_follow_up_rules,
    test_confidentiality_rules,
)

HOLD = {
    *(f"REP-{number}" for number in range(1, 7)),
    *(f"CMP-{number}" for number in range(1, 19) if number not in (2, 12, 16)),
    *(f"SRV-{number}" for number in range(1, 7)),
    *(f"FUP-{number}" for number in range(1, 4)),
    "COM-9",
    "DATA-1",
}
"""The rules of the procedure book about these matters that have a number in them, or are hard without one."""


def by_rule() -> dict[str, list[tuple[str, RuleTest]]]:
    """The tests of each rule by their names; a name begins with the id."""
    found: dict[str, list[tuple[str, RuleTest]]] = {}
    for module in MODULES:
        for name, test in vars(module).items():
            if named := re.match(r"test_([a-z]+)_(\d+)_", name):
                found.setdefault(f"{named[1].upper()}-{named[2]}", []).append((name, test))
    return found


TESTS: Mapping[str, list[tuple[str, RuleTest]]] = by_rule()


def test_every_rule_that_holds_has_a_test() -> None:
    assert HOLD - TESTS.keys() == set()


def test_every_rule_that_a_definition_names_has_a_test() -> None:
    assert {part.rule for part in PARTS} - TESTS.keys() == set()


def test_writing_the_files_anew_changes_nothing() -> None:
    """What the tests below notice is the part that is missing, and not how the files are written."""
    shipped, written = compile_catalogue(FILES), compile_catalogue(rewritten(FILES))
    assert {name: one.revision for name, one in written.definitions.items()} == {
        name: one.revision for name, one in shipped.definitions.items()
    }


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> URL:
    return URL.create("sqlite", database=str(shutil.copy(sqlite_template, tmp_path / "duban.db")))


@pytest.mark.parametrize("part", PARTS, ids=str)
def test_a_part_that_is_taken_out_is_missed(part: Part, database: URL) -> None:
    assert noticed(part.rule, without(FILES, part), database)


@pytest.mark.parametrize("part", EMPTIED, ids=str)
def test_a_part_that_says_nothing_any_more_is_missed(part: Part, database: URL) -> None:
    files = emptied(FILES, part)
    assert files is not None
    assert noticed(part.rule, files, database)


def noticed(rule: str, files: Mapping[str, str], database: URL) -> str | None:
    """The first test of the rule that fails with these files; they must check, and nothing else may go wrong."""
    with opened(database, files) as house:
        for name, test in TESTS[rule]:
            house.clear()
            try:
                test(house)
            except AssertionError:
                return name
    return None
