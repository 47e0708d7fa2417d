"""Tables of register entries as they are imported: CSV or a workbook of Excel whose first line names the columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import say

MOST_ROWS = 10_000
"""The most rows of a table that is imported; more are divided into several."""

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
"""How the name of a workbook ends; a file that is called otherwise is read as CSV."""

Line = tuple[int, Sequence[str]]
"""The number of a line, and its cells."""


def rows_of(file: Path, heads: Callable[[Sequence[str]], list[str]]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines, by what `heads` makes of the first; Faulty says what the table must be."""
    try:
        return list(_checked(_of_workbook(file) if file.suffix.lower() in WORKBOOKS else _of_csv(file), heads))
    except UnicodeDecodeError:
        raise Faulty(
            say(f"{file} is not UTF-8; save it as CSV UTF-8", f"{file} 不是 UTF-8 编码；请另存为 CSV UTF-8")
        ) from None
    except csv.Error as error:
        raise Faulty(say(f"{file} is no CSV table: {error}", f"{file} 不是 CSV 表格：{error}")) from None
    except OSError as error:
        raise Faulty(f"{file}: {error.strerror or error}", USAGE) from None


def _of_csv(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        lines = csv.reader(opened, strict=True)
        for cells in lines:
            yield lines.line_num, cells


def _of_workbook(file: Path) -> Iterator[Line]:
    """The lines of a workbook, each as long as the first: an empty cell at the end of a line is no cell there."""
    from service.cli import workbook

    if file.suffix.lower() == ".xls":
        raise Faulty(say(f"{file} is an old workbook; save it as .xlsx", f"{file} 是旧版工作簿；请另存为 .xlsx"))
    width = 0
    try:
        for number, cells in workbook.rows(file):
            width = width or len(cells)
            yield number, cells + [""] * (width - len(cells))
    except workbook.WorkbookTooLarge:
        raise Faulty(say(f"{file} holds too much; divide the table", f"{file} 内容过多；请拆分表格")) from None
    except workbook.WorkbookFaulty as error:
        raise Faulty(
            say(f"{file} is no workbook (.xlsx): {error}", f"{file} 不是可读取的工作簿（.xlsx）：{error}")
        ) from None


def _checked(
    lines: Iterator[Line], heads: Callable[[Sequence[str]], list[str]]
) -> Iterable[tuple[int, dict[str, str]]]:
    head = heads([name.strip() for name in next(lines, (0, []))[1]])
    if "key" not in head or len(set(head)) < len(head):
        raise Faulty(
            say("the first line names the columns, each once, `key` among them", "首行应写各列名，每列一次，其中有 key")
        )
    seen: dict[str, int] = {}
    for line, cells in lines:
        if not any(cells):
            continue
        if len(seen) == MOST_ROWS:
            raise Faulty(say(f"more than {MOST_ROWS} rows; divide the table", f"超过 {MOST_ROWS} 行；请拆分表格"))
        if len(cells) != len(head):
            raise Faulty(
                say(
                    f"line {line} has {len(cells)} cells, the first line {len(head)}",
                    f"第 {line} 行有 {len(cells)} 格，首行有 {len(head)} 格",
                )
            )
        row = dict(zip(head, (cell.strip() for cell in cells), strict=True))
        if row["key"] in seen:
            raise Faulty(
                say(
                    f"line {line} repeats the key {row['key']} of line {seen[row['key']]}",
                    f"第 {line} 行的键 {row['key']} 与第 {seen[row['key']]} 行重复",
                )
            )
        seen[row["key"]] = line
        yield line, row
