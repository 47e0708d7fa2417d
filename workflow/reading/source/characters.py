"""Characters: the bytes of a file as text, without what nobody types on purpose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workflow.problems import Instead, Position, Problem
from workflow.reading.nodes import Finding

UNPRINTABLE = re.compile(
    "[^\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
"""Control characters, marks of direction, breaks of lines that are none in YAML 1.2, halves of pairs."""


BYTE_ORDER_MARK = Finding(
    "not_text",
    "the file has a byte order mark; save it as UTF-8 without BOM",
    "文件带有字节顺序标记；请存为不带 BOM 的 UTF-8",
    mend=Instead("\ufeff", ""),
)


def decode(text: str | bytes, start: Position) -> str | Problem:
    """The text of a file in UTF-8, or why it is none."""
    if isinstance(text, str):
        return text
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError as error:
        before = text[: error.start].decode("utf-8")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        return Finding(
            "not_text",
            f"byte 0x{text[error.start]:02x} is not UTF-8; save the file in the encoding UTF-8",
            f"字节 0x{text[error.start]:02x} 不是 UTF-8；请用 UTF-8 编码保存文件",
        ).at(Position(start.path, line, column))
    return decoded


def strange_characters(text: str, path: str) -> Iterator[Problem]:
    """The first character of each kind that does not belong in a text."""
    seen: set[str] = set()
    for found in UNPRINTABLE.finditer(text):
        character = found.group()
        if character in seen:
            continue
        seen.add(character)
        line = text.count("\n", 0, found.start()) + 1
        column = found.start() - (text.rfind("\n", 0, found.start()) + 1) + 1
        mark = character == "\ufeff" and found.start() == 0
        yield (BYTE_ORDER_MARK if mark else strange(character)).at(Position(path, line, column))


def strange(character: str) -> Finding:
    """What to say of a character that does not belong in a text."""
    if character == "\t":
        return Finding(
            "not_text", "this is a tab; write blanks instead", "这里是制表符；请改用空格", mend=Instead("\t", "  ")
        )
    return Finding(
        "not_text",
        f"the character U+{ord(character):04X} does not belong in a text; take it away",
        f"字符 U+{ord(character):04X} 不能出现在文本里；请去掉",
        mend=Instead(character, ""),
    )
