"""What running scenarios has shown, for people and for programs: what failed and how, and what nothing has taken."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from service.cli import problems as shown_problems
from service.cli.speaking import say
from service.cli.table import table, visible, width
from workflow.problems import Problem
from workflow.scenarios.coverage import Covered, Part, covered

if TYPE_CHECKING:
    from service.scenario_runs import Ran
    from workflow.catalogue import Catalogue
    from workflow.scenarios.expecting import Mismatch, Row

_TOLD_LAST = 12
"""So many things that happened before a failure are told: the last ones."""


def as_text(
    ran: Sequence[Ran],
    catalogue: Catalogue,
    workflows: Sequence[str],
    files: Mapping[str, str | bytes],
    lang: str,
) -> str:
    """Each failure with what it came after, or else what is covered; then how many there were."""
    parts = ["\n".join(_failure(one, files, lang)) for one in ran if not one.passed]
    if ran and workflows and not parts:  # a scenario that fails has not taken all that it could
        parts.append("\n".join(_covered(coverage(ran, catalogue, workflows), ran)))
    return "\n\n".join([*parts, _closing(ran)])


def as_json(ran: Sequence[Ran], catalogue: Catalogue, workflows: Sequence[str]) -> str:
    """The same for a program."""
    answer = {
        "passed": sum(one.passed for one in ran),
        "failed": sum(not one.passed for one in ran),
        "scenarios": [_as_data(one) for one in ran],
        "coverage": [
            {
                "workflow": one.workflow,
                "parts": len(one.parts),
                "missing": [part._asdict() for part in one.missing],
            }
            for one in coverage(ran, catalogue, workflows)
        ],
    }
    return json.dumps(answer, ensure_ascii=False, indent=2)


def coverage(ran: Sequence[Ran], catalogue: Catalogue, workflows: Sequence[str]) -> list[Covered]:
    """How far the scenarios of these workflows go. What they take in tickets of others counts there, too."""
    taken = frozenset[Part]().union(*(one.taken for one in ran))
    known = catalogue.definitions
    return [covered(known[name], known, taken) for name in workflows]


def problem_of(mismatch: Mismatch) -> Problem:
    """A mismatch as problems are shown: with its place, and in both languages."""
    return Problem(mismatch.position, mismatch.what, mismatch.text.en, mismatch.text.read("zh"))


def compared(mismatch: Mismatch) -> list[str]:
    """What was expected above what happened, cells below each other, with a mark at the rows that differ."""
    if not mismatch.expected and not mismatch.happened:
        return []
    rows = [*mismatch.expected, *mismatch.happened]
    columns = max(map(len, rows))
    widths = [max((width(row[column]) for row in rows if column < len(row)), default=0) for column in range(columns)]
    heads = say("expected", "期望"), say("happened", "实际")
    room = max(map(width, heads))
    lines = []
    for head, mine, other in (
        (heads[0], mismatch.expected, mismatch.happened),
        (heads[1], mismatch.happened, mismatch.expected),
    ):
        for place, row in enumerate(mine):
            lead = head if place == 0 else ""
            mark = " " if place < len(other) and other[place] == row else "≠"
            lines.append(f"  {lead}{' ' * (room - width(lead))} {mark} {_aligned(row, widths)}".rstrip())
    return lines


def _aligned(row: Row, widths: Sequence[int]) -> str:
    return "  ".join(visible(cell) + " " * (widths[place] - width(cell)) for place, cell in enumerate(row))


def _failure(one: Ran, files: Mapping[str, str | bytes], lang: str) -> Iterator[str]:
    scenario = one.scenario
    yield say("FAILED", "未通过") + f" {scenario.workflow}/{scenario.name}  {visible(scenario.text.read(lang))}"
    for mismatch in one.mismatches:
        yield shown_problems.as_text([problem_of(mismatch)], files, lang)
        yield from compared(mismatch)
    if one.story:
        left = len(one.story) - _TOLD_LAST
        more = say(
            f" (the last {_TOLD_LAST} of {len(one.story)})", f"（共 {len(one.story)} 条，以下为最后 {_TOLD_LAST} 条）"
        )
        yield "  " + say("what had happened", "此前发生的事") + (more if left > 0 else "") + say(":", "：")
        for each in one.story[-_TOLD_LAST:]:
            of = f"[{each.ticket}] " if each.ticket else ""
            to = f"→ {each.to}: " if each.to else ""
            yield f"    {each.at}  {of}{'  ' * bool(each.to)}{to}{visible(each.text.read(lang))}"


def _covered(found: Sequence[Covered], ran: Sequence[Ran]) -> Iterator[str]:
    """A row for each workflow, then what is missing of those that have scenarios."""
    counts = Counter(one.scenario.workflow for one in ran)
    head = (say("workflow", "流程"), say("scenarios", "情景"), say("transitions", "流转"), say("timers", "定时"))
    yield table(
        head,
        [
            (one.workflow, str(counts[one.workflow]), _share(one, timers=False), _share(one, timers=True))
            for one in found
        ],
    )
    missing = [one for one in found if one.missing and one.workflow in counts]
    if missing:
        yield ""
        yield say("taken by no scenario:", "没有情景走到的：")
    for one in missing:
        for workflow in dict.fromkeys(part.workflow for part in one.missing):
            named = ", ".join(part.called for part in one.missing if part.workflow == workflow)
            yield f"  {workflow}: {named}"


def _share(one: Covered, *, timers: bool) -> str:
    everything = sum((part.kind != "transition") is timers for part in one.parts)
    taken = everything - sum((part.kind != "transition") is timers for part in one.missing)
    return say(f"{taken} of {everything}", f"{taken}/{everything}")


def _closing(ran: Sequence[Ran]) -> str:
    failed = sum(not one.passed for one in ran)
    if not ran:
        return say("There are no scenarios.", "没有情景。")
    count = len(ran)
    if failed:
        return say(
            f"{count} scenario{'s' * (count != 1)}: {failed} failed, {count - failed} came true.",
            f"{count} 个情景：{failed} 个未通过，{count - failed} 个通过。",
        )
    return say(f"{count} scenario{'s' * (count != 1)}: all came true.", f"{count} 个情景：全部通过。")


def _as_data(one: Ran) -> dict[str, Any]:
    place = one.scenario.position
    return {
        "workflow": one.scenario.workflow,
        "scenario": one.scenario.name,
        "path": place.path,
        "line": place.line,
        "passed": one.passed,
        "mismatches": [
            {
                "path": each.position.path,
                "line": each.position.line,
                "column": each.position.column,
                "what": each.what,
                "text": each.text.en,
                "text_zh": each.text.read("zh"),
                "expected": each.expected,
                "happened": each.happened,
            }
            for each in one.mismatches
        ],
    }
