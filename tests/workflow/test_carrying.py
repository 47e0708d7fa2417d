"""Carrying an open ticket over to another revision: what is past fires once, what has fired stays, nothing is lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import (
    CLOCK_TOO,
    FIELDS,
    OFFICE,
    TRANSITIONS,
    Story,
    deadline,
    field,
    late,
    lifecycle,
    local,
    reminder,
    soon,
    transition,
)
from workflow.calendar import Calendar, build_calendar
from workflow.calendar_file import CalendarSpec
from workflow.definition import NEW, Approval, Definition, FieldType, State, Text, Who
from workflow.history import replan
from workflow.kin import NotCarriedOver


def limit(within: str, *levels, since: str = "open", until: str = "finish", **more) -> Definition:
    return lifecycle(deadline("d", *levels, since=since, until=until, within=within, **more))


def opened(definition: Definition) -> Story:
    return Story(definition).do("begin", "2026-01-05 10:00")


def told_again(story: Story, *definitions: Definition, calendars: tuple[Calendar, ...] = (OFFICE,)) -> None:
    """The history says of the ticket what is known of it."""
    entries = [one.entry for one in story.decisions]
    by_revision = {one.revision: one for one in (*definitions, story.definition)}
    days = {one.revision: one for one in calendars}
    assert replan(entries, by_revision, days, number="T-1", site="mall") == story.standing


def test_a_shorter_limit_that_is_past_fires_at_carrying_over_and_once() -> None:
    was, now = limit("30 minutes"), limit("20 minutes")
    story = opened(was).carry_over(now, "2026-01-05 10:25")
    assert story.fired() == ["d late 1 10:25"]
    entry, level = (one.entry for one in story.decisions[-2:])
    assert (entry.kind, entry.name, entry.at) == ("revision", "job", local("2026-01-05 10:25"))
    assert (entry.source, entry.target, entry.revision, entry.actor) == ("open", "open", now.revision, None)
    assert level.due_at == level.limit_at == local("2026-01-05 10:20")
    assert story.clock("d").late_at == local("2026-01-05 10:20")
    story.wait("2026-01-05 12:00")
    assert story.fired() == ["d late 1 10:25"]
    told_again(story, was)


def test_a_shorter_limit_that_lies_ahead_only_comes_earlier() -> None:
    was, now = limit("30 minutes"), limit("20 minutes")
    story = opened(was).carry_over(now, "2026-01-05 10:05")
    assert story.fired() == []
    assert story.due() == ["d late 1 2026-01-05 10:20"]
    told_again(story, was)


def test_with_a_longer_limit_what_has_fired_stays_fired_and_late_stays_late() -> None:
    was, now = limit("30 minutes"), limit("2 hours")
    story = opened(was).wait("2026-01-05 10:40").carry_over(now, "2026-01-05 10:45")
    assert story.fired() == ["d late 1 10:30"]
    assert story.clock("d").late_at == local("2026-01-05 10:30")
    assert story.due() == ["d late 1 2026-01-05 12:00"], "a level that lies ahead is armed, also if it has fired"
    told_again(story, was)


def test_what_is_due_by_the_old_revision_fires_first() -> None:
    was, now = limit("30 minutes"), limit("2 hours")
    story = opened(was).carry_over(now, "2026-01-05 10:45")
    assert [one.entry.kind for one in story.decisions] == ["move", "level", "revision"]
    assert story.fired() == ["d late 1 10:30"]
    told_again(story, was)


def test_a_level_that_is_written_before_another_is_not_taken_for_it() -> None:
    was = limit("30 minutes", late(), late(1, by="30 minutes"))
    now = limit("30 minutes", late(), late(1, by="10 minutes"), late(2, by="30 minutes"))
    story = opened(was).wait("2026-01-05 11:05").carry_over(now, "2026-01-05 11:10")
    assert story.fired() == ["d late 1 10:30", "d late 2 11:00", "d late 2 11:10"]
    assert story.decisions[-1].entry.due_at == local("2026-01-05 10:40")
    assert story.due() == []
    told_again(story, was)


def test_a_level_that_comes_at_another_time_is_the_one_in_its_place() -> None:
    was = limit("30 minutes", late(), late(1, by="30 minutes"))
    now = limit("30 minutes", late(), late(1, by="40 minutes"))
    story = opened(was).wait("2026-01-05 11:15").carry_over(now, "2026-01-05 11:20")
    assert story.fired() == ["d late 1 10:30", "d late 2 11:00"]
    told_again(story, was)


def test_a_deadline_that_is_new_counts_as_if_it_had_held_from_the_start() -> None:
    was = lifecycle()
    now = lifecycle(deadline("d", soon("10 minutes"), late(), since="open", until="finish", within="30 minutes"))
    story = opened(was).carry_over(now, "2026-01-05 10:45")
    assert story.fired() == ["d soon 1 10:45", "d late 1 10:45"]
    told_again(story, was)
    done = opened(was).do("finish", "2026-01-05 10:10").carry_over(now, "2026-01-05 10:45")
    assert (done.fired(), done.standing.clocks) == ([], ()), "one that would have ended was nobody's deadline"


def test_a_deadline_that_is_gone_is_dropped_and_its_lateness_stays() -> None:
    was, now = limit("30 minutes"), lifecycle()
    story = opened(was).wait("2026-01-05 10:40").carry_over(now, "2026-01-05 10:45")
    clock = story.clock("d")
    assert (clock.outcome, clock.late_at, story.due()) == ("dropped", local("2026-01-05 10:30"), [])
    told_again(story, was)


def test_a_pause_that_is_new_holds_for_what_has_passed_too() -> None:
    was, now = limit("2 hours"), limit("2 hours", paused_in="waiting")
    story = opened(was).do("wait", "2026-01-05 10:10").do("go_on", "2026-01-05 11:00")
    story.carry_over(now, "2026-01-05 11:30")
    assert story.due() == ["d late 1 2026-01-05 12:50"]
    assert len(story.clock("d").spans) == 2
    told_again(story, was)


def test_a_clock_that_begins_otherwise_keeps_its_number_and_what_has_fired() -> None:
    was = limit("2 hours", soon("90 minutes"), late())
    now = limit("2 hours", soon("90 minutes"), late(), since="go_on open")
    story = opened(was).wait("2026-01-05 10:40").carry_over(now, "2026-01-05 10:45")
    assert (story.fired(), story.clock("d").run) == (["d soon 1 10:30"], 1)
    told_again(story, was)
    later = limit("2 hours", since="go_on")
    story = opened(was).wait("2026-01-05 10:40").carry_over(later, "2026-01-05 10:45")
    assert story.clock("d").outcome == "dropped", "by the new revision it has not begun"
    story.do("wait", "2026-01-05 11:00").do("go_on", "2026-01-05 11:10")
    assert (story.clock("d").run, story.due()) == (2, ["d late 1 2026-01-05 13:10"])
    told_again(story, was)


def test_a_clock_that_would_not_have_ended_yet_is_a_new_run() -> None:
    was = limit("2 hours", soon("90 minutes"), late())
    now = limit("2 hours", soon("90 minutes"), late(), until="close")
    story = opened(was).wait("2026-01-05 10:40").do("finish", "2026-01-05 10:50").carry_over(now, "2026-01-05 11:00")
    assert [(one.run, one.outcome) for one in story.standing.clocks] == [(1, "met"), (2, None)]
    assert story.fired() == ["d soon 1 10:30"], "it is the same time, and was told"
    told_again(story, was)


def test_reminders_go_on_and_those_that_are_past_come_at_once() -> None:
    was = lifecycle(reminder("r", states="open", after="2 hours", every="1 hour"))
    now = lifecycle(reminder("r", states="open", after="1 hour", every="1 hour"))
    story = opened(was).carry_over(now, "2026-01-05 11:30")
    assert story.fired() == ["r 11:30"]
    assert story.due() == ["r 2026-01-05 12:00"]
    told_again(story, was)


RENAMED = lifecycle(
    deadline("d", since="open", until="finish", within="2 hours", paused_in="held"),
    transitions=(
        *(one for one in TRANSITIONS if "waiting" not in (*one.sources, one.target)),
        transition("wait", "open", "held"),
        transition("go_on", "held", "open"),
        transition("finish", "open held", "done"),
    ),
)
RENAMED = replace(
    RENAMED,
    states={
        "open": RENAMED.states["open"],
        "held": State(name="held", text=Text("held")),
        "done": RENAMED.states["done"],
        "closed": RENAMED.states["closed"],
    },
)


def test_a_state_that_is_gone_must_be_mapped() -> None:
    was = limit("2 hours", paused_in="waiting")
    story = opened(was).do("wait", "2026-01-05 10:10")
    with pytest.raises(NotCarriedOver) as held:
        story.carry_over(RENAMED, "2026-01-05 11:00")
    (blocker,) = held.value.blockers
    assert (blocker.code, blocker.subject) == ("state_gone", "waiting")
    with pytest.raises(NotCarriedOver):
        story.carry_over(RENAMED, "2026-01-05 11:00", waiting="closed")  # nobody ends a ticket so


def test_a_mapped_state_stays_what_it_was_also_for_what_has_passed() -> None:
    was = limit("2 hours", paused_in="waiting")
    story = opened(was).do("wait", "2026-01-05 10:10").do("go_on", "2026-01-05 11:00")
    gone_on = opened(was).do("wait", "2026-01-05 10:10").carry_over(RENAMED, "2026-01-05 10:40", waiting="held")
    assert (gone_on.standing.state, gone_on.clock("d").paused) == ("held", True)
    assert gone_on.do("go_on", "2026-01-05 11:00").due() == ["d late 1 2026-01-05 12:50"]
    told_again(gone_on, was)
    story.carry_over(RENAMED, "2026-01-05 11:30", waiting="held")
    assert story.due() == ["d late 1 2026-01-05 12:50"]
    told_again(story, was)
    again = replace(
        RENAMED, revision="job-again", deadlines={**limit("3 hours", since="open", paused_in="held").deadlines}
    )
    more = replace(again.deadlines["d"], since=("open", "reopen"))
    again = replace(again, deadlines={"d": more})
    story.carry_over(again, "2026-01-05 11:40")
    assert story.due() == ["d late 1 2026-01-05 13:50"], "counted anew, the earlier name still pauses"
    told_again(story, was, RENAMED)


def asking(*steps: str, name: str = "job") -> Definition:
    states = {
        "open": State(
            name="open",
            text=Text("open"),
            approvals=tuple(Approval(by=(Who("role", one),)) for one in steps),
            granted="done",
            refused="closed",
        )
    }
    base = lifecycle(name=name, transitions=(transition("begin", NEW, "open"), transition("close", "done", "closed")))
    return replace(base, states={**base.states, **states})


def test_where_others_are_asked_they_are_asked_anew() -> None:
    was, now = asking("boss"), asking("owner", "boss")
    story = opened(was)
    assert (story.standing.step, story.standing.rounds) == (1, {"open": 1})
    story.carry_over(now, "2026-01-05 11:00")
    assert (story.standing.step, story.standing.rounds, story.standing.round) == (1, {"open": 2}, 2)
    assert [one.to.role for one in story.decisions[-1].notices] == ["owner"]
    told_again(story, was)
    story.carry_over(replace(now, revision="job-x"), "2026-01-05 11:10")
    assert story.standing.rounds == {"open": 2}, "the same people are not asked again"
    assert story.decisions[-1].notices == ()


def test_a_field_that_is_gone_stays_in_the_history_and_comes_back_with_the_field() -> None:
    was = lifecycle()
    without = lifecycle(
        fields=tuple(one for one in FIELDS if one.name != "note"),
        transitions=tuple(replace(one, may_fill=tuple(n for n in one.may_fill if n != "note")) for one in TRANSITIONS),
    )
    story = Story(was).do("begin", "2026-01-05 10:00", note="hello", urgent=True)
    story.carry_over(without, "2026-01-05 11:00")
    assert dict(story.standing.fields) == {"urgent": True}
    story.carry_over(replace(was, revision="job-back"), "2026-01-05 11:10")
    assert dict(story.standing.fields) == {"urgent": True, "note": "hello"}
    told_again(story, was, without)


def test_a_field_of_another_type_is_refused_where_it_has_a_value() -> None:
    was = lifecycle()
    now = lifecycle(fields=(field("note", FieldType.NUMBER), *(one for one in FIELDS if one.name != "note")))
    story = Story(was).do("begin", "2026-01-05 10:00", note="hello")
    with pytest.raises(NotCarriedOver) as held:
        story.carry_over(now, "2026-01-05 11:00")
    (blocker,) = held.value.blockers
    assert (blocker.code, blocker.subject) == ("field_retyped", "note")
    opened(was).carry_over(now, "2026-01-05 11:00")


def test_who_answers_for_it_is_the_new_ones_unless_somebody_was_made_to() -> None:
    was, now = lifecycle(), replace(lifecycle(), accountable="owner")
    assert opened(was).carry_over(now, "2026-01-05 11:00").standing.accountable == "owner"
    story = opened(was)
    story.ticket = replace(story.standing, accountable="boss")
    assert story.carry_over(now, "2026-01-05 11:00").standing.accountable == "boss"


def test_a_new_holiday_moves_a_limit_in_working_days() -> None:
    closed = build_calendar(
        CalendarSpec(
            calendar="office",
            zone="Asia/Shanghai",
            country="CN",
            hours={"weekdays": ["09:00-12:00", "13:00-18:00"]},
            closed=["2026-01-06"],
        )
    )
    definition = limit("2 working days")
    story = opened(definition).carry_over(definition, "2026-01-05 11:00", calendar=closed)
    assert story.decisions[-1].entry.kind == "calendar"
    assert story.due() == ["d late 1 2026-01-08 10:00"]
    told_again(story, calendars=(OFFICE, closed))


def test_nothing_is_carried_over_of_a_ticket_that_ends_by_then() -> None:
    moves = tuple(replace(one, by=CLOCK_TOO) if one.name == "drop" else one for one in TRANSITIONS)
    was = lifecycle(
        deadline("d", late(move="drop"), since="open", until="finish", within="30 minutes"), transitions=moves
    )
    story = opened(was).carry_over(limit("20 minutes"), "2026-01-05 11:00")
    assert story.standing.state == "closed"
    assert "revision" not in [one.entry.kind for one in story.decisions]
