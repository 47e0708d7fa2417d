"""The pages of the procedure book: each rule with the files that carry it out and the scenarios that show it.

`make reference` writes definitions/procedure-book.md and procedure-book.zh.md from the files of the house.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from tests.definitions.shipped import FOLDER, published, shipped_files
from workflow.definition import Text
from workflow.procedure_book import Grade, Rule
from workflow.reading.carried_out import Place, places_of

PAGES = {"en": FOLDER / "procedure-book.md", "zh": FOLDER / "procedure-book.zh.md"}

_HEAD = {
    "en": """\
# The procedure book: which rule is carried out where, and which scenario shows it

[中文](procedure-book.zh.md) · [how procedures are written](README.md) · written by `make reference` from the files here

Where each rule is taken from, and in which words, stands in [procedure-book.yaml](procedure-book.yaml). `duban rules`
tells the same with the line of every place, and runs the scenarios. A rule of the grade *number* has a number, a *firm*
one has none and holds all the same; a *soft* one is a duty that nothing could measure, and its text is shown where it
matters.
""",
    "zh": """\
# 制度汇编：每个条款由哪里执行，由哪个情景体现

[English](procedure-book.md) · [流程的写法](README.zh.md) · 由 `make reference` 根据此处的文件写出

条款出自哪里、怎么写的，见 [procedure-book.yaml](procedure-book.yaml)。`duban rules` 列出同样的内容，
并给出每一处的行号，当场运行情景。*定量*条款有数字；*硬性*条款没有数字，但同样必须执行；*软性*条款无从衡量，
文字写在用得着的地方。
""",
}

_COLUMNS = {
    "en": ("id", "rule", "grade", "carried out by", "shown by"),
    "zh": ("编号", "条款", "性质", "执行", "情景"),
}

_GRADES: dict[Grade, Text] = {
    "number": Text("number", "定量"),
    "firm": Text("firm", "硬性"),
    "soft": Text("soft", "软性"),
}


def page(lang: str) -> str:
    """The whole page."""
    lines = [_COLUMNS[lang], ("---",) * len(_COLUMNS[lang]), *_rows(lang)]
    return f"{_HEAD[lang]}\n" + "".join(f"| {' | '.join(line)} |\n" for line in lines)


@cache
def _places() -> dict[str, tuple[Place, ...]]:
    return places_of(shipped_files())


def _rows(lang: str) -> Iterator[tuple[str, ...]]:
    catalogue, places = published(), _places()
    for id_, rule in catalogue.book.rules.items():
        files = dict.fromkeys(place.position.path for place in places.get(id_, ()))
        told = [one.name for one in catalogue.scenarios if id_ in one.rules]
        by = ", ".join(f"[{path.rpartition('/')[2].removesuffix('.yaml')}]({path})" for path in files)
        grade = _GRADES[rule.grade].read(lang)
        yield id_, rule.text.read(lang), grade, by or _instead(rule, lang), _listed(told)


def _instead(rule: Rule, lang: str) -> str:
    """Why nothing carries it out, or what does so in its place."""
    if rule.outside is not None:
        return rule.outside.read(lang)
    if rule.see:
        return ("见 " if lang == "zh" else "see ") + ("、" if lang == "zh" else ", ").join(rule.see)
    return "–"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"


if __name__ == "__main__":
    for language, path in PAGES.items():
        path.write_text(page(language), "utf-8")
