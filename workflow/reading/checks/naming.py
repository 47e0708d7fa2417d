"""Names: that those which are used exist, and that no two parts have the same one."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from workflow import names
from workflow.conditions import RESERVED
from workflow.definition import COMMENT, DATES, LAST_MOVE, NEW, OPENING, TYPED_BUILT_INS, FieldType
from workflow.kinds import BUILT_INS
from workflow.people import WORDS
from workflow.problems import Instead
from workflow.reading.checks.draft import Draft, Found, fault
from workflow.reading.nodes import Finding, Path, instead

SPACE = {"fields": ("field", "字段"), "states": ("state", "状态"), "transitions": ("transition", "流转")}
"""The blocks that share one name space."""

TAKEN = frozenset({*BUILT_INS, *WORDS, NEW, OPENING, "same", "anywhere", "removed", "last", "of"})
"""Words of the language, which no field, state or transition may therefore be called; those of conditions, which do
not speak of states, are forbidden to fields and transitions only."""


EVERYWHERE = frozenset({"all", "always", "any", "every", "everywhere"})
"""Words that are easily written for `anywhere`."""

MOST_NAMED = 10
"""So many names are listed where none is like the one that does not exist."""


def _meant(name: str, known: Collection[str]) -> tuple[str, str]:
    meant = names.did_you_mean(name, known)
    if meant[0] or not known:
        return meant
    listed = list(known)[:MOST_NAMED]
    more = ["…"] if len(known) > MOST_NAMED else []
    listed = [f"`{one}`" for one in listed]
    if len(listed) == 1:
        return f"; write {listed[0]}", f"；请写 {listed[0]}"
    return f"; write one of {names.one_of([*listed, *more])}", f"；请写其中之一：{names.one_of([*listed, *more], 'zh')}"


def _lacks(check: str, whole: str, what: tuple[str, str], name: str, known: Collection[str]) -> Finding:
    meant, meant_zh = _meant(name, known)
    text, text_zh = f"`{whole}` has no {what[0]} `{name}`{meant}", f"`{whole}` 没有{what[1]} `{name}`{meant_zh}"
    return Finding(check, text, text_zh, mend=instead(name, known))


def _unknown(
    check: str, what: tuple[str, str], name: str, known: Collection[str], said_as: str | None = None
) -> Finding:
    """Of a name that does not exist; `said_as` is what is looked for in its place, where that is another word."""
    if said_as not in (None, name):
        meant, meant_zh = f"; did you mean {said_as}?", f"；是否想写 {said_as}？"
        mend: Instead | None = Instead(name, str(said_as))
    else:
        (meant, meant_zh), mend = _meant(name, known), instead(name, known)
    text, text_zh = f"there is no {what[0]} `{name}`{meant}", f"没有{what[1]} `{name}`{meant_zh}"
    return Finding(check, text, text_zh, mend=mend)


def same_name(draft: Draft) -> Found:
    """A field, state or transition has the name of another one, or a word of the language."""
    seen: dict[str, str] = {}
    for block, (what, what_zh) in SPACE.items():
        for name in draft.named(block):
            if name in seen:
                other, other_zh = SPACE[seen[name]]
                yield fault(
                    _newer(draft, (seen[name], name), (block, name)),
                    "same_name",
                    f"{name} is a {other} as well as a {what}; give one of them another name",
                    f"{name} 既是{other_zh}又是{what_zh}；请给其中一个改名",
                    of_key=True,
                )
            elif name in TAKEN or (name in RESERVED and block != "states"):
                yield fault(
                    (block, name),
                    "same_name",
                    f"{name} is a word of the language; call the {what} something else",
                    f"{name} 是本语言的用词；请给{what_zh}换个名字",
                    of_key=True,
                )
            seen.setdefault(name, block)


def _newer(draft: Draft, *paths: Path) -> Path:
    """Which of two parts the author has added: the one in the definition's own file, or further down in it."""
    own = draft.node.position.path
    places = {path: draft.node.place(path, of_key=True) for path in paths}
    return max(paths, key=lambda path: (places[path].path == own, places[path]))


