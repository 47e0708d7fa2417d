"""The answers of approvers as transitions: not written in a file, they follow from its states with approvals."""

from __future__ import annotations

from collections.abc import Mapping

from workflow.definition import COMMENT, GRANT, REFUSE, State, Text, Transition

ANSWERS = (GRANT, REFUSE)

_TEXTS = {GRANT: Text("Grant", "同意"), REFUSE: Text("Refuse", "不同意")}


def with_answers(states: Mapping[str, State], written: Mapping[str, Transition]) -> dict[str, Transition]:
    """The transitions that are written, and behind them the answers, if anybody is asked for one.

    A no says why. In `by` stands whoever may ever be asked; who is now, is for the ticket to tell.
    """
    asking = [state for state in states.values() if state.approvals]
    if not asking:
        return dict(written)
    people = tuple(dict.fromkeys(who for state in asking for step in state.approvals for who in step.by))
    answers = {
        name: Transition(
            name=name,
            text=_TEXTS[name],
            sources=tuple(state.name for state in asking),
            target=None,
            by=people,
            fill=(COMMENT,) if name == REFUSE else (),
            may_fill=(COMMENT,) if name == GRANT else (),
            answer=True,
        )
        for name in ANSWERS
    }
    return {**written, **answers}
