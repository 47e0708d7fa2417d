"""The whole lifecycle, told from its opening to its end: what stands where, and nothing twice.

A transition that starts from one state is told under it, one from several in a section of its own; a deadline stands
behind the transition that meets it, a reminder under the state in which it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workflow.definition import NEW, Deadline, Definition, State, Transition
from workflow.prose.document import Document, Paragraph, Section
from workflow.prose.guaranteeing import promise
from workflow.prose.introducing import introduction
from workflow.prose.moving import transition
from workflow.prose.recording import field
from workflow.prose.returning import schedule
from workflow.prose.standing import state
from workflow.prose.timing import deadline, reminder
from workflow.prose.voice import Surroundings, Voice
from workflow.running import runs_in

_SEVERAL = ""
"""Where that is told which belongs to no state in particular."""


def explain(definition: Definition, lang: str, around: Surroundings | None = None) -> Document:
    """The definition in plain sentences, in `lang` ("zh" or "en")."""
    voice = Voice(definition, lang, around or Surroundings())
    sections = [section for section in _sections(voice) if section.paragraphs]
    return Document(name=definition.name, title=definition.text.read(lang), lang=lang, sections=tuple(sections))


def _sections(voice: Voice) -> Iterator[Section]:
    definition = voice.definition
    about = voice.say("About", "概况")
    yield Section(heading=about, path=(), rules=definition.rules, paragraphs=tuple(introduction(voice)))
    begins = voice.say("How a ticket begins", "如何开单")
    yield Section(heading=begins, path=("transitions",), paragraphs=tuple(_told_at(NEW, voice)))
    for one in definition.states.values():
        if not one.end:
            heading = voice.heading(one.name)
            told = (*_told_at(one.name, voice), *_elsewhere(one, voice), *_running(one, voice))
            paragraphs = (state(one, voice), *told)
            yield Section(heading=heading, path=("states", one.name), rules=one.rules, paragraphs=paragraphs)
    several = voice.say("In several states", "多个状态下通用")
    yield Section(heading=several, path=("transitions",), paragraphs=tuple(_told_at(_SEVERAL, voice)))
    ends = (state(one, voice, labelled=True) for one in definition.states.values() if one.end)
    yield _section("How a ticket ends", "如何结束", "states", ends, voice)
    fields = (field(one, voice) for one in definition.fields.values())
    yield _section("What is written down", "登记的内容", "fields", fields, voice)
    schedules = (schedule(one, voice) for one in definition.recurring.values())
    yield _section("Again and again", "周期工单", "recurring", schedules, voice)
    promises = (promise(one, number, voice) for number, one in enumerate(definition.promises))
    yield _section("What is promised", "承诺", "promises", promises, voice)


def _section(en: str, zh: str, key: str, paragraphs: Iterable[Paragraph], voice: Voice) -> Section:
    return Section(heading=voice.say(en, zh), path=(key,), paragraphs=tuple(paragraphs))


# --- What is told where ---------------------------------------------------------------------------------------------


def _told_at(place: str, voice: Voice) -> Iterator[Paragraph]:
    """The transitions that are told at a place, each with the deadlines that it meets, then what else belongs there."""
    definition = voice.definition
    waiting = [one for one in definition.deadlines.values() if _place_of_deadline(one, definition) == place]
    for move in definition.transitions.values():
        if not move.answer and _place_of(move) == place:
            yield transition(move, voice)
            for one in waiting:
                if one.until[0] == move.name:
                    yield deadline(one, voice)
    told_already = {move.name for move in definition.transitions.values() if not move.answer}
    yield from (deadline(one, voice) for one in waiting if one.until[0] not in told_already)
    for each in definition.reminders.values():
        if (next(iter(each.states)) if len(each.states) == 1 else _SEVERAL) == place:
            yield reminder(each, voice)


def _place_of(move: Transition) -> str:
    if move.opens:
        return NEW
    return move.sources[0] if len(move.sources) == 1 else _SEVERAL


def _place_of_deadline(one: Deadline, definition: Definition) -> str:
    """With the first of its ends: where that transition is told, or the state that is come to."""
    first = one.until[0] if one.until else ""
    move = definition.transitions.get(first)
    if move is not None:
        return _place_of(move)
    return first if first in definition.states and not definition.states[first].end else _SEVERAL


def _elsewhere(one: State, voice: Voice) -> Iterator[Paragraph]:
    """What is possible in a state and told further below, by its name alone."""
    moves = voice.definition.transitions.values()
    also = [move.name for move in moves if not move.answer and one.name in move.sources and _place_of(move) != one.name]
    if also:
        named = voice.both(map(voice.transition, also))
        said = voice.say(f"also possible here: {named}", f"这里还可以办理{named}")
        path = ("states", one.name)
        yield Paragraph(path=path, sentences=(voice.ended(said, path),))


def _running(one: State, voice: Voice) -> Iterator[Paragraph]:
    """The limits that run in a state and are told elsewhere, by their names alone."""
    definition = voice.definition
    running = [
        deadline.name
        for deadline in definition.deadlines.values()
        if deadline.levels
        and one.name not in deadline.paused_in
        and _place_of_deadline(deadline, definition) != one.name
        and one.name in runs_in(definition, deadline)
    ]
    if running:
        named = voice.both(map(voice.deadline, running))
        said = voice.say(
            f"time runs here for {named}, too, and what follows near the limit and after it may come here",
            f"{named}在此也计时，临期和逾期时的通知与处理也会在此发生",
        )
        path = ("states", one.name)
        yield Paragraph(path=path, sentences=(voice.ended(said, path),))
