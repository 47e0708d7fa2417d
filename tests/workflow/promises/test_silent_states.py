"""The quick check of a file, `silent_state`, and the figure that is worked out: they say the same of every state."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import local
from tests.definitions.shipped import shipped_files
from tests.language.files import file_of
from tests.language.test_language import HOUSE, OK
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue
from workflow.promises.proving import figures

AT = local("2026-02-01 09:00")


def catalogues() -> Iterator[tuple[str, dict[str, str]]]:
    yield "shipped", shipped_files()
    for file in OK:
        text = file.read_text("utf-8")
        yield file.stem, HOUSE | {file_of(text): text}


def silent(known: Catalogue) -> set[tuple[str, str]]:
    """The states of which the check warns, those included where somebody has accepted it."""
    found = (*known.warnings, *(problem for problem, _ in known.waived))
    places = {problem.position for problem in found if problem.check == "silent_state"}
    states = ((one.name, state) for one in known.definitions.values() for state in one.states)
    return {(name, state) for name, state in states if known.where(name, "states", state) in places}


@pytest.mark.parametrize("files", [pytest.param(files, id=name) for name, files in catalogues()])
def test_a_state_is_warned_of_exactly_where_its_longest_silence_has_no_end(files: dict[str, str]) -> None:
    known = compile_catalogue(files)
    endless = {
        (figure.workflow, figure.state)
        for one in known.definitions.values()
        for figure in figures(known, one, AT)
        if figure.kind == "longest_silence" and figure.longest is None
    }
    assert endless == silent(known)
