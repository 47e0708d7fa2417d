"""Transitions in sentences: from where to where, who may, what is filled in, what stands in the way, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from workflow.definition import BY_CLOCK, NEW, Check, Definition, Transition
from workflow.prose.conditions import condition
from workflow.prose.document import Paragraph, Path, Sentence
from workflow.prose.doing import happenings
from workflow.prose.people import one_of
from workflow.prose.voice import Voice


def transition(one: Transition, voice: Voice) -> Paragraph:
    """All that a transition says."""
    path: Path = ("transitions", one.name)
    voice = replace(voice, row=one.row_of)
    return Paragraph(
        path=path, label=voice.transition(one.name), rules=one.rules, sentences=tuple(_sentences(one, voice, path))
    )


def _sentences(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    yield voice.ended(_who_where(one, voice), path)
    yield from _by_itself(one, voice, path)
    yield from _asked(one, voice, path)
    for number, check in enumerate(one.checks):
        yield _check(check, voice, (*path, "checks", number))
    yield from _held_up(one, voice, path)
    yield from _becomes(one, voice, path)
    effects = happenings(one.effects, voice)
    if effects:
        clauses = voice.clauses(effects)
        yield voice.sentence(f"When it is done, {clauses}", f"办理后，{clauses}", path)
    if one.note:
        yield voice.note(one.note, path)


# --- Who, from where, to where --------------------------------------------------------------------------------------


def _who_where(one: Transition, voice: Voice) -> str:
    """Who may do it and where the ticket is then."""
    people = [who for who in one.by if who != BY_CLOCK]
    may = _except(one, one_of(people, voice), voice) if people else ""
    after = _after(one, voice)
    if one.opens and len(one.sources) == 1:
        return voice.say(
            f"{may} may open a ticket this way; {after}" if may else f"a ticket is opened this way by itself; {after}",
            f"可由{may}开单，{after}" if may else f"系统自动开单，{after}",
        )
    where = _where(one, voice)
    return voice.say(
        f"{where}{may} may do it; {after}" if may else f"{where}nobody does it by hand; {after}",
        f"{where}可由{may}办理，{after}" if may else f"{where}不由人办理，{after}",
    )


def _where(one: Transition, voice: Voice) -> str:
    """In which states, unless it is told under the one that it starts from."""
    states = [name for name in one.sources if name != NEW]
    if one.opens:
        standing = voice.standing(states)
        return voice.say(f"it opens a ticket, and can be done while {standing}; ", f"用于开单，{standing}时也可办理；")
    if len(states) == 1:
        return ""
    standing = voice.standing(states)
    return voice.say(f"while {standing}, ", f"{standing}时，")


def _after(one: Transition, voice: Voice) -> str:
    if one.target is None:
        stays = voice.say("the ticket stays where it is", "工单状态不变")
        row = one.row_of
        if row is not None:
            rows = voice.field(row)
            return voice.say(f"it is about one row of {rows}, and {stays}", f"每次针对{rows}的一行，{stays}")
        return stays
    target = voice.state(one.target)
    found = voice.definition.states.get(one.target)
    if found is not None and found.end:
        said = voice.say(f"it ends the ticket as {target}", f"工单结束，状态为{target}")
    else:
        said = voice.say(f"the ticket is then {target}", f"工单进入{target}")
    if one.row_of is not None:
        rows = voice.field(one.row_of)
        return voice.say(f"it is about one row of {rows}, and {said}", f"每次针对{rows}的一行，{said}")
    return said


def _except(one: Transition, allowed: str, voice: Voice) -> str:
    if not one.not_by:
        return allowed
    excepted = one_of(one.not_by, voice)
    return voice.say(f"{allowed}, but not {excepted},", f"{allowed}（{excepted}除外）")


def _by_itself(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    """By which reminders and levels the clock makes it."""
    if BY_CLOCK not in one.by:
        return
    path = (*path, "by")
    found = list(_movers(one.name, voice.definition, voice))
    if one.opens and voice.definition.recurring:
        schedules = voice.both(map(voice.schedule, voice.definition.recurring))
        yield voice.sentence(f"the system does it by itself for {schedules}", f"系统按{schedules}自动开单", path)
    if found:
        movers = voice.either(found)
        yield voice.sentence(
            f"the system does it by itself where {movers} says so", f"{movers}到时，由系统自动办理", path
        )
    elif not one.opens or not voice.definition.recurring:
        yield voice.sentence("the system may do it by itself, too", "系统也可以自动办理", path)
    yield voice.sentence(
        "the assignee is told when the system does it or, while nobody holds the ticket, whoever answers for it",
        "系统自动办理时通知经办人，没有经办人的，通知归口岗位",
        path,
    )


def _movers(name: str, definition: Definition, voice: Voice) -> Iterator[str]:
    for reminder in definition.reminders.values():
        if reminder.effects.move == name:
            yield voice.reminder(reminder.name)
    for deadline in definition.deadlines.values():
        if any(level.effects.move == name for level in deadline.levels):
            yield voice.deadline(deadline.name)
    yield from (voice.state(one.name) for one in definition.states.values() if one.effects.move == name)
    yield from (voice.transition(one.name) for one in definition.transitions.values() if one.effects.move == name)


# --- What it asks for -----------------------------------------------------------------------------------------------


def _asked(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    if one.fill:
        must = _fields(one.fill, voice)
        yield voice.sentence(f"to be filled in: {must}", f"必填：{must}", (*path, "fill"))
    if one.may_fill:
        may = _fields(one.may_fill, voice)
        also = "may also be filled in" if one.fill else "may be filled in"
        yield voice.sentence(f"{also}: {may}", f"选填：{may}", (*path, "may_fill"))
    if one.need:
        need = _needed(one.need, voice)
        yield voice.sentence(
            f"{need} must have been filled in, now or before", f"办理时须已填写{need}", (*path, "need")
        )


def _fields(names: Iterable[str], voice: Voice) -> str:
    return voice.both(map(voice.field, names))


def _needed(names: Iterable[str], voice: Voice) -> str:
    """What has to be on file: of a list at least one row, of a column all rows."""
    found = []
    for name in names:
        field = voice.definition.fields.get(name)
        if "." in name:
            rows, column = voice.field(name.partition(".")[0]), voice.column(name)
            found.append(voice.say(f"{column} in every row of {rows}", f"{rows}每一行的{column}"))
        elif field is not None and field.columns:
            found.append(voice.say(f"at least one row of {voice.field(name)}", f"{voice.field(name)}的至少一行"))
        else:
            found.append(voice.field(name))
    return voice.both(found)


def _check(check: Check, voice: Voice, path: Path) -> Sentence:
    """When it is asked, what must be so, and what people read where it is not."""
    demands = []
    if check.need:
        need = _needed(check.need, voice)
        demands.append(voice.say(f"{need} must be filled in", f"须已填写{need}"))
    if check.must is not None:
        must = condition(check.must, voice)
        demands.append(voice.say(f"it can be done only if {must}", f"须满足：{must}"))
    demanded = voice.say(", and ", "，并").join(demands)
    if check.condition is not None:
        asked = condition(check.condition, voice)
        demanded = voice.say(f"if {asked}, {demanded}", f"如果{asked}，{demanded}")
    if check.text is not None:
        words = voice.quoted(voice.read(check.text))
        demanded += voice.say(f"; otherwise it is refused: {words}", f"；否则提示{words}")
    return voice.ended(voice.with_rules(demanded, check.rules), path)


def _held_up(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    for name in one.wait_for:
        if name in voice.definition.fields:
            field = voice.field(name)
            text = f"the ticket in {field} must have ended"
            yield voice.sentence(text, f"{field}所关联的工单须先结束", (*path, "wait_for"))
    yield from _children(one, voice, path)
    if one.not_before is not None:
        moment = voice.moment(one.not_before)
        yield voice.sentence(f"it cannot be done earlier than {moment}", f"不得早于{moment}办理", (*path, "not_before"))
    if one.at_most is not None:
        times = voice.say("once" if one.at_most == 1 else f"{one.at_most} times", f"{one.at_most}次")
        each = voice.say(
            "for each row" if one.row_of else "in the life of a ticket", "每行" if one.row_of else "每张工单"
        )
        yield voice.sentence(f"it can be done {times} {each} at most", f"{each}最多办理{times}", (*path, "at_most"))


def _children(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    """Which tickets that were opened from this one a move waits for, and what a move to an end does about them."""
    definition = voice.definition
    target = definition.states.get(one.target or "")
    ends = target is not None and target.end
    awaited = [name for name in one.wait_for if name not in definition.fields]
    kinds = [voice.workflow(name) for name in awaited]
    if one.open_children == "cancel":
        text, zh = "tickets that were opened from this one and are still open are cancelled", "尚未结束的子工单一并取消"
        yield voice.sentence(text, zh, (*path, "open_children"))
    elif ends and _with_children(definition) & frozenset(one.sources) and definition.opens() - frozenset(awaited):
        kinds.append(voice.say("other", "其他子工单") if kinds else voice.say("", "子工单"))
    if kinds:
        said = voice.both(kinds)
        text = f"every {said} ticket that was opened from this one must have ended".replace("  ", " ")
        yield voice.sentence(
            text, f"由本工单开立的{said}须先全部结束", (*path, "wait_for" if awaited else "open_children")
        )


def _with_children(definition: Definition) -> frozenset[str]:
    """The open states in which a child may be open: those in which one is opened, and what can be reached from them."""
    moves = definition.transitions.values()
    everywhere = frozenset(state.name for state in definition.states.values() if not state.end)
    if definition.head is not None or any(one.become for one in moves):
        return everywhere
    if any(level.effects.open for deadline in definition.deadlines.values() for level in deadline.levels):
        return everywhere
    found = {state.name for state in definition.states.values() if state.effects.open}
    found |= {state for one in definition.reminders.values() if one.effects.open for state in one.states}
    found |= {one.target or source for one in moves if one.effects.open for source in one.sources}
    waiting = sorted(found)
    while waiting:
        state = waiting.pop()
        leading = [one for one in moves if state in one.sources and state in definition.states]
        for way in {way for one in leading for way in definition.ways(one, state) if way} - found:
            found.add(way)
            waiting.append(way)
    return everywhere & found


# --- Becoming another class -----------------------------------------------------------------------------------------


def _becomes(one: Transition, voice: Voice, path: Path) -> Iterator[Sentence]:
    become, path = one.become, (*path, "become")
    if become is None:
        return
    if become.next_in_family:
        following = _next(voice)
        if following:
            en, zh = f"the ticket becomes the next graver class: {following}", f"工单升为高一级类别{following}"
        elif voice.definition.head is not None:
            en, zh = "the class stays what it is, for there is none that is graver", "已是最高类别，类别不变"
        else:
            en = "the ticket becomes the next graver class of the family; in the gravest it stays"
            zh = "工单升为高一级的类别，已是最高一级的不变"
        yield voice.sentence(en, zh, path)
    elif become.workflow is not None:
        other = voice.workflow(become.workflow)
        yield voice.sentence(f"the ticket becomes {other}", f"工单转为{other}", path)
    else:
        field = voice.definition.fields.get(become.field or "")
        choices = field.choices if field is not None else {}
        named = voice.field(become.field or "")
        table = voice.say(", ", "；").join(
            voice.say(
                f"{voice.workflow(workflow)} if it is {voice.choice(choices, choice)}",
                f"{voice.choice(choices, choice)}转为{voice.workflow(workflow)}",
            )
            for choice, workflow in become.table.items()
        )
        yield voice.sentence(
            f"the ticket becomes what {named} says: {table}", f"工单按{named}转为相应类别：{table}", path
        )


def _next(voice: Voice) -> str:
    """The class after this one; empty for the last, and where there is none."""
    head = voice.around.definitions.get(voice.definition.head or "")
    family = head.family if head is not None else ()
    if 0 < voice.definition.rank < len(family):
        return voice.workflow(family[voice.definition.rank])
    return ""
