"""Tables of register entries, CSV or a workbook of Excel: the first line, which names the columns, and the rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import lang, say

if TYPE_CHECKING:
    from service.cli.workbook import Sheet, Unclear

MOST_ROWS = 10_000
"""The most rows of a table that is imported; more are divided into several."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
"""How the name of a workbook ends; a file that is called otherwise is read as CSV."""

Line = tuple[int, Sequence["str | Unclear"]]
"""The number of a line, and its cells."""

Heads = Callable[[Sequence[str]], list[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that can be read, by the names of their columns, and what is wrong with the others, each by its line."""

    rows: Sequence[tuple[int, dict[str, str]]]
    faults: Sequence[tuple[int, str]]


def read_table(file: Path, heads: Heads) -> Table:
    """The rows of a table by what `heads` makes of the first line; Faulty says what the table must be."""
    try:
        return _of_workbook(file, heads) if file.suffix.lower() in WORKBOOKS else _of_csv(file, heads)
    except UnicodeDecodeError:
        raise Faulty(
            say(f"{file} is not UTF-8; save it as CSV UTF-8", f"{file} 不是 UTF-8 编码；请另存为 CSV UTF-8")
        ) from None
    except csv.Error as error:
        raise Faulty(say(f"{file} is no CSV table: {error}", f"{file} 不是 CSV 表格：{error}")) from None
    except OSError as error:
        raise Faulty(f"{file}: {error.strerror or error}", USAGE) from None


def write_head(head: Sequence[str], file: Path | None) -> None:
    """Write the first line of a table: as the name of the file ends, without a file to the standard output as CSV."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(head)
    if file is None:
        click.echo(written.getvalue(), nl=False)
        return
    try:
        if file.suffix.lower() in WORKBOOKS:
            from service.cli import workbook

            if file.suffix.lower() != ".xlsx":
                raise Faulty(say(f"{file}: write .xlsx or .csv", f"{file}：请写 .xlsx 或 .csv"), USAGE)
            with file.open("xb") as opened:
                workbook.write([head], opened)
        else:
            with file.open("x", encoding="utf-8-sig", newline="") as table:  # a spreadsheet wants the mark
                table.write(written.getvalue())
    except FileExistsError:
        raise Faulty(say(f"{file} is there already", f"{file} 已经存在"), USAGE) from None
    except OSError as error:
        raise Faulty(f"{file}: {error.strerror or error}", USAGE) from None


def _of_csv(file: Path, heads: Heads) -> Table:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.reader(opened, strict=True)
        return _checked(((lines.line_num, cells) for cells in lines), heads)


def _of_workbook(file: Path, heads: Heads) -> Table:
    from service.cli import workbook

    old = say(f"{file} is an old workbook; save it as .xlsx", f"{file} 是旧版工作簿；请另存为 .xlsx")
    if file.suffix.lower() == ".xls":
        raise Faulty(old)
    try:
        with workbook.first_sheet(file) as sheet:
            return _checked(_as_wide_as_the_first(sheet.rows), lambda head: _heads_of(sheet, head, heads))
    except workbook.WorkbookTooLarge:
        raise Faulty(say(f"{file} holds too much; divide the table", f"{file} 内容过多；请拆分表格")) from None
    except workbook.WorkbookLocked:
        raise Faulty(
            say(
                f"{file} has a password or is an old workbook; save it as .xlsx without a password",
                f"{file} 设有密码或是旧版工作簿；请另存为不带密码的 .xlsx",
            )
        ) from None
    except workbook.WorkbookFaulty as error:
        raise Faulty(
            say(f"{file} is no workbook (.xlsx): {error}", f"{file} 不是可读取的工作簿（.xlsx）：{error}")
        ) from None


def _as_wide_as_the_first(lines: Iterator[Line]) -> Iterator[Line]:
    """The lines of a workbook: an empty cell at the end of a line is no cell there."""
    width = 0
    for number, cells in lines:
        width = width or len(cells)
        yield number, [*cells, *[""] * (width - len(cells))]


def _heads_of(sheet: Sheet, head: Sequence[str], heads: Heads) -> list[str]:
    """What the first line means; what is wrong with it names the sheet, which may not be the one that was meant."""
    try:
        found = heads(head)
        _require_columns(found)
    except Faulty as fault:
        others = "" if sheet.alone else say(" (only the first sheet is read)", "（只读取第一张表）")
        where = say(f"sheet “{sheet.name}”{others}: ", f"工作表“{sheet.name}”{others}：")
        raise Faulty(where + fault.message, fault.exit_code) from None
    return found


def _require_columns(head: Sequence[str]) -> None:
    if "key" not in head or len(set(head)) < len(head):
        raise Faulty(
            say("the first line names the columns, each once, `key` among them", "首行应写各列名，每列一次，其中有 key")
        )


def _checked(lines: Iterator[Line], heads: Heads) -> Table:
    written = _texts_of_first(next(lines, (0, []))[1])
    head = heads(written)
    _require_columns(head)
    rows: list[tuple[int, dict[str, str]]] = []
    faults: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for count, (line, cells) in enumerate(_filled(lines, len(head)), start=1):
        if count > MOST_ROWS:
            raise Faulty(say(f"more than {MOST_ROWS} rows; divide the table", f"超过 {MOST_ROWS} 行；请拆分表格"))
        wrong = list(_wrong(written, cells))
        row = {name: cell for name, cell in zip(head, cells, strict=False) if isinstance(cell, str)}
        key = row.get("key", "")
        if key in seen:
            wrong.append(
                say(f"it repeats the key {key} of line {seen[key]}", f"键 {key} 与第 {seen[key]} 行重复")
            )  # fmt: skip
        elif key:
            seen[key] = line
        faults += [(line, one) for one in wrong]
        if not wrong:
            rows.append((line, row))
    return Table(rows, faults)


def _texts_of_first(cells: Sequence[str | Unclear]) -> list[str]:
    """The names of the columns as they are written; columns without one are left out at the end, nowhere else."""
    found = []
    for number, cell in enumerate(_trimmed(cells, 0), start=1):
        if not isinstance(cell, str) or not cell:
            why = say("nothing", "空") if isinstance(cell, str) else cell.text.read(lang())
            raise Faulty(
                say(
                    f"the first line names every column; the one of column {number}: {why}",
                    f"首行应写各列名；第 {number} 列：{why}",
                )
            )
        found.append(cell)
    return found


def _wrong(written: Sequence[str], cells: Sequence[str | Unclear]) -> Iterator[str]:
    """What is wrong with a line, whatever the register says."""
    if len(cells) != len(written):
        yield say(
            f"it has {len(cells)} cells, the first line {len(written)}",
            f"有 {len(cells)} 格，首行有 {len(written)} 格",
        )
    for name, cell in zip(written, cells, strict=False):
        if not isinstance(cell, str):
            yield say(f"{name}: {cell.text.en}", f"{name}：{cell.text.read('zh')}")


def _filled(lines: Iterator[Line], width: int) -> Iterator[tuple[int, list[str | Unclear]]]:
    """The lines in which there is something; empty cells behind the last column are left out."""
    for line, cells in lines:
        found = _trimmed(cells, width)
        if any(found):
            yield line, found


def _trimmed(cells: Sequence[str | Unclear], width: int) -> list[str | Unclear]:
    """The cells without what surrounds their texts, and without empty ones behind the first `width`."""
    found = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    while len(found) > width and not found[-1]:
        found.pop()
    return found
