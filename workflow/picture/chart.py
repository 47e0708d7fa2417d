"""What is in a picture of a definition, before anybody says where: boxes, arrows, groups, and its timings.

Transitions between the same two states share an arrow; those that stay are listed in their state; those from
many states are one group. Nothing here has a place or a colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from workflow.definition import NEW, REFUSE, Definition, State, Transition
from workflow.picture.captions import Captions
from workflow.picture.running import runs_in
from workflow.picture.timings import Timing, timings_of

MANY = 4
"""From so many states on (or from all open ones, if these are fewer), a transition is drawn once, as from a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transition in words; `target` None stays."""

    text: str
    by: str
    notes: tuple[str, ...] = ()
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """That a deadline runs (or is paused) in a state, or that a reminder may come in it."""

    timing: int
    paused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A state: what stands in it under its title, the moves that stay, the marks of what counts in it."""

    state: str
    title: str
    lines: tuple[str, ...] = ()
    stays: tuple[Move, ...] = ()
    marks: tuple[Mark, ...] = ()
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """All transitions from one state (NEW: the opening) to another."""

    source: str
    target: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Transitions that are possible from the same many states."""

    title: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything in the picture, in the order of the definition.

    `told` describes it to who cannot see it, `now` is written on the state in which a ticket stands, `signs`
    has the meaning of each sign that occurs in a state.
    """

    lang: str
    title: str
    lines: tuple[str, ...]
    told: str
    now: str
    signs: tuple[tuple[str, str], ...]
    boxes: Mapping[str, Box]
    arrows: tuple[Arrow, ...]
    groups: tuple[Group, ...]
    timings: tuple[Timing, ...]
    legend: str

    @property
    def homeless(self) -> tuple[str, ...]:
        """The states that no arrow touches and that a group leads to."""
        touched = {name for arrow in self.arrows for name in (arrow.source, arrow.target)}
        reached = {move.target for group in self.groups for move in group.moves}
        return tuple(name for name in self.boxes if name not in touched and name in reached)


def chart_of(definition: Definition, lang: str) -> Chart:
    """The chart in `lang` ("zh" or "en")."""
    captions = Captions(definition, lang)
    open_states = [state.name for state in definition.states.values() if not state.end]
    arrows: dict[tuple[str, str], list[Move]] = {}
    stays: dict[str, list[Move]] = {}
    groups: dict[tuple[str, ...], list[Move]] = {}
    for transition in definition.transitions.values():
        if transition.answer:
            for source, answer in _answers(transition, definition, captions):
                arrows.setdefault((source, str(answer.target)), []).append(answer)
            continue
        move = _move(transition, captions)
        sources = [name for name in transition.sources if name == NEW or name in definition.states]
        if len(sources) >= min(MANY, max(len(open_states), 2)) and NEW not in sources:
            groups.setdefault(tuple(sorted(sources)), []).append(move)
            continue
        for source in sources:
            if transition.target in (None, source):
                stays.setdefault(source, []).append(move)
            else:
                arrows.setdefault((source, str(transition.target)), []).append(move)
    marks = _marks(definition)
    return Chart(
        lang=lang,
        title=definition.text.read(lang),
        lines=_heading(definition, captions),
        told=_told(definition, captions),
        now=captions.say("now", "当前"),
        signs=tuple(_signs(definition, marks, captions)),
        boxes={
            state.name: Box(
                state=state.name,
                title=state.text.read(lang),
                lines=_lines(state, captions),
                stays=tuple(stays.get(state.name, ())),
                marks=tuple(marks.get(state.name, ())),
                end=state.end,
            )
            for state in definition.states.values()
        },
        arrows=tuple(Arrow(source=s, target=t, moves=tuple(moves)) for (s, t), moves in arrows.items()),
        groups=tuple(Group(title=_from(sources, captions), moves=tuple(moves)) for sources, moves in groups.items()),
        timings=timings_of(definition, captions),
        legend=captions.say("Deadlines and reminders", "时限与催办"),
    )


def _answers(transition: Transition, definition: Definition, captions: Captions) -> Iterator[tuple[str, Move]]:
    """The way out of each state with approvals that an answer opens: the last yes, or the first no."""
    for source in transition.sources:
        steps = definition.states[source].approvals
        notes: tuple[str, ...] = ()
        if len(steps) > 1 or any(step.for_each for step in steps):
            note = ("the first no", "有一人不同意") if transition.name == REFUSE else ("the last yes", "全部同意")
            notes = (captions.say(*note),)
        *_, target = definition.ways(transition, source)
        if target in definition.states:
            yield source, Move(text=transition.text.read(captions.lang), by="", notes=notes, target=target)


