"""What the README quotes of `duban explain` is what it says.

`python -m tests.definitions.test_explained` writes the quotations anew, to be read before they are kept.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.command_line import done, duban
from tests.definitions.shipped import FOLDER

README = FOLDER.parent / "README.md"
QUOTED = re.compile(r"(?<=<!-- explain: )(\w+) -->\n```text\n(.*?)```\n", re.DOTALL)
SECTIONS = {"en": "## Waiting for pick-up", "zh": "## 待接单"}


def explained(lang: str) -> str:
    """The section of the repair in which it is picked up, as a terminal of 100 columns shows it."""
    said = done(duban("explain", "repair", "--definitions", str(FOLDER), "--lang", lang, COLUMNS="100"))
    (section,) = re.findall(rf"^{re.escape(SECTIONS[lang])}.*?\n(?=\n## )", said, re.DOTALL | re.MULTILINE)
    return str(section)


@pytest.mark.parametrize("lang", SECTIONS)
def test_the_readme_quotes_what_is_said(lang: str) -> None:
    quoted = dict(QUOTED.findall(README.read_text("utf-8")))
    assert quoted[lang] == explained(lang), "run `python -m tests.definitions.test_explained`"


def write(page: Path) -> None:
    text = QUOTED.sub(lambda found: f"{found[1]} -->\n```text\n{explained(found[1])}```\n", page.read_text("utf-8"))
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    write(README)
