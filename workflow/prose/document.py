"""What is told of a definition, as data: sections of paragraphs of sentences, each with the part that it is about.

A path is the way to a part in the definition, by the keys of the language: `deadlines`, `pick_up`, `late`, `0`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence, with the point at its end, and the part that it tells.

    A `step` is one of several that follow each other in time, and begins a line of its own.
    """

    text: str
    path: Path
    step: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """Sentences that belong together; `label` is what people call the part, empty where the heading has said it."""

    path: Path
    label: str = ""
    rules: tuple[str, ...] = ()
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Paragraphs under one heading."""

    heading: str
    path: Path
    rules: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole lifecycle as it is told in `lang` ("zh" or "en")."""

    name: str
    title: str
    lang: str
    sections: tuple[Section, ...]

    def sentences(self) -> Iterator[Sentence]:
        for section in self.sections:
            for paragraph in section.paragraphs:
                yield from paragraph.sentences
