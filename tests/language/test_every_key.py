"""No key is an ornament: a loader that does not know one, or that reads it and forgets it, makes a test fail.

The keys are those of the schemas. For each there is a file of ok/ or a shipped one that needs it: without the key in
the schema the file is refused, and where the key is read and forgotten something else comes of the file.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from marshmallow import fields

from tests.definitions.shipped import needed, shipped_files
from tests.language.files import file_of
from tests.language.test_language import HOUSE, OK
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.definition import FieldType
from workflow.problems import DefinitionFaulty
from workflow.reading import schema, source
from workflow.reading.schema.field_parts import FIELD_PARTS, AnyField, FieldPart
from workflow.reading.schema.files import BaseFile, DefinitionFile
from workflow.reading.schema.json_schema import parts
from workflow.reading.schema.parts import Described, Part
from workflow.reading.schema.shapes import Either, Named, Several

OF_EVERY_FIELD = AnyField().keys()
OF_DEFINITIONS = DefinitionFile().keys()


def owner(part: type[Part], key: str) -> type[Part]:
    """The part that a key is told of: a field of any type has the keys of every field, a base those of a definition."""
    if key == "accept":
        return Described
    if part is BaseFile and key in OF_DEFINITIONS:
        return DefinitionFile
    return AnyField if issubclass(part, AnyField) and key in OF_EVERY_FIELD else part


KEYS = sorted(
    {(owner(part, key), key) for part in parts() for key in part().keys()},  # noqa: SIM118
    key=lambda one: (one[0].__name__, one[1]),
)

Document = tuple[str, dict[str, Any]]
"""Its kind, and what it says."""


def read(text: str, path: str) -> list[Document]:
    nodes, problems = source.read(text, path)
    assert problems == ()
    return [(schema.kind_of(node)[0], dict(node.data())) for node in nodes]  # type: ignore[call-overload]


@cache
def cases() -> dict[str, tuple[dict[str, list[Document]], str]]:
    """Every right file by its name, the smallest first: the files that are read with it, and which of them it is."""
    house = {path: read(text, path) for path, text in HOUSE.items()}
    found = {}
    for file in sorted(OK, key=lambda one: one.stat().st_size):
        text = file.read_text("utf-8")
        found[file.stem] = (house | {file_of(text): read(text, file.name)}, file_of(text))
    found["house"] = (house, "house.yaml")
    shipped = {path: read(text, path) for path, text in shipped_files().items()}
    for path in shipped:
        found[path] = ({beside: shipped[beside] for beside in needed([path], shipped_files())}, path)
    return found


def places(part: type[Part], said: Any) -> Iterator[tuple[type[Part], dict[str, Any]]]:
    """Every part that stands in what a part says, with itself."""
    if not isinstance(said, dict):
        return
    yield part, said
    for name, field in part().fields.items():
        yield from inside(field, said.get(field.data_key or name))


def inside(field: fields.Field[Any], said: Any) -> Iterator[tuple[type[Part], dict[str, Any]]]:
    if isinstance(field, Several):
        for one in said if isinstance(said, list) else [said]:
            yield from inside(field.inner, one)
    elif isinstance(field, Named):
        for one in said.values() if isinstance(said, dict) else ():
            yield from inside(field.inner, one)
    elif isinstance(field, Either):
        for shape in field.shapes():
            yield from inside(shape, said)
    elif isinstance(field, FieldPart) and isinstance(said, dict):
        types = {one.value for one in FieldType}
        yield from places(
            FIELD_PARTS.get(said.get("type", ""), AnyField) if said.get("type") in types else AnyField, said
        )
    elif isinstance(field, fields.Nested):
        yield from places(type(field.schema), said)  # type: ignore[arg-type]


def what_comes_of(files: dict[str, list[Document]]) -> object:
    """All that can be seen of a catalogue: what is in it, or what is wrong; without the places in the text."""
    texts = {
        path: "\n---\n".join(json.dumps(said, ensure_ascii=False, default=float) for _, said in documents)
        for path, documents in files.items()
    }
    try:
        catalogue = compile_catalogue(texts)
    except DefinitionFaulty as error:
        return [problem.text for problem in error.problems]
    seen = {field.name: getattr(catalogue, field.name) for field in dataclasses.fields(Catalogue)}
    del seen["places"]
    seen["calendars"] = {name: (one.name, one.expanded()) for name, one in catalogue.calendars.items()}
    seen["warnings"] = [problem.text for problem in catalogue.warnings]
    seen["waived"] = [(problem.text, reason) for problem, reason in catalogue.waived]
    return seen


@cache
def comes_of(case: str) -> object:
    return what_comes_of(cases()[case][0])


@cache
def uses() -> dict[tuple[type[Part], str], list[str]]:
    """Which files have a key, the smallest first."""
    found: dict[tuple[type[Part], str], list[str]] = {}
    for case, (files, path) in cases().items():
        for kind, said in files[path]:
            for part, written in places(schema.KINDS[kind], said):
                for key in written:
                    names = found.setdefault((owner(part, key), key), [])
                    if case not in names:
                        names.append(case)
    return found


def without(case: str, part: type[Part], key: str) -> dict[str, list[Document]]:
    """The files of a case as they are to a loader that forgets a key."""
    files, path = cases()[case]
    spoilt = json.loads(json.dumps(files[path], default=float))
    for kind, said in spoilt:
        for kept, written in list(places(schema.KINDS[kind], said)):
            if key in written and owner(kept, key) is part:
                del written[key]
    return {**files, path: [(kind, said) for kind, said in spoilt]}


@pytest.mark.parametrize(("part", "key"), KEYS, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_a_key_that_the_schema_does_not_know_is_missed(
    part: type[Part], key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (part, key) in uses(), "no file of ok/ uses it"
    case = uses()[part, key][0]
    known = Part.keys
    monkeypatch.setattr(
        Part, "keys", lambda self: tuple(one for one in known(self) if one != key or owner(type(self), key) is not part)
    )
    files = cases()[case][0]
    assert any(f"unknown key {key} " in str(text) or f"`{key}`" in str(text) for text in what_comes_of(files)), case  # type: ignore[attr-defined]


@pytest.mark.parametrize(("part", "key"), KEYS, ids=lambda one: one if isinstance(one, str) else one.__name__)
def test_a_key_that_is_read_and_forgotten_is_missed(part: type[Part], key: str) -> None:
    tried = uses().get((part, key), [])
    assert any(what_comes_of(without(case, part, key)) != comes_of(case) for case in tried), tried


def test_a_file_comes_to_the_same_each_time() -> None:
    for case in list(cases())[:5]:
        assert what_comes_of(cases()[case][0]) == comes_of(case), case
