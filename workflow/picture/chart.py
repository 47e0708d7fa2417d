"""What is in a picture of a definition, before anybody says where: boxes, arrows, groups, and its timings.

Transitions between the same two states share an arrow; those that stay are listed in their state; those from
many states are one group. Nothing here has a place or a colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from workflow.definition import NEW, Definition, State
from workflow.picture.captions import Captions
from workflow.picture.consequences import changes
from workflow.picture.moves import Move, answers, move_of
from workflow.picture.promised import promised
from workflow.picture.timings import Timing, timings_of
from workflow.running import runs_in

MANY = 4
"""From so many states on (or from all open ones, if these are fewer), a transition is drawn once, as from a group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """That a deadline runs (or is paused) in a state, or that a reminder may come in it."""

    timing: int
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Jump:
    """A move, and the title of the state to which it leads."""

    move: Move
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A state: what stands in it under its title, the moves that stay, the marks of what counts in it.

    `steps` are those of an approval that has several, `jumps` the moves away that are told here instead of drawn.
    """

    state: str
    title: str
    lines: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    stays: tuple[Move, ...] = ()
    jumps: tuple[Jump, ...] = ()
    marks: tuple[Mark, ...] = ()
    end: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """All transitions from one state (NEW: the opening) to another."""

    source: str
    target: str
    moves: tuple[Move, ...]

    @property
    def by_itself(self) -> bool:
        """Nobody but the clock leads along it."""
        return all(move.by_itself for move in self.moves)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Transitions that are possible from the same many states."""

    title: str
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything in the picture, in the order of the definition.

    `told` describes it to who cannot see it, `now` is written on the state in which a ticket stands, `signs`
    has the meaning of each sign that occurs. `legend` is the heading of the timings, `promises` begins with its own.
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
    promises: tuple[str, ...]

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
    timings = timings_of(definition, captions)
    for transition in definition.transitions.values():
        if transition.answer:
            for source, answer in answers(transition, captions):
                arrows.setdefault((source, str(answer.target)), []).append(answer)
            continue
        move = move_of(transition, captions, timings)
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
    every_move = [*chain.from_iterable((*arrows.values(), *stays.values(), *groups.values()))]
    return Chart(
        lang=lang,
        title=definition.text.read(lang),
        lines=_heading(definition, captions),
        told=_told(definition, captions),
        now=captions.say("now", "当前"),
        signs=tuple(_signs(every_move, [*chain.from_iterable(marks.values())], timings, captions)),
        boxes={
            state.name: Box(
                state=state.name,
                title=state.text.read(lang),
                lines=_lines(state, captions),
                steps=tuple(map(captions.step, state.approvals)) if len(state.approvals) > 1 else (),
                stays=tuple(stays.get(state.name, ())),
                marks=tuple(marks.get(state.name, ())),
                end=state.end,
            )
            for state in definition.states.values()
        },
        arrows=tuple(Arrow(source=s, target=t, moves=tuple(moves)) for (s, t), moves in arrows.items()),
        groups=tuple(Group(title=_from(sources, captions), moves=tuple(moves)) for sources, moves in groups.items()),
        timings=timings,
        legend=_legend(definition, captions),
        promises=promised(definition, captions),
    )


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


def _signs(
    moves: Sequence[Move], marks: Sequence[Mark], timings: Sequence[Timing], captions: Captions
) -> Iterator[tuple[str, str]]:
    counted = {"pause" if mark.paused else timings[mark.timing].kind for mark in marks}
    told = {line.kind for move in moves for line in move.lines}
    if "deadline" in counted:
        yield "clock", captions.say("this deadline runs in the state", "该时限在此状态下计时")
    if "pause" in counted:
        yield "pause", captions.say("this deadline is paused in the state", "该时限在此状态下暂停")
    if "reminder" in counted:
        yield "bell", captions.say("this reminder may come in the state", "此状态下会有该催办")
    if any(move.target is None for move in moves):
        yield "loop", captions.say("a move that stays in its state", "办理后状态不变")
    if "clock" in told:
        yield "bolt", captions.say("the clock makes the move, by the timing named", "系统到时自动办理（依所注编号）")
    if "told" in told:
        yield "letter", captions.say("who is told of the move", "办理时告知的人")
    if "checks" in told:
        yield "tick", captions.say("what is checked before the move", "办理前须核对")


def _legend(definition: Definition, captions: Captions) -> str:
    if definition.recurring:
        return captions.say("Deadlines, reminders and schedules", "时限、催办与周期安排")
    return captions.say("Deadlines and reminders", "时限与催办")


def _told(definition: Definition, captions: Captions) -> str:
    states = captions.names(state.text.read(captions.lang) for state in definition.states.values())
    written = sum(not transition.answer for transition in definition.transitions.values())
    said = captions.say(
        f"{len(definition.states)} states ({states}), {written} transitions, "
        f"{len(definition.deadlines)} deadlines, {len(definition.reminders)} reminders",
        f"{len(definition.states)}个状态（{states}），{written}个流转，"
        f"{len(definition.deadlines)}个时限，{len(definition.reminders)}个催办",
    )
    recurring = len(definition.recurring)
    return said + captions.say(f", {recurring} schedules", f"，{recurring}个周期安排") if recurring else said


def _from(sources: Iterable[str], captions: Captions) -> str:
    states = captions.states(sources)
    return captions.say(f"From {states}", f"{states}均可")


def _lines(state: State, captions: Captions) -> tuple[str, ...]:
    """Who must act or is asked for approval, and what happens when the state is entered."""
    told = captions.people(state.effects.notify)
    entering = [f"→ {told}"] if told else []
    if state.approvals:
        one = len(state.approvals) == 1
        acting = captions.say("Approval:", "审批：") if one else captions.say("Approval in steps:", "依次审批：")
        if one:
            acting += captions.say(" ", "") + captions.step(state.approvals[0])
    else:
        acting = captions.people(state.responsible)
        if told and told == acting:
            acting, entering = captions.say(f"{acting} (told on entering)", f"{acting}（进入即告知）"), []
    entering += changes(state.effects, captions)
    happens = captions.say("; ", "；").join(entering)
    when = (
        captions.say("on entering ", "进入时 ")
        if happens.startswith("→")
        else captions.say("on entering: ", "进入时：")
    )
    return tuple(filter(None, (acting, happens and when + happens)))
