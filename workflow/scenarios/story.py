"""The story of a scenario as far as it came, in words: what happened when, and who was told what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workflow import words
from workflow.definition import Text
from workflow.scenarios.play import Happened, Line, Play
from workflow.scenarios.writing import written_instant
from workflow.telling import Reading, told


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One thing that happened, or (`to` says whom) was told; of a child, with what the scenario calls it."""

    at: str
    text: Text
    ticket: str | None = None
    to: str | None = None


def story(play: Play, before: int | None = None) -> tuple[Sentence, ...]:
    """Everything that has happened, or the first so many entries, each followed by what was told of it."""
    waiting: dict[tuple[str | None, int], list[Line]] = {}
    for line in play.lines:
        waiting.setdefault((line.ticket, line.item.sequence), []).append(line)
    found: list[Sentence] = []
    for one in play.history[:before]:
        found += _of(one, waiting.get((one.ticket, one.entry.sequence), []), play)
    return tuple(found)


def _of(one: Happened, lines: Sequence[Line], play: Play) -> Iterator[Sentence]:
    at = written_instant(one.at, play.calendar)
    yield Sentence(at=at, text=_happened(one), ticket=one.ticket)
    for line in lines:
        yield Sentence(at=at, text=_told(line, play), ticket=one.ticket, to=line.who)


def _happened(one: Happened) -> Text:
    entry, definition = one.entry, one.definition
    match entry.kind:
        case "move":
            who = Text(entry.actor, entry.actor) if entry.actor else words.WHO["clock"]
            called, state = words.transition(entry.name, definition), words.state(one.state, definition)
            return Text(
                f"{who.en}: {called.en} → {state.en}", f"{who.read('zh')}：{called.read('zh')} → {state.read('zh')}"
            )
        case "level":
            level = entry.timer.level if entry.timer is not None else ""
            called = words.deadline(entry.name, definition)
            return Text(f"{called.en}: {level}", f"{called.read('zh')}：{level}")
        case "reminder":
            return words.reminder(entry.name, definition)
        case "refusal":
            called = words.transition(entry.name, definition)
            why, why_zh = (
                " ".join(reason.text.en for reason in entry.reasons),
                "".join(reason.text.read("zh") for reason in entry.reasons),
            )
            return Text(f"{called.en} could not be made: {why}", f"未能办理{called.read('zh')}：{why_zh}")
        case _:
            return Text(f"{entry.kind} {entry.name}", f"{entry.kind} {entry.name}")


def _told(line: Line, play: Play) -> Text:
    """The notice, in both languages."""
    said = [
        told(
            (line.item,),
            Reading(definition=line.definition, names={}, zone=play.calendar.zone, lang=lang, written_at=line.at),
            number="",
        ).subject.strip()
        for lang in ("en", "zh")
    ]
    return Text(*said)
