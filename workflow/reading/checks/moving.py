"""Moves that time makes, and moves that people are asked for: that whoever makes them may, and where he is."""

from __future__ import annotations

from collections.abc import Collection

from workflow import names
from workflow.approvals import never_asks
from workflow.definition import BY_CLOCK, NEW, Definition, State, Transition, Who
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Path

ANYONE = Who("word", "anyone")
ONE_PERSON = ("actor", "assignee", "receiver")
"""The words that mean one person."""


def clock_move(draft: Draft) -> Found:
    """A `move` that the clock may not make, or that needs something typed, or that is not possible where it happens."""
    transitions = draft.definition.transitions
    for path, effects in draft.effects():
        move = transitions.get(effects.move or "")
        if move is None:
            continue
        if move.answer:
            yield fault(
                (*path, "move"),
                "clock_move",
                f"{move.name} is the answer of a person, which time cannot give; "
                "move a transition of your own instead, one whose `by` lists clock",
                f"{move.name} 是审批人的答复，系统计时不能代为答复；请改用自己定义的流转，其 by 中写 clock",
            )
            continue
        if BY_CLOCK not in move.by:
            yield fault(
                (*path, "move"),
                "clock_move",
                f"{move.name} is moved by time, but its `by` does not list clock",
                f"{move.name} 由系统计时触发，但它的 by 没有 clock",
            )
        for state in _where(draft.definition, path):
            if state not in move.sources:
                yield fault(
                    (*path, "move"),
                    "clock_move",
                    f"{move.name} is not possible in {state}",
                    f"在 {state} 不能进行 {move.name}",
                )
    for move in transitions.values():
        if BY_CLOCK in move.by and move.row_of is not None:
            yield fault(
                ("transitions", move.name, "by"),
                "clock_move",
                f"{move.name} is about one row of {move.row_of}, and the clock means none; take clock out of `by`",
                f"{move.name} 针对 {move.row_of} 的某一行，系统计时无法指明；请从 by 中去掉 clock",
            )
        # What only opens is opened by a schedule, which fills the form in; `recurring_form` holds it to that.
        elif BY_CLOCK in move.by and move.fill and move.sources != (NEW,):
            yield fault(
                ("transitions", move.name, "fill"),
                "clock_move",
                "the clock makes this move too and types nothing; take `fill` away, or clock out of `by`",
                "系统计时也会进行这一流转，而它不能填写；请去掉 fill，或从 by 中去掉 clock",
            )


def _where(one: Definition, path: Path) -> Collection[str]:
    """The states in which the effects at a path happen, as far as that is certain."""
    block, name = str(path[0]), str(path[1])
    if block == "states":
        return (name,)
    if block == "reminders":
        return [state for state in one.states if state in one.reminders[name].states]
    if block == "transitions":
        move = one.transitions[name]
        return (move.target,) if move.become is None and move.target is not None else ()
    return ()


def clock_cycle(draft: Draft) -> Found:
    """Moves that time alone makes in a circle, or that set each other off without end."""
    one = draft.definition
    yield from _set_off_for_ever(one)
    follow: dict[str, dict[str, Path]] = {}
    for path, effects in draft.effects():
        move = one.transitions.get(effects.move or "")
        if move is None or move.target is None or move.at_most is not None:
            continue
        for state in _where(one, path) or move.sources:
            follow.setdefault(state, {})[move.target] = (*path, "move")
    for asking in one.states.values():
        if never_asks(asking) and asking.granted is not None:  # a round without a step that applies passes by itself
            follow.setdefault(asking.name, {})[asking.granted] = ("states", asking.name, "granted")
    for state in one.states:
        way = _way_back(state, follow)
        if way and state == min(way):
            text = names.way([*way, state])
            mend, mend_zh = "give one of the transitions `at_most`", "请给其中一个流转写 at_most"
            if any(never_asks(one.states[each]) for each in way):
                mend = "let an approval on the way have a step without `if` and `for_each`, which is always asked"
                mend_zh = "请让途中的审批至少有一步不带 if 和 for_each，使其总有人审批"
            yield fault(
                follow[state][way[1] if len(way) > 1 else state],
                "clock_cycle",
                f"time alone moves the ticket in a circle: {text}; {mend}",
                f"系统计时会让工单一直循环：{text}；{mend_zh}",
            )


def _set_off_for_ever(one: Definition) -> Found:
    """Moves that stay where they are and make each other, so that the first never comes to an end."""
    follow: dict[str, dict[str, Path]] = {}
    for move in one.transitions.values():
        made = one.transitions.get(move.effects.move or "")
        if made is not None and made.target is None and move.target is None and made.at_most is None:
            follow[move.name] = {made.name: ("transitions", move.name, "move")}
    for name in follow:
        way = _way_back(name, follow)
        if way and name == min(way):
            text = names.way([*way, name])
            yield fault(
                ("transitions", name, "move"),
                "clock_cycle",
                f"these moves make each other without end: {text}; take one `move` away, or give one `at_most`",
                f"这些流转会互相触发、永不停止：{text}；请去掉其中一个 move，或写 at_most",
            )


