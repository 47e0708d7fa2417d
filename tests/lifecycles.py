"""Whole lifecycles with Chinese and English labels, built by hand: what pictures and words are tried on."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from workflow.conditions import parse_condition
from workflow.definition import (
    NEW,
    Become,
    Deadline,
    Definition,
    Effects,
    Field,
    FieldType,
    Level,
    Moment,
    Reminder,
    State,
    Text,
    Transition,
    Who,
)
from workflow.durations import Duration, parse_duration

CENTRE = Who("role", "service_centre")
HEAD = Who("role", "head", "department")
MANAGER = Who("role", "project_manager")
RECEIVER = Who("did", "receive")
ASSIGNEE = Who("word", "assignee")
ANYONE = Who("word", "anyone")

NAMES = {
    "service_centre": Text("Service centre", "客服中心"),
    "head": Text("Head", "负责人"),
    "project_manager": Text("Project manager", "项目经理"),
    "complaint-critical": Text("Critical complaint", "重大投诉"),
}


def _for(text: str | None) -> Duration | None:
    return parse_duration(text) if text else None


def _state(name: str, en: str, zh: str, *responsible: Who, end: bool = False, told: tuple[Who, ...] = ()) -> State:
    return State(name=name, text=Text(en, zh), responsible=responsible, end=end, effects=Effects(notify=told))


def _move(name: str, en: str, zh: str, sources: str, target: str | None, *by: Who, **more: object) -> Transition:
    return Transition(
        name=name,
        text=Text(en, zh),
        sources=tuple(sources.split()),
        target=target,
        by=by or (CENTRE,),
        **more,  # type: ignore[arg-type]
    )


def _late(index: int, *told: Who, by: str | None = None, every: str | None = None, **effects: object) -> Level:
    told_and_done = Effects(notify=told, **effects)  # type: ignore[arg-type]
    return Level(kind="late", index=index, late_by=_for(by), every=_for(every), effects=told_and_done)


OPEN = "received classified transferred handling waiting resolved"

COMPLAINT = Definition(
    name="complaint-important",
    text=Text("Important complaint", "重要投诉"),
    revision="complaint",
    calendar="mall",
    accountable="service_centre",
    followers=(RECEIVER,),
    document={"number": "KF-TS-03", "version": "1.0"},
    names=NAMES,
    fields={
        "department": Field(name="department", text=Text("Department", "责任部门"), type=FieldType.DEPARTMENT),
        "due_at": Field(name="due_at", text=Text("Time asked for", "要求期限"), type=FieldType.DATETIME),
        "repeat": Field(name="repeat", text=Text("Repeat", "重复"), type=FieldType.YES_NO),
    },
    states={
        state.name: state
        for state in (
            _state("received", "Received", "已受理", CENTRE),
            _state("classified", "Classified", "已界定", CENTRE, told=(MANAGER,)),
            _state("transferred", "Transferred", "已转办", HEAD, told=(HEAD,)),
            _state("handling", "Being handled", "处理中", ASSIGNEE),
            _state("waiting", "Waiting", "等待答复", ASSIGNEE),
            _state("resolved", "Resolved", "已处理", CENTRE),
            _state("closed", "Closed", "已关闭", end=True),
            _state("declined", "Declined", "不受理", end=True),
            _state("cancelled", "Withdrawn", "已撤销", end=True),
        )
    },
    transitions={
        transition.name: transition
        for transition in (
            _move("receive", "Receive", "受理", NEW, "received", ANYONE),
            _move("decline", "Decline", "不予受理", "received", "declined"),
            _move("classify", "Classify", "界定性质", "received", "classified"),
            _move("transfer", "Transfer", "转相关部门", "classified", "transferred"),
            _move("start", "Start the handling", "启动处理", "transferred", "handling", HEAD),
            _move("ask", "Wait for an answer", "等待", "handling", "waiting", ASSIGNEE, at_most=3),
            _move("go_on", "Go on", "继续", "waiting", "handling", ASSIGNEE, Who("word", "clock")),
            _move("note", "Make a note", "记录", "handling waiting", None, ASSIGNEE),
            _move("resolve", "Resolve", "处理完毕", "handling", "resolved", ASSIGNEE),
            _move("close", "Follow up and close", "回访并关闭", "resolved", "closed", not_by=(ASSIGNEE,)),
            _move("close_unreached", "Nobody answers, close", "联系不上，关闭", "resolved", "closed"),
            _move(
                "reject",
                "Reject the result",
                "不接受结果，升级",
                "resolved",
                "classified",
                become=Become(workflow="complaint-critical"),
            ),
            _move("feedback", "Tell the complainant", "反馈投诉人", OPEN, None, RECEIVER, CENTRE),
            _move("cancel", "Withdraw", "撤销", OPEN, "cancelled"),
        )
    },
    deadlines={
        "respond": Deadline(
            name="respond",
            text=Text("First response", "首次回应"),
            since=("receive",),
            until=("feedback", "start"),
            within=parse_duration("24 hours"),
            levels=(
                Level(kind="soon", index=0, left=parse_duration("4 hours"), effects=Effects(notify=(RECEIVER,))),
                _late(0, RECEIVER, MANAGER, ask_for="feedback"),
            ),
        ),
        "resolve": Deadline(
            name="resolve",
            text=Text("Resolution", "办结"),
            since=("receive", "reject"),
            until=("resolve",),
            within=parse_duration("2 working days"),
            replaced_by="due_at",
            paused_in=frozenset({"waiting"}),
            condition=parse_condition("not repeat"),
            levels=(
                Level(kind="soon", index=0, left=Decimal(20), effects=Effects(notify=(ASSIGNEE,))),
                _late(0, HEAD),
                _late(1, MANAGER, by="30 minutes", every="30 minutes", set={"priority": "urgent"}),
            ),
        ),
        "follow_up": Deadline(
            name="follow_up",
            text=Text("Follow-up", "回访"),
            since=("resolved",),
            until=("close", "reject"),
            no_later_than=Moment("before", "due_at", parse_duration("1 day")),
            levels=(_late(0, CENTRE, every="1 working day"),),
        ),
    },
    reminders={
        "waited": Reminder(
            name="waited",
            text=Text("Waited long enough", "等待期满"),
            states=frozenset({"waiting"}),
            since=("waiting",),
            after=parse_duration("3 days"),
            effects=Effects(notify=(ASSIGNEE,), move="go_on"),
        ),
        "resting": Reminder(
            name="resting",
            text=Text("Nothing has happened", "久未办理"),
            states=frozenset(OPEN.split()),
            since=("last move",),
            after=parse_duration("5 working days"),
            every=parse_duration("1 day"),
            at=dt.time(9, 30),
            effects=Effects(notify=(Who("word", "responsible"), Who("word", "accountable"))),
        ),
    },
)

CLASSIFIED = COMPLAINT.states["classified"]


def chain(states: int, *, hostile: str = "") -> Definition:
    """So many states one after the other with ways back and ways out, a deadline in each; `hostile` in every text."""
    names = [f"s{number}" for number in range(states)]
    steps = [_move("open", f"Open{hostile}", f"登记{hostile}", NEW, names[0])]
    for number, (one, other) in enumerate(pairwise(names)):
        steps.append(
            _move(f"on_{number}", f"Step {number}{hostile}", f"第{number}步{hostile}", one, other, CENTRE, HEAD)
        )
        if number % 3 == 2:
            steps.append(
                _move(
                    f"back_{number}", f"Send back {number}{hostile}", f"退回{number}{hostile}", one, names[number - 2]
                )
            )
        if number % 4 == 1:
            steps.append(_move(f"out_{number}", f"Refuse {number}{hostile}", f"驳回{number}{hostile}", one, "refused"))
    deadlines = [
        Deadline(
            name=f"d{number}",
            text=Text(f"Limit {number}{hostile}", f"时限{number}{hostile}"),
            since=(name,),
            until=(f"on_{number}",),
            within=parse_duration("2 working days"),
            levels=(_late(0, HEAD), _late(1, MANAGER, by="1 hour")),
        )
        for number, name in enumerate(names[:-1:3])
    ]
    return replace(
        COMPLAINT,
        name="chain",
        text=Text(f"Chain{hostile}", f"长流程{hostile}"),
        names={name: Text(text.en + hostile, text.zh + hostile) for name, text in NAMES.items()},
        states={
            state.name: state
            for state in (
                *(_state(name, f"State {name}{hostile}", f"状态{name}{hostile}", CENTRE, HEAD) for name in names[:-1]),
                _state(names[-1], f"Done{hostile}", f"完成{hostile}", end=True),
                _state("refused", f"Refused{hostile}", f"已驳回{hostile}", end=True),
            )
        },
        transitions={step.name: step for step in steps},
        deadlines={deadline.name: deadline for deadline in deadlines},
        reminders={},
        followers=(),
    )
