"""Children that are still open: that they end with their parent, or are waited for, and hold nobody up unawares."""

from __future__ import annotations

from collections.abc import Iterator

from workflow import names
from workflow.arrivals import Place, arrivals
from workflow.definition import BY_CLOCK, Definition, Effects
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.checks.opening import family_of
from workflow.reading.checks.silence import silent_states
from workflow.reading.checks.ways import reached
from workflow.reading.nodes import Path

CANCEL = "cancel"


def children_left(draft: Draft) -> Found:
    """A move to an end where children may be open, that neither waits for them nor cancels them."""
    may_be_open = draft.once(("children", draft.family()[0].name), lambda: _may_be_open(draft))
    for move in draft.definition.transitions.values():
        state = draft.definition.states.get(move.target or "")
        if state is None or not state.end or move.open_children == CANCEL:
            continue
        left = {
            workflow
            for workflow, places in may_be_open.items()
            if workflow not in move.wait_for and any((draft.definition.name, one) in places for one in move.sources)
        }
        for workflow in sorted(left):
            yield fault(
                ("transitions", move.name),
                "children_left",
                f"a {workflow} may still be open here; add `wait_for: {workflow}`, or `open_children: cancel`",
                f"此时可能还有未办结的 {workflow}；请加 wait_for: {workflow} 或 open_children: cancel",
                of_key=True,
            )


def _may_be_open(draft: Draft) -> dict[str, set[Place]]:
    """By workflow: where a ticket of the family may be while a child of it is open."""
    family = draft.family()
    found = {}
    for workflow in sorted({name for one in family for name in one.opens()}):
        places = {place for one in family for place in _opens_at(one, workflow, family, reached(draft))}
        waiting = list(places)
        while waiting:
            name, state = waiting.pop()
            one = next(each for each in family if each.name == name)
            for move in one.transitions.values():
                if state not in move.sources or workflow in move.wait_for:
                    continue
                after = set(arrivals(one, move, state, family)) - places
                places |= after
                waiting += after
        found[workflow] = places
    return found


def _opens_at(one: Definition, workflow: str, family: tuple[Definition, ...], come_to: set[Place]) -> Iterator[Place]:
    """Where a ticket is when it has opened a child of the workflow."""

    def has(effects: Effects) -> bool:
        return any(child.workflow == workflow for child in effects.open)

    for state in one.states.values():
        if has(state.effects):
            yield one.name, state.name
    for move in one.transitions.values():
        if has(move.effects):
            for source in move.sources:
                yield from arrivals(one, move, source, family)
    for reminder in one.reminders.values():
        if has(reminder.effects):
            yield from ((one.name, state) for state in sorted(reminder.states))
    for deadline in one.deadlines.values():
        if any(has(level.effects) for level in deadline.levels):
            yield from (place for place in come_to if place[0] == one.name)


def not_cancellable(draft: Draft) -> Found:
    """`open_children: cancel`, where a child has no `cancel` by which the clock can end it from wherever it is."""
    here = sorted({workflow for one in draft.family() for workflow in one.opens()})
    for name, move in draft.definition.transitions.items():
        if move.open_children != CANCEL:
            continue
        where: Path = ("transitions", name, "open_children")
        if not here:
            yield fault(
                where,
                "not_cancellable",
                "there is nothing to cancel: nothing here opens a child",
                "没有可取消的：此处不会开立子工单",
            )
        for workflow in here:
            for one in family_of(draft, workflow):
                why = _holds_out(draft, one)
                if why is not None:
                    yield fault(
                        where,
                        "not_cancellable",
                        f"a {one.name} cannot be cancelled with it: {why[0]}",
                        f"{one.name} 不能随之取消：{why[1]}",
                    )


def _holds_out(draft: Draft, one: Definition) -> tuple[str, str] | None:
    """Why a child of this definition might not be cancelled; None if it always can be."""
    move = one.transitions.get(CANCEL)
    if move is None:
        return f"it has no transition {CANCEL}; it needs one `by: clock` to an end", f"它没有流转 {CANCEL}（by: clock）"
    if BY_CLOCK not in move.by:
        return f"the `by` of {CANCEL} does not list clock", f"{CANCEL} 的 by 没有 clock"
    target = one.states.get(move.target or "")
    if target is None or not target.end:
        return f"{CANCEL} leads to no end", f"{CANCEL} 没有到达结束状态"
    missing = [state.name for state in one.states.values() if not state.end and state.name not in move.sources]
    if missing:
        return (
            f"{CANCEL} is not possible in {names.one_of(missing)}",
            f"在 {names.one_of(missing, 'zh')} 不能进行 {CANCEL}",
        )
    asking = [
        key
        for key, value in (
            ("fill", move.fill), ("need", move.need), ("checks", move.checks), ("wait_for", move.wait_for),
            ("not_before", move.not_before), ("not_by", move.not_by), ("at_most", move.at_most),
        )
        if value
    ]  # fmt: skip
    if asking:
        return (
            f"{CANCEL} may be refused by its {names.one_of(asking)}",
            f"{CANCEL} 可能因 {names.one_of(asking, 'zh')} 而被拒绝",
        )
    if move.open_children != CANCEL and any(each.opens() for each in family_of(draft, one.head or one.name)):
        return (
            f"it may have children of its own; its {CANCEL} needs `open_children: cancel`",
            f"它自己可能有子工单；其 {CANCEL} 须写 open_children: cancel",
        )
    return None


def held_up(draft: Draft) -> Found:
    """A child that is waited for, and may lie in a state of which nobody keeps being told."""
    for name, move in draft.definition.transitions.items():
        for workflow in move.wait_for:
            if workflow in draft.definition.fields:
                continue
            for one in family_of(draft, workflow):
                for state in silent_states(draft, one):
                    yield fault(
                        draft.item(("transitions", name, "wait_for"), workflow),
                        "held_up",
                        f"a {one.name} may lie in {state} for ever, and nothing keeps telling anybody; "
                        "give it a reminder with `every`",
                        f"{one.name} 可能一直停在 {state} 而没有任何反复的提醒；请给它加带 every 的催办",
                    )
