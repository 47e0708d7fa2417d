"""Answering: who may grant or refuse now, for which rows, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator

from workflow import words
from workflow.approvals import Asked, asked, every_row, passes_unasked
from workflow.definition import REFUSE, Approval, Definition, Text, Transition
from workflow.entry import Answer, Blocker
from workflow.people import accountable, may, person_meant
from workflow.ticket import CLOCK, Actor, Held, Ticket


def may_answer(actor: Actor, ticket: Ticket, definition: Definition) -> tuple[int | None, ...]:
    """The rows for which he is asked now (None: the step is asked once); empty if he is not asked."""
    now = asked(ticket, definition)
    if now is None:
        return ()
    return tuple(row for row in now.rows if _may(now, row, actor, ticket, definition))


def answer_of(
    transition: Transition, definition: Definition, ticket: Ticket, actor: Actor, row: int | None
) -> Answer | None:
    """What a move says, for every row that he is asked about, or for the one that is named; None is the clock's."""
    if actor is CLOCK:
        return None
    rows = (row,) if row is not None else may_answer(actor, ticket, definition)
    given = tuple(one for one in rows if one is not None)
    return Answer(step=ticket.step, granted=transition.name != REFUSE, rows=given)


def against_answer(
    transition: Transition, definition: Definition, ticket: Ticket, actor: Actor, row: int | None
) -> Iterator[Blocker]:
    """Why somebody may not give this answer now; the ticket is in a state with approvals."""
    now = asked(ticket, definition)
    if now is None:
        if not (actor is CLOCK and passes_unasked(ticket, definition, transition.name)):
            text = Text("Nobody is asked here: no step applies.", "此处无须审批：没有适用的审批步骤。")
            yield _blocker("nobody_asked", transition, ticket, text)
        return
    faulty = _row_faulty(now, transition, ticket, row) if row is not None else None
    if faulty is not None:
        yield faulty
        return
    his = may_answer(actor, ticket, definition)
    if not his or (row is not None and row not in his):
        yield _not_asked(now, transition, definition, ticket, actor, row)


def _row_faulty(now: Asked, transition: Transition, ticket: Ticket, row: int | None) -> Blocker | None:
    every = every_row(now.step, ticket)
    if not every:
        text = Text("This step is asked once; leave “row” away.", "本步骤不分行审批；请去掉 row。")
        return _blocker("row_not_asked", transition, ticket, text, now.step)
    if row not in every:
        text = Text(f"There are rows 1 to {len(every)}, not {row}.", f"行号应为 1 至 {len(every)}，没有第 {row} 行。")
        return _blocker("no_such_row", transition, ticket, text, now.step)
    if row not in now.rows:
        text = Text(f"Row {row} has been granted in this round.", f"第 {row} 行本轮已同意。")
        return _blocker("answered", transition, ticket, text, now.step)
    return None


def _not_asked(
    now: Asked, transition: Transition, definition: Definition, ticket: Ticket, actor: Actor, row: int | None
) -> Blocker:
    asking = [row] if row is not None else list(now.rows)
    if any(_meant(now, one, actor, ticket, definition) for one in asking):
        barred = words.several(now.step.not_by, definition)
        text = Text(
            f"This must be answered by somebody other than {barred.en}.", f"{barred.read('zh')}不得审批此步骤。"
        )
        return _blocker("not_by", transition, ticket, text, now.step)
    mine = [one for one in ticket.answers if one.answer.step == now.number and one.by == actor.id]
    people = words.several(now.step.by, definition)
    if mine:
        text = Text(
            f"You have answered in this round; others are still asked: {people.en}.",
            f"您本轮已审批；尚待审批：{people.read('zh')}。",
        )
        return _blocker("answered", transition, ticket, text, now.step)
    text = Text(f"Only these are asked now: {people.en}.", f"当前只由以下人员审批：{people.read('zh')}。")
    return _blocker("not_allowed", transition, ticket, text, now.step)


def _blocker(code: str, transition: Transition, ticket: Ticket, text: Text, step: Approval | None = None) -> Blocker:
    return Blocker(
        code=code,
        subject=transition.name,
        part=("states", ticket.state),
        rules=step.rules if step else (),
        text=text,
    )


def _may(now: Asked, row: int | None, actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    about = now.about(ticket, row)
    return _meant(now, row, actor, ticket, definition) and not may(now.step.not_by, actor, about, definition)


def _meant(now: Asked, row: int | None, actor: Actor, ticket: Ticket, definition: Definition) -> bool:
    """Whether he is one of those who are asked; where a person is asked and there is none, the accountable role is."""
    about = now.about(ticket, row)
    if may(now.step.by, actor, about, definition):
        return True
    missing = any(one.kind != "role" and person_meant(one, about, actor) is None for one in now.step.by)
    return missing and actor is not CLOCK and Held(accountable(ticket, definition)) in actor.holds
