from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from tests.builders import local
from workflow.definition import (
    NEW,
    Deadline,
    Definition,
    Field,
    FieldType,
    Reminder,
    State,
    Text,
    Transition,
    Who,
)
from workflow.notices import Item, MootBy, Told
from workflow.telling import Reading, Words, meant, told
from workflow.ticket import Held


def named(name: str, en: str, zh: str) -> tuple[str, Text]:
    return name, Text(en, zh)


REPAIR = Definition(
    name="repair",
    text=Text("Repair", "业户报修"),
    revision="r",
    calendar="mall",
    accountable="service_centre",
    fields={
        "department": Field(
            name="department", text=Text("Repairing department", "维修部门"), type=FieldType.DEPARTMENT
        ),
        "new_assignee": Field(name="new_assignee", text=Text("New assignee", "新经办人"), type=FieldType.PERSON),
    },
    states={
        "dispatched": State(name="dispatched", text=Text("Waiting for pick-up", "待接单")),
        "in_repair": State(name="in_repair", text=Text("In repair", "维修中")),
    },
    transitions={
        "register": Transition(
            name="register", text=Text("Register", "登记"), sources=(NEW,), target="dispatched", by=()
        ),
        "pick_up": Transition(
            name="pick_up", text=Text("Pick up", "接单"), sources=("dispatched",), target="in_repair", by=()
        ),
        "chase": Transition(name="chase", text=Text("Chase", "跟进"), sources=("dispatched",), target=None, by=()),
    },
    deadlines={"pick_up": Deadline(name="pick_up", text=Text("Pick-up", "接单时限"), until=("pick_up",))},
    reminders={"resting": Reminder(name="resting", text=Text("Nothing has happened", "久未办理"), states=frozenset())},
    names=dict(
        [
            named("head", "Head", "部门负责人"),
            named("project_manager", "Project manager", "项目经理"),
            named("service_centre", "Customer service centre", "客服中心人员"),
            named("property_management", "Property management", "物业管理部"),
        ]
    ),
)

NAMES = {"wang": {"zh": "王工", "en": "Wang"}, "li": {"zh": "李主管", "en": "Li"}}
HEAD = Held("head", "property_management")
TO_HEAD = Told(person="li", why="head of department", held=HEAD)
LIMIT = local("2026-03-02 10:30")


def item(**given: object) -> Item:
    """A move; whatever the test is about is written over it."""
    move: dict[str, object] = {
        "about": "move",
        "sequence": 2,
        "position": 0,
        "kind": "move",
        "name": "pick_up",
        "at": local("2026-03-02 10:05"),
        "told": TO_HEAD,
        "actor": "wang",
        "source": "dispatched",
        "target": "in_repair",
    }
    return Item(**{**move, **given})  # type: ignore[arg-type]


def level(name: str, at: str, **given: object) -> Item:
    nothing = {"actor": None, "source": None, "target": None}
    timer = {"about": "level", "kind": "level", "run": 1, "level": name, "limit_at": LIMIT}
    return item(at=local(at), due_at=local(at), **{**timer, **nothing, **given})


PICKED_UP = MootBy(kind="move", name="pick_up", at=local("2026-03-02 11:10"), actor="wang")


def read(*items: Item, lang: str, written: str = "2026-03-02 11:10", **called: str) -> Words:
    """What Li reads in Shanghai of KF-2026-00012."""
    reading = Reading(
        definition=REPAIR,
        names={person: name[lang] for person, name in NAMES.items()},
        zone="Asia/Shanghai",
        lang=lang,
        written_at=local(written),
    )
    return told(items, reading, number="KF-2026-00012", **(called or {"title": "地下车库漏水"}))


def says(one: Item, lang: str, written: str = "2026-03-02 11:10") -> str:
    """The sentence of one item: the subject without the ticket."""
    return read(one, lang=lang, written=written).subject.split("：" if lang == "zh" else ": ", 1)[1]


