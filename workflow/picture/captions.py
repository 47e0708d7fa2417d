"""What the parts of a definition are called in a picture: people, limits, events, levels, in English or Chinese."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from workflow import words
from workflow.definition import (
    LAST_MOVE,
    OPENING,
    Approval,
    Deadline,
    Definition,
    Effects,
    FieldType,
    Level,
    Moment,
    Reminder,
    State,
    Text,
    Transition,
    Who,
)

_EVENTS = {OPENING: Text("opening", "登记"), LAST_MOVE: Text("the latest move", "最近一次流转")}


@dataclass(frozen=True, slots=True)
class Captions:
    """The wording of one definition in one language ("zh" or "en")."""

    definition: Definition
    lang: str

    def say(self, en: str, zh: str) -> str:
        """The one of the two that is in the picture's language."""
        return zh if self.lang == "zh" else en

    def among(self, parts: Iterable[str]) -> str:
        """The parts as a list to read."""
        return self.say(", ", "、").join(parts)

    def field(self, name: str) -> str:
        """A field, a built-in one, or a column as `list.column`."""
        return words.field(name, self.definition).read(self.lang)

    def event(self, name: str) -> str:
        """What starts or ends a clock: a transition, a state entered, a field, or a built-in event."""
        if name in self.definition.transitions:
            return self.definition.transitions[name].text.read(self.lang)
        if name in self.definition.states:
            state = self.definition.states[name].text.read(self.lang)
            return self.say(f"entering {state}", f"进入{state}")
        return _EVENTS[name].read(self.lang) if name in _EVENTS else self.field(name)

    def states(self, names: Iterable[str]) -> str:
        """Some states, in the order of the definition; all open ones in words."""
        asked = frozenset(names)
        everywhere = [state.name for state in self.definition.states.values() if not state.end]
        missing = [name for name in everywhere if name not in asked]
        if not missing and len(everywhere) > 1:
            return self.say("any open state", "任何未结束状态")
        found = [state.text.read(self.lang) for name, state in self.definition.states.items() if name in asked]
        if len(found) > 3 and len(missing) == 1:
            left_out = self.definition.states[missing[0]].text.read(self.lang)
            return self.say(f"any open state but {left_out}", f"除{left_out}外的任何未结束状态")
        return self.among(found)

    def people(self, who: Iterable[Who]) -> str:
        return words.several(who, self.definition).read(self.lang)

    def may(self, transition: Transition) -> str:
        """Who may make it."""
        return self._except(transition.by, transition.not_by)

    def steps(self, state: State) -> tuple[str, ...]:
        """Who is asked for approval in a state, a line for each step; numbered, where there are several."""
        several = len(state.approvals) > 1
        lines = [self._step(step, f"{number} " if several else "") for number, step in enumerate(state.approvals, 1)]
        if not lines:
            return ()
        heading = self.say("Approval in steps:", "依次审批：") if several else self.say("Approval:", "审批：")
        return (heading, *lines) if several else (self.say(f"{heading} {lines[0]}", f"{heading}{lines[0]}"),)

    def _step(self, step: Approval, number: str) -> str:
        asked = self._except(step.by, step.not_by)
        if step.text is not None:
            asked = self.say(f"{step.text.read('en')}: {asked}", f"{step.text.read('zh')}：{asked}")
        if step.for_each is not None:
            each = self.field(step.for_each)
            asked = self.say(f"{asked}, for each of {each}", f"{asked}，按{each}逐行")
        if step.condition is not None:
            asked = self.say(f"{asked}, if {step.condition}", f"{asked}（条件 {step.condition}）")
        return number + asked

    def _except(self, by: Iterable[Who], not_by: tuple[Who, ...]) -> str:
        allowed = self.people(by)
        if not not_by:
            return allowed
        excepted = self.people(not_by)
        return self.say(f"{allowed}, but not {excepted}", f"{allowed}（{excepted}除外）")

    def becomes(self, transition: Transition) -> str:
        """Which definition the ticket goes on in; empty where it stays in its own."""
        become = transition.become
        if become is None:
            return ""
        if become.next_in_family:
            return self.say("becomes the next graver class", "转为高一级类别")
        if become.workflow is not None:
            target = self.outside(become.workflow)
            return self.say(f"becomes {target}", f"转为{target}")
        deciding = self.field(become.field or "")
        return self.say(f"becomes what {deciding} says", f"按{deciding}转入相应类别")

    def moment(self, moment: Moment) -> str:
        if moment.kind == "end_of_day":
            return self.say("end of day", "当日结束")
        if moment.kind == "end_of_shift":
            return self.say("end of shift", "当班结束")
        named = self.field(moment.field or "")
        if moment.duration is None:
            return named
        length = moment.duration.read(self.lang)
        if moment.kind == "before":
            return self.say(f"{length} before {named}", f"{named}前{length}")
        return self.say(f"{length} after {named}", f"{named}后{length}")

    def limit(self, deadline: Deadline) -> str:
        if deadline.within is not None:
            return deadline.within.read(self.lang)
        if deadline.no_later_than is not None:
            return self.moment(deadline.no_later_than)
        return ""

    def level(self, level: Level) -> str:
        """When a level comes: `10 minutes before`, `30 minutes late, then every 30 minutes`."""
        if level.kind == "soon":
            if isinstance(level.left, Decimal):
                share = f"{level.left.normalize():f}%"
                return self.say(f"with {share} left", f"剩余{share}时")
            left = level.left.read(self.lang) if level.left is not None else ""
            first = self.say(f"{left} before", f"到期前{left}")
        elif level.late_by is None:
            first = self.say("when late", "逾期")
        else:
            late_by = level.late_by.read(self.lang)
            first = self.say(f"{late_by} late", f"逾期{late_by}")
        return self._repeated(first, level.every.read(self.lang) if level.every else "", level.at)

    def occasion(self, reminder: Reminder) -> str:
        """When a reminder comes: `after 5 working days, then every 1 day at 09:30`."""
        if reminder.after is None:
            first = self.say("at once", "即时")
        else:
            after = reminder.after.read(self.lang)
            first = self.say(f"after {after}", f"满{after}")
        return self._repeated(first, reminder.every.read(self.lang) if reminder.every else "", reminder.at)

    def effects(self, effects: Effects) -> str:
        """Who is told and what else happens; says so if it is nothing."""
        done: list[str] = []
        if effects.notify:
            done.append("→ " + self.people(effects.notify))
        if effects.ask_for is not None:
            done.append(self._asked(effects.ask_for))
        if effects.assign is not None:
            holder = self.people((effects.assign,))
            done.append(self.say(f"assigned to {holder}", f"交{holder}经办"))
        for name, value in effects.set.items():
            what, becomes = self.field(name), self._value(name, value)
            done.append(self.say(f"{what} becomes {becomes}", f"{what}改为{becomes}"))
        if effects.move is not None:
            made = self.event(effects.move)
            done.append(self.say(f"makes the move {made}", f"自动办理“{made}”"))
        return self.say("; ", "；").join(done) or self.say("→ nobody", "→ 不通知")

    def _asked(self, name: str) -> str:
        """What those who are told are asked to do."""
        transition = self.definition.transitions.get(name)
        if transition is not None and transition.answer:
            return self.say("asked for approval", "请其审批")
        asked = self.event(name)
        return self.say(f"asked to do {asked}", f"请其办理“{asked}”")

    def _repeated(self, first: str, every: str, at: dt.time | None) -> str:
        at_time = f"{at:%H:%M}" if at else ""
        if every:
            at_time = at_time and self.say(f" at {at_time}", f" {at_time}")
            return self.say(f"{first}, then every {every}{at_time}", f"{first}，之后每{every}{at_time}")
        return first + (at_time and self.say(f", at {at_time}", f"，{at_time}"))

    def outside(self, name: str) -> str:
        """A role or another definition."""
        if name in self.definition.names:
            return self.definition.names[name].read(self.lang)
        return name.replace("_", " ").replace("-", " ")

    def _value(self, name: str, value: object) -> str:
        if isinstance(value, Moment):
            return self.moment(value)
        if isinstance(value, bool):
            return self.say("yes", "是") if value else self.say("no", "否")
        found = self.definition.fields.get(name)
        if name == "accountable" or (found is not None and found.type is FieldType.DEPARTMENT):
            return self.outside(str(value))
        choices: Mapping[str, Text] = words.PRIORITIES if name == "priority" else found.choices if found else {}
        return choices[str(value)].read(self.lang) if str(value) in choices else str(value)
