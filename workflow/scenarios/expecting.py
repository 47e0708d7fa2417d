"""Expecting: what a step expects beside how things stand, and every difference between the two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from workflow import words
from workflow.calendar import Calendar
from workflow.confidential import hidden_from
from workflow.definition import Text
from workflow.entry import Blocker
from workflow.kin import Member
from workflow.problems import Position, Replacement
from workflow.scenario import NOBODY, NOTHING, PAUSED, Expect, Told
from workflow.scenarios.play import Line, Play
from workflow.scenarios.standing import allowed_to, children_of, late_in, limits_of
from workflow.scenarios.writing import alike, in_one_line, instant, written, written_instant
from workflow.ticket import Ticket

Row = tuple[str | Text, ...]
"""Cells that stand below each other in the rows of what was expected and of what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mismatch:
    """What was expected and what happened, in rows; `what` is the key of the expectation, or what a move came to.

    `replacement` is what the file would rather say, where that is certain.
    """

    position: Position
    what: str
    text: Text
    expected: tuple[Row, ...] = ()
    happened: tuple[Row, ...] = ()
    replacement: Replacement | None = None


def mismatches(expect: Expect, play: Play) -> Iterator[Mismatch]:
    """Every difference, in the order of the keys of the language. What is told counts as asked about from now on."""
    member = play.member(expect.ticket)
    ticket = member.ticket
    yield from _single(expect, "state", expect.state, ticket.state)
    yield from _single(expect, "workflow", expect.workflow, member.definition.name)
    if expect.ended is not None:
        yield from _single(expect, "ended", in_one_line(expect.ended), in_one_line(ticket.ended_at is not None))
    yield from _due(expect, member)
    if expect.late is not None:
        yield from _several(expect, ("late",), expect.late, late_in(ticket))
    if expect.told is not None:
        lines, play.told = play.told, []
        yield from _told(expect, expect.told, lines, play)
    for who, moves in expect.allowed.items():
        yield from _several(
            expect, ("allowed", who), moves, allowed_to(play.stage.actor(who, play.scenario), member, play.now)
        )
    yield from _fields(expect, member)
    for who, fields in expect.hidden.items():
        hidden = tuple(hidden_from(play.stage.actor(who, play.scenario), ticket, member.definition))
        yield from _several(expect, ("hidden", who), fields, hidden)
    yield from _single(expect, "priority", expect.priority, ticket.priority)
    if expect.assignee is not None:
        yield from _single(expect, "assignee", expect.assignee or NOBODY, ticket.assignee or NOBODY)
    if expect.children is not None:
        yield from _children(expect, expect.children, ticket)


def refusal_mismatch(refused: Sequence[str], blockers: Sequence[Blocker], position: Position) -> Mismatch | None:
    """The difference between what is to stand against a move, by code or text, and what does; a code names them all."""
    said = [{one.code, one.text.en, one.text.zh} for one in blockers]
    meant = {word: [one for one, those in zip(blockers, said, strict=True) if word in those] for word in refused}
    if all(meant.values()) and all(not those.isdisjoint(refused) for those in said):
        return None
    if refused and blockers:
        text = Text("the move is refused for other reasons", "流转被拒绝，但原因不同")
    elif refused:
        text = Text("the move was to be refused, and was made", "流转应被拒绝，却办理成功了")
    else:
        text = Text("the move is refused", "流转被拒绝")
    return Mismatch(
        position=position,
        what="refused",
        text=text,
        expected=tuple(row for word in refused for row in (*map(_reason, meant[word]),) or ((word,),)) or ((NOTHING,),),
        happened=tuple(map(_reason, blockers)) or ((NOTHING,),),
    )


def _reason(blocker: Blocker) -> Row:
    return (blocker.code, blocker.text)


def _single(expect: Expect, key: str, expected: str | None, happened: str) -> Iterator[Mismatch]:
    if expected is not None and expected != happened:
        yield _different(expect, (key,), [(expected,)], [(happened,)])