def why(told_: Told, lang: str) -> str:
    """The reason in the line of a move."""
    (line,) = read(item(told=told_), lang=lang).lines
    return line.rsplit("通知您，是因为" if lang == "zh" else "You are told because ", 1)[1].rstrip("。.")


# --- A whole notice -----------------------------------------------------------------------------------------------


def test_a_notice_reads_like_this_in_chinese():
    late = level("late 1", "2026-03-02 10:30", ask_for="pick_up")

    assert read(late, lang="zh", title="地下车库漏水", place="B2") == Words(
        "KF-2026-00012 地下车库漏水（B2）：“接单时限”已逾期40分钟（时限10:30），尚未完成",
        ("“接单时限”已逾期40分钟（时限10:30），尚未完成。请办理“接单”。通知您，是因为您是物业管理部的部门负责人。",),
    )


def test_a_notice_reads_like_this_in_english():
    late = level("late 1", "2026-03-02 10:30", ask_for="pick_up")

    assert read(late, lang="en", title="Leak", place="B2") == Words(
        "KF-2026-00012 Leak (B2): “Pick-up” is late by 40 min (limit 10:30)",
        (
            (
                "“Pick-up” is late by 40 min (limit 10:30). Please do “Pick up”. "
                "You are told because you are Head of Property management."
            ),
        ),
    )


def test_a_ticket_without_a_title_is_called_by_its_definition():
    assert read(item(), lang="zh", title="").subject.startswith("KF-2026-00012 业户报修：")


def test_the_levels_of_one_run_are_one_line_as_it_stands_now():
    words = read(
        level("soon 1", "2026-03-02 10:20", moot_by=MootBy(kind="level", name="late 1", at=LIMIT)),
        level("late 1", "2026-03-02 10:30", ask_for="chase"),
        level("late 2", "2026-03-02 11:00", sequence=4, ask_for="pick_up"),
        lang="en",
    )

    assert words.lines == (
        (
            "“Pick-up” is late by 40 min (limit 10:30). Please do “Chase”. Please do “Pick up”. "
            "You are told because you are Head of Property management."
        ),
    )


def test_two_runs_of_a_deadline_are_two_lines():
    first, second = level("late 1", "2026-03-02 10:30"), level("late 1", "2026-03-02 10:50", run=2, sequence=5)

    assert len(read(first, second, lang="zh").lines) == 2


def test_one_move_told_for_two_reasons_is_one_line():
    following = item(about="follow", position=1, told=Told(person="li", why="whoever did register"))

    assert read(item(), following, lang="en").lines == (
        (
            "Wang did “Pick up”: Waiting for pick-up → In repair. "
            "You are told because you are Head of Property management and because you did “Register”."
        ),
    )


def test_the_subject_says_what_presses_most():
    late, reminded = level("late 1", "2026-03-02 10:30"), item(kind="reminder", name="resting", sequence=9)

    assert "逾期" in read(item(), late, reminded, lang="zh").subject
    assert "催办" in read(item(), replace(late, moot_by=PICKED_UP), reminded, lang="zh").subject


# --- What happened ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("zh", "“接单时限”已逾期40分钟（时限10:30），王工已于11:10办理“接单”"),
        ("en", "“Pick-up” was late by 40 min (limit 10:30); Wang did “Pick up” at 11:10"),
    ],
)
def test_what_was_late_and_has_been_done_says_both(lang, sentence):
    late = level("late 1", "2026-03-02 10:30", moot_by=PICKED_UP)

    assert says(late, lang, written="2026-03-02 15:00") == sentence


def test_lateness_is_told_as_it_was_when_the_notice_was_written():
    late = level("late 1", "2026-03-02 10:30")

    assert says(late, "en", "2026-03-02 10:30") == "“Pick-up” has come to its limit (10:30)"
    assert says(late, "en", "2026-03-02 12:31") == "“Pick-up” is late by 2 h 1 min (limit 10:30)"
    assert says(late, "zh", "2026-03-05 12:31") == "“接单时限”已逾期3天2小时（时限3月2日10:30），尚未完成"


