"""What is said about a text that is not a condition, in English and in Chinese.

Kinds of words are those of the grammar in `conditions`; a word of the language is its own kind, in capitals.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from workflow.problems import Instead

Sentences = tuple[str, str]
"""The same sentence in English and in Chinese."""

_SPOKEN: dict[str, Sentences] = {
    "NAME": ("a name", "名称"),
    "NUMBER": ("a number", "数字"),
    "TEXT": ("quoted text", "带引号的文字"),
    "SIGN": ("`<` `<=` `>` `>=`", "`<` `<=` `>` `>=`"),
    "LPAR": ("`(`", "`(`"),
    "RPAR": ("`)`", "`)`"),
    "COMMA": ("`,`", "`,`"),
    "$END": ("the end", "结束"),
}
"""How kinds of words are called to people; every other kind is a word of the language."""

_NO_ARITHMETIC = ("a condition does no arithmetic", "条件中不做加减乘除")
_NOT_CLOSED = ("this quotation mark is not closed in its line", "此引号在本行内没有配对")

_FOREIGN: dict[str, Sentences] = {
    "=": ("write `is` for equal", "相等请写 `is`"),
    "!": ("write `not` in front of the comparison", "否定请在比较前面写 `not`"),
    "&": ("write `and`", "请写 `and`"),
    "|": ("write `or`", "请写 `or`"),
    "[": ("name the choices one by one: `a is x or a is y`", "请逐个写出选项：`a is x or a is y`"),
    "%": ("write a percentage as a number alone", "百分比只写数字"),
    '"': _NOT_CLOSED,
    "'": _NOT_CLOSED,
    "+": _NO_ARITHMETIC,
    "-": _NO_ARITHMETIC,
    "*": _NO_ARITHMETIC,
    "/": _NO_ARITHMETIC,
}

_CHINESE = dict(
    zip("“”「」‘’、。《》〈〉≤≥", ['"', '"', '"', '"', "'", "'", ",", ".", "<", ">", "<", ">", "<=", ">="], strict=True)
)
"""Characters of a Chinese keyboard that have no half-width form of their own in Unicode, and what is meant."""


def unexpected_character(character: str) -> Sentences:
    """About a character with which no word of a condition begins."""
    if character.isspace():
        return "this is no ordinary blank, type it again", "这不是普通空格，请重新输入"
    meant = _CHINESE.get(character) or normalize("NFKC", character)
    if meant != character:
        return (
            f"`{character}` is a Chinese character, type `{meant}`",
            f"`{character}` 是中文符号，请改用英文符号 `{meant}`",
        )
    if character in _FOREIGN:
        return _FOREIGN[character]
    if character.isdigit():
        return (
            "a number has at most 15 digits before the point and 6 after it",
            "数字的小数点前最多 15 位，小数点后最多 6 位",
        )
    if character.isalpha():
        return (
            f"`{character}` cannot stand in a name; names have the letters a to z, and other text is quoted",
            f"名称中不能有 `{character}`；名称只用字母 a 到 z，其他文字请加引号",
        )
    return f"{character!r} has no meaning in a condition", f"条件中不能有 {character!r}"


_FIGURE = re.compile(r"(?<![\w.])([0-9]{1,3}(?:[,，][0-9]{3})+|[0-9]+)(\.[0-9]+)? ?(元|圆|块钱|块)?")


def figure_with_signs(text: str, place: int) -> tuple[str, str, Instead] | None:
    """About a number that is written with commas or a currency, as far as that is what stands at a place."""
    for found in _FIGURE.finditer(text):
        plain = re.sub("[,，]", "", found[1]) + (found[2] or "")
        if found.start() < place < found.end() and found.group().strip() != plain:
            return (
                f"write {plain}: a number has no commas in it and no unit behind it",
                f"请写 {plain}：数字里不写千分位逗号，后面不写单位",
                Instead(found.group(), plain, before=place - found.start()),
            )
    return None


def meant_by_character(text: str, place: int) -> Instead | None:
    """What to write in the place of a character with which no word of a condition begins, if that is certain."""
    character = text[place]
    if character.isspace():
        return Instead(character, " ")
    meant = _CHINESE.get(character) or normalize("NFKC", character)
    if meant != character and meant.isascii():
        return Instead(character, meant)
    for sign, word in (("==", "is"), ("=", "is"), ("&&", "and"), ("&", "and"), ("||", "or"), ("|", "or")):
        if text.startswith(sign, place):
            before = "" if text[:place].endswith(" ") else " "
            after = "" if text[place + len(sign) :].startswith(" ") else " "
            return Instead(sign, f"{before}{word}{after}")
    return None


def meant_by_word(text: str, place: int, word: str, accepted: frozenset[str]) -> Instead | None:
    """What to write in the place of a word that cannot stand where it does, if that is certain."""
    if found := _IS_NOT.search(text[:place] + word):
        return Instead(found.group(), f"not {found[1]} is", before=place - found.start())
    if "NUMBER" in accepted and _QUOTED_NUMBER.fullmatch(word):
        return Instead(word, word[1:-1])
    if word != word.lower() and word.upper() in accepted:
        return Instead(word, word.lower())
    return None


_IS_NOT = re.compile(r"(\S+) is not$")
_QUOTED_NUMBER = re.compile(r"""(["'])-?[0-9]{1,15}(\.[0-9]{1,6})?\1""")


def unexpected_word(word: str, kind: str, former: list[str], accepted: frozenset[str]) -> Sentences:
    """About a word that cannot follow the `former` one (none at the start), where `accepted` could."""
    if kind == "NOT" and former == ["is"]:
        return "write `not` in front of the comparison: `not a is b`", "否定请写在比较前面：`not a is b`"
    if kind == "NOT" and former == ["not"]:
        return "`not` twice says nothing", "两个 `not` 互相抵消"
    if kind == "NUMBER" and word.startswith("-") and "SIGN" in accepted:
        return _NO_ARITHMETIC
    if kind in {"SIGN", "IS"} and accepted >= {"AND", "OR"} and "SIGN" not in accepted:
        return (
            "one comparison ends here, join two with `and`: `1 < a and a < 5`",
            "两个比较请用 `and` 连接：`1 < a and a < 5`",
        )
    if kind == "RPAR" and not accepted:
        return "this bracket closes nothing", "此括号没有对应的左括号"
    if kind == "TEXT" and "NUMBER" in accepted and "TEXT" not in accepted and _QUOTED_NUMBER.fullmatch(word):
        return (
            f"{word} in quotes is a text; write the number {word[1:-1]}",
            f"带引号的 {word} 是文字；请写数字 {word[1:-1]}",
        )
    if kind == word.upper() and "TEXT" in accepted:
        return (
            f'`{word}` is a word of conditions; a choice of that name is quoted: "{word}"',
            f'`{word}` 是条件用语；同名选项请加引号："{word}"',
        )
    if kind == word.upper() and "NAME" in accepted:
        return f"`{word}` is a word of conditions and cannot be a name", f"`{word}` 是条件用语，不能作名称"
    if word != word.lower() and word.upper() in accepted:
        return f"words of conditions are written small: `{word.lower()}`", f"条件用语用小写：`{word.lower()}`"
    english, chinese = _spoken(accepted)
    return f"`{word}` cannot stand here, {english} would be accepted", f"此处不能写 `{word}`，可以写{chinese}"


def too_early(text: str, accepted: frozenset[str]) -> Sentences:
    """About a text that ends where `accepted` would have to follow."""
    if not text.strip():
        return "a condition is missing here", "此处缺少条件"
    english, chinese = _spoken(accepted)
    return f"the condition stops too early, {english} is missing", f"条件没有写完，还缺{chinese}"


def _spoken(accepted: frozenset[str]) -> Sentences:
    if accepted >= {"LPAR", "NAME"}:
        return "a comparison", "一个比较"
    in_order = sorted(accepted, key=lambda word: (word == "$END", word in _SPOKEN, word))
    words = [_SPOKEN.get(word, (f"`{word.lower()}`",) * 2) for word in in_order]
    english, chinese = ([sentences[lang] for sentences in words] for lang in (0, 1))
    return _listed(english, ", ", " or "), _listed(chinese, "、", "或")


def _listed(words: list[str], comma: str, final: str) -> str:
    return final.join(filter(None, (comma.join(words[:-1]), words[-1]))) if words else ""
