"""The words of a notice, in Chinese and English: what happened, what is asked, and why this person is told.

Words are made when a notice is read, from its items and the definition; nothing rendered is kept. Times are those of
the ticket's calendar, and the date is left out on the day on which the notice was written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workflow import words
from workflow.definition import GRANT, NEW, REFUSE, Definition, FieldType, Text, Who
from workflow.notices import Item, Openings, Unopened
from workflow.people import ACCOUNTABLE, RESPONSIBLE, WORDS
from workflow.ticket import CLOCK, Held

_UNITS = (
    (dt.timedelta(days=1), "d", "天"),
    (dt.timedelta(hours=1), "h", "小时"),
    (dt.timedelta(minutes=1), "min", "分钟"),
)


class Words(NamedTuple):
    """A notice as it is read."""

    subject: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a notice is read: in which language ("zh" or "en") and zone, and what people are called in it.

    `written_at` is when the notice was written: lateness is told as it was then.
    """

    definition: Definition
    names: Mapping[str, str]
    zone: str
    lang: str
    written_at: dt.datetime

    def pick(self, en: str, zh: str) -> str:
        return zh if self.lang == "zh" else en

    def read(self, text: Text) -> str:
        return text.read(self.lang)

    def quoted(self, text: Text) -> str:
        return f"“{text.read(self.lang)}”"

    def person(self, person: str | None) -> str:
        """What a person is called; None is the clock."""
        if person is None or person == CLOCK.id:
            return self.pick("the clock", "系统")
        return self.names.get(person, person)

    def time(self, instant: dt.datetime, *, limit: bool = False) -> str:
        """A time of day, with its date unless that is the day of writing; as a limit, midnight ends the day before."""
        zone = ZoneInfo(self.zone)
        local, today = instant.astimezone(zone), self.written_at.astimezone(zone).date()
        date, clock = local.date(), f"{local:%H:%M}"
        if limit and local.time() == dt.time():
            date, clock = date - dt.timedelta(days=1), "24:00"
        if date == today:
            return clock
        en, zh = f"{date.day} {words.MONTHS[date.month - 1]}", f"{date.month}月{date.day}日"
        if date.year != today.year:
            en, zh = f"{en} {date.year}", f"{date.year}年{zh}"
        return self.pick(f"{clock} on {en}", f"{zh}{clock}")

    def lasting(self, amount: dt.timedelta) -> str:
        """How long, in the two largest units that say something; empty for less than a minute."""
        parts = []
        for unit, en, zh in _UNITS:
            count, amount = divmod(amount, unit)
            if count:
                parts.append(self.pick(f"{count} {en}", f"{count}{zh}"))
        return self.pick(" ", "").join(parts[:2])


def told(items: Sequence[Item], reading: Reading, *, number: str, title: str = "", place: str = "") -> Words:
    """The words of one notice: a subject, and a line for each thing that it tells.

    What is told of one entry, or of one run of a deadline, is one line, as it stands at the end of the settling. The
    subject says what presses most. `items` has at least one. `number` is empty where there is no ticket.
    """
    groups: dict[tuple[object, ...], list[Item]] = {}
    for item in items:
        same = (
            ("level", item.name, item.run) if item.kind == "level" else (item.sequence, item.sequence or item.position)
        )
        groups.setdefault(same, []).append(item)
    lines = [_line(group, reading) for group in groups.values()]
    pressing = min(groups.values(), key=lambda group: _rank(group[-1]))
    called = title or reading.read(reading.definition.text)
    if place:
        called += reading.pick(f" ({place})", f"（{place}）")
    headline = _sentence(pressing[-1], reading)
    subject = f"{number} {called}{reading.pick(': ', '：')}{headline}"
    return Words(subject.strip(), tuple(lines))


def _rank(item: Item) -> int:
    """What presses more has the lower rank; what has been overtaken presses least."""
    if item.moot_by is not None:
        return 9
    if item.kind == "level":
        return 2 if item.level.startswith("soon") else 0
    return {"refusal": 1, "reminder": 3}.get(item.kind, 4)


