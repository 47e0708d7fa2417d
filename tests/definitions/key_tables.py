"""The tables of the reference: those of keys as the schemas have them, in the words of `meanings`, all of them aligned.

A page says where by `<!-- keys: StatePart -->`; what stands below is written by `make reference`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from tests.definitions.shipped import FOLDER
from workflow.reading.schema.json_schema import parts
from workflow.reading.schema.meanings import MEANINGS, Meaning
from workflow.reading.schema.parts import Part, reader_of

PAGES = {"en": FOLDER / "README.md", "zh": FOLDER / "README.zh.md"}

EVERYWHERE = ("zh", "en", "rules", "note", "accept")
"""The keys of any part: said once, with `Described`."""

KEYS = re.compile(r"^<!-- keys: ([A-Za-z ]+) -->\n((?:\|.*\n)*)", re.MULTILINE)
TABLE = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)

EVERY_PART = parts()

_HEADS = {"en": ("key", "left out", "meaning"), "zh": ("键", "不写时", "含义")}
_MUST = {"en": "**must**", "zh": "**必写**"}


def explained(part: type[Part], key: str) -> str:
    """The row of `meanings` that says what a key of a part means."""
    return next(kind.__name__ for kind in part.__mro__ if key in MEANINGS.get(kind.__name__, {}))


def must(name: str, key: str) -> bool:
    """Whether the part of a row refuses to be read without the key, whichever kind of it is meant."""
    kinds = [reader_of(part) for part in EVERY_PART if any(kind.__name__ == name for kind in part.__mro__)]
    fields = [field for kind in kinds for field in kind.fields.items() if (field[1].data_key or field[0]) == key]
    return len(fields) == len(kinds) and all(field.required for _, field in fields)


def rows(name: str, lang: str) -> Iterator[tuple[str, str, str]]:
    """The keys of a row of `meanings`: what holds if each is left out, and what it means."""
    for key, meaning in MEANINGS[name].items():
        if name in ("TextPart", "Described") or key not in EVERYWHERE:
            yield f"`{key}`", without(name, key, meaning, lang), meaning.zh if lang == "zh" else meaning.en


def without(name: str, key: str, meaning: Meaning, lang: str) -> str:
    said = meaning.must_zh if lang == "zh" else meaning.must
    if said:
        return said
    if must(name, key):
        return _MUST[lang]
    return (meaning.default_zh if lang == "zh" else meaning.default) or "–"


def aligned(table: list[tuple[str, ...]]) -> str:
    """A table whose columns stand below each other in the source; the last, which is long, is left as it is."""
    head, *rest = table
    widths = [*[max(map(width, column)) for column in zip(*table, strict=True)][:-1], 0]
    lines = [head, tuple("-" * one or "---" for one in widths), *rest]
    return "".join(
        "| " + " | ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(line, widths, strict=True)) + " |\n"
        for line in lines
    )


def width(text: str) -> int:
    """How many columns a text takes: a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def cells(table: str) -> list[tuple[str, ...]]:
    """The rows of a table as it is written, its head among them."""
    lines = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()]
    return [line for line in lines if not all(set(cell) <= {"-", ":"} for cell in line)]


def written(page: str, lang: str) -> str:
    """The page with its tables of keys written, and every table aligned."""

    def keys(found: re.Match[str]) -> str:
        table = [_HEADS[lang], *(row for name in found[1].split() for row in rows(name, lang))]
        return f"<!-- keys: {found[1]} -->\n" + aligned(list(table))

    return TABLE.sub(lambda found: aligned(cells(found[0])), KEYS.sub(keys, page))


if __name__ == "__main__":
    for lang, path in PAGES.items():
        path.write_text(written(path.read_text("utf-8"), lang), "utf-8")
