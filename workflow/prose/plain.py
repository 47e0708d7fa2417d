"""A document as text: plain to read on a terminal, and Markdown as it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from workflow.prose.document import Document, Paragraph, Section

_MARKUP = re.compile(r"[\\`*<\[\]]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, an item, or a step of an item: the mark that it begins with, and its words on one line."""

    mark: str
    text: str

    @property
    def heading(self) -> bool:
        return self.mark.startswith("#")


def blocks(document: Document) -> Iterator[Block]:
    """The title, the headings and the paragraphs, in their order."""
    yield Block("# ", _safe(document.title))
    for section in document.sections:
        yield Block("## ", _safe(_heading(section, document.lang)))
        for paragraph in section.paragraphs:
            yield from _paragraph(paragraph, document.lang)


def markdown(document: Document) -> str:
    """The whole text, each item on one line."""
    return "\n".join(spaced(list(blocks(document)), lambda block: [block.mark + block.text])) + "\n"


def spaced(found: Sequence[Block], laid: Callable[[Block], list[str]]) -> Iterator[str]:
    """The lines of the blocks as they are `laid`, with an empty one around each heading."""
    for number, block in enumerate(found):
        if number and block.heading and not found[number - 1].heading:
            yield ""
        yield from laid(block)
        if block.heading and number + 1 < len(found):
            yield ""


def _paragraph(paragraph: Paragraph, lang: str) -> Iterator[Block]:
    """The paragraph's label and its sentences as an item, its steps below it."""
    between = "" if lang == "zh" else " "
    item = [sentence.text for sentence in takewhile(lambda sentence: not sentence.step, paragraph.sentences)]
    label = paragraph.label + _rules(paragraph.rules, lang) + ("：" if lang == "zh" else ": ")
    yield Block("- ", _safe((label if paragraph.label else "") + between.join(item)))
    steps: list[list[str]] = []
    for sentence in paragraph.sentences[len(item) :]:
        if sentence.step:
            steps.append([])
        steps[-1].append(sentence.text)
    yield from (Block("  - ", _safe(between.join(step))) for step in steps)


def _heading(section: Section, lang: str) -> str:
    return section.heading + _rules(section.rules, lang)


def _rules(rules: tuple[str, ...], lang: str) -> str:
    if not rules:
        return ""
    return f"（{'、'.join(rules)}）" if lang == "zh" else f" ({', '.join(rules)})"


def _safe(text: str) -> str:
    """The text with a backslash before whatever Markdown would take for more than a character."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
