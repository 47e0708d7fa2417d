"""Row moves: a transition that fills columns of a list is about one row of it, and says which.

Rows are counted from 1, in the order in which they were typed. Who may, and how often, is asked for the row: `head of
findings.department` is then the head of the department in that row, and `at_most` counts for each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from workflow import names, words
from workflow.definition import Definition, Text, Transition
from workflow.entry import Blocker, Value
from workflow.people import may
from workflow.ticket import Actor, Ticket

Row = Mapping[str, object]


def rows_of(ticket: Ticket, listed: str | None) -> tuple[Row, ...]:
    """The rows of a list, none while it is empty."""
    value = ticket.fields.get(listed or "")
    return value if isinstance(value, tuple) else ()


def exists(ticket: Ticket, listed: str | None, row: int | None) -> bool:
    """Whether the list has this row."""
    return row is not None and 1 <= row <= len(rows_of(ticket, listed))


def of_row(ticket: Ticket, listed: str | None, row: int | None) -> Ticket:
    """The ticket as it is for one row: its list has that row alone; the ticket itself if there is no such row."""
    if listed is None or row is None or not exists(ticket, listed, row):
        return ticket
    return ticket.changed(fields={**ticket.fields, listed: (rows_of(ticket, listed)[row - 1],)})


def filled_in(ticket: Ticket, listed: str, row: int, cells: Mapping[str, Value]) -> Value:
    """The list with these cells of one row written."""
    rows = rows_of(ticket, listed)
    return (*rows[: row - 1], {**rows[row - 1], **cells}, *rows[row:])


def left(transition: Transition, definition: Definition, ticket: Ticket, actor: Actor) -> tuple[int, ...]:
    """The rows for which the actor may still make a row move."""
    listed = transition.row_of
    return tuple(
        row
        for row in range(1, len(rows_of(ticket, listed)) + 1)
        if not _used_up(transition, ticket, row)
        and may(transition.by, actor, of_row(ticket, listed, row), definition)
        and not may(transition.not_by, actor, of_row(ticket, listed, row), definition)
    )


def against(transition: Transition, definition: Definition, ticket: Ticket, row: int | None) -> Iterator[Blocker]:
    """What stands against making a move for this row: that there is none, that none is wanted, that it is done."""
    listed = transition.row_of
    if listed is None:
        if row is not None:
            text = Text(
                f"“{transition.text.en}” is about the whole ticket; leave “row” away.",
                f"“{transition.text.read('zh')}”针对整张工单，不要填写 row。",
            )
            yield _blocker(transition, "row", text)
    elif not exists(ticket, listed, row):
        yield _which(transition, definition, ticket, row)
    elif row is not None and _used_up(transition, ticket, row):
        yield _blocker(transition, "at_most", _done(transition, ticket, row))


def none_left(transition: Transition, definition: Definition, ticket: Ticket) -> Iterator[Blocker]:
    """What stands against a row move whatever row is meant: that the list is empty, or every row done."""
    listed = transition.row_of
    if listed is None:
        return
    rows = range(1, len(rows_of(ticket, listed)) + 1)
    if not rows:
        yield _which(transition, definition, ticket, None)
    elif all(_used_up(transition, ticket, row) for row in rows):
        text = Text("This has been done for every row.", "各行均已办理。")
        yield _blocker(transition, "at_most", text)


def _used_up(transition: Transition, ticket: Ticket, row: int) -> bool:
    made = ticket.made.get(transition.name)
    return transition.at_most is not None and made is not None and made.rows.get(row, 0) >= transition.at_most


def _done(transition: Transition, ticket: Ticket, row: int) -> Text:
    rows = range(1, len(rows_of(ticket, transition.row_of)) + 1)
    still = [str(one) for one in rows if not _used_up(transition, ticket, one)]
    often = "once" if transition.at_most == 1 else f"{transition.at_most} times"
    return Text(
        f"This may be done {often} for each row, and has been for row {row}; left: {names.one_of(still) or 'none'}.",
        f"此项每行最多办理{transition.at_most}次，第 {row} 行已办理；尚余：{names.one_of(still, 'zh') or '无'}。",
    )


def _which(transition: Transition, definition: Definition, ticket: Ticket, row: int | None) -> Blocker:
    """That no row is named, or one that is not there; the rows that there are."""
    label = words.field(str(transition.row_of), definition)
    count = len(rows_of(ticket, transition.row_of))
    there = Text("1" if count == 1 else f"1 to {count}", "1" if count == 1 else f"1 至 {count}")
    if not count:
        text = Text(f"“{label.en}” has no rows yet.", f"“{label.read('zh')}”还没有任何行。")
    elif row is None:
        text = Text(
            f"Say in “row” which row of “{label.en}” is meant: {there.en}.",
            f"请在 row 中写明“{label.read('zh')}”的第几行：{there.zh}。",
        )
    else:
        text = Text(
            f"“{label.en}” has no row {row}; there are: {there.en}.",
            f"“{label.read('zh')}”没有第 {row} 行；可用：{there.zh}。",
        )
    return _blocker(transition, "row", text)


def _blocker(transition: Transition, code: str, text: Text) -> Blocker:
    return Blocker(
        code=code,
        subject=transition.row_of or transition.name,
        part=("transitions", transition.name),
        rules=transition.rules,
        text=text,
    )