def _way_back(state: str, follow: dict[str, dict[str, Path]]) -> list[str]:
    """A way from the state back to itself; empty if there is none."""
    ways: list[list[str]] = [[state]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for target in follow.get(way[-1], {}):
            if target == state:
                return way
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []


def assigned(draft: Draft) -> Found:
    """An `assign` that means no single person."""
    for path, effects in draft.effects():
        who = effects.assign
        single = who is not None and (who.kind == "did" or (who.kind == "field" and "." not in who.name))
        if who is None or single or (who.kind == "word" and who.name in ONE_PERSON):
            continue
        yield fault(
            (*path, "assign"),
            "assigned",
            f"{who} is no single person; accepted: {names.one_of(ONE_PERSON)}, whoever did TRANSITION, a person field",
            f"{who} 不是某一个人；可用：{names.one_of(ONE_PERSON, 'zh')}、whoever did 流转、人员字段",
        )


def ask_for(draft: Draft) -> Found:
    """Somebody is asked for a move that he may not make."""
    one = draft.definition
    for path, effects in draft.effects():
        move = one.transitions.get(effects.ask_for or "")
        if move is None:
            continue
        where = (*path, "ask_for")
        if not effects.notify:
            yield fault(
                where,
                "ask_for",
                "nobody is told here, so nobody is asked; add `notify`",
                "此处没有通知任何人，也就没有人会被要求办理；请加 notify",
            )
            continue
        barred = [who for who in effects.notify if not _may_make(who, move, one, path, frozenset())]
        if len(barred) == len(effects.notify):
            asked, able = list(map(str, barred)), list(map(str, move.by))
            yield fault(
                where,
                "ask_for",
                f"{names.one_of(asked)} may not {move.name}; its `by` lists {names.one_of(able)}",
                f"{names.one_of(asked, 'zh')} 无权进行 {move.name}；它的 by 是 {names.one_of(able, 'zh')}",
            )
        for who in barred if len(barred) < len(effects.notify) else ():
            yield fault(
                draft.item((*path, "notify"), str(who)),
                "asked_in_vain",
                f"{who} is told and asked for {move.name}, but may not make it",
                f"{who} 会被要求进行 {move.name}，但无权进行",
                severity="warning",
            )
        if path[0] != "reminders":
            for state in _where(one, path):
                if state not in move.sources:
                    yield fault(
                        where, "ask_for", f"{move.name} is not possible in {state}", f"在 {state} 不能进行 {move.name}"
                    )


def _may_make(who: Who, move: Transition, one: Definition, path: Path, asked: frozenset[Who]) -> bool:
    """Whether everybody who is meant is among those who may make the move, as far as roles tell."""
    if who in move.by or ANYONE in move.by or who in asked:
        return True
    inside: list[Who] = []
    if who.kind == "did":
        inside = list(one.transitions[who.name].by) if who.name in one.transitions else []
    elif who == Who("word", "receiver"):
        inside = [each for opening in one.openings() for each in opening.by]
        if any(Who("did", opening.name) in move.by for opening in one.openings()):
            return True
    elif who == Who("word", "accountable"):
        inside = [Who("role", one.accountable)]
    elif who == Who("word", "responsible"):
        inside = [
            each
            for state in _where(one, path) or move.sources
            if state in one.states and state in move.sources
            for each in _must_act(one.states[state])
        ]
        if not inside:
            return True  # without `responsible`, whoever may make the transitions must act
    elif who == Who("word", "actor"):
        inside = list(one.transitions[str(path[1])].by) if path[0] == "transitions" else []
    elif who == Who("word", "assignee"):
        inside = _assigned(one)
    return bool(inside) and all(_may_make(each, move, one, path, asked | {who}) for each in inside)


def _must_act(state: State) -> list[Who]:
    """Who must act in a state, as far as it says: with approvals, whoever is asked."""
    return [*state.responsible, *(who for step in state.approvals for who in step.by)]


def _assigned(one: Definition) -> list[Who]:
    """Who may hold a ticket: whoever some effect assigns it to."""
    found: list[Who] = []
    parts = [(move.effects, list(move.by)) for move in one.transitions.values()]
    parts += [(state.effects, []) for state in one.states.values()]
    for effects, by in parts:
        if effects.assign is not None:
            found += by if effects.assign == Who("word", "actor") else [effects.assign]
    return found
