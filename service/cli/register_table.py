"""Tables of register entries as they are imported: CSV whose first line names the columns."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from service.cli.faults import USAGE, Faulty
from service.cli.speaking import say

MOST_ROWS = 10_000
"""The most rows of a table that is imported; more are divided into several."""


def rows_of(file: Path, heads: Callable[[Sequence[str]], list[str]]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines, by what `heads` makes of the first; Faulty says what the table must be."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return list(_checked(csv.reader(opened, strict=True), heads))
    except UnicodeDecodeError:
        raise Faulty(
            say(f"{file} is not UTF-8; save it as CSV UTF-8", f"{file} 不是 UTF-8 编码；请另存为 CSV UTF-8")
        ) from None
    except csv.Error as error:
        raise Faulty(say(f"{file} is no CSV table: {error}", f"{file} 不是 CSV 表格：{error}")) from None
    except OSError as error:
        raise Faulty(f"{file}: {error.strerror or error}", USAGE) from None


def _checked(lines: Any, heads: Callable[[Sequence[str]], list[str]]) -> Iterable[tuple[int, dict[str, str]]]:
    head = heads([name.strip() for name in next(lines, [])])
    if "key" not in head or len(set(head)) < len(head):
        raise Faulty(
            say("the first line names the columns, each once, `key` among them", "首行应写各列名，每列一次，其中有 key")
        )
    seen: dict[str, int] = {}
    for count, cells in enumerate(lines, start=1):
        line = lines.line_num
        if count > MOST_ROWS:
            raise Faulty(say(f"more than {MOST_ROWS} rows; divide the table", f"超过 {MOST_ROWS} 行；请拆分表格"))
        if not any(cells):
            continue
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
