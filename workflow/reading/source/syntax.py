"""What is wrong with a text that is no YAML: the parser's complaint, turned into what the author should type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workflow.problems import Instead
from workflow.reading.nodes import Finding

Spot = tuple[int, int]
"""A line and a column, both from 0."""

_KEY_WITHOUT_BLANK = re.compile(r"^([ -]*)([A-Za-z_][\w-]*)(：[ \u3000\xa0]?|:(?=[^\s:])[\u3000\xa0]?)(.*)$")

_DASH_WITHOUT_BLANK = re.compile(r"^( *)-((?:[^\W\d]|[{\[\"']).*)$")
_COMMENT = re.compile(r"[ ,{}\[\]]#")
_WIDE = dict(zip("｛｝［］【】，、：；“”‘’", "{}[][],,:;\"\"''", strict=True))
"""Signs of a Chinese keyboard that look like those of YAML."""


def mend_colon(text: str) -> str | None:
    """`key: value` for a text in which the colon is full-width, or has no blank behind it; None if it has neither."""
    found = _KEY_WITHOUT_BLANK.match(text)
    return f"{found[2]}: {found[4]}".rstrip() if found else None


def number_with_commas(line: str, column: int) -> str:
    """The number whose thousands a comma divides just before a column of a line, without commas; empty if none."""
    for found in re.finditer(r"(?<![\w.,])[0-9]{1,3}(,[0-9]{3})+(?![\w])", line):
        if found.start() < column < found.end() and line[column - 1] == ",":
            return found.group().replace(",", "")
    return ""


def quote_rest(spot: Spot, lines: Sequence[str]) -> Instead | None:
    """The text from a place to the end of its line in quotes; None inside brackets, or where quotes stand in it."""
    line, column = spot
    rest = lines[line][column:].rstrip()
    if re.search(r"[{\[]", lines[line][:column]) or '"' in rest or " #" in rest:
        return None
    return Instead(rest, f'"{rest}"')


def unknown(reason: str) -> Finding:
    """A fault for which nothing better can be said than what the parser says."""
    return Finding("yaml", f"this cannot be read as YAML: {reason}", f"此处不符合 YAML 的写法：{reason}")


def explain(
    complaint: str, spot: Spot, began: Spot | None, bracket: Spot | None, lines: Sequence[str]
) -> tuple[Finding, Spot]:
    """What to tell the author, and where.

    `spot` is where the parser stopped, `began` where the thing begins that it was reading then, and `bracket` where
    the innermost [ or { stands that is still open. The lines end with those of the document.
    """
    complaint = complaint.removeprefix("did not find ")
    spot, began = _inside(spot, lines), began and _inside(began, lines)
    for line in (spot[0], *([began[0]] if began else []), spot[0] - 1):
        if line >= 0 and (dash := _DASH_WITHOUT_BLANK.match(lines[line])):
            return _said(
                f"put a blank after the dash: - {dash[2][:30]}",
                f"短横线后面要空一格：- {dash[2][:30]}",
                Instead("-", "- "),
            ), (line, len(dash[1]))
    if began and _character(began, lines) == "!":
        return _first_character(began, lines), began
    if complaint.startswith("mapping values are not allowed"):
        return _second_colon(spot, lines)
    if complaint.startswith("could not find expected ':'"):
        return _no_colon(began or spot, lines)
    if ("unexpected end of stream" in complaint or "unexpected document indicator" in complaint) and began:
        return _said(
            "the quotation mark that opens here is never closed",
            "此处的引号没有配对的后引号",
            _closed(began, _character(began, lines), lines),
        ), began
    if complaint.startswith(("expected ',' or '}'", "expected ',' or ']'")) and began:
        return _bracket(spot, began, lines)
    if complaint.startswith(("expected key", "expected '-' indicator")):
        return _block(spot, lines)
    if complaint.startswith("expected node content") and bracket and not _character(spot, lines):
        return _bracket(spot, bracket, lines)
    if complaint.startswith("expected node content"):
        return _before(_character(spot, lines)), spot
    if complaint.startswith("block sequence entries"):
        return _said(
            "a list begins on a line of its own, or is written in brackets: [one, two]",
            "列表要另起一行写，或写在方括号里：[one, two]",
        ), spot
    if complaint.startswith("found character that cannot start any token"):
        return _first_character(spot, lines), spot
    if complaint.startswith("expected alphabetic or numeric character") and began:
        return _first_character(began, lines), began
    if complaint.startswith(("found unknown escape", "found invalid Unicode", "expected hexdecimal number")):
        return _said(
            "a \\ inside \"double quotes\" begins an escape; put the text in 'single quotes'",
            "双引号里的 \\ 是转义符；请改用单引号",
        ), spot
    if complaint.startswith("expected <document start>"):
        if any(line.startswith("...") for line in lines[: spot[0]]):
            return _said(
                "a second document begins here; put a line of --- before it", "这里开始了另一个文档；请在前面加一行 ---"
            ), spot
        return _said(
            "this does not belong to what stands before it; a bracket or quotation mark too many?",
            "此处与前文不成一体；是否多了一个括号或引号？",
        ), spot
    return unknown(complaint or "no reason given"), spot


def _second_colon(spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    line, column = spot
    before = lines[line][:column]
    if before.startswith("--- "):
        return _said(
            "a line of --- stands alone; begin a new line behind it",
            "--- 要单独占一行；请在它后面另起一行",
            Instead(" ", "\n"),
        ), (line, len("---"))
    first = re.match(r"^(.*?[^\s:]: +)(?=\S)", before)
    if first:
        key, value = first[1].strip(" -"), lines[line][first.end() :].strip()
        return _said(
            f'a colon and a blank inside a text; put the text in quotes: {key} "{_unquoted(value)}"',
            f'文字里有冒号加空格；请给整句加引号：{key} "{_unquoted(value)}"',
            None
            if re.search(r"[{\[]", before) or " #" in value
            else Instead(value, f'"{_unquoted(value)}"', before=column - first.end()),
        ), spot
    for above in range(line - 1, -1, -1):
        written = lines[above].strip()
        if written and not written.startswith("#"):
            if mend_colon(lines[above]):
                return _colon_blank(lines[above]), (above, _margin(lines[above]))
            if ":" not in written:
                return _no_colon((above, _margin(lines[above])), lines)
            margin = len(lines[above]) - len(lines[above].lstrip(" -"))
            return _said(
                "this line is indented further than the line above allows; "
                "put its key exactly below the keys it belongs to",
                "这一行缩进过多；请与同级的键左对齐",
                _moved(lines[line], margin),
            ), (line, _margin(lines[line]))
    return _said(
        "a colon too many; take it away, or put the text in quotes", "多了一个冒号；请去掉，或给文字加引号"
    ), spot


def _no_colon(spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    if mend_colon(lines[spot[0]]):
        return _colon_blank(lines[spot[0]], spot[1]), spot
    return _said(
        "a key with a colon and a blank is missing in this line, as in `zh: text`",
        "这一行缺少键、冒号和空格，例如 zh: 文字",
    ), spot


def _colon_blank(line: str, shown: int | None = None) -> Finding:
    found = _KEY_WITHOUT_BLANK.match(line)
    mended = mend_colon(line) or ""
    key = len(found[1]) if found else 0
    return _said(
        f"after a key, type an ordinary colon and a blank; write `{mended}`",
        f"键后面要写半角冒号加空格；请写 {mended}",
        Instead(line[key:].rstrip(), mended, before=(_margin(line) if shown is None else shown) - key),
    )


def _moved(line: str, margin: int) -> Instead | None:
    """The line with another indentation, for a fault that is shown where the text of the line begins."""
    now = _margin(line)
    return Instead(line[:now], " " * margin, before=now) if now != margin else None


def _closed(spot: Spot, closing: str, lines: Sequence[str]) -> Instead | None:
    """The line with what closes it at its end, for a fault shown where it opens; None where it may go on below."""
    line, column = lines[spot[0]], spot[1]
    if re.search(r"[{\[]", line[:column]) or _COMMENT.search(line, column) or not line[column + 1 :].strip():
        return None
    return Instead("", closing, before=column - len(line.rstrip()))


def _bracket(spot: Spot, began: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    opening = _character(began, lines)
    closing = {"[": "]", "{": "}"}.get(opening, opening)
    found = _character(spot, lines)
    if wide := _wide_sign(began, spot, lines):
        sign, place = wide
        return _said(
            f"{sign} is a full-width sign; type {_WIDE[sign]} in its place, or put the text in quotes",
            f"{sign} 是全角符号；请改用半角 {_WIDE[sign]}，若属于文字请给整句加引号",
            Instead(sign, _WIDE[sign]) if _divides(sign, place, opening, lines) else None,
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
            Instead(found, closing) if _character(spot, lines) == found else None,
        ), spot
    rest = lines[began[0]][began[1] + 1 :]
    if rest.count('"') % 2 and (spot[0] != began[0] or not found):
        return _said(
            'the text that begins with " here does not end; type another " behind its last word',
            '此处以 " 开始的文字没有结束；请在最后一个字后面加上 "',
        ), (began[0], began[1] + 1 + rest.rindex('"'))
    if spot[0] != began[0] or not found:
        return _said(
            f"the {opening} that opens here is not closed with {closing}",
            f"此处的 {opening} 没有以 {closing} 结束",
            _closed(began, closing, lines) if not re.search(r"[{\[]", lines[began[0]][began[1] + 1 :]) else None,
        ), began
    return _said(
        f"between {opening} and {closing} a comma divides the entries; put a text with signs of its own in quotes",
        f"{opening} 和 {closing} 之间用半角逗号分隔，带符号的文字要加引号",
    ), spot


def _block(spot: Spot, lines: Sequence[str]) -> tuple[Finding, Spot]:
    if _character(spot, lines) == ":":
        return _before(":"), spot
    if _character(spot, lines) not in "}]" and lines[spot[0]][: spot[1]].rstrip().endswith(('"', "'")):
        return _said(
            "after the closing quotation mark nothing may follow; put the whole text in quotes",
            "后引号之后不能再有内容；请给整句加引号",
        ), spot
    return _said(
        "this line is indented differently from those it stands among; put it exactly below them",
        "这一行的缩进与同级的行不一致；请左对齐",
        _aligned(spot, lines),
    ), spot


def _aligned(spot: Spot, lines: Sequence[str]) -> Instead | None:
    """The line at the indentation nearest to its own of those above it; None if it does not begin at the place."""
    line = lines[spot[0]]
    now = _margin(line)
    if now != spot[1]:
        return None
    margins: list[int] = []
    for above in reversed(lines[: spot[0]]):
        margin = len(above) - len(above.lstrip(" -"))
        if above.strip() and not above.lstrip().startswith("#") and (not margins or margin < margins[-1]):
            margins.append(margin)
    nearest = min(margins, key=lambda margin: abs(margin - now), default=None)
    return None if nearest is None else _moved(line, nearest)


def _before(character: str) -> Finding:
    return _said(f"something is missing before this {character}", f"这个 {character} 之前缺少内容")


def _first_character(spot: Spot, lines: Sequence[str]) -> Finding:
    character = _character(spot, lines)
    if character == "!":
        return _said(
            "a word that begins with ! is a tag; put a text in quotes, and write a condition in words: not large",
            "以 ! 开头的词是标签；文字请加引号，条件请用词写：not large",
        )
    return _said(
        f"a text may not begin with {character}; put it in quotes",
        f"文字不能以 {character} 开头；请加引号",
        quote_rest(spot, lines),
    )


def _said(text: str, text_zh: str, mend: Instead | None = None) -> Finding:
    return Finding("yaml", text, text_zh, mend=mend)


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


def _divides(sign: str, place: Spot, opening: str, lines: Sequence[str]) -> bool:
    """Whether a full-width sign is surely meant as one of YAML, and not as part of a sentence."""
    before = lines[place[0]][: place[1]].rstrip()
    return opening == "[" or sign in "｛｝［］【】" or before.endswith(('"', "'", "]", "}"))


def _inside(spot: Spot, lines: Sequence[str]) -> Spot:
    """The spot, or the end of the text for one on the line after it, where the parser sees the end."""
    return spot if spot[0] < len(lines) else (len(lines) - 1, len(lines[-1]))


def _character(spot: Spot, lines: Sequence[str]) -> str:
    return lines[spot[0]][spot[1] : spot[1] + 1]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())


def _unquoted(text: str) -> str:
    return text.replace('"', "'")
