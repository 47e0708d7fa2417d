"""States in sentences: who must act there, what happens on entering, who is asked for approval, what is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from workflow.definition import Approval, State
from workflow.prose.conditions import condition
from workflow.prose.document import Paragraph, Path, Sentence
from workflow.prose.doing import happenings
from workflow.prose.people import one_of, people
from workflow.prose.voice import Voice


def state(one: State, voice: Voice, *, labelled: bool = False) -> Paragraph:
    """All that a state says; `labelled` where no heading names it."""
    path: Path = ("states", one.name)
    return Paragraph(
        path=path,
        label=voice.state(one.name) if labelled else "",
        rules=one.rules if labelled else (),
        sentences=tuple(_sentences(one, voice, path)),
    )


def _sentences(one: State, voice: Voice, path: Path) -> Iterator[Sentence]:
    if one.end:
        yield _ending(one, voice, path)
    else:
        yield from _responsible(one, voice, (*path, "responsible"))
    effects = happenings(one.effects, voice)
    if effects:
        clauses = voice.clauses(effects)
        yield voice.sentence(
            f"when the ticket comes here, by whatever way, {clauses}", f"工单进入时（无论经由哪一步），{clauses}", path
        )
    if len(one.approvals) == 1:
        yield from _step(one.approvals[0], 0, voice, (*path, "approvals", 0))
    yield from _answers(one, voice, path)
    if one.records:
        kept = voice.both(map(voice.form, one.records))
        yield voice.sentence(f"forms to be kept: {kept}", f"须保存的记录：{kept}", (*path, "records"))
    if one.guides:
        followed = voice.both(one.guides)
        yield voice.sentence(f"to be followed: {followed}", f"须遵循：{followed}", (*path, "guides"))
    if one.note:
        yield voice.note(one.note, path)
    if len(one.approvals) > 1:
        for number, step in enumerate(one.approvals):
            yield from _step(step, number + 1, voice, (*path, "approvals", number))


def _ending(one: State, voice: Voice, path: Path) -> Sentence:
    """That the ticket ends here, and by which transitions it comes to it."""
    moves = [move.name for move in voice.definition.transitions.values() if move.target == one.name]
    if not moves:
        return voice.sentence("the ticket ends here", "工单到此结束", path)
    by = voice.either(map(voice.transition, moves))
    return voice.sentence(f"the ticket ends here, by {by}", f"办理{by}后，工单到此结束", path)


def _responsible(one: State, voice: Voice, path: Path) -> Iterator[Sentence]:
    if one.responsible:
        named = people(one.responsible, voice)
        yield voice.sentence(f"{named.text} must act", f"由{named.text}负责处理", path)
    elif not one.approvals:
        yield voice.sentence(
            "whoever may take the ticket on from here must act", "由可以将工单办往下一步的人负责处理", path
        )


def _answers(one: State, voice: Voice, path: Path) -> Iterator[Sentence]:
    """What an answer of the approvers leads to."""
    several = len(one.approvals) > 1
    if not one.approvals:
        return
    yield voice.sentence(
        "whoever is asked is told at once, and one of those asked in a step is enough",
        "轮到谁审批即通知谁，同一步有多人时一人答复即可",
        (*path, "approvals"),
    )
    if all(step.condition is not None or step.for_each is not None for step in one.approvals):
        yield voice.sentence(
            "if nobody has to be asked, that is a yes", "无须任何人审批的，视为同意", (*path, "approvals")
        )
    if one.granted is not None:
        granted, every = voice.state(one.granted), "with the last yes" if several else "with a yes"
        every_zh = "全部同意后" if several else "同意后"
        yield voice.sentence(f"{every} the ticket is {granted}", f"{every_zh}工单进入{granted}", (*path, "granted"))
    if one.refused is not None:
        refused, first = voice.state(one.refused), "with the first no" if several else "with a no"
        first_zh = "任何一人不同意" if several else "不同意"
        yield voice.sentence(
            f"{first}, which has to give a reason, it is {refused}",
            f"{first_zh}（须写明意见），工单进入{refused}",
            (*path, "refused"),
        )


def _step(step: Approval, number: int, voice: Voice, path: Path) -> Iterator[Sentence]:
    """One step; its `number` counts from 1 where there are several, and is 0 where it is the only one."""
    voice = replace(voice, row=step.for_each)
    asked = one_of(step.by, voice)
    if step.not_by:
        excepted = one_of(step.not_by, voice)
        asked = voice.say(f"{asked}, but not {excepted}", f"{asked}（{excepted}除外）")
    called = voice.quoted(voice.read(step.text)) if step.text is not None else ""
    if voice.lang == "zh":
        begins = f"第{number}步{called}" if number else called
        each = f"，按{voice.field(step.for_each)}逐行进行，先后不限" if step.for_each is not None else ""
        when = f"；仅在{condition(step.condition, voice)}时需要" if step.condition is not None else ""
        return _with(step, number, f"{begins}{'：' if begins else ''}由{asked}审批{each}{when}", voice, path)
    begins = f"step {number}" + (f", {called}" if called else "") if number else called
    each = f", once for each row of {voice.field(step.for_each)}, in any order" if step.for_each is not None else ""
    when = f"; only if {condition(step.condition, voice)}" if step.condition is not None else ""
    return _with(step, number, f"{begins}{': ' if begins else ''}approval is asked of {asked}{each}{when}", voice, path)


def _with(step: Approval, number: int, said: str, voice: Voice, path: Path) -> Iterator[Sentence]:
    said = voice.with_rules(said, step.rules)
    yield voice.step(said, path) if number else voice.ended(said, path)
    if step.note:
        yield voice.note(step.note, path)
