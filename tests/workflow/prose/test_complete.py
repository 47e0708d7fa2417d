"""Nothing of a definition is left untold: every part is mentioned, and every value of its behaviour matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any

import pytest

from tests.definitions.shipped import shipped
from tests.language.files import file_of
from tests.language.test_language import HOUSE, OK
from tests.workflow.prose.mutating import Path, mutants, named_parts
from workflow import words
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import Definition, Effects, Field, Level, State, Text, Transition, Who
from workflow.durations import Duration
from workflow.prose.document import Document
from workflow.prose.lifecycle import explain
from workflow.prose.plain import markdown
from workflow.prose.voice import Surroundings

LANGUAGES = ("en", "zh")


@cache
def catalogues() -> dict[str, Catalogue]:
    """The shipped definitions, and each right file of the language with its house."""
    found = {"shipped": shipped()}
    for file in OK:
        text = file.read_text("utf-8")
        found[file.stem] = compile_catalogue(HOUSE | {file_of(text): text})
    return found


CASES = [(case, name) for case, catalogue in catalogues().items() for name in catalogue.definitions]


def told(definition: Definition, lang: str, catalogue: Catalogue) -> Document:
    return explain(definition, lang, Surroundings.of(catalogue, definition))


def about(document: Document, path: Path) -> str:
    """All that is said in the paragraphs of a part."""
    paragraphs = [one for section in document.sections for one in section.paragraphs if one.path == path]
    return " ".join(text for one in paragraphs for text in (one.label, *(each.text for each in one.sentences)))


def parts(definition: Definition) -> Iterator[tuple[Path, Any, Text | None]]:
    """Everything that has to be told, with its label; the answers of approvers are told with the steps."""
    moves = {name: one for name, one in definition.transitions.items() if not one.answer}
    blocks: Mapping[str, Mapping[str, Any]] = {
        "states": definition.states,
        "transitions": moves,
        "deadlines": definition.deadlines,
        "reminders": definition.reminders,
        "fields": definition.fields,
        "recurring": definition.recurring,
    }
    for block, named in blocks.items():
        for name, part in named.items():
            yield (block, name), part, part.text
    for number, promise in enumerate(definition.promises):
        yield ("promises", number), promise, None


def inner_paths(path: Path, part: Any) -> Iterator[Path]:
    """The parts of a part that have a sentence of their own."""
    if isinstance(part, State):
        yield from ((*path, "approvals", number) for number in range(len(part.approvals)))
    if isinstance(part, Transition):
        yield from ((*path, "checks", number) for number in range(len(part.checks)))
        keys = ("fill", "may_fill", "need", "wait_for", "not_before", "at_most", "become")
        yield from ((*path, key) for key in keys if getattr(part, key) not in (None, ()))
    if isinstance(part, Field):
        yield from ((*path, "of", name) for name in part.columns)
    for level in getattr(part, "levels", ()):
        yield (*path, level.kind, level.index)


@pytest.mark.parametrize(("case", "name"), CASES, ids=lambda one: one)
def test_every_part_is_told_by_its_label(case: str, name: str) -> None:
    catalogue = catalogues()[case]
    definition = catalogue.definitions[name]
    for lang in LANGUAGES:
        document = told(definition, lang, catalogue)
        sentences = {sentence.path for sentence in document.sentences()}
        paragraphs = [one.path for section in document.sections for one in section.paragraphs]
        headings = {section.path: section.heading for section in document.sections}
        for path, part, text in parts(definition):
            assert path in paragraphs, path
            if text is not None:
                assert text.read(lang) in about(document, path) + headings.get(path, ""), path
            assert set(inner_paths(path, part)) <= sentences, path
        once = [path for path in paragraphs if path[:1] != ("states",)]
        assert len(once) == len(set(once)), "told twice"


def values(of: Any) -> Iterator[Any]:
    """Every value that stands in a part."""
    yield of
    if is_dataclass(of) and not isinstance(of, type):
        for each in fields(of):
            yield from values(getattr(of, each.name))
    elif isinstance(of, Mapping):
        for each in of.values():
            yield from values(each)
    elif isinstance(of, tuple):
        for each in of:
            yield from values(each)


@pytest.mark.parametrize(("case", "name"), CASES, ids=lambda one: one)
def test_each_part_names_its_durations_its_roles_and_what_it_asks_for(case: str, name: str) -> None:
    catalogue = catalogues()[case]
    definition = catalogue.definitions[name]
    for lang in LANGUAGES:
        document = told(definition, lang, catalogue)
        for path, part, _ in parts(definition):
            said = about(document, path).casefold()
            for value in values(part):
                for word in expected(value, definition, lang):
                    assert word.casefold().translate(QUOTES) in said.translate(QUOTES), (path, value)


QUOTES = str.maketrans("‘’", "“”")


def expected(value: Any, definition: Definition, lang: str) -> Iterator[str]:
    """The words that a value must have left behind."""
    if isinstance(value, Duration):
        number, word = value.in_words(lang)
        yield word
        if number != 1:
            yield value.read(lang)
    elif isinstance(value, Who) and value.kind == "role":
        yield words.name_of(value.name, definition).read(lang)
        if value.of is not None:
            yield words.field(value.of, definition).read(lang)
    elif isinstance(value, Who) and value.kind == "did":
        yield words.transition(value.name, definition).read(lang)
    elif isinstance(value, Effects):
        for move in (value.move, value.ask_for):
            if move is not None and not definition.transitions[move].answer:
                yield definition.transitions[move].text.read(lang)
        if value.say is not None:
            yield value.say.read(lang)
    elif isinstance(value, Level) and value.at is not None:
        yield f"{value.at:%H:%M}"


def untold(path: Path, definition: Definition, other: Definition) -> bool:
    """What makes no difference to anybody."""
    match path:
        case ("name",):
            return True  # it is what the reader asked for
        case ("rank",):
            return definition.head is None  # a place among no others
        case ("promises", int() as number, "states", *_):
            return definition.promises[number].kind in ("ended_or_told_within", "paused_at_most")
        case ("recurring", str() as schedule, "due", "kind" | "number", *_):
            return definition.recurring[schedule].every == "day"  # a day has one day
        case _:
            return other == definition


@cache
def fresh() -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """The parts of each definition that say something which no definition before it has said in the same words."""
    found, seen = {}, set()
    for case, name in CASES:
        parts_of = named_parts(catalogues()[case].definitions[name])
        found[case, name] = frozenset(place for place, said in parts_of.items() if said not in seen)
        seen.update(parts_of.values())
    return found


@pytest.mark.parametrize(("case", "name"), CASES, ids=lambda one: one)
def test_every_value_of_the_behaviour_makes_a_difference_to_what_is_told(case: str, name: str) -> None:
    catalogue = catalogues()[case]
    definition = catalogue.definitions[name]
    before = {lang: markdown(told(definition, lang, catalogue)) for lang in LANGUAGES}
    silent = [
        (path, lang)
        for number, (path, other) in enumerate(mutants(definition, fresh()[case, name]))
        if not untold(path, definition, other)
        # The files of the language hold every key in both; of the many shipped values each language gets every other.
        for lang in (LANGUAGES if case != "shipped" else LANGUAGES[number % 2 :][:1])
        if markdown(told(other, lang, catalogue)) == before[lang]
    ]
    assert not silent


def test_thousands_of_values_are_tried() -> None:
    tried = (mutants(catalogues()[case].definitions[name], fresh()[case, name]) for case, name in CASES)
    assert sum(1 for each in tried for _ in each) > 5000
