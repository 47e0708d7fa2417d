"""A document as text: plain to read on a terminal, and Markdown as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workflow.prose.document import Document, Paragraph, Section

_MARKUP = re.compile(r"[\\`*<\[\]]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading or an item: the mark that it begins with, and its words on one line."""

    mark: str
    text: str


def blocks(document: Document) -> Iterator[Block]:
    """The title, the headings and the paragraphs, in their order."""
    yield Block("# ", _safe(document.title))
    for section in document.sections:
        yield Block("## ", _safe(_heading(section, document.lang)))
        for paragraph in section.paragraphs:
            yield Block("- ", _safe(words_of(paragraph, document.lang)))


def markdown(document: Document) -> str:
    """The whole text, each paragraph on one line."""
    return "\n".join(spaced(list(blocks(document)), lambda block: [block.mark + block.text])) + "\n"


def spaced(found: Sequence[Block], laid: Callable[[Block], list[str]]) -> Iterator[str]:
    """The lines of the blocks as they are `laid`, with an empty one around each heading."""
    for number, block in enumerate(found):
        if number and block.mark != "- " and found[number - 1].mark == "- ":
            yield ""
        yield from laid(block)
        if block.mark != "- " and number + 1 < len(found):
            yield ""


def words_of(paragraph: Paragraph, lang: str) -> str:
    """A paragraph as one line: its label, its rules, its sentences."""
    chinese = lang == "zh"
    said = ("" if chinese else " ").join(sentence.text for sentence in paragraph.sentences)
    if not paragraph.label:
        return said
    return paragraph.label + _rules(paragraph.rules, lang) + ("：" if chinese else ": ") + said


def _heading(section: Section, lang: str) -> str:
    return section.heading + _rules(section.rules, lang)


def _rules(rules: tuple[str, ...], lang: str) -> str:
    if not rules:
        return ""
    return f"（{'、'.join(rules)}）" if lang == "zh" else f" ({', '.join(rules)})"


def _safe(text: str) -> str:
    """The text with a backslash before whatever Markdown would take for more than a character."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