def test_a_warning_says_how_much_is_left():
    soon = level("soon 1", "2026-03-02 10:20")

    assert says(soon, "zh", "2026-03-02 10:20") == "“接单时限”将于10:30到时限，还剩10分钟"
    assert says(soon, "en", "2026-03-02 10:20") == "“Pick-up” is due at 10:30, 10 min left"
    assert says(soon, "en", "2026-03-02 10:40") == "the limit of “Pick-up”, 10:30, has come"
    assert says(replace(soon, moot_by=PICKED_UP), "zh") == "“接单时限”的时限为10:30，王工已于11:10办理“接单”"


def test_a_move_says_who_made_it_and_where_it_led():
    assert says(item(), "zh") == "王工办理了“接单”：待接单 → 维修中"
    assert says(item(name="chase", target="dispatched"), "en") == "Wang did “Chase”"
    assert (
        says(item(name="register", source=NEW, target="dispatched"), "en") == "Wang did “Register”: Waiting for pick-up"
    )
    assert says(item(actor=None), "zh") == "系统办理了“接单”：待接单 → 维修中"


def test_a_reminder_says_how_many_it_stands_for():
    resting = item(about="reminder", kind="reminder", name="resting", skipped=3)

    assert says(resting, "zh") == "催办：久未办理（此前还有3次）"
    assert says(resting, "en") == "reminder: Nothing has happened (and 3 times before)"
    assert says(replace(resting, skipped=1), "en") == "reminder: Nothing has happened (and 1 time before)"


def test_a_move_that_the_clock_could_not_make_sends_to_the_history():
    refused = item(about="refusal", kind="refusal", due_at=LIMIT)

    assert says(refused, "zh") == "系统未能办理“接单”（应于10:30办理），原因见工单记录"
    assert says(refused, "en") == "the clock could not do “Pick up”, due at 10:30; the history has the reasons"


def test_a_ticket_that_was_set_aside_needs_somebody_to_look_into_it():
    fault = item(about="fault", kind="refusal", name="")

    assert says(fault, "zh") == "其时限无法执行，请尽快处理"
    assert "somebody must look into it" in says(fault, "en")


def test_the_words_of_the_definition_come_before_ours():
    say = Text("The garage is flooding.", "车库进水了。")

    assert says(level("late 1", "2026-03-02 10:30", say=say), "zh") == "车库进水了"
    assert says(level("late 1", "2026-03-02 10:30", say=say, moot_by=PICKED_UP), "en") == (
        "The garage is flooding; Wang did “Pick up” at 11:10"
    )


def test_who_is_not_known_by_name_is_called_by_his_id():
    assert says(item(actor="zhao"), "en").startswith("zhao did")


def test_a_part_that_the_definition_no_longer_has_is_called_by_its_name():
    assert (
        says(item(name="hand_over", target="gone_home"), "en")
        == "Wang did “hand over”: Waiting for pick-up → gone home"
    )


# --- Times --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "zh", "en"),
    [
        ("2026-03-02 10:30", "10:30", "10:30"),
        ("2026-03-01 10:30", "3月1日10:30", "10:30 on 1 March"),
        ("2025-12-31 10:30", "2025年12月31日10:30", "10:30 on 31 December 2025"),
        ("2026-03-03 00:00", "24:00", "24:00"),
        ("2026-03-02 00:00", "3月1日24:00", "24:00 on 1 March"),
    ],
)
def test_a_limit_has_its_date_unless_that_is_the_day_of_writing_and_midnight_ends_a_day(limit, zh, en):
    moot = replace(PICKED_UP, at=local(limit))  # done at the very limit: nothing but the time is said
    late = level("late 1", limit, limit_at=local(limit), moot_by=moot)

    assert f"已到时限（{zh}）" in says(late, "zh")
    assert f"has come to its limit ({en})" in says(late, "en")


