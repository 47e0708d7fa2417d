"""What running scenarios has shown, for people and for programs: what failed and how, and what nothing has taken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from service.cli import problems as shown_problems
from service.cli.speaking import say
from service.cli.table import as_json as written
from service.cli.table import filled, table, visible, width
from workflow.problems import Problem
from workflow.scenarios.coverage import Covered, Part, covered

if TYPE_CHECKING:
    from service.scenario_runs import Ran
    from workflow.catalogue import Catalogue
    from workflow.scenarios.expecting import Mismatch, Row
    from workflow.scenarios.story import Sentence

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
    return written(answer)


def coverage(ran: Sequence[Ran], catalogue: Catalogue, workflows: Sequence[str]) -> list[Covered]:
    """How far the scenarios of these workflows go. What they take in tickets of others counts there, too."""
    taken = frozenset[Part]().union(*(one.taken for one in ran))
    known = catalogue.definitions
    return [covered(known[name], known, taken) for name in workflows]


def problem_of(mismatch: Mismatch) -> Problem:
    """A mismatch as problems are shown: with its place, and in both languages."""
    text = mismatch.text
    return Problem(mismatch.position, mismatch.what, text.en, text.read("zh"), replacement=mismatch.replacement)


def compared(mismatch: Mismatch, lang: str) -> list[str]:
    """What was expected above what happened, cells below each other, with a mark at rows that only one of them has."""
    expected, happened = ([_read(row, lang) for row in rows] for rows in (mismatch.expected, mismatch.happened))
    if not expected and not happened:
        return []
    rows = [*expected, *happened]
    columns = max(map(len, rows))
    widths = [max((width(row[column]) for row in rows if column < len(row)), default=0) for column in range(columns)]
    alike = SequenceMatcher(None, expected, happened, autojunk=False).get_matching_blocks()
    heads = say("expected", "期望"), say("happened", "实际")
    room = max(map(width, heads))
    lines = []
    for head, mine, both in (
        (heads[0], expected, {block.a + more for block in alike for more in range(block.size)}),
        (heads[1], happened, {block.b + more for block in alike for more in range(block.size)}),
    ):
        for place, row in enumerate(mine):
            lead = head if place == 0 else ""
            mark = " " if place in both else "≠"
            lines.append(f"  {filled(lead, room)} {mark} {_aligned(row, widths)}".rstrip())
    return lines


def as_read(sentence: Sentence, lang: str) -> str:
    """One thing that had happened, or was told."""
    of = f"[{sentence.ticket}] " if sentence.ticket else ""
    to = f"→ {sentence.to}: " if sentence.to else ""
    return f"{sentence.at}  {of}{'  ' * bool(sentence.to)}{to}{visible(sentence.text.read(lang))}"


def untaken(one: Ran) -> list[str]:
    """That the story ended before its last step, if it did."""
    if not one.untaken:
        return []
    many = one.untaken != 1
    return [
        say(
            f"the story ends here: {one.untaken} step{'s' * many} after it {'were' if many else 'was'} not taken",
            f"情景到此为止：后面的 {one.untaken} 步未执行",
        )
    ]


def _read(row: Row, lang: str) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, str) else cell.read(lang) for cell in row)


def _aligned(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(filled(visible(cell), widths[place]) for place, cell in enumerate(row))


def _failure(one: Ran, files: Mapping[str, str | bytes], lang: str) -> Iterator[str]:
    scenario = one.scenario
    generated = say(" (generated)", "（自动生成）") if scenario.generated else ""
    failed = say("FAILED", "未通过")
    yield f"{failed} {scenario.workflow}/{scenario.name}{generated}  {visible(scenario.text.read(lang))}"
    for mismatch in one.mismatches:
        yield shown_problems.as_text([problem_of(mismatch)], files, lang)
        yield from compared(mismatch, lang)
    yield from (f"  {line}" for line in untaken(one))
    if one.story:
        left = len(one.story) - _TOLD_LAST
        more = say(
            f" (the last {_TOLD_LAST} of {len(one.story)})", f"（共 {len(one.story)} 条，以下为最后 {_TOLD_LAST} 条）"
        )
        first = len(one.mismatches) > 1
        until = say("what had happened before the first of them", "其中第一处之前发生的事") if first else ""
        yield "  " + (until or say("what had happened", "此前发生的事")) + (more if left > 0 else "") + say(":", "：")
        yield from (f"    {as_read(each, lang)}" for each in one.story[-_TOLD_LAST:])


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
        counted = say(
            f"{count} scenario{'s' * (count != 1)}: {failed} failed, {count - failed} came true.",
            f"{count} 个情景：{failed} 个未通过，{count - failed} 个通过。",
        )
        return "\n".join([*_renewing(ran), counted])
    return say(f"{count} scenario{'s' * (count != 1)}: all came true.", f"{count} 个情景：全部通过。")


def _renewing(ran: Sequence[Ran]) -> Iterator[str]:
    """Which of the failures a command writes anew, and how many are for people to mend."""
    failed = [one.scenario for one in ran if not one.passed]
    generated = [one for one in failed if one.generated]
    if not generated:
        return
    number, own = len(generated), len(failed) - len(generated)
    workflows = list(dict.fromkeys(one.workflow for one in generated))
    command = f"`duban test --generate {' '.join(workflows)}`"
    yield say(
        f"{number} of the failures {'are' if number != 1 else 'is'} generated: if the definition is as it is meant, "
        f"{command} writes {'them' if number != 1 else 'it'} anew.",
        f"未通过的情景中有 {number} 个是自动生成的：若流程定义正是所要的，{command} 会把它们重新写好。",
    )
    if own:
        yield say(
            f"The other {own} {'are' if own != 1 else 'is'} yours to mend, first.",
            f"另外 {own} 个由人编写，请先自行修改。",
        )


def _as_data(one: Ran) -> dict[str, Any]:
    place = one.scenario.position
    return {
        "workflow": one.scenario.workflow,
        "scenario": one.scenario.name,
        "path": place.path,
        "line": place.line,
        "generated": one.scenario.generated,
        "passed": one.passed,
        "untaken": one.untaken,
        "mismatches": [
            {
                "path": each.position.path,
                "line": each.position.line,
                "column": each.position.column,
                "what": each.what,
                "text": each.text.en,
                "text_zh": each.text.read("zh"),
                "expected": [_in_both(row) for row in each.expected],
                "happened": [_in_both(row) for row in each.happened],
                **problem_of(each).replaced(),
            }
            for each in one.mismatches
        ],
        "had_happened": [
            {
                "at": each.at,
                "ticket": each.ticket,
                "to": each.to,
                "text": each.text.en,
                "text_zh": each.text.read("zh"),
            }
            for each in one.story
        ],
    }


def _in_both(row: Row) -> list[str]:
    """The cells; one that speaks both languages is two."""
    return [said for cell in row for said in ((cell,) if isinstance(cell, str) else (cell.en, cell.read("zh")))]
