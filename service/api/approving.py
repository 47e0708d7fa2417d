"""The round of an approval as a ticket's page shows it: step by step, who is asked, and who has answered what when."""

from __future__ import annotations

from collections.abc import Iterable

from service.api.rendering import Body, instant, named, person_body
from service.finding import Seen
from workflow import words
from workflow.answering import may_answer
from workflow.approvals import Asked, answered_rows, asked, every_row
from workflow.definition import GRANT, REFUSE, Approval, State
from workflow.people import addressees
from workflow.ticket import CLOCK, Addressee, Answered, Held


def approval_body(seen: Seen, lang: str) -> Body | None:
    """The round that runs in the ticket's state; None where nobody is asked for approval."""
    ticket, definition = seen.loaded.ticket, seen.loaded.definition
    state = definition.states.get(ticket.state)
    if state is None or not state.approvals:
        return None
    return {
        "round": ticket.rounds.get(state.name, 1),
        "granted": named(str(state.granted), words.state(str(state.granted), definition), lang),
        "refused": named(str(state.refused), words.state(str(state.refused), definition), lang),
        "steps": [_step_body(number, state, seen, lang) for number, _ in enumerate(state.approvals, start=1)],
    }


def _step_body(number: int, state: State, seen: Seen, lang: str) -> Body:
    ticket, definition = seen.loaded.ticket, seen.loaded.definition
    step = state.approvals[number - 1]
    answers = [one for one in ticket.answers if one.answer.step == number]
    now = asked(ticket, definition)
    its_turn = now if now is not None and now.number == number else None
    return {
        "step": number,
        "label": words.approval(step, definition).read(lang),
        "by": words.several(step.by, definition).read(lang),
        "not_by": words.several(step.not_by, definition).read(lang) or None,
        "if": step.condition.text if step.condition is not None else None,
        "for_each": None if step.for_each is None else _list_body(step, seen, lang),
        "standing": _standing(number, answers, its_turn, ticket.step),
        "asked": [] if its_turn is None else [_asked_body(its_turn, row, seen, lang) for row in its_turn.rows],
        "granted_rows": sorted(answered_rows(ticket, number)),
        "answers": [_answer_body(one, seen, lang) for one in answers],
        "rules": list(step.rules),
        "note": step.note or None,
    }


def _standing(number: int, answers: Iterable[Answered], its_turn: Asked | None, turn: int) -> str:
    if its_turn is not None:
        return "asked"
    if number > turn:
        return "waiting"
    return "granted" if any(one.answer.granted for one in answers) else "left_out"


def _list_body(step: Approval, seen: Seen, lang: str) -> Body:
    """The list whose rows are asked about, and how many there are."""
    name = str(step.for_each)
    label = words.field(name, seen.loaded.definition)
    return {**named(name, label, lang), "rows": len(every_row(step, seen.loaded.ticket))}


def _asked_body(now: Asked, row: int | None, seen: Seen, lang: str) -> Body:
    """Who must answer for a row, or for the whole: what he is, and which people that are at present."""
    ticket, definition = seen.loaded.ticket, seen.loaded.definition
    meant = addressees(now.step.by, now.about(ticket, row), definition, CLOCK)
    names = seen.directory.names(lang)
    told = {one.person for each in meant for one in seen.directory.told(each, ticket.site)}
    people = [
        person
        for person in sorted(told)
        if row in may_answer(seen.directory.actor(person, ticket.site), ticket, definition)
    ]
    return {
        "row": row,
        "who": [_meant(one, seen, lang) for one in meant],
        "people": [person_body(person, names) for person in people],
    }


def _meant(addressee: Addressee, seen: Seen, lang: str) -> str:
    if addressee.person is not None:
        return seen.directory.names(lang).get(addressee.person, addressee.person)
    held = Held(addressee.role or "", addressee.department)
    return words.held(held.role, held.department, seen.loaded.definition).read(lang)


def _answer_body(one: Answered, seen: Seen, lang: str) -> Body:
    name = GRANT if one.answer.granted else REFUSE
    return {
        "person": person_body(one.by, seen.directory.names(lang)),
        "answer": named(name, words.transition(name, seen.loaded.definition), lang),
        "rows": list(one.answer.rows),
        "at": instant(one.at, seen.loaded.calendar.zone),
    }
