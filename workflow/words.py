"""How parts of a definition are called where people read them, in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable

from workflow.definition import NEW, Approval, Definition, Text, Who

WHO = {
    "assignee": Text("the assignee", "经办人"),
    "requester": Text("the requester", "诉求人"),
    "receiver": Text("the receiver", "受理人"),
    "accountable": Text("the accountable role", "归口岗位"),
    "responsible": Text("who must act now", "当前责任人"),
    "actor": Text("who makes the move", "操作人"),
    "anyone": Text("any member of staff", "任何工作人员"),
    "clock": Text("the clock", "系统计时"),
}

BUILT_INS = {
    "title": Text("title", "标题"),
    "place": Text("place", "地点"),
    "requester": Text("requester", "诉求人"),
    "priority": Text("priority", "优先级"),
    "accountable": Text("accountable role", "归口岗位"),
    "assignee": Text("assignee", "经办人"),
    "receiver": Text("receiver", "受理人"),
    "site": Text("site", "项目"),
    "opened": Text("opened", "受理时间"),
    "due": Text("due", "应完成时间"),
    "round": Text("round", "轮次"),
    "comment": Text("comment", "意见"),
}

PRIORITIES = {
    "low": Text("low", "低"),
    "normal": Text("normal", "普通"),
    "high": Text("high", "高"),
    "urgent": Text("urgent", "紧急"),
}

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
"""Of dates in English; in Chinese months are numbers."""


def plain(name: str) -> Text:
    """A name that nothing says more about: blanks for its underlines."""
    return Text(name.replace("_", " "))


def name_of(name: str, definition: Definition) -> Text:
    """What people call a role or department."""
    return definition.names.get(name) or plain(name)


def who(who: Who, definition: Definition) -> Text:
    """Somebody in words."""
    if who.kind == "word":
        return WHO.get(who.name) or plain(who.name)
    if who.kind == "did":
        done = transition(who.name, definition)
        return Text(f"whoever did “{done.en}”", f"“{done.read('zh')}”的办理人")
    if who.kind == "field":
        named = field(who.name, definition)
        return Text(f"the person in “{named.en}”", f"“{named.read('zh')}”所填的人")
    role = name_of(who.name, definition)
    if who.of is None:
        return role
    of = field(who.of, definition)
    return Text(f"{role.en} of the {of.en}", f"{of.read('zh')}的{role.read('zh')}")


def several(people: Iterable[Who], definition: Definition) -> Text:
    """A list of people in words; empty for nobody."""
    texts = [who(one, definition) for one in people]
    return listed(texts)


def approval(step: Approval, definition: Definition) -> Text:
    """What people call a step of an approval: its own text, or who is asked."""
    return step.text or several(step.by, definition)


def listed(texts: Iterable[Text]) -> Text:
    """Texts one after the other, as a list is written in each language."""
    all_ = list(texts)
    return Text(", ".join(text.en for text in all_), "、".join(text.read("zh") for text in all_))


def field(name: str, definition: Definition) -> Text:
    """What people call a field, a built-in or a list's column."""
    outer, _, column = name.partition(".")
    found = definition.fields.get(outer)
    if found is None:
        return BUILT_INS.get(outer) or plain(outer)
    inner = found.columns.get(column)
    return inner.text if inner is not None else found.text


def transition(name: str, definition: Definition) -> Text:
    """What people call a transition."""
    found = definition.transitions.get(name)
    return found.text if found is not None else plain(name)


def state(name: str, definition: Definition) -> Text:
    """What people call a state; `new` is the one before the first."""
    if name == NEW:
        return Text("not yet opened", "尚未受理")
    found = definition.states.get(name)
    return found.text if found is not None else plain(name)


def deadline(name: str, definition: Definition) -> Text:
    """What people call a deadline."""
    found = definition.deadlines.get(name)
    return found.text if found is not None else plain(name)


def reminder(name: str, definition: Definition) -> Text:
    """What people call a reminder."""
    found = definition.reminders.get(name)
    return found.text if found is not None else plain(name)


def held(role: str, department: str | None, definition: Definition) -> Text:
    """A role, of a department if it is a role of departments, as the house calls it: `Head of Property management`."""
    called = name_of(role, definition)
    if department is None:
        return called
    of = name_of(department, definition)
    return Text(f"{called.en} of {of.en}", f"{of.read('zh')}的{called.read('zh')}")
