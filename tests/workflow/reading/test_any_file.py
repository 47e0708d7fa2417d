"""Whatever is done to a file, its author is told of problems: never a traceback, never an endless wait."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from workflow.compiling import compile_catalogue
from workflow.problems import DefinitionFaulty
from workflow.reading.source import read

LANGUAGE = Path(__file__).parents[2] / "language"
TEXTS = [file.read_text("utf-8") for file in sorted((LANGUAGE / "ok").glob("*.yaml"))]
HOUSE = (LANGUAGE / "house.yaml").read_text("utf-8")

SIGNS = [*"{}[],:-#&*!|>'\"%@`?~<=. \n：，", "\n  ", "- ", ": ", "---\n", "removed", "same", "new", "anywhere", "yes"]

VALUES = json.loads(
    """
    [null, true, 0, -1, 100000000000000000, "", "x", "removed", "same", "clock", "last move", "50%", "1 day", [], {},
     [[]], [{}], {"a": {}}, {"zh": "x"}, ["a", "a"], "end of day", "2 days after opened", "投诉", "next in family"]
    """
)

edits = st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(["", *SIGNS]))


def is_told(text: str) -> None:
    """The text compiles, or every problem has a place in it and a sentence in both languages."""
    try:
        problems = compile_catalogue({"house.yaml": HOUSE, "file.yaml": text}).warnings
    except DefinitionFaulty as faulty:
        problems = faulty.problems
        assert problems
    for problem in problems:
        assert problem.text
        assert problem.text_zh
        assert problem.position.column >= 1
        if problem.position.path == "file.yaml":
            assert 1 <= problem.position.line <= text.count("\n") + 1


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(TEXTS), st.lists(edits, min_size=1, max_size=4))
def test_a_text_with_something_taken_out_or_put_in(text: str, changes: list[tuple[float, int, str]]) -> None:
    for where, length, sign in changes:
        place = int(where * len(text))
        text = text[:place] + sign + text[place + length :]
    is_told(text)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every list and map in a value, with each of its keys."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(inside):
        yield value, key
        yield from places(one)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(st.tuples(st.floats(0, 1), st.one_of(st.sampled_from(VALUES), st.floats(0, 1))), min_size=1, max_size=4),
)
def test_a_value_in_the_place_of_another(text: str, changes: list[tuple[float, Any]]) -> None:
    documents = [node.data() for node in read(text, "file.yaml")[0]]
    for where, new in changes:
        known = list(places(documents))
        parent, key = known[int(where * (len(known) - 1))]
        if isinstance(new, float):  # whatever stands elsewhere
            other, at = known[int(new * (len(known) - 1))]
            new = other[at]
        parent[key] = json.loads(json.dumps(new, default=float))
    is_told("\n---\n".join(json.dumps(one, ensure_ascii=False, default=float) for one in documents))
