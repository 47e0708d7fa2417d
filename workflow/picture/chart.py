"""What is in a picture of a definition, before anybody says where: boxes, arrows, groups, and its timings.

Transitions between the same two states share an arrow; those that stay are listed in their state; those from
many states are one group. Nothing here has a place or a colour.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from workflow.picture.captions import Captions
from workflow.definition import NEW, OPENING, Deadline, Definition, Effects, Level, Reminder, State, Transition

MANY = 4
"""From so many states on, a transition is drawn once, as from a group of states."""


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
class Step:
    """One line of a timing: when, and what happens then. `kind` as of the level, or "reminder"."""

    kind: str
    when: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A deadline or reminder as the legend tells it; `facts` are label and value (since, until, paused in, if)."""

    mark: str
    deadline: bool
    name: str
    limit: str
    facts: tuple[tuple[str, str], ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything in the picture, in the order of the definition; `told` describes it to who cannot see it."""

    title: str
    lines: tuple[str, ...]
    told: str
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
        title=definition.text.read(lang),
        lines=_heading(definition, captions),
        told=_told(definition, captions),
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
        groups=tuple(
            Group(title=captions.say(f"From {captions.states(sources)}", f"{captions.states(sources)}均可"), moves=tuple(moves))
            for sources, moves in groups.items()
        ),
        timings=(
            *(_deadline(number, d, captions) for number, d in enumerate(definition.deadlines.values(), 1)),
            *(_reminder(number, r, captions) for number, r in enumerate(definition.reminders.values())),
        ),
        legend=captions.say("Deadlines and reminders", "时限与催办"),
    )


def runs_in(definition: Definition, deadline: Deadline) -> frozenset[str]:
    """The open states in which its clock may run or be paused: conditions count as true."""
    reached: set[tuple[str, bool]] = set()
    waiting: list[tuple[str, bool]] = [(NEW, False)]
    since, until = frozenset(deadline.since), frozenset(deadline.until)
    while waiting:
        state, running = waiting.pop()
        for transition in definition.transitions.values():
            if state not in transition.sources:
                continue
            target = transition.target or state
            events = _events(transition, target, definition)
            after = bool(events & since) or (running and not events & until)
            if target in definition.states and (target, after) not in reached:
                reached.add((target, after))
                waiting.append((target, after))
    return frozenset(name for name, running in reached if running and not definition.states[name].end)


def _events(transition: Transition, target: str, definition: Definition) -> frozenset[str]:
    """What a clock may see in a move: itself, the state that it enters, the fields that it fills, the opening."""
    names = {transition.name, *transition.fill, *transition.may_fill, *transition.effects.set}
    if transition.target is not None:
        names |= {target, *definition.states[target].effects.set}
    if transition.opens:
        names.add(OPENING)
    return frozenset(names)


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
        notes.append(captions.say(f"at most {transition.at_most}×", f"最多{transition.at_most}次"))
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


def _told(definition: Definition, captions: Captions) -> str:
    states = captions.among(state.text.read(captions.lang) for state in definition.states.values())
    return captions.say(
        f"{len(definition.states)} states ({states}), {len(definition.transitions)} transitions, "
        f"{len(definition.deadlines)} deadlines, {len(definition.reminders)} reminders",
        f"{len(definition.states)}个状态（{states}），{len(definition.transitions)}个流转，"
        f"{len(definition.deadlines)}个时限，{len(definition.reminders)}个催办",
    )


def _lines(state: State, captions: Captions) -> tuple[str, ...]:
    """Who must act, and who is told when the state is entered."""
    lines = [captions.people(state.responsible)] if state.responsible else []
    if state.effects != Effects():
        lines.append(captions.say("on entering ", "进入时") + captions.effects(state.effects))
    return tuple(lines)


def _deadline(number: int, deadline: Deadline, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.among(map(captions.event, deadline.since))),
        (captions.say("until", "止"), captions.among(map(captions.event, deadline.until))),
    ]
    if deadline.replaced_by is not None:
        facts.append((captions.say("or by", "另定"), captions.field(deadline.replaced_by)))
    if deadline.paused_in:
        facts.append((captions.say("paused", "暂停"), captions.states(deadline.paused_in)))
    if deadline.condition is not None:
        facts.append((captions.say("if", "条件"), str(deadline.condition)))
    return Timing(
        mark=str(number),
        deadline=True,
        name=deadline.text.read(captions.lang),
        limit=captions.limit(deadline),
        facts=tuple(facts),
        steps=tuple(_step(level, captions) for level in deadline.levels),
    )


def _step(level: Level, captions: Captions) -> Step:
    when = captions.level(level)
    if level.condition is not None:
        when = captions.say(f"{when}, if {level.condition}", f"{when}（条件 {level.condition}）")
    return Step(kind=level.kind, when=when, does=captions.effects(level.effects))


def _reminder(number: int, reminder: Reminder, captions: Captions) -> Timing:
    facts = [
        (captions.say("from", "起"), captions.among(map(captions.event, reminder.since))),
        (captions.say("while", "期间"), captions.states(reminder.states)),
    ]
    if reminder.condition is not None:
        facts.append((captions.say("if", "条件"), str(reminder.condition)))
    return Timing(
        mark=_letter(number),
        deadline=False,
        name=reminder.text.read(captions.lang),
        limit=captions.occasion(reminder),
        facts=tuple(facts),
        steps=(Step(kind="reminder", when="", does=captions.effects(reminder.effects)),),
    )


def _letter(number: int) -> str:
    """A, B … Z, then A2, B2 …"""
    letter, times = chr(ord("A") + number % 26), number // 26
    return f"{letter}{times + 1}" if times else letter
