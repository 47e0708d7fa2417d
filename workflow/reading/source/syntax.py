"""What is wrong with a text that is no YAML: the parser's complaint, turned into what the author should type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflow.reading.nodes import Finding

Spot = tuple[int, int]
"""A line and a column, both from 0."""

_KEY_WITHOUT_BLANK = re.compile(r"^([ -]*)([A-Za-z_][\w-]*)(：[ \u3000\xa0]?|:(?=[^\s:])[\u3000\xa0]?)(.*)$")

_DASH_WITHOUT_BLANK = re.compile(r"^( *)-((?:[^\W\d]|[{\[\"']).*)$")
_WIDE = dict(zip("｛｝［］【】，、：；“”‘’", "{}[][],,:;\"\"''", strict=True))
"""Signs of a Chinese keyboard that look like those of YAML."""


def mend_colon(text: str) -> str | None:
    """`key: value` for a text in which the colon is full-width, or has no blank behind it; None if it has neither."""
    found = _KEY_WITHOUT_BLANK.match(text)
    return f"{found[2]}: {found[4]}".rstrip() if found else None


def unknown(reason: str) -> Finding:
    """A fault for which nothing better can be said than what the parser says."""
    return Finding("yaml", f"this cannot be read as YAML: {reason}", f"此处不符合 YAML 的写法：{reason}")


def explain(
    complaint: str, spot: Spot, began: Spot | None, bracket: Spot | None, lines: Sequence[str]
) -> tuple[Finding, Spot]:
    """What to tell the author, and where.

    `spot` is where the parser stopped, `began` where the thing begins that it was reading then, and `bracket` where
    the innermost [ or { stands that is still open.
    """
    spot = (min(spot[0], len(lines) - 1), spot[1])
    for line in (spot[0], *([began[0]] if began else []), spot[0] - 1):
        if line >= 0 and (dash := _DASH_WITHOUT_BLANK.match(lines[line])):
            return _said(f"put a blank after the dash: - {dash[2][:30]}", f"短横线后面要空一格：- {dash[2][:30]}"), (
                line,
                len(dash[1]),
            )
    if began and _character(began, lines) == "!":
        return _first_character("!"), began
    if complaint.startswith("mapping values are not allowed"):
        return _second_colon(spot, lines)
    if complaint.startswith("could not find expected ':'"):
        return _no_colon(began or spot, lines)
    if "unexpected end of stream" in complaint and began:
        return _said("the quotation mark that opens here is never closed", "此处的引号没有配对的后引号"), began
    if complaint.startswith(("expected ',' or '}'", "expected ',' or ']'")) and began:
        return _bracket(complaint, spot, began, lines)
    if complaint.startswith("expected <block end>"):
        return _block(complaint, spot, lines)
    if "<stream end>" in complaint and bracket:
        return _bracket(complaint, spot, bracket, lines)
    if "<stream end>" in complaint and began:
        return _said("what begins here is not finished when the text ends", "此处开始的内容直到文末都没有写完"), began
    if complaint.startswith("expected the node content"):
        return _said(
            f"something is missing before this {_character(spot, lines)}",
            f"这个 {_character(spot, lines)} 之前缺少内容",
        ), spot
    if complaint.startswith(("sequence entries", "block sequence entries")):
        return _said(
            "a list begins on a line of its own, or is written in brackets: [one, two]",
            "列表要另起一行写，或写在方括号里：[one, two]",
        ), spot
    if complaint.startswith("found character") and "cannot start any token" in complaint:
        return _first_character(_character(spot, lines)), spot
    if complaint.startswith("expected alphabetic or numeric character") and began:
        return _first_character(_character(began, lines)), began
    if "unknown escape character" in complaint or complaint.startswith("expected escape sequence"):
        return _said(
            "a \\ inside \"double quotes\" begins an escape; put the text in 'single quotes'",
            "双引号里的 \\ 是转义符；请改用单引号",
        ), spot
    if complaint.startswith("expected '<document start>'"):
        return _said(
            "this does not belong to what stands before it; a bracket or quotation mark too many?",
            "此处与前文不成一体；是否多了一个括号或引号？",
        ), spot
    return unknown(complaint or "no reason given"), spot


def _second_colon(spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    line, column = spot
    before = lines[line][:column]
    first = re.match(r"^(.*?[^\s:]: +)(?=\S)", before)
    if first:
        key, value = first[1].strip(" -"), lines[line][first.end() :].strip()
        return _said(
            f'a colon and a blank inside a text; put the text in quotes: {key} "{_unquoted(value)}"',
            f'文字里有冒号加空格；请给整句加引号：{key} "{_unquoted(value)}"',
        ), spot
    for above in range(line - 1, -1, -1):
        written = lines[above].strip()
        if written and not written.startswith("#"):
            if mended := mend_colon(lines[above]):
                return _colon_blank(mended), (above, _margin(lines[above]))
            if ":" not in written:
                return _no_colon((above, _margin(lines[above])), lines)
            break
    return _said(
        "this line is indented further than the line above allows; put its key exactly below the keys it belongs to",
        "这一行缩进过多；请与同级的键左对齐",
    ), (line, _margin(lines[line]))


def _no_colon(spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    if mended := mend_colon(lines[spot[0]]):
        return _colon_blank(mended), spot
    return _said(
        "a key with a colon and a blank is missing in this line, as in `zh: text`",
        "这一行缺少键、冒号和空格，例如 zh: 文字",
    ), spot


def _colon_blank(mended: str) -> Finding:
    return _said(
        f"after a key, type an ordinary colon and a blank; write `{mended}`",
        f"键后面要写半角冒号加空格；请写 {mended}",
    )


def _bracket(complaint: str, spot: Spot, began: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    opening = _character(began, lines)
    closing = {"[": "]", "{": "}"}.get(opening, opening)
    found = complaint.rpartition("but got ")[2].strip("'")
    if wide := _wide_sign(began, spot, lines):
        sign, place = wide
        return _said(
            f"{sign} is a full-width sign; type {_WIDE[sign]} in its place, or put the text in quotes",
            f"{sign} 是全角符号；请改用半角 {_WIDE[sign]}，若属于文字请给整句加引号",
        ), place
    if found in ("[", "{") and spot[0] == began[0]:
        return _said(
            f"a {found} in the middle of a text; put the text in quotes. Conditions have no square brackets: "
            "severity is a or severity is b",
            f"文字中间有 {found}；请给整句加引号。条件里不用方括号，请写 severity is a or severity is b",
        ), spot
    if found in ("]", "}") and spot[0] == began[0]:
        return _said(
            f"{opening} opens here, but {found} closes it; write {closing}",
            f"此处以 {opening} 开始，却以 {found} 结束；请写 {closing}",
        ), spot
    if spot[0] != began[0]:
        return _said(
            f"the {opening} that opens here is not closed with {closing}", f"此处的 {opening} 没有以 {closing} 结束"
        ), began
    return _said(
        f"between {opening} and {closing} a comma divides the entries; put a text with signs of its own in quotes",
        f"{opening} 和 {closing} 之间用半角逗号分隔，带符号的文字要加引号",
    ), spot


def _block(complaint: str, spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    if "<scalar>" in complaint and lines[spot[0]][: spot[1]].rstrip().endswith(('"', "'")):
        return _said(
            "after the closing quotation mark nothing may follow; put the whole text in quotes",
            "后引号之后不能再有内容；请给整句加引号",
        ), spot
    return _said(
        "this line is indented differently from those it stands among; put it exactly below them",
        "这一行的缩进与同级的行不一致；请左对齐",
    ), spot


def _first_character(character: str) -> Finding:
    if character == "!":
        return _said(
            "a word that begins with ! is a tag; put a text in quotes, and write a condition in words: not large",
            "以 ! 开头的词是标签；文字请加引号，条件请用词写：not large",
        )
    return _said(f"a text may not begin with {character}; put it in quotes", f"文字不能以 {character} 开头；请加引号")


def _said(text: str, text_zh: str) -> Finding:
    return Finding("yaml", text, text_zh)


def _wide_sign(began: Spot, spot: Spot, lines: Sequence[str]) -> tuple[str, Spot] | None:
    """The first sign within a bracket that a Chinese keyboard has put there, outside of quotes; None without one."""
    line, first = began
    text = lines[line]
    end = spot[1] + 1 if spot[0] == line else len(text)
    inside = re.sub(r"\"[^\"]*\"|'[^']*'", lambda quoted: " " * len(quoted.group()), text)
    for column in range(first, min(end, len(inside))):
        if inside[column] in _WIDE:
            return inside[column], (line, column)
    return None


def _character(spot: Spot, lines: Sequence[str]) -> str:
    return lines[spot[0]][spot[1] : spot[1] + 1] if spot[0] < len(lines) else ""


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _unquoted(text: str) -> str:
    return text.replace('"', "'")
