"""The tutorial, typed as it stands: every step is put into the file, every command answers what the page shows.

`python -m tests.definitions.test_tutorial` writes the answers into both pages, to be read before they are kept.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shlex
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner

from service import now
from service.cli import main
from tests.definitions.shipped import FOLDER

PAGES = {"en": FOLDER / "tutorial.md", "zh": FOLDER / "tutorial.zh.md"}
BLOCK = re.compile(r"^```(yaml|console)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PUT = "# put into lost-and-found.yaml\n"
NEW = re.compile(r"# a new file: (\S+)\n")
NAME = "lost-and-found.yaml"


def put(file: str, step: str) -> str:
    """The file with a step in it: a part of the same name is typed anew, another one is added to its block."""
    for block in re.findall(r"^\w+:\n(?:(?: .*)?\n)+", step, re.MULTILINE):
        title, _, inside = block.partition("\n")
        if f"\n{title}\n" not in file:
            file += f"\n{block.rstrip()}\n"
            continue
        for part in re.findall(r"^  \w.*\n(?:    .*\n)*", inside, re.MULTILINE):
            name = part.partition(":")[0]
            there = re.compile(rf"(?<=\n){re.escape(name)}:.*\n(?:    .*\n)*")
            start = file.index(f"\n{title}\n") + len(title) + 2
            end = next((found.start() for found in re.finditer(r"^\S", file[start:], re.MULTILINE)), len(file) - start)
            inner = "\n" + file[start : start + end].rstrip() + "\n"
            inner = there.sub(lambda _, part=part: part, inner) if there.search(inner) else inner + part
            file = file[:start] + inner[1:].rstrip() + "\n\n" + file[start + end :]
    return file.rstrip() + "\n"


@contextmanager
def house() -> Iterator[None]:
    """A copy of the house's folder, and in it the working directory of the commands."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(FOLDER, Path(folder, "definitions"))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


@contextmanager
def on_the_day() -> Iterator[None]:
    """As if it were a day on which no calendar's known years are nearly over: that would be said, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(now, "instant_here", lambda: dt.datetime(2026, 1, 12, 1, tzinfo=dt.UTC))
        yield


@cache
def answered(page: str) -> tuple[str, str]:
    """The page with the answers that the commands give when one follows it, and the file that comes of it."""
    with house():
        file = Path("definitions", NAME)

        def follow(found: re.Match[str]) -> str:
            kind, text = found[1], found[2]
            if kind == "yaml" and (other := NEW.match(text)):
                Path("definitions", other[1]).write_text(text.removeprefix(other[0]), "utf-8")
                return found[0]
            if kind == "yaml":
                was = file.read_text("utf-8") if file.exists() else ""
                file.write_text(put(was, text.removeprefix(PUT)) if text.startswith(PUT) else text, "utf-8")
                return found[0]
            command = next(line for line in text.splitlines() if line.startswith("$ duban "))
            with on_the_day():
                done = CliRunner().invoke(main, shlex.split(command)[2:], env={"LANG": "en_GB.UTF-8", "LC_ALL": ""})
            return f"```console\n{command}\n{done.output.rstrip()}\n```"

        return BLOCK.sub(follow, page), file.read_text("utf-8")


@pytest.mark.parametrize("lang", PAGES)
def test_every_command_answers_what_the_page_shows(lang: str) -> None:
    page = PAGES[lang].read_text("utf-8")
    assert answered(page)[0] == page


def test_both_pages_build_the_same_procedure() -> None:
    english, chinese = (answered(path.read_text("utf-8"))[1] for path in PAGES.values())
    assert english == chinese
    assert "document_seen" in english


def test_the_procedure_is_right_in_the_end_and_was_wrong_on_the_way() -> None:
    answers = [text for kind, text in BLOCK.findall(PAGES["en"].read_text("utf-8")) if kind == "console"]
    checks = [text for text in answers if "duban check" in text]
    assert "nothing is wrong" in checks[-1]
    assert any("did you mean service_centre?" in text for text in checks)
    assert any("silent_state" in text for text in checks)


if __name__ == "__main__":
    for path in PAGES.values():
        path.write_text(answered(path.read_text("utf-8"))[0], "utf-8")