def _several(
    expect: Expect, path: tuple[str, ...], expected: Collection[str], happened: Collection[str]
) -> Iterator[Mismatch]:
    """Lists whose order says nothing."""
    if set(expected) != set(happened):
        told = [(", ".join(those) or NOTHING,) for those in (expected, happened)]
        yield _different(expect, path, told[:1], told[1:])


def _due(expect: Expect, member: Member) -> Iterator[Mismatch]:
    if expect.due is None:
        return
    calendar, running = member.facts.calendar, limits_of(member.ticket)
    expected = {name: at if at is None else instant(at, calendar) for name, at in expect.due.items()}
    if expected == running:
        return
    first = next(
        name for name in (*expected, *running) if name not in running or expected.get(name, ...) != running[name]
    )
    called = words.deadline(first, member.definition)
    yield Mismatch(
        position=expect.place("due", first),
        what=f"due.{first}" if first in expected else "due",
        text=_said_of_limit(called, expected=first in expected, running=first in running),
        expected=tuple(_limits(expected, calendar)),
        happened=tuple(_limits(running, calendar)),
    )


def _said_of_limit(called: Text, *, expected: bool, running: bool) -> Text:
    zh = called.read("zh")
    if not running:
        return Text(f"the limit “{called.en}” is not running", f"时限“{zh}”没有在计时")
    if not expected:
        return Text(f"the limit “{called.en}” is running as well", f"时限“{zh}”也在计时")
    return Text(f"the limit “{called.en}” is another one", f"时限“{zh}”与期望不同")


def _limits(limits: Mapping[str, dt.datetime | None], calendar: Calendar) -> list[Row]:
    return _rows(
        {name: PAUSED if at is None else written_instant(at, calendar, limit=True) for name, at in limits.items()}
    )


def _rows(said: Mapping[str, str]) -> list[Row]:
    """A map as rows, in the order of its names."""
    rows: list[Row] = [(name, said[name]) for name in sorted(said)]
    return rows or [(NOTHING,)]


def _fields(expect: Expect, member: Member) -> Iterator[Mismatch]:
    view = member.ticket.view(member.definition, member.facts)
    calendar = member.facts.calendar
    for name, expected in expect.fields.items():
        value = view.value(name)
        happened = None if value is None else written(value, calendar)
        if happened is None or not alike(expected, happened):
            said = "–" if happened is None else in_one_line(happened)
            yield _different(expect, ("fields", name), [(name, in_one_line(expected))], [(name, said)])
    for name in expect.empty:
        value = view.value(name)
        if value is not None:
            yield _different(expect, ("empty",), [(name, "–")], [(name, in_one_line(written(value, calendar)))])


def _children(expect: Expect, expected: Mapping[str, int], ticket: Ticket) -> Iterator[Mismatch]:
    happened = children_of(ticket)
    if dict(expected) != happened:
        wanted, there = (_rows({name: str(count) for name, count in each.items()}) for each in (expected, happened))
        yield _different(expect, ("children",), wanted, there)


# --- What was told ------------------------------------------------------------------------------------------------


def _told(expect: Expect, expected: Sequence[Told], lines: Sequence[Line], play: Play) -> Iterator[Mismatch]:
    """Everything that was told, in order; an entry with several people stands for as many lines."""
    wanted = [(who, one) for one in expected for who in one.who]
    calendar = play.calendar
    right = [_is(who, one, line, calendar) for (who, one), line in zip(wanted, lines, strict=False)]
    if all(right) and len(wanted) == len(lines):
        return
    first = next((place for place, fits in enumerate(right) if not fits), len(right))
    happened = [_line(one, calendar) for one in lines]
    same = dict(_in_order([[_is(who, one, line, calendar) for line in lines] for who, one in wanted]))
    position = wanted[first][1].position if first < len(wanted) else expect.place("told")
    yield Mismatch(
        position=position,
        what="told",
        text=_said_of(first, len(wanted), len(lines)),
        expected=tuple(
            happened[same[place]] if place in same else _wanted(who, one, calendar)
            for place, (who, one) in enumerate(wanted)
        )
        or ((NOBODY,),),
        happened=tuple(happened) or ((NOBODY,),),
    )


