"""Naming: what a generated scenario is called by the goal that it was made for, for programs and for people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from workflow.definition import GRANT, REFUSE, Definition, Text
from workflow.scenarios.generating.goals import Family, Goal


def named_after(goal: Goal, shown: Sequence[Goal]) -> Goal:
    """By which of the goals that it is the first to show a way is called, which was chosen for `goal`.

    A deadline that is missed says more than any other, and its last level most.
    """
    found = [one for one in shown if one.kind in _TELLS and (one.kind == "replaced" or _tells(one.detail))]
    return max(found, key=lambda one: (_TELLS[one.kind], shown.index(one)), default=goal)


def _tells(detail: str) -> bool:
    """Whether it names a state, or a level at which something is late already."""
    return bool(detail) and not detail.startswith("soon")


_TELLS = {"fired": 3, "again": 3, "paused": 2, "replaced": 1}


def name_of(goal: Goal, family: Family, taken: Collection[str]) -> str:
    """A name that says what is shown, and is not taken: `missed_pick_up_late_2`."""
    name = _name(goal)
    if goal.workflow != family.head.name:
        name += f"_{goal.workflow.removeprefix(family.head.name).strip('-').replace('-', '_')}"
    free, number = name, 2
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def _name(goal: Goal) -> str:
    named, detail = goal.name.replace("-", "_"), goal.detail.replace(" ", "_").replace("-", "_")
    match goal.kind:
        case "made":
            return f"{named}_in_{detail}" if detail else named
        case "by clock":
            return f"{named}_by_clock"
        case "asked":
            return f"{named}_asks_step_{detail}"
        case "met":
            return f"kept_{named}_by_{detail}" if detail else f"kept_{named}"
        case "fired":
            return f"missed_{named}_{detail}" if detail.startswith("late") else f"warned_{named}_{detail}"
        case "again":
            return f"missed_{named}_{detail}_again" if detail else f"reminded_{named}_again"
        case "paused":
            return f"{named}_paused_in_{detail}"
        case "resumed":
            return f"{named}_goes_on_after_{detail}"
        case "counted":
            return f"{named}_runs_in_{detail}"
        case "replaced":
            return f"{named}_by_the_date_asked_for"
        case "reminded":
            return f"reminded_{named}_in_{detail}" if detail else f"reminded_{named}"
        case "rested":
            return f"{named}_over_days_of_rest"
        case "allowed":
            return f"allowed_in_{named}_step_{detail}" if detail else f"allowed_in_{named}"
        case "spent":
            return f"{named}_no_more"
        case _:
            return f"opened_for_{named}"


def text_of(goal: Goal, family: Family) -> Text:
    """What is shown, in plain words made from the texts of the definition."""
    one = family.named(goal.workflow)
    said = _text(goal, one)
    if goal.workflow == family.head.name:
        return said
    return Text(f"{one.text.en}: {said.en[:1].lower()}{said.en[1:]}", f"{one.text.read('zh')}：{said.read('zh')}")


def _text(goal: Goal, one: Definition) -> Text:
    en, zh = _part(goal, one)
    match goal.kind:
        case "made" if goal.detail and goal.name in (GRANT, REFUSE):
            state = one.states[goal.detail].text
            word, word_zh = ("granted", "同意") if goal.name == GRANT else ("refused", "不同意")
            return Text(f"{state.en}: {word}", f"{state.read('zh')}：{word_zh}")
        case "made":
            return Text(en, zh)
        case "by clock":
            return Text(f"{en}: by itself, when the time has come", f"{zh}：到时自动办理")
        case "asked":
            state = one.states[goal.name].text
            return Text(f"{state.en}: step {goal.detail} is asked", f"{state.read('zh')}：第{goal.detail}步审批")
        case "met":
            by = one.transitions.get(goal.detail) or one.states.get(goal.detail)
            how, how_zh = (f" by “{by.text.en}”", f"（{by.text.read('zh')}）") if by is not None else ("", "")
            return Text(f"{en}: kept{how}", f"{zh}：按时完成{how_zh}")
        case "fired":
            return _of_level(en, zh, goal.detail, again=False)
        case "again" if goal.detail:
            return _of_level(en, zh, goal.detail, again=True)
        case "again":
            return Text(f"{en}: said again and again", f"{zh}：反复催办")
        case "paused" | "resumed" | "counted":
            state = one.states[goal.detail].text
            words, words_zh = _OF_CLOCK[goal.kind]
            return Text(f"{en}: {words} “{state.en}”", f"{zh}：“{state.read('zh')}”{words_zh}")
        case "replaced":
            return Text(f"{en}: by the date that was asked for", f"{zh}：按要求的日期")
        case "reminded" if goal.detail:
            state = one.states[goal.detail].text
            return Text(f"{en}: in “{state.en}”", f"{zh}：在“{state.read('zh')}”中催办")
        case "reminded":
            return Text(f"{en}: somebody is reminded", f"{zh}：催办")
        case "rested":
            return Text(f"{en}: over days of rest", f"{zh}：跨休息日")
        case "allowed":
            step, step_zh = (f", step {goal.detail}", f"第{goal.detail}步") if goal.detail else ("", "")
            return Text(f"{en}{step}: who may do what", f"{zh}{step_zh}：谁可以办理什么")
        case "spent":
            return Text(f"{en}: not once more", f"{zh}：不能再次办理")
        case _:
            return Text(f"{en}: opened when its time comes", f"{zh}：到期自动开立")


_OF_CLOCK = {
    "paused": ("stands still in", "期间停止计时"),
    "resumed": ("goes on after", "之后继续计时"),
    "counted": ("runs in", "期间计时"),
}


def _of_level(en: str, zh: str, level: str, *, again: bool) -> Text:
    kind, _, number = level.partition(" ")
    more, more_zh = (", again and again", "，反复提醒") if again else ("", "")
    if kind == "soon":
        return Text(f"{en}: nearly over, step {number}{more}", f"{zh}：即将到期第{number}级{more_zh}")
    return Text(f"{en}: missed, step {number}{more}", f"{zh}：逾期第{number}级{more_zh}")


def _part(goal: Goal, one: Definition) -> tuple[str, str]:
    """What people call the part that a goal is about."""
    blocks = _BLOCKS.get(goal.kind, ("deadlines", "reminders"))
    if goal.kind == "again":
        blocks = ("deadlines",) if goal.detail else ("reminders",)
    for block in blocks:
        part = getattr(one, block).get(goal.name)
        if part is not None:
            return part.text.en, part.text.read("zh")
    return goal.name, goal.name


_BLOCKS: Mapping[str, tuple[str, ...]] = {
    "made": ("transitions",),
    "by clock": ("transitions",),
    "reminded": ("reminders",),
    "scheduled": ("recurring",),
    "allowed": ("states",),
    "spent": ("transitions",),
}
"""Where the part stands; the others are about a deadline, or about a reminder."""
