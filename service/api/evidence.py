"""The history as JSON: what happened, who was told of it and why, in which words, and when he had them.

Nothing rendered is kept: the words of a notice are made again from its items, as its reader gets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from service import findings
from service.api.rendering import Body, blocker_body, due_body, fields_body, instant, named, person_body
from service.finding import Seen
from service.ledger import Line, Message
from workflow import telling, words
from workflow.definition import Deadline, Definition, Level, Reminder, State, Text, Transition
from workflow.entry import Answer, Ended, Entry, Occurrence
from workflow.schedule import Schedule
from workflow.telling import Reading
from workflow.ticket import Held

Bearing = Transition | State | Deadline | Level | Reminder | Schedule


def line_body(line: Line, seen: Seen, lang: str) -> Body:
    """One entry of the history: what, when it counts and when it was written, by whom, who was told and why."""
    entry, definition = line.entry, line.definition
    zone = seen.loaded.calendar.zone
    names = seen.directory.names(lang)
    label = {
        "move": lambda: words.transition(entry.name, definition),
        "refusal": lambda: words.transition(entry.name, definition),
        "reminder": lambda: words.reminder(entry.name, definition),
        "calendar": lambda: words.plain(entry.name),
        "revision": lambda: definition.text,
        "repair": lambda: REPAIRED,
        "child": lambda: entry.child.workflow_text if entry.child else words.plain(entry.name),
    }.get(entry.kind, lambda: words.deadline(entry.name, definition))()
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        **named(entry.name, label, lang),
        "rules": _rules(entry, definition),
        "level": entry.timer.level or None if entry.timer else None,
        "run": entry.timer.run if entry.timer else None,
        "at": instant(entry.at, zone),
        "recorded_at": instant(line.recorded_at, zone),
        "due_at": instant(entry.due_at, zone),
        "limit_at": instant(entry.limit_at, zone),
        "skipped": entry.skipped,
        "actor": person_body(entry.actor, names),
        "row": entry.row,
        "answer": None if entry.answer is None else answer_body(entry.answer),
        "occurrence": _occurrence_body(entry.occurrence, definition, zone, lang),
        "from": entry.source,
        "to": entry.target,
        "workflow": entry.workflow,
        "revision": entry.revision,
        "calendar_revision": line.calendar_revision,
        "version": entry.version,
        "filled": fields_body(seen, entry.filled, lang, definition),
        "digests": dict(line.filled),
        "set": dict(entry.set),
        "told": [
            {**told_body(one, names, definition, lang), **_message_body(one, line, seen, names, lang)}
            for one in line.told
        ],
        "opened": [{"number": one.number, "workflow": one.workflow} for one in entry.opened],
        "child": None if entry.child is None else _ended_body(entry.name, entry.child, lang),
        "reasons": [blocker_body(one, definition.name, lang) for one in entry.reasons],
        "repaired": [_repaired_body(one, definition, lang) for one in entry.repaired],
        "mapped": dict(entry.mapped),
        "request_id": line.request_id,
    }


def _rules(entry: Entry, definition: Definition) -> list[str]:
    """The rules that the part carries out by which this happened, and those of the state that was entered by it."""
    parts: list[Bearing | None] = []
    match entry.kind:
        case "move" | "refusal":
            parts = [definition.transitions.get(entry.name)]
            if entry.kind == "move" and entry.target != entry.source:
                parts.append(definition.states.get(entry.target or ""))
            if entry.occurrence is not None:
                parts.append(definition.recurring.get(entry.occurrence.schedule))
        case "level":
            deadline = definition.deadlines.get(entry.name)
            came = entry.timer.level if entry.timer else ""
            levels = [one for one in deadline.levels if one.name == came] if deadline else []
            parts = [deadline, *levels]
        case "reminder":
            parts = [definition.reminders.get(entry.name)]
    return list(dict.fromkeys(rule for part in parts if part is not None for rule in part.rules))


REPAIRED = Text("put right from the command line", "由命令行体检修正")


def _repaired_body(one: Mapping[str, Any], definition: Definition, lang: str) -> Body:
    """What was stored otherwise than the history says, before and after, and the same in words."""
    return {**one, "said": findings.said(one, definition, lang)}


def answer_body(answer: Answer) -> Body:
    """What an approver said: to which step, and for which rows of its list."""
    return {"step": answer.step, "granted": answer.granted, "rows": list(answer.rows)}


def _occurrence_body(occurrence: Occurrence | None, definition: Definition, zone: str, lang: str) -> Body | None:
    """The schedule that has opened the ticket, for which period and party, and when it is due."""
    if occurrence is None:
        return None
    schedule = definition.recurring.get(occurrence.schedule)
    label = schedule.text if schedule else words.plain(occurrence.schedule)
    return {
        "schedule": occurrence.schedule,
        "label": label.read(lang),
        "period": occurrence.period,
        "period_label": occurrence.text.read(lang),
        "due": due_body(occurrence.due, zone),
        "party": occurrence.party,
    }


def _ended_body(number: str, ended: Ended, lang: str) -> Body:
    """How a child ended."""
    return {
        "number": number,
        "workflow": named(ended.workflow, ended.workflow_text, lang),
        "state": named(ended.state, ended.state_text, lang),
    }


def told_body(told: Mapping[str, Any], names: Mapping[str, str], definition: Definition, lang: str) -> Body:
    """Somebody who was told, and why it was he; a person of None is that nobody could be reached."""
    return {**told, "person": person_body(told["person"], names), "reason": _reason(told, names, definition, lang)}


def _message_body(told: Mapping[str, Any], line: Line, seen: Seen, names: Mapping[str, str], lang: str) -> Body:
    """When he was sent the notice, had it and read it, and the line that it said of this entry."""
    message = line.message_to(told)
    zone = seen.loaded.calendar.zone
    if message is None:
        return {"sent_at": None, "delivered_at": None, "read_at": None, "said": None}
    return {
        "sent_at": instant(message.created_at, zone),
        "delivered_at": instant(message.delivered_at, zone),
        "read_at": instant(message.read_at, zone),
        "said": _said(line, message, seen, names, lang),
    }


def _said(line: Line, message: Message, seen: Seen, names: Mapping[str, str], lang: str) -> str:
    """A notice tells a run of a deadline in one line, whichever of its levels came, and any other entry in one."""
    items = [item for item in message.items if item.openings is not None]  # which tell of it with others
    if not items:
        mine = next(item for item in message.items if item.sequence == line.entry.sequence)
        items = [
            item
            for item in message.items
            if item.sequence == mine.sequence
            or (mine.kind == item.kind == "level" and (mine.name, mine.run) == (item.name, item.run))
        ]
    reading = Reading(
        definition=line.definition,
        names=names,
        zone=seen.loaded.calendar.zone,
        lang=lang,
        written_at=message.created_at,
    )
    return " ".join(telling.told(items, reading, number=seen.loaded.ticket.number).lines)


def _reason(told: Mapping[str, Any], names: Mapping[str, str], definition: Definition, lang: str) -> str:
    """Why it was he: the role through which he was found, or what he is to the ticket; whom he stands for."""

    def pick(en: str, zh: str) -> str:
        return zh if lang == "zh" else en

    def role(stored: list[str]) -> str:
        held = Held(*stored)
        return words.held(held.role, held.department, definition).read(lang)

    who = telling.meant(told["why"], definition)
    meant = words.who(who, definition).read(lang)
    said = meant
    if told.get("held"):
        said = role(told["held"])
        if who.kind == "word":
            said += pick(f" ({meant})", f"（{meant}）")
    if told.get("vacant"):
        vacant = role(told["vacant"])
        said += pick(f", as nobody can be reached as {vacant}", f"，因{vacant}无人在岗")
    if told.get("absent"):
        absent = names.get(told["absent"], told["absent"])
        said += pick(f", as {absent} cannot be reached", f"，因{absent}无法联系")
    if told.get("instead_of"):
        holder = names.get(told["instead_of"], told["instead_of"])
        said = pick(f"in the place of {holder}: {said}", f"代{holder}：{said}")
    if told["person"] is None:
        said = pick(f"nobody can be reached as {said}", f"{said}无人在岗")
    return said
