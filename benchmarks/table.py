"""The table: its rows, what each must reach, and what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line: `what` of ours, in `unit`, against the same of somebody else's, as a ratio of ours to theirs.

    `most` or `least` is what the ratio must reach; without either the line is there to be read.
    """

    name: str
    what: str
    against: str
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def must(self) -> str:
        """What must be reached, as the table says it."""
        if self.most is not None:
            return f"≤ {self.most:g}"
        return f"≥ {self.least:g}" if self.least is not None else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured of a row, by round; a `fault` says why there is nothing, or why it does not count."""

    row: Row
    ours: Sequence[float] = ()
    theirs: Sequence[float] = ()
    note: str = ""
    fault: str = ""

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of single rounds: only what ran side by side is compared."""
        if not self.ours or not self.theirs:
            return None
        return statistics.median(one / other for one, other in zip(self.ours, self.theirs, strict=True))

    @property
    def met(self) -> bool | None:
        """Whether the row reaches what it must; None where nothing is asked of it."""
        row, ratio = self.row, self.ratio
        if row.most is None and row.least is None:
            return None
        if self.fault or ratio is None:
            return False
        return ratio <= row.most if row.most is not None else ratio >= (row.least or 0)

    def to_json(self) -> dict[str, object]:
        return {
            "row": self.row.name,
            "what": self.row.what,
            "against": self.row.against,
            "unit": self.row.unit,
            "must": self.row.must,
            "ours": _summed(self.ours),
            "theirs": _summed(self.theirs),
            "ratio": None if self.ratio is None else _short(self.ratio),
            "met": self.met,
            "note": self.note,
            "fault": self.fault,
        }


def _summed(values: Sequence[float]) -> dict[str, object] | None:
    if not values:
        return None
    return {"median": _short(statistics.median(values)), "rounds": [_short(each) for each in values]}


def _short(value: float) -> float:
    return float(f"{value:.4g}")


HEAD = ("what", "against", "ours", "theirs", "ratio", "must be", "")


def markdown(measured: Sequence[dict[str, object]]) -> str:
    """The table for people, from what `to_json` gives."""
    rows = [HEAD, ("---",) * 4 + ("---:",) * 2 + ("---",)]
    for one in measured:
        verdict = {True: "met", False: "**not met**", None: ""}[one["met"]]  # type: ignore[index]
        if one["fault"]:
            verdict = f"**{one['fault']}**"
        rows.append(
            (
                str(one["what"]),
                str(one["against"]),
                _said(one["ours"], str(one["unit"])),
                _said(one["theirs"], str(one["unit"])),
                "" if one["ratio"] is None else f"{one['ratio']:.2f}",
                str(one["must"]),
                verdict,
            )
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows) + "\n"


def _said(summed: object, unit: str) -> str:
    if not isinstance(summed, dict):
        return ""
    value = summed["median"]
    return f"{value:,.0f} {unit}" if value >= 1000 else f"{value:.3g} {unit}"
