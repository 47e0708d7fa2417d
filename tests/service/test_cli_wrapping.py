"""Paragraphs broken into lines: words stay whole, Chinese breaks anywhere but around its punctuation."""

from __future__ import annotations

from service.cli.table import width
from service.cli.wrapping import wrapped


def test_english_is_broken_between_words() -> None:
    assert wrapped("one two three four", 9) == ["one two", "three", "four"]


def test_chinese_is_broken_between_characters_which_take_two_columns() -> None:
    assert wrapped("三十分钟内未办理", 8) == ["三十分钟", "内未办理"]


def test_a_line_does_not_begin_with_a_comma_nor_end_with_an_opening_bracket() -> None:
    assert wrapped("三十分钟，内未办理", 8) == ["三十分", "钟，内未", "办理"]
    assert wrapped("三十分（钟）", 8) == ["三十分", "（钟）"]


def test_later_lines_stand_below_the_text_of_the_first() -> None:
    assert wrapped("one two three", 10, first="- ") == ["- one two", "  three"]


def test_a_word_that_is_too_long_has_a_line_of_its_own() -> None:
    assert wrapped("a incomprehensibilities b", 8) == ["a", "incomprehensibilities", "b"]


def test_mixed_text_keeps_its_blanks() -> None:
    text = "说明 Dispatch it，再派单。"
    assert "".join(wrapped(text, 200)) == text
    assert all(width(line) <= 12 for line in wrapped(text, 12))


def test_no_line_begins_with_what_markdown_would_take_for_a_mark() -> None:
    assert not any(line.lstrip().startswith("- ") for line in wrapped("between three - and four", 15, first="- ")[1:])
