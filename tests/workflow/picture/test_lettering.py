"""How much room text takes, and where its lines break."""

from __future__ import annotations

import pytest

from workflow.picture.lettering import one_line, width, wrap


def test_a_chinese_character_is_as_wide_as_the_font_is_high() -> None:
    assert width("接单", 14) == 28
    assert width("，（）", 10) == 30


def test_latin_letters_are_narrower_and_differ() -> None:
    assert width("i", 10) < width("e", 10) < width("W", 10) < 10
    assert width("30 minutes", 10) < 60


def test_bold_is_wider() -> None:
    assert width("Pick up", 13, bold=True) > width("Pick up", 13)


def test_a_mark_that_stands_on_another_letter_takes_no_room() -> None:
    assert width("e\u0301", 10) == width("e", 10)


@pytest.mark.parametrize(
    "text",
    [
        "客服中心人员、维修部门的部门经理、维修部门的部门负责人",
        "the assignee, Staff of the Repairing department, the clock",
    ],
)
def test_no_line_is_wider_than_the_room(text: str) -> None:
    lines = wrap(text, 11, 120)
    assert len(lines) > 1
    assert all(width(line, 11) <= 120 for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_chinese_breaks_after_a_stop_rather_than_within_a_phrase() -> None:
    assert wrap("经办人、维修部门的部门经理、维修部门的部门负责人", 10, 150) == (
        "经办人、维修部门的部门经理、",
        "维修部门的部门负责人",
    )


def test_chinese_that_is_too_long_for_a_line_breaks_anywhere_but_before_a_stop() -> None:
    assert wrap("一二三四五六。", 10, 60) == ("一二三四五", "六。")


def test_quoted_chinese_is_not_torn_apart() -> None:
    assert wrap("到期前四小时；请其办理“不接受结果，升级”", 10, 150) == ("到期前四小时；", "请其办理“不接受结果，升级”")


def test_english_breaks_at_blanks() -> None:
    assert wrap("Follow up on the delay", 10, 60) == ("Follow up", "on the", "delay")


def test_even_lines_are_of_about_the_same_length() -> None:
    assert wrap("aaa aaa aaa aaa aaa", 10, 76, even=True) == ("aaa aaa aaa", "aaa aaa")
    assert wrap("一二三四五六七八九十", 10, 90, even=True) == ("一二三四五", "六七八九十")


def test_a_word_that_is_too_long_is_cut_not_lost() -> None:
    lines = wrap("x" * 500, 10, 100)
    assert "".join(lines) == "x" * 500
    assert all(width(line, 10) <= 100 for line in lines)


def test_blanks_become_one_and_what_no_file_can_carry_is_replaced() -> None:
    assert one_line(" a\n\tb \u202ec\x00d\ud800 ") == "a b c\ufffdd\ufffd"


def test_nothing_is_no_line() -> None:
    assert wrap("  ", 10, 100) == ()