def unknown_state(draft: Draft) -> Found:
    """A state that does not exist."""
    one, states = draft.definition, draft.named("states")
    used = [(("transitions", name, "from"), move.sources) for name, move in one.transitions.items()]
    used += [(("deadlines", name, "paused_in"), tuple(sorted(each.paused_in))) for name, each in one.deadlines.items()]
    used += [(("reminders", name, "while"), tuple(sorted(each.states))) for name, each in one.reminders.items()]
    used += [(("states", name, "granted"), (each.granted,)) for name, each in one.states.items() if each.granted]
    used += [(("states", name, "refused"), (each.refused,)) for name, each in one.states.items() if each.refused]
    for path, listed in used:
        accepted = states if path[0] == "states" else (*states, "anywhere")
        for name in listed:
            if name not in states and not (name == NEW and path[-1] == "from"):
                meant = "anywhere" if name in EVERYWHERE and "anywhere" in accepted else name
                finding = _unknown("unknown_state", ("state", "状态"), name, accepted, meant)
                yield draft.item(path, name), _or_left_out(draft, path, name, finding)
    for index, promise in enumerate(one.promises if draft.whole(("promises",), one.promises) else ()):
        for name in promise.states:
            if name not in states:
                where: Path = ("promises", index, "in")
                finding = _unknown("unknown_state", ("state", "状态"), name, states)
                yield draft.item(where, name), _or_left_out(draft, where, name, finding)
    for name, move in one.transitions.items():
        if move.target is not None and move.target not in states and move.become is None:
            yield (
                ("transitions", name, "to"),
                _unknown("unknown_state", ("state", "状态"), move.target, [*states, "same"]),
            )


def _or_left_out(draft: Draft, path: Path, name: str, finding: Finding) -> Finding:
    """The finding; where no state is called nearly so and others stand beside it, that the name can be taken away."""
    node = draft.node.find(path)
    without = node.without(name) if node is not None and finding.mend is None else None
    if without is None:
        return finding
    text, text_zh = f"{finding.text}, or take it out of the list", f"{finding.text_zh}，或从列表中去掉"
    return replace(finding, text=text, text_zh=text_zh, mend=without)


def unknown_field(draft: Draft) -> Found:
    """A field that does not exist, where one is filled, needed or looked up."""
    fields, known = draft.definition.fields, draft.named("fields")
    answers = any(move.answer for move in draft.definition.transitions.values())
    built_in = (*TYPED_BUILT_INS, COMMENT) if answers else TYPED_BUILT_INS
    for path, name in draft.references():
        outer, dot, column = name.partition(".")
        if outer not in known and outer not in built_in:
            yield path, _unknown("unknown_field", ("field", "字段"), outer, [*known, *built_in])
        elif dot and outer in fields and column not in fields[outer].columns:
            finding = _lacks("unknown_field", outer, ("column", "列"), column, fields[outer].columns)
            yield path, replace(finding, column=len(outer) + len(".") + 1)
    for name, field in fields.items():
        if field.follows is not None and field.follows.field not in known:
            finding = _unknown("unknown_field", ("field", "字段"), field.follows.field, known)
            yield ("fields", name, "follows", field.follows.field), replace(finding, of_key=True)
    for name, move in draft.definition.transitions.items():
        if move.become is not None and move.become.field is not None and move.become.field not in known:
            finding = _unknown("unknown_field", ("field", "字段"), move.become.field, known)
            yield ("transitions", name, "become", move.become.field), replace(finding, of_key=True)
        for link in move.wait_for:
            if link not in draft.definitions and (link not in fields or fields[link].type is not FieldType.TICKET):
                tickets = [one.name for one in fields.values() if one.type is FieldType.TICKET]
                yield (
                    draft.item(("transitions", name, "wait_for"), link),
                    _unknown(
                        "unknown_field",
                        ("ticket field or child workflow", "工单字段或子流程"),
                        link,
                        [*tickets, *(_opened(draft) or draft.definitions)],
                    ),
                )
    for path, effects in draft.effects():
        for index, one in enumerate(effects.open if draft.whole((*path, "open"), effects.open) else ()):
            lists = [each.name for each in fields.values() if each.type is FieldType.LIST]
            if one.for_each is not None and one.for_each not in lists and one.for_each not in draft.unread():
                yield (
                    (*path, "open", index, "for_each"),
                    _unknown("unknown_field", ("list", "列表字段"), one.for_each, lists),
                )


def _opened(draft: Draft) -> tuple[str, ...]:
    """The workflows that the effects of a definition open."""
    found = (one.workflow for _, effects in draft.effects() for one in effects.open)
    return tuple(dict.fromkeys(name for name in found if name in draft.definitions))