def test_times_are_those_of_the_calendar_s_zone():
    reading = Reading(
        definition=REPAIR,
        names={},
        zone="America/New_York",
        lang="en",
        written_at=dt.datetime(2026, 3, 2, 3, tzinfo=dt.UTC),
    )

    assert reading.time(dt.datetime(2026, 3, 2, 2, 30, tzinfo=dt.UTC)) == "21:30"


@pytest.mark.parametrize(
    ("amount", "zh", "en"),
    [
        (dt.timedelta(seconds=59), "", ""),
        (dt.timedelta(minutes=40, seconds=59), "40分钟", "40 min"),
        (dt.timedelta(hours=2), "2小时", "2 h"),
        (dt.timedelta(days=3, hours=2, minutes=5), "3天2小时", "3 d 2 h"),
        (dt.timedelta(days=3, minutes=5), "3天5分钟", "3 d 5 min"),
    ],
)
def test_how_long_is_told_in_the_two_largest_units(amount, zh, en):
    reading = Reading(definition=REPAIR, names={}, zone="UTC", lang="zh", written_at=LIMIT)

    assert reading.lasting(amount) == zh
    assert replace(reading, lang="en").lasting(amount) == en


# --- Why this person ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "zh", "en"),
    [
        ("assignee", "您是经办人", "you are the assignee"),
        ("receiver", "您是受理人", "you are the receiver"),
        ("responsible", "您是当前责任人", "you must act now"),
        ("whoever did register", "您办理了“登记”", "you did “Register”"),
        ("new_assignee", "您是“新经办人”所填的人", "you are named in “New assignee”"),
    ],
)
def test_a_person_who_is_meant_himself_is_told_as_what(wording, zh, en):
    assert why(Told(person="li", why=wording), "zh") == zh
    assert why(Told(person="li", why=wording), "en") == en


@pytest.mark.parametrize(
    ("told_", "zh", "en"),
    [
        (TO_HEAD, "您是物业管理部的部门负责人", "you are Head of Property management"),
        (
            Told(person="li", why="project_manager", held=Held("project_manager")),
            "您是项目经理",
            "you are Project manager",
        ),
        (
            Told(person="li", why="responsible", held=HEAD),
            "您是物业管理部的部门负责人，即当前责任人",
            "you are Head of Property management, who must act now",
        ),
        (
            Told(person="li", why="accountable", held=Held("service_centre")),
            "您是客服中心人员，即本工单的归口岗位",
            "you are Customer service centre, who answers for this ticket",
        ),
        (
            Told(person="li", why="head of department", held=Held("project_manager"), vacant=HEAD),
            "您是项目经理，而物业管理部的部门负责人无人在岗",
            "you are Project manager, and nobody can be reached as Head of Property management",
        ),
        (
            Told(person="li", why="head of department", held=Held("service_centre")),
            "您是客服中心人员，而维修部门的部门负责人空缺",
            "you are Customer service centre, while nobody is Head of the Repairing department",
        ),
        (
            Told(person="li", why="assignee", held=Held("service_centre"), absent="wang"),
            "您是客服中心人员，而王工无法联系",
            "you are Customer service centre, and Wang cannot be reached",
        ),
        (
            Told(person="li", why="assignee", instead_of="wang"),
            "您代王工，王工是经办人",
            "you stand in for Wang, and Wang is the assignee",
        ),
        (
            Told(person="li", why="head of department", held=HEAD, instead_of="wang"),
            "您代王工，王工是物业管理部的部门负责人",
            "you stand in for Wang, and Wang is Head of Property management",
        ),
    ],
)
def test_who_stands_for_a_role_or_a_person_is_told_for_which(told_, zh, en):
    assert why(told_, "zh") == zh
    assert why(told_, "en") == en


@pytest.mark.parametrize(
    "who",
    [
        Who("role", "project_manager"),
        Who("role", "head", "department"),
        Who("did", "register"),
        Who("word", "accountable"),
        Who("field", "new_assignee"),
    ],
)
def test_a_wording_is_read_back_as_what_it_meant(who):
    assert meant(str(who), REPAIR) == who