def _in_order(fits: Sequence[Sequence[bool]]) -> Iterator[tuple[int, int]]:
    """The most pairs of a row and a column that fit, both going on from pair to pair."""
    columns = len(fits[0]) if fits else 0
    most = [[0] * (columns + 1) for _ in range(len(fits) + 1)]
    for row in reversed(range(len(fits))):
        for column in reversed(range(columns)):
            longer = 1 + most[row + 1][column + 1] if fits[row][column] else 0
            most[row][column] = max(longer, most[row + 1][column], most[row][column + 1])
    row = column = 0
    while row < len(fits) and column < columns:
        if fits[row][column] and most[row][column] == 1 + most[row + 1][column + 1]:
            yield row, column
            row, column = row + 1, column + 1
        elif most[row + 1][column] >= most[row][column + 1]:
            row += 1
        else:
            column += 1


def _said_of(first: int, wanted: int, lines: int) -> Text:
    if first >= wanted:
        return Text("somebody was told who was not expected to be", "通知了未写在期望中的人")
    if first >= lines:
        return Text("somebody was not told", "有人没有收到通知")
    return Text(f"from the {_ordinal(first + 1)} on, other things were told", f"从第 {first + 1} 条起，通知与期望不同")


def _ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _is(who: str, one: Told, line: Line, calendar: Calendar) -> bool:
    """Whether a line is what an entry says; what the entry leaves out is not asked, but for the ticket."""
    return (
        who == line.who
        and one.about in (None, line.about)
        and (one.at is None or instant(one.at, calendar) == line.at)
        and one.ask_for in (None, line.item.ask_for)
        and one.merged in (None, line.item.skipped)
        and _same_ticket(one.ticket, line.ticket)
    )


def _same_ticket(said: str | None, ticket: str | None) -> bool:
    return said == ticket or (said is not None and ticket == f"{said} 1")


def _wanted(who: str, one: Told, calendar: Calendar) -> Row:
    at = "" if one.at is None else written_instant(instant(one.at, calendar), calendar)
    return _cells(one.ticket, who, one.about or "", at, one.ask_for, one.merged)


def _line(one: Line, calendar: Calendar) -> Row:
    return _cells(
        one.ticket, one.who, one.about, written_instant(one.at, calendar), one.item.ask_for, one.item.skipped or None
    )


def _cells(ticket: str | None, who: str, about: str, at: str, ask_for: str | None, merged: int | None) -> Row:
    more = [f"ask_for: {ask_for}"] if ask_for else []
    more += [f"merged: {merged}"] if merged else []
    more += [f"ticket: {ticket}"] if ticket else []
    return (who, about, at, ", ".join(more))


# --- Words --------------------------------------------------------------------------------------------------------

_DIFFERENT = {
    "state": Text("the ticket is in another state", "工单处于另一个状态"),
    "workflow": Text("the ticket is of another class", "工单属于另一个流程"),
    "ended": Text("the ticket has not come to where it was expected", "工单是否结束与期望不同"),
    "late": Text("other deadlines are late", "逾期的时限不同"),
    "allowed": Text("other moves are possible", "可办理的流转不同"),
    "fields": Text("the field says something else", "字段的值不同"),
    "empty": Text("the field is not empty", "字段不是空的"),
    "hidden": Text("other fields are hidden", "看不到的字段不同"),
    "priority": Text("the priority is another one", "优先级不同"),
    "assignee": Text("somebody else holds the ticket", "经办人不同"),
    "children": Text("other children are open", "未结束的子工单不同"),
}


def _different(expect: Expect, path: tuple[str, ...], expected: Sequence[Row], happened: Sequence[Row]) -> Mismatch:
    return Mismatch(
        position=expect.place(*path),
        what=".".join(path),
        text=_DIFFERENT[path[0]],
        expected=tuple(expected),
        happened=tuple(happened),
    )
