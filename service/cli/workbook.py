"""Workbooks of Excel (.xlsx): the first sheet as rows of texts, and texts as a sheet. No other module knows of them."""

from __future__ import annotations

import datetime as dt
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError, iterparse

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.cell_range import CellRange

from workflow.definition import Text

MOST_BYTES = 100_000_000
"""What is packed in a workbook may be so large; a packed file of a megabyte can hold a thousand."""

LAST_ROW = 1_048_576
"""The last row that a sheet of Excel has."""

WIDEST = 200
"""So many cells of a merged heading are told to be merged."""


class WorkbookFaulty(Exception):
    """The file is no workbook that can be read; the reason is that of the library."""


class WorkbookLocked(Exception):
    """The file has a password, or is an old workbook that is called like a new one."""


class WorkbookTooLarge(Exception):
    """More is packed in the file than a workbook of this many rows would need."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """A cell that does not say what is meant, and what to do about it."""

    text: Text


MERGED = Unclear(
    Text(
        "the cell is merged with another one; take the merging back and write the value in every row",
        "该格是合并单元格；请取消合并，并在每一行写明",
    )
)
NOT_WORKED_OUT = Unclear(
    Text(
        "the formula in the cell was never worked out; open and save the workbook in Excel, or write the value",
        "该格的公式尚未计算；请用 Excel 打开并保存，或直接写值",
    )
)

Row = tuple[int, list[str | Unclear]]
"""The number of a row from 1, and its cells up to the last one in which there is something."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The first sheet, whether there are others, and the rows."""

    name: str
    alone: bool
    rows: Iterator[Row]


@contextmanager
def first_sheet(file: Path) -> Iterator[Sheet]:
    """Opens a workbook; of a formula the cell says what Excel worked out last.

    A date is written as 2026-03-02, an instant without a zone as 2026-03-02 09:00, a whole number without a point, what
    is true as true, and a share as it is shown: 50%. Raises WorkbookFaulty (so do the rows), WorkbookLocked,
    WorkbookTooLarge.
    """
    with warnings.catch_warnings(), file.open("rb") as opened:
        warnings.simplefilter("ignore")  # of what only matters to who writes the workbook again
        try:
            with zipfile.ZipFile(opened) as packed:
                if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
                    raise WorkbookTooLarge
                book = load_workbook(opened, read_only=True, data_only=True)
                if not book.worksheets:
                    raise WorkbookFaulty("no sheet is in it")
                sheet = book.worksheets[0]
                marks = _marks(packed, sheet)
        except _FAULTS as error:
            opened.seek(0)
            if opened.read(len(_OF_OLD_FILES)) == _OF_OLD_FILES:
                raise WorkbookLocked from error
            raise WorkbookFaulty(str(error)) from error
        with closing(book):
            yield Sheet(sheet.title, len(book.worksheets) == 1, _rows(sheet, marks))


def write(lines: Sequence[Sequence[str]], file: BinaryIO) -> None:
    """A workbook of one sheet with these lines, its cells being texts, so that no key loses its zeros."""
    book = Workbook()
    sheet = book.worksheets[0]
    for line in lines:
        sheet.append([*line])
    for column in range(1, max(map(len, lines), default=0) + 1):
        sheet.column_dimensions[get_column_letter(column)].number_format = "@"
    book.save(file)


_FAULTS = (
    zipfile.BadZipFile, zlib.error, EOFError, InvalidFileException, ParseError,
    LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RuntimeError,
)  # fmt: skip
"""What the library raises of a file that is spoilt."""

_OF_OLD_FILES = b"\xd0\xcf\x11\xe0"
"""How a file begins that is no archive but was written by Excel."""


@dataclass(frozen=True, slots=True)
class _Marks:
    """What the library does not tell of a sheet that is read row by row."""

    merged: Sequence[CellRange]
    not_worked_out: frozenset[str]


def _marks(packed: zipfile.ZipFile, sheet: Any) -> _Marks:
    merged: list[CellRange] = []
    not_worked_out = set()
    with packed.open(sheet._worksheet_path) as source:
        for _, element in iterparse(source):  # noqa: S314 - entities are bounded by expat, the size by MOST_BYTES
            kind = element.tag.rpartition("}")[2]
            if kind == "mergeCell":
                merged.append(CellRange(element.attrib["ref"]))
            elif kind == "c":
                said = {child.tag.rpartition("}")[2]: child.text for child in element}
                # A text that was worked out to be empty says that it is a text.
                if "f" in said and not said.get("v") and element.get("t") != "str":
                    not_worked_out.add(element.get("r", ""))
            if kind in ("c", "row"):
                element.clear()
    return _Marks(sorted(merged, key=lambda one: one.min_row), frozenset(not_worked_out))


def _rows(sheet: Any, marks: _Marks) -> Iterator[Row]:
    sheet.reset_dimensions()  # what the file says of its size may be smaller than what is in it
    pending, over = list(reversed(marks.merged)), list[CellRange]()
    width = 0
    try:
        for number, cells in enumerate(sheet.iter_rows(), start=1):
            if number > LAST_ROW:
                raise WorkbookTooLarge
            said = [_said(cell, marks) for cell in cells]
            while pending and pending[-1].min_row <= number:
                over.append(pending.pop())
            over = [one for one in over if one.max_row >= number]
            for one in over:
                first = one.min_col + (one.min_row == number)
                for column in range(first, min(one.max_col, max(width, len(said)) if width else WIDEST) + 1):
                    said += [""] * (column - len(said))
                    said[column - 1] = MERGED
            while said and not said[-1]:
                said.pop()
            width = width or len(said)
            yield number, said
    except _FAULTS as error:
        raise WorkbookFaulty(str(error)) from error


def _said(cell: Any, marks: _Marks) -> str | Unclear:
    value = cell.value
    if cell.data_type == "e":
        return Unclear(Text(f"the cell shows the error {value}; write the value", f"该格显示错误 {value}；请直接写值"))
    match value:
        case None:
            return NOT_WORKED_OUT if marks.not_worked_out and _address(cell) in marks.not_worked_out else ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            number = Decimal(repr(value) if isinstance(value, float) else value)
            share = "%" in (cell.number_format or "")
            return format((number * 100 if share else number).normalize(), "f") + "%" * share
        case dt.datetime():
            if value.time() == dt.time():
                return value.date().isoformat()
            return value.isoformat(" ", "auto" if value.second or value.microsecond else "minutes")
        case dt.date():
            return value.isoformat()
        case dt.time():
            return value.isoformat("auto" if value.second or value.microsecond else "minutes")
        case _:
            return str(value).strip()


def _address(cell: Any) -> str:
    return str(getattr(cell, "coordinate", ""))  # a cell that is not in the file has none
