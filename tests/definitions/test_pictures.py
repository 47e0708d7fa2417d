"""The pictures that the README shows are those that `make pictures` draws from the definitions as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.files import read_folder
from workflow import draw
from workflow.compiling import compile_catalogue

DEFINITIONS = Path(__file__).parents[2] / "definitions"
PICTURES = sorted((DEFINITIONS / "pictures").glob("*.svg"))


def test_there_are_pictures() -> None:
    assert PICTURES


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.stem)
def test_a_picture_shows_the_definition_as_it_is(picture: Path) -> None:
    name, lang = picture.stem.rsplit(".", 1)
    catalogue = compile_catalogue(read_folder(DEFINITIONS))
    definition = catalogue.definitions[name]
    names = {one.name: one.text.read(lang) for one in catalogue.definitions.values()}
    assert picture.read_text("utf-8") == draw.svg(definition, lang, names=names), "run `make pictures`"
