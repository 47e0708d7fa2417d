"""The JSON Schemas for editors: as the readers have it, explained, and of one mind with the check."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from tests.definitions.shipped import FOLDER, shipped_files
from tests.language.test_language import HOUSE, OK
from workflow.problems import DefinitionFaulty, Problem
from workflow.reading import inheritance, schema, source
from workflow.reading.given import Calendars
from workflow.reading.nodes import Node
from workflow.reading.schema.json_schema import FILES, json_schema, undescribed
from workflow.reading.schema.meanings import MEANINGS


@cache
def validator(kind: str) -> Draft7Validator:
    said = json_schema(kind)
    Draft7Validator.check_schema(said)
    return Draft7Validator(said)


@pytest.mark.parametrize("kind", FILES)
def test_a_committed_schema_is_the_present_one(kind: str) -> None:
    written = json.loads((FOLDER / "schema" / FILES[kind]).read_text("utf-8"))
    assert written == json_schema(kind), "run `make schema`"


def test_every_key_has_a_meaning_in_both_languages() -> None:
    assert undescribed() == [], "say what they mean in workflow/reading/schema/meanings.py"
    for keys in MEANINGS.values():
        for meaning in keys.values():
            assert re.search("[\u4e00-\u9fff]", meaning.zh), meaning
            assert bool(meaning.default) == bool(meaning.default_zh), meaning
            assert bool(meaning.must) == bool(meaning.must_zh), meaning


def test_every_shipped_file_names_its_schema_in_the_first_line() -> None:
    for path, text in shipped_files(scenarios=True).items():
        kind = schema.kind_of(source.read(text, path)[0][0])[0]
        up = "../" * path.count("/")
        assert text.startswith(
            f"# yaml-language-server: $schema={up}schema/{FILES['workflow' if kind == 'base' else kind]}\n"
        ), path


def documents() -> Iterator[tuple[str, str, Node]]:
    """Every document of the shipped files, the house and ok/: where it is, its kind, what it says."""
    files = {**shipped_files(scenarios=True), **HOUSE, **{path.name: path.read_text("utf-8") for path in OK}}
    for path, text in files.items():
        for number, node in enumerate(source.read(text, path)[0]):
            yield f"{path}-{number}", schema.kind_of(node)[0], node


DOCUMENTS = {where: (kind, node) for where, kind, node in documents()}


@pytest.mark.parametrize("where", DOCUMENTS)
def test_what_the_check_accepts_the_schema_accepts(where: str) -> None:
    kind, node = DOCUMENTS[where]
    assert [error.json_path + ": " + error.message[:200] for error in validator(kind).iter_errors(node.data())] == []


@settings(max_examples=400, derandomize=True, deadline=None, database=None)
@given(st.sampled_from(sorted(DOCUMENTS)), st.integers(0, 2**32))
def test_of_what_is_spoilt_the_schema_refuses_what_it_can_see_and_nothing_right(where: str, seed: int) -> None:
    kind, node = DOCUMENTS[where]
    data = spoilt(node.data(), Random(seed))
    found = told(kind, data)
    refused = [f"{error.json_path}: {error.message[:200]}" for error in validator(kind).iter_errors(data)]
    assert found or not refused, (refused, data)
    visible = [problem.line() for problem in found if to_be_seen(problem, data)]
    assert refused or not visible, (visible, data)


def told(kind: str, data: Any) -> list[Problem]:
    """What the reader says of a document."""
    nodes, problems = source.read(json.dumps(data, ensure_ascii=False, default=float), "file.yaml")
    found = list(problems)
    node = nodes[0]
    if kind in ("workflow", "base"):
        named = node.parts[kind].value if kind in node.parts else None
        name = named if isinstance(named, str) else "nameless"
        every = {str(one.parts[which].value): one for which, one in DOCUMENTS.values() if which in ("workflow", "base")}
        flat, _, unmerged = inheritance.flatten({**every, name: node})
        found += [one for one in unmerged if one.position.path == "file.yaml"]
        node = flat[name]
    found += schema.load(node, kind)[1]
    if kind == "calendar" and not found:
        try:
            CALENDARS.given(data)
        except DefinitionFaulty as error:
            found += error.problems
    return found


CALENDARS = Calendars({path: text for path, text in {**shipped_files(), **HOUSE}.items() if "zone:" in text})

SHAPE = {"shape", "missing_key", "unknown_key", "duration", "one_limit", "name", "calendar", "yaml"}


def to_be_seen(problem: Problem, data: Any) -> bool:
    """Whether a schema sees a problem: it knows no parent, no names, and not what keys come to together."""
    if "extends" in data or "base" in data:
        written = data.get("fields")
        typed = not isinstance(written, dict) or all("type" in one for one in written.values() if isinstance(one, dict))
        empty = any(data.get(block) == {} for block in inheritance.BLOCKS)  # unless the parent has something there
        if problem.check in ("missing_key", "one_limit") or not typed:
            return False
        if empty and problem.text.startswith("an empty map"):
            return False
    if "never open" in problem.text or "needs `every` in days" in problem.text:
        return False
    return problem.check in SHAPE or "one line of words" in problem.text


ODD = (
    "",
    " ",
    "two words",
    "Upper",
    "3 days",
    "day",
    7,
    0,
    -1,
    True,
    [],
    {},
    ["x", "y"],
    {"x": "y"},
    "30 dayz",
    "24:00",
)


def spoilt(data: Any, random: Random) -> Any:
    """The data with one place of it changed: a key dropped, an unknown one added, or a value of another kind."""
    data = copy.deepcopy(data)
    maps = [one for one in walk(data) if isinstance(one, dict) and one]
    place = random.choice(maps)
    key = random.choice(list(place))
    how = random.randrange(4)
    if how == 0:
        del place[key]
    elif how == 1:
        place["surprise"] = "x"
    elif how == 2:
        place[key] = random.choice(ODD)
    else:
        place[random.choice(["note", "rules", "if", "within", "every", "to", "fill", "of", "zone"])] = random.choice(
            ODD
        )
    return data


def walk(data: Any) -> Iterator[Any]:
    yield data
    for inside in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from walk(inside)
