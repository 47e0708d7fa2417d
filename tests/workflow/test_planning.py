"""Planning: an entry plans only what it can have changed, and all the rest stays the very same objects.

The service writes the clocks that are other objects than before, so these sentences are about rows in the database.
"""

from __future__ import annotations

import gc
import weakref

from tests.builders import Story, deadline, late, lifecycle, reminder, soon

HALF_HOUR = deadline("pick_up", late(), since="open", until="finish", within="30 minutes")
RESTING = reminder("resting", states="open waiting", since=("last move",), after="2 days")


def begun(*parts: object, **typed: object) -> Story:
    return Story(lifecycle(*parts)).do("begin", "2026-01-05 10:00", **typed)  # type: ignore[arg-type]


def test_a_move_that_no_clock_knows_plans_nothing_anew() -> None:
    story = begun(HALF_HOUR, reminder("often", states="open", after="1 hour", every="1 hour"))
    before = story.standing
    story.do("write", "2026-01-05 10:10", note="x")
    assert (story.standing.clocks is before.clocks, story.standing.timers is before.timers) == (True, True)
    assert story.standing.fields == {"note": "x"}


def test_a_move_plans_only_the_clocks_that_know_it() -> None:
    story = begun(HALF_HOUR, RESTING)
    (pick_up, resting), timer = story.standing.clocks, story.standing.timers[0]
    story.do("write", "2026-01-05 10:10", note="x")
    assert story.clock("pick_up") is pick_up
    assert story.standing.timers[0] is timer
    assert story.clock("resting") is not resting
    assert story.due() == ["pick_up late 1 2026-01-05 10:30", "resting 2026-01-07 10:10"]


def test_a_move_that_would_end_a_clock_that_has_ended_touches_nothing() -> None:
    story = begun(deadline("heard", late(), since="begin", until="write", within="1 hour"))
    story.do("write", "2026-01-05 10:10", note="x")
    before = story.standing.clocks
    story.do("write", "2026-01-05 10:20", note="y")
    assert story.standing.clocks is before


def test_a_pause_leaves_alone_the_clocks_that_it_does_not_pause() -> None:
    paused = deadline("repair", late(), since="begin", until="finish", within="1 day", paused_in="waiting")
    story = begun(HALF_HOUR, paused)
    pick_up, repair = story.standing.clocks
    story.do("wait", "2026-01-05 10:10")
    assert (story.clock("pick_up") is pick_up, story.clock("repair") is repair) == (True, False)


def test_only_its_own_date_plans_a_limit_by_date_anew() -> None:
    story = begun(
        deadline("by", late(), since="begin", until="finish", within="1 hour", replaced_by="due_at"),
        due_at="2026-01-06T10:00:00+08:00",
    )
    before = story.standing.clocks
    story.do("write", "2026-01-05 10:10", note="x")
    story.do("write", "2026-01-05 10:20", due_at="2026-01-06T10:00:00+08:00")
    assert story.standing.clocks is before
    story.do("write", "2026-01-05 10:30", due_at="2026-01-06T11:00:00+08:00")
    assert story.due() == ["by late 1 2026-01-06 11:00"]


def test_a_condition_on_a_field_is_asked_when_its_value_is_another_and_only_then() -> None:
    story = begun(reminder("pressing", states="open", after="1 hour", when="urgent"))
    before = story.standing
    story.do("write", "2026-01-05 10:10", note="x")
    assert (story.standing.clocks is before.clocks, story.standing.timers is before.timers) == (True, True)
    story.do("write", "2026-01-05 10:20", urgent=True)
    assert story.due() == ["pressing 2026-01-05 11:00"]


def test_a_condition_that_counts_moves_is_asked_after_every_entry_and_what_comes_to_the_same_is_the_same() -> None:
    story = begun(reminder("pressing", states="open", after="1 hour", when="write was made"))
    story.do("write", "2026-01-05 10:10", note="x")
    assert story.due() == ["pressing 2026-01-05 11:00"]
    before = story.standing
    story.do("write", "2026-01-05 10:20", note="y")
    assert (story.standing.clocks is before.clocks, story.standing.timers is before.timers) == (True, True)


def test_what_has_fired_leaves_the_timers_of_the_other_levels_alone() -> None:
    levels = soon("10 minutes"), late(), late(1, by="1 hour"), late(2, by="2 hours", every="1 hour")
    story = begun(deadline("pick_up", *levels, since="open", until="finish", within="30 minutes"))
    before = story.standing.timers
    story.wait("2026-01-05 10:20")
    assert all(one is other for one, other in zip(story.standing.timers, before[1:], strict=True))
    story.wait("2026-01-05 12:40")
    assert story.due() == ["pick_up late 3 2026-01-05 13:30"]


def test_leaving_the_states_of_a_reminder_disarms_it_and_coming_back_arms_it() -> None:
    story = begun(reminder("often", states="open", after="1 hour"))
    clock = story.clock("often")
    story.do("wait", "2026-01-05 10:10")
    assert (story.due(), story.clock("often") is clock) == ([], True)
    assert story.do("go_on", "2026-01-05 10:20").due() == ["often 2026-01-05 11:00"]


def test_deciding_keeps_nothing_of_a_ticket() -> None:
    story = begun(HALF_HOUR, RESTING)
    definition = story.definition
    gone = [weakref.ref(story.standing), weakref.ref(story.standing.clocks[0]), weakref.ref(story.decisions[0].entry)]
    del story
    gc.collect()
    assert definition.transitions
    assert [one for one in gone if one() is not None] == []
