"""The first sheet of an Excel workbook (.xlsx) as rows of texts. The one module that knows of workbooks."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

MOST_BYTES = 100_000_000
"""What is packed in a workbook may be so large; a packed file of a megabyte can hold a thousand."""


class WorkbookFaulty(Exception):
    """The file is no workbook that can be read; the reason is that of the library."""


class WorkbookTooLarge(Exception):
    """More is packed in the file than a workbook of this many rows would need."""


def rows(file: Path) -> Iterator[tuple[int, list[str]]]:
    """Each row of the first sheet with its number from 1: what its cells say; of a formula, what Excel worked out last.

    A date is written as 2026-03-02, an instant without a zone as 2026-03-02 09:00, a whole number without a point, what
    is true as true. Cells after the last one that says something are left out.
    """
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(one.file_size for one in packed.infolist()) > MOST_BYTES:
                raise WorkbookTooLarge
        book = load_workbook(file, read_only=True, data_only=True)
    except _FAULTS as error:
        raise WorkbookFaulty(str(error)) from error
    with closing(book):
        for number, cells in enumerate(_cells(book), start=1):
            said = [_said(cell) for cell in cells]
            while said and not said[-1]:
                said.pop()
            yield number, said


def _cells(book: Workbook) -> Iterator[tuple[object, ...]]:
    try:
        if book.worksheets:
            yield from book.worksheets[0].iter_rows(values_only=True)
    except _FAULTS as error:
        raise WorkbookFaulty(str(error)) from error


_FAULTS = (zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError, IndexError)
"""What the library raises of a file that is spoilt."""


def _said(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case int() | float() | Decimal():
            return format(Decimal(repr(cell) if isinstance(cell, float) else cell).normalize(), "f")
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
        case dt.date():
            return cell.isoformat()
        case dt.time():
            return cell.isoformat("minutes")
        case _:
            return str(cell).strip()
