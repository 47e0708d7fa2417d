"""Reading files: what is data, where it stands, and that nothing that is no plain YAML gets through."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from workflow.nodes import Node, Path
from workflow.problems import Position
from workflow.source import LARGEST, read


def document(text: str | bytes) -> Node:
    documents, problems = read(text, "file.yaml")
    assert [problem.line() for problem in problems] == []
    assert len(documents) == 1
    return documents[0]


def lines(text: str | bytes) -> list[str]:
    return [problem.line() for problem in read(text, "file.yaml")[1]]


def where(node: Node, *path: str | int, column: int | None = None) -> tuple[int, int]:
    position = node.place(path, column=column)
    return position.line, position.column


# --- What is data -------------------------------------------------------------------------------------------------


def test_maps_lists_and_scalars_become_plain_data() -> None:
    node = document("a: {b: [1, two, 3.50, true, 'false', \"4\"]}\n")
    assert node.data() == {"a": {"b": [1, "two", Decimal("3.50"), True, "false", "4"]}}


def test_a_decimal_keeps_the_digits_that_were_written() -> None:
    value = document("share: 1.10").data()
    assert isinstance(value, dict)
    assert str(value["share"]) == "1.10"


@pytest.mark.parametrize("word", ["09:00-18:00", "2 days", "1.2.3", "50%", "yes_no", "none", "nothing", "3个工作日", "a:b", "-"])
def test_words_that_every_version_of_yaml_reads_alike_need_no_quotes(word: str) -> None:
    assert document(f"key: {word}x").data() == {"key": f"{word}x"}


@pytest.mark.parametrize(
    "word",
    ["yes", "No", "ON", "off", "y", "N", "12:30", "9:00", "09:30", "1:20:30", "0123", "0o17", "0x1F", "0b1", "1_000", "1e3"]
    + ["1.", ".5", "+1", ".inf", ".NaN", "2026-05-01", "2026-5-1", "2026-05-01T10:00:00", "2026-05-01 10:00", "="],
)
def test_a_word_that_versions_of_yaml_read_differently_is_refused_with_the_quoted_form(word: str) -> None:
    (line,) = lines(f"key: {word}")
    assert line.startswith("file.yaml:1:6: error[plain_value] ")
    assert f'"{word}"' in line
    assert document(f'key: "{word}"').data() == {"key": word}


@pytest.mark.parametrize("written", ["key:", "key: ~", "key: null", "key: # only a comment"])
def test_nothing_after_a_key_is_refused(written: str) -> None:
    (line,) = lines(f"before: 1\n{written}\nafter: 2\n")
    assert "error[nothing_follows]" in line
    assert "write `removed` to take it away" in line
    assert line.startswith("file.yaml:2:")


def test_a_key_that_is_no_text_is_refused_with_the_quoted_form() -> None:
    assert lines("1: one") == ['file.yaml:1:1: error[plain_value] a key is text; write "1"']


def test_several_documents_are_read_and_empty_ones_left_out() -> None:
    documents, problems = read("# nothing\n---\na: 1\n---\n---\n# nothing\nb: 2\n", "file.yaml")
    assert problems == ()
    assert [node.data() for node in documents] == [{"a": 1}, {"b": 2}]
    assert where(documents[1], "b") == (7, 4)


def test_windows_line_ends_are_line_ends() -> None:
    node = document("a: 1\r\nb: two\r\n")
    assert node.data() == {"a": 1, "b": "two"}
    assert where(node, "b") == (2, 4)


def test_a_fault_in_one_document_hides_nothing_of_the_others() -> None:
    documents, problems = read("a: [\n---\nb: 2\n---\nc: 'x\n", "file.yaml")
    assert [node.data() for node in documents] == [{"b": 2}]
    assert [(problem.position.line, problem.position.column) for problem in problems] == [(1, 4), (5, 4)]


# --- Where it stands ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("states",), (2, 3)),
        (("states", "kept", "zh"), (2, 14)),
        (("states", "kept", "by"), (3, 9)),
        (("states", "kept", "by", 1), (3, 17)),
        (("name",), (1, 7)),
        (("name", 0), (1, 7)),
    ],
)
def test_every_value_knows_its_line_and_column(path: Path, expected: tuple[int, int]) -> None:
    node = document("name: 甲乙\nstates:\n  kept:\n    zh: 保管\n    by: [desk, 服务台]\n".replace("states:\n  kept:\n    zh", "states: {kept: {zh").replace(" 保管\n    by", " 保管,\n    by").replace("台]\n", "台]}}\n")) if False else document("name: 甲乙\nrest: 1\n") if path == () else _kept()
    assert where(node, *path) == expected


def _kept() -> Node:
    return document("name: 甲乙\n  \nstates:\n  kept:\n    zh: 保管\n    by: [desk, 服务台]\n")