def unknown_event(draft: Draft) -> Found:
    """An event that does not exist: `since` and `until` name transitions, states, and `since` date fields."""
    one = draft.definition
    moves = [*draft.named("states"), *draft.moves()]
    dates = [name for name, field in one.fields.items() if field.type in DATES]
    lists = [(("deadlines", name, "since"), each.since, [*moves, *dates]) for name, each in one.deadlines.items()]
    lists += [(("deadlines", name, "until"), each.until, moves) for name, each in one.deadlines.items()]
    lists += [
        (("reminders", name, "since"), each.since, [*moves, *dates, LAST_MOVE]) for name, each in one.reminders.items()
    ]
    for path, listed, known in lists:
        for name in listed:
            if name in known or (name == OPENING and draft.node.find(path) is None):
                continue
            if name == LAST_MOVE:
                finding = Finding(
                    "unknown_event",
                    "`last move` is for reminders; a deadline names what starts it",
                    "last move 只用于催办；时限请写明从何时算起",
                )
            elif name in draft.unread():
                continue
            elif name in draft.named("fields"):
                finding = Finding(
                    "unknown_event",
                    f"{name} is a field but no date that a clock can start from",
                    f"{name} 是字段，但不是可以起算的日期",
                )
            else:
                finding = _unknown("unknown_event", ("transition or state", "流转或状态"), name, known)
            yield draft.item(path, name), finding


def unknown_transition(draft: Draft) -> Found:
    """A transition that does not exist, in `move` or `ask_for`."""
    known = draft.moves()
    for path, effects in draft.effects():
        for key, name in (("move", effects.move), ("ask_for", effects.ask_for)):
            if name is not None and name not in known:
                yield (*path, key), _unknown("unknown_transition", ("transition", "流转"), name, known)


def unknown_workflow(draft: Draft) -> Found:
    """A definition that does not exist, or a state of it."""
    one = draft.definition
    for path, effects in draft.effects():
        for index, child in enumerate(effects.open if draft.whole((*path, "open"), effects.open) else ()):
            if child.workflow not in draft.definitions:
                yield (
                    (*path, "open", index, "workflow"),
                    _unknown("unknown_workflow", ("definition", "流程定义"), child.workflow, draft.definitions),
                )
    for name in one.family:
        if name not in draft.definitions:
            yield (
                draft.item(("family",), name),
                _unknown("unknown_workflow", ("definition", "流程定义"), name, draft.definitions),
            )
    for path, field in draft.typed():
        if field.workflow is None:
            continue
        linked = draft.definitions.get(field.workflow)
        if linked is None:
            finding = _unknown("unknown_workflow", ("definition", "流程定义"), field.workflow, draft.definitions)
            yield (*path, "of"), finding
            continue
        for state in field.in_states:
            if state not in linked.states:
                yield (
                    draft.item((*path, "in"), state),
                    _lacks("unknown_state", linked.name, ("state", "状态"), state, linked.states),
                )


def unknown_calendar(draft: Draft) -> Found:
    """A calendar that does not exist."""
    name = draft.definition.calendar
    if name and name not in draft.calendars:
        yield ("calendar",), _unknown("unknown_calendar", ("calendar", "日历"), name, draft.calendars)


def unknown_register(draft: Draft) -> Found:
    """A register that does not exist, of which a field or a column would hold an entry, or a schedule take each."""
    for path, field in draft.typed():
        if field.register is not None and field.register not in draft.registers:
            finding = _unknown("unknown_register", ("register", "名册"), field.register, draft.registers)
            yield (*path, "of"), finding
    for name, schedule in draft.definition.recurring.items():
        if schedule.for_each is not None and schedule.for_each not in draft.registers:
            finding = _unknown("unknown_register", ("register", "名册"), schedule.for_each, draft.registers)
            yield ("recurring", name, "for_each"), finding


def unknown_role(draft: Draft) -> Found:
    """An accountable role that does not exist, or that belongs to departments."""
    name = draft.definition.accountable
    role = draft.roles.get(name)
    if name and role is None:
        yield ("accountable",), _unknown("unknown_role", ("role", "角色"), name, draft.roles)
    elif role is not None and role.of_departments:
        yield fault(
            ("accountable",),
            "unknown_role",
            f"{name} is a role of departments; who is accountable is a role of the site or the group",
            f"{name} 是部门角色；归口应是项目或集团的角色",
        )
