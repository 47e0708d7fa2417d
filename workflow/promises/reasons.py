"""Reasons: why a promise does not hold, in words: how long nobody hears, who tells at last, and what makes it long."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from workflow.definition import Deadline, Promise
from workflow.promises.figure import Figure, Kind
from workflow.promises.saying import Saying, timed


def broken(one: Promise, figure: Figure | None, saying: Saying) -> str:
    """Why a promise does not hold: the history that breaks it, with its times."""
    say, name = saying.say, saying.definition.name
    within = one.within.read(saying.lang)
    if figure is None:
        return say(f"{name}: {within} could not be proved", f"{name}：{within}无法证明")
    if figure.longest is None:
        way, why = saying.path(figure), _why_endless(figure, saying)
        return say(
            f"{name} does not keep {within}: {_what(figure, saying)} has no bound, {why} ({way})",
            f"{name} 做不到{within}：{_what(figure, saying)}没有上限，{why}（{way}）",
        )
    lasts, worst = _lasts(figure, saying), saying.worst(figure)
    because = "".join(say(f"; {cause}", f"；{cause}") for cause in _causes(figure, saying))
    if figure.exact:
        return say(
            f"{name} does not keep {within}: {lasts}{because}; {worst}",
            f"{name} 做不到{within}：{lasts}{because}；{worst}",
        )
    help_ = say(*_HELP[figure.kind])
    return say(
        f"{name}: {within} could not be proved: {lasts}{because}; {worst}; {help_}",
        f"{name}：{within}无法证明：{lasts}{because}；{worst}；{help_}",
    )


def _lasts(figure: Figure, saying: Saying) -> str:
    """How long nobody hears, and who tells at last."""
    say, state = saying.say, saying.state(figure.state)
    said, called, level = saying.how_long(figure), saying.called(figure), saying.at_level(figure)
    up_to = say("", "长达") if figure.exact else say("up to ", "可能长达")
    if figure.kind == "paused":
        return say(f"{called} stands still for {up_to}{said} in all", f"{called}累计暂停{up_to}{said}")
    begin = {
        "first_telling": say(f"once a ticket is {state}", f"进入{state}后"),
        "longest_silence": say(f"while a ticket is {state}", f"处于{state}时"),
        "unheard": say("after a ticket is opened", "开单后"),
    }[figure.kind]
    until = say(f", until {called} tells somebody", f"，直到{called}") if called else ""
    if called:
        until += say(f" {level}" if level else "", f"在{level}通知到人" if level else "通知到人")
    return say(f"{begin}, nobody is told for {up_to}{said}{until}", f"{begin}，无人收到通知的时间{up_to}{said}{until}")


def _causes(figure: Figure, saying: Saying) -> Iterator[str]:
    """What makes it long: the limit itself, a pause, what is done again and again."""
    say, voice = saying.say, saying.voice
    one = timed(figure, saying.definition)
    if isinstance(one, Deadline):
        limit = voice.lasting(one.within) if one.within is not None else ""
        if not limit and one.no_later_than is not None:
            limit = voice.moment(one.no_later_than)
        if limit and figure.kind != "paused":
            yield say(f"its limit is {limit}", f"其时限为{limit}")
        if one.paused_in & {figure.state, *(step.state for step in figure.path)}:
            standing = voice.standing(one.paused_in)
            yield say(f"its time stands still while {standing}", f"{standing}期间暂停计时")
    elif one is not None and one.after is not None:
        yield say(f"it comes only after {voice.lasting(one.after)}", f"满{voice.lasting(one.after)}才催办")
    for move, times in Counter(step.move for step in figure.path).items():
        if times > 1:
            made = voice.transition(move)
            yield say(f"{made} is done {times} times", f"{made}办理{times}次")


def _what(figure: Figure, saying: Saying) -> str:
    state, called = saying.state(figure.state), saying.called(figure)
    return {
        "first_telling": saying.say(
            f"the time from coming to {state} until somebody is told", f"进入{state}后到有人收到通知的时间"
        ),
        "longest_silence": saying.say(f"the silence while a ticket is {state}", f"处于{state}时无人收到通知的时间"),
        "unheard": saying.say("the time from the opening until somebody is told", "开单后到有人收到通知的时间"),
        "paused": saying.say(f"the pause of {called}", f"{called}的暂停时间"),
    }[figure.kind]


def _why_endless(figure: Figure, saying: Saying) -> str:
    say, state = saying.say, saying.state(figure.state)
    if figure.loop:
        loop = saying.moves(figure.loop)
        return say(f"for {loop} can go round without end", f"因为{loop}可以无限循环")
    if figure.kind == "paused":
        return say(f"for nothing surely ends the pause in {state}", f"因为没有任何催办一定会结束{state}中的暂停")
    return say(f"for in {state} nothing is sure to tell anybody", f"因为在{state}中没有一定会发出的通知")


_HELP_IN_STATES = (
    "it would help if what tells had no `if`, or a reminder with `every` counted from entering the state",
    "让通知不带 `if`，或加一个从进入该状态起算、带 `every` 的催办，会有帮助",
)

_HELP: Mapping[Kind, tuple[str, str]] = {
    "first_telling": _HELP_IN_STATES,
    "longest_silence": _HELP_IN_STATES,
    "unheard": (
        "it would help to give moves that begin a limit anew `at_most`, or to let a reminder count from the opening",
        "给会重新起算时限的流转写 `at_most`，或让一个催办从开单起算，会有帮助",
    ),
    "paused": (
        "it would help if the reminder that ends the pause counted in the unit of the promise",
        "让结束暂停的催办与承诺用同一种单位，会有帮助",
    ),
}
