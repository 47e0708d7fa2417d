"""Reading files: what is data, where it stands, and that nothing that is no plain YAML gets through."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest

from workflow.problems import Position
from workflow.reading.nodes import Node, Path
from workflow.reading.source import LARGEST, read


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


ALIKE = "09:00-18:00|2 days|1.2.3|50%|yes_no|none|nothing|3个工作日|a:b|12:3x|1 may|on-site|x"

UNLIKE = (
    "yes|No|ON|off|y|N|12:30|9:00|09:30|1:20:30|0123|0o17|0x1F|0b1|1_000|1e3|1.|.5|+1|.inf|.NaN|=|"
    "2026-05-01|2026-5-1|2026-05-01T10:00:00|2026-05-01 10:00"
)


@pytest.mark.parametrize("word", ALIKE.split("|"))
def test_words_that_every_version_of_yaml_reads_alike_need_no_quotes(word: str) -> None:
    assert document(f"key: {word}").data() == {"key": word}


@pytest.mark.parametrize("word", UNLIKE.split("|"))
def test_a_word_that_versions_of_yaml_read_differently_is_refused_with_the_quoted_form(word: str) -> None:
    (line,) = lines(f"key: {word}")
    assert line.startswith("file.yaml:1:6: error[plain_value] ")
    assert f'"{word}"' in line
    assert document(f'key: "{word}"').data() == {"key": word}


@pytest.mark.parametrize("written", ["key:", "key: ~", "key: null", "key: # only a comment"])
def test_nothing_after_a_key_is_refused(written: str) -> None:
    (line,) = lines(f"before: 1\n{written}\nafter: 2\n")
    assert "error[nothing_follows]" in line
    assert "nothing follows" in line or "nothing stands here" in line
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


KEPT = """\
name: 甲乙
states:
  kept:
    zh: 保管
    by: [desk, "服务台"]
    if: |
      a
