"""What the parts of a definition are called in a picture: people, limits, events, levels, in English or Chinese."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from workflow import words
from workflow.conditions import Condition
from workflow.definition import (
    BY_CLOCK,
    LAST_MOVE,
    OPENING,
    Approval,
    Deadline,
    Definition,
    Field,
    Level,
    Moment,
    Reminder,
    Text,
    Transition,
    Who,
)
from workflow.durations import Duration
from workflow.prose.conditions import condition as asked_in_words
from workflow.prose.voice import Surroundings, Voice

_PARTED = re.compile("[,;，、；]")
_MOMENTS = {"opened": Text("the opening", "受理时间"), "due": Text("the due date", "应完成时间")}
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

    def names(self, names: Iterable[str]) -> str:
        """Some names as a list to read; those that hold a comma themselves in quotation marks."""
        all_ = tuple(names)
        return self.among(f"“{name}”" if len(all_) > 1 and _PARTED.search(name) else name for name in all_)

    def condition(self, condition: Condition, row: str | None = None) -> str:
        """What is asked of the ticket; of each row of the list `row`, by the names of its columns."""
        return asked_in_words(condition, Voice(self.definition, self.lang, Surroundings(), row))

    def of_entry(self, condition: Condition, entry: Field) -> str:
        """What is asked of each entry of a register, by the names of its columns."""
        return asked_in_words(condition, Voice(self.definition, self.lang, Surroundings()).of_entry(entry))

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
        return self.names(found)

    def people(self, who: Iterable[Who]) -> str:
        return words.several(who, self.definition).read(self.lang)

    def may(self, transition: Transition) -> str:
        """Which people may make it; empty where only the clock may."""
        people = [who for who in transition.by if who != BY_CLOCK]
        return self._except(people, transition.not_by) if people else ""

    def step(self, step: Approval) -> str:
        """Who is asked in a step of an approval, for what, and when."""
        asked = self._except(step.by, step.not_by)
        if step.text is not None:
            asked = self.say(f"{step.text.read('en')}: {asked}", f"{step.text.read('zh')}：{asked}")
        if step.for_each is not None:
            each = self.field(step.for_each)
            asked = self.say(f"{asked}, for each of {each}", f"{asked}，按{each}逐行")
        return asked if step.condition is None else self.only_if(asked, step.condition, step.for_each)

    def only_if(self, said: str, condition: Condition, row: str | None = None) -> str:
        """What is said, and when it holds; `row` as of `condition`."""
        asked = self.condition(condition, row)
        return self.say(f"{said}, if {asked}", f"{said}（条件：{asked}）")

    def _except(self, by: Iterable[Who], not_by: tuple[Who, ...]) -> str:
        allowed = self.people(by)
        if not not_by:
            return allowed
        excepted = self.people(not_by)
        return self.say(f"{allowed}, but not {excepted}", f"{allowed}（{excepted}除外）")

    def moment(self, moment: Moment) -> str:
        if moment.kind == "end_of_day":
            return self.say("end of day", "当日结束")
        if moment.kind == "end_of_shift":
            return self.say("end of shift", "当班结束")
        named = self._dates(moment.field or "")
        if moment.duration is None:
            return named
        length = moment.duration.read(self.lang)
        if moment.kind == "before":
            return self.say(f"{length} before {named}", f"{named}前{length}")
        return self.say(f"{length} after {named}", f"{named}后{length}")

    def _dates(self, name: str) -> str:
        """A field that says when; those that every ticket has, as they are called within a phrase."""
        return _MOMENTS[name].read(self.lang) if name in _MOMENTS else self.field(name)

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
        return self._repeated(first, level.every, level.at)

    def occasion(self, reminder: Reminder) -> str:
        """When a reminder comes: `after 5 working days, then every 1 day at 09:30`."""
        if reminder.after is None:
            first = self.say("at once", "即时")
        else:
            after = reminder.after.read(self.lang)
            first = self.say(f"after {after}", f"满{after}")
        return self._repeated(first, reminder.every, reminder.at)

    def _repeated(self, first: str, every: Duration | None, at: dt.time | None) -> str:
        at_time = f"{at:%H:%M}" if at else ""
        if every is not None:
            at_time = at_time and self.say(f" at {at_time}", f" {at_time}")
            again = self._again(every)
            return self.say(f"{first}, then {again}{at_time}", f"{first}，之后{again}{at_time}")
        return first + (at_time and self.say(f", at {at_time}", f"，{at_time}"))

    def _again(self, every: Duration) -> str:
        """`every working day`, `every 30 minutes`."""
        number, word = every.in_words(self.lang)
        if number == 1:
            return self.say(f"every {word}", f"每{word}")
        return self.say(f"every {number} {word}", f"每{number}{word}")

    def outside(self, name: str) -> str:
        """A role or another definition."""
        if name in self.definition.names:
            return self.definition.names[name].read(self.lang)
        return name.replace("_", " ").replace("-", " ")