def _marks(definition: Definition) -> dict[str, list[Mark]]:
    """The marks of each state; a reminder that comes in every open state has none."""
    marks: dict[str, list[Mark]] = {}
    timing = 0
    for deadline in definition.deadlines.values():
        running = runs_in(definition, deadline)
        for name in definition.states:
            if name in running:
                marks.setdefault(name, []).append(Mark(timing=timing, paused=name in deadline.paused_in))
        timing += 1
    everywhere = frozenset(state.name for state in definition.states.values() if not state.end)
    for reminder in definition.reminders.values():
        for name in sorted(reminder.states - everywhere if reminder.states >= everywhere else reminder.states):
            marks.setdefault(name, []).append(Mark(timing=timing))
        timing += 1
    return marks


def _move(transition: Transition, captions: Captions) -> Move:
    notes = [captions.becomes(transition)]
    if transition.at_most is not None:
        row, row_zh = (", each row", "每行") if transition.row_of else ("", "")
        notes.append(captions.say(f"at most {transition.at_most}×{row}", f"{row_zh}最多{transition.at_most}次"))
    if transition.not_before is not None:
        earliest = captions.moment(transition.not_before)
        notes.append(captions.say(f"not before {earliest}", f"不早于{earliest}"))
    return Move(
        text=transition.text.read(captions.lang),
        by=captions.may(transition),
        notes=tuple(filter(None, notes)),
        target=transition.target,
    )


def _heading(definition: Definition, captions: Captions) -> tuple[str, ...]:
    """The lines under the title: how it is called and numbered, who answers for it, who is always told."""
    called = (definition.name, *map(definition.document.get, ("number", "version")))
    lines = [" · ".join(filter(None, called))]
    accountable = captions.outside(definition.accountable)
    lines.append(captions.say(f"Accountable: {accountable}", f"归口：{accountable}"))
    if definition.followers:
        followers = captions.people(definition.followers)
        lines.append(captions.say(f"Told of every move: {followers}", f"每次流转均告知：{followers}"))
    return tuple(lines)


def _signs(definition: Definition, marks: Mapping[str, list[Mark]], captions: Captions) -> Iterator[tuple[str, str]]:
    present = [mark for listed in marks.values() for mark in listed]
    if any(mark.timing < len(definition.deadlines) and not mark.paused for mark in present):
        yield "clock", captions.say("this deadline runs in the state", "该时限在此状态下计时")
    if any(mark.paused for mark in present):
        yield "pause", captions.say("this deadline is paused in the state", "该时限在此状态下暂停")
    if any(mark.timing >= len(definition.deadlines) for mark in present):
        yield "bell", captions.say("this reminder may come in the state", "此状态下会有该催办")
    if any(move.target is None and not move.answer for move in definition.transitions.values()):
        yield "loop", captions.say("a move that stays in its state", "办理后状态不变")


def _told(definition: Definition, captions: Captions) -> str:
    states = captions.among(state.text.read(captions.lang) for state in definition.states.values())
    written = sum(not transition.answer for transition in definition.transitions.values())
    return captions.say(
        f"{len(definition.states)} states ({states}), {written} transitions, "
        f"{len(definition.deadlines)} deadlines, {len(definition.reminders)} reminders",
        f"{len(definition.states)}个状态（{states}），{written}个流转，"
        f"{len(definition.deadlines)}个时限，{len(definition.reminders)}个催办",
    )


def _from(sources: Iterable[str], captions: Captions) -> str:
    states = captions.states(sources)
    return captions.say(f"From {states}", f"{states}均可")


def _lines(state: State, captions: Captions) -> tuple[str, ...]:
    """Who must act or is asked for approval, and who is told when the state is entered."""
    if state.approvals:
        told = captions.people(state.effects.notify)
        entering = captions.say(f"on entering → {told}", f"进入时 → {told}") if told else ""
        return tuple(filter(None, (*captions.steps(state), entering)))
    acting, told = captions.people(state.responsible), captions.people(state.effects.notify)
    if told and told == acting:
        return (captions.say(f"{acting} (told on entering)", f"{acting}（进入即告知）"),)
    return tuple(filter(None, (acting, told and captions.say(f"on entering → {told}", f"进入时 → {told}"))))