"""


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (("name",), (1, 7)),
        (("name", 0), (1, 7)),  # a single value is the first of a list of one
        (("states", "kept", "zh"), (4, 9)),
        (("states", "kept", "by"), (5, 9)),
        (("states", "kept", "by", 1), (5, 16)),
    ],
)
def test_every_value_knows_its_line_and_column(path: Path, expected: tuple[int, int]) -> None:
    assert where(document(KEPT), *path) == expected


def test_every_key_knows_its_line_and_column() -> None:
    assert document(KEPT).place(("states", "kept"), of_key=True) == Position("file.yaml", 3, 3)


def test_what_is_missing_stands_where_it_is_missing() -> None:
    assert where(document(KEPT), "states", "kept", "to") == (3, 3)
    assert where(document(KEPT), "transitions", "start", "to") == (1, 1)


def test_a_column_in_a_text_is_counted_from_where_the_text_begins() -> None:
    node = document(KEPT)
    assert where(node, "name", column=2) == (1, 8)
    assert where(node, "states", "kept", "by", 1, column=3) == (5, 19)


@pytest.mark.parametrize("text", ["if: |\n  a b", "if: a\n  b", "if: 'it''s b'", 'if: "a\\u0020b"'])
def test_a_column_in_a_text_that_is_not_written_in_one_piece_is_where_it_begins(text: str) -> None:
    assert where(document(text), "if", column=3) == (1, 5)


# --- What gets not through ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        (b"a: \xff", "1:4", "not UTF-8"),
        ("a: 投诉".encode("gb18030"), "1:5", "not UTF-8"),
        ("zh: caf\xe9".encode("latin-1"), "1:8", "not UTF-8"),
        ("a: b".encode("utf-16"), "1:1", "not UTF-8"),
        ("\ufeffa: b", "1:1", "byte order mark"),
        ("a:\n\tb: c", "2:1", "this is a tab"),
        ("a: b\x00", "1:5", "U+0000"),
        ("a: b\x1b[31m", "1:5", "U+001B"),
        ("a: b\rc: d", "1:5", "U+000D"),
        ("a: \u202eb", "1:4", "U+202E"),
        ("a: b\u2028c: d", "1:5", "U+2028"),
        ("a: \ud800", "1:4", "U+D800"),
        ('a: "\\0"', "1:4", "U+0000"),
        ("\x7fELF\x02\x01", "1:1", "U+007F"),
    ],
)
def test_what_is_no_text_is_refused_at_the_first_such_character(content: str | bytes, place: str, said: str) -> None:
    (first, *_) = lines(content)
    assert first.startswith(f"file.yaml:{place}: error[not_text] ")
    assert said in first


@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1",
        "a: [&x 1]",
        "b: *x",
        "<<: {a: 1}",
        "a: !!str 1",
        "a: !large",
        "a: !!python/object/apply:os.system [ls]",
        "!!map {a: 1}",
        "%YAML 1.1",
        "%TAG ! tag:x,2000:",
    ],
)
def test_anchors_tags_merge_keys_and_directives_are_refused(text: str) -> None:
    documents, problems = read(text, "file.yaml")
    assert documents == ()
    assert [problem.check for problem in problems] == ["yaml_feature"]


def test_a_key_that_stands_twice_is_refused_with_both_lines() -> None:
    (line,) = lines("a: 1\nb: 2\na: 3\n")
    assert (
        line == "file.yaml:3:1: error[duplicate_key] `a` stands here with `3` and in line 1 with `1`; keep one of them"
    )


@pytest.mark.parametrize("text", ["{[a]: 1}", "? {a: 1}\n: 2", "? - a\n: b"])
def test_a_key_that_is_a_list_or_a_map_is_refused(text: str) -> None:
    (line,) = lines(text)
    assert "a key is a name" in line


@pytest.mark.parametrize("text", ["", "\n\n", "# nothing\n", "---\n---\n"])
def test_a_file_that_says_nothing_is_told_so(text: str) -> None:
    (line,) = lines(text)
    assert line.startswith("file.yaml:1:1: error[empty_file] ")


def test_a_file_that_is_cut_short_anywhere_is_never_a_traceback() -> None:
    text = KEPT + "again: {a: 'x', b: [1, \"two\"]}\n"
    for end in range(len(text)):
        for problem in read(text[:end], "file.yaml")[1]:
            assert problem.text_zh
            assert problem.position.line <= text[:end].count("\n") + 1


ALIAS_BOMB = "a: &a [x, x]\n" + "\n".join(f"b{n}: &b{n} [*a, *a]" for n in range(30))

BOMBS = {
    "nested lists of 10 MB": "[" * 10_000_000,
    "nested lists": "[" * (LARGEST - 10),
    "nested maps": "{a: " * 60_000,
    "nested blocks": "\n".join(" " * depth + "a:" for depth in range(600)),
    "list in list in list": "- " * 100_000,
    "alias bomb": ALIAS_BOMB,
    "documents": "---\n" * 60_000,
    "one long word": "a: " + "x" * 250_000,
    "one long number": "a: " + "9" * 250_000,
    "unclosed quotation mark": 'a: "' + "x\n" * 100_000,
    "exclamation marks": "!" * 200_000,
    "colons": "a:" * 100_000,
    "binary": bytes(range(256)) * 1000,
}


@pytest.mark.parametrize("content", BOMBS.values(), ids=BOMBS.keys())
def test_whatever_is_too_big_or_too_deep_is_told_at_once(content: str | bytes) -> None:
    start = time.process_time()
    documents, problems = read(content, "file.yaml")
    assert time.process_time() - start < 5  # a second on an idle machine
    assert documents == () or content in (BOMBS["one long word"], BOMBS["one long number"])
    assert len(problems) <= 100


def test_the_number_of_keys_and_values_has_a_limit() -> None:
    (line,) = lines("[" + "a," * 50_001 + "]")
    assert "error[too_big] the file has more than 50000 keys and values" in line


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not() -> None:
    assert document("a: " + "x" * (LARGEST - 3)).data() == {"a": "x" * (LARGEST - 3)}
    (line,) = lines("a: " + "x" * (LARGEST - 2))
    assert f"the file has {LARGEST + 1} bytes, a definition file at most {LARGEST}" in line


def test_the_size_is_counted_in_bytes() -> None:
    assert "error[too_big]" in lines("a: " + "投" * (LARGEST // 3))[0]
