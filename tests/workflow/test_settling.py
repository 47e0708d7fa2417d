"""Settling: what is due fires first, in order, and the outcome is a function of instants alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders import Story, deadline, late, lifecycle, local, reminder, soon, transition
from workflow.definition import NEW, Become, Effects, Who
from workflow.kin import MemberFaulty
from workflow.settling import SettlingEndless

HALF_HOUR = deadline(
    "pick_up", soon("10 minutes"), late(), late(1, by="30 minutes"), since="open", until="finish", within="30 minutes"
)


def test_levels_fire_by_due_instant_each_as_an_entry_of_that_instant() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").wait("2026-01-05 12:00")
    assert story.fired() == ["pick_up soon 1 10:20", "pick_up late 1 10:30", "pick_up late 2 11:00"]


def test_a_sweep_that_comes_late_writes_the_same_instants_as_one_that_is_on_time() -> None:
    on_time = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00")
    for minute in ("10:20", "10:30", "11:00"):
        on_time.wait(f"2026-01-05 {minute}")
    late_by_a_day = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").wait("2026-01-06 11:00")
    assert on_time.fired() == late_by_a_day.fired()
    assert on_time.clock("pick_up") == late_by_a_day.clock("pick_up")


def test_a_move_settles_what_was_due_before_it() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").do("finish", "2026-01-05 10:45")
    assert story.fired() == ["pick_up soon 1 10:20", "pick_up late 1 10:30"]
    clock = story.clock("pick_up")
    assert (clock.outcome, clock.late_at) == ("met", local("2026-01-05 10:30"))


def test_on_a_tie_the_timer_goes_first_so_a_move_at_the_limit_is_late() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").do("finish", "2026-01-05 10:30")
    assert story.fired()[-1] == "pick_up late 1 10:30"
    assert story.clock("pick_up").late_at == local("2026-01-05 10:30")


def test_a_move_in_time_keeps_the_deadline() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").do("finish", "2026-01-05 10:29")
    clock = story.clock("pick_up")
    assert (clock.outcome, clock.late_at, story.due()) == ("met", None, [])


def test_another_end_of_the_ticket_drops_the_clock() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").do("drop", "2026-01-05 10:10")
    clock = story.clock("pick_up")
    assert (clock.outcome, clock.late_at, story.due()) == ("dropped", None, [])


def test_an_event_of_since_changes_nothing_while_the_clock_runs() -> None:
    story = Story(lifecycle(deadline("d", since="begin write", until="finish", within="1 hour")))
    story.do("begin", "2026-01-05 10:00").do("write", "2026-01-05 10:40").wait("2026-01-05 11:00")
    assert story.fired() == ["d late 1 11:00"]


def test_after_it_has_ended_the_next_event_starts_a_new_run() -> None:
    story = Story(lifecycle(deadline("d", since="open", until="finish", within="1 hour")))
    story.do("begin", "2026-01-05 10:00").do("finish", "2026-01-05 10:30").do("reopen", "2026-01-05 11:00")
    assert (story.clock("d").run, story.due()) == (2, ["d late 1 2026-01-05 12:00"])
    assert story.clock("d", 1).outcome == "met"


def test_an_event_that_ends_and_starts_a_clock_starts_the_next_run() -> None:
    story = Story(lifecycle(deadline("d", since="begin write", until="write", within="1 hour")))
    story.do("begin", "2026-01-05 10:00").do("write", "2026-01-05 10:30")
    assert (story.clock("d", 1).outcome, story.due()) == ("met", ["d late 1 2026-01-05 11:30"])


def test_a_pause_does_not_count_and_repeats_pause_with_the_clock() -> None:
    d = deadline(
        "d",
        late(),
        late(1, by="30 minutes", every="1 hour"),
        since="open",
        until="finish",
        within="1 hour",
        paused_in="waiting",
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").do("wait", "2026-01-05 10:40")
    assert story.due() == []
    story.do("go_on", "2026-01-05 14:00").wait("2026-01-05 14:59")
    assert story.fired() == ["d late 1 14:20", "d late 2 14:50"]
    story.do("wait", "2026-01-05 15:00").do("go_on", "2026-01-05 20:00")
    assert story.due() == ["d late 2 2026-01-05 20:50"]


def test_a_clock_that_starts_in_a_pausing_state_starts_paused() -> None:
    d = deadline("d", since="begin", until="finish", within="1 hour", paused_in="open")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").do("wait", "2026-01-05 12:00")
    assert story.due() == ["d late 1 2026-01-05 13:00"]


def test_working_days_are_used_up_at_the_same_time_of_day_over_a_holiday_run() -> None:
    story = Story(lifecycle(deadline("d", since="open", until="finish", within="3 working days")))
    story.do("begin", "2026-02-13 16:00")  # Friday; Saturday the 14th is a make-up day, 15 to 23 are free
    assert story.due() == ["d late 1 2026-02-25 16:00"]


def test_soon_counts_back_in_the_unit_of_the_limit_and_a_percentage_of_it() -> None:
    d = deadline(
        "d", soon("1 working day"), soon("25%", 1), late(), since="open", until="finish", within="4 working days"
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-09 16:00")  # Friday
    assert story.due() == ["d soon 1 2026-01-14 16:00", "d soon 2 2026-01-14 16:00", "d late 1 2026-01-15 16:00"]


def test_soon_is_skipped_where_it_lies_before_the_start() -> None:
    d = deadline("d", soon("2 hours"), late(), since="open", until="finish", within="1 hour")
    assert Story(lifecycle(d)).do("begin", "2026-01-05 10:00").due() == ["d late 1 2026-01-05 11:00"]


def test_a_date_without_a_time_is_its_whole_day_as_a_limit_and_shifts_by_no_pause() -> None:
    d = deadline("d", late(), since="open", until="finish", within="1 hour", replaced_by="due_on", paused_in="waiting")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00", due_on="2026-01-07").do("wait", "2026-01-05 11:00")
    assert story.due() == ["d late 1 2026-01-08 00:00"]


def test_the_requesters_date_is_the_limit_once_filled_and_lateness_before_it_stays() -> None:
    d = deadline("d", late(), since="open", until="finish", within="1 hour", replaced_by="due_at")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 11:30")
    story.do("write", "2026-01-05 12:00", due_at="2026-01-05T18:00+08:00")
    assert story.due() == ["d late 1 2026-01-05 18:00"]
    story.do("finish", "2026-01-05 17:00")
    assert story.clock("d").late_at == local("2026-01-05 11:00")


def test_a_limit_that_moves_into_the_past_fires_what_never_fired_at_the_move_together() -> None:
    d = deadline(
        "d",
        soon("1 hour"),
        late(),
        late(1, by="1 hour"),
        since="open",
        until="finish",
        within="2 days",
        replaced_by="due_at",
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00")
    story.do("write", "2026-01-05 15:00", due_at="2026-01-05T12:00+08:00")
    assert story.fired() == ["d soon 1 15:00", "d late 1 15:00", "d late 2 15:00"]
    assert [one.entry.due_at for one in story.decisions[-3:]] == [
        local("2026-01-05 11:00"),
        local("2026-01-05 12:00"),
        local("2026-01-05 13:00"),
    ]


def test_what_has_fired_does_not_fire_again_for_a_limit_that_moves_in_the_past() -> None:
    d = deadline("d", late(), since="open", until="finish", within="1 hour", replaced_by="due_at")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 11:30")
    story.do("write", "2026-01-05 15:00", due_at="2026-01-05T14:00+08:00")
    assert story.fired() == ["d late 1 11:00"]


def test_of_missed_repeats_only_the_newest_is_told_and_says_how_many_it_stands_for() -> None:
    d = deadline("d", late(every="30 minutes"), since="open", until="finish", within="1 hour")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 13:10")
    assert story.fired() == ["d late 1 13:00"]
    assert story.decisions[-1].entry.skipped == 4
    assert story.due() == ["d late 1 2026-01-05 13:30"]
    assert story.clock("d").late_at == local("2026-01-05 11:00")


def test_a_repeat_that_changes_the_ticket_is_not_left_out() -> None:
    d = deadline(
        "d",
        late(),
        late(1, by="30 minutes", every="30 minutes", set={"priority": "urgent"}),
        since="open",
        until="finish",
        within="1 hour",
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 13:10")
    assert story.fired() == ["d late 1 11:00", "d late 2 11:30", "d late 2 13:00"]
    assert story.standing.priority == "urgent"


def test_a_repeat_is_told_at_its_newest_before_the_clock_itself_moves_the_ticket() -> None:
    d = deadline("d", late(every="30 minutes"), since="open", until="finish wait", within="1 hour")
    mover = reminder("enough", states="open", after="2 hours", move="give_up")
    moves = (
        transition("begin", NEW, "open"),
        transition("give_up", "open", "done", by=(Who("word", "clock"),)),
        transition("finish", "open", "done"),
        transition("close", "done", "closed"),
        transition("wait", "done", "waiting"),
    )
    definition = lifecycle(
        deadline("d", late(every="30 minutes"), since="open", until="finish", within="1 hour", paused_in="done"),
        mover,
        transitions=moves,
    )
    at_once = Story(definition).do("begin", "2026-01-05 10:00").wait("2026-01-06 10:00")
    assert at_once.fired() == ["d late 1 12:00", "enough 12:00"]
    assert at_once.ticket is not None
    assert at_once.ticket.state == "done"
    assert d.name == "d"


def test_the_first_reminder_comes_when_after_is_over_and_the_following_at_the_local_time() -> None:
    daily = reminder("track", states="open waiting", after="5 working days", every="1 day", at="09:30")
    story = Story(lifecycle(daily)).do("begin", "2026-01-05 15:00")
    assert story.due() == ["track 2026-01-12 15:00"]
    story.wait("2026-01-12 15:00")
    assert story.due() == ["track 2026-01-13 09:30"]
    story.wait("2026-01-16 12:00")
    assert story.fired()[-1] == "track 01-16 09:30"
    assert story.due() == ["track 2026-01-17 09:30"]


def test_a_reminder_every_working_day_skips_days_of_rest_also_after_a_start_on_one() -> None:
    daily = reminder("track", states="open", after="1 day", every="1 working day", at="09:00")
    story = Story(lifecycle(daily)).do("begin", "2026-01-09 10:00").wait("2026-01-10 10:00")  # first on a Saturday
    assert story.due() == ["track 2026-01-12 09:00"]
    assert story.wait("2026-01-12 09:00").due() == ["track 2026-01-13 09:00"]


def test_a_reminder_counts_from_the_latest_event_and_any_move_is_a_last_move() -> None:
    resting = reminder("resting", states="open waiting done", since=("last move",), after="2 days", every="1 day")
    story = Story(lifecycle(resting)).do("begin", "2026-01-05 10:00").do("write", "2026-01-06 09:00")
    assert story.due() == ["resting 2026-01-08 09:00"]


def test_a_reminder_fires_only_in_its_states_and_on_return_what_never_fired_comes_at_once() -> None:
    chase = reminder("chase", states="open", after="1 hour", every="1 hour")
    story = (
        Story(lifecycle(chase)).do("begin", "2026-01-05 10:00").do("wait", "2026-01-05 10:30").wait("2026-01-05 12:30")
    )
    assert story.fired() == []
    story.do("go_on", "2026-01-05 12:40")
    assert story.fired() == ["chase 12:40"]
    assert story.due() == ["chase 2026-01-05 13:00"]


def test_a_false_if_suspends_and_a_true_one_counts_as_if_it_had_always_been_so() -> None:
    d = deadline("d", since="open", until="finish", within="1 hour", when="urgent")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 12:00")
    assert story.fired() == []
    story.do("write", "2026-01-05 12:30", urgent=True)
    assert story.fired() == ["d late 1 12:30"]
    story.do("finish", "2026-01-05 12:40")
    assert story.clock("d").late_at == local("2026-01-05 11:00")


def test_a_clock_that_counts_from_a_date_starts_with_the_local_day_and_follows_a_correction() -> None:
    d = deadline("d", since="due_on", until="finish", within="2 days")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00")
    assert story.due() == []
    story.do("write", "2026-01-05 11:00", due_on="2026-01-10")
    assert story.due() == ["d late 1 2026-01-12 00:00"]
    story.do("write", "2026-01-05 12:00", due_on="2026-01-08")
    assert story.due() == ["d late 1 2026-01-10 00:00"]


def test_a_clock_move_is_made_by_the_clock_and_tells_whoever_holds_the_ticket() -> None:
    waited = reminder("waited", states="waiting", since=("waiting",), after="3 days", move="go_on", notify=())
    story = (
        Story(lifecycle(waited)).do("begin", "2026-01-05 10:00").do("wait", "2026-01-05 11:00").wait("2026-01-09 12:00")
    )
    assert story.standing.state == "open"
    made = story.decisions[-1]
    assert (made.entry.name, made.entry.actor, made.entry.due_at) == ("go_on", None, local("2026-01-08 11:00"))
    assert [one.to.role for one in made.notices] == ["desk"]


def test_a_refused_clock_move_is_written_told_and_tried_again_when_the_ticket_changes() -> None:
    moves = (
        transition("begin", NEW, "open", may_fill=("note",)),
        transition("write", "open", None, may_fill=("note",)),
        transition("end", "open", "closed", by=(Who("word", "clock"),), need=("note",)),
    )
    ender = reminder("ender", states="open", after="1 day", move="end", notify=())
    story = Story(lifecycle(ender, transitions=moves)).do("begin", "2026-01-05 10:00").wait("2026-01-08 10:00")
    refusal = story.decisions[-1]
    assert (refusal.entry.kind, [one.code for one in refusal.entry.reasons]) == ("refusal", ["need"])
    assert [one.to.role for one in refusal.notices] == ["desk"]
    assert story.due() == []
    story.do("write", "2026-01-09 09:00", note="found")
    assert story.standing.state == "closed"
    assert story.decisions[-1].entry.at == local("2026-01-09 09:00")


def test_a_notice_only_level_makes_no_page_stale_and_a_changing_one_does() -> None:
    d = deadline(
        "d", late(), late(1, by="1 hour", set={"priority": "high"}), since="open", until="finish", within="1 hour"
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00")
    versions = [story.wait(f"2026-01-05 {at}").standing.version for at in ("10:00", "11:00", "12:00")]
    assert versions == [1, 1, 2]


def test_levels_that_repeat_at_the_same_instants_each_come_every_time() -> None:
    d = deadline(
        "d",
        late(every="1 hour"),
        late(1, by="1 hour", every="1 hour"),
        since="open",
        until="finish",
        within="1 hour",
    )
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00")
    for hour in ("11", "12", "13"):
        story.wait(f"2026-01-05 {hour}:00")
    assert story.fired() == ["d late 1 11:00", "d late 1 12:00", "d late 2 12:00", "d late 1 13:00", "d late 2 13:00"]


def test_a_level_that_was_armed_again_is_not_lost_to_another_at_the_same_instant() -> None:
    d = deadline("d", late(), late(1, notify=()), since="open", until="finish", within="1 hour", replaced_by="due_at")
    story = Story(lifecycle(d)).do("begin", "2026-01-05 10:00").wait("2026-01-05 11:30")
    story.do("write", "2026-01-05 12:00", due_at="2026-01-05T18:00+08:00").wait("2026-01-05 18:00")
    assert story.fired()[2:] == ["d late 1 18:00", "d late 2 18:00"]


def test_a_repeat_behind_a_move_in_the_file_waits_for_it_at_the_same_instant_however_late_the_sweep() -> None:
    mover = reminder("mover", states="waiting", since=("waiting",), after="9 hours", move="go_on")
    idle = reminder("idle", states="waiting", after="3 hours", every="3 hours")
    on_time, at_once = (
        Story(lifecycle(mover, idle)).do("begin", "2026-01-05 00:00").do("wait", "2026-01-05 00:00") for _ in range(2)
    )
    for hour in ("03", "06", "09"):
        on_time.wait(f"2026-01-05 {hour}:00")
    at_once.wait("2026-01-05 09:00")
    assert on_time.fired() == ["idle 03:00", "idle 06:00", "mover 09:00"]
    assert at_once.fired() == ["idle 06:00", "mover 09:00"]
    assert on_time.clock("idle") == at_once.clock("idle")


def test_what_a_move_finds_overdue_fires_by_its_due_instant_and_not_by_the_file() -> None:
    slow = deadline("slow", since="open", until="finish", within="2 hours", when="urgent")
    fast = deadline("fast", since="open", until="finish", within="1 hour", when="urgent")
    story = Story(lifecycle(slow, fast)).do("begin", "2026-01-05 10:00")
    story.do("write", "2026-01-05 15:00", urgent=True)
    assert story.fired() == ["fast late 1 15:00", "slow late 1 15:00"]


def test_after_a_become_what_is_due_at_the_same_instant_fires_by_the_order_of_the_new_file() -> None:
    moves = (
        transition("begin", NEW, "open"),
        transition("grow", "open", None, become=Become(workflow="grave")),
        transition("close", "open", "closed"),
    )
    old = deadline("old", since="begin", until="close", within="1 hour")
    first = deadline("first", since="begin", until="close", within="1 hour")
    head = lifecycle(old, name="head", transitions=moves, family=("grave",))
    grave = lifecycle(first, old, name="grave", transitions=moves, head="head", rank=1)
    story = Story(head, family={"grave": grave}).do("begin", "2026-01-05 10:00").do("grow", "2026-01-05 10:10")
    assert story.wait("2026-01-05 11:00").fired() == ["first late 1 11:00", "old late 1 11:00"]


def test_time_never_goes_back_within_a_ticket() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").do("write", "2026-01-05 09:00")
    assert story.decisions[-1].entry.at == local("2026-01-05 10:00")


def test_a_definition_that_moves_in_circles_is_stopped() -> None:
    clock = (Who("word", "clock"),)
    moves = (
        transition("begin", NEW, "open"),
        transition("there", "open", "waiting", by=clock),
        transition("back", "waiting", "open", by=clock),
        transition("close", "open", "closed"),
    )
    definition = lifecycle(
        reminder("a", states="open", since=("open",), move="there", notify=()),
        reminder("b", states="waiting", since=("waiting",), move="back", notify=()),
        transitions=moves,
    )
    with pytest.raises(MemberFaulty, match="T-1") as raised:
        Story(definition).do("begin", "2026-01-05 10:00")
    assert isinstance(raised.value.__cause__, SettlingEndless)


def family() -> tuple[Story, dict[str, object]]:
    moves = (
        transition("begin", NEW, "open"),
        transition(
            "classify",
            "open",
            "waiting",
            fill=("note",),
            become=Become(field="note", table={"light": "light", "grave": "grave"}),
        ),
        transition("finish", "waiting", "done"),
        transition("refuse", "done", "waiting", become=Become(next_in_family=True)),
        transition("close", "done", "closed"),
        transition("write", "open waiting done", None),
    )
    respond = deadline("respond", since="begin", until="finish", within="24 hours")
    two_days = deadline("resolve", since="begin refuse", until="finish", within="2 days")
    hour = deadline(
        "start",
        soon("20 minutes"),
        late(),
        late(1, by="30 minutes", every="30 minutes"),
        since="begin refuse",
        until="finish",
        within="1 hour",
    )
    head = lifecycle(respond, name="head", transitions=moves, family=("light", "grave"))
    light = lifecycle(respond, two_days, name="light", transitions=moves, head="head", rank=1)
    grave = lifecycle(respond, hour, name="grave", transitions=moves, head="head", rank=2)
    return Story(head, family={"light": light, "grave": grave}), {"light": light, "grave": grave}


def test_a_late_classification_loses_no_time_and_fires_what_has_passed_at_the_move() -> None:
    story, _ = family()
    story.do("begin", "2026-01-05 10:00").do("classify", "2026-01-05 12:10", note="grave")
    assert story.fired() == ["start soon 1 12:10", "start late 1 12:10", "start late 2 12:10"]
    assert story.decisions[-1].entry.due_at == local("2026-01-05 12:00")
    assert story.due() == ["respond late 1 2026-01-06 10:00", "start late 2 2026-01-05 12:30"]
    assert story.standing.workflow == "grave"


def test_become_next_ends_the_clocks_that_the_target_lacks_and_derives_its_own() -> None:
    story, _ = family()
    story.do("begin", "2026-01-05 10:00").do("classify", "2026-01-05 10:05", note="light")
    assert story.due() == ["respond late 1 2026-01-06 10:00", "resolve late 1 2026-01-07 10:00"]
    story.do("finish", "2026-01-05 15:00").do("refuse", "2026-01-06 09:00")
    assert (story.standing.workflow, story.standing.round) == ("grave", 2)
    assert story.clock("resolve").outcome == "met"
    assert story.clock("start").started_at == local("2026-01-06 09:00")
    assert story.due() == [
        "start soon 1 2026-01-06 09:40",
        "start late 1 2026-01-06 10:00",
        "start late 2 2026-01-06 10:30",
    ]


@pytest.mark.parametrize(("before", "after"), [("desk", "chief"), ("boss", "boss")])
def test_a_ticket_that_becomes_graver_is_answered_for_by_its_class_unless_it_was_set_otherwise(
    before: str, after: str
) -> None:
    moves = (
        transition("begin", NEW, "open", effects=Effects(set={"accountable": before})),
        transition("grow", "open", None, become=Become(workflow="grave")),
        transition("close", "open", "closed"),
    )
    head = lifecycle(name="head", transitions=moves, family=("grave",))
    grave = replace(lifecycle(name="grave", transitions=moves, head="head", rank=1), accountable="chief")
    story = Story(head, family={"grave": grave}).do("begin", "2026-01-05 10:00").do("grow", "2026-01-05 10:10")
    assert story.ticket is not None
    assert story.ticket.accountable == after


def test_at_the_gravest_next_in_family_stays_with_one_more_round() -> None:
    story, _ = family()
    story.do("begin", "2026-01-05 10:00").do("classify", "2026-01-05 10:05", note="grave")
    story.do("finish", "2026-01-05 10:30").do("refuse", "2026-01-05 10:40")
    assert (story.standing.workflow, story.standing.round) == ("grave", 2)
    assert story.clock("start").run == 2


def test_notices_name_the_role_and_the_wording_of_the_definition() -> None:
    story = Story(lifecycle(HALF_HOUR)).do("begin", "2026-01-05 10:00").wait("2026-01-05 10:30")
    notice = story.decisions[-1].notices[0]
    assert (notice.about, notice.to.role, notice.to.why) == ("level", "boss", "boss")
