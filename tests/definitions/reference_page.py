"""The pages of the reference: their texts, their examples, and the house in which these are tried."""

from __future__ import annotations

import re

from tests.definitions.key_tables import PAGES
from tests.definitions.shipped import shipped_files
from tests.language.files import file_of
from workflow.catalogue import Catalogue
from workflow.compiling import compile_catalogue

TEXTS = {lang: path.read_text("utf-8") for lang, path in PAGES.items()}
BLOCK = re.compile(r"^```yaml\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PART = re.compile(r"# in ([a-z-]+)\n")
WHOLE_KINDS = ("workflow: ", "base: ", "calendar: ", "register: ", "departments:", "procedure_book: ", "scenario: ")

BLOCKS = BLOCK.findall(TEXTS["en"])
WHOLE = [block for block in BLOCKS if not PART.match(block)]
PARTS = [block for block in BLOCKS if PART.match(block)]

HOUSE = {path: text for path, text in shipped_files().items() if not re.search("^(workflow|base):", text, re.MULTILINE)}
"""The calendars, roles and registers of the house, without its procedures."""


def compiled(*extra: str) -> Catalogue:
    """The house with the whole examples, and more."""
    examples = {f"example-{number}/{file_of(block)}": block for number, block in enumerate(WHOLE)}
    return compile_catalogue(HOUSE | examples | {file_of(text): text for text in extra})