def _line(group: list[Item], reading: Reading) -> str:
    """The newest of the group in a sentence, then what any of them asks for, then why he is told."""
    said = [_capital(_sentence(group[-1], reading))]
    said += _each(_asked(item.ask_for, reading) for item in group if item.ask_for)
    said += _each(_because(item.unopened, reading) for item in group if item.unopened)
    reasons = _each(_why(item, reading) for item in group)
    said.append(
        reading.pick(
            f"You are told because {' and because '.join(reasons)}", f"通知您，是因为{'，又因为'.join(reasons)}"
        )
    )
    return reading.pick(". ", "。").join(said) + reading.pick(".", "。")


def _asked(transition: str, reading: Reading) -> str:
    """What he is asked to do: of an approval, an answer, whichever it be."""
    if _is_answer(transition, reading):
        yes, no = _called(GRANT, reading), _called(REFUSE, reading)
        return reading.pick(f"Please answer: {yes} or {no}", f"请审批：{yes}或{no}")
    move = _called(transition, reading)
    return reading.pick(f"Please do {move}", f"请办理{move}")


def _is_answer(transition: str, reading: Reading) -> bool:
    found = reading.definition.transitions.get(transition)
    return found is not None and found.answer


def _each(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- What happened ------------------------------------------------------------------------------------------------


def _sentence(item: Item, reading: Reading) -> str:
    """What there is to tell, without the full stop: the definition's own words, otherwise made from the rule."""
    if item.about == "fault":
        return reading.pick(
            "its time limits cannot be enforced, somebody must look into it", "其时限无法执行，请尽快处理"
        )
    if item.unopened is not None:
        return _unopened(item.unopened, reading)
    if item.openings is not None:
        return _opened(item.openings, reading)
    if item.say is not None:
        said = reading.read(item.say).rstrip("。.")
    elif item.kind == "level":
        said = _soon(item, reading) if item.level.startswith("soon") else _late(item, reading)
    else:
        sentences = {
            "reminder": _reminder,
            "refusal": _refusal,
            "extension": _extension,
            "revision": _revision,
            "child": _child,
        }
        said = sentences.get(item.kind, _move)(item, reading)
    if item.skipped:
        said += reading.pick(
            f" (and {item.skipped} time{'s' * (item.skipped != 1)} before)", f"（此前还有{item.skipped}次）"
        )
    return said + _overtaken(item, reading)


def _called(transition: str | None, reading: Reading) -> str:
    return reading.quoted(words.transition(transition or "", reading.definition))


def _move(item: Item, reading: Reading) -> str:
    move, target = _called(item.name, reading), item.target or ""
    said = reading.pick(f"{reading.person(item.actor)} did {move}", f"{reading.person(item.actor)}办理了{move}")
    if _is_answer(item.name, reading):
        said = _answer(item, reading)
    if item.source == target or not target:
        return said
    after = reading.read(words.state(target, reading.definition))
    if item.source in (None, NEW):
        return said + reading.pick(f": {after}", f"：{after}")
    before = reading.read(words.state(item.source or "", reading.definition))
    return said + reading.pick(f": {before} → {after}", f"：{before} → {after}")


def _answer(item: Item, reading: Reading) -> str:
    if item.actor is None:
        return reading.pick("nobody had to be asked for approval", "无须审批，自动通过")
    who = reading.person(item.actor)
    if item.name == REFUSE:
        return reading.pick(f"{who} refused", f"{who}审批不同意")
    return reading.pick(f"{who} granted", f"{who}审批同意")


def _soon(item: Item, reading: Reading) -> str:
    clock, limit = _clock(item, reading), reading.time(_limit(item), limit=True)
    left = reading.lasting(_limit(item) - reading.written_at)
    if item.moot_by is not None and item.moot_by.kind == "move":
        return reading.pick(f"the limit of {clock} was {limit}", f"{clock}的时限为{limit}")
    if _limit(item) > reading.written_at:
        left = left or reading.pick("less than a minute", "不到1分钟")
        return reading.pick(f"{clock} is due at {limit}, {left} left", f"{clock}将于{limit}到时限，还剩{left}")
    return reading.pick(f"the limit of {clock}, {limit}, has come", f"{clock}的时限{limit}已到")


def _late(item: Item, reading: Reading) -> str:
    clock, limit = _clock(item, reading), reading.time(_limit(item), limit=True)
    moot = item.moot_by
    by = reading.lasting((moot.at if moot else reading.written_at) - _limit(item))
    if not by:
        return reading.pick(f"{clock} has come to its limit ({limit})", f"{clock}已到时限（{limit}）")
    if moot:
        return reading.pick(f"{clock} was late by {by} (limit {limit})", f"{clock}已逾期{by}（时限{limit}）")
    return reading.pick(f"{clock} is late by {by} (limit {limit})", f"{clock}已逾期{by}（时限{limit}），尚未完成")


def _reminder(item: Item, reading: Reading) -> str:
    reminder = reading.read(words.reminder(item.name, reading.definition))
    return reading.pick(f"reminder: {reminder}", f"催办：{reminder}")


def _revision(item: Item, reading: Reading) -> str:
    state = reading.quoted(words.state(item.target or "", reading.definition))
    return reading.pick(f"it goes on by a newer revision, in {state}", f"改按新版本办理，状态为{state}")


def _refusal(item: Item, reading: Reading) -> str:
    move, due = _called(item.name, reading), reading.time(item.due_at or item.at)
    return reading.pick(
        f"the clock could not do {move}, due at {due}; the history has the reasons",
        f"系统未能办理{move}（应于{due}办理），原因见工单记录",
    )


def _child(item: Item, reading: Reading) -> str:
    ended = item.child
    if ended is None:
        return reading.pick(f"{item.name} has ended", f"{item.name}已办结")
    workflow, state = reading.read(ended.workflow_text), reading.read(ended.state_text)
    return reading.pick(f"{item.name} ({workflow}) has ended: {state}", f"{item.name}（{workflow}）已办结：{state}")


def _unopened(wanted: Unopened, reading: Reading) -> str:
    schedule, period = reading.quoted(wanted.schedule), reading.read(wanted.period)
    en, zh = f"{schedule} for {period}", f"{schedule}{period}"
    if wanted.party:
        en, zh = f"{en}, {wanted.party.en},", f"{zh}{wanted.party.zh}"
    others = wanted.others
    more = reading.pick(f" (and {others} more)", f"（另有{others}张）") if others else ""
    return reading.pick(f"{en} could not be opened", f"{zh}的工单未能开立") + more


def _opened(those: Openings, reading: Reading) -> str:
    schedule, period = reading.quoted(those.schedule), reading.read(those.period)
    if those.count == 1:
        whose = reading.pick(f", {those.party.en}", those.party.read("zh")) if those.party else ""
        return reading.pick(
            f"{schedule} for {period}{whose}: {those.first} was opened",
            f"{schedule}{period}{whose}：已开立工单{those.first}",
        )
    return reading.pick(
        f"{schedule} for {period}: {those.count} tickets were opened, from {those.first} to {those.last}",
        f"{schedule}{period}：已开立{those.count}张工单，自{those.first}至{those.last}",
    )


def _because(wanted: Unopened, reading: Reading) -> str:
    why = reading.pick("; ", "；").join(reading.read(reason).rstrip("。.") for reason in wanted.reasons)
    again = reading.pick("It is tried again by itself", "系统会自动重试")
    return reading.pick(". ", "。").join(filter(None, (_capital(why), again)))


def _extension(item: Item, reading: Reading) -> str:
    clock = _clock(item, reading)
    return reading.pick(f"{clock} has been given more time", f"{clock}的时限已延长")


def _overtaken(item: Item, reading: Reading) -> str:
    """What has been done about it in the meantime."""
    moot = item.moot_by
    if moot is None or moot.kind != "move":
        return ""
    who, move, when = reading.person(moot.actor), _called(moot.name, reading), reading.time(moot.at)
    if _is_answer(moot.name, reading):
        yes, zh = ("granted", "同意") if moot.name == GRANT else ("refused", "不同意")
        return reading.pick(f"; {who} {yes} at {when}", f"，{who}已于{when}审批{zh}")
    return reading.pick(f"; {who} did {move} at {when}", f"，{who}已于{when}办理{move}")


def _clock(item: Item, reading: Reading) -> str:
    return reading.quoted(words.deadline(item.name, reading.definition))


def _limit(item: Item) -> dt.datetime:
    return item.limit_at or item.due_at or item.at


# --- Why this person ----------------------------------------------------------------------------------------------


def _why(item: Item, reading: Reading) -> str:
    """The reason that follows "because", with whom or what he stands for."""
    told = item.told
    reason = _reason(item, told.instead_of, reading)
    if told.instead_of is not None:
        person = reading.person(told.instead_of)
        reason = reading.pick(f"you stand in for {person}, and {reason}", f"您代{person}，{reason}")
    if told.absent is not None:
        person = reading.person(told.absent)
        reason += reading.pick(f", and {person} cannot be reached", f"，而{person}无法联系")
    return reason


def _reason(item: Item, holder: str | None, reading: Reading) -> str:
    """What he is to the ticket, or `holder`, whose deputy he is."""
    name = reading.person(holder)
    one, is_ = ("you", "您"), ("you are", "您是")
    if holder is not None:
        one, is_ = (name, name), (f"{name} is", f"{name}是")
    who, held = meant(item.told.why, reading.definition), item.told.held
    if held is not None:
        return _by_role(item, who, held, reading.pick(*is_), reading)
    if who.kind == "did":
        move = _called(who.name, reading)
        return reading.pick(f"{one[0]} did {move}", f"{one[1]}办理了{move}")
    if who.kind == "field":
        field = reading.quoted(words.field(who.name, reading.definition))
        return reading.pick(f"{is_[0]} named in {field}", f"{is_[1]}{field}所填的人")
    if who == RESPONSIBLE:
        return reading.pick(f"{one[0]} must act now", f"{is_[1]}{words.WHO['responsible'].zh}")
    text = words.who(who, reading.definition)
    return reading.pick(f"{is_[0]} {text.en}", f"{is_[1]}{text.read('zh')}")


def _by_role(item: Item, who: Who, held: Held, is_: str, reading: Reading) -> str:
    role = reading.read(words.held(held.role, held.department, reading.definition))
    said = is_ + reading.pick(" ", "") + role
    vacant = item.told.vacant
    if vacant is not None:
        nobody = reading.read(words.held(vacant.role, vacant.department, reading.definition))
        said += reading.pick(f", and nobody can be reached as {nobody}", f"，而{nobody}无人在岗")
    elif who == RESPONSIBLE:
        said += reading.pick(", who must act now", "，即当前责任人")
    elif who == ACCOUNTABLE:
        this = reading.pick("them" if item.openings else "this ticket", "" if item.openings else "本工单的")
        said += reading.pick(f", who answers for {this}", f"，即{this}归口岗位")
    elif (who.kind != "role" or who.name != held.role) and item.told.absent is None:
        nobody = reading.read(words.who(who, reading.definition))
        said += reading.pick(f", while nobody is {nobody}", f"，而{nobody}空缺")
    return said


def meant(why: str, definition: Definition) -> Who:
    """Who a wording of a definition means: `str(who)` read back, without asking which roles there are."""
    match why.split():
        case ["whoever", "did", transition]:
            return Who("did", transition)
        case [role, "of", field]:
            return Who("role", role, field)
        case [name] if name in WORDS:
            return Who("word", name)
        case [name] if _holds_people(name, definition):
            return Who("field", name)
        case _:
            return Who("role", why)


def _holds_people(name: str, definition: Definition) -> bool:
    """Whether it is a person field, or a column of people."""
    outer, _, column = name.partition(".")
    field = definition.fields.get(outer)
    if field is not None and column:
        field = field.columns.get(column)
    return field is not None and field.type is FieldType.PERSON
