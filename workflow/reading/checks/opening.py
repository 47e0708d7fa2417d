"""Children: that those which are opened can be, get all that they need, and open no others without end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from workflow import names
from workflow.approvals import never_asks
from workflow.children import carries, opening_of
from workflow.condition_tree import Filled, Name, Yes
from workflow.condition_types import check_condition
from workflow.definition import BY_CLOCK, GRANT, Definition, Effects, Field, OpenChild, Transition
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Path
from workflow.typed import field_of

Opened = tuple[Path, Effects, int, OpenChild]
"""One entry of an `open`: the path of its part, the effects it belongs to, its place among them, and itself."""


def opened(draft: Draft) -> Iterator[Opened]:
    """Every child that the definition opens somewhere."""
    for path, effects in draft.effects():
        for index, one in enumerate(effects.open if draft.whole((*path, "open"), effects.open) else ()):
            yield path, effects, index, one


def family_of(draft: Draft, workflow: str) -> tuple[Definition, ...]:
    """What a ticket opened with a workflow may be or become; empty for one that does not exist."""
    head = draft.definitions.get(workflow)
    if head is None:
        return ()
    return (head, *(draft.definitions[name] for name in head.family if name in draft.definitions))


def openable(draft: Draft, one: OpenChild) -> Definition | None:
    """The definition of a child that can be opened at all."""
    child = draft.definitions.get(one.workflow)
    return child if child is not None and child.head is None and child.openings() else None


# --- Checks of names ----------------------------------------------------------------------------------------------


def opens_class(draft: Draft) -> Found:
    """A class of a family is opened, or waited for: only the head is opened, and becomes one of them."""
    where = [((*path, "open", index, "workflow"), one.workflow) for path, _, index, one in opened(draft)]
    for name, move in draft.definition.transitions.items():
        where += [(draft.item(("transitions", name, "wait_for"), one), one) for one in move.wait_for]
    for path, workflow in where:
        head = draft.definitions[workflow].head if workflow in draft.definitions else None
        if head is not None:
            yield fault(
                path,
                "opens_class",
                f"{workflow} is a class of {head}; write {head}, which is opened and becomes it",
                f"{workflow} 是 {head} 的一个类别；请写 {head}，开立后再变为该类别",
            )


def open_condition(draft: Draft) -> Found:
    """An `if` of a child that asks about what is not there; of the list of its `for_each` it may ask about the row."""
    fields = draft.definition.fields
    for path, _, index, one in opened(draft):
        if one.condition is None:
            continue
        columns = {f"{one.for_each}.{name}": column for name, column in columns_of(one, fields).items()}
        misfits = check_condition(
            one.condition,
            {**fields, **columns},
            draft.named("transitions"),
            roles=draft.roles or None,
            departments=draft.departments or None,
        )
        if {name.partition(".")[0] for name in one.condition.names()} & draft.unread():
            continue
        where: Path = (*path, "open", index, "if")
        strange = {part.column: part.name for part in one.condition.parts() if isinstance(part, Name | Yes | Filled)}
        for misfit in misfits:
            outer, _, column = strange.get(misfit.column, "").partition(".")
            if column and outer == one.for_each and f"{outer}.{column}" not in columns:
                known = [name.partition(".")[2] for name in columns]
                meant, meant_zh = names.did_you_mean(column, known)
                text, text_zh = f"{outer} has no column {column}{meant}", f"{outer} 没有列 {column}{meant_zh}"
                yield fault(where, "open_condition", text, text_zh, misfit.column)
            else:
                yield fault(where, "open_condition", misfit.sentence, misfit.sentence_zh, misfit.column)


def columns_of(one: OpenChild, fields: Mapping[str, Field]) -> Mapping[str, Field]:
    """The columns of the list for each of whose rows a child is opened."""
    named = fields.get(one.for_each or "")
    return named.columns if named is not None else {}


# --- Checks of sense ----------------------------------------------------------------------------------------------


def never_opened(draft: Draft) -> Found:
    """A move waits for children of a workflow that nothing here opens."""
    here = {workflow for one in draft.family() for workflow in one.opens()}
    for name, move in draft.definition.transitions.items():
        for workflow in move.wait_for:
            if workflow in draft.definitions and workflow not in draft.definition.fields and workflow not in here:
                accepted = sorted(here)
                more = f"; opened are: {names.one_of(accepted)}" if accepted else "; an effect `open` does that"
                more_zh = f"；会开立的有：{names.one_of(accepted, 'zh')}" if accepted else "；开立子工单用 open"
                yield fault(
                    draft.item(("transitions", name, "wait_for"), workflow),
                    "never_opened",
                    f"nothing here opens a {workflow}{more}",
                    f"此处不会开立 {workflow}{more_zh}",
                )


def left_to_ask(draft: Draft) -> Found:
    """A child that time opens, and for whose form there would still be something to ask."""
    for path, effects, index, one in opened(draft):
        child = openable(draft, one)
        if child is None:
            continue
        move = _unasked_move(draft, path)
        if move is None:
            continue
        lacks = [name for name in opening_of(child).fill if not _surely(draft, one, name, child, move, effects)]
        for name in lacks:
            yield fault(
                (*path, "open", index),
                "left_to_ask",
                f"nobody is there to be asked for {one.workflow}.{name}; write it in `set`",
                f"此时无人可填 {one.workflow}.{name}；请写在 set 里",
            )


def _unasked_move(draft: Draft, path: Path) -> Transition | tuple[()] | None:
    """The move with which effects happen that nobody may be there to be asked for; empty for none, None if one is.

    A child's opening asks nobody either: it is made with the move of its parent.
    """
    one, name = draft.definition, str(path[1])
    if path[0] not in ("transitions", "states"):
        return ()
    moves = (
        [one.transitions[name]]
        if path[0] == "transitions"
        else [move for each in draft.family() for move in each.transitions.values() if move.target == name]
    )
    is_child = any(one.name in other.opens() for other in draft.definitions.values())
    unasked = [move for move in moves if BY_CLOCK in move.by or (is_child and move == opening_of(draft.family()[0]))]
    granting = [state for each in draft.family() for state in each.states.values() if state.granted == name]
    if path[0] == "states" and any(never_asks(state) for state in granting):
        unasked += [move for move in one.transitions.values() if move.answer and move.name == GRANT]
    if not unasked:
        return None
    return unasked[0] if len(unasked) == 1 else ()


def _surely(
    draft: Draft,
    one: OpenChild,
    name: str,
    child: Definition,
    move: Transition | tuple[()],
    effects: Effects,
) -> bool:
    """Whether a child surely has a field of its form without anybody being asked."""
    field = field_of(name, child)
    follows = field.follows if field is not None else None
    if name in one.set or (follows is not None and one.set.get(follows.field) in follows.table):
        return True
    parent = draft.definition
    by_rows = {filled for each in draft.family() for other in each.transitions.values() for filled in other.fill}
    if carries(columns_of(one, parent.fields).get(name), field) and f"{one.for_each}.{name}" not in by_rows:
        return True
    if not carries(field_of(name, parent), field):
        return False
    typed = set(effects.set) | (set(move.fill) if isinstance(move, Transition) else set())
    return name in typed or all(name in opening.fill for opening in draft.family()[0].openings())


def child_cycle(draft: Draft) -> Found:
    """Definitions that open each other in a circle, without anybody's doing anything."""
    if draft.definition.head is not None:
        return  # said of its head
    follow = draft.once(("by itself",), lambda: {name: _by_itself(draft, name) for name in draft.definitions})
    way = _way_back(draft.definition.name, follow)
    if not way:
        return
    for path, _, index, one in opened(draft):
        if one.workflow == (way[1] if len(way) > 1 else way[0]):
            text = " → ".join([*way, way[0]])
            yield fault(
                (*path, "open", index, "workflow"),
                "child_cycle",
                f"time alone opens tickets in a circle: {text}",
                f"系统会不停地循环开立工单：{text}",
            )
            return


def _by_itself(draft: Draft, workflow: str) -> frozenset[str]:
    """The workflows of which a ticket of this one opens children without anybody's doing anything."""
    found: set[str] = set()
    for one in family_of(draft, workflow):
        opening = opening_of(one) if one.openings() else None
        moves = [move for move in one.transitions.values() if BY_CLOCK in move.by or move == opening]
        states = {move.target for move in moves}
        found.update(child.workflow for move in moves for child in move.effects.open)
        found.update(child.workflow for name, s in one.states.items() if name in states for child in s.effects.open)
        found.update(child.workflow for each in one.reminders.values() for child in each.effects.open)
        found.update(
            child.workflow for each in one.deadlines.values() for level in each.levels for child in level.effects.open
        )
    return frozenset(found)


def _way_back(start: str, follow: Mapping[str, Iterable[str]]) -> list[str]:
    """A shortest way from a workflow back to itself; empty if there is none."""
    ways, seen = [[start]], set()
    while ways:
        way = ways.pop(0)
        for target in sorted(follow.get(way[-1], ())):
            if target == start:
                return way
            if target not in seen:
                seen.add(target)
                ways.append([*way, target])
    return []
