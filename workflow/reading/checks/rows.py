"""Row moves: that each is about one row of one list, and that there are rows for it."""

from __future__ import annotations

from workflow.definition import FieldType, Transition
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.limits import filled


def row_move(draft: Draft) -> Found:
    """A move that fills columns of two lists, a list together with its column, or a row of a ticket that is opened."""
    for name, move in draft.definition.transitions.items():
        path = ("transitions", name)
        for listed in ("fill", "may_fill"):
            for column in getattr(move, listed):
                finding = _misfit(draft, move, column)
                if finding is not None:
                    yield fault(draft.item((*path, listed), column), "row_move", *finding)


def _misfit(draft: Draft, move: Transition, column: str) -> tuple[str, str] | None:
    outer, dot, _ = column.partition(".")
    field = draft.definition.fields.get(outer)
    if not dot or field is None or field.type is not FieldType.LIST:
        return None  # told already
    if outer != move.row_of:
        return (
            f"a move is about one row of one list, here {move.row_of}; give {outer} a transition of its own",
            f"一个流转只针对一个列表的一行，此处是 {move.row_of}；请为 {outer} 另写一个流转",
        )
    if outer in (*move.fill, *move.may_fill):
        return (
            f"{outer} is filled as a whole here; fill its columns with a transition of their own, row by row",
            f"此处已整体填写 {outer}；请另写一个流转逐行填写它的列",
        )
    if move.opens:
        return (
            f"a ticket that is being opened has no rows yet; fill {outer}, or do this with a later transition",
            f"开单时还没有任何行；请填写 {outer}，或在之后的流转中填写",
        )
    return None


def never_a_row(draft: Draft) -> Found:
    """A row move of a list that nothing fills, and that therefore never has a row."""
    typed = filled(draft)
    for name, move in draft.definition.transitions.items():
        if move.row_of is not None and move.row_of not in typed:
            yield fault(
                ("transitions", name),
                "never_a_row",
                f"no transition fills {move.row_of} itself, so it never has a row",
                f"没有流转填写 {move.row_of} 本身，它永远没有任何行",
                of_key=True,
            )
