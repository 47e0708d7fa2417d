"""The figures of a run, and the table of them in the README of this folder."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.matrix import BOTH, Row

README = Path(__file__).with_name("README.md")

BEGIN, END = "<!-- figures: written by make chaos -->", "<!-- end of the figures -->"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What became of one row on one database."""

    row: str
    database: str
    survived: int
    tried: int
    seconds: float
    notes: Sequence[str] = ()
    left_out: str = ""

    @property
    def lost(self) -> bool:
        return self.survived < self.tried

    def line(self) -> str:
        if self.left_out:
            return f"{self.row} on {self.database}: not run, {self.left_out}"
        return f"{self.row} on {self.database}: survived {self.survived} of {self.tried} ({self.seconds:.0f} s)"

    def cell(self) -> str:
        return f"not run: {self.left_out}" if self.left_out else f"{self.survived} of {self.tried}"


def _cell(row: Row, kind: str, figure: Figure | None, before: str) -> str:
    if kind not in row.databases:
        return "has no server"
    return before if figure is None else figure.cell()


def write(figures: Sequence[Figure], known: Mapping[str, Row]) -> None:
    """Put the figures of a run into the table; rows that were not run keep what they have."""
    text = README.read_text("utf-8")
    head, rest = text.split(BEGIN)
    table, tail = rest.split(END)
    lines = {
        match[1]: [cell.strip() for cell in match[0].strip("|").split("|")]
        for match in re.finditer(r"^\| (F\d+) \|.*\|$", table, re.MULTILINE)
    }
    for name, row in known.items():
        cells = lines.get(name, [name, "", "", "–", "–", ""])
        mine = {one.database: one for one in figures if one.row == name}
        notes = [*dict.fromkeys(note for one in mine.values() for note in one.notes)]
        lines[name] = [
            name, row.what, row.keeps,
            *(_cell(row, kind, mine.get(kind), cells[3 + place]) for place, kind in enumerate(BOTH)),
            "; ".join(notes) if mine else cells[5],
        ]  # fmt: skip
    rows = "".join(f"| {' | '.join(lines[name])} |\n" for name in known if name in lines)
    titles = "| row | fault | must keep | SQLite | PostgreSQL | to know |\n|---|---|---|---|---|---|\n"
    README.write_text(f"{head}{BEGIN}\n{titles}{rows}{END}{tail}", "utf-8")
