"""Mistakes that process owners make: a shipped definition with one of them, what is said of it, and that this mends it.

Each file of mistakes/ is a definition as somebody would send it. `python -m tests.language.test_mistakes` writes the
.out files, in English and below a line of === in Chinese.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from service.cli.problems import as_text
from tests.definitions.shipped import shipped_files
from tests.language.files import file_of
from tests.language.test_replacements import problems_of
from workflow.replacing import replaced

MISTAKES = sorted((Path(__file__).parent / "mistakes").glob("*.yaml"))


def text_and_name(file: Path) -> tuple[str, str]:
    text = file.read_text("utf-8")
    return text, file_of(text)


def printed(file: Path) -> str:
    """What `duban check` says of the file beside the shipped ones, in both languages."""
    text, name = text_and_name(file)
    files = shipped_files() | {name: text}
    here = [problem for problem in problems_of(files) if problem.position.path == name]
    return "\n===\n".join(as_text(here, files, lang) for lang in ("en", "zh")) + "\n"


def test_there_are_ten() -> None:
    assert len(MISTAKES) == 10


@pytest.mark.parametrize("file", MISTAKES, ids=lambda file: file.stem)
def test_the_mistake_is_an_error_that_is_told_in_both_languages(file: Path) -> None:
    said = printed(file)
    assert "error[" in said
    assert said == file.with_suffix(".out").read_text("utf-8")


@pytest.mark.parametrize("file", MISTAKES, ids=lambda file: file.stem)
def test_the_replacement_alone_makes_the_definition_right(file: Path) -> None:
    text, name = text_and_name(file)
    mended = replaced(text, name, problems_of(shipped_files() | {name: text}))
    assert [problem.line() for problem in problems_of(shipped_files() | {name: mended})] == []


if __name__ == "__main__":
    for each in MISTAKES:
        each.with_suffix(".out").write_text(printed(each), "utf-8")
